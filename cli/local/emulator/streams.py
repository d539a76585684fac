"""DynamoDB streams drive functions the way a Lambda event source mapping does.

ministack takes every answer of a function for success, whatever `batchItemFailures` it lists, repeats a failing
batch for ever and in the same size, and lets one slow function hold up all others. Here a batch is repeated from
its first failing record, halved where the mapping says so, given up after the mapping's number of retries or
age, told to its on-failure destination, and delivered beside, not before, the other mappings.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import json
import logging
import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from cli.local.emulator import inside
from cli.local.emulator.state import table_of

SHORTEST_PAUSE = 0.5
LONGEST_PAUSE = 30.0

log = logging.getLogger("local.streams")

Record = dict[str, Any]


@dataclass
class Effort:
    """How often the batch at a mapping's position failed, and how many records the next try takes."""

    failures: int = 0
    retries: int = 0
    size: int | None = None


@dataclass(frozen=True)
class Batch:
    """Records at one position of a stream: all of them, and those that the mapping's filter lets through."""

    account: str
    region: str
    mapping: Mapping[str, Any]
    function: Any
    position: int
    length: int
    records: Sequence[tuple[int, Record]]

    @property
    def id(self) -> str:
        return str(self.mapping["UUID"])


class StreamMappings:
    """Reads streams for every mapping of a DynamoDB stream to a function."""

    def __init__(self) -> None:
        self._efforts: dict[str, Effort] = {}

    def install(self) -> None:
        """Take the place of ministack's reader of DynamoDB streams."""
        inside.lambda_service._poll_dynamodb_streams = self.poll

    def poll(self) -> bool:
        """Start what can be started, and say whether anything was."""
        started = False
        for account, region, mapping in inside.lambda_service._iter_all_esms():
            table = table_of(mapping)
            if table is not None and mapping.get("Enabled", True):
                with inside.responses.request_scope(account, region):
                    started = self._start(account, region, mapping, table) or started
        return started

    def _start(self, account: str, region: str, mapping: Record, table: str) -> bool:
        service = inside.lambda_service
        id = mapping["UUID"]
        if service._esm_inflight.get(id) or service._esm_backoff_until.get(id, 0) > time.time():
            return False
        function, _ = service._get_func_record_for_qualifier(
            mapping["FunctionName"], mapping.get("Qualifier")
        )
        described = inside.dynamodb._tables.get(table)
        if function is None or not described or described.get("LatestStreamArn") != mapping["EventSourceArn"]:
            return False
        position = self._position(mapping, table)
        size = self._efforts.get(id, Effort()).size or int(mapping.get("BatchSize", 100))
        read = inside.dynamodb.stream_records_since(table, position, size)
        if not read:
            return False
        kept = [
            (n, record) for n, record in enumerate(read) if service._apply_filter_criteria([record], mapping)
        ]
        batch = Batch(account, region, mapping, function, position, len(read), kept)
        if kept:
            service._dispatch_esm_batch(id, self._deliver, batch)
        else:
            self._go_on(batch, batch.length)
        return True

    def _position(self, mapping: Record, table: str) -> int:
        positions, id = inside.lambda_service._dynamodb_stream_positions, mapping["UUID"]
        horizon = int(inside.dynamodb.stream_start_position(table))
        if id not in positions:
            from_the_start = mapping.get("StartingPosition") == "TRIM_HORIZON"
            positions[id] = horizon if from_the_start else inside.dynamodb.stream_end_position(table)
        return max(int(positions[id]), horizon)

    def _deliver(self, batch: Batch) -> None:
        records = [record for _, record in batch.records]
        result = inside.lambda_service._execute_function(batch.function, {"Records": records})
        failed = 0 if result.get("error") else first_failure(result.get("body"), batch)
        with inside.responses.request_scope(batch.account, batch.region):
            if failed is None:
                self._go_on(batch, batch.length)
            elif failed > 0:
                self._go_on(batch, batch.records[failed][0])
            else:
                self._again(batch, result)

    def _go_on(self, batch: Batch, count: int) -> None:
        self._efforts.pop(batch.id, None)
        inside.lambda_service._esm_backoff_until.pop(batch.id, None)
        inside.lambda_service._dynamodb_stream_positions[batch.id] = batch.position + count

    def _again(self, batch: Batch, result: Mapping[str, Any]) -> None:
        mapping, effort = batch.mapping, self._efforts.setdefault(batch.id, Effort())
        log.warning("%s failed on a batch of %d", mapping["FunctionName"], len(batch.records))
        condition = None
        if _age(batch) > float(mapping.get("MaximumRecordAgeInSeconds") or -1) >= 0:
            condition = "MaxRecordAgeExceeded"
        elif mapping.get("BisectBatchOnFunctionError") and len(batch.records) > 1:
            effort.size = batch.records[len(batch.records) // 2][0]
        else:
            effort.retries += 1
            if 0 <= int(mapping.get("MaximumRetryAttempts", -1)) < effort.retries:
                condition = "RetryAttemptsExhausted"
        if condition is not None:
            records = [record for _, record in batch.records]
            inside.lambda_service._send_ddb_stream_failure_record(
                mapping, batch.function, records, mapping["EventSourceArn"], result, condition
            )
            self._go_on(batch, batch.length)
            return
        pause = min(LONGEST_PAUSE, SHORTEST_PAUSE * 2**effort.failures)
        effort.failures += 1
        inside.lambda_service._esm_backoff_until[batch.id] = time.time() + pause


def first_failure(answer: Any, batch: Batch) -> int | None:
    """Return the place in the batch from which to repeat it, None where nothing is to be repeated.

    An answer that is not understood, or names a record that was not in the batch, fails the whole batch.
    """
    if "ReportBatchItemFailures" not in batch.mapping.get("FunctionResponseTypes", []):
        return None
    if isinstance(answer, str):
        answer = json.loads(answer)
    if not answer:
        return None
    failures = answer.get("batchItemFailures") if isinstance(answer, dict) else [None]
    if not failures:
        return None
    places = {record["dynamodb"]["SequenceNumber"]: n for n, (_, record) in enumerate(batch.records)}
    return min(
        places.get(failure.get("itemIdentifier", ""), 0) if isinstance(failure, dict) else 0
        for failure in failures
    )


def _age(batch: Batch) -> float:
    created = batch.records[0][1]["dynamodb"].get("ApproximateCreationDateTime", time.time())
    return time.time() - float(created)
