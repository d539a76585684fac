"""What Stripe does not know of orders: those paid elsewhere, and when orders were handed over (P4, R2).

An operator enters both; what cannot be is refused with a reason that repeats nothing of what was entered.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Self

from privacy.domain.identifiers import InvalidAddress, normalise_address, stripe_identifier

#: Characters of an order's or customer's number, and of a name or a line of an address.
MAX_NUMBER = 100
MAX_LINE = 200
#: Cents: a larger order is a slip of the pen.
MAX_AMOUNT = 100_000_000
EARLIEST = date(2000, 1, 1)

#: What may be told of the buyer besides the address.
PROFILE = ("name", "line1", "line2", "postal_code", "city", "country", "customer_number")


class Implausible(ValueError):
    """What was entered cannot be. The text says why, without a value of it."""


@dataclass(frozen=True, slots=True)
class AddedOrder:
    """An order paid outside Stripe: by transfer, in the shop. amount: cents of a euro. profile: some of PROFILE."""

    number: str
    email: str
    ordered_on: date
    amount: int
    delivered_on: date | None = None
    profile: Mapping[str, str] = field(default_factory=dict)

    def checked(self, today: date) -> Self:
        """today: in Paris. Raises Implausible."""
        _line(self.number, "the order's number", MAX_NUMBER)
        try:
            normalise_address(self.email)
        except InvalidAddress:
            raise Implausible("that is no e-mail address") from None
        _day(self.ordered_on, "the order", today)
        if not 0 < self.amount <= MAX_AMOUNT:
            raise Implausible("the amount has to be more than nothing, and no more than a million euros")
        if self.delivered_on is not None:
            _day(self.delivered_on, "the delivery", today)
            if self.delivered_on < self.ordered_on:
                raise Implausible("it was delivered before it was ordered")
        for name, value in self.profile.items():
            _line(value, f"the {name.replace('_', ' ')}", MAX_LINE)
        return self


@dataclass(frozen=True, slots=True)
class Delivery:
    """An order's delivery. Either its number or what it is at Stripe (`pi_…`, `ch_…`, `in_…`, `cs_…`)."""

    delivered_on: date
    number: str | None = None
    payment: str | None = None

    def checked(self, today: date) -> Self:
        """today: in Paris. Raises Implausible."""
        if self.payment is not None and stripe_identifier(self.payment) is None:
            raise Implausible("that is no payment of Stripe's: it begins with pi_, ch_, in_ or cs_")
        if (self.number is None) == (self.payment is None):
            raise Implausible("either the order's number or the payment has to be there")
        if self.number is not None:
            _line(self.number, "the order's number", MAX_NUMBER)
        _day(self.delivered_on, "the delivery", today)
        return self


def _line(text: str, what: str, longest: int) -> None:
    if not text.strip():
        raise Implausible(f"{what} is missing")
    if len(text) > longest:
        raise Implausible(f"{what} has more than {longest} characters")
    if any(unicodedata.category(c) in ("Cc", "Cs") for c in text):
        raise Implausible(f"{what} has characters that are none")


def _day(day: date, what: str, today: date) -> None:
    if day > today:
        raise Implausible(f"the day of {what} is in the future")
    if day < EARLIEST:
        raise Implausible(f"the day of {what} is before 2000")
