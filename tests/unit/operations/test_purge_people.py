"""Who is due goes, everywhere and once; who came back meanwhile stays (E131-E157; docs/architecture.md "Purge")."""

from __future__ import annotations

import itertools
from dataclasses import replace
from datetime import date
from functools import partial

import pytest

from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.request_steps import AUTO, By, Kind, Said
from privacy.domain.rights import Right
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.retention.purge_batch import OutOfTime
from privacy.operations.retention.purge_person import LATE, MISSED_ORDER, PersonChanged
from privacy.ports import ProviderUnavailable
from privacy.ports.retention import LegalHold, Receipt
from tests.purging import LIST, Killed, Moment, PurgeOffice, dies, paid_session
from tests.requesting import CASE, POLICY, STAFF, opened, step
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    at,
    charge,
    customer,
    dispute,
    email,
    fact,
    hint,
    member,
    paid_without_address,
    session,
    unsubscribed,
)

TYPED = "Camille.Durand@Example.fr"
TO = {"name": "Camille Durand", "line1": "1 rue de l'Exemple", "city": "Paris", "country": "FR"}


@pytest.fixture
def office() -> PurgeOffice:
    return PurgeOffice()


def subscribed(office: PurgeOffice, when: str = "2023-11-22T10:00", who: str = CAMILLE) -> None:
    """By Mailchimp's own form: a hint, and the member as it was read back."""
    office.hear(hint(when, "subscribe", who))
    office.hear(member(when, who))
    office.joins(when, who)


# ---------------------------------------------------------------- whoever never ordered


def test_e131_a_subscriber_goes_on_the_third_anniversary_everywhere_and_not_the_day_before(
    office: PurgeOffice,
) -> None:
    subscribed(office)
    office.ses.held[CAMILLE] = "COMPLAINT"
    office.night("2026-11-21")
    assert len(office.facts()) == 3
    assert not office.mailchimp.calls
    office.night("2026-11-22")
    assert office.empty()
    assert office.mailchimp.forgotten == {(LIST, CAMILLE)}
    assert not office.ses.held
    [receipt] = office.all_receipts()
    assert (receipt.rules, receipt.finished_at) == (office.purge.person.policy.rules_digest, office.now)
    assert list(receipt.lines) == office.erased() == ["person-1"]
    assert sum(sum(line.values()) for line in receipt.lines.values()) == 4
    assert office.registry.marks.keys() == {email()}
    assert office.happened == []


def test_whoever_is_purged_refused_nothing_and_mailchimp_s_word_that_they_left_is_our_own(
    office: PurgeOffice,
) -> None:
    subscribed(office)
    office.night("2026-11-22")
    office.hear(unsubscribed("2026-11-22T02:30:05"))
    assert (office.empty(), office.registry.entries) == (True, {})
    office.hear(unsubscribed("2026-11-22T02:31", reason="abuse"))
    assert office.empty()
    assert office.registry.entries[email()].state.value == "objected"


def test_a17_whoever_unsubscribed_and_never_ordered_goes_in_the_next_night_and_stays_suppressed(
    office: PurgeOffice,
) -> None:
    subscribed(office, "2026-01-01")
    office.hear(unsubscribed("2026-03-01T12:00"))
    office.night("2026-03-02")
    assert office.empty()
    assert office.registry.entries[email()].state.value == "withdrawn"


def test_e137_a_paid_order_that_only_stripe_knew_of_keeps_them_and_is_recorded(office: PurgeOffice) -> None:
    subscribed(office)
    office.hear(hint("2025-01-01", "profile", TYPED))
    office.stripe.objects_of["checkout/sessions"].append(paid_session(TYPED, "2025-05-01"))
    office.night("2026-11-22")
    assert office.happened == [MISSED_ORDER]
    assert office.mailchimp.held[LIST]
    assert not office.registry.marks
    assert not office.lines()
    [order] = [fact for fact in office.facts() if "order" in fact.groups]
    office.stream((order.filed_under, order.key))
    assert (office.summary()["regime"], office.summary()["orders"]) == ("customer", 1)
    office.night("2026-11-23")
    assert office.happened == [MISSED_ORDER]
    assert office.knows()


