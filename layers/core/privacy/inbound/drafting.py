"""Messages about answers that are to be drafted, `{"request": "IM-2026-000123", "effect": "draft-access-5"}`."""

from __future__ import annotations

from privacy import metrics
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.answers.draft_answer import Drafting, draft_answer


def draft(record: BatchRecord, drafting: Drafting) -> None:
    """Raises MalformedRecord, and whatever keeps the answer from being drafted."""
    match record.body:
        case {"request": str(request), "effect": str(effect)}:
            metrics.count("AnswerDrafted", came_to=draft_answer(request, effect, drafting))
        case _:
            raise MalformedRecord
