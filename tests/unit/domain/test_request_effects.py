"""What a request owes follows from its steps: once each, under one id for ever, until something contradicts it."""

from __future__ import annotations

import re

import pytest

from privacy.domain.request import Request
from privacy.domain.request_effects import Progress, effects, owed, stands, unsettled
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import take
from privacy.domain.request_steps import AUTO, By, Flag, Kind, Step, step_of
from privacy.domain.rights import Right
from tests.requesting import CASE, DPO, STAFF, case, letters_owed, opened, received, step
from tests.telling import at

ACCESS, OBJECTION_MARKETING, WITHDRAWAL = Right.ACCESS, Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL
ACK = "ack-3"


def letters(request: Request) -> list[str]:
    return [effect.letter or effect.id for effect in letters_owed(request)]


def progress(request: Request, effect: str = ACK) -> Progress:
    return effects(request)[effect].progress


def claimed(request: Request, effect: str = ACK) -> Request:
    return take(request, [step(Kind.CLAIMED, effect=effect)])


def test_an_effects_id_is_fit_for_a_tag_ends_with_its_step_and_never_changes() -> None:
    request = case(ACCESS, OBJECTION_MARKETING)
    ids = {effect.id for effect in owed(request)}
    assert ids == {"honour-objection_marketing-3", ACK, "ask-3"}
    assert all(re.fullmatch(r"[A-Za-z0-9_-]+", id_) and step_of(id_) == 3 for id_ in ids)
    later = take(
        request, [step(Kind.NOTED, by=STAFF, text="…"), step(Kind.RIGHTS_ADDED, rights=("erasure",))]
    )
    assert ids < effects(later).keys()
    assert [step_of(odd) for odd in ("", "ack", "ack-x", "ack-²")] == [0, 0, 0, 0]


@pytest.mark.parametrize(
    ("taken", "letter"),
    [
        (step(Kind.IDENTITY_ASKED, level="L1"), "IDENTITY_L1"),
        (step(Kind.IDENTITY_ASKED, level="L2"), "IDENTITY_L2"),
        (step(Kind.IDENTITY_ASKED, by=DPO, level="L3", reason="…"), "IDENTITY_L3"),
        (step(Kind.MANDATE_ASKED), "MANDATE_REQUEST"),
        (step(Kind.HEIR_PROOF_ASKED, by=DPO), "HEIR_PROOF_REQUEST"),
        (step(Kind.CLARIFICATION_ASKED, by=STAFF, question="…"), "CLARIFICATION"),
        (step(Kind.EXTENDED, by=DPO, reasons="…"), "EXTENSION"),
        (step(Kind.REFUSED, by=DPO, reasons="…"), "REFUSAL"),
        (step(Kind.WITHDRAWN, by=STAFF), "WITHDRAWN_CONFIRM"),
        (step(Kind.FOUND_NOTHING, by=STAFF, searched="…"), "NO_DATA"),
        (step(Kind.OVERDUE_TOLD, expected_on="2027-01-10"), "OVERDUE_NOTICE"),
    ],
)
def test_each_of_these_steps_owes_its_letter(taken: Step, letter: str) -> None:
    assert letter in letters(take(case(ACCESS), [taken]))


def test_only_an_objection_refused_is_told_as_one() -> None:
    refused = step(Kind.REFUSED, by=DPO, items=("objection",), reasons="…")
    assert "OBJECTION_REFUSED" in letters(take(case(Right.OBJECTION), [refused]))


def test_nobody_is_written_to_who_gave_no_address() -> None:
    nobody = take(Request(CASE), [received(address=""), *opened(ACCESS, OBJECTION_MARKETING)[1:]])
    assert owed(nobody) == ()


# --- voided


def test_an_acknowledgement_is_void_once_the_case_was_put_away_answered_or_merged() -> None:
    for meanwhile in (
        step(Kind.NOT_A_REQUEST, by=STAFF, reason="…"),
        step(Kind.WITHDRAWN, by=STAFF),
        step(Kind.MERGED, by=STAFF, into="IM-2026-000002"),
    ):
        assert ACK not in {e.id for e in owed(take(case(ACCESS), [meanwhile]))}
        between = take(claimed(case(ACCESS)), [meanwhile])
        assert not stands(between, effects(between)[ACK]), "asked again right before it goes"


