"""Text made comparable: one kind of space, apostrophe and dash, small letters without accents."""

from __future__ import annotations

import re
import unicodedata

#: Shown as a blank, or not at all: they separate words, or hide inside them.
_BLANKS = dict.fromkeys(
    map(
        ord,
        "\t\u00a0\u1680\u2000\u2001\u2002\u2003\u2004\u2005\u2006\u2007\u2008\u2009\u200a\u202f\u205f\u3000",
    ),
    " ",
)
_INVISIBLE = dict.fromkeys(
    [
        *map(ord, "\u00ad\u034f\u061c\u180e\u200b\u200c\u200d\u200e\u200f\u2060\ufeff"),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
    ]
)
_NEWLINES = dict.fromkeys(map(ord, "\x0b\x0c\x85\u2028\u2029"), "\n")
_CONTROLS = dict.fromkeys([*range(0x0A), *range(0x0E, 0x20), *range(0x7F, 0xA0)], " ")
_CLEAN = {**_CONTROLS, **_BLANKS, **_INVISIBLE, **_NEWLINES}

_PUNCTUATION = {
    **dict.fromkeys(map(ord, "\u2018\u2019\u201b\u02bc\u00b4`\u2032"), "'"),
    **dict.fromkeys(map(ord, "\u2010\u2011\u2012\u2013\u2014\u2015\u2212"), "-"),
}


def _bases() -> dict[int, str]:
    """Each accented Latin letter by its base letter, both small."""
    letters = {}
    for code in (*range(0xC0, 0x250), *range(0x1E00, 0x1F00)):
        base = unicodedata.normalize("NFKD", chr(code))[0].lower()
        if base.isascii() and base.isalpha():
            letters[code] = base
    return letters


_PLAIN = {**_bases(), **_PUNCTUATION}


def cleaned(text: str) -> str:
    """Return the text composed (NFC), with `\\n` for every line end and no invisible or odd blank."""
    text = unicodedata.normalize("NFC", text.replace("\r\n", "\n").replace("\r", "\n"))
    return text.translate(_CLEAN)


def plain(text: str) -> str:
    """Return cleaned text in small letters without accents, as long as it was: what is found in it is there."""
    seen = text.translate(_PLAIN)
    low = seen.lower()
    if len(low) == len(seen):
        return low
    return "".join(small if len(small := letter.lower()) == 1 else letter for letter in seen)


_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")


def words(text: str) -> list[str]:
    """Return the words of a text, `j'ai` and `e-mail` as one each."""
    return _WORD.findall(text)
