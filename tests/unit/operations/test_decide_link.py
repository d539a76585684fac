"""Two addresses, one person? Operators list, weigh, decide and take back (P16, E155)."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime
from typing import Any

import pytest

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.person import Folding
from privacy.operations.people.decide_link import Bench, Decision, Question, decide_link, weigh_link
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.list_links import list_links
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
    session,
    unsubscribed,
)

POLICY = policy.load()
NOW = at("2026-11-22T10:00")
DPO = Reader("max.muster", "dpo")
CHLOE = "chloe.petit@example.fr"


class Office:
    """A ledger, its projection, and a data protection officer."""

    def __init__(self, *facts: Fact) -> None:
        self.ledger = MemoryLedger()
        self.registry = MemoryRegistry()
        self.people = MemoryPeople(self.ledger)
        self.stores = Stores(self.ledger, self.people, self.registry)
        self._ids = (f"person-{n}" for n in itertools.count(1))
        self.hear(*facts)

    def hear(self, *facts: Fact) -> None:
        for fact in facts:
            self.ledger.append(fact)
        self.fold()

    def fold(self) -> None:
        for partition in list(self.ledger.partitions):
            fold_people(
                {partition}, stores=self.stores, policy=POLICY, now=NOW, new_id=lambda: next(self._ids)
            )

    def bench(self, now: datetime = NOW) -> Bench:
        return Bench(DPO, self.stores, POLICY, PSEUDONYMS, now)

    def weigh(self, decision: Decision, *pair: str, now: datetime = NOW) -> Any:
        return weigh_link(Question(*(pair or (CAMILLE, BENOIT)), decision), self.bench(now))

    def decide(self, decision: Decision, *pair: str, now: datetime = NOW) -> Any:
        """Weigh, decide on what was seen, and fold."""
        seen = self.weigh(decision, *pair, now=now)["seen"]
        decided = decide_link(Question(*(pair or (CAMILLE, BENOIT)), decision), seen, self.bench(now))
        self.fold()
        return decided

    def links(self, limit: int = 20) -> Any:
        return list_links(
            limit, reader=DPO, stores=self.stores, policy=POLICY, pseudonyms=PSEUDONYMS, now=NOW
        )

    def decisions(self) -> Sequence[Fact]:
        held = [fact for facts in self.ledger.partitions.values() for fact in facts.values()]
        return [fact for fact in held if fact.source == "operator"]


def connected(*more: Fact) -> Office:
    """Camille and Benoît, who share an account at Stripe: she opted in in 2024."""
    return Office(
        session("2024-01-01", customer="cus_1", payment="pi_1", box=True),
        session("2025-03-01", BENOIT, customer="cus_1", payment="pi_2"),
        *more,
    )


# --- the list


def test_people_whom_facts_connect_are_listed_with_what_connects_them_and_what_each_has() -> None:
    listed = connected().links()
    (link,) = listed["links"]
    assert link["since"] == at("2025-03-01").isoformat()
    assert link["facts"]["count"] == 2
    assert [fact["type"] for fact in link["facts"]["latest"]] == ["checkout.session.completed"] * 2
    camille, benoit = sorted(link["people"], key=lambda side: str(side["addresses"]), reverse=True)
    assert camille["addresses"] == [{"address": CAMILLE, "newsletter": "granted", "offers": True}]
    assert benoit["addresses"] == [{"address": BENOIT, "newsletter": "none", "offers": False}]
    assert (camille["orders"], camille["kept_until"]) == (1, "2034-01-01")
    assert (listed["more"], listed["unread"]) == (False, 0)


def test_whoever_looks_at_the_list_is_written_down_for_both_r26() -> None:
    office = connected()
    office.links()
    assert sorted(office.registry.reads) == [
        ("max.muster", "dpo", person, "list_links") for person in ("person-1", "person-2")
    ]


def test_an_address_that_facts_only_name_is_nothing_to_decide() -> None:
    named = replace(charge("2024-01-02"), identifiers=(email(), email(BENOIT), "stripe_payment#pi_1"))
    office = Office(session("2024-01-01"), named)
    assert office.links()["links"] == []
    assert not office.people.undecided(10)


def test_the_oldest_come_first_and_the_rest_is_said_to_be_there() -> None:
    office = connected(
        session("2023-05-01", CHLOE, customer="cus_2", payment="pi_3"),
        session("2023-06-01", "david@example.fr", customer="cus_2", payment="pi_4"),
    )
    assert [link["since"][:10] for link in office.links()["links"]] == ["2023-06-01", "2025-03-01"]
    one = office.links(limit=1)
    assert [link["since"][:10] for link in one["links"]] == ["2023-06-01"]
    assert one["more"]


# --- accepted


def test_a_merge_keeps_the_objection_and_the_earlier_end_e155_p16() -> None:
    office = Office(
        customer("2023-01-01", CAMILLE),
        customer("2023-02-01", BENOIT, previous=CAMILLE),
        member("2024-01-10", CAMILLE),
        member("2024-06-10", BENOIT),
        unsubscribed("2025-02-01", BENOIT, reason="abuse"),
    )
    weighed = office.weigh(Decision.MERGE)
    assert [len(weighed["before"]), len(weighed["after"])] == [2, 1]
    (after,) = weighed["after"]
    assert {a["address"]: a["newsletter"] for a in after["addresses"]} == {
        CAMILLE: "objected",
        BENOIT: "objected",
    }
    assert after["kept_until"] == "2026-11-22"  # nothing is left to keep her for: A17
    assert office.decide(Decision.MERGE) == {"decided": True, "because": None}
    folding = Folding(POLICY)
    for facts in office.ledger.partitions.values():
        for fact in facts.values():
            folding.add(fact)
    linked, people = folding.people()
    assert linked.owner(email()) == linked.owner(email(BENOIT))
    merged = people[linked.owner(email())]
    assert {consent.state.value for consent in merged.consents} == {"objected"}
    assert merged.last_opt_in == at("2024-01-10")
    assert office.links()["links"] == []


def test_a_merge_is_filed_under_both_addresses_and_says_who_decided() -> None:
    office = connected()
    office.decide(Decision.MERGE)
    assert [fact.type for fact in office.decisions()] == ["people_merged"] * 2
    assert {fact.filed_under for fact in office.decisions()} == {email(), email(BENOIT)}
    assert {fact.group("link")["by"] for fact in office.decisions()} == {"max.muster"}


def test_what_is_weighed_is_written_down_for_both_r26() -> None:
    office = connected()
    office.weigh(Decision.MERGE)
    assert sorted(office.registry.reads) == [
        ("max.muster", "dpo", person, "weigh_link") for person in ("person-1", "person-2")
    ]


def test_nothing_is_decided_when_one_of_them_changed_since_it_was_weighed() -> None:
    office = connected()
    seen = office.weigh(Decision.MERGE)["seen"]
    office.hear(unsubscribed("2026-11-22T09:59", BENOIT))
    question = Question(CAMILLE, BENOIT, Decision.MERGE)
    assert decide_link(question, seen, office.bench()) == {"decided": False, "because": "changed"}
    assert not office.decisions()


def test_the_ids_that_we_give_them_are_no_change_of_theirs() -> None:
    office = Office()
    for told in connected().ledger.partitions.values():
        for fact in told.values():
            if fact.type != "person":
                office.ledger.append(fact)
    seen = office.weigh(Decision.MERGE)["seen"]
    office.fold()
    assert decide_link(Question(CAMILLE, BENOIT, Decision.MERGE), seen, office.bench())["decided"]


def test_the_same_decision_sent_twice_at_once_is_one() -> None:
    office = connected()
    seen = office.weigh(Decision.MERGE)["seen"]
    question = Question(CAMILLE, BENOIT, Decision.MERGE)
    first = decide_link(question, seen, office.bench())
    other_order = Question(BENOIT, CAMILLE, Decision.MERGE)
    again = decide_link(other_order, seen, office.bench(at("2026-11-22T10:01")))
    assert (first["decided"], again["because"]) == (True, "merged")
    assert len(office.decisions()) == 2


def test_addresses_that_nothing_connects_can_be_merged_too() -> None:
    office = Office(session("2024-01-01"), session("2024-02-01", BENOIT, payment="pi_2"))
    weighed = office.weigh(Decision.MERGE)
    assert (weighed["because"], weighed["connected_since"]) == (None, None)
    assert office.decide(Decision.MERGE)["decided"]
    assert office.people.found[email()].person == office.people.found[email(BENOIT)].person


# --- refused


def test_a_refused_proposal_leaves_the_list_and_restricts_no_more() -> None:
    office = connected(unsubscribed("2025-05-01", BENOIT))
    before, after = (office.weigh(Decision.KEEP_APART)[when] for when in ("before", "after"))
    assert [side["addresses"][0]["offers"] for side in before] == [False, False]
    assert [side["addresses"][0]["offers"] for side in after] == [True, False]
    assert office.decide(Decision.KEEP_APART)["decided"]
    assert office.links()["links"] == []
    assert not office.people.undecided(10)
    assert [fact.type for fact in office.decisions()] == ["people_kept_apart"] * 2


def test_a_refusal_stands_against_later_facts_and_gives_way_to_a_merge() -> None:
    office = connected()
    office.decide(Decision.KEEP_APART)
    office.hear(session("2026-03-01", BENOIT, customer="cus_1", payment="pi_9"))
    assert office.links()["links"] == []
    assert office.weigh(Decision.KEEP_APART)["because"] == "apart"
    assert office.decide(Decision.MERGE)["decided"]
    assert office.decide(Decision.UNMERGE)["decided"]
    assert office.links()["links"] == []


# --- taken back


@pytest.mark.parametrize(("when", "because"), [("2026-12-22T22:59", None), ("2026-12-22T23:00", "too_late")])
def test_a_merge_can_be_undone_for_thirty_days_in_paris_p16(when: str, because: str | None) -> None:
    office = connected()
    assert office.weigh(Decision.MERGE)["undo_until"] == "2026-12-22"
    office.decide(Decision.MERGE)
    assert office.weigh(Decision.UNMERGE, now=at(when))["because"] == because
    decided = office.decide(Decision.UNMERGE, now=at(when))
    assert decided == {"decided": because is None, "because": because}
    assert len(office.links()["links"]) == (because is None)


def test_after_an_undoing_everybody_is_who_they_were() -> None:
    office = connected(unsubscribed("2025-05-01", BENOIT))
    before = office.weigh(Decision.MERGE)["before"]
    office.decide(Decision.MERGE)
    office.decide(Decision.UNMERGE)
    again = office.weigh(Decision.MERGE)
    assert again["before"] == before
    assert office.decide(Decision.MERGE)["decided"]


# --- what cannot be decided


@pytest.mark.parametrize(
    ("decision", "pair", "because"),
    [
        (Decision.MERGE, (CAMILLE, " Camille.Durand@Example.FR "), "one_address"),
        (Decision.MERGE, (CAMILLE, CHLOE), "unknown"),
        (Decision.KEEP_APART, (CHLOE, CAMILLE), "unknown"),
        (Decision.UNMERGE, (CAMILLE, BENOIT), "not_merged"),
        (Decision.KEEP_APART, (CAMILLE, "david@example.fr"), "not_connected"),
    ],
)
def test_what_makes_no_sense_is_not_decided(decision: Decision, pair: tuple[str, str], because: str) -> None:
    office = connected(session("2024-01-01", "david@example.fr", payment="pi_7"))
    weighed = office.weigh(decision, *pair)
    assert (weighed["because"], weighed["after"]) == (because, [])
    assert office.decide(decision, *pair) == {"decided": False, "because": because}
    assert not office.decisions()


def test_people_who_are_one_already_are_neither_merged_again_nor_kept_apart() -> None:
    office = connected()
    office.decide(Decision.MERGE)
    for decision in (Decision.MERGE, Decision.KEEP_APART):
        assert office.weigh(decision)["because"] == "merged"
    assert office.weigh(Decision.MERGE)["merged_on"] == date(2026, 11, 22).isoformat()


def test_a_decision_is_no_sign_of_life_of_theirs() -> None:
    office = Office(
        hint("2026-10-01", "subscribe", CAMILLE),
        hint("2026-10-02", "subscribe", BENOIT),
        customer("2026-09-01", BENOIT, previous=CAMILLE),
    )
    office.decide(Decision.KEEP_APART)
    sides = office.weigh(Decision.MERGE)["before"]
    assert sorted(side["kept_until"] for side in sides) == ["2026-10-31", "2026-11-01"]
