"""Orders and clocks of a person, by the edge cases of docs/rules.md and docs/providers.md "Orders"."""

from __future__ import annotations

from datetime import date

import pytest

from privacy import policy
from privacy.domain.clocks import CUSTOMER, NEWSLETTER_ONLY, NONE, add_years, clock_of, paris_day
from privacy.domain.facts import Fact
from privacy.domain.orders import contract_until, delivery_day
from privacy.domain.person import Folding, Person
from privacy.domain.purge import next_action_on
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    added,
    at,
    charge,
    dispute,
    email,
    fact,
    handover,
    member,
    numbered,
    paid_without_address,
    refund,
    session,
    unsubscribed,
)

POLICY = policy.load()


def person(*facts: Fact, who: str = CAMILLE) -> Person:
    folding = Folding(POLICY)
    for told in facts:
        folding.add(told)
    return folding.people()[1][email(who)]


def checkout(when: str, status: str, payment: str = "pi_1") -> Fact:
    return fact(
        "checkout.session.expired" if status == "expired" else "checkout.session.completed",
        when,
        email(),
        f"stripe_payment#{payment}",
        subject=f"stripe_payment#{payment}",
        checkout={"payment": payment, "status": status, "amount": 8000, "currency": "eur"},
    )


def invoice(when: str, state: str) -> Fact:
    status = {"settled": "paid", "uncollectible": "uncollectible"}.get(state, "open")
    return fact(
        "invoice.paid" if state == "settled" else "invoice.overdue",
        when,
        email(),
        "stripe_invoice#in_1",
        subject="stripe_invoice#in_1",
        invoice={
            "invoice": "in_1",
            "status": status,
            "total": 5000,
            "amount_paid": 5000 * (state == "settled"),
            "currency": "eur",
        },
        unpaid={"invoice": "in_1", "state": state},
    )


def test_one_payment_is_one_order_however_many_facts_speak_of_it() -> None:
    one = person(
        session("2026-01-01T10:00"), charge("2026-01-01T10:01"), paid_without_address("2026-01-01T10:02")
    )
    (order,) = one.orders
    assert (order.paid, order.amount, order.currency, order.status) == (True, 8000, "eur", "paid")
    assert order.ordered_at == at("2026-01-01T10:01"), "the charge is made as the buyer pays"
    assert (order.risk_level, order.fraud_outcome) == ("normal", "authorized")


def test_a_session_with_an_invoice_and_that_invoice_are_one_order() -> None:
    one = person(session("2026-01-01", invoice="in_1"), invoice("2026-01-01T00:05", "settled"))
    assert len(one.paid_orders) == 1


def test_e127_an_unpaid_checkout_is_no_order_and_becomes_one_when_the_payment_arrives() -> None:
    waiting = person(checkout("2026-01-01", "awaiting_payment"))
    assert (waiting.paid_orders, waiting.clock.regime, waiting.orders[0].status) == (
        (),
        NONE,
        "awaiting_payment",
    )
    assert person(checkout("2026-01-01", "awaiting_payment"), session("2026-01-04")).paid_orders
    failed = person(checkout("2026-01-01", "awaiting_payment"), checkout("2026-01-04", "payment_failed"))
    assert (failed.paid_orders, failed.orders[0].status) == ((), "payment_failed")


def test_e143_an_expired_checkout_keeps_nobody_longer_than_thirty_days() -> None:
    one = person(checkout("2026-01-01T12:00", "expired"))
    assert (one.clock.regime, one.clock.due_on) == (NONE, date(2026, 1, 31))


def test_e142_a_refunded_order_counts_as_an_order() -> None:
    one = person(session("2026-01-01"), refund("2026-02-01"))
    assert (one.orders[0].status, one.orders[0].refunded, one.clock.regime) == ("refunded", 8000, CUSTOMER)
    assert one.last_order == at("2026-01-01"), "a refund restarts no clock"


def test_partial_refunds_add_up_and_a_failed_one_is_taken_back() -> None:
    def single(when: str, status: str) -> Fact:
        return fact(
            "refund.created" if status != "failed" else "refund.failed",
            when,
            "stripe_payment#pi_1",
            refund={"refund": "re_1", "amount": 3000, "status": status, "currency": "eur"},
        )

    assert (
        person(session("2026-01-01"), refund("2026-01-02", total=1000)).orders[0].status
        == "partially_refunded"
    )
    both = person(session("2026-01-01"), single("2026-01-02", "pending"), refund("2026-01-02", total=3000))
    assert both.orders[0].refunded == 3000
    failed = person(
        session("2026-01-01"),
        single("2026-01-02", "pending"),
        refund("2026-01-02", total=3000),
        single("2026-01-03", "failed"),
    )
    assert (failed.orders[0].refunded, failed.orders[0].status) == (0, "paid")


