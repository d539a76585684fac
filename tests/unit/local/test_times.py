"""When a schedule falls due, by the clock of its zone (E154)."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from cli.local.emulator.times import NotUnderstood, fired

PARIS = ZoneInfo("Europe/Paris")
DAILY = "cron(30 4 * * ? *)"


def falls_due(expression: str, since: str, until: str, zone: ZoneInfo = PARIS) -> bool:
    first, last = (datetime.fromisoformat(text).replace(tzinfo=UTC) for text in (since, until))
    return fired(expression, zone, first, last)


def times_on(day: str, expression: str = DAILY) -> int:
    """How often it falls due on a day in Paris, looked at every five seconds' worth of an hour."""
    start = datetime.fromisoformat(day).replace(tzinfo=PARIS).astimezone(UTC)
    looks = [start + timedelta(minutes=7 * n) for n in range(26 * 60 // 7)]
    pairs = pairwise(looks)
    return sum(
        fired(expression, PARIS, a, b) for a, b in pairs if a.astimezone(PARIS).date().isoformat() == day
    )


def test_the_time_of_day_is_the_zones_in_summer_as_in_winter() -> None:
    assert falls_due(DAILY, "2026-07-01T02:29:59", "2026-07-01T02:30:00")
    assert not falls_due(DAILY, "2026-07-01T03:29:59", "2026-07-01T03:30:00")
    assert falls_due(DAILY, "2026-12-01T03:29:59", "2026-12-01T03:30:00")


def test_each_minute_belongs_to_one_look_only() -> None:
    assert not falls_due(DAILY, "2026-12-01T03:30:00", "2026-12-01T03:30:59")
    assert falls_due(DAILY, "2026-11-29T12:00:00", "2026-11-30T12:00:00")


@pytest.mark.parametrize("day", ["2027-03-28", "2027-10-31", "2026-11-22"])
def test_half_past_four_comes_once_a_day_whatever_the_clock_does(day: str) -> None:
    assert times_on(day) == 1


def test_a_time_that_is_skipped_does_not_come_and_one_that_comes_twice_counts_once() -> None:
    assert times_on("2027-03-28", "cron(30 2 * * ? *)") == 0
    assert times_on("2027-10-31", "cron(30 2 * * ? *)") == 1


def test_lists_and_every_hour_are_read_and_anything_else_is_refused() -> None:
    assert falls_due("cron(0,30 * ? * * *)", "2026-12-01T10:29:00", "2026-12-01T10:30:00")
    for expression in ("cron(30 4 1 * ? *)", "rate(1 day)", "cron(0/15 4 * * ? *)"):
        with pytest.raises(NotUnderstood):
            falls_due(expression, "2026-12-01T10:29:00", "2026-12-01T10:30:00")
