"""Example events of `events/`, told again of another purchase, buyer and instant, in the provider's own shape."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from typing import Any
from urllib.parse import parse_qsl, urlencode

from bench.places import EVENTS

_ID = re.compile(r"(evt|cs_live|pi|ch|cus|re|in|pm|txn|prv|du)_[A-Za-z0-9]{14,}")
#: Characters after the prefix, as Stripe writes them today; 24 of everything else.
_LENGTHS = {"cs_live": 58, "cus": 14}
_NOT_WHEN = frozenset({"exp_month", "exp_year"})
#: A shop numbers its orders: what stands beside too many purchases would be nobody's, and be read twice.
_NUMBERS = frozenset({"order_id", "order_number", "client_reference_id"})
_EPOCH = 1_500_000_000
BUYER = "camille.durand@example.fr"


@cache
def _example(name: str) -> str:
    return (EVENTS / "stripe" / f"{name}.json").read_text()


def stripe_event(
    name: str,
    *,
    purchase: str,
    at: int,
    event: str = "",
    customer: str = "",
    buyer: str = BUYER,
    again: str = "",
) -> bytes:
    """The example's JSON with ids that follow from (purchase, customer) and every instant at `at`.

    event: distinguishes the event; again: things of which one purchase has several, refunds.
    """
    told: dict[str, Any] = json.loads(_example(name))
    ids = {
        "cus": customer or purchase,
        "re": f"{purchase}{again}",
        "du": f"{purchase}{again}",
        "txn": f"{purchase}{again}",
        "evt": f"{event or name}{purchase}{again}",
    }
    return json.dumps(_Retelling(ids, purchase, at, buyer).of(told), separators=(",", ":")).encode()


@dataclass(frozen=True, slots=True)
class _Retelling:
    ids: Mapping[str, str]
    purchase: str
    at: int
    buyer: str

    def of(self, value: Any, name: str = "") -> Any:
        match value:
            case dict():
                return {key: self.of(held, key) for key, held in value.items()}
            case list():
                return [self.of(held) for held in value]
            case str() if name in _NUMBERS:
                return f"C-{self.purchase}"
            case str():
                return self._text(value)
            case int() if value > _EPOCH and name not in _NOT_WHEN:
                return self.at
            case _:
                return value

    def _text(self, text: str) -> str:
        if found := _ID.fullmatch(text):
            seed = re.sub(r"[^A-Za-z0-9]", "", self.ids.get(found[1], self.purchase))
            return f"{found[1]}_{seed:0<{_LENGTHS.get(found[1], 24)}}"
        return self.buyer if "@" in text else text


@cache
def _form(name: str) -> tuple[tuple[str, str], ...]:
    return tuple(parse_qsl((EVENTS / "mailchimp" / f"{name}.form").read_text(), keep_blank_values=True))


def mailchimp_event(name: str, *, at: int, buyer: str = BUYER) -> bytes:
    """The example's form fired at another instant, about another address."""
    fired_at = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    fields = [
        (key, fired_at if key == "fired_at" else buyer if "@" in value else value)
        for key, value in _form(name)
    ]
    return urlencode(fields).encode()
