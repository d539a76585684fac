"""What people hold reads the same from both projections, whatever happens to them: DynamoDB's says most of it in the
person's own item."""

from __future__ import annotations

import random

from hypothesis import given, settings
from hypothesis import strategies as st
from moto import mock_aws

from privacy.domain.facts import Fact
from privacy.domain.projection import Holding, PeopleChanges
from privacy.operations.fold_people import Stores
from privacy.outbound.dynamodb_people import DynamoPeople
from tests.contract.test_stores import tables
from tests.fakes import MemoryPeople
from tests.telling import BENOIT, CAMILLE, customer, email, hint, member, merged, session
from tests.unit.operations.test_fold_people import Office, batches
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
        for batch in batches(facts, chance):
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
