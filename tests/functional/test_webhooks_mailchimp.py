"""GET | POST /webhooks/mailchimp/{key} (issue 2, item 7)."""

import time
from typing import Any

import pytest

from cli.standins.signing import stripe_header
from privacy.domain.facts import Fact
from privacy.outbound.dynamodb import fact_of, from_wire
from tests.functional.entrances import MAILCHIMP, MC_SECRET, Entrances, mailchimp_example, opened, refused

BODY = mailchimp_example("unsubscribe")


def signed(body: bytes = BODY, secret: str = MC_SECRET, at: int = 0) -> str:
    return stripe_header(body, secret, int(time.time()) + at)


def facts(entrances: Entrances) -> list[Fact]:
    return [fact_of(from_wire(item)) for item in entrances.stored]


@pytest.mark.parametrize("name", [name for name in MAILCHIMP if name != "campaign"])
def test_every_example_becomes_one_fact_with_one_call(name: str, entrances: Entrances) -> None:
    entrances.mailchimp(mailchimp_example("campaign"))
    with entrances.calling() as calls:
        assert entrances.mailchimp(mailchimp_example(name)) == 204
    assert calls == ["PutItem"]
    (fact,) = facts(entrances)
    assert fact.source == "mailchimp"


def test_saving_the_webhook_is_answered(entrances: Entrances) -> None:
    assert entrances.mailchimp(method="GET") == 200
    assert entrances.stored == []


@pytest.mark.parametrize("method", ["GET", "POST"])
@pytest.mark.parametrize(
    "key", ["", "guess", "an-unguessable-path-key ", "AN-UNGUESSABLE-PATH-KEY", "é", "\ud800"]
)
def test_a_wrong_path_key_is_no_path_at_all(
    method: str, key: str, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entrances.mailchimp(BODY, signed(), key=key, method=method) == 404
    assert entrances.stored == []
    assert capfd.readouterr() == ("", "")


def test_every_active_path_key_opens(entrances: Entrances) -> None:
    assert entrances.mailchimp(BODY, key="an-older-key") == 204


def test_a_signature_that_is_there_is_verified(entrances: Entrances) -> None:
    assert entrances.mailchimp(BODY, signed(at=-600)) == 401
    assert entrances.mailchimp(BODY, signed(secret="wrong")) == 401
    assert entrances.mailchimp(BODY, signed(b"type=subscribe")) == 401
    assert entrances.mailchimp(BODY, "nonsense") == 401
    assert entrances.stored == []
    assert entrances.mailchimp(BODY, signed()) == 204


def test_once_the_webhook_is_signed_a_missing_signature_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(monkeypatch, MAILCHIMP_SIGNED="true") as entrances:
        assert entrances.mailchimp(BODY) == 401
        assert entrances.mailchimp(BODY, signed()) == 204
        assert entrances.mailchimp(method="GET") == 200
        assert len(entrances.stored) == 1


def test_a_redelivery_is_one_fact(entrances: Entrances) -> None:
    assert [entrances.mailchimp(BODY), entrances.mailchimp(BODY, signed())] == [204, 204]
    assert len(entrances.stored) == 1


def test_a_campaign_is_counted_and_not_stored(
    entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entrances.mailchimp(mailchimp_example("campaign")) == 204
    assert entrances.stored == []
    assert '"reason":"campaign"' in capfd.readouterr().out


def test_another_audience_is_counted_and_not_stored(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(monkeypatch, MAILCHIMP_AUDIENCES="ours, also-ours") as entrances:
        assert entrances.mailchimp(BODY) == 204
        assert entrances.stored == []
    assert '"reason":"audience"' in capfd.readouterr().out


@pytest.mark.parametrize(
    "body", [b"", b"\xff", b'{"type": "unsubscribe"}', b"type=unsubscribe", b"a=b&" * 600]
)
def test_a_body_that_tells_nothing_is_bad(
    body: bytes, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entrances.mailchimp(body, encoded=True) == 400
    assert entrances.stored == []
    assert capfd.readouterr() == ("", "")


def test_a_body_over_256_kb_is_refused(entrances: Entrances) -> None:
    assert entrances.mailchimp(b"x" * 262_145) == 413


def test_nothing_is_ever_answered_with_410_which_ends_the_webhook(entrances: Entrances) -> None:
    answers: set[int] = set()
    for body in (BODY, b"", b"\xff", b"x" * 300_000, mailchimp_example("campaign")):
        for header in ("", "bad", signed(body)):
            for how in ({}, {"key": "wrong"}, {"method": "GET"}):
                arguments: dict[str, Any] = {"encoded": True} | how
                answers.add(entrances.mailchimp(body, header, **arguments))
    entrances.fault = lambda _: refused("InternalServerError", 500)
    answers.add(entrances.mailchimp(mailchimp_example("subscribe")))
    assert answers == {200, 204, 400, 401, 404, 413, 503}
