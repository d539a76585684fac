"""Read everybody whom some identifiers lead to, with all their facts (docs/architecture.md "The fold")."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field

from privacy.domain.identifiers import is_email
from privacy.domain.person import Folding
from privacy.domain.policy import Policy
from privacy.domain.projection import Pointer, StoredPerson
from privacy.ports import FactReader, PeopleStore

#: More people than this connected with one another is no family and no firm but a fault or an attack.
MAX_PEOPLE = 200


#: What a purchase or customer is called until somebody's address goes with it (docs/decisions, 2).
UNKNOWN = "unknown#"


class NeighbourhoodTooLarge(Exception):
    """Facts connect more people than can be folded together; an operator has to look."""


@dataclass(slots=True)
class Neighbourhood:
    """What was read: the people's versions first, then their facts, so that nothing read is newer than its fold.

    read: the partitions read; filed: those of them that hold facts. pointers: of identifiers that no stored
    person held yet.
    """

    folding: Folding
    stored: dict[str, StoredPerson] = field(default_factory=dict)
    pointers: dict[str, Pointer] = field(default_factory=dict)
    read: set[str] = field(default_factory=set)
    filed: set[str] = field(default_factory=set)


def read_neighbourhood(
    identifiers: Iterable[str],
    *,
    ledger: FactReader,
    people: PeopleStore,
    policy: Policy,
    persons: Iterable[str] = (),
    thorough: bool = False,
) -> Neighbourhood:
    """Follow identifiers to people, people to their facts, facts to identifiers, until nothing new is named.

    persons: ids to read besides. thorough: read every pointer, also of what stored people hold: after a save that
    broke off, a pointer may lead to somebody whom nobody else names. Raises NeighbourhoodTooLarge.
    """
    asked, besides = set(identifiers), set(persons)
    shared: frozenset[str] = frozenset()
    while True:
        found = Neighbourhood(Folding(policy, shared))
        found.stored |= {person: people.person(person) for person in besides}
        _follow(found, asked - shared, ledger, people, thorough=thorough)
        now_shared = found.folding.links().shared | {i for i, p in found.pointers.items() if p.shared}
        if not (now_shared - shared) & found.read:
            found.folding.shared = now_shared
            return found
        # what is filed under an identifier that names too many is nobody's, so it must not have been read
        shared = now_shared


def _follow(
    found: Neighbourhood, partitions: set[str], ledger: FactReader, people: PeopleStore, *, thorough: bool
) -> None:
    asked: set[str] = set()
    while True:
        held = {i for person in found.stored.values() for i in person.holdings}
        named = partitions | found.folding.identifiers()
        unknown = (named | held if thorough else named - held) - asked
        asked |= unknown
        found.pointers |= people.pointers(unknown)
        _read_people(found, people)
        # addresses are few, and one that is only named may have facts of its own that nobody has folded yet
        partitions |= {i for i in found.folding.identifiers() if is_email(i)}
        partitions |= {i for p in found.stored.values() for i, holding in p.holdings.items() if holding.filed}
        partitions -= found.folding.shared
        if not unknown and partitions <= found.read:
            return
        for partition in sorted(partitions - found.read):
            for fact in ledger.under(partition):
                found.folding.add(fact)
                found.filed.add(partition)
            found.read.add(partition)


def _read_people(found: Neighbourhood, people: PeopleStore) -> None:
    while wanted := _named_people(found) - found.stored.keys():
        # a purchase whose buyer is not known yet is nobody, and a person may have many
        if len([p for p in (*found.stored, *wanted) if not p.startswith(UNKNOWN)]) > MAX_PEOPLE:
            raise NeighbourhoodTooLarge(f"more than {MAX_PEOPLE} people")
        for person in sorted(wanted):
            found.stored[person] = people.person(person)


def _named_people(found: Neighbourhood) -> set[str]:
    named: set[str] = set()
    for pointer in found.pointers.values():
        if not pointer.shared:
            named |= {*((pointer.person,) if pointer.person else ()), *pointer.named_by}
    return named.union(*(person.neighbours for person in found.stored.values()))
