"""retention_plan through its handler, on emulated tables and queues: the night's message, and what is queued."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import timedelta
from typing import Any, ClassVar

import boto3
import pytest
from moto import mock_aws

from functions.retention_plan import handler
from privacy import bootstrap
from privacy.bootstrap import folding, retention
from privacy.domain.clocks import paris_day
from privacy.domain.runs import DONE, HELD, RETENTION, Run
from privacy.operations.retention.purge_batch import read_batch
from tests.composition import forget

QUEUES = ("plan", "purge", "rebuild")
FIVE_MINUTES = 300_000


class CloudWatch:
    """moto has no GetMetricData that botocore's own protocol reaches. ages: of queues in seconds, by name."""

    ages: ClassVar[dict[str, float]] = {}

    def get_metric_data(self, **request: Any) -> Any:
        results = []
        for query in request["MetricDataQueries"]:
            (dimension,) = query["MetricStat"]["Metric"]["Dimensions"]
            values = [self.ages[dimension["Value"]]] if dimension["Value"] in self.ages else []
            results.append({"Id": query["Id"], "Values": values, "StatusCode": "Complete"})
        return {"MetricDataResults": results}


@pytest.fixture(autouse=True)
def account(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """An account whose history is approved, and a container that has just started in it."""
    environment = {
        "AWS_ACCESS_KEY_ID": "x",
        "AWS_SECRET_ACCESS_KEY": "x",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "POWERTOOLS_SERVICE_NAME": "retention_plan",
        "WATCHED_QUEUES": "imera-privacy-fold, imera-privacy-mail",
        "WATCHED_FUNCTIONS": "imera-privacy-fold_people",
        **{f"{name.upper()}_TABLE": name for name in ("people", "registry", "requests", "archive")},
    }
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(CloudWatch, "ages", {})
    monkeypatch.setattr(retention, "_cloudwatch", CloudWatch)
    with mock_aws():
        for table in ("people", "registry", "requests", "archive"):
            _create(table)
        names = {"plan": "RETENTION_PLAN", "purge": "RETENTION_PURGE", "rebuild": "REBUILD_PEOPLE"}
        for name, variable in names.items():
            url = boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"]
            monkeypatch.setenv(f"{variable}_QUEUE_URL", url)
        forget()
        _put(
            "registry", pk="approval", sk="history", at=bootstrap.now().isoformat(), by="alix", run="import-1"
        )
        yield
        forget()


def _create(table: str) -> None:
    boto3.client("dynamodb").create_table(
        TableName=table,
        BillingMode="PAY_PER_REQUEST",
        AttributeDefinitions=[
            {"AttributeName": name, "AttributeType": "S"} for name in ("pk", "sk", "due_shard", "due_on")
        ],
        KeySchema=[{"AttributeName": "pk", "KeyType": "HASH"}, {"AttributeName": "sk", "KeyType": "RANGE"}],
        GlobalSecondaryIndexes=[
            {
                "IndexName": "due",
                "KeySchema": [
                    {"AttributeName": "due_shard", "KeyType": "HASH"},
                    {"AttributeName": "due_on", "KeyType": "RANGE"},
                ],
                "Projection": {"ProjectionType": "KEYS_ONLY"},
            }
        ],
    )


def _put(table: str, **item: str) -> None:
    boto3.client("dynamodb").put_item(
        TableName=table, Item={name: {"S": said} for name, said in item.items()}
    )


def due(table: str, pk: str, sk: str, shard: str, days: int = 0) -> None:
    """days: from today."""
    on = paris_day(bootstrap.now()) + timedelta(days=days)
    _put(table, pk=pk, sk=sk, due_shard=shard, due_on=on.isoformat())


class Context:
    """left: milliseconds, at the first look and at every later one."""

    def __init__(self, first: int = FIVE_MINUTES, later: int = FIVE_MINUTES) -> None:
        self.left = iter([first])
        self.later = later

    def get_remaining_time_in_millis(self) -> int:
        return next(self.left, self.later)


def night(body: dict[str, str] | None = None, context: Context | None = None) -> Run:
    event = {"Records": [{"messageId": "1", "body": json.dumps(body or {})}]}
    assert handler.handle(event, context or Context()) == {"batchItemFailures": []}
    run = folding.runs().latest(RETENTION)
    assert run is not None
    return run


def queued(name: str) -> list[dict[str, str]]:
    url = boto3.client("sqs").get_queue_url(QueueName=name)["QueueUrl"]
    messages = boto3.client("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10).get("Messages", ())
    return [json.loads(message["Body"]) for message in messages]


def test_the_nights_message_queues_what_is_due_in_all_four_tables_once() -> None:
    due("people", "person-1", "person", "person#3")
    due("people", "person-2", "person", "person#4", days=1)
    due("requests", "request#IM-2026-000123", "summary", "request#0", days=-2)
    due("requests", "cause#mail-1", "cause", "cause#7")
    due("registry", "suppression#email#1#aa", "entry", "suppression#1")
    due("archive", "email#1#aa", "stripe#evt_1", "archive#2")
    run = night()
    batches = [read_batch(body) for body in queued("purge")]
    assert run.state == DONE
    assert {batch.kind: batch.keys for batch in batches} == {
        "person": (("person-1", "person"),),
        "request": (("request#IM-2026-000123", "summary"),),
        "cause": (("cause#mail-1", "cause"),),
        "registry": (("suppression#email#1#aa", "entry"),),
        "archive": (("email#1#aa", "stripe#evt_1"),),
    }
    assert night() == run
    assert [queued(name) for name in QUEUES] == [[], [], []]


def test_after_four_fifths_of_its_time_it_leaves_a_message_for_the_rest() -> None:
    due("archive", "email#1#aa", "stripe#evt_1", "archive#2")
    run = night(context=Context(FIVE_MINUTES, FIVE_MINUTES // 5))
    assert run.running
    assert (queued("plan"), queued("purge")) == ([{"run": run.id}], [])
    assert night({"run": run.id}, Context(FIVE_MINUTES, FIVE_MINUTES // 5 + 1)).state == DONE
    assert len(queued("purge")) == 1


def test_what_waits_too_long_in_a_queue_that_is_watched_holds_the_run() -> None:
    due("people", "person-1", "person", "person#3")
    CloudWatch.ages["imera-privacy-mail"] = 1000.0
    run = night()
    assert (run.state, run.given["why"], run.given["behind"]) == (HELD, "backlog", "imera-privacy-mail")
    assert queued("purge") == []


def test_a_second_number_of_due_people_that_the_index_does_not_bear_out_holds_the_run() -> None:
    """moto counts no index, as an index that was just made has no count yet: then one person may go, and no more."""
    due("people", "person-1", "person", "person#3")
    due("people", "person-2", "person", "person#5")
    run = night()
    assert (run.state, run.given["why"], run.counts["due"]) == (HELD, "share", 2)
    assert queued("purge") == []
