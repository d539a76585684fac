"""Runs of the purge: the day's own, those that an operator begins besides, and the approval of one that was held."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.policy import Policy
from privacy.domain.purge_guard import NOT_WAIVED, Basis, Trusted
from privacy.domain.runs import HELD, RETENTION, RUNNING, Run, begin
from privacy.operations.retention.guard_purge import deployed_with
from privacy.operations.retention.plan_purge import COUNT, LOOK
from privacy.ports import KeyQueue, RunConflict, RunLog

#: What a run hands on to the next: what its guard is compared with, by what everybody was folded last, and from which
#: Paris day on receipts are counted.
_HANDED_ON = ("trusted_day", "trusted_policy", "trusted_fold", "folded", "tell_from")


class NotHeld(Exception):
    """There is no such run, or it waits for nobody."""


class Superseded(Exception):
    """Another run has begun since, and decided anew. run: its id."""

    def __init__(self, run: str) -> None:
        super().__init__(run)
        self.run = run


class NotWaived(Exception):
    """Something else has to be approved first: the history."""


def begin_day(*, runs: RunLog, policy: Policy, now: datetime) -> Run:
    """The Paris day's own run, begun at its first call and never again (E154)."""
    day = paris_day(now)
    name = f"{RETENTION}-{day:%Y%m%d}"
    while True:
        held = runs.get(RETENTION, name)
        if held is not None:
            return held
        latest = runs.latest(RETENTION)
        try:
            run = replace(begin(RETENTION, LOOK, now=now, chance=""), id=name)
            return runs.begin(replace(run, given=_given(latest, policy, day)), after=latest)
        except RunConflict:
            continue


def begin_besides(*, runs: RunLog, policy: Policy, now: datetime, chance: Callable[[], str]) -> Run:
    """One more on the same day, as an operator asks for it; or the one of that day that runs.

    One that stands still since another day is left alone: it would look at nothing that fell due since.
    """
    day = paris_day(now)
    while True:
        latest = runs.latest(RETENTION)
        if latest is not None and latest.running and latest.given["day"] == day.isoformat():
            return latest
        try:
            run = begin(RETENTION, LOOK, now=now, chance=chance())
            return runs.begin(replace(run, given=_given(latest, policy, day)), after=latest)
        except RunConflict:
            continue


def terms(runs: RunLog, policy: Policy, today: date) -> tuple[Basis, Trusted]:
    """What a run that begins now goes by, and what it is compared with."""
    given = _given(runs.latest(RETENTION), policy, today)
    return Basis(today, given["policy"], given["fold"]), Trusted.read(given)


def _given(latest: Run | None, policy: Policy, day: date) -> dict[str, str]:
    before = latest.given if latest else {}
    handed_on = {name: before[name] for name in _HANDED_ON if name in before}
    return {"tell_from": day.isoformat(), **handed_on, "day": day.isoformat(), **deployed_with(policy)}


def approve_purge(run_id: str, *, by: str, runs: RunLog, queue: KeyQueue, now: datetime) -> Run:
    """Let exactly this run go on, for as many people as it counted. Approving again sends for a worker again.

    Raises NotHeld, Superseded, NotWaived, ProviderUnavailable.
    """
    run = runs.get(RETENTION, run_id)
    if run is not None and run.state == HELD:
        run = _approved(run, by, runs, now)
    if run is None or "approved_by" not in run.given:
        raise NotHeld
    queue.send([{"run": run.id}])
    return run


def _approved(run: Run, by: str, runs: RunLog, now: datetime) -> Run | None:
    latest = runs.latest(RETENTION)
    if latest is not None and latest.id != run.id:
        raise Superseded(latest.id)
    waived = set(run.given["why"].split())
    if waived & NOT_WAIVED:
        raise NotWaived
    given = {
        **run.given,
        "waived": " ".join(sorted(waived)),
        "approved_by": by,
        "approved_at": now.isoformat(),
    }
    counted = run.counts.get("due", 0)
    counts = {name: count for name, count in run.counts.items() if name != "due"}
    approved = replace(
        run.at(COUNT), state=RUNNING, allowed=counted, counts=counts, given=given, updated_at=now
    )
    try:
        return runs.save(approved)
    except RunConflict:
        return runs.get(RETENTION, run.id)
