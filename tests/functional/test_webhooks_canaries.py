"""S6, E159: personal data planted everywhere in a request comes out nowhere but in the ledger's field groups."""

import io
import json
import logging
import traceback
from collections.abc import Iterator
from typing import Any
from urllib.parse import parse_qsl, urlencode

import pytest

from functions.stripe_webhook import handler as stripe_webhook
from privacy import bootstrap
from privacy.inbound import recording
from privacy.logs import FunctionFailed
from tests.functional.entrances import (
    MAILCHIMP,
    STRIPE,
    Entrances,
    gateway,
    mailchimp_example,
    refused,
    stripe_example,
)

CANARY = "Canary.Doe"
#: What decides how an event is read, and must stay as it is for the event to be read at all.
STRUCTURE = frozenset(
    {
        *("id", "object", "type", "status", "payment_status", "mode", "currency", "livemode", "data"),
        *("customer", "payment_intent", "charge", "invoice", "latest_charge", "review"),
    }
)


def planted(value: Any, name: str = "") -> Any:
    """The JSON with the canary in every text that is nobody's structure; addresses stay addresses."""
    if isinstance(value, dict):
        return {key: planted(item, key) for key, item in value.items()} | {f"x {CANARY}": CANARY}
    if isinstance(value, list):
        return [planted(item, name) for item in value]
    if name in STRUCTURE or not isinstance(value, str | None):
        return value
    return f"{CANARY}@example.com" if "email" in name else f"{CANARY} {value}"


@pytest.fixture
def botocores_log() -> Iterator[io.StringIO]:
    """Everything that libraries log at the most talkative level: botocore writes whole requests there."""
    out = io.StringIO()
    handler = logging.StreamHandler(out)
    root = logging.getLogger()
    before = root.level
    root.addHandler(handler)
    root.setLevel(logging.DEBUG)
    yield out
    root.removeHandler(handler)
    root.setLevel(before)


@pytest.fixture
def everything(
    capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture, botocores_log: io.StringIO
) -> Any:
    """What was written anywhere, at the test's end."""

    def written() -> str:
        out, err = capfd.readouterr()
        fields = [str(vars(record)) for record in caplog.records]
        return "\n".join([out, err, botocores_log.getvalue(), *fields])

    return written


def silent(text: str) -> None:
    assert CANARY.lower() not in text.lower()
    assert "jane" not in text


@pytest.mark.parametrize("name", STRIPE)
def test_of_an_accepted_stripe_event(name: str, entrances: Entrances, everything: Any) -> None:
    event = planted(stripe_example(name))
    assert entrances.stripe(event) == 204
    silent(everything())
    for item in entrances.stored:
        silent(repr({field: value for field, value in item.items() if field != "groups"}))


@pytest.mark.parametrize("name", MAILCHIMP)
def test_of_an_accepted_mailchimp_form(name: str, entrances: Entrances, everything: Any) -> None:
    structure = ("type", "fired_at", "data[list_id]", "data[reason]")
    form = [
        (field, value if field in structure else f"{CANARY}@example.com")
        for field, value in parse_qsl(mailchimp_example(name).decode(), keep_blank_values=True)
    ]
    assert entrances.mailchimp(urlencode(form)) == 204
    silent(everything())
    for item in entrances.stored:
        silent(repr({field: value for field, value in item.items() if field != "groups"}))


@pytest.mark.parametrize("header", ["", CANARY, f"t=1,v1={CANARY}"])
def test_of_a_refused_request(header: str, entrances: Entrances, everything: Any) -> None:
    body = json.dumps(planted(stripe_example("customer.created")))
    assert entrances.stripe(body, header) == 401
    assert entrances.mailchimp(body, header, key=CANARY) == 404
    silent(everything())


@pytest.mark.parametrize("missing", ["id", "created", "data", "livemode"])
def test_of_a_malformed_event(missing: str, entrances: Entrances, everything: Any) -> None:
    event = planted(stripe_example("customer.created")) | {missing: CANARY}
    assert entrances.stripe(event) == 400
    assert entrances.stripe(json.dumps(event)[:-1]) == 400
    assert (
        entrances.mailchimp(urlencode({"type": "subscribe", "fired_at": CANARY, "data[email]": CANARY}))
        == 400
    )
    silent(everything())


def test_of_a_conflict(entrances: Entrances, everything: Any) -> None:
    entrances.stripe(stripe_example("charge.dispute.created"))
    assert entrances.stripe(planted(stripe_example("charge.dispute.created"))) == 204
    text = everything()
    assert '"FactConflict":[1.0]' in text
    silent(text)


def test_of_a_request_that_crashes_us(
    entrances: Entrances, everything: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    def crash(fact: Any, **_: Any) -> None:
        raise RuntimeError(repr(fact)) from KeyError(repr(fact))

    monkeypatch.setattr(recording, "record_fact", crash)
    assert entrances.stripe(planted(stripe_example("customer.created"))) == 503
    text = everything()
    assert '"error":"RuntimeError<KeyError"' in text
    assert "tests/functional/test_webhooks_canaries.py:" in text
    silent(text)


def test_of_an_outage_whose_answer_quotes_us(entrances: Entrances, everything: Any) -> None:
    entrances.fault = lambda operation: (
        refused("InternalServerError", 500) if operation == "PutItem" else None
    )
    assert entrances.stripe(planted(stripe_example("customer.created"))) == 503
    silent(everything())


def test_of_a_register_that_does_not_know_the_source(
    entrances: Entrances, everything: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    from dataclasses import replace

    unknown = replace(bootstrap.policy(), sources={})
    monkeypatch.setattr(bootstrap, "policy", lambda: unknown)
    assert entrances.stripe(planted(stripe_example("customer.created"))) == 503
    silent(everything())


@pytest.mark.parametrize("broken", [{"body": 7}, {"headers": []}, {"body": [CANARY]}, {"headers": CANARY}])
def test_of_an_event_that_no_gateway_makes(
    broken: dict[str, Any], entrances: Entrances, everything: Any
) -> None:
    event = gateway(json.dumps(planted(stripe_example("customer.created"))), {"stripe-signature": "t=1,v1=1"})
    assert stripe_webhook.handle(event | broken, None)["body"] == ""
    silent(everything())


@pytest.mark.parametrize(
    "over", [{"created": CANARY}, {"type": [CANARY]}, {"data": CANARY}, {"id": f"{CANARY} x"}]
)
def test_of_an_event_that_the_bus_brings_in_vain(
    over: dict[str, Any], entrances: Entrances, everything: Any
) -> None:
    with pytest.raises(FunctionFailed) as failed:
        entrances.bus(planted(stripe_example("customer.created")) | over)
    silent("".join(traceback.format_exception(failed.value, chain=True)))
    silent(repr((failed.value, failed.value.__cause__, failed.value.__context__)))
    silent(everything())
