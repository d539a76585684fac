"""Enter what Stripe does not know: orders paid elsewhere, and deliveries (docs/decisions, 7).

Each statement is a fact of the source `shop` with a key of its own: entering it again changes nothing, so a run
that broke off is finished by the same run again. Where something else stands already, the first stays.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, date, datetime
from enum import Enum

from privacy.domain.clocks import PARIS
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import CUSTOMER_NUMBER, Pseudonyms, stripe_identifier
from privacy.domain.policy import Policy
from privacy.domain.projection import Pointer
from privacy.domain.shop_orders import AddedOrder, Delivery
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.neighbourhood import UNKNOWN
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended

SOURCE = "shop"
ADDED = "order.added"
DELIVERED = "order.delivered"


class Entered(Enum):
    """What becomes, or would become, of a statement. The last three are not recorded.

    waiting: recorded, though no order is known yet that it could be about.
    """

    NEW = "new"
    WAITING = "waiting"
    KNOWN = "known"
    CONFLICT = "conflict"  # something else was entered of this order before
    TAKEN = "taken"  # another order has this number, at Stripe
    AMBIGUOUS = "ambiguous"  # several orders have this number


@dataclass(frozen=True, slots=True)
class Book:
    """Where statements are entered, by whom, when. write: else it is only told what would become of them."""

    stores: Stores
    policy: Policy
    pseudonyms: Pseudonyms
    by: str
    now: datetime
    write: bool


def add_orders(orders: Sequence[AddedOrder], book: Book) -> list[Entered]:
    """Each order's outcome, in order. Raises LedgerUnavailable."""
    numbers = [book.pseudonyms.order_number(order.number) for order in orders]
    pointers = book.stores.people.pointers(set(numbers))
    return [
        _add(order, _holders(number, pointers), book) for order, number in zip(orders, numbers, strict=True)
    ]


def tell_deliveries(deliveries: Sequence[Delivery], book: Book, *, correct: bool = False) -> list[Entered]:
    """Each delivery's outcome, in order. correct: what was entered before gives way. Raises LedgerUnavailable."""
    about = [_identifier(delivery, book.pseudonyms) for delivery in deliveries]
    pointers = book.stores.people.pointers(set(about))
    outcomes: list[Entered] = []
    for delivery, identifier in zip(deliveries, about, strict=True):
        pointer = pointers.get(identifier)
        holders = _holders(identifier, pointers)
        if delivery.number is not None and ((pointer and pointer.shared) or len(holders) > 1):
            outcomes.append(Entered.AMBIGUOUS)
            continue
        outcome = _tell(delivery, identifier, book, correct=correct)
        outcomes.append(Entered.WAITING if outcome is Entered.NEW and not holders else outcome)
    return outcomes


def _add(order: AddedOrder, holders: set[str], book: Book) -> Entered:
    fact = _added_fact(order, book)
    held = book.stores.ledger.get(fact.filed_under, fact.key)
    if held is not None:
        return Entered.KNOWN if held.digest == fact.digest else Entered.CONFLICT
    return Entered.TAKEN if holders else _record(fact, book)


def _tell(delivery: Delivery, identifier: str, book: Book, *, correct: bool) -> Entered:
    partitions = [identifier]
    if delivery.number is not None:
        partitions.append(book.pseudonyms.shop_order(delivery.number))
    standing = max(
        (f for partition in partitions for f in book.stores.ledger.under(partition) if f.group("handover")),
        key=lambda fact: (fact.recorded_at, fact.key),
        default=None,
    )
    if standing is not None:
        if standing.group("handover").get("delivered_on") == delivery.delivered_on.isoformat():
            return Entered.KNOWN
        if not correct:
            return Entered.CONFLICT
    return _record(_delivered_fact(delivery, identifier, standing, book), book)


def _record(fact: Fact, book: Book) -> Entered:
    if not book.write:
        return Entered.NEW
    match record_fact(fact, ledger=book.stores.ledger, policy=book.policy):
        case Appended.NEW:
            return Entered.NEW
        case Appended.DUPLICATE:
            return Entered.KNOWN
        case Appended.CONFLICT:
            return Entered.CONFLICT


def _holders(identifier: str, pointers: Mapping[str, Pointer]) -> set[str]:
    """Whose orders have the number or payment; nobody's, where only deliveries were told of it."""
    pointer = pointers.get(identifier, Pointer())
    return {p for p in (pointer.person, *pointer.named_by) if p and p != f"{UNKNOWN}{identifier}"}


def _identifier(delivery: Delivery, pseudonyms: Pseudonyms) -> str:
    named = stripe_identifier(delivery.payment or "")
    return named or pseudonyms.order_number(delivery.number or "")


# ---------------------------------------------------------------- as facts


def _added_fact(order: AddedOrder, book: Book) -> Fact:
    """Filed under the order, so that its number is taken once, whoever the second buyer would be."""
    pseudonyms = book.pseudonyms
    names = [
        pseudonyms.shop_order(order.number),
        pseudonyms.email(order.email),
        pseudonyms.order_number(order.number),
    ]
    customer_number = order.profile.get("customer_number")
    if customer_number:
        names.append(f"{CUSTOMER_NUMBER}#{pseudonyms.digest(CUSTOMER_NUMBER, customer_number)}")
    told: dict[str, Group] = {
        "order": {
            "number": order.number,
            "customer_number": customer_number,
            "amount": order.amount,
            "currency": "eur",
            "payment_status": "paid",
            "placed_at": _begins(order.ordered_on).isoformat(),
        },
        "profile": {"email": order.email, **order.profile},
    }
    if order.delivered_on is not None:
        told["handover"] = {"number": order.number, "delivered_on": order.delivered_on.isoformat()}
    event_id = f"added-{names[0].partition('#')[2]}"
    fact = _fact((ADDED, event_id), order.ordered_on, names, told, book)
    return replace(fact, aka=pseudonyms.aka(order.email))


def _delivered_fact(delivery: Delivery, identifier: str, standing: Fact | None, book: Book) -> Fact:
    """standing: what it corrects. There is one first statement, and one correction of each."""
    told: dict[str, Group] = {
        "handover": {
            "number": delivery.number,
            "payment": delivery.payment,
            "delivered_on": delivery.delivered_on.isoformat(),
        }
    }
    event_id = book.pseudonyms.digest(DELIVERED, identifier, standing.key if standing else "")
    return _fact((DELIVERED, event_id), delivery.delivered_on, [identifier], told, book)


def _fact(
    event: tuple[str, str], day: date, identifiers: Iterable[str], told: Mapping[str, Group], book: Book
) -> Fact:
    """event: type and id. Who entered it is no part of what is compared: a colleague may enter it again."""
    type_, event_id = event
    names, at = tuple(identifiers), _begins(day)
    told = {group: {n: v for n, v in said.items() if v is not None} for group, said in told.items()}
    return Fact(
        source=SOURCE,
        event_id=event_id,
        type=type_,
        occurred_at=at,
        recorded_at=book.now,
        identifiers=names,
        subject=names[0],
        groups={**told, "entry": {"by": book.by}},
        digest=digest_of(book.pseudonyms.digest_key, type_, at, told),
    )


def _begins(day: date) -> datetime:
    """The instant at which the day begins in Paris."""
    return datetime(day.year, day.month, day.day, tzinfo=PARIS).astimezone(UTC)
