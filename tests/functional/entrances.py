"""The three handlers before moto's table and secrets, with every attempt to call AWS counted."""

from __future__ import annotations

import base64
import json
import os
import time
from collections.abc import Callable, Collection, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import boto3
import pytest
from botocore.awsrequest import AWSResponse
from botocore.compat import HTTPHeaders
from moto import mock_aws

from cli.standins.signing import stripe_header
from functions.mailchimp_webhook import handler as mailchimp_webhook
from functions.stripe_eventbridge import handler as stripe_eventbridge
from functions.stripe_webhook import handler as stripe_webhook
from privacy import bootstrap, logs
from tests.composition import forget

EVENTS = Path(__file__).parents[2] / "events"
STRIPE = sorted(path.stem for path in (EVENTS / "stripe").glob("*.json"))
MAILCHIMP = sorted(path.stem for path in (EVENTS / "mailchimp").glob("*.form"))

WHSEC = "whsec_for_tests"
MC_SECRET = "mailchimp_signing_secret"
PATH_KEY = "an-unguessable-path-key"
PEPPER = base64.b64encode(b"a pepper for tests, of 32 bytes..").decode()

ENVIRONMENT = {
    "AWS_ACCESS_KEY_ID": "testing",
    "AWS_SECRET_ACCESS_KEY": "testing",
    "AWS_DEFAULT_REGION": "eu-west-3",
    "LEDGER_TABLE": "ledger",
    "PEPPER_SECRET_ID": "pepper",
    "STRIPE_WEBHOOK_SECRET_ID": "stripe-webhook",
    "MAILCHIMP_WEBHOOK_SECRET_ID": "mailchimp-webhook",
    "STRIPE_MODES": "live,test",
}
SECRETS = {
    "pepper": {"current": 1, "peppers": {"1": PEPPER}},
    "stripe-webhook": {"signing_secrets": ["whsec_retiring", f"{WHSEC}\n"]},
    "mailchimp-webhook": {"path_keys": ["an-older-key", PATH_KEY], "signing_secrets": [MC_SECRET]},
}


def stripe_example(name: str) -> dict[str, Any]:
    event: dict[str, Any] = json.loads((EVENTS / "stripe" / f"{name}.json").read_text())
    return event


def mailchimp_example(name: str) -> bytes:
    return (EVENTS / "mailchimp" / f"{name}.form").read_bytes()


def gateway(
    body: bytes | str,
    headers: dict[str, str] | None = None,
    *,
    method: str = "POST",
    key: str | None = None,
    encoded: bool = False,
) -> dict[str, Any]:
    """What API Gateway hands to the function (HTTP API, payload format 2.0)."""
    raw = body.encode() if isinstance(body, str) else body
    return {
        "version": "2.0",
        "headers": {"content-type": "application/json"} | (headers or {}),
        "pathParameters": {"key": key} if key is not None else None,
        "requestContext": {"http": {"method": method}, "requestId": "r-1"},
        "body": base64.b64encode(raw).decode() if encoded else raw.decode(errors="surrogateescape"),
        "isBase64Encoded": encoded,
    }


