"""Somebody was erased, and the providers go on talking (E104-E107)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from privacy.domain.consent import State
from privacy.domain.facts import Fact
from privacy.domain.membership import steps
from privacy.operations.consent import member_facts
from privacy.operations.people.honour_gone import admitted
from privacy.operations.people.person_summary import standings_in
from tests.erasing import ErasureOffice, erase
from tests.purging import POLICY
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
    refund,
    session,
    unsubscribed,
)

ERASED = "2026-06-01"


class Office(ErasureOffice):
    def forget(self) -> None:
        erase(CAMILLE, self.stores, at(ERASED), new_id=self.new_id)


@pytest.fixture
def office() -> Office:
    """Camille bought twice, long ago, and reads the newsletter; everything of hers was erased."""
    office = Office()
    office.hear(
        session("2013-01-01", customer="cus_1", box=True),
        charge("2013-01-01", None, customer="cus_1"),
        session("2013-03-01", payment="pi_2"),
        member("2025-02-01", source="Hosted Signup Form", opted_in="2025-02-01"),
        session("2013-03-01", BENOIT, payment="pi_9"),
    )
    office.forget()
    assert office.people.found.keys() == {email(BENOIT), "stripe_payment#pi_9"}
    assert {fact.filed_under for fact in office.facts()} == {email(BENOIT)}
    office.ledger.partitions.pop(email(BENOIT))
    office.people.items.clear()
    office.people.holdings.clear()
    office.people.found.clear()
    return office


def late(fact: Fact, when: str = "2026-06-03") -> Fact:
    return replace(fact, recorded_at=at(when))


def test_e104_whoever_signs_up_again_after_an_erasure_is_a_new_subscriber_with_a_new_clock(
    office: Office,
) -> None:
    office.hear(hint("2026-09-01", "subscribe"))
    office.hear(late(member("2026-09-01", source="Hosted Signup Form", opted_in="2026-09-01"), "2026-09-01"))
    summary = office.summary()
    assert summary["consents"][email()]["state"] == State.GRANTED.value
    assert summary["clock_due_on"] == "2029-09-01"
    assert summary["orders"] == 0
    assert office.registry.entries[email()].reason == "erased"
    office.hear(unsubscribed("2026-10-01"))
    assert office.summary()["consents"][email()]["state"] == State.WITHDRAWN.value


def test_e65_what_they_objected_to_before_counts_for_whoever_came_back_when_it_is_carried_out(
    office: Office,
) -> None:
    said = {"purpose": "personalisation", "choice": "objected", "carrier": "mail"}
    objection = fact("contact.objected", "2026-05-20", email(), source="contact", consent=said)
    office.hear(late(objection, "2026-06-20"))
    assert office.empty()  # as long as they are gone it makes nobody of them
    office.hear(late(member("2026-09-01", source="Hosted Signup Form", opted_in="2026-09-01"), "2026-09-01"))
    office.hear(late(replace(objection, event_id="IM-2026-000007-carry_out-objection-7"), "2026-09-20"))
    assert office.summary()["personalisation_objected_at"] == "2026-05-20T00:00:00+00:00"


def test_e105_an_import_of_the_erased_address_is_undone_at_mailchimp_and_leaves_nothing_here(
    office: Office,
) -> None:
    office.hear(hint("2026-07-01", "subscribe"))
    office.hear(late(member("2026-07-01", source="Import"), "2026-07-02"))
    (standing,) = standings_in(office.summary())
    assert standing.refused
    assert [(s.status, s.why) for s in steps(standing, ["list1"], at("2026-07-02").date())] == [
        ("unsubscribed", "refusal")
    ]
    ours: dict[str, Any] = {"pseudonyms": PSEUDONYMS, "now": at("2026-07-03")}
    office.hear(member_facts.asked("list1", CAMILLE, "unsubscribed", **ours))
    assert not office.empty()
    office.hear(member_facts.seen("list1", CAMILLE, "unsubscribed", **ours | {"now": at("2026-07-03T00:01")}))
    assert office.empty()


def test_a_call_of_ours_is_remembered_until_somebody_saw_what_came_of_it(office: Office) -> None:
    """What it brought about would look like their own return otherwise."""
    ours: dict[str, Any] = {"pseudonyms": PSEUDONYMS}
    office.hear(member_facts.asked("list1", CAMILLE, "subscribed", **ours, now=at("2026-06-02T00:00:01")))
    put_back = member("2026-06-02T00:00:02", source="Hosted Signup Form", opted_in="2026-06-02T00:00:02")
    office.hear(late(put_back, "2026-06-02T00:00:03"))
    assert [standing.refused for standing in standings_in(office.summary())] == [True]
    office.hear(member_facts.absent("list1", CAMILLE, **ours, now=at("2026-06-02T01:00")))
    assert office.empty()


def test_a_purchase_that_comes_in_while_they_are_being_marked_is_erased_as_well() -> None:
    office = Office()
    office.hear(session("2013-01-01"))
    mark, slipped_in = office.registry.mark_gone, session("2013-03-01", payment="pi_2", box=True)

    def marking(identifier: str, now: datetime) -> None:
        office.ledger.append(slipped_in)
        mark(identifier, now)

    office.registry.mark_gone = marking  # type: ignore[method-assign]
    office.forget()
    office.hear(slipped_in)
    assert office.empty()


def test_a_hint_that_nobody_could_follow_keeps_nothing_once_they_have_left(office: Office) -> None:
    """Imported, and away again before anybody looked: the member cannot be read any more."""
    office.hear(hint("2026-07-01T10:00", "subscribe"))
    assert not office.empty()
    office.hear(hint("2026-07-01T10:01", "upemail", new=BENOIT))
    assert not [fact for fact in office.facts() if fact.filed_under == email()]


def test_a_call_of_ours_that_was_under_way_when_they_were_erased_brings_nobody_back(office: Office) -> None:
    """Mailchimp dates the opt-in by our call, and names the form that they once used."""
    ours: dict[str, Any] = {"pseudonyms": PSEUDONYMS}
    put_back = member("2026-06-01T00:00:02", source="Hosted Signup Form", opted_in="2026-06-01T00:00:02")
    office.hear(
        member_facts.asked("list1", CAMILLE, "subscribed", **ours, now=at("2026-06-01T00:00:01")),
        late(put_back, "2026-06-01T00:00:03"),
        member_facts.seen("list1", CAMILLE, "subscribed", **ours, now=at("2026-06-01T00:00:03")),
    )
    assert [standing.refused for standing in standings_in(office.summary())] == [True]
    office.hear(
        member_facts.asked("list1", CAMILLE, "unsubscribed", **ours, now=at("2026-06-01T00:01")),
        member_facts.seen("list1", CAMILLE, "unsubscribed", **ours, now=at("2026-06-01T00:01:01")),
    )
    assert office.empty()


def test_e106_a_late_profile_webhook_brings_nobody_back_and_is_logged_without_personal_data(
    office: Office, capsys: pytest.CaptureFixture[str]
) -> None:
    capsys.readouterr()
    office.hear(late(hint("2026-05-31", "profile")), late(hint("2026-06-02", "profile")))
    assert office.empty()
    office.hear(late(hint("2026-05-31", "subscribe")))
    assert office.empty()
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    told = [line for line in lines if line.get("message") == "fact_of_the_gone"]
    said = [(line["source"], line["event_type"]) for line in told]
    assert said == [("mailchimp", "profile")] * 2 + [("mailchimp", "subscribe")]
    assert sum("FactOfTheGone" in line for line in lines) == 3
    assert "camille" not in repr(lines).lower()


@pytest.mark.parametrize(
    "old",
    [
        session("2013-01-01", customer="cus_1", box=True),
        charge("2013-01-01", None, customer="cus_1"),
        paid_without_address("2013-01-01"),
        customer("2025-01-01", customer="cus_1"),
        customer("2026-06-02", customer="cus_1", name="Camille"),
        refund("2026-06-02", payment="pi_1"),
    ],
    ids=lambda fact: fact.type,
)
def test_e107_an_old_event_tried_again_after_the_erasure_brings_nobody_back(
    office: Office, old: Fact
) -> None:
    office.hear(late(old))
    assert office.empty()


def test_e147_a_paid_order_that_nobody_knew_of_when_they_were_marked_is_never_refused(office: Office) -> None:
    """Placed the day before, told the day after: its purchase is neither marked nor left."""
    missed = session("2026-05-31", payment="pi_never_heard_of")
    assert admitted([late(missed)], ledger=office.ledger, registry=office.registry, policy=POLICY)
    office.hear(late(missed), late(charge("2013-01-01", None, customer="cus_1")))
    summary = office.summary()
    assert (summary["orders"], summary["regime"]) == (1, "customer")
    assert {fact.subject for fact in office.facts() if fact.source == "stripe"} == {missed.subject}


def test_e107_an_erased_order_is_refused_by_whatever_name_it_is_told_again(office: Office) -> None:
    """Its session named the payment, and the session's own event does not."""
    again = session("2013-01-01", payment="pi_1")
    by_session = replace(
        again, identifiers=(email(), "stripe_session#cs_pi_1"), subject="stripe_session#cs_pi_1"
    )
    office.hear(late(replace(by_session, groups=again.groups | {"order": {"session": "cs_pi_1"}})))
    assert office.empty()


