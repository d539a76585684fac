"""winmail.dat: what old Outlooks pack a message into (MS-OXTNEF). Read are its plain text and its files' names.

A signature and a key, then attributes one after another: level, id, length, content, checksum. Each is skipped by its
length, so that the cost is the number of attributes, which has an end.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import NamedTuple

from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_headers import tidy
from privacy.inbound.mail_limits import MAX_NAME, MAX_PARTS, MAX_TEXT

_SIGNATURE = 0x223E9F78
_BODY, _FILE_NAME = 0x0002800C, 0x00018010
_FIRST, _HEAD, _CHECKSUM = 6, 9, 2
MEDIA_TYPES = frozenset({"application/ms-tnef", "application/vnd.ms-tnef"})


class Packed(NamedTuple):
    """text: empty where it is kept in another form only. names: of the files."""

    text: str
    names: tuple[str, ...]


def unpacked(content: bytes) -> Packed:
    """Of any bytes; what is no such file holds nothing."""
    text, names = "", []
    for kind, told in _attributes(content):
        if kind == _BODY:
            text = decoded(told[:MAX_TEXT].rstrip(b"\x00"))[0]
        elif kind == _FILE_NAME:
            names.append(tidy(decoded(told[:MAX_NAME].rstrip(b"\x00"))[0]))
    return Packed(text, tuple(names))


def _attributes(content: bytes) -> Iterator[tuple[int, bytes]]:
    if int.from_bytes(content[:4], "little") != _SIGNATURE:
        return
    at = _FIRST
    for _ in range(4 * MAX_PARTS):
        kind = int.from_bytes(content[at + 1 : at + 5], "little")
        length = int.from_bytes(content[at + 5 : at + _HEAD], "little")
        end = at + _HEAD + length
        if end > len(content):
            return
        yield kind, content[at + _HEAD : min(end, at + _HEAD + MAX_TEXT)]
        at = end + _CHECKSUM
        if at + _HEAD > len(content):
            return