def test_e137_a_customer_at_stripe_who_bought_nothing_keeps_nobody_and_goes_with_them(
    office: PurgeOffice,
) -> None:
    subscribed(office)
    account = {
        "id": "cus_9",
        "object": "customer",
        "created": 1_600_000_000,
        "email": CAMILLE,
        "livemode": True,
    }
    office.stripe.objects_of["customers"].append(account | {"metadata": {}, "name": "Camille"})
    office.night("2026-11-22")
    assert office.empty()
    assert office.stripe.deleted == ["cus_9"]
    assert office.happened == []


def test_e137_whom_only_the_suppression_list_ended_is_judged_by_it_at_stripe_too(office: PurgeOffice) -> None:
    subscribed(office, "2026-01-01")
    office.registry.suppress(Suppression(email(), at("2026-11-20"), State.WITHDRAWN, "unsubscribed"))
    account = {
        "id": "cus_9",
        "object": "customer",
        "created": 1_600_000_000,
        "email": CAMILLE,
        "livemode": True,
    }
    office.stripe.objects_of["customers"].append(account | {"metadata": {}})
    office.hear(hint("2026-11-20T12:00", "profile"))
    office.night("2026-11-22")
    assert office.empty()


def test_e138_while_stripe_is_down_nothing_of_them_goes_and_the_next_try_does_it(office: PurgeOffice) -> None:
    subscribed(office)
    subscribed(office, who=BENOIT)
    before = {fact.key for fact in office.facts()}
    office.stripe.down = True
    with pytest.raises(ProviderUnavailable):
        office.night("2026-11-22")
    assert office.happened == ["skipped", "skipped"]
    assert {fact.key for fact in office.facts()} == before
    assert len(office.mailchimp.held[LIST]) == 2
    assert (office.registry.marks, office.erased(), office.all_receipts()) == ({}, [], [])
    office.stripe.down = False
    office.night("2026-11-22")
    assert office.empty()


@pytest.mark.parametrize("answers", range(6))
def test_e103_while_mailchimp_is_down_nothing_of_them_goes_though_it_answered_at_first(
    office: PurgeOffice, answers: int
) -> None:
    """Read, deleted, read back: wherever it falls silent, the address stays for the next try."""
    subscribed(office)
    before = {fact.key for fact in office.facts()}
    left = [answers]
    audience = office.mailchimp.audience

    def answering(call: str) -> None:
        own = getattr(office.mailchimp, call)

        def made(*asked: str) -> object:
            left[0] -= 1
            if left[0] < 0:
                raise ProviderUnavailable("mailchimp: nobody answers")
            return own(*asked)

        setattr(office.mailchimp, call, made)

    answering("read")
    answering("delete_permanently")
    if answers < 3:
        with pytest.raises(ProviderUnavailable):
            office.night("2026-11-22")
        asked = {fact.key for fact in office.facts() if fact.type == "member_change"}
        assert {fact.key for fact in office.facts()} == before | asked
        assert len(asked) == (answers > 0)  # whatever became of it
        assert office.happened == ["skipped"]
        assert (office.registry.marks, office.erased(), office.all_receipts()) == ({}, [], [])
        left[0] = 99
        office.night("2026-11-22")
    else:
        office.night("2026-11-22")
    assert office.empty()
    assert len(office.lines()) == 1
    assert audience(LIST).members == 0


