"""The projection `people`: what it keeps of a person, and what a fold changes in it (docs/architecture.md "Tables")."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

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

    summary: the item's own content; of an alias, only `alias_of`.
    """

    person: str
    version: int = 0
    holdings: Mapping[str, Holding] = field(default_factory=dict)
    summary: Mapping[str, object] = field(default_factory=dict)

    @property
    def neighbours(self) -> tuple[str, ...]:
        """People to be read together with this one."""
        named = [self.summary.get("neighbours", ()), self.summary.get("aliases", ())]
        return tuple(str(person) for people in named if isinstance(people, list | tuple) for person in people)


@dataclass(slots=True)
class PeopleChanges:
    """What one fold changes, to be saved under the versions that it has read.

    expected: version by person, 0 for a new one. summaries: items to write. gone: items to delete.
    holdings by (person, identifier), pointers by identifier; None: delete. new_pointers: must not exist yet.
    """

    expected: dict[str, int] = field(default_factory=dict)
    summaries: dict[str, Mapping[str, object]] = field(default_factory=dict)
    gone: set[str] = field(default_factory=set)
    holdings: dict[tuple[str, str], Holding | None] = field(default_factory=dict)
    pointers: dict[str, Pointer | None] = field(default_factory=dict)
    new_pointers: set[str] = field(default_factory=set)
    person_facts: list[Fact] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.summaries or self.gone or self.holdings or self.pointers or self.person_facts)
