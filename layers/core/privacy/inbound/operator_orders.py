"""Orders and deliveries that an operator enters, out of the body: `{"dry_run": true, "orders": [{…}]}`.

orders: number, email, ordered_on, amount (cents), delivered_on and PROFILE where known. deliveries: delivered_on,
and number or payment. Days are ISO dates in Paris. At most MAX_ENTRIES at once. What cannot be was refused at the
desk already; here it is a malformed request.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from privacy.domain.shop_orders import PROFILE, AddedOrder, Delivery, Implausible
from privacy.inbound import http
from privacy.inbound.payload import Document, MalformedEvent, document, flag, needed, number, text

#: As many as are recorded well within a function's time.
MAX_ENTRIES = 100


def orders(event: http.Event, today: date) -> tuple[list[AddedOrder], Document]:
    """(the orders, what else the body says). Raises MalformedEvent, TooLarge."""
    return _entries(event, "orders", lambda said: _order(said).checked(today))


def deliveries(event: http.Event, today: date) -> tuple[list[Delivery], Document]:
    """(the deliveries, what else the body says). Raises MalformedEvent, TooLarge."""
    return _entries(event, "deliveries", lambda said: _delivery(said).checked(today))


def asked(said: Document, name: str) -> bool:
    """A yes or no that has to be said: nothing is written because a word is missing. Raises MalformedEvent."""
    return needed(flag(said, name), name)


def _entries[T](event: http.Event, name: str, read: Callable[[Document], T]) -> tuple[list[T], Document]:
    said = document(http.body(event))
    entries = said.get(name)
    if not isinstance(entries, list) or not 0 < len(entries) <= MAX_ENTRIES:
        raise MalformedEvent(name)
    if not all(isinstance(entry, dict) for entry in entries):
        raise MalformedEvent(name)
    try:
        return [read(entry) for entry in entries], said
    except Implausible:
        raise MalformedEvent(name) from None


def _order(said: Document) -> AddedOrder:
    profile = {name: value for name in PROFILE if (value := text(said, name))}
    return AddedOrder(
        number=needed(text(said, "number"), "number"),
        email=needed(text(said, "email"), "email"),
        ordered_on=needed(_day(said, "ordered_on"), "ordered_on"),
        amount=needed(number(said, "amount"), "amount"),
        delivered_on=_day(said, "delivered_on"),
        profile=profile,
    )


def _delivery(said: Document) -> Delivery:
    return Delivery(
        delivered_on=needed(_day(said, "delivered_on"), "delivered_on"),
        number=text(said, "number"),
        payment=text(said, "payment"),
    )


def _day(said: Document, name: str) -> date | None:
    """Raises MalformedEvent where it is no ISO date."""
    value = text(said, name)
    try:
        return date.fromisoformat(value) if value else None
    except ValueError:
        raise MalformedEvent(name) from None
