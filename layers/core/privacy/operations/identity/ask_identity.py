"""Ask: whoever wrote for themselves is sent a challenge, or their request is begun where none is needed (T7, T15).

The challenge goes to the address that wrote, whether or not anything is held there: the same letter, which says
nothing. Somebody who answers it has shown that they read that mailbox, and only what is known of that mailbox is
theirs. Which other address on file is to be asked instead, a person says.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime

from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.identity import asking
from privacy.domain.request import Request
from privacy.domain.request_effects import Effect, to_be_asked
from privacy.domain.request_steps import Kind, Said, Step
from privacy.ports import PeopleStore


def on_file(address: str, people: PeopleStore, pseudonyms: Pseudonyms) -> bool:
    """Whether the address is somebody's of whom we hold anything."""
    try:
        identifiers = pseudonyms.emails(address)
    except InvalidAddress:
        return False
    return any(pointer.person is not None for pointer in people.pointers(identifiers).values())


def fact_digest(pseudonyms: Pseudonyms, case: str) -> Callable[..., str]:
    """Of a fact that somebody may show, in one case: nothing can be learnt from it, and nothing compared."""
    return lambda kind, value: pseudonyms.digest("identity_fact", case, kind, value)


def questions(request: Request, effect: Effect, *, known: Callable[[str], bool], now: datetime) -> list[Step]:
    """The steps that ask, or begin. Empty where somebody else asked meanwhile. known: addresses on file."""
    items = to_be_asked(request)
    if not items:
        return []
    about = asking(request, items, on_file=known(request.address))
    steps = []
    if about.begun:
        steps.append(Step(Kind.BEGUN, now, cause=effect.id, said={"items": about.begun}))
    if about.asked:
        said: dict[str, Said] = {
            "items": about.asked,
            "level": "L1",
            "doubt": bool(about.doubt),
            "reason": ",".join(about.doubt),
        }
        steps.append(Step(Kind.IDENTITY_ASKED, now, cause=effect.id, said=said))
    return steps
