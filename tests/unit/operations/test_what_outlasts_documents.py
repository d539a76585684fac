"""Whose a purchase is stays known until the last of it has gone, and so does their customer at Stripe (R1, R17)."""

from __future__ import annotations

import itertools
from dataclasses import replace

import pytest

from privacy.domain.facts import Fact
from tests.purging import Killed, Moment, PurgeOffice, dies
from tests.telling import at, charge, dispute, email, fact, refund, session

BILL = "stripe_invoice#in_1"


def bought(when: str, payment: str) -> Fact:
    """Nothing but the order, as where the profile stands with the account."""
    told = session(when, payment=payment)
    return replace(told, groups={"order": told.group("order")})


def subjects(office: PurgeOffice, group: str) -> set[str]:
    return {fact.subject for fact in office.facts() if group in fact.groups}


@pytest.mark.parametrize("active", [False, True], ids=["from the archive", "from the active base"])
def test_r17_a_dispute_s_file_outlasts_its_order_s_documents_and_stays_its_owner_s(
    office: PurgeOffice, *, active: bool
) -> None:
    """Of a customer who has ordered since: the first order's documents end with 2034, its dispute closed in 2033."""
    office.hear(bought("2024-10-15", "pi_1"), charge("2024-10-15"))
    office.hear(bought("2032-06-01" if active else "2027-02-04", "pi_2"))
    office.nights("2025-12-01", "2030-02-04")
    office.hear(dispute("2033-01-01", "needs_response"), dispute("2033-01-06", "lost"))
    ends, day_before = ("2038-01-06", "2038-01-05") if active else ("2037-02-04", "2037-02-03")  # P31
    office.nights("2035-01-01", "2035-01-02", day_before)
    assert {"stripe_payment#pi_1"} == subjects(office, "dispute") <= subjects(office, "archived")
    assert (len(office.people.items), office.summary()["orders"]) == (1, 2)
    office.night(ends)
    assert subjects(office, "dispute") == set()
    assert "stripe_payment#pi_1" not in subjects(office, "archived")
    assert office.summary()["orders"] == 1


def test_r1_a_refund_of_the_next_year_stays_its_buyer_s_for_that_year(office: PurgeOffice) -> None:
    office.hear(bought("2024-12-20", "pi_1"), charge("2024-12-20"), refund("2025-01-08"))
    office.hear(bought("2034-06-01", "pi_2"))
    office.nights("2035-01-01", "2035-01-02")
    assert subjects(office, "archived") == subjects(office, "refund") == {"stripe_payment#pi_1"}
    assert (len(office.people.items), office.summary()["orders"]) == (1, 2)
    office.night("2036-01-01")
    assert {"refund", "archived"}.isdisjoint(office.groups())


def bill(when: str, *, paid: bool) -> Fact:
    """Paid, it is told without the account, as by a listing."""
    names = (email(), BILL) if paid else (email(), "stripe_customer#cus_1", BILL)
    said = {"invoice": "in_1", "status": "open", "total": 9000, "currency": "eur"}
    said |= {"created_at": at("2025-11-23").isoformat()}
    if paid:
        said |= {"status": "paid", "amount_paid": 9000, "paid_at": at(when).isoformat()}
    owed = {"invoice": "in_1", "state": "settled" if paid else "overdue", "currency": "eur"}
    type_ = "invoice.paid" if paid else "invoice.overdue"
    return fact(type_, when, *names, subject=BILL, invoice=said, unpaid=owed)


def archived_unpaid(office: PurgeOffice) -> None:
    """In the archive since 2027, and paid the year after."""
    office.hear(session("2024-07-21", customer="cus_1"), bill("2025-11-23", paid=False))
    office.nights("2027-07-21", "2027-11-23")
    office.hear(bill("2028-01-10", paid=True))


def test_a_bill_archived_unpaid_and_paid_later_still_leads_to_its_customer_at_stripe(
    office: PurgeOffice,
) -> None:
    archived_unpaid(office)
    office.night("2031-01-10")
    [marker] = [f for f in office.facts() if f.subject == BILL]
    assert marker.groups["archived"]["paid"]
    assert "stripe_customer#cus_1" in marker.identifiers
    office.nights("2035-01-01", "2035-12-31")
    assert (office.knows(), office.stripe.deleted) == (True, [])
    office.night("2036-01-01")
    assert (office.facts(), office.stripe.deleted) == ([], ["cus_1"])


def test_a_bill_that_nobody_ever_paid_keeps_its_customer_at_stripe_longer_than_the_orders_before_it(
    office: PurgeOffice,
) -> None:
    office.hear(session("2024-03-19", customer="cus_1"), bill("2025-11-23", paid=False))
    office.nights("2027-03-19", "2027-11-23", "2035-01-01", "2035-01-02")
    assert (office.knows(), office.stripe.deleted) == (True, [])
    office.night("2036-01-01")
    assert (office.facts(), office.stripe.deleted) == ([], ["cus_1"])


def test_who_bought_with_an_account_first_and_as_a_guest_last_is_no_customer_at_stripe_when_they_have_gone(
    office: PurgeOffice,
) -> None:
    """What named the account goes with the first order's documents, three years before the last's."""
    office.hear(session("2024-07-21", customer="cus_1"), session("2027-02-01", payment="pi_2"))
    office.nights("2030-02-01", "2032-02-01", "2035-01-01", "2037-02-01")
    assert {told.subject for told in office.facts() if "archived" in told.groups} == {"stripe_payment#pi_2"}
    assert (office.knows(), office.stripe.deleted) == (True, [])
    office.nights("2038-01-01", "2038-01-02")
    assert (office.facts(), office.stripe.deleted) == ([], ["cus_1"])


def test_wherever_the_worker_dies_what_leads_there_is_not_lost() -> None:
    for moment in itertools.count(1):
        office = PurgeOffice()
        archived_unpaid(office)
        dying = Moment(office, moment, dies)
        try:
            office.night("2031-01-10")
        except Killed:
            named = [i for f in office.facts() for i in f.identifiers if BILL in f.identifiers]
            assert "stripe_customer#cus_1" in named
        if not dying.came:
            break
        office.nights("2031-01-11", "2035-01-01", "2036-01-01")
        assert (office.facts(), office.stripe.deleted) == ([], ["cus_1"])
    assert moment > 20


@pytest.fixture
def office() -> PurgeOffice:
    return PurgeOffice()
