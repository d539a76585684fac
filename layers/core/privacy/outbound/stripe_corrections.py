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
    return wanted


def _has(held: Document, wanted: Mapping[str, Any]) -> bool:
    for name, value in wanted.items():
        there = held.get(name)
        if isinstance(value, dict):
            if not isinstance(there, dict) or any(there.get(part) != said for part, said in value.items()):
                return False
        elif there != value:
            return False
    return True
