"""Who goes whole is owed a redaction at Stripe, who stays is owed none, whatever breaks off in between (G24, E147)."""

from __future__ import annotations

import itertools
from collections.abc import Mapping
from dataclasses import replace
from datetime import date, timedelta
from functools import partial

import pytest

from privacy.domain.clocks import paris_day
from privacy.domain.erasure import gone_in, kept_in
from privacy.domain.redaction import identifier_of
from privacy.operations.retention.purge_person import MISSED_ORDER, PersonChanged
from privacy.operations.rights.plan_erasure import Reading
from tests.erasing import ErasureOffice
from tests.purging import Killed, Moment, PurgeOffice, dies, paid_session
from tests.requesting import CASE
from tests.telling import (
    BENOIT,
    CAMILLE,
    at,
    charge,
    customer,
    dispute,
    email,
    handover,
    hint,
    member,
    numbered,
    session,
)

TONIGHT = "2026-11-22"


@pytest.fixture
def office() -> PurgeOffice:
    return redacting(PurgeOffice())


def redacting[T: PurgeOffice](office: T) -> T:
    office.redacts = True
    return office


class Eraser(ErasureOffice):
    """With a Stripe that redacts."""

    def __init__(self) -> None:
        super().__init__()
        self.redacts = True

    @property
    def reading(self) -> Reading:
        return replace(super().reading, redacts=True)


def ordered(
    office: PurgeOffice, payment: str = "pi_b", account: str | None = "cus_b", who: str = BENOIT
) -> None:
    """Long ago: whatever the law asks for has ended."""
    office.hear(
        session("2010-03-01", who, payment=payment, customer=account),
        charge("2010-03-01", who, payment=payment, customer=account),
    )
    if account:
        office.hear(customer("2010-03-01", who, customer=account))


def subscribed(office: PurgeOffice) -> None:
    office.hear(hint("2023-11-22T10:00", "subscribe"), member("2023-11-22T10:00"))
    office.joins("2023-11-22T10:00")


def failed(payment: str, when: str, **more: object) -> Mapping[str, object]:
    """A payment as Stripe lists it."""
    return {
        "id": payment,
        "object": "payment_intent",
        "amount": 8000,
        "created": int(at(when).timestamp()),
        "currency": "eur",
        "customer": None,
        "livemode": True,
        "metadata": {},
        "status": "requires_payment_method",
    } | more


def owed(office: PurgeOffice) -> list[tuple[str, ...]]:
    return sorted(each.objects for each in office.redactions.held.values())


# --- the purge


def test_of_a_customer_the_account_is_named_and_of_a_guest_each_purchase(office: PurgeOffice) -> None:
    ordered(office)
    ordered(office, "pi_g", None, CAMILLE)
    office.night(TONIGHT)
    assert office.empty()
    assert owed(office) == [("cs_pi_g", "pi_g"), ("cus_b",)]
    assert {each.due_on for each in office.redactions.held.values()} == {date(2026, 11, 23)}
    assert {each.job for each in office.redactions.held.values()} == {""}


def test_of_whoever_ordered_the_documents_that_have_to_stay_are_owed_nothing(office: PurgeOffice) -> None:
    ordered(office)
    office.hear(session("2022-03-01", BENOIT, payment="pi_new", customer="cus_b"))
    office.nights(TONIGHT, "2026-11-23")
    assert office.knows(BENOIT)
    assert owed(office) == []


def test_what_was_archived_and_left_one_fact_is_named_by_it(office: PurgeOffice) -> None:
    """Three years after the last contact nothing here says any more than that there was this purchase."""
    office.hear(session("2016-03-01", BENOIT, payment="pi_b", customer="cus_b"))
    for day in ("2019-03-01", "2021-03-01", "2026-03-01"):
        office.night(day)
    assert {fact.type for fact in office.facts()} <= {"archived", "person"}
    assert owed(office) == []
    office.nights("2027-01-01", "2027-01-02")
    assert not office.facts()
    assert owed(office) == [("cus_b",)]


def test_of_a_guest_s_purchase_that_was_archived_stripe_is_asked_for_the_checkout(
    office: PurgeOffice,
) -> None:
    office.hear(charge("2016-03-01", BENOIT, payment="pi_b"))
    office.stripe.objects_of["checkout/sessions"].append(paid_session(BENOIT, "2016-03-01", "pi_b"))
    for day in ("2019-03-01", "2021-03-01", "2026-03-01", "2027-01-01"):
        office.night(day)
    assert not office.facts()
    assert owed(office) == [("cs_pi_b", "pi_b")]


