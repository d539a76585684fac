"""describe_person: what we know, on what ground, from which fact, until when; and nothing of anybody else."""

from __future__ import annotations

import itertools
import json
from typing import Any

import pytest

from privacy import policy
from privacy.domain.consent import State, Suppression
from privacy.domain.facts import Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.operations.people.describe_person import Reader, describe_person, look_up_person
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.ports import LedgerUnavailable
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry
from tests.telling import (
    BENOIT,
    CAMILLE,
    PSEUDONYMS,
    at,
    charge,
    customer,
    dispute,
    email,
    hint,
    member,
    merged,
    refund,
    session,
    unsubscribed,
)

POLICY = policy.load()
TODAY = at("2026-11-22T12:00").date()
STAFF = Reader("alix", "staff")


class Office:
    def __init__(self, *facts: Fact) -> None:
        self.ledger = MemoryLedger()
        self.registry = MemoryRegistry()
        self.stores = Stores(self.ledger, MemoryPeople(self.ledger), self.registry)
        self._ids = (f"person-{n}" for n in itertools.count(1))
        self.hear(*facts)

    def hear(self, *facts: Fact) -> None:
        for fact in facts:
            self.ledger.append(fact)
            fold_people(
                {fact.filed_under},
                stores=self.stores,
                policy=POLICY,
                now=at("2026-11-22"),
                new_id=lambda: next(self._ids),
            )

    def describe(self, who: str = CAMILLE, pseudonyms: Pseudonyms = PSEUDONYMS) -> dict[str, Any]:
        described = describe_person(pseudonyms.emails(who), stores=self.stores, policy=POLICY, today=TODAY)
        return json.loads(json.dumps(described))  # type: ignore[no-any-return]

    def person(self, who: str = CAMILLE) -> dict[str, Any]:
        described = self.describe(who)
        assert described["about"] == "person"
        return described["person"]  # type: ignore[no-any-return]


def words(described: dict[str, Any]) -> list[str]:
    return [because["reason"] for because in described["because"]]


# --- who it is


def test_of_an_unknown_address_there_is_nothing() -> None:
    described = Office().describe()
    assert described["about"] == "nobody"
    assert (described["person"], described["suppression"], described["named_by"]) == (None, None, [])


def test_of_an_erased_person_only_the_suppression_entry_is_left_a18() -> None:
    office = Office()
    office.registry.suppress(Suppression(email(), at("2026-01-01"), State.OBJECTED, "abuse"))
    described = office.describe()
    assert described["about"] == "suppressed_only"
    assert described["suppression"] == {
        "state": "objected",
        "since": "2026-01-01T00:00:00+00:00",
        "reason": "abuse",
        "rules": ["A18", "R9"],
    }


def test_an_address_that_only_another_record_names_shows_whose_and_nothing_else() -> None:
    office = Office(
        session("2026-01-01", BENOIT, customer="cus_1"),
        customer("2026-02-01", BENOIT, customer="cus_1", previous=CAMILLE),
    )
    described = office.describe(CAMILLE)
    assert described["about"] == "named_only"
    assert described["named_by"] == ["person-1"]
    assert "benoit" not in json.dumps(described)


def test_a_person_is_known_by_the_id_that_the_fold_gave_them() -> None:
    assert Office(session("2026-01-01")).person()["id"] == "person-1"


def test_what_nobody_has_folded_yet_is_described_all_the_same() -> None:
    office = Office()
    office.ledger.append(session("2026-01-01"))
    assert office.person()["id"] is None
    assert office.person()["orders"]["count"] == 1


def test_facts_under_an_older_pepper_are_found() -> None:
    office = Office(session("2026-01-01"))
    newer = Pseudonyms(2, {1: b"a pepper for tests, of 32 bytes..", 2: b"another pepper, of 32 bytes long."})
    assert office.describe(CAMILLE, newer)["about"] == "person"


def test_a_suppression_under_an_older_pepper_is_found() -> None:
    office = Office()
    office.registry.suppress(Suppression(email(), at("2026-01-01"), State.WITHDRAWN, "manual"))
    newer = Pseudonyms(2, {1: b"a pepper for tests, of 32 bytes..", 2: b"another pepper, of 32 bytes long."})
    assert office.describe(CAMILLE, newer)["about"] == "suppressed_only"