def test_a_confirmation_that_it_is_done_takes_the_place_of_an_acknowledgement() -> None:
    request = case(WITHDRAWAL)
    assert letters(request) == ["honour-consent_withdrawal-3", "ACK"]
    done = take(
        request, [step(Kind.HONOURED, effect="honour-consent_withdrawal-3", item="consent_withdrawal")]
    )
    assert letters(done) == ["WITHDRAWAL_DONE"]


def test_a_question_is_void_once_it_was_answered_or_asked_in_another_way() -> None:
    asked = take(case(ACCESS), [step(Kind.IDENTITY_ASKED, level="L1")])
    answered = take(asked, [step(Kind.IDENTITY_VERIFIED, level="L1", method="link")])
    assert "IDENTITY_L1" not in letters(answered)
    harder = take(asked, [step(Kind.IDENTITY_ASKED, level="L2")])
    assert [name for name in letters(harder) if name.startswith("IDENTITY")] == ["IDENTITY_L2"]


def test_an_objection_that_was_withdrawn_again_before_it_was_followed_is_not() -> None:
    assert letters(take(case(OBJECTION_MARKETING), [step(Kind.WITHDRAWN, by=STAFF)])) == ["WITHDRAWN_CONFIRM"]


def test_an_answered_notice_of_delay_is_void() -> None:
    told = take(case(ACCESS), [step(Kind.EXTENDED, by=DPO, reasons="…"), step(Kind.WITHDRAWN, by=STAFF)])
    assert "EXTENSION" not in letters(told)


# --- claims


def test_what_is_claimed_is_nobody_elses_until_it_is_given_back() -> None:
    request = claimed(case(ACCESS))
    assert (letters(request), [e.id for e in unsettled(request)]) == ([], [ACK])
    with pytest.raises(IllegalTransition):
        claimed(request)
    back = take(request, [step(Kind.RELEASED, effect=ACK, reason="throttled")])
    assert letters(back) == ["ACK"]
    assert progress(claimed(back)) is Progress.CLAIMED


def test_nobody_sends_or_settles_what_was_never_claimed() -> None:
    for kind in (Kind.LETTER_SENT, Kind.LETTER_DELIVERED, Kind.LETTER_SILENT, Kind.RELEASED):
        for effect in (ACK, "ack-9", ""):
            with pytest.raises(IllegalTransition):
                take(case(ACCESS), [step(kind, effect=effect)])


@pytest.mark.parametrize(
    ("told", "last"),
    [
        ((Kind.LETTER_SENT, Kind.LETTER_DELIVERED), Progress.DELIVERED),
        ((Kind.LETTER_DELIVERED, Kind.LETTER_SENT), Progress.DELIVERED),
        ((Kind.LETTER_SENT, Kind.LETTER_DELIVERED, Kind.LETTER_COMPLAINED), Progress.COMPLAINED),
        ((Kind.LETTER_COMPLAINED, Kind.LETTER_DELIVERED), Progress.COMPLAINED),
        ((Kind.LETTER_SENT, Kind.LETTER_REJECTED), Progress.REJECTED),
        ((Kind.LETTER_SILENT,), Progress.SILENT),
        ((Kind.LETTER_SILENT, Kind.LETTER_SENT), Progress.SENT),
    ],
)
def test_events_of_a_letter_may_come_in_any_order(told: tuple[Kind, ...], last: Progress) -> None:
    request = claimed(case(ACCESS))
    for kind in told:
        request = take(request, [step(kind, effect=ACK)])
    assert progress(request) is last
    assert unsettled(request) == ()


def test_a_letter_whose_fate_is_known_is_not_silent() -> None:
    with pytest.raises(IllegalTransition):
        take(
            claimed(case(ACCESS)),
            [step(Kind.LETTER_SENT, effect=ACK), step(Kind.LETTER_SILENT, effect=ACK)],
        )


def test_a_bounce_that_is_not_for_good_says_nothing_yet() -> None:
    request = take(claimed(case(ACCESS)), [step(Kind.LETTER_SENT, effect=ACK)])
    later = take(request, [step(Kind.LETTER_BOUNCED, effect=ACK)])
    assert (progress(later), later.flags, letters(later)) == (Progress.SENT, {}, [])


