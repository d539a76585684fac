"""The cases of a world, and letters that belong to none: whether each lasts as long as it has to (R10, R11, R20, R24).

Thirty days after its closing a case comes down to a minimum, which names nobody and goes six years after the closing.
What asked for nothing goes thirty days after it came, a letter about a permission with the permission. What an
authority wants kept of somebody stays (A23). Whatever happens to a case is held against these words, night by night.
"""

from __future__ import annotations

import heapq
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import count
from typing import TYPE_CHECKING

from privacy.domain.request_steps import Kind
from privacy.operations.retention.purge_case import CasePurge, purge_case
from privacy.ports import Appending
from tests.answering import MemoryPackages
from tests.fakes import MemoryCases, MemoryMail, MemoryRequests
from tests.simulation.years_oracle import Life, later
from tests.simulation.years_players import SortedIndex

if TYPE_CHECKING:
    from tests.simulation.years_world import World

_DAY = timedelta(days=1)
_MONTH = timedelta(days=30)
#: E95: for so long an answer takes up again what was closed because nobody proved who they are.
_MAY_COME_BACK = timedelta(days=60)
#: The table has more of them; each costs every night its steps.
_SHARD = "request#0"
_SUMMARY = "summary"


@dataclass(eq=False)
class Case:
    """What rules.md says of one. ended: the Paris day of its closing; None while it is open. letter_until: of a letter
    of ours, when the permission ends. restricts: it has to know whose data are only stored, until they are told (E111).
    """

    number: str
    life: Life
    came: date
    ended: date | None = None
    asked_nothing: bool = False
    unproven: bool = False
    letter_until: date | None = None
    restricts: bool = False
    minimum: bool = False

    @property
    def goes_on(self) -> date | None:
        """The first Paris day on which less of it is there."""
        if self.letter_until is not None:
            return self.letter_until
        if self.ended is None or self.restricts:
            return None
        if self.asked_nothing:
            return max(self.came + _MONTH, self.ended)
        if self.minimum:
            return later(self.ended, 6)
        whole = _MAY_COME_BACK + _DAY if self.unproven else _MONTH
        return self.ended + whole

    @property
    def is_kept(self) -> bool:
        """A23, of what they wrote; a letter of ours says nothing of anybody (R24)."""
        return self.letter_until is None and self.life.kept_as_it_is

    @property
    def leaves_a_minimum(self) -> bool:
        return not self.asked_nothing and self.letter_until is None


class CaseLog(MemoryRequests):
    """RequestLog with the table's index of what is due."""

    def __init__(self, cases: Cases) -> None:
        super().__init__()
        self._cases = cases

    def append(self, appending: Appending) -> None:
        if appending.steps[-1].kind is Kind.REDUCED:
            self._cases.goes(appending.request, minimum=True)
        super().append(appending)
        self._cases.index(appending.request)


class _Files(MemoryCases):
    """CaseRemover; tells of what goes early."""

    def __init__(self, log: MemoryRequests, cases: Cases) -> None:
        super().__init__(log)
        self._cases = cases

    def restamp(self, request: str, version: int, due_on: date) -> bool:
        done = super().restamp(request, version, due_on)
        self._cases.index(request)
        return done

    def drop_summary(self, request: str, version: int) -> bool:
        self._cases.goes(request, minimum=False)
        done = super().drop_summary(request, version)
        self._cases.index(request)
        return done


class Cases:
    """Of one world."""

    def __init__(self, world: World) -> None:
        self.log = CaseLog(self)
        self.due = SortedIndex((_SHARD,))
        self.mails = MemoryMail()
        self.known: dict[str, Case] = {}
        self.reduced = 0
        self.forgotten = 0
        self._world = world
        self._files = _Files(self.log, self)
        self._order = count()
        self._coming: list[tuple[date, int, Case]] = []

    # --- what comes in

    def opens(self, case: Case) -> None:
        self.known[case.number] = case
        self._look(case)

    def ends(self, number: str, day: date, *, asked_nothing: bool = False, unproven: bool = False) -> None:
        case = self.known[number]
        case.ended, case.asked_nothing, case.unproven = day, asked_nothing, unproven
        self._look(case)

    def restricts(self, number: str, *, now: bool) -> None:
        self.known[number].restricts = now
        self._look(self.known[number])

    def index(self, number: str) -> None:
        summary = self.log.summaries.get(number, {})
        self.due.put(f"request#{number}", _SUMMARY, _SHARD, summary.get("due_on"))

    # --- what goes

    def purge(self, keys: Collection[tuple[str, str]]) -> None:
        """As the night's message names them."""
        world = self._world
        purge = CasePurge(
            log=self.log,
            cases=self._files,
            mails=self.mails,
            packages=MemoryPackages(),
            holds=world.holds,
            people=world.people,
            periods=world.rules.periods,
            now=world.clock,
        )
        for key, _ in keys:
            purge_case(key, purge)

    def goes(self, number: str, *, minimum: bool) -> None:
        """Down to its minimum, or for good."""
        case = self.known.get(number)
        if case is None:
            return  # a message that came twice
        day = case.goes_on
        if day is None or day > self._world.today:
            self._broken(case, f"goes early: {day}")
        if case.is_kept:
            self._broken(case, "goes although somebody wants it kept")
        if not minimum and case.leaves_a_minimum and not case.minimum:
            self._broken(case, "left no minimum")
        if minimum and case.leaves_a_minimum:
            case.minimum = True
            self.reduced += 1
            self._look(case)
        elif not minimum:
            del self.known[number]
            self.forgotten += 1

    # --- nights

    def night_is_over(self) -> None:
        today = self._world.today
        while self._coming and self._coming[0][0] <= today:
            _, _, case = heapq.heappop(self._coming)
            self._judge(case)

    def _judge(self, case: Case) -> None:
        number = case.number
        if number not in self.known:
            self._is_gone(case)
            return
        day = case.goes_on
        if day is not None and day <= self._world.today:
            if not case.is_kept:
                self._broken(case, f"is there although it had to go on {day}")
            heapq.heappush(self._coming, (self._world.today + _DAY, next(self._order), case))
        elif case.minimum and (len(self.log.steps(number)) != 1 or number in self.mails.held):
            self._broken(case, "is no mere minimum")

    def _is_gone(self, case: Case) -> None:
        number = case.number
        listed = any(
            number == each for email in case.life.emails for _, each in self.log.senders.get(email, ())
        )
        if self.log.steps(number) or number in self.log.summaries or number in self.mails.held or listed:
            self._broken(case, "is gone, and something of it is there")

    def _look(self, case: Case) -> None:
        day = case.goes_on
        if day is not None:
            # on the day itself, and once more when nothing may be left of what went
            for when in (day, day + _DAY):
                heapq.heappush(self._coming, (when, next(self._order), case))

    def _broken(self, case: Case, what: str) -> None:
        self._world.watch.breaks(f"case {case.number} of {case.life.address}: {what}\n{case}")
