"""Look at Stripe whether somebody has ordered what we do not know of: a webhook may have been missed (A5, E137)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.facts import Fact
from privacy.domain.identifiers import STRIPE_CUSTOMER, kind_of
from privacy.domain.person import Person
from privacy.operations.owe_redaction import Listed, purchase_in
from privacy.operations.purgeable import Purgeable
from privacy.ports.retention import PaymentLookup


@dataclass(frozen=True, slots=True)
class AtStripe:
    """What Stripe has of them. listed: (kind, object). facts: all of it. customers: by their ids there. person: with
    that taken in."""

    listed: Listed
    facts: tuple[Fact, ...]
    customers: frozenset[str]
    person: Person


def look_up_payments(
    found: Purgeable,
    forms: Sequence[str],
    *,
    payments: PaymentLookup,
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
    facts = tuple(fact for kind, listed in _news(known, found) for fact in facts_of(kind, listed, asked_at))
    for fact in facts:
        found.folding.add(fact)
    linked, people = found.folding.people(found.suppressions)
    person = people.get(linked.owner(found.person.anchor))
    customers = frozenset(str(listed["id"]) for kind, listed in known if kind == "customers")
    return AtStripe(known, facts, customers, person) if person is not None and known else None


def _news(known: Listed, found: Purgeable) -> Listed:
    """Whoever has ordered before is told of what we have no name for: the rest was told, and has gone by its rules."""
    if found.person is None or not found.person.paid_orders:
        return known
    ours = {i.partition("#")[2] for i in found.identifiers}
    return [
        (kind, each) for kind, each in known if kind != "customers" and purchase_in(each).isdisjoint(ours)
    ]
