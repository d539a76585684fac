"""What a passage asks in one language: every phrase that asks for a right, and what speaks against it.

In this order: words are told apart into kinds; phrases are made of them; decoys (`droit de rétractation`, `retirer
mon colis`) take their words out; what remains is searched for what asks; then what speaks against a find is searched
around it: negation, a threat, a story about somebody else, a question that exercises nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, field

from privacy.domain.rights import Right
from privacy.domain.triage.lexicon import (
    HIT,
    MYSELF,
    NEGATED,
    NO_MORE,
    PROBLEM,
    REFUSING,
    Lexicon,
    Sign,
    Weight,
    hit,
)
from privacy.domain.triage.passage import Passage, bits
from privacy.domain.triage.pattern import Match, Pattern

#: So many words behind a mention, `them` may still mean what was mentioned.
_REACH = 40

#: What is said of a death is full of what shall not be: what speaks against a right says nothing of these.
_OF_DEATH = frozenset({Right.POST_MORTEM_DIRECTIVE, Right.HEIR_REQUEST})

_LESS = (Weight.LOOSE, Weight.FAINT)

#: Loose words for a right are also the other's: who asks for the latter has not asked for the former besides.
#: « Retirez mon adresse de votre liste de diffusion » is no erasure, a copy in CSV no access.
YIELDS: Mapping[Right, frozenset[Right]] = {
    Right.ACCESS: frozenset({Right.PORTABILITY, Right.POST_MORTEM_DIRECTIVE}),
    Right.RECTIFICATION: frozenset(),
    Right.ERASURE: frozenset(
        {
            Right.CONSENT_WITHDRAWAL,
            Right.OBJECTION,
            Right.OBJECTION_MARKETING,
            Right.RECTIFICATION,
            Right.POST_MORTEM_DIRECTIVE,
        }
    ),
    Right.RESTRICTION: frozenset({Right.OBJECTION_MARKETING}),
    Right.PORTABILITY: frozenset(),
    Right.OBJECTION: frozenset(
        {
            Right.OBJECTION_MARKETING,
            Right.RESTRICTION,
            Right.AUTOMATED_DECISION_REVIEW,
            Right.CONSENT_WITHDRAWAL,
        }
    ),
    Right.OBJECTION_MARKETING: frozenset({Right.OBJECTION}),
    Right.CONSENT_WITHDRAWAL: frozenset({Right.OBJECTION_MARKETING}),
    Right.AUTOMATED_DECISION_REVIEW: frozenset(),
    Right.POST_MORTEM_DIRECTIVE: frozenset(),
    Right.HEIR_REQUEST: frozenset({Right.POST_MORTEM_DIRECTIVE}),
}


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
    reading = _Reading(passage, lexicon, sum(passage.sentences[place] for place in elsewhere))
    reading.make_phrases()
    signs = {sign: list(reading.found(patterns)) for sign, patterns in lexicon.signs.items()}
    reading.take_out_decoys()
    finds = list(_finds(reading))
    for right in Right:
        reading.mark(hit(right), _words(find for find in finds if find.right is right))
    reading.mark(HIT, _words(find for find in finds if find.right not in _OF_DEATH))
    for cause, patterns in lexicon.against.items():
        for pattern in patterns:
            for match in reading.matches(pattern):
                _speak_against(finds, match, pattern, cause, reading)
    _hold_subject_to_letter(finds, reading.passage)
    _let_yield(finds, reading.passage)
    # What was understood, and does not count, is no reason for a second look.
    explained = reading.passage.within(_words(find for find in finds if find.against is not None))
    signs[Sign.TOPIC] = [match for match in signs.get(Sign.TOPIC, ()) if not match.words & explained]
    signs[Sign.SHOP_MATTER] = list(_shop_matters(signs.get(Sign.CUSTOMER_SERVICE, ()), finds, reading))
    return Asked(
        tuple(finds),
        {
            sign: tuple(reading.passage.phrase(*match.span) for match in found)
            for sign, found in signs.items()
        },
    )


@dataclass(slots=True)
class _Reading:
    """A passage with the words of each kind."""

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
        self._words = dict(self._kinds)
        self._mark_phrases()

    def take_out_decoys(self) -> None:
        """What a text is about, it is about in its decoys too (`#`); nothing else is made of their words."""
        taken = 0
        for patterns in self.lexicon.decoys.values():
            for pattern in patterns:
                taken |= pattern.marks(self.passage, self.kind)
        if taken:
            self._said = self._kinds
            self._kinds = {kind: at & ~taken for kind, at in self._words.items()} | self.passage.given
            self._derived = {}
            self._mark_phrases()

    def _mark_phrases(self) -> None:
        for name, patterns in self.lexicon.phrases.items():
            for pattern in patterns:
                self.mark(name, pattern.marks(self.passage, self.kind))

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

    def matches(self, pattern: Pattern) -> Iterator[Match]:
        return pattern.matches(self.passage, self.kind)

    def found(self, patterns: tuple[Pattern, ...]) -> Iterator[Match]:
        for pattern in patterns:
            yield from self.matches(pattern)


def _finds(reading: _Reading) -> Iterator[Find]:
    for right, kinds in reading.lexicon.asks.items():
        for weight, patterns in kinds.items():
            for pattern in patterns:
                # Of the ways in which it goes on from one word, the longest says it whole.
                for match in {match.span[0]: match for match in reading.matches(pattern)}.values():
                    first, last = match.span
                    yield Find(
                        right,
                        weight,
                        match.words,
                        span=(1 << last + 1) - (1 << first),
                        phrase=reading.passage.phrase(first, last),
                        personal=bool(
                            (1 << last + 1) - (1 << first) & (reading.kind("MY") | reading.kind("ME"))
                        ),
                        own=bool(match.words & reading.kind(f"@{MYSELF}")),
                        refuses=bool(match.at(pattern, REFUSING) & reading.kind(NO_MORE)),
                    )


def _words(finds: Iterator[Find] | list[Find]) -> int:
    words = 0
    for find in finds:
        words |= find.words
    return words


def _speak_against(finds: list[Find], match: Match, pattern: Pattern, cause: str, reading: _Reading) -> None:
    """What a match says, it says of the finds at its HIT; a negation of their own denies them nothing."""
    rights = {name for name in pattern.names if name.startswith(HIT)}
    at = match.at(pattern, rights)
    negation = match.words & reading.kind("NOT")
    for find in finds:
        its_own = cause == NEGATED and (find.refuses or find.words & negation)
        if find.against is None and find.span & at and not its_own and rights & {HIT, hit(find.right)}:
            find.against = cause


def _shop_matters(spoken: Iterable[Match], finds: list[Find], reading: _Reading) -> Iterator[Match]:
    """What is asked of the shop, or goes wrong, in clauses that ask for no right (E42)."""
    asked = reading.passage.in_clause(_words(find for find in finds if find.counts))
    wanting = reading.kind("@ASKING") | reading.kind(f"@{PROBLEM}")
    for match in spoken:
        if match.words & wanting and not match.words & asked:
            yield match


def _hold_subject_to_letter(finds: list[Find], passage: Passage) -> None:
    """A right that the subject names and the letter only denies is not asked (« Unsubscribe? No! »)."""
    subject = passage.given["SUBJECT"]
    letter = [find for find in finds if find.words & ~subject]
    denied = {find.right for find in letter if find.against} - {find.right for find in letter if find.counts}
    for find in finds:
        if find.against is None and not find.words & ~subject and find.right in denied:
            find.against = "denied in the letter"


def _let_yield(finds: list[Find], passage: Passage) -> None:
    """Let what is less plainly asked give way: faint words to plainer ones, loose words to the right they belong to."""
    solid = [find for find in finds if find.counts and find.weight is Weight.SOLID]
    for find in finds:
        if find.counts and find.weight in _LESS and any(_is_object(find, other) for other in solid):
            find.against = "object of another request"
    plain = _sentences_of(finds, passage, Weight.SOLID)
    asked = _sentences_of(finds, passage, Weight.SOLID, Weight.LOOSE)
    anywhere = {right for right, sentences in asked.items() if sentences}
    for find in finds:
        if find.counts and find.weight is Weight.FAINT:
            theirs = (plain if find.right in YIELDS[right] else asked for right in Right)
            spoken = any(
                find.words & sentences[right] for right, sentences in zip(Right, theirs, strict=True)
            )
            if spoken or YIELDS[find.right] & anywhere:
                find.against = "something plainer is asked"
    asked = _sentences_of(finds, passage, Weight.SOLID, Weight.LOOSE, Weight.FAINT)
    for find in finds:
        if find.counts and find.weight is Weight.LOOSE:
            # Two rights that yield to each other: neither does unless the other is asked in plain words.
            mutual = (right for right in YIELDS[find.right] if find.right in YIELDS[right])
            others = {right: asked[right] for right in YIELDS[find.right]} | {
                right: plain[right] for right in mutual
            }
            other = next((right for right, sentences in others.items() if find.words & sentences), None)
            find.against = other and f"part of {other}"


def _is_object(find: Find, other: Find) -> bool:
    """« Effacez tout ce que vous savez de moi », "I request that you erase my data": what is asked is the other."""
    if find.right is not Right.ACCESS or other.right is Right.ACCESS:
        return False
    within, around = find.span | other.span == other.span, find.span | other.span == find.span
    return within or (around and find.span.bit_length() == other.span.bit_length())


def _sentences_of(finds: list[Find], passage: Passage, *weights: Weight) -> dict[Right, int]:
    return {
        right: passage.within(
            _words(f for f in finds if f.right is right and f.counts and f.weight in weights)
        )
        for right in Right
    }
