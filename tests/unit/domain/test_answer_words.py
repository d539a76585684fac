"""Words of answers: complete, or the start stops; values as a person reads them (G15)."""

from __future__ import annotations

from importlib.resources import files
from typing import Any

import pytest

from privacy.domain.letter import Language, Letter
from privacy.domain.request_steps import Kind
from privacy.policy import InvalidPolicy, answer_words

FRENCH = files("privacy.policy.answer_words").joinpath("fr.toml").read_bytes()


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b"[sections.orders]", b"[sections.horoscope]", "sections: .*horoscope.*orders"),
        (b'somebody_else = "', b'anybody = "', "why: .*somebody_else"),
        (b"[natures]", b"[manners]", "manners"),
        (b'title = "Vos commandes"', b'titre = "Vos commandes"', "title"),
        (b'yes = "oui"', b'yes = "oui $ non"', "begins no placeholder"),
        (b"[page]", b"[page", "fr.toml"),
        (
            b'security = "Ce dossier contient les',
            b'safety = "Ce dossier contient les',
            "for_another: .*safety",
        ),
    ],
)
def test_words_that_are_not_complete_stop_the_start(before: bytes, after: bytes, why: str) -> None:
    assert before in FRENCH
    with pytest.raises(InvalidPolicy, match=why):
        answer_words.parse(FRENCH.replace(before, after, 1), Language.FR)


@pytest.mark.parametrize(
    ("name", "value", "french", "english"),
    [
        ("amount", 7990, "79,90 EUR", "79.90 EUR"),
        ("amount_refunded", -5, "-0,05 EUR", "-0.05 EUR"),
        ("attempt_count", 7990, "7990", "7990"),
        ("paid", True, "oui", "yes"),
        (
            "placed_at",
            "2026-03-28T23:30:00+00:00",
            "dimanche 29 mars 2026, 00:30",
            "Sunday 29 March 2026, 00:30",
        ),
        ("delivered_on", "2026-03-01", "dimanche 1er mars 2026", "Sunday 1 March 2026"),
        ("name", "2026-02-31", "2026-02-31", "2026-02-31"),
        ("status", "refunded", "remboursé", "refunded"),
        ("name", "refunded", "refunded", "refunded"),
        ("status", "a word of tomorrow's", "a word of tomorrow's", "a word of tomorrow's"),
        ("email", None, "", ""),
        (
            "rights",
            "access, rectification",
            "copie des données, rectification",
            "copy of the data, rectification",
        ),
        ("answered_by", "2026-03-01, 2026-03-01", "dimanche 1er mars 2026", "Sunday 1 March 2026"),
        ("name", "access, access", "access, access", "access, access"),
    ],
)
def test_a_value_reads_as_a_person_reads_it(name: str, value: Any, french: str, english: str) -> None:
    said = [answer_words.load(language).value(name, value, "eur") for language in (Language.FR, Language.EN)]
    assert said == [french, english]


#: What belongs to no case, or goes to somebody else.
_NOBODY_S = {"renewal_offered", "review_called", "breach_called", "gaps_called"}
_ELSEWHERE = {Letter.RECIPIENT_NOTICE, Letter.RENEWAL_NEWSLETTER, Letter.RENEWAL_CUSTOMER}


@pytest.mark.parametrize("language", Language)
def test_each_step_and_each_letter_of_a_request_is_told_in_words(language: Language) -> None:
    values = answer_words.load(language).tables["values"]
    assert {kind.value for kind in Kind} - _NOBODY_S <= values.keys()
    told = {letter.value for letter in Letter if not letter.internal and letter not in _ELSEWHERE}
    assert told <= values.keys()


def test_a_provider_s_field_without_a_name_of_ours_keeps_its_own() -> None:
    words = answer_words.load(Language.FR)
    assert words.field("stripe_charge", "billing_details.address.city") == "billing_details.address.city"
    assert words.field("told_phone", "number") == "numéro de téléphone"
    assert words.field("told_order", "number") == "numéro"
