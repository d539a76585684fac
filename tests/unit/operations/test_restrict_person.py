"""Restriction: stored and nothing else, until the person was told that it ends (G25, E111)."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from privacy import letters
from privacy.domain.letter import Language
from privacy.domain.membership import steps
from privacy.domain.person import may_market, may_personalise
from privacy.domain.request_effects import effects
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.operations.letters.compose_letter import compose
from privacy.operations.letters.letter_of_effect import writing
from privacy.operations.retention.keepers import keepers_of
from privacy.operations.rights.erase_person import fact_of_erasure
from tests.requesting import CASE, DPO, POLICY, STAFF, step
from tests.righting import LIST, Righting
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, session


@pytest.fixture
def office() -> Righting:
    office = Righting(Right.RESTRICTION)
    office.tells(session("2026-03-01", box=True))
    office.subscribes()
    office.begins("restriction")
    return office


def restricted(office: Righting) -> None:
    office.answers("restriction", words="claims")


def test_e111_restricted_data_get_no_offers_and_leave_the_newsletter_without_a_word_in_their_name(
    office: Righting,
) -> None:
    restricted(office)
    person, today = office.person(), office.desk.now.date()
    assert not may_market(person, email(), today)
    assert not may_personalise(person)
    (standing,) = person.standings
    told = steps(standing, (LIST,), today)
    assert not standing.refused
    assert all(each.why == "restriction" for each in told)
    assert office.letters == [("RESTRICTED", "sender")]


def test_e111_what_would_be_purged_next_week_is_kept_and_looked_at_in_thirty_days(office: Righting) -> None:
    restricted(office)
    (hold,) = office.holds.all()
    assert (hold.kind, hold.review_on) == ("restriction", date(2026, 12, 22))
    assert CASE in hold.reason
    found = keepers_of(office.person(), ["person-1"], holds=office.holds, log=office.desk.log)
    assert "restriction" in {keeper.kind for keeper in found}


def announced(office: Righting) -> None:
    restricted(office)
    office.restrictions(DPO).announce(
        CASE, office.desk.now.date() + timedelta(days=7), "the claim was settled"
    )


def sent(office: Righting) -> None:
    (letter,) = [e.id for e in effects(office.case).values() if e.letter == "RESTRICTION_LIFT"]
    office.desk.does(step(Kind.CLAIMED, effect=letter))
    office.desk.does(step(Kind.LETTER_SENT, effect=letter, message_id="m1"))


def test_nothing_is_used_again_before_the_person_was_told_and_the_day_has_come(office: Righting) -> None:
    """Art. 18(3)."""
    restricted(office)
    with pytest.raises(IllegalTransition, match="told first"):
        office.restrictions(DPO).lift(CASE, "settled")
    office.restrictions(DPO).announce(CASE, office.desk.now.date() + timedelta(days=7), "it was settled")
    with pytest.raises(IllegalTransition, match="it is owed"):
        office.restrictions(DPO).lift(CASE, "settled")
    sent(office)
    with pytest.raises(IllegalTransition, match="not before"):
        office.restrictions(DPO).lift(CASE, "settled")
    assert office.holds.all() != []
    office.desk.now += timedelta(days=7)
    office.restrictions(DPO).lift(CASE, "settled")
    assert office.holds.all() == []
    assert office.person().restricted_at is None
    assert may_market(office.person(), email(), office.desk.now.date())
    assert office.case.operator_holds == ()


def test_a_restriction_is_announced_a_week_before_and_by_the_dpo(office: Righting) -> None:
    restricted(office)
    tomorrow = office.desk.now.date() + timedelta(days=1)
    with pytest.raises(IllegalTransition, match="7 days before"):
        office.restrictions(DPO).announce(CASE, tomorrow, "settled")
    with pytest.raises(IllegalTransition, match="for the DPO"):
        office.restrictions(STAFF).announce(CASE, tomorrow + timedelta(days=7), "settled")


def test_a_second_restriction_is_not_lifted_by_what_was_told_of_the_first(office: Righting) -> None:
    announced(office)
    sent(office)
    office.desk.now += timedelta(days=8)
    office.restrictions(DPO).lift(CASE, "settled")
    office.desk.now += timedelta(days=1)
    office.restrictions(DPO).restrict(CASE, "", "a second claim")
    assert office.person().restricted_at == office.desk.now
    with pytest.raises(IllegalTransition, match="told first"):
        office.restrictions(DPO).lift(CASE, "settled")


OTHER = "IM-2026-000777"


def test_of_two_cases_that_restrict_somebody_s_data_each_is_lifted_by_itself(office: Righting) -> None:
    announced(office)
    since = office.person().restricted_at
    office.desk.now += timedelta(days=1)
    contested = {"case": OTHER, "reason": "contested", "by": "anne", "at": office.desk.now}
    office.restricting.restrict(CAMILLE, name="contested", **contested)
    assert {hold.case for hold in office.holds.all()} == {CASE, OTHER}
    sent(office)
    office.desk.now += timedelta(days=8)
    office.restrictions(DPO).lift(CASE, "settled")
    assert [hold.case for hold in office.holds.all()] == [OTHER]
    assert office.person().restricted_at == since
    assert not may_market(office.person(), email(), office.desk.now.date())
    office.restricting.lift(CAMILLE, case=OTHER, name="looked at", at=office.desk.now)
    assert office.holds.all() == []
    assert may_market(office.person(), email(), office.desk.now.date())


def lift_letter(office: Righting) -> str:
    (effect,) = [e for e in effects(office.case).values() if e.letter == "RESTRICTION_LIFT"]
    said = writing(office.case, effect, Language.FR)
    return compose(said, book=letters.load(), controller=POLICY.controller).text


def test_whose_data_another_case_restricts_is_not_told_that_they_are_used_again(office: Righting) -> None:
    restricted(office)
    contested = {"case": OTHER, "reason": "contested", "by": "anne", "at": office.desk.now}
    office.restricting.restrict(CAMILLE, name="contested", **contested)
    office.restrictions(DPO).announce(CASE, office.desk.now.date() + timedelta(days=7), "settled")
    assert "Une autre limitation" in lift_letter(office)
    assert "de nouveau utilisées" not in lift_letter(office)


def erases(office: Righting, address: str, when: str) -> None:
    """As an erasure leaves it in the ledger, which remembers it longer than its request is there (R10)."""
    fact = fact_of_erasure(email(address), "person-1", "IM-2026-000888", at(when), PSEUDONYMS, kept=True)
    office.desk.ledger.append(fact)


def announced_anew(office: Righting) -> str:
    """What the letter says now."""
    office.desk.now += timedelta(days=3)
    office.restrictions(DPO).announce(CASE, office.desk.now.date() + timedelta(days=8), "you asked for that")
    last = [e for e in effects(office.case).values() if e.letter == "RESTRICTION_LIFT"][-1]
    said = writing(office.case, last, Language.FR)
    return compose(said, book=letters.load(), controller=POLICY.controller).text


def test_who_asked_for_erasure_meanwhile_is_told_that_what_was_kept_goes_then(office: Righting) -> None:
    announced(office)
    assert "de nouveau utilisées" in lift_letter(office)
    erases(office, CAMILLE, "2026-11-24")
    told = announced_anew(office)
    assert "ce que seule cette limitation gardait est effacé" in told
    assert "de nouveau utilisées" not in told


@pytest.mark.parametrize(("whose", "when"), [(CAMILLE, "2026-04-01"), (BENOIT, "2026-11-24")])
def test_who_came_back_after_an_erasure_or_had_somebody_else_erased_is_not_told_that_theirs_go(
    office: Righting, whose: str, when: str
) -> None:
    restricted(office)
    erases(office, whose, when)
    assert "de nouveau utilisées" in announced_anew(office)


def test_what_was_restricted_again_after_an_erasure_goes_with_it_all_the_same(office: Righting) -> None:
    restricted(office)
    erases(office, CAMILLE, "2026-11-24")
    office.desk.now += timedelta(days=3)
    office.restrictions(DPO).restrict(CASE, "", "a second claim")
    assert "ce que seule cette limitation gardait est effacé" in announced_anew(office)


def test_whose_data_nothing_else_restricts_is_told_that_they_are_used_again(office: Righting) -> None:
    announced(office)
    assert "de nouveau utilisées" in lift_letter(office)
    assert "Une autre limitation" not in lift_letter(office)


def test_g29_data_may_be_restricted_while_an_objection_is_looked_at() -> None:
    office = Righting(Right.OBJECTION)
    office.tells(session("2026-03-01", box=True))
    office.restrictions(DPO).restrict(CASE, "", "until the objection is decided")
    assert not may_market(office.person(), email(), at("2026-11-23").date())
    assert [hold.kind for hold in office.case.operator_holds] == ["restriction"]


def test_data_are_not_restricted_in_a_case_that_asks_for_nothing_of_the_kind() -> None:
    office = Righting(Right.ACCESS)
    office.tells(session("2026-03-01"))
    with pytest.raises(IllegalTransition, match="contests or objects"):
        office.restrictions(DPO).restrict(CASE, "", "…")
    assert office.holds.all() == []


def test_a_restriction_names_its_ground(office: Righting) -> None:
    with pytest.raises(IllegalTransition, match="ground"):
        office.drafts("restriction", words="because")
