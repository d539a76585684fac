"""Secrets: one fetch a container, again by age, several valid at a time, and never a value in an error."""

import base64
import json
from typing import Any

import pytest
from botocore.exceptions import ClientError, ReadTimeoutError

from privacy.outbound.secrets import (
    MAX_AGE,
    Secret,
    SecretsUnavailable,
    api_key_from,
    mailchimp_webhook_from,
    pseudonyms_from,
    signing_secrets_from,
    stripe_api_key_from,
)


class SecretsManager:
    """Answers as Secrets Manager does, and counts."""

    def __init__(self, stored: Any) -> None:
        self.stored = stored
        self.calls = 0

    def get_secret_value(self, SecretId: str) -> dict[str, str]:  # noqa: N803 - AWS's name
        self.calls += 1
        if isinstance(self.stored, Exception):
            raise self.stored
        return {"SecretString": self.stored if isinstance(self.stored, str) else json.dumps(self.stored)}


class Clock:
    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


def signing(manager: SecretsManager, clock: Clock) -> Secret[tuple[str, ...]]:
    return Secret(lambda: manager, "stripe-webhook", signing_secrets_from, clock)  # type: ignore[arg-type,return-value]


THROTTLED = ClientError({"Error": {"Code": "ThrottlingException", "Message": "secret"}}, "GetSecretValue")


def test_a_value_is_fetched_by_the_first_request_and_kept() -> None:
    manager, clock = SecretsManager({"signing_secrets": ["whsec_1"]}), Clock()
    secret = signing(manager, clock)
    assert manager.calls == 0
    assert [secret.value() for _ in range(1000)] == [("whsec_1",)] * 1000
    assert manager.calls == 1


def test_a_rotated_secret_is_in_use_after_its_age_without_a_deployment() -> None:
    manager, clock = SecretsManager({"signing_secrets": ["whsec_1"]}), Clock()
    secret = signing(manager, clock)
    secret.value()
    manager.stored = {"signing_secrets": ["whsec_1", "whsec_2"]}
    clock.now += MAX_AGE - 1
    assert secret.value() == ("whsec_1",)
    clock.now += 1
    assert secret.value() == ("whsec_1", "whsec_2")
    assert manager.calls == 2


@pytest.mark.parametrize("outage", [THROTTLED, ReadTimeoutError(endpoint_url="https://example.com")])
def test_a_failed_fetch_is_not_remembered(outage: Exception) -> None:
    manager, clock = SecretsManager(outage), Clock()
    secret = signing(manager, clock)
    with pytest.raises(SecretsUnavailable):
        secret.value()
    manager.stored = {"signing_secrets": ["whsec_1"]}
    assert secret.value() == ("whsec_1",)


def test_an_older_value_outlives_an_outage_without_a_call_per_request() -> None:
    manager, clock = SecretsManager({"signing_secrets": ["whsec_1"]}), Clock()
    secret = signing(manager, clock)
    secret.value()
    manager.stored = THROTTLED
    clock.now += MAX_AGE
    assert [secret.value() for _ in range(50)] == [("whsec_1",)] * 50
    assert manager.calls == 2


@pytest.mark.parametrize(
    "stored", ["whsec_plain", "[]", "null", {}, {"signing_secrets": []}, {"signing_secrets": ["", " \n"]},
               {"signing_secrets": "whsec_1"}, {"signing_secrets": [7]}, {"signing_secrets": None}],
)  # fmt: skip
def test_a_secret_that_holds_nothing_usable_is_unavailable_and_not_quoted(stored: Any) -> None:
    with pytest.raises(SecretsUnavailable) as unavailable:
        signing(SecretsManager(stored), Clock()).value()
    assert "whsec" not in str(unavailable.value)
    assert unavailable.value.__suppress_context__


def test_a_line_end_pasted_with_a_secret_is_taken_off() -> None:
    assert signing_secrets_from({"signing_secrets": ["whsec_1\n", " whsec_2\r\n", ""]}) == (
        "whsec_1",
        "whsec_2",
    )


def test_mailchimp_may_be_unsigned_and_never_without_a_path_key() -> None:
    webhook = mailchimp_webhook_from({"path_keys": ["k1\n", "k2"]})
    assert (webhook.path_keys, webhook.signing_secrets) == (("k1", "k2"), ())
    with pytest.raises(ValueError, match="no value"):
        mailchimp_webhook_from({"path_keys": [""], "signing_secrets": ["s"]})


def test_peppers_are_read_in_all_their_versions() -> None:
    stored = {n: base64.b64encode(bytes([n]) * 32).decode() + "\n" for n in (1, 2)}
    assert len(pseudonyms_from({"current": 2, "peppers": stored}).emails("jane@example.com")) == 2


@pytest.mark.parametrize(
    "stored",
    [
        {"current": 1, "peppers": {"1": base64.b64encode(b"short").decode()}},
        {"current": 1, "peppers": {"1": "not base64!"}},
        {"current": 3, "peppers": {"1": base64.b64encode(b"x" * 32).decode()}},
    ],
)
def test_a_pepper_that_would_be_weak_or_missing_is_refused(stored: dict[str, Any]) -> None:
    with pytest.raises(ValueError, match=r"."):
        pseudonyms_from(stored)


def test_an_api_key_is_stripped() -> None:
    assert api_key_from({"api_key": "key-us21\n"}) == "key-us21"


def test_a_key_that_cannot_call_stripe_is_refused_before_it_is_sent() -> None:
    assert stripe_api_key_from({"api_key": "rk_live_1\n"}) == "rk_live_1"
    for wrong in ("pk_live_1", "whsec_1", "key-us21"):
        with pytest.raises(ValueError, match="Stripe"):
            stripe_api_key_from({"api_key": wrong})
