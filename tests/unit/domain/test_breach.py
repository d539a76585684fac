"""A breach's record: what may be added when, and until when the authority is told (G36, E115)."""

from __future__ import annotations

from datetime import datetime, timedelta
from itertools import count
from typing import Any

import pytest

from privacy.domain.breach import TOPICS, Breach, BreachRefused, Did, Entry, add, open_first, opened
from tests.telling import at

KNOWN = at("2027-03-05T08:00")  # a Friday
HOURS = 72
_commands = (f"command {number}" for number in count())


def entry(did: Did, when: datetime = KNOWN, **more: Any) -> Entry:
    more = {"by": "alix", "command": next(_commands), "words": "an answer went astray", "on": when} | more
    return Entry(did, when, **more)


def breach() -> Breach:
    return opened("BR-4F1D2A90", entry(Did.OPENED, topic="nature", request="IM-2027-000123"))


def after(found: Breach, *did: Did) -> Breach:
    for number, one in enumerate(did, 1):
        found = add(found, entry(one, KNOWN + timedelta(hours=number), reference="CNIL 1"), HOURS)
    return found


def test_g36_the_72_hours_run_from_when_we_knew_and_over_the_weekend() -> None:
    found = breach()
    assert found.due_at(HOURS) == at("2027-03-08T08:00")
    assert not found.overdue(at("2027-03-08T08:00"), HOURS)
    assert found.overdue(at("2027-03-08T08:01"), HOURS)


@pytest.mark.parametrize("settled", [Did.TOLD_AUTHORITY, Did.NO_RISK])
def test_whoever_was_told_or_need_not_be_is_never_overdue(settled: Did) -> None:
    assert not after(breach(), settled).overdue(at("2028-01-01"), HOURS)
    assert after(breach(), Did.TOLD_PEOPLE).overdue(at("2028-01-01"), HOURS)


@pytest.mark.parametrize(
    ("did", "closes"),
    [
        ((Did.NO_RISK,), True),
        ((Did.TOLD_AUTHORITY, Did.TOLD_PEOPLE), True),
        ((Did.TOLD_AUTHORITY, Did.NO_HIGH_RISK), True),
        ((Did.TOLD_AUTHORITY,), False),
        ((Did.TOLD_PEOPLE,), False),
        ((), False),
    ],
)
def test_it_is_closed_once_it_says_of_authority_and_people_that_they_were_told_or_why_not(
    did: tuple[Did, ...], closes: bool
) -> None:
    found = after(breach(), *did)
    if closes:
        assert after(found, Did.CLOSED).closed_at == KNOWN + timedelta(hours=1)
    else:
        with pytest.raises(BreachRefused, match=r"Art\. 3[34]"):
            after(found, Did.CLOSED)


def test_what_is_closed_stays_as_it_is() -> None:
    closed = after(breach(), Did.NO_RISK, Did.CLOSED)
    with pytest.raises(BreachRefused, match="closed"):
        after(closed, Did.NOTED)


def test_a_command_that_comes_again_adds_nothing_even_once_it_is_closed() -> None:
    noted = entry(Did.NOTED)
    once = add(breach(), noted, HOURS)
    assert add(once, noted, HOURS) is once
    closed = after(once, Did.NO_RISK, Did.CLOSED)
    assert add(closed, noted, HOURS) is closed


@pytest.mark.parametrize(
    ("refused", "why"),
    [
        (entry(Did.OPENED), "open already"),
        (entry(Did.NOTED, words=" "), "few words"),
        (entry(Did.NOTED, topic="weather"), "about one of"),
        (entry(Did.TOLD_AUTHORITY), "reference"),
        (entry(Did.TOLD_AUTHORITY, reference="1", on=KNOWN - timedelta(seconds=1)), "before we knew"),
        (entry(Did.TOLD_PEOPLE, on=KNOWN + timedelta(seconds=1)), "tomorrow"),
    ],
)
def test_what_does_not_fit_is_refused_with_words(refused: Entry, why: str) -> None:
    with pytest.raises(BreachRefused, match=why):
        add(breach(), refused, HOURS)


def test_nobody_opens_one_of_which_we_shall_know_tomorrow() -> None:
    with pytest.raises(BreachRefused, match="since when"):
        opened("BR-1", entry(Did.OPENED, on=KNOWN + timedelta(seconds=1)))


def test_what_the_authority_asks_is_told_by_topic_and_what_is_unknown_is_seen() -> None:
    found = add(breach(), entry(Did.NOTED, topic="people", words="one person"), HOURS)
    found = add(found, entry(Did.NOTED, words="called the host"), HOURS)
    assert tuple(found.told()) == TOPICS
    assert {t: w for t, w in found.told().items() if w} == {
        "nature": ["an answer went astray"],
        "people": ["one person"],
    }


def test_the_open_come_first_by_their_deadline_and_then_the_closed() -> None:
    late = opened("BR-2", entry(Did.OPENED, KNOWN + timedelta(days=1)))
    early = breach()
    done = after(opened("BR-3", entry(Did.OPENED)), Did.NO_RISK, Did.CLOSED)
    assert open_first([done, late, early]) == [early, late, done]


def test_a_record_that_nobody_opened_is_none() -> None:
    with pytest.raises(ValueError, match="opened"):
        Breach("BR-1", (entry(Did.NOTED),))
