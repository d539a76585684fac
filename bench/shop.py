"""A shop for the measures: the providers' stand-ins, AWS's, and the product's functions that work on them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import batched
from typing import Any

from bench.artifact import batch_size, command, environment
from bench.aws.standin import Call, Standin
from bench.instructions import given_as_file, told
from bench.measures.starts import handler
from bench.measures.units import queued, streamed
from bench.providers import AUDIENCE, Provider


@dataclass(frozen=True, slots=True)
class Worked:
    """What functions did. stripe, mailchimp: calls by route. calls: to AWS, secrets left out. peak: bytes."""

    stripe: Mapping[str, int]
    mailchimp: Mapping[str, int]
    calls: Sequence[Call]
    invocations: int
    peak: int

    @property
    def writes(self) -> int:
        return sum(call.wcu + call.index_wcu for call in self.calls)

    @property
    def reads(self) -> float:
        return sum(call.rcu for call in self.calls)

    def count(self, operation: str, table: str = "") -> int:
        """How often AWS was asked to do that, on any table where none is named."""
        return sum(call.operation == operation and table in {"", call.table} for call in self.calls)

    def actions(self) -> str:
        """Calls to AWS by action, the most frequent first."""
        counted: dict[str, int] = {}
        for call in self.calls:
            name = f"{call.operation} {call.table}".rstrip()
            counted[name] = counted.get(name, 0) + 1
        return ", ".join(
            f"{count:,} {name}" for name, count in sorted(counted.items(), key=lambda one: (-one[1], one[0]))
        )


@dataclass(frozen=True, slots=True)
class Shop:
    """One audience, one Stripe account, one AWS account."""

    aws: Standin
    stripe: Provider
    mailchimp: Provider

    def environment(self, function: str, audience: str = AUDIENCE) -> dict[str, str]:
        return environment(
            function,
            self.aws.url,
            STRIPE_API_BASE_URL=self.stripe.url,
            MAILCHIMP_API_BASE_URL=f"{self.mailchimp.url}/3.0",
            MAILCHIMP_AUDIENCES=audience,
        )

    def message(self, function: str, body: Mapping[str, str]) -> Worked:
        """The function takes one message of its queue."""
        return self._work(function, [{"Records": queued([dict(body)])}])

    def fold(self) -> Worked:
        """The ledger's stream, until it is dry."""
        batches: list[Worked] = []
        while keys := self.aws.written("ledger"):
            batches.append(self._stream("fold_people", "Ledger", keys))
        return _together(batches)

    def follow(self) -> Worked:
        """The stream of people, whose filter lets only people themselves pass, and the messages that come of it."""
        changed = [pk for pk, sk in self.aws.written("people") if sk == "person" and pk.startswith("person-")]
        looked = self._stream("sync_providers", "People", [(pk, "person") for pk in changed])
        at_once = batch_size("sync_providers", "Queue")
        messages = batched(self.aws.sent("sync_providers"), at_once, strict=False)
        followed = self._work("sync_providers", [{"Records": queued(some)} for some in messages])
        return _together([looked, followed])

    def probe(self, name: str, function: str) -> Any:
        return told(command(name), self.environment(function))

    def run(self, kind: str, run: str) -> Mapping[str, Any]:
        """How a run stands: its state, and what it counted."""
        item = next(
            item for item in self.aws.partition("registry", f"run#{kind}") if item["sk"]["S"] == f"at#{run}"
        )
        counts = {name: int(number["N"]) for name, number in item["counts"]["M"].items()}
        return {"state": item["state"]["S"], "counts": counts}

    def latest(self, kind: str) -> str:
        pointer = next(i for i in self.aws.partition("registry", f"run#{kind}") if i["sk"]["S"] == "latest")
        return str(pointer["id"]["S"])

    def _stream(self, function: str, event: str, keys: Iterable[tuple[str, str]]) -> Worked:
        """In a rush: batches are as large as the template lets them be."""
        batches = batched(keys, batch_size(function, event), strict=False)
        return self._work(function, [{"Records": streamed(some)} for some in batches])

    def _work(self, function: str, events: Sequence[object]) -> Worked:
        if not events:
            return _together([])
        self._forget()
        with given_as_file(events) as file:
            done = told(command("work", handler(function), file), self.environment(function))
        if done["failed"]:
            raise AssertionError(f"{function}: {done['failed']} failed")
        calls = [call for call in self.aws.calls() if call.operation != "GetSecretValue"]
        return Worked(self.stripe.calls(), self.mailchimp.calls(), calls, len(events), done["peak"])

    def _forget(self) -> None:
        self.aws.calls(), self.stripe.calls(), self.mailchimp.calls()


def _together(parts: Sequence[Worked]) -> Worked:
    stripe: Counter[str] = Counter()
    mailchimp: Counter[str] = Counter()
    for part in parts:
        stripe.update(part.stripe)
        mailchimp.update(part.mailchimp)
    return Worked(
        stripe,
        mailchimp,
        [call for part in parts for call in part.calls],
        sum(part.invocations for part in parts),
        max((part.peak for part in parts), default=0),
    )
