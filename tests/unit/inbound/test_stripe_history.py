"""Stripe's objects, listed, become the facts that their events would have told (docs/architecture.md "Day one")."""

import copy
import json
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.standins.stripe.redaction import blacked_out
from privacy import policy
from privacy.domain.facts import GROUPS, HISTORY, Fact
from privacy.domain.identifiers import Pseudonyms, kind_of
from privacy.domain.person import Folding, Person
from privacy.inbound.payload import Ignored, MalformedEvent
from privacy.inbound.stripe import fact_from
from privacy.inbound.stripe_history import facts_from
from privacy.ports import STRIPE_KINDS
from tests import telling
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, email

EVENTS = Path(__file__).parents[3] / "events" / "stripe"
POLICY = policy.load()
READ_AT = datetime(2026, 11, 22, 19, tzinfo=UTC)

#: Where the object of an event is listed.
KINDS = {
    "customer": "customers",
    "checkout.session": "checkout/sessions",
    "payment_intent": "payment_intents",
    "charge": "charges",
    "refund": "refunds",
    "dispute": "disputes",
    "invoice": "invoices",
    "credit_note": "credit_notes",
}


def load(name: str) -> Any:
    return json.loads((EVENTS / f"{name}.json").read_text())


def listed(name: str, /, **over: Any) -> Any:
    """The object of an example event, as a list would give it."""
    found: Any = load(name)["data"]["object"]
    return {**found, **over}


def read(
    kind: str, found: Any, *, at: datetime = READ_AT, pseudonyms: Pseudonyms = PSEUDONYMS
) -> tuple[Fact, ...]:
    outcome = facts_from(kind, found, pseudonyms=pseudonyms, policy=POLICY, recorded_at=at)
    return () if isinstance(outcome, Ignored) else outcome


def fold(*facts: Fact) -> dict[str, Person]:
    folding = Folding(POLICY)
    for fact in facts:
        folding.add(fact)
    return folding.people()[1]


def test_every_kind_that_is_listed_is_read() -> None:
    assert set(KINDS.values()) == set(STRIPE_KINDS)


@pytest.mark.parametrize(
    ("name", "types"),
    [
        ("customer.created", ["customer.created"]),
        ("checkout.session.completed", ["checkout.session.completed"]),
        ("checkout.session.completed.free", ["checkout.session.completed"]),
        ("checkout.session.completed.unpaid", ["checkout.session.completed"]),
        ("checkout.session.async_payment_succeeded", ["checkout.session.completed"]),
        ("checkout.session.expired", ["checkout.session.expired"]),
        ("payment_intent.succeeded", ["payment_intent.succeeded"]),
        ("payment_intent.payment_failed", ["payment_intent.payment_failed"]),
        ("payment_intent.canceled", ["payment_intent.canceled"]),
        ("payment_intent.amount_capturable_updated", []),
        ("charge.succeeded", ["charge.succeeded"]),
        ("charge.failed", ["charge.failed"]),
        ("charge.refunded.partial", ["charge.succeeded", "charge.refunded"]),
        ("refund.created", ["refund.created"]),
        ("refund.failed", ["refund.failed"]),
        ("charge.dispute.created", ["charge.dispute.created"]),
        ("charge.dispute.closed", ["charge.dispute.closed"]),
        ("invoice.paid", ["invoice.paid"]),
        ("invoice.overdue", ["invoice.overdue"]),
        ("invoice.payment_failed", ["invoice.payment_failed"]),
        ("invoice.marked_uncollectible", ["invoice.marked_uncollectible"]),
        ("invoice.voided", ["invoice.voided"]),
        ("credit_note.created", ["credit_note.created"]),
    ],
)
def test_an_object_is_read_as_the_events_that_would_have_told_its_state(name: str, types: list[str]) -> None:
    found = listed(name)
    facts = read(KINDS[found["object"]], found)
    assert [fact.type for fact in facts] == types
    for fact in facts:
        assert fact.source == HISTORY
        assert fact.event_id.startswith(found["id"])
        assert fact.occurred_at <= READ_AT
        assert fact.groups.keys() <= POLICY.sources[HISTORY].groups
        assert all(set(fields) <= set(GROUPS[group]) for group, fields in fact.groups.items())


