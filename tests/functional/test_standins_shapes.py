"""Whatever the Stripe stand-in makes, and whatever events/ holds, has the shape of stripe-python's typed classes."""

import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import parse_qsl

import pytest
import stripe
import stripe.checkout
import stripe.radar
from stripe._stripe_object import UntypedStripeObject

from cli.standins import mailchimp as standin_of_mailchimp
from cli.standins import stripe as standin_of_stripe
from cli.standins.stripe import Stripe

EVENTS = Path(__file__).parents[2] / "events"
CLASSES = {
    "charge": stripe.Charge,
    "checkout.session": stripe.checkout.Session,
    "credit_note": stripe.CreditNote,
    "customer": stripe.Customer,
    "dispute": stripe.Dispute,
    "event": stripe.Event,
    "invoice": stripe.Invoice,
    "invoice_payment": stripe.InvoicePayment,
    "item": stripe.LineItem,
    "payment_intent": stripe.PaymentIntent,
    "payment_method": stripe.PaymentMethod,
    "price": stripe.Price,
    "radar.early_fraud_warning": stripe.radar.EarlyFraudWarning,
    "refund": stripe.Refund,
    "review": stripe.Review,
    "setup_intent": stripe.SetupIntent,
    "subscription": stripe.Subscription,
    "tax_id": stripe.TaxId,
}
FREE = {"metadata", "previous_attributes"}
"""Fields whose keys are not Stripe's."""

GENERIC = (stripe.StripeObject, stripe.ListObject, UntypedStripeObject)


def annotations(kind: type) -> dict[str, str]:
    found: dict[str, str] = {}
    for base in reversed(kind.__mro__):
        if base.__module__.startswith("stripe.") and base is not stripe.StripeObject:
            for name, annotation in getattr(base, "__annotations__", {}).items():
                found[name] = annotation if isinstance(annotation, str) else repr(annotation)
    return found


def nested_class(kind: type, annotation: str) -> type | None:
    """Return the nested class that an annotation such as `Optional[List[CustomField]]` names."""
    for word in reversed(re.findall(r"\w+", annotation)):
        inner = getattr(kind, word, None) or getattr(sys.modules[kind.__module__], word, None)
        if isinstance(inner, type) and issubclass(inner, stripe.StripeObject) and inner not in GENERIC:
            return inner
    return None


def unknown_keys(value: Any, kind: type | None, path: str = "") -> Iterator[str]:
    """Yield the path of every key that the class of its object does not have."""
    if isinstance(value, list):
        for at, item in enumerate(value):
            yield from unknown_keys(item, kind, f"{path}[{at}]")
        return
    if not isinstance(value, dict):
        return
    if value.get("object") == "list":
        yield from unknown_keys(value["data"], None, f"{path}.data")
        return
    kind = CLASSES.get(value.get("object", ""), kind)
    if kind is None:
        if value:
            yield f"{path}: no class for {sorted(value)}"
        return
    known = annotations(kind)
    for name, item in value.items():
        if name not in known:
            yield f"{path}.{name} ({kind.__name__})"
        elif name not in FREE:
            yield from unknown_keys(item, nested_class(kind, known[name]), f"{path}.{name}")


def unknown_in_event(event: dict[str, Any]) -> list[str]:
    told = event["data"]["object"]
    unknown = [*unknown_keys(told, None), *unknown_keys({**event, "data": None}, stripe.Event)]
    previous = event["data"].get("previous_attributes", {})
    return unknown + [
        f"previous {name}" for name in previous.keys() - annotations(CLASSES[told["object"]]).keys()
    ]


