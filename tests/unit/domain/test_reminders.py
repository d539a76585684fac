"""Reminders of a request's clock: on their days, each once, made up for when a morning was missed (E31)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, datetime, timedelta

from privacy.domain.clocks import PARIS
from privacy.domain.deadlines import Deadline, Suspension, deadline
from privacy.domain.reminders import Occasion, Reminder, reminder_due

RECEIVED = datetime(2027, 3, 5, 12, tzinfo=PARIS)  # target and legal due: Monday 5 April


def mornings(
    clock: Deadline, told: set[tuple[str, date]], first: date, last: date
) -> Iterator[tuple[str, str]]:
    """(day, the most urgent occasion told on it) for every morning on which something is."""
    day = first
    while day <= last:
        due = reminder_due(clock, day, told)
        if due is not None:
            told.add(due)
            yield day.isoformat(), due.occasion.value
        day += timedelta(days=1)


def test_e31_a_quiet_month_reminds_four_times_and_then_daily() -> None:
    told = list(mornings(deadline(RECEIVED), set(), date(2027, 3, 5), date(2027, 4, 8)))
    assert told == [
        ("2027-03-26", "ten_days"),
        ("2027-03-31", "five_days"),
        ("2027-04-02", "one_day"),
        ("2027-04-05", "on_the_day"),
        ("2027-04-06", "overdue"),
        ("2027-04-07", "overdue"),
        ("2027-04-08", "overdue"),
    ]


def test_the_same_morning_twice_tells_nothing_twice() -> None:
    clock, morning = deadline(RECEIVED), date(2027, 3, 26)
    told = reminder_due(clock, morning, set())
    assert told == Reminder(Occasion.TEN_DAYS, date(2027, 4, 5))
    assert reminder_due(clock, morning, {told}) is None


def test_mornings_that_were_missed_are_made_up_for_by_one_letter() -> None:
    told = list(mornings(deadline(RECEIVED), set(), date(2027, 4, 1), date(2027, 4, 5)))
    assert told == [("2027-04-01", "five_days"), ("2027-04-02", "one_day"), ("2027-04-05", "on_the_day")]


def test_between_the_target_and_the_legal_end_nothing_new_is_told() -> None:
    # received on 31 January: target Friday 26 February, due on Monday 1 March (E32)
    clock = deadline(datetime(2027, 1, 31, 12, tzinfo=PARIS))
    told: set[tuple[str, date]] = set()
    assert list(mornings(clock, told, date(2027, 2, 26), date(2027, 3, 2))) == [
        ("2027-02-26", "on_the_day"),
        ("2027-03-02", "overdue"),
    ]


def test_nothing_is_reminded_of_while_the_clock_stands_and_all_anew_when_it_goes_on() -> None:
    told: set[tuple[str, date]] = set()
    first = list(mornings(deadline(RECEIVED), told, date(2027, 3, 5), date(2027, 3, 28)))
    assert [occasion for _, occasion in first] == ["ten_days"]
    asked = date(2027, 3, 28)
    standing = deadline(RECEIVED, suspensions=[Suspension(asked)], today=date(2027, 5, 1))
    assert reminder_due(standing, date(2027, 5, 1), told) is None
    resumed = deadline(RECEIVED, suspensions=[Suspension(asked, date(2027, 4, 27))])
    assert resumed.target_due == date(2027, 5, 5)
    again = list(mornings(resumed, told, date(2027, 4, 27), date(2027, 5, 5)))
    assert again == [
        ("2027-04-27", "ten_days"),
        ("2027-04-30", "five_days"),
        ("2027-05-04", "one_day"),
        ("2027-05-05", "on_the_day"),
    ]
