"""What a person approved: carried out here and at the providers, read back, and written down."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import answers
from privacy.inbound import batch, carrying_out


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def carry_out(record: batch.BatchRecord) -> None:
        carrying_out.carry_out(record, answers.carrying())

    return batch.each(event, carry_out, retries=bootstrap.retries(answers.carry_out_queue()))
