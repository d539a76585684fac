"""Rebuild: fold everybody again from the ledger, while facts go on arriving (docs/architecture.md "The fold").

Nothing is emptied first. Every partition of the ledger is folded as if something new had come in, then every
identifier that the projection knows: one that no fact names any more disappears.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from privacy.ports import KeyQueue, Partitions

LEDGER = "ledger"
PEOPLE = "people"


@dataclass(frozen=True, slots=True)
class Progress:
    """Where a rebuild stands. stage: ledger, then people. after: the last key read."""

    run: str
    stage: str = LEDGER
    after: Mapping[str, str] | None = None


def rebuild_people(
    progress: Progress,
    *,
    tables: Mapping[str, Partitions],
    fold: KeyQueue,
    go_on: Callable[[], bool],
) -> Progress | None:
    """Queue partitions for folding, page by page, until `go_on` says stop. None: all are queued.

    A page that is read twice is folded twice, which changes nothing.
    """
    while True:
        partitions, after = tables[progress.stage].page(progress.after)
        fold.send({"identifier": partition} for partition in dict.fromkeys(partitions))
        if after is None and progress.stage == PEOPLE:
            return None
        progress = Progress(progress.run, progress.stage if after else PEOPLE, after)
        if not go_on():
            return progress
