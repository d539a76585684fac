"""Runs: work over all of a provider's records, done in lots, whose progress outlives every worker.

An import (docs/architecture.md "Day one"), the daily reconcile and the daily plan of the purge are runs. A worker reads
a lot, records it, saves where it stands under the version that it read, and may be killed at any moment: whoever comes
next goes on from the last saved cursor, and what is read twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import NamedTuple

IMPORT = "import"
RECONCILE = "reconcile"
RETENTION = "retention"
REPLAY = "replay"

#: States of a run. planned: the import's plan awaits the owner. held: a reconcile's removals, or a purge, await an
#: operator.
RUNNING = "running"
PLANNED = "planned"
HELD = "held"
APPROVED = "approved"
DONE = "done"

#: Where a stage goes on; nothing of it is personal data.
type Cursor = Mapping[str, str]


class Removal(NamedTuple):
    """Somebody to be taken out of an audience: the address's identifier, and which audience."""

    identifier: str
    audience: str


@dataclass(frozen=True, slots=True)
class Run:
    """One run.

    kind: import | reconcile | retention | replay. id: sorts by its start. stage: what it does now, in the kind's own
    words. cursor: where the stage goes on, empty at its beginning. counts: what was done so far, by the kind's own
    names. totals: how many there are of what is counted, where a provider tells. given: what it was started with, and
    what it has to remember. planned: what an approval would change, by numbers; plan: the digest that approves it.
    allowed: how many an operator has approved; None: the policy's guard decides. version: 0 until it is saved.
    """

    kind: str
    id: str
    started_at: datetime
    updated_at: datetime
    stage: str
    state: str = RUNNING
    cursor: Cursor = field(default_factory=dict)
    counts: Mapping[str, int] = field(default_factory=dict)
    totals: Mapping[str, int] = field(default_factory=dict)
    given: Mapping[str, str] = field(default_factory=dict)
    planned: Mapping[str, int] = field(default_factory=dict)
    plan: str | None = None
    allowed: int | None = None
    version: int = 0

    @property
    def running(self) -> bool:
        return self.state == RUNNING

    def count(self, **more: int) -> Run:
        """The run with these added to what was counted."""
        counts = dict(self.counts)
        for name, number in more.items():
            counts[name] = counts.get(name, 0) + number
        return replace(self, counts=counts)

    def at(self, stage: str, cursor: Cursor | None = None) -> Run:
        """The run at another place; without a cursor at the stage's beginning."""
        return replace(self, stage=stage, cursor=dict(cursor or {}))


def begin(kind: str, stage: str, *, now: datetime, chance: str, allowed: int | None = None) -> Run:
    """A new run, not saved yet. chance: random text, so that two that begin in one second are two."""
    return Run(
        kind=kind,
        id=f"{kind}-{now:%Y%m%dT%H%M%S}-{chance}",
        started_at=now,
        updated_at=now,
        stage=stage,
        allowed=allowed,
    )
