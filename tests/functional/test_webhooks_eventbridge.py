"""Stripe's partner events: the same facts; what cannot be recorded raises, and says nothing (issue 2, item 6)."""

import json
from typing import Any

import pytest

from privacy.logs import FunctionFailed
from tests.functional.entrances import EVENTS, STRIPE, Entrances, opened, refused, stripe_example

ENVELOPES = sorted((EVENTS / "eventbridge").glob("*.json"))


@pytest.mark.parametrize("path", ENVELOPES, ids=lambda path: path.stem)
def test_an_example_envelope_becomes_a_fact(path: Any, entrances: Entrances) -> None:
    envelope = json.loads(path.read_text())
    entrances.bus(envelope["detail"], envelope["source"])
    (item,) = entrances.stored
    assert item["event_id"]["S"] == envelope["detail"]["id"]


@pytest.mark.parametrize("name", STRIPE)
def test_the_bus_and_the_webhook_tell_the_same_fact(name: str, entrances: Entrances) -> None:
    assert entrances.stripe(stripe_example(name)) == 204
    by_webhook = entrances.stored
    entrances.bus(stripe_example(name))
    assert entrances.stored == by_webhook


@pytest.mark.parametrize(
    "source", ["", "stripe.com", "aws.partner/stripe.com.evil/ed_1", "custom/aws.partner/stripe.com/", None]
)
def test_another_source_is_refused(source: Any, entrances: Entrances) -> None:
    with pytest.raises(FunctionFailed):
        entrances.bus(stripe_example("customer.created"), source)
    assert entrances.stored == []


@pytest.mark.parametrize(
    "detail",
    [
        None,
        [],
        "text",
        {},
        {"type": "customer.created"},
        {"type": "x", "name": "\ud800"},
        {"type": "x", "n": {1: 2}},
    ],
)
def test_what_cannot_be_recorded_raises_without_its_text(
    detail: Any, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    if detail == {"type": "x", "n": {1: 2}}:
        entrances.bus(detail)  # an unknown type, whatever it holds, is only counted
        assert '"reason":"type"' in capfd.readouterr().out
    else:
        with pytest.raises(FunctionFailed) as failed:
            entrances.bus(detail)
        assert failed.value.args == ("MalformedEvent",)
    assert entrances.stored == []


def test_another_mode_is_counted_and_not_stored(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(monkeypatch, STRIPE_MODES="live") as entrances:
        entrances.bus(stripe_example("customer.created") | {"livemode": False})
        assert entrances.stored == []
    assert '"reason":"mode"' in capfd.readouterr().out


def test_an_outage_raises_so_that_lambda_tries_again(entrances: Entrances) -> None:
    entrances.fault = lambda operation: (
        refused("InternalServerError", 500) if operation == "PutItem" else None
    )
    with pytest.raises(FunctionFailed) as failed:
        entrances.bus(stripe_example("customer.created"))
    assert failed.value.args == ("LedgerUnavailable",)
    (message,) = entrances.dead_letters
    assert json.loads(message) == {"event": stripe_example("customer.created")["id"]}, (
        "the id and nothing else"
    )


def test_what_has_no_usable_id_is_set_aside_without_one(entrances: Entrances) -> None:
    with pytest.raises(FunctionFailed):
        entrances.bus({"id": "jane@example.com", "type": "customer.created"})
    assert [json.loads(message) for message in entrances.dead_letters] == [{"event": "unknown"}]
