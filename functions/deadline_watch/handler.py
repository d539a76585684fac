"""Every morning: each case that waits is looked at, and whoever has to know is told."""

from __future__ import annotations

from typing import Any

from privacy import logs
from privacy.bootstrap import contact, register
from privacy.inbound import batch, watching


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    queue = contact.deadline_watch_queue()

    def look(record: batch.BatchRecord) -> None:
        watching.look(record, contact.watch(), queue, register.calls)

    return batch.each(event, look)
