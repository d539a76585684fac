"""The requests' stream: what people may have at once is done, and the letters that cases owe are queued."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import contact
from privacy.inbound import batch
from privacy.inbound.reacting import react

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    queue = contact.react_to_requests_queue()
    return batch.each(event, lambda record: react(record, contact.reaction()), set_aside=queue.send)
