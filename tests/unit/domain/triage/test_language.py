"""The language of a mail, by the majority of its words (E38, E69, E70)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.triage.language import NOT_TOLD, Language, language_of
from privacy.domain.triage.language_words import WORDS


@pytest.mark.parametrize(
    ("body", "code"),
    [
        ("Désinscription", "fr"),
        ("Désabonnez-moi !!!", "fr"),
        ("aces a mes donees", "fr"),
        ("j veu pu recevoir vo pub", "fr"),
        ("mes infos ?", "fr"),
        ("unsubscribe me", "en"),
        ("plz delete", "en"),
        ("leave me alone", "en"),
        ("Forget me. Completely. Article 17.", "en"),
        ("Effacement. Article 17.", "fr"),
        ("Bonjour, please delete my data, merci", "en"),
        ("Hello, je veux une copie de mes données, thanks", "fr"),
        ("Bitte löschen Sie meine Daten", "de"),
        ("abmelden", "de"),
        ("Quiero que borren mi cuenta", "es"),
        ("Vorrei sapere quali dati avete", "it"),
        ("Verwijder mijn gegevens", "nl"),
        ("Apaguem os meus dados", "pt"),
    ],
)
def test_a_few_words_tell_their_language(body: str, code: str) -> None:
    assert language_of(body) == Language(code)


def test_e38_as_much_french_as_english_is_answered_in_both() -> None:
    assert language_of("bonjour please delete merci beaucoup") == Language("fr", tied=True)


def test_the_body_counts_before_the_subject() -> None:
    assert language_of("Please erase everything you hold about me.", "Suppression de mon compte").code == "en"


def test_the_subject_tells_it_where_the_body_does_not() -> None:
    assert language_of("", "Suppression de mon compte").code == "fr"


def test_how_it_is_signed_tells_it_where_nothing_else_does() -> None:
    assert language_of("RGPD", "", "Kind regards,\nCamille").code == "en"


def test_the_mail_that_it_answers_tells_it_last_then_the_mailbox() -> None:
    assert (
        language_of("STOP", quoted="Votre pull préféré vous attend", address="lea@example.com").code == "fr"
    )
    assert language_of("STOP", address="lea@example.fr").code == "fr"


@pytest.mark.parametrize("body", ["", "STOP", "12345", "?!", "RGPD", "例えば"])
def test_where_there_is_no_telling_none_is_told(body: str) -> None:
    assert language_of(body, address="lea@example.com") == NOT_TOLD


@given(st.text(), st.text(max_size=20))
def test_any_text_has_a_language_or_none(body: str, subject: str) -> None:
    assert language_of(body, subject).code in {"", *WORDS}
