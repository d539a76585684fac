"""When each piece goes, and what of a person goes today, by the edge cases of docs/rules.md."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace
from datetime import date, timedelta

import pytest

from privacy import policy
from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.orders import Hold
from privacy.domain.person import Folding, Person, may_market
from privacy.domain.policy import Policy
from privacy.domain.purge import Going, Keeper, going, next_action_on
from privacy.domain.retention import Due
from privacy.domain.schedule import schedule
from tests.telling import (
    BENOIT,
    CAMILLE,
    at,
    charge,
    customer,
    dispute,
    email,
    fact,
    handover,
    hint,
    member,
    merged,
    numbered,
    refund,
    session,
    unsubscribed,
)

POLICY = policy.load()


def fold(facts: Iterable[Fact], who: str = CAMILLE, rules: Policy = POLICY) -> Person:
    folding = Folding(rules)
    for told in facts:
        folding.add(told)
    return folding.people()[1][email(who)]


def due(*facts: Fact, who: str = CAMILLE, rules: Policy = POLICY) -> dict[str, date | None]:
    """By group, when the last of its pieces goes."""
    last: dict[str, date | None] = {}
    for one in schedule(fold(facts, who, rules), rules):
        last[one.piece.group] = one.due_on
    return last


def day(text: str) -> date:
    return date.fromisoformat(text)


def gone(facts: Sequence[Fact], today: str, keepers: Sequence[Keeper] = ()) -> Going:
    person = fold(facts)
    return going(person, schedule(person, POLICY), keepers, day(today))


def groups(pieces: Iterable[Due]) -> set[str]:
    return {one.piece.group for one in pieces}


def held(hold: Hold) -> Keeper:
    """An order's own hold, as operations/retention/keepers.py tells it."""
    return Keeper(hold.kind, "stripe_payment#pi_1", hold.since)


def delivery(when: str, payment: str = "pi_1") -> Fact:
    told = session(when, payment=payment)
    return replace(
        told,
        event_id=f"evt_delivery_{payment}",
        groups={"delivery": {"line1": "1 rue de la Paix", "city": "Paris"}},
    )


def written(when: str) -> Fact:
    return fact("message_received", when, email(), source="contact", contact={"channel": "mail"})


def abandoned(when: str, *, payment: str = "pi_9", **groups_: dict[str, object]) -> Fact:
    name = f"stripe_payment#{payment}"
    checkout = {"payment": payment, "status": "expired", "amount": 8000, "currency": "eur"}
    told = {"checkout": checkout, "profile": {"email": CAMILLE}} | groups_
    return fact("checkout.session.expired", when, email(), name, subject=name, **told)


def bill(when: str, state: str, *, due_at: str | None = None) -> Fact:
    groups_ = {
        "unpaid": {"invoice": "in_1", "state": state, "due_at": at(due_at).isoformat() if due_at else None}
    }
    return fact(
        "invoice.paid" if state == "settled" else "invoice.overdue",
        when,
        email(),
        "stripe_payment#pi_1",
        subject="stripe_payment#pi_1",
        **groups_,
    )


# --- newsletter alone ------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rule", "opted_in", "last_day_here"),
    [
        ("E131", "2023-11-22T10:00", "2026-11-21"),
        ("E132", "2024-02-29", "2027-02-27"),
        ("E133", "2023-12-31T23:30", "2026-12-31"),
    ],
)
def test_a_subscriber_who_never_ordered_goes_whole_on_the_anniversary(
    rule: str, opted_in: str, last_day_here: str
) -> None:
    facts = [member(opted_in)]
    assert gone(facts, last_day_here) == Going(
        (),
        (),
        (),
        whole=False,
        forget=frozenset(),
        renewal_on=fold(facts).renewal_on,
        next_on=_after(last_day_here),
    ), rule
    goes = gone(facts, _after(last_day_here).isoformat())
    assert goes.whole, rule
    assert groups(goes.remove) == {"subscription", "consent"}
    assert {one.rule for one in goes.remove} == {"R6"}
    assert goes.forget == {email()}


