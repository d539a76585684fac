"""A mistake of ours in reading one message keeps it from nobody."""

from __future__ import annotations

import pytest

from privacy.domain.mail import IncomingMail
from privacy.domain.rights import Right
from privacy.domain.understanding import Outcome, Understanding
from privacy.inbound.triaging import never_failing
from tests.requesting import asks, mail


def test_what_triage_understood_is_handed_on() -> None:
    assert never_failing(lambda _: asks(Right.ACCESS))(mail()) == asks(Right.ACCESS)


def test_what_triage_stumbles_over_goes_before_a_person_and_is_logged_without_a_word_of_it(
    capsys: pytest.CaptureFixture[str],
) -> None:
    def stumble(message: IncomingMail) -> Understanding:
        raise RecursionError(message.text)

    assert never_failing(stumble)(mail(text="Mes secrets")).outcome is Outcome.UNSURE
    told = capsys.readouterr().out
    assert "RecursionError" in told
    assert "secrets" not in told
