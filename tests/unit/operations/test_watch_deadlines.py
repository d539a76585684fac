"""The morning's watch: what is told of which case on which day, once, and what it does by itself."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

import pytest

from privacy import policy
from privacy.domain.clocks import PARIS
from privacy.domain.letter import Letter
from privacy.domain.request import State
from privacy.domain.request_effects import owed
from privacy.domain.request_steps import Flag, Kind
from privacy.operations.letters.letter_of_effect import letter_of
from privacy.operations.requests.watch_deadlines import Watch
from tests.office import Office
from tests.telling import at


@pytest.fixture
def office() -> Office:
    return Office()


def morning(office: Office, day: date) -> dict[str, tuple[str, ...]]:
    """What the watch tells at nine on that day in Paris."""
    office.now = datetime(day.year, day.month, day.day, 9, tzinfo=PARIS)
    watch = Watch(office.requests, policy.load().periods, office.now)
    told = {id_: watch.look(id_) for id_ in list(watch.cases())}
    return {id_: what for id_, what in told.items() if what}


def mornings(office: Office, first: str, last: str) -> Iterator[tuple[str, tuple[str, ...]]]:
    """(day, what is told of the only case) for every morning on which something is."""
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        for what in morning(office, day).values():
            yield day.isoformat(), what
        day += timedelta(days=1)


def notices(office: Office, id_: str) -> list[str]:
    return [effect.about for effect in owed(office.case(id_)) if effect.letter == "DPO_NOTICE"]


def test_e31_a_case_that_nobody_answers_is_told_of_on_its_days_and_daily_once_it_is_late(
    office: Office,
) -> None:
    id_ = office.mailed("access")
    assert list(mornings(office, "2027-03-06", "2027-04-07")) == [
        ("2027-03-26", ("ten_days",)),
        ("2027-03-31", ("five_days",)),
        ("2027-04-02", ("one_day",)),
        ("2027-04-05", ("on_the_day",)),
        ("2027-04-06", ("overdue",)),
        ("2027-04-07", ("overdue",)),
    ]
    assert notices(office, id_) == ["ten_days", "five_days", "one_day", "on_the_day", "overdue", "overdue"]


def test_a_second_run_of_the_same_morning_tells_nothing(office: Office) -> None:
    office.mailed("access")
    assert morning(office, date(2027, 3, 26))
    assert morning(office, date(2027, 3, 26)) == {}


def test_mornings_that_were_missed_are_told_of_at_once_by_one_letter(office: Office) -> None:
    id_ = office.mailed("access")
    assert morning(office, date(2027, 4, 3)) == {id_: ("one_day",)}
    assert notices(office, id_) == ["one_day"]


def test_e57_every_right_has_its_own_days(office: Office) -> None:
    id_ = office.mailed("access")
    office.now = at("2027-03-25T12:00")
    office.do("/decisions", request=id_, decision="add", rights=["erasure"], received_at="2027-03-25T09:00Z")
    # access: target 5 April; erasure: received on 25 March, target 23 April (the 25th is a Sunday)
    assert list(mornings(office, "2027-04-12", "2027-04-14")) == [
        ("2027-04-12", ("overdue",)),
        ("2027-04-13", ("overdue", "ten_days")),
        ("2027-04-14", ("overdue",)),
    ]
    assert notices(office, id_)[1:2] == ["overdue,ten_days"]


def test_while_the_clock_stands_nothing_is_told_and_afterwards_by_the_new_days(office: Office) -> None:
    id_ = office.mailed("erasure")
    office.now = at("2027-03-08T12:00")
    office.happens(id_, Kind.IDENTITY_ASKED, level="L1", doubt=True)
    effect = next(e.id for e in owed(office.case(id_)) if e.letter == "IDENTITY_L1")
    office.happens(id_, Kind.CLAIMED, effect=effect)
    office.happens(id_, Kind.LETTER_SENT, effect=effect)
    office.happens(id_, Kind.LETTER_DELIVERED, effect=effect)
    assert list(mornings(office, "2027-03-09", "2027-04-06")) == []
    # after thirty days nobody need wait any longer (T10)
    assert {what for _, what in mornings(office, "2027-04-07", "2027-06-01")} == {("unidentified",)}
    office.happens(id_, Kind.IDENTITY_VERIFIED, level="L1", arrived_at="2027-03-18T08:00:00+00:00")
    assert office.case(id_).items[0].deadline().target_due == date(2027, 4, 15)
    assert [what for _, what in mornings(office, "2027-06-02", "2027-06-02")] == [("overdue",)]


def test_a_doubtful_message_is_told_of_each_working_day_until_somebody_decides(office: Office) -> None:
    # received on Friday 5 March: Monday is its working day
    id_ = office.mailed()
    assert list(mornings(office, "2027-03-06", "2027-03-15")) == [
        (f"2027-03-{day:02}", ("undecided",)) for day in (9, 10, 11, 12, 15)
    ]
    office.do("/decisions", request=id_, decision="rights", rights=["access"])
    assert list(mornings(office, "2027-03-16", "2027-03-25")) == []


def test_a_doubtful_reply_to_an_open_case_waits_for_somebody_as_well(office: Office) -> None:
    id_ = office.mailed("access")
    office.now = at("2027-03-15T10:00")
    office.happens(id_, Kind.FLAGGED, flag=Flag.NEEDS_HUMAN.value, reason="reply")
    assert list(mornings(office, "2027-03-16", "2027-03-17")) == [("2027-03-17", ("undecided",))]
    office.do("/notes", request=id_, text="only thanks", settles="needs_human")
    assert list(mornings(office, "2027-03-18", "2027-03-19")) == []


def test_e47_letters_that_do_not_arrive_are_told_of_until_somebody_has_seen_to_it(office: Office) -> None:
    id_ = office.mailed("access")
    office.happens(id_, Kind.FLAGGED, flag=Flag.MAIL_UNDELIVERABLE.value, reason="bounced")
    assert list(mornings(office, "2027-03-12", "2027-03-15")) == [
        ("2027-03-12", ("undeliverable",)),
        ("2027-03-15", ("undeliverable",)),
    ]
    office.do("/notes", request=id_, text="called", settles="mail_undeliverable")
    assert list(mornings(office, "2027-03-16", "2027-03-17")) == []


def test_what_is_due_and_what_was_left_lying_are_two_letters(office: Office) -> None:
    id_ = office.mailed("access")
    office.happens(id_, Kind.FLAGGED, flag=Flag.MAIL_UNDELIVERABLE.value, reason="bounced")
    morning(office, date(2027, 3, 26))
    assert notices(office, id_)[-2:] == ["ten_days", "undeliverable"]


def test_t22_an_answered_case_is_closed_after_seven_days_unless_somebody_has_to_look(office: Office) -> None:
    done, bounced = office.mailed("consent_withdrawal"), office.mailed("consent_withdrawal")
    for id_ in (done, bounced):
        honour = next(e for e in owed(office.case(id_)) if e.id.startswith("honour"))
        office.happens(id_, Kind.HONOURED, effect=honour.id, item=honour.about)
        assert office.case(id_).state is State.ANSWERED
    office.happens(bounced, Kind.FLAGGED, flag=Flag.MAIL_UNDELIVERABLE.value, reason="bounced")
    morning(office, date(2027, 3, 14))
    assert office.case(done).state is State.ANSWERED
    assert morning(office, date(2027, 3, 16)) == {bounced: ("undeliverable",)}
    assert (office.case(done).state, office.case(bounced).state) == (State.CLOSED, State.ANSWERED)


def test_what_was_put_away_is_nobodys_concern(office: Office) -> None:
    id_ = office.mailed()
    office.do("/decisions", request=id_, decision="not_a_request")
    watch = Watch(office.requests, policy.load().periods, at("2027-05-01"))
    assert list(watch.cases()) == []


def test_a_case_that_is_gone_meanwhile_is_nothing_to_tell(office: Office) -> None:
    assert Watch(office.requests, policy.load().periods, at("2027-05-01")).look("IM-2027-000001") == ()


def test_a_step_taken_in_between_is_read_again_and_nothing_told_twice(office: Office) -> None:
    id_ = office.mailed("access")
    watch = Watch(office.requests, policy.load().periods, datetime(2027, 3, 26, 9, tzinfo=PARIS))

    def another_worker() -> None:
        office.requests.before_append = lambda: None
        watch.look(id_)

    office.requests.before_append = another_worker
    assert watch.look(id_) == ()
    assert notices(office, id_) == ["ten_days"]


def test_e63_on_the_day_of_its_review_a_hold_is_told_of_and_each_working_day_until_somebody_looked(
    office: Office,
) -> None:
    id_ = office.mailed("erasure")
    office.do("/withdrawals", request=id_, reason="…")
    said = {"request": id_, "hold": "authority", "reason": "requisition 12"}
    office.do("/decisions", **said, decision="hold", review_on="2027-04-08")
    everything = office.tell("/lookups", all=True)[1]
    assert [
        one["id"] for one in office.tell("/lookups", all=True, after=everything["after"])[1]["requests"]
    ] == [id_], "an ended case that is kept is listed before the others"
    assert list(mornings(office, "2027-03-09", "2027-04-12")) == [
        ("2027-04-08", ("review",)),
        ("2027-04-09", ("review",)),
        ("2027-04-12", ("review",)),
    ]
    assert notices(office, id_) == ["review"] * 3
    assert letter_of(owed(office.case(id_))[-1]) is Letter.NOTICE_REVIEW
    office.do("/decisions", **said, decision="hold", review_on="2027-06-01")
    assert list(mornings(office, "2027-04-13", "2027-05-31")) == []
    office.do("/decisions", **said, decision="lift")
    assert list(mornings(office, "2027-06-01", "2027-06-03")) == []


def test_a_hold_whose_review_day_nobody_named_is_looked_at_after_as_long_as_the_policy_says(
    office: Office,
) -> None:
    id_ = office.mailed("access")
    office.do("/decisions", request=id_, hold="claim", reason="…", decision="hold")
    (hold,) = office.case(id_).operator_holds
    days = policy.load().periods.hold_review_days
    assert hold.review_on == date(2027, 3, 8) + timedelta(days=days)
