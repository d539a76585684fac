"""Approve: the owner has seen what the imported past changes, and lets it happen (docs/architecture.md "Day one").

The approval opens two gates for good: choices that only the past tells are followed, and the reconciliation may
remove whom nobody can prove to have subscribed; this first time as many as the plan said and no more.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from privacy.domain.runs import APPROVED, DONE, IMPORT, PLANNED, Run
from privacy.operations.history.import_history import WAITING
from privacy.ports import KeyQueue, Registry, RunConflict, RunLog


class PlanOutdated(Exception):
    """There is a newer plan, or none, or the import goes on: what would be approved is not what was seen."""


def approve_import(
    plan: str, *, operator: str, runs: RunLog, registry: Registry, queue: KeyQueue, now: datetime
) -> Run:
    """Approve the latest import by its plan's digest; again for the same plan is the same approval.

    Raises PlanOutdated, ProviderUnavailable.
    """
    run = runs.latest(IMPORT)
    if run is None or run.plan != plan or run.state not in {PLANNED, APPROVED, DONE}:
        raise PlanOutdated
    registry.approve_history(run=run.id, operator=operator, now=now)
    if run.state == PLANNED:
        approved = replace(
            run.at(WAITING), state=APPROVED, allowed=run.planned.get("removals", 0), updated_at=now
        )
        try:
            run = runs.save(approved)
        except RunConflict:
            raise PlanOutdated from None
    if run.state == APPROVED:
        queue.send([{"run": run.id}])
    return run
