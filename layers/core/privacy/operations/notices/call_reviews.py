"""Call: on the day on which a hold is to be looked at again, and every working day after it, the DPO gets a letter.

A hold that was placed within a case is that case's (domain/concerns.py).
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.policy import Periods
from privacy.domain.request_steps import Kind
from privacy.domain.working_days import is_working_day
from privacy.operations.notices.begin_call import begin_call
from privacy.ports import RequestLog
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
    said = {"held_since": paris_day(hold.since).isoformat(), "review_on": hold.review_on.isoformat()}
    return begin_call(_id(hold, today), Kind.REVIEW_CALLED, said, log=log, periods=periods, now=now)


def _id(hold: LegalHold, today: date) -> str:
    """The person's own id is random: what is made of it tells nothing of them."""
    said = f"{hold.person} {hold.kind}{hold.case} {hold.since.isoformat()} {today.isoformat()}"
    return f"RV-{hashlib.sha256(said.encode()).hexdigest()[:16].upper()}"
