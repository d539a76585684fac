"""The function behind people's links: what it calls, what it needs no right for, and that it writes nothing down."""

from __future__ import annotations

import io
import logging
from collections.abc import Iterator
from datetime import timedelta
from typing import Any

import pytest
from moto import mock_aws

from functions.privacy_pages import handler
from privacy import bootstrap, logs
from privacy.operations.consent.stay_subscribed import STAY, token_digest
from privacy.outbound.dynamodb import to_wire
from privacy.outbound.dynamodb_tokens import DynamoTokens
from privacy.ports.tokens import Token
from tests.contract.test_stores import tables
from tests.functional.entrances import new_container
from tests.telling import PSEUDONYMS, email

SECRET = PSEUDONYMS.token(STAY, "canary@example.fr", "2026-12-22")
FORGED = PSEUDONYMS.token(STAY, "canary@example.fr", "2026-12-23")
MAILBOX = email("canary@example.fr")
CANARY = "Canary.Doe"


@pytest.fixture
def calls(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[str]]:
    """The calls on the wire, once a mailbox has its letter; no secret's name is in the environment."""
    for name in ("LEDGER", "PEOPLE", "REGISTRY"):
        monkeypatch.setenv(f"{name}_TABLE", name.lower())
    for name in ("AWS_ACCESS_KEY_ID", "AWS_SECRET_ACCESS_KEY"):
        monkeypatch.setenv(name, "testing")
    monkeypatch.setenv("AWS_DEFAULT_REGION", "eu-west-3")
    monkeypatch.delenv("PEPPER_SECRET_ID", raising=False)
    with mock_aws():
        new_container()
        logs.scrub()
        client = tables()
        token = Token(STAY, MAILBOX, "a1", (bootstrap.now() + timedelta(days=10)).replace(microsecond=0))
        DynamoTokens(client, "registry").issue(token_digest(SECRET), token)
        pointer = {"pk": MAILBOX, "sk": "is", "person": "person-1", "named_by": [], "shared": False}
        client.put_item(TableName="people", Item=to_wire(pointer))
        made: list[str] = []

        def count(event_name: str, **_: Any) -> None:
            made.append(event_name.rpartition(".")[2])

        bootstrap.dynamodb().meta.events.register_first("before-send", count)
        yield made
        bootstrap.dynamodb().meta.events.unregister("before-send", count)
    new_container()


def asked(method: str = "GET", secret: str = SECRET, body: str = "") -> dict[str, Any]:
    event = {
        "version": "2.0",
        "routeKey": f"{method} /stay/{{token}}",
        "rawPath": f"/stay/{secret}",
        "headers": {"accept-language": "fr", "user-agent": CANARY, "cookie": CANARY},
        "queryStringParameters": {"lang": "en", "x": CANARY},
        "pathParameters": {"token": secret},
        "requestContext": {"http": {"method": method, "sourceIp": "203.0.113.7"}, "requestId": "r-1"},
        "body": body,
        "isBase64Encoded": False,
    }
    reply: dict[str, Any] = handler.handle(event, None)
    return reply


def test_looking_costs_two_reads_and_writes_nothing(calls: list[str]) -> None:
    assert "Stay subscribed" in asked()["body"]
    assert calls == ["GetItem", "BatchGetItem"]


def test_a_press_costs_two_reads_and_two_conditional_writes(calls: list[str]) -> None:
    assert "you stay subscribed" in asked("POST", body="lang=en")["body"]
    assert calls == ["GetItem", "BatchGetItem", "UpdateItem", "PutItem"]
    (fact,) = bootstrap.dynamodb().scan(TableName="ledger")["Items"]
    assert fact["pk"]["S"] == MAILBOX
    assert fact["sk"]["S"] == f"pages#stay-{token_digest(SECRET)}"


def test_what_is_no_link_costs_nothing_and_a_forged_one_a_read(calls: list[str]) -> None:
    for secret in ("short", f"{FORGED}x", "../../stay", "é" * 43):
        asked(secret=secret)
        asked("POST", secret, "lang=en")
    assert calls == []
    asked(secret=FORGED)
    asked("POST", FORGED, "lang=en")
    assert calls == ["GetItem", "GetItem"]
    assert asked(secret=FORGED) == asked(secret="short")


def test_an_oversized_form_costs_nothing(calls: list[str]) -> None:
    assert asked("POST", body="lang=en" + "x" * 100_000)["statusCode"] == 413
    assert calls == []


def test_nothing_of_anybody_is_written_anywhere(
    calls: list[str], capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> None:
    out = io.StringIO()
    talkative = logging.StreamHandler(out)
    root = logging.getLogger()
    before = root.level
    root.addHandler(talkative)
    root.setLevel(logging.DEBUG)
    try:
        asked()
        asked("POST", body=f"lang={CANARY}")
        asked("POST", body="lang=fr")
        asked("POST", body="lang=fr")
        asked(secret=f"{CANARY}{FORGED}"[:43])
        bootstrap.dynamodb().delete_table(TableName="registry")
        assert asked()["statusCode"] == 503
    finally:
        root.removeHandler(talkative)
        root.setLevel(before)
    said, complained = capfd.readouterr()
    written = "\n".join([said, complained, out.getvalue(), *(str(vars(each)) for each in caplog.records)])
    assert '"failed"' in said
    assert "SubscriptionRenewed" in said
    for word in (SECRET, FORGED, token_digest(SECRET), MAILBOX, CANARY, "canary", "203.0.113.7"):
        assert word not in written, word
