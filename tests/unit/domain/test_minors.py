"""Who says to be under age is believed; ages of everything else are no ages of theirs (G31, E89)."""

from __future__ import annotations

import pytest

from privacy.domain.minors import says_minor


@pytest.mark.parametrize(
    "text",
    [
        "Bonjour, j'ai 14 ans et je veux que vous effaciez mes données.",
        "J\u2019ai seulement quinze ans.",
        "Je suis mineure, merci de tout supprimer.",
        "Élève âgée de 12 ans",
        "Hello, I am 14 years old and want my data deleted.",
        "I'm only fifteen, please delete it all.",
        "I am a minor.",
        "I am 16",
    ],
)
def test_who_says_to_be_under_age_is_believed(text: str) -> None:
    assert says_minor(text)


@pytest.mark.parametrize(
    "text",
    [
        "J'ai 18 ans et je veux une copie de mes données.",
        "J'ai 14 ans d'ancienneté chez vous.",
        "J'ai 14 commandes chez vous depuis 12 ans.",
        "J'ai 3 ans de factures à retrouver.",
        "I am 14 days late with this.",
        "I am 42 years old.",
        "Ma fille a 14 ans.",
        "> j'ai 14 ans\nMerci de votre réponse.",
    ],
)
def test_an_age_of_anything_else_makes_nobody_a_minor(text: str) -> None:
    assert not says_minor(text)
