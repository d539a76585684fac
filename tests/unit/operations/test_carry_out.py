"""What was approved is carried out, and written down once (T17, T18)."""

from __future__ import annotations

import pytest

from privacy.domain.request import Request, State
from privacy.domain.request_effects import Progress, effects
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.inbound.batch import BatchRecord, MalformedRecord
from privacy.inbound.carrying_out import carry_out as taken
from privacy.operations.rights.carry_out import (
    Approved,
    Carried,
    Carrying,
    NoSuchPlan,
    Plan,
    PlanChanged,
    carry_out,
)
from privacy.ports import ProviderUnavailable
from tests.requesting import CASE, DPO, POLICY, Desk, asks, mail, step


def approved() -> Desk:
    """A case whose erasure the DPO approved."""
    desk = Desk()
    desk.brings(mail(), asks(Right.ERASURE))
    desk.does(step(Kind.IDENTITY_VERIFIED, "2026-11-23T09:00", DPO, level="L1", reason="seen"))
    desk.does(step(Kind.DRAFTED, "2026-11-23T09:01", plan="erasure", digest="d1", items=("erasure",)))
    desk.does(step(Kind.NOTED, "2026-11-23T09:02", DPO, text="looked at"))
    desk.does(step(Kind.APPROVED, "2026-11-23T09:03", DPO, items=("erasure",), digest="d1"))
    return desk


def carrying(desk: Desk, plan: Plan) -> Carrying:
    return Carrying(desk.log, POLICY.periods, {"erasure": lambda: plan}, lambda: desk.now)


def effect_of(request: Request) -> str:
    return next(id_ for id_ in effects(request) if id_.startswith("carry_out-"))


def test_what_was_done_is_answered_once() -> None:
    desk, seen = approved(), list[Approved]()

    def plan(asked: Approved) -> Carried:
        seen.append(asked)
        return Carried(goes=("R4",), stays=("R1",), answer="erased_partial")

    effect = effect_of(desk.case())
    assert carry_out(CASE, effect, carrying(desk, plan)) == "done"
    assert carry_out(CASE, effect, carrying(desk, plan)) == "not_owed"
    (asked,) = seen
    assert asked.draft.text("digest") == "d1"
    assert asked.at == desk.case().steps[asked.effect.step - 1].at
    last = desk.case().steps[-1]
    assert (last.kind, last.text("plan"), last.texts("goes")) == (Kind.ANSWERED, "erased_partial", ("R4",))
    assert desk.case().item("erasure").state is State.ANSWERED  # type: ignore[union-attr]


def test_what_would_be_done_otherwise_goes_back_and_its_approval_is_spent() -> None:
    desk = approved()

    def plan(_: Approved) -> Carried:
        raise PlanChanged("an order came in")

    effect = effect_of(desk.case())
    assert carry_out(CASE, effect, carrying(desk, plan)) == "changed"
    request = desk.case()
    assert request.item("erasure").state is State.IN_PROGRESS  # type: ignore[union-attr]
    assert effects(request)[effect].progress is Progress.SPARED
    desk.does(step(Kind.DRAFTED, "2026-11-23T10:00", plan="erasure", digest="d2", items=("erasure",)))
    desk.does(step(Kind.APPROVED, "2026-11-23T10:01", DPO, items=("erasure",), digest="d2"))
    assert carry_out(CASE, effect, carrying(desk, plan)) == "not_owed"


def test_what_could_not_be_done_is_owed_as_before() -> None:
    desk = approved()

    def plan(_: Approved) -> Carried:
        raise ProviderUnavailable("mailchimp: away")

    effect = effect_of(desk.case())
    with pytest.raises(ProviderUnavailable):
        carry_out(CASE, effect, carrying(desk, plan))
    assert effects(desk.case())[effect].progress is Progress.OWED


def test_a_plan_that_nothing_carries_out_is_told() -> None:
    desk = approved()
    with pytest.raises(NoSuchPlan, match="erasure"):
        carry_out(CASE, effect_of(desk.case()), Carrying(desk.log, POLICY.periods, {}, lambda: desk.now))


def test_a_message_names_a_case_and_an_effect() -> None:
    desk = approved()
    work = carrying(desk, lambda _: Carried(answer="erased"))
    with pytest.raises(MalformedRecord):
        taken(BatchRecord("1", body={"request": CASE}), work)
    taken(BatchRecord("2", body={"request": CASE, "effect": effect_of(desk.case())}), work)
    assert desk.case().steps[-1].kind is Kind.ANSWERED