@pytest.mark.parametrize(
    "name", ["checkout.session.completed", "charge.succeeded", "refund.created", "invoice.paid"]
)
def test_the_past_says_of_an_object_what_its_event_says(name: str) -> None:
    event = load(name)
    live = fact_from(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=READ_AT)
    assert isinstance(live, Fact)
    found = event["data"]["object"]
    [past] = read(KINDS[found["object"]], found)
    assert (past.groups, past.identifiers, past.subject) == (live.groups, live.identifiers, live.subject)


@pytest.mark.parametrize(
    ("kind", "found"),
    [
        ("checkout/sessions", listed("checkout.session.completed", status="open")),
        ("payment_intents", listed("payment_intent.succeeded", status="processing")),
        ("charges", listed("charge.succeeded", status="pending")),
        ("invoices", listed("invoice.paid", status="draft")),
        ("invoices", listed("invoice.overdue", due_date=int(READ_AT.timestamp()) + 60, attempt_count=0)),
        ("credit_notes", listed("credit_note.created", status="void")),
    ],
)
def test_what_decides_nothing_yet_is_left_to_its_webhook(kind: str, found: Any) -> None:
    assert read(kind, found) == ()


def test_dates_are_the_objects_own_and_never_the_day_of_reading() -> None:
    later = READ_AT + timedelta(days=400)
    for name in ("customer.created", "charge.dispute.closed", "checkout.session.expired", "invoice.overdue"):
        found = listed(name)
        kind = KINDS[found["object"]]
        first, second = read(kind, found), read(kind, found, at=later)
        assert [(f.key, f.digest, f.occurred_at) for f in first] == [
            (f.key, f.digest, f.occurred_at) for f in second
        ]


def test_another_state_is_another_fact_and_a_later_pepper_is_none() -> None:
    found = listed("customer.created")
    [first] = read("customers", found)
    [renamed] = read("customers", {**found, "name": "Camille Martin"})
    [moved] = read("customers", {**found, "email": BENOIT})
    assert len({first.key, renamed.key, moved.key}) == 3
    both = Pseudonyms(2, {1: b"a pepper for tests, of 32 bytes..", 2: b"another one, of 32 bytes or more"})
    [rotated] = read("customers", found, pseudonyms=both)
    assert (rotated.key, rotated.digest) == (first.key, first.digest)
    assert rotated.identifiers != first.identifiers


def test_a_deleted_customer_is_deleted_once_whenever_it_is_read() -> None:
    gone = {"id": "cus_1", "object": "customer", "deleted": True}
    [first] = read("customers", gone)
    [second] = read("customers", gone, at=READ_AT + timedelta(days=9))
    assert first.type == "customer.deleted"
    assert first.groups == {"profile": {"deleted": True}}
    assert (first.key, first.digest) == (second.key, second.digest)


def test_objects_of_the_other_mode_are_not_ours() -> None:
    found = listed("charge.succeeded", livemode=False)
    outcome = facts_from(
        "charges",
        found,
        pseudonyms=PSEUDONYMS,
        policy=POLICY,
        recorded_at=READ_AT,
        modes=frozenset({"live"}),
    )
    assert isinstance(outcome, Ignored)
    assert outcome.reason == "mode"


@pytest.mark.parametrize("without", ["id", "created"])
def test_an_object_without_what_its_facts_need_is_malformed(without: str) -> None:
    found = copy.copy(listed("charge.succeeded"))
    del found[without]
    with pytest.raises(MalformedEvent):
        read("charges", found)


# ---------------------------------------------------------------- beside what was told live


def a_customer(address: str = CAMILLE, *, created: str = "2022-03-01", **more: Any) -> dict[str, Any]:
    seconds = int(telling.at(created).timestamp())
    return listed("customer.created", id="cus_1", email=address, created=seconds, metadata={}, **more)


def test_an_import_keeps_a_customer_without_orders_no_longer_and_no_shorter_than_their_event() -> None:
    live = telling.customer("2022-03-01")
    due = {person.clock.due_on for person in fold(live).values()}
    for at in (READ_AT, READ_AT + timedelta(days=200)):
        assert {p.clock.due_on for p in fold(*read("customers", a_customer(), at=at)).values()} == due


