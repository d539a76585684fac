"""The story: what happens at the shop's providers, chapter by chapter. Everybody in it is made up."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time
from typing import Any

from cli.demo import correspondence
from cli.demo.stage import Stage
from privacy.domain.clocks import PARIS, add_years

CAMILLE = "camille.durand@example.fr"
CAMILLES_OTHER = "camille@example.org"
BENOIT = "benoit.martin@example.fr"
CHLOE = "chloe.petit@example.fr"
DAVID = "david.leroy@example.fr"
EMMA = "emma.bernard@example.fr"
SOPHIE = "sophie.lambert@example.fr"
KEVIN = "kevin.roux@example.fr"
LUCIE = "lucie.fournier@example.fr"
DENIS = "denis.faure@example.fr"
NINA = "nina.roche@example.fr"
TOM = "tom.baker@example.org"
PEOPLE = (CAMILLE, CAMILLES_OTHER, BENOIT, CHLOE, DAVID, EMMA)


@dataclass(frozen=True)
class Scene:
    """One thing that happens. rule: what the promises or the edge cases want of us then.

    watched: whose standing at Mailchimp is looked at once everything that follows is done.
    """

    what: str
    rule: str
    act: Callable[[Stage], str]
    watched: str | None = None


@dataclass(frozen=True)
class Chapter:
    """Scenes under a title."""

    title: str
    scenes: tuple[Scene, ...]


def _at(provider: str, act: str, **arguments: Any) -> Callable[[Stage], str]:
    return lambda stage: stage.act(provider, act, **arguments)


def _at_while_workers_die(provider: str, act: str, **arguments: Any) -> Callable[[Stage], str]:
    return lambda stage: stage.act_and_kill(provider, act, **arguments)


def _unheard(provider: str, act: str, **arguments: Any) -> Callable[[Stage], str]:
    return lambda stage: stage.act_unheard(provider, act, **arguments)


def _written(sender: str, subject: str, text: str) -> Callable[[Stage], str]:
    return lambda stage: stage.write(sender, subject, text)


def ending() -> Chapter:
    """What happens at half past three in the night, once everything else was looked at."""
    return Chapter(
        "Chloé's three years are over today",
        (
            Scene("the owner asks who goes, and why (`privacy retention plan`)", "P33", Stage.see_who_goes),
            Scene(
                "the night's run: so many of so few look like a fault, so it waits, and the owner approves",
                "E153 E131",
                lambda stage: stage.purge(CHLOE),
                CHLOE,
            ),
            Scene("what the receipts say: rules and numbers, and nobody's name", "R31", Stage.receipts),
        ),
    )


def chapters(today: date) -> tuple[Chapter, ...]:
    """The story as of a day in Paris: somebody's three years end on that very day."""

    def years_ago(years: int) -> str:
        return datetime.combine(add_years(today, -years), time(10), PARIS).isoformat()

    return (
        Chapter(
            "Day one: what Stripe and Mailchimp have of the years before",
            (
                Scene(
                    "Chloé subscribed to the newsletter three years ago, and never ordered",
                    "P33 E131",
                    _unheard("mailchimp", "signup", email=CHLOE, at=years_ago(3)),
                ),
                Scene(
                    "Emma bought for 60 € two years ago and ticked the box; Mailchimp never heard of it",
                    "A8",
                    _unheard(
                        "stripe",
                        "checkout",
                        email=EMMA,
                        name="Emma Bernard",
                        amount=6000,
                        box="ticked",
                        at=years_ago(2),
                    ),
                ),
                Scene(
                    "somebody imported David into the audience a year ago",
                    "E120",
                    _unheard("mailchimp", "import", email=DAVID, at=years_ago(1)),
                ),
                Scene(
                    "the owner reads all of it in, and sees what it would change", "A24", Stage.see_the_past
                ),
                Scene("the owner approves that", "P17 E128", Stage.approve_the_past),
            ),
        ),
        Chapter(
            "What happens at the shop, delivered as Stripe and Mailchimp deliver it",
            (
                Scene(
                    "Camille buys for 80 € and ticks the box; Stripe delivers everything twice and shuffled",
                    "P4 E119",
                    _at(
                        "stripe", "checkout", email=CAMILLE, amount=8000, box="ticked", copies=2, shuffle=True
                    ),
                    CAMILLE,
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
                    BENOIT,
                ),
                Scene("Benoît's debit arrives", "A5", _at("stripe", "pay_async", of=BENOIT)),
                Scene("a stranger forges, replays and floods", "E119", Stage.forge),
                Scene("Benoît's bank disputes the charge", "E100", _at("stripe", "dispute_open", of=BENOIT)),
                Scene(
                    "Camille gets half of her money back",
                    "E142",
                    _at("stripe", "refund", of=CAMILLE, amount=4000),
                ),
                Scene(
                    "Camille fills in Mailchimp's form with another address; its word is read back",
                    "P19 G3",
                    _at("mailchimp", "signup", email=CAMILLES_OTHER),
                    CAMILLES_OTHER,
                ),
                Scene(
                    "Camille buys again, for 30 €, and leaves the box unticked",
                    "P20 E117",
                    _at("stripe", "checkout", email=CAMILLE, amount=3000, box="unticked"),
                    CAMILLE,
                ),
                Scene(
                    "an operator says that both addresses are hers: the stricter choice counts for both",
                    "P16",
                    lambda stage: stage.merge(CAMILLE, CAMILLES_OTHER),
                    CAMILLES_OTHER,
                ),
                Scene(
                    "Emma orders for 150 €, and every worker dies in the middle",
                    "G35",
                    _at_while_workers_die("stripe", "checkout", email=EMMA, amount=15000, copies=2),
                    EMMA,
                ),
            ),
        ),
        Chapter(
            "What nobody told us",
            (
                Scene(
                    "Benoît buys for 20 € and ticks the box; Stripe's webhooks are lost",
                    "A8",
                    _unheard("stripe", "checkout", email=BENOIT, amount=2000, box="ticked", customer="guest"),
                    BENOIT,
                ),
                Scene(
                    "the daily reconciliation holds what both have against what we know",
                    "E128",
                    Stage.reconcile,
                    BENOIT,
                ),
            ),
        ),
        Chapter(
            "What people write to contact@, with any mail program",
            (
                Scene(
                    "Sophie asks what the shop knows of her",
                    "E35",
                    _written(
                        SOPHIE,
                        "Mes données",
                        "Bonjour,\n\nje souhaite savoir quelles données vous avez sur moi.\n\nSophie Lambert",
                    ),
                ),
                Scene(
                    "Kevin asks the same, as one writes to friends",
                    "E70",
                    _written(KEVIN, "slt", "slt je ve savoir kel doné vs avé sur moi"),
                ),
                Scene(
                    "Benoît answers a newsletter with one word: done at once, whoever he is",
                    "E40 P40",
                    _written(BENOIT, "Re: Les nouveautés de novembre", "STOP"),
                    BENOIT,
                ),
                Scene(
                    "Lucie asks for her parcel: that is customer service's, who get the message whole",
                    "E41",
                    _written(
                        LUCIE, "Mon colis", "Bonjour, où est mon colis ? Commande 1042.\n\nLucie Fournier"
                    ),
                ),
                Scene(
                    "Denis wants to be forgotten; the letter to him comes back, and a person is told",
                    "E66 E47",
                    lambda stage: stage.write_from_nowhere(
                        DENIS, "Droit à l'oubli", "Bonjour, supprimez-moi de vos fichiers.\n\nDenis Faure"
                    ),
                ),
            ),
        ),
        Chapter(
            "Answers: a copy, and then to be forgotten",
            (
                Scene(
                    "Nina buys for 95 € and ticks the box",
                    "P4",
                    _at("stripe", "checkout", email=NINA, name="Nina Roche", amount=9500, box="ticked"),
                    NINA,
                ),
                Scene(
                    "she wants a copy, and no more offers: these end at once, the copy asks who she is",
                    "E36 A6",
                    _written(
                        NINA,
                        "Mes données",
                        "Bonjour,\n\nje voudrais une copie de toutes mes données, et merci de ne plus m'envoyer "
                        "d'offres.\n\nNina Roche",
                    ),
                    NINA,
                ),
                Scene(
                    "she presses the button on the page of the letter: a copy is drafted, and sealed",
                    "P46 T8",
                    lambda stage: correspondence.confirm(stage, NINA),
                ),
                Scene(
                    "an operator looks at the draft, and approves exactly that",
                    "T17",
                    lambda stage: correspondence.approve(stage, NINA),
                ),
                Scene(
                    "the link comes in one letter and the code in another; she downloads her data",
                    "P36 G22",
                    lambda stage: correspondence.collect(stage, NINA),
                ),
                Scene(
                    "now she wants to be erased; Tom, who only had the newsletter, too",
                    "P38 E97",
                    lambda stage: "\n".join(
                        [
                            stage.act("mailchimp", "signup", email=TOM),
                            stage.write(
                                NINA, "Effacement", "Bonjour,\n\neffacez toutes mes données.\n\nNina Roche"
                            ),
                            stage.write(
                                TOM, "My data", "Hello,\n\nplease delete all my personal data.\n\nTom Baker"
                            ),
                        ]
                    ),
                ),
                Scene(
                    "both press their button: what goes and what stays is planned, record by record",
                    "E76 T16",
                    lambda stage: "\n".join(correspondence.confirm(stage, who) for who in (NINA, TOM)),
                ),
                Scene(
                    "the DPO approves Nina's plan by its digest; it is carried out everywhere, and read back",
                    "E97 A13",
                    lambda stage: correspondence.approve(stage, NINA),
                ),
                Scene("and Tom's", "E103", lambda stage: correspondence.approve(stage, TOM)),
                Scene(
                    "the providers are asked directly what they have of Nina",
                    "G24",
                    lambda stage: correspondence.ask_providers(stage, NINA),
                ),
                Scene("and of Tom", "G24", lambda stage: correspondence.ask_providers(stage, TOM)),
            ),
        ),
    )
