"""The example mails of events/mail/, and what should become of each (events/mail/mails.toml has the words)."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import parseaddr
from pathlib import Path
from typing import Any

MAILS = Path(__file__).parents[1] / "events/mail"


@dataclass(frozen=True)
class Example:
    """One mail, and what should become of it. raw: as a mail client hands it over."""

    name: str
    raw: bytes
    wanted: dict[str, Any]

    @property
    def sender(self) -> str:
        """From's mailbox, as typed."""
        return parseaddr(str(message_from_bytes(self.raw)["From"]))[1]

    @property
    def envelope(self) -> str:
        said: str = self.wanted.get("envelope", self.sender)
        return said

    @property
    def is_machine(self) -> bool:
        return bool(self.wanted["outcome"] == "machine")

    @property
    def rights(self) -> list[str]:
        return list(self.wanted.get("rights", ()))

    @property
    def letters(self) -> list[str]:
        return sorted(self.wanted.get("letters", ()))

    @property
    def names(self) -> tuple[str | None, ...] | None:
        """Given name, family name, address, customer number; None where nothing is asked of them."""
        said = self.wanted.get("names")
        return said and tuple(said.get(part) for part in ("given", "family", "address", "number"))


def examples() -> list[Example]:
    """All of them, in the index's order."""
    index = tomllib.loads((MAILS / "mails.toml").read_text("utf-8"))
    return [Example(name, _handed_over(name), wanted) for name, wanted in index.items()]


def _handed_over(name: str) -> bytes:
    return (MAILS / f"{name}.eml").read_bytes().replace(b"\n", b"\r\n")


def example(name: str) -> Example:
    return next(each for each in examples() if each.name == name)
