"""An answer is made of everything held, from every store, and of nobody else's data (G17-G21)."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from privacy.domain.dossier import SECTIONS, Nature, Store, Why
from privacy.domain.facts import Fact
from privacy.domain.minimal_case import minimum_of
from privacy.domain.note import Note
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.operations.answers.collect_dossier import PURPOSE
from privacy.operations.answers.tell_article15 import purposes_of
from privacy.ports import ProviderUnavailable
from privacy.ports.directives import Directive
from privacy.ports.retention import Archived, LegalHold
from tests.answering import NOW, POLICY, Office
from tests.requesting import CASE, STAFF, case, opened, received, step
from tests.telling import (
    BENOIT,
    CAMILLE,
    at,
    charge,
    customer,
    dispute,
    email,
    fact,
    hint,
    member,
    merged,
    refund,
    session,
    unsubscribed,
)

CANARY = "canary-7d1f"


def camille() -> Office:
    return Office().hears(
        session("2026-03-01T10:00", customer="cus_1", box=True),
        charge("2026-03-01T10:01", customer="cus_1"),
        refund("2026-03-05"),
        dispute("2026-04-01", "won"),
        member("2026-03-02"),
    )


def delivered(name: str) -> Fact:
    told = session("2026-03-01T10:00", CAMILLE, payment="pi_9")
    return replace(told, groups={**told.groups, "delivery": {"name": name, "city": "Paris"}})


# --- our own stores


def test_every_group_of_every_fact_of_theirs_is_a_record_with_source_date_rule_and_end() -> None:
    office = camille()
    dossier = office.collects()
    ours = office.all_records(lambda r: r.section.startswith("told_") and r.source != "privacy")
    assert {r.section for r in ours} == {
        f"told_{group}"
        for group in (
            "order",
            "profile",
            "consent",
            "payment",
            "card",
            "fraud",
            "refund",
            "dispute",
            "subscription",
        )
    }
    assert all(r.at and r.rule and r.reference and r.until for r in ours)
    card = office.records("told_card")[0]
    assert (card.rule, str(card.until)) == ("R16", "2027-04-01")
    assert dossier.tallies["told_card"].ends == {"R16": (card.until, card.until)}


def test_a_consent_is_told_with_its_proof_and_its_end() -> None:
    office = camille().hears(unsubscribed("2026-05-01"))
    office.collects()
    proof = office.records("consents")[0].said
    assert proof["wording"] == "Je souhaite recevoir les actualités d'iméra par e-mail"
    assert (proof["box_default"], proof["policy_version"]) == ("unticked", "2023-03-08")
    assert office.records("consents")[-1].said["ended_by"] == "withdrawn"


def test_a_fact_filed_twice_is_told_once() -> None:
    office = camille()
    told = session("2026-03-01T10:00", customer="cus_1", box=True)
    again = replace(told, identifiers=(told.identifiers[1], told.identifiers[0], told.identifiers[2]))
    office.ledger.append(again)
    office.collects()
    assert len(office.records("told_order")) == 1


def test_what_is_archived_is_told_too_and_says_so() -> None:
    office = camille()
    old = session("2020-03-01T10:00", payment="pi_old")
    ends = {"order": NOW.date() + timedelta(days=9), "profile": NOW.date()}
    office.archive.put(Archived(old, "person-1", ends))
    office.archive.put(Archived(session("2020-03-01", payment="pi_other", number=CANARY), "person-2", ends))
    office.collects()
    archived = office.all_records(lambda r: r.store is Store.ARCHIVE)
    assert {(r.section, r.until) for r in archived} == {
        ("told_order", ends["order"]),
        ("told_profile", ends["profile"]),
    }
    assert CANARY not in office.everything()


def test_a18_whoever_is_on_the_suppression_list_is_told_even_if_nothing_else_is_left() -> None:
    office = Office().hears(unsubscribed("2026-05-01"))
    office.ledger.partitions.clear()
    dossier = office.collects()
    assert office.records("suppression")[0].said["state"] == "withdrawn"
    assert not dossier.empty


def test_nobody_at_all_gives_an_empty_dossier_and_is_looked_for_everywhere() -> None:
    office = Office()
    office.requests.cases[CASE] = opened(Right.ACCESS)
    office.requests.senders[email()].add(("2026-11-22", CASE))
    assert office.collects().empty
    assert len(office.records("requests")) == len(office.records("reads")) == 1
    assert ("checkout_session", CAMILLE) in office.stripe.asked


def test_who_collects_is_written_down_and_their_name_is_in_no_record() -> None:
    office = camille()
    office.reads.entries = [
        ("person-1", at("2026-11-01"), "look_up"),
        ("person-2", at("2026-11-01"), "look_up"),
    ]
    office.collects()
    assert office.registry.reads[-1] == ("alix.operator", "staff", "person-1", PURPOSE)
    assert [r.said["purpose"] for r in office.records("reads")] == ["look_up", PURPOSE]
    assert "alix" not in office.everything()


def test_what_is_kept_by_decision_and_what_waits_for_a_person_is_told() -> None:
    office = camille()
    until = at("2027-01-01").date()
    office.holds.place(
        LegalHold("person-1", "legal", "court file 12", "anne.operator", at("2026-10-01"), until)
    )
    office.holds.place(LegalHold("person-2", "legal", CANARY, "anne.operator", at("2026-10-01"), until))
    for about, reason in ((email(), "forgotten"), (email(BENOIT), CANARY)):
        office.notes.leave(Note(about, "hosted_form", about, "list1", reason, "none", at("2026-10-01")))
    dossier = office.collects()
    assert office.records("holds")[0].said == {
        "hold": "legal",
        "reason": "court file 12",
        "review_on": "2027-01-01",
    }
    assert [record.said["reason"] for record in office.records("notes")] == ["forgotten"]
    assert not any(secret in office.everything() for secret in (CANARY, "anne"))
    assert dossier.review["holds"] == {Why.FREE_TEXT: 1}


def test_an_earlier_request_is_something_that_is_held() -> None:
    office = Office()
    for number in (1, 2):
        office.requests.cases[f"IM-2026-00000{number}"] = opened(Right.ACCESS)
        office.requests.senders[email()].add((f"2026-11-2{number}", f"IM-2026-00000{number}"))
    assert not office.collects().empty


# --- requests


def test_requests_are_told_with_messages_letters_and_steps_and_no_name_of_ours() -> None:
    office = camille()
    office.requests.cases[CASE] = [
        *opened(Right.ACCESS),
        step(Kind.NOTED, "2026-11-22T11:00", STAFF, text="called Mr Somebody"),
    ]
    office.requests.senders[email()].add(("2026-11-22", CASE))
    dossier = office.collects()
    assert office.records("requests")[0].said["rights"] == ["access"]
    message = office.records("messages")[0]
    assert message.notes == {"file": Why.FREE_TEXT}
    assert [(a.path, a.mail) for a in dossier.attachments] == [(message.file, "mail1")]
    noted = office.records("steps")[-1]
    assert noted.notes == {"by": Why.STAFF, "text": Why.FREE_TEXT}
    assert "benoit" not in office.everything()
    assert dossier.third_party_data


def test_a_message_of_another_address_in_their_case_is_not_handed_out() -> None:
    office = camille()
    office.requests.cases[CASE] = [
        *opened(Right.ACCESS),
        received("2026-11-22T12:00", "mail2", address=f"{CANARY}@example.org", name="Somebody"),
        received("2026-11-22T12:00", "mail3", virus=True),
        received("2026-11-22T12:00", "mail4", dmarc="FAIL"),
    ]
    office.requests.senders[email()].add(("2026-11-22", CASE))
    dossier = office.collects()
    assert [dict(r.notes) for r in office.records("messages")[1:]] == [
        {"": Why.SOMEBODY_ELSE},
        {"file": Why.VIRUS},
        {"file": Why.UNVERIFIED_SENDER},
    ]
    assert [a.mail for a in dossier.attachments] == ["mail1", "mail4"]
    assert CANARY not in office.everything()


def test_a_case_that_was_reduced_is_told_as_far_as_it_is_left() -> None:
    office = camille()
    closed = case(Right.ACCESS)
    said = minimum_of(closed, [email()], at("2022-01-10").date(), pieces=3, mails=1)
    office.requests.cases[CASE] = [step(Kind.REDUCED, "2022-02-10", **said)]
    office.requests.senders[email()].add(("2021-12-01", CASE))
    dossier = office.collects()
    request, left = office.records("requests")[0], office.records("steps")[0]
    assert request.said["rights"] == ["access"]
    assert {(r.rule, str(r.until)) for r in (request, left)} == {("R11", "2028-01-10")}
    assert email() not in office.everything()
    assert not dossier.attachments


# --- nobody else's data (G20)


def test_whoever_changes_an_accounts_address_does_not_collect_its_former_owners_data() -> None:
    victim = f"{CANARY}@example.org"
    office = Office().hears(
        customer("2026-01-01", victim, customer="cus_1", name="Vera Victim", line1="1 rue du Secret"),
        customer("2026-06-01", CAMILLE, customer="cus_1", previous=victim, name="Camille"),
    )
    office.stripe.held["customer"] = [{"id": "cus_1", "object": "customer", "email": CAMILLE, "created": 1}]
    office.stripe.held["charge"] = [
        {
            "id": "ch_1",
            "customer": "cus_1",
            "created": 2,
            "billing_details": {"email": victim, "name": "Vera"},
        },
        {
            "id": "ch_2",
            "customer": "cus_1",
            "created": 3,
            "billing_details": {"email": CAMILLE, "name": "Cam"},
        },
    ]
    dossier = office.collects()
    said = office.everything()
    assert not any(secret in said for secret in (CANARY, "Vera", "Secret"))
    assert "Cam" in said
    assert {r.reference: dict(r.notes) for r in office.records("stripe_charge")} == {
        "ch_1": {"": Why.SOMEBODY_ELSE},
        "ch_2": {},
    }
    assert "stripe_charge" in dossier.review


def test_the_former_owner_of_an_account_is_told_that_there_is_something_and_a_person_looks() -> None:
    victim = "vera@example.org"
    office = Office().hears(
        customer("2026-01-01", victim, customer="cus_1", name="Vera", line1="1 rue du Secret"),
        customer("2026-06-01", CAMILLE, customer="cus_1", previous=victim, name="Camille"),
        session("2026-07-01", victim, payment="pi_v"),
    )
    by_address = {}
    for who in (victim, CAMILLE):
        dossier = office.collects(who)
        notes = [dict(record.notes) for record in office.records("told_profile")]
        by_address[who] = (notes, dossier.review)
    contested = [notes for notes, _ in by_address.values() if {"": Why.CONTESTED} in notes]
    assert len(contested) == 1
    assert all("told_profile" in review for _, review in by_address.values())


def test_an_account_that_was_theirs_and_is_somebody_elses_now_gives_nothing_that_names_nobody() -> None:
    office = Office().hears(customer("2026-01-01", CAMILLE, customer="cus_1"))
    office.stripe.held["customer"] = [{"id": "cus_1", "email": BENOIT, "name": "Benoît", "created": 1}]
    office.stripe.held["payment_method"] = [{"id": "pm_1", "customer": "cus_1", "card": {"last4": "1234"}}]
    office.collects()
    assert [r.said for r in office.records("stripe_payment_method")] == [{"id": "pm_1"}]
    assert "1234" not in office.everything()
    assert "Benoît" not in office.everything()


def test_a_second_address_counts_only_once_an_operator_merged_it() -> None:
    facts = [
        session("2026-03-01", BENOIT, payment="pi_b"),
        hint("2026-04-01", "upemail", BENOIT, new=CAMILLE),
    ]
    office = Office().hears(session("2026-02-01"), *facts)
    office.collects()
    assert BENOIT not in office.everything()
    office.hears(*merged("2026-05-01", CAMILLE, BENOIT))
    dossier = office.collects()
    assert dossier.addresses == (BENOIT, CAMILLE)
    assert len(office.records("orders")) == 2


def test_a_consent_that_another_address_gave_is_not_handed_out_with_the_purchase_that_both_paid() -> None:
    office = Office().hears(
        session("2026-02-01"),
        member("2026-02-01"),
        hint("2026-02-01", "upemail", BENOIT, new=CAMILLE),
        session("2026-02-01", BENOIT, box=True),
    )
    office.collects()
    assert BENOIT not in office.everything()
    hers, somebodys = office.records("consents")
    assert (hers.said["email"], hers.notes) == (CAMILLE, {})
    assert (somebodys.said, somebodys.notes) == ({}, {"": Why.SOMEBODY_ELSE})


def test_e114_a_gifts_address_is_given_back_and_a_person_looks_first() -> None:
    office = Office().hears(
        delivered("Grand-mère Odette"), customer("2026-03-02", customer="cus_1", name="Camille Durand")
    )
    dossier = office.collects()
    parcel = office.records("told_delivery")[0]
    assert parcel.said["name"] == "Grand-mère Odette"
    assert parcel.notes == {"name": Why.GIFT}
    assert dossier.review == {"told_delivery": {Why.GIFT: 1}}


def test_a_parcel_for_themselves_is_no_gift() -> None:
    office = Office().hears(
        delivered("DURAND Camille"), customer("2026-03-02", customer="cus_1", name="Camille Durand")
    )
    assert not office.collects().third_party_data


def test_how_fraud_is_looked_for_stays_with_us_and_its_result_does_not() -> None:
    told = charge("2026-03-01")
    fraud = {**told.groups["fraud"], "rule": f"{CANARY}_rule", "risk_score": 68}
    office = Office().hears(session("2026-03-01"), replace(told, groups={**told.groups, "fraud": fraud}))
    office.stripe.held["checkout_session"] = [
        {
            "id": "cs_1",
            "customer_details": {"email": CAMILLE},
            "payment_intent": "pi_1",
            "client_secret": CANARY,
        }
    ]
    office.stripe.held["payment_intent"] = [{"id": "pi_1", "client_secret": CANARY}]
    office.stripe.held["charge"] = [
        {
            "id": "ch_1",
            "payment_intent": "pi_1",
            "outcome": {"risk_level": "elevated", "rule": CANARY, "seller_message": CANARY},
        }
    ]
    dossier = office.collects()
    assert CANARY not in office.everything()
    assert office.records("told_fraud")[0].said["risk_level"] == "normal"
    assert office.records("stripe_charge")[0].said["outcome"] == {"risk_level": "elevated"}
    assert dossier.tallies["stripe_charge"].withheld == {Why.ANTI_FRAUD: 1}


# --- providers


def test_a_guests_purchase_is_found_by_the_address_typed_in_any_form_down_to_its_dispute() -> None:
    typed = "Camille.Durand@Example.FR"
    office = Office().hears(session("2026-03-01", typed))
    office.stripe.held["checkout_session"] = [
        {"id": "cs_1", "customer_details": {"email": typed}, "payment_intent": "pi_1"}
    ]
    office.stripe.held["payment_intent"] = [{"id": "pi_1", "created": 1}]
    office.stripe.held["charge"] = [
        {"id": "ch_1", "payment_intent": "pi_1", "refunded": True, "disputed": True},
    ]
    office.stripe.held["refund"] = [{"id": "re_1", "charge": "ch_1"}]
    office.stripe.held["dispute"] = [{"id": "du_1", "charge": "ch_1"}]
    office.stripe.held["early_fraud_warning"] = [{"id": "issfr_1", "charge": "ch_1"}]
    dossier = office.collects()
    assert dossier.addresses == (typed, CAMILLE)
    found = {r.reference for r in office.all_records(lambda r: r.store is Store.STRIPE)}
    assert found == {"cs_1", "pi_1", "ch_1", "re_1", "du_1", "issfr_1"}


def test_an_object_that_two_lists_show_is_told_once() -> None:
    office = Office().hears(session("2026-03-01", customer="cus_1"))
    office.stripe.held["customer"] = [{"id": "cus_1", "email": CAMILLE}]
    office.stripe.held["checkout_session"] = [
        {"id": "cs_1", "customer": "cus_1", "customer_details": {"email": CAMILLE}, "payment_intent": "pi_1"}
    ]
    office.stripe.held["payment_intent"] = [{"id": "pi_1", "customer": "cus_1"}]
    office.stripe.held["charge"] = [{"id": "ch_1", "customer": "cus_1", "payment_intent": "pi_1"}]
    office.collects()
    assert sorted(r.reference for r in office.all_records(lambda r: r.store is Store.STRIPE)) == [
        "ch_1",
        "cs_1",
        "cus_1",
        "pi_1",
    ]


def test_refunds_and_disputes_are_asked_for_only_where_the_charge_says_that_there_are_any() -> None:
    office = Office().hears(session("2026-03-01", customer="cus_1"))
    office.stripe.held["customer"] = [{"id": "cus_1", "email": CAMILLE}]
    office.stripe.held["charge"] = [{"id": "ch_1", "customer": "cus_1", "refunded": False, "disputed": False}]
    office.collects()
    assert not {"refund", "dispute"} & {kind for kind, _ in office.stripe.asked}


def test_mailchimp_tells_the_member_in_each_audience_with_all_that_hangs_on_them() -> None:
    office = camille()
    office.mailchimp.names = {"list1": "News", "list2": "Old customers"}
    for audience in office.mailchimp.names:
        office.mailchimp.members[audience, CAMILLE] = {
            "email_address": CAMILLE,
            "merge_fields": {"FNAME": "Camille", "PHONE": ""},
            "last_changed": "2026-03-02T00:00:00+00:00",
            "_links": [{"href": "x"}],
        }
    office.mailchimp.hung["tag", "list2", CAMILLE] = [
        {"name": "VIP", "date_added": "2026-03-03T00:00:00+00:00"}
    ]
    office.mailchimp.hung["note", "list2", CAMILLE] = [{"note": "nice", "created_by": "Alix Operator"}]
    office.mailchimp.hung["activity", "list1", CAMILLE] = [{"activity_type": "click"}]
    office.collects()
    assert [r.said["audience"] for r in office.records("mailchimp_member")] == ["News", "Old customers"]
    assert office.records("mailchimp_member")[0].said["merge_fields"] == {"FNAME": "Camille"}
    assert office.records("mailchimp_tag")[0].nature is Nature.DERIVED
    assert office.records("mailchimp_note")[0].notes == {"created_by": Why.STAFF, "note": Why.FREE_TEXT}
    assert len(office.records("mailchimp_activity")) == 1


def test_g17_directives_for_after_death_are_in_the_copy_the_last_word_of_each_address() -> None:
    office = camille().hears(*merged("2026-05-01", CAMILLE, BENOIT))
    for who, words in ((CAMILLE, "Supprimez tout"), (BENOIT, "Gardez mes factures")):
        said = Directive(email(who), (words,), "Anna Exemple", "IM-2026-000009", at("2026-09-01"))
        office.directives.register(said, at("2026-10-01").date())
    office.directives.register(
        Directive(email("somebody.else@example.org"), (CANARY,), "", "IM-2026-000010", at("2026-09-01")),
        at("2026-10-01").date(),
    )
    office.collects()
    told = {tuple(r.said["words"]): r for r in office.records("directives")}  # type: ignore[arg-type]
    assert told.keys() == {("Supprimez tout",), ("Gardez mes factures",)}
    (first, _) = told.values()
    assert (first.said["executor"], first.rule, first.until) == ("Anna Exemple", "R27", None)
    assert first.reviewed == {Why.FREE_TEXT}
    assert CANARY not in office.everything()
    office.directives.revoke([email(CAMILLE), email(BENOIT)])
    office.collects()
    assert not office.records("directives"), "what was revoked is told no more (E87)"


def test_f2_who_left_nothing_but_a_directive_is_told_of_it_and_not_that_nothing_is_held() -> None:
    office = Office()
    said = Directive(email(), ("Supprimez tout",), "", "IM-2026-000009", at("2026-09-01"))
    office.directives.register(said, at("2026-10-01").date())
    assert not office.collects().nothing_to_copy
    assert "executor" not in office.records("directives")[0].said


@pytest.mark.parametrize("provider", ["stripe", "mailchimp"])
def test_a_provider_that_does_not_answer_means_no_answer(provider: str) -> None:
    office = camille()
    getattr(office, provider).down = True
    with pytest.raises(ProviderUnavailable):
        office.collects()


def test_every_section_has_a_rule_that_the_policy_knows() -> None:
    for section in SECTIONS:
        assert not section.held or POLICY.rule_of(section.held)
        assert set(section.purposes) <= POLICY.purposes.keys()
        # G2: nothing is held without a purpose
        assert purposes_of(section, POLICY), section.id


def test_records_are_the_same_whatever_order_the_facts_came_in() -> None:
    first = camille()
    first.collects()
    second = Office().hears(
        member("2026-03-02"),
        dispute("2026-04-01", "won"),
        charge("2026-03-01T10:01", customer="cus_1"),
        refund("2026-03-05"),
        session("2026-03-01T10:00", customer="cus_1", box=True),
    )
    second.collects()
    assert first.everything() == second.everything()


def test_a_fact_about_nobody_in_particular_does_not_come_in() -> None:
    office = camille().hears(
        fact("charge.succeeded", "2026-03-01", "stripe_payment#pi_x", payment={"charge": CANARY})
    )
    office.collects()
    assert CANARY not in office.everything()


def test_e114_a_parcel_for_another_name_and_a_buyers_own_words_are_looked_at_in_stripes_copy_too() -> None:
    office = Office()
    office.stripe.held["checkout_session"] = [
        {
            "id": "cs_1",
            "customer_details": {"email": CAMILLE, "name": "Camille Durand"},
            "collected_information": {"shipping_details": {"name": "Odette Martin"}},
            "custom_fields": [{"key": "note", "text": {"value": "Bon anniversaire"}}],
        },
        {
            "id": "cs_2",
            "customer_details": {"email": CAMILLE, "name": "Camille Durand"},
            "collected_information": {"shipping_details": {"name": "Camille DURAND"}},
        },
    ]
    office.collects()
    first, second = office.records("stripe_checkout_session")
    assert first.notes == {
        "collected_information.shipping_details.name": Why.GIFT,
        "custom_fields": Why.FREE_TEXT,
    }
    assert not second.notes
    assert "Odette" in str(first.said)
