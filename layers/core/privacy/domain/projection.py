"""The projection `people`: what it keeps of a person, and what a fold changes in it (docs/architecture.md "Tables")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import NamedTuple

from privacy.domain.facts import Fact


@dataclass(frozen=True, slots=True)
class Holding:
    """What a stored person has to do with an identifier. filed: facts are filed under it."""

    owned: bool
    filed: bool


@dataclass(frozen=True, slots=True)
class Pointer:
    """Who an identifier belongs to, and whose facts name it besides; shared: it names too many to mean anybody."""

    person: str | None = None
    named_by: tuple[str, ...] = ()
    shared: bool = False


@dataclass(frozen=True, slots=True)
class StoredPerson:
    """A person as the projection has them. version 0: there is no such item (yet).

    summary: the item's own content; of an alias, only `alias_of`. apart: the identifiers whose holdings a store keeps
    in items of their own; the person's own item says the others.
    """

    person: str
    version: int = 0
    holdings: Mapping[str, Holding] = field(default_factory=dict)
    summary: Mapping[str, object] = field(default_factory=dict)
    apart: frozenset[str] = frozenset()

    @property
    def neighbours(self) -> tuple[str, ...]:
        """People to be read together with this one."""
        named = [self.summary.get("neighbours", ()), self.summary.get("aliases", ())]
        return tuple(str(person) for people in named if isinstance(people, list | tuple) for person in people)


class Repointed(NamedTuple):
    """A pointer as it was read and as it must be; None: there is none. Both alike: it is only to be as it was."""

    before: Pointer | None
    after: Pointer | None


@dataclass(slots=True)
class PeopleChanges:
    """What one fold changes, to be saved only if everything that it rests on still is as it was read.

    expected: version of everybody who was read or is written, 0 for nobody. summaries: items to write.
    gone: items to delete. holdings by (person, identifier), None: delete. pointers by identifier.
    stored: people as they were read. held: everything that each person to be written holds.
    """

    expected: dict[str, int] = field(default_factory=dict)
    summaries: dict[str, Mapping[str, object]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    holdings: dict[tuple[str, str], Holding | None] = field(default_factory=dict)
    pointers: dict[str, Repointed] = field(default_factory=dict)
    person_facts: list[Fact] = field(default_factory=list)
    stored: Mapping[str, StoredPerson] = field(default_factory=dict)
    held: Mapping[str, Mapping[str, Holding]] = field(default_factory=dict)

    def __bool__(self) -> bool:
        repointed = any(pointer.before != pointer.after for pointer in self.pointers.values())
        return bool(self.summaries or self.gone or self.holdings or repointed or self.person_facts)
