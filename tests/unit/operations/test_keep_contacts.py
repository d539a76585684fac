"""The day of an order outlasts its documents for as long as a permission rests on it, and nothing else (A2, R8)."""

from __future__ import annotations

import pytest

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from tests.purging import Killed, Moment, PurgeOffice, dies
from tests.telling import BENOIT, CAMILLE, added, email, member, unsubscribed

NIGHTS = ("2026-01-01", "2027-01-01", "2028-01-01", "2028-01-02", "2029-01-01", "2029-01-02")


@pytest.fixture
def office() -> PurgeOffice:
    return PurgeOffice()


def loyal(office: PurgeOffice, who: str = CAMILLE, first: int = 2015, last: int = 2026) -> None:
    """One opt-in in 2014, then an order every March, and never again a box."""
    office.hear(member("2014-06-01", who))
    office.joins("2014-06-01", who)
    for year in range(first, last + 1):
        office.hear(added(f"{year}-03-01", who, number=f"B-{year}-{who}"))


def contacts(office: PurgeOffice) -> list[Fact]:
    return sorted((f for f in office.facts() if f.type == "contact"), key=lambda fact: fact.occurred_at)


def test_a_loyal_customer_stays_permitted_when_the_documents_of_their_first_orders_have_gone(
    office: PurgeOffice,
) -> None:
    loyal(office)
    for night in NIGHTS:
        office.night(night)
        assert office.summary()["may_market_until"] == "2029-03-01", night
    assert "consent" in office.groups()
    assert {paris_day(fact.occurred_at).year for fact in office.facts() if "order" in fact.groups} == set(
        range(2019, 2027)
    )


def test_only_the_days_stay_that_it_takes_and_nothing_leads_from_them_to_an_order(
    office: PurgeOffice,
) -> None:
    loyal(office)
    office.nights(*NIGHTS)
    assert [paris_day(fact.occurred_at).isoformat() for fact in contacts(office)] == ["2017-03-01"]
    [kept] = contacts(office)
    assert (kept.identifiers, kept.subject, kept.groups) == (
        (email(),),
        email(),
        {"contact": {"channel": "order"}},
    )
    assert "B-2017" not in repr(kept)


def test_who_orders_every_second_year_is_led_from_one_to_the_next(office: PurgeOffice) -> None:
    office.hear(member("2014-06-01", CAMILLE))
    office.joins("2014-06-01")
    for year in range(2016, 2032, 2):
        office.hear(added(f"{year}-03-01", CAMILLE, number=f"B-{year}"))
    for year in range(2027, 2034):
        office.night(f"{year}-01-01")
        office.night(f"{year}-01-02")
        assert office.summary()["may_market_until"] == "2033-03-01" or year == 2033, year
    assert [paris_day(fact.occurred_at).year for fact in contacts(office)] == [2016, 2018, 2020, 2022]


def test_whoever_left_leaves_no_days_behind(office: PurgeOffice) -> None:
    loyal(office)
    office.hear(unsubscribed("2026-05-01"))
    office.nights(*NIGHTS)
    assert contacts(office) == []


def test_two_people_s_days_are_each_their_own(office: PurgeOffice) -> None:
    loyal(office)
    loyal(office, BENOIT)
    office.nights(*NIGHTS)
    assert sorted(fact.filed_under for fact in contacts(office)) == sorted([email(), email(BENOIT)])
    assert office.summary(BENOIT)["may_market_until"] == "2029-03-01"


def test_the_days_go_with_the_proof(office: PurgeOffice) -> None:
    loyal(office)
    office.nights(*NIGHTS)
    assert contacts(office)
    years = [f"{year}-{day}" for year in range(2029, 2037) for day in ("03-01", "03-02")]
    office.nights(*years)
    assert (office.groups() & {"consent", "contact"}) == set()


def test_a_worker_that_dies_anywhere_keeps_the_same_days() -> None:
    for count in range(1, 400):
        office = PurgeOffice()
        loyal(office)
        office.night("2027-01-01")
        office.now = office.now.replace(year=2028)
        [batch] = office.due()
        moment = Moment(office, count, dies)
        try:
            office.work(batch)
        except Killed:
            office.work(batch)
        assert [fact.occurred_at.year for fact in contacts(office)] == [2017], count
        assert office.summary()["may_market_until"] == "2029-03-01", count
        if not moment.came:
            break
    assert count > 10
