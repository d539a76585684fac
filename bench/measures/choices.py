"""One choice carried to Mailchimp: calls there and to AWS, against the one call that changes a member."""

from __future__ import annotations

import time
from collections.abc import Iterator, Sequence

from bench.figures import Figure, exactly, within
from bench.history import told_by_stripe
from bench.instructions import Say
from bench.measures.units import fold_stream, wire
from bench.shop import Shop, Worked
from bench.telling import stripe_event

_DAY = 86_400


def measure(shop: Shop, say: Say) -> Iterator[Figure]:
    say("one choice, carried to Mailchimp")
    now = int(time.time())
    consent = _chosen(shop, "checkout.session.completed", now - 2 * _DAY)
    settled = _settled(shop)
    refusal = _chosen(shop, "checkout.session.completed.unticked", now - _DAY)
    # read, asked whether people confirm, added, read back
    yield _choice("a box ticked at the checkout", consent, "PUT", 4)
    # read, changed, read back
    yield _choice("a box left unticked by a subscriber", refusal, "PATCH", 3)
    for name, worked in (("a consent", consent), ("a refusal", refusal)):
        yield Figure(
            f"{name}: AWS calls",
            f"{len(worked.calls)}, {worked.writes} WCU, {worked.reads:,.0f} RCU",
            run=f"looked at, queued, folded anew, three facts (asked, read, seen): {worked.actions()}",
        )
    yield exactly(
        "a person with nothing to do: AWS calls",
        len(settled.calls),
        1,
        run=f"our own words about them come around once more: {settled.actions()}",
    )
    yield exactly(
        "a person with nothing to do: calls to Mailchimp", sum(settled.mailchimp.values()), 0, run="the same"
    )


def _chosen(shop: Shop, event: str, at: int) -> Worked:
    """A choice is told, folded, and followed. Only the following is counted."""
    fact = told_by_stripe(stripe_event(event, purchase=f"Choice{at}", at=at), at)
    shop.aws.load("ledger", [wire(fact)])
    fold_stream(shop.aws, [fact])
    return shop.follow()


def _settled(shop: Shop) -> Worked:
    """What following wrote is folded, and comes around."""
    shop.fold()
    worked = shop.follow()
    if shop.aws.written("ledger"):
        raise AssertionError("following never ends")
    return worked


def _choice(what: str, worked: Worked, verb: str, most: int) -> Figure:
    changed = [count for route, count in worked.mailchimp.items() if route.startswith(verb)]
    if changed != [1]:
        raise AssertionError(f"{what}: {worked.mailchimp}")
    made = sum(worked.mailchimp.values())
    return within(
        f"{what}: calls to Mailchimp",
        made,
        most,
        f"{made} (floor 1)",
        bound=str(most),
        run=", ".join(f"{count} {_shortened(route)}" for route, count in _ordered(worked)),
    )


def _ordered(worked: Worked) -> Sequence[tuple[str, int]]:
    return sorted(worked.mailchimp.items())


def _shortened(route: str) -> str:
    return route.replace("/3.0/lists/{list_id}", "…")
