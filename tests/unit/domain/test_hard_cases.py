"""Sequences that once went wrong: consent that came back, data of one person in another's record, orders and clocks."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

from cli.standins import stripe as provider
from privacy import policy
from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.person import Folding, Person, may_market
from privacy.inbound import stripe
from privacy.inbound.payload import Ignored
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    at,
    customer,
    email,
    hint,
    member,
    merged,
    session,
    unsubscribed,
)

POLICY = policy.load()
TODAY = date(2026, 11, 22)


def person(*facts: Fact, who: str = CAMILLE, suppressed: Suppression | None = None) -> Person:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    linked, people = folding.people({suppressed.email: suppressed} if suppressed else {})
    return people[linked.owner(email(who))]


def marketed(*facts: Fact, who: str = CAMILLE, suppressed: Suppression | None = None) -> bool:
    return may_market(person(*facts, who=who, suppressed=suppressed), email(who), TODAY)


def event(type_: str, when: str, object_: dict[str, Any], previous: dict[str, Any] | None = None) -> Fact:
    data = {"object": object_} | ({"previous_attributes": previous} if previous else {})
    told = {
        "id": f"evt_{type_}_{when}".translate(str.maketrans(".:-", "___")),
        "type": type_,
        "created": int(at(when).timestamp()),
        "livemode": True,
        "data": data,
    }
    fact = stripe.fact_from(told, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=at(when))
    assert isinstance(fact, Fact)
    return fact


def checkout(type_: str, when: str, *, opened: str, box: str, status: str) -> Fact:
    object_ = {
        "id": "cs_1",
        "created": int(at(opened).timestamp()),
        "mode": "payment",
        "payment_status": status,
        "payment_intent": "pi_1",
        "customer_details": {"email": CAMILLE},
        "metadata": {"newsletter_optin": box},
    }
    return event(f"checkout.session.{type_}", when, object_)


# ---------------------------------------------------------------- marketing that the rules forbid

MOVED = (
    member("2026-01-01", CAMILLE),
    hint("2026-02-01", "upemail", CAMILLE, new=BENOIT),
    member("2026-02-01T00:05", BENOIT, opted_in="2026-01-01", source="API - Generic"),
)


def test_e123_an_objection_older_than_the_moved_consent_still_wins() -> None:
    assert not marketed(unsubscribed("2025-01-01", BENOIT, reason="abuse"), *MOVED, who=BENOIT)


def test_e123_a_suppression_older_than_the_moved_consent_still_wins() -> None:
    entry = Suppression(email(BENOIT), at("2025-01-01"), State.OBJECTED, "abuse")
    assert not marketed(*MOVED, who=BENOIT, suppressed=entry)


def test_e123_nor_does_the_former_addresss_opt_in_count_as_read_back_under_the_new_one() -> None:
    read_back = member("2026-02-01T00:05", BENOIT, opted_in="2026-01-01")
    objection = unsubscribed("2025-01-01", BENOIT, reason="abuse")
    assert not marketed(objection, *MOVED[:2], read_back, who=BENOIT)


def test_design_2_a_second_withdrawal_of_a_linked_person_counts_too() -> None:
    linked = customer("2024-01-01", CAMILLE), customer("2024-06-01", BENOIT, previous=CAMILLE)
    left_twice = unsubscribed("2025-01-01", BENOIT), unsubscribed("2026-04-01", BENOIT)
    assert not marketed(*linked, *left_twice, member("2026-03-01", CAMILLE))


def test_p16_a_withdrawal_under_the_other_address_after_the_merge_and_the_new_opt_in_counts() -> None:
    left_twice = unsubscribed("2025-01-01", BENOIT), unsubscribed("2026-04-01", BENOIT)
    together = merged("2026-02-01", CAMILLE, BENOIT)
    assert not marketed(member("2024-01-01"), *left_twice, *together, member("2026-03-01"))


def test_a9_a_merged_person_who_unticks_under_the_other_address_withdraws() -> None:
    unticked = session("2026-03-01", BENOIT, box=False)
    assert not marketed(member("2026-01-01"), *merged("2026-02-01", CAMILLE, BENOIT), unticked)


def test_a9_a_box_left_unticked_after_an_opt_in_stays_so_when_the_debit_arrives() -> None:
    opted_in = member("2026-03-01T10:05")
    sent = checkout("completed", "2026-03-01T10:10", opened="2026-03-01T10:00", box="no", status="unpaid")
    paid = checkout(
        "async_payment_succeeded", "2026-03-04T10:10", opened="2026-03-01T10:00", box="no", status="paid"
    )
    assert not marketed(opted_in, sent)
    assert not marketed(opted_in, sent, paid)


def test_e130_a_box_ticked_after_a_withdrawal_stays_so_when_the_debit_arrives() -> None:
    left = unsubscribed("2026-03-01T10:05")
    sent = checkout("completed", "2026-03-01T10:10", opened="2026-03-01T10:00", box="yes", status="unpaid")
    paid = checkout(
        "async_payment_succeeded", "2026-03-04T10:10", opened="2026-03-01T10:00", box="yes", status="paid"
    )
    assert marketed(left, sent)
    assert marketed(left, sent, paid)


# ---------------------------------------------------------------- one person's data in another's


def test_design_2_whoever_takes_over_an_account_does_not_show_in_the_former_owners_profile() -> None:
    bought = session("2026-01-01", CAMILLE, customer="cus_1")
    taken = customer("2026-02-01", BENOIT, previous=CAMILLE, name="Benoît", line1="1 rue du Refuge")
    shown = {name: known.value for name, known in person(bought, taken).profile.items()}
    assert shown["email"] == CAMILLE
    assert "line1" not in shown


def test_design_2_a_changed_address_is_no_claim_where_the_account_was_not_known_before() -> None:
    folding = Folding(POLICY)
    folding.add(customer("2026-02-01", BENOIT, previous=CAMILLE, name="Camille Durand"))
    linked, _ = folding.people()
    assert linked.owner("stripe_customer#cus_1") != email(BENOIT)


# ---------------------------------------------------------------- orders and clocks


def test_a5_a_held_payment_that_was_cancelled_is_no_order() -> None:
    facts = []
    with provider.serving(livemode=True) as account:
        account.act("checkout", email=CAMILLE, outcome="hold", at="2026-01-01T00:00:00+00:00", quiet=True)
        account.act("cancel", of=CAMILLE, at="2026-01-03T00:00:00+00:00", quiet=True)
        for told in account.events:
            told = json.loads(json.dumps(told))  # noqa: PLW2901
            fact = stripe.fact_from(told, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=at("2026-01-03"))
            facts += [] if isinstance(fact, Ignored) else [fact]
    assert person(*facts).last_order is None


def test_a_paid_invoice_and_the_payment_that_it_names_are_one_order() -> None:
    created = int(at("2026-01-05").timestamp())
    invoice: dict[str, Any] = {"id": "in_1", "customer": "cus_1", "customer_email": CAMILLE, "status": "paid"}
    invoice |= {"total": 100, "amount_paid": 100, "payment_intent": "pi_1", "created": created}
    payment = {"id": "pi_1", "customer": "cus_1", "amount": 100, "created": created}
    facts = (
        event("invoice.paid", "2026-01-05", invoice),
        event("payment_intent.succeeded", "2026-01-05", payment),
    )
    assert len(person(*facts).paid_orders) == 1


def test_p33_an_unproven_subscriber_who_never_ordered_is_gone_after_three_years_at_most() -> None:
    facts = [
        member(f"{year}-{month:02}-01", source="Import")
        for year in range(2022, 2027)
        for month in range(1, 12)
    ]
    due_on = person(*facts).clock.due_on
    assert due_on is not None
    assert due_on <= date(2025, 1, 1)


def test_a_purchase_awaiting_its_debit_is_not_due_because_of_an_old_unsubscription() -> None:
    waiting = checkout("completed", "2026-11-20", opened="2026-11-20", box="", status="unpaid")
    assert not person(member("2024-01-01"), unsubscribed("2024-06-01"), waiting).clock.due(TODAY)
