"""Messages of the morning's watch and the hourly sweep: the schedules' `{}`, and one case each, `{"request": …}`."""

from __future__ import annotations

from collections.abc import Callable

from privacy import logs, metrics
from privacy.domain.reminders import Occasion
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.notices.call_dpo import Call, Calls
from privacy.operations.requests.sweep_requests import Sweep
from privacy.operations.requests.watch_deadlines import Watch
from privacy.ports import KeyQueue


def look(record: BatchRecord, watch: Watch, queue: KeyQueue, calls: Callable[[], Calls]) -> None:
    """`{}`: a message for each case that waits; `{"request": …}`: that case. Raises MalformedRecord.

    calls: what the DPO is called for once a morning, besides cases.
    """
    match record.body:
        case None:
            raise MalformedRecord
        case {"request": str(request)}:
            for what in watch.look(request):
                metrics.count("CaseReminded", what=what)
                if what == Occasion.OVERDUE:
                    metrics.count("RequestOverdue")
        case _:
            for call in calls().begin():
                metrics.count("CaseReminded", what=call)
                if call is Call.BREACH_OVERDUE:
                    metrics.count("BreachOverdue")
            queue.send({"request": request} for request in watch.cases())
            metrics.count("RunCompleted")


def sweep(record: BatchRecord, sweep: Sweep) -> None:
    """Whatever the message says: the hour has come. Raises whatever keeps it from being done."""
    if record.malformed:
        raise MalformedRecord
    found = sweep.sweep()
    if found.cases or found.letters or found.mails or found.orphans:
        logs.record(
            "swept", cases=found.cases, letters=found.letters, mails=found.mails, orphans=found.orphans
        )
    if found.unconfirmed:
        metrics.count("ObjectionUnconfirmed", found.unconfirmed)
    metrics.count("RunCompleted")