def test_whoever_never_ordered_is_owed_what_failed_ninety_days_after_it(office: PurgeOffice) -> None:
    subscribed(office)
    office.stripe.objects_of["customers"].append(
        {"id": "cus_1", "object": "customer", "created": 1_600_000_000, "email": CAMILLE, "livemode": True,
         "metadata": {}}
    )  # fmt: skip
    office.stripe.objects_of["payment_intents"].append(failed("pi_f", "2026-11-01", customer="cus_1"))
    office.night(TONIGHT)
    assert office.empty()
    assert owed(office) == [("cus_1",)]
    (held,) = office.redactions.held.values()
    assert held.due_on == date(2026, 11, 1) + timedelta(days=91)


def test_whom_stripe_does_not_know_is_owed_nothing(office: PurgeOffice) -> None:
    subscribed(office)
    office.night(TONIGHT)
    assert office.empty()
    assert owed(office) == []


def test_an_account_on_which_somebody_else_bought_is_not_named(office: PurgeOffice) -> None:
    """Their documents have to stay, and would go with it."""
    ordered(office)
    office.hear(session("2024-03-01", CAMILLE, payment="pi_hers", customer="cus_b"))
    office.night(TONIGHT)
    assert not office.knows(BENOIT) or office.people.found[email(BENOIT)].person is None
    assert owed(office) == [("cs_pi_b", "pi_b")]


def test_an_account_on_which_stripe_has_somebody_else_s_purchase_is_not_named(office: PurgeOffice) -> None:
    """Nobody told us that it hangs there."""
    ordered(office)
    office.hear(session("2024-03-01", CAMILLE, payment="pi_hers"))
    office.stripe.objects_of["payment_intents"].append(
        failed("pi_hers", "2024-03-01", customer="cus_b", status="succeeded")
    )
    office.night(TONIGHT)
    assert owed(office) == [("cs_pi_b", "pi_b")]


def test_e137_an_order_of_a_customer_s_that_only_stripe_knows_is_recorded_and_nothing_is_owed(
    office: PurgeOffice,
) -> None:
    ordered(office, account=None)
    office.stripe.objects_of["checkout/sessions"].append(paid_session(BENOIT, "2024-01-01"))
    office.now = at("2026-11-21")
    office.hear()
    # only who is known by how they typed it can be asked for
    office.hear(customer("2010-03-01", BENOIT, customer="cus_b"))
    office.night(TONIGHT)
    assert office.knows(BENOIT)
    assert office.happened == [MISSED_ORDER]
    assert owed(office) == []


def test_what_stripe_lists_of_orders_that_are_known_is_no_news(office: PurgeOffice) -> None:
    """Stripe knows nothing of a delivery, by which the law's ten years ended with the year; it would count longer."""
    office.hear(numbered("2016-12-02", BENOIT, payment="pi_b", customer="cus_b", amount=15_000))
    office.hear(handover("2016-12-03", recorded="2016-12-04"))
    office.stripe.objects_of["customers"].append(
        {"id": "cus_b", "object": "customer", "created": 1_480_600_000, "email": BENOIT, "livemode": True,
         "metadata": {}}
    )  # fmt: skip
    office.stripe.objects_of["checkout/sessions"].append(
        {**paid_session(BENOIT, "2016-12-02", "pi_b"), "customer": "cus_b", "amount_total": 15_000}
    )
    office.hear(customer("2016-12-02", BENOIT, customer="cus_b"))
    for day in ("2019-12-02", "2021-12-02", "2026-12-02", "2027-01-01"):
        office.night(day)
    assert MISSED_ORDER not in office.happened
    assert not office.facts()
    assert owed(office) == [("cus_b",)]


# --- broken off


def held_and_owed(office: PurgeOffice) -> set[str]:
    identifiers = {i for each in office.redactions.held.values() for i in each.identifiers}
    return {*office.people.pointers(identifiers)}


def test_e147_whoever_orders_at_any_moment_stays_and_nothing_of_theirs_is_run() -> None:
    order = replace(
        session("2026-11-22T02:29", BENOIT, payment="pi_now", customer="cus_b"),
        recorded_at=at("2026-11-22T02:30"),
    )
    stayed = 0
    for count in itertools.count(1):
        office = redacting(PurgeOffice())
        ordered(office)
        office.now = at("2026-11-22T02:30")
        [batch] = office.due()
        moment = Moment(office, count, partial(office.hear, order))
        try:
            office.work(batch)
        except PersonChanged:
            office.work(batch)
        if not moment.came:
            break
        assert office.ledger.get(order.filed_under, order.key) == order, count
        if office.redactions.held:
            # they went, and came back: the account that they ordered on is held here, and waits
            assert owed(office) == [("cus_b",)], count
            assert held_and_owed(office) == {"stripe_customer#cus_b"}, count
        else:
            stayed += 1
    assert count > stayed > 5


