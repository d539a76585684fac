"""Batches that Lambda brings: DynamoDB stream records (keys only) and SQS messages, and the partial answer.

    records(event) → work on each → answer(ids that failed)

A record that cannot be read fails alone: it comes back as `malformed`, with the id that `answer` needs.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from typing import Any, NamedTuple


class BatchRecord(NamedTuple):
    """id: what Lambda wants back if it fails. key: `(pk, sk)` of a changed item. body: an SQS message's."""

    id: str
    key: tuple[str, str] | None = None
    body: Mapping[str, str] | None = None

    @property
    def malformed(self) -> bool:
        return self.key is None and self.body is None


def records(event: Mapping[str, Any]) -> list[BatchRecord]:
    """In the order received. Raises KeyError where a record has not even an id: then the whole batch fails."""
    return [_streamed(record) if "dynamodb" in record else _queued(record) for record in event["Records"]]


def answer(failed_ids: Iterable[str]) -> dict[str, list[dict[str, str]]]:
    """ReportBatchItemFailures. From a stream, Lambda sends everything again from the first failed record on."""
    return {"batchItemFailures": [{"itemIdentifier": id_} for id_ in failed_ids]}


def _streamed(record: Mapping[str, Any]) -> BatchRecord:
    change = record["dynamodb"]
    id_ = change["SequenceNumber"]
    match change.get("Keys"):
        case {"pk": {"S": str(pk)}, "sk": {"S": str(sk)}}:
            return BatchRecord(id_, key=(pk, sk))
        case _:
            return BatchRecord(id_)


def _queued(record: Mapping[str, Any]) -> BatchRecord:
    id_ = record["messageId"]
    try:
        body = json.loads(record.get("body", ""))
    except (ValueError, TypeError, RecursionError):
        return BatchRecord(id_)
    if isinstance(body, dict) and all(isinstance(value, str) for value in body.values()):
        return BatchRecord(id_, body=body)
    return BatchRecord(id_)
