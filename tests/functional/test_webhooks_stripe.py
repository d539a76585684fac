"""POST /webhooks/stripe, from the gateway's event to the ledger's item (issue 2, items 6 and 8)."""

import json
import time
from typing import Any

import pytest

from cli.standins.signing import signature, stripe_header
from privacy.domain.facts import Fact
from privacy.outbound.dynamodb import fact_of, from_wire
from tests.functional.entrances import STRIPE, WHSEC, Entrances, opened, refused, stripe_example

HANDLED = [name for name in STRIPE if not name.startswith("payment_intent.amount_capturable")]
EVENT = "checkout.session.completed"


def facts(entrances: Entrances) -> list[Fact]:
    return [fact_of(from_wire(item)) for item in entrances.stored]


@pytest.mark.parametrize("name", HANDLED)
def test_every_example_becomes_one_fact_with_one_call(name: str, entrances: Entrances) -> None:
    event = stripe_example(name)
    assert entrances.stripe(stripe_example(EVENT) | {"id": "evt_first"}) == 204
    with entrances.calling() as calls:
        assert entrances.stripe(event) == 204
    assert calls == ["PutItem"]
    assert sorted(fact.event_id for fact in facts(entrances)) == sorted(["evt_first", event["id"]])


def test_the_first_request_of_a_container_fetches_the_secrets_and_no_later_one(entrances: Entrances) -> None:
    with entrances.calling() as calls:
        entrances.stripe(stripe_example(EVENT))
    assert calls == ["GetSecretValue", "GetSecretValue", "PutItem"]
    with entrances.calling() as calls:
        entrances.stripe(stripe_example("customer.created"))
    assert calls == ["PutItem"]