def everything(standin: Stripe) -> None:
    """Let everything happen once."""
    for number, (box, carrier, outcome, method) in enumerate(
        [
            ("ticked", "metadata", "paid", "card"),
            ("unticked", "custom_field", "review", "card"),
            ("ticked", "promotions", "hold", "card"),
            ("absent", "metadata", "declined", "card"),
            ("ticked", "metadata", "left", "card"),
            ("unticked", "promotions", "paid", "sepa_debit"),
            ("absent", "metadata", "paid", "sepa_debit"),
            ("absent", "metadata", "hold", "card"),
        ]
    ):
        buyer = {"email": f"p{number}@example.fr", "customer": "guest" if number % 2 else "new"}
        standin.act("checkout", **buyer, box=box, carrier=carrier, outcome=outcome, method=method)
    standin.act("checkout", email="free@example.fr", amount=0)
    standin.act("refund", of="p0@example.fr", amount=100)
    standin.act("refund", of="p0@example.fr")
    standin.act("refund_fail", of="p0@example.fr")
    standin.act("dispute_open", of="p0@example.fr")
    standin.act("dispute_close", of="p0@example.fr", status="won")
    standin.act("review", of="p0@example.fr")
    standin.act("review_close", of="p1@example.fr", closed_reason="refunded_as_fraud")
    standin.act("fraud_warning", of="p0@example.fr")
    standin.act("capture", of="p2@example.fr")
    standin.act("cancel", of="p7@example.fr")
    standin.act("expire", of="p4@example.fr")
    standin.act("pay_async", of="p5@example.fr")
    standin.act("fail_async", of="p6@example.fr")
    standin.act("create_customer", email="lea@example.com")
    standin.act("save_card", of="lea@example.com")
    standin.act("add_tax_number", of="lea@example.com")
    standin.act("subscribe", of="lea@example.com")
    standin.act("end_subscription", of="lea@example.com")
    standin.act("update_customer", of="lea@example.com", changes={"email": "lea.m@example.com"})
    standin.act("delete_customer", of="lea.m@example.com")
    paid = standin.act("invoice", of="noor@example.com", due_in_days=30)["invoice"]
    standin.act("invoice_overdue", of=paid)
    standin.act("invoice_pay", of=paid)
    standin.act("credit_note", of=paid)
    given_up = standin.act("invoice", of="noor@example.com")["invoice"]
    standin.act("invoice_fail", of=given_up)
    standin.act("invoice_uncollectible", of=given_up)
    standin.act("credit_note", of=given_up)
    standin.act("invoice_void", of=standin.act("invoice", of="noor@example.com")["invoice"])


@pytest.fixture(scope="module")
def story() -> Iterator[Stripe]:
    with standin_of_stripe.serving() as standin:
        everything(standin)
        yield standin


def test_every_object_has_only_keys_of_its_class(story: Stripe) -> None:
    held = [each for kind in story.objects.values() for each in kind.values()]
    held += [item for items in story.account.lines.values() for item in items]
    assert {each["object"] for each in held} == {*CLASSES} - {"event", "price"}
    assert [unknown for each in held for unknown in unknown_keys(each, None)] == []


def test_every_event_has_only_keys_of_its_class(story: Stripe) -> None:
    assert [unknown for event in story.events for unknown in unknown_in_event(event)] == []


def test_the_walk_finds_a_key_that_does_not_exist() -> None:
    assert list(unknown_keys({"object": "charge", "billing_details": {"mail": "x"}}, None)) == [
        ".billing_details.mail (BillingDetails)"
    ]
    assert list(unknown_keys({"object": "checkout.session", "custom_fields": [{"kind": "x"}]}, None)) == [
        ".custom_fields[0].kind (CustomField)"
    ]


def examples() -> list[Path]:
    return sorted((EVENTS / "stripe").glob("*.json"))


@pytest.mark.parametrize("file", examples(), ids=lambda file: file.stem)
def test_an_example_has_only_keys_of_its_class_and_is_named_after_its_type(file: Path) -> None:
    event = json.loads(file.read_text(encoding="utf-8"))
    assert unknown_in_event(event) == []
    assert file.stem == event["type"] or file.stem.startswith(event["type"] + ".")


