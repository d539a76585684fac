"""The ledger's Mailchimp hints: read the member back and record what Mailchimp itself says."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.inbound import batch
from privacy.operations.read_back_member import read_back_member

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def read_back(record: batch.BatchRecord) -> None:
        read_back_member(
            *batch.key_of(record),
            ledger=bootstrap.ledger(),
            members=bootstrap.mailchimp_members(),
            pseudonyms=bootstrap.pseudonyms(),
            policy=bootstrap.policy(),
            now=bootstrap.now(),
        )

    return batch.each(event, read_back, set_aside=bootstrap.read_back_mailchimp_queue().send)