# --- until when


def test_a_customer_is_kept_ten_years_after_the_last_order_p31() -> None:
    clock = Office(session("2016-11-22"), session("2020-03-01", payment="pi_2")).person()["clock"]
    assert clock == {
        "regime": "customer",
        "due_on": "2030-03-01",
        "due": False,
        "because": "last_order",
        "counted_from": "2020-03-01T00:00:00+00:00",
        "rules": ["P31"],
    }


def test_a_subscriber_is_kept_three_years_after_the_last_opt_in_p33_a3() -> None:
    clock = Office(member("2023-11-22T10:00")).person()["clock"]
    assert (clock["regime"], clock["due_on"], clock["due"]) == ("newsletter_only", "2026-11-22", True)
    assert (clock["because"], clock["rules"]) == ("last_opt_in", ["P33", "A3"])


def test_a_newer_opt_in_outlasts_an_old_order_a25() -> None:
    clock = Office(session("2016-01-01"), member("2025-06-01")).person()["clock"]
    assert (clock["due_on"], clock["because"], clock["rules"]) == ("2028-06-01", "last_opt_in", ["A25"])


def test_a_subscriber_who_left_is_due_at_once_a17() -> None:
    clock = Office(member("2025-06-01"), unsubscribed("2026-06-01")).person()["clock"]
    assert (clock["due_on"], clock["because"], clock["rules"]) == ("2026-06-01", "opted_out", ["A17"])


def test_what_rests_on_nothing_lasting_goes_after_thirty_days_r7_r19() -> None:
    clock = Office(hint("2026-11-20", "subscribe")).person()["clock"]
    assert (clock["regime"], clock["due_on"]) == ("none", "2026-12-20")
    assert (clock["because"], clock["rules"]) == ("nothing_lasting", ["R7", "R19"])


def test_each_group_held_has_one_rule_and_its_purposes_and_nothing_else_is_listed() -> None:
    held = {group["group"]: group for group in Office(charge("2026-01-01")).person()["held"]}
    assert set(held) == {"payment", "card", "fraud", "link"}
    assert held["card"]["rule"] == "R16"
    assert held["card"]["fields"] == ["at", "brand", "last4"]
    assert held["fraud"]["purposes"] == ["fraud_prevention"]
    assert held["payment"]["facts"] == 1


def test_each_purpose_has_its_ground_and_marketing_is_not_in_use_without_consent_g1_p7() -> None:
    purposes = Office(session("2026-01-01")).person()["purposes"]
    assert purposes["order_execution"] == {
        "basis": "6(1)(b)",
        "promises": ["P4", "P5", "P6", "P7"],
        "today": True,
    }
    assert purposes["marketing"]["today"] is False
    assert Office(session("2026-01-01", box=True)).person()["purposes"]["marketing"]["today"] is True


# --- may we write to them, and why


def test_whoever_asked_for_it_may_be_written_to_until_three_years_are_over_a2() -> None:
    marketing = Office(session("2026-01-01", box=True)).person()["may_market"]
    assert (marketing["today"], marketing["until"], words(marketing)) == (True, "2029-01-01", ["opted_in"])


@pytest.mark.parametrize(
    ("facts", "reasons"),
    [
        pytest.param([session("2026-01-01")], ["no_opt_in"], id="never asked (A8)"),
        pytest.param([member("2026-01-01", source="Import")], ["unproven"], id="an import (E120)"),
        pytest.param([member("2026-01-01"), unsubscribed("2026-02-01")], ["withdrawn"], id="left (P20)"),
        pytest.param(
            [member("2026-01-01"), unsubscribed("2026-02-01", reason="abuse")], ["objected"], id="spam (E121)"
        ),
        pytest.param(
            [member("2026-01-01"), hint("2026-02-01", "cleaned")],
            ["opted_in", "undeliverable"],
            id="bounces (E124)",
        ),
        pytest.param(
            [member("2026-01-01"), hint("2026-02-01", "upemail", new="camille@example.org")],
            ["address_changed"],
            id="moved (E123)",
        ),
        pytest.param([member("2023-11-22")], ["opted_in", "period_over"], id="three years on (A3)"),
        pytest.param(
            [session("2023-11-22", box=True)], ["opted_in", "period_over"], id="three years on (A2)"
        ),
    ],
)
def test_each_reason_against_writing_is_told_in_a_word(facts: list[Fact], reasons: list[str]) -> None:
    marketing = Office(*facts).person()["may_market"]
    assert marketing["today"] is False
    assert words(marketing) == reasons
    assert all(because["rules"] for because in marketing["because"])


