"""What a passage asks in one language: every phrase that asks for a right, and what speaks against it.

In this order: words are told apart into kinds; phrases are made of them; decoys (`droit de rétractation`, `retirer
mon colis`) take their words out; what remains is searched for what asks; then what speaks against a find is searched
around it: negation, a threat, a story about somebody else, a question that exercises nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass

from privacy.domain.triage.finds import Find, finds_in, words_of
from privacy.domain.triage.lexicon import PROBLEM, Lexicon, Sign
from privacy.domain.triage.passage import Passage
from privacy.domain.triage.pattern import Match
from privacy.domain.triage.reading import Reading
from privacy.domain.triage.weighing import weigh


@dataclass(frozen=True, slots=True)
class Asked:
    """What one lexicon finds. signs: the phrases for each."""

    finds: tuple[Find, ...]
    signs: Mapping[Sign, tuple[str, ...]]


def rights_asked(passage: Passage, lexicon: Lexicon, elsewhere: Collection[int] = ()) -> Asked:
    """Every phrase that asks for a right in the lexicon's language, whether it counts or not.

    elsewhere: sentences in another language, by their place, which are not read.
    """
    if elsewhere and len(elsewhere) == len(passage.spans):
        return Asked((), {})
    passage = passage.respelt(lexicon.spelling)
    reading = Reading(passage, lexicon, sum(passage.sentences[place] for place in elsewhere))
    reading.make_phrases()
    signs = {
        sign: [match for _, match in reading.found(patterns)] for sign, patterns in lexicon.signs.items()
    }
    reading.take_out_decoys()
    finds = tuple(finds_in(reading))
    weigh(finds, reading)
    # What was understood, and does not count, is no reason for a second look.
    explained = reading.passage.within(words_of(find for find in finds if find.against is not None))
    signs[Sign.TOPIC] = [match for match in signs.get(Sign.TOPIC, ()) if not match.words & explained]
    signs[Sign.SHOP_MATTER] = list(_shop_matters(signs.get(Sign.CUSTOMER_SERVICE, ()), finds, reading))
    phrase = reading.passage.phrase
    return Asked(
        finds, {sign: tuple(phrase(*match.span) for match in found) for sign, found in signs.items()}
    )


def _shop_matters(spoken: Iterable[Match], finds: Iterable[Find], reading: Reading) -> Iterator[Match]:
    """What is asked of the shop, or goes wrong, in clauses that ask for no right (E42)."""
    asked = reading.passage.in_clause(words_of(find for find in finds if find.counts))
    wanting = reading.kind("@ASKING") | reading.kind(f"@{PROBLEM}")
    for match in spoken:
        if match.words & wanting and not match.words & asked:
            yield match
