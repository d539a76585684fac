"""Records of the ledger's stream and of the fold's own queue → folds: one for all of a batch that go together."""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from datetime import datetime
from typing import Any

from privacy import logs, metrics
from privacy.domain.policy import Policy
from privacy.inbound.batch import BatchRecord, records
from privacy.operations.people.fold_people import Stores, fold_people, refuse_second_filing
from privacy.operations.people.honour_gone import take_out_since


class Folder:
    """Folds a batch's records one after another; what an earlier fold of the batch has read is not read again.

    about: the identifiers that the whole batch is about, whose marks are looked up together.
    """

    def __init__(
        self,
        stores: Stores,
        policy: Policy,
        now: Callable[[], datetime],
        new_id: Callable[[], str],
        about: Collection[str] = (),
    ) -> None:
        self._stores = stores
        self._policy = policy
        self._now = now
        self._new_id = new_id
        self._read: set[str] = set()
        self._unasked = set(about)
        self._marks: dict[str, datetime | None] = {}
        self._honoured: set[str] = set()

    def fold(self, record: BatchRecord) -> None:
        """Raises whatever keeps this record from being folded."""
        identifier, key = _named(record)
        if key.startswith("privacy#"):
            return  # a person's id, written by the fold itself
        if (
            key
            and not record.removed
            and refuse_second_filing(key, identifier, stores=self._stores, now=self._now())
        ):
            metrics.count("FactConflict")
            logs.record("fact_conflict", source=key.partition("#")[0], event_id=key.partition("#")[2])
            self._read.discard(identifier)
        self._honour_gone(identifier)
        if identifier in self._read:
            return
        folded = fold_people(
            {identifier}, stores=self._stores, policy=self._policy, now=self._now(), new_id=self._new_id
        )
        self._read |= folded.read
        if folded.unproven:
            metrics.count("ConsentUnproven", folded.unproven)

    def _honour_gone(self, identifier: str) -> None:
        """Once a batch: whatever this batch is about was filed before it came."""
        if identifier in self._honoured:
            return
        self._honoured.add(identifier)
        since = self._mark(identifier)
        if since is None:
            return
        gone = take_out_since(
            identifier,
            since,
            ledger=self._stores.ledger,
            registry=self._stores.registry,
            policy=self._policy,
        )
        for fact in gone:
            if fact.source == "privacy":
                continue  # our own id for them
            metrics.count("FactOfTheGone")
            logs.record("fact_of_the_gone", source=fact.source, event_id=fact.event_id, event_type=fact.type)
        if gone:
            self._read.discard(identifier)

    def _mark(self, identifier: str) -> datetime | None:
        """Looked up once for all: an erasure that marks somebody later takes out itself what was filed before."""
        if identifier not in self._marks:
            wanted = self._unasked | {identifier}
            marks = self._stores.registry.gone(wanted)
            self._marks |= {one: marks.get(one) for one in wanted}
            self._unasked.clear()
        return self._marks[identifier]


def about(event: Mapping[str, Any]) -> set[str]:
    """The identifiers that a batch is about; what cannot be read fails by itself later."""
    readable = (record for record in records(event) if not record.malformed)
    return {_named(record)[0] for record in readable if record.key or "identifier" in (record.body or {})}


def _named(record: BatchRecord) -> tuple[str, str]:
    """(identifier, fact key); the key is empty where a rebuild asks."""
    if record.key is not None:
        return record.key
    body = record.body or {}
    return body["identifier"], body.get("key", "")
