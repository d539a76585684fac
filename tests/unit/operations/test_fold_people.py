"""fold_people: whatever the order of arrival, the projection is the same, and a true one."""

from __future__ import annotations

import itertools
import random
from collections.abc import Iterable
from dataclasses import replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.projection import PeopleChanges
from privacy.operations.people.fold_people import Stores, fold_people, refuse_second_filing
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge
from privacy.ports import PeopleConflict
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    at,
    charge,
    customer,
    email,
    hint,
    member,
    merged,
    numbered,
    paid_without_address,
    session,
    unsubscribed,
)
from tests.worlds import FACTS

POLICY = policy.load()
NOW = at("2026-11-22")


class Office:
    """A ledger, a projection and a fold between them."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.stores = Stores(self.ledger, self.people, MemoryRegistry())
        self._ids = (f"person-{n}" for n in itertools.count(1))

    def hear(self, *facts: Fact) -> None:
        """Facts arrive in one batch and are folded."""
        for fact in facts:
            self.ledger.append(fact)
        self.fold(fact.filed_under for fact in facts)

    def fold(self, identifiers: Iterable[str]) -> None:
        fold_people(
            set(identifiers), stores=self.stores, policy=POLICY, now=NOW, new_id=lambda: next(self._ids)
        )

    def person_of(self, address: str) -> str | None:
        pointer = self.people.found.get(email(address))
        return pointer.person if pointer else None

    def table(self) -> dict[str, object]:
        """The projection without what chance decides: ids become anchors, versions and aliases go."""
        anchors = {p: str(s["anchor"]) for p, (_, s) in self.people.items.items() if "anchor" in s}
        summaries = {
            anchors[p]: {
                n: v for n, v in s.items() if n not in ("neighbours", "aliases", "due_shard", "asked_shard")
            }
            | {"neighbours": sorted(anchors[str(n)] for n in s["neighbours"])}  # type: ignore[attr-defined]
            for p, (_, s) in self.people.items.items()
            if p in anchors
        }
        # whether a partition also holds the record of a person id depends on who came first
        holdings = {
            anchors[p]: {i: h.owned for i, h in held.items()}
            for p, held in self.people.holdings.items()
            if held
        }
        pointers = {
            i: (anchors.get(p.person or ""), sorted(anchors[n] for n in p.named_by), p.shared)
            for i, p in self.people.found.items()
        }
        return {"summaries": summaries, "holdings": holdings, "pointers": pointers}


def batches(facts: list[Fact], chance: random.Random) -> Iterable[list[Fact]]:
    told = [*facts, *chance.sample(facts, len(facts) // 3)]
    chance.shuffle(told)
    while told:
        size = chance.randint(1, 4)
        yield told[:size]
        del told[:size]


def test_e127_a_box_left_unticked_before_an_opt_in_ends_it_in_no_order_of_arrival() -> None:
    """A delayed payment repeats the form days later. Where that came first it refused, and stands on the list."""
    unticked = session("2026-01-01", box=False)
    repeated = replace(
        unticked,
        type="checkout.session.async_payment_succeeded",
        event_id="evt_late",
        occurred_at=at("2026-01-05"),
    )
    tables = []
    for order in itertools.permutations([unticked, member("2026-01-03"), repeated]):
        office = Office()
        for fact in order:
            office.hear(fact)
        tables.append(office.table())
    assert all(table == tables[0] for table in tables)
    (standing,) = tables[0]["summaries"].values()  # type: ignore[attr-defined]
    assert [consent["state"] for consent in standing["consents"].values()] == ["granted"]


@settings(max_examples=300)
@given(FACTS, st.randoms(use_true_random=False))
def test_any_order_of_arrival_gives_the_same_projection(facts: list[Fact], chance: random.Random) -> None:
    at_once, in_pieces = Office(), Office()
    at_once.hear(*facts)
    for batch in batches(facts, chance):
        in_pieces.hear(*batch)
    # suppressions outlive what they came from, so everybody is folded once more with the complete list
    for office in (at_once, in_pieces):
        for partition in list(office.ledger.partitions):
            office.fold([partition])
    assert in_pieces.table() == at_once.table()


@settings(max_examples=200)
@given(FACTS, st.randoms(use_true_random=False))
def test_an_identifier_that_too_many_use_links_nobody_in_any_order_of_arrival(
    facts: list[Fact], chance: random.Random
) -> None:
    with pytest.MonkeyPatch.context() as limits:
        limits.setattr("privacy.domain.linking.MAX_SHARED", 1)
        test_any_order_of_arrival_gives_the_same_projection.hypothesis.inner_test(facts, chance)  # type: ignore[attr-defined]


def test_a_stripe_customer_for_all_guests_is_nobodys_and_every_guest_keeps_their_own_order() -> None:
    office = Office()
    guests = [f"guest{n}@example.fr" for n in range(14)]
    for n, guest in enumerate(guests):
        office.hear(session("2026-01-01", guest, payment=f"pi_{n}", customer="cus_all"))
        office.hear(paid_without_address("2026-01-01", payment=f"pi_{n}", customer="cus_all"))
    office.fold(office.ledger.partitions)
    assert office.people.found["stripe_customer#cus_all"].shared
    assert len({office.person_of(guest) for guest in guests}) == len(guests)
    people = [office.people.items[str(office.person_of(guest))][1] for guest in guests]
    assert [(person["orders"], person["neighbours"]) for person in people] == [(1, [])] * len(guests)
    assert not [person for person in office.people.items if person.startswith("unknown#")]


def test_a_regular_whose_orders_all_bear_one_number_is_read_once(monkeypatch: pytest.MonkeyPatch) -> None:
    """A shop may write its customer's number where an order's belongs: nothing is filed under it."""
    office = Office()
    office.hear(*(numbered("2026-01-01", payment=f"pi_{n}") for n in range(14)))
    read: list[str] = []
    under = office.ledger.under
    monkeypatch.setattr(office.ledger, "under", lambda i: (read.append(i), under(i))[1])
    office.fold([email(CAMILLE)])
    assert sorted(read) == sorted(set(read))
    assert office.people.found[PSEUDONYMS.order_number("1042")].shared
    assert office.people.items[str(office.person_of(CAMILLE))][1]["orders"] == 14


def test_p20_a_refusal_counts_even_where_facts_connect_too_many_people_to_fold(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office()
    office.hear(session("2026-01-01", CAMILLE, customer="cus_1", box=True))
    office.hear(session("2026-01-02", BENOIT, payment="pi_2", customer="cus_1"))
    monkeypatch.setattr("privacy.operations.people.neighbourhood.MAX_PEOPLE", 1)
    with pytest.raises(NeighbourhoodTooLarge):
        office.hear(unsubscribed("2026-02-01", CAMILLE))
    assert set(office.stores.registry.suppressions([email(CAMILLE)])) == {email(CAMILLE)}


def test_purchases_whose_buyer_is_not_known_yet_do_not_count_as_people(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    office = Office()
    for n in range(5):
        office.hear(paid_without_address("2026-01-01", payment=f"pi_{n}"))
    monkeypatch.setattr("privacy.operations.people.neighbourhood.MAX_PEOPLE", 1)
    office.hear(*(session("2026-01-01", payment=f"pi_{n}") for n in range(5)))
    assert office.people.items[str(office.person_of(CAMILLE))][1]["orders"] == 5


def test_a_box_whose_late_repetition_came_first_refuses_from_the_day_of_the_form_in_any_order() -> None:
    ticked = session("2026-01-01", box=True)
    unticked = session("2026-03-01", payment="pi_2", box=False)
    repeated = replace(
        unticked,
        type="checkout.session.async_payment_succeeded",
        event_id="evt_late",
        occurred_at=at("2026-03-04"),
    )
    moved = hint("2026-02-01", "upemail", CAMILLE, new=BENOIT), member("2026-02-02", who=BENOIT)
    in_order, late_first = Office(), Office()
    in_order.hear(ticked, unticked, repeated, *moved)
    late_first.hear(ticked, repeated)
    late_first.hear(unticked)
    late_first.hear(*moved)
    assert late_first.table() == in_order.table()


def test_a_merge_that_is_undone_leaves_no_suppression_behind() -> None:
    office = Office()
    office.hear(session("2026-01-01", CAMILLE, box=True), unsubscribed("2026-01-02", BENOIT))
    office.hear(*merged("2026-02-01", CAMILLE, BENOIT))
    office.hear(*merged("2026-02-02", CAMILLE, BENOIT, undone=True))
    registry = office.stores.registry
    assert set(registry.suppressions([email(CAMILLE), email(BENOIT)])) == {email(BENOIT)}


@settings(max_examples=100)
@given(FACTS, st.randoms(use_true_random=False))
def test_folding_again_changes_nothing_and_a_rebuild_gives_the_same_table_with_the_same_ids(
    facts: list[Fact], chance: random.Random
) -> None:
    office = Office()
    for batch in batches(facts, chance):
        office.hear(*batch)
    for partition in list(office.ledger.partitions):
        office.fold([partition])
    before = {p: s for p, (_, s) in office.people.items.items()}, dict(office.people.found)
    versions = {p: v for p, (v, _) in office.people.items.items()}
    for partition in list(office.ledger.partitions):
        office.fold([partition])
    assert {p: v for p, (v, _) in office.people.items.items()} == versions

    office.people.items.clear()
    office.people.holdings.clear()
    office.people.found.clear()
    partitions = list(office.ledger.partitions)
    chance.shuffle(partitions)
    for partition in partitions:
        office.fold([partition])
    assert ({p: s for p, (_, s) in office.people.items.items()}, dict(office.people.found)) == before


def test_two_people_who_race_for_a_new_identifier_are_read_again() -> None:
    office = Office()
    lost = iter([True, False])

    class Racing(MemoryPeople):
        def save(self, changes: PeopleChanges) -> None:
            if next(lost, False):
                raise PeopleConflict
            super().save(changes)

    office.stores = Stores(office.ledger, Racing(office.ledger), office.stores.registry)
    office.hear(session("2026-01-01"))
    assert next(lost, None) is None


def test_a_purchase_known_before_its_buyer_goes_to_the_buyer_when_the_address_arrives() -> None:
    office = Office()
    office.hear(paid_without_address("2026-01-01"))
    assert list(office.people.items) == ["unknown#stripe_payment#pi_1"]
    office.hear(session("2026-01-01"))
    assert list(office.people.items) == [office.person_of(CAMILLE)]
    assert office.people.items[str(office.person_of(CAMILLE))][1]["orders"] == 1


def test_an_earlier_fact_takes_a_customer_from_whoever_named_it_first_and_ids_stay() -> None:
    office = Office()
    office.hear(customer("2026-02-01", BENOIT))
    benoit = office.person_of(BENOIT)
    office.hear(unsubscribed("2026-02-02", BENOIT))
    office.hear(customer("2026-01-01", CAMILLE))
    assert office.people.found["stripe_customer#cus_1"].person == office.person_of(CAMILLE)
    assert office.person_of(BENOIT) == benoit
    assert office.person_of(CAMILLE) != benoit


def test_merged_people_share_the_older_id_and_get_their_own_back_when_it_is_undone() -> None:
    office = Office()
    office.hear(session("2026-01-01", CAMILLE))
    office.hear(session("2026-01-02", BENOIT, payment="pi_2"))
    camille, benoit = office.person_of(CAMILLE), office.person_of(BENOIT)
    office.hear(*merged("2026-02-01", CAMILLE, BENOIT))
    assert office.person_of(CAMILLE) == office.person_of(BENOIT) == camille
    assert office.people.items[str(benoit)][1] == {"alias_of": camille}
    office.hear(*merged("2026-02-02", CAMILLE, BENOIT, undone=True))
    assert (office.person_of(CAMILLE), office.person_of(BENOIT)) == (camille, benoit)


def test_whoever_loses_every_fact_leaves_the_projection() -> None:
    office = Office()
    office.hear(session("2026-01-01"), charge("2026-01-01"))
    for key in [k for k in office.ledger.partitions[email()] if not k.startswith("privacy#")]:
        office.ledger.delete(email(), key)
    office.fold([email()])
    assert office.people.items == {}
    assert office.people.found == {}


@pytest.mark.parametrize("again", [1, 2])
def test_an_event_that_comes_back_under_another_address_goes_and_the_first_stays(again: int) -> None:
    office = Office()
    first = session("2026-01-01", CAMILLE)
    office.ledger.append(first)
    assert not refuse_second_filing(first.key, first.filed_under, stores=office.stores, now=NOW)
    for _ in range(again):
        assert not refuse_second_filing(first.key, first.filed_under, stores=office.stores, now=NOW)
        assert refuse_second_filing(first.key, email(BENOIT), stores=office.stores, now=NOW)
    assert office.ledger.get(first.filed_under, first.key) == first
