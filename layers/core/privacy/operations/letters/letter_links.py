"""The page that a letter of a case leads to, and what is kept so that the page knows what the link is worth.

A link's secret holds 256 bits that follow from the pepper, the case and the effect: the same letter, sent again, has
the same link. Only its SHA-256 is kept, with the case, the effect and whose mailbox it went to, until the day that the
letter names.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from typing import NamedTuple

from privacy.domain.clocks import PARIS, paris_day
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.identity import recipient
from privacy.domain.letter import Letter
from privacy.domain.request import Request
from privacy.domain.request_effects import Effect
from privacy.domain.request_steps import Kind
from privacy.operations.answers.answer_code import CODE, answer_code, code_digest
from privacy.operations.letters.compose_letter import Link, Value
from privacy.operations.letters.letter_of_effect import letter_of
from privacy.ports.tokens import Token, Tokens

#: What the tokens are for.
CHALLENGE, DOCUMENT, ANSWER = "challenge", "document", "answer"


class Page(NamedTuple):
    """purpose: the token's. path: of the page. days: the letter's own and so many more, the last of them included."""

    purpose: str
    path: str
    days: int = 7


#: Letters that lead to a page of ours.
PAGES: Mapping[Letter, Page] = {
    Letter.IDENTITY_L1: Page(CHALLENGE, "confirm"),
    Letter.IDENTITY_L3: Page(DOCUMENT, "document"),
    Letter.PARENT_PROOF_REQUEST: Page(DOCUMENT, "document"),
    Letter.ACCESS_ANSWER: Page(ANSWER, "answer"),
    Letter.PORTABILITY: Page(ANSWER, "answer"),
}


@dataclass(frozen=True, slots=True)
class LetterLinks:
    """What it takes. pages: the address of our pages, without a slash at its end."""

    tokens: Tokens
    pseudonyms: Callable[[], Pseudonyms]
    pages: str

    def values(self, request: Request, effect: Effect) -> Mapping[str, Value]:
        """What the letter is told of its link; empty where it has none. Raises NoSuchLetter."""
        letter = letter_of(effect)
        if letter is Letter.ANSWER_CODE:
            # no last day: the link may be sent again, with another one (docs/runbook.md), and the code goes on with it
            return {"code": answer_code(self.pseudonyms(), request, effect)}
        page = PAGES.get(letter)
        if page is None:
            return {}
        link = Link(f"{self.pages}/{page.path}/{self._secret(page, request, effect)}")
        return {"link": link, "valid_until": _last_day(request, effect, page)}

    def keep(self, request: Request, effect: Effect) -> None:
        """Before the letter goes. Raises NoSuchLetter, InvalidAddress."""
        page = PAGES.get(letter_of(effect))
        if page is None:
            return
        token = Token(
            purpose=page.purpose,
            identifier=self.pseudonyms().email(recipient(request, effect)),
            audience=None,
            expires_at=expiry(_sent_since(request, effect), page.days),
            about=f"{request.id}/{effect.id}",
        )
        secret = self._secret(page, request, effect)
        if page.purpose == ANSWER:
            # the code first: a link without it would open to nobody
            code = answer_code(self.pseudonyms(), request, effect)
            self.tokens.issue(code_digest(secret, code), token._replace(purpose=CODE))
        self.tokens.issue(token_digest(secret), token)

    def _secret(self, page: Page, request: Request, effect: Effect) -> str:
        again = _sent_again(request, effect)
        return self.pseudonyms().token(
            page.purpose, request.id, effect.id, *([str(len(again))] if again else [])
        )


def _sent_again(request: Request, effect: Effect) -> list[datetime]:
    """When people had it sent again."""
    return [
        step.at
        for step in request.steps
        if step.kind is Kind.RELEASED and step.by.human and step.text("effect") == effect.id
    ]


def _sent_since(request: Request, effect: Effect) -> datetime:
    return max([effect.since, *_sent_again(request, effect)])


def _last_day(request: Request, effect: Effect, page: Page) -> date:
    return paris_day(_sent_since(request, effect)) + timedelta(days=page.days)


def token_digest(secret: str) -> str:
    """What is stored of a link's secret."""
    return hashlib.sha256(secret.encode()).hexdigest()


def expiry(since: datetime, days: int) -> datetime:
    """The first instant after the last day that the letter names, in Paris."""
    ends = paris_day(since) + timedelta(days=days + 1)
    return datetime.combine(ends, time(), PARIS).astimezone(UTC)
