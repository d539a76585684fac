"""A message of the purge's queue: a handful of keys of one kind, in the name of one run.

    {"run": "retention-…", "batch": "3f2a…", "kind": "person", "keys": "person-1|person person-2|person"}

The batch is named by what stands in it: planned twice, it is the same one, and has the same receipt; planned again
after some of it has gone, it is another.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator, Mapping
from itertools import batched
from typing import NamedTuple
from urllib.parse import quote, unquote

#: What is purged, each kind by an operation of its own: people, cases, messages without a case, the registry's items,
#: archived facts; what Stripe has to black out.
PERSON, REQUEST, CAUSE, REGISTRY, ARCHIVE = "person", "request", "cause", "registry", "archive"
REDACTION = "redaction"
KINDS = (PERSON, REQUEST, CAUSE, REGISTRY, ARCHIVE, REDACTION)

#: Keys of a message: what a worker does within half of its time while providers answer in half a second each. They
#: share a receipt and an object of the replay list, so that few of these are paid for.
KEYS = 50
_NAMED = 16


class OutOfTime(Exception):
    """The worker's time is over before all of the message was done: it comes again for the others."""


def all_the_time() -> float:
    """Of a worker that nobody stops."""
    return 1.0


class MalformedBatch(ValueError):
    """A message of another shape. Holds nothing of it."""


class Batch(NamedTuple):
    """keys: (partition key, sort key) of the items that stand in the index."""

    run: str
    name: str
    kind: str
    keys: tuple[tuple[str, str], ...]

    def message(self) -> dict[str, str]:
        return {"run": self.run, "batch": self.name, "kind": self.kind, "keys": _written(self.keys)}


def batches(run: str, kind: str, keys: Iterable[tuple[str, str]]) -> Iterator[Batch]:
    """The keys in their order, KEYS of them together."""
    for some in batched(keys, KEYS, strict=False):
        name = hashlib.sha256(f"{kind} {_written(some)}".encode()).hexdigest()[:_NAMED]
        yield Batch(run, name, kind, some)


def read_batch(body: Mapping[str, str]) -> Batch:
    """Raises MalformedBatch."""
    match body:
        case {"run": run, "batch": name, "kind": kind, "keys": keys} if kind in KINDS:
            pairs = [each.partition("|") for each in keys.split()]
            read = [(unquote(pk), unquote(sk)) for pk, bar, sk in pairs if pk and bar]
            if run and name and len(read) == len(pairs) > 0:
                return Batch(run, name, kind, tuple(read))
    raise MalformedBatch


def _written(keys: Iterable[tuple[str, str]]) -> str:
    """What the shop's and the providers' ids may hold besides, a space or a bar, is quoted."""
    return " ".join(f"{quote(pk, safe=_PLAIN)}|{quote(sk, safe=_PLAIN)}" for pk, sk in keys)


_PLAIN = "#:@/+=,"