def test_e122_mailchimp_s_word_that_they_left_is_our_own_where_the_purge_broke_off_after_it(
    office: PurgeOffice,
) -> None:
    """Another audience, the reading back or the receipt may fail after it: the marks go, then its webhook comes."""
    subscribed(office)
    begin = office.receipts.begin

    def is_down(_: Receipt) -> Receipt:
        raise ProviderUnavailable("dynamodb: nobody answers")

    office.receipts.begin = is_down  # type: ignore[method-assign]
    with pytest.raises(ProviderUnavailable):
        office.night("2026-11-22")
    office.receipts.begin = begin  # type: ignore[method-assign]
    assert (office.mailchimp.held[LIST], office.registry.marks) == ({}, {})
    told = unsubscribed("2026-11-22T02:30:05")
    said = {**told.groups["subscription"], "status": "unsubscribed"}
    office.hear(replace(told, groups={**told.groups, "subscription": said}))
    assert office.registry.entries == {}
    office.replay.down = False
    office.night("2026-11-22")
    assert (office.empty(), office.registry.entries) == (True, {})


def test_e147_who_is_a_customer_again_when_the_message_comes_again_is_no_longer_to_be_erased_by_a_replay(
    office: PurgeOffice,
) -> None:
    subscribed(office)
    office.now = at("2026-11-22T02:30")
    [batch] = office.due()
    mark = office.registry.mark_gone
    office.registry.mark_gone = lambda *_: dies()  # type: ignore[method-assign]
    with pytest.raises(Killed):
        office.work(batch)
    office.registry.mark_gone = mark  # type: ignore[method-assign]
    assert (office.erased(), office.registry.marks) == (["person-1"], {})
    office.hear(session("2026-11-22T02:31", payment="pi_new"), charge("2026-11-22T02:31", payment="pi_new"))
    office.work(batch)
    assert (office.knows(), office.erased(), office.lines()) == (True, [], [])


def test_while_the_replay_list_cannot_be_written_nothing_of_ours_goes(office: PurgeOffice) -> None:
    subscribed(office)
    office.replay.down = True
    with pytest.raises(ProviderUnavailable):
        office.night("2026-11-22")
    kept = [fact for fact in office.facts() if fact.type != "member_change"]
    assert (len(kept), office.registry.marks, office.lines()) == (3, {}, [])
    office.replay.down = False
    office.night("2026-11-22")
    assert (office.empty(), office.erased()) == (True, ["person-1"])


def test_one_who_cannot_be_purged_keeps_nobody_else_waiting(office: PurgeOffice) -> None:
    subscribed(office)
    subscribed(office, who=BENOIT)
    read = office.mailchimp.read

    def none_of_camille(audience: str, address: str) -> object:
        if address == CAMILLE:
            raise ProviderUnavailable("mailchimp: nobody answers")
        return read(audience, address)

    office.mailchimp.read = none_of_camille  # type: ignore[method-assign, assignment]
    office.now = at("2026-11-22T02:30")
    [batch] = office.due()
    for _ in range(2):
        with pytest.raises(ProviderUnavailable):
            office.work(batch)
    assert (office.knows(CAMILLE), office.knows(BENOIT)) == (True, False)
    assert office.erased() == ["person-2"]
    office.mailchimp.read = read  # type: ignore[method-assign]
    office.work(batch)
    assert office.empty()
    assert office.erased() == ["person-1", "person-2"]
    assert len(office.lines()) == 2


def test_whom_the_time_does_not_suffice_for_is_not_begun_with_and_goes_when_the_message_comes_again(
    office: PurgeOffice,
) -> None:
    for who in (CAMILLE, BENOIT, "chloe@example.fr"):
        subscribed(office, who=who)
    office.now = at("2026-11-22T02:30")
    [batch] = office.due()
    for shares, gone in (((0.9, 0.4), 1), ((0.9, 0.9, 0.9, 0.5, 0.1), 2), ((1.0,), 3)):
        left = itertools.chain(shares, itertools.repeat(shares[-1]))
        try:
            office.purge.purge(batch, office.now, lambda left=left: next(left))  # type: ignore[misc]
        except OutOfTime:
            assert gone < 3
        assert (len(office.erased()), len(office.mailchimp.held[LIST])) == (gone, 3 - gone)
    assert office.empty()
    assert len(office.lines()) == 3


def test_whoever_goes_later_than_the_day_after_is_told_as_late(office: PurgeOffice) -> None:
    for who, night, happened in ((CAMILLE, "2026-11-23", []), (BENOIT, "2026-11-24", [LATE])):
        subscribed(office, who=who)
        office.night(night)
        assert office.happened == happened


