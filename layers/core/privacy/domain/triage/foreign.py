"""Which sentences of a text are in another language than the one it is being read in."""

from __future__ import annotations

from collections.abc import Sequence

from privacy.domain.triage.language_words import WORDS
from privacy.domain.triage.passage import Passage, positions

#: So many words more than the language at hand make a sentence another's: short sentences are read in every language.
_LEAD = 2


def foreign(passage: Passage, language: str, others: Sequence[str]) -> int:
    """The words of sentences in which one of the other languages has clearly more words."""
    found = 0
    for sentence in passage.sentences:
        forms = [passage.words[i].form for i in positions(sentence)]
        ours = _count(forms, language)
        if any(
            _count(forms, other) >= max(ours + _LEAD, ours * 1.5) for other in others if other != language
        ):
            found |= sentence
    return found


def _count(forms: Sequence[str], language: str) -> int:
    known = WORDS[language]
    return sum(form in known for form in forms)
