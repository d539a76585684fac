"""What Stripe still has to black out once the last duty to keep it has ended (G24, P31; docs/providers.md "Redaction").

Deleting a customer leaves their payments, checkouts, invoices, events and request logs at Stripe. Only a redaction job
takes the personal data out of these. It is irreversible: a payment can then neither be refunded nor defended in a
dispute. So one is owed only of what nobody holds here any more.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date, datetime, timedelta
from itertools import batched
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import (
    STRIPE_CHARGE,
    STRIPE_CUSTOMER,
    STRIPE_INVOICE,
    STRIPE_PAYMENT,
    STRIPE_SESSION,
)
from privacy.domain.linking import Sets

#: Stripe redacts a payment only so long after it was made.
REDACTABLE_AFTER = timedelta(days=90)
#: As many objects as a job may name.
MOST_OBJECTS = 10

#: How a job names objects by their kind, the widest first: what hangs on one goes with it.
KINDS: Mapping[str, str] = {
    STRIPE_CUSTOMER: "customers",
    STRIPE_SESSION: "checkout_sessions",
    STRIPE_PAYMENT: "payment_intents",
    STRIPE_INVOICE: "invoices",
    STRIPE_CHARGE: "charges",
}
_IDENTIFIERS = {kind: identifier for identifier, kind in KINDS.items()}
_BEGINNINGS = {"cus": "customers", "cs": "checkout_sessions", "pi": "payment_intents", "in": "invoices"}
_BEGINNINGS |= dict.fromkeys(("ch", "py"), "charges")
_STRIPE_ID = re.compile(r"(?P<kind>cus|cs|pi|in|ch|py)_\w{1,200}", re.ASCII)


class Purchase(NamedTuple):
    """What one purchase, or one attempt at it, is called at Stripe. customers: whose accounts it hangs on. at: the
    latest instant known of it."""

    objects: frozenset[str]
    customers: frozenset[str]
    at: datetime


class Redaction(NamedTuple):
    """A job that is owed, or under way. It holds no personal data: ids lead nowhere without Stripe's records.

    id: whose, as nobody can read it. part: one person may need several. objects: Stripe's ids. owed_on: the Paris day
    from which it counts. due_on: the Paris day on which to look next. job: Stripe's id of it, once known. asked: how
    many jobs were asked for. asked_on: the Paris day of the last. failed: how often it did. version: counts what was
    written down.
    """

    id: str
    part: int
    objects: tuple[str, ...]
    owed_on: date
    due_on: date
    job: str = ""
    asked: int = 0
    asked_on: date | None = None
    failed: int = 0
    version: int = 0

    @property
    def by_kind(self) -> dict[str, list[str]]:
        """As a job names them."""
        kinds: dict[str, list[str]] = {}
        for name in self.objects:
            kinds.setdefault(kind_of_object(name), []).append(name)
        return kinds

    @property
    def identifiers(self) -> frozenset[str]:
        """Its objects as our own records call them."""
        return frozenset(map(identifier_of, self.objects))


class NoSuchKind(ValueError):
    """No id of something that can be redacted. Holds nothing of it."""


def is_redactable(stripe_id: str) -> bool:
    """Whether a job can name it."""
    return _STRIPE_ID.fullmatch(stripe_id) is not None


def identifier_of(stripe_id: str) -> str:
    """As our own records call it. Raises NoSuchKind."""
    return f"{_IDENTIFIERS[kind_of_object(stripe_id)]}#{stripe_id}"


def kind_of_object(stripe_id: str) -> str:
    """As KINDS calls it. Raises NoSuchKind."""
    found = _STRIPE_ID.fullmatch(stripe_id)
    if found is None:
        raise NoSuchKind("no id of something that can be redacted")
    return _BEGINNINGS[found["kind"]]


def redactions(
    id_: str, customers: Collection[str], purchases: Iterable[Purchase], shared: Collection[str], today: date
) -> list[Redaction]:
    """The jobs that take out all of somebody: one a customer, and one for every few purchases beside.

    customers: Stripe's ids. shared: those of them on which somebody else's purchases hang; of these only the person's
    own purchases go. What belongs to one purchase is never named by two jobs, for each would lock the other out.
    """
    purchases = [*purchases]
    alone = sorted(set(customers) - set(shared))
    rest = [_roots(each) for each in joined(purchases) if each.customers.isdisjoint(alone)]
    few = (some for each in sorted(rest) for some in batched(each, MOST_OBJECTS, strict=False))
    named = [*((customer,) for customer in alone), *_packed(few)]
    newest = max((each.at for each in purchases), default=None)
    first = today + timedelta(days=1)
    if newest is not None:
        # through the day on which the ninety days end
        first = max(first, paris_day(newest + REDACTABLE_AFTER) + timedelta(days=1))
    return [Redaction(id_, n, objects, today, first) for n, objects in enumerate(named, 1)]


def joined(purchases: Iterable[Purchase]) -> list[Purchase]:
    """What names the same object is one purchase."""
    told = [each for each in purchases if each.objects]
    same = Sets[str]()
    for each in told:
        for name in each.objects:
            same.join(min(each.objects), name)
    found: dict[str, Purchase] = {}
    for each in told:
        first = same.of(min(each.objects))
        held = found.get(first, each)
        found[first] = Purchase(
            held.objects | each.objects, held.customers | each.customers, max(held.at, each.at)
        )
    return [*found.values()]


def _roots(purchase: Purchase) -> tuple[str, ...]:
    """A charge or an invoice is named only where nothing stands that it hangs on."""
    kinds: dict[str, list[str]] = {}
    for name in sorted(purchase.objects):
        kinds.setdefault(kind_of_object(name), []).append(name)
    first = [*kinds.get("checkout_sessions", ()), *kinds.get("payment_intents", ())]
    return tuple(first or kinds.get("invoices") or kinds.get("charges") or ())


def _packed(groups: Iterable[tuple[str, ...]]) -> Iterator[tuple[str, ...]]:
    packed: tuple[str, ...] = ()
    for group in groups:
        if packed and len(packed) + len(group) > MOST_OBJECTS:
            yield packed
            packed = ()
        packed += group
    if packed:
        yield packed
