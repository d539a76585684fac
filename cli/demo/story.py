"""The story: what happens at the shop's providers, scene by scene. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cli.demo.stage import Stage
from privacy.domain.clocks import PARIS, add_years

CAMILLE = "camille.durand@example.fr"
BENOIT = "benoit.martin@example.fr"
CHLOE = "chloe.petit@example.fr"
DAVID = "david.leroy@example.fr"
EMMA = "emma.bernard@example.fr"
PEOPLE = (CAMILLE, BENOIT, CHLOE, DAVID, EMMA)


@dataclass(frozen=True)
class Scene:
    """One thing that happens. rule: what the promises or the edge cases want of us then."""

    what: str
    rule: str
    act: Callable[[Stage], str]


def _at(provider: str, act: str, **arguments: Any) -> Callable[[Stage], str]:
    return lambda stage: stage.act(provider, act, **arguments)


def _at_while_workers_die(provider: str, act: str, **arguments: Any) -> Callable[[Stage], str]:
    return lambda stage: stage.act_and_kill(provider, act, **arguments)


def scenes(today: date) -> tuple[Scene, ...]:
    """The story as of a day in Paris: somebody's three years end on that very day."""
    three_years_ago = datetime.combine(add_years(today, -3), time(10), PARIS).isoformat()
    return (
        Scene(
            "Chloé subscribed to the newsletter three years ago, and never ordered",
            "P33 E131",
            _at("mailchimp", "signup", email=CHLOE, at=three_years_ago),
        ),
        Scene(
            "Camille fills in the newsletter form; Mailchimp's word is read back",
            "P19 G3",
            _at("mailchimp", "signup", email=CAMILLE),
        ),
        Scene(
            "Camille buys for 80 €; Stripe delivers everything twice and shuffled",
            "P4 E119",
            _at("stripe", "checkout", email=CAMILLE, amount=8000, box="ticked", copies=2, shuffle=True),
        ),
        Scene(
            "Benoît buys as a guest by bank debit, and leaves the box unticked",
            "P35 E127",
            _at(
                "stripe",
                "checkout",
                email=BENOIT,
                name="Benoît Martin",
                amount=4500,
                box="unticked",
                method="sepa_debit",
                customer="guest",
            ),
        ),
        Scene("Benoît's debit arrives", "A5", _at("stripe", "pay_async", of=BENOIT)),
        Scene("somebody imports David into the audience", "E120", _at("mailchimp", "import", email=DAVID)),
        Scene("a stranger forges, replays and floods", "E119", Stage.forge),
        Scene("Benoît's bank disputes the charge", "E100", _at("stripe", "dispute_open", of=BENOIT)),
        Scene(
            "Camille gets half of her money back", "E142", _at("stripe", "refund", of=CAMILLE, amount=4000)
        ),
        Scene(
            "Camille clicks “unsubscribe” in a newsletter",
            "P20 E118",
            _at("mailchimp", "unsubscribe", email=CAMILLE),
        ),
        Scene(
            "Emma orders for 150 €, and every worker dies in the middle",
            "G35",
            _at_while_workers_die(
                "stripe", "checkout", email=EMMA, name="Emma Bernard", amount=15000, copies=2
            ),
        ),
    )
