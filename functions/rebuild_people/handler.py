"""A rebuild's messages: queue one page of partitions after another for folding, and oneself for the rest."""

from __future__ import annotations

import json
from typing import Any

from privacy import logs
from privacy.bootstrap import folding
from privacy.inbound import batch
from privacy.operations.people.rebuild_people import Progress, rebuild_people

#: Milliseconds that one more page and the message about the rest may take.
RESERVE = 60_000


@logs.guarded
def handle(event: dict[str, Any], context: Any) -> dict[str, Any]:
    def rebuild(message: batch.BatchRecord) -> None:
        body = message.body or {}
        after = json.loads(body["after"]) if "after" in body else None
        rest = rebuild_people(
            Progress(body["run"], body.get("stage", "ledger"), after),
            tables=folding.rebuild_tables(),
            fold=folding.fold_people_queue(),
            go_on=lambda: context.get_remaining_time_in_millis() > RESERVE,
        )
        if rest is not None:
            where = {"after": json.dumps(rest.after)} if rest.after else {}
            folding.rebuild_people_queue().send([{"run": rest.run, "stage": rest.stage, **where}])

    return batch.each(event, rebuild)