def test_the_same_event_twice_is_one_fact_e119(
    entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    assert [entrances.stripe(stripe_example(EVENT)) for _ in range(3)] == [204, 204, 204]
    assert len(entrances.stored) == 1
    assert capfd.readouterr().out.count('"FactDuplicate":') == 2


def test_of_two_contents_under_one_id_the_first_stays_and_an_alarm_is_raised(
    entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    first, other = stripe_example(EVENT), stripe_example(EVENT)
    other["data"]["object"]["amount_total"] = 1
    assert (entrances.stripe(first), entrances.stripe(other)) == (204, 204)
    (fact,) = facts(entrances)
    assert fact.group("order")["amount"] == first["data"]["object"]["amount_total"]
    out = capfd.readouterr().out
    assert '"FactConflict":[1.0]' in out
    assert f'"event_id":"{first["id"]}"' in out


def test_a_base64_body_is_verified_over_its_bytes(entrances: Entrances) -> None:
    assert entrances.stripe(stripe_example(EVENT), encoded=True) == 204
    assert len(entrances.stored) == 1


def test_during_a_roll_either_secret_verifies(entrances: Entrances) -> None:
    body = json.dumps(stripe_example(EVENT)).encode()
    assert entrances.stripe(body, stripe_header(body, "whsec_retiring", int(time.time()))) == 204


# ---------------------------------------------------------------- refused


def signed(at: int = 0, secret: str = WHSEC, body: bytes = b"{}") -> str:
    return stripe_header(body, secret, int(time.time()) + at)


def refusals() -> list[tuple[str, str, bytes]]:
    now = int(time.time())
    good = signature(b"{}", WHSEC, now)
    return [
        ("missing", "", b"{}"),
        ("malformed", "v1", b"{}"),
        ("not ASCII", f"t={now},v1=é", b"{}"),
        ("another secret's", signed(secret="whsec_wrong"), b"{}"),
        ("another body's", signed(), b"{ }"),
        ("v0 only", f"t={now},v0={good}", b"{}"),
        ("ten minutes old", signed(-600), b"{}"),
        ("ten minutes ahead", signed(600), b"{}"),
        ("two timestamps", f"t={now},t={now},v1={good}", b"{}"),
        ("a thousand signatures", f"t={now}" + f",v1={'0' * 64}" * 1000 + f",v1={good}", b"{}"),
    ]


@pytest.mark.parametrize(("what", "header", "body"), refusals(), ids=[r[0] for r in refusals()])
def test_a_bad_signature_is_refused_without_a_call_a_write_or_a_line_e119(
    what: str, header: str, body: bytes, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    entrances.stripe(stripe_example("customer.created"))
    capfd.readouterr()
    with entrances.calling() as calls:
        assert entrances.stripe(body, header) == 401
    assert calls == []
    assert capfd.readouterr() == ("", "")
    assert len(entrances.stored) == 1


def test_what_cannot_be_true_is_refused_before_any_secret_is_fetched(entrances: Entrances) -> None:
    for header in ("", "nonsense", signed(-600), signed(600)):
        assert entrances.stripe(b"{}", header) == 401
    assert entrances.calls == []


@pytest.mark.parametrize("encoded", [False, True])
def test_a_body_over_256_kb_is_refused_before_anything_is_done_with_it(
    encoded: bool, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    body = b'{"x":"' + b"y" * 262_144 + b'"}'
    assert entrances.stripe(body, encoded=encoded) == 413
    assert entrances.calls == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"not JSON",
        b"[]",
        b"null",
        b"[" * 200_000,
        b'{"type": "customer.created", "created": NaN}',
        b'{"type": "customer.created", "x": "\\ud800"}',
        b'{"type": "customer.created"}',
        b"{}",
    ],
)
def test_a_signed_body_that_tells_nothing_is_bad_without_a_write_or_a_line(
    body: bytes, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    assert entrances.stripe(body, encoded=True) == 400
    assert entrances.stored == []
    assert capfd.readouterr() == ("", "")


@pytest.mark.parametrize("missing", ["id", "created", "data", "livemode", "type"])
def test_an_event_without_what_its_fact_needs_is_bad(missing: str, entrances: Entrances) -> None:
    event = stripe_example(EVENT)
    del event[missing]
    assert entrances.stripe(event) == 400
    assert entrances.stored == []


def test_a_body_that_is_not_base64_is_bad(entrances: Entrances) -> None:
    from functions.stripe_webhook.handler import handle

    event = {"headers": {}, "body": "***", "isBase64Encoded": True}
    assert handle(event, None) == {"statusCode": 400, "body": ""}


# ---------------------------------------------------------------- ignored


@pytest.mark.parametrize(
    ("reason", "environment", "over"),
    [
        ("type", {}, {"type": "customer.subscription.created"}),
        ("mode", {"STRIPE_MODES": "live"}, {"livemode": False}),
        ("mode", {"STRIPE_MODES": "test"}, {"livemode": True}),
        ("account", {}, {"account": "acct_other"}),
        ("account", {"STRIPE_ACCOUNT": "acct_ours"}, {"account": "acct_other"}),
    ],
)
def test_what_is_not_ours_is_counted_and_not_stored(
    reason: str,
    environment: dict[str, str],
    over: dict[str, Any],
    monkeypatch: pytest.MonkeyPatch,
    capfd: pytest.CaptureFixture[str],
) -> None:
    with opened(monkeypatch, **environment) as entrances:
        assert entrances.stripe(stripe_example(EVENT) | over) == 204
        assert "PutItem" not in entrances.calls
        (line,) = capfd.readouterr().out.splitlines()
    assert json.loads(line)["EventIgnored"] == [1.0]
    assert json.loads(line)["reason"] == reason


def test_live_alone_is_taken_where_no_mode_is_set(monkeypatch: pytest.MonkeyPatch) -> None:
    with opened(monkeypatch, STRIPE_MODES="") as entrances:
        assert entrances.stripe(stripe_example(EVENT) | {"livemode": False}) == 204
        assert entrances.stored == []
        assert entrances.stripe(stripe_example(EVENT)) == 204
        assert len(entrances.stored) == 1


# ---------------------------------------------------------------- outages


@pytest.mark.parametrize(
    ("code", "status"),
    [
        ("ProvisionedThroughputExceededException", 400),
        ("ThrottlingException", 400),
        ("InternalServerError", 500),
        ("ServiceUnavailable", 503),
        ("AccessDeniedException", 400),
        ("ResourceNotFoundException", 400),
    ],
)
def test_while_the_ledger_is_out_the_provider_is_asked_to_try_again(
    code: str, status: int, entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    entrances.fault = lambda operation: refused(code, status) if operation == "PutItem" else None
    assert entrances.stripe(stripe_example(EVENT)) == 503
    assert capfd.readouterr() == ("", "")
    entrances.fault = None
    assert entrances.stripe(stripe_example(EVENT)) == 204
    assert len(entrances.stored) == 1


def test_a_write_whose_answer_was_lost_is_not_a_second_fact(entrances: Entrances) -> None:
    entrances.stripe(stripe_example(EVENT))
    failures = iter([refused("InternalServerError", 500)])
    entrances.fault = lambda _: next(failures, None)
    assert entrances.stripe(stripe_example(EVENT)) == 204
    assert len(entrances.stored) == 1


def test_without_secrets_the_provider_is_asked_to_try_again_and_the_next_request_fetches_them(
    entrances: Entrances, capfd: pytest.CaptureFixture[str]
) -> None:
    entrances.fault = lambda operation: (
        refused("InternalServiceError", 500) if "Secret" in operation else None
    )
    assert entrances.stripe(stripe_example(EVENT)) == 503
    assert capfd.readouterr() == ("", "")
    entrances.fault = None
    assert entrances.stripe(stripe_example(EVENT)) == 204


def test_a_missing_setting_is_ours_to_mend_and_is_asked_for_again(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    with opened(monkeypatch, STRIPE_WEBHOOK_SECRET_ID="") as entrances:
        assert entrances.stripe(stripe_example(EVENT)) == 503
    assert '"error":"MissingSetting"' in capfd.readouterr().out
