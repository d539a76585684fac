"""What a fact keeps of each Stripe event: only what it needs, under the right names (docs/providers.md "Orders")."""

import copy
import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.facts import GROUPS, Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.inbound.payload import Ignored, MalformedEvent
from privacy.inbound.stripe import TYPES, fact_from

EVENTS = Path(__file__).parents[3] / "events" / "stripe"
NAMES = sorted(path.stem for path in EVENTS.glob("*.json"))
PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for tests, of 32 bytes.."})
POLICY = policy.load()
RECORDED_AT = datetime(2026, 11, 22, 19, tzinfo=UTC)

HANDLED = {
    *(f"checkout.session.{how}" for how in ("completed", "expired")),
    *(f"checkout.session.async_payment_{how}" for how in ("succeeded", "failed")),
    *(f"payment_intent.{how}" for how in ("succeeded", "payment_failed", "canceled")),
    *(f"charge.{how}" for how in ("succeeded", "failed", "refunded", "dispute.created", "dispute.closed")),
    *("refund.created", "refund.failed", "credit_note.created", "review.opened", "review.closed"),
    "radar.early_fraud_warning.created",
    *(f"invoice.{how}" for how in ("paid", "overdue", "payment_failed", "marked_uncollectible", "voided")),
    *(f"customer.{how}" for how in ("created", "updated", "deleted")),
}


def load(name: str, /, **over: Any) -> dict[str, Any]:
    """An example event; `over` replaces fields of its object."""
    event: dict[str, Any] = json.loads((EVENTS / f"{name}.json").read_text())
    event["data"]["object"].update(over)
    return event


def read(event: Any, **ours: Any) -> Fact | Ignored:
    return fact_from(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=RECORDED_AT, **ours)


def told(event: Any) -> Fact:
    fact = read(event)
    assert isinstance(fact, Fact)
    return fact


def ignored(event: Any, **ours: Any) -> str:
    outcome = read(event, **ours)
    assert isinstance(outcome, Ignored)
    return outcome.reason


def email(address: str) -> str:
    return PSEUDONYMS.email(address)


# ---------------------------------------------------------------- every event


def test_the_types_handled_are_those_agreed_on() -> None:
    assert TYPES == HANDLED
    assert {load(name)["type"] for name in NAMES} >= HANDLED


@pytest.mark.parametrize("name", [n for n in NAMES if not n.startswith("payment_intent.amount_capturable")])
def test_every_example_becomes_a_fact_of_known_fields_from_its_registered_source(name: str) -> None:
    event = load(name)
    fact = told(event)
    assert (fact.source, fact.event_id, fact.type) == ("stripe", event["id"], event["type"])
    assert fact.occurred_at == datetime.fromtimestamp(event["created"], UTC)
    assert fact.recorded_at == RECORDED_AT
    assert fact.subject in fact.identifiers
    assert len(set(fact.identifiers)) == len(fact.identifiers)
    assert fact.groups
    for group, fields in fact.groups.items():
        assert fields
        assert set(fields) <= set(GROUPS[group])
        assert group in POLICY.sources["stripe"].groups
        assert all(isinstance(value, str | int | bool) for value in fields.values())


@pytest.mark.parametrize("name", NAMES)
def test_nothing_that_is_never_kept_is_kept(name: str) -> None:
    event = load(name)
    kept = repr(read(event))
    for path in (
        "fingerprint",
        "receipt_url",
        "hosted_invoice_url",
        "evidence",
        "success_url",
        "client_secret",
    ):
        for value in found(event, path):
            assert value not in kept


def found(value: Any, key: str) -> list[str]:
    if isinstance(value, list):
        return [hit for item in value for hit in found(item, key)]
    if not isinstance(value, dict):
        return []
    here = value.get(key)
    texts = list(here.values()) if isinstance(here, dict) else [here]
    return [t for t in texts if isinstance(t, str) and len(t) > 3] + [
        hit for item in value.values() for hit in found(item, key)
    ]


