"""Letters that cases owe: claimed, sent, recorded."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import contact
from privacy.inbound import batch, sending_letters


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def send(record: batch.BatchRecord) -> None:
        sending_letters.send(record, contact.letter_sending())

    return batch.each(event, send, retries=bootstrap.retries(contact.send_mail_queue()))
