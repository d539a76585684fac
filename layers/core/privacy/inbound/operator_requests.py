"""What operators ask and say of cases: `{"request": "IM-2026-000123", "command": "…", …}`.

A command is an id that the operator's side makes up for each thing it does: told twice, it is done once. Everything
of a person's comes in the body only.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from datetime import UTC, date, datetime

from privacy.domain.case_numbers import ANY
from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.domain.request_steps import Flag
from privacy.domain.rights import Right
from privacy.domain.understanding import Particulars, Role
from privacy.inbound import http
from privacy.inbound.operator import DPO
from privacy.inbound.payload import Document, MalformedEvent, document, flag, needed, reference, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.decide_request import Hand
from privacy.operations.requests.open_request import Entry

#: How a request may reach us besides mail (E55, E56).
CHANNELS = frozenset({"post", "phone", "social", "other"})
#: In which our letters are written.
LANGUAGES = frozenset({"fr", "en"})
#: Characters of a reason or a note; a step shall stay small.
LONGEST = 4_000
LONGEST_ITEM, MOST_ITEMS = 60, 50

_REQUEST = re.compile(ANY)


def said(event: http.Event) -> Document:
    """The body. Raises MalformedEvent, TooLarge."""
    return document(http.body(event))


def request_in(body: Document, name: str = "request") -> str:
    """A case's number. Raises MalformedEvent."""
    found = needed(text(body, name), name)
    if not _REQUEST.fullmatch(found):
        raise MalformedEvent(name)
    return found


def command_in(body: Document) -> str:
    """Raises MalformedEvent."""
    return needed(reference(body, "command"), "command")


def hand_in(body: Document, who: Reader, now: datetime) -> Hand:
    """Who decides, in the role that the authoriser named. Raises MalformedEvent."""
    return Hand(who.name, "dpo" if who.role == DPO else "staff", command_in(body), now)


def everything_in(body: Document) -> bool:
    return flag(body, "all") is True


def email_in(body: Document) -> str | None:
    """Raises MalformedEvent for what is no address."""
    address = text(body, "email")
    if address is None:
        return None
    try:
        normalise_address(address)
    except InvalidAddress:
        raise MalformedEvent("email") from None
    return address


def rights_in(body: Document) -> tuple[Right, ...]:
    """One at least, in the order of Right. Raises MalformedEvent."""
    named = body.get("rights")
    if not isinstance(named, list) or not named:
        raise MalformedEvent("rights")
    try:
        asked = {Right(right) for right in named}
    except ValueError:
        raise MalformedEvent("rights") from None
    return tuple(right for right in Right if right in asked)


def items_in(body: Document) -> tuple[str, ...]:
    """Ids of items of a case; none named: all that it can be about. Raises MalformedEvent."""
    named = body.get("items") or []
    if not isinstance(named, list) or len(named) > MOST_ITEMS:
        raise MalformedEvent("items")
    if not all(isinstance(item, str) and 0 < len(item) <= LONGEST_ITEM for item in named):
        raise MalformedEvent("items")
    return tuple(named)


def flag_in(body: Document, name: str) -> str:
    """A case's flag, or nothing. Raises MalformedEvent."""
    found = text(body, name)
    if found is not None and found not in set(Flag):
        raise MalformedEvent(name)
    return found or ""


def words_in(body: Document, name: str) -> str:
    """What an operator wrote, or nothing. Raises MalformedEvent where it is too long to be kept whole."""
    value = body.get(name, "")
    if not isinstance(value, str) or len(value) > LONGEST:
        raise MalformedEvent(name)
    return value.strip()


def instant_in(body: Document, name: str) -> datetime | None:
    """An instant with its zone, in UTC. Raises MalformedEvent."""
    told = text(body, name)
    if told is None:
        return None
    try:
        instant = datetime.fromisoformat(told)
        if instant.tzinfo is None:
            raise MalformedEvent(name)
        return instant.astimezone(UTC)
    except (ValueError, OverflowError):
        raise MalformedEvent(name) from None


def name_in(body: Document, name: str) -> str:
    """A word such as an id is. Raises MalformedEvent."""
    return needed(reference(body, name), name)


def named_in(body: Document, name: str) -> str | None:
    """The same, where one is named; None means all, or the only one. Raises MalformedEvent for what is no name: it must
    not be taken for none."""
    return None if body.get(name) in (None, "") else name_in(body, name)


def day_in(body: Document, name: str) -> date | None:
    """Raises MalformedEvent."""
    told = text(body, name)
    try:
        return date.fromisoformat(told) if told is not None else None
    except ValueError:
        raise MalformedEvent(name) from None


def entry_in(body: Document) -> Entry:
    """A request that came by another way than mail. Raises MalformedEvent."""
    return Entry(
        received_at=needed(instant_in(body, "received_at"), "received_at"),
        channel=_one_of(CHANNELS, body, "channel"),
        rights=rights_in(body),
        email=email_in(body) or "",
        particulars=Particulars(**{name: text(body, name) for name in Particulars.__slots__}),
        role=Role(_one_of(Role, body, "role", Role.SELF)),
        language=_one_of(LANGUAGES, body, "language", "fr"),
        note=words_in(body, "note"),
    )


def _one_of(known: Iterable[str], body: Document, name: str, otherwise: str = "") -> str:
    found = text(body, name) or otherwise
    if found not in set(known):
        raise MalformedEvent(name)
    return found