def _after(text: str) -> date:
    return day(text) + timedelta(days=1)


def test_e134_whatever_mailchimp_tells_of_a_member_an_opt_in_alone_restarts_the_clock() -> None:
    told = fact("profile", "2026-11-01", email(), source="mailchimp", subscription={"audience": "list1"})
    assert gone([member("2023-11-22"), told], "2026-11-22").whole


def test_e135_e136_who_opts_in_again_stays_three_years_from_then() -> None:
    facts = [member("2023-11-22"), member("2025-11-22", opted_in="2025-11-22")]
    assert due(*facts)["consent"] == day("2028-11-22")


def test_a17_a19_who_unsubscribes_and_never_ordered_is_due_at_once_with_every_proof() -> None:
    goes = gone([member("2025-01-01"), unsubscribed("2026-03-01T09:00")], "2026-03-01")
    assert goes.whole
    assert groups(goes.remove) == {"subscription", "consent"}


def test_r7_a_sign_up_that_nobody_confirms_goes_after_thirty_days() -> None:
    facts = [member("2026-01-01", status="pending")]
    assert not gone(facts, "2026-01-30").remove
    goes = gone(facts, "2026-01-31")
    assert goes.whole
    assert goes.forget == {email()}
    assert {one.rule for one in goes.remove} == {"R7"}


def test_r7_a_customer_who_never_confirmed_a_sign_up_is_forgotten_at_mailchimp_and_stays_a_customer() -> None:
    facts = [session("2025-06-01"), member("2026-01-01", status="pending")]
    goes = gone(facts, "2026-01-31")
    assert groups(goes.remove) == {"subscription"}
    assert goes.forget == {email()}
    assert not goes.whole


def test_e143_an_expired_checkout_goes_after_thirty_days_and_was_never_mailed() -> None:
    facts = [abandoned("2026-01-01")]
    assert not gone(facts, "2026-01-30").remove
    assert gone(facts, "2026-01-31").whole
    assert not may_market(fold(facts), email(), day("2026-01-15"))


def test_e127_of_a_subscribers_unfinished_checkout_everything_goes_but_the_consent_given_in_it() -> None:
    consent: dict[str, object] = {
        "purpose": "newsletter",
        "choice": "granted",
        "carrier": "metadata:newsletter_optin",
        "email": CAMILLE,
        "language": "fr",
    }
    facts = [abandoned("2026-01-01", consent=consent)]
    goes = gone(facts, "2026-01-31")
    assert groups(goes.remove) == {"checkout", "profile"}
    assert {one.rule for one in goes.remove} == {"R19"}
    assert due(*facts)["consent"] == day("2029-01-01")


# --- customers: documents --------------------------------------------------------------------------


def test_e97_a_document_is_kept_through_the_tenth_financial_year_after_it() -> None:
    facts = [session("2024-05-10", amount=8000), charge("2024-05-10")]
    assert due(*facts)["payment"] == day("2035-01-01")
    assert "payment" not in groups(gone(facts, "2034-12-31").remove)
    assert gone(facts, "2035-01-01").whole


def test_e98_a_contract_of_120_euros_is_kept_ten_years_from_delivery_where_that_is_longer() -> None:
    facts = [numbered("2026-12-30", amount=15000), handover("2027-01-05")]
    when = due(*facts)
    assert (when["order"], when["handover"]) == (day("2037-01-06"), day("2037-01-06"))
    smaller = due(numbered("2026-12-30", amount=11999), handover("2027-01-05"))
    assert smaller["order"] == day("2037-01-01")


@pytest.mark.parametrize(("cents", "kept_until"), [(12000, "2037-01-06"), (11999, "2037-01-01")])
def test_e99_from_120_euros_on_there_is_a_contract_to_keep(cents: int, kept_until: str) -> None:
    facts = [numbered("2026-12-30", amount=cents), handover("2027-01-05")]
    assert due(*facts)["order"] == day(kept_until)


