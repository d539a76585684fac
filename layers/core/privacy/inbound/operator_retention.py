"""What operators ask of retention: what falls due of whom, why, and how the purge's runs stand (R26, E153).

Days and page marks come in the body, as addresses do. To begin a run or to approve one is for the DPO alone.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.policy import PurgeGuard
from privacy.domain.purge_guard import Reason
from privacy.domain.runs import HELD, RETENTION, Run
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ACCEPTED, ANSWERED, DPO, Answer, asked_about, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, document, needed, reference, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.retention.count_due import count_due
from privacy.operations.retention.explain_retention import explain_retention
from privacy.operations.retention.guard_purge import Preview
from privacy.operations.retention.list_due import NoSuchPage, list_due
from privacy.operations.retention.purge_batch import PERSON
from privacy.operations.retention.retention_desk import RetentionDesk, rules_in_words
from privacy.operations.retention.retention_runs import (
    NotHeld,
    NotWaived,
    Superseded,
    approve_purge,
    begin_besides,
    terms,
)
from privacy.ports.retention import Receipt

#: How far a calendar reaches, and receipts go back, where nobody says.
AHEAD = timedelta(days=31)
LATELY = timedelta(days=7)
#: How far ahead anything can be asked of: the longest rule, twice.
FURTHEST = timedelta(days=366 * 25)


def _begin(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{}`: a run besides the day's own, or the one that runs; `{"dry_run": true}`: what it would decide."""
    only(DPO, who)
    if read.said(event).get("dry_run") is True:
        return _preview(means)
    now = means.now()
    run = begin_besides(runs=means.runs(), policy=means.policy(), now=now, chance=means.chance)
    means.retention.plans().send([{"run": run.id}])
    return Answer(ACCEPTED, {"run": run.id, "began": run.started_at >= now})


def _preview(means: Means) -> Answer:
    basis, trusted = terms(means.runs(), means.policy(), paris_day(means.now()))
    preview: Preview = means.retention.gate().preview(basis, trusted)
    said = {
        "why": sorted(preview.doubt.reasons),
        "behind": list(preview.doubt.behind),
        "due": preview.due,
        "whole": preview.whole,
        "guard": _guard(means.policy().purge_guard),
    }
    return Answer(ANSWERED, said)


def _status(event: http.Event, _who: Reader, means: Means) -> Answer:
    """`{}` or `{"run": "…"}`: the last one, or that one; `{"run": null}` where there is none."""
    named = reference(document(http.body(event)), "run")
    runs = means.runs()
    run = runs.get(RETENTION, named) if named else runs.latest(RETENTION)
    return Answer(ANSWERED, {"run": described(run, means.policy().purge_guard) if run else None})


def _approve(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"run": "…"}`. `approved` is false where nothing waits; `because` says why it may not go on."""
    only(DPO, who)
    named = needed(reference(document(http.body(event)), "run"), "run")
    refused: dict[str, object] = {"approved": False}
    try:
        run = approve_purge(
            named, by=who.name, runs=means.runs(), queue=means.retention.plans(), now=means.now()
        )
    except NotHeld:
        return Answer(ANSWERED, refused | {"because": "not_held"})
    except NotWaived:
        return Answer(ANSWERED, refused | {"because": Reason.HISTORY})
    except Superseded as other:
        return Answer(ANSWERED, refused | {"because": "superseded", "run": other.run})
    return Answer(ACCEPTED, {"approved": True, "people": run.allowed})


def _plan(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"on": "2027-01-01", "after": null}`."""
    said = read.said(event)
    on = _day(said, "on", means) or paris_day(means.now())
    try:
        listed = list_due(_desk(who, means), means.retention.indexes()[PERSON], on, text(said, "after"))
    except NoSuchPage:
        raise MalformedEvent("after") from None
    return Answer(ANSWERED, listed)


def _explain(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"email": "…"}`."""
    identifiers = asked_about(event, means.pseudonyms())
    return Answer(ANSWERED, explain_retention(_desk(who, means), means.retention.archive(), identifiers))


def _receipts(event: http.Event, _who: Reader, means: Means) -> Answer:
    """`{"since": "2026-11-20", "after": null}`: a day's at a time; without a day, those of the last week."""
    said = read.said(event)
    today = paris_day(means.now())
    since = read.day_in(said, "since") or today - LATELY
    after = read.day_in(said, "after")
    if not since <= (after or since) or today - since > FURTHEST:
        raise MalformedEvent("since")
    found, onwards = means.retention.receipts().since(since, after.isoformat() if after else None)
    rules = {rule for receipt in found for line in receipt.lines.values() for rule in line}
    said_of = rules_in_words(rules & means.policy().retention.keys(), means.policy())
    return Answer(
        ANSWERED,
        {"receipts": [_receipt(receipt) for receipt in found], "rules": said_of, "after": onwards},
    )


def _calendar(event: http.Event, _who: Reader, means: Means) -> Answer:
    """`{"until": "2027-01-01"}`."""
    today = paris_day(means.now())
    until = _day(read.said(event), "until", means) or today + AHEAD
    counted = count_due(means.retention.indexes(), policy=means.policy(), today=today, until=until)
    return Answer(ANSWERED, counted)


def _day(said: Document, name: str, means: Means) -> date | None:
    """Raises MalformedEvent, also for a day so far ahead that it is a mistake."""
    day = read.day_in(said, name)
    if day is not None and day - paris_day(means.now()) > FURTHEST:
        raise MalformedEvent(name)
    return day


def _desk(who: Reader, means: Means) -> RetentionDesk:
    return RetentionDesk(who, means.stores(), means.holds(), means.requests(), means.policy(), means.now())


def described(run: Run, guard: PurgeGuard) -> dict[str, object]:
    """How it stands, in plain values; nothing of anybody. why, behind: only of a run that is held."""
    held = run.state == HELD
    return {
        "id": run.id,
        "state": run.state,
        "stage": run.stage,
        "day": run.given["day"],
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
        "why": run.given["why"].split() if held else [],
        "behind": run.given["behind"].split() if held else [],
        "approved_by": run.given.get("approved_by"),
        "allowed": run.allowed,
        "trouble": run.given.get("trouble"),
        "counts": dict(run.counts),
        "guard": _guard(guard),
    }


def _guard(guard: PurgeGuard) -> dict[str, int]:
    return {**guard._asdict()}


def _receipt(receipt: Receipt) -> dict[str, object]:
    """Whose data went stands in it by ids, as long as the receipt has them."""
    return {
        "run": receipt.run,
        "batch": receipt.batch,
        "rules": receipt.rules,
        "begun_at": receipt.begun_at.isoformat(),
        "finished_at": receipt.finished_at.isoformat() if receipt.finished_at else None,
        "lines": {about: dict(went) for about, went in receipt.lines.items()},
    }


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/retention/calendars": _calendar,
    "POST /operator/retention/explanations": _explain,
    "POST /operator/retention/plans": _plan,
    "POST /operator/retention/receipts": _receipts,
    "POST /operator/retention/runs": _begin,
    "POST /operator/retention/runs/approvals": _approve,
    "POST /operator/retention/runs/status": _status,
}
