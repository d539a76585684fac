"""What the DPO is called for each morning that belongs to no case: holds to review, breaches, what the register lacks.

Each has a letter of its own; a morning that comes twice calls once.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from privacy.domain.breach import Breach
from privacy.domain.gaps import Gap
from privacy.domain.policy import Periods
from privacy.operations.notices.call_breaches import call_breaches
from privacy.operations.notices.call_gaps import call_gaps
from privacy.operations.notices.call_reviews import call_reviews
from privacy.ports import RequestLog
from privacy.ports.retention import LegalHold


class Call(StrEnum):
    """What a letter is about. breach_overdue: the authority was not told within 72 hours."""

    REVIEW = "review"
    BREACH = "breach"
    BREACH_OVERDUE = "breach_overdue"
    GAPS = "gaps"


@dataclass(frozen=True, slots=True)
class Calls:
    """What a morning looks at. gaps: what the register cannot say; read once a morning."""

    holds: Callable[[], Iterable[LegalHold]]
    breaches: Callable[[], Iterable[Breach]]
    gaps: Callable[[], Sequence[Gap]]
    log: RequestLog
    periods: Periods
    now: datetime

    def begin(self) -> Iterator[Call]:
        """One for each letter that was begun by this call. Raises RequestConflict, where nobody knows."""
        log, periods, now = self.log, self.periods, self.now
        for breach in call_breaches(self.breaches(), log=log, periods=periods, now=now):
            yield Call.BREACH_OVERDUE if breach.overdue(now, periods.breach_hours) else Call.BREACH
        for _ in call_reviews(self.holds(), log=log, periods=periods, now=now):
            yield Call.REVIEW
        if call_gaps(self.gaps(), log=log, periods=periods, now=now):
            yield Call.GAPS