def test_a1_the_financial_year_is_the_policys() -> None:
    rules = policy.parse(_toml().replace(b'financial_year_ends = "12-31"', b'financial_year_ends = "03-31"'))
    assert due(session("2024-05-10"), rules=rules)["order"] == day("2035-04-01")
    assert due(session("2024-03-31"), rules=rules)["order"] == day("2034-04-01")


def test_a22_a_document_belongs_to_the_year_that_paris_had() -> None:
    assert due(session("2023-12-31T22:30"))["order"] == day("2034-01-01")
    assert due(session("2023-12-31T23:30"))["order"] == day("2035-01-01")


def test_e139_ten_years_after_the_last_order_all_but_the_documents_goes() -> None:
    facts = [session("2016-11-22", box=True), charge("2016-11-22"), delivery("2016-11-22")]
    # the archive is left out of this picture: it is as if nothing had been purged for ten years
    assert not {"order", "payment"} & groups(gone(facts, "2026-12-31").remove)
    assert groups(gone(facts, "2026-11-22").remove) == {"profile", "consent", "card", "fraud", "delivery"}
    assert gone(facts, "2027-01-01").whole


def test_e140_a4_a_new_order_restarts_no_older_invoices_clock() -> None:
    facts = [session("2017-05-01", payment="pi_old"), session("2026-05-01", payment="pi_new")]
    orders = {one.order: one.due_on for one in schedule(fold(facts), POLICY) if one.piece.group == "order"}
    assert orders == {
        "stripe_payment#pi_old": day("2028-01-01"),
        "stripe_payment#pi_new": day("2037-01-01"),
    }
    goes = gone(facts, "2028-01-01")
    assert {one.piece.group for one in goes.remove if one.order == "stripe_payment#pi_old"} == {"order"}
    assert not goes.whole


def test_e142_a_refund_in_full_is_a_document_of_its_own_year() -> None:
    facts = [session("2025-12-20"), refund("2026-01-10")]
    when = due(*facts)
    assert (when["order"], when["refund"]) == (day("2036-01-01"), day("2037-01-01"))


def test_a13_where_to_and_what_for_go_before_the_documents() -> None:
    facts = [session("2020-05-10"), charge("2020-05-10"), delivery("2020-05-10")]
    when = due(*facts)
    assert when["card"] == when["fraud"] == day("2021-06-10")
    assert when["delivery"] == day("2025-05-10")
    assert when["profile"] == day("2025-05-10")
    assert when["order"] == day("2031-01-01")


def test_r3_an_active_customers_old_delivery_goes_with_its_order_at_the_latest() -> None:
    orders = [session(f"{year}-05-01", payment=f"pi_{year}") for year in range(2014, 2027)]
    (old,) = [
        d
        for d in schedule(fold([*orders, delivery("2014-05-01", "pi_2014")]), POLICY)
        if d.piece.group == "delivery"
    ]
    assert old.due_on == day("2025-01-01")


def test_r2_a_handover_under_120_euros_proves_delivery_for_five_years() -> None:
    assert due(numbered("2024-01-10", amount=5000), handover("2024-01-15"))["handover"] == day("2029-01-11")


def test_r2_without_the_day_of_delivery_no_contract_is_kept_from_another() -> None:
    facts = [numbered("2026-12-05", amount=15000), handover("2026-12-06", recorded="2026-12-06")]
    told = due(*facts)
    assert told["order"] == day("2037-01-01")
    assert told["handover"] == day("2037-01-01"), "else delivery would seem to be of January"


def test_r4_r19_a_disputed_purchase_is_no_checkout_though_its_documents_have_gone() -> None:
    paid = session("2015-03-01")
    facts = [
        replace(paid, groups={"profile": paid.groups["profile"]}),
        dispute("2015-04-01", "needs_response"),
        session("2025-06-01", payment="pi_2"),
    ]
    profiles = [
        one for one in schedule(fold(facts), POLICY) if one.piece.group == "profile" and one.order is not None
    ]
    assert {(one.rule, one.due_on) for one in profiles} == {("R4", day("2030-06-01"))}


