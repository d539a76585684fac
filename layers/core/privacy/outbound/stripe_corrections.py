"""Stripe's customers, corrected (G23). What was billed stays as it was: an invoice keeps the name it was issued to.

Stripe tells of it by `customer.updated`, which is what we would have learned from the shop's own correction.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any

from privacy.outbound.stripe_client import Document, NoSuchObject, StripeCalls
from privacy.ports import ProviderUnavailable

_PLAIN = ("email", "name", "phone")
_ADDRESS = ("line1", "line2", "postal_code", "city", "state", "country")
_CUSTOMER = re.compile(r"cus_\w{1,200}", re.ASCII)


class NotCorrected(ProviderUnavailable):
    """Stripe said yes and did not do it."""


class StripeCorrections:
    """CustomerCorrector."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def correct(self, customer: str, profile: Mapping[str, str]) -> bool:
        if not _CUSTOMER.fullmatch(customer):
            raise ProviderUnavailable("stripe: no customer's id")
        try:
            held = self._calls.answer("get", f"customers/{customer}")
            if held.get("deleted") is True:
                return False
            wanted = _wanted(held, profile)
            if wanted and not _has(held, wanted):
                self._calls.answer("post", f"customers/{customer}", wanted)
                if not _has(self._calls.answer("get", f"customers/{customer}"), wanted):
                    raise NotCorrected("stripe did not do what it said")
        except NoSuchObject:
            return False
        return True


def _wanted(held: Document, profile: Mapping[str, str]) -> dict[str, Any]:
    """An address is replaced as a whole, so that what stays of it is said again."""
    wanted: dict[str, Any] = {name: profile[name] for name in _PLAIN if name in profile}
    corrected = {name: profile[name] for name in _ADDRESS if name in profile}
    if corrected:
        told = held.get("address")
        known = told if isinstance(told, dict) else {}
        wanted["address"] = {name: known[name] for name in _ADDRESS if known.get(name)} | corrected
    return wanted | _delivered_to(held, wanted)


def _delivered_to(held: Document, wanted: Mapping[str, Any]) -> dict[str, Any]:
    """Where goods go by default, as far as it says the same as what is corrected: somebody else's name, or another
    place, is not what was wrong. It, too, is replaced as a whole."""
    shipping = held.get("shipping")
    if not isinstance(shipping, dict):
        return {}
    same = {
        name: wanted[name]
        for name in ("name", "phone", "address")
        if name in wanted and held.get(name) and shipping.get(name) == held.get(name)
    }
    return {"shipping": _said(shipping) | same} if same else {}


def _said(held: Document) -> dict[str, Any]:
    """Without what is empty."""
    said = {name: _said(value) if isinstance(value, dict) else value for name, value in held.items()}
    return {name: value for name, value in said.items() if value not in (None, "", {})}


def _has(held: object, wanted: Mapping[str, Any]) -> bool:
    return isinstance(held, dict) and all(
        _has(held.get(name), value) if isinstance(value, dict) else held.get(name) == value
        for name, value in wanted.items()
    )
