"""Messages of the plan's queue → its work: the schedule's `{}` begins the day's run, `{"run": …}` goes on with one."""

from __future__ import annotations

from collections.abc import Callable

from privacy import logs, metrics
from privacy.domain.runs import HELD, Run
from privacy.inbound.batch import BatchRecord
from privacy.operations.retention.plan_purge import PURGED, Planning
from privacy.operations.retention.purge_batch import KINDS
from privacy.ports import KeyQueue

#: What is counted of fewer people than these may tell of one of them (R36).
FEWEST = 5


def work(
    record: BatchRecord,
    *,
    begin: Callable[[], Run],
    planning: Callable[[], Planning],
    queue: KeyQueue,
    more: Callable[[], bool],
) -> None:
    """Go on while `more`, and leave a message for the rest. begin: the day's own run, or what became of it."""
    run = (record.body or {}).get("run") or begin().id
    rest = planning().go_on(run, more)
    if rest is not None:
        queue.send([{"run": run}], delay=rest)


def tell(run: Run) -> None:
    """What was decided; alarms are on these (docs/runbook.md)."""
    if run.state == HELD:
        logs.record("purge_held", run=run.id, why=run.given["why"], due=run.counts.get("due", 0))
        metrics.count("RunHeld")
        return
    for name, count in run.counts.items():
        if name.startswith(PURGED) and count >= FEWEST:
            metrics.count("Purged", count, rule=name.removeprefix(PURGED))
    logs.record("purge_planned", run=run.id, **{kind: run.counts.get(kind, 0) for kind in KINDS})
    metrics.count("RunCompleted")