def test_e158_card_and_fraud_fields_go_thirteen_months_after_the_charge_and_the_invoice_stays() -> None:
    facts = [session("2025-01-31"), charge("2025-01-31")]
    assert not gone(facts, "2026-02-27").remove
    goes = gone(facts, "2026-02-28")
    assert groups(goes.remove) == {"card", "fraud"}
    assert {one.rule for one in goes.remove} == {"R15", "R16"}


# --- customers: the person -------------------------------------------------------------------------


def test_e141_a2_three_years_after_the_last_contact_offers_end_and_the_profile_goes_to_the_archive() -> None:
    facts = [session("2023-12-01T12:00", box=True), member("2023-12-01T12:01", opted_in="2023-12-01T12:01")]
    before = gone(facts, "2026-11-30")
    assert not before.archive
    assert before.renewal_on == day("2026-11-01")
    assert before.next_on == day("2026-12-01")
    goes = gone(facts, "2026-12-01")
    assert groups(goes.archive) == {"order", "profile"}
    assert groups(goes.remove) == {"subscription"}
    assert goes.forget == {email()}
    assert goes.renewal_on is None
    assert not may_market(fold(facts), email(), day("2026-12-01"))


def test_a2_an_order_years_after_a_permission_ended_does_not_bring_it_back() -> None:
    facts = [session("2020-01-01", box=True), session("2023-01-01T12:00", payment="pi_2")]
    assert fold(facts).may_market_until == day("2023-01-01")
    in_time = [session("2020-01-01", box=True), session("2022-12-30", payment="pi_2")]
    assert fold(in_time).may_market_until == day("2025-12-30"), (
        "A4: an order before that restarts the three years"
    )


def test_a4_an_order_or_a_message_prolongs_the_profile() -> None:
    assert due(session("2020-01-01"))["profile"] == day("2025-01-01")
    assert due(session("2020-01-01"), session("2024-01-01", payment="pi_2"))["profile"] == day("2029-01-01")
    assert due(session("2020-01-01"), written("2024-06-01"))["profile"] == day("2027-06-01")


def test_r8_a_customers_proof_outlasts_the_consent_by_five_years_and_never_the_cap() -> None:
    ended = [session("2020-01-01", box=True), unsubscribed("2021-03-01")]
    assert due(*ended)["consent"] == day("2026-03-01")
    assert due(session("2020-01-01", box=True))["consent"] == day("2028-01-01"), "it ends by itself in 2023"
    late = [session("2010-01-01", box=True), unsubscribed("2018-03-01")]
    assert due(*late)["consent"] == day("2020-01-01")


def test_r8_what_they_wrote_stays_as_long_as_the_proof_that_is_counted_from_it() -> None:
    wrote = fact("wrote", "2022-12-26", email(), source="contact", contact={"kind": "mail"})
    told = due(session("2021-09-10", box=True), wrote)
    assert told["profile"] == day("2026-09-10")
    assert told["contact"] == told["consent"] == day("2030-12-26")


def test_r8_a_no_that_repeats_an_older_one_is_kept_from_its_own_day() -> None:
    """The first no stands on the suppression list alone; its proof has gone."""
    again = session("2035-12-10", box=False)
    refused = {email(): Suppression(email(), at("2030-04-21"), State.WITHDRAWN, "box")}
    folding = Folding(POLICY)
    folding.add(again)
    (person,) = folding.people(refused)[1].values()
    [consent] = [one.due_on for one in schedule(person, POLICY) if one.piece.group == "consent"]
    assert consent == day("2040-12-10")


