"""What operators ask of imports: begin one, how does it stand, let its plan happen."""

from __future__ import annotations

from datetime import datetime

from privacy.domain.runs import IMPORT, Run
from privacy.inbound import http
from privacy.inbound.operator import ACCEPTED, ANSWERED, Answer
from privacy.inbound.payload import document, needed, reference
from privacy.operations.history.approve_import import PlanOutdated, approve_import
from privacy.operations.history.import_history import STAGES, start_import
from privacy.ports import KeyQueue, Registry, RunLog


def begin(runs: RunLog, queue: KeyQueue, now: datetime, chance: str) -> Answer:
    """A new import, or the one that is under way. Raises ProviderUnavailable."""
    run, joined = start_import(runs=runs, queue=queue, now=now, chance=chance)
    return Answer(ACCEPTED, {"run": run.id, "joined": joined})


def status(runs: RunLog, registry: Registry) -> Answer:
    """The last import, `{"run": null}` where there was none; and since when an import is approved."""
    run = runs.latest(IMPORT)
    approved = registry.history_approved()
    return Answer(
        ANSWERED,
        {
            "run": described(run) if run else None,
            "approved_at": approved.isoformat() if approved else None,
        },
    )


def approve(
    event: http.Event, *, by: str, runs: RunLog, registry: Registry, queue: KeyQueue, now: datetime
) -> Answer:
    """`{"plan": "…"}`. `approved` is false where that is not the latest plan.

    Raises MalformedEvent, ProviderUnavailable.
    """
    plan = needed(reference(document(http.body(event)), "plan"), "plan")
    try:
        run = approve_import(plan, operator=by, runs=runs, registry=registry, queue=queue, now=now)
    except PlanOutdated:
        return Answer(ANSWERED, {"approved": False})
    return Answer(ACCEPTED, {"approved": True, "run": described(run)})


def described(run: Run) -> dict[str, object]:
    """How it stands, in plain values; nothing of anybody."""
    return {
        "id": run.id,
        "state": run.state,
        "stage": run.stage,
        "stages": list(STAGES),
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
        "counts": dict(run.counts),
        "totals": dict(run.totals),
        "oldest": _number(run.given.get("oldest")),
        "reached": _number(run.cursor.get("reached")),
        "trouble": run.given.get("trouble"),
        "planned": dict(run.planned),
        "plan": run.plan,
    }


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)
