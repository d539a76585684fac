"""The clocks of a person: which regime, until when (P31, P33, A1-A5, A17, A20-A22, A25).

Every date is a day in Paris; every anniversary is counted from the original date, never chained.
"""

from __future__ import annotations

import calendar
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from privacy.domain.policy import Periods

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
    return date(year, month + 1, min(day.day, calendar.monthrange(year, month + 1)[1]))


def add_years(day: date, years: int) -> date:
    return add_months(day, 12 * years)


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
) -> Clock:
    """The person's clock.

    last_order: of the last paid order, refunded or not (A5, E142). last_opt_in: of the last explicit opt-in
    (A3). opted_out: when that subscription ended, None while it runs. last_fact: of anything else we were
    told, which rests on nothing lasting and keeps nobody longer than R7 and R19 allow.
    """
    subscribed = last_opt_in is not None and opted_out is None
    ends: list[date] = []
    if last_order is not None:
        ends.append(add_years(paris_day(last_order), periods.after_last_order_years))
    if subscribed and last_opt_in is not None:
        # A25: a subscription newer than a ten-year-old order keeps its own clock
        ends.append(add_years(paris_day(last_opt_in), periods.newsletter_only_years))
    if last_order is not None:
        return Clock(CUSTOMER, max(ends))
    if ends:
        return Clock(NEWSLETTER_ONLY, max(ends))
    if opted_out is not None:
        # A17: nothing is left to use the data for, so they are due at once, and never later than P33 allows
        due_on = paris_day(opted_out)
        if last_opt_in is not None:
            due_on = min(due_on, add_years(paris_day(last_opt_in), periods.newsletter_only_years))
        return Clock(NEWSLETTER_ONLY, due_on)
    if last_fact is not None:
        return Clock(NONE, paris_day(last_fact) + timedelta(days=periods.unfinished_days))
    return Clock(NONE, None)