def test_a2_each_time_that_they_wrote_counts_and_not_the_last_alone() -> None:
    """The last came after the permission had ended, and says nothing of what prolonged it before."""
    wrote = [written("2027-02-27"), written("2031-05-15")]
    person = fold([session("2025-07-03"), member("2025-08-29"), *wrote])
    assert person.permission_ends == day("2030-02-27")
    assert due(session("2025-07-03"), member("2025-08-29"), *wrote)["consent"] == day("2035-02-27")


def test_r8_that_they_left_is_kept_though_it_was_we_who_had_opted_them_in() -> None:
    ticked = session("2024-10-01", box=True)
    ours = [
        fact(
            kind,
            "2024-10-01T10:00",
            email(),
            source="sync",
            subscription={"audience": "list1", "status": "subscribed"},
        )
        for kind in ("member_change", "member_seen")
    ]
    left = member("2027-10-07", status="unsubscribed")
    consent = {**left.groups["consent"], "opted_in_at": "2024-10-01T10:00:00+00:00"}
    left = replace(left, groups={**left.groups, "consent": consent})
    person = fold([ticked, session("2025-06-12", payment="pi_2"), *ours, left])
    assert left.key not in person.repeated
    told = [o for o in schedule(person, POLICY) if o.piece.key == left.key and o.piece.group == "consent"]
    assert [one.due_on for one in told] == [day("2032-10-07")]


def test_a25_a_newsletter_newer_than_a_ten_year_old_order_keeps_its_own_clock() -> None:
    facts = [session("2016-11-22"), member("2025-03-01")]
    when = due(*facts)
    assert when["profile"] == day("2026-11-22")
    assert when["consent"] == when["subscription"] == day("2028-03-01")
    assert not gone(facts, "2027-01-01").whole
    left = [member("2025-03-01")]
    assert not gone(left, "2028-02-29").whole
    assert gone(left, "2028-03-01").whole


def test_r2_the_day_of_delivery_goes_with_what_tells_of_the_contract_and_not_with_a_refund_of_the_year_after() -> (
    None
):
    told = numbered("2024-06-15", amount=12000)
    delivered = handover("2024-06-22", recorded="2024-06-22")
    facts = [
        told,
        charge("2024-06-15"),
        delivered,
        refund("2025-01-01"),
        session("2031-01-01", payment="pi_2"),
    ]
    assert due(*facts)["handover"] == day("2035-01-01")
    assert "handover" in groups(gone(facts, "2035-01-01").remove)


def test_whose_an_order_s_number_is_stays_known_when_its_documents_have_gone() -> None:
    """Else the day of its delivery would be nobody's order's, and never go."""
    typed = numbered("2024-06-15", amount=12000)
    left = replace(typed, groups={"profile": typed.groups["profile"]})
    bought = [left, refund("2025-01-01"), session("2031-01-01", payment="pi_2")]
    delivered = handover("2024-06-22", recorded="2024-06-22")
    (one,) = (one for one in schedule(fold([*bought, delivered]), POLICY) if one.piece.group == "handover")
    assert (one.order, one.due_on) == ("stripe_payment#pi_1", day("2030-01-02"))


def test_p31_after_ten_years_what_the_law_alone_keeps_lies_in_the_archive_however_lately_they_wrote() -> None:
    """That they wrote goes on that day too: it may change nothing whether it is still known."""
    wrote = fact("wrote", "2025-04-17", email(), source="contact", contact={"kind": "mail"})
    facts = [session("2016-09-24"), wrote]
    assert not gone(facts, "2026-09-23").archive
    night = gone(facts, "2026-09-24")
    assert groups(night.archive) == {"order"}
    assert "contact" in groups(night.remove)
    newsletter = [session("2016-09-24"), member("2025-03-01")]
    assert groups(gone(newsletter, "2026-09-24").archive) == {"order"}


def test_a25_a_permission_ends_with_the_proof_of_it_and_a_letter_comes_before() -> None:
    wrote = fact("wrote", "2026-05-01", email(), source="contact", contact={"kind": "mail"})
    person = fold([session("2016-03-01"), member("2023-06-01"), wrote])
    assert person.clock.due_on == day("2026-06-01")
    assert person.may_market_until == day("2026-06-01")
    assert person.renewal_on == day("2026-05-02")