def test_whoever_was_only_now_heard_of_is_not_late(office: PurgeOffice) -> None:
    """An import of the past brings people who have been due for years."""
    office.hear(replace(member("2020-01-01"), recorded_at=at("2026-11-21T10:00")))
    office.night("2026-11-22")
    assert (office.facts(), office.happened) == ([], [])


# ---------------------------------------------------------------- who came back meanwhile


def test_e147_an_order_that_came_in_before_the_worker_did_keeps_everything(office: PurgeOffice) -> None:
    subscribed(office)
    office.now = at("2026-11-22T02:30")
    [batch] = office.due()
    office.ledger.append(session("2026-11-22T02:29"))
    held = office.facts()
    office.work(batch)
    assert office.facts() == held
    assert office.mailchimp.held[LIST]
    assert not office.registry.marks


def test_e147_an_order_that_comes_in_after_the_decision_keeps_everything(office: PurgeOffice) -> None:
    subscribed(office)
    order = session("2026-11-22T02:29")
    mark = office.registry.mark_gone

    def meanwhile(identifier: str, now: object) -> None:
        office.ledger.append(order)
        mark(identifier, now)  # type: ignore[arg-type]

    office.registry.mark_gone = meanwhile  # type: ignore[method-assign, assignment]
    with pytest.raises(PersonChanged):
        office.night("2026-11-22")
    assert (office.mailchimp.calls, office.registry.marks, office.lines()) == ([], {}, [])
    office.hear(order)
    assert (office.summary()["regime"], len(office.facts())) == ("customer", 4)
    office.night("2026-11-22")
    assert len(office.facts()) == 4
    assert office.happened == []  # nobody was down


def test_e147_an_order_that_comes_in_at_any_moment_is_never_lost() -> None:
    """Placed a minute before: whatever of the past has gone by then, whoever made it is a customer."""
    order = replace(session("2026-11-22T02:29"), recorded_at=at("2026-11-22T02:30"))
    for count in itertools.count(1):
        office = PurgeOffice()
        subscribed(office)
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
        assert office.summary()["orders"] == 1, count
        whole = len(office.facts()) == 4
        assert whole == bool(office.mailchimp.held[LIST]), (
            count
        )  # and of the newsletter all is there, or nothing
        assert whole == (not office.lines()), count
    assert count > 20


def test_e147_an_order_that_comes_in_at_any_moment_is_not_lost_where_the_worker_dies_with_it() -> None:
    order = replace(session("2026-11-22T02:29"), recorded_at=at("2026-11-22T02:30"))

    def ordered_and_died(office: PurgeOffice) -> None:
        office.hear(order)
        raise Killed

    for count in itertools.count(1):
        office = PurgeOffice()
        subscribed(office)
        office.now = at("2026-11-22T02:30")
        [batch] = office.due()
        moment = Moment(office, count, partial(ordered_and_died, office))
        try:
            office.work(batch)
        except Killed:
            office.work(batch)
        if not moment.came:
            break
        assert office.ledger.get(order.filed_under, order.key) == order, count
        assert office.summary()["orders"] == 1, count
        assert len(office.people.items) == 1, count
    assert count > 20


# ---------------------------------------------------------------- broken off anywhere, and twice


def crowd(office: PurgeOffice) -> None:
    """Three who go whole, each in another way, and one of whom something stays."""
    subscribed(office)
    office.hear(
        session("2010-03-01", BENOIT, payment="pi_b", customer="cus_b"),
        charge("2010-03-01", BENOIT, payment="pi_b", customer="cus_b"),
        customer("2010-03-01", BENOIT, customer="cus_b"),
        paid_without_address("2011-01-01", payment="pi_b2", customer="cus_b"),
    )
    office.hear(hint("2023-11-01", "subscribe", "chloe@example.fr"))
    office.joins("2023-11-01", "chloe@example.fr")
    office.hear(
        session("2020-05-01", "emma@example.fr", payment="pi_e", box=True, amount=15000),
        charge("2020-05-01", "emma@example.fr", payment="pi_e"),
        member("2020-05-01", "emma@example.fr"),
    )
    office.joins("2020-05-01", "emma@example.fr")


