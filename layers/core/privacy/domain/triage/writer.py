"""Who writes: for themselves, or for somebody else (E80-E84, E89, E90; F2, F4).

A role is what the words say of it; whether it is proved is asked later.
"""

from __future__ import annotations

import re
from typing import NamedTuple

from privacy.domain.triage.spelling import plain
from privacy.domain.triage.writer_words import (
    AFFAIRS,
    AGENT,
    EXECUTOR,
    FOR_CLIENTS,
    FOR_ONESELF,
    HEIR,
    HELPER,
    LAWYER,
    NO_AGENT,
    OF_SOMEBODY,
    OWN,
    OWN_DEATH,
    OWN_EXECUTOR,
    PARENT,
    PICTURED,
    SHOPPING,
    SIGNED_PARENT,
    THEIRS,
    TITLE_DOT,
    WITHDRAWN,
)
from privacy.domain.understanding import Role


class Writer(NamedTuple):
    """role, and the words that told it (None for self, which nothing has to tell)."""

    role: Role
    phrase: str | None = None


SELF = Writer(Role.SELF)


def writer_of(body: str, signature: str = "", subject: str = "") -> Writer:
    """Tell who writes from the new text, its signature and its subject."""
    low = plain(f"{subject}.\n{body}")
    flat = TITLE_DOT.sub(r"\1", " ".join(low.split()))
    executor = _executor(flat)
    if executor:
        return Writer(Role.EXECUTOR, executor)
    if FOR_ONESELF.search(flat) or (OWN.search(flat) and not THEIRS.search(flat)):
        return SELF
    agent = _agent(flat)
    parent = _first(PARENT, flat) or _pictured(flat)
    parent = parent or _first((SIGNED_PARENT,), plain(f"{body}\n{signature}").rstrip()[-200:])
    lawyer = LAWYER.search(plain(signature)) or LAWYER.search(flat[-300:]) or FOR_CLIENTS.search(flat)
    if agent and lawyer:
        return Writer(Role.AGENT, agent)
    heir = _heir(flat)
    if heir and SHOPPING.search(flat) and not AFFAIRS.search(flat):
        return SELF
    for role, phrase in ((Role.HEIR, heir), (Role.PARENT, parent), (Role.AGENT, agent)):
        if phrase:
            return Writer(role, phrase)
    return SELF


def _executor(flat: str) -> str | None:
    if OWN_DEATH.search(flat) or not OF_SOMEBODY.search(flat):
        return None
    for found in EXECUTOR.finditer(flat):
        if not OWN_EXECUTOR.search(flat[max(0, found.start() - 160) : found.start()]):
            return found.group()
    return None


def _agent(flat: str) -> str | None:
    if NO_AGENT.search(flat):
        return None
    return _first(AGENT, flat) or (_first(HELPER, flat) if THEIRS.search(flat) else None)


def _pictured(flat: str) -> str | None:
    child = PICTURED.search(flat)
    return child.group() if child and WITHDRAWN.search(flat) else None


def _heir(flat: str) -> str | None:
    if not OWN_DEATH.search(flat):
        return _first(HEIR, flat)
    return _first(HEIR[:2], OWN_DEATH.sub(" ", flat))


def _first(patterns: tuple[re.Pattern[str], ...], flat: str) -> str | None:
    return next((found.group() for pattern in patterns if (found := pattern.search(flat))), None)
