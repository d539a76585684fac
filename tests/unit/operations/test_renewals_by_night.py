"""The night's purge finds whom to ask whether they stay, asks once, and takes who did not on the day itself."""

from __future__ import annotations

from datetime import date

import pytest

from privacy import policy
from privacy.domain.letter import Language
from privacy.domain.request_fold import fold
from privacy.operations.consent.stay_subscribed import STAY, Staying, stay, token_digest
from privacy.operations.people.person_summary import standings_in
from privacy.operations.retention.purge_case import CasePurge, purge_case
from privacy.ports import Appended
from privacy.ports.retention import LegalHold
from privacy.ports.tokens import Token
from tests.answering import MemoryPackages
from tests.fakes import MemoryCases, MemoryMail, MemoryTokens
from tests.purging import PurgeOffice
from tests.telling import CAMILLE, PSEUDONYMS, at, email, member, session, unsubscribed

POLICY = policy.load()


@pytest.fixture
def office() -> PurgeOffice:
    """Camille subscribed on 22 December 2023, and never ordered."""
    office = PurgeOffice()
    office.hear(member("2023-12-22T10:00"))
    office.joins("2023-12-22T10:00")
    return office


def presses(office: PurgeOffice, when: str) -> Appended | None:
    """The button behind the letter's link."""
    office.now = at(when)
    tokens = MemoryTokens()
    secret = PSEUDONYMS.token(STAY, email(), "2026-12-22")
    tokens.issue(token_digest(secret), Token(STAY, email(), "list1", at("2026-12-21T23:00")))
    return stay(
        secret,
        Language.FR,
        Staying(tokens, office.people, office.ledger, POLICY, lambda: office.now),
    )


def test_a3_who_is_silent_is_asked_once_and_goes_on_the_day(office: PurgeOffice) -> None:
    office.night("2026-11-21")
    assert office.requests.cases == {}
    office.night("2026-11-22")
    assert len(office.requests.cases) == 1
    office.nights("2026-11-23", "2026-12-01", "2026-12-21")
    assert office.asked_to_stay == [email()]
    assert office.knows()
    office.night("2026-12-22")
    assert office.empty()
    assert len(office.requests.cases) == 1


def test_who_was_asked_is_not_looked_at_again_before_the_day(office: PurgeOffice) -> None:
    assert len(office.night("2026-11-22")) == 1
    assert office.summary()["due_on"] == "2026-12-22"
    for day in range(23, 31):
        assert office.night(f"2026-11-{day}") == []


def test_a_night_that_was_missed_is_made_up_for(office: PurgeOffice) -> None:
    office.night("2026-12-15")
    assert len(office.requests.cases) == 1
    office.night("2026-12-22")
    assert office.empty()


def test_e135_who_pressed_the_button_stays_for_three_years_and_goes_then(office: PurgeOffice) -> None:
    office.night("2026-11-22")
    assert presses(office, "2026-12-12T09:00") is Appended.NEW
    office.stream(*((fact.filed_under, fact.key) for fact in office.facts()))
    office.nights("2026-12-22", "2027-06-01")
    assert office.knows()
    assert office.summary()["may_market_until"] == "2029-12-12"
    office.night("2029-11-12")
    assert len(office.requests.cases) == 2
    office.night("2029-12-12")
    assert office.empty()


def test_e135_who_stayed_by_an_older_letter_s_link_is_asked_at_the_address_of_what_they_bought_since() -> (
    None
):
    """Erased in between: nothing of theirs that says where they take the newsletter is left."""
    office = PurgeOffice()
    office.hear(session("2026-12-01T12:00"))
    assert presses(office, "2026-12-12T09:00") is Appended.NEW
    office.stream(*((fact.filed_under, fact.key) for fact in office.facts()))
    office.night("2029-11-11")
    assert office.requests.cases == {}
    office.night("2029-11-12")
    assert len(office.requests.cases) == 1
    (standing,) = standings_in(office.summary())
    assert standing.address == CAMILLE


def test_who_withdrew_after_the_letter_goes_at_once_a17(office: PurgeOffice) -> None:
    office.night("2026-11-22")
    office.hear(unsubscribed("2026-11-25T10:00"))
    office.night("2026-11-26")
    assert office.empty()
    # the link still works for nobody: nothing is held under the identifier that it leads to
    assert presses(office, "2026-11-27T10:00") is None
    assert office.facts() == []


def test_a_customer_who_is_silent_stays_a_customer_e141() -> None:
    office = PurgeOffice()
    office.hear(session("2023-12-01T12:00", box=True))
    office.night("2026-10-31")
    assert office.requests.cases == {}
    office.night("2026-11-01")
    (letter,) = office.requests.cases
    renewal = fold(letter, office.requests.steps(letter)).renewal
    assert renewal is not None
    assert renewal.letter.value == "renewal_customer"
    office.nights("2026-11-02", "2026-12-01", "2026-12-02")
    assert office.knows()
    assert len(office.requests.cases) == 1


@pytest.mark.parametrize("kind", ["legal", "restriction"])
def test_whose_data_have_to_stay_as_they_are_is_not_asked(office: PurgeOffice, kind: str) -> None:
    person = office.people.found[email()].person
    assert person is not None
    office.holds.place(LegalHold(person, kind, "…", "anne", at("2026-11-01"), date(2027, 5, 1)))
    office.nights("2026-11-22", "2026-11-23", "2026-11-24")
    assert office.requests.cases == {}
    office.holds.release(person, kind)
    office.night("2026-11-25")
    assert office.asked_to_stay == [email()]
    assert office.night("2026-11-26") == []


def test_the_letters_record_goes_with_the_day_that_it_was_about(office: PurgeOffice) -> None:
    office.night("2026-11-22")
    (letter,) = office.requests.cases

    def purged(day: str) -> object:
        return purge_case(
            f"request#{letter}",
            CasePurge(
                log=office.requests,
                cases=MemoryCases(office.requests),
                mails=MemoryMail(),
                packages=MemoryPackages(),
                holds=office.holds,
                people=office.people,
                periods=POLICY.periods,
                now=at(f"{day}T02:30"),
            ),
        )

    assert purged("2026-12-21") == {}
    assert purged("2026-12-22") == {"R24": 1}
    assert office.requests.steps(letter) == ()
    assert letter not in office.requests.summaries
    assert CAMILLE not in repr(office.requests.causes)
