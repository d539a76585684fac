"""Whether a step may be taken: by whom, and from where (docs/rules.md, T1-T23). What else each asks: request_guards.py.

Everybody asks here, the software and operators alike, with the request as it stands; whoever loses a race against
another step asks again.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping

from privacy.domain.request import LETTERS_ALONE, Request, State
from privacy.domain.request_fold import ITEM_MOVES, after, concerned
from privacy.domain.request_guards import GUARDS, IllegalTransition
from privacy.domain.request_steps import ActingRole, Kind, Step


def take(request: Request, steps: Iterable[Step]) -> Request:
    """The request after these steps, each of which may be taken. Raises IllegalTransition."""
    for step in steps:
        admit(request, step)
        request = after(request, step)
    return request


def admit(request: Request, step: Step) -> None:
    """Raises IllegalTransition where the step may not be taken now, or not by them."""
    if request.minimum is not None:
        raise IllegalTransition("the case was reduced to its minimum (R11): nothing more happens in it")
    if step.kind not in _FIRST and not request.messages and request.is_a_case:
        raise IllegalTransition("there is no such request")
    if not request.is_a_case and step.kind not in _OF_A_LETTER | LETTERS_ALONE:
        raise IllegalTransition("that is a letter of ours, and no case")
    _by_whom(step)
    move = ITEM_MOVES.get(step.kind)
    if move is not None:
        _items(request, step, move.before | move.named if step.texts("items") else move.before)
    guard = GUARDS.get(step.kind)
    if guard is not None:
        guard(request, step)


#: What a case begins with, and a letter that belongs to none.
_FIRST = LETTERS_ALONE | {Kind.RECEIVED}
#: What may happen to such a letter.
_OF_A_LETTER = frozenset({
    Kind.CLAIMED, Kind.RELEASED, Kind.SPARED, Kind.LETTER_SENT, Kind.LETTER_DELIVERED, Kind.LETTER_BOUNCED,
    Kind.LETTER_COMPLAINED, Kind.LETTER_REJECTED, Kind.LETTER_SILENT, Kind.FLAGGED, Kind.UNFLAGGED, Kind.NOTED,
    Kind.REDUCED,
})  # fmt: skip


def _by_whom(step: Step) -> None:
    """What staff may do the DPO may; what only people may do the software never does."""
    allowed = _HANDS.get(step.kind, _ANYBODY)
    if step.by.role in allowed:
        return
    if not step.by.human:
        raise IllegalTransition(f"{step.kind} is for a person to decide, never for the software")
    if step.by.role == "staff" and "dpo" in allowed:
        raise IllegalTransition(f"{step.kind} is for the DPO to decide")
    raise IllegalTransition(f"{step.kind} is the software's own step")


_ANYBODY: frozenset[ActingRole] = frozenset({"auto", "staff", "dpo"})
_PEOPLE: frozenset[ActingRole] = frozenset({"staff", "dpo"})
_DPO: frozenset[ActingRole] = frozenset({"dpo"})
_SOFTWARE: frozenset[ActingRole] = frozenset({"auto"})

_HANDS: Mapping[Kind, frozenset[ActingRole]] = {
    Kind.UNFLAGGED: _PEOPLE,
    Kind.NOTED: _PEOPLE,
    Kind.MERGED: _PEOPLE,
    Kind.CLARIFICATION_ASKED: _PEOPLE,
    Kind.CLOSED_UNIDENTIFIED: _PEOPLE,
    Kind.IDENTITY_INSUFFICIENT: _PEOPLE,
    Kind.MANDATE_ACCEPTED: _PEOPLE,
    Kind.FOUND_NOTHING: _PEOPLE,
    Kind.APPROVED: _PEOPLE,
    Kind.WITHDRAWN: _PEOPLE,
    Kind.HOLD_PLACED: _PEOPLE,
    Kind.HOLD_LIFTED: _PEOPLE,
    Kind.EXTENDED: _DPO,
    Kind.REFUSED: _DPO,
    Kind.HEIR_PROOF_ASKED: _DPO,
    Kind.HEIR_PROOF_ACCEPTED: _DPO,
    Kind.FEE_ASKED: _DPO,
    Kind.LIFT_ANNOUNCED: _DPO,
    Kind.HONOURED: _SOFTWARE,
    Kind.DOCUMENTS_CUT: _SOFTWARE,
    Kind.CLAIMED: _SOFTWARE,
    Kind.SPARED: _SOFTWARE,
    Kind.ANSWERED: _SOFTWARE,
    Kind.COLLECTED: _SOFTWARE,
    Kind.LETTER_SENT: _SOFTWARE,
    Kind.LETTER_DELIVERED: _SOFTWARE,
    Kind.LETTER_BOUNCED: _SOFTWARE,
    Kind.LETTER_COMPLAINED: _SOFTWARE,
    Kind.LETTER_REJECTED: _SOFTWARE,
    Kind.LETTER_SILENT: _SOFTWARE,
    Kind.RENEWAL_OFFERED: _SOFTWARE,
    Kind.REVIEW_CALLED: _SOFTWARE,
    Kind.BREACH_CALLED: _SOFTWARE,
    Kind.GAPS_CALLED: _SOFTWARE,
    Kind.REDUCED: _SOFTWARE,
}


def _items(request: Request, step: Step, before: frozenset[State]) -> None:
    named = step.texts("items")
    missing = [id_ for id_ in named if request.item(id_) is None]
    if missing:
        raise IllegalTransition(f"the case has no {', '.join(missing)}")
    about = concerned(request, step, before)
    wrong = [f"{item.id} is {item.state}" for item in about if item.state not in before]
    if wrong:
        raise IllegalTransition(f"{step.kind}: {', '.join(wrong)}")
    if not about:
        raise IllegalTransition(f"{step.kind}: nothing in this case is {' or '.join(sorted(before))}")
