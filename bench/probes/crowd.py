"""In the isolated Python: an import's, or a reconciliation's, stage of members over everybody of a large audience.

crowd.py import|reconcile: pages, translation, progress and threads are the product's. Nothing is recorded: the ledger
takes everything from an import, and has everything for a reconciliation, so that what fills the memory is the reader.
"""

import json
import sys
import time
from collections.abc import Collection
from dataclasses import replace
from pathlib import Path

from privacy import bootstrap
from privacy.bootstrap import folding, past
from privacy.domain.runs import IMPORT, RECONCILE, begin
from privacy.operations.people.fold_people import Stores
from privacy.ports import Appended


class EverythingHeld:
    """A ledger that has what it is asked for."""

    def held(self, filings: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        return set(filings)


kind = IMPORT if sys.argv[1] == "import" else RECONCILE
run = begin(kind, "members", now=bootstrap.now(), chance=bootstrap.chance())
given = {"watched": run.started_at.isoformat(), "last_full": run.started_at.isoformat()}
run = folding.runs().begin(replace(run, given=given), after=folding.runs().latest(kind))
started = time.perf_counter()
if kind == IMPORT:
    replace(
        past.history_import(),
        held=lambda filings: set(),
        admitted=list,
        record=lambda fact: Appended.NEW,
    ).go_on(run.id, lambda: True)
else:
    stores = Stores(EverythingHeld(), folding.fold_stores().people, folding.fold_stores().registry)  # type: ignore[arg-type]
    replace(past.reconciliation(), stores=stores).go_on(run.id, lambda: True)
took = time.perf_counter() - started
ended = folding.runs().get(kind, run.id)
status = dict(line.split(":", 1) for line in Path("/proc/self/status").read_text().splitlines())
peak = int(status["VmHWM"].split()[0]) * 1024
read = ended.counts["members"] if ended is not None else 0
print(json.dumps({"members": read, "seconds": took, "peak": peak}))
