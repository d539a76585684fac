"""The clocks of a person: which regime, until when (P31, P33, A1-A5, A17, A20-A22, A25).

Every date is a day in Paris; every anniversary is counted from the original date, never chained.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from privacy.domain.policy import Periods
    from privacy.domain.retention import Span

PARIS = ZoneInfo("Europe/Paris")

NEWSLETTER_ONLY = "newsletter_only"
CUSTOMER = "customer"
NONE = "none"


def paris_day(instant: datetime) -> date:
    """The day in Paris on which the instant falls (A22, E133)."""
    return instant.astimezone(PARIS).date()


def add_months(day: date, months: int) -> date:
    """The same day of a later month, clipped to that month's end (A20: 29 February + 3 years = 28)."""
    years, month = divmod(day.month - 1 + months, 12)
    year = day.year + years
    last = 28 if day.day <= 28 else calendar.monthrange(year, month + 1)[1]
    return date(year, month + 1, min(day.day, last))


def add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)


def after(day: date, span: Span) -> date:
    """So long after the day, as a calendar counts."""
    return add_months(day, 12 * span.years + span.months) + timedelta(days=span.days)


@dataclass(frozen=True, slots=True)
class Clock:
    """regime: newsletter_only | customer | none. due_on: the first Paris day on which the person goes."""

    regime: str
    due_on: date | None

    def due(self, today: date) -> bool:
        """Maxima fall due on the anniversary itself (A21, E131)."""
        return self.due_on is not None and today >= self.due_on


def clock_of(
    periods: Periods,
    *,
    last_order: datetime | None,
    last_opt_in: datetime | None,
    opted_out: datetime | None,
    last_fact: datetime | None = None,
    unproven_since: datetime | None = None,
    awaiting_payment: datetime | None = None,
) -> Clock:
    """The person's clock.

    last_order: of the last paid order, refunded or not (A5, E142). last_opt_in: of the last explicit opt-in
    (A3). opted_out: when that subscription ended, None while it runs. last_fact: of anything else we were
    told, which rests on nothing lasting and keeps nobody longer than R7 and R19 allow.
    unproven_since: when somebody else subscribed them (E120), which counts against P33's three years all the
    same. awaiting_payment: when the buyer sent a checkout whose payment is under way.
    """
    opt_in_ends = _later(last_opt_in, periods.newsletter_only)
    running = opt_in_ends if opted_out is None else None
    if last_order is not None:
        # A25: a subscription newer than a ten-year-old order keeps its own clock
        order_ends = after(paris_day(last_order), periods.after_last_order)
        return Clock(CUSTOMER, max(order_ends, running or order_ends))
    if running is not None:
        regime, due_on = NEWSLETTER_ONLY, running
    elif opted_out is not None:
        # A17: nothing is left to use the data for, so they are due at once, and never later than P33 allows
        regime, due_on = NEWSLETTER_ONLY, min(paris_day(opted_out), opt_in_ends or date.max)
    elif last_fact is not None:
        unfinished = after(paris_day(last_fact), periods.sign_up)
        regime, due_on = (
            NONE,
            min(unfinished, _later(unproven_since, periods.newsletter_only) or unfinished),
        )
    else:
        return Clock(NONE, None)
    if awaiting_payment is not None:
        # they may become a customer any day: what the purchase needs stays for as long as R19 gives it
        due_on = max(due_on, after(paris_day(awaiting_payment), periods.checkout))
    return Clock(regime, due_on)


def _later(instant: datetime | None, span: Span) -> date | None:
    return after(paris_day(instant), span) if instant is not None else None