def test_what_failed_and_nobody_knew_of_brings_nobody_back(office: Office) -> None:
    failed = charge("2026-05-31", payment="pi_never_heard_of")
    unpaid = failed.groups | {"payment": {**failed.groups["payment"], "status": "failed"}}
    office.hear(late(replace(failed, groups=unpaid)))
    assert office.empty()


def test_e107_a_new_paid_order_does_make_a_customer_and_nothing_of_before(office: Office) -> None:
    office.hear(late(charge("2013-01-01", None, customer="cus_1")), session("2026-07-01", payment="pi_3"))
    office.hear(late(session("2013-01-01", customer="cus_1", box=True), "2026-07-02"))
    office.hear(refund("2026-08-01", payment="pi_3", total=100))
    summary = office.summary()
    assert (summary["orders"], summary["regime"]) == (1, "customer")
    assert {fact.subject for fact in office.facts() if fact.source == "stripe"} == {"stripe_payment#pi_3"}
    assert summary["consents"][email()]["state"] == State.OBJECTED.value  # the suppression list remembers


def test_what_somebody_gone_refuses_counts_against_an_older_opt_in_that_comes_later(office: Office) -> None:
    office.hear(unsubscribed("2026-10-01"))
    assert office.empty()
    office.hear(late(member("2026-09-01", source="Hosted Signup Form", opted_in="2026-09-01"), "2026-10-02"))
    assert office.summary()["consents"][email()]["state"] == State.WITHDRAWN.value


