"""Follow a redaction at Stripe, a step a night, until nothing of the person can be read there any more (G24, R38).

    owed → (ask) → validating → ready → (run) → redacting → succeeded: nothing is owed any more
                              → failed → (mend, ask again, or tell an operator)

Running it is irreversible. So both before it is asked for and before it is run, it is looked at whether anybody here
holds any of it: then it waits.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.domain.clocks import after, paris_day
from privacy.domain.policy import Policy
from privacy.domain.redaction import Redaction
from privacy.ports import PeopleStore
from privacy.ports.redactions import (
    CANCELED,
    FAILED,
    LOCKED,
    READY,
    SUCCEEDED,
    Job,
    JobRefused,
    NothingThere,
    ObjectsTaken,
    OwedRedactions,
    RedactionConflict,
    RedactionJobs,
)

#: By which rule goes what is written down of it.
RULE = "R38"
_NIGHT, _WEEK, _MONTH = timedelta(days=1), timedelta(days=7), timedelta(days=30)
#: Validation and redaction may take thirty days together.
_TAKES_AT_MOST = timedelta(days=31)

#: Why an operator has to look, beside Stripe's own words for what failed.
REFUSED, TAKEN, CANCELLED, STUCK, GIVEN_UP = "refused", "taken", "cancelled", "stuck", "given_up"
#: The same after a year in which somebody here held some of it: nobody may finish it by hand.
HELD = "held"


@dataclass(frozen=True, slots=True)
class Following:
    """on: whether the account was given redaction; else whatever is owed waits. told: of a job (its id at Stripe, empty
    where there is none) that an operator has to look at, and why."""

    owed: OwedRedactions
    jobs: Callable[[], RedactionJobs]
    people: PeopleStore
    policy: Policy
    on: bool
    told: Callable[[str, str], None]
    now: Callable[[], datetime]

    def follow(self, key: tuple[str, str], tell: Callable[[Mapping[str, int]], None]) -> None:
        """One step. key: of the item. tell: told by which rule it goes, just before it does.

        Raises ProviderUnavailable: it comes again.
        """
        redaction = self.owed.get(key)
        if redaction is None or redaction.due_on > self._today:
            return
        try:
            _Step(self, redaction, tell).take()
        except RedactionConflict:
            return  # somebody else is on it

    @property
    def _today(self) -> date:
        return paris_day(self.now())


class _Step:
    def __init__(
        self, by: Following, redaction: Redaction, tell: Callable[[Mapping[str, int]], None]
    ) -> None:
        self._by = by
        self._is = redaction
        self._tell = tell
        self._today = paris_day(by.now())

    def take(self) -> None:
        span = self._by.policy.rule_of("item:redaction").span("erasure")
        if self._today >= after(self._is.owed_on, span):
            if not self._held_here():
                self._by.told(self._is.job, GIVEN_UP)
            elif self._is.job:
                self._by.told(self._is.job, HELD)
            self._settle()
        elif not self._by.on:
            self._look(_MONTH)
        elif self._held_here():
            self._look(_WEEK)
        else:
            try:
                self._go_on()
            except JobRefused:
                self._call(REFUSED)

    def _go_on(self) -> None:
        jobs = self._by.jobs()
        if not self._is.job:
            self._begin(jobs)
            return
        job = jobs.get(self._is.job)
        match job.status if job else CANCELED:
            case status if status == SUCCEEDED:
                self._settle()
            case status if status == READY:
                jobs.run(self._is.job)
                self._look(_NIGHT)
            case status if status == FAILED and job is not None:
                self._mend(jobs, job)
            case status if status == CANCELED:
                # somebody did so by hand, and it is owed all the same
                self._call(CANCELLED, job="", asked=self._is.asked + 1)
            case _:
                asked_on = self._is.asked_on or self._is.owed_on
                if asked_on + _TAKES_AT_MOST < self._today:
                    self._by.told(self._is.job, STUCK)
                self._look(_NIGHT)

    def _begin(self, jobs: RedactionJobs) -> None:
        """That it was asked for is written down first: whoever dies in between looks for the job before asking anew. So
        does whoever comes later than it was due, for the tables may be restored ones."""
        again = self._is.asked or self._is.due_on < self._today
        found = jobs.find(self._is) if again else None
        try:
            if found is None:
                self._save(asked=max(1, self._is.asked), asked_on=self._today)
                found = jobs.create(self._is)
        except ObjectsTaken:
            found = jobs.find(self._is)
            if found is None:
                self._call(TAKEN)
                return
        except NothingThere:
            self._leave_out_what_is_gone(jobs)
            return
        if found.objects in (frozenset(), {*self._is.objects}):
            self._look(_NIGHT, job=found.id)
        else:
            self._make_way(found)

    def _make_way(self, other: Job) -> None:
        """A job that names something else, too, is never run here: that may be somebody's who is still held. Nor is one
        that names less all that is owed."""
        if other.status == SUCCEEDED:
            self._go_on_with(tuple(name for name in self._is.objects if name not in other.objects))
        else:
            self._by.told(other.id, TAKEN)
            self._look(_WEEK)

    def _leave_out_what_is_gone(self, jobs: RedactionJobs) -> None:
        left = tuple(name for name in self._is.objects if jobs.there(name))
        if left == self._is.objects:
            self._call(REFUSED)
        else:
            self._go_on_with(left)

    def _go_on_with(self, left: tuple[str, ...]) -> None:
        if left:
            self._look(_NIGHT, objects=left, asked=self._is.asked + 1)
        else:
            self._settle()

    def _mend(self, jobs: RedactionJobs, job: Job) -> None:
        """What is open among its objects is ended; the rest an operator has to see to."""
        other = jobs.find(self._is) if LOCKED in job.errors else None
        if other is not None and other.objects == {*self._is.objects}:
            jobs.cancel(job.id)
            self._look(_NIGHT, job=other.id)
            return
        jobs.mend(job.id)
        if self._is.failed:
            self._call(" ".join(sorted(job.errors)) or FAILED, failed=self._is.failed + 1)
        else:
            self._look(_NIGHT, failed=1)

    def _held_here(self) -> bool:
        """Whoever has a record here may yet need the payment, to refund it or to defend it."""
        return bool(self._by.people.pointers(self._is.identifiers))

    def _call(self, why: str, **changed: object) -> None:
        self._by.told(self._is.job, why)
        self._look(_WEEK, **changed)

    def _look(self, later: timedelta, **changed: object) -> None:
        self._save(due_on=self._today + later, **changed)

    def _save(self, **changed: object) -> None:
        self._is = self._by.owed.save(self._is._replace(**changed))  # type: ignore[arg-type]

    def _settle(self) -> None:
        self._tell({RULE: 1})
        self._by.owed.settle(self._is)
