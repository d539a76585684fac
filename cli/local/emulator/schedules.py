"""Schedules fire at their own zone's time of day, in the functions' day, and what they send is never lost.

ministack reads every cron expression in UTC and today, keeps no zone that CloudFormation gives it, and puts what a
schedule sends into a queue past the journal. Here a minute's schedules are found by their zone's clock, which skips an
hour in spring and repeats one in autumn, and their input goes in as any other message does.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import asyncio
import json
import logging
import time
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from http import HTTPStatus
from typing import Any
from zoneinfo import ZoneInfo

from cli.local.emulator import inside
from cli.local.emulator.times import fired

SECONDS_BETWEEN_LOOKS = 5.0

log = logging.getLogger("local.schedules")


def keep_zones() -> None:
    """Let CloudFormation's schedules keep their zone."""
    handlers = inside.provisioners._RESOURCE_HANDLERS["AWS::Scheduler::Schedule"]
    create, update = handlers["create"], handlers["update"]

    def create_with_zone(logical_id: str, properties: dict[str, Any], stack: str) -> Any:
        name, attributes = create(logical_id, properties, stack)
        _keep_zone(name, properties)
        return name, attributes

    def update_with_zone(name: str, old: dict[str, Any], new: dict[str, Any], *rest: Any, **more: Any) -> Any:
        changed = update(name, old, new, *rest, **more)
        _keep_zone(name, new)
        return changed

    handlers |= {"create": create_with_zone, "update": update_with_zone}
    inside.scheduler.start_scheduler = lambda: None  # ours looks at the clock


def _keep_zone(name: str, properties: dict[str, Any]) -> None:
    key = f"{properties.get('GroupName', 'default')}/{name}"
    zone = properties.get("ScheduleExpressionTimezone", "UTC")
    inside.scheduler._schedules[key]["ScheduleExpressionTimezone"] = zone


@dataclass
class Schedules:
    """Sends what schedules send, from now on. clock_shift: seconds between today and the functions' day."""

    clock_shift: float = 0.0

    async def watch(self) -> None:
        """Look at the clock until cancelled. What fell due while nobody ran is not made up for."""
        looked = self._now()
        while True:
            await asyncio.sleep(SECONDS_BETWEEN_LOOKS)
            now = self._now()
            try:
                await self.pass_time(looked, now)
            except Exception:
                log.exception("a schedule could not send")
            looked = now

    def _now(self) -> datetime:
        return datetime.fromtimestamp(time.time() + self.clock_shift, UTC)

    async def pass_time(self, since: datetime, until: datetime) -> int:
        """Send what falls due after `since`, up to `until`; return how many schedules fired."""
        due = [*_due(since, until)]
        for account, region, target in due:
            await _send(account, region, target)
        return len(due)


def _due(since: datetime, until: datetime) -> Iterator[tuple[str, str, dict[str, Any]]]:
    for (account, region, _), schedule in [*inside.scheduler._schedules._data.items()]:
        if schedule.get("State") != "ENABLED":
            continue
        zone = ZoneInfo(schedule.get("ScheduleExpressionTimezone") or "UTC")
        if fired(schedule["ScheduleExpression"], zone, since, until):
            yield account, region, schedule["Target"]


async def _send(account: str, region: str, target: dict[str, Any]) -> None:
    with inside.responses.request_scope(account, region):
        inside.app.pin_request_origin("127.0.0.1", True)  # queues take nothing but TLS
        queue = inside.sqs._queue_by_arn(target["Arn"])
        if queue is None:
            log.error("a schedule's target is no queue: %s", target["Arn"])
            return
        body = json.dumps({"QueueUrl": queue["url"], "MessageBody": target.get("Input") or "{}"}).encode()
        headers = {"x-amz-target": "AmazonSQS.SendMessage"}
        status, _, answer = await inside.sqs.handle_request("POST", "/", headers, body, {})
        if status != HTTPStatus.OK:
            raise RuntimeError(f"a queue did not take what a schedule sends: {answer!r}")
