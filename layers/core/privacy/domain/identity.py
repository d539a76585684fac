"""Whose identity is asked for, and when the clock stands meanwhile (A6, A7, P28, P46).

Nobody has to prove who they are to be left alone. What hands data over or destroys them always waits for an answer from
the mailbox that it is about; everything else only where there is reasonable doubt about who writes.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import NamedTuple

from privacy.domain.rectification import other_address
from privacy.domain.request import Item, Request, State
from privacy.domain.request_effects import Effect, To
from privacy.domain.request_fold import concerned
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import AT_ONCE, Right

#: A7: whatever the sender proved. The challenge is a formality then, and the clock runs on (rules §4.5).
ALWAYS = frozenset({Right.ACCESS, Right.PORTABILITY, Right.ERASURE})
#: Stopping something is done for whoever asks (P40, G28).
NEVER = AT_ONCE | {Right.OBJECTION}

NOT_ON_FILE, NOT_AUTHENTICATED = "not_on_file", "not_authenticated"


class Asking(NamedTuple):
    """asked: ids of the items that wait for a challenge; begun: of those that need none. doubt: why there is any."""

    asked: tuple[str, ...]
    begun: tuple[str, ...]
    doubt: tuple[str, ...]


def asking(request: Request, items: Iterable[Item], *, on_file: bool) -> Asking:
    """on_file: whether we know the address that wrote as somebody's.

    A display name, a signature or a look-alike domain proves nothing, so none is looked at (E72).
    """
    items = tuple(items)
    doubt = (
        *(() if on_file else (NOT_ON_FILE,)),
        *(() if all(authenticated(request, item) for item in items) else (NOT_AUTHENTICATED,)),
    )
    asked = tuple(i.id for i in items if i.right in ALWAYS or (doubt and i.right not in NEVER))
    return Asking(asked, tuple(i.id for i in items if i.id not in asked), doubt)


def authenticated(request: Request, item: Item) -> bool:
    """DMARC's verdict on the message that asked for it; what came by another way than mail has none (E73)."""
    message = request.message(request.steps[item.step - 1].text("mail")) or request.messages[0]
    return message.dmarc == "PASS"


def recipient(request: Request, effect: Effect) -> str:
    """To whom a letter about the case goes: the address that wrote, or the one on file that is asked (E71).

    Never Reply-To, which anybody may set: data would follow it.
    """
    if effect.to is To.OTHER_ADDRESS:
        step = request.steps[effect.step - 1]
        return other_address(step.texts("changes"), told=addressed(request, step))
    if effect.to is not To.ADDRESS_ON_FILE:
        return request.address
    return addressed(request, request.steps[question_of(request, effect) - 1])


def answerable(request: Request, effect: Effect) -> tuple[Item, ...]:
    """Items for which an answer to the letter still counts: what it asked waits, and nothing else was asked since.

    A document asked for later is asked because the mailbox alone is doubted; another address is asked because this one
    is not the one on file (E71). Either leaves the letter worthless, unless it was asked besides (E79).
    """
    number = question_of(request, effect)
    question = request.steps[number - 1]
    if question.kind is not Kind.IDENTITY_ASKED:
        return ()
    ids = {item.id for item in concerned(request, question, _WAITING)}
    for later in request.steps[number:]:
        if _settles(request, question, later):
            ids -= set(later.texts("items")) or ids
    return tuple(item for item in request.items if item.id in ids and item.state in _WAITING)


def question_of(request: Request, effect: Effect) -> int:
    """The number of the step by which it was asked what the letter asks, or reminds of."""
    if request.steps[effect.step - 1].kind not in _ASKS_AGAIN:
        return effect.step
    asked = (n for n, step in enumerate(request.steps, 1) if step.kind is Kind.IDENTITY_ASKED)
    return max((number for number in asked if number < effect.step), default=effect.step)


#: What sends the last question's letter once more, or says that what came does not answer it.
_ASKS_AGAIN = frozenset({Kind.IDENTITY_REMINDED, Kind.REOPENED, Kind.IDENTITY_INSUFFICIENT})
_WAITING = frozenset({State.IDENTITY_PENDING, State.IN_PROGRESS, State.AWAITING_APPROVAL})


def _settles(request: Request, question: Step, later: Step) -> bool:
    """The question was answered, or another took its place."""
    elsewhere = addressed(request, later) != addressed(request, question)
    if later.kind is Kind.IDENTITY_VERIFIED:
        return not elsewhere
    replaced = later.text("level") == "L3" or (elsewhere and not later.holds("besides"))
    return later.kind is Kind.IDENTITY_ASKED and replaced


def whose_was_asked(request: Request) -> str:
    """The address whose data the last question was about; of heirs the dead person's. Empty: none was named."""
    for step in reversed(request.steps):
        if step.kind in {Kind.IDENTITY_ASKED, Kind.HEIR_PROOF_ASKED}:
            return step.text("address")
    return ""


def addressed(request: Request, step: Step) -> str:
    """Whose mailbox a question or a proof is about."""
    return step.text("address") or request.address
