"""Purge the people of one message: together they have one receipt and one object of the replay list (R31, R32).

Who cannot be purged now (a provider is down, an order came in) keeps nobody else waiting: the others go, the message
comes again, and finds only who is left. A second line is never written for one deletion (E152).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from privacy.domain.clocks import paris_day
from privacy.operations.history.import_history import Unreadable
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge
from privacy.operations.retention.purge_batch import Batch, OutOfTime, all_the_time
from privacy.operations.retention.purge_person import Leaving, PersonChanged, PersonPurge
from privacy.ports import LedgerUnavailable, PeopleConflict, ProviderUnavailable, RequestConflict
from privacy.ports.retention import Intended, Receipt, Receipts, ReplayList

#: What keeps one person from being purged now, and says nothing of the others.
_NOT_NOW = (
    LedgerUnavailable,
    NeighbourhoodTooLarge,
    OutOfTime,
    PeopleConflict,
    PersonChanged,
    ProviderUnavailable,
    RequestConflict,
    Unreadable,
)

#: What of the time has to be left to begin with somebody, and to have the providers forget them. Each takes about three
#: of their answers, and whoever is ready still has to go from here.
_TO_BEGIN, _TO_GO_ON = 0.5, 0.15


@dataclass(frozen=True, slots=True)
class PeoplePurge:
    """skipped: told for each person whom a provider that is down keeps here beyond their day (E138)."""

    person: PersonPurge
    receipts: Receipts
    replay: ReplayList
    skipped: Callable[[], None]

    def purge(self, batch: Batch, at: datetime, left: Callable[[], float] = all_the_time) -> None:
        """at: the instant of the purge, the same whenever the message comes: when it was sent. left: the share of the
        worker's time that is left; whoever it does not suffice for goes when the message comes again.

        Raises, once everybody else is done, what kept somebody.
        """
        receipt = Receipt(batch.run, batch.name, self.person.policy.rules_digest, at, {})
        stands = self.receipts.of(receipt)
        if stands is not None and stands.finished_at is not None:
            return
        work = _Work(self, stands or receipt, left)
        for person_id in dict.fromkeys(pk for pk, _ in batch.keys):
            work.each(partial(work.prepare, person_id), _TO_BEGIN)
        work.intend()
        for leaving in work.prepared:
            work.each(partial(work.say_farewell, leaving), _TO_GO_ON)
        work.write_down()
        for leaving in work.ready:
            work.each(partial(self.person.empty, leaving, work.at))
        work.strike_out()
        if work.failures:
            raise work.failures[0]
        work.finish()


class _Work:
    """One attempt at a message."""

    def __init__(self, purge: PeoplePurge, receipt: Receipt, left: Callable[[], float]) -> None:
        self._purge = purge
        self._receipt = receipt
        self._left = left
        self.at = receipt.begun_at
        self.prepared: list[Leaving] = []
        self.intended: set[str] = set()
        self.taken: list[Intended] = []
        self.ready: list[Leaving] = []
        self.failures: list[Exception] = []
        self._again = False

    def each(self, do: Callable[[], None], needed: float = 0.0) -> None:
        """needed: the share of the time without which it is not begun."""
        try:
            if self._left() < needed:
                raise OutOfTime
            do()
        except _NOT_NOW as failure:
            if isinstance(failure, ProviderUnavailable):
                self._purge.skipped()
            self.failures.append(failure)

    def prepare(self, person_id: str) -> None:
        person = self._purge.person
        if person_id in self._receipt.lines and person.was_emptying(person_id, self.at):
            return
        leaving = person.prepare(person_id)
        if leaving is not None:
            self.prepared.append(leaving)

    def intend(self) -> None:
        """Whom an earlier attempt had marked when it died, whatever came in of them took along: nobody but what it
        had intended tells any more that they went."""
        leaving = [
            Intended(leaving.erased(self.at), leaving.line) for leaving in self.prepared if leaving.whole
        ]
        known = {*self._receipt.lines, *(each.erased.person for each in leaving)}
        earlier = self._purge.replay.intend(self._name, paris_day(self.at), leaving)
        self.intended = {each.erased.person for each in (*earlier, *leaving)}
        self._again = bool(earlier)
        self.taken = [
            each
            for each in earlier
            if each.erased.person not in known and self._purge.person.marked(each.erased.identifiers, self.at)
        ]

    def say_farewell(self, leaving: Leaving) -> None:
        self._purge.person.say_farewell(leaving, self.at)
        self.ready.append(leaving)

    def write_down(self) -> None:
        """Before anything goes: what is written down twice is the same line, and the same object."""
        lines: dict[str, Mapping[str, int]] = {
            leaving.found.id: leaving.line for leaving in self.ready if leaving.line
        }
        lines |= {each.erased.person: each.line for each in self.taken if each.line}
        try:
            if lines:
                self._purge.receipts.begin(self._receipt._replace(lines=lines))
        except Exception:
            for leaving in self.ready:
                self._purge.person.unmark(leaving, self.at)
            raise

    def strike_out(self) -> None:
        """Whoever could not go now, or has not to any more, is none of those whom a replay erases again."""
        gone = {leaving.found.id for leaving in self.ready} | {each.erased.person for each in self.taken}
        stay = self.intended - gone - self._receipt.lines.keys()
        if stay or self._again:
            self._purge.replay.strike_out(self._name, paris_day(self.at), stay)

    def finish(self) -> None:
        if (
            self._receipt.lines
            or any(each.line for each in self.taken)
            or any(leaving.line for leaving in self.ready)
        ):
            self._purge.receipts.finish(self._receipt._replace(finished_at=self._purge.person.now()))

    @property
    def _name(self) -> str:
        return f"{self._receipt.run}-{self._receipt.batch}"
