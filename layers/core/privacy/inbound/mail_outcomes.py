"""SES's events about letters, as template.yaml's rule hands them on: what is no address in them, and nothing else.

    {"letter": "IM-2026-000123_ack-3", "happened": "Bounce", "message_id": "0107…-000000", "bounce": "Permanent"}

Each value is text. EventBridge writes a tag's list with its brackets, and what an event does not have as nothing.
"""

from __future__ import annotations

import re
from collections.abc import Mapping

from privacy import metrics
from privacy.domain.case_numbers import ANY
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.letters.settle_letter import Happened, LetterEvent, LetterSettling

#: SES's `eventType`, and what it means for a letter. Opens and clicks are not asked for.
HAPPENED: Mapping[str, Happened] = {
    "Send": "send",
    "Delivery": "delivery",
    "Bounce": "bounce",
    "Complaint": "complaint",
    "Reject": "reject",
    "DeliveryDelay": "delay",
}
_LETTER = re.compile(rf"\[?\"?({ANY})_([a-z0-9_-]{{1,80}})\"?\]?")
_MESSAGE_ID = re.compile(r"[A-Za-z0-9-]{1,100}")


def settle(record: BatchRecord, settling: LetterSettling) -> None:
    """Raises MalformedRecord, and whatever keeps the case from being told."""
    event = event_of(record.body or {})
    settling.settle(event)
    metrics.count("LetterTold", happened=event.happened)


def event_of(body: Mapping[str, str]) -> LetterEvent:
    """Raises MalformedRecord: the rule lets nothing else through, so something is wrong with one of the two."""
    letter = _LETTER.fullmatch(body.get("letter", ""))
    happened = HAPPENED.get(body.get("happened", ""))
    message_id = body.get("message_id", "")
    if letter is None or happened is None or not _MESSAGE_ID.fullmatch(message_id):
        raise MalformedRecord
    return LetterEvent(
        request=letter[1],
        effect=letter[2],
        happened=happened,
        message_id=message_id,
        permanent=body.get("bounce") == "Permanent",
    )
