"""Header fields as they stand in the bytes: split, unfolded, decoded; each value is cut before it is looked into."""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_limits import (
    MAX_ENCODED_WORDS,
    MAX_IDS,
    MAX_PARAMETERS,
    MAX_VALUE,
)


class Field(NamedTuple):
    """name: in lower case. value: as sent, folds and all, without the line's end. start, end: where it stands."""

    name: str
    value: bytes
    start: int
    end: int


class Block(NamedTuple):
    """fields: in their order. body: where the body begins. whole: False where some were not read."""

    fields: Sequence[Field]
    body: int
    whole: bool

    def all(self, name: str) -> list[bytes]:
        return [field.value for field in self.fields if field.name == name]

    def first(self, name: str) -> bytes | None:
        return next((field.value for field in self.fields if field.name == name), None)


_FIELD = re.compile(rb"([!-9;-~]{1,80})[ \t]*:([^\n]*(?:\n[ \t][^\n]*)*)(?:\n|\Z)")
#: What some mailboxes put above a message.
_ENVELOPE = re.compile(rb">?From [^\n]*(?:\n|\Z)")
# some programs turn CRLF into CR CR LF
_BLANK = re.compile(rb"\r*+\n")
_BLANK_LINE = re.compile(rb"\n\r*+\n")
#: Room for a name: nearer to the limit, what does not look like a field may be one that was cut.
_NAME = 82


def block(raw: bytes, start: int, end: int, *, most_bytes: int, most_fields: int) -> Block:
    """The header block that begins at start. A line that is no field ends it, and is body."""
    fields: list[Field] = []
    limit = min(end, start + most_bytes)
    envelope = _ENVELOPE.match(raw, start, limit)
    at = envelope.end() if envelope else start
    while at < end:
        if blank := _BLANK.match(raw, at, end):
            return Block(fields, blank.end(), whole=True)
        found = _FIELD.match(raw, at, limit) if len(fields) < most_fields else None
        if found and (found.end() < limit or limit == end):
            fields.append(Field(found[1].decode("ascii").lower(), found[2].strip(), at, found.end()))
            at = found.end()
        elif found or len(fields) == most_fields or (limit < end and limit - at < _NAME):
            rest = _BLANK_LINE.search(raw, at, end)
            return Block(fields, rest.end() if rest else end, whole=False)
        else:
            return Block(fields, at, whole=True)
    return Block(fields, end, whole=True)


# ---------------------------------------------------------------- values

_CONTROLS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\u200e\u200f\u202a-\u202e\u2066-\u2069]")
_SPACES = re.compile(r"\s+")
_WORD = re.compile(r"=\?([^?\s]{1,60})\?([bBqQ])\?([^?]{0,4000})\?=")


def text(value: bytes | None, most: int) -> str:
    """What a reader sees of the value: unfolded, encoded words decoded, on one line, without controls."""
    if not value:
        return ""
    return tidy(words(decoded(value[:MAX_VALUE])[0]))[:most]


def tidy(value: str) -> str:
    """On one line, without control characters and without those that turn the direction of what follows."""
    return _SPACES.sub(" ", _CONTROLS.sub("", value)).strip()


def words(value: str) -> str:
    """RFC 2047. Neighbours of one charset are decoded together: clients cut characters in two."""
    if "=?" not in value:
        return value
    told: list[str] = []
    waiting, charset, after = b"", "", 0
    for count, found in enumerate(_WORD.finditer(value)):
        if count == MAX_ENCODED_WORDS:
            break
        between = value[after : found.start()]
        named = found[1].partition("*")[0].lower()
        if waiting and (between.strip() or named != charset):
            told.append(decoded(waiting, charset)[0])
            waiting = b""
        # white space between two encoded words is not there (RFC 2047 §6.2)
        if between.strip() or (not told and not waiting):
            told.append(between)
        waiting, charset, after = waiting + _word(found[2], found[3]), named, found.end()
    if waiting:
        told.append(decoded(waiting, charset)[0])
    told.append(value[after:])
    return "".join(told)


