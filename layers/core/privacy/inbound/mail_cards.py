"""Card numbers and security codes that somebody wrote in a message: where they stand, so that they can be struck out.

A number is a card's if its length fits its first digits and its last digit fits the others (ISO/IEC 7812, Luhn).
Order, parcel and company numbers of as many digits stay; of those nine tenths fail one test or the other.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Sequence
from functools import cache

STRUCK = "X"

_GAP = r"[ \t\r\n>\u00a0\u2007\u2009\u202f.\u00b7_\-\u2010-\u2015\u2212]"
#: Digits of the shortest card number.
_SHORTEST = 13
#: What may stand between two digits that a reader of HTML sees beside each other.
_GAP_IN_HTML = rf"(?:{_GAP}|&nbsp;|&#160;|&#xa0;|&#8239;|&thinsp;|&zwnj;|&shy;|</?[a-zA-Z][^<>]{{0,120}}>)"


def _runs(gap: str, most: int) -> re.Pattern[str]:
    """Digits with little in between, or many; each run from its first digit, and only once."""
    first, more = r"[0-9０-９](?<![0-9０-９]{2})[0-9０-９]*+", rf"(?:{gap}{{0,{most}}}+[0-9０-９]++)"
    return re.compile(rf"{first}(?:{more}++|(?<=[0-9０-９]{{{_SHORTEST}}}))")


_RUN, _RUN_IN_HTML = _runs(_GAP, 4), _runs(_GAP_IN_HTML, 4)
#: Digits looked at closely in one text. Who writes more has every long number struck out, a card's or not.
_MOST_DIGITS = 20_000

# Looked for in lower case, each beginning with a letter or digit: else every character costs ten times more.
_LABEL = (
    r"(?:cvc2?|cvv2?|cvn2?|csc|cryptogramme(?:\s+visuel)?|code\s+(?:de\s+)?(?:v[ée]rification|s[ée]curit[ée])"
    r"|code\s+cvc|security\s+code|card\s+verification\s+(?:code|value|number)|kartenpr[üu]fnummer|pr[üu]fziffer"
    r"|sicherheitscode|c[óo]digo\s+de\s+(?:seguridad|seguran[çc]a)|codice\s+di\s+sicurezza"
    r"|3\s+(?:derniers\s+)?chiffres|trois\s+(?:derniers\s+)?chiffres|3\s+digits|three\s+digits|last\s+3\s+digits)\b"
)
_FILLER = r"(?:[\s:=#°()\[\]*\"'’.,;-]|&nbsp;|</?[a-z][^<>]{0,120}>)"
_WORDS = r"(?:is|est|ist|es|code|number|num[ée]ro|n[°o]|au|du|dos|de|le|la|ma|carte|the|of|my|card)"
_CODE = re.compile(rf"{_LABEL}(?:{_FILLER}|\b{_WORDS}\b){{0,14}}+([0-9]{{3,4}})(?![0-9])")
#: A code that needs no name, because it stands behind the number and the date on which the card ends.
_AFTER = re.compile(
    r"(?:[\s,;:|/-]|&nbsp;|<[^<>]{0,120}>|\bexp(?:ir[a-z]*)?\b\.?|\bfin\b|\bvalid[a-z]*\b){0,12}+"
    r"(?:(?:0[1-9]|1[0-2])\s?[/.\- ]\s?(?:20)?[2-9][0-9](?:[\s,;:|/-]|&nbsp;|<[^<>]{0,120}>){1,8}+)?"
    r"([0-9]{3,4})(?![0-9/.,]|\s?€)"
)


def struck_out(text: str, *, html: bool = False) -> str:
    """The text with X for each digit of a card number or security code; as long as before, in every encoding."""
    looking = _Looking(html)
    if len(text) <= _BLOCK:
        return looking.struck_out(text)
    told: list[str] = []
    at = 0
    while at < len(text):
        end = _between_numbers(text, at + _BLOCK)
        told.append(looking.struck_out(text[at:end]))
        at = end
    return "".join(told)


#: Characters of a long text that are looked at together, and how far back a place is sought to part two of them.
_BLOCK, _BACK = 256 * 1024, 1_000
_APART = re.compile(r"[^\s0-9a-z](?=\s)|\n", re.IGNORECASE)


def _between_numbers(text: str, end: int) -> int:
    """Where a text may be parted: behind a line or a sentence, if there is one."""
    if end >= len(text):
        return len(text)
    places = [found.end() for found in _APART.finditer(text, end - _BACK, end)]
    return places[-1] if places else end


_STRIKE = str.maketrans("0123456789０１２３４５６７８９", STRUCK * 10 + "Ｘ" * 10)


class _Looking:
    """Through one text; how many of its digits were looked at closely."""

    def __init__(self, html: bool) -> None:
        self._runs = _RUN_IN_HTML if html else _RUN
        self._looked_at = 0

    def struck_out(self, text: str) -> str:
        if self._looked_at > _MOST_DIGITS:
            text = self._runs.sub(_struck_if_long, text)
        places = self._places(_lowered(text))
        if not places:
            return text
        told: list[str] = []
        after = 0
        for start, end in places:
            told += (text[after:start], text[start:end].translate(_STRIKE))
            after = end
        return "".join((*told, text[after:]))

    def _places(self, text: str) -> Sequence[tuple[int, int]]:
        """From where to where, in order and apart from each other."""
        places: list[tuple[int, int]] = []
        enough = self._looked_at > _MOST_DIGITS
        for run in () if enough else self._runs.finditer(text):
            if run.end() - run.start() < _SHORTEST:
                continue
            if self._looked_at > _MOST_DIGITS:
                places.append(run.span())
                continue
            self._looked_at += run.end() - run.start()
            places += _cards(text, *run.span())
        places += [found.span(1) for found in _CODE.finditer(text) if not _within_word(text, found.start())]
        return _apart(places)


def _struck_if_long(run: re.Match[str]) -> str:
    return run[0].translate(_STRIKE) if len(run[0]) >= _SHORTEST else run[0]


def _within_word(text: str, at: int) -> bool:
    return at > 0 and text[at - 1].isalnum()


def _apart(places: list[tuple[int, int]]) -> Sequence[tuple[int, int]]:
    joined: list[tuple[int, int]] = []
    for start, end in sorted(places):
        if joined and start < joined[-1][1]:
            joined[-1] = (joined[-1][0], max(end, joined[-1][1]))
        else:
            joined.append((start, end))
    return joined


def _lowered(text: str) -> str:
    """As long as before: one letter's small form is two characters."""
    return text.replace("\u0130", "I").lower()


