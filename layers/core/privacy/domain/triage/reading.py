"""A passage read with a lexicon: which of its words are of which kind, which make phrases, which are decoys."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, field

from privacy.domain.triage.lexicon import GIVEN, Lexicon
from privacy.domain.triage.passage import Passage, bits, positions
from privacy.domain.triage.pattern import Match, Pattern

#: So many words behind a mention, `them` may still mean what was mentioned.
_REACH = 40


@dataclass(slots=True)
class Reading:
    """A passage with the words of each kind. foreign: words in another language, which are of none."""

    passage: Passage
    lexicon: Lexicon
    foreign: int
    _kinds: dict[str, int] = field(default_factory=dict)
    _derived: dict[str, int] = field(default_factory=dict)
    _words: dict[str, int] = field(default_factory=dict)
    _said: dict[str, int] = field(default_factory=dict)
    _whole: int = 0

    def __post_init__(self) -> None:
        words = self.passage.words
        self._whole = (1 << len(words)) - 1
        places: dict[str, list[int]] = {}
        known: dict[tuple[str, bool], frozenset[str]] = {}
        for i, word in enumerate(words):
            key = word.form, word.name
            if (labels := known.get(key)) is None:
                labels = known[key] = self.lexicon.vocabulary.labels(word.form, name=word.name)
            for label in labels:
                places.setdefault(label, []).append(i)
        ours = self._whole & ~self.foreign
        self._kinds = {
            label: bits(at, len(words)) & ours for label, at in places.items()
        } | self.passage.given

    def make_phrases(self) -> None:
        """Make phrases of the words, each of those before it."""
        self._words = dict(self._kinds)
        self._mark_phrases()

    def take_out_decoys(self) -> None:
        """What a text is about, it is about in its decoys too (`#`); nothing else is made of their words."""
        taken = 0
        for patterns in self.lexicon.decoys.values():
            taken |= self._marks(patterns)
        if taken:
            self._said = self._kinds
            self._kinds = {kind: at & ~taken for kind, at in self._words.items()} | self.passage.given
            self._derived = {}
            self._mark_phrases()

    def _mark_phrases(self) -> None:
        for name, patterns in self.lexicon.phrases.items():
            self.mark(name, self._marks(patterns))

    def _marks(self, patterns: Iterable[Pattern]) -> int:
        words = 0
        for pattern in self._findable(patterns):
            words |= pattern.marks(self.passage, self.kind)
        return words

    def _findable(self, patterns: Iterable[Pattern]) -> list[Pattern]:
        """Those for which there are words at all: few of the hundreds."""
        kinds = self._kinds.keys()
        return [one for one in patterns if not one.needs or not kinds.isdisjoint(one.needs)]

    def mark(self, name: str, words: int) -> None:
        """These words, too, are of this kind."""
        if words:
            self._kinds[name] = self._kinds.get(name, 0) | words
            self._derived = {derived: kept for derived, kept in self._derived.items() if name not in derived}

    def kind(self, name: str) -> int:
        """The words of a kind, a sign before its name applied (pattern.py)."""
        if name[0] not in "!@~#":
            return self._kinds.get(name, 0)
        if (kept := self._derived.get(name)) is None:
            kinds = self._said.get(name[1:], 0) if name[0] == "#" and self._said else self.kind(name[1:])
            kept = self._derived[name] = self._derive(name[0], kinds)
        return kept

    def _derive(self, sign: str, words: int) -> int:
        match sign:
            case "!":
                return self._whole & ~words
            case "@":
                return self.passage.within(words)
            case "#":
                return self._whole if words else 0
            case _:
                for step in (1, 2, 4, 8, 16, _REACH - 31):
                    words |= words << step
                return words & self._whole

    def kinds_of_words(self) -> list[list[str]]:
        """For each word, the kinds that it, or a phrase that it stands in, is of, in one order."""
        found: list[list[str]] = [[] for _ in self.passage.words]
        for kind in sorted(self._kinds.keys() - GIVEN - {""}):
            for at in positions(self._kinds[kind]):
                found[at].append(kind)
        return found

    def found(self, patterns: Iterable[Pattern]) -> Iterator[tuple[Pattern, Match]]:
        """Where any of these is."""
        for pattern in self._findable(patterns):
            for match in pattern.matches(self.passage, self.kind):
                yield pattern, match
