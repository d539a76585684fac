"""Histories of one thing done again and again: where the work might grow faster than the facts."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import urlencode

from bench.history import FIRST, read_back, told_by_mailchimp, told_by_stripe
from bench.telling import BUYER, stripe_event
from privacy.domain.facts import Fact

OTHER = "camille.martin@example.fr"
MINUTE = 60


def address_changed(facts: int) -> Iterator[Fact]:
    """From one address to the other and back, each change read back."""
    for n in range(facts):
        at = FIRST + n * MINUTE
        old, new = (BUYER, OTHER) if n % 4 < 2 else (OTHER, BUYER)
        yield read_back(at, new) if n % 2 else told_by_mailchimp(_moved(old, new, at), at)


def _moved(old: str, new: str, at: int) -> bytes:
    fired_at = datetime.fromtimestamp(at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    fields = {"type": "upemail", "fired_at": fired_at, "data[list_id]": "a6b5da1054"}
    return urlencode(fields | {"data[old_email]": old, "data[new_email]": new}).encode()


def refunded_in_parts(facts: int) -> Iterator[Fact]:
    """One order, a small refund a minute."""
    for n in range(facts):
        at = FIRST + n * MINUTE
        yield told_by_stripe(stripe_event("refund.created", purchase="One", again=f"{n:06}", at=at), at)


def box_ticked_and_unticked(facts: int) -> Iterator[Fact]:
    for n in range(facts):
        at = FIRST + n * MINUTE
        name = "checkout.session.completed" + (".unticked" if n % 2 else "")
        yield told_by_stripe(stripe_event(name, purchase=f"Order{n:06}", customer="One", at=at), at)


def disputed(facts: int) -> Iterator[Fact]:
    """One order, disputes opened one after another."""
    for n in range(facts):
        at = FIRST + n * MINUTE
        yield told_by_stripe(
            stripe_event("charge.dispute.created", purchase="One", again=f"{n:06}", at=at), at
        )


@dataclass(frozen=True, slots=True)
class Shape:
    """from_outside: a subscriber or a buyer can do it as often as they like."""

    name: str
    facts: Callable[[int], Iterator[Fact]]
    from_outside: bool


SHAPES = (
    Shape("address changed back and forth", address_changed, from_outside=True),
    Shape("box ticked, unticked, ticked", box_ticked_and_unticked, from_outside=True),
    Shape("one order refunded in parts", refunded_in_parts, from_outside=False),
    Shape("one order disputed again and again", disputed, from_outside=False),
)
