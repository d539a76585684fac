"""What the operations need of the world, as roles. Adapters in outbound/ play them; so do the tests' fakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from datetime import datetime
from enum import Enum
from typing import TYPE_CHECKING, Protocol

from privacy.domain.facts import Fact

if TYPE_CHECKING:
    # the entrances import this module at every cold start, and need none of these
    from privacy.domain.consent import Suppression
    from privacy.domain.member import Member
    from privacy.domain.projection import PeopleChanges, Pointer, StoredPerson


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

    def read(self, audience: str, address: str) -> Member | None:
        """None where the audience has no such member. Raises ProviderUnavailable."""
        ...


class ProviderUnavailable(Exception):
    """A provider did not answer, or answered that it cannot now. Holds no payload."""


class KeyQueue(Protocol):
    """A function's own queue of ledger keys and identifiers: no personal data in it."""

    def send(self, bodies: Iterable[Mapping[str, str]]) -> None: ...


class PeopleConflict(Exception):
    """Somebody else folded the same people meanwhile: read again."""


class Partitions(Protocol):
    """Every partition of a table, page by page, for a rebuild."""

    def page(self, after: Mapping[str, str] | None) -> tuple[list[str], Mapping[str, str] | None]:
        """(partition keys, where to go on; None at the end)."""
        ...


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
