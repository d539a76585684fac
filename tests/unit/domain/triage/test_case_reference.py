"""Which case a message says that it continues (E57)."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.triage.case_reference import case_reference

CASE = "IM-2026-000123"


@pytest.mark.parametrize(
    "subject",
    [
        f"[{CASE}] Votre demande",
        f"RE : TR: [{CASE}] Votre demande",
        f"votre dossier {CASE.lower()}, suite",
        "Re: [IM\u20112026\u2011000123] Votre demande",
        f"[{CASE}] suite à [IM-2025-000007]",
    ],
)
def test_a_tag_in_the_subject_names_it(subject: str) -> None:
    assert case_reference(subject) == CASE


def test_a_plus_address_names_it() -> None:
    assert case_reference("Bonjour", ["x@example.fr", f"contact+{CASE}@imera-paris.com"]) == CASE
    assert case_reference("Bonjour", [f"{CASE}@example.fr"]) is None


def test_the_thread_of_our_letters_names_it() -> None:
    assert case_reference("Bonjour", [], ["<1@example.fr>", f"<{CASE}.ack-3@imera-paris.com>"]) == CASE


def test_a_writer_names_it_in_so_many_words() -> None:
    assert case_reference("Bonjour", new_text=f"Concernant ma demande {CASE}, merci.") == CASE


@pytest.mark.parametrize(
    "subject", ["", "IM-2026", "IM-2026-12", "IM-2026-0001234", "KIM-2026-000123", "IM-1999-000123"]
)
def test_what_is_no_case_number_names_none(subject: str) -> None:
    assert case_reference(subject) is None


@given(st.text(), st.lists(st.text(), max_size=3))
def test_any_text_names_a_case_or_none(text: str, more: list[str]) -> None:
    told = case_reference(text, more, more, text)
    assert told is None or told.startswith("IM-20")
