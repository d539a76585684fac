"""Stripe's history through its own library: lists, page by page, as Stripe's JSON.

The library waits 80 s, never tries a plain 429 again, tells Stripe how long calls took, writes an id into the home
folder, and keeps whole answers in its errors; see docs/providers.md "Stripe's library".
"""

from __future__ import annotations

import logging
import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

import stripe
from requests import Session
from requests.adapters import HTTPAdapter

from privacy.outbound.patience import Jitter, Pace, TryAgain, patiently
from privacy.ports import STRIPE_KINDS, ObjectPage, ProviderUnavailable

#: Seconds to connect and to answer.
TIMEOUT = (3.05, 20.0)
#: Stripe serves 25 calls a second of each endpoint to the whole account. The rest is the shop's own.
PER_SECOND = 20
#: The most that one call lists.
PAGE = 100

#: The most event types that one call may name.
_TYPES = 20
#: What comes with a list's objects, though Stripe leaves it out: an invoice's payment, which stands nowhere else since
#: API version 2025-03-31. Nothing more: each expanded object may need a permission of its own, and is personal data.
_EXPANDED: Mapping[str, tuple[str, ...]] = {"invoices": ("data.payments",)}

_CURSOR = re.compile(r"(?:([0-9]{1,3}):)?(?:([A-Za-z0-9_]{1,255})@([0-9]{1,12}))?")
_CODE = re.compile(r"[a-z_]{1,64}")
_PERMISSION = re.compile(r"\brak_[a-z_]{1,64}\b")

type Document = Mapping[str, object]


class _Refused(ProviderUnavailable):
    """Stripe would answer the same again."""


class _CursorGone(_Refused):
    """The object after which to go on was deleted meanwhile."""


class _Place(NamedTuple):
    """After which object of which lot of event types a list goes on. id: empty at the lot's beginning."""

    lot: int
    id: str
    created: int

    @classmethod
    def read(cls, after: str | None) -> _Place:
        found = _CURSOR.fullmatch(after or "")
        if found is None:
            raise ProviderUnavailable("stripe: not a cursor of ours")
        return cls(int(found[1] or 0), found[2] or "", int(found[3] or 0))

    def __str__(self) -> str:
        lot = f"{self.lot}:" if self.lot else ""
        return f"{lot}{self.id}@{self.created}" if self.id else lot


class StripeHistory:
    """A PaymentHistory.

    types: of events, those that are asked for (none: all). account: the connected account that is read; empty: the
    key's own. base_url: empty for Stripe's own address.
    """

    def __init__(
        self,
        api_key: str,
        types: Collection[str],
        jitter: Jitter,
        pace: Pace,
        *,
        account: str = "",
        base_url: str = "",
        timeout: tuple[float, float] = TIMEOUT,
        page: int = PAGE,
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
        # Stripe lists events of some types or all. All would be read twice: nearly half of what a shop's purchase
        # causes is nothing to us. What is not asked for is personal data that never leaves Stripe.
        self._lots = tuple(batched(sorted(types), _TYPES, strict=False)) or ((),)
        self._account = account
        self._jitter = jitter
        self._pace = pace
        self._page = page

    def objects(self, kind: str, after: str | None) -> ObjectPage:
        if kind not in STRIPE_KINDS:
            raise ValueError(kind)
        asked: dict[str, Any] = {"expand": list(_EXPANDED[kind])} if kind in _EXPANDED else {}
        place = _Place.read(after)
        found, onwards = self._listed(kind, asked, place)
        return ObjectPage(found, str(onwards) if onwards else None)

    def events(self, since: datetime, after: str | None) -> ObjectPage:
        """Lot by lot of event types, each of them newest first."""
        place = _Place.read(after)
        if place.lot >= len(self._lots):
            raise ProviderUnavailable("stripe: not a cursor of ours")
        types = self._lots[place.lot]
        asked: dict[str, Any] = {"created": {"gte": int(since.astimezone(UTC).timestamp())}}
        if types:
            asked["types"] = list(types)
        found, onwards = self._listed("events", asked, place)
        if onwards is None and place.lot + 1 < len(self._lots):
            onwards = _Place(place.lot + 1, "", 0)
        return ObjectPage(list(self._as_delivered(found)), str(onwards) if onwards else None)

    def _as_delivered(self, events: list[Document]) -> Iterator[Document]:
        """A connected account's events name it where they are delivered, and not where they are listed."""
        for event in events:
            yield {**event, "account": self._account} if self._account else event

    def _listed(
        self, path: str, asked: Mapping[str, Any], place: _Place
    ) -> tuple[list[Document], _Place | None]:
        """(one page, newest first; where to go on)"""
        from_there = {"starting_after": place.id} if place.id else {}
        try:
            answer = self._answer(path, {**asked, **from_there, "limit": self._page})
        except _CursorGone:
            answer = None
        if answer is None:
            # by its time instead: those of that very second come again, and nobody is passed over
            until = {"created": {**asked.get("created", {}), "lte": place.created}}
            answer = self._answer(path, {**asked, **until, "limit": self._page})
        found, more = answer.get("data"), answer.get("has_more")
        if not isinstance(found, list) or not isinstance(more, bool):
            raise ProviderUnavailable("stripe: an answer of another form")
        return found, _after(found[-1], place.lot) if more and found else None

    def _answer(self, path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        return patiently(lambda: self._once(path, asked), self._jitter)

    def _once(self, path: str, asked: Mapping[str, Any]) -> Mapping[str, Any]:
        self._pace.wait(path)
        try:
            answer = self._client.raw_request("get", f"/v1/{path}", **asked).data
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
    if isinstance(error, stripe.InvalidRequestError) and (error.code, error.param) == (
        "resource_missing",
        "starting_after",
    ):
        return _CursorGone(said)
    if (
        isinstance(error, stripe.APIConnectionError)
        or status is None
        or status in {409, 429}
        or status >= 500
        or status < 300  # an answer that was cut off
    ):
        return TryAgain(said)
    return _Refused(said)


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


def _after(last: object, lot: int) -> _Place:
    if isinstance(last, dict):
        name, created = last.get("id"), last.get("created")
        if isinstance(name, str) and isinstance(created, int):
            return _Place(lot, name, created)
    raise ProviderUnavailable("stripe: an answer of another form")
