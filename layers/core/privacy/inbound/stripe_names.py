"""Whom and what a Stripe object names, as identifiers, strongest first (docs/architecture.md "Identifiers")."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from contextlib import suppress

from privacy.domain.identifiers import (
    CUSTOMER_NUMBER,
    STRIPE_CHARGE,
    STRIPE_CUSTOMER,
    STRIPE_INVOICE,
    STRIPE_PAYMENT,
    STRIPE_SESSION,
    InvalidAddress,
    Pseudonyms,
)
from privacy.inbound.payload import Document, part, reference, text
from privacy.inbound.stripe_told import Told


class Names:
    """What one object names: ids as Stripe writes them, addresses as typed."""

    __slots__ = (
        "charge",
        "customer",
        "customer_number",
        "invoice",
        "order_number",
        "payment",
        "session",
        "typed",
    )

    def __init__(
        self,
        *,
        typed: Iterable[str | None] = (),
        customer: str | None = None,
        payment: str | None = None,
        charge: str | None = None,
        session: str | None = None,
        invoice: str | None = None,
        customer_number: str | None = None,
        order_number: str | None = None,
    ) -> None:
        self.typed = dict.fromkeys(address for address in typed if address)
        self.customer = customer
        self.payment = payment
        self.charge = charge
        self.session = session
        self.invoice = invoice
        self.customer_number = customer_number
        self.order_number = order_number

    def emails(self, pseudonyms: Pseudonyms) -> dict[str, str]:
        """`{address: identifier}`. What somebody mistyped identifies nobody."""
        found: dict[str, str] = {}
        for address in self.typed:
            with suppress(InvalidAddress):
                found[address] = pseudonyms.email(address)
        return found

    def identifiers(self, emails: Collection[str], pseudonyms: Pseudonyms) -> tuple[str, ...]:
        """Without repetition; nothing where only a session or the shop's own number is named, which lead to
        no person. What is weaker than a payment intent stands only where there is none."""
        if not (emails or self.customer or self.payment or self.charge or self.invoice):
            return ()
        found = list(emails)
        if self.customer:
            found.append(f"{STRIPE_CUSTOMER}#{self.customer}")
        if self.payment:
            found.append(f"{STRIPE_PAYMENT}#{self.payment}")
        elif self.charge:
            found.append(f"{STRIPE_CHARGE}#{self.charge}")
        elif self.session:
            found.append(f"{STRIPE_SESSION}#{self.session}")
        if self.invoice:
            found.append(f"{STRIPE_INVOICE}#{self.invoice}")
        if self.customer_number:
            # the shop chooses these numbers, and some shops choose the address
            found.append(f"{CUSTOMER_NUMBER}#{pseudonyms.digest(CUSTOMER_NUMBER, self.customer_number)}")
        if self.order_number:
            found.append(pseudonyms.order_number(self.order_number))
        return tuple(dict.fromkeys(found))


def of_session(told: Told) -> Names:
    session = told.object
    return Names(
        typed=(text(part(session, "customer_details"), "email"), text(session, "customer_email")),
        customer=reference(session, "customer"),
        payment=reference(session, "payment_intent"),
        session=reference(session, "id"),
        invoice=reference(session, "invoice"),
        customer_number=told.customer_number,
        order_number=(told.order_number or text(session, "client_reference_id")) if _sold(session) else None,
    )


def _sold(session: Document) -> bool:
    """Only a paid order's number is a name of it: whoever opens a checkout may put any number there."""
    return text(session, "payment_status") in {"paid", "no_payment_required"}


def of_payment(told: Told) -> Names:
    payment = told.object
    tried = part(part(payment, "last_payment_error"), "payment_method")
    return Names(
        typed=(text(payment, "receipt_email"), text(part(tried, "billing_details"), "email")),
        customer=reference(payment, "customer"),
        payment=reference(payment, "id"),
        customer_number=told.customer_number,
        order_number=told.order_number if told.type == "payment_intent.succeeded" else None,
    )


def of_charge(told: Told) -> Names:
    charge = told.object
    return Names(
        typed=(text(charge, "receipt_email"), text(part(charge, "billing_details"), "email")),
        customer=reference(charge, "customer"),
        payment=reference(charge, "payment_intent"),
        charge=reference(charge, "id"),
        customer_number=told.customer_number,
        order_number=told.order_number if told.type == "charge.succeeded" else None,
    )


def of_what_follows(told: Told) -> Names:
    """Refunds, disputes, reviews and early fraud warnings name the payment they follow, and nobody."""
    return Names(payment=reference(told.object, "payment_intent"), charge=reference(told.object, "charge"))


def of_invoice(told: Told) -> Names:
    invoice = told.object
    return Names(
        typed=(text(invoice, "customer_email"),),
        customer=reference(invoice, "customer"),
        payment=_paid_by(invoice),
        invoice=reference(invoice, "id"),
        customer_number=told.customer_number,
    )


def _paid_by(invoice: Document) -> str | None:
    """The payment intent: a field until API version 2025-03-31, since then inside `payments` where expanded."""
    if (payment := reference(invoice, "payment_intent")) is not None:
        return payment
    rows = part(invoice, "payments").get("data")
    for row in rows if isinstance(rows, list) else ():
        if (
            isinstance(row, dict)
            and (payment := reference(part(row, "payment"), "payment_intent")) is not None
        ):
            return payment
    return None


def of_credit_note(told: Told) -> Names:
    return Names(customer=reference(told.object, "customer"), invoice=reference(told.object, "invoice"))


def of_customer(told: Told) -> Names:
    """Where `customer.updated` changed the address, the one that stood there before is named too."""
    return Names(
        typed=(text(told.object, "email"), text(told.previous, "email")),
        customer=reference(told.object, "id"),
        customer_number=told.customer_number,
    )


def of_deleted_customer(told: Told) -> Names:
    """Only the id: the event still carries everything, and nobody is made again from it."""
    return Names(customer=reference(told.object, "id"))