def test_whoever_stands_in_an_account_today_gains_nothing_of_whoever_used_it_before() -> None:
    takeover = read("customers", a_customer(BENOIT))
    past = [
        telling.session("2023-01-01", CAMILLE, customer="cus_1", payment="pi_1"),
        telling.paid_without_address("2023-02-01", customer="cus_1", payment="pi_2"),
    ]
    people = fold(*takeover, *past)
    assert len(people[email(CAMILLE)].orders) == 2
    assert not people.get(email(BENOIT)) or not people[email(BENOIT)].orders
    assert people[email(CAMILLE)].links.proposed == (email(BENOIT),)


def test_an_account_that_nobody_else_claims_belongs_to_whom_it_names_today() -> None:
    people = fold(
        *read("customers", a_customer(CAMILLE)), telling.paid_without_address("2023-02-01", customer="cus_1")
    )
    assert len(people[email(CAMILLE)].orders) == 1


def test_a_profile_as_it_stands_is_newer_than_orders_before_and_older_than_changes_after() -> None:
    before = telling.session("2025-01-01", CAMILLE, customer="cus_1")
    now = read("customers", a_customer(name="Camille Martin"))
    after = telling.customer("2026-12-01", name="Camille Petit")
    assert fold(before, *now)[email(CAMILLE)].profile["name"].value == "Camille Martin"
    assert fold(before, *now, after)[email(CAMILLE)].profile["name"].value == "Camille Petit"


def test_of_two_readings_of_a_profile_the_later_counts() -> None:
    first = read("customers", a_customer(name="Camille Durand"))
    for name in ("Camille Martin", "Camille Petit", "Camille Roux", "Camille Morel"):
        second = read("customers", a_customer(name=name), at=READ_AT + timedelta(days=30))
        assert fold(*first, *second)[email(CAMILLE)].profile["name"].value == name


def test_a_dispute_whose_end_no_webhook_told_is_over_and_one_told_later_is_open_or_not_as_told() -> None:
    opened = telling.dispute("2026-01-02", "needs_response")
    lost = listed(
        "charge.dispute.closed", id="du_pi_1", payment_intent="pi_1", status="lost",
        created=int(telling.at("2026-01-01").timestamp()),
    )  # fmt: skip
    order = telling.session("2025-12-01")
    assert fold(order, opened)[email(CAMILLE)].holds
    assert not fold(order, opened, *read("disputes", lost))[email(CAMILLE)].holds
    still = read("disputes", {**lost, "status": "needs_response"}, at=telling.at("2026-01-03"))
    assert fold(order, *still)[email(CAMILLE)].holds
    assert not fold(order, *still, telling.dispute("2026-02-01", "won"))[email(CAMILLE)].holds


def test_an_order_told_live_and_read_again_is_one_order_with_one_proof() -> None:
    event = load("checkout.session.completed")
    live = fact_from(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=READ_AT)
    assert isinstance(live, Fact)
    past = read("checkout/sessions", event["data"]["object"])
    alone, both = fold(live), fold(*past, live)
    assert both.keys() == alone.keys()
    for anchor, person in both.items():
        assert len(person.orders) == len(alone[anchor].orders) == 1
        assert person.consents == alone[anchor].consents
        assert person.clock == alone[anchor].clock


def test_a_consent_of_the_past_is_dated_by_its_session() -> None:
    found = listed("checkout.session.completed")
    [fact] = read("checkout/sessions", found)
    [person] = fold(fact).values()
    [consent] = person.consents
    assert consent.proof is not None
    assert consent.proof.given_at == datetime.fromtimestamp(found["created"], UTC)
    assert consent.historic


@pytest.mark.parametrize(
    "name", ["checkout.session.completed", "charge.succeeded", "customer.created", "invoice.paid"]
)
def test_what_stripe_blacked_out_says_nothing_of_anybody(name: str) -> None:
    """An import that comes after it names no address, no order and nobody."""
    found = blacked_out(listed(name))
    assert "[redacted]" in str(found)
    facts = read(KINDS[found["object"]], found)
    assert "[redacted]" not in str(facts)
    named = {kind_of(identifier) for fact in facts for identifier in fact.identifiers}
    assert named <= {"stripe_customer", "stripe_payment", "stripe_charge", "stripe_invoice", "stripe_session"}