def test_e155_merged_people_keep_the_earlier_newsletter_clock() -> None:
    facts = [
        member("2024-01-01"),
        member("2025-01-01", BENOIT),
        *merged("2025-06-01", CAMILLE, BENOIT),
    ]
    folding = Folding(POLICY)
    for told in facts:
        folding.add(told)
    (person,) = folding.people()[1].values()
    when = {one.due_on for one in schedule(person, POLICY)}
    assert when == {day("2027-01-01")}
    goes = going(person, schedule(person, POLICY), (), day("2027-01-01"))
    assert goes.whole
    assert goes.forget == {email(), email(BENOIT)}
    assert [one.piece.group for one in goes.remove][-2:] == ["link", "link"], "the merge is undone last"


def test_who_is_against_personalisation_stays_so_for_as_long_as_anything_could_be_used() -> None:
    against = fact(
        "objected",
        "2020-02-01",
        email(),
        source="contact",
        consent={"purpose": "personalisation", "choice": "objected"},
    )
    assert due(session("2020-01-01"), against)["consent"] == day("2030-01-01")


# --- holds -----------------------------------------------------------------------------------------


def test_e157_an_open_dispute_keeps_its_order_beyond_ten_years_and_nothing_else() -> None:
    facts = [
        session("2016-11-22", box=True),
        charge("2016-11-22"),
        dispute("2016-12-01", "needs_response"),
        session("2015-01-01", payment="pi_2"),
    ]
    keeper = held(*fold(facts).holds)
    goes = gone(facts, "2027-01-01", [keeper])
    assert not goes.whole
    assert all("stripe_payment#pi_1" not in one.piece.purchases for one in goes.remove)
    assert groups(one for one, by in goes.kept if by == keeper) >= {"order", "payment", "dispute"}
    assert groups(goes.remove) == {"order", "profile"}
    assert goes.next_on == day("2027-01-02"), "the hold may end any day"
    assert gone(facts, "2027-01-01").whole


def test_r17_a_dispute_goes_five_years_after_it_was_closed() -> None:
    told = [session("2020-01-01"), dispute("2020-02-01", "needs_response"), dispute("2020-05-03", "won")]
    assert due(*told)["dispute"] == day("2025-05-03")
    again = [*told, dispute("2021-01-01", "needs_response")]
    assert due(*again)["dispute"] == day("2030-01-01"), "open: until ten years after the last order"


def test_r18_what_is_unpaid_holds_for_two_years_from_its_day_and_two_days_once_it_is_paid() -> None:
    facts = [bill("2024-03-01", "overdue", due_at="2024-02-15"), session("2023-01-01", payment="pi_0")]
    keeper = held(*fold(facts).holds)
    assert due(*facts)["unpaid"] == day("2026-02-15")
    assert not gone(facts, "2026-02-14", [keeper]).remove
    assert groups(gone(facts, "2026-02-15", [keeper]).remove) == {"unpaid"}
    settled = [*facts, bill("2025-05-01", "settled")]
    assert due(*settled)["unpaid"] == day("2025-05-03")


def test_r18_what_somebody_owes_who_never_ordered_outlasts_their_newsletter_and_the_thirty_days_of_a_sign_up() -> (
    None
):
    owed = bill("2024-03-01", "overdue", due_at="2024-02-15")
    assert due(owed)["unpaid"] == day("2026-02-15")
    left = [member("2023-11-22"), owed, unsubscribed("2024-06-01")]
    assert due(*left) | {"link": None} == {
        "subscription": day("2024-06-01"),
        "consent": day("2024-06-01"),
        "unpaid": day("2026-02-15"),
        "link": None,
    }
    assert not gone(left, "2024-06-01", [held(*fold(left).holds)]).whole


