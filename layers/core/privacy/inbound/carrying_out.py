"""Messages about what was approved, `{"request": "IM-2026-000123", "effect": "carry_out-erasure-9"}` → it is done.

They come from react_to_requests, which sends them again while it is owed.
"""

from __future__ import annotations

from privacy import metrics
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.rights import carry_out as operation
from privacy.operations.rights.carry_out import Carrying


def carry_out(record: BatchRecord, carrying: Carrying) -> None:
    """Raises MalformedRecord, and whatever keeps it from being carried out: the message comes again."""
    match record.body:
        case {"request": str(request), "effect": str(effect)}:
            metrics.count("CarriedOut", came_to=operation.carry_out(request, effect, carrying))
        case _:
            raise MalformedRecord
