"""Forget: mark and empty a person's partitions, so that nobody brings them back (P38, A18, E104-E107).

This is what an erasure does to the stores. Who may ask for one, and what happens at the providers, is not decided
here. It may break off anywhere: doing it again completes it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from datetime import datetime

from privacy.domain.consent import State, Suppression
from privacy.domain.gone import names_of
from privacy.domain.identifiers import is_email
from privacy.domain.linking import Linked
from privacy.domain.policy import Policy
from privacy.operations.fold_people import Stores, fold_people
from privacy.operations.honour_gone import take_out
from privacy.operations.neighbourhood import Neighbourhood, read_neighbourhood

#: The suppression list's reason for somebody who was erased.
ERASED = "erased"


def forget_person(
    identifiers: Collection[str],
    *,
    stores: Stores,
    policy: Policy,
    now: datetime,
    new_id: Callable[[], str],
) -> int:
    """Forget whoever the address belongs to; returns how many facts went.

    identifiers: of one address, under every pepper. A purchase that is disputed or unpaid stays, with its facts
    (E100, E101). Raises NeighbourhoodTooLarge, PeopleConflict.
    """
    marked: set[str] = set()
    while True:
        found = read_neighbourhood(identifiers, ledger=stores.ledger, people=stores.people, policy=policy)
        linked, people = found.folding.people()
        anchors = {linked.owner(identifier) for identifier in identifiers}
        kept = {
            key
            for anchor in anchors & people.keys()
            for order in people[anchor].orders
            if order.holds
            for key in order.facts
        }
        theirs = set(identifiers) | _stored_as_theirs(identifiers, found)
        theirs |= {identifier for identifier, owner in linked.owners.items() if owner in anchors}
        purchases, staying = _named_purchases(anchors, kept, linked, found, stores)
        theirs = (theirs | purchases) - staying
        if theirs <= marked:
            break
        # what came in until they were marked is looked at once more: unmarked, it would count as left on purpose
        for identifier in sorted(theirs - marked):
            stores.registry.mark_gone(identifier, now)
            if is_email(identifier):
                stores.registry.suppress(Suppression(identifier, now, State.OBJECTED, ERASED))
        marked |= theirs
    theirs = marked
    deleted = 0
    for partition in sorted(found.filed | theirs):
        if partition in theirs:
            deleted += len(take_out(partition, ledger=stores.ledger, registry=stores.registry, policy=policy))
        for fact in [*stores.ledger.under(partition)]:
            about_them = linked.owner(fact.subject) in anchors and fact.key not in kept
            if about_them and not (kept and "link" in fact.groups):
                stores.ledger.delete(partition, fact.key)
                deleted += 1
    fold_people(found.read | theirs, stores=stores, policy=policy, now=now, new_id=new_id)
    return deleted


def _stored_as_theirs(identifiers: Collection[str], found: Neighbourhood) -> set[str]:
    """What the projection says is theirs: where this was begun before, the facts that said so may be gone."""
    return {
        identifier
        for person in found.stored.values()
        if any(person.holdings[i].owned for i in identifiers if i in person.holdings)
        for identifier, holding in person.holdings.items()
        if holding.owned
    }


def _named_purchases(
    anchors: Collection[str], kept: Collection[str], linked: Linked, found: Neighbourhood, stores: Stores
) -> tuple[set[str], set[str]]:
    """What their purchases are known by, and those that stay: what is still told of these is admitted."""
    theirs: set[str] = set()
    staying: set[str] = set()
    for partition in found.filed:
        for fact in stores.ledger.under(partition):
            if fact.key in kept:
                staying |= names_of(fact)
            elif linked.owner(fact.subject) in anchors:
                theirs |= names_of(fact)
    return theirs, staying