HANDLED = {
    *("checkout.session.completed", "checkout.session.expired"),
    *("checkout.session.async_payment_succeeded", "checkout.session.async_payment_failed"),
    *("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"),
    *(
        "charge.succeeded",
        "charge.failed",
        "charge.refunded",
        "charge.dispute.created",
        "charge.dispute.closed",
    ),
    *("refund.created", "refund.failed", "credit_note.created"),
    *("review.opened", "review.closed", "radar.early_fraud_warning.created"),
    *("invoice.paid", "invoice.overdue", "invoice.payment_failed", "invoice.marked_uncollectible"),
    *("invoice.voided", "customer.created", "customer.updated", "customer.deleted"),
}


def test_every_handled_type_has_an_example_and_can_be_made(story: Stripe) -> None:
    assert {json.loads(file.read_text(encoding="utf-8"))["type"] for file in examples()} >= HANDLED
    assert {event["type"] for event in story.events} >= HANDLED


def test_examples_do_not_share_an_id() -> None:
    ids = [json.loads(file.read_text(encoding="utf-8"))["id"] for file in examples()]
    assert len(set(ids)) == len(ids)


def test_the_stand_in_tells_at_least_what_the_examples_tell(story: Stripe) -> None:
    told: dict[str, set[str]] = {}
    for event in story.events:
        told.setdefault(event["type"], set()).update(event["data"]["object"])
    missing = {
        file.stem: lacking
        for file in examples()
        if (event := json.loads(file.read_text(encoding="utf-8")))["type"] in HANDLED
        and (lacking := event["data"]["object"].keys() - told[event["type"]])
    }
    assert missing == {}


def test_the_eventbridge_example_wraps_an_event() -> None:
    for file in sorted((EVENTS / "eventbridge").glob("*.json")):
        wrapped = json.loads(file.read_text(encoding="utf-8"))
        assert wrapped["source"].startswith("aws.partner/stripe.com/ed_")
        assert wrapped["detail-type"] == wrapped["detail"]["type"]
        assert unknown_in_event(wrapped["detail"]) == []


def test_each_mailchimp_example_reads_as_a_form_of_its_type() -> None:
    files = sorted((EVENTS / "mailchimp").glob("*.form"))
    told = {file.stem: parse_qsl(file.read_text(), keep_blank_values=True) for file in files}
    assert {dict(pairs)["type"] for pairs in told.values()} == {
        *("subscribe", "unsubscribe", "profile", "upemail", "cleaned", "campaign")
    }
    assert all(stem.split(".")[0] == dict(pairs)["type"] for stem, pairs in told.items())
    assert "data[merges][GROUPINGS][0][groups]" in dict(told["subscribe.groups"])
    assert "data[merges][ADDRESS][addr1]" in dict(told["subscribe.groups"])
    names = [name for name, _ in told["subscribe.repeated"]]
    assert names.count("data[merges][INTERESTS]") == 2


def test_the_mailchimp_stand_in_tells_at_least_what_the_examples_tell() -> None:
    with standin_of_mailchimp.serving() as standin:
        standin.courier.mode = "hold"
        standin.register_webhook({"url": "http://127.0.0.1:9/hook"})
        for act in ("signup", "unsubscribe"):
            standin.act(act, email="camille.durand@example.fr")
        standin.act("signup", email="noor.haddad@example.com")
        standin.act("change_email", email="noor.haddad@example.com", new_email="noor.n@example.com")
        standin.act("cleaned", email="noor.n@example.com")
        standin.act("campaign")
        bodies = [parcel.body for parcel in standin.courier._held]
    told = {dict(pairs)["type"]: dict(pairs) for pairs in (parse_qsl(body.decode(), True) for body in bodies)}
    for kind in ("subscribe", "unsubscribe", "profile", "upemail", "cleaned", "campaign"):
        example = dict(parse_qsl((EVENTS / "mailchimp" / f"{kind}.form").read_text(), True))
        lacking = {name for name in example.keys() - told[kind].keys() if "[merges]" not in name}
        assert lacking == set(), kind