@pytest.mark.parametrize("name", NAMES)
def test_no_address_stands_in_a_key(name: str) -> None:
    fact = read(load(name))
    if isinstance(fact, Fact):
        assert not any("@" in key for key in (*fact.identifiers, fact.subject, fact.event_id, fact.digest))


def test_the_same_event_gives_the_same_digest_and_another_content_another() -> None:
    event = load("checkout.session.completed")
    assert told(event).digest == told(copy.deepcopy(event)).digest
    assert told(event).digest != told(load("checkout.session.completed", amount_total=1)).digest


def test_unknown_types_are_ignored_whatever_else_they_hold() -> None:
    assert ignored({"type": "customer.subscription.created"}) == "type"
    assert ignored(load("payment_intent.amount_capturable_updated")) == "type"
    assert (
        ignored({"object": "v2.core.event", "type": "v1.customer.created", "created": "2026-11-22"}) == "type"
    )


def test_another_mode_is_ignored() -> None:
    event = load("customer.created")
    assert ignored(event, modes=frozenset({"test"})) == "mode"
    event["livemode"] = False
    assert ignored(event, modes=frozenset({"live"})) == "mode"
    assert isinstance(read(event, modes=frozenset({"live", "test"})), Fact)


def test_another_account_is_ignored() -> None:
    event = load("customer.created")
    assert isinstance(read(event, account=""), Fact)
    assert ignored(event, account="acct_ours") == "account"
    event["account"] = "acct_ours"
    assert isinstance(read(event, account="acct_ours"), Fact)
    assert ignored(event, account="") == "account"
    assert ignored(event, account="acct_other") == "account"


def test_an_event_that_names_nobody_is_ignored() -> None:
    nobody = load("checkout.session.expired", customer_details=None, customer_email=None, customer=None)
    assert ignored(nobody) == "nobody"
    assert ignored(load("refund.created", charge=None, payment_intent=None)) == "nobody"
    with_number = load("checkout.session.expired", customer_details=None, metadata={"customer_number": "77"})
    assert ignored(with_number) == "nobody"


@pytest.mark.parametrize(
    ("path", "value"),
    [
        (("id",), None),
        (("id",), ""),
        (("id",), 7),
        (("id",), "jane@example.com"),
        (("id",), "e" * 300),
        (("type",), None),
        (("type",), 7),
        (("type",), ["customer.created"]),
        (("created",), None),
        (("created",), "2026-11-22"),
        (("created",), 1.5),
        (("created",), True),
        (("created",), -1),
        (("created",), 10**30),
        (("livemode",), None),
        (("livemode",), "true"),
        (("livemode",), 1),
        (("data",), None),
        (("data",), []),
        (("data", "object"), None),
        (("data", "object"), "cus_1"),
        (("data", "object", "id"), None),
        (("data", "object", "id"), "jane@example.com"),
    ],
)
def test_an_event_without_what_its_fact_needs_is_malformed(path: tuple[str, ...], value: object) -> None:
    event = load("customer.created")
    holder = event
    for step in path[:-1]:
        holder = holder[step]
    holder[path[-1]] = value
    with pytest.raises(MalformedEvent):
        read(event)
    del holder[path[-1]]
    with pytest.raises(MalformedEvent):
        read(event)


def test_a_number_of_too_many_digits_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        read(load("checkout.session.completed", amount_total=10**40))


def test_an_optional_field_of_another_type_is_absent() -> None:
    event = load("customer.created", name=["x"], address="x", preferred_locales="fr", phone={}, metadata=[1])
    assert set(told(event).group("profile")) == {"email"}


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=20),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@given(name=st.sampled_from(NAMES), data=st.data())
def test_whatever_stands_in_a_field_the_event_is_a_fact_or_ignored_or_malformed(name: str, data: Any) -> None:
    event = load(name)
    holder = data.draw(st.sampled_from([event, event["data"], event["data"]["object"]]))
    field = data.draw(st.sampled_from(sorted(holder)))
    holder[field] = data.draw(_JSON)
    with suppress(MalformedEvent):
        read(event)


