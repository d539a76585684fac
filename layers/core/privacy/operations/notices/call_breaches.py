"""Call: the DPO gets a letter of a breach when it is opened, and every day until the authority was told (G36).

72 hours know no weekend, so every day is a day to remind. Once the authority was told, or need not be, what is still
open comes back every Monday.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from datetime import date, datetime

from privacy.domain.breach import Breach
from privacy.domain.clocks import paris_day
from privacy.domain.policy import Periods
from privacy.domain.request_steps import Kind, Said
from privacy.operations.notices.begin_call import begin_call
from privacy.ports import RequestLog

_MONDAY = 0


def call_breaches(
    breaches: Iterable[Breach], *, log: RequestLog, periods: Periods, now: datetime
) -> Iterator[Breach]:
    """The open breaches for which a letter was begun now."""
    today = paris_day(now)
    for breach in breaches:
        due = breach.closed_at is None and _is_due(breach, today)
        if due and begun(breach, log=log, periods=periods, now=now):
            yield breach


def begun(breach: Breach, *, log: RequestLog, periods: Periods, now: datetime) -> bool:
    """Whether the letter of that day was begun by this call. Raises RequestConflict, where nobody knows."""
    said: dict[str, Said] = {
        "breach": breach.id,
        "aware_at": breach.aware_at.isoformat(),
        "due_at": breach.due_at(periods.breach_hours).isoformat(),
        "settled": breach.authority_settled,
    }
    id_ = _id(breach, paris_day(now))
    return begin_call(id_, Kind.BREACH_CALLED, said, log=log, periods=periods, now=now)


def _is_due(breach: Breach, today: date) -> bool:
    return not breach.authority_settled or today.weekday() == _MONDAY


def _id(breach: Breach, today: date) -> str:
    return f"RV-{hashlib.sha256(f'{breach.id} {today.isoformat()}'.encode()).hexdigest()[:16].upper()}"
