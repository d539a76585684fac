"""What of a case a person has left lying, besides its clock: told every working morning until somebody sees to it."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime
from enum import StrEnum

from privacy.domain.deadlines import triage_due
from privacy.domain.identity_reminders import may_be_closed
from privacy.domain.request import UNDECIDED, Request
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.working_days import is_working_day


class Concern(StrEnum):
    """undecided: a message that triage was not sure of waits for more than a working day (A16). undeliverable: our
    letters do not arrive (E47). unconfirmed: Mailchimp has not done for a day what was promised at once (T6). review:
    somebody has to look whether a hold is still needed (A23). unidentified: nobody proved anything for 30 days (T10).
    """

    UNDECIDED = "undecided"
    UNDELIVERABLE = "undeliverable"
    UNCONFIRMED = "unconfirmed"
    REVIEW = "review"
    UNIDENTIFIED = "unidentified"


def concerns(request: Request, today: date) -> Iterator[Concern]:
    """What the case's own steps say; whether Mailchimp followed they do not know."""
    if not is_working_day(today):
        return
    since = waits_since(request)
    if since is not None and today > triage_due(since):
        yield Concern.UNDECIDED
    if Flag.MAIL_UNDELIVERABLE in request.flags:
        yield Concern.UNDELIVERABLE
    if any(hold.placed and (hold.review_on or today) <= today for hold in request.operator_holds):
        yield Concern.REVIEW
    if may_be_closed(request, today):
        yield Concern.UNIDENTIFIED


def waits_since(request: Request) -> datetime | None:
    """Since when a person is needed: for a message that nobody decided about, since it was received."""
    if request.state in UNDECIDED:
        return request.received_at
    if Flag.NEEDS_HUMAN not in request.flags:
        return None
    raised: datetime | None = None
    for step in request.steps:
        if _raises(step):
            raised = raised or step.at
        elif step.by.human:
            raised = None
    return raised


def _raises(step: Step) -> bool:
    return step.kind is Kind.FLAGGED and step.text("flag") == Flag.NEEDS_HUMAN
