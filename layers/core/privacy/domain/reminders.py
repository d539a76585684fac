"""Of what staff are reminded about a request's clock, and when: never twice of the same, never not at all (E31)."""

from __future__ import annotations

from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from privacy.domain.deadlines import Deadline


class Occasion(StrEnum):
    """What a reminder is for, the least urgent first."""

    TEN_DAYS = "ten_days"
    FIVE_DAYS = "five_days"
    ONE_DAY = "one_day"
    ON_THE_DAY = "on_the_day"
    OVERDUE = "overdue"


_BEFORE = (Occasion.TEN_DAYS, Occasion.FIVE_DAYS, Occasion.ONE_DAY)


@dataclass(frozen=True, slots=True)
class Reminder:
    """occasion and day together are told once. day: the target it leads up to; of OVERDUE, the day it is told on.

    So a target that moved, since the clock stood or was extended, is reminded of anew.
    """

    occasion: Occasion
    day: date

    @property
    def key(self) -> str:
        return f"{self.occasion}@{self.day.isoformat()}"


def reminders_due(clock: Deadline, today: date, told: AbstractSet[str]) -> tuple[Reminder, ...]:
    """What was not told yet and falls on that day or before it, the most urgent last.

    told: keys of what was. One letter tells the last of them and thereby all: a morning that was missed is made up
    for, and nobody gets three letters for it. Nothing while the clock stands.
    """
    if clock.suspended:
        return ()
    if today > clock.legal_due:
        due = [Reminder(Occasion.OVERDUE, today)]
    else:
        planned = [*zip(_BEFORE, clock.reminders, strict=True), (Occasion.ON_THE_DAY, clock.target_due)]
        due = [Reminder(occasion, clock.target_due) for occasion, day in planned if day <= today]
    return tuple(reminder for reminder in due if reminder.key not in told)
