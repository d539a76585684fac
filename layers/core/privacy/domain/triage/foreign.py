"""Which sentences of a text are in another language than the one it is being read in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Sequence

from privacy.domain.triage.language_words import WORDS
from privacy.domain.triage.passage import Passage

#: So many words more than the language at hand make a sentence another's.
_LEAD = 1
#: So many words of a language, and half as many again as of another, leave no doubt which one a text is in.
_CLEAR = 5


class Tongues:
    """How many words of each language every sentence of a passage has."""

    def __init__(self, passage: Passage) -> None:
        self._sentences = [
            Counter(_spoken(word.form for word in passage.words[start:end])) for start, end in passage.spans
        ]
        self._whole = Counter[str]()
        for sentence in self._sentences:
            self._whole.update(sentence)

    def foreign(self, language: str, others: Sequence[str]) -> frozenset[int]:
        """The sentences, by their place, in which one of the others has clearly more words than this language.

        A sentence too short to tell is in the language that the whole text is clearly in.
        """
        leads = {other: self._lead(language, other) for other in others if other != language}
        return frozenset(
            place
            for place, words in enumerate(self._sentences)
            if any(
                words[other] >= max(words[language] + lead, words[language] * 1.5)
                for other, lead in leads.items()
            )
        )

    def _lead(self, language: str, other: str) -> int:
        return 0 if self._whole[other] > max(_CLEAR, 1.5 * self._whole[language]) else _LEAD


def _spoken(forms: Iterator[str]) -> Iterator[str]:
    for form in forms:
        yield from (language for language, known in WORDS.items() if form in known)