def test_r1_a_bill_that_nobody_paid_is_kept_as_any_other_though_nobody_ever_ordered() -> None:
    issued = fact(
        "invoice.overdue", "2024-03-01", email(), "stripe_invoice#in_1", invoice={"invoice": "in_1"}
    )
    assert due(issued)["invoice"] == day("2035-01-01")
    assert groups(gone([issued], "2027-03-01").archive) == {"invoice"}
    assert not gone([issued], "2027-02-28").archive


@pytest.mark.parametrize("kind", ["legal", "restriction", "case", "undecided_mail"])
def test_a23_whoever_keeps_everything_keeps_it_and_moves_nothing_to_the_archive(kind: str) -> None:
    facts = [member("2023-11-22"), session("2010-01-01", payment="pi_2")]
    keeper = Keeper(kind, None, at("2026-11-21"))
    goes = gone(facts, "2026-11-22", [keeper])
    assert (goes.remove, goes.archive, goes.whole, goes.forget) == ((), (), False, frozenset())
    assert {by for _, by in goes.kept} == {keeper}
    assert goes.next_on == day("2026-11-23")


def test_a23_what_a_hold_keeps_from_the_archive_moves_there_on_the_first_night_without_it() -> None:
    facts = [session("2023-12-01T12:00")]
    keeper = Keeper("legal", None, at("2026-11-21"))
    goes = gone(facts, "2026-12-01", [keeper])
    assert (goes.archive, goes.kept) == ((), ()), "nothing is due, and nothing moves"
    assert goes.next_on == day("2026-12-02"), "the hold may end any day"
    assert groups(gone(facts, "2026-12-02").archive) == {"order", "profile"}


# --- the order of removal, and what remains --------------------------------------------------------


def test_a_consent_never_outlasts_its_withdrawal_whoever_stops_in_the_middle() -> None:
    facts = [
        session("2015-01-01", box=True),
        member("2015-01-01T00:05", opted_in="2015-01-01T00:05"),
        unsubscribed("2015-06-01"),
        session("2016-01-01", payment="pi_2", box=True),
        unsubscribed("2016-06-01"),
    ]
    goes = gone(facts, "2026-01-01")
    left = {told.key: dict(told.groups) for told in facts}
    for one in goes.remove:
        del left[one.piece.key][one.piece.group]
        remaining = [replace(told, groups=left[told.key]) for told in facts if left[told.key]]
        if any(told.filed_under == email() for told in remaining):
            assert not may_market(fold(remaining), email(), day("2016-06-02"))


def test_what_only_repeats_our_own_call_goes_no_later_than_what_shows_it() -> None:
    asked = fact(
        "member_change",
        "2020-01-01T00:01",
        email(),
        source="sync",
        subscription={
            "audience": "list1",
            "email": CAMILLE,
            "event": "member_change",
            "status": "subscribed",
        },
    )
    echo = member("2020-01-01T00:01:10", source="Hosted Signup Form", opted_in="2020-01-01T00:01:10")
    facts = [session("2020-01-01", box=True), asked, echo]
    person = fold(facts)
    assert person.repeated == {echo.key}
    goes = gone(facts, "2023-01-01")
    assert {(one.piece.key, one.piece.group) for one in goes.remove if one.piece.group == "consent"} == {
        (echo.key, "consent")
    }
    assert goes.remove[-1].piece.key == asked.key


def test_e123_a_consent_that_moved_on_goes_with_the_word_that_it_did() -> None:
    facts = [session("2020-01-01", box=True), hint("2021-06-01", "upemail", new=BENOIT)]
    when = due(*facts)
    assert when["consent"] == when["subscription"] == day("2023-01-01")
    (unmoved, *_) = facts
    assert due(unmoved)["consent"] == day("2028-01-01")


