"""S5: whatever is done to a signed request, it is not accepted, not written and not a fault of ours."""

import json
import time
from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, assume, given, settings
from hypothesis import strategies as st
from stripe import SignatureVerificationError, WebhookSignature

from cli.standins.signing import stripe_header
from functions.mailchimp_webhook import handler as mailchimp_webhook
from functions.stripe_webhook import handler as stripe_webhook
from tests.functional.entrances import (
    PATH_KEY,
    WHSEC,
    Entrances,
    gateway,
    mailchimp_example,
    opened,
    status_of,
    stripe_example,
)

BODY = json.dumps(stripe_example("customer.created")).encode()
FORM = mailchimp_example("unsubscribe")
often = settings(max_examples=400, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])


@pytest.fixture(scope="module")
def entrances() -> Iterator[Entrances]:
    with (
        pytest.MonkeyPatch.context() as monkeypatch,
        opened(monkeypatch, MAILCHIMP_SIGNED="true") as entrances,
    ):
        entrances.stripe(stripe_example("customer.deleted"))
        yield entrances


@st.composite
def mutated(draw: st.DrawFn, original: bytes) -> bytes:
    """The bytes with something cut, put in, turned over or put twice."""
    start = draw(st.integers(0, len(original)))
    end = draw(st.integers(start, min(len(original), start + 40)))
    middle = draw(
        st.one_of(
            st.binary(max_size=20),
            st.text(max_size=20).map(str.encode),
            st.just(original[start:end] * 2),
            st.sampled_from([b"", b"\x00", b"{", b"]", b",", b"=", b"v1=", b"t=1,", b"\xed\xa0\x80", b"NaN"]),
        )
    )
    return original[:start] + middle + original[end:]


def verified(body: bytes, header: str) -> bool:
    """By Stripe's own library, which is laxer than we are."""
    try:
        return bool(WebhookSignature.verify_header(body, header, WHSEC, tolerance=300))
    except (SignatureVerificationError, UnicodeDecodeError, TypeError):
        return False


def refused(
    entrances: Entrances, handle: Any, event: dict[str, Any], capfd: pytest.CaptureFixture[str]
) -> int:
    capfd.readouterr()
    with entrances.calling() as calls:
        status = status_of(handle(event, None))
    assert calls == []
    assert capfd.readouterr() == ("", "")
    return status


@often
@given(body=mutated(BODY), encoded=st.booleans())
def test_a_body_that_was_changed_is_refused(
    entrances: Entrances, capfd: pytest.CaptureFixture[str], body: bytes, encoded: bool
) -> None:
    assume(body != BODY)
    event = gateway(body, {"stripe-signature": stripe_header(BODY, WHSEC, int(time.time()))}, encoded=encoded)
    assert refused(entrances, stripe_webhook.handle, event, capfd) in {400, 401}


@often
@given(data=st.data())
def test_a_header_that_was_changed_is_refused(
    entrances: Entrances, capfd: pytest.CaptureFixture[str], data: Any
) -> None:
    good = stripe_header(BODY, WHSEC, int(time.time()))
    header = data.draw(mutated(good.encode())).decode(
        errors=data.draw(st.sampled_from(["replace", "surrogateescape"]))
    )
    assume(not verified(BODY, header))
    event = gateway(BODY, {"stripe-signature": header})
    assert refused(entrances, stripe_webhook.handle, event, capfd) == 401


@often
@given(
    body=st.text(max_size=200) | st.none() | st.integers(),
    headers=st.dictionaries(
        st.sampled_from(["stripe-signature", "x-mailchimp-signature", "host"]), st.text()
    ),
    encoded=st.booleans() | st.none(),
    key=st.text(max_size=20) | st.just(PATH_KEY) | st.none(),
)
def test_a_request_of_anybodys_making_is_refused(
    entrances: Entrances,
    capfd: pytest.CaptureFixture[str],
    body: Any,
    headers: dict[str, str],
    encoded: Any,
    key: str | None,
) -> None:
    sent = str(body) if isinstance(body, int) else body
    event = gateway("", headers, key=key) | {"body": sent, "isBase64Encoded": encoded}
    entrances.mailchimp(b"")  # fetches what is fetched once
    assert refused(entrances, stripe_webhook.handle, event, capfd) in {400, 401}
    assert refused(entrances, mailchimp_webhook.handle, event, capfd) in {400, 401, 404}


@often
@given(form=mutated(FORM))
def test_a_form_that_was_changed_is_refused(
    entrances: Entrances, capfd: pytest.CaptureFixture[str], form: bytes
) -> None:
    assume(form != FORM)
    entrances.mailchimp(b"")
    header = {"x-mailchimp-signature": stripe_header(FORM, "mailchimp_signing_secret", int(time.time()))}
    event = gateway(form, header, key=PATH_KEY, encoded=True)
    assert refused(entrances, mailchimp_webhook.handle, event, capfd) == 401


@often
@given(body=mutated(BODY))
def test_whatever_is_signed_is_recorded_ignored_or_bad_and_never_a_fault(
    entrances: Entrances, capfd: pytest.CaptureFixture[str], body: bytes
) -> None:
    assert entrances.stripe(body, encoded=True) in {204, 400}
    assert '"failed"' not in capfd.readouterr().out


@often
@given(form=mutated(FORM))
def test_whatever_form_is_signed_is_recorded_ignored_or_bad_and_never_a_fault(
    entrances: Entrances, capfd: pytest.CaptureFixture[str], form: bytes
) -> None:
    header = stripe_header(form, "mailchimp_signing_secret", int(time.time()))
    assert entrances.mailchimp(form, header, encoded=True) in {204, 400}
    assert '"failed"' not in capfd.readouterr().out
