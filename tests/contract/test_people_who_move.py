"""What people hold reads the same from both projections, whatever happens to them, though DynamoDB's says most of it in
the person's own item; and whoever is dropped leaves nothing, wherever that breaks off."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from privacy.domain.facts import Fact
from privacy.domain.projection import Holding, PeopleChanges
from privacy.operations.people.fold_people import Stores
from privacy.operations.retention.purge_batch import PERSON, batches
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.dynamodb_people import DynamoPeople
from tests.contract.test_stores import tables
from tests.fakes import MemoryPeople
from tests.purging import Killed, PurgeOffice, dies
from tests.telling import BENOIT, CAMILLE, at, customer, email, hint, member, merged, session
from tests.unit.operations.test_fold_people import Office
from tests.unit.operations.test_fold_people import batches as told_in_pieces
from tests.worlds import FACTS

#: A made-up past is told and folded in a moment; moto takes longer.
EXAMPLES = 6


class Both(MemoryPeople):
    """Saves in both, and looks whether everybody reads the same."""

    dynamo: DynamoPeople

    def save(self, changes: PeopleChanges) -> None:
        changes.stored = {person: self.dynamo.person(person) for person in changes.stored}
        self.dynamo.save(changes)
        super().save(changes)
        for person in changes.stored.keys() | changes.summaries.keys():
            there, here = self.dynamo.person(person), self.person(person)
            assert (there.version, there.holdings) == (here.version, here.holdings)
            assert there.summary == here.summary


def office() -> tuple[Office, Both]:
    told = Office()
    people = Both(told.ledger)
    people.dynamo = DynamoPeople(tables(), "people", "ledger")
    told.people, told.stores = people, Stores(told.ledger, people, told.stores.registry)
    return told, people


@settings(max_examples=EXAMPLES)
@given(FACTS, st.randoms(use_true_random=False))
def test_people_hold_the_same_in_dynamodb_whatever_is_told_of_them(
    facts: list[Fact], chance: random.Random
) -> None:
    with mock_aws():
        told, _ = office()
        for batch in told_in_pieces(facts, chance):
            told.hear(*batch)


def test_who_holds_one_address_needs_no_item_for_it_and_is_dropped_with_what_leads_to_them() -> None:
    with mock_aws():
        told, people = office()
        told.hear(member("2026-01-01", who=CAMILLE))
        camille = str(told.person_of(CAMILLE))
        stored = people.dynamo.person(camille)
        assert (stored.holdings, stored.apart) == ({email(CAMILLE): Holding(owned=True, filed=True)}, set())
        assert people.dynamo.drop(stored)
        assert people.dynamo.person(camille).version == 0
        assert people.dynamo.pointers([email(CAMILLE)]) == {}


def test_addresses_that_change_hands_leave_no_item_of_their_own_behind() -> None:
    with mock_aws():
        told, people = office()
        told.hear(
            session("2026-01-01", CAMILLE, customer="cus_1"), session("2026-01-02", BENOIT, payment="pi_2")
        )
        told.hear(*merged("2026-02-01", CAMILLE, BENOIT))
        told.hear(hint("2026-02-02", "upemail", CAMILLE, new=BENOIT), customer("2025-01-01", BENOIT))
        told.hear(*merged("2026-02-03", CAMILLE, BENOIT, undone=True))
        for person, held in people.holdings.items():
            emails = people.items[person][1].get("emails", []) if person in people.items else []
            like_most = {
                i for i, holding in held.items() if i in emails and holding == Holding(owned=True, filed=True)
            }
            stored = people.dynamo.person(person)
            assert (stored.apart, stored.holdings) == (held.keys() - like_most, held)


# ---------------------------------------------------------------- dropped


class Disturbed(DynamoPeople):
    """Something happens before one of the deletions."""

    def happens(self, count: int, what: Callable[[], object]) -> None:
        self.left, self.what = count, what

    def _delete(self, pk: str, sk: str, condition: Any = None) -> bool:
        self.left -= 1
        if self.left == 0:
            self.what()
        return super()._delete(pk, sk, condition)


def purged(count: int, what: Callable[[PurgeOffice], object]) -> tuple[PurgeOffice, list[tuple[str, str]]]:
    """A subscriber who is purged, disturbed before that deletion, and what then stands in the table."""
    client = tables()
    office = PurgeOffice()
    people = Disturbed(client, "people", "ledger")
    office.ledger = DynamoFactLedger(client, "ledger")  # type: ignore[assignment]
    office.stores = Stores(office.ledger, people, office.registry)
    people.happens(0, list)
    office.hear(hint("2023-11-22T10:00", "subscribe", CAMILLE), member("2023-11-22T10:00", CAMILLE))
    [person] = {pk for pk, sk in _keys(client) if sk == "person"}
    office.now = at("2026-11-22T02:30")
    [batch] = batches("retention-1", PERSON, [(person, "person")])
    people.happens(count, partial(what, office))
    for _ in range(2):
        try:
            office.work(batch)
        except Killed:
            continue
    assert people.left <= 0
    return office, _keys(client)


def _keys(client: Any) -> list[tuple[str, str]]:
    return [(item["pk"]["S"], item["sk"]["S"]) for item in client.scan(TableName="people")["Items"]]


@pytest.mark.parametrize("count", [1, 2])
def test_a_dropping_that_breaks_off_leaves_nothing_that_the_next_does_not_find(count: int) -> None:
    with mock_aws():
        assert purged(count, lambda office: dies())[1] == []


def _ordered(office: PurgeOffice) -> None:
    office.hear(replace(session("2026-11-22T02:29"), recorded_at=at("2026-11-22T02:30")))


def _ordered_and_died(office: PurgeOffice) -> None:
    _ordered(office)
    raise Killed


@pytest.mark.parametrize("count", [1, 2])
@pytest.mark.parametrize("what", [_ordered, _ordered_and_died])
def test_whoever_orders_while_they_are_dropped_is_there_once(
    count: int, what: Callable[[PurgeOffice], object]
) -> None:
    with mock_aws():
        office, left = purged(count, what)
        [person] = {pk for pk, sk in left if sk == "person"}
        stored = office.stores.people.person(person)
        assert stored.summary["orders"] == 1
        pointers = office.stores.people.pointers(stored.holdings)
        assert {pointer.person for pointer in pointers.values()} == {person}
        assert {pk for pk, _ in left} == {person} | stored.holdings.keys()
