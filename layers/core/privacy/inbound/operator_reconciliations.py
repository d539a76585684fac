"""What operators ask of reconciliations: begin one, how does it stand, do what it wanted to remove."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from privacy.domain.policy import Guard
from privacy.domain.runs import RECONCILE, Run
from privacy.inbound import http
from privacy.inbound.operator import ACCEPTED, ANSWERED, Answer
from privacy.inbound.payload import document, flag, needed, reference
from privacy.inbound.reconciling import Begin
from privacy.operations.history.reconciliation_runs import NotHeld, approve_removals
from privacy.ports import KeyQueue, RunLog


def begin(event: http.Event, begin: Begin, queue: Callable[[], KeyQueue], now: datetime) -> Answer:
    """`{"full": false}`: a new run, or the one that runs already. Raises MalformedEvent, ProviderUnavailable."""
    full = needed(flag(document(http.body(event)), "full"), "full")
    run = begin(full=full, allowed=None)
    queue().send([{"run": run.id}])
    return Answer(ACCEPTED, {"run": run.id, "began": run.started_at >= now, "full": "since" not in run.given})


def status(event: http.Event, runs: RunLog, guard: Guard) -> Answer:
    """`{}` or `{"run": "…"}`: the last one, or that one; `{"run": null}` where there is none. Raises MalformedEvent."""
    asked = document(http.body(event))
    named = reference(asked, "run")
    run = runs.get(RECONCILE, named) if named else runs.latest(RECONCILE)
    return Answer(ANSWERED, {"run": described(run, guard) if run else None})


def approve(event: http.Event, by: str, runs: RunLog, queue: Callable[[], KeyQueue], now: datetime) -> Answer:
    """`{"run": "…"}`. `approved` is false where nothing waits. Raises MalformedEvent, ProviderUnavailable."""
    named = needed(reference(document(http.body(event)), "run"), "run")
    try:
        run = approve_removals(named, by=by, runs=runs, queue=queue(), now=now)
    except NotHeld:
        return Answer(ANSWERED, {"approved": False})
    return Answer(ACCEPTED, {"approved": True, "removals": run.counts.get("removals", 0)})


def described(run: Run, guard: Guard) -> dict[str, object]:
    """How it stands, in plain values; nothing of anybody."""
    return {
        "id": run.id,
        "state": run.state,
        "stage": run.stage,
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
        "full": "since" not in run.given,
        "history_approved": "approved" in run.given,
        "trouble": run.given.get("trouble"),
        "counts": dict(run.counts),
        "allowed": run.allowed,
        "guard": {
            "removals_at_most": guard.removals_at_most,
            "removals_at_most_percent": guard.removals_at_most_percent,
        },
    }
