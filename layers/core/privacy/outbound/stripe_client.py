"""Stripe's own library, as far as we use it: calls that wait no longer than they must, and errors that say nothing.

The library waits 80 s, never tries a plain 429 again, tells Stripe how long calls took, writes an id into the home
folder, and keeps whole answers in its errors; see docs/providers.md "Stripe's library".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Mapping
from typing import Any, Literal

import stripe
from requests import Session
from requests.adapters import HTTPAdapter

from privacy.outbound.patience import Jitter, Pace, Respite, TryAgain, patiently
from privacy.ports import ProviderUnavailable

#: Seconds to connect and to answer.
TIMEOUT = (3.05, 20.0)
#: Stripe serves 25 calls a second of each endpoint to the whole account. The rest is the shop's own.
PER_SECOND = 20

_CODE = re.compile(r"[a-z_]{1,64}")
_TAKEN = re.compile(r"already\b.{0,60}\bredaction job", re.IGNORECASE)
_PERMISSION = re.compile(r"\brak_[a-z_]{1,64}\b")

type Document = Mapping[str, object]


class StripeRefused(ProviderUnavailable):
    """Stripe would answer the same again."""


class CursorGone(StripeRefused):
    """The object after which to go on was deleted meanwhile."""


class NoSuchObject(StripeRefused):
    """Stripe has, in this mode, nothing of that id."""


class AlreadyInJob(StripeRefused):
    """Another redaction job names some of the objects. Stripe has no code for it, and words alone."""


class StripeCalls:
    """Calls of Stripe's API, answered with its JSON.

    account: the connected account that is meant; empty: the key's own. base_url: empty for Stripe's own address.
    respite: for who makes many calls in a function's time, each of which may hang.
    """

    def __init__(
        self,
        api_key: str,
        jitter: Jitter,
        pace: Pace,
        *,
        account: str = "",
        base_url: str = "",
        timeout: tuple[float, float] = TIMEOUT,
        respite: Respite | None = None,
    ) -> None:
        stripe.enable_telemetry = False
        # it logs what it asks and what it is answered
        logging.getLogger("stripe").disabled = True
        session = Session()
        session.mount("https://", HTTPAdapter(pool_connections=1, pool_maxsize=1, pool_block=True))
        self._client = stripe.StripeClient(
            api_key,
            stripe_account=account or None,
            base_addresses={"api": base_url.rstrip("/")} if base_url else None,
            http_client=stripe.RequestsClient(timeout=timeout, session=session),
            max_network_retries=0,  # ours know 429s; two loops, one in the other, would multiply
        )
        self._jitter = jitter
        self._pace = pace
        self._respite = respite

    def answer(
        self,
        method: Literal["get", "post", "delete"],
        path: str,
        asked: Mapping[str, Any] | None = None,
        **options: str,
    ) -> Mapping[str, Any]:
        """What may pass is tried again: a second reading, a second deletion and a second update to the same change
        nothing. Whoever creates something gives `idempotency_key`.

        options: of the library, as `stripe_version` for what is in preview.

        Raises ProviderUnavailable; StripeRefused where trying again is of no use.
        """
        asked = {**(asked or {}), **options}
        if self._respite is None:
            return self._patiently(method, path, asked)
        return self._respite.unless_hung(lambda: self._patiently(method, path, asked))

    def _patiently(
        self, method: Literal["get", "post", "delete"], path: str, asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        return patiently(lambda: self._once(method, path, asked), self._jitter)

    def _once(
        self, method: Literal["get", "post", "delete"], path: str, asked: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        self._pace.wait(path)
        try:
            answer = self._client.raw_request(method, f"/v1/{path}", **asked).data
        except stripe.StripeError as error:
            failed = _failure(error)
        else:
            if isinstance(answer, dict):
                return answer
            failed = ProviderUnavailable("stripe: an answer of another form")
        # outside the handler: the library's error holds the answer, and must not be the context
        raise failed


def _failure(error: stripe.StripeError) -> Exception:
    status, said = error.http_status, f"stripe: {_words(error)}"
    if isinstance(error, stripe.InvalidRequestError) and error.code == "resource_missing":
        return CursorGone(said) if error.param == "starting_after" else NoSuchObject(said)
    if isinstance(error, stripe.InvalidRequestError) and _TAKEN.search(error.user_message or ""):
        return AlreadyInJob(said)
    if (
        isinstance(error, stripe.APIConnectionError)
        or status is None
        or status in {409, 429}
        or status >= 500
        or status < 300  # an answer that was cut off
    ):
        return TryAgain(said)
    return StripeRefused(said)


def _words(error: stripe.StripeError) -> str:
    """Status, code and the permission that the key lacks: Stripe's own words, and no others of the message."""
    if error.http_status is None:
        return type(error).__name__
    words = [str(error.http_status)]
    body = error.json_body
    told = body.get("error") if isinstance(body, dict) else None
    code = told.get("code") if isinstance(told, dict) else None  # on the error itself for some statuses only
    if isinstance(code, str) and _CODE.fullmatch(code):
        words.append(code)
    if lacking := _PERMISSION.search(error.user_message or ""):
        words.append(lacking[0])
    return " ".join(words)
