"""Secrets Manager's values: fetched at the first request, kept in the container, several valid at a time.

Rotation needs no deployment: a value older than MAX_AGE is fetched again with the next request that needs it,
whatever the request is worth, so that forged ones cannot cause calls. powertools' parameters would do the
fetching, but neither keeps the old value through an outage nor imports for less than boto3 again.
"""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Mapping
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from privacy.domain.identifiers import Pseudonyms
from privacy.ports import ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_secretsmanager import SecretsManagerClient

#: Seconds. A new secret is in use everywhere after this long; keep the old one valid until then.
MAX_AGE = 900
#: Seconds before an outage is asked about again while an older value still serves.
_PATIENCE = 60
_MIN_PEPPER = 32


class SecretsUnavailable(ProviderUnavailable):
    """A secret cannot be had now, or holds nothing usable. Names the secret or the field, never a value."""


class Secret[T]:
    """One secret, read by `parse`; clock: monotonic seconds."""

    def __init__(
        self,
        client: Callable[[], SecretsManagerClient],
        secret_id: str,
        parse: Callable[[Mapping[str, Any]], T],
        clock: Callable[[], float],
    ) -> None:
        self._client = client
        self._secret_id = secret_id
        self._parse = parse
        self._clock = clock
        self._value: T | None = None
        self._due = 0.0

    def value(self) -> T:
        """Raises SecretsUnavailable; a failure is not remembered, an older value outlives it."""
        now = self._clock()
        if self._value is not None and now < self._due:
            return self._value
        try:
            self._value = self._fetch()
        except SecretsUnavailable:
            if self._value is None:
                raise
            self._due = now + _PATIENCE
        else:
            self._due = now + MAX_AGE
        return self._value

    def _fetch(self) -> T:
        try:
            stored = self._client().get_secret_value(SecretId=self._secret_id)["SecretString"]
        except ClientError as error:
            raise SecretsUnavailable(f"{self._secret_id}: {error.response['Error']['Code']}") from None
        except (BotoCoreError, KeyError) as error:
            raise SecretsUnavailable(f"{self._secret_id}: {type(error).__name__}") from None
        try:
            return self._parse(json.loads(stored))
        except (ValueError, TypeError, LookupError, AttributeError):
            # no cause: a parser's error quotes what it could not parse
            raise SecretsUnavailable(f"{self._secret_id}: not in the expected form") from None


class MailchimpWebhook:
    """path_keys: any of them opens the path. signing_secrets: none while the webhook is not signed."""

    __slots__ = ("path_keys", "signing_secrets")

    def __init__(self, path_keys: tuple[str, ...], signing_secrets: tuple[str, ...]) -> None:
        self.path_keys = path_keys
        self.signing_secrets = signing_secrets


def pseudonyms_from(stored: Mapping[str, Any]) -> Pseudonyms:
    """`{"current": 1, "peppers": {"1": "<base64 of 32 bytes or more>"}}`"""
    peppers = {
        int(version): base64.b64decode(pepper.strip(), validate=True)
        for version, pepper in stored["peppers"].items()
    }
    if any(len(pepper) < _MIN_PEPPER for pepper in peppers.values()):
        raise ValueError("pepper too short")
    return Pseudonyms(int(stored["current"]), peppers)


def signing_secrets_from(stored: Mapping[str, Any]) -> tuple[str, ...]:
    """`{"signing_secrets": ["whsec_…"]}`"""
    return _some(_stripped(stored["signing_secrets"]))


def mailchimp_webhook_from(stored: Mapping[str, Any]) -> MailchimpWebhook:
    """`{"path_keys": ["…"], "signing_secrets": ["…"]}`"""
    return MailchimpWebhook(
        _some(_stripped(stored["path_keys"])), _stripped(stored.get("signing_secrets") or ())
    )


def api_key_from(stored: Mapping[str, Any]) -> str:
    """`{"api_key": "…-us21"}`"""
    return _some(_stripped([stored["api_key"]]))[0]


def stripe_api_key_from(stored: Mapping[str, Any]) -> str:
    """`{"api_key": "rk_live_…"}`: a restricted key, or a whole one, which may do more than it should."""
    api_key = api_key_from(stored)
    if not api_key.startswith(("rk_", "sk_")):
        raise ValueError("not a key that may call Stripe")
    return api_key


def _stripped(values: Any) -> tuple[str, ...]:
    """A value pasted with a line's end is still the value; an empty one is none."""
    if isinstance(values, str):
        raise TypeError("a list is expected")
    return tuple(stripped for value in values if (stripped := value.strip()))


def _some(values: tuple[str, ...]) -> tuple[str, ...]:
    if not values:
        raise ValueError("no value")
    return values