def standing(office: PurgeOffice) -> object:
    """All that is left anywhere, but for what tells only when something was done."""
    people = office.people
    return (
        sorted((f.filed_under, f.key, sorted(f.groups)) for f in office.facts() if f.source != "sync"),
        {person: summary["orders"] for person, (_, summary) in people.items.items()},
        {person: dict(held) for person, held in people.holdings.items() if held},
        people.found,
        sorted(office.registry.marks),
        office.registry.entries,
        {filing: archived.due_on for filing, archived in office.archive.held.items()},
        sorted(office.mailchimp.held[LIST]),
        sorted(set(office.stripe.deleted)),
    )


def test_e152_a_purge_that_breaks_off_anywhere_comes_to_the_same_end_with_one_line_a_deletion() -> None:
    undisturbed = PurgeOffice()
    crowd(undisturbed)
    undisturbed.night("2026-11-22")
    assert undisturbed.erased() == ["person-1", "person-2", "person-3"]
    assert undisturbed.archive.held
    for count in itertools.count(1):
        office = PurgeOffice()
        crowd(office)
        office.now = at("2026-11-22T02:30")
        [batch] = office.due()
        moment = Moment(office, count, dies)
        try:
            office.work(batch)
        except Killed:
            office.work(batch)
        if not moment.came:
            break
        assert standing(office) == standing(undisturbed), count
        assert office.lines() == undisturbed.lines(), count
        assert set(office.erased()) == {"person-1", "person-2", "person-3"}, count
        assert all(receipt.finished_at for receipt in office.all_receipts()), count
    assert count > 75


def test_e152_whom_mailchimp_s_own_word_takes_along_once_the_worker_is_dead_has_a_line_all_the_same() -> None:
    """Under their marks whatever comes in takes the others along, so that the next attempt finds nobody (R31, R32)."""
    undisturbed = PurgeOffice()
    subscribed(undisturbed)
    undisturbed.night("2026-11-22")
    taken = 0
    for count in itertools.count(1):
        office = PurgeOffice()
        subscribed(office)
        office.now = at("2026-11-22T02:30")
        [batch] = office.due()
        moment = Moment(office, count, dies)
        try:
            office.work(batch)
        except Killed:
            for _, who in office.mailchimp.forgotten:
                office.hear(unsubscribed("2026-11-22T02:30:05", who))
            taken += office.empty() and not office.all_receipts()
            office.work(batch)
        if not moment.came:
            break
        assert (office.empty(), office.registry.entries) == (True, {}), count
        assert office.lines() == undisturbed.lines(), count
        assert office.erased() == ["person-1"], count
        assert all(receipt.finished_at for receipt in office.all_receipts()), count
    assert taken


def test_e152_a_purge_that_runs_twice_on_one_day_finds_nothing_the_second_time(office: PurgeOffice) -> None:
    crowd(office)
    sent = office.night("2026-11-22")
    once, lines = standing(office), office.lines()
    for batch in sent:
        office.work(batch)  # delivered twice
    assert (standing(office), office.lines()) == (once, lines)
    office.night("2026-11-22")
    assert (standing(office), office.erased()) == (once, ["person-1", "person-2", "person-3"])


def test_the_stream_s_folds_of_what_went_change_nothing(office: PurgeOffice) -> None:
    crowd(office)
    filed = [(fact.filed_under, fact.key) for fact in office.facts()]
    office.night("2026-11-22")
    once = standing(office)
    office.stream(*filed, removed=True)
    assert standing(office) == once


# ---------------------------------------------------------------- customers


