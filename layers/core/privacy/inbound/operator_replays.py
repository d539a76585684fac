"""What operators ask after a restore: erase again whoever was erased since, and how far is it (docs/runbook.md)."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date

from privacy.domain.clocks import paris_day
from privacy.domain.runs import REPLAY, Run
from privacy.inbound import http, purging
from privacy.inbound.operator import ACCEPTED, ANSWERED, DPO, Answer, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, document, needed, reference, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.retention.replay_erasures import begin_replay


def _begin(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"since": "2026-11-01"}`: everybody erased on that Paris day or later. Raises MalformedEvent, RunConflict."""
    only(DPO, who)
    now = means.now()
    since = _day(document(http.body(event)))
    if since > paris_day(now):
        raise MalformedEvent("since")
    run = begin_replay(since, runs=means.runs(), now=now, chance=means.chance())
    means.retention.purges().send([purging.replay(run.id)])
    return Answer(ACCEPTED, {"run": run.id})


def _status(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{}` or `{"run": "…"}`: the last one, or that one; `{"run": null}` where there is none. Raises MalformedEvent."""
    only(DPO, who)
    named = reference(document(http.body(event)), "run")
    runs = means.runs()
    run = runs.get(REPLAY, named) if named else runs.latest(REPLAY)
    return Answer(ANSWERED, {"run": _described(run) if run else None})


def _day(said: Document) -> date:
    try:
        return date.fromisoformat(needed(text(said, "since"), "since"))
    except ValueError:
        raise MalformedEvent("since") from None


def _described(run: Run) -> dict[str, object]:
    """How it stands; nothing of anybody."""
    return {
        "id": run.id,
        "state": run.state,
        "since": run.given["since"],
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
        "people": run.counts.get("people", 0),
        "facts": run.counts.get("facts", 0),
    }


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/replays": _begin,
    "POST /operator/replays/status": _status,
}
