"""Metrics that functions write into their logs (CloudWatch's embedded format) are counted, and alarms ring.

ministack looks at its alarms only where somebody puts metrics, and at all values of a metric whatever their
dimensions. Here an alarm is looked at after each invocation that touched its metric, by its own dimensions.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

import json
from collections.abc import Iterator
from types import FunctionType
from typing import Any, NamedTuple

from cli.local.emulator import inside


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

    inside.cloudwatch._evaluate_alarm = evaluate_by_dimensions
    inside.lambda_service._emit_lambda_logs = keep_and_count


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