def test_e152_a_worker_killed_at_any_moment_leaves_what_an_undisturbed_one_leaves() -> None:
    undisturbed = redacting(PurgeOffice())
    ordered(undisturbed)
    undisturbed.night(TONIGHT)
    for count in itertools.count(1):
        office = redacting(PurgeOffice())
        ordered(office)
        office.now = at("2026-11-22T02:30")
        [batch] = office.due()
        moment = Moment(office, count, dies)
        try:
            office.work(batch)
        except Killed:
            office.work(batch)
        if not moment.came:
            break
        assert office.empty(), count
        assert owed(office) == owed(undisturbed) == [("cus_b",)], count
    assert count > 15


def test_whoever_stays_after_all_is_owed_nothing_any_more(office: PurgeOffice) -> None:
    ordered(office)
    office.now = at("2026-11-22T02:30")
    [batch] = office.due()
    office.replay.down = True
    with pytest.raises(Exception, match="s3"):
        office.work(batch)
    assert office.knows(BENOIT)
    assert owed(office) == []


# --- an erasure


def test_an_erasure_of_whoever_bought_nothing_owes_what_failed_and_says_so() -> None:
    office = Eraser()
    subscribed(office)
    office.stripe.objects_of["checkout/sessions"].append(
        {**paid_session(CAMILLE, "2026-11-01", "pi_f"), "payment_status": "unpaid", "status": "expired"}
    )
    answer = office.erases()
    assert answer.text("plan") == "erased"
    assert [line for line in answer.texts("goes") if "Stripe le masque" in line or "blacked out" in line]
    assert owed(office) == [("cs_pi_f", "pi_f")]
    (held,) = office.redactions.held.values()
    assert held.due_on == date(2026, 11, 1) + timedelta(days=91)


def test_an_erasure_that_leaves_payments_owes_nothing_until_they_go() -> None:
    office = Eraser()
    office.hear(session("2024-05-10", customer="cus_1"), charge("2024-05-10", customer="cus_1"))
    answer = office.erases()
    draft = office.case().draft("erasure")
    assert draft is not None
    stays = [kept_in(line) for line in draft.texts("stays")]
    assert "payments_until_redacted" in {kept.what for kept in stays}
    assert [line for line in answer.texts("stays") if "then Stripe blacks out" in line]
    assert owed(office) == []
    office.now = at("2026-12-01")
    for day in ("2027-05-10", "2034-12-31"):
        office.night(day)
        assert owed(office) == []
    office.nights("2035-01-01", "2035-01-02")
    assert not [fact for fact in office.facts() if fact.type != "person_erased"]
    assert owed(office) == [("cus_1",)]


@pytest.mark.parametrize("account", [None, "cus_1"])
def test_an_erasure_of_whoever_s_last_duty_has_ended_leaves_nothing_at_stripe_either(
    account: str | None,
) -> None:
    """The night would have taken them, had their request not come first: nothing is kept, and nobody is told it is."""
    office = Eraser()
    ordered(office, "pi_1", account, CAMILLE)
    office.stripe.objects_of["checkout/sessions"].append(
        {**paid_session(CAMILLE, "2010-03-01", "pi_1"), "customer": account}
    )
    answer = office.erases()
    assert answer.text("plan") == "erased"
    assert [
        line for line in answer.texts("goes") if "of your purchases and payments: it is blacked out" in line
    ]
    assert not [line for line in answer.texts("stays") if "Stripe" in line]
    assert (office.stripe.deleted, office.stripe.blanked) == ([account] if account else [], [])
    assert owed(office) == [("cus_1",) if account else ("cs_pi_1", "pi_1")]


def test_an_order_that_only_stripe_knows_beside_one_that_is_over_is_recorded_and_nothing_is_owed() -> None:
    office = Eraser()
    ordered(office, "pi_1", "cus_1", CAMILLE)
    office.stripe.objects_of["checkout/sessions"].append(paid_session(CAMILLE, "2025-03-01", "pi_2"))
    answer = office.erases()
    assert answer.text("plan") == "erased_partial"
    assert not office.stripe.deleted
    assert {group for each in office.archive.held.values() for group in each.fact.groups} >= {"order"}
    assert owed(office) == []


