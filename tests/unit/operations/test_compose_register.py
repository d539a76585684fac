"""The register says, of the policy in force, all that Art. 30 asks for, and what nobody has told (G34, P14-P29)."""

from __future__ import annotations

from datetime import date
from importlib.resources import files
from typing import Any

import pytest

from privacy import policy as policies
from privacy.domain.gaps import KINDS, Gap, gap_in_words
from privacy.domain.letter import Language
from privacy.domain.request_steps import Kind
from privacy.operations.register.compose_register import compose_register, gaps, partners
from privacy.operations.register.count_register import count_register
from privacy.policy import InvalidPolicy, recipients, register
from privacy.ports.retention import Receipt
from tests.fakes import MemoryDueIndex, MemoryReceipts
from tests.office import Office
from tests.telling import at

POLICY, RECIPIENTS = policies.load(), recipients.load()
TOML = files("privacy.policy").joinpath("register.toml").read_bytes()
BOOK = register.parse(TOML, POLICY, RECIPIENTS)
ON = date(2027, 3, 8)


def composed(language: Language = Language.EN, **more: Any) -> Any:
    return compose_register(POLICY, more.pop("known", RECIPIENTS), BOOK, language, on=ON, **more)


def activity(id_: str) -> Any:
    return next(each for each in composed()["activities"] if each["id"] == id_)


@pytest.mark.parametrize("language", Language)
def test_g34_each_activity_says_why_whose_what_to_whom_and_until_when(language: Language) -> None:
    made = composed(language)
    assert [each["id"] for each in made["activities"]] == [*POLICY.purposes]
    for each in made["activities"]:
        for said in ("name", "basis", "subjects", "categories", "recipients", "retention"):
            assert each[said], (each["id"], said)


def test_g34_every_retention_rule_that_keeps_something_stands_in_some_activity() -> None:
    told = {rule["rule"] for each in composed()["activities"] for rule in each["retention"]}
    assert told == set(POLICY.retention)


def test_p12_marketing_tells_of_no_fraud_card_or_telephone_data() -> None:
    categories = {category["id"] for category in activity("marketing")["categories"]}
    assert categories == {"identity", "contact", "orders", "choices"}


def test_p23_the_recipients_of_an_activity_are_named_and_only_who_serves_it_stands_there() -> None:
    assert activity("marketing")["recipients"] == ["aws", "stripe", "mailchimp"]
    assert activity("accounting")["recipients"] == ["aws", "stripe"]
    assert activity("answering")["recipients"] == ["aws"]


def test_p29_each_recipient_has_role_country_safeguard_and_the_day_of_its_contract() -> None:
    signed = RECIPIENTS[1]._replace(dpa_signed_on=date(2024, 5, 1))
    told = composed(known=(RECIPIENTS[0], signed, *RECIPIENTS[2:]))["recipients"]
    by_id = {each["id"]: each for each in told}
    assert by_id["stripe"]["contract_signed_on"] == "2024-05-01"
    assert by_id["mailchimp"]["contract_signed_on"] is None
    assert by_id["mailchimp"]["country"] == "US"
    assert "standard contractual clauses" in by_id["mailchimp"]["transfer"]


def test_p24_no_partner_gets_data_for_itself_and_one_who_did_would_be_a_gap() -> None:
    assert composed()["partners"] == []
    agency = RECIPIENTS[2]._replace(id="agency", name="Agence exemple", role="controller")
    assert [recipient.name for recipient in partners((*RECIPIENTS, agency))] == ["Agence exemple"]
    assert Gap("partner", "Agence exemple") in gaps(POLICY, (*RECIPIENTS, agency), BOOK)


def test_p14_p15_what_is_done_outside_is_registered_with_its_ground_and_the_way_to_object() -> None:
    outside = {each["id"]: each for each in composed()["outside"]}
    assert outside["site_statistics"]["promises"][0] == "P14"
    assert outside["sharing_tools"]["promises"][0] == "P15"
    assert all(each["basis"] and each["objection"] for each in outside.values())


def test_p22_each_form_says_what_is_required_and_a_request_requires_nothing() -> None:
    *forms, request = composed()["fields"]
    assert all(form["required"] and form["without"] for form in forms)
    assert request["required"].startswith("none")


