"""Carry out what a person approved, and write down what came of it (T17, T18).

Each plan (`DRAFTED.plan`) is carried out by a function of its own, which the composition root names
(bootstrap/answers.py). Doing it again changes nothing: whoever dies in between comes again, and only what was done and
read back is written down, which owes the letter, and the notices to recipients (Art. 19). What would no longer come to
what was approved goes back to be drafted anew, and nothing of it is done.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import NamedTuple

from privacy.domain.article19 import Followed
from privacy.domain.policy import Periods
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import Does, Effect, effects, owed
from privacy.domain.request_steps import Kind, Said, Step
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.rights.inform_recipients import informed, written_to
from privacy.ports import RequestLog


class Carried(NamedTuple):
    """What came of it, as the letter says it. answer: by which its letters are named (domain/request_effects.ANSWERS),
    where it is not the plan itself.

    goes, stays, changes: a line each. recipients: by name, whoever was told or made to do it (Art. 19). followed: what
    providers did. address: where the letter goes, or who else is told, where that is not whoever asked.
    """

    goes: tuple[str, ...] = ()
    stays: tuple[str, ...] = ()
    changes: tuple[str, ...] = ()
    words: str = ""
    recipients: tuple[str, ...] = ()
    answer: str = ""
    address: str = ""
    followed: tuple[Followed, ...] = ()

    def said(self) -> dict[str, Said]:
        """Its words in the step ANSWERED."""
        named = {name: value for name, value in self._asdict().items() if value}
        for other in ("answer", "followed"):
            named.pop(other, None)
        return named


class PlanChanged(Exception):
    """What would be done now is not what was approved, and nothing was done. reason: why, for whoever looks again."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Approved(NamedTuple):
    """What is to be carried out. draft: the step that a person approved by its digest. at: when they did, the same at
    every attempt."""

    request: Request
    item: Item
    effect: Effect
    draft: Step

    @property
    def at(self) -> datetime:
        return self.effect.since


#: Carries one plan out, or finishes what an earlier attempt began. Raises PlanChanged, ProviderUnavailable, and what
#: the stores raise: then it comes again.
type Plan = Callable[[Approved], Carried]


class NoSuchPlan(Exception):
    """A plan that nothing carries out was approved. Says which."""


@dataclass(frozen=True, slots=True)
class Carrying:
    """What it takes. plans: by name, each built where it is used."""

    log: RequestLog
    periods: Periods
    plans: Mapping[str, Callable[[], Plan]]
    now: Callable[[], datetime]


def carry_out(request_id: str, effect_id: str, carrying: Carrying) -> str:
    """What became of it: done | changed | not_owed.

    Raises NoSuchRequest, NoSuchPlan, and what keeps the plan from being carried out: the message comes again.
    """
    approved = _approved(read_request(request_id, carrying.log), effect_id)
    if approved is None:
        return "not_owed"
    plan = approved.draft.text("plan")
    if plan not in carrying.plans:
        raise NoSuchPlan(plan)
    try:
        carried = carrying.plans[plan]()(approved)
    except PlanChanged as changed:
        _append(approved, _sent_back(approved, changed.reason, carrying.now()), carrying)
        return "changed"
    _append(approved, _answered(approved, carried, carrying.now()), carrying)
    return "done"


def _approved(request: Request, effect_id: str) -> Approved | None:
    """None where it was done, or contradicted, in the meantime."""
    effect = effects(request).get(effect_id)
    if effect is None or effect.does is not Does.CARRY_OUT or effect not in owed(request):
        return None
    item, draft = request.item(effect.about), request.draft(effect.about)
    return Approved(request, item, effect, draft) if item is not None and draft is not None else None


def _answered(approved: Approved, carried: Carried, now: datetime) -> list[Step]:
    effect = approved.effect.id
    said: dict[str, Said] = {
        "items": (approved.item.id,),
        "effect": effect,
        "plan": carried.answer or approved.draft.text("plan"),
    }
    if told := (*carried.recipients, *written_to(approved.draft)):
        said["recipients"] = told
    answered = Step(Kind.ANSWERED, now, cause=effect, said=carried.said() | said)
    return [*informed(approved.item, approved.draft, carried.followed, effect, now), answered]


def _sent_back(approved: Approved, reason: str, now: datetime) -> list[Step]:
    """The approval is spent: the next draft needs one of its own."""
    effect = approved.effect.id
    spared = Step(Kind.SPARED, now, cause=effect, said={"effect": effect, "reason": reason})
    back = Step(Kind.SENT_BACK, now, cause=effect, said={"items": (approved.item.id,), "reason": reason})
    return [spared, back]


def _append(approved: Approved, steps: list[Step], carrying: Carrying) -> None:
    """Once, whoever else did it meanwhile."""

    def decide(request: Request) -> list[Step]:
        return steps if approved.effect.id in {effect.id for effect in owed(request)} else []

    append_steps(approved.request.id, decide, log=carrying.log, periods=carrying.periods)
