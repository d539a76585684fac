"""deadline_watch, sweep_requests and the operators' handler on emulated tables: wired as they are in AWS."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator, Mapping
from datetime import timedelta
from typing import Any

import boto3
import pytest

from functions.deadline_watch import handler as deadline_watch
from functions.inbound_mail import handler as inbound_mail
from functions.operator_api import handler as operator_api
from functions.sweep_requests import handler as sweep_requests
from privacy import bootstrap
from privacy.bootstrap import contact
from privacy.domain.request import Request
from privacy.domain.request_effects import owed
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind
from tests.functional.test_contact_crashes import MAIL, opened

ACCOUNT = "123456789012"
QUEUES = ("DEADLINE_WATCH", "INBOUND_MAIL", "REACT_TO_REQUESTS", "SEND_MAIL")


class Office:
    """The handlers, and what they put on their queues."""

    def __init__(self, queues: Mapping[str, str]) -> None:
        self.queues = queues

    def operator(self, route: str, **said: Any) -> Any:
        event = {
            "routeKey": f"POST /operator/requests{route}",
            "headers": {"content-type": "application/json"},
            "body": json.dumps({"command": "c1", **said}),
            "requestContext": {
                "accountId": ACCOUNT,
                "authorizer": {"iam": {"userArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/PrivacyDpo/alix"}},
            },
        }
        reply = operator_api.handle(event, None)
        assert reply["statusCode"] == 200, reply
        return json.loads(reply["body"])

    def called(self, handler: Any, *bodies: Mapping[str, str]) -> None:
        records = [{"messageId": str(n), "body": json.dumps(body)} for n, body in enumerate(bodies)]
        assert handler.handle({"Records": records}, None) == {"batchItemFailures": []}

    def queued(self, name: str) -> list[dict[str, str]]:
        sqs, said = boto3.client("sqs"), []
        while found := sqs.receive_message(QueueUrl=self.queues[name], MaxNumberOfMessages=10).get(
            "Messages"
        ):
            for message in found:
                sqs.delete_message(QueueUrl=self.queues[name], ReceiptHandle=message["ReceiptHandle"])
                said.append(json.loads(message["Body"]))
        return said

    def case(self, id_: str) -> Request:
        return fold(id_, contact.requests().steps(id_))


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    monkeypatch.setenv("REGISTRY_TABLE", "registry")
    with opened(monkeypatch):
        keys = {
            "KeySchema": [{"AttributeName": n, "KeyType": k} for n, k in (("pk", "HASH"), ("sk", "RANGE"))]
        }
        defined = [{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")]
        tables: Any = bootstrap.dynamodb()
        tables.create_table(
            TableName="registry",
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                *defined,
                {"AttributeName": "due_shard", "AttributeType": "S"},
                {"AttributeName": "due_on", "AttributeType": "S"},
            ],
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
            **keys,
        )
        queues = {name: boto3.client("sqs").create_queue(QueueName=name)["QueueUrl"] for name in QUEUES}
        for name, url in queues.items():
            monkeypatch.setenv(f"{name}_QUEUE_URL", url)
        yield Office(queues)


def test_a_late_case_is_found_told_of_once_and_shown_first(office: Office) -> None:
    late = (bootstrap.now() - timedelta(days=60)).isoformat()
    soon = (bootstrap.now() - timedelta(days=1)).isoformat()
    fresh = office.operator("", received_at=soon, channel="post", rights=["erasure"], command="c2")[
        "request"
    ]["id"]
    id_ = office.operator("", received_at=late, channel="post", rights=["access"])["request"]["id"]
    for _ in range(2):
        office.called(deadline_watch, {})
        looked_at = office.queued("DEADLINE_WATCH")
        assert sorted(message["request"] for message in looked_at) == sorted([id_, fresh])
        office.called(deadline_watch, *looked_at)
    reminded = [step.text("what") for step in office.case(id_).steps if step.kind is Kind.REMINDED]
    assert reminded == ["overdue"]
    assert [effect.about for effect in owed(office.case(id_))] == ["overdue"]
    listed = office.operator("/lookups", all=True)["requests"]
    assert [(one["id"], one["flags"]) for one in listed] == [(id_, ["overdue"]), (fresh, [])]


def test_what_was_dropped_is_sent_on_its_way_again(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    received_at = bootstrap.now().isoformat()
    said = {"channel": "post", "rights": ["access", "objection_marketing"], "email": "lea@example.fr"}
    id_ = office.operator("", received_at=received_at, **said)["request"]["id"]
    office.called(sweep_requests, {})
    assert [office.queued(name) for name in QUEUES] == [[], [], [], []]
    later = bootstrap.now() + timedelta(minutes=16)
    monkeypatch.setattr(bootstrap, "now", lambda: later)
    office.called(sweep_requests, {})
    assert office.queued("REACT_TO_REQUESTS") == [{"identifier": f"request#{id_}", "key": "summary"}]
    assert office.queued("INBOUND_MAIL") == [{"key": "inbound/mail1"}]


def test_the_raw_message_of_a_case_comes_back_as_it_is_kept(office: Office) -> None:
    office.called(inbound_mail, {"key": "inbound/mail1"})
    (listed,) = office.operator("/lookups", all=False)["requests"]
    found = office.operator("/raw", request=listed["id"])
    assert base64.b64decode(found["content"]) == MAIL.encode().replace(
        b"4242 4242 4242 4242", b"XXXX XXXX XXXX XXXX"
    )
    shown = office.operator("/details", request=listed["id"])
    assert shown["messages"][0]["mail"] == "mail1"
