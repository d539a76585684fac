"""A second opinion on what a message asks, learnt from labelled messages: it knows turns that no rule foresaw.

A linear model of one language: each right has a weight for every turn (one to three words, or three to five letters
of a word) that labelled messages share (tests/corpus/triage/learn.py). Rules explain more and are surer of what they
know; what both say together is weighed in agreement.py.
"""

from __future__ import annotations

import re
import struct
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from zlib import crc32

from privacy.domain.rights import Right
from privacy.domain.triage.passage import fold

RIGHTS = tuple(Right)
#: Of a longer message its beginning and its end are looked at.
_READ = 4_000
_WORD = re.compile(r"[a-z0-9]+")
_LONGEST_TURN = 3
_LETTERS = (3, 4, 5)
NO_SPELLING: Mapping[str, tuple[str, ...]] = {}
_HEAD = struct.Struct("<4sIf")
_MARK = b"2OP1"


class BadOpinion(ValueError):
    """What was read is no second opinion."""


def turns(text: str, spelling: Mapping[str, tuple[str, ...]] = NO_SPELLING) -> set[str]:
    """Every turn of a text: runs of words (`retirer moi`), and runs of letters in a word (`~desin`).

    spelling: short and slurred forms, and what they stand for.

    >>> sorted(turns("Oui"))
    ['oui', '~ oui', '~ oui ', '~ ou', '~oui', '~oui ', '~ui ']
    """
    if len(text) > 2 * _READ:
        text = f"{text[:_READ]}\n{text[-_READ:]}"
    words = [word for form in _WORD.findall(fold(text)) for word in spelling.get(form, (form,))]
    found = {
        " ".join(words[at : at + length])
        for length in range(1, _LONGEST_TURN + 1)
        for at in range(len(words) - length + 1)
    }
    for word in set(words):
        spaced = f" {word} "
        for length in _LETTERS:
            found.update("~" + spaced[at : at + length] for at in range(len(spaced) - length + 1))
    return found


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """weights: a turn's checksum -> its weight for each right, in their order, in units of `scale`, 128 for none.

    spelling: of the lexicon beside it.
    """

    weights: Mapping[int, bytes]
    scale: float
    spelling: Mapping[str, tuple[str, ...]]

    def of(self, text: str) -> dict[Right, float]:
        """How much a text asks for each right: above 0 likelier than not, beyond 1 either way with little doubt."""
        known = [weights for _, weights in self._known(text)]
        norm = self.scale / max(1, len(known)) ** 0.5
        sums = [sum(column) for column in zip(*known, strict=True)] if known else [0] * len(RIGHTS)
        bias = self.weights[0]
        return {
            right: total * norm + (first - 128) * self.scale
            for right, total, first in zip(RIGHTS, (s - 128 * len(known) for s in sums), bias, strict=True)
        }

    def because(self, text: str, right: Right) -> str:
        """The words of a text that say most that it asks for a right; empty where none does."""
        place = RIGHTS.index(right)
        said = [(weights[place] - 128, turn) for turn, weights in self._known(text) if turn[0] != "~"]
        weight, turn = max(said, default=(0, ""))
        return turn if weight > 0 else ""

    def _known(self, text: str) -> Iterator[tuple[str, bytes]]:
        for turn in turns(text, self.spelling):
            if (weights := self.weights.get(crc32(turn.encode()))) is not None:
                yield turn, weights


def packed(weights: Mapping[int, bytes], scale: float) -> bytes:
    """As a file: a head, then the checksums, then their weights; 0 is the checksum of the bias."""
    order = sorted(weights)
    sums = struct.pack(f"<{len(order)}I", *order)
    return _HEAD.pack(_MARK, len(order), scale) + sums + b"".join(weights[one] for one in order)


def unpacked(data: bytes, spelling: Mapping[str, tuple[str, ...]] = NO_SPELLING) -> SecondOpinion:
    """Of a file's content. Raises BadOpinion."""
    try:
        mark, count, scale = _HEAD.unpack_from(data)
        sums = struct.unpack_from(f"<{count}I", data, _HEAD.size)
    except struct.error as error:
        raise BadOpinion(str(error)) from error
    size = len(RIGHTS)
    at = _HEAD.size + 4 * count
    if mark != _MARK or len(data) != at + count * size or sums[:1] != (0,):
        raise BadOpinion("neither its head nor its length is a second opinion's")
    weights = {one: data[at + size * place : at + size * (place + 1)] for place, one in enumerate(sums)}
    return SecondOpinion(weights, scale, spelling)
