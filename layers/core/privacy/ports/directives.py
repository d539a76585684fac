"""Directives on what becomes of somebody's data after their death (F2, LIL 85): the last word of each address."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import NamedTuple, Protocol


class Directive(NamedTuple):
    """What somebody wants. about: the identifier of their address. words: a line each. executor: who carries it out, as
    they named them; empty for nobody. case: in which it was given, by a consent of its own (E88)."""

    about: str
    words: tuple[str, ...]
    executor: str
    case: str
    registered_at: datetime


class Directives(Protocol):
    """One directive an address: what was said before is deleted when something else is said (E87)."""

    def register(self, directive: Directive, look_on: date) -> None:
        """look_on: the Paris day on which the purge looks whether anything is held of them still (R27)."""
        ...

    def of(self, identifiers: Collection[str]) -> Directive | None:
        """The latest under any of one address's identifiers, read consistently."""
        ...

    def revoke(self, identifiers: Collection[str]) -> bool:
        """Delete it, words and all; False: there was none."""
        ...
