"""Close: an answer of a case went to the wrong person, so from now on no link leads to it (G36, E115).

The case says so, whatever links there are; letters that lead to it and have not gone stay here. A link to the package
itself, handed out before, lives for a minute (operations/answers/collect_answer.py).
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from privacy.domain.breach import Breach
from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_effects import PACKAGES
from privacy.domain.request_steps import By, Kind, Said, Step
from privacy.operations.requests.append_steps import NoSuchRequest, append_steps
from privacy.ports import RequestLog


def close_answers(
    breach: Breach, *, by: By, log: RequestLog, periods: Periods, now: datetime
) -> tuple[str, ...]:
    """Items of the breach's case whose packages are closed for it; none where it names no case that we have.

    Doing it again closes nothing twice. Raises RequestConflict.
    """
    if not breach.request:
        return ()

    def decide(request: Request) -> list[Step]:
        items = tuple(_open_answers(request))
        said: dict[str, Said] = {"items": items, "breach": breach.id}
        return [Step(Kind.ANSWER_CLOSED, now, by, breach.id, said)] if items else []

    try:
        request = append_steps(breach.request, decide, log=log, periods=periods)
    except NoSuchRequest:
        return ()
    closed = {id_ for step in request.steps if _is_for(breach, step) for id_ in step.texts("items")}
    return tuple(item.id for item in request.items if item.id in closed)


def _open_answers(request: Request) -> Iterator[str]:
    for number, step in enumerate(request.steps, 1):
        if step.kind is Kind.ANSWERED and step.text("plan") in PACKAGES:
            yield from (id_ for id_ in step.texts("items") if not request.answer_closed(id_, number))


def _is_for(breach: Breach, step: Step) -> bool:
    return step.kind is Kind.ANSWER_CLOSED and step.text("breach") == breach.id
