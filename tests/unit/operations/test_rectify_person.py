"""Rectification: corrected everywhere, told to both addresses, and never an invoice (G23, E109, E110)."""

from __future__ import annotations

import pytest

from privacy.domain.membership import steps
from privacy.domain.person import may_market
from privacy.domain.request import State
from privacy.domain.request_effects import effects
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.rights import Right
from privacy.ports import ProviderUnavailable
from tests.righting import LIST, Righting
from tests.telling import BENOIT, CAMILLE, at, email, fact, session

NEW = "camille.petit@example.fr"
NAMED = {"given_name": "Camille", "family_name": "Petit"}


@pytest.fixture
def office() -> Righting:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01", customer="cus_1", box=True))
    office.customers.held["cus_1"] = {"email": CAMILLE, "name": "Camille Durand"}
    office.subscribes()
    office.begins("rectification")
    return office


def test_g23_what_is_corrected_is_corrected_at_stripe_at_mailchimp_and_here(office: Righting) -> None:
    office.answers("rectification", fields=NAMED | {"city": "Paris"})
    assert office.customers.held["cus_1"]["name"] == "Camille Petit"
    assert office.corrector.names == {(LIST, CAMILLE): ("Camille", "Petit")}
    profile = office.person().profile
    assert (profile["name"].value, profile["city"].value) == ("Camille Petit", "Paris")
    answered = office.case.steps[-1]
    assert answered.texts("recipients") == ("Stripe", "Mailchimp")
    assert [line.split("\t")[0] for line in answered.texts("changes")] == [
        "given_name",
        "family_name",
        "city",
    ]
    assert office.letters == [("RECTIFIED", "sender")]


def test_e109_another_address_goes_to_both_providers_and_consent_and_letters_follow_it(
    office: Righting,
) -> None:
    before = office.person()
    assert may_market(before, email(), at("2026-11-22").date())
    office.answers("rectification", fields={"email": NEW})
    assert office.customers.held["cus_1"]["email"] == NEW
    assert office.members.read(LIST, CAMILLE) is None
    assert office.members.read(LIST, NEW) is not None
    person = office.person(NEW)
    assert {email(), email(NEW)} <= set(person.links.emails)
    today = office.desk.now.date()
    assert may_market(person, email(NEW), today)
    assert not may_market(person, email(), today)
    assert office.letters == [("RECTIFIED", "sender"), ("ADDRESS_CHANGED", "other_address")]


def test_e109_the_other_address_is_the_one_that_did_not_get_the_letter(office: Righting) -> None:
    from privacy.domain.identity import recipient

    office.answers("rectification", fields={"email": NEW})
    to = {e.letter: recipient(office.case, e) for e in effects(office.case).values() if e.letter}
    assert (to["RECTIFIED"], to["ADDRESS_CHANGED"]) == (CAMILLE, NEW)


def test_e109_who_wanted_no_offers_wants_none_at_the_new_address_and_it_goes_on_the_list() -> None:
    office = Righting(Right.RECTIFICATION, Right.OBJECTION_MARKETING)
    no = fact(
        "contact.objected",
        "2026-06-01",
        email(),
        source="contact",
        consent={"purpose": "marketing", "choice": "objected", "carrier": "mail", "email": CAMILLE},
    )
    office.tells(session("2026-03-01", box=True), no)
    office.begins("rectification")
    office.answers("rectification", fields={"email": NEW})
    person = office.person(NEW)
    assert not may_market(person, email(NEW), office.desk.now.date())
    assert {refusal.email for refusal in person.refusals} == {email(), email(NEW)}
    wanted = [
        step.status
        for standing in person.standings
        for step in steps(standing, (LIST,), office.desk.now.date())
    ]
    assert "subscribed" not in wanted


def test_e110_an_invoice_that_was_issued_stays_as_it_is(office: Righting) -> None:
    issued = fact(
        "invoice.paid",
        "2026-03-01",
        email(),
        "stripe_invoice#in_1",
        subject="stripe_invoice#in_1",
        invoice={"invoice": "in_1", "number": "F-1", "total": 8000, "customer_name": "Camille Durand"},
    )
    office.tells(issued)
    office.answers("rectification", fields=NAMED)
    (held,) = [f for f in office.desk.ledger.under(email()) if f.type == "invoice.paid"]
    assert held.group("invoice")["customer_name"] == "Camille Durand"
    with pytest.raises(IllegalTransition, match="customer_name cannot be corrected"):
        Righting.drafts(reopened(), "rectification", fields={"customer_name": "Camille Petit"})


def reopened() -> Righting:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01"))
    office.begins("rectification")
    return office


def test_what_broke_off_is_finished_and_nothing_is_told_before(office: Righting) -> None:
    office.approves("rectification", office.drafts("rectification", fields={"email": NEW}))
    taken = office.corrector.change_address

    def breaks(audience: str, old: str, new: str) -> None:
        taken(audience, old, new)
        raise ProviderUnavailable("mailchimp: cut off")

    office.corrector.change_address = breaks  # type: ignore[method-assign]
    with pytest.raises(ProviderUnavailable):
        office.carries_out()
    assert office.case.items[0].state is State.EXECUTING
    office.corrector.change_address = taken  # type: ignore[method-assign]
    office.folds(NEW)
    assert office.carries_out() == "done"
    assert office.carries_out() == "not_owed"
    assert may_market(office.person(NEW), email(NEW), office.desk.now.date())


def test_somebody_elses_address_is_not_taken_over(office: Righting) -> None:
    office.tells(session("2026-04-01", BENOIT, payment="pi_2"))
    office.folds(BENOIT)
    with pytest.raises(IllegalTransition, match="on file as somebody's"):
        office.drafts("rectification", fields={"email": BENOIT})


def test_an_address_that_came_to_be_somebodys_since_the_approval_is_not_taken_over(office: Righting) -> None:
    office.approves("rectification", office.drafts("rectification", fields={"email": NEW}))
    office.tells(session("2026-04-01", NEW, payment="pi_2"))
    office.folds(NEW)
    assert office.carries_out() == "changed"
    assert office.case.items[0].state is State.IN_PROGRESS
    assert office.customers.held["cus_1"]["email"] == CAMILLE


@pytest.mark.parametrize(
    ("fields", "because"),
    [
        ({}, "that is what we have already"),
        ({"email": CAMILLE.upper()}, "what we have already|address that we have"),
        ({"given_name": "Camille"}, "name both"),
        ({"city": "Pa\u200bris"}, "cannot be printed"),
        ({"email": "camille"}, "is none"),
        ({"risk_level": "low"}, "cannot be corrected"),
    ],
)
def test_what_cannot_be_corrected_is_said_when_it_is_drafted(
    office: Righting, fields: dict[str, str], because: str
) -> None:
    with pytest.raises(IllegalTransition, match=because):
        office.drafts("rectification", fields=fields)
    assert office.case.items[0].state is State.IN_PROGRESS


def test_what_is_approved_is_what_was_looked_at(office: Righting) -> None:
    digest = office.drafts("rectification", fields={"city": "Paris"})
    office.drafts("rectification", fields={"city": "Lyon"})
    with pytest.raises(IllegalTransition, match="has changed"):
        office.approves("rectification", digest)
