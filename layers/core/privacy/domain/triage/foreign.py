"""Which sentences of a text are in another language than the one it is being read in."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence

from privacy.domain.triage.language_words import WORDS
from privacy.domain.triage.passage import Passage, positions

#: So many words more than the language at hand make a sentence another's.
_LEAD = 2
#: So many words of a language, and half as many again as of another, leave no doubt which one a text is in.
_CLEAR = 5


def foreign(passage: Passage, language: str, others: Sequence[str]) -> frozenset[int]:
    """The sentences, by their place, in which another language has clearly more words.

    A sentence too short to tell is in the language that the whole text is clearly in.
    """
    sentences = [
        Counter(_spoken(passage.words[i].form for i in positions(sentence))) for sentence in passage.sentences
    ]
    whole = sum(sentences, Counter[str]())
    return frozenset(
        place
        for place, words in enumerate(sentences)
        for other in others
        if other != language and words[other] >= _enough(words[language], whole[other], whole[language])
    )


def _enough(ours: int, others_in_all: int, ours_in_all: int) -> float:
    lead = 0 if others_in_all > max(_CLEAR, 1.5 * ours_in_all) else _LEAD
    return max(ours + lead, ours * 1.5)


def _spoken(forms: Iterable[str]) -> Iterator[str]:
    for form in forms:
        yield from (language for language, known in WORDS.items() if form in known)
