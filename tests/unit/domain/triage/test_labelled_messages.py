"""The labelled messages of the development part are understood (the test part judges, and is left alone)."""

from __future__ import annotations

from itertools import islice

from tests.corpus.triage.evaluate import messages, scored

#: Some three thousand of them, which the everyday tests have time for.
_EACH = 6


def test_every_sixth_labelled_message_is_understood() -> None:
    score, _ = scored(islice(messages("dev"), 0, None, _EACH))
    assert score.requests > 1_000
    assert score.missed <= score.requests * 0.01
    assert score.exact >= score.requests * 0.97
    assert score.false_alarms <= score.others * 0.02
