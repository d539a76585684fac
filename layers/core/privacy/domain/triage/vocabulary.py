"""Which kinds of word a word belongs to, also when it is spelt as it sounds or with a slip of the finger."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Collection, Iterable, Mapping

#: Shorter than this, too many words sound alike, or are one letter apart (stems even more).
_HEARD_FROM, _MISTYPED_FROM = 4, 6
#: Longer than this is no word that anybody mistyped.
_LONGEST = 24
_DOUBLED = re.compile(r"(.)\1+")

NOTHING: frozenset[str] = frozenset()


class Vocabulary:
    """Labels of words. An entry is a folded word, or its beginning with a star (`supprim*`).

    kinds: label -> entries, also found by their sound or one slip away. exact: labels whose entries are not.
    literal: entries that are taken as they are, each its own label. plain: words that are known and never taken for a
    misspelling of another.
    elided: what is written together with the next word where an apostrophe is left out.
    sounds: what a language writes in several ways -> one way, applied in order; `$` ends a word.
    """

    def __init__(
        self,
        kinds: Mapping[str, Iterable[str]],
        *,
        exact: Collection[str] = (),
        literal: Iterable[str] = (),
        plain: Iterable[str] = (),
        elided: Iterable[str] = (),
        sounds: Iterable[tuple[str, str]] = (),
    ) -> None:
        self._elided = tuple(elided)
        self._sounds = tuple((re.compile(written), heard) for written, heard in sounds)
        self._exact = _Entries()
        self._heard = _Entries()
        self._near: dict[str, set[str]] = defaultdict(set)
        for label, entries in kinds.items():
            for entry in entries:
                self._exact.add(entry, label)
                if label not in exact:
                    self._hear(entry, label)
        for entry in literal:
            self._exact.add(entry, entry)
        for word in plain:
            self._exact.add(word, "")

    def labels(self, form: str, *, name: bool = False) -> frozenset[str]:
        """What a folded word is; nothing where it is not known. name: it looks like one, and is spelt as it is."""
        found = self._exact.labels(form)
        if found or name or not _HEARD_FROM <= len(form) <= _LONGEST or not form.isalpha():
            return found
        heard = self.sound(form)
        return self._heard.labels(heard) or self._run_on(form) or self._mistyped(heard)

    def sound(self, form: str) -> str:
        """A word as it is heard: what is written in several ways made one."""
        heard = _DOUBLED.sub(r"\1", form)
        for written, sound in self._sounds:
            heard = written.sub(sound, heard)
        return _DOUBLED.sub(r"\1", heard)

    def _run_on(self, form: str) -> frozenset[str]:
        """`deffacer` for `d'effacer`."""
        rests = (form.removeprefix(elided) for elided in self._elided if form.startswith(elided))
        return next(
            (found for rest in rests if len(rest) > _HEARD_FROM and (found := self._exact.labels(rest))),
            NOTHING,
        )

    def _hear(self, entry: str, label: str) -> None:
        stem = entry.removesuffix("*")
        # The end of a stem is not the end of a word: it keeps what a word would not sound.
        heard = self.sound(stem + "#")[:-1] if entry.endswith("*") else self.sound(stem)
        if len(heard) < _HEARD_FROM or len(stem) <= _HEARD_FROM:
            return
        self._heard.add(heard + "*" * entry.endswith("*"), label)
        if len(heard) >= _MISTYPED_FROM + entry.endswith("*"):
            for near in (heard, *_shortened(heard)):
                self._near[near].add(heard + "*" * entry.endswith("*"))

    def _mistyped(self, heard: str) -> frozenset[str]:
        if len(heard) < _MISTYPED_FROM - 1:
            return NOTHING
        found: set[str] = set()
        for length in range(_MISTYPED_FROM - 1, len(heard) + 1):
            beginning = heard[:length]
            for near in (beginning, *_shortened(beginning)):
                for entry in self._near.get(near, ()):
                    stem = entry.removesuffix("*")
                    whole = length == len(heard) or entry.endswith("*")
                    if whole and stem[0] == beginning[0] and _one_slip(stem, beginning):
                        found |= self._heard.labels(stem)
        return frozenset(found)


class _Entries:
    """Words and beginnings of words, looked up in constant time."""

    def __init__(self) -> None:
        self._words: dict[str, set[str]] = defaultdict(set)
        self._stems: dict[int, dict[str, set[str]]] = {}

    def add(self, entry: str, label: str) -> None:
        stem = entry.removesuffix("*")
        kept = self._words if stem == entry else self._stems.setdefault(len(stem), defaultdict(set))
        kept[stem].add(label)

    def labels(self, form: str) -> frozenset[str]:
        found = set(self._words.get(form, ()))
        for length, stems in self._stems.items():
            if length <= len(form):
                found |= stems.get(form[:length], NOTHING)
        return frozenset(found)


def _shortened(word: str) -> list[str]:
    return [word[:i] + word[i + 1 :] for i in range(len(word))]


def _one_slip(one: str, other: str) -> bool:
    """At most one letter added, left out, replaced, or two neighbours swapped."""
    if abs(len(one) - len(other)) > 1:
        return False
    start = 0
    while start < min(len(one), len(other)) and one[start] == other[start]:
        start += 1
    one, other = one[start:], other[start:]
    return (
        one[1:] == other
        or one == other[1:]
        or one[1:] == other[1:]
        or (one[:2] == other[1::-1] and one[2:] == other[2:])
    )