def test_a_linked_persons_refusal_stops_the_mail_and_shows_nothing_of_them_p16() -> None:
    office = Office(
        member("2026-01-01"),
        session("2026-01-02", CAMILLE, customer="cus_1"),
        charge("2026-01-03", BENOIT, payment="pi_2", customer="cus_1"),
        member("2026-01-01", BENOIT),
        unsubscribed("2026-03-01", BENOIT),
    )
    person = office.person()
    assert words(person["may_market"]) == ["opted_in", "linked_person_refused"]
    assert person["links"]["proposed"] == ["person-2"]
    assert "benoit" not in json.dumps(person)


# --- consent and what proves it


def test_the_proof_names_words_form_box_policy_language_address_event_and_times_g3() -> None:
    said = session("2026-01-01T09:30", box=True)
    (consent,) = Office(said).person()["consents"]
    (interval,) = consent["history"]["latest"]
    proof = interval["proof"]
    assert proof["wording"] == "Je souhaite recevoir les actualités d'iméra par e-mail"
    assert (proof["form"], proof["form_version"]) == ("checkout-box", "2023-03-08")
    assert (proof["box_default"], proof["policy_version"]) == ("unticked", "2023-03-08")
    assert (proof["language"], proof["email"]) == ("fr", CAMILLE)
    assert (proof["event_id"], proof["given_at"]) == (said.event_id, "2026-01-01T09:30:00+00:00")
    assert proof["fact"]["key"] == said.key


def test_an_older_consent_is_tied_to_an_unknown_policy_a24() -> None:
    (consent,) = Office(session("2022-01-01", box=True)).person()["consents"]
    proof = consent["history"]["latest"][0]["proof"]
    assert (proof["policy_version"], proof["form_version"]) == ("unknown", "2000-01-01")


def test_the_history_of_consent_stays_after_withdrawal_p21() -> None:
    office = Office(
        member("2024-01-01"), unsubscribed("2024-06-01"), member("2026-01-01", opted_in="2026-01-01")
    )
    (consent,) = office.person()["consents"]
    assert [(i["given_at"][:10], i["ended_by"]) for i in consent["history"]["latest"]] == [
        ("2026-01-01", None),
        ("2024-01-01", "withdrawn"),
    ]
    assert consent["state"] == "granted"


def test_a_merged_person_has_each_address_with_its_own_answer_p16() -> None:
    office = Office(
        member("2026-01-01"),
        member("2026-01-01", BENOIT),
        unsubscribed("2026-02-01", BENOIT),
        *merged("2026-03-01", CAMILLE, BENOIT),
    )
    person = office.person()
    assert person["links"]["addresses"] == 2
    assert [(c["asked"], c["may_market"]["today"]) for c in person["consents"]] == [
        (True, False),
        (False, False),
    ]
    assert person["id"] == office.person(BENOIT)["id"]


# --- what we know


def test_each_profile_field_names_the_fact_that_it_comes_from() -> None:
    first = session("2026-01-01")
    second = customer("2026-02-01", customer="cus_1", name="Camille Durand", city="Paris")
    profile = Office(first, second).person()["profile"]
    assert profile["city"]["value"] == "Paris"
    assert profile["city"]["fact"] == {
        "key": second.key,
        "source": "stripe",
        "type": "customer.created",
        "occurred_at": "2026-02-01T00:00:00+00:00",
    }


def test_an_order_shows_amounts_in_cents_refunds_disputes_and_the_fraud_check() -> None:
    office = Office(
        session("2026-01-01", number="1042", amount=8000),
        charge("2026-01-01"),
        refund("2026-01-05", total=2000),
        dispute("2026-01-10", "needs_response"),
    )
    person = office.person()
    (order,) = person["orders"]["latest"]
    assert (order["number"], order["amount"], order["currency"]) == ("1042", 8000, "eur")
    assert (order["status"], order["refunded"]) == ("partially_refunded", 2000)
    assert (order["risk_level"], order["fraud_outcome"]) == ("normal", "authorized")
    assert (order["card_until"], order["fraud_until"]) == ("2027-02-01", "2027-02-01")
    (told,) = order["disputes"]
    assert (told["dispute"], told["status"], told["open"]) == ("du_pi_1", "needs_response", True)
    assert [(hold["kind"], hold["about"]) for hold in person["holds"]] == [("dispute", "du_pi_1")]


