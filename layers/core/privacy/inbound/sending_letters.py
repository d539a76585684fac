"""Messages about letters that are owed, `{"request": "IM-2026-000123", "effect": "ack-3"}` → the letter goes.

They come from react_to_requests, from the sweep, and from this function itself, which looks again after a while at what
SES did not answer.
"""

from __future__ import annotations

from collections.abc import Mapping

from privacy import metrics
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.letters.send_letter import LetterSending


def send(record: BatchRecord, sending: LetterSending) -> None:
    """Raises MalformedRecord, and whatever keeps the letter from going."""
    match record.body:
        case {"request": str(request), "effect": str(effect)}:
            metrics.count("LetterHandled", came_to=sending.send(request, effect))
        case _:
            raise MalformedRecord


def message(request: str, effect: str) -> Mapping[str, str]:
    """What has the letter looked at."""
    return {"request": request, "effect": effect}