def test_e139_ten_years_after_the_last_order_only_what_the_law_asks_for_stays_and_then_goes_too(
    office: PurgeOffice,
) -> None:
    bought = session("2016-11-22T12:00", customer="cus_1", box=True, amount=8000)
    office.hear(bought, charge("2016-11-22T12:00", customer="cus_1"), invoice("2016-11-22T12:00"))
    office.hear(customer("2016-11-22T12:00", customer="cus_1", name="Camille", line1="1 rue de l'Exemple"))
    office.night("2026-11-22")
    held = {name for archived in office.archive.held.values() for name in archived.fact.groups}
    assert held == {"order", "payment", "invoice"}
    assert {day for a in office.archive.held.values() for day in a.due_on.values()} == {date(2027, 1, 1)}
    assert office.groups() == {"archived", "link"}
    assert not office.stripe.deleted
    assert office.erased() == []
    office.night("2026-12-31")
    assert office.knows()
    office.night("2027-01-01")
    assert (office.facts(), office.knows(), office.stripe.deleted) == ([], False, ["cus_1"])
    assert office.erased() == ["person-1"]


def test_r17_whose_dispute_it_is_stays_known_when_documents_and_profile_go_one_after_the_other(
    office: PurgeOffice,
) -> None:
    office.hear(session("2014-07-20"), charge("2014-07-20"))
    office.hear(session("2020-08-05", payment="pi_2"), charge("2020-08-05", payment="pi_2"))
    office.hear(fact("wrote", "2023-08-04", email(), source="contact", contact={"kind": "mail"}))
    office.hear(dispute("2024-07-13", "needs_response"), dispute("2024-09-11", "lost"))
    for night in (
        "2025-01-01",
        "2025-01-02",
        "2026-08-04",
        "2026-08-05",
        "2026-08-06",
        "2026-10-01",
        "2029-09-10",
    ):
        office.night(night)
        assert "dispute" in office.groups(), night
    office.nights("2029-09-11", "2029-09-12")
    assert "dispute" not in office.groups()
    assert {f.subject for f in office.facts() if "archived" in f.groups} == {"stripe_payment#pi_2"}


def test_e139_an_order_newer_than_the_archive_keeps_its_customer_and_stripe_s(office: PurgeOffice) -> None:
    office.hear(session("2016-11-22T12:00", customer="cus_1"))
    office.hear(session("2026-01-10T12:00", payment="pi_2", customer="cus_1"))
    office.nights("2026-11-22", "2027-01-01")
    assert {fact.subject for fact in office.facts() if "order" in fact.groups} == {"stripe_payment#pi_2"}
    assert (office.summary()["orders"], office.stripe.deleted) == (1, [])


def test_what_is_archived_leaves_the_ledger_and_still_tells_that_they_ordered(office: PurgeOffice) -> None:
    office.hear(session("2022-11-22T12:00", amount=15000), charge("2022-11-22T12:00"))
    office.night("2025-11-22")
    assert office.summary()["orders"] == 1
    assert office.summary()["regime"] == "customer"
    assert {"order", "payment", "profile"}.isdisjoint(office.groups())
    [order] = [a for a in office.archive.held.values() if "order" in a.fact.groups]
    assert order.person == "person-1"
    assert order.fact.groups["order"]["amount"] == 15000
    assert office.lines() == [{"R15": 1, "R16": 1}]  # a move is no deletion
    moved = dict(office.archive.held)
    office.nights("2025-11-23", "2025-12-01")
    assert office.archive.held == moved


def test_more_of_an_order_that_is_archived_later_makes_it_no_shorter(office: PurgeOffice) -> None:
    bought = session("2022-11-22T12:00")
    office.hear(bought)
    office.night("2025-11-22")
    sent = fact(
        "charge.updated", "2022-11-22T12:00", *bought.identifiers, subject=bought.subject, delivery=TO
    )
    office.hear(replace(sent, recorded_at=at("2025-11-25")))
    office.night("2025-11-26")
    [kept] = [held for held in office.facts() if "archived" in held.groups]
    assert kept.groups["archived"]["until"] == "2033-01-01"
    assert office.summary()["orders"] == 1
    days = {name: day for held in office.archive.held.values() for name, day in held.due_on.items()}
    assert days["delivery"] < days["order"] == date(2033, 1, 1)


