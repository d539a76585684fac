"""Who is told that a draft waits for approval, and how often (T16, T17)."""

from __future__ import annotations

import pytest

from privacy.domain.request import Request, State
from privacy.domain.request_effects import effects, owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import take
from privacy.domain.request_steps import AUTO, By, Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.operations.letters.letter_of_effect import letter_of
from tests.requesting import DPO, STAFF, case, step

DAY = "2026-11-23T"


def shown(*rights: Right) -> Request:
    """A case whose person was verified."""
    verified = step(Kind.IDENTITY_VERIFIED, f"{DAY}08:00", DPO, level="L1", reason="seen")
    return take(case(*rights), [verified])


def drafted(item: str, when: str = "09:00", by: By = AUTO, plan: str = "", **more: str) -> Step:
    at = when if "T" in when else DAY + when
    return step(Kind.DRAFTED, at, by, items=(item,), plan=plan or item, digest="d" + at, **more)


def notices(request: Request) -> list[str]:
    """What each says, those that are still to be sent."""
    return [effect.about for effect in owed(request) if effect.letter == "DPO_NOTICE"]


def test_t16_a_draft_of_the_software_is_told_with_who_may_approve_it() -> None:
    request = take(shown(Right.ACCESS, Right.ERASURE), [drafted("access")])
    assert notices(request) == ["for_staff"]
    [effect] = [each for each in owed(request) if each.letter == "DPO_NOTICE"]
    assert letter_of(effect).value == "notice_approval"
    assert notices(take(request, [drafted("erasure", "09:01")])) == ["for_staff", "for_dpo"]


def test_t16_that_nothing_was_found_staff_may_approve_whatever_was_asked() -> None:
    assert notices(take(shown(Right.ERASURE), [drafted("erasure", plan="no_data")])) == ["for_staff"]


def test_t16_what_concerns_a_minor_waits_for_the_dpo() -> None:
    minor = step(Kind.FLAGGED, f"{DAY}08:30", STAFF, flag=Flag.MINOR.value, reason="14")
    request = take(shown(Right.ACCESS), [minor, drafted("access")])
    assert notices(request) == ["for_dpo"]
    with pytest.raises(IllegalTransition, match="concerns a minor: that is approved by the DPO"):
        take(request, [step(Kind.APPROVED, f"{DAY}10:00", STAFF, items=("access",), digest=f"d{DAY}09:00")])


@pytest.mark.parametrize("by", [STAFF, DPO])
def test_t16_who_drafted_it_and_may_approve_it_is_not_told(by: By) -> None:
    request = take(shown(Right.RECTIFICATION), [drafted("rectification", by=by)])
    assert request.open_items[0].state is State.AWAITING_APPROVAL
    assert not notices(request)


def test_t16_what_staff_drafted_for_heirs_is_told_to_the_dpo() -> None:
    proved = [
        step(Kind.HEIR_PROOF_ASKED, f"{DAY}08:00", DPO),
        step(Kind.HEIR_PROOF_ACCEPTED, f"{DAY}08:10", DPO, reference="file 7"),
    ]
    request = take(case(Right.HEIR_REQUEST), proved)
    assert notices(take(request, [drafted("heir_request", by=STAFF, plan="heir")])) == ["for_dpo"]
    assert not notices(take(request, [drafted("heir_request", by=DPO, plan="heir")]))


def test_t16_a_day_brings_one_notice_until_somebody_has_looked() -> None:
    request = take(
        shown(Right.ACCESS, Right.PORTABILITY), [drafted("access"), drafted("portability", "09:30")]
    )
    assert notices(request) == ["for_staff"]
    back = step(Kind.SENT_BACK, f"{DAY}10:00", STAFF, items=("portability",), reason="too much")
    again = take(request, [back, drafted("portability", "10:05")])
    assert notices(again) == ["for_staff", "for_staff"]


def test_t16_the_next_day_is_another_day_in_paris() -> None:
    first = drafted("access", "2026-11-23T22:30")  # 23:30 in Paris
    request = take(
        shown(Right.ACCESS, Right.PORTABILITY), [first, drafted("portability", "2026-11-23T23:10")]
    )
    assert notices(request) == ["for_staff", "for_staff"]


def test_t16_nobody_is_told_any_more_of_what_was_approved_in_the_meantime() -> None:
    request = take(shown(Right.ACCESS), [drafted("access")])
    approved = step(Kind.APPROVED, f"{DAY}09:01", STAFF, items=("access",), digest=f"d{DAY}09:00")
    assert notices(request) == ["for_staff"]
    assert notices(take(request, [approved])) == []


def test_t16_one_notice_says_both_that_it_waits_and_that_others_may_be_in_it() -> None:
    said = {"flag": Flag.THIRD_PARTY_DATA.value, "reason": "others_in_answer"}
    at = step(Kind.DRAFTED, f"{DAY}09:00").at
    steps = [
        Step(Kind.DRAFTED, at, AUTO, "draft-4", {"items": ("access",), "plan": "access", "digest": "d"}),
        Step(Kind.FLAGGED, at, AUTO, "draft-4", said),
    ]
    request = take(shown(Right.ACCESS), steps)
    assert notices(request) == ["for_staff,others_in_answer"]


def test_t16_what_is_owed_once_stays_owed_whatever_is_flagged_later() -> None:
    request = take(shown(Right.ACCESS), [drafted("access")])
    before = {id_: each.about for id_, each in effects(request).items()}
    minor = step(Kind.FLAGGED, f"{DAY}09:30", STAFF, flag=Flag.MINOR.value, reason="14")
    after = {id_: each.about for id_, each in effects(take(request, [minor])).items()}
    assert before.items() <= after.items()