# ---------------------------------------------------------------- who is named


def test_a_fact_is_filed_under_the_address_then_customer_then_payment() -> None:
    event = load("checkout.session.completed")
    session = event["data"]["object"]
    assert told(event).identifiers == (
        email("camille.durand@example.fr"),
        f"stripe_customer#{session['customer']}",
        f"stripe_payment#{session['payment_intent']}",
        PSEUDONYMS.order_number(session["metadata"]["order_id"]),
    )
    assert told(event).subject == f"stripe_payment#{session['payment_intent']}"


@pytest.mark.parametrize("status", ["unpaid", "expired"])
def test_a_checkout_that_is_not_paid_gives_its_order_number_to_nobody(status: str) -> None:
    type_ = "checkout.session.expired" if status == "expired" else "checkout.session.completed.unpaid"
    event = load(type_)
    assert event["data"]["object"]["metadata"]["order_id"]
    assert not [i for i in told(event).identifiers if i.startswith("order_number#")]


def test_an_expanded_object_is_named_by_its_id() -> None:
    whole = {"id": "cus_9", "email": "x@example.fr"}
    assert told(load("checkout.session.completed", customer=whole)).identifiers[1] == "stripe_customer#cus_9"


def test_without_a_payment_the_session_is_the_subject() -> None:
    fact = told(load("checkout.session.completed.free"))
    assert fact.subject.startswith("stripe_session#cs_")
    assert fact.group("order")["payment_status"] == "no_payment_required"


def test_a_charge_stands_for_the_payment_only_where_there_is_none() -> None:
    with_payment = told(load("charge.succeeded"))
    assert not any(i.startswith("stripe_charge#") for i in with_payment.identifiers)
    alone = told(load("charge.succeeded", payment_intent=None))
    assert alone.subject.startswith("stripe_charge#ch_")


def test_the_invoice_of_a_session_is_named() -> None:
    fact = told(load("checkout.session.completed", invoice="in_7"))
    assert "stripe_invoice#in_7" in fact.identifiers
    assert fact.group("order")["invoice"] == "in_7"


def test_an_invoice_names_its_payment_in_old_and_new_api_versions() -> None:
    old = told(load("invoice.paid", payment_intent="pi_1"))
    new = told(load("invoice.paid", payments={"data": [{"payment": {"payment_intent": "pi_1"}}]}))
    assert "stripe_payment#pi_1" in old.identifiers
    assert old.identifiers == new.identifiers
    assert old.subject.startswith("stripe_invoice#")


def test_the_customers_number_comes_last_and_unreadable() -> None:
    fact = told(load("customer.created", metadata={"customer_number": "jane@example.com"}))
    assert fact.identifiers[-1].startswith("customer_number#")
    assert "jane" not in fact.identifiers[-1]
    assert fact.group("profile")["customer_number"] == "jane@example.com"


def test_what_is_no_address_identifies_nobody_and_the_rest_does() -> None:
    fact = told(load("customer.created", email="not an address"))
    assert fact.identifiers[0].startswith("stripe_customer#")


def test_an_address_is_one_person_in_every_spelling_and_kept_as_typed_e125() -> None:
    typed = " Camille.Durand@Example.FR "
    fact = told(load("customer.created", email=typed))
    assert fact.filed_under == email("camille.durand@example.fr")
    assert fact.group("profile")["email"] == typed


def test_a_changed_address_names_the_older_one_too() -> None:
    event = load("customer.updated", email="new@example.fr")
    event["data"]["previous_attributes"] = {"email": "old@example.fr"}
    assert told(event).identifiers[:2] == (email("new@example.fr"), email("old@example.fr"))
    assert told(event).subject.startswith("stripe_customer#")


