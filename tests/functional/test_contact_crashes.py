"""inbound_mail and react_to_requests on emulated tables: killed at any of their calls, and brought again."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

import boto3
import pytest
from moto import mock_aws

from functions.inbound_mail import handler as inbound_mail
from functions.react_to_requests import handler as react_to_requests
from privacy import bootstrap
from privacy.bootstrap import contact
from privacy.domain.request import Request, State
from privacy.domain.request_effects import owed
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind
from privacy.inbound import mail_event
from tests.functional.entrances import ENVIRONMENT, SECRETS, new_container
from tests.telling import CAMILLE

MAIL = f"""\
Received: from mail.example.fr by inbound-smtp.eu-west-3.amazonaws.com with SMTP id abc
 for contact@imera-paris.com; Sun, 22 Nov 2026 10:00:00 +0000 (UTC)
From: {CAMILLE}
To: contact@imera-paris.com
Subject: =?utf-8?q?Mes_donn=C3=A9es?=
Message-ID: <1@example.fr>
Date: Sun, 22 Nov 2026 11:00:00 +0100
Content-Type: text/plain; charset=utf-8

Bonjour,
je souhaite obtenir une copie de toutes les données que vous avez sur moi, et je ne veux plus recevoir vos offres.
Ma carte est la 4242 4242 4242 4242.
Camille Durand
"""

OURS = {
    "PEOPLE_TABLE": "people",
    "REQUESTS_TABLE": "requests",
    "MAIL_BUCKET": "mail",
    "CONTACT_ADDRESS": "contact@imera-paris.com",
}
INDEXES = {"deadline": "deadline_on", "owed": "owed_since", "due": "due_on"}


class Killed(BaseException):
    """Nothing in the function catches it: what it would still have done stays undone."""


class Office:
    """The functions, their stores, and a hand that kills them at a chosen call, before or after it was made."""

    def __init__(self) -> None:
        self.calls = 0
        self.kill_at: tuple[int, str] | None = None
        self.letters = boto3.client("sqs").create_queue(QueueName="letters")["QueueUrl"]

    def watch(self, client: Any) -> None:
        client.meta.events.register_first("before-send", lambda **_: self._at("before"))
        client.meta.events.register_first("after-call", lambda **_: self._at("after"))

    def _at(self, moment: str) -> None:
        self.calls += moment == "before"
        if self.kill_at == (self.calls, moment):
            self.kill_at = None
            raise Killed

    def mail_comes(self, mail: str = "mail1") -> dict[str, Any]:
        body = json.dumps(dict(mail_event.message(mail)))
        return inbound_mail.handle({"Records": [{"messageId": "m1", "body": body}]}, None)

    def stream_comes(self) -> dict[str, Any]:
        [case] = self.cases
        keys = {"pk": {"S": f"request#{case.id}"}, "sk": {"S": "summary"}}
        record = {"eventName": "MODIFY", "dynamodb": {"SequenceNumber": "1", "Keys": keys}}
        return react_to_requests.handle({"Records": [record]}, None)

    @property
    def cases(self) -> list[Request]:
        pages, _ = contact.requests().listed("open", None, 9)
        return [fold(id_, contact.requests().steps(id_)) for id_, _ in pages]

    @property
    def facts(self) -> list[dict[str, Any]]:
        items: list[dict[str, Any]] = bootstrap.dynamodb().scan(TableName="ledger")["Items"]
        return items

    def queued(self) -> set[str]:
        said = boto3.client("sqs").receive_message(QueueUrl=self.letters, MaxNumberOfMessages=10)
        return {json.loads(message["Body"])["effect"] for message in said.get("Messages", [])}


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch) -> Iterator[Office]:
    for name, value in (ENVIRONMENT | OURS).items():
        monkeypatch.setenv(name, value)
    with mock_aws():
        new_container()
        for client in (bootstrap.s3, bootstrap.sqs):
            client.cache_clear()
        tables: Any = bootstrap.dynamodb()
        for table in ("ledger", "people"):
            tables.create_table(TableName=table, **_keys("pk", "sk"), **_billed("pk", "sk"))
        names = [n for index, on in INDEXES.items() for n in (f"{index}_shard", on)]
        tables.create_table(
            TableName="requests",
            **_keys("pk", "sk"),
            **_billed("pk", "sk", *names),
            GlobalSecondaryIndexes=[
                {
                    "IndexName": index,
                    "Projection": {"ProjectionType": "KEYS_ONLY"},
                    **_keys(f"{index}_shard", on),
                }
                for index, on in INDEXES.items()
            ],
        )
        bootstrap.secretsmanager().create_secret(Name="pepper", SecretString=json.dumps(SECRETS["pepper"]))
        where: Any = {"LocationConstraint": "eu-west-3"}
        bootstrap.s3().create_bucket(Bucket="mail", CreateBucketConfiguration=where)
        bootstrap.s3().put_object(Bucket="mail", Key="inbound/mail1", Body=MAIL.encode())
        office = Office()
        monkeypatch.setenv("SEND_MAIL_QUEUE_URL", office.letters)
        monkeypatch.setenv("REACT_TO_REQUESTS_QUEUE_URL", office.letters)
        monkeypatch.setenv("DRAFT_ANSWERS_QUEUE_URL", office.letters)
        monkeypatch.setenv("CARRY_OUT_QUEUE_URL", office.letters)
        clients = [bootstrap.dynamodb, bootstrap.s3, bootstrap.sqs]
        for client in clients:
            office.watch(client())
        yield office
        for made in clients:
            made.cache_clear()
    new_container()


def _keys(*names: str) -> dict[str, Any]:
    kinds = zip(names, ("HASH", "RANGE"), strict=True)
    return {"KeySchema": [{"AttributeName": name, "KeyType": kind} for name, kind in kinds]}


def _billed(*names: str) -> dict[str, Any]:
    said = [{"AttributeName": name, "AttributeType": "S"} for name in names]
    return {"BillingMode": "PAY_PER_REQUEST", "AttributeDefinitions": said}


def until_it_is_done(office: Office, comes: Callable[[], dict[str, Any]]) -> int:
    """Killed before and after its first call, then the second and so on; how many calls it came to in the end."""
    for call in range(1, 40):
        for moment in ("before", "after"):
            office.calls, office.kill_at = 0, (call, moment)
            try:
                comes()
            except Killed:
                continue
            if office.kill_at is not None:
                office.kill_at = None
                return call - 1
    raise AssertionError("it never ends")


def test_killed_at_any_call_and_brought_again_they_leave_one_case_one_fact_and_the_letters_owed(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with opened(monkeypatch) as office:
        assert until_it_is_done(office, office.mail_comes) >= 1
        [case] = office.cases
        assert [step.kind for step in case.steps][:3] == [Kind.RECEIVED, Kind.UNDERSTOOD, Kind.OPENED]
        assert {item.id for item in case.items} == {"access", "objection_marketing"}
        assert until_it_is_done(office, office.stream_comes) >= 1
        [case] = office.cases
        assert [step.kind for step in case.steps][3:] == [Kind.HONOURED, Kind.IDENTITY_ASKED]
        assert len(office.facts) == 1
        assert office.queued() == {effect.id for effect in owed(case)} == {"ack-3", "done-4", "identity_l1-5"}
        assert case.state is State.IDENTITY_PENDING
        stored = bootstrap.s3().get_object(Bucket="mail", Key="inbound/mail1")["Body"].read()
        assert b"4242" not in stored
        assert case.received_at is not None
        assert case.received_at.isoformat() == "2026-11-22T10:00:00+00:00"


def test_killed_at_any_call_each_from_the_start_the_next_delivery_finishes(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with opened(monkeypatch) as office:
        office.mail_comes()
        calls = office.calls
    assert calls > 4
    for call in range(1, calls + 1):
        with opened(monkeypatch) as office:
            # before the next call is where it died after this one
            office.kill_at = (call, "after")
            with pytest.raises(Killed):
                office.mail_comes()
            assert office.mail_comes() == {"batchItemFailures": []}
            [case] = office.cases
            assert len(case.messages) == 1
            assert len(case.items) == 2
