"""What an answer would be, for a person to approve: read from everywhere, written down, sealed."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import answers
from privacy.inbound import batch, drafting


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def draft(record: batch.BatchRecord) -> None:
        drafting.draft(record, answers.drafting())

    return batch.each(event, draft, retries=bootstrap.retries(answers.draft_answers_queue()))
