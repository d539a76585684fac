"""Letters that were sent, as SES's stand-in keeps them: `.eml` files, and in its state what became of each."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from email import policy
from email.message import EmailMessage
from email.parser import BytesParser
from email.utils import parsedate_to_datetime
from pathlib import Path
from typing import Any

#: The headers that a letter's page shows.
SHOWN = ("From", "To", "Reply-To", "Subject", "Auto-Submitted", "In-Reply-To", "X-Imera-Letter", "Message-ID")


@dataclass(frozen=True)
class Sent:
    """One letter. told: the events that SES told of it. text, attached: only where it was read as a whole."""

    number: int
    at: datetime | None
    headers: Mapping[str, str]
    told: Sequence[str]
    text: str = ""
    attached: Sequence[str] = ()

    @classmethod
    def of(cls, path: Path, outcomes: Mapping[str, Sequence[str]], *, whole: bool = False) -> "Sent":
        """Read the file; its content only where it is asked for: what is sent on may be large."""
        with path.open("rb") as file:
            message = BytesParser(EmailMessage, policy=policy.default).parse(file, headersonly=not whole)
        headers = {name: str(message[name]) for name in SHOWN if message[name] is not None}
        text, attached = _content(message) if whole else ("", [])
        return cls(
            number=int(path.name[:6]),
            at=_instant(str(message["Date"] or "")),
            headers=headers,
            told=outcomes.get(path.stem[7:], ()),
            text=text,
            attached=attached,
        )

    def listed(self) -> Mapping[str, Any]:
        """Return it as a JSON value."""
        read = {"text": self.text, "attached": list(self.attached)} if self.text else {}
        at = self.at.isoformat() if self.at else None
        return {"number": self.number, "at": at, "headers": self.headers, "told": list(self.told), **read}


def letters(directory: Path) -> list[Path]:
    """Return the files, the newest first."""
    return sorted(directory.glob("[0-9][0-9][0-9][0-9][0-9][0-9]-*.eml"), reverse=True)


def outcomes(state: Path) -> dict[str, Sequence[str]]:
    """Return what SES told of each letter, by its id; nothing where the stand-in has kept nothing yet."""
    try:
        kept = json.loads(state.read_text(encoding="utf-8"))
        return {letter["id"]: letter["told"] for letter in kept["letters"]}
    except (OSError, ValueError, LookupError, TypeError):
        return {}


def _instant(date: str) -> datetime | None:
    try:
        return parsedate_to_datetime(date)
    except ValueError:
        return None


def _content(message: EmailMessage) -> tuple[str, list[str]]:
    parts = list(message.iter_parts()) if message.is_multipart() else [message]
    text = next((part for part in parts if part.get_content_type() == "text/plain"), None)
    attached = [
        f"{part.get_filename() or 'unnamed'} ({part.get_content_type()})"
        for part in parts
        if part is not text
    ]
    return (str(text.get_content()) if text is not None else ""), attached
