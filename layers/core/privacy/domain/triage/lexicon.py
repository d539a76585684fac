"""One language's way of asking: its words, the phrases made of them, what they ask, and what speaks against it.

A lexicon is data (policy/triage/*.toml): lines of patterns (domain/triage/pattern.py) under names. What each part
means is said here; which words and patterns a language has, only there.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from privacy.domain.rights import Right
from privacy.domain.triage.pattern import BadPattern, Pattern, compile_pattern
from privacy.domain.triage.second_opinion import SecondOpinion, unpacked
from privacy.domain.triage.vocabulary import Vocabulary


class BadLexicon(ValueError):
    """A lexicon that names what it does not define."""


class Weight(StrEnum):
    """How much a phrase says.

    solid: it asks for the right. loose: it asks, unless the same sentence asks for a right whose words these also
    are (rights_asked.py). faint: it asks where its sentence asks for nothing else (`l'article 15`, « tout ce que vous
    avez sur moi »). hint: by itself worth a person's look, no more.
    """

    SOLID = "solid"
    LOOSE = "loose"
    FAINT = "faint"
    HINT = "hint"


class Sign(StrEnum):
    """What a whole message is about, besides rights.

    customer_service: a word of the shop's. shop_matter: such a word where something is asked or goes wrong, and no
    right is asked; told from the former, in no lexicon.
    settled: it is of a kind that exercises no right however it speaks of them (a novel, an absence). bystander: who
    writes studies such requests, and may have one of their own. pitch: a turn of
    those who sell something to shops; several make an offer, which exercises none. small: thanks, praise. reminder: it
    asks again for what was asked before. topic: it speaks of data protection, so that a person looks where nothing else
    was found.
    """

    CUSTOMER_SERVICE = "customer_service"
    SHOP_MATTER = "shop_matter"
    AUTHORITY = "authority"
    ABUSIVE = "abusive"
    DECEASED = "deceased"
    SETTLED = "settled"
    BYSTANDER = "bystander"
    SMALL = "small"
    PITCH = "pitch"
    REMINDER = "reminder"
    TOPIC = "topic"


#: What patterns against may name: the words of whatever asks for a right, or for one (`HIT_ERASURE`).
HIT = "HIT"


def hit(right: Right) -> str:
    """The kind of word that asks for this right."""
    return f"{HIT}_{right.upper()}"


#: The cause that a find with the same negation in it is not denied by.
NEGATED = "negated"
#: A phrase that refuses (`je ne veux plus`): the negation in it is the request's own, and denies no right.
NO_MORE = "NO_MORE"
#: The kinds of word by which a pattern says so.
REFUSING = frozenset({NO_MORE, "REFUSE"})
#: Kinds of word for what goes wrong with an order.
PROBLEM = "PROBLEM"
#: Of a sentence in which the writer speaks for himself where somebody else is dead (« et moi aussi »).
MYSELF = "MYSELF"

#: What a passage itself says of its words.
GIVEN = frozenset({"ADDRESS", "ALONE", "ASKING", "QUOTED", "FIRST", "LAST", "SUBJECT", HIT, *map(hit, Right)})


@dataclass(frozen=True)
class Lexicon:
    """phrases: in an order in which each names only what stands before it. decoys: what is none of our business.

    asks: what asks for a right, with its weight. against: cause -> patterns that name a HIT, which then counts for
    nothing. opinion: what was learnt of the language besides; None where nothing was.
    """

    language: str
    vocabulary: Vocabulary
    spelling: Mapping[str, tuple[str, ...]]
    phrases: Mapping[str, tuple[Pattern, ...]]
    decoys: Mapping[str, tuple[Pattern, ...]]
    asks: Mapping[Right, Mapping[Weight, tuple[Pattern, ...]]]
    against: Mapping[str, tuple[Pattern, ...]]
    signs: Mapping[Sign, tuple[Pattern, ...]]
    opinion: SecondOpinion | None = None


def compile_lexicon(data: Mapping[str, Any], learnt: bytes | None = None) -> Lexicon:
    """Of a lexicon file's content, and of its second opinion's. Raises BadLexicon."""
    try:
        asks = {
            Right(r): {Weight(w): _patterns(ps) for w, ps in kinds.items()}
            for r, kinds in data["asks"].items()
        }
        signs = {Sign(sign): _patterns(patterns) for sign, patterns in data["signs"].items()}
        spelling = {short: tuple(meant.split()) for short, meant in data.get("spelling", {}).items()}
        opinion = unpacked(learnt) if learnt is not None else None
    except (KeyError, ValueError) as error:
        raise BadLexicon(f"{data.get('language')}: {error}") from error
    phrases, decoys, against = (
        {name: _patterns(ps) for name, ps in data.get(part, {}).items()}
        for part in ("phrases", "decoys", "against")
    )
    words = {label: entries.split() for label, entries in data["words"].items()}
    every = [
        *_all(phrases),
        *_all(decoys),
        *_all(against),
        *_all(signs),
        *(pattern for kinds in asks.values() for pattern in _all(kinds)),
    ]
    names = {name for pattern in every for name in pattern.names}
    _all_defined(data["language"], names, words.keys() | phrases.keys() | GIVEN)
    return Lexicon(
        language=data["language"],
        vocabulary=Vocabulary(
            words,
            exact=data.get("exact", "").split(),
            literal=(name for name in names if not name.isupper()),
            plain=data.get("plain", "").split(),
            elided=data.get("elided", "").split(),
            sounds=((written, heard) for written, heard in data.get("sounds", ())),
        ),
        spelling=spelling,
        phrases=phrases,
        decoys=decoys,
        asks=asks,
        against=against,
        signs=signs,
        opinion=opinion,
    )


def _patterns(lines: str) -> tuple[Pattern, ...]:
    try:
        return tuple(
            compile_pattern(line)
            for line in map(str.strip, lines.splitlines())
            if line and not line.startswith("#")
        )
    except BadPattern as error:
        raise BadLexicon(str(error)) from error


def _all[T](named: Mapping[T, tuple[Pattern, ...]]) -> Iterator[Pattern]:
    for patterns in named.values():
        yield from patterns


def _all_defined(language: str, names: set[str], defined: set[str] | frozenset[str]) -> None:
    missing = sorted(name for name in names if name.isupper() and name not in defined)
    if missing:
        raise BadLexicon(f"{language}: no words or phrases called {', '.join(missing)}")
