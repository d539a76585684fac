"""A Stripe event becomes a fact, or is nothing to us (docs/providers.md "Deliveries", "Orders")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime

from privacy.domain.facts import Fact, digest_of
from privacy.domain.identifiers import (
    STRIPE_CHARGE,
    STRIPE_CUSTOMER,
    STRIPE_INVOICE,
    STRIPE_PAYMENT,
    STRIPE_SESSION,
    Pseudonyms,
)
from privacy.domain.policy import Policy
from privacy.inbound import stripe_groups as groups_of
from privacy.inbound import stripe_names as names_in
from privacy.inbound.payload import (
    Document,
    Ignored,
    MalformedEvent,
    flag,
    needed,
    number,
    part,
    reference,
    text,
    utc,
)
from privacy.inbound.stripe_groups import Groups
from privacy.inbound.stripe_names import Names
from privacy.inbound.stripe_told import Told

SOURCE = "stripe"

type _Reading = tuple[Callable[[Told], Names], Callable[[Told], Groups], tuple[str, ...]]

_PURCHASE = (STRIPE_PAYMENT, STRIPE_CHARGE, STRIPE_SESSION)

#: Every type that is handled: whom it names, what is kept of it, and what it is about (the first that is named).
_READINGS: Mapping[str, _Reading] = {
    **dict.fromkeys(
        (
            "checkout.session.completed",
            "checkout.session.async_payment_succeeded",
            "checkout.session.async_payment_failed",
            "checkout.session.expired",
        ),
        (names_in.of_session, groups_of.of_session, _PURCHASE),
    ),
    **dict.fromkeys(
        ("payment_intent.succeeded", "payment_intent.payment_failed", "payment_intent.canceled"),
        (names_in.of_payment, groups_of.of_payment, _PURCHASE),
    ),
    **dict.fromkeys(
        ("charge.succeeded", "charge.failed"),
        (names_in.of_charge, groups_of.of_charge, _PURCHASE),
    ),
    "charge.refunded": (names_in.of_charge, groups_of.of_refunded_charge, _PURCHASE),
    **dict.fromkeys(
        ("charge.dispute.created", "charge.dispute.closed"),
        (names_in.of_what_follows, groups_of.of_dispute, _PURCHASE),
    ),
    **dict.fromkeys(
        ("refund.created", "refund.failed"),
        (names_in.of_what_follows, groups_of.of_refund, _PURCHASE),
    ),
    **dict.fromkeys(
        ("review.opened", "review.closed"),
        (names_in.of_what_follows, groups_of.of_review, _PURCHASE),
    ),
    "radar.early_fraud_warning.created": (names_in.of_what_follows, groups_of.of_warning, _PURCHASE),
    **dict.fromkeys(
        (
            "invoice.paid",
            "invoice.overdue",
            "invoice.payment_failed",
            "invoice.marked_uncollectible",
            "invoice.voided",
        ),
        (names_in.of_invoice, groups_of.of_invoice, (STRIPE_INVOICE,)),
    ),
    "credit_note.created": (names_in.of_credit_note, groups_of.of_credit_note, (STRIPE_INVOICE,)),
    **dict.fromkeys(
        ("customer.created", "customer.updated"),
        (names_in.of_customer, groups_of.of_customer, (STRIPE_CUSTOMER,)),
    ),
    "customer.deleted": (names_in.of_deleted_customer, groups_of.of_deleted_customer, (STRIPE_CUSTOMER,)),
}

TYPES = frozenset(_READINGS)


def fact_from(
    event: Document,
    *,
    pseudonyms: Pseudonyms,
    policy: Policy,
    recorded_at: datetime,
    modes: frozenset[str] = frozenset({"live", "test"}),
    account: str | None = None,
) -> Fact | Ignored:
    """The event (as Stripe's JSON, whatever brought it) as a fact.

    modes: `live`, `test` or both, which of them are ours. account: whose events are ours; "" for the
    platform's own, which name no account; None for everybody's.

    Raises MalformedEvent.
    """
    type_ = needed(text(event, "type"), "type")
    reading = _READINGS.get(type_)
    if reading is None:
        return Ignored("type")
    if ("live" if needed(flag(event, "livemode"), "livemode") else "test") not in modes:
        return Ignored("mode")
    if account is not None and (event.get("account") or "") != account:
        return Ignored("account")
    names_of, groups_in, subjects = reading
    event_id = needed(reference(event, "id"), "id")
    occurred_at = utc(needed(number(event, "created"), "created"), "created")
    told = Told(type_, part(event, "data"), occurred_at.isoformat(), policy)
    needed(reference(told.object, "id"), "data.object.id")
    names = names_of(told)
    emails = names.emails(pseudonyms)
    identifiers = names.identifiers(emails.values(), pseudonyms)
    if not identifiers:
        return Ignored("nobody")
    groups = {name: fields for name, fields in groups_in(told).items() if fields}
    return Fact(
        source=SOURCE,
        event_id=event_id,
        type=type_,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        identifiers=identifiers,
        subject=_subject(identifiers, subjects),
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, type_, occurred_at, groups),
        aka=pseudonyms.aka(*emails),
    )


def _subject(identifiers: tuple[str, ...], kinds: tuple[str, ...]) -> str:
    for kind in kinds:
        for identifier in identifiers:
            if identifier.startswith(f"{kind}#"):
                return identifier
    raise MalformedEvent("what it is about")
