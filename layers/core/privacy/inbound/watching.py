"""Messages of the morning's watch and the hourly sweep: the schedules' `{}`, and one case each, `{"request": …}`."""

from __future__ import annotations

from collections.abc import Callable, Iterable

from privacy import logs, metrics
from privacy.domain.concerns import Concern
from privacy.domain.reminders import Occasion
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.sweep_requests import Sweep
from privacy.operations.watch_deadlines import Watch
from privacy.ports import KeyQueue


def look(
    record: BatchRecord, watch: Watch, queue: KeyQueue, call_reviews: Callable[[], Iterable[object]]
) -> None:
    """`{}`: a message for each case that waits; `{"request": …}`: that case. Raises MalformedRecord.

    call_reviews: calls for the review of holds that belong to no case, and says of which.
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
            for _ in call_reviews():
                metrics.count("CaseReminded", what=Concern.REVIEW)
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
