"""Where operators open breaches, add to them and close them; the DPO alone says who was told, or why not (G36, E115).

A breach's id follows from the command that opened it: told twice, it is one. What is filed names nobody, so looking at
it is written down nowhere.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from privacy.domain.breach import Breach, Entry, add, open_first, opened
from privacy.domain.clocks import after, paris_day
from privacy.domain.policy import Policy
from privacy.operations.people.marketing_reasons import Description
from privacy.ports.breaches import Breaches


class NoSuchBreach(Exception):
    """There is no breach of this number."""


@dataclass(frozen=True, slots=True)
class BreachDesk:
    """called: told of a breach that was opened just now, so that the DPO hears of it at once. closes: the answers of
    its case, so that nobody is handed them any more; returns which."""

    breaches: Breaches
    policy: Policy
    called: Callable[[Breach], object]
    closes: Callable[[Breach], Sequence[str]]
    now: datetime

    @property
    def hours(self) -> int:
        return self.policy.periods.breach_hours

    def open(self, entry: Entry) -> Description:
        """The breach as it stands; answers_closed: items of its case (E115).

        Raises BreachRefused, BreachConflict, RequestConflict.
        """
        id_ = _id(entry.command)
        breach = self.breaches.get(id_)
        if breach is None:
            breach = opened(id_, entry)
            self.breaches.file(breach, self._due_on(breach))
        closed = self.closes(breach)
        self.called(breach)
        return {**self.described(breach), "answers_closed": list(closed)}

    def add(self, id_: str, entry: Entry) -> Description:
        """The breach with the entry. Raises NoSuchBreach, BreachRefused, BreachConflict."""
        before = self.breaches.get(id_)
        if before is None:
            raise NoSuchBreach
        breach = add(before, entry, self.hours)
        if breach is not before:
            self.breaches.file(breach, self._due_on(breach))
        return self.described(breach)

    def listed(self, *, everything: bool) -> Description:
        """Those that are open, by deadline; everything: then the closed that are kept, the latest first."""
        found = [*self.breaches.open(), *(self.breaches.closed() if everything else ())]
        return {"breaches": [self.described(breach) for breach in open_first(found)]}

    def show(self, id_: str) -> Description:
        """Raises NoSuchBreach."""
        breach = self.breaches.get(id_)
        if breach is None:
            raise NoSuchBreach
        return self.described(breach)

    def described(self, breach: Breach) -> Description:
        return {
            "breach": breach.id,
            "aware_at": breach.aware_at.isoformat(),
            "due_at": breach.due_at(self.hours).isoformat(),
            "overdue": breach.overdue(self.now, self.hours),
            "request": breach.request or None,
            "authority_settled": breach.authority_settled,
            "people_settled": breach.people_settled,
            "closed_at": breach.closed_at.isoformat() if breach.closed_at else None,
            "told": {topic: list(words) for topic, words in breach.told().items()},
            "entries": [_entry(entry) for entry in breach.entries],
        }

    def _due_on(self, breach: Breach) -> date:
        if breach.closed_at is None:
            return paris_day(breach.due_at(self.hours))
        return after(paris_day(breach.closed_at), self.policy.rule_of("item:breach").span("breach_closed"))


def _id(command: str) -> str:
    return f"BR-{hashlib.sha256(command.encode()).hexdigest()[:8].upper()}"


def _entry(entry: Entry) -> Description:
    return {
        "did": entry.did.value,
        "at": entry.at.isoformat(),
        "on": entry.on.isoformat(),
        "by": entry.by,
        "words": entry.words,
        "topic": entry.topic or None,
        "reference": entry.reference or None,
    }
