"""Whatever the plan found due, a handful a message: decided anew, and gone here and at the providers."""

from __future__ import annotations

from functools import partial
from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import retention
from privacy.inbound import batch, purging


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    given = context.get_remaining_time_in_millis()
    queue = retention.retention_purge_queue()
    work = partial(
        purging.work,
        purges=retention.purges(),
        replaying=retention.replaying,
        queue=queue,
        left=lambda: context.get_remaining_time_in_millis() / given,
        now=bootstrap.now,
    )
    return batch.each(event, work, retries=bootstrap.retries(queue))
