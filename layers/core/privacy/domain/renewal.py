"""The letter before a subscription or a permission ends by itself: who gets it, from which day on (A3, R5, R6, E141).

Whoever still may be sent offers and never ordered is told that their data will go; a customer, that offers stop.
"""

from __future__ import annotations

from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from privacy.domain.clocks import CUSTOMER
from privacy.domain.letter import Language, Letter

if TYPE_CHECKING:
    from privacy.domain.person import Person
    from privacy.domain.policy import Periods


class Renewal(NamedTuple):
    """One letter to one mailbox. ends_on: the first Paris day without the permission.

    language: of the page where they agreed, else of their purchases; empty where neither is ours.
    """

    mailbox: str
    ends_on: date
    letter: Letter
    language: str


def renewals(person: Person, today: date, periods: Periods) -> tuple[tuple[Renewal, str], ...]:
    """(letter, address) of each mailbox that is to be asked: from the letter's day until the last one before the end.

    A day that was missed is made up for, and moves nothing: the permission ends when it ends.
    """
    until = person.may_market_until
    if until is None or not until - timedelta(days=periods.renewal_days) <= today < until:
        return ()
    customer = person.clock.regime == CUSTOMER
    letter = Letter.RENEWAL_CUSTOMER if customer else Letter.RENEWAL_NEWSLETTER
    return tuple(
        (Renewal(standing.mailbox, until, letter, _language(person, standing.mailbox)), standing.address)
        for standing in person.standings
        if standing.may_market(today) and standing.address
    )


def _language(person: Person, mailbox: str) -> str:
    proofs = [consent.proof for consent in person.consents if consent.email == mailbox]
    locale = person.profile.get("locale")
    said = [proof.language for proof in proofs if proof is not None]
    for tag in (*said, locale.value if locale is not None else None):
        language = (tag or "").replace("_", "-").partition("-")[0].lower()
        if language in set(Language):
            return language
    return ""
