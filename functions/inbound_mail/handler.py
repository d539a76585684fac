"""Mail to contact@, as S3 tells of it: each message becomes a case, joins one, or was a machine's."""

from __future__ import annotations

from typing import Any

from privacy import bootstrap, logs
from privacy.bootstrap import contact
from privacy.inbound import batch, mail_event
from privacy.operations.requests.receive_mail import receive_mail

bootstrap.warm()


@logs.guarded
def handle(event: dict[str, Any], _context: object) -> dict[str, Any]:
    def take(record: batch.BatchRecord) -> None:
        mail_event.count(receive_mail(mail_event.mail_of(record), contact.reception()))

    return batch.each(event, take)
