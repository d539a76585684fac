"""Describe: what we know of whoever an address belongs to, on what ground, from which fact, until when (P36).

Every look-up is written to the read log before anything of theirs is read. The description is folded from the
facts as they stand, not taken from the projection, so that it is never behind them.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.identifiers import is_email
from privacy.domain.linking import Linked
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.recipients import Recipient
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.neighbourhood import read_neighbourhood
from privacy.operations.people.person_description import Note, description_of
from privacy.ports import FactReader, PeopleStore, Registry

#: What an operator's look-up is for, as the read log has it.
PURPOSE = "look_up"


@dataclass(frozen=True, slots=True)
class Reader:
    """Who looks, in which role."""

    name: str
    role: str


def look_up_person(
    identifiers: Sequence[str],
    *,
    reader: Reader,
    stores: Stores,
    policy: Policy,
    now: datetime,
    recipients: Sequence[Recipient] = (),
) -> Description:
    """Write down who looks at whom, then describe them (R26). Whoever cannot be written down sees nothing.

    identifiers: of one address, under every pepper, the current one first. Raises NeighbourhoodTooLarge.
    """
    about = known_as(identifiers, stores.people)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=PURPOSE, now=now)
    return describe_person(
        identifiers, stores=stores, policy=policy, today=paris_day(now), recipients=recipients
    )


def describe_person(
    identifiers: Sequence[str],
    *,
    stores: Stores,
    policy: Policy,
    today: date,
    recipients: Sequence[Recipient] = (),
) -> Description:
    """The description, plain and JSON-able; see person_description. Raises NeighbourhoodTooLarge.

    about: person | named_only (another record names the address, and nothing is about it) | suppressed_only
    (nothing is left of them but the wish not to be written to) | nobody.
    """
    ledger = _Noting(stores.ledger)
    found = read_neighbourhood(identifiers, ledger=ledger, people=stores.people, policy=policy)
    emails = {i for i in found.folding.identifiers() if is_email(i)} | set(identifiers)
    suppressions = stores.registry.suppressions(emails)
    linked, people = found.folding.people(suppressions)
    anchor = next((owner for i in identifiers if (owner := linked.owner(i)) in people), None)
    suppression = _latest(suppressions[i] for i in identifiers if i in suppressions)
    named_by = sorted(_naming(identifiers, linked, anchor))
    description: Description = {
        "about": "nobody",
        "asked_on": today.isoformat(),
        "policy_version": policy.version,
        "suppression": _suppression(suppression),
        "named_by": named_by,
        "person": None,
    }
    if anchor is not None:
        mailbox = linked.mailbox(next(i for i in identifiers if linked.owner(i) == anchor))
        notes = [note for note in ledger.notes.values() if linked.owner(note.subject) == anchor]
        known = people[anchor]
        person = description_of(
            known,
            mailbox,
            notes=notes,
            linked=linked,
            policy=policy,
            approved=_approved(known, stores.registry),
            today=today,
            recipients=recipients,
        )
        return description | {"about": "person", "person": person}
    if named_by:
        return description | {"about": "named_only"}
    return description | {"about": "suppressed_only"} if suppression else description


@dataclass(slots=True)
class _Noting:
    """A reader that takes a note of every fact it hands out, so that a person's facts are read once."""

    ledger: FactReader
    notes: dict[str, Note] = field(default_factory=dict)

    def under(self, identifier: str) -> Iterator[Fact]:
        for fact in self.ledger.under(identifier):
            self.notes.setdefault(fact.key, Note.of(fact))
            yield fact


def known_as(identifiers: Sequence[str], people: PeopleStore) -> str:
    """The person id, or the address's identifier where the projection knows nobody by it."""
    pointers = people.pointers(identifiers)
    known = (pointers[i].person for i in identifiers if i in pointers)
    return next((person for person in known if person), identifiers[0])


def _approved(person: Person, registry: Registry) -> bool:
    """Asked for only where it matters: of people whom the imported past alone decides."""
    return not any(s.historic for s in person.standings) or registry.history_approved() is not None


def _naming(identifiers: Sequence[str], linked: Linked, anchor: str | None) -> Iterator[str]:
    """Other people whose facts name the address: by id, or as the customer or purchase that is all we know of them."""
    for other, links in linked.people.items():
        if other != anchor and not links.named.isdisjoint(identifiers):
            if links.recorded_ids:
                yield links.recorded_ids[0][1]
            else:
                yield "not folded yet" if is_email(other) else other


def _latest(entries: Iterable[Suppression]) -> Suppression | None:
    return max(entries, key=lambda entry: entry.at, default=None)


def _suppression(entry: Suppression | None) -> Description | None:
    if entry is None:
        return None
    return {
        "state": entry.state.value,
        "since": entry.at.isoformat(),
        "reason": entry.reason,
        "rules": ["A18", "R9"],
    }
