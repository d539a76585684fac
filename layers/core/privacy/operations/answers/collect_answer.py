"""Collect: whoever has the link of an answer and its code is led to the package, for a minute, as often as they need.

Looking at the page changes nothing: mail scanners open every link. Each try is counted before it is judged, so that
many at once are no more than five; a right one is taken back. What is handed out is read through first: it goes only if
it is, byte for byte, what was approved. Each time is a step of the case. An answer that went astray is closed by the
case itself (operations/answers/close_answers.py), so that no letter's link opens it any more, sent again or not.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from privacy.domain.policy import Policy
from privacy.domain.request import Item, Request
from privacy.domain.request_steps import Flag, Kind, Step, step_of
from privacy.domain.verified_addresses import about_another
from privacy.operations.answers.answer_code import CODE, MOST_TRIES, code_digest
from privacy.operations.answers.pack_answer import intact
from privacy.operations.letters.letter_links import ANSWER, token_digest
from privacy.operations.requests.append_steps import NoSuchRequest, append_steps, read_request
from privacy.ports import RequestLog
from privacy.ports.answers import PackageStore
from privacy.ports.tokens import Token, Tokens

#: Seconds for which a link leads to the package itself.
LINK_LIVES = 60
#: How often one answer is handed out: nobody needs more, and each time is a step that is kept.
MOST_COLLECTED = 20
#: Why a case is put before a person whose package is not what was approved.
BROKEN = "package_broken"


@dataclass(frozen=True, slots=True)
class Collecting:
    """What collecting takes."""

    tokens: Tokens
    log: RequestLog
    packages: PackageStore
    policy: Policy
    now: Callable[[], datetime]


class Waiting(NamedTuple):
    """An answer that lies ready. letter: the effect by which its link went. draft: what was approved."""

    request: Request
    item: Item
    draft: Step
    letter: str

    @property
    def about_another(self) -> bool:
        """Whether the reader wrote for somebody else, whose data these are."""
        return about_another(self.request, self.draft.text("address") or self.request.address)


class Collected(NamedTuple):
    """link: leads to the package for a minute."""

    link: str


class WrongCode(NamedTuple):
    """left: how often somebody may try yet."""

    left: int


class PackageBroken(Exception):
    """What lies there is not what was approved: nobody gets it, and a person is told."""


def waiting(secret: str, by: Collecting) -> Waiting | None:
    """What the link leads to; None where it is worth nothing. Changes nothing."""
    token = by.tokens.get(token_digest(secret))
    if token is None or token.tries >= MOST_TRIES or not _is_for(ANSWER, token, by):
        return None
    id_, _, letter = token.about.partition("/")
    try:
        request = read_request(id_, by.log)
    except NoSuchRequest:
        return None
    number = step_of(letter)
    if request.minimum is not None or not 0 < number <= len(request.steps):
        return None
    answered = request.steps[number - 1]
    item = next((item for item in request.items if item.id in answered.texts("items")), None)
    draft = request.draft(item.id) if item is not None else None
    if (
        answered.kind is not Kind.ANSWERED
        or item is None
        or draft is None
        or request.answer_closed(item.id, number)
        or _collected(request, item) >= MOST_COLLECTED
    ):
        return None
    return Waiting(request, item, draft, letter)


def collect(secret: str, typed: str, by: Collecting) -> Collected | WrongCode | None:
    """None: the link is worth nothing, or not any more.

    Raises PackageBroken, RequestConflict, ProviderUnavailable.
    """
    found, digest = waiting(secret, by), token_digest(secret)
    tried = by.tokens.tried(digest, by.now()) if found is not None else None
    if found is None or tried is None or tried.tries > MOST_TRIES:
        return None
    code = by.tokens.get(code_digest(secret, typed))
    if code is None or not _is_for(CODE, code, by):
        return WrongCode(MOST_TRIES - tried.tries)
    by.tokens.not_in_vain(digest, by.now())
    if not intact(found.draft.text("name"), found.draft.text("digest"), by.packages):
        _put_before_a_person(found, by)
        raise PackageBroken
    if not _written_down(found, by):
        return None
    return Collected(by.packages.link(found.draft.text("name"), LINK_LIVES))


def _is_for(purpose: str, token: Token, by: Collecting) -> bool:
    return token.purpose == purpose and token.expires_at > by.now()


def _collected(request: Request, item: Item) -> int:
    return sum(step.kind is Kind.COLLECTED and item.id in step.texts("items") for step in request.steps)


def _written_down(found: Waiting, by: Collecting) -> bool:
    """Not where the answer was closed a moment ago (E115)."""
    since = step_of(found.letter)
    collected = Step(Kind.COLLECTED, by.now(), cause=found.letter, said={"items": (found.item.id,)})

    def decide(request: Request) -> list[Step]:
        return [] if request.answer_closed(found.item.id, since) else [collected]

    after = append_steps(found.request.id, decide, log=by.log, periods=by.policy.periods)
    return after.steps[-1] is collected


def _put_before_a_person(found: Waiting, by: Collecting) -> None:
    if BROKEN not in found.request.flags.get(Flag.NEEDS_HUMAN, ()):
        said = {"flag": Flag.NEEDS_HUMAN.value, "reason": BROKEN}
        _append(found, [Step(Kind.FLAGGED, by.now(), cause=found.letter, said=said)], by)


def _append(found: Waiting, steps: list[Step], by: Collecting) -> None:
    append_steps(found.request.id, lambda _: steps, log=by.log, periods=by.policy.periods)
