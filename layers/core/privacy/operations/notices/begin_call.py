"""Begin a letter to the DPO that belongs to no case and names nobody.

What is written is the letter's record (R14), named by what it is about and the day, so that a morning which comes twice
calls once.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Said, Step
from privacy.operations.requests.request_summary import summary_of
from privacy.ports import Appending, RequestConflict, RequestLog


def begin_call(
    id_: str, kind: Kind, said: Mapping[str, Said], *, log: RequestLog, periods: Periods, now: datetime
) -> bool:
    """Whether the letter was begun by this call. Raises RequestConflict, where nobody knows."""
    step = Step(kind, now, said=said)
    called = take(Request(id_), [step])
    try:
        log.append(Appending(id_, (step,), 0, summary_of(called, periods)))
    except RequestConflict:
        if not log.steps(id_):
            raise
        return False
    return True
