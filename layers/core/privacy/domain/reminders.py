"""Of what staff are reminded about a request's clock, and when: never twice of the same, never not at all (E31)."""

from __future__ import annotations

from collections.abc import Container
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.deadlines import Deadline


class Occasion(StrEnum):
    """What a reminder is for, the least urgent first."""

    TEN_DAYS = "ten_days"
    FIVE_DAYS = "five_days"
    ONE_DAY = "one_day"
    ON_THE_DAY = "on_the_day"
    OVERDUE = "overdue"


_BEFORE = (Occasion.TEN_DAYS, Occasion.FIVE_DAYS, Occasion.ONE_DAY)


class Reminder(NamedTuple):
    """Told once for each occasion and day. day: the target it leads up to; of OVERDUE, the day on which it is told.

    So a target that moved, because the clock stood or was extended, is reminded of anew.
    """

    occasion: Occasion
    day: date


def reminder_due(clock: Deadline, today: date, told: Container[tuple[str, date]]) -> Reminder | None:
    """The most urgent of what falls on that day or before it, unless it was told; nothing while the clock stands.

    told: what was. Whoever was told of the more urgent needs no word of the less: a morning that was missed is made
    up for by one letter, not by three.
    """
    if clock.suspended:
        return None
    if today > clock.legal_due:
        due = Reminder(Occasion.OVERDUE, today)
    else:
        planned = [*zip(_BEFORE, clock.reminders, strict=True), (Occasion.ON_THE_DAY, clock.target_due)]
        reached = [occasion for occasion, day in planned if day <= today]
        if not reached:
            return None
        due = Reminder(reached[-1], clock.target_due)
    return None if due in told else due