def test_an_open_dispute_keeps_it_from_being_owed() -> None:
    office = Eraser()
    office.hear(session("2026-10-10", customer="cus_1"), dispute("2026-10-20", "needs_response"))
    office.erases()
    assert owed(office) == []


def test_where_stripe_redacts_nothing_nothing_is_owed_and_the_letter_says_that_it_keeps_them() -> None:
    office = ErasureOffice()
    office.hear(session("2024-05-10", customer="cus_1"), charge("2024-05-10", customer="cus_1"))
    answer = office.erases()
    assert [line for line in answer.texts("stays") if "as the law obliges Stripe itself" in line]
    draft = office.case().draft("erasure")
    assert draft is not None
    assert "traces" not in {gone_in(line).what for line in draft.texts("goes")}
    assert owed(office) == []


def test_where_stripe_redacts_nothing_the_letter_says_so_of_orders_that_are_over_too() -> None:
    office = ErasureOffice()
    ordered(office, "pi_1", "cus_1", CAMILLE)
    answer = office.erases()
    assert answer.text("plan") == "erased_partial"
    told = [line for line in answer.texts("stays") if "Stripe" in line]
    assert told[-1] == "en: at Stripe, the payments themselves, as the law obliges Stripe itself"
    assert office.stripe.deleted == ["cus_1"]
    assert owed(office) == []


def test_an_erasure_killed_at_any_moment_owes_the_same_in_the_end() -> None:
    for count in itertools.count(1):
        office = Eraser()
        subscribed(office)
        office.stripe.objects_of["customers"].append(
            {"id": "cus_1", "object": "customer", "created": 1_600_000_000, "email": CAMILLE,
             "livemode": True, "metadata": {}}
        )  # fmt: skip
        office.asks()
        office.drafts()
        effect = office.approves()
        moment = Moment(office, count, dies)
        try:
            office.carries_out(effect)
        except Killed:
            office.carries_out(effect)
        if not moment.came:
            break
        assert office.case().item("erasure") is not None, CASE
        assert owed(office) == [("cus_1",)], count
    assert count > 15


UNPAID = {**paid_session(CAMILLE, "2026-11-01", "pi_f"), "payment_status": "unpaid", "status": "expired"}


@pytest.mark.parametrize("account", [None, "cus_1"])
@pytest.mark.parametrize("bought", [UNPAID, paid_session(CAMILLE, "2010-03-01", "pi_f")])
def test_what_stripe_lists_still_when_our_records_have_gone_is_owed_once(
    bought: Mapping[str, object], account: str | None
) -> None:
    """Killed after the last fact went, it is done again by whoever knows nobody any more."""
    for count in itertools.count(1):
        office = Eraser()
        subscribed(office)
        office.stripe.objects_of["checkout/sessions"].append({**bought, "customer": account})
        if account:
            office.stripe.objects_of["customers"].append(
                {"id": account, "object": "customer", "created": 1_600_000_000, "email": CAMILLE,
                 "livemode": True, "metadata": {}}
            )  # fmt: skip
        office.asks()
        office.drafts()
        effect = office.approves()
        moment = Moment(office, count, dies)
        try:
            office.carries_out(effect)
        except Killed:
            office.carries_out(effect)
        if not moment.came:
            break
        assert owed(office) == [("cus_1",) if account else ("cs_pi_f", "pi_f")], count
    assert count > 15


# --- a restore


def test_whoever_is_erased_again_is_owed_it_again_unless_they_came_back(office: PurgeOffice) -> None:
    owing = office.owing
    assert owing is not None
    today = paris_day(office.now)
    identifiers = (email(BENOIT), "stripe_customer#cus_b", "stripe_payment#pi_b", "shop_order#x")
    owing.owe_again("person-1", identifiers, today)
    assert owed(office) == [("cus_b",), ("pi_b",)]
    # it may have been asked for before: whoever follows it looks first
    assert {each.asked for each in office.redactions.held.values()} == {1}
    # what may hang on the account is not named while its own job is under way
    due = {each.objects: each.due_on for each in office.redactions.held.values()}
    assert due["cus_b",] == today + timedelta(days=91)
    assert due["pi_b",] == today + timedelta(days=98)
    office.redactions.held.clear()
    ordered(office)
    owing.owe_again("person-1", identifiers, today)
    assert owed(office) == []
    assert {identifier_of(name) for name in ("cus_b", "pi_b")} <= {*identifiers}
