"""A breach of personal data: what happened, since when we know, what was done about it (G36, E115; Art. 33, 34 GDPR).

Entries are appended and never changed: together they are the record that Art. 33(5) asks for. They name nobody. The
authority is told within 72 hours of the moment at which we know, weekends included, or it is written down why it need
not be; and so with the people concerned.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

#: What the authority is told (Art. 33(3)), in the law's order: an entry adds to one of them.
TOPICS = ("nature", "people", "records", "consequences", "measures")


class Did(StrEnum):
    """opened, noted; told_authority, no_risk: Art. 33(1); told_people, no_high_risk: Art. 34; closed."""

    OPENED = "opened"
    NOTED = "noted"
    TOLD_AUTHORITY = "told_authority"
    NO_RISK = "no_risk"
    TOLD_PEOPLE = "told_people"
    NO_HIGH_RISK = "no_high_risk"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Entry:
    """at: when it was written down, in UTC. by: the operator, or `auto`. command: whoever repeats it adds nothing.

    words: in the operator's own. topic: of TOPICS, or empty. on: when it really happened: since when we know, when
    somebody was told. request: the case whose answer went astray. reference: the authority's, of what it was told.
    """

    did: Did
    at: datetime
    by: str
    command: str
    words: str
    on: datetime
    topic: str = ""
    request: str = ""
    reference: str = ""


class BreachRefused(Exception):
    """The entry does not fit. reason: why, in words for an operator; nothing of anybody stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach, folded from its entries, the first of which opened it. Raises ValueError for none, or another."""

    id: str
    entries: tuple[Entry, ...]

    def __post_init__(self) -> None:
        if not self.entries or self.entries[0].did is not Did.OPENED:
            raise ValueError("a breach begins by being opened")

    @property
    def version(self) -> int:
        return len(self.entries)

    @property
    def aware_at(self) -> datetime:
        return self.entries[0].on

    @property
    def request(self) -> str:
        return self.entries[0].request

    @property
    def closed_at(self) -> datetime | None:
        closed = self.latest(Did.CLOSED)
        return closed.at if closed else None

    @property
    def authority_settled(self) -> bool:
        """Told, or said why it need not be."""
        return self.latest(Did.TOLD_AUTHORITY, Did.NO_RISK) is not None

    @property
    def people_settled(self) -> bool:
        """Told, or said why they need not be; without a risk nobody need be (Art. 34(1))."""
        return self.latest(Did.TOLD_PEOPLE, Did.NO_HIGH_RISK, Did.NO_RISK) is not None

    def due_at(self, hours: int) -> datetime:
        """Until when the authority is told. hours: 72 (periods.breach_hours)."""
        return self.aware_at + timedelta(hours=hours)

    def overdue(self, now: datetime, hours: int) -> bool:
        return not self.authority_settled and now > self.due_at(hours)

    def latest(self, *did: Did) -> Entry | None:
        return next((entry for entry in reversed(self.entries) if entry.did in did), None)

    def told(self) -> Mapping[str, Sequence[str]]:
        """What is known so far, by topic; a topic of which nothing is known has no words."""
        return {topic: [e.words for e in self.entries if e.topic == topic] for topic in TOPICS}


def opened(id_: str, entry: Entry) -> Breach:
    """Raises BreachRefused."""
    _words(entry)
    if entry.on > entry.at:
        raise BreachRefused("nobody knows today what they will learn tomorrow: since when do we know?")
    return Breach(id_, (entry,))


def add(breach: Breach, entry: Entry, hours: int) -> Breach:
    """The breach with it; as it was where the same command came before. Raises BreachRefused."""
    if any(entry.command == known.command for known in breach.entries):
        return breach
    if breach.closed_at is not None:
        raise BreachRefused("it is closed: what came to light since is another one; name this one in it")
    _words(entry)
    _GUARDS.get(entry.did, _nothing)(breach, entry, hours)
    return Breach(breach.id, (*breach.entries, entry))


def _words(entry: Entry) -> None:
    if not entry.words.strip():
        raise BreachRefused("say it in a few words, without anybody's name or address")


def _nothing(_breach: Breach, _entry: Entry, _hours: int) -> None:
    pass


def _noted(_breach: Breach, entry: Entry, _hours: int) -> None:
    if entry.topic and entry.topic not in TOPICS:
        raise BreachRefused(f"a note is about one of {', '.join(TOPICS)}, or about none")


def _told(breach: Breach, entry: Entry, _hours: int) -> None:
    if not breach.aware_at <= entry.on <= entry.at:
        raise BreachRefused("nobody was told before we knew, or will have been told tomorrow: when was it?")


def _told_authority(breach: Breach, entry: Entry, hours: int) -> None:
    _told(breach, entry, hours)
    if not entry.reference:
        raise BreachRefused("under which reference did the authority take it? --reference says it")


def _closed(breach: Breach, _entry: Entry, _hours: int) -> None:
    if not breach.authority_settled:
        raise BreachRefused("the authority was not told, and nothing says why it need not be (Art. 33(1))")
    if not breach.people_settled:
        raise BreachRefused("the people concerned were not told, and nothing says why not (Art. 34)")


_GUARDS: Mapping[Did, Callable[[Breach, Entry, int], None]] = {
    Did.OPENED: lambda *_: _refuse("it is open already"),
    Did.NOTED: _noted,
    Did.TOLD_AUTHORITY: _told_authority,
    Did.TOLD_PEOPLE: _told,
    Did.CLOSED: _closed,
}


def _refuse(reason: str) -> None:
    raise BreachRefused(reason)


def open_first(breaches: Iterable[Breach]) -> list[Breach]:
    """What is open by its deadline's order, then what is closed, the latest first."""
    listed = list(breaches)
    return [
        *sorted((b for b in listed if b.closed_at is None), key=lambda b: (b.aware_at, b.id)),
        *sorted(
            (b for b in listed if b.closed_at is not None), key=lambda b: (b.aware_at, b.id), reverse=True
        ),
    ]