class Entrances:
    """The functions as they stand behind the gateway and the bus. `calls`: attempts on the wire, by operation."""

    def __init__(self) -> None:
        self.calls: list[str] = []
        self.fault: Callable[[str], AWSResponse | None] | None = None

    # ------------------------------------------------------------ sending

    def stripe(self, body: bytes | str | dict[str, Any], header: str | None = None, **how: Any) -> int:
        """Posted, signed now unless a header is given ("" for none). The status; the body must be empty."""
        raw = json.dumps(body) if isinstance(body, dict) else body
        raw = raw.encode() if isinstance(raw, str) else raw
        if header is None:
            header = stripe_header(raw, WHSEC, int(time.time()))
        headers = {"stripe-signature": header} if header else {}
        return status_of(stripe_webhook.handle(gateway(raw, headers, **how), None))

    def mailchimp(
        self,
        body: bytes | str = b"",
        header: str = "",
        *,
        key: str = PATH_KEY,
        method: str = "POST",
        **how: Any,
    ) -> int:
        headers = {"x-mailchimp-signature": header} if header else {}
        event = gateway(body, headers, method=method, key=key, **how)
        return status_of(mailchimp_webhook.handle(event, None))

    def bus(self, detail: Any, source: str = "aws.partner/stripe.com/ed_1") -> None:
        """From EventBridge: nothing comes back; what goes wrong raises."""
        stripe_eventbridge.handle({"source": source, "detail-type": "x", "detail": detail}, None)

    # ------------------------------------------------------------ looking

    @property
    def stored(self) -> list[dict[str, Any]]:
        counted = list(self.calls)
        items: list[dict[str, Any]] = bootstrap.dynamodb().scan(TableName="ledger")["Items"]
        self.calls[:] = counted
        return items

    @property
    def dead_letters(self) -> list[str]:
        """The bodies set aside by the function behind the bus."""
        sqs, url = boto3.client("sqs"), os.environ["STRIPE_EVENTBRIDGE_DEAD_LETTER_QUEUE_URL"]
        return [message["Body"] for message in sqs.receive_message(QueueUrl=url).get("Messages", [])]

    @contextmanager
    def calling(self) -> Iterator[list[str]]:
        """The calls made inside."""
        before = len(self.calls)
        made: list[str] = []
        yield made
        made.extend(self.calls[before:])

    def _before_send(self, event_name: str, **_: Any) -> AWSResponse | None:
        operation = event_name.rpartition(".")[2]
        self.calls.append(operation)
        return self.fault(operation) if self.fault else None

    @contextmanager
    def watching(self, *clients: Any) -> Iterator[Entrances]:
        for client in clients:
            client.meta.events.register_first("before-send", self._before_send)
        try:
            yield self
        finally:
            for client in clients:
                client.meta.events.unregister("before-send", self._before_send)


def status_of(reply: dict[str, Any]) -> int:
    assert reply["body"] == ""
    assert set(reply) == {"statusCode", "body"}
    return int(reply["statusCode"])


def refused(code: str, status: int = 400) -> AWSResponse:
    """AWS's answer with that error."""

    class Raw:
        def stream(self, **_: Any) -> Iterator[bytes]:
            yield json.dumps({"__type": f"com.amazonaws#{code}", "message": "jane@example.com"}).encode()

    return AWSResponse("https://aws", status, HTTPHeaders(), Raw())


def new_container(keep: Collection[str] = ("dynamodb", "secretsmanager")) -> None:
    """Forgets everything that a container keeps but its two clients, which take longest to make."""
    forget(keep)


@contextmanager
def opened(monkeypatch: pytest.MonkeyPatch, **environment: str) -> Iterator[Entrances]:
    """Entrances in containers that have served no request yet."""
    for name, value in (ENVIRONMENT | environment).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr("botocore.endpoint.time.sleep", lambda _: None)
    with mock_aws():
        new_container()
        logs.scrub()
        ledger, secrets = bootstrap.dynamodb(), bootstrap.secretsmanager()
        ledger.create_table(
            TableName="ledger",
            BillingMode="PAY_PER_REQUEST",
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            AttributeDefinitions=[{"AttributeName": n, "AttributeType": "S"} for n in ("pk", "sk")],
        )
        dead_letters = boto3.client("sqs").create_queue(QueueName="dead-letters")["QueueUrl"]
        monkeypatch.setenv("STRIPE_EVENTBRIDGE_DEAD_LETTER_QUEUE_URL", dead_letters)
        for secret_id, stored in SECRETS.items():
            secrets.create_secret(Name=secret_id, SecretString=json.dumps(stored))
        with Entrances().watching(ledger, secrets) as entrances:
            yield entrances
    new_container()
