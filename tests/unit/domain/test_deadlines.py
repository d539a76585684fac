"""The clock of a request: every vector of docs/rules.md by its id, and what holds on every day (G7-G11, A22)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.clocks import PARIS, add_months, paris_day
from privacy.domain.deadlines import (
    Deadline,
    Suspension,
    deadline,
    identity_asked_in_time,
    suspended_days,
    triage_due,
)
from privacy.domain.working_days import is_working_day

NOON = 12


def at(day: str, hour: int = NOON) -> datetime:
    return datetime.fromisoformat(day).replace(hour=hour, tzinfo=PARIS)


def days(*texts: str) -> tuple[date, ...]:
    return tuple(date.fromisoformat(text) for text in texts)


VECTORS = [
    pytest.param("2027-03-05", "2027-04-05", "2027-04-05", "2027-06-05", "2027-06-07", id="E1"),
    pytest.param("2027-01-31", "2027-02-28", "2027-03-01", "2027-04-30", "2027-04-30", id="E2"),
    pytest.param("2027-01-28", "2027-02-28", "2027-03-01", "2027-04-28", "2027-04-28", id="E3 Thursday"),
    pytest.param("2027-01-29", "2027-02-28", "2027-03-01", "2027-04-29", "2027-04-29", id="E3 Friday"),
    pytest.param("2027-01-30", "2027-02-28", "2027-03-01", "2027-04-30", "2027-04-30", id="E3 Saturday"),
    pytest.param("2028-01-31", "2028-02-29", "2028-02-29", "2028-04-30", "2028-05-02", id="E4"),
    pytest.param("2027-02-28", "2027-03-28", "2027-03-30", "2027-05-28", "2027-05-28", id="E6"),
    pytest.param("2026-12-01", "2027-01-01", "2027-01-04", "2027-03-01", "2027-03-01", id="E8"),
    pytest.param("2026-12-31", "2027-01-31", "2027-02-01", "2027-03-31", "2027-03-31", id="E9"),
    pytest.param("2027-04-01", "2027-05-01", "2027-05-03", "2027-07-01", "2027-07-01", id="E11"),
    pytest.param("2027-04-06", "2027-05-06", "2027-05-07", "2027-07-06", "2027-07-06", id="E12"),
    pytest.param("2027-04-16", "2027-05-16", "2027-05-18", "2027-07-16", "2027-07-16", id="E14"),
    pytest.param("2027-07-15", "2027-08-15", "2027-08-16", "2027-10-15", "2027-10-15", id="E16"),
    pytest.param("2026-11-30", "2026-12-30", "2026-12-30", "2027-02-28", "2027-03-01", id="E20"),
    pytest.param("2026-11-22", "2026-12-22", "2026-12-22", "2027-02-22", "2027-02-22", id="E21"),
]


@pytest.mark.parametrize(("received", "raw", "legal", "raw_extended", "legal_extended"), VECTORS)
def test_a_request_has_one_month_and_three_once_extended(
    received: str, raw: str, legal: str, raw_extended: str, legal_extended: str
) -> None:
    plain, extended = deadline(at(received)), deadline(at(received), extended=True)
    assert (plain.raw, plain.legal_due) == days(raw, legal)
    assert (extended.raw, extended.legal_due) == days(raw_extended, legal_extended)


@pytest.mark.parametrize(
    ("received", "legal", "extended"),
    [
        pytest.param("2026-12-31T23:30Z", "2027-02-01", "2027-04-01", id="E22"),
        pytest.param("2027-01-31T22:59Z", "2027-03-01", "2027-04-30", id="E23 before midnight"),
        pytest.param("2027-01-31T23:01Z", "2027-03-01", "2027-05-03", id="E23 after midnight"),
    ],
)
def test_the_day_of_receipt_is_the_day_in_paris(received: str, legal: str, extended: str) -> None:
    instant = datetime.fromisoformat(received)
    assert deadline(instant).legal_due == date.fromisoformat(legal)
    assert deadline(instant, extended=True).legal_due == date.fromisoformat(extended)


def test_e25_ten_days_of_waiting_for_identity_are_added() -> None:
    waited = Suspension(*days("2027-03-08", "2027-03-18"))
    found = deadline(at("2027-03-05"), suspensions=[waited])
    assert (found.raw, found.legal_due, found.target_due) == days("2027-04-15", "2027-04-15", "2027-04-15")


@pytest.mark.parametrize(
    ("asked", "in_time"),
    [("2027-03-05", True), ("2027-03-08", True), ("2027-03-10", True), ("2027-03-11", False)],
)
def test_e27_identity_asked_on_the_fourth_working_day_stops_no_clock(asked: str, in_time: bool) -> None:
    assert identity_asked_in_time(at("2027-03-05"), at(asked, hour=23)) is in_time


def test_identity_asked_after_a_weekend_and_a_holiday_is_in_time() -> None:
    # received on Good Friday: the Monday counts as little as the weekend
    assert identity_asked_in_time(at("2027-03-26"), at("2027-04-01"))
    assert not identity_asked_in_time(at("2027-03-26"), at("2027-04-02"))


@pytest.mark.parametrize(
    ("received", "target", "reminders"),
    [
        pytest.param("2027-03-05", "2027-04-05", ["2027-03-26", "2027-03-31", "2027-04-02"], id="5 April"),
        pytest.param("2027-03-30", "2027-04-30", ["2027-04-20", "2027-04-23", "2027-04-29"], id="30 April"),
    ],
)
def test_e31_staff_are_reminded_on_working_days_before_the_target(
    received: str, target: str, reminders: list[str]
) -> None:
    found = deadline(at(received))
    assert found.target_due == date.fromisoformat(target)
    assert found.reminders == days(*reminders)


def test_e32_staff_work_to_the_last_working_day_before() -> None:
    assert deadline(at("2027-01-31")).target_due == date(2027, 2, 26)


def test_the_time_ends_with_the_last_second_of_the_day_in_paris() -> None:
    found, winter = deadline(at("2027-03-05")), deadline(at("2026-12-01"))
    assert not winter.passed(datetime(2027, 1, 4, 22, 59, 59, 999_999, tzinfo=UTC))
    assert winter.passed(datetime(2027, 1, 4, 23, 0, tzinfo=UTC))
    assert not found.passed(datetime(2027, 4, 5, 21, 59, 59, 999_999, tzinfo=UTC))
    assert found.passed(datetime(2027, 4, 5, 22, 0, tzinfo=UTC))
    assert (found.days_left(date(2027, 4, 5)), found.days_left(date(2027, 4, 7))) == (0, -2)


def test_while_the_clock_stands_nothing_is_due_nor_reminded_of() -> None:
    asked = Suspension(date(2027, 3, 8))
    early, late = (
        deadline(at("2027-03-05"), suspensions=[asked], today=day) for day in days("2027-03-08", "2027-03-18")
    )
    assert (early.raw, late.raw) == days("2027-04-05", "2027-04-15")
    assert (early.reminders, late.reminders) == ((), ())
    assert not early.passed(at("2027-05-01"))


def test_e57_a_right_added_while_the_clock_stands_waits_from_its_own_day_on() -> None:
    waited = Suspension(*days("2027-03-08", "2027-03-30"))
    assert suspended_days([waited], since=date(2027, 3, 25)) == 5
    assert suspended_days([waited], since=date(2027, 4, 2)) == 0


def test_days_on_which_two_things_were_waited_for_count_once() -> None:
    waited = [
        Suspension(*days("2027-03-20", "2027-03-25")),
        Suspension(*days("2027-03-08", "2027-03-18")),
        Suspension(*days("2027-03-15", "2027-03-21")),
        Suspension(*days("2027-03-09", "2027-03-10")),
    ]
    assert suspended_days(waited, since=date(2027, 3, 5)) == 17


def test_a_suspension_that_ends_before_it_begins_is_none() -> None:
    with pytest.raises(ValueError, match="before it begins"):
        deadline(at("2027-03-05"), suspensions=[Suspension(*days("2027-03-18", "2027-03-08"))])


def test_mail_that_needs_a_person_is_decided_within_a_working_day() -> None:
    assert triage_due(at("2027-03-05", hour=9)) == date(2027, 3, 8)
    assert triage_due(at("2027-03-27")) == date(2027, 3, 30)


# --- what holds on every day

#: From the GDPR's first day to the year 2200.
INSTANTS = st.integers(1_527_199_200, 7_258_118_400).map(lambda second: datetime.fromtimestamp(second, UTC))
#: So many days after receipt, for so many days.
SPANS = st.tuples(st.integers(0, 120), st.integers(0, 60))


@st.composite
def clocks(draw: st.DrawFn) -> tuple[datetime, list[Suspension], bool]:
    received_at = draw(INSTANTS)
    day = paris_day(received_at)
    spans = draw(st.lists(SPANS, max_size=4))
    suspensions = [
        Suspension(day + timedelta(days=start), day + timedelta(days=start + length))
        for start, length in spans
    ]
    return received_at, suspensions, draw(st.booleans())


def _found(clock: tuple[datetime, list[Suspension], bool]) -> Deadline:
    received_at, suspensions, extended = clock
    return deadline(received_at, suspensions=suspensions, extended=extended)


@given(clocks())
def test_target_raw_and_legal_due_stand_in_this_order_on_working_days(
    clock: tuple[datetime, list[Suspension], bool],
) -> None:
    found = _found(clock)
    assert found.target_due <= found.raw <= found.legal_due
    assert is_working_day(found.target_due)
    assert is_working_day(found.legal_due)
    # no run of days off in France is longer than four days
    assert found.legal_due - found.target_due <= timedelta(days=5)


@given(clocks())
def test_reminders_come_on_working_days_before_the_target_one_after_the_other(
    clock: tuple[datetime, list[Suspension], bool],
) -> None:
    first, second, third = _found(clock).reminders
    assert first < second < third < _found(clock).target_due
    assert all(is_working_day(day) for day in (first, second, third))


@given(INSTANTS, st.booleans())
def test_without_suspension_the_day_of_the_month_stays_or_is_its_last(
    received_at: datetime, extended: bool
) -> None:
    received, raw = paris_day(received_at), deadline(received_at, extended=extended).raw
    assert raw == add_months(received, 3 if extended else 1)
    assert raw.day == received.day or (raw + timedelta(days=1)).day == 1


@given(clocks(), st.data())
def test_suspensions_count_the_same_in_any_order_and_however_often_told(
    clock: tuple[datetime, list[Suspension], bool], data: st.DataObject
) -> None:
    received_at, suspensions, extended = clock
    told = data.draw(st.permutations(suspensions * 2))
    assert _found((received_at, told, extended)) == _found(clock)


@given(clocks())
def test_each_day_on_which_the_clock_stood_is_added_once(
    clock: tuple[datetime, list[Suspension], bool],
) -> None:
    received_at, suspensions, extended = clock
    stood = {
        one.from_day + timedelta(days=n)
        for one in suspensions
        for n in range((one.to_day - one.from_day).days if one.to_day else 0)
    }
    assert (_found(clock).raw - deadline(received_at, extended=extended).raw).days == len(stood)


@given(clocks(), INSTANTS)
def test_a_later_receipt_never_ends_earlier(
    clock: tuple[datetime, list[Suspension], bool], other: datetime
) -> None:
    received_at, _suspensions, extended = clock
    earlier, later = sorted((received_at, other))
    assert deadline(earlier, extended=extended).legal_due <= deadline(later, extended=extended).legal_due
