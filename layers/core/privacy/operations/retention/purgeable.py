"""Somebody who may have to go, folded anew, with every fact of theirs as it was read (docs/architecture.md "Purge")."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.gone import names_of
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, is_email
from privacy.domain.linking import PERSON, Linked
from privacy.domain.membership import OUR_SOURCE
from privacy.domain.person import Folding, Person
from privacy.domain.policy import Policy
from privacy.domain.projection import StoredPerson
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.neighbourhood import UNKNOWN, read_neighbourhood
from privacy.ports import FactReader

#: Where a fact keeps an address as it was typed.
_TYPED = (
    ("profile", "email"),
    ("consent", "email"),
    ("subscription", "email"),
    ("subscription", "previous_email"),
)


@dataclass(frozen=True, slots=True)
class Purgeable:
    """A person of the projection, and what the ledger holds of them.

    stored: their item as it was read before their facts. person: the fold of these and of the suppressions; None:
    nothing is about them.
    facts: what is about them, in the order in which it has to go. identifiers: theirs, with whatever their
    purchases are called by. read: the partitions, and the keys that stood in each. alone: nobody else was read.
    """

    id: str
    stored: StoredPerson
    folding: Folding
    suppressions: Mapping[str, Suppression]
    person: Person | None
    facts: tuple[Fact, ...]
    identifiers: frozenset[str]
    read: Mapping[str, frozenset[str]]
    alone: bool

    @property
    def ids(self) -> frozenset[str]:
        """Every id that they were ever given."""
        given = self.person.links.recorded_ids if self.person else ()
        return frozenset({self.id, *(id_ for _, id_ in given)})

    def interrupted(self, ledger: FactReader) -> bool:
        """Whether something came in since they were read, while all of what was read is still there.

        Where some of it has gone, a fold came between that honoured our own marks, and there is no way back.
        """
        now = {partition: {fact.key for fact in ledger.under(partition)} for partition in self.read}
        return all(held <= now[partition] for partition, held in self.read.items()) and now != self.read

    def typed_forms(self, mailboxes: Collection[str], pseudonyms: Pseudonyms) -> tuple[str, ...]:
        """Their addresses in these mailboxes in every form that somebody typed, and in lower case.

        mailboxes: address identifiers, as PersonLinks.mailboxes.
        """
        if self.person is None:
            return ()
        links, forms = self.person.links, set[str]()
        for form in _typed(self.facts):
            try:
                known = set(pseudonyms.emails(form)) & set(links.emails)
            except InvalidAddress:
                continue
            if {links.mailbox(email) for email in known} & set(mailboxes):
                forms |= {form, form.strip(), form.strip().lower()}
        return tuple(sorted(forms))

    def audiences(self) -> frozenset[str]:
        """Mailchimp's audiences that ever told of them."""
        said = (
            fact.group(name).get("audience") for fact in self.facts for name in ("subscription", "consent")
        )
        return frozenset(audience for audience in said if isinstance(audience, str))


def read_purgeable(person_id: str, *, stores: Stores, policy: Policy) -> Purgeable:
    """Raises NeighbourhoodTooLarge."""
    ledger = _Noting(stores.ledger)
    found = read_neighbourhood((), ledger=ledger, people=stores.people, policy=policy, persons=[person_id])
    stored = found.stored[person_id]
    emails = {i for i in found.folding.identifiers() if is_email(i)}
    suppressions = stores.registry.suppressions(emails) if emails else {}
    linked, people = found.folding.people(suppressions)
    anchor = _anchor_of(stored, linked, people)
    facts = [fact for fact in ledger.facts.values() if linked.owner(fact.subject) == anchor]
    owned = {i for i, owner in linked.owners.items() if owner == anchor}
    owned |= {i for i, holding in stored.holdings.items() if holding.owned}
    return Purgeable(
        id=person_id,
        stored=stored,
        folding=found.folding,
        suppressions=suppressions,
        person=people.get(anchor) if anchor else None,
        facts=tuple(sorted(facts, key=_last_of_all)),
        identifiers=frozenset(owned.union(*map(names_of, facts))),
        read={partition: frozenset(ledger.keys[partition]) for partition in found.read},
        alone=people.keys() <= {anchor} and found.stored.keys() == {person_id} and not linked.shared,
    )


def _anchor_of(stored: StoredPerson, linked: Linked, people: Mapping[str, Person]) -> str | None:
    """Whose id it is; where the fact that says so is gone already, whoever has what was theirs."""
    for anchor, person in people.items():
        given = [id_ for _, id_ in person.links.recorded_ids]
        if given[:1] == [stored.person] or f"{UNKNOWN}{anchor}" == stored.person:
            return anchor
    theirs = {linked.owner(i) for i, holding in stored.holdings.items() if holding.owned}
    return min(theirs, default=None)


def _last_of_all(fact: Fact) -> tuple[bool, bool, datetime, str]:
    """As domain/purge.py orders pieces: at no time something is left that reads as a consent."""
    return fact.type == PERSON, fact.source == OUR_SOURCE, fact.occurred_at, fact.key


def _typed(facts: Sequence[Fact]) -> Iterator[str]:
    for fact in facts:
        for group, name in _TYPED:
            form = fact.group(group).get(name)
            if isinstance(form, str) and form:
                yield form


@dataclass(slots=True)
class _Noting:
    """A reader that keeps every fact it hands out, so that what goes is exactly what was read."""

    ledger: FactReader
    facts: dict[tuple[str, str], Fact] = field(default_factory=dict)
    keys: dict[str, set[str]] = field(default_factory=lambda: defaultdict(set))

    def under(self, identifier: str) -> Iterator[Fact]:
        for fact in self.ledger.under(identifier):
            self.facts[identifier, fact.key] = fact
            self.keys[identifier].add(fact.key)
            yield fact
