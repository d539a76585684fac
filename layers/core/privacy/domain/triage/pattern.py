"""Sequences of words with gaps, written in a line: `DELETE ..4 MY? DATA&!@ORDER`.

Elements, separated by blanks:

- a kind of word or of phrase in capitals, or a word in small letters (`droit`, `suppr*`); `a|b` either, `a&b` both,
  `!a` not, `@a` somewhere in the same sentence, `~a` said a little before, `#a` somewhere in the text, `?` behind it:
  may be missing;
- `..3`: up to three words in between, in the same clause; `...8`: in the same sentence. Without one, the words
  are neighbours.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Collection, Iterable, Iterator
from dataclasses import dataclass
from functools import reduce
from typing import NamedTuple

from privacy.domain.triage.passage import Passage, positions

#: A pattern found more often than this in one text has been found.
MOST_MATCHES = 40
_GAP = re.compile(r"\.\.(\.?)(\d+)$")
_SIGNS = "!@~#"
#: Signs of what may be found where no word of the kind is (any more).
_NOT_THERE = "!#"
_NAME = re.compile(r"[A-Z_]+$|[a-z0-9@]+\*?$")


class BadPattern(ValueError):
    """A line that is no pattern."""


class Step(NamedTuple):
    """One element: what it may be (all of the alternatives in each group), how far behind the one before it.

    across: the gap may cross clauses of a sentence.
    """

    groups: tuple[tuple[str, ...], ...]
    gap: int = 0
    across: bool = False
    optional: bool = False


class Match(NamedTuple):
    """steps: the position of each element, None where an optional one is missing."""

    steps: tuple[int | None, ...]

    @property
    def words(self) -> int:
        """The elements' own words."""
        return reduce(int.__or__, (1 << at for at in self.steps if at is not None))

    @property
    def span(self) -> tuple[int, int]:
        """First and last word."""
        there = [at for at in self.steps if at is not None]
        return there[0], there[-1]

    def at(self, pattern: Pattern, names: Collection[str]) -> int:
        """The words at elements that look for one of these names."""
        return sum(
            1 << place
            for step, place in zip(pattern.steps, self.steps, strict=True)
            if place is not None and any(n.lstrip(_SIGNS) in names for group in step.groups for n in group)
        )


type Masks = Callable[[str], int]


@dataclass(frozen=True, slots=True)
class Pattern:
    """A compiled line; `names` are the kinds and words it looks for.

    needs: where a text has words of none of these kinds, it is not found; nothing where that cannot be told.
    """

    line: str
    steps: tuple[Step, ...]
    needs: tuple[str, ...] = ()

    @property
    def names(self) -> Iterator[str]:
        for step in self.steps:
            for group in step.groups:
                yield from (name.lstrip(_SIGNS) for name in group)

    def marks(self, passage: Passage, masks: Masks) -> int:
        """The words at which any match has its elements."""
        reached = self._reached(passage, masks)
        if not reached:
            return 0
        found = wanted = reached[-1]
        for i in range(len(self.steps) - 1, 0, -1):
            before = reached[i - 1] & _back(wanted, self.steps[i], passage)
            wanted = before | (wanted & reached[i - 1] if self.steps[i].optional else 0)
            found |= wanted
        return found

    def matches(self, passage: Passage, masks: Masks) -> Iterator[Match]:
        """One match for each place where one ends, the nearest; at most MOST_MATCHES."""
        reached = self._reached(passage, masks)
        if not reached:
            return
        for last in positions(reached[-1])[:MOST_MATCHES]:
            at = last
            steps: list[int | None] = []
            for i in range(len(self.steps) - 1, -1, -1):
                if self.steps[i].optional and reached[i - 1] >> at & 1:
                    steps.append(None)
                    continue
                steps.append(at)
                if i:
                    before = _back(1 << at, self.steps[i], passage) & reached[i - 1]
                    at = before.bit_length() - 1
            yield Match(tuple(reversed(steps)))

    def _reached(self, passage: Passage, masks: Masks) -> list[int]:
        """For each step, the words at which the pattern up to it may end; nothing where it is nowhere."""
        reached: list[int] = []
        for step in self.steps:
            here = _words_of(step, masks)
            if reached:
                here &= _ahead(reached[-1], step, passage)
                if step.optional:
                    here |= reached[-1]
            if not here:
                return []
            reached.append(here)
        return reached


def compile_pattern(line: str) -> Pattern:
    """Raises BadPattern."""
    steps: list[Step] = []
    gap, across = 0, False
    for part in line.split():
        if found := _GAP.match(part):
            across, gap = bool(found[1]), int(found[2])
            continue
        groups = tuple(tuple(group.split("|")) for group in part.removesuffix("?").split("&"))
        if not all(_NAME.match(name.lstrip(_SIGNS)) for group in groups for name in group):
            raise BadPattern(f"{line!r}: what is {part!r}?")
        steps.append(Step(groups, gap, across, part.endswith("?")))
        gap, across = 0, False
    if not steps or steps[0].optional or steps[0].gap or gap:
        raise BadPattern(f"{line!r} must begin and end with a word that is not optional")
    return Pattern(line, tuple(steps), _needs(steps))


def _needs(steps: Iterable[Step]) -> tuple[str, ...]:
    """The fewest names of which a text must have one: of most lines it has none, and need not be searched for them."""
    groups = (group for step in steps if not step.optional for group in step.groups)
    sure = (group for group in groups if not any(name[0] in _NOT_THERE for name in group))
    fewest = min(sure, key=len, default=())
    return tuple(name.lstrip(_SIGNS) for name in fewest)


def _words_of(step: Step, masks: Masks) -> int:
    found = -1
    for group in step.groups:
        either = 0
        for name in group:
            either |= masks(name)
        found &= either
        if not found:
            return 0
    return found


def _ahead(words: int, step: Step, passage: Passage) -> int:
    walls = passage.sentence_starts if step.across else passage.clause_starts
    found = 0
    for _ in range(step.gap + 1):
        words = words << 1 & ~walls
        if not words:
            break
        found |= words
    return found


def _back(words: int, step: Step, passage: Passage) -> int:
    walls = passage.sentence_starts if step.across else passage.clause_starts
    found = 0
    for _ in range(step.gap + 1):
        words = (words & ~walls) >> 1
        if not words:
            break
        found |= words
    return found
