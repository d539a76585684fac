"""No purpose is used without its ground, no source without its entry (P1, P12, P16, F6, G1, G2)."""

from __future__ import annotations

import re
from dataclasses import replace

import pytest

from privacy import policy
from privacy.domain.facts import GROUPS
from privacy.domain.person import Folding, may_market
from privacy.operations.people.record_fact import UnregisteredData, record_fact
from tests.fakes import MemoryLedger
from tests.telling import at, charge, email, fact, member, session

POLICY = policy.load()


@pytest.mark.parametrize("source", ["enrichment", "social_network", "data_broker", ""])
def test_p16_a_source_that_the_register_does_not_name_is_refused(source: str) -> None:
    told = fact("bought_list", "2026-01-01", email(), source=source, profile={"name": "Camille"})
    ledger = MemoryLedger()
    with pytest.raises(UnregisteredData):
        record_fact(told, ledger=ledger, policy=POLICY)
    assert not ledger.partitions


def test_p16_mailchimp_may_not_enrich_the_record_of_purchases_and_no_source_adds_unknown_fields() -> None:
    ledger = MemoryLedger()
    for told in (
        fact("subscribe", "2026-01-01", email(), source="mailchimp", order={"amount": 1}),
        fact("customer.created", "2026-01-01", email(), profile={"email": "x", "income": "high"}),
    ):
        with pytest.raises(UnregisteredData):
            record_fact(told, ledger=ledger, policy=POLICY)
    assert not ledger.partitions


def test_p12_f6_marketing_reads_neither_fraud_nor_card_nor_phone_data() -> None:
    assert not POLICY.purposes["marketing"].groups & {"fraud", "card", "dispute", "phone"}


def test_p12_f6_whatever_fraud_card_or_phone_data_say_marketing_does_not_change() -> None:
    facts = [session("2026-01-01", box=True), charge("2026-01-01"), member("2026-02-01")]
    phone = replace(facts[0], groups={**facts[0].groups, "phone": {"number": "+33 1 23 45 67 89"}})
    risky = replace(
        facts[1], groups={**facts[1].groups, "fraud": {"risk_level": "highest", "outcome": "blocked"}}
    )
    unread = POLICY.purposes["marketing"].groups
    bare = [replace(f, groups={n: g for n, g in f.groups.items() if n in unread}) for f in facts]

    def outcome(told: list[object]) -> list[object]:
        folding = Folding(POLICY)
        for one in told:
            folding.add(one)  # type: ignore[arg-type]
        person = folding.people()[1][email()]
        return [
            person.may_market_until,
            [may_market(person, email(), d.date()) for d in (at("2026-11-22"), at("2030-01-01"))],
        ]

    assert outcome(bare) == outcome(facts) == outcome([phone, risky, facts[2]])


def test_g1_every_field_group_has_exactly_one_retention_rule_and_at_least_one_purpose() -> None:
    assert {group for group in GROUPS if POLICY.rule_of(f"group:{group}")} == set(GROUPS)
    assert all(re.fullmatch(r"R\d+", rule) for rule in POLICY.retention)
    assert set().union(*(p.groups for p in POLICY.purposes.values())) == set(GROUPS)


def test_a_policy_whose_sources_or_purposes_name_an_unknown_group_stops_the_start() -> None:
    content = (policy.files(policy.__package__) / "imera.toml").read_bytes()
    broken = content.replace(b'"phone", ', b'"shoe_size", ')
    assert broken != content
    with pytest.raises(policy.InvalidPolicy, match="shoe_size"):
        policy.parse(broken)
