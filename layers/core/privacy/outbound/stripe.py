"""Stripe's history: lists, page by page, as Stripe's JSON."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator, Mapping
from datetime import UTC, datetime
from itertools import batched
from typing import Any, NamedTuple

from privacy.outbound.patience import Jitter, Pace
from privacy.outbound.stripe_client import TIMEOUT, CursorGone, Document, StripeCalls
from privacy.ports import STRIPE_KINDS, ObjectPage, ProviderUnavailable

#: The most that one call lists.
PAGE = 100

#: The most event types that one call may name.
_TYPES = 20
#: What comes with a list's objects, though Stripe leaves it out: an invoice's payment, which stands nowhere else since
#: API version 2025-03-31. Nothing more: each expanded object may need a permission of its own, and is personal data.
_EXPANDED: Mapping[str, tuple[str, ...]] = {"invoices": ("data.payments",)}

_CURSOR = re.compile(r"(?:([0-9]{1,3}):)?(?:([A-Za-z0-9_]{1,255})@([0-9]{1,12}))?")


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
        self._calls = StripeCalls(api_key, jitter, pace, account=account, base_url=base_url, timeout=timeout)
        # Stripe lists events of some types or all. All would be read twice: nearly half of what a shop's purchase
        # causes is nothing to us. What is not asked for is personal data that never leaves Stripe.
        self._lots = tuple(batched(sorted(types), _TYPES, strict=False)) or ((),)
        self._account = account
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
            answer = self._calls.answer("get", path, {**asked, **from_there, "limit": self._page})
        except CursorGone:
            answer = None
        if answer is None:
            # by its time instead: those of that very second come again, and nobody is passed over
            until = {"created": {**asked.get("created", {}), "lte": place.created}}
            answer = self._calls.answer("get", path, {**asked, **until, "limit": self._page})
        found, more = answer.get("data"), answer.get("has_more")
        if not isinstance(found, list) or not isinstance(more, bool):
            raise ProviderUnavailable("stripe: an answer of another form")
        return found, _after(found[-1], place.lot) if more and found else None


def _after(last: object, lot: int) -> _Place:
    if isinstance(last, dict):
        name, created = last.get("id"), last.get("created")
        if isinstance(name, str) and isinstance(created, int):
            return _Place(lot, name, created)
    raise ProviderUnavailable("stripe: an answer of another form")
