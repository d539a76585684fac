"""Reading what a provider sent: a JSON document that may hold anything, into text, whole numbers and instants.

Readers return None for what is absent or of another type, because providers change their shapes; the caller
decides whether the fact can do without. What no provider would ever mean is MalformedEvent everywhere.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import NoReturn

from privacy.domain.facts import Group, Scalar

type Document = Mapping[str, object]

#: What Stripe puts in the place of what it blacked out: nobody is called so, and no order.
REDACTED = "[redacted]"
#: Longest text kept of any field, in characters.
MAX_TEXT = 500
#: Ids become parts of keys; a sort key may have 1,024 bytes.
MAX_ID = 255
#: Cents. Above this a number is nobody's money, and DynamoDB has 38 digits only.
MAX_NUMBER = 10**15
_EARLIEST = 946_684_800  # 2000-01-01
_LATEST = 4_102_444_800  # 2100-01-01

_NOTHING: Document = {}


class MalformedEvent(ValueError):
    """The event lacks what its fact needs. The text names the field and never a value."""


class Ignored:
    """An event that is nothing to us. reason: type | mode | account | nobody | audience | campaign."""

    __slots__ = ("reason",)

    def __init__(self, reason: str) -> None:
        self.reason = reason

    def __repr__(self) -> str:
        return f"Ignored({self.reason!r})"


def document(body: bytes) -> Document:
    """The JSON object in the body. Raises MalformedEvent."""
    try:
        text_ = body.decode()
        parsed = _decoder.decode(text_)
        if "\\ud" in text_ or "\\uD" in text_:
            check_text(parsed)
    except (ValueError, RecursionError):
        raise MalformedEvent("not JSON") from None
    if not isinstance(parsed, dict):
        raise MalformedEvent("not an object")
    return parsed


def check_text(parsed: object) -> None:
    """A lone surrogate is no character: it can be neither stored nor hashed. Raises MalformedEvent."""
    try:
        json.dumps(parsed, ensure_ascii=False).encode()
    except (ValueError, RecursionError):
        raise MalformedEvent("text that is none") from None


def _refuse(_constant: str) -> NoReturn:
    raise MalformedEvent("NaN or Infinity")


_decoder = json.JSONDecoder(parse_constant=_refuse)


def part(source: Document, name: str) -> Document:
    """The object under the name, or an empty one."""
    value = source.get(name)
    return value if isinstance(value, dict) else _NOTHING


def text(source: Document, name: str) -> str | None:
    """At most MAX_TEXT characters, or None for absent, empty, blacked out and not text."""
    value = source.get(name)
    return value[:MAX_TEXT] if isinstance(value, str) and value and value != REDACTED else None


def flag(source: Document, name: str) -> bool | None:
    value = source.get(name)
    return value if isinstance(value, bool) else None


def number(source: Document, name: str) -> int | None:
    """Raises MalformedEvent where it is absurd."""
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool):
        return None
    if not -MAX_NUMBER <= value <= MAX_NUMBER:
        raise MalformedEvent(name)
    return value


def instant(source: Document, name: str) -> str | None:
    """Unix seconds as ISO 8601 in UTC. Raises MalformedEvent outside this century."""
    seconds = number(source, name)
    return None if seconds is None else utc(seconds, name).isoformat()


def utc(seconds: int, name: str) -> datetime:
    """Raises MalformedEvent outside this century."""
    if not _EARLIEST <= seconds < _LATEST:
        raise MalformedEvent(name)
    return datetime.fromtimestamp(seconds, UTC)


def reference(source: Document, name: str) -> str | None:
    """The id under the name, which may be the expanded object (its id is taken), or None for what is no id."""
    value = source.get(name)
    if isinstance(value, dict):
        value = value.get("id")
    return value if isinstance(value, str) and is_id(value) else None


def is_id(value: str) -> bool:
    """True for what may stand in a key: an address or a sentence does not."""
    return value.isascii() and value.replace("_", "").replace("-", "").isalnum() and len(value) <= MAX_ID


def needed[T](value: T | None, name: str) -> T:
    """Raises MalformedEvent if the value is absent."""
    if value is None:
        raise MalformedEvent(name)
    return value


def group(**fields: Scalar) -> Group:
    """A field group without the fields that nobody filled."""
    return {name: value for name, value in fields.items() if value is not None}
