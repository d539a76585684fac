"""How far behind queues and streams are, as CloudWatch measures it (docs/architecture.md "Purge").

A queue's oldest message tells its age while there is one, and a function that reads a stream tells how old what it read
was. Where neither says anything nothing waits, or nothing is read: the alarms watch over that.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from privacy.ports import ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

#: What is older than this waits too long.
BEHIND = timedelta(minutes=15)
#: How far back to look for the latest value: metrics come some minutes late.
WINDOW = timedelta(minutes=30)
#: Seconds of which one value is the greatest.
PERIOD = 60
_MOST = 500  # CloudWatch's own limit, of a call
_ANSWERED = "Complete"


class CloudWatchBacklog:
    """Backlog over the metrics that AWS keeps of queues and functions by itself."""

    def __init__(
        self,
        client: CloudWatchClient,
        *,
        queues: Collection[str],
        functions: Collection[str],
        now: Callable[[], datetime],
    ) -> None:
        self._client = client
        self._queues = queues
        self._functions = functions
        self._now = now

    def behind(self) -> tuple[str, ...]:
        try:
            return tuple(sorted(set(self._behind())))
        except (BotoCoreError, ClientError) as error:
            raise ProviderUnavailable(type(error).__name__) from None

    def _behind(self) -> Iterator[str]:
        for some in batched(self._asked(), _MOST, strict=False):
            names = {f"m{n}": name for n, (name, _, _) in enumerate(some)}
            limits = {f"m{n}": limit for n, (_, limit, _) in enumerate(some)}
            request: Any = {
                "MetricDataQueries": [
                    {"Id": f"m{n}", "MetricStat": {"Metric": metric, "Period": PERIOD, "Stat": "Maximum"}}
                    for n, (_, _, metric) in enumerate(some)
                ],
                "StartTime": self._now() - WINDOW,
                "EndTime": self._now(),
                "ScanBy": "TimestampDescending",
            }
            for id_, value in self._latest(request, names.keys()).items():
                if value > limits[id_]:
                    yield names[id_]

    def _latest(self, request: Any, asked: Collection[str]) -> dict[str, float]:
        """The latest value of each metric that has one. What CloudWatch could not read is no answer."""
        latest: dict[str, float] = {}
        answered: set[str] = set()
        while True:
            answer = self._client.get_metric_data(**request)
            for result in answer["MetricDataResults"]:
                if result.get("StatusCode", _ANSWERED) == _ANSWERED:
                    answered.add(result["Id"])
                if result["Values"]:
                    latest.setdefault(result["Id"], result["Values"][0])
            if not (token := answer.get("NextToken")):
                break
            request = request | {"NextToken": token}
        if set(asked) - answered:
            raise ProviderUnavailable("CloudWatch answered in part")
        return latest

    def _asked(self) -> Iterator[tuple[str, float, dict[str, Any]]]:
        """(queue or function, the greatest value that is no backlog, metric)."""
        for queue in self._queues:
            dimensions = [{"Name": "QueueName", "Value": queue}]
            yield (
                queue,
                BEHIND.total_seconds(),
                {
                    "Namespace": "AWS/SQS",
                    "MetricName": "ApproximateAgeOfOldestMessage",
                    "Dimensions": dimensions,
                },
            )
        for function in self._functions:
            dimensions = [{"Name": "FunctionName", "Value": function}]
            yield (
                function,
                1000 * BEHIND.total_seconds(),
                {"Namespace": "AWS/Lambda", "MetricName": "IteratorAge", "Dimensions": dimensions},
            )
