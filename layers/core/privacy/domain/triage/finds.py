"""Phrases of a passage that ask for a right, each with what may come to speak against it."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass

from privacy.domain.rights import Right
from privacy.domain.triage.lexicon import MYSELF, NO_MORE, REFUSING, Weight
from privacy.domain.triage.reading import Reading


@dataclass(slots=True)
class Find:
    """A phrase that asks for a right.

    words: its own words, as a set. span: these and all between them. personal: of the writer's
    own. own: the writer asks it for himself, whoever
    else is dead. refuses: it is said by refusing (`je ne veux plus`), so that the negation in it denies nothing.
    against: what keeps it from counting.
    """

    right: Right
    weight: Weight
    words: int
    span: int
    phrase: str
    personal: bool = False
    own: bool = False
    refuses: bool = False
    against: str | None = None

    @property
    def counts(self) -> bool:
        """It asks for the right, and nothing speaks against it."""
        return self.against is None and self.weight is not Weight.HINT


def finds_in(reading: Reading) -> Iterator[Find]:
    """Every phrase that asks, before anything speaks against it."""
    for right, kinds in reading.lexicon.asks.items():
        for weight, patterns in kinds.items():
            # Of the ways in which one goes on from a word, the longest says it whole.
            longest = {
                (pattern.line, match.span[0]): (pattern, match) for pattern, match in reading.found(patterns)
            }
            for pattern, match in longest.values():
                first, last = match.span
                span = (1 << last + 1) - (1 << first)
                yield Find(
                    right,
                    weight,
                    match.words,
                    span=span,
                    phrase=reading.passage.phrase(first, last),
                    personal=bool(span & (reading.kind("MY") | reading.kind("ME"))),
                    own=bool(match.words & reading.kind(f"@{MYSELF}")),
                    refuses=bool(match.at(pattern, REFUSING) & reading.kind(NO_MORE)),
                )


def words_of(finds: Iterable[Find]) -> int:
    """The words of all these."""
    words = 0
    for find in finds:
        words |= find.words
    return words
