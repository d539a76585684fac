"""Who approves what was drafted as an answer (docs/rules.md, T16, T17), and who is told that it waits.

Staff approve what may be sent again; the DPO what harms somebody if it is wrong and cannot be taken back.
"""

from __future__ import annotations

from collections.abc import Iterable

from privacy.domain.clocks import paris_day
from privacy.domain.request import Item, Request, State
from privacy.domain.request_fold import concerned
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.domain.searched import NO_DATA

OF_THE_DPO = frozenset({Right.ERASURE, Right.HEIR_REQUEST})
#: By which word a notice says who has to approve.
FOR_STAFF, FOR_DPO = "for_staff", "for_dpo"
#: Somebody has looked at what was drafted before.
_LOOKED = frozenset({Kind.APPROVED, Kind.SENT_BACK, Kind.FOUND_NOTHING})


def dpo_approves(request: Request, items: Iterable[Item]) -> bool:
    return Flag.MINOR in request.flags or any(item.right in OF_THE_DPO for item in items)


def calls_for(request: Request, number: int) -> str:
    """FOR_STAFF or FOR_DPO, where somebody is to be told that the draft of that step waits; empty where nobody is.

    Whoever drafted it and may approve it knows. Of one case each of the two is told once a day, and again once
    somebody has looked at a draft (T16). Only what came before the step counts: what is owed once stays owed.
    """
    day = paris_day(request.steps[number - 1].at)
    told: set[str] = set()
    minor = False
    called = ""
    for step in request.steps[:number]:
        if step.text("flag") == Flag.MINOR:
            minor = step.kind is Kind.FLAGGED
        if paris_day(step.at) != day:
            continue
        if step.by.human and step.kind in _LOOKED:
            told.clear()
        if step.kind is Kind.DRAFTED:
            called = _called(request, step, minor=minor)
            called = "" if called in told else called
            told.add(called)
    return called


def _called(request: Request, draft: Step, *, minor: bool) -> str:
    of_the_dpo = minor or any(item.right in OF_THE_DPO for item in concerned(request, draft))
    for_dpo = of_the_dpo and draft.text("plan") != NO_DATA
    if draft.by.role == "dpo" or (draft.by.human and not for_dpo):
        return ""
    return FOR_DPO if for_dpo else FOR_STAFF


def waits(request: Request, draft: Step) -> bool:
    """Whether nobody has approved it yet, or sent it back."""
    return any(item.state is State.AWAITING_APPROVAL for item in concerned(request, draft))