def test_a_closed_dispute_stays_in_the_order_and_holds_nothing() -> None:
    office = Office(
        session("2026-01-01"), dispute("2026-02-01", "won"), dispute("2026-01-10", "needs_response")
    )
    person = office.person()
    assert [(d["status"], d["open"]) for d in person["orders"]["latest"][0]["disputes"]] == [("won", False)]
    assert person["holds"] == []


def test_orders_and_facts_are_listed_the_latest_first() -> None:
    office = Office(session("2024-01-01"), session("2026-01-01", payment="pi_2"))
    person = office.person()
    assert [o["ordered_at"][:4] for o in person["orders"]["latest"]] == ["2026", "2024"]
    told = [fact["occurred_at"] for fact in person["facts"]["latest"]]
    assert told == sorted(told, reverse=True)
    assert {fact["source"] for fact in person["facts"]["latest"]} == {"stripe", "privacy"}


def test_facts_about_others_that_name_the_address_are_not_theirs() -> None:
    office = Office(
        session("2026-01-01", CAMILLE),
        session("2026-01-02", BENOIT, payment="pi_2", customer="cus_1"),
        customer("2026-02-01", BENOIT, customer="cus_1", previous=CAMILLE, name="Benoît"),
    )
    described = office.describe(CAMILLE)
    assert {fact["type"] for fact in described["person"]["facts"]["latest"]} == {
        "checkout.session.completed",
        "person",
    }
    assert described["named_by"] == ["person-2"]
    assert "Benoît" not in json.dumps(described, ensure_ascii=False)


def test_a_long_history_is_counted_and_its_latest_part_listed() -> None:
    office = Office()
    for number in range(1200):
        told = session(
            f"20{number // 28 // 12 % 24:02}-{number // 28 % 12 + 1:02}-{number % 28 + 1:02}",
            payment=f"pi_{number}",
            box=True,
        )
        office.ledger.append(told)
    person = office.person()
    assert (person["orders"]["count"], len(person["orders"]["latest"])) == (1200, 200)
    assert (person["facts"]["count"], len(person["facts"]["latest"])) == (1200, 1000)
    history = person["consents"][0]["history"]
    assert (history["count"], len(history["latest"])) == (1200, 200)
    assert history["latest"][0]["given_at"] == person["last_opt_in"]
    assert len(json.dumps(person)) < 1_000_000


# --- the read log


def test_every_look_up_is_on_the_read_log_by_person_id_r26() -> None:
    office = Office(session("2026-01-01"))
    look_up_person(
        PSEUDONYMS.emails(CAMILLE),
        reader=STAFF,
        stores=office.stores,
        policy=POLICY,
        now=at("2026-11-22T10:00"),
    )
    assert office.registry.reads == [("alix", "staff", "person-1", "look_up")]


def test_a_look_up_that_finds_nobody_is_on_the_read_log_by_identifier_r26() -> None:
    office = Office()
    look_up_person(
        PSEUDONYMS.emails(CAMILLE), reader=STAFF, stores=office.stores, policy=POLICY, now=at("2026-11-22")
    )
    assert office.registry.reads == [("alix", "staff", email(), "look_up")]


def test_nothing_is_read_when_the_reader_cannot_be_written_down_r26() -> None:
    class Unwritable(MemoryRegistry):
        def log_read(self, **_: Any) -> None:
            raise LedgerUnavailable

    class Unread(MemoryLedger):
        def under(self, identifier: str) -> Any:
            raise AssertionError("read")

    ledger = Unread()
    stores = Stores(ledger, MemoryPeople(ledger), Unwritable())
    with pytest.raises(LedgerUnavailable):
        look_up_person(
            PSEUDONYMS.emails(CAMILLE), reader=STAFF, stores=stores, policy=POLICY, now=at("2026-11-22")
        )
