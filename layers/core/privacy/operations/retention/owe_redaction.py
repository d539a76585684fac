"""Owe a redaction: what Stripe keeps of somebody who goes whole is written down, to be blacked out (G24, R38).

Written down before the providers are asked to forget, since without our facts nobody knows where to look; and taken
back with the marks where the person stays after all. follow_redaction.py brings it about, on nights to come.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import NamedTuple

from privacy.domain.facts import Fact
from privacy.domain.gone import names_of
from privacy.domain.identifiers import STRIPE_CUSTOMER, STRIPE_PAYMENT, STRIPE_SESSION, Pseudonyms, kind_of
from privacy.domain.projection import Pointer
from privacy.domain.redaction import (
    KINDS,
    Purchase,
    identifier_of,
    is_redactable,
    joined,
    kind_of_object,
    redactions,
)
from privacy.operations.retention.purgeable import Purgeable
from privacy.ports import PeopleStore
from privacy.ports.redactions import OwedRedactions, RedactionConflict

#: What an object that Stripe lists calls the purchase by, beside its own id.
_NAMED = ("payment_intent", "latest_charge", "invoice")

#: Longer than a job takes that nothing holds up.
_A_WEEK = timedelta(days=7)

type Listed = Sequence[tuple[str, Mapping[str, object]]]


class AtStripe(NamedTuple):
    """What Stripe keeps of somebody. shared: accounts of theirs on which somebody else's purchases hang."""

    customers: frozenset[str] = frozenset()
    shared: frozenset[str] = frozenset()
    purchases: tuple[Purchase, ...] = ()


@dataclass(frozen=True, slots=True)
class Owing:
    """Where it is written down, and what people hold here. checkouts: Stripe's, of payments by their ids there."""

    owed: OwedRedactions
    people: PeopleStore
    pseudonyms: Pseudonyms
    checkouts: Callable[[Collection[str]], Listed]

    def seen(self, found: Purgeable | None, listed: Listed) -> AtStripe:
        """What is theirs of all that our facts name and Stripe lists. found: None: our records know nobody.

        Of a guest's purchase that went to the archive long ago our facts name the payment alone, and no address to ask
        for: its checkout is asked for by the payment. Raises ProviderUnavailable.
        """
        there = self._seen(found, listed)
        alone = there.customers - there.shared
        payments = {
            name
            for each in there.purchases
            if each.customers.isdisjoint(alone) and not any(map(_is_checkout, each.objects))
            for name in each.objects
            if kind_of_object(name) == KINDS[STRIPE_PAYMENT]
        }
        return self._seen(found, [*listed, *self.checkouts(payments)]) if payments else there

    def _seen(self, found: Purgeable | None, listed: Listed) -> AtStripe:
        me = found.id if found else ""
        facts = found.facts if found else ()
        identifiers = found.identifiers if found else frozenset()
        own = {i.partition("#")[2] for i in identifiers}
        customers = {i.partition("#")[2] for i in identifiers if kind_of(i) == STRIPE_CUSTOMER}
        customers |= {str(each["id"]) for kind, each in listed if kind == "customers"}
        told = joined((*_of_facts(facts), *_of_lists(listed)))
        named = {*customers, *(name for each in told for name in each.objects)}
        taken = of_others(me, named, self.people)
        shared = {c for c in customers if c in taken}
        shared |= {c for each in told if not each.objects.isdisjoint(taken) for c in each.customers}
        theirs = (
            each
            for each in told
            if not each.objects.isdisjoint(own)
            or (each.objects.isdisjoint(taken) and each.customers.isdisjoint(shared))
        )
        return AtStripe(frozenset(filter(is_redactable, customers)), frozenset(shared), tuple(theirs))

    def owe(self, whose: str, there: AtStripe, today: date) -> None:
        """whose: their id, or their case's. What is owed already stays as it is. The first part is written last: once
        it stands, all of them do."""
        parts = redactions(self._id(whose), there.customers, there.purchases, there.shared, today)
        for each in reversed(parts):
            self.owed.owe(each)

    def owes(self, whose: str) -> bool:
        """Whether all of it is written down."""
        return any(each.part == 1 for each in self.owed.of(self._id(whose)))

    def owe_again(self, whose: str, identifiers: Collection[str], on: date) -> None:
        """Of whoever was erased on that day, as the replay list names them, and is gone once more: a job may have been
        asked for before the tables were restored. Whoever has something here all the same owes nothing."""
        if self.people.pointers(identifiers):
            return
        names = {name for i in identifiers if is_redactable(name := i.partition("#")[2])}
        customers = frozenset(name for name in names if identifier_of(name).startswith(STRIPE_CUSTOMER))
        at = datetime(on.year, on.month, on.day, tzinfo=UTC)
        purchases = (Purchase(frozenset({name}), frozenset(), at) for name in sorted(names - customers))
        for each in redactions(self._id(whose), customers, purchases, (), on):
            # what hangs on an account goes with it: named beside it at the same time, each job would lock the other out
            later = _A_WEEK if customers.isdisjoint(each.objects) and customers else timedelta()
            self.owed.owe(each._replace(asked=1, asked_on=on, due_on=each.due_on + later))

    def take_back(self, whose: str) -> None:
        """They stay. What Stripe was asked for already is held against what is here before it is run."""
        for each in self.owed.of(self._id(whose)):
            if not each.asked:
                try:
                    self.owed.settle(each)
                except RedactionConflict:
                    continue  # it is being followed: whoever is held here is not redacted

    def _id(self, whose: str) -> str:
        return self.pseudonyms.digest("redaction", whose)


