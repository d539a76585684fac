"""What is kept of each Stripe object, as field groups (domain/facts.py GROUPS). Nothing else of it is.

Never a card's fingerprint, the evidence of a dispute, or an address of a page. Instants are the object's own
(docs/providers.md "Times"): an event may come days after what it tells.
"""

from __future__ import annotations

from collections.abc import Mapping

from privacy.domain.facts import Group, Scalar
from privacy.inbound.payload import (
    Document,
    MalformedEvent,
    flag,
    group,
    instant,
    number,
    part,
    reference,
    text,
)
from privacy.inbound.stripe_consent import statement
from privacy.inbound.stripe_told import Told

type Groups = Mapping[str, Group]


# ---------------------------------------------------------------- Checkout


def of_session(told: Told) -> Groups:
    """An order where it is paid or nothing was to be paid; else a checkout that may become one (E127)."""
    session = told.object
    if told.type == "checkout.session.expired":
        # the form was never sent: nobody said anything in it (E143)
        return {"checkout": _checkout(session, "expired"), "profile": group(email=_typed_email(session))}
    profile = _buyer(told)
    consent = statement(session, _typed_email(session), told.policy)
    if told.type == "checkout.session.async_payment_failed":
        return {"checkout": _checkout(session, "payment_failed"), "profile": profile, "consent": consent}
    groups: dict[str, Group] = {
        "profile": profile,
        "phone": group(number=text(part(session, "customer_details"), "phone")),
        "delivery": _delivery(_shipping(session)),
        "consent": consent,
    }
    status = text(session, "payment_status")
    if status == "unpaid":
        groups["checkout"] = _checkout(session, "awaiting_payment")
    elif status not in {"paid", "no_payment_required"}:
        raise MalformedEvent("payment_status")
    elif text(session, "mode") != "setup":
        # a session that only saves a card is complete and sells nothing
        groups["order"] = _order(told, status)
    return groups


def _order(told: Told, status: str) -> Group:
    session = told.object
    return group(
        payment=reference(session, "payment_intent"),
        session=reference(session, "id"),
        invoice=reference(session, "invoice"),
        number=told.order_number or text(session, "client_reference_id"),
        customer_number=told.customer_number,
        mode=text(session, "mode"),
        amount=number(session, "amount_total"),
        currency=text(session, "currency"),
        payment_status=status,
        placed_at=instant(session, "created"),
    )


def _checkout(session: Document, status: str) -> Group:
    return group(
        payment=reference(session, "payment_intent"),
        session=reference(session, "id"),
        mode=text(session, "mode"),
        amount=number(session, "amount_total"),
        currency=text(session, "currency"),
        status=status,
        opened_at=instant(session, "created"),
    )


def _buyer(told: Told) -> Group:
    details = part(told.object, "customer_details")
    return group(
        email=_typed_email(told.object),
        name=text(details, "name"),
        **_address(part(details, "address")),
        locale=text(told.object, "locale"),
        customer_number=told.customer_number,
    )


def _typed_email(session: Document) -> str | None:
    return text(part(session, "customer_details"), "email") or text(session, "customer_email")


def _shipping(session: Document) -> Document:
    """Where API version 2025-03-31 moved it to, or where it was."""
    return part(part(session, "collected_information"), "shipping_details") or part(
        session, "shipping_details"
    )


def _delivery(shipping: Document) -> Group:
    return group(name=text(shipping, "name"), **_address(part(shipping, "address")))


def _address(address: Document) -> dict[str, Scalar]:
    return {
        name: text(address, name) for name in ("line1", "line2", "postal_code", "city", "state", "country")
    }


# ---------------------------------------------------------------- payments


def of_payment(told: Told) -> Groups:
    payment = told.object
    failure = part(payment, "last_payment_error")
    status, at, reason = {
        "payment_intent.succeeded": ("succeeded", "created", None),
        "payment_intent.payment_failed": (
            "failed",
            "created",
            text(failure, "decline_code") or text(failure, "code"),
        ),
        "payment_intent.canceled": ("canceled", "canceled_at", text(payment, "cancellation_reason")),
    }[told.type]
    return {
        "payment": group(
            payment=reference(payment, "id"),
            charge=reference(payment, "latest_charge"),
            number=told.order_number,
            status=status,
            amount=number(payment, "amount"),
            currency=text(payment, "currency"),
            at=instant(payment, at),
            reason=reason,
        ),
        "delivery": _delivery(part(payment, "shipping")),
    }


def of_charge(told: Told) -> Groups:
    charge = told.object
    at = instant(charge, "created")
    if told.type == "charge.failed":
        status = "failed"
    elif flag(charge, "captured") and flag(charge, "paid"):
        status = "succeeded"
    else:
        status = "authorized"
    return {
        "payment": group(
            payment=reference(charge, "payment_intent"),
            charge=reference(charge, "id"),
            number=told.order_number,
            status=status,
            amount=number(charge, "amount"),
            currency=text(charge, "currency"),
            at=at,
            reason=text(charge, "failure_code"),
        ),
        "card": _card(part(part(charge, "payment_method_details"), "card"), at),
        "fraud": _outcome(charge, at),
    }


