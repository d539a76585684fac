"""Whether a cron expression of EventBridge Scheduler fell due within a stretch of time, by the clock of its zone.

    cron(30 4 * * ? *)    minutes hours day-of-month month day-of-week year

Of its language minutes and hours are read, and days that are all days; the templates need no more.
"""

import re
from collections.abc import Iterator
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

_DAILY = re.compile(r"cron\((?P<minutes>[\d,*]+) (?P<hours>[\d,*]+) (?:\* \* \?|\? \* \*) \*\)")
_MINUTE = timedelta(minutes=1)


class NotUnderstood(ValueError):
    """An expression that this reader does not know."""


def fired(expression: str, zone: ZoneInfo, since: datetime, until: datetime) -> bool:
    """Whether it fell due after `since`, up to `until`; both in UTC.

    A time of day that a change of the clock skips does not fall due on that day; one that comes twice does so at the
    first. Raises NotUnderstood.
    """
    read = _DAILY.fullmatch(expression)
    if read is None:
        raise NotUnderstood(expression)
    minutes, hours = (_numbers(read[name], end) for name, end in (("minutes", 60), ("hours", 24)))
    return any(
        local.minute in minutes and local.hour in hours and not local.fold
        for local in _minutes(since, until, zone)
    )


def _minutes(since: datetime, until: datetime, zone: ZoneInfo) -> Iterator[datetime]:
    """The beginning of each minute in between, by the zone's clock."""
    minute = since.replace(second=0, microsecond=0) + _MINUTE
    while minute <= until:
        yield minute.astimezone(zone)
        minute += _MINUTE


def _numbers(field: str, end: int) -> frozenset[int]:
    return frozenset(range(end)) if field == "*" else frozenset(int(number) for number in field.split(","))
