"""A request's transitions: which are taken, which are refused, by whom, and with which reason (T1-T23)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.request import Request, State
from privacy.domain.request_effects import owed
from privacy.domain.request_fold import ITEM_MOVES
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import take
from privacy.domain.request_steps import AUTO, FIELDS, By, Flag, Kind, Said, Step
from privacy.domain.rights import Right
from tests.requesting import CASE, DPO, STAFF, case, opened, received, refolded, step
from tests.telling import at

ACCESS, ERASURE, RECTIFICATION = Right.ACCESS, Right.ERASURE, Right.RECTIFICATION


def refused(request: Request, *steps: Step) -> str:
    """The reason for which the last of the steps is refused."""
    *before, last = steps
    request = take(request, before)
    with pytest.raises(IllegalTransition) as told:
        take(request, [last])
    return told.value.reason


def sent(request: Request, letter: str, when: str) -> Request:
    """The letter is claimed and goes."""
    effect = next(e.id for e in owed(request) if e.letter == letter)
    return take(
        request, [step(Kind.CLAIMED, when, effect=effect), step(Kind.LETTER_SENT, when, effect=effect)]
    )


# --- the way of a case


def test_an_access_goes_from_receipt_to_its_end() -> None:
    request = case(ACCESS)
    way = [
        (step(Kind.IDENTITY_ASKED, level="L1"), State.IDENTITY_PENDING),
        (step(Kind.IDENTITY_VERIFIED, level="L1", method="link"), State.IN_PROGRESS),
        (step(Kind.DRAFTED), State.AWAITING_APPROVAL),
        (step(Kind.SENT_BACK, by=STAFF, reason="a gift's recipient stands in it"), State.IN_PROGRESS),
        (step(Kind.DRAFTED), State.AWAITING_APPROVAL),
        (step(Kind.APPROVED, by=STAFF), State.EXECUTING),
        (step(Kind.ANSWERED), State.ANSWERED),
        (step(Kind.CLOSED, "2026-11-30T10:01"), State.CLOSED),
    ]
    for taken, state in way:
        request = take(request, [taken])
        assert request.state is state
    assert request.items[0].identity == "L1"
    assert request == refolded(request)


def test_the_case_stands_where_the_item_stands_that_is_furthest_behind() -> None:
    request = take(case(ACCESS, RECTIFICATION), [step(Kind.BEGUN, items=("rectification",))])
    assert request.state is State.OPEN
    request = take(request, [step(Kind.IDENTITY_ASKED, items=("access",), level="L1")])
    assert request.state is State.IDENTITY_PENDING
    request = take(request, [step(Kind.IDENTITY_VERIFIED, level="L1", method="link")])
    assert request.state is State.IN_PROGRESS
    assert [item.state for item in request.items] == [State.IN_PROGRESS, State.IN_PROGRESS]


def test_what_ended_alike_ended_so_and_what_ended_differently_was_answered() -> None:
    both = case(ACCESS, ERASURE)
    alike = take(both, [step(Kind.REFUSED, by=DPO, reasons="…")])
    assert alike.state is State.REFUSED
    one = take(both, [step(Kind.REFUSED, by=DPO, items=("erasure",), reasons="…")])
    assert one.state is State.OPEN
    assert take(one, [step(Kind.WITHDRAWN, by=STAFF)]).state is State.ANSWERED


@pytest.mark.parametrize("kind", [Kind.NOT_A_REQUEST, Kind.SET_ASIDE, Kind.OPENED])
def test_only_an_undecided_message_is_decided_by_the_software(kind: Kind) -> None:
    said: dict[str, Said] = {"rights": ("access",)} if kind is Kind.OPENED else {"reason": "spam"}
    assert refused(case(ACCESS), step(kind, **said))
    undecided = take(Request(CASE), opened(ACCESS)[:2])
    assert take(undecided, [step(kind, **said)]).state is not State.TRIAGE


def test_staff_put_away_what_triage_took_for_a_request_with_a_reason_and_nobody_does_during_an_answer() -> (
    None
):
    request = case(ACCESS)
    assert "reason" in refused(request, step(Kind.NOT_A_REQUEST, by=STAFF))
    away = take(request, [step(Kind.NOT_A_REQUEST, by=STAFF, reason="about a parcel")])
    assert (away.state, away.items) == (State.NOT_DSAR, ())
    answering = take(
        request,
        [
            step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", method="phone", reason="known for years"),
            step(Kind.DRAFTED),
        ],
    )
    assert "answer" in refused(answering, step(Kind.NOT_A_REQUEST, by=STAFF, reason="…"))


def test_nothing_happens_to_a_case_that_there_is_not() -> None:
    assert refused(Request(CASE), step(Kind.NOTED, by=STAFF, text="x")) == "there is no such request"


def test_e55_e56_the_receipt_may_be_earlier_than_its_entry_and_never_later() -> None:
    past = received("2026-11-18T09:00", "", channel="social", received_at=at("2026-11-18T09:00").isoformat())
    entered = Step(Kind.RECEIVED, at("2026-11-22T10:00"), STAFF, said=past.said)
    assert take(Request(CASE), [entered]).received_at == at("2026-11-18T09:00")
    future = {**past.said, "received_at": at("2026-11-22T10:01").isoformat()}
    assert "future" in refused(Request(CASE), Step(Kind.RECEIVED, at("2026-11-22T10:00"), STAFF, said=future))


# --- who may do what


@pytest.mark.parametrize(
    ("taken", "least"),
    [
        (step(Kind.EXTENDED, reasons="…"), "dpo"),
        (step(Kind.REFUSED, reasons="…"), "dpo"),
        (step(Kind.HEIR_PROOF_ASKED), "dpo"),
        (step(Kind.IDENTITY_ASKED, level="L3", reason="another name"), "dpo"),
        (step(Kind.CLARIFICATION_ASKED, question="…"), "staff"),
        (step(Kind.WITHDRAWN), "staff"),
        (step(Kind.FOUND_NOTHING, searched="…"), "staff"),
        (step(Kind.NOTED, text="…"), "staff"),
        (step(Kind.MERGED, into="IM-2026-000002"), "staff"),
        (step(Kind.HOLD_PLACED, hold="authority", reason="…"), "staff"),
        (step(Kind.IDENTITY_ASKED, level="L1"), "auto"),
        (step(Kind.MANDATE_ASKED), "auto"),
    ],
)
def test_what_only_people_may_do_the_software_never_does_and_what_only_the_dpo_may_staff_do_not(
    taken: Step, least: str
) -> None:
    roles = ["auto", "staff", "dpo"]
    for role in roles:
        by = AUTO if role == "auto" else By(role, "x")  # type: ignore[arg-type]
        mine = Step(taken.kind, taken.at, by, said=taken.said)
        if roles.index(role) >= roles.index(least):
            take(case(ACCESS), [mine])
        else:
            reason = refused(case(ACCESS), mine)
            assert ("DPO" in reason) if role == "staff" or "L3" in str(taken.said) else ("person" in reason)


def test_an_erasure_is_approved_by_the_dpo_alone_and_after_the_copy_that_was_asked_for_e37() -> None:
    verified = [
        step(Kind.IDENTITY_ASKED, level="L1"),
        step(Kind.IDENTITY_VERIFIED, level="L1", method="link"),
        step(Kind.DRAFTED),
    ]
    assert "DPO" in refused(case(ERASURE), *verified, step(Kind.APPROVED, by=STAFF))
    take(case(ERASURE), [*verified, step(Kind.APPROVED, by=DPO)])
    both = take(case(ACCESS, ERASURE), verified)
    assert "access" in refused(both, step(Kind.APPROVED, by=DPO, items=("erasure",)))
    answered = take(
        both, [step(Kind.APPROVED, by=STAFF, items=("access",)), step(Kind.ANSWERED, items=("access",))]
    )
    assert take(answered, [step(Kind.APPROVED, by=DPO)]).item("erasure").state is State.EXECUTING  # type: ignore[union-attr]


@pytest.mark.parametrize("right", [ACCESS, Right.PORTABILITY, ERASURE])
def test_a7_nothing_is_begun_for_somebody_whom_nobody_verified(right: Right) -> None:
    assert "identity" in refused(case(right), step(Kind.BEGUN, items=(right.value,)))
    assert refused(case(right), step(Kind.BEGUN))
    assert take(case(RECTIFICATION), [step(Kind.BEGUN)]).state is State.IN_PROGRESS


def test_a_person_may_call_an_identity_verified_that_nobody_asked_for_with_a_reason() -> None:
    bare = {"level": "L1", "method": "address on file"}
    assert "person" in refused(case(ACCESS), step(Kind.IDENTITY_VERIFIED, **bare))
    assert "reason" in refused(case(ACCESS), step(Kind.IDENTITY_VERIFIED, by=STAFF, **bare))
    take(case(ACCESS), [step(Kind.IDENTITY_VERIFIED, by=STAFF, **bare, reason="due in five days")])


# --- extension


def test_e29_an_extension_after_the_last_day_is_refused_and_the_request_is_overdue() -> None:
    request = case(ACCESS, when="2027-03-05T10:00")  # until Monday 5 April
    taken = take(request, [step(Kind.EXTENDED, "2027-04-05T21:59", DPO, reasons="three systems")])
    assert (taken.extended, str(taken.items[0].deadline().legal_due)) == (True, "2027-06-07")
    late = refused(request, step(Kind.EXTENDED, "2027-04-05T22:00", DPO, reasons="three systems"))
    assert "2027-04-05" in late
    assert request.overdue(at("2027-04-06").date())
    assert not request.overdue(at("2027-04-05").date())


@pytest.mark.parametrize("reasons", ["", "  \n"])
def test_e30_an_extension_without_reasons_is_refused(reasons: str) -> None:
    assert "reasons" in refused(case(ACCESS), step(Kind.EXTENDED, by=DPO, reasons=reasons))


def test_g11_a_request_is_extended_once_and_one_that_is_done_at_once_never() -> None:
    extended = step(Kind.EXTENDED, by=DPO, reasons="…")
    assert refused(case(ACCESS), extended, extended)
    assert "once" in refused(
        case(ACCESS), extended, step(Kind.EXTENDED, by=DPO, items=("access",), reasons="…")
    )
    assert refused(case(Right.CONSENT_WITHDRAWAL), extended)
    # a right of a later reply has a clock of its own, and may be extended by itself
    added = step(Kind.RIGHTS_ADDED, rights=("erasure",))
    request = take(case(ACCESS), [extended, added, extended])
    assert [item.extended for item in request.items] == [True, True]


def test_e89_g31_a_minors_erasure_is_not_extended() -> None:
    minor = step(Kind.FLAGGED, flag=Flag.MINOR.value, reason="for_another")
    assert "minor" in refused(case(ERASURE), minor, step(Kind.EXTENDED, by=DPO, reasons="…"))


# --- what we ask for, and the clock


def test_e25_the_clock_stands_from_the_letter_to_the_proof_and_goes_on() -> None:
    request = take(
        case(ACCESS, when="2027-03-05T10:00"),
        [step(Kind.IDENTITY_ASKED, "2027-03-08", level="L1", doubt=True)],
    )
    assert not request.suspended, "nothing has been asked of anybody before the letter is out"
    request = sent(request, "IDENTITY_L1", "2027-03-08T10:00")
    assert request.suspended
    proof = step(
        Kind.IDENTITY_VERIFIED,
        "2027-03-19",
        level="L1",
        method="link",
        arrived_at=at("2027-03-18T10:00").isoformat(),
    )
    request = take(request, [proof])
    assert (request.suspended, str(request.items[0].deadline().legal_due)) == (False, "2027-04-15")


def test_e27_what_is_asked_on_the_fourth_working_day_stops_nothing() -> None:
    request = case(ACCESS, when="2027-03-05T10:00")
    asked = take(request, [step(Kind.IDENTITY_ASKED, "2027-03-11", level="L1", doubt=True)])
    assert not sent(asked, "IDENTITY_L1", "2027-03-11T10:00").suspended
    in_time = take(request, [step(Kind.IDENTITY_ASKED, "2027-03-10", level="L1", doubt=True)])
    assert sent(in_time, "IDENTITY_L1", "2027-03-10T10:00").suspended
    assert not sent(in_time, "IDENTITY_L1", "2027-03-11T10:00").suspended, "it went too late"


def test_what_is_asked_without_a_doubt_stops_nothing() -> None:
    asked = take(case(ACCESS), [step(Kind.IDENTITY_ASKED, level="L1")])
    assert not sent(asked, "IDENTITY_L1", "2026-11-22T10:05").suspended
    vague = take(case(ACCESS), [step(Kind.CLARIFICATION_ASKED, by=STAFF, question="which?")])
    assert not sent(vague, "CLARIFICATION", "2026-11-22T10:05").suspended
    large = take(case(ACCESS), [step(Kind.CLARIFICATION_ASKED, by=STAFF, question="which?", large=True)])
    assert sent(large, "CLARIFICATION", "2026-11-22T10:05").suspended


def test_a_second_question_while_the_clock_stands_stops_it_no_second_time() -> None:
    request = take(case(ACCESS), [step(Kind.IDENTITY_ASKED, level="L1", doubt=True)])
    request = sent(request, "IDENTITY_L1", "2026-11-23")
    request = take(request, [step(Kind.IDENTITY_ASKED, "2026-11-24", level="L2", doubt=True)])
    request = sent(request, "IDENTITY_L2", "2026-11-24")
    assert [str(pause.from_day) for pause in request.items[0].pauses] == ["2026-11-23"]


def test_offers_stop_under_an_address_and_under_nothing_else() -> None:
    asked = step(Kind.HEIR_PROOF_ASKED, by=DPO, address="mon père")
    assert "address" in refused(case(Right.HEIR_REQUEST), asked)
    take(case(Right.HEIR_REQUEST), [step(Kind.HEIR_PROOF_ASKED, by=DPO)])


def test_e81_a_mandate_for_one_right_is_asked_for_the_other() -> None:
    request = take(case(ACCESS, ERASURE), [step(Kind.MANDATE_ASKED, items=("erasure",))])
    request = sent(request, "MANDATE_REQUEST", "2026-11-22T10:05")
    assert [item.suspended for item in request.items] == [False, True]
    assert "reference" in refused(request, step(Kind.MANDATE_ACCEPTED, "2026-11-26", STAFF))
    accepted = take(request, [step(Kind.MANDATE_ACCEPTED, "2026-11-26", STAFF, reference="…")])
    assert [item.state for item in accepted.items] == [State.OPEN, State.OPEN]
    assert str(accepted.items[1].deadline().raw) == "2026-12-26"


def test_e95_nobody_is_sent_away_unidentified_before_thirty_days_and_two_reminders() -> None:
    request = take(case(ACCESS), [step(Kind.IDENTITY_ASKED, "2026-11-23", level="L1")])
    reminders = [step(Kind.IDENTITY_REMINDED, "2026-11-30"), step(Kind.IDENTITY_REMINDED, "2026-12-14")]
    assert "29 days" in refused(request, *reminders, step(Kind.CLOSED_UNIDENTIFIED, "2026-12-22", STAFF))
    assert "twice" in refused(request, reminders[0], step(Kind.CLOSED_UNIDENTIFIED, "2026-12-23", STAFF))
    assert "person" in refused(request, *reminders, step(Kind.CLOSED_UNIDENTIFIED, "2026-12-23"))
    closed = take(request, [*reminders, step(Kind.CLOSED_UNIDENTIFIED, "2026-12-23", STAFF)])
    assert closed.state is State.CLOSED_UNIDENTIFIED
    back = step(Kind.REOPENED, "2027-03-01", received_at=at("2027-02-21T10:00").isoformat())
    assert take(closed, [back]).state is State.IDENTITY_PENDING
    assert "60 days" in refused(
        closed, step(Kind.REOPENED, "2027-03-01", received_at=at("2027-02-22").isoformat())
    )


# --- the ends


def test_t22_an_answered_case_is_closed_after_seven_days() -> None:
    answered = take(
        case(Right.CONSENT_WITHDRAWAL),
        [step(Kind.HONOURED, effect="honour-consent_withdrawal-3", item="consent_withdrawal")],
    )
    assert "seven days" in refused(answered, step(Kind.CLOSED, "2026-11-29T10:00"))
    assert take(answered, [step(Kind.CLOSED, "2026-11-29T10:01")]).state is State.CLOSED
    assert refused(case(ACCESS), step(Kind.CLOSED, "2026-12-29", STAFF))


def test_t23_a_closed_case_takes_no_new_right_and_is_not_taken_up_again_itself() -> None:
    closed = take(
        case(Right.CONSENT_WITHDRAWAL),
        [
            step(Kind.HONOURED, effect="honour-consent_withdrawal-3", item="consent_withdrawal"),
            step(Kind.CLOSED, "2026-12-01"),
        ],
    )
    assert "its own" in refused(closed, step(Kind.RIGHTS_ADDED, "2026-12-02", rights=("access",)))
    assert refused(closed, step(Kind.REOPENED, "2026-12-02", STAFF))


def test_a_right_is_asked_for_once_at_a_time_and_again_after_it_ended() -> None:
    assert "already" in refused(case(ACCESS), step(Kind.RIGHTS_ADDED, rights=("access",)))
    assert refused(case(ACCESS), step(Kind.RIGHTS_ADDED, rights=()))
    assert refused(case(ACCESS), step(Kind.RIGHTS_ADDED, rights=("invented",)))
    assert refused(case(ACCESS), step(Kind.REPEATED, rights=("erasure",)))
    both = take(case(ACCESS, ERASURE), [step(Kind.WITHDRAWN, by=STAFF, items=("access",))])
    again = take(
        both,
        [step(Kind.RIGHTS_ADDED, "2026-12-01", rights=("access",), received_at=at("2026-12-01").isoformat())],
    )
    assert [item.id for item in again.items] == ["access", "erasure", "access-2"]


def test_a_merged_case_is_over_and_takes_nothing_more() -> None:
    merged = take(case(ACCESS), [step(Kind.MERGED, by=STAFF, into="IM-2026-000002")])
    assert (merged.state, merged.deadline(), owed(merged)) == (State.DUPLICATE, None, ())
    assert "IM-2026-000002" in refused(merged, received("2026-11-23", "mail2"))
    assert refused(merged, step(Kind.MERGED, by=STAFF, into="IM-2026-000003"))
    assert refused(case(ACCESS), step(Kind.MERGED, by=STAFF, into=CASE))


def test_e84_what_an_heir_asks_out_of_curiosity_the_dpo_refuses_in_part_and_with_reasons() -> None:
    request = take(
        case(ACCESS, Right.HEIR_REQUEST), [step(Kind.HEIR_PROOF_ASKED, by=DPO, items=("heir_request",))]
    )
    part = {"items": ("access",)}
    assert "reasons" in refused(request, step(Kind.REFUSED, by=DPO, **part))
    told = take(request, [step(Kind.REFUSED, by=DPO, **part, reasons="the estate does not need it")])
    assert [item.state for item in told.items] == [State.REFUSED, State.HEIR_PROOF_PENDING]
    assert "REFUSAL" in {effect.letter for effect in owed(told)}


def test_flags_are_raised_with_a_reason_each_and_lowered_by_people() -> None:
    raised = step(Kind.FLAGGED, flag="needs_human", reason="language")
    request = take(case(ACCESS), [raised, raised, step(Kind.FLAGGED, flag="needs_human", reason="unread")])
    assert request.flags == {Flag.NEEDS_HUMAN: ("language", "unread")}
    assert refused(request, step(Kind.UNFLAGGED, flag="needs_human"))
    assert take(request, [step(Kind.UNFLAGGED, by=STAFF, flag="needs_human")]).flags == {}
    assert refused(request, step(Kind.UNFLAGGED, by=STAFF, flag="minor"))
    assert refused(request, step(Kind.FLAGGED, flag="invented"))


def test_e63_a_hold_is_proposed_by_the_software_placed_and_lifted_by_people() -> None:
    proposed = take(case(ERASURE), [step(Kind.HOLD_PROPOSED, hold="authority", reason="a letter")])
    assert [hold.placed for hold in proposed.holds] == [False], "an erasure itself keeps nothing"
    placed = take(
        proposed, [step(Kind.HOLD_PLACED, by=STAFF, hold="authority", reason="…", review_on="2027-01-01")]
    )
    assert [hold.placed for hold in placed.holds] == [True]
    assert take(placed, [step(Kind.HOLD_LIFTED, by=STAFF, hold="authority", reason="…")]).holds == ()
    assert refused(placed, step(Kind.HOLD_LIFTED, by=STAFF, hold="dispute", reason="…"))
    assert [hold.kind for hold in case(ACCESS, ERASURE).holds] == ["request"]


# --- what holds of every list of steps


def test_a_step_says_only_what_its_kind_says() -> None:
    with pytest.raises(ValueError, match="says nothing of"):
        step(Kind.CLOSED, address="camille.durand@example.fr")
    assert FIELDS.keys() == set(Kind)


_ANY = st.builds(
    step,
    st.sampled_from([kind for kind in Kind if kind is not Kind.RECEIVED]),
    st.dates(at("2026-11-22").date(), at("2027-06-01").date()).map(str),
    st.sampled_from([AUTO, STAFF, DPO]),
)
_SAID: dict[Kind, dict[str, Said]] = {
    Kind.OPENED: {"rights": ("access", "erasure")},
    Kind.RIGHTS_ADDED: {"rights": ("erasure",)},
    Kind.REPEATED: {"rights": ("access",)},
    Kind.EXTENDED: {"reasons": "…"},
    Kind.REFUSED: {"reasons": "…"},
    Kind.NOT_A_REQUEST: {"reason": "…", "mail": "mail1"},
    Kind.IDENTITY_ASKED: {"level": "L1", "doubt": True},
    Kind.IDENTITY_VERIFIED: {"level": "L1", "reason": "…"},
    Kind.FLAGGED: {"flag": "needs_human", "reason": "unsure"},
    Kind.UNFLAGGED: {"flag": "needs_human"},
    Kind.MERGED: {"into": "IM-2026-000002"},
    Kind.HOLD_PROPOSED: {"hold": "authority", "reason": "…"},
    Kind.HOLD_PLACED: {"hold": "authority", "reason": "…"},
    Kind.CLAIMED: {"effect": "ack-3"},
    Kind.LETTER_SENT: {"effect": "ack-3"},
    Kind.UNDERSTOOD: {"mail": "mail1", "outcome": "unsure"},
}


@given(st.lists(_ANY, max_size=25))
def test_whatever_is_tried_in_whatever_order_the_state_is_a_true_one(tried: list[Step]) -> None:
    request = take(Request(CASE), [received()])
    for one in tried:
        mine = Step(one.kind, one.at, one.by, said=_SAID.get(one.kind, {}))
        try:
            request = take(request, [mine])
        except IllegalTransition:
            continue
        assert request == refolded(request)
        assert (request.state in {State.RECEIVED, State.TRIAGE} or request.ended) is not bool(
            request.open_items
        )
        assert len({item.id for item in request.items}) == len(request.items)
        assert len({e.id for e in owed(request)}) == len(owed(request))
        for item in request.items:
            assert item.unfinished is (item.ended_at is None)
            item.deadline(at("2027-06-01").date())
        if request.open_items:
            assert request.deadline() is not None


def test_every_move_of_an_item_starts_where_something_is_to_be_done_and_no_end_is_left() -> None:
    for kind, move in ITEM_MOVES.items():
        assert all(state not in move.before for state in (State.ANSWERED, State.REFUSED, State.WITHDRAWN)), (
            kind
        )
