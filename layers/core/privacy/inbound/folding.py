"""Records of the ledger's stream and of the fold's own queue → folds: one for all of a batch that go together."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from privacy import logs, metrics
from privacy.domain.policy import Policy
from privacy.inbound.batch import BatchRecord
from privacy.operations.fold_people import Stores, fold_people, refuse_second_filing
from privacy.operations.honour_gone import take_out


class Folder:
    """Folds a batch's records one after another; what an earlier fold of the batch has read is not read again."""

    def __init__(
        self, stores: Stores, policy: Policy, now: Callable[[], datetime], new_id: Callable[[], str]
    ) -> None:
        self._stores = stores
        self._policy = policy
        self._now = now
        self._new_id = new_id
        self._read: set[str] = set()
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
        gone = take_out(
            identifier,
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


def _named(record: BatchRecord) -> tuple[str, str]:
    """(identifier, fact key); the key is empty where a rebuild asks."""
    if record.key is not None:
        return record.key
    body = record.body or {}
    return body["identifier"], body.get("key", "")
