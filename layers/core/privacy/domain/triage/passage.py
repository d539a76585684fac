"""A text as triage reads it: folded words, where clauses and sentences begin, what is asked and what is quoted.

Sets of words are integers, bit i for word i: a pattern is then matched at every place of the text at once, and the
cost of a pattern is linear in the text whatever the text is.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import pairwise
from typing import NamedTuple

#: More new text than this is not a letter; what follows is not read (a person sees it all).
MAX_CHARACTERS = 100_000
#: An address or a link stands as this one word: what is inside it is not what the person says.
ADDRESS = "@"

_CHUNK = re.compile(r"\S+")
_WORD = re.compile(r"[^\W_]+")
_SENTENCE_END = re.compile(r"[!?…]|\.(?!\w)")
_NEW_ITEM = re.compile(r"\n[ \t]*[-–—*•·▪+]")
_CLAUSE_END = re.compile(r"[,;:()\[\]\n]|\s[-–—]+\s")
_OPENING = frozenset("«“„")
_CLOSING = frozenset("»”")
_INVISIBLE = {ord(c): None for c in "\u00ad\u200b\u200c\u200d\u2060\ufeff"}
#: « Arrêtez. De. M'écrire. », "Stop. Sending. Me. Offers.": stops that only stress end no sentence.
_STRESSED = re.compile(r"(?<!\S)(?<![^.!?\n] )(?:[^\W\d_]{2,14}[.!] ){2,}[^\W\d_]{2,14}[.!](?!\S)")
#: A full stop behind these ends no sentence.
_ABBREVIATIONS = frozenset((
    "n", "m", "p", "x", "z", "b", "no", "st", "me", "al", "fr", "hr", "sr", "av", "co", "cf", "ex", "art", "arts",
    "nr", "mm", "mme", "mlle", "mr", "mrs", "ms", "dr", "ste", "ref", "abs", "ggf", "bzw", "usw", "tel", "etc",
    "sra", "sig", "dhr", "mevr", "num", "ltd", "inc",
))  # fmt: skip
#: So few words are all that somebody says: a single word, perhaps with a greeting and a name.
_ALONE = 5
#: A line shorter than this was ended by its writer, not wrapped by a mail client.
_WRAPPED_FROM = 50


class Break(NamedTuple):
    """What begins with a word: a clause, an item of a list (which is a clause too), a sentence (which is both)."""

    clause: bool
    item: bool
    sentence: bool


_NONE, _CLAUSE = Break(False, False, False), Break(True, False, False)
_ITEM, _SENTENCE = Break(True, True, False), Break(True, True, True)


class Word(NamedTuple):
    """form: folded (lower case, no accents). start, end: where it stands in the text. before: what begins with it.

    asks: its sentence ends in a question mark. quoted: it stands between quotation marks. in_subject: of the subject.
    name: it begins with a capital letter inside a sentence.
    """

    form: str
    start: int
    end: int
    before: Break = _NONE
    asks: bool = False
    quoted: bool = False
    in_subject: bool = False
    name: bool = False


@dataclass(frozen=True)
class Passage:
    """text: as given, invisible characters removed. words: in their order."""

    text: str
    words: tuple[Word, ...]

    @cached_property
    def clause_starts(self) -> int:
        return self._where(lambda word: word.before.clause)

    @cached_property
    def sentence_starts(self) -> int:
        return self._where(lambda word: word.before.sentence)

    @cached_property
    def given(self) -> dict[str, int]:
        """What the passage itself says of its words: in a question, quoted, in the subject, first, last."""
        return {
            "ASKING": self._where(lambda word: word.asks),
            "QUOTED": self._where(lambda word: word.quoted),
            "SUBJECT": self._where(lambda word: word.in_subject),
            "ADDRESS": self._where(lambda word: word.form == ADDRESS),
            "ALONE": (1 << len(self.words)) - 1 if len(self.words) <= _ALONE else 0,
            "FIRST": self.sentence_starts,
            "LAST": bits([end - 1 for _, end in self.spans], len(self.words)),
        }

    @cached_property
    def sentences(self) -> tuple[int, ...]:
        """The words of each sentence."""
        return tuple(((1 << end - start) - 1) << start for start, end in self.spans)

    @cached_property
    def spans(self) -> tuple[tuple[int, int], ...]:
        """Where each sentence begins, and where the next does."""
        starts = [i for i, word in enumerate(self.words) if word.before.sentence or i == 0]
        return tuple(pairwise([*starts, len(self.words)])) if starts else ()

    @cached_property
    def _sentence_of(self) -> tuple[int, ...]:
        return _places(self.spans)

    @cached_property
    def _items(self) -> int:
        return self._where(lambda word: word.before.item)

    def _where(self, holds: Callable[[Word], bool]) -> int:
        return bits([i for i, word in enumerate(self.words) if holds(word)], len(self.words))

    def within(self, words: int) -> int:
        """Every word of the sentences in which one of these stands."""
        return self._spread(words, self._sentence_of, self.spans)

    def in_clause(self, words: int) -> int:
        """Every word of the clauses in which one of these stands."""
        return self._between(self.clause_starts, words)

    def in_item(self, words: int) -> int:
        """Every word of the sentences, or of the items of a list, in which one of these stands."""
        return self._between(self._items, words)

    def _between(self, starts: int, words: int) -> int:
        if not words:
            return 0
        spans = tuple(pairwise([*sorted({0, *positions(starts)}), len(self.words)]))
        return self._spread(words, _places(spans), spans)

    def _spread(self, words: int, place_of: Sequence[int], spans: Sequence[tuple[int, int]]) -> int:
        if not words:
            return 0
        flags = bytearray(b"0" * len(self.words))
        for place in {place_of[at] for at in positions(words)}:
            start, end = spans[place]
            flags[start:end] = b"1" * (end - start)
        return int(flags[::-1], 2)

    def phrase(self, first: int, last: int) -> str:
        """The text from one word to another, blanks made single."""
        return " ".join(self.text[self.words[first].start : self.words[last].end].split())

    def respelt(self, spelling: Mapping[str, Sequence[str]]) -> Passage:
        """The passage with each word that is a known short or slurred form (`jveu`) put as what it stands for."""
        if not spelling or not any(word.form in spelling for word in self.words):
            return self
        words: list[Word] = []
        for word in self.words:
            for i, form in enumerate(spelling.get(word.form, (word.form,))):
                words.append(word._replace(form=form, before=_NONE if i else word.before))
        return Passage(self.text, tuple(words))


def _places(spans: Sequence[tuple[int, int]]) -> tuple[int, ...]:
    """In which of the spans each word stands."""
    return tuple(place for place, (start, end) in enumerate(spans) for _ in range(start, end))


def read(text: str, subject: str = "") -> Passage:
    """The passage of a letter, its subject as the first sentence; what is beyond MAX_CHARACTERS is left out."""
    head = " ".join(subject.split())
    text = f"{head}\n\n{text}"
    text = unicodedata.normalize("NFC", text[:MAX_CHARACTERS]).translate(_INVISIBLE)
    text = _STRESSED.sub(lambda found: re.sub("[.!] ", "  ", found.group()), text)
    words: list[Word] = []
    end = 0
    quoting = False
    for form, start, stop in _forms(text):
        between = text[end:start]
        quoting = _quoting(between, quoting)
        enumerator = bool(words) and _is_enumerator(words[-1], between, text)
        before = (
            _SENTENCE if not words else _CLAUSE if enumerator else _break(between, words[-1], text, start)
        )
        if before.sentence and "?" in between:
            _ask(words)
        name = text[start].isupper() and not before.sentence and not text[start:stop].isupper()
        words.append(Word(form, start, stop, before, False, quoting, start < len(head), name))
        end = stop
    if "?" in text[end:]:
        _ask(words)
    return Passage(text, tuple(words))


def fold(word: str) -> str:
    """Lower case, without accents or ligatures.

    >>> fold("Œuvrée")
    'oeuvree'
    """
    word = word.casefold().replace("œ", "oe").replace("æ", "ae")
    if word.isascii():
        return word
    return "".join(c for c in unicodedata.normalize("NFKD", word) if not unicodedata.combining(c))


def bits(positions: Sequence[int], size: int) -> int:
    """The set of these positions, all below size."""
    if not positions:
        return 0
    octets = bytearray(size // 8 + 1)
    for position in positions:
        octets[position >> 3] |= 1 << (position & 7)
    return int.from_bytes(octets, "little")


def positions(words: int) -> list[int]:
    """The positions in a set, ascending."""
    found = []
    for octet, value in enumerate(words.to_bytes(words.bit_length() // 8 + 1, "little")):
        if value:
            found += [octet * 8 + bit for bit in range(8) if value >> bit & 1]
    return found


def _forms(text: str) -> list[tuple[str, int, int]]:
    forms = []
    for chunk in _CHUNK.finditer(text):
        said = chunk.group()
        if "@" in said[1:] or "://" in said or said[:4].lower() == "www.":
            forms.append((ADDRESS, chunk.start(), chunk.start() + len(said.rstrip(".,;:!?)>»\"'"))))
            continue
        forms.extend(
            (fold(word.group()), chunk.start() + word.start(), chunk.start() + word.end())
            for word in _WORD.finditer(said)
        )
    return forms


def _break(between: str, last: Word, text: str, start: int) -> Break:
    if between in {" ", "  ", "'", "’", "."}:
        return _NONE
    if "\n" in between:
        return _line_break(between, last, text, start)
    if _SENTENCE_END.search(between) and not (between.startswith(".") and _is_short(last, text, start)):
        return _SENTENCE
    return _CLAUSE if _CLAUSE_END.search(between) else _NONE


def _is_short(last: Word, text: str, start: int) -> bool:
    """A full stop behind the word only shortens it: `art. 17`, `No. 5`, « Me. Roussel », but not "profiling me."."""
    if last.form == "no":
        return text[start].isdigit()
    return last.form in _ABBREVIATIONS and (last.form != "me" or text[last.start].isupper())


def _line_break(between: str, last: Word, text: str, start: int) -> Break:
    """An item of a list goes on with the sentence that introduces the list; a wrapped line with its own."""
    if _NEW_ITEM.search(between):
        return _ITEM
    if ":" in between:
        return _CLAUSE
    if between.count("\n") > 1 or _SENTENCE_END.search(between):
        return _SENTENCE
    line = text.rfind("\n", 0, last.start) + 1
    short = last.end - line < _WRAPPED_FROM
    if short and text[start].isupper() and not between.lstrip().startswith(","):
        return _SENTENCE
    return _CLAUSE if short or _CLAUSE_END.search(between.strip()) else _NONE


def _is_enumerator(last: Word, between: str, text: str) -> bool:
    """ "1." or "a)" at the head of a line belongs to the item behind it."""
    return (
        last.end - last.start <= 2
        and between[:1] in {".", ")", "°"}
        and "\n" not in between
        and not text[max(0, last.start - 3) : last.start].strip("( \t\n-")
        and "\n" in "\n" + text[max(0, last.start - 3) : last.start]
        and (last.form.isdigit() or len(last.form) == 1)
    )


def _quoting(between: str, quoting: bool) -> bool:
    """A quotation ends with its paragraph."""
    before, _, behind = between.rpartition("\n")
    quoting = quoting and "\n" not in before
    for character in behind if "\n" in before else between:
        if character in _OPENING:
            quoting = True
        elif character in _CLOSING:
            quoting = False
        elif character == '"':
            quoting = not quoting
    return quoting


def _ask(words: list[Word]) -> None:
    for i in range(len(words) - 1, -1, -1):
        words[i] = words[i]._replace(asks=True)
        if words[i].before.sentence:
            return
