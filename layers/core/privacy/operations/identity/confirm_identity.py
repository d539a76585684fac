"""Confirm: whoever presses the button behind a challenge's link reads the mailbox that it was sent to (A6, T8, E96).

Looking changes nothing: mail scanners open every link. The button counts once, however often it is pressed; whoever
died in between leaves it to be pressed again. The link's secret is bound to one letter of one case: it verifies what
that letter asked about, at the address that it went to, and nothing else.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.identity import answerable, recipient
from privacy.domain.policy import Policy
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import Effect, effects
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind, Said, Step
from privacy.operations.letters.letter_links import CHALLENGE, token_digest
from privacy.operations.requests.append_steps import append_steps
from privacy.ports import RequestLog
from privacy.ports.tokens import Token, Tokens


@dataclass(frozen=True, slots=True)
class Confirming:
    """What confirming takes."""

    tokens: Tokens
    log: RequestLog
    policy: Policy
    now: Callable[[], datetime]


def asked_by(secret: str, confirming: Confirming) -> tuple[Item, ...]:
    """The items that the button would verify; empty: the link is worth nothing. Changes nothing."""
    token = confirming.tokens.get(token_digest(secret))
    if token is None or token.used_at is not None or not _opens(token, confirming):
        return ()
    found = letter_about(token, confirming.log)
    return answerable(*found) if found is not None else ()


def confirm(secret: str, confirming: Confirming) -> tuple[Item, ...]:
    """The items that were verified by it, once; empty: the link is worth nothing, or was used.

    Raises RequestConflict after eight lost races.
    """
    digest = token_digest(secret)
    token = confirming.tokens.get(digest)
    if token is None or not _opens(token, confirming):
        return ()
    used = confirming.tokens.use(digest, confirming.now())
    found = letter_about(token, confirming.log)
    if used is None or used.used_at is None or found is None:
        return ()
    verified: tuple[Item, ...] = ()

    def decide(now: Request) -> list[Step]:
        nonlocal verified
        verified = answerable(now, found[1])
        step = proven(now, found[1], verified, method="link", at=confirming.now(), arrived_at=used.used_at)
        return [step] if verified else []

    append_steps(found[0].id, decide, log=confirming.log, periods=confirming.policy.periods)
    return verified


def proven(
    request: Request,
    effect: Effect,
    items: tuple[Item, ...],
    *,
    method: str,
    at: datetime,
    arrived_at: datetime | None,
    cause: str = "",
) -> Step:
    """That the mailbox answered the letter. method: link | reply."""
    address = recipient(request, effect)
    said: dict[str, Said] = {
        "items": tuple(item.id for item in items),
        "level": "L1",
        "method": method,
        "arrived_at": (arrived_at or at).isoformat(),
        "address": address,
    }
    return Step(Kind.IDENTITY_VERIFIED, at, cause=cause or effect.id, said=said)


def letter_about(token: Token, log: RequestLog) -> tuple[Request, Effect] | None:
    """The case and the letter that the token belongs to, as they stand; None where they are gone."""
    id_, _, effect_id = token.about.partition("/")
    request = fold(id_, log.steps(id_))
    if request.minimum is not None:
        return None
    effect = effects(request).get(effect_id)
    return (request, effect) if effect is not None else None


def _opens(token: Token, confirming: Confirming) -> bool:
    return token.purpose == CHALLENGE and token.expires_at > confirming.now()
