"""Every night: whatever is due is queued to be purged, under the guard. It can delete nothing."""

from __future__ import annotations

from functools import partial
from typing import Any

from privacy import logs
from privacy.bootstrap import retention
from privacy.inbound import batch, retention_planning

#: Of its time, what is left for the page under way and the message about the rest.
RESERVED = 0.2


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    reserve = RESERVED * context.get_remaining_time_in_millis()
    work = partial(
        retention_planning.work,
        begin=retention.begin_retention_day,
        planning=retention.retention_planning,
        queue=retention.retention_plan_queue(),
        more=lambda: context.get_remaining_time_in_millis() > reserve,
    )
    return batch.each(event, work)
