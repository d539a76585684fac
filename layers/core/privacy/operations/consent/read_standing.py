"""Read: how the owner of an address stands towards marketing, folded from the facts as they are now."""

from __future__ import annotations

from privacy.domain.identifiers import is_email
from privacy.domain.membership import Standing
from privacy.domain.policy import Policy
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.neighbourhood import read_neighbourhood


def read_standing(email: str, *, stores: Stores, policy: Policy) -> Standing | None:
    """None where nothing is known of the address. email: its identifier. Raises NeighbourhoodTooLarge."""
    found = read_neighbourhood({email}, ledger=stores.ledger, people=stores.people, policy=policy)
    emails = {i for i in found.folding.identifiers() if is_email(i)}
    linked, people = found.folding.people(stores.registry.suppressions(emails))
    owner = people.get(linked.owner(email))
    mailbox = linked.mailbox(email)
    return next((s for s in owner.standings if s.mailbox == mailbox), None) if owner else None
