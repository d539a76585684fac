"""One person, read at the providers: each list with its trap, against the stand-ins and their faults (G19)."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from cli.standins import mailchimp, stripe
from cli.standins.faults import Fault
from cli.standins.mailchimp import Mailchimp
from cli.standins.stripe import Stripe
from privacy.domain.dossier import Store
from privacy.outbound import stripe_lists
from privacy.outbound.mailchimp_client import MailchimpClient
from privacy.outbound.mailchimp_person import MailchimpPerson
from privacy.outbound.patience import Jitter, Pace, Respite
from privacy.outbound.stripe_client import StripeCalls
from privacy.outbound.stripe_person import StripePerson
from privacy.ports import ProviderUnavailable
from tests.answering import Office
from tests.telling import BENOIT, CAMILLE, session

TYPED = "Camille.Durand@Example.FR"
LIST = "a6b5da1054"
JITTER = Jitter(lambda _: None, lambda: 0.5)


@pytest.fixture
def shop() -> Iterator[Stripe]:
    with stripe.serving() as running:
        yield running


@pytest.fixture
def person(shop: Stripe) -> StripePerson:
    pace = Pace(10_000, lambda: 0.0, lambda _: None)
    return StripePerson(StripeCalls("rk_test_0123456789", JITTER, pace, base_url=shop.base_url))


@pytest.fixture
def news() -> Iterator[Mailchimp]:
    with mailchimp.serving(port=0, list_id=LIST) as running:
        yield running


@pytest.fixture
def member(news: Mailchimp) -> MailchimpPerson:
    respite = Respite(lambda: 0.0)
    client = MailchimpClient("0" * 32 + "-us21", f"{news.base_url}/3.0", JITTER, respite)
    return MailchimpPerson(client, page=2)


def everything_of(office: Office, person: StripePerson) -> set[str]:
    """The ids of all that is found of Camille at Stripe."""
    office.stripe = person  # type: ignore[assignment]
    office.collects()
    return {record.reference for record in office.all_records(lambda r: r.store is Store.STRIPE)}


# --- Stripe


def test_a_guest_is_found_by_every_form_of_their_address_and_never_by_another(
    shop: Stripe, person: StripePerson
) -> None:
    first = shop.act("checkout", email=CAMILLE, customer="guest")
    second = shop.act("checkout", email=TYPED, customer="guest")
    shop.act("checkout", email=BENOIT, customer="guest")
    found = everything_of(Office().hears(session("2026-03-01", TYPED)), person)
    assert found == {
        made[name] for made in (first, second) for name in ("session", "payment_intent", "charge")
    }


def test_refunds_disputes_warnings_and_closed_reviews_come_through_their_charge(
    shop: Stripe, person: StripePerson
) -> None:
    shop.act("checkout", email=CAMILLE, outcome="review")
    refunded = shop.act("refund", of=CAMILLE, amount=100)["refund"]
    disputed = shop.act("dispute_open", of=CAMILLE)["dispute"]
    warned = shop.act("fraud_warning", of=CAMILLE)["early_fraud_warning"]
    shop.act("review_close", of=CAMILLE, closed_reason="approved")
    office = Office()
    assert everything_of(office, person) >= {refunded, disputed, warned}
    charge = office.records("stripe_charge")[0].said
    assert isinstance(charge["review"], dict)
    assert charge["review"]["closed_reason"] == "approved"
    assert "rule" not in str(charge["outcome"])


def test_everything_that_hangs_on_a_customer_is_found_ended_subscriptions_included(
    shop: Stripe, person: StripePerson
) -> None:
    shop.act("checkout", email=CAMILLE, customer="new")
    made = shop.act("save_card", of=CAMILLE) | shop.act("add_tax_number", of=CAMILLE)
    made |= shop.act("subscribe", of=CAMILLE)
    shop.act("end_subscription", of=CAMILLE)
    made |= shop.act("invoice", of=CAMILLE, due_in_days=30)
    made |= shop.act("credit_note", of=CAMILLE)
    ids = {each for each in made.values() if isinstance(each, str)}
    assert len(ids) == 7
    assert everything_of(Office(), person) >= ids


def test_a_deleted_customer_is_told_as_deleted(shop: Stripe, person: StripePerson) -> None:
    bought = shop.act("checkout", email=CAMILLE, customer="new")
    customer = shop.objects["checkout.session"][bought["session"]]["customer"]
    shop.act("delete_customer", of=CAMILLE)
    office = Office().hears(session("2026-03-01", customer=customer))
    assert customer in everything_of(office, person)
    assert office.records("stripe_customer")[0].said == {"id": customer, "deleted": True}
    assert bought["charge"] in {record.reference for record in office.records("stripe_charge")}


def test_what_a_checkout_held_comes_with_its_lines(shop: Stripe, person: StripePerson) -> None:
    shop.act("checkout", email=CAMILLE, amount=4990)
    office = Office()
    everything_of(office, person)
    lines = office.records("stripe_checkout_session")[0].said["line_items"]
    assert isinstance(lines, list)
    assert sum(line["amount_total"] for line in lines) == 4990


def test_pages_are_followed_to_the_end(
    shop: Stripe, person: StripePerson, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(stripe_lists, "PAGE", 2)
    made = [shop.act("checkout", email=CAMILLE, customer="guest")["session"] for _ in range(5)]
    assert {held["id"] for held in person.sessions_of(CAMILLE)} == set(made)


@pytest.mark.parametrize("fault", ["error_500", "bare_502", "rate_limit"])
def test_stripe_down_means_no_answer_and_a_hiccup_means_nothing(
    shop: Stripe, person: StripePerson, fault: str
) -> None:
    shop.act("checkout", email=CAMILLE)
    shop.faults.arm(Fault(fault, times=1))
    assert everything_of(Office(), person)
    shop.faults.arm(Fault(fault, times=None))
    with pytest.raises(ProviderUnavailable):
        everything_of(Office(), person)


def test_an_id_that_would_climb_the_path_is_refused(person: StripePerson) -> None:
    with pytest.raises(ProviderUnavailable, match="not an id"):
        list(person.of_customer("tax_id", "cus_1/../../charges"))


# --- Mailchimp


def test_a_member_is_read_with_all_that_hangs_on_them_page_by_page(
    news: Mailchimp, member: MailchimpPerson
) -> None:
    news.act("signup", email=CAMILLE)
    held = next(iter(news.account.audiences.values())).member(CAMILLE)
    assert held is not None
    held.tags = [{"id": n, "name": f"tag {n}", "date_added": "2026-03-01T00:00:00+00:00"} for n in range(5)]
    held.notes = [{"note": f"note {n}", "created_by": "Alix"} for n in range(3)]
    held.activity = [{"activity_type": "click"} for _ in range(4)]
    office = Office()
    office.mailchimp = member  # type: ignore[assignment]
    office.collects(TYPED)
    assert office.records("mailchimp_member")[0].said["email_address"] == CAMILLE
    counts = {
        kind: len(office.records(f"mailchimp_{kind}"))
        for kind in ("tag", "note", "activity", "event", "goal")
    }
    assert counts == {"tag": 5, "note": 3, "activity": 4, "event": 0, "goal": 0}
    assert "Alix" not in office.everything()


def test_nobody_there_is_nobody_and_an_audience_is_named(news: Mailchimp, member: MailchimpPerson) -> None:
    assert member.member(LIST, BENOIT) is None
    assert [audience for audience, _ in member.audiences()] == [LIST]


def test_mailchimp_down_means_no_answer(news: Mailchimp, member: MailchimpPerson) -> None:
    news.faults.arm(Fault("bare_500", times=None))
    office = Office()
    office.mailchimp = member  # type: ignore[assignment]
    with pytest.raises(ProviderUnavailable):
        office.collects()