def test_e107_a_purged_order_is_refused_by_whatever_name_it_is_told_again(office: PurgeOffice) -> None:
    bought = session("2010-03-01", BENOIT)
    office.hear(bought)
    office.night("2026-11-22")
    assert office.empty()
    again = replace(
        bought, identifiers=(email(BENOIT), "stripe_session#cs_pi_1"), subject="stripe_session#cs_pi_1"
    )
    told = {"session": "cs_pi_1", "amount": 8000, "currency": "eur", "payment_status": "paid"}
    again = replace(again, recorded_at=at("2026-11-23"), event_id="evt_again", groups={"order": told})
    office.hear(again)
    assert office.empty()


def test_who_shares_something_with_somebody_who_goes_keeps_what_is_theirs(office: PurgeOffice) -> None:
    """Benoit's card paid what Camille bought: the charge names him, and is about her order."""
    office.hear(session("2010-03-01"), charge("2010-03-01", BENOIT))
    subscribed(office, "2026-01-01", BENOIT)
    theirs = [held for held in office.facts() if held.subject == email(BENOIT)]
    office.night("2026-11-22")
    assert office.facts() == theirs
    assert (office.knows(CAMILLE), office.knows(BENOIT)) == (False, True)
    assert list(office.mailchimp.held[LIST]) == [BENOIT]


def test_r5_mailchimp_forgets_a_customer_who_stays_and_its_word_of_it_is_no_withdrawal(
    office: PurgeOffice,
) -> None:
    office.hear(session("2020-05-01", box=True, amount=15000), member("2020-05-01"))
    office.joins("2020-05-01")
    office.night("2023-05-01")
    assert office.mailchimp.forgotten == {(LIST, CAMILLE)}
    assert not office.registry.marks
    told = unsubscribed(office.now.strftime("%Y-%m-%dT%H:%M:%S"))
    told = replace(
        told,
        groups={**told.groups, "subscription": {**told.groups["subscription"], "status": "unsubscribed"}},
    )
    office.hear(told)
    assert office.ledger.get(told.filed_under, told.key) is None
    assert office.registry.entries == {}
    office.nights("2023-05-02", "2023-05-03")
    assert "subscription" not in office.groups()
    assert office.mailchimp.calls == [("delete_permanently", LIST, CAMILLE)]


def test_e157_a_chargeback_that_is_open_at_the_cap_keeps_its_order_and_its_file_and_nothing_else(
    office: PurgeOffice,
) -> None:
    office.hear(session("2016-11-22T12:00", customer="cus_1"), charge("2016-11-22T12:00", customer="cus_1"))
    office.hear(customer("2016-11-22T12:00", name="Camille"), dispute("2016-12-01", "needs_response"))
    office.joins("2016-11-22T12:00")
    office.night("2026-11-22")
    assert {fact.subject for fact in office.facts() if fact.source == "stripe"} == {"stripe_payment#pi_1"}
    assert {"order", "payment", "dispute"} <= office.groups()
    assert (office.summary()["holds_count"], office.archive.held, office.stripe.deleted) == (1, {}, [])
    office.nights("2027-01-01", "2027-02-01")
    assert {"order", "payment", "dispute"} <= office.groups()
    office.hear(dispute("2027-02-01T12:00", "lost"))
    office.night("2027-02-02")
    assert (office.facts(), office.stripe.deleted) == ([], ["cus_1"])


# ---------------------------------------------------------------- requests


@pytest.mark.parametrize("right", [Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION])
def test_e144_whoever_asked_the_day_before_is_answered_first_and_goes_after_the_closing(
    office: PurgeOffice, right: Right
) -> None:
    subscribed(office)
    asked(office, right)
    office.night("2026-11-22")
    assert (len(office.facts()), len(office.mailchimp.held[LIST])) == (3, 1)
    assert office.happened == []
    office.nights("2026-11-23", "2026-12-04")
    closed(office)
    office.night("2026-12-05")
    assert (office.empty(), office.happened) == (True, [])  # they were kept, and are not late