#: Digits that are seen; those of markup are not.
_SEEN = re.compile(r"<[^<>]*>|&[a-z0-9#]{1,10};|([0-9０-９]+)")


def _cards(text: str, start: int, end: int) -> list[tuple[int, int]]:
    """Groups of digits that are a card's, and what stands behind each as its code."""
    seen = _SEEN.finditer(text, start, min(end, start + _MOST_DIGITS))
    groups = [found.span(1) for found in seen if found[1]]
    digits = [text[a:b] for a, b in groups]
    found: list[tuple[int, int]] = []
    first = 0
    while first < len(groups):
        last = _card_from(digits, first)
        if last is None:
            first += 1
            continue
        found += groups[first : last + 1]
        code = _AFTER.match(text, groups[last][1])
        if code:
            found.append(code.span(1))
        first = last + 1
    return found


def _card_from(digits: Sequence[str], first: int) -> int | None:
    """The group with which the card ends that begins with this one."""
    number, last = "", first
    while last < len(digits) and len(number) + len(digits[last]) <= 19:
        number += digits[last]
        if (
            len(number) >= _SHORTEST
            and len(number) in _lengths(_ascii(number[:4]))
            and _is_luhn(_ascii(number))
        ):
            return last
        last += 1
    return None


def _ascii(number: str) -> str:
    return number if number.isascii() else "".join(str(int(digit)) for digit in number)


#: First digits, from and to, and how long a number is that begins so.
_NETWORKS: Sequence[tuple[str, str, Collection[int]]] = (
    ("2200", "2204", {16}),  # Mir
    ("2221", "2720", {16}),  # Mastercard
    ("300", "305", {14, 16, 19}),  # Diners
    ("34", "34", {15}),  # American Express
    ("3528", "3589", {16, 17, 18, 19}),  # JCB
    ("36", "36", {14, 16, 19}),  # Diners
    ("37", "37", {15}),  # American Express
    ("38", "39", {14, 16, 19}),  # Diners
    ("4", "4", {13, 16, 19}),  # Visa
    ("50", "50", range(13, 20)),  # Maestro
    ("51", "55", {16}),  # Mastercard
    ("56", "69", range(13, 20)),  # Maestro, Discover, UnionPay
    ("81", "82", {16}),  # RuPay
    ("9792", "9792", {16}),  # Troy
)


@cache
def _lengths(prefix: str) -> frozenset[int]:
    """How many digits a card has that begins with these four; none where no network does."""
    return frozenset(
        length
        for first, last, lengths in _NETWORKS
        if first <= prefix[: len(first)] <= last
        for length in lengths
    )


_DOUBLED = (0, 2, 4, 6, 8, 1, 3, 5, 7, 9)


def _is_luhn(number: str) -> bool:
    """The digits from the right, every second one doubled, add up to a multiple of ten."""
    backwards = number[::-1]
    plain = sum(map(int, backwards[::2]))
    return (plain + sum(_DOUBLED[int(digit)] for digit in backwards[1::2])) % 10 == 0 and bool(
        number.strip("0")
    )
