"""The night's run by the template's own schedule, on the two nights on which the clock changes (E154)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from samtranslator.yaml_helper import yaml_parse

from cli.local.emulator.times import fired
from privacy.domain.clocks import paris_day

ROOT = Path(__file__).parents[2]


@pytest.mark.parametrize(
    ("night", "in_utc"),
    [
        (date(2027, 3, 27), "02:30"),
        (date(2027, 3, 28), "01:30"),
        (date(2027, 10, 30), "01:30"),
        (date(2027, 10, 31), "02:30"),
    ],
)
def test_e154_the_schedule_fires_once_a_paris_day_at_half_past_three(night: date, in_utc: str) -> None:
    template = yaml_parse((ROOT / "template.yaml").read_text())
    schedule = template["Resources"]["RetentionPlanSchedule"]["Properties"]
    zone = ZoneInfo(schedule["ScheduleExpressionTimezone"])
    start = datetime(night.year, night.month, night.day, tzinfo=UTC) - timedelta(hours=3)
    minutes = [start + timedelta(minutes=n) for n in range(30 * 60)]
    fires = [
        at + timedelta(minutes=1)
        for at in minutes
        if fired(schedule["ScheduleExpression"], zone, at, at + timedelta(minutes=1))
    ]
    assert [f"{at:%H:%M}" for at in fires if paris_day(at) == night] == [in_utc]