def test_a_disputed_order_survives_the_erasure_and_what_is_told_of_it_is_kept() -> None:
    office = Office()
    office.hear(
        session("2026-05-01", box=True),
        session("2013-01-01", payment="pi_2"),
        dispute("2026-05-10", "needs_response"),
        member("2025-02-01", source="Hosted Signup Form", opted_in="2025-02-01"),
    )
    known_as = office.people.found[email()].person
    office.forget()
    assert office.people.found[email()].person == known_as
    assert {f.subject for f in office.facts() if f.source == "stripe"} == {"stripe_payment#pi_1"}
    office.hear(
        late(dispute("2026-06-10", "lost"), "2026-06-10"), late(session("2013-01-01", payment="pi_2"))
    )
    assert office.summary()["holds_count"] == 0
    assert {f.subject for f in office.facts() if f.source == "stripe"} == {"stripe_payment#pi_1"}


def test_a_page_of_records_is_admitted_with_one_look_up_and_nobody_gone_among_them(office: Office) -> None:
    page: Iterable[Fact] = [
        late(session("2013-01-01", customer="cus_1")),
        late(session("2013-01-01", BENOIT, payment="pi_9")),
        late(session("2026-08-01", payment="pi_4"), "2026-08-01"),
        late(charge("2013-01-01", None, customer="cus_1")),
    ]
    looked: list[set[str]] = []
    look = office.registry.gone

    def counted(identifiers: Any) -> Any:
        looked.append(set(identifiers))
        return look(identifiers)

    office.registry.gone = counted  # type: ignore[method-assign]
    kept = admitted([*page], ledger=office.ledger, registry=office.registry, policy=POLICY)
    assert [fact.subject for fact in kept] == ["stripe_payment#pi_9", "stripe_payment#pi_4"]
    assert len(looked) <= 3


def test_the_marks_of_a_whole_batch_are_looked_up_at_once(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[set[str]] = []
    gone = office.registry.gone
    monkeypatch.setattr(office.registry, "gone", lambda some: (asked.append(set(some)), gone(some))[1])
    office.hear(
        late(session("2013-01-01", customer="cus_1")), late(session("2013-03-01", BENOIT, payment="pi_9"))
    )
    assert asked[0] == {email(CAMILLE), email(BENOIT)}
    assert not any(email(BENOIT) in some for some in asked[1:])
    assert {fact.filed_under for fact in office.facts()} == {email(BENOIT)}
