"""Messages about new mail, `{"key": "inbound/<mail id>"}`: from S3 by template.yaml's rule, and from the sweep."""

from __future__ import annotations

from collections.abc import Mapping

from privacy import metrics
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.requests.receive_mail import Became

#: What SES's receipt rule puts before a mail's id.
PREFIX = "inbound/"


def mail_of(record: BatchRecord) -> str:
    """Raises MalformedRecord for an object that is no mail."""
    key = (record.body or {}).get("key", "")
    mail = key.removeprefix(PREFIX)
    if mail == key or not mail or "/" in mail:
        raise MalformedRecord
    return mail


def message(mail: str) -> Mapping[str, str]:
    """What has the mail taken in."""
    return {"key": f"{PREFIX}{mail}"}


def count(became: Became) -> None:
    """Mails by what became of them."""
    metrics.count("MailReceived", became=became.value)
