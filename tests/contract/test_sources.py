"""The register's sources against what their parsers bring: neither more nor less (P1, G1)."""

from __future__ import annotations

import json
from pathlib import Path

from privacy import policy
from privacy.domain.facts import Fact
from privacy.inbound import mailchimp, stripe
from tests.telling import PSEUDONYMS, at, member

POLICY = policy.load()
EVENTS = Path(__file__).parents[2] / "events"
NOW = at("2026-11-22")


def groups_of(facts: list[object]) -> set[str]:
    return {group for fact in facts if isinstance(fact, Fact) for group in fact.groups}


def test_stripe_may_bring_what_its_events_hold_and_nothing_else() -> None:
    told = [
        stripe.fact_from(
            json.loads(path.read_text()),
            pseudonyms=PSEUDONYMS,
            policy=POLICY,
            recorded_at=NOW,
            modes=frozenset({"live", "test"}),
            account="",
        )
        for path in sorted((EVENTS / "stripe").glob("*.json"))
    ]
    assert groups_of([*told]) == POLICY.sources["stripe"].groups


def test_mailchimp_may_bring_what_its_forms_and_members_hold_and_nothing_else() -> None:
    told = [
        mailchimp.fact_from(path.read_bytes(), pseudonyms=PSEUDONYMS, recorded_at=NOW)
        for path in sorted((EVENTS / "mailchimp").glob("*.form"))
    ]
    assert groups_of([*told]) == POLICY.sources["mailchimp"].groups
    assert groups_of([member("2026-01-01")]) == POLICY.sources["mailchimp_member"].groups
