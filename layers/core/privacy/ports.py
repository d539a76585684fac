"""What the operations need of the world, as roles. Adapters in outbound/ play them; so do the tests' fakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import Protocol

from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact


class Appended(Enum):
    """What became of a fact handed to the ledger."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"  # the same id with another content: the first stays


class LedgerUnavailable(Exception):
    """The ledger cannot take a fact now; the sender must try again."""


class FactLedger(Protocol):
    """Facts, appended by one conditional write each."""

    def append(self, fact: Fact) -> Appended:
        """Raises LedgerUnavailable."""
        ...

    def under(self, identifier: str) -> Iterable[Fact]:
        """Every fact filed under the identifier, read consistently, page by page."""
        ...

    def get(self, identifier: str, key: str) -> Fact | None: ...

    def delete(self, identifier: str, key: str) -> None: ...


class MemberDirectory(Protocol):
    """Mailchimp's members, read."""

    def read(self, audience: str, address: str) -> Mapping[str, object] | None:
        """The member as Mailchimp returns it (providers.md §6), or None where the audience has none.

        Raises ProviderUnavailable.
        """
        ...


class ProviderUnavailable(Exception):
    """A provider did not answer, or answered that it cannot now. Holds no payload."""


class KeyQueue(Protocol):
    """A function's own queue of ledger keys and identifiers: no personal data in it."""

    def send(self, bodies: Iterable[Mapping[str, str]]) -> None: ...


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


class PeopleConflict(Exception):
    """Somebody else folded the same people meanwhile: read again."""


class PeopleStore(Protocol):
    """The projection: people, what they hold, and pointers from identifiers to them."""

    def pointers(self, identifiers: Collection[str]) -> Mapping[str, Pointer]: ...

    def person(self, person: str) -> StoredPerson: ...

    def save(self, changes: PeopleChanges) -> None:
        """All or, after a crash, a part that the same fold completes. Raises PeopleConflict."""
        ...


class Registry(Protocol):
    """What is never rebuilt: suppressions, and which partition an event was first filed in."""

    def suppressions(self, emails: Collection[str]) -> Mapping[str, Suppression]: ...

    def suppress(self, entry: Suppression) -> None:
        """Keeps the latest entry of an address."""
        ...

    def claim_event(self, key: str, identifier: str, now: datetime) -> str:
        """Files the event under the identifier unless it stands elsewhere; returns where it stands (R24)."""
        ...

    def log_read(self, *, operator: str, role: str, about: str, purpose: str, now: datetime) -> None:
        """R26: who looked at whose data, and when. about: a person id or an identifier, never an address."""
        ...
