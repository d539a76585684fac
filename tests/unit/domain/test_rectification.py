"""What a rectification changes is told as it was: from what we had to what we have (G23, E110)."""

from __future__ import annotations

from privacy.domain.letter import Language
from privacy.domain.rectification import changes, told_changes

KNOWN = {"name": "Claire Fontain", "city": "Paris"}


def test_a_name_that_we_have_in_one_is_told_in_one() -> None:
    changed = changes({"given_name": "Claire", "family_name": "Fontaine", "city": "Lyon"}, KNOWN)
    assert told_changes(changed, Language.FR) == (
        "nom : Claire Fontain → Claire Fontaine",
        "ville : Paris → Lyon",
    )
    assert told_changes(changed, Language.EN)[0] == "name: Claire Fontain → Claire Fontaine"


def test_a_name_that_we_did_not_have_is_told_by_its_parts() -> None:
    changed = changes({"given_name": "Claire", "family_name": "Fontaine"}, {})
    assert told_changes(changed, Language.FR) == ("prénom : Claire", "nom : Fontaine")


def test_a_name_that_stays_is_not_told() -> None:
    changed = changes({"given_name": "Claire", "family_name": "Fontain", "city": "Lyon"}, KNOWN)
    assert told_changes(changed, Language.EN) == ("town: Paris → Lyon",)
