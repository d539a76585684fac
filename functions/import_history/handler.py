"""The import's messages: read the shop's past, one lot of pages at a time, and plan what it changes."""

from __future__ import annotations

from functools import partial
from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import past
from privacy.inbound import batch, importing

#: Milliseconds that one more page, with every call that it may repeat, and the message about the rest may take.
RESERVE = 150_000


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    queue = past.import_history_queue()
    work = partial(
        importing.work,
        history_import=past.history_import,
        queue=queue,
        again=bootstrap.settings().plan_again_seconds,
        more=lambda: context.get_remaining_time_in_millis() > RESERVE,
    )
    return batch.each(event, work, retries=bootstrap.retries(queue))
