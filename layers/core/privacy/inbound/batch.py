"""Batches that Lambda brings: DynamoDB stream records (keys only) and SQS messages, and the partial answer.

    records(event) → work on each → answer(ids that failed); `each` does all three, and says when to come again

A record that cannot be read fails alone: it comes back as `malformed`, with the id that `answer` needs.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, NamedTuple

from privacy import logs, metrics
from privacy.inbound.retries import Received, Retries

#: Puts bodies on the function's own queue.
type SetAside = Callable[[Iterable[Mapping[str, str]]], None]


class MalformedRecord(Exception):
    """A record of no form that this function knows. Holds nothing of it."""


class BatchRecord(NamedTuple):
    """One record of a batch.

    id: what Lambda wants back if it fails. key: `(pk, sk)` of a changed item; removed: it is gone. body, received:
    an SQS message's.
    """

    id: str
    key: tuple[str, str] | None = None
    body: Mapping[str, str] | None = None
    removed: bool = False
    received: Received | None = None

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
            return BatchRecord(id_, key=(pk, sk), removed=record.get("eventName") == "REMOVE")
        case _:
            return BatchRecord(id_)


def _queued(record: Mapping[str, Any]) -> BatchRecord:
    message = BatchRecord(record["messageId"], received=_received(record))
    try:
        body = json.loads(record.get("body", ""))
    except (ValueError, TypeError, RecursionError):
        return message
    if isinstance(body, dict) and all(isinstance(value, str) for value in body.values()):
        return message._replace(body=body)
    return message


def _received(record: Mapping[str, Any]) -> Received | None:
    match record:
        case {
            "receiptHandle": str(receipt),
            "attributes": {"ApproximateReceiveCount": str(count), "SentTimestamp": str(sent)},
        }:
            return Received(receipt, int(count), datetime.fromtimestamp(int(sent) / 1000, UTC))
        case _:
            return None


def each(
    event: Mapping[str, Any],
    work: Callable[[BatchRecord], None],
    *,
    set_aside: SetAside | None = None,
    retries: Retries | None = None,
) -> dict[str, list[dict[str, str]]]:
    """Work on every record; one that fails keeps none of the others waiting.

    A stream forgets after a day and waits behind its first failure, so a stream record that cannot be done
    now goes to the function's own queue, as its key. A queue's message is reported, comes again (when `retries`
    says, else when the queue does), and rests in the dead-letter queue in the end.
    """
    failed: list[BatchRecord] = []
    for record in records(event):
        try:
            _read(record)
            work(record)
        except Exception as error:  # noqa: BLE001 - whatever it was, the other records go on
            logs.failure(error)
            if not _kept(record, set_aside):
                failed.append(record)
    if retries is not None:
        retries.after(record.received for record in failed if record.received is not None)
    return answer(record.id for record in failed)


def _read(record: BatchRecord) -> None:
    if record.malformed:
        raise MalformedRecord


def key_of(record: BatchRecord) -> tuple[str, str]:
    """(pk, sk) of the ledger's item that the record is about. Raises KeyError."""
    if record.key is not None:
        return record.key
    body = record.body or {}
    return body["identifier"], body["key"]


def _kept(record: BatchRecord, set_aside: SetAside | None) -> bool:
    if record.key is None or set_aside is None:
        return False
    identifier, key = record.key
    try:
        set_aside([{"identifier": identifier, "key": key}])
    except Exception as error:  # noqa: BLE001 - then the stream brings it again
        logs.failure(error)
        return False
    logs.record("record_set_aside", source=key.partition("#")[0], event_id=key.partition("#")[2])
    metrics.count("RecordSetAside")
    return True
