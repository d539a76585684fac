"""The turns of a text, by which the second opinion tells what it asks.

Three sorts: runs of words as they are written (`retirer moi`), runs of letters in a word (`~desin`), and what the
lexicon takes words for, its kinds, phrases and single words: in a sentence (`^DELETE`), before another
(`^DELETE>OWN_DATA`), beside a word as it is written (`^DELETE panier`), in a question (`^DELETE?`). A word that no
labelled message has says what its kind says.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise

from privacy.domain.triage.lexicon import Lexicon
from privacy.domain.triage.passage import fold, read
from privacy.domain.triage.reading import Reading

#: Of a longer message its beginning and its end are looked at.
_READ = 4_000
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_RUN = 3
_LETTERS = (3, 4, 5)
#: So far apart in a sentence, kinds of words still make a turn.
_REACH = 6


@dataclass(frozen=True, slots=True)
class Turns:
    """whole: every turn of a text. sentences: each as it is written, with the turns of kinds in it."""

    whole: set[str]
    sentences: Sequence[tuple[str, set[str]]]
    spelling: Mapping[str, tuple[str, ...]]

    def by_sentence(self) -> Iterator[set[str]]:
        """Every turn of each sentence; nothing where the text is only one."""
        if len(self.sentences) > 1:
            for sentence, kinds in self.sentences:
                yield _words_and_letters(sentence, self.spelling) | kinds


def turns(text: str, lexicon: Lexicon) -> Turns:
    """Those of a text, and of its sentences."""
    text = _cut(text)
    sentences = [(sentence, set(kinds)) for sentence, kinds in _sentences(text, lexicon)]
    whole = _words_and_letters(text, lexicon.spelling).union(*(kinds for _, kinds in sentences))
    return Turns(whole, sentences, lexicon.spelling)


def _cut(text: str) -> str:
    return f"{text[:_READ]}\n{text[-_READ:]}" if len(text) > 2 * _READ else text


def _words_and_letters(text: str, spelling: Mapping[str, tuple[str, ...]]) -> set[str]:
    words = [word for form in _WORD.findall(fold(text)) for word in spelling.get(form, (form,))]
    found = {
        " ".join(words[at : at + length])
        for length in range(1, _LONGEST_RUN + 1)
        for at in range(len(words) - length + 1)
    }
    for word in set(words):
        spaced = f" {word} "
        for length in _LETTERS:
            found.update("~" + spaced[at : at + length] for at in range(len(spaced) - length + 1))
    return found


def _sentences(text: str, lexicon: Lexicon) -> Iterator[tuple[str, Iterator[str]]]:
    """Each sentence as it is written, and the turns of kinds in it."""
    passage = read(text).respelt(lexicon.spelling)
    reading = Reading(passage, lexicon, foreign=0)
    reading.make_phrases()
    kinds = reading.kinds_of_words()
    for start, end in passage.spans:
        forms = [word.form for word in passage.words[start:end]]
        told = _of_sentence(forms, kinds[start:end], asks=passage.words[start].asks)
        yield passage.phrase(start, end - 1), told


def _of_sentence(forms: Sequence[str], kinds: Sequence[Sequence[str]], *, asks: bool) -> Iterator[str]:
    for at, here in enumerate(kinds):
        for kind in here:
            yield f"^{kind}"
            if asks:
                yield f"^{kind}?"
            for behind in kinds[at + 1 : at + 1 + _REACH]:
                yield from (f"^{kind}>{other}" for other in behind if other != kind)
    for (before, form), (here, behind) in zip(pairwise(forms), pairwise(kinds), strict=True):
        yield from (f"^{kind} {form}" for kind in here)
        yield from (f"^{before} {kind}" for kind in behind)
