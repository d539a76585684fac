"""When somebody who has not shown who they are hears of it again, and when their request may be closed (T10, E95).

Counted in Paris days from the last question, or from when it was taken up again.
"""

from __future__ import annotations

from datetime import date

from privacy.domain.clocks import paris_day
from privacy.domain.identity import addressed
from privacy.domain.letter_words import Missing
from privacy.domain.request import Item, Request, State
from privacy.domain.request_guards import IDENTITY_REMINDERS, UNIDENTIFIED_AFTER_DAYS
from privacy.domain.request_steps import Flag, Kind, Step

#: After so many days, each once.
REMINDED_AFTER_DAYS = (7, 21)
_BEGINS = frozenset({Kind.IDENTITY_ASKED, Kind.REOPENED})


def reminder_due(request: Request, today: date) -> tuple[tuple[Item, ...], Missing] | None:
    """Whom to remind today, and of what; at most once a morning, also where mornings were missed."""
    waiting, question = _waiting(request), _question(request)
    if not waiting or question is None or Flag.MAIL_UNDELIVERABLE in request.flags:
        return None
    days, reminded = _so_far(request, today)
    if reminded >= sum(days >= after for after in REMINDED_AFTER_DAYS):
        return None
    return waiting, _missing(request, question)


def may_be_closed(request: Request, today: date) -> bool:
    """T10: a person is asked to."""
    if not _waiting(request) or _question(request) is None:
        return False
    days, reminded = _so_far(request, today)
    return days >= UNIDENTIFIED_AFTER_DAYS and reminded >= IDENTITY_REMINDERS


def _so_far(request: Request, today: date) -> tuple[int, int]:
    """For how many days nothing came, and how often they were reminded since."""
    begins = max(number for number, step in enumerate(request.steps) if step.kind in _BEGINS)
    since = request.steps[begins:]
    return (today - paris_day(since[0].at)).days, sum(s.kind is Kind.IDENTITY_REMINDED for s in since)


def _waiting(request: Request) -> tuple[Item, ...]:
    return tuple(item for item in request.items if item.state is State.IDENTITY_PENDING)


def _question(request: Request) -> Step | None:
    asked = [step for step in request.steps if step.kind is Kind.IDENTITY_ASKED]
    return asked[-1] if asked else None


def _missing(request: Request, question: Step) -> Missing:
    match question.text("level"):
        case "L2":
            return Missing.FACTS
        case "L3":
            return Missing.DOCUMENT
        case _:
            own = addressed(request, question) == request.address
            return Missing.CONFIRMATION if own else Missing.CONFIRMATION_ELSEWHERE
