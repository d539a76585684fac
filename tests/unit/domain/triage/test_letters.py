"""Letters and whose data they are about, each for a form of its own: `letters.jsonl`, written with the rules."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from privacy.domain.mail import Address
from privacy.domain.triage.particulars import particulars_of
from privacy.domain.triage.text import new_text, own_subject
from privacy.domain.triage.writer import writer_of

LETTERS = [json.loads(line) for line in (Path(__file__).parent / "letters.jsonl").read_text().splitlines()]


@pytest.mark.parametrize("letter", LETTERS, ids=lambda letter: letter["id"])
def test_a_letter_says_whose_data_it_is_about(letter: dict[str, Any]) -> None:
    parts, subject = new_text(letter["body"]), own_subject(letter["subject"]).words
    role = writer_of(parts.body, parts.signature, subject).role
    told = particulars_of(parts, Address(*letter["sender"]), role, subject)
    assert {
        "role": role.value,
        "given_name": told.given_name,
        "family_name": told.family_name,
        "postal_address": told.postal_address,
        "customer_number": told.customer_number,
    } == {
        name: letter[name]
        for name in ("role", "given_name", "family_name", "postal_address", "customer_number")
    }
