"""S3's notices of new mail, inside SQS messages: which mails there are to take in."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from typing import Any
from urllib.parse import unquote_plus

from privacy import metrics
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.operations.receive_mail import Became

#: What SES's receipt rule puts before a mail's id.
PREFIX = "inbound/"


def unwrapped(event: Mapping[str, Any]) -> dict[str, Any]:
    """The event with mail ids in its messages' bodies instead of S3's notices; anything else stays as it is.

    S3 tests a new configuration with a notice of its own, which names no mail.
    """
    return {**event, "Records": [_unwrapped(record) for record in event["Records"]]}


def mails(record: BatchRecord) -> Iterator[str]:
    """Raises MalformedRecord for an object that is no mail."""
    for mail in (record.body or {}).values():
        if not mail or "/" in mail:
            raise MalformedRecord
        yield mail


def count(became: Became) -> None:
    """Mails by what became of them."""
    metrics.count("MailReceived", became=became.value)


def _unwrapped(record: Mapping[str, Any]) -> Mapping[str, Any]:
    try:
        notice = json.loads(record.get("body", ""))
    except (ValueError, TypeError, RecursionError):
        return record
    match notice:
        case {"Event": "s3:TestEvent"}:
            return {**record, "body": "{}"}
        case {"Records": [*objects]}:
            named = {str(number): _mail(each) for number, each in enumerate(objects)}
            return {**record, "body": json.dumps(named)}
        case _:
            return record


def _mail(notice: object) -> str:
    """Empty for what is no mail: the record then fails alone."""
    match notice:
        case {"s3": {"object": {"key": str(key)}}}:
            decoded = unquote_plus(key)
            return decoded.removeprefix(PREFIX) if decoded.startswith(PREFIX) else ""
        case _:
            return ""