def test_e100_an_open_dispute_holds_the_order_and_its_end_lifts_the_hold_even_in_the_same_second() -> None:
    opened = session("2026-01-01"), dispute("2026-02-01", "needs_response")
    assert [h.kind for h in person(*opened).holds] == ["dispute"]
    assert person(*opened, dispute("2026-02-01", "lost")).holds == ()
    assert person(session("2026-01-01"), dispute("2026-02-01", "lost")).holds == (), (
        "it can come already lost"
    )


@pytest.mark.parametrize("state", ["overdue", "payment_failed", "uncollectible"])
def test_e101_an_unpaid_invoice_holds_until_it_is_settled_or_voided(state: str) -> None:
    assert [h.kind for h in person(invoice("2026-01-01", state)).holds] == ["unpaid"]
    assert person(invoice("2026-01-01", state), invoice("2026-02-01", "settled")).holds == ()
    assert person(invoice("2026-01-01", state), invoice("2026-02-01", "voided")).holds == ()


def test_later_knowledge_of_an_earlier_fact_corrects_the_past() -> None:
    one = person(unsubscribed("2026-02-01"), member("2026-01-01"))
    (interval,) = one.consents[0].intervals
    assert (interval.given_at, interval.ended_at) == (at("2026-01-01"), at("2026-02-01"))


def test_absent_field_groups_change_nothing_else() -> None:
    whole, stripped = charge("2026-01-01"), charge("2026-01-01")
    stripped = Fact(
        **{
            **{n: getattr(stripped, n) for n in stripped.__slots__},
            "groups": {"payment": stripped.groups["payment"]},
        }
    )
    before, after = person(session("2026-01-01"), whole), person(session("2026-01-01"), stripped)
    assert (after.orders[0].risk_level, after.orders[0].card_at) == (None, None)
    assert (before.clock, before.profile, before.last_order) == (after.clock, after.profile, after.last_order)


def test_a5_the_first_paid_order_makes_a_customer_for_good() -> None:
    assert person(member("2026-01-01")).clock.regime == NEWSLETTER_ONLY
    assert person(member("2026-01-01"), session("2026-02-01")).clock.regime == CUSTOMER
    assert (
        person(session("2026-02-01"), member("2026-03-01"), unsubscribed("2026-04-01")).clock.regime
        == CUSTOMER
    )


CLOCKS = [
    ("E131", None, "2023-11-22T09:00", None, NEWSLETTER_ONLY, date(2026, 11, 22)),
    ("E132", None, "2024-02-29T12:00", None, NEWSLETTER_ONLY, date(2027, 2, 28)),
    ("E133", None, "2023-12-31T23:30", None, NEWSLETTER_ONLY, date(2027, 1, 1)),
    ("E139", "2016-11-22T12:00", None, None, CUSTOMER, date(2026, 11, 22)),
    ("A20", "2024-02-29T12:00", None, None, CUSTOMER, date(2034, 2, 28)),
    ("A25", "2016-11-22T12:00", "2025-06-01T12:00", None, CUSTOMER, date(2028, 6, 1)),
    ("A17", None, "2025-06-01T12:00", "2026-01-05T23:30", NEWSLETTER_ONLY, date(2026, 1, 6)),
    (
        "A25, withdrawn",
        "2016-11-22T12:00",
        "2025-06-01T12:00",
        "2026-01-01T00:00",
        CUSTOMER,
        date(2026, 11, 22),
    ),
    ("nothing", None, None, None, NONE, None),
]


@pytest.mark.parametrize(
    ("rule", "order", "opt_in", "out", "regime", "due_on"), CLOCKS, ids=[c[0] for c in CLOCKS]
)
def test_clocks_fall_due_to_the_day(
    rule: str, order: str | None, opt_in: str | None, out: str | None, regime: str, due_on: date | None
) -> None:
    clock = clock_of(
        POLICY.periods,
        last_order=at(order) if order else None,
        last_opt_in=at(opt_in) if opt_in else None,
        opted_out=at(out) if out else None,
    )
    assert (clock.regime, clock.due_on) == (regime, due_on), rule
    if due_on is not None:
        assert clock.due(due_on)
        assert not clock.due(date.fromordinal(due_on.toordinal() - 1)), "never one day early"


