"""Reads the retention rules of policy/imera.toml: each says how long, everything held has exactly one (G1)."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from datetime import date
from typing import Any

from privacy.domain.policy import Periods, Retention
from privacy.domain.retention import ACTIONS, HELD, MAXIMUM, MINIMUM, Rule, Span

#: Nothing of a customer outlasts it, but what the law asks for (A1).
CAP = "P31"

_LANGUAGES = {"en", "fr"}


def retention_in(data: Mapping[str, Any]) -> Retention:
    """Raises ValueError, TypeError or KeyError where the file does not say, for everything held, when it goes."""
    rules: dict[str, Rule] = {}
    covered: dict[str, str] = {}
    for told in data["retention"]:
        rule = _rule(told)
        if rule.id in rules:
            raise ValueError(f"retention {rule.id}: there are two")
        for held in rule.covers:
            if held in covered:
                raise ValueError(f"{held} has two rules, {covered[held]} and {rule.id}: exactly one decides")
            covered[held] = rule.id
        rules[rule.id] = rule
    if unruled := sorted(HELD - covered.keys()):
        raise ValueError(f"without a retention rule: {', '.join(unruled)}")
    if unknown := sorted(covered.keys() - HELD):
        raise ValueError(f"a retention rule covers what nothing holds: {', '.join(unknown)}")
    for rule in rules.values():
        if rule.within is not None and rule.within not in rules:
            raise ValueError(f"retention {rule.id}: within {rule.within}, which is no rule")
    deciding = json.dumps([data["retention"], data["caps"], data["periods"]], sort_keys=True)
    digest = hashlib.sha256(deciding.encode()).hexdigest()
    return Retention(rules, covered, _periods(rules, data["caps"], data["periods"]), digest)


def _rule(told: Mapping[str, Any]) -> Rule:
    """Raises ValueError, TypeError, KeyError."""
    told = {"active": None, "within": None, **told}
    rule = Rule(
        **told
        | {
            "covers": frozenset(told["covers"]),
            "keep": tuple(Span.read(span) for span in told["keep"]),
            "active": Span.read(told["active"]) if told["active"] else None,
            "promises": tuple(told["promises"]),
        }
    )
    if not rule.keep:
        raise ValueError(f"retention {rule.id}: keep says how long")
    if rule.law not in (MINIMUM, MAXIMUM):
        raise ValueError(f"retention {rule.id}: law is minimum or maximum")
    if rule.action not in ACTIONS:
        raise ValueError(f"retention {rule.id}: action is delete or reduce")
    if set(rule.record) != _LANGUAGES or set(rule.basis) != _LANGUAGES:
        raise ValueError(f"retention {rule.id}: record and basis in English and in French")
    return rule


def _periods(rules: Mapping[str, Rule], caps: Mapping[str, str], counted: Mapping[str, Any]) -> Periods:
    """Lengths that other code asks for by name; each stands in its rule alone."""
    named = {
        "newsletter_only": ("R6", "opt_in"),
        "marketing": ("R5", "last_contact"),
        "sign_up": ("R7", "last_fact"),
        "checkout": ("R19", "session"),
        "card": ("R16", "charge"),
        "fraud": ("R15", "charge"),
        "contract": ("R2", "contract_delivery"),
        "request_full": ("R10", "closing"),
        "request_minimal": ("R11", "closing"),
        "forwarded_mail": ("R20", "receipt"),
        "spam": ("R22", "receipt"),
    }
    month, day = (int(part) for part in str(counted["financial_year_ends"]).split("-"))
    date(2001, month, day)  # every year has that day
    lengths: dict[str, Any] = {name: rules[id_].span(trigger) for name, (id_, trigger) in named.items()}
    lengths |= {"after_last_order": Span.read(caps[CAP]), **counted, "financial_year_ends": (month, day)}
    return Periods(**lengths)
