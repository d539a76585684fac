"""Stay: who presses the button behind a renewal letter's link opts in anew, for another three years (A3, E135, E130).

Looking at the page changes nothing: mail scanners open every link (E96). The button counts once, however often it is
pressed; whoever died in between leaves it to be pressed again. Nothing here can name anybody: the link's secret leads
to an identifier, and says nothing without our table.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.letter import Language
from privacy.domain.policy import Policy
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended, FactLedger, PeopleStore
from privacy.ports.tokens import Token, Tokens

#: What the token of a renewal letter's link is for.
STAY = "stay"
#: The place in policy/imera.toml's forms that this button is (G3).
CARRIER = "stay_page"
SOURCE = "pages"
STAYED = "pages.stay"


@dataclass(frozen=True, slots=True)
class Staying:
    """What staying takes."""

    tokens: Tokens
    people: PeopleStore
    ledger: FactLedger
    policy: Policy
    now: Callable[[], datetime]


def token_digest(secret: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def may_stay(secret: str, staying: Staying) -> bool:
    """Whether the button would do anything. Changes nothing."""
    token = staying.tokens.get(token_digest(secret))
    return token is not None and token.used_at is None and _opens(token, staying)


def stay(secret: str, language: Language, staying: Staying) -> Appended | None:
    """What became of the new opt-in; None: the link is worth nothing. language: of the words that the person read.

    Only NEW means that it was this button that did it. Raises LedgerUnavailable.
    """
    digest = token_digest(secret)
    token = staying.tokens.get(digest)
    if token is None or not _opens(token, staying):
        return None
    used = staying.tokens.use(digest, staying.now())
    if used is None or used.used_at is None:
        return None
    # from here on whoever presses again records the same fact, dated by the first press
    return record_fact(
        _opt_in(secret, used, used.used_at, language, staying), ledger=staying.ledger, policy=staying.policy
    )


def _opens(token: Token, staying: Staying) -> bool:
    """Nobody opts in anew under an identifier of which nothing is held any more: it could never be written to."""
    if token.purpose != STAY or token.expires_at <= staying.now():
        return False
    pointer = staying.people.pointers([token.identifier]).get(token.identifier)
    return pointer is not None and pointer.person is not None


def _opt_in(secret: str, token: Token, at: datetime, language: Language, staying: Staying) -> Fact:
    consent: dict[str, str | int | bool | None] = {
        "purpose": "newsletter",
        "choice": "granted",
        "carrier": CARRIER,
        "language": language.value,
    }
    if token.audience is not None:
        consent["audience"] = token.audience
    groups: dict[str, Group] = {"consent": consent}
    return Fact(
        source=SOURCE,
        event_id=f"stay-{token_digest(secret)}",
        type=STAYED,
        occurred_at=at,
        recorded_at=staying.now(),
        identifiers=(token.identifier,),
        subject=token.identifier,
        groups=groups,
        # keyed by what only the letter holds: the page needs no secret of ours
        digest=digest_of(secret.encode(), STAYED, at, groups),
    )