def test_every_group_of_every_fact_is_in_the_schedule_wherever_it_is_filed() -> None:
    older = replace(session("2024-01-01"), identifiers=("email#0#old", "stripe_payment#pi_1"), aka={})
    newer = replace(session("2024-01-01"), aka={email(): "email#0#old"})
    folding = Folding(POLICY)
    for told in (older, newer, newer):
        folding.add(told)
    (person,) = folding.people()[1].values()
    pieces = {(p.filed_under, p.key, p.group) for p in person.pieces}
    assert len(pieces) == len(person.pieces)
    assert pieces == {
        (filed, newer.key, group) for filed in ("email#0#old", email()) for group in ("order", "profile")
    }


def test_what_is_filed_under_an_address_goes_with_it_though_it_is_about_an_account_that_many_share() -> None:
    guests = [f"guest{n}@example.fr" for n in range(12)]
    facts = [customer("2023-11-22", who, customer="cus_guest") for who in guests]
    facts += [member("2023-11-22", who) for who in guests]
    person = fold(facts, guests[0])
    assert not person.links.owned & {"stripe_customer#cus_guest"}
    goes = going(person, schedule(person, POLICY), (), day("2026-11-22"))
    assert goes.whole
    assert groups(goes.remove) == {"profile", "subscription", "consent"}


def test_a_fact_that_holds_nothing_but_names_goes_with_the_last_piece() -> None:
    bare = fact("setup_intent.succeeded", "2026-01-01", email())
    goes = gone([bare, member("2023-11-22")], "2026-11-22")
    assert goes.whole
    assert "" in groups(goes.remove)


def test_archived_orders_still_make_a_customer_and_go_when_their_documents_do() -> None:
    archived = fact(
        "archived",
        "2018-05-01",
        email(),
        "stripe_payment#pi_1",
        subject="stripe_payment#pi_1",
        source="privacy",
        archived={
            "order": "stripe_payment#pi_1",
            "placed_at": at("2018-05-01").isoformat(),
            "paid": True,
            "until": "2029-01-01",
        },
    )
    person = fold([archived])
    assert (person.clock.regime, person.last_order) == ("customer", at("2018-05-01"))
    assert not gone([archived], "2028-12-31").remove
    assert gone([archived], "2029-01-01").whole


def test_the_due_stamp_is_the_first_day_on_which_anything_happens() -> None:
    person = fold([session("2023-12-01", box=True), charge("2023-12-01")])
    assert next_action_on(person, POLICY) == day("2025-01-01"), "card and fraud fields"
    assert next_action_on(fold([member("2023-12-01")]), POLICY) == day("2026-11-01"), "the renewal letter"


# --- the rules are data ----------------------------------------------------------------------------


def _toml() -> bytes:
    return (policy.files(policy.__package__) / "imera.toml").read_bytes()


def test_a_number_changed_in_the_policy_changes_that_clock_and_no_other() -> None:
    facts = [
        numbered("2020-05-10", amount=15000, box=True),
        charge("2020-05-10"),
        delivery("2020-05-10"),
        handover("2020-05-20", recorded="2020-05-20"),
        member("2021-01-01"),
        unsubscribed("2022-01-01"),
        dispute("2020-06-01", "won"),
        abandoned("2022-01-01"),
    ]
    before = due(*facts)
    for old, new, changed in (
        ("charge + 13 months", "charge + 15 months", {"card", "fraud"}),
        ("consent_end + 5 years", "consent_end + 4 years", {"consent"}),
        ("dispute_closed + 5 years", "dispute_closed + 2 years", {"dispute"}),
        ("session + 30 days", "session + 10 days", {"checkout"}),
        ("financial_year_end + 10 years", "financial_year_end + 12 years", {"order", "payment", "handover"}),
    ):
        rules = policy.parse(_toml().replace(old.encode(), new.encode()))
        after = due(*facts, rules=rules)
        assert {group for group in before if before[group] != after[group]} == changed, old
        assert rules.rules_digest != POLICY.rules_digest


def test_what_is_no_rule_changes_no_receipts_digest() -> None:
    other = policy.parse(_toml().replace(b'staff_language = "fr"', b'staff_language = "en"'))
    assert other.digest != POLICY.digest
    assert other.rules_digest == POLICY.rules_digest
