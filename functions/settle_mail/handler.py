"""What SES tells of letters: that they went, arrived, came back, or were unwanted."""

from __future__ import annotations

from typing import Any

from privacy import logs
from privacy.bootstrap import contact
from privacy.inbound import batch, mail_outcomes


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def settle(record: batch.BatchRecord) -> None:
        mail_outcomes.settle(record, contact.letter_settling())

    return batch.each(event, settle)
