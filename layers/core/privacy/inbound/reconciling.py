"""Messages of the reconciliation's queue → its work: the schedule's `{}` begins the day's run, `run` goes on with one.

A message with `full` begins one that reads all members; with `allowed`, one whose removals the owner has approved, up
to that number, with the import's plan.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Protocol

from privacy import logs, metrics
from privacy.domain.facts import Fact
from privacy.domain.runs import HELD, Run
from privacy.inbound.batch import BatchRecord
from privacy.inbound.payload import Document, Ignored, MalformedEvent, reference
from privacy.operations.history.reconcile import Reconciliation
from privacy.operations.history.reconciliation_runs import AnotherRuns
from privacy.ports import KeyQueue

#: Seconds until what has to wait for another run is tried again.
WAIT = 60


class Begin(Protocol):
    """Begins a run, or finds the one that runs. Raises AnotherRuns."""

    def __call__(self, *, full: bool, allowed: int | None) -> Run: ...


def work(
    record: BatchRecord,
    *,
    begin: Begin,
    reconciliation: Callable[[], Reconciliation],
    queue: KeyQueue,
    more: Callable[[], bool],
) -> None:
    """Go on while `more`, and leave a message for the rest."""
    body = record.body or {}
    try:
        run = body.get("run") or begin(full="full" in body, allowed=_number(body.get("allowed"))).id
    except AnotherRuns:
        queue.send([body], delay=WAIT)
        return
    rest = reconciliation().go_on(run, more)
    if rest is not None:
        queue.send([{"run": run}], delay=rest)


def _number(text: str | None) -> int | None:
    return None if text is None else int(text)


def translating(
    translate: Callable[[Document, datetime], Fact | Ignored],
) -> Callable[[Mapping[str, object], datetime], Fact | None]:
    """An event that cannot be read is logged by its id, as its webhook was refused: it keeps no other one waiting."""

    def read(event: Mapping[str, object], asked_at: datetime) -> Fact | None:
        try:
            outcome = translate(event, asked_at)
        except MalformedEvent:
            logs.record("unreadable_event", source="stripe", event_id=reference(event, "id") or "")
            metrics.count("EventIgnored", reason="unreadable")
            return None
        return None if isinstance(outcome, Ignored) else outcome

    return read


def tell(run: Run) -> None:
    """What was found, once all is read; alarms are on these (docs/runbook.md)."""
    counts = run.counts
    missed = {provider: counts.get(f"{provider}_missed", 0) for provider in ("stripe", "mailchimp")}
    for provider, count in missed.items():
        if count:
            metrics.count("WebhookMissed", count, provider=provider)
    if sum(missed.values()):
        metrics.count("WebhookMissed", sum(missed.values()))
    removals = counts.get("removals", 0) if "approved" in run.given else 0
    if removals:
        metrics.count("SubscribedWithoutConsent", removals)
    if run.state == HELD:
        metrics.count("RemovalsHeld", removals)
    logs.record(
        "reconciled",
        run=run.id,
        recorded=counts.get("recorded", 0),
        missed=sum(missed.values()),
        removals=removals,
    )
    metrics.count("RunCompleted")
