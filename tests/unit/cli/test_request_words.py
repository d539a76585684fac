"""Whatever a request may say of itself has words for those who read it."""

from __future__ import annotations

import pytest

from cli.commands import request_words as words
from privacy.domain.intake import Needs
from privacy.domain.letter import Language
from privacy.domain.letter_words import reason_in_words
from privacy.domain.request import State
from privacy.domain.request_effects import Progress
from privacy.domain.request_steps import Flag
from privacy.domain.rights import Right


@pytest.mark.parametrize(
    "needs",
    [*Needs, "proof", "unidentified", "whose_data", "unverified", "recipient_untold", "package_broken"],
)
def test_why_a_person_is_needed_is_told_on_the_page_and_in_the_notice(needs: str) -> None:
    assert needs in words.REASONS
    assert all(" " in reason_in_words(needs, language) for language in Language)


def test_states_rights_flags_and_fates_of_letters_are_told() -> None:
    assert words.STATES.keys() == set(State)
    assert words.RIGHTS.keys() == set(Right)
    assert words.FLAGS.keys() >= set(Flag)
    assert words.PROGRESS.keys() == set(Progress)
