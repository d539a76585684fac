"""Two folds at once, and a save that a crash cuts short: the projection ends where the facts lead."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import count
from typing import Any

import pytest
from moto import mock_aws

from privacy import policy
from privacy.domain.projection import PeopleChanges, Pointer
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.dynamodb_people import DynamoPeople
from privacy.outbound.dynamodb_registry import DynamoRegistry
from tests.contract.test_stores import tables
from tests.fakes import MemoryPeople
from tests.telling import CAMILLE, at, dispute, email, paid_without_address, session
from tests.unit.operations.test_fold_people import Office


class Between(MemoryPeople):
    """The first save waits until another fold has read its pointers, and comes before that fold reads the people."""

    waiting: PeopleChanges | None = None
    office: Office
    begun = False

    def save(self, changes: PeopleChanges) -> None:
        if not self.begun:
            self.begun, self.waiting = True, changes
            self.office.hear(dispute("2026-02-01", "needs_response"))
            return
        super().save(changes)

    def pointers(self, identifiers: Collection[str]) -> dict[str, Pointer]:
        found = super().pointers(identifiers)
        if self.waiting is not None:
            changes, self.waiting = self.waiting, None
            super().save(changes)
        return found


def test_a_dispute_that_comes_while_its_purchase_finds_its_buyer_is_the_buyers() -> None:
    office = Office()
    office.hear(paid_without_address("2026-01-01"))
    between = Between(office.ledger)
    between.items, between.holdings, between.found = (
        office.people.items,
        office.people.holdings,
        office.people.found,
    )
    between.office, office.people = office, between
    office.stores = Stores(office.ledger, between, office.stores.registry)
    office.hear(session("2026-01-01"))
    assert list(between.items) == [office.person_of(CAMILLE)]
    assert between.items[str(office.person_of(CAMILLE))][1]["holds_count"] == 1


class CrashError(Exception):
    pass


@pytest.fixture
def dynamodb() -> Iterator[Any]:
    with mock_aws():
        yield tables()


def test_a_save_of_many_links_that_a_crash_cut_short_is_completed_by_the_next_fold(
    dynamodb: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    ledger = DynamoFactLedger(dynamodb, "ledger")
    people = DynamoPeople(dynamodb, "people", "ledger")
    stores = Stores(ledger, people, DynamoRegistry(dynamodb, "registry"))
    ids = (f"person-{n}" for n in count())

    def fold(identifier: str) -> None:
        fold_people(
            {identifier},
            stores=stores,
            policy=policy.load(),
            now=at("2026-11-22"),
            new_id=lambda: next(ids),
        )

    ledger.append(session("2026-01-01", payment="pi_first"))
    fold(email())
    for n in range(70):
        ledger.append(session("2026-01-02", payment=f"pi_{n}"))
    transact, done = people._transact, count()

    def once(writes: list[Any]) -> None:
        if next(done):
            raise CrashError
        transact(writes)

    with monkeypatch.context() as crash:
        crash.setattr(people, "_transact", once)
        with pytest.raises(CrashError):
            fold(email())
    fold(email())
    assert people.pointers([f"stripe_payment#pi_{n}" for n in range(70)]).keys() == {
        f"stripe_payment#pi_{n}" for n in range(70)
    }
