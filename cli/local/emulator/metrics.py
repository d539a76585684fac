"""Metrics that functions write into their logs (CloudWatch's embedded format) are counted, and alarms ring.

ministack looks at its alarms only where somebody puts metrics, and at all values of a metric whatever their
dimensions. Here an alarm is looked at after each invocation that touched its metric, by its own dimensions.

It keeps no metrics of its queues and streams either: how long the oldest record waits is measured when somebody asks.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import json
import time
from collections.abc import Iterator
from types import FunctionType
from typing import Any, NamedTuple

from cli.local.emulator import inside
from cli.local.emulator.state import table_of

#: How long the oldest record waits.
AGES = (("AWS/SQS", "ApproximateAgeOfOldestMessage"), ("AWS/Lambda", "IteratorAge"))


class Measured(NamedTuple):
    """One value of one metric, for one set of dimensions."""

    namespace: str
    name: str
    value: float
    unit: str
    dimensions: dict[str, str]


def install() -> None:
    """Read the logs of every invocation, and look at the alarms."""
    keep_log, evaluate = inside.lambda_service._emit_lambda_logs, inside.cloudwatch._evaluate_alarm

    def keep_and_count(
        function: Any, request_id: str, log: str, failed: bool, *rest: Any, **more: Any
    ) -> None:
        keep_log(function, request_id, log, failed, *rest, **more)
        touched = {("AWS/Lambda", "Errors")} if failed else set()
        for measured in measured_in(log):
            inside.cloudwatch.record_metric(*measured)
            touched.add((measured.namespace, measured.name))
        for alarm in inside.cloudwatch._alarms.values():
            if (alarm.get("Namespace"), alarm.get("MetricName")) in touched:
                inside.cloudwatch._evaluate_alarm(alarm)

    def evaluate_by_dimensions(alarm: dict[str, Any]) -> None:
        metrics = {"_metrics": _metrics_of(alarm)}
        FunctionType(evaluate.__code__, {**vars(inside.cloudwatch), **metrics})(alarm)

    answer = inside.cloudwatch._get_metric_data

    def measure_and_answer(params: Any, asked: Any, *form: bool) -> Any:
        # whoever asks may live on another day: what is so now is so then
        then = inside.cloudwatch._parse_ts((asked or {}).get("EndTime") or params.get("EndTime", [""])[0])
        for key in [key for key in inside.cloudwatch._metrics if key[:2] in AGES]:
            del inside.cloudwatch._metrics[key]
        for measured in [*_ages_of_queues(), *_ages_of_streams()]:
            key = (measured.namespace, measured.name, inside.cloudwatch._dims_key(measured.dimensions))
            inside.cloudwatch._metrics[key] = [
                {
                    "Timestamp": then - 1,
                    "Unit": measured.unit,
                    "Dimensions": measured.dimensions,
                    "Value": measured.value,
                }
            ]
        return answer(params, asked, *form)

    inside.cloudwatch._evaluate_alarm = evaluate_by_dimensions
    inside.cloudwatch._get_metric_data = measure_and_answer
    inside.lambda_service._emit_lambda_logs = keep_and_count


def _ages_of_queues() -> Iterator[Measured]:
    for queue in inside.sqs._queues.values():
        sent = [message["sent_at"] for message in queue["messages"] if "sent_at" in message]
        if sent:
            name = {"QueueName": queue["name"]}
            yield Measured(
                "AWS/SQS", "ApproximateAgeOfOldestMessage", time.time() - min(sent), "Seconds", name
            )


def _ages_of_streams() -> Iterator[Measured]:
    """How long the next record of each mapping of a stream has waited."""
    positions = inside.lambda_service._dynamodb_stream_positions
    for _, _, mapping in inside.lambda_service._iter_all_esms():
        table = table_of(mapping)
        if table is None or mapping["UUID"] not in positions:
            continue
        waiting = inside.dynamodb.stream_records_since(table, int(positions[mapping["UUID"]]), 1)
        if waiting:
            created = float(waiting[0]["dynamodb"].get("ApproximateCreationDateTime", time.time()))
            name = {"FunctionName": mapping["FunctionName"]}
            yield Measured("AWS/Lambda", "IteratorAge", 1000 * (time.time() - created), "Milliseconds", name)


def _metrics_of(alarm: dict[str, Any]) -> dict[Any, Any]:
    dimensions = {dimension["Name"]: dimension["Value"] for dimension in alarm.get("Dimensions", [])}
    wanted = (alarm.get("Namespace"), alarm.get("MetricName"), inside.cloudwatch._dims_key(dimensions))
    points = inside.cloudwatch._metrics.get(wanted)
    return {wanted: points} if points else {}


def measured_in(log: str) -> Iterator[Measured]:
    """Yield every value in the lines that are metrics."""
    for line in log.splitlines():
        if line.startswith('{"_aws"'):
            yield from _values(json.loads(line))


def _values(line: dict[str, Any]) -> Iterator[Measured]:
    for directive in line["_aws"].get("CloudWatchMetrics", []):
        for names in directive.get("Dimensions") or [[]]:
            dimensions = {name: str(line.get(name, "")) for name in names}
            for metric in directive.get("Metrics", []):
                values = line.get(metric["Name"], [])
                for value in values if isinstance(values, list) else [values]:
                    unit = metric.get("Unit", "None")
                    yield Measured(directive["Namespace"], metric["Name"], float(value), unit, dimensions)
