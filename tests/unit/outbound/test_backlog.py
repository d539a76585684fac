"""How far behind queues and streams are, from CloudWatch's answers."""

from __future__ import annotations

from typing import Any

import pytest
from botocore.exceptions import ClientError, EndpointConnectionError

from privacy.outbound.cloudwatch_backlog import WINDOW, CloudWatchBacklog
from privacy.ports import ProviderUnavailable
from tests.telling import at

NOW = at("2026-11-22T02:30")
MINUTE, MILLISECONDS = 60.0, 60_000.0


class CloudWatch:
    """Answers page by page; ages: of queues in seconds and of functions in milliseconds, the latest first."""

    def __init__(self, ages: dict[str, list[float]], **more: Any) -> None:
        self.ages = ages
        self.more = more
        self.asked: list[Any] = []

    def get_metric_data(self, **request: Any) -> Any:
        self.asked.append(request)
        page = int(request.get("NextToken", 0))
        queries = request["MetricDataQueries"]
        results = []
        for query in queries:
            (dimension,) = query["MetricStat"]["Metric"]["Dimensions"]
            values = self.ages.get(dimension["Value"], [])
            last = page + 1 >= len(values)
            results.append(
                {
                    "Id": query["Id"],
                    "Values": values[page : page + 1],
                    "StatusCode": "Complete" if last else "PartialData",
                }
                | self.more
            )
        onwards = page + 1 < max(map(len, self.ages.values()), default=0)
        return {"MetricDataResults": results} | ({"NextToken": str(page + 1)} if onwards else {})


def backlog(client: Any) -> CloudWatchBacklog:
    return CloudWatchBacklog(
        client, queues=["mails", "events"], functions=["fold_people", "sync"], now=lambda: NOW
    )


def test_what_waits_longer_than_a_quarter_of_an_hour_is_behind() -> None:
    ages = {
        "mails": [15 * MINUTE],
        "events": [15 * MINUTE + 1],
        "fold_people": [16 * MILLISECONDS],
        "sync": [15 * MILLISECONDS],
    }
    assert backlog(CloudWatch(ages)).behind() == ("events", "fold_people")


def test_what_caught_up_is_not_behind_any_more_and_what_fell_behind_is() -> None:
    ages = {"mails": [10.0, 40 * MINUTE], "events": [40 * MINUTE, 10.0]}
    assert backlog(CloudWatch(ages)).behind() == ("events",)


def test_what_has_no_value_has_nothing_waiting() -> None:
    client = CloudWatch({})
    assert backlog(client).behind() == ()
    (asked,) = client.asked
    assert (asked["EndTime"], asked["StartTime"]) == (NOW, NOW - WINDOW)
    stats = [query["MetricStat"] for query in asked["MetricDataQueries"]]
    assert [(s["Metric"]["Namespace"], s["Metric"]["MetricName"], s["Stat"]) for s in stats] == [
        *[("AWS/SQS", "ApproximateAgeOfOldestMessage", "Maximum")] * 2,
        *[("AWS/Lambda", "IteratorAge", "Maximum")] * 2,
    ]


def test_an_answer_in_part_is_none() -> None:
    for status in ("InternalError", "Forbidden", "PartialData"):
        with pytest.raises(ProviderUnavailable):
            backlog(CloudWatch({}, StatusCode=status)).behind()


class Down:
    def __init__(self, error: Exception) -> None:
        self.error = error

    def get_metric_data(self, **_: Any) -> Any:
        raise self.error


def test_where_cloudwatch_does_not_answer_nobody_knows() -> None:
    denied = ClientError({"Error": {"Code": "AccessDenied", "Message": "no"}}, "GetMetricData")
    for error in (denied, EndpointConnectionError(endpoint_url="https://monitoring.example")):
        with pytest.raises(ProviderUnavailable):
            backlog(Down(error)).behind()
