"""Bytes into characters, whatever the sender called them."""

from __future__ import annotations

import codecs
import re
from functools import cache

#: Names that Python knows and mail may use. Its other codecs (idna, punycode, zip, rot13…) are no charsets.
_CHARSET = re.compile(
    r"(us-?)?ascii|latin-?[0-9]+|l[0-9]+|utf-?(7|8|16|32)([_-]?(le|be|sig))?|iso[-_]?(8859|ir|2022)[-_a-z0-9]*"
    r"|(windows|cp|ibm)[-_]?[0-9]+|mac[-_]?[a-z0-9]+|koi8[-_][rtu]|big5[-_a-z0-9]*|gb[-_a-z0-9]+|hz(-gb-2312)?"
    r"|euc[-_]?[a-z0-9-]+|shift[-_]?jis[-_a-z0-9]*|s?jis|tis-?620|ks_c_5601-1987|viscii|unicode-1-1-utf-[78]"
)
#: What clients call Latin-1 is Windows' superset of it, and often enough UTF-8.
_WESTERN = frozenset({"ascii", "iso8859-1", "cp1252"})
_FALLBACK = "cp1252"


@cache
def codec(name: str) -> str | None:
    """Python's name of the charset, or None for what is none."""
    asked = name.strip().lower()[:40]
    if not _CHARSET.fullmatch(asked):
        return None
    try:
        found = codecs.lookup(asked).name
    except (LookupError, ValueError):
        return None
    return _FALLBACK if found == "iso8859-1" else found


def decoded(content: bytes, charset: str = "") -> tuple[str, bool]:
    """The text, and whether every byte of it made sense in some charset.

    A charset that is wrong is told by what the bytes are: UTF-8 is hardly ever valid by accident.
    """
    named = codec(charset) if charset else None
    if content.startswith((codecs.BOM_UTF8, codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        named = "utf-8-sig" if content.startswith(codecs.BOM_UTF8) else "utf-16"
    attempts = [named, "utf-8", _FALLBACK] if named and named not in _WESTERN else ["utf-8", _FALLBACK]
    for attempt in attempts:
        try:
            return content.decode(attempt or "utf-8"), True
        except (UnicodeError, ValueError):
            continue
    return content.decode(_FALLBACK, "replace"), False
