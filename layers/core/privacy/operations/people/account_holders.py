"""Whose a Stripe account is: not by the address that stands in it today, but by what was told of it first.

Whoever gets at an account can change its address, and then ask for a copy or an erasure from there (E71, decision 14).
"""

from __future__ import annotations

from collections.abc import Collection

from privacy.domain.identifiers import STRIPE_CUSTOMER
from privacy.domain.projection import Pointer
from privacy.operations.people.neighbourhood import UNKNOWN
from privacy.ports import PeopleStore


def held_by_others(customers: Collection[str], ids: Collection[str], people: PeopleStore) -> set[str]:
    """Which of these customers, by their ids at Stripe, our own facts gave to somebody else. ids: the person's, by any
    of which they are known here. An account that too many use, or that nobody's address goes with, is nobody's."""
    identifiers = {f"{STRIPE_CUSTOMER}#{customer}": customer for customer in customers}
    pointers = people.pointers(identifiers)
    return {identifiers[i] for i, pointer in pointers.items() if _somebody(pointer) not in {None, *ids}}


def _somebody(pointer: Pointer) -> str | None:
    person = pointer.person
    return None if pointer.shared or person is None or person.startswith(UNKNOWN) else person
