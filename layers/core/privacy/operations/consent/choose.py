"""Choose: what a letter's link lets its reader see and take back: whether we may send offers (P20, P40, E40; RFC 8058).

Looking changes nothing, since mail scanners open every link. One press withdraws, at once, however often it is pressed
and whatever was agreed to in between; a mail program may press by itself. Nothing here can name anybody: the link's
secret leads to an identifier, and says nothing without our table.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.membership import Standing
from privacy.domain.policy import Policy
from privacy.operations.letters.letter_links import token_digest
from privacy.operations.people.person_summary import standings_in
from privacy.operations.people.record_fact import record_fact
from privacy.ports import FactLedger, PeopleStore
from privacy.ports.tokens import Token, Tokens

#: What the token of such a link is for. R24: a letter's link is kept for ninety days, so it works for as long.
CHOICES = "choices"
DAYS = 90
SOURCE = "pages"
WITHDRAWN = "pages.withdrawn"


@dataclass(frozen=True, slots=True)
class Choosing:
    """What it takes."""

    tokens: Tokens
    people: PeopleStore
    ledger: FactLedger
    policy: Policy
    now: Callable[[], datetime]


def offers_are_sent(secret: str, choosing: Choosing) -> bool | None:
    """Whether we may write to the mailbox, as the projection has it; None: the link is worth nothing."""
    token = _token(secret, choosing)
    standing = _standing(token, choosing) if token is not None else None
    if standing is None:
        return None
    return standing.may_market(paris_day(choosing.now()))


def withdraw(secret: str, choosing: Choosing) -> bool:
    """Whether the consent is withdrawn now; False: the link is worth nothing. Raises LedgerUnavailable."""
    token = _token(secret, choosing)
    if token is None or _standing(token, choosing) is None:
        return False
    record_fact(_withdrawal(secret, token, choosing), ledger=choosing.ledger, policy=choosing.policy)
    return True


def _token(secret: str, choosing: Choosing) -> Token | None:
    token = choosing.tokens.get(token_digest(secret))
    if token is None or token.purpose != CHOICES or token.expires_at <= choosing.now():
        return None
    return token


def _standing(token: Token, choosing: Choosing) -> Standing | None:
    """None: nothing is held under the identifier any more, so nobody can be written to."""
    pointer = choosing.people.pointers([token.identifier]).get(token.identifier)
    if pointer is None or pointer.person is None:
        return None
    standings = standings_in(choosing.people.summary(pointer.person))
    return next((each for each in standings if each.mailbox == token.identifier), None)


def _withdrawal(secret: str, token: Token, choosing: Choosing) -> Fact:
    """One a minute, however often it is pressed; a later press counts against whatever was agreed to meanwhile."""
    now = choosing.now()
    minute = now.replace(second=0, microsecond=0)
    groups: dict[str, Group] = {
        "consent": {"purpose": "marketing", "choice": "withdrawn", "carrier": "choices_page"}
    }
    return Fact(
        source=SOURCE,
        event_id=f"withdrawn-{token_digest(secret)}-{minute:%Y%m%dT%H%M}",
        type=WITHDRAWN,
        occurred_at=now,
        recorded_at=now,
        identifiers=(token.identifier,),
        subject=token.identifier,
        groups=groups,
        # keyed by what only the letter holds: the page needs no secret of ours
        digest=digest_of(secret.encode(), WITHDRAWN, minute, groups),
    )
