"""Watch: every morning, each case that waits is looked at, and those who have to know are told once (E31, A16, E47).

What is told is a step, so the same morning twice tells nothing twice, and a morning that was missed is made up for.
The letters to the DPO follow from the steps, as everything that a case owes does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from privacy.domain.clocks import paris_day
from privacy.domain.concerns import Concern, concerns
from privacy.domain.deadlines import Deadline, deadline
from privacy.domain.identity_reminders import reminder_due as identity_reminder_due
from privacy.domain.policy import Periods
from privacy.domain.reminders import Occasion, reminder_due
from privacy.domain.request import UNDECIDED, Request, State
from privacy.domain.request_effects import DELIVERED_WITHIN, UNDELIVERED, undelivered
from privacy.domain.request_guards import NOTICES_SETTLE, followed_by_all
from privacy.domain.request_steps import AUTO, Flag, Kind, Said, Step
from privacy.operations.requests.append_steps import NoSuchRequest, append_steps
from privacy.operations.requests.recent_requests import recent_requests
from privacy.operations.requests.request_summary import ENDED, HELD, OPEN
from privacy.ports import RequestLog

#: How long after its last step an ended case is looked at: until it is closed, and its letters have arrived or not.
LOOKED_AT_FOR = timedelta(days=14)

#: Steps of one cause and instant owe one letter: what is due, and what was left lying, are two things.
_CLOCK, _CONCERN = "clock", "concern"


@dataclass(frozen=True, slots=True)
class Watch:
    """What a morning takes."""

    log: RequestLog
    periods: Periods
    now: datetime

    @property
    def today(self) -> date:
        return paris_day(self.now)

    def cases(self) -> Iterator[str]:
        """Those to look at: what is open or held, and of what ended lately what is not closed or has a letter amiss."""
        since = self.now - LOOKED_AT_FOR
        for shard in (OPEN, HELD):
            for id_, _ in recent_requests(self.log, shard, since=since):
                yield id_
        for id_, summary in recent_requests(self.log, ENDED, since=since):
            amiss = not _LOOKED_AT.isdisjoint(summary["flags"])
            if amiss or summary["state"] == State.ANSWERED or self._put_away_lately(summary):
                yield id_

    def look(self, id_: str) -> tuple[str, ...]:
        """What was told about the case this time: occasions and concerns; nothing, where it is gone meanwhile.

        Raises RequestConflict.
        """
        before = 0

        def decide(request: Request) -> list[Step]:
            nonlocal before
            before = request.version
            return list(self._steps(request))

        try:
            after = append_steps(id_, decide, log=self.log, periods=self.periods)
        except NoSuchRequest:
            return ()
        return tuple(step.text("what") for step in after.steps[before:] if step.kind is Kind.REMINDED)

    def _put_away_lately(self, summary: Mapping[str, Any]) -> bool:
        """What was sent on to customer service has to arrive there, too."""
        since = self.now - datetime.fromisoformat(summary["changed_at"])
        return summary["state"] == State.NOT_DSAR and since <= 3 * DELIVERED_WITHIN

    def _steps(self, request: Request) -> Iterator[Step]:
        told = told_of(request)
        due = {reminder_due(clock, self.today, told) for clock in _clocks(request, self.today)}
        for reminder in sorted(filter(None, due)):
            yield self._reminded(reminder.occasion, reminder.day, _CLOCK)
        for concern in concerns(request, self.today):
            if (concern, self.today) not in told:
                yield self._reminded(concern, self.today, _CONCERN)
        asked = identity_reminder_due(request, self.today)
        if asked is not None:
            items, missing = asked
            told_of_it: dict[str, Said] = {
                "items": tuple(item.id for item in items),
                "missing": missing.value,
            }
            yield Step(Kind.IDENTITY_REMINDED, self.now, AUTO, "", told_of_it)
        for effect in undelivered(request, self.now):
            said = {"effect": effect.id, "reason": UNDELIVERED}
            yield Step(Kind.LETTER_REJECTED, self.now, AUTO, "", said)
        if self._settled(request):
            yield Step(Kind.CLOSED, self.now, AUTO, "", {"reason": "settled"})

    def _reminded(self, what: Occasion | Concern, on: date, cause: str) -> Step:
        return Step(Kind.REMINDED, self.now, AUTO, cause, {"what": what.value, "on": on.isoformat()})

    def _settled(self, request: Request) -> bool:
        """T22: everything was answered, and whoever we told about it has followed, or had seven days to."""
        ended = [item.ended_at for item in request.items if item.ended_at is not None]
        return (
            request.state is State.ANSWERED
            and _LOOKED_AT.isdisjoint(request.flags)
            and (followed_by_all(request) or self.now - max(ended) >= NOTICES_SETTLE)
        )


def told_of(request: Request) -> set[tuple[str, date]]:
    """Of what somebody was reminded, and for which day."""
    return {
        (step.text("what"), date.fromisoformat(step.text("on")))
        for step in request.steps
        if step.kind is Kind.REMINDED
    }


#: A person has to see to these, however the case ended.
_LOOKED_AT = frozenset({Flag.MAIL_UNDELIVERABLE, Flag.NEEDS_HUMAN})


def _clocks(request: Request, today: date) -> Iterator[Deadline]:
    """Each item's own; until somebody decided what the message is, that of a request (A16)."""
    for item in request.open_items:
        yield item.deadline(today)
    if request.state in UNDECIDED and request.received_at is not None:
        yield deadline(request.received_at)
