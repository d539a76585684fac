"""Call: on the day on which a hold is to be looked at again, and every working day after it, the DPO gets a letter.

The letter belongs to no case, and names nobody: what is written is its record, named by the hold and the day, so that a
morning which comes twice calls once. A hold that was placed within a case is that case's (domain/concerns.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.working_days import is_working_day
from privacy.operations.request_summary import summary_of
from privacy.ports import Appending, RequestConflict, RequestLog
from privacy.ports.retention import LegalHold


def call_reviews(
    holds: Iterable[LegalHold], *, log: RequestLog, periods: Periods, now: datetime
) -> Iterator[LegalHold]:
    """The holds for which a letter was begun now."""
    today = paris_day(now)
    for hold in holds:
        if hold.review_on <= today and is_working_day(today) and _begun(hold, today, log, periods, now):
            yield hold


def _begun(hold: LegalHold, today: date, log: RequestLog, periods: Periods, now: datetime) -> bool:
    """Raises RequestConflict, where nobody knows."""
    id_ = _id(hold, today)
    said = {"held_since": paris_day(hold.since).isoformat(), "review_on": hold.review_on.isoformat()}
    step = Step(Kind.REVIEW_CALLED, now, said=said)
    called = take(Request(id_), [step])
    try:
        log.append(Appending(id_, (step,), 0, summary_of(called, periods)))
    except RequestConflict:
        if not log.steps(id_):
            raise
        return False
    return True


def _id(hold: LegalHold, today: date) -> str:
    """The person's own id is random: what is made of it tells nothing of them."""
    said = f"{hold.person} {hold.kind} {hold.since.isoformat()} {today.isoformat()}"
    return f"RV-{hashlib.sha256(said.encode()).hexdigest()[:16].upper()}"
