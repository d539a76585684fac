"""A second opinion on what a message asks, learnt from labelled messages: it knows turns that no rule foresaw.

A linear model of one language: each right has a weight for every turn (turns.py) that labelled messages share, and so
has asking for anything at all (tests/corpus/triage/learn.py). Rules explain more and are surer of what they know; what
both say together is weighed in agreement.py.
"""

from __future__ import annotations

import struct
from array import array
from bisect import bisect_left
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from itertools import accumulate, pairwise
from typing import NamedTuple
from zlib import crc32

from privacy.domain.rights import Right

RIGHTS = tuple(Right)
#: Weights of a turn: of each right, and of asking for any.
COLUMNS = len(RIGHTS) + 1
#: What a kind of word says is worth so much of what words and letters say, of which there are many more.
_OF_KINDS = 4
_HEAD = struct.Struct("<4sIf")
_MARK = b"2OP6"
#: Bytes of a checksum: of a hundred turns that it does not know, it takes one for one that it knows.
_SUM = 3
#: So few letters tell a reader nothing.
_LITTLE = 4


def is_of_kinds(turn: str) -> bool:
    """It is of what the lexicon takes words for."""
    return turn[0] == "^"


def worth_of(turn: str) -> int:
    """How much of a letter's length a turn makes."""
    return _OF_KINDS if is_of_kinds(turn) else 1


def is_of_words(turn: str) -> bool:
    """It is a run of words as they are written."""
    return turn[0] not in "^~"


def checksum(turn: str) -> int:
    """What stands for a turn in the file."""
    return crc32(turn.encode()) >> 8


class BadOpinion(ValueError):
    """What was read is no second opinion."""


@dataclass(frozen=True, slots=True)
class SecondOpinion:
    """sums: the checksums of the turns that it knows, in their order. weights: those of each turn, for every column.

    A weight is in units of `scale`, 128 for none. Both stay as they lie in the file: a function that starts reads no
    hundred thousand turns for one message of a few hundred.
    """

    sums: array[int]
    weights: bytes
    scale: float

    def on(self, turns: Iterable[str]) -> Heard:
        """On a text of these turns."""
        sums, known = self.sums, {}
        for turn in turns:
            one = checksum(turn)
            place = bisect_left(sums, one)
            if place < len(sums) and sums[place] == one:
                known[turn] = self._at(place)
        return Heard(known, self._at(0), self.scale)

    def _at(self, place: int) -> bytes:
        return self.weights[place * COLUMNS : (place + 1) * COLUMNS]


class Said(NamedTuple):
    """How much a text asks for each right, and for anything at all.

    Above 0 likelier than not, beyond 1 either way with little doubt.
    """

    rights: Mapping[Right, float]
    anything: float


@dataclass(frozen=True, slots=True)
class Heard:
    """What a second opinion says of one text. known: the turns in it that it knows, each with its weights."""

    known: Mapping[str, bytes]
    bias: bytes
    scale: float

    def part(self, turns: Iterable[str]) -> Heard:
        """Of a part of the same text, with these of its turns."""
        known = {turn: self.known[turn] for turn in turns if turn in self.known}
        return replace(self, known=known)

    def says(self) -> Said:
        """How much it asks."""
        norm = max(1, sum(map(worth_of, self.known))) ** 0.5
        sums = map(sum, zip(*self.known.values(), strict=True)) if self.known else [0] * COLUMNS
        *rights, anything = (
            self.scale * ((total - 128 * len(self.known)) / norm + first - 128)
            for total, first in zip(sums, self.bias, strict=True)
        )
        return Said(dict(zip(RIGHTS, rights, strict=True)), anything)

    def because(self, right: Right) -> str:
        """The words that say most that it asks for a right; empty where none does.

        Whoever reads `ve` or `to` knows no more than before: such say it only where nothing longer does.
        """
        place = RIGHTS.index(right)
        said = [(weights[place] - 128, turn) for turn, weights in self.known.items() if is_of_words(turn)]
        told = [(len(turn) > _LITTLE, weight, turn) for weight, turn in said if weight > 0]
        return max(told, default=(False, 0, ""))[2]


def packed(weights: Mapping[int, bytes], scale: float) -> bytes:
    """As a file: a head, then the checksums, then their weights; 0 is the checksum of the bias.

    Of each checksum the distance from the one before it. Of these the first bytes of all come first, then the second,
    and of the weights those of the first column, then of the second: so a zip holds them in a third.
    """
    order = sorted(weights)
    steps = b"".join((after - before).to_bytes(_SUM, "little") for before, after in pairwise([0, *order]))
    rows = b"".join(weights[one] for one in order)
    return _HEAD.pack(_MARK, len(order), scale) + _parted(steps, _SUM) + _parted(rows, COLUMNS)


def _parted(rows: bytes, width: int) -> bytes:
    """Column after column."""
    return b"".join(rows[place::width] for place in range(width))


def unpacked(data: bytes) -> SecondOpinion:
    """Of a file's content. Raises BadOpinion."""
    try:
        mark, count, scale = _HEAD.unpack_from(data)
    except struct.error as error:
        raise BadOpinion(str(error)) from error
    at = _HEAD.size + _SUM * count
    if mark != _MARK or len(data) != at + count * COLUMNS:
        raise BadOpinion("neither its head nor its length is a second opinion's")
    if not count:
        raise BadOpinion("it knows nothing")
    first, second, third = (data[at : at + count] for at in range(_HEAD.size, at, count))
    steps = (one | two << 8 | three << 16 for one, two, three in zip(first, second, third, strict=True))
    sums = array("I", accumulate(steps))
    if sums[0] != 0:
        raise BadOpinion("it has no bias")
    if sums[-1] >> 8 * _SUM:
        raise BadOpinion("its checksums are none")
    weights = bytearray(COLUMNS * count)
    for place in range(COLUMNS):
        weights[place::COLUMNS] = data[at + place * count : at + (place + 1) * count]
    return SecondOpinion(sums, bytes(weights), scale)
