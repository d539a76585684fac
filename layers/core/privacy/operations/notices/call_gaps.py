"""Call: on the first working day of each month the DPO gets the list of what the register cannot say (P29, G33).

A month without a gap brings no letter; mornings that were missed are made up for within its first ten days. Its
record goes after thirty days, so that a later day of the same month would find none.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from privacy.domain.clocks import paris_day
from privacy.domain.gaps import Gap
from privacy.domain.policy import Periods
from privacy.domain.request_steps import Kind
from privacy.domain.working_days import is_working_day
from privacy.operations.notices.begin_call import begin_call
from privacy.ports import RequestLog

_UNTIL_DAY = 10


def call_gaps(gaps: Sequence[Gap], *, log: RequestLog, periods: Periods, now: datetime) -> bool:
    """Whether the month's letter was begun now. Raises RequestConflict, where nobody knows."""
    today = paris_day(now)
    if not gaps or not is_working_day(today) or today.day > _UNTIL_DAY:
        return False
    id_ = f"RV-{today:%Y%m}" + "0" * 10
    if log.steps(id_):
        return False
    said = {"gaps": tuple(str(gap) for gap in gaps)}
    return begin_call(id_, Kind.GAPS_CALLED, said, log=log, periods=periods, now=now)
