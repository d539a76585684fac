"""Every hour: what cases owe and nobody has done, and mails that nobody has taken in, are sent on their way again."""

from __future__ import annotations

from typing import Any

from privacy import logs
from privacy.bootstrap import contact
from privacy.inbound import batch, watching


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    return batch.each(event, lambda record: watching.sweep(record, contact.sweep()))
