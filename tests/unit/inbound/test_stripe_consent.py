"""Consent at checkout: what a carrier says is believed, what none says is not made up (A9, A10, P19)."""

from dataclasses import replace
from typing import Any

import pytest

from privacy import policy
from privacy.inbound.stripe_consent import statement

POLICY = policy.load()
TYPED = "Camille.Durand@example.fr"


def session(**carriers: Any) -> dict[str, Any]:
    return {"id": "cs_1", "locale": "fr", "metadata": {}, "custom_fields": [], "consent": None} | carriers


def dropdown(value: object, key: str = "newsletter") -> list[dict[str, Any]]:
    return [
        {"key": "note", "type": "text", "text": {"value": "yes"}},
        {"key": key, "dropdown": {"value": value}},
    ]


def said(**carriers: Any) -> object:
    return statement(session(**carriers), TYPED, POLICY).get("choice")


@pytest.mark.parametrize(
    "carriers",
    [
        {},
        {"consent": {"promotions": None, "terms_of_service": "accepted"}},
        {"consent": {"promotions": "maybe"}},
        {"metadata": {"newsletter": "true"}},
        {"metadata": {"newsletter_optin": ""}},
        {"metadata": {"newsletter_optin": "perhaps"}},
        {"metadata": {"newsletter_optin": True}},
        {"metadata": None, "custom_fields": None},
        {"custom_fields": dropdown(None)},
        {"custom_fields": dropdown("maybe")},
        {"custom_fields": dropdown("yes", key="gift")},
        {"custom_fields": ["newsletter", {"key": "newsletter"}, {"key": "newsletter", "dropdown": None}]},
    ],
)
def test_absent_or_unanswered_says_nothing_e116(carriers: dict[str, Any]) -> None:
    assert statement(session(**carriers), TYPED, POLICY) == {}


@pytest.mark.parametrize("value", ["true", "1", "yes", "on", "TRUE", " Yes "])
def test_a_ticked_metadata_key_grants(value: str) -> None:
    assert said(metadata={"newsletter_optin": value}) == "granted"


@pytest.mark.parametrize("value", ["false", "0", "no", "off", "False"])
def test_a_box_shown_and_left_unticked_is_the_answer_no_a9(value: str) -> None:
    assert said(metadata={"newsletter_optin": value}) == "withdrawn"


def test_a_custom_field_answers_as_dropdown_or_as_text() -> None:
    assert said(custom_fields=dropdown("oui")) == "granted"
    assert said(custom_fields=dropdown("non")) == "withdrawn"
    assert said(custom_fields=[{"key": "newsletter", "text": {"value": "Oui"}}]) == "granted"


def test_stripes_own_box_answers_where_it_was_shown_e117() -> None:
    assert said(consent={"promotions": "opt_in"}) == "granted"
    assert said(consent={"promotions": "opt_out"}) == "withdrawn"


@pytest.mark.parametrize(
    "carriers",
    [
        {"metadata": {"newsletter_optin": "true"}, "custom_fields": dropdown("no")},
        {"metadata": {"newsletter_optin": "false"}, "custom_fields": dropdown("yes")},
        {"metadata": {"newsletter_optin": "true"}, "consent": {"promotions": "opt_out"}},
        {"custom_fields": dropdown("no"), "consent": {"promotions": "opt_in"}},
    ],
)
def test_of_carriers_that_differ_the_most_restrictive_is_believed(carriers: dict[str, Any]) -> None:
    assert said(**carriers) == "withdrawn"


def test_the_statement_holds_what_a_proof_needs_g3() -> None:
    spoken = statement(session(metadata={"newsletter_optin": "true"}), TYPED, POLICY)
    assert spoken == {
        "purpose": "newsletter",
        "choice": "granted",
        "carrier": "metadata:newsletter_optin",
        "value": "true",
        "email": TYPED,
        "language": "fr",
        "session": "cs_1",
    }


def test_carriers_are_those_of_the_policy_file() -> None:
    assert statement(session(consent={"promotions": "opt_in"}), TYPED, replace(POLICY, carriers=())) == {}