@pytest.mark.parametrize(
    ("kind", "reason", "undeliverable"),
    [
        (Kind.LETTER_BOUNCED, "bounced", True),
        (Kind.LETTER_REJECTED, "rejected", True),
        (Kind.LETTER_COMPLAINED, "complained", False),
        (Kind.LETTER_SILENT, "silent", False),
    ],
)
def test_a_letter_that_does_not_arrive_brings_a_person_and_a_notice_and_a_notice_that_does_not_none(
    kind: Kind, reason: str, *, undeliverable: bool
) -> None:
    said = {"permanent": True} if kind is Kind.LETTER_BOUNCED else {}
    request = take(claimed(case(ACCESS)), [step(kind, effect=ACK, **said)])
    assert (Flag.MAIL_UNDELIVERABLE in request.flags) is undeliverable
    assert request.flags[Flag.NEEDS_HUMAN] == (reason,)
    (notice,) = letters_owed(request)
    assert (notice.letter, notice.about) == ("DPO_NOTICE", reason)
    request = take(claimed(request, notice.id), [step(kind, effect=notice.id, **said)])
    assert letters_owed(request) == []


def test_what_came_back_or_stays_silent_goes_again_only_if_a_person_says_so() -> None:
    for kind, said in ((Kind.LETTER_SILENT, {}), (Kind.LETTER_BOUNCED, {"permanent": True})):
        request = take(claimed(case(ACCESS)), [step(kind, effect=ACK, **said)])

        def given_back(by: By) -> Step:
            return Step(Kind.RELEASED, at("2026-11-22T11:00"), by, said={"effect": ACK, "reason": "…"})

        with pytest.raises(IllegalTransition):
            take(request, [given_back(AUTO)])
        assert "ACK" in letters(take(request, [given_back(STAFF)]))


def test_e48_who_was_acknowledged_today_is_spared_another_one() -> None:
    request = take(case(ACCESS), [step(Kind.SPARED, effect=ACK, reason="acknowledged_today")])
    assert (letters(request), progress(request)) == ([], Progress.SPARED)


# --- notices and forwards


def test_all_that_is_flagged_for_one_message_is_one_notice_and_what_people_flag_is_none() -> None:
    why = ["language", "unread", "language"]
    request = take(
        case(ACCESS),
        [
            Step(
                Kind.FLAGGED,
                at("2026-11-22T10:01"),
                cause="mail1",
                said={"flag": "needs_human", "reason": reason},
            )
            for reason in why
        ],
    )
    assert [e.about for e in owed(request) if e.letter == "DPO_NOTICE"] == ["language,unread"]
    by_hand = step(Kind.FLAGGED, by=STAFF, flag="third_party_data", reason="a gift")
    assert letters(take(case(ACCESS), [by_hand])) == ["ACK"]
    second = Step(
        Kind.FLAGGED, at("2026-11-23"), cause="mail2", said={"flag": "needs_human", "reason": "reply"}
    )
    assert letters(take(request, [second])).count("DPO_NOTICE") == 2


def test_a_mail_is_forwarded_once_whoever_decides_what_it_is() -> None:
    shop = [
        received(),
        step(Kind.UNDERSTOOD, mail="mail1", outcome="unsure", customer_service=True),
    ]
    unsure = take(Request(CASE), shop)
    assert letters(unsure) == ["FORWARD"]
    away = take(unsure, [step(Kind.NOT_A_REQUEST, by=STAFF, mail="mail1", reason="a parcel")])
    assert letters(away) == ["FORWARD"]
    again = take(away, [step(Kind.OPENED, by=STAFF, mail="mail1", rights=("access",))])
    assert letters(again) == ["FORWARD", "ACK"]


def test_what_was_repeated_and_then_put_away_is_followed_no_more_and_the_case_can_still_be_read() -> None:
    twice = [*opened(WITHDRAWAL), step(Kind.REPEATED, rights=("consent_withdrawal",))]
    away = step(Kind.NOT_A_REQUEST, by=STAFF, mail="mail1", reason="about a parcel")
    assert letters(take(Request(CASE), [*twice, away])) == ["FORWARD"]


def test_a_notice_that_is_under_way_stays_an_effect_though_its_item_has_gone() -> None:
    """Its message in the queue names it: nothing is owed, but nobody is told that there is no such letter."""
    begun = take(case(Right.RECTIFICATION), [step(Kind.BEGUN, items=("rectification",))])
    (notice,) = [effect for effect in owed(begun) if effect.letter == "DPO_NOTICE"]
    put_away = take(begun, [step(Kind.NOT_A_REQUEST, by=STAFF, mail="mail1", reason="a parcel")])
    assert put_away.items == ()
    assert notice.id in effects(put_away)
    assert not stands(put_away, notice)
