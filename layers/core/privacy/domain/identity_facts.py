"""Two facts of the last order, which its buyer knows: its number, the delivery postcode, its month (A6, E74).

What would be right is kept in the case as keyed digests only, from when it was asked: whoever reads the answer needs no
look into anybody's record. Who lists many numbers, codes or months guesses, and guessing counts for nothing.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import NamedTuple

from privacy.domain.triage.spelling import plain
from privacy.domain.triage.text import new_text

NUMBER, POSTCODE, MONTH = "number", "postcode", "month"
#: How many of the three have to be right.
ENOUGH = 2
#: Of an order's number, without the letters that a shop puts before it.
FEWEST_DIGITS = 4
#: Somebody who knows names one; a second may be a slip, or part of a date.
_MOST: Mapping[str, int] = {NUMBER: 4, POSTCODE: 2, MONTH: 2}
_MONTHS = (
    ("janvier", "january", "janv", "jan"), ("fevrier", "february", "fevr", "feb"), ("mars", "march", "mar"),
    ("avril", "april", "avr", "apr"), ("mai", "may"), ("juin", "june", "jun"), ("juillet", "july", "juil", "jul"),
    ("aout", "august", "aug"), ("septembre", "september", "sept", "sep"), ("octobre", "october", "oct"),
    ("novembre", "november", "nov"), ("decembre", "december", "dec"),
)  # fmt: skip
_NAMED = {name: number for number, names in enumerate(_MONTHS, 1) for name in names}
_ANY_MONTH = "|".join(sorted(_NAMED, key=len, reverse=True))
_IN_WORDS = re.compile(rf"(?<![a-z])(?P<name>{_ANY_MONTH})\.?(?: (?P<year>20\d\d))?(?![a-z])")
_IN_DIGITS = re.compile(
    r"(?<!\d)(?:(?:\d{1,2}[./-])?(?P<month>\d{1,2})[./-](?P<year>20\d\d)|(?P<y>20\d\d)-(?P<m>\d{2}))(?!\d)"
)
_CODE = re.compile(r"(?<![\w-])(\d{2} ?\d{3})(?![\w-])")
_TOKEN = re.compile(r"(?<![\w-])[a-z0-9][a-z0-9/_-]{2,39}(?![\w-])")


class LastOrder(NamedTuple):
    """What is right. month: as in 2026-05. None: we do not know it, so nobody can be right."""

    number: str | None
    postcode: str | None
    month: str | None


def digests_of(order: LastOrder, digest: Callable[..., str]) -> tuple[str, ...]:
    """What is kept of it. digest: keyed, of (kind, value)."""
    number = _bare(order.number or "")
    right = {(NUMBER, number), (NUMBER, _digits(number)), (POSTCODE, _bare(order.postcode or ""))}
    if order.month:
        right |= {(MONTH, order.month), (MONTH, order.month[-2:])}
    return tuple(sorted(digest(kind, value) for kind, value in right if value))


def shown(text: str, before: Iterable[str], right: Iterable[str], digest: Callable[..., str]) -> int:
    """How many of the three the new text of a mail has right.

    before: earlier messages of the case. What stands in them was perhaps read elsewhere, and does not count.
    """
    known = {spelt for other in before for each in _told(plain(other)) for spelt in _spelt(*each)}
    accepted = set(right)
    told = {each for each in _told(plain(new_text(text).body)) if known.isdisjoint(_spelt(*each))}
    kinds = {kind for kind, value in told if digest(kind, value) in accepted}
    return sum(1 for kind in kinds if _names_few(kind, told))


def _names_few(kind: str, told: set[tuple[str, str]]) -> bool:
    return sum(other == kind for other, _ in told) <= _MOST[kind]


def _told(text: str) -> Iterator[tuple[str, str]]:
    """Everything in it that might be one of the three."""
    months = [*_IN_WORDS.finditer(text), *_IN_DIGITS.finditer(text)]
    for found in months:
        yield MONTH, _month(found.groupdict())
    codes = {_bare(code) for code in _CODE.findall(text)}
    yield from ((POSTCODE, code) for code in codes)
    for token in _TOKEN.findall(text):
        if any(c.isdigit() for c in token) and not _IN_DIGITS.fullmatch(token):
            yield NUMBER, _bare(token)


def _month(found: Mapping[str, str | None]) -> str:
    number = _NAMED.get(found.get("name") or "") or int(found.get("month") or found.get("m") or 0)
    year = found.get("year") or found.get("y")
    return f"{year}-{number:02}" if year else f"{number:02}"


def _spelt(kind: str, value: str) -> set[tuple[str, str]]:
    """A number is told with or without its letters."""
    bare = _digits(value) if kind == NUMBER else ""
    return {(kind, value), (kind, bare or value)}


def _digits(number: str) -> str:
    """What people write of `order-1042`: 1042. Fewer digits than four would be guessed."""
    found: list[str] = re.findall(r"\d+", number)
    return found[-1] if found and len(found[-1]) >= FEWEST_DIGITS else ""


def _bare(value: str) -> str:
    return "".join(c for c in plain(value) if c.isalnum())
