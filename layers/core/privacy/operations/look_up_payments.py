"""Look at Stripe whether somebody of whom we know no order has ordered: a webhook may have been missed (A5, E137)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.facts import Fact
from privacy.domain.identifiers import STRIPE_CUSTOMER, kind_of
from privacy.domain.person import Person
from privacy.operations.purgeable import Purgeable
from privacy.ports.retention import PaymentLookup


@dataclass(frozen=True, slots=True)
class AtStripe:
    """What Stripe has of them. facts: all of it. customers: by their ids there. person: with that taken in."""

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
    facts = tuple(fact for kind, listed in known for fact in facts_of(kind, listed, asked_at))
    for fact in facts:
        found.folding.add(fact)
    linked, people = found.folding.people(found.suppressions)
    person = people.get(linked.owner(found.person.anchor))
    customers = frozenset(str(listed["id"]) for kind, listed in known if kind == "customers")
    return AtStripe(facts, customers, person) if person is not None and known else None