def test_a_charges_addresses_are_all_named() -> None:
    event = load("charge.succeeded", receipt_email="receipt@example.fr")
    event["data"]["object"]["billing_details"]["email"] = "billing@example.fr"
    assert told(event).identifiers[:2] == (email("receipt@example.fr"), email("billing@example.fr"))


def test_an_older_pepper_is_told() -> None:
    both = Pseudonyms(2, {1: b"1" * 32, 2: b"2" * 32})
    event = load("customer.created", email="jane@example.fr")
    fact = fact_from(event, pseudonyms=both, policy=POLICY, recorded_at=RECORDED_AT)
    assert isinstance(fact, Fact)
    newer, older = both.emails("jane@example.fr")
    assert fact.filed_under == newer
    assert fact.aka == {newer: older}


# ---------------------------------------------------------------- what is kept


def test_a_paid_session_is_an_order_with_its_buyer_and_delivery() -> None:
    event = load("checkout.session.completed")
    session = event["data"]["object"]
    order = told(event).group("order")
    assert order == {
        "payment": session["payment_intent"],
        "session": session["id"],
        "number": "C-2001",
        "mode": "payment",
        "amount": session["amount_total"],
        "currency": "eur",
        "payment_status": "paid",
        "placed_at": datetime.fromtimestamp(session["created"], UTC).isoformat(),
    }
    assert told(event).group("profile")["city"] == session["customer_details"]["address"]["city"]
    assert told(event).group("delivery")["name"] == "Camille Durand"
    assert not told(event).group("checkout")


def test_the_reference_is_the_order_number_where_metadata_has_none() -> None:
    fact = told(load("checkout.session.completed", metadata={}, client_reference_id="order-9"))
    assert fact.group("order")["number"] == "order-9"


def test_an_older_sessions_delivery_is_found_where_it_was() -> None:
    shipping = {"name": "Léa", "address": {"city": "Lyon"}}
    fact = told(load("checkout.session.completed", collected_information=None, shipping_details=shipping))
    assert fact.group("delivery") == {"name": "Léa", "city": "Lyon"}


def test_an_unpaid_session_is_no_order_yet_and_its_consent_counts_e127() -> None:
    fact = told(load("checkout.session.completed.sepa"))
    assert not fact.group("order")
    assert fact.group("checkout")["status"] == "awaiting_payment"
    assert fact.group("consent")["choice"] == "granted"


def test_a_failed_delayed_payment_ends_the_checkout_and_not_the_consent_e127() -> None:
    fact = told(load("checkout.session.async_payment_failed"))
    assert fact.group("checkout")["status"] == "payment_failed"
    assert fact.group("consent")["choice"] == "granted"
    assert not fact.group("order")


def test_a_delayed_payment_that_arrives_is_an_order() -> None:
    assert told(load("checkout.session.async_payment_succeeded")).group("order")["payment_status"] == "paid"


def test_an_expired_session_keeps_the_address_only_and_no_consent_e143() -> None:
    event = load("checkout.session.expired", consent={"promotions": "opt_in"})
    fact = told(event)
    assert fact.group("checkout")["status"] == "expired"
    assert set(fact.group("profile")) == {"email"}
    assert set(fact.groups) == {"checkout", "profile"}


def test_a_session_that_only_saves_a_card_is_no_order() -> None:
    setup = load("checkout.session.completed.free", mode="setup")
    assert "order" not in told(setup).groups
    assert told(setup).group("profile")


def test_a_payment_status_that_nobody_knows_is_malformed() -> None:
    with pytest.raises(MalformedEvent):
        read(load("checkout.session.completed", payment_status="perhaps"))


