"""Reconciliations as runs: one is begun a day, one at a time, and one that was held is approved by its id."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime, timedelta

from privacy.domain.runs import HELD, RECONCILE, RUNNING, Run, begin
from privacy.operations.history.reconcile import EVENTS, REMOVALS
from privacy.ports import KeyQueue, Registry, RunConflict, RunLog

#: What changed shortly before the last run began may have come late to Mailchimp's own list.
OVERLAP = timedelta(hours=1)
#: After so long all members are read again, and not only those who changed.
FULL_EVERY = timedelta(days=28)


class NotHeld(Exception):
    """There is no such run, or its removals wait for nobody."""


class AnotherRuns(Exception):
    """What was approved beforehand has to wait for a run of its own."""


def begin_reconciliation(
    *,
    runs: RunLog,
    registry: Registry,
    now: datetime,
    chance: Callable[[], str],
    full: bool = False,
    allowed: int | None = None,
) -> Run:
    """A new run; or the one that runs, which then only has to be gone on with.

    full: read all members. allowed: removals that were approved beforehand, with the import's plan.
    Raises AnotherRuns.
    """
    latest = runs.latest(RECONCILE)
    if latest is not None and latest.running:
        if allowed is not None:
            raise AnotherRuns
        return latest
    try:
        run = begin(RECONCILE, EVENTS, now=now, chance=chance(), allowed=allowed)
        given = _given(latest, registry.history_approved(), now, full=full)
        return runs.begin(replace(run, given=given), after=latest)
    except RunConflict:
        return begin_reconciliation(
            runs=runs, registry=registry, now=now, chance=chance, full=full, allowed=allowed
        )


def _given(latest: Run | None, approved: datetime | None, now: datetime, *, full: bool) -> dict[str, str]:
    """What the run goes by.

    since: members who changed later are read; absent: all. watched: since when webhooks are relied on. approved: the
    history is, so that members may be removed.
    """
    before = latest.given if latest else {}
    last_full = datetime.fromisoformat(before["last_full"]) if before else None
    full = full or last_full is None or now - last_full >= FULL_EVERY
    full = full or (approved is not None and last_full is not None and last_full < approved)
    given = {
        "watched": before.get("watched") or min(approved or now, now).isoformat(),
        "last_full": now.isoformat() if full else before["last_full"],
    }
    if approved is not None:
        given["approved"] = approved.isoformat()
    if latest is not None and not full:
        given["since"] = (latest.started_at - OVERLAP).isoformat()
    return given


def approve_removals(run_id: str, *, by: str, runs: RunLog, queue: KeyQueue, now: datetime) -> Run:
    """Let exactly this run's removals be done. Approving again sends for a worker again.

    Raises NotHeld, ProviderUnavailable.
    """
    run = runs.get(RECONCILE, run_id)
    if run is not None and run.state == HELD:
        given = {**run.given, "approved_by": by, "approved_at": now.isoformat()}
        held = replace(run.at(REMOVALS), state=RUNNING, given=given, updated_at=now)
        try:
            run = runs.save(replace(held, allowed=run.counts.get("removals", 0)))
        except RunConflict:
            run = runs.get(RECONCILE, run_id)
    if run is None or "approved_by" not in run.given:
        raise NotHeld
    queue.send([{"run": run.id}])
    return run