def _word(encoding: str, content: str) -> bytes:
    sent = content.encode("utf-8", "replace")
    if encoding in "qQ":
        return binascii.a2b_qp(sent.replace(b" ", b"_"), header=True)
    return base64(sent)


_NOT_BASE64 = bytes(
    set(range(256)) - set(b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/")
)


def base64(sent: bytes | memoryview) -> bytes:
    """As far as it is there: foreign characters are skipped, and what comes after the padding is not read."""
    alone = bytes(sent).partition(b"=")[0].translate(None, _NOT_BASE64)
    whole = len(alone) - (len(alone) % 4 == 1)
    return binascii.a2b_base64(alone[:whole] + b"=" * (-whole % 4))


_ID = re.compile(rb"<[^<>\s]{1,500}>")


def ids(values: Sequence[bytes]) -> tuple[str, ...]:
    """Message ids, in their brackets."""
    found: dict[str, None] = {}
    for value in values:
        for match in _ID.finditer(value[-MAX_VALUE:]):
            found[match[0].decode("ascii", "replace")] = None
    return tuple(found)[-MAX_IDS:]


# ---------------------------------------------------------------- parameters

_TOKEN = re.compile(r"[ \t\r\n;]*+([^\s=;]{1,80})[ \t\r\n]*=[ \t\r\n]*")
_QUOTED = re.compile(r'"((?:[^"\\]|\\.)*+)"?', re.DOTALL)
_BARE = re.compile(r"[^;]*+")
_ESCAPE = re.compile(r"\\(.)", re.DOTALL)
_PIECE = re.compile(r"([^*]+)\*(?:([0-9]{1,3})(\*)?)?")


class Valued(NamedTuple):
    """A Content-Type or Content-Disposition: its value in lower case, and its parameters by name in lower case."""

    value: str
    parameters: Mapping[str, str]


def valued(value: bytes | None) -> Valued:
    if not value:
        return Valued("", {})
    sent = decoded(value[:MAX_VALUE])[0]
    kind, semicolon, rest = sent.partition(";")
    plain: dict[str, str] = {}
    pieces: dict[str, dict[int, tuple[str, bool]]] = {}
    for name, told in _parameters(rest) if semicolon else ():
        piece = _PIECE.fullmatch(name)
        if piece is None:
            plain.setdefault(name, words(told))
        else:
            number, encoded = int(piece[2] or 0), piece[2] is None or piece[3] is not None
            pieces.setdefault(piece[1], {}).setdefault(number, (told, encoded))
    for name, numbered in pieces.items():
        plain[name] = _joined(numbered)  # RFC 2231 tells more than the plain one beside it
    return Valued(tidy(kind).lower()[:100], plain)


def _parameters(rest: str) -> Iterator[tuple[str, str]]:
    at = 0
    for _ in range(MAX_PARAMETERS):
        name = _TOKEN.match(rest, at)
        if name is None:
            semicolon = rest.find(";", at + 1)
            if semicolon < 0:
                return
            at = semicolon
            continue
        quoted = _QUOTED.match(rest, name.end()) if rest[name.end() : name.end() + 1] == '"' else None
        if quoted:
            told, at = _ESCAPE.sub(r"\1", quoted[1]), quoted.end()
        else:
            bare = _BARE.match(rest, name.end())
            told, at = (bare[0].strip(), bare.end()) if bare else ("", name.end())
        yield name[1].lower(), told


def _joined(numbered: Mapping[int, tuple[str, bool]]) -> str:
    """RFC 2231: charset'language'percent-encoded, over pieces."""
    charset, sent = "", b""
    for place, number in enumerate(sorted(numbered)):
        told, encoded = numbered[number]
        if encoded and place == 0 and told.count("'") >= 2:
            charset, _, told = told.split("'", 2)
        content = told.encode("utf-8", "replace")
        sent += _PERCENT.sub(lambda found: bytes([int(found[1], 16)]), content) if encoded else content
    return decoded(sent, charset)[0]


_PERCENT = re.compile(rb"%([0-9A-Fa-f]{2})")