def test_e145_whoever_asked_to_be_erased_is_purged_all_the_same(office: PurgeOffice) -> None:
    subscribed(office)
    asked(office, Right.ERASURE)
    office.night("2026-11-22")
    assert office.empty()


def test_e146_while_their_identity_is_awaited_they_stay_and_go_once_that_is_closed(
    office: PurgeOffice,
) -> None:
    subscribed(office)
    asked(office, Right.ACCESS)
    does(office, Kind.IDENTITY_ASKED, "2026-11-21", level="L1", doubt=True)
    office.night("2026-11-22")
    assert len(office.facts()) == 3
    for day in ("2026-11-28", "2026-12-12"):
        does(office, Kind.IDENTITY_REMINDED, day)
    does(office, Kind.CLOSED_UNIDENTIFIED, "2026-12-22", STAFF)
    office.night("2026-12-23")
    assert office.empty()


def test_what_an_operator_holds_stays_until_it_is_released(office: PurgeOffice) -> None:
    subscribed(office)
    hold = LegalHold("person-1", "legal", "a claim", "anne", at("2026-11-01"), date(2027, 2, 1))
    office.holds.place(hold)
    office.night("2026-11-22")
    assert len(office.facts()) == 3
    office.holds.release("person-1", "legal")
    office.night("2026-11-23")
    assert office.empty()


def asked(office: PurgeOffice, right: Right) -> None:
    begin_request(
        opened(right, when="2026-11-21T10:00"),
        log=office.requests,
        periods=POLICY.periods,
        new_id=lambda: CASE,
        senders=PSEUDONYMS.emails(CAMILLE),
    )


def does(office: PurgeOffice, kind: Kind, day: str, by: By = AUTO, **said: Said) -> None:
    taken = step(kind, f"{day}T12:00", by, **said)
    append_steps(CASE, lambda _: [taken], log=office.requests, periods=POLICY.periods)


def closed(office: PurgeOffice) -> None:
    does(office, Kind.IDENTITY_ASKED, "2026-11-22", STAFF, level="L2", doubt=True)
    does(
        office,
        Kind.IDENTITY_VERIFIED,
        "2026-11-23",
        STAFF,
        level="L2",
        method="order_facts",
        reason="two orders",
    )
    does(office, Kind.DRAFTED, "2026-11-24")
    does(office, Kind.APPROVED, "2026-11-25", STAFF)
    does(office, Kind.ANSWERED, "2026-11-26")
    does(office, Kind.CLOSED, "2026-12-04")


def invoice(when: str) -> Fact:
    """A paid one, of the purchase pi_1."""
    said = {"invoice": "in_1", "status": "paid", "total": 8000, "amount_paid": 8000, "currency": "eur"}
    return fact(
        "invoice.paid",
        when,
        email(),
        "stripe_payment#pi_1",
        "stripe_invoice#in_1",
        subject="stripe_payment#pi_1",
        invoice={**said, "customer_name": "Camille Durand", "created_at": at(when).isoformat()},
    )


# ---------------------------------------------------------------- nothing of anybody


def test_nothing_of_anybody_stands_in_what_a_purge_writes_down(
    office: PurgeOffice, capsys: pytest.CaptureFixture[str]
) -> None:
    crowd(office)
    office.hear(hint("2025-01-01", "profile", TYPED))
    office.stripe.down = True
    sent = []
    with pytest.raises(ProviderUnavailable) as down:
        sent = office.night("2026-11-22")
    office.stripe.down = False
    sent += office.night("2026-11-22")
    written = [
        repr(each).lower()
        for each in (
            [batch.message() for batch in sent],
            office.receipts.held,
            office.replay.objects,
            office.happened,
            down.value,
            down.value.__context__,
            capsys.readouterr(),
        )
    ]
    for text in written:
        for canary in ("camille", "benoit", "example", "@"):
            assert canary not in text
