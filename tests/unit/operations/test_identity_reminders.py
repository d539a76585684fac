"""Who answers no challenge is reminded twice, closed by a person after 30 days, and taken up by a reply (T10)."""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from privacy.domain.clocks import PARIS
from privacy.domain.request import State
from privacy.domain.request_effects import owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.operations.requests.receive_mail import Became
from privacy.operations.requests.watch_deadlines import Watch
from tests.identifying import House
from tests.requesting import CASE, DPO, PASSED, POLICY, STAFF, THANKS, asks, mail
from tests.telling import BENOIT, CAMILLE

ASKED = datetime(2026, 11, 2, 9, tzinfo=PARIS)
DOUBTFUL = PASSED._replace(dmarc="FAIL")


@pytest.fixture
def house() -> House:
    house = House(known={CAMILLE, BENOIT}, now=ASKED)
    house.brings(mail(when="2026-11-02T07:30", verdicts=DOUBTFUL), asks(Right.ACCESS))
    house.works()
    return house


def mornings(house: House, days: int, since: int = 1) -> list[tuple[int, str]]:
    """(days since it was asked, letter) for each that went."""
    went = []
    for day in range(since, days + 1):
        house.now = ASKED + timedelta(days=day)
        Watch(house.log, POLICY.periods, house.now).look(CASE)
        went += [(day, letter) for letter in house.works()]
    return went


def test_t10_they_are_reminded_on_day_seven_and_twenty_one_with_a_link_that_works(house: House) -> None:
    first = house.secret()
    assert mornings(house, 29) == [
        (7, "IDENTITY_REMINDER"), (7, "IDENTITY_L1"), (21, "IDENTITY_REMINDER"), (21, "IDENTITY_L1"),
    ]  # fmt: skip
    assert house.secret() != first
    reminder = house.message("IDENTITY_REMINDER").get_content()
    assert "votre confirmation, par un message séparé" in reminder
    assert "2 décembre 2026" in reminder
    house.now = ASKED + timedelta(days=22)
    assert "<form" not in house.looks(first)
    assert "Thank you" in house.presses(house.secret())
    assert house.item("access").identity == "L1"


def test_a_morning_that_was_missed_is_made_up_for_by_one_letter_a_day(house: House) -> None:
    assert [day for day, letter in mornings(house, 30, since=25) if letter == "IDENTITY_REMINDER"] == [25, 26]


def test_who_answered_is_reminded_of_nothing(house: House) -> None:
    house.presses(house.secret())
    assert "IDENTITY_REMINDER" not in [letter for _, letter in mornings(house, 20)]


def test_nobody_is_reminded_at_an_address_that_takes_no_letter(house: House) -> None:
    flagged = {"flag": "mail_undeliverable", "reason": "bounced"}
    house.does(Step(Kind.FLAGGED, house.now, said=flagged))
    assert "IDENTITY_REMINDER" not in [letter for _, letter in mornings(house, 20)]


def test_t10_from_day_thirty_a_person_is_asked_to_close_it_and_nobody_else_does(house: House) -> None:
    before = mornings(house, 29)
    assert "DPO_NOTICE" not in [letter for _, letter in before]
    assert (30, "DPO_NOTICE") in mornings(house, 30, since=30)
    assert house.item("access").state is State.IDENTITY_PENDING
    notice = [each for each in house.post.messages() if "peut être clos" in each.get_content()]
    assert len(notice) == 1
    closed = Step(Kind.CLOSED_UNIDENTIFIED, house.now, STAFF, said={"items": ("access",)})
    house.does(closed)
    assert house.works() == ["CLOSED_UNIDENTIFIED"]
    assert "https://www.cnil.fr/" in house.message("CLOSED_UNIDENTIFIED").get_content()


def test_t10_it_is_not_closed_before_they_were_reminded_twice(house: House) -> None:
    house.now = ASKED + timedelta(days=40)
    with pytest.raises(IllegalTransition, match="reminded twice"):
        house.does(Step(Kind.CLOSED_UNIDENTIFIED, house.now, STAFF, said={"items": ("access",)}))


def test_e95_a_reply_on_day_45_takes_it_up_with_the_days_that_were_left_and_a_fresh_link(
    house: House,
) -> None:
    left = house.item("access").deadline(ASKED.date()).raw - ASKED.date()
    mornings(house, 30)
    house.does(Step(Kind.CLOSED_UNIDENTIFIED, house.now, STAFF, said={"items": ("access",)}))
    house.works()
    house.now = ASKED + timedelta(days=45)
    again = mail("mail2", "2026-12-17T08:00", subject=f"Re: [{CASE}]", verdicts=DOUBTFUL)
    assert house.brings(again, THANKS) is Became.JOINED
    item = house.item("access")
    assert (item.state, item.suspended) == (State.IDENTITY_PENDING, False)
    assert item.deadline().raw - house.now.date() == left
    assert "IDENTITY_L1" in house.works()
    house.now += timedelta(days=1)
    assert "Thank you" in house.presses(house.secret())
    assert house.item("access").identity == "L1"


def test_e95_who_took_it_up_again_has_thirty_days_once_more(house: House) -> None:
    mornings(house, 30)
    house.does(Step(Kind.CLOSED_UNIDENTIFIED, house.now, STAFF, said={"items": ("access",)}))
    house.now = ASKED + timedelta(days=45)
    house.brings(mail("mail2", "2026-12-17T08:00", subject=f"Re: [{CASE}]", verdicts=DOUBTFUL), THANKS)
    house.works()
    reminders = [d for d, letter in mornings(house, 75, since=46) if letter == "IDENTITY_REMINDER"]
    assert reminders == [52, 66]
    early = Step(Kind.CLOSED_UNIDENTIFIED, ASKED + timedelta(days=70), STAFF, said={"items": ("access",)})
    with pytest.raises(IllegalTransition, match="30"):
        house.does(early)


def test_e71_the_sender_is_reminded_of_no_more_than_that_an_address_was_asked_if_there_is_one(
    house: House,
) -> None:
    said = {"items": ("access",), "level": "L1", "doubt": True, "address": BENOIT}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said=said))
    assert house.works() == ["IDENTITY_L1", "IDENTITY_ELSEWHERE"]
    mornings(house, 7)
    assert "s'il y en a une" in house.message("IDENTITY_REMINDER").get_content()
    assert (house.recipient("IDENTITY_REMINDER"), house.recipient("IDENTITY_L1")) == (CAMILLE, BENOIT)


def test_a_document_is_reminded_of_with_a_link_of_its_own_and_the_same_reason(house: House) -> None:
    said = {"items": ("access",), "level": "L3", "doubt": True, "reason": "two people share the mailbox"}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.works()
    first = house.secret("IDENTITY_L3")
    assert [letter for _, letter in mornings(house, 7)] == ["IDENTITY_REMINDER", "IDENTITY_L3"]
    assert house.secret("IDENTITY_L3") != first
    assert "two people share the mailbox" in house.message("IDENTITY_L3").get_content()
    assert "justificatif" in house.message("IDENTITY_REMINDER").get_content()


def test_facts_are_reminded_of_in_words(house: House) -> None:
    said = {"items": ("access",), "level": "L2", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said=said))
    house.works()
    assert [letter for _, letter in mornings(house, 7)] == ["IDENTITY_REMINDER"]
    assert "code postal" in house.message("IDENTITY_REMINDER").get_content()
    assert all(effect.letter != "IDENTITY_L1" for effect in owed(house.case()))
