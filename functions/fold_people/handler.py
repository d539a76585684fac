"""The ledger's stream, and the keys that could not be folded at once: facts become people."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import folding
from privacy.inbound import batch
from privacy.inbound.folding import Folder, about

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    folder = Folder(
        folding.fold_stores(), bootstrap.policy(), bootstrap.now, folding.new_person_id, about(event)
    )
    return batch.each(event, folder.fold, set_aside=folding.fold_people_queue().send)
