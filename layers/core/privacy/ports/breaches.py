"""Breaches of personal data, as records that only grow (Art. 33(5); G36)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from typing import Protocol

from privacy.domain.breach import Breach


class BreachConflict(Exception):
    """Somebody else added an entry meanwhile: read again."""


class Breaches(Protocol):
    """Breaches, by id."""

    def get(self, id_: str) -> Breach | None:
        """Read consistently."""
        ...

    def file(self, breach: Breach, due_on: date) -> None:
        """Save it, if nobody has added an entry since it was read: its last entry is the new one.

        due_on: the Paris day on which it is looked at: of an open one that of its deadline, else its end (R34).
        Raises BreachConflict.
        """
        ...

    def open(self) -> Sequence[Breach]:
        """Those that nobody closed. The latest may not be among them yet."""
        ...

    def closed(self) -> Sequence[Breach]:
        """Those that are kept of the closed. The latest may not be among them yet."""
        ...