@pytest.mark.parametrize(
    ("name", "status", "reason"),
    [
        ("payment_intent.succeeded", "succeeded", None),
        ("payment_intent.canceled", "canceled", "fraudulent"),
        ("payment_intent.payment_failed", "failed", "insufficient_funds"),
    ],
)
def test_a_payment_says_how_it_ended(name: str, status: str, reason: str | None) -> None:
    payment = told(load(name)).group("payment")
    assert payment["status"] == status
    assert payment.get("reason") == reason


def test_a_charge_brings_payment_card_and_radars_outcome() -> None:
    event = load("charge.succeeded")
    charge = event["data"]["object"]
    fact = told(event)
    assert fact.group("payment")["status"] == "succeeded"
    assert fact.group("card")["last4"] == charge["payment_method_details"]["card"]["last4"]
    assert "fingerprint" not in fact.group("card")
    assert fact.group("fraud")["risk_level"] == charge["outcome"]["risk_level"]


def test_a_charge_not_yet_captured_is_only_authorized() -> None:
    assert told(load("charge.succeeded", captured=False)).group("payment")["status"] == "authorized"
    assert told(load("charge.failed")).group("payment")["status"] == "failed"


def test_a_charge_without_card_or_outcome_has_no_such_group() -> None:
    fact = told(load("charge.succeeded", payment_method_details={"sepa_debit": {}}, outcome=None))
    assert set(fact.groups) == {"payment"}


def test_a_refunded_charge_tells_its_running_total_at_the_events_instant() -> None:
    event = load("charge.refunded.partial")
    refund = told(event).group("refund")
    assert refund["amount_refunded"] == event["data"]["object"]["amount_refunded"]
    assert refund["at"] == datetime.fromtimestamp(event["created"], UTC).isoformat()


def test_a_refund_tells_its_own_amount_and_status() -> None:
    refund = told(load("refund.failed")).group("refund")
    assert refund["status"] == "failed"
    assert "amount_refunded" not in refund


def test_a_dispute_keeps_its_status_and_none_of_its_evidence() -> None:
    event = load("charge.dispute.created", evidence={"customer_email_address": "jane@example.fr"})
    assert set(told(event).group("dispute")) == set(GROUPS["dispute"])
    assert "jane" not in repr(told(event))


def test_reviews_and_warnings_are_about_fraud() -> None:
    opened, closed = told(load("review.opened")), told(load("review.closed"))
    assert (opened.group("fraud")["review_open"], closed.group("fraud")["review_open"]) == (True, False)
    assert closed.group("fraud")["review_reason"] == "approved"
    assert told(load("radar.early_fraud_warning.created")).group("fraud")["actionable"] is True


@pytest.mark.parametrize(
    ("name", "state"),
    [
        ("invoice.paid", "settled"),
        ("invoice.overdue", "overdue"),
        ("invoice.payment_failed", "payment_failed"),
        ("invoice.marked_uncollectible", "uncollectible"),
        ("invoice.voided", "voided"),
    ],
)
def test_an_invoice_says_what_is_still_owed(name: str, state: str) -> None:
    event = load(name)
    fact = told(event)
    assert fact.group("unpaid")["state"] == state
    assert fact.group("invoice")["number"] == event["data"]["object"]["number"]
    assert fact.filed_under == email(event["data"]["object"]["customer_email"])


def test_a_credit_note_is_about_its_invoice() -> None:
    event = load("credit_note.created")
    fact = told(event)
    note = event["data"]["object"]
    assert fact.subject == f"stripe_invoice#{note['invoice']}"
    assert fact.group("invoice")["credit_amount"] == note["amount"]


def test_a_deleted_customer_is_not_made_again_from_the_deletion() -> None:
    fact = told(load("customer.deleted"))
    assert fact.groups == {"profile": {"deleted": True}}
    assert [i.partition("#")[0] for i in fact.identifiers] == ["stripe_customer"]
    assert fact.aka == {}


def test_long_text_is_cut() -> None:
    assert told(load("customer.created", name="x" * 10_000)).group("profile")["name"] == "x" * 500
