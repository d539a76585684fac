"""Look at Stripe whether somebody has ordered what we do not know of: a webhook may have been missed (A5, E137)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.facts import Fact
from privacy.domain.gone import names_of
from privacy.domain.identifiers import STRIPE_CUSTOMER, kind_of
from privacy.domain.person import Person
from privacy.operations.people.account_holders import held_by_others
from privacy.operations.retention.owe_redaction import Listed, of_others, purchase_in
from privacy.operations.retention.purgeable import Purgeable
from privacy.ports import PeopleStore
from privacy.ports.retention import PaymentLookup


@dataclass(frozen=True, slots=True)
class AtStripe:
    """What Stripe has of them. listed: (kind, object). facts: all of it. customers: by their ids there, without
    somebody else's that were given their address. person: with that taken in."""

    listed: Listed
    facts: tuple[Fact, ...]
    customers: frozenset[str]
    person: Person


def look_up_payments(
    found: Purgeable,
    forms: Sequence[str],
    *,
    payments: PaymentLookup,
    people: PeopleStore,
    facts_of: Callable[[str, Mapping[str, object], datetime], Sequence[Fact]],
    asked_at: datetime,
) -> AtStripe | None:
    """None: Stripe has nothing. facts_of: a listed object as facts (its kind, it, when it was asked for).

    Raises ProviderUnavailable, and what `facts_of` raises: whoever cannot be looked up stays.
    """
    if found.person is None:
        return None
    theirs = [i.partition("#")[2] for i in found.identifiers if kind_of(i) == STRIPE_CUSTOMER]
    known = payments.known_under(forms, theirs)
    facts = tuple(
        fact for kind, listed in _news(known, found, people) for fact in facts_of(kind, listed, asked_at)
    )
    for fact in facts:
        found.folding.add(fact)
    linked, everybody = found.folding.people(found.suppressions)
    person = everybody.get(linked.owner(found.person.anchor))
    customers = {str(listed["id"]) for kind, listed in known if kind == "customers"}
    customers -= held_by_others(customers - {*theirs}, found.ids, people)
    return AtStripe(known, facts, frozenset(customers), person) if person is not None and known else None


def _news(known: Listed, found: Purgeable, people: PeopleStore) -> Listed:
    """Without paid orders that we know, which were told and have gone by their rules, and without what is somebody
    else's: on one account several may have bought."""
    orders = found.person.paid_orders if found.person else ()
    told = {key for order in orders for key in order.facts}
    ours = {i.partition("#")[2] for fact in found.facts if fact.key in told for i in names_of(fact)}
    others = of_others(found.id, {name for _, each in known for name in purchase_in(each)}, people)
    return [
        (kind, each)
        for kind, each in known
        if purchase_in(each).isdisjoint(ours | others) and not (orders and kind == "customers")
    ]
