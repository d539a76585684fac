"""Reach: the address and the link of a renewal letter, at the moment when it goes; none where it is not true any more.

A letter's record holds no address: who withdrew, stayed, ordered or went meanwhile is written to no more.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from privacy.domain.clocks import PARIS, paris_day
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.membership import Standing
from privacy.domain.renewal import Renewal
from privacy.operations.consent.choose import CHOICES, DAYS
from privacy.operations.consent.stay_subscribed import STAY, token_digest
from privacy.operations.letters.compose_letter import Link
from privacy.operations.people.person_summary import standings_in
from privacy.ports import PeopleStore
from privacy.ports.tokens import Token, Tokens

CHOICES_FOR = timedelta(days=DAYS)


class Reached(NamedTuple):
    """To whom a letter goes that answers nobody, the page that it leads to, and the page that ends it all."""

    address: str
    link: Link
    choices: Link


@dataclass(frozen=True, slots=True)
class MailboxReach:
    """What it takes. pages: the address of our pages, without a slash at its end."""

    people: PeopleStore
    tokens: Tokens
    pseudonyms: Callable[[], Pseudonyms]
    pages: str
    now: Callable[[], datetime]

    def reach(self, renewal: Renewal) -> Reached | None:
        """The link's token is kept first. The same letter always has the same link."""
        standing = self._standing(renewal.mailbox)
        if standing is None or standing.address is None or standing.until != renewal.ends_on:
            return None
        if not standing.may_market(paris_day(self.now())):
            return None
        secret = self.pseudonyms().token(STAY, renewal.mailbox, renewal.ends_on.isoformat())
        token = Token(STAY, renewal.mailbox, standing.home, _beginning_of(renewal.ends_on))
        self.tokens.issue(token_digest(secret), token)
        stay, choices = Link(f"{self.pages}/stay/{secret}"), self._choices(renewal)
        return Reached(standing.address, stay, choices)

    def _choices(self, renewal: Renewal) -> Link:
        """It outlasts the permission: whoever finds the letter late can still say no."""
        secret = self.pseudonyms().token(CHOICES, renewal.mailbox, renewal.ends_on.isoformat())
        token = Token(CHOICES, renewal.mailbox, None, _beginning_of(paris_day(self.now()) + CHOICES_FOR))
        self.tokens.issue(token_digest(secret), token)
        return Link(f"{self.pages}/choices/{secret}")

    def _standing(self, mailbox: str) -> Standing | None:
        """As the projection has it: the letter was decided from the facts a moment ago."""
        pointer = self.people.pointers([mailbox]).get(mailbox)
        if pointer is None or pointer.person is None:
            return None
        standings = standings_in(self.people.summary(pointer.person))
        return next((each for each in standings if each.mailbox == mailbox), None)


def _beginning_of(day: date) -> datetime:
    """The first instant of the day in Paris."""
    return datetime.combine(day, time(), PARIS).astimezone(UTC)
