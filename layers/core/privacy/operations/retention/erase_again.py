"""Erase again: take out whatever is still, or again, held of somebody who was erased, by their marks (E108, E152).

What a mark admits stays: a later paid order or opt-in, a purchase that was left (domain/gone.py). For whoever is
erased a second time (an old copy of the tables was restored), and for a purge that broke off.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from privacy.domain.policy import Policy
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.honour_gone import take_out_since
from privacy.operations.people.neighbourhood import read_neighbourhood


def erase_again(
    identifiers: Collection[str],
    since: datetime,
    *,
    stores: Stores,
    policy: Policy,
    now: datetime,
    new_id: Callable[[], str],
) -> int:
    """How many facts went. identifiers: everything of theirs. since: their mark's instant.

    Raises NeighbourhoodTooLarge, PeopleConflict.
    """
    theirs = set(identifiers)
    for identifier in sorted(theirs):
        stores.registry.mark_gone(identifier, since)
    found = read_neighbourhood(theirs, ledger=stores.ledger, people=stores.people, policy=policy)
    deleted = 0
    for identifier in sorted(theirs & found.filed):
        gone = take_out_since(
            identifier, since, ledger=stores.ledger, registry=stores.registry, policy=policy
        )
        deleted += len(gone)
    for partition in sorted(found.filed - theirs):
        for fact in [*stores.ledger.under(partition)]:
            if fact.subject in theirs and fact.recorded_at <= since:
                stores.ledger.delete(partition, fact.key)
                deleted += 1
    fold_people(found.read | theirs, stores=stores, policy=policy, now=now, new_id=new_id)
    return deleted
