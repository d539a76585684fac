"""Which sentences of a text are in another language than the one it is being read in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from privacy.domain.triage.language_words import WORDS
from privacy.domain.triage.passage import Passage, positions

#: So many words more than the language at hand make a sentence another's.
_LEAD = 2


def foreign(passage: Passage, language: str, others: Sequence[str]) -> int:
    """The words of sentences in which another language has clearly more words.

    A sentence too short to tell is in the language that the whole text is clearly in.
    """
    sentences = [
        (sentence, Counter(_spoken(passage.words[i].form for i in positions(sentence))))
        for sentence in passage.sentences
    ]
    whole = sum((words for _, words in sentences), Counter[str]())
    found = 0
    for sentence, words in sentences:
        for other in others:
            lead = 0 if whole[other] > max(_LEAD, 1.5 * whole[language]) else _LEAD
            if other != language and words[other] >= max(words[language] + lead, words[language] * 1.5):
                found |= sentence
    return found


def _spoken(forms: Iterable[str]) -> Iterator[str]:
    for form in forms:
        yield from (language for language, known in WORDS.items() if form in known)
