"""What the operations need of the world, as roles. Adapters in outbound/ play them; so do the tests' fakes."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from enum import Enum
from typing import Protocol

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