def _card(card: Document, at: str | None) -> Group:
    if not card:
        return {}
    return group(
        brand=text(card, "brand"),
        last4=text(card, "last4"),
        exp_month=number(card, "exp_month"),
        exp_year=number(card, "exp_year"),
        funding=text(card, "funding"),
        country=text(card, "country"),
        at=at,
    )


def _outcome(charge: Document, at: str | None) -> Group:
    outcome = part(charge, "outcome")
    if not outcome:
        return {}
    return group(
        charge=reference(charge, "id"),
        outcome=text(outcome, "type"),
        risk_level=text(outcome, "risk_level"),
        risk_score=number(outcome, "risk_score"),
        rule=reference(outcome, "rule"),
        reason=text(outcome, "reason"),
        at=at,
    )


def of_refunded_charge(told: Told) -> Groups:
    """The charge's running total; a charge does not say when it was refunded, so the event does.

    Letting go of an amount that was held and never captured is told as a refund too: no money moved.
    """
    charge = told.object
    if flag(charge, "captured") is False:
        return {"payment": group(charge=reference(charge, "id"), status="canceled", at=told.at)}
    return {
        "refund": group(
            charge=reference(charge, "id"),
            amount_refunded=number(charge, "amount_refunded"),
            currency=text(charge, "currency"),
            at=told.at,
        )
    }


def of_refund(told: Told) -> Groups:
    refund = told.object
    return {
        "refund": group(
            refund=reference(refund, "id"),
            charge=reference(refund, "charge"),
            amount=number(refund, "amount"),
            currency=text(refund, "currency"),
            status=text(refund, "status"),
            at=instant(refund, "created"),
        )
    }


def of_dispute(told: Told) -> Groups:
    dispute = told.object
    return {
        "dispute": group(
            dispute=reference(dispute, "id"),
            charge=reference(dispute, "charge"),
            status=text(dispute, "status"),
            reason=text(dispute, "reason"),
            amount=number(dispute, "amount"),
            currency=text(dispute, "currency"),
            opened_at=instant(dispute, "created"),
        )
    }


def of_review(told: Told) -> Groups:
    review = told.object
    return {
        "fraud": group(
            charge=reference(review, "charge"),
            review=reference(review, "id"),
            review_open=flag(review, "open"),
            review_reason=text(review, "closed_reason") or text(review, "opened_reason"),
            ip=text(review, "ip_address"),
            at=instant(review, "created"),
        )
    }


def of_warning(told: Told) -> Groups:
    warning = told.object
    return {
        "fraud": group(
            charge=reference(warning, "charge"),
            warning=reference(warning, "id"),
            warning_type=text(warning, "fraud_type"),
            actionable=flag(warning, "actionable"),
            at=instant(warning, "created"),
        )
    }


# ---------------------------------------------------------------- invoices

_UNPAID = {
    "invoice.paid": "settled",
    "invoice.overdue": "overdue",
    "invoice.payment_failed": "payment_failed",
    "invoice.marked_uncollectible": "uncollectible",
    "invoice.voided": "voided",
}


def of_invoice(told: Told) -> Groups:
    invoice = told.object
    moved = part(invoice, "status_transitions")
    return {
        "invoice": group(
            invoice=reference(invoice, "id"),
            number=text(invoice, "number"),
            status=text(invoice, "status"),
            total=number(invoice, "total"),
            amount_paid=number(invoice, "amount_paid"),
            currency=text(invoice, "currency"),
            created_at=instant(invoice, "created"),
            finalized_at=instant(moved, "finalized_at"),
            paid_at=instant(moved, "paid_at"),
            customer_name=text(invoice, "customer_name"),
            **_address(part(invoice, "customer_address")),
        ),
        "unpaid": group(
            invoice=reference(invoice, "id"),
            state=_UNPAID[told.type],
            amount_remaining=number(invoice, "amount_remaining"),
            currency=text(invoice, "currency"),
            attempt_count=number(invoice, "attempt_count"),
            due_at=instant(invoice, "due_date"),
        ),
    }


def of_credit_note(told: Told) -> Groups:
    note = told.object
    return {
        "invoice": group(
            invoice=reference(note, "invoice"),
            credit_note=reference(note, "id"),
            credit_amount=number(note, "amount"),
            currency=text(note, "currency"),
        )
    }


# ---------------------------------------------------------------- customers


def of_customer(told: Told) -> Groups:
    customer = told.object
    locales = customer.get("preferred_locales")
    return {
        "profile": group(
            email=text(customer, "email"),
            name=text(customer, "name"),
            **_address(part(customer, "address")),
            locale=text({"first": locales[0]}, "first") if isinstance(locales, list) and locales else None,
            customer_number=told.customer_number,
        ),
        "phone": group(number=text(customer, "phone")),
    }


def of_deleted_customer(_told: Told) -> Groups:
    """The event still carries everything it deletes; only the deletion is kept."""
    return {"profile": group(deleted=True)}
