"""The daily reconciliation's messages: hold what the providers have against the ledger, one lot of pages at a time."""

from __future__ import annotations

from functools import partial
from typing import Any

from privacy import logs
from privacy.bootstrap import past
from privacy.inbound import batch, reconciling

#: Milliseconds that one more page, with every call that it may repeat, and the message about the rest may take.
RESERVE = 150_000


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    work = partial(
        reconciling.work,
        begin=past.begin_reconciliation,
        reconciliation=past.reconciliation,
        queue=past.reconcile_queue(),
        more=lambda: context.get_remaining_time_in_millis() > RESERVE,
    )
    return batch.each(event, work)
