"""Days on which the shop works: neither Saturday, Sunday nor a public holiday of France (G8, L3133-1).

Good Friday and 26 December are holidays in Alsace-Moselle only, and the shop is in Paris. Whit Monday is one even
where people work on it for the "journée de solidarité".
"""

from __future__ import annotations

from datetime import date, timedelta
from functools import cache

_DAY = timedelta(days=1)
_SATURDAY = 5


def easter(year: int) -> date:
    """Easter Sunday in the Gregorian calendar, by Gauss's Computus in the form of Meeus, Jones and Butcher."""
    golden = year % 19
    century, of_century = divmod(year, 100)
    leap_centuries, century_rest = divmod(century, 4)
    moon_drift = (8 * century + 13) // 25
    epact = (19 * golden + century - leap_centuries - moon_drift + 15) % 30
    leap_years, year_rest = divmod(of_century, 4)
    weekday = (32 + 2 * century_rest + 2 * leap_years - epact - year_rest) % 7
    correction = (golden + 11 * epact + 22 * weekday) // 451
    month, day = divmod(epact + weekday - 7 * correction + 114, 31)
    return date(year, month, day + 1)


@cache
def public_holidays(year: int) -> frozenset[date]:
    """The eleven public holidays of a year, some on a Saturday or Sunday, and two at times on one day."""
    sunday = easter(year)
    return frozenset({
        date(year, 1, 1),
        sunday + 1 * _DAY,  # Easter Monday
        date(year, 5, 1),
        date(year, 5, 8),
        sunday + 39 * _DAY,  # Ascension
        sunday + 50 * _DAY,  # Whit Monday
        date(year, 7, 14),
        date(year, 8, 15),
        date(year, 11, 1),
        date(year, 11, 11),
        date(year, 12, 25),
    })  # fmt: skip


def is_working_day(day: date) -> bool:
    return day.weekday() < _SATURDAY and day not in public_holidays(day.year)


def on_or_after(day: date) -> date:
    """The first working day from that one on."""
    while not is_working_day(day):
        day += _DAY
    return day


def on_or_before(day: date) -> date:
    """The last working day up to that one."""
    while not is_working_day(day):
        day -= _DAY
    return day


def working_days_later(day: date, count: int) -> date:
    """The count-th working day after a day, which itself is not counted, whatever day it is."""
    for _ in range(count):
        day = on_or_after(day + _DAY)
    return day
