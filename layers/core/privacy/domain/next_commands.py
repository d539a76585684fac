"""What whoever has to look at a case can do about it: the commands, by why they have to look and where the case stands.

They stand in the notice that calls a person, which is read by people who look at such a case once a month.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from privacy.domain.identity import whose_was_asked
from privacy.domain.intake import YOUNG
from privacy.domain.request import PENDING, UNDECIDED, Request, State
from privacy.domain.request_effects import TO_PROPOSE
from privacy.domain.rights import Right
from privacy.domain.understanding import Role

#: Reasons that are about who writes, or whose data they are.
_ABOUT_WHO = frozenset({"for_another", "reply", "proof", "unidentified", "whose_data", "unverified", "death"})


def next_commands(request: Request, reasons: Sequence[str], mail: str = "") -> tuple[str, ...]:
    """At least one, each once; the likeliest first. mail: the message that has to be looked at, where it is one."""
    if request.state in UNDECIDED:
        return tuple(
            f"privacy requests decide {request.id} {what}" for what in ("--right access", "--not-a-request")
        )
    found = [f"privacy requests raw {request.id} --mail {mail}"] if mail else []
    # whatever they wrote may be what we wait for
    awaited = bool(mail) and any(item.state in PENDING for item in request.open_items)
    found += _to_do(request, reasons) if awaited or _ABOUT_WHO.intersection(reasons) else ()
    found += [*_asked(request, reasons), *_untold(request, reasons), *_to_propose(request, reasons)]
    settled = f'privacy requests note {request.id} "…" --settles needs_human'
    return tuple(dict.fromkeys((*found, settled) if set(reasons) - {TO_PROPOSE, YOUNG} else found))


def _asked(request: Request, reasons: Sequence[str]) -> Iterator[str]:
    """Of a reply that nobody could tell what it asks: it may want something more, another link, or say that what we
    answered is somebody else's (G36)."""
    if "unsure" not in reasons:
        return
    directive = any(item.right is Right.POST_MORTEM_DIRECTIVE for item in request.items)
    likely = Right.POST_MORTEM_DIRECTIVE if directive else Right.ACCESS
    yield f"privacy requests decide {request.id} --add {likely.value}"
    if any(item.state is State.ANSWERED for item in request.items):
        yield f"privacy requests decide {request.id} --send-again …"
        yield f'privacy breach open "…" --request {request.id}'


#: What a person proposes of a right whose answer no software drafts (domain/drafts.py).
_PROPOSALS: Mapping[str, str] = {
    Right.RECTIFICATION: "--correct FIELD=VALUE",
    Right.RESTRICTION: "--restrict GROUND",
    Right.OBJECTION: '--stop "…"',
    Right.AUTOMATED_DECISION_REVIEW: '--review "…"',
    Right.POST_MORTEM_DIRECTIVE: '--directive "…" --consented',
    Right.HEIR_REQUEST: '--heirs "…"',
}


def proposing(case: str, item: str, right: str) -> str | None:
    """The command; `draft --help` explains its options. None: a right that the software drafts. item: its id."""
    if right not in _PROPOSALS:
        return None
    again = f" --item {item}" if item != right else ""
    return f"privacy requests draft {case}{again} {_PROPOSALS[right]}"


def _to_propose(request: Request, reasons: Sequence[str]) -> Iterator[str]:
    waiting = [item for item in request.open_items if item.state is State.IN_PROGRESS]
    for item in waiting if TO_PROPOSE in reasons else ():
        if command := proposing(request.id, item.id, item.right):
            yield command


def _untold(request: Request, reasons: Sequence[str]) -> Iterator[str]:
    """Art. 19: `preview` names whom nobody could write to."""
    if "recipient_answered" in reasons:
        yield f'privacy requests notify {request.id} … --done "…"'
    if "recipient_untold" in reasons:
        yield f"privacy requests preview {request.id}"
        yield f'privacy requests notify {request.id} … --told "…"'


def _to_do(request: Request, reasons: Sequence[str]) -> Iterator[str]:
    """To look at what came, and what the case waits for, item by item."""
    if "proof" in reasons:
        yield f"privacy requests proof {request.id}"
    if "unidentified" in reasons:
        yield f"privacy requests unidentified {request.id}"
    for item in request.open_items:
        match item.state:
            case State.MANDATE_PENDING:
                yield f'privacy requests decide {request.id} --mandate "…" --answer-to principal'
            case State.HEIR_PROOF_PENDING:
                yield f'privacy requests decide {request.id} --heir "…"'
            case State.IDENTITY_PENDING:
                about = "" if request.role is Role.SELF or whose_was_asked(request) else " --address …"
                yield f'privacy requests verify {request.id} --level …{about} --reason "…"'
                yield f'privacy requests reject-proof {request.id} --missing "…"'
            case State.OPEN | State.IN_PROGRESS:
                yield from _who_asks(request)
            case _:
                pass


def _who_asks(request: Request) -> Iterator[str]:
    match request.role:
        case Role.HEIR | Role.EXECUTOR:
            yield f"privacy requests decide {request.id} --death …"
        case Role.PARENT | Role.AGENT:
            yield f'privacy requests identify {request.id} --level L3 --reason "…"'
            yield f'privacy requests verify {request.id} --level L3 --address … --reason "…"'
        case Role.SELF:
            yield f"privacy requests identify {request.id} --address …"