def of_others(me: str, names: Collection[str], people: PeopleStore) -> set[str]:
    """Which of Stripe's ids somebody else holds, too. me: a person's id."""
    identifiers = {identifier_of(name): name for name in names if is_redactable(name)}
    pointers = people.pointers(identifiers)
    return {identifiers[i] for i, pointer in pointers.items() if _somebody_else(pointer, me)}


def _somebody_else(pointer: Pointer, me: str) -> bool:
    return pointer.shared or bool({pointer.person or me, *pointer.named_by} - {me})


def _of_facts(facts: Sequence[Fact]) -> Iterator[Purchase]:
    for fact in facts:
        names = {i.partition("#")[2] for i in names_of(fact)}
        customers = {i.partition("#")[2] for i in fact.identifiers if kind_of(i) == STRIPE_CUSTOMER}
        objects = frozenset(filter(is_redactable, names))
        if objects:
            yield Purchase(objects, frozenset(customers), fact.occurred_at)


def _of_lists(listed: Listed) -> Iterator[Purchase]:
    for kind, each in listed:
        customer, created = _reference(each.get("customer")), each.get("created")
        objects = purchase_in(each)
        if kind != "customers" and objects and isinstance(created, int):
            at = datetime.fromtimestamp(created, UTC)
            yield Purchase(objects, frozenset({customer} - {""}), at)


def _is_checkout(stripe_id: str) -> bool:
    return kind_of_object(stripe_id) == KINDS[STRIPE_SESSION]


def purchase_in(listed: Mapping[str, object]) -> frozenset[str]:
    """What a listed session, payment, charge or invoice calls its purchase by."""
    named = [_reference(listed.get(name)) for name in ("id", *_NAMED)]
    payments = listed.get("payments")  # of an invoice, where they are expanded
    rows = payments.get("data") if isinstance(payments, Mapping) else None
    for row in rows if isinstance(rows, list) else ():
        paid = row.get("payment") if isinstance(row, Mapping) else None
        named.append(_reference(paid.get("payment_intent")) if isinstance(paid, Mapping) else "")
    return frozenset(filter(is_redactable, named))


def _reference(named: object) -> str:
    """An id, also where the object itself stands in its place."""
    found = named.get("id") if isinstance(named, Mapping) else named
    return found if isinstance(found, str) else ""