def test_a20_anniversaries_are_counted_from_the_original_date() -> None:
    leap = paris_day(at("2024-02-29T12:00"))
    assert (add_years(leap, 3), add_years(leap, 4), add_years(leap, 10)) == (
        date(2027, 2, 28),
        date(2028, 2, 29),
        date(2034, 2, 28),
    )


def test_the_due_stamp_is_a_lower_bound_of_everything_that_will_happen() -> None:
    one = person(session("2026-01-01", box=True), charge("2026-01-01"))
    assert next_action_on(one, POLICY) == date(2027, 2, 1), (
        "card and fraud fields go first, 13 months after the charge (R15, R16)"
    )


# --- delivery, and orders that Stripe does not know


def test_a_contract_is_kept_for_ten_years_from_the_delivery_that_the_shop_tells_of_e98() -> None:
    (order,) = person(numbered("2026-12-30", amount=15000), handover("2027-01-05")).orders
    assert order.delivered_on == date(2027, 1, 5)
    assert contract_until(order, POLICY.periods) == date(2037, 1, 5)


def test_an_unknown_delivery_counts_thirty_days_after_the_order() -> None:
    (order,) = person(numbered("2026-12-30", amount=15000)).orders
    assert order.delivered_on is None
    assert delivery_day(order, POLICY.periods) == date(2027, 1, 29)
    assert contract_until(order, POLICY.periods) == date(2037, 1, 29)


@pytest.mark.parametrize(("amount", "kept"), [(12000, True), (11999, False)])
def test_the_law_wants_contracts_of_120_euros_or_more_kept_e99(amount: int, kept: bool) -> None:
    (order,) = person(numbered("2026-12-30", amount=amount)).orders
    assert (contract_until(order, POLICY.periods) is not None) == kept


def test_the_delivery_entered_last_counts_whichever_comes_first() -> None:
    facts = [
        numbered("2026-12-30"),
        handover("2027-01-20", recorded="2027-02-01"),
        handover("2027-01-05", recorded="2027-03-01"),
    ]
    for told in (facts, facts[::-1]):
        assert person(*told).orders[0].delivered_on == date(2027, 1, 5)


def test_nothing_is_delivered_before_it_was_ordered() -> None:
    assert person(numbered("2026-12-30"), handover("2026-12-29")).orders[0].delivered_on is None


def test_a_number_that_two_people_paid_under_is_neithers_and_tells_neither_of_the_other() -> None:
    folding = Folding(POLICY)
    for told in (
        numbered("2026-01-01"),
        numbered("2026-02-01", BENOIT, payment="pi_2"),
        handover("2026-03-01"),
    ):
        folding.add(told)
    linked, people = folding.people()
    camille, benoit = people[email()], people[email(BENOIT)]
    assert [o.delivered_on for o in (*camille.orders, *benoit.orders)] == [None, None]
    assert (camille.links.proposed, benoit.links.proposed) == ((), ())
    number = PSEUDONYMS.order_number("1042")
    assert linked.owner(number) == number
    assert people[number].orders == ()


def test_a_number_that_more_than_ten_purchases_share_is_no_order_number() -> None:
    folding = Folding(POLICY)
    for n in range(11):
        folding.add(numbered("2026-01-01", payment=f"pi_{n}", number="web"))
    assert folding.links().shared == {PSEUDONYMS.order_number("web")}


def test_an_order_paid_outside_stripe_makes_a_customer_for_ten_years_p31() -> None:
    camille = person(added("2026-11-22"))
    assert (camille.clock.regime, camille.clock.due_on) == (CUSTOMER, date(2036, 11, 22))
    (order,) = camille.paid_orders
    assert (order.number, order.amount, order.status) == ("B-1", 4990, "paid")
    assert camille.profile["email"].value == CAMILLE


def test_an_order_that_was_added_is_delivered_by_its_number_too() -> None:
    (order,) = person(added("2026-11-22"), handover("2026-12-01", number="b-1 ")).orders
    assert order.delivered_on == date(2026, 12, 1)
