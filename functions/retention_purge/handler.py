"""Whatever the plan found due, a message of at most ten at a time: decided anew, and gone here and at the providers."""

from __future__ import annotations

from functools import partial
from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import retention
from privacy.inbound import batch, purging

#: Of its time, what is left for the page under way and the message about the rest.
RESERVED = 0.2


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    reserve = RESERVED * context.get_remaining_time_in_millis()
    queue = retention.retention_purge_queue()
    work = partial(
        purging.work,
        purges=retention.purges(),
        replaying=retention.replaying,
        queue=queue,
        more=lambda: context.get_remaining_time_in_millis() > reserve,
        now=bootstrap.now,
    )
    return batch.each(event, work, retries=bootstrap.retries(queue))