def test_p29_what_nobody_has_told_is_a_gap_and_no_guess() -> None:
    found = gaps(POLICY, RECIPIENTS, BOOK)
    assert {gap.about for gap in found if gap.kind == "controller"} == {"legal_name", "siren", "dpo"}
    assert {gap.about for gap in found if gap.kind == "contract"} == {r.name for r in RECIPIENTS}
    assert {gap.about for gap in found if gap.kind == "operated_by"} == {each.id for each in BOOK.outside}
    far = RECIPIENTS[2]._replace(transfer={})
    assert Gap("safeguard", far.name) in gaps(POLICY, (far,), BOOK)
    assert Gap("safeguard", far.name) not in gaps(POLICY, RECIPIENTS, BOOK)


@pytest.mark.parametrize("language", Language)
def test_every_gap_has_words_and_survives_a_steps_writing(language: Language) -> None:
    for kind in KINDS:
        gap = Gap(kind, "Exemple: SA")
        assert Gap.read(str(gap)) == gap
        assert "Exemple: SA" in gap_in_words(gap, language)


def test_counts_are_left_out_where_nobody_was_asked() -> None:
    assert composed()["counts"] is None
    assert composed(counts={"people": 3})["counts"] == {"people": 3}


def test_g34_what_there_is_is_counted_without_naming_anybody() -> None:
    office = Office()
    office.mailed("access")
    receipts = MemoryReceipts(lambda: ON)
    lines = {"person-1": {"R6": 3}, "person-2": {"R6": 1, "R15": 2}}
    receipts.begin(Receipt("retention-1", "b1", "rules", at("2027-03-01T03:30"), lines))
    receipts.begin(Receipt("retention-0", "b1", "rules", at("2027-01-01T03:30"), lines))
    counted = count_register(
        people=MemoryDueIndex(("person#0",), lambda: [("p", "person", "person#0", date(2030, 1, 1))]),
        requests=office.requests,
        holds=office.holds,
        breaches=office.breaches,
        receipts=receipts,
        now=office.now,
    )
    assert counted == {
        "people": 1,
        "requests_open": 1,
        "requests_ended_in_a_year": {},
        "holds": 0,
        "breaches_open": 0,
        "purged_in_a_month": {"R15": 2, "R6": 4},
    }


def test_a_request_that_has_ended_and_that_somebody_sees_to_still_is_counted_among_the_ended() -> None:
    office = Office()
    id_ = office.mailed("access")
    office.do("/decisions", request=id_, decision="not_a_request", reason="a parcel")
    office.happens(id_, Kind.FLAGGED, flag="needs_human", reason="unsure")
    counted = count_register(
        people=MemoryDueIndex(("person#0",), list),
        requests=office.requests,
        holds=office.holds,
        breaches=office.breaches,
        receipts=MemoryReceipts(lambda: ON),
        now=office.now,
    )
    assert (counted["requests_open"], counted["requests_ended_in_a_year"]) == (0, {"not_dsar": 1})


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"[purposes.security]", b"[purposes.curiosity]", "curiosity, security"),
        (b'held = ["group:fraud"]', b'held = ["group:card"]', "in another category too"),
        (b'held = ["group:fraud"]', b'held = ["group:horoscope"]', "group:fraud, group:horoscope"),
        (b'subjects = ["customers"]', b'subjects = ["everybody"]', "subjects"),
        (b'rules = ["R6", "R7"]', b'rules = ["S99"]', "S99"),
        (b'recipients = ["mailchimp", "stripe"]', b'recipients = ["broker", "stripe"]', "broker"),
        (b"[operations.aws]", b"[operations.broker]", "broker"),
        (b'used_for = ["claims"]', b'used_for = ["fun"]', "purposes of imera.toml"),
        (b'used_for = ["claims"]', b"", "held for no purpose: item:hold"),
        (b'customers.fr = "clients"', b'customers.de = "Kunden"', "French and in English"),
    ],
)
def test_words_that_do_not_fit_the_policy_stop_the_register(before: bytes, after: bytes, why: str) -> None:
    assert before in TOML
    with pytest.raises(InvalidPolicy, match=why):
        register.parse(TOML.replace(before, after, 1), POLICY, RECIPIENTS)
