"""Working days in Paris: Easter against almanacs, the eleven holidays, and nothing of Alsace's (G8)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.working_days import (
    easter,
    is_working_day,
    on_or_after,
    on_or_before,
    public_holidays,
    working_days_later,
)

DAYS = st.dates(date(1990, 1, 1), date(2400, 12, 31))

#: As almanacs print them, the earliest and latest possible among them.
EASTERS = [
    "1818-03-22", "1886-04-25", "1943-04-25", "1954-04-18", "1961-04-02", "1981-04-19", "2000-04-23", "2008-03-23",
    "2011-04-24", "2016-03-27", "2019-04-21", "2024-03-31", "2025-04-20", "2026-04-05", "2027-03-28", "2028-04-16",
    "2029-04-01", "2030-04-21", "2038-04-25", "2049-04-18", "2076-04-19", "2100-03-28", "2285-03-22",
]  # fmt: skip


@pytest.mark.parametrize("day", EASTERS)
def test_easter_is_when_almanacs_have_it(day: str) -> None:
    assert easter(int(day[:4])).isoformat() == day


@given(st.integers(1583, 9998))
def test_easter_is_a_sunday_between_22_march_and_25_april(year: int) -> None:
    assert easter(year).weekday() == 6
    assert date(year, 3, 22) <= easter(year) <= date(year, 4, 25)


@pytest.mark.parametrize(
    ("year", "monday", "ascension", "whit_monday"),
    [
        (2026, "2026-04-06", "2026-05-14", "2026-05-25"),
        (2027, "2027-03-29", "2027-05-06", "2027-05-17"),
        (2028, "2028-04-17", "2028-05-25", "2028-06-05"),
    ],
)
def test_the_eleven_holidays_of_a_year(year: int, monday: str, ascension: str, whit_monday: str) -> None:
    fixed = {
        f"{year}-{day}" for day in ["01-01", "05-01", "05-08", "07-14", "08-15", "11-01", "11-11", "12-25"]
    }
    assert {day.isoformat() for day in public_holidays(year)} == fixed | {monday, ascension, whit_monday}


def test_good_friday_and_26_december_are_worked_in_paris() -> None:
    assert is_working_day(date(2027, 3, 26))
    assert is_working_day(date(2028, 12, 26))


def test_two_holidays_on_one_day_are_one() -> None:
    # Ascension on 1 May 2008, and on 8 May 1986
    assert len(public_holidays(2008)) == 10
    assert len(public_holidays(1986)) == 10


@given(DAYS)
def test_rolling_stops_at_the_nearest_working_day(day: date) -> None:
    later, earlier = on_or_after(day), on_or_before(day)
    assert is_working_day(later)
    assert is_working_day(earlier)
    assert earlier <= day <= later
    between = (earlier + timedelta(days=n) for n in range(1, (later - earlier).days))
    assert not any(is_working_day(passed) for passed in between)
    assert (later == day == earlier) is is_working_day(day)


def test_working_days_are_counted_from_the_day_after() -> None:
    friday = date(2027, 3, 5)
    assert [working_days_later(friday, n).isoformat() for n in range(1, 5)] == [
        "2027-03-08", "2027-03-09", "2027-03-10", "2027-03-11",
    ]  # fmt: skip
    # Easter week: the Monday is no working day
    assert working_days_later(date(2027, 3, 26), 1) == date(2027, 3, 30)
    assert working_days_later(date(2027, 3, 28), 3) == date(2027, 4, 1)
