"""Card numbers and security codes struck out of a stored message, wherever in it somebody wrote them (F11).

Everything else stays byte for byte as it was, in each transfer encoding, and doing it twice changes nothing more.
"""

from __future__ import annotations

import binascii
import re
from base64 import b64encode
from collections.abc import Callable, Iterator

from privacy.inbound.mail_cards import struck_out
from privacy.inbound.mail_changes import Change, changed
from privacy.inbound.mail_charsets import codec
from privacy.inbound.mail_headers import base64, text, valued, words
from privacy.inbound.mail_limits import MAX_DELIMITERS, MAX_TEXT_BYTES, MAX_VALUE
from privacy.inbound.mail_parts import Part, structure

_DEEPEST_MESSAGE = 5
_MESSAGES = frozenset({"message/rfc822", "message/global"})
#: Fields that hold what somebody wrote; ids, hops and signatures hold digits that mean something.
_WRITTEN = frozenset({
    "subject", "comments", "keywords", "thread-topic", "content-description", "from", "to", "cc", "reply-to", "sender",
})  # fmt: skip
_NAMING = frozenset({"content-type", "content-disposition"})


def without_cards(raw: bytes) -> bytes:
    """The message with X for each digit of a card number or security code: in texts, subjects and file names.

    Of any bytes, and without an error: what cannot be taken apart is struck out as it stands.
    """
    try:
        return _without_cards(raw, _DEEPEST_MESSAGE)
    except Exception:  # noqa: BLE001 - nothing of a sender's may keep a message from being taken in
        return _strike_bytes(raw)


def _without_cards(raw: bytes, deepest: int) -> bytes:
    parts = structure(raw)
    changes: list[Change] = []
    seen = [parts.root]
    while seen:
        part = seen.pop()
        changes += _in_headers(raw, part)
        if part.parts:
            changes += _between(raw, part)
            seen += part.parts
        elif part.media_type in _MESSAGES and deepest:
            changes += _in_content(raw, part, lambda content: _without_cards(content, deepest - 1))
        elif part.media_type.startswith(("text/", "multipart/", "message/")):
            changes += _in_content(raw, part, _text_striker(part))
    return changed(raw, changes)


def _between(raw: bytes, part: Part) -> Iterator[Change]:
    """What stands in a multipart and in none of its parts: before the first, after the last, beyond what is read.

    Delimiters stay, whatever digits they are made of.
    """
    edges = [part.body, *(edge for child in part.parts for edge in (child.start, child.end)), part.end]
    for start, end in zip(edges[::2], edges[1::2], strict=True):
        pieces = _DELIMITERS.split(raw[start:end], maxsplit=MAX_DELIMITERS)
        pieces[::2] = map(_strike_bytes, pieces[::2])
        yield from _replaced(raw, start, end, b"".join(pieces))


_DELIMITERS = re.compile(rb"^(--[^\n]*)", re.MULTILINE)


def _replaced(raw: bytes, start: int, end: int, content: bytes) -> Iterator[Change]:
    if content != raw[start:end]:
        yield Change(start, end, content)


def _strike_bytes(content: bytes) -> bytes:
    return struck_out(content.decode("latin-1"), html=b"<" in content).encode("latin-1")


_DIGIT_ENTITY = re.compile(r"&#(?:0*(4[89]|5[0-7])|x0*3([0-9]));?", re.IGNORECASE)


def _text_striker(part: Part) -> Callable[[bytes], bytes]:
    charset = codec(part.content_type.parameters.get("charset", "")) or "utf-8"
    html = part.media_type != "text/plain"

    def strike(content: bytes) -> bytes:
        # one character beyond ASCII would make four bytes of each of a long text
        for known in (charset, "utf-8", "latin-1") if len(content) <= MAX_TEXT_BYTES else ("latin-1",):
            try:
                told = content.decode(known)
                if told.encode(known) == content:
                    return _struck(told, html=html).encode(known)
            except (UnicodeError, ValueError):
                continue
        return content

    return strike


def _struck(told: str, *, html: bool) -> str:
    struck = struck_out(told, html=html)
    if html and "&#" in told:  # digits that are written as numbers of characters
        plain = _DIGIT_ENTITY.sub(lambda found: chr(int(found[1])) if found[1] else found[2], told)
        if plain != told and (without := struck_out(plain, html=True)) != plain:
            return without
    return struck


def _in_content(raw: bytes, part: Part, strike: Callable[[bytes], bytes]) -> Iterator[Change]:
    content = part.content(raw)
    struck = strike(content)
    if struck != content:
        sent = raw[part.body : part.end]
        if part.encoding == "base64":
            yield Change(part.body, part.end, _base64_again(sent, struck))
        elif part.encoding == "quoted-printable":
            yield Change(part.body, part.end, _quoted_again(sent, content, struck))
        else:
            yield Change(part.body, part.end, struck)


_BASE64_LINE = re.compile(rb"[A-Za-z0-9+/]+")
_MOST_LINES = 1_000_000


def _base64_again(sent: bytes, content: bytes) -> bytes:
    """The same lines with the new content in them, which is as long as the old."""
    encoded = b64encode(content).rstrip(b"=")
    before, padding, rest = sent.partition(b"=")
    if len(base64(sent)) != len(content) or len(sent) > _MOST_LINES:
        return (
            binascii.b2a_base64(content, newline=False)
            if len(content) < 58
            else _in_lines(b64encode(content))
        )
    told: list[bytes] = []
    after = used = 0
    for line in _BASE64_LINE.finditer(before):
        told += (before[after : line.start()], encoded[used : used + len(line[0])])
        after, used = line.end(), used + len(line[0])
    return b"".join((*told, before[after:], padding, rest))


def _in_lines(encoded: bytes) -> bytes:
    return b"\r\n".join(encoded[at : at + 76] for at in range(0, len(encoded), 76)) + b"\r\n"


_ESCAPE = re.compile(rb"=([0-9A-Fa-f]{2})|=[ \t]*\r?\n")


def _quoted_again(sent: bytes, content: bytes, struck: bytes) -> bytes:
    """Each byte that changed, where it was sent from; all of it anew where that cannot be told."""
    if len(content) != len(struck) or len(sent) > _MOST_LINES:
        return binascii.b2a_qp(struck, istext=True)
    told: list[bytes] = []
    after = at = 0
    for escape in _ESCAPE.finditer(sent):
        plain = escape.start() - after
        told += (
            struck[at : at + plain],
            _escape(escape, struck[at + plain : at + plain + 1], content[at + plain :][:1]),
        )
        at += plain + (escape[1] is not None)
        after = escape.end()
    told.append(struck[at:])
    again = b"".join(told)
    return again if binascii.a2b_qp(again) == struck else binascii.b2a_qp(struck, istext=True)


def _escape(found: re.Match[bytes], new: bytes, old: bytes) -> bytes:
    return found[0] if found[1] is None or new == old else new


# ---------------------------------------------------------------- headers


_TOKEN = re.compile(r"\S+")
_WORDS = re.compile(
    r"=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,4000}\?=(?:\s*=\?[^?\s]{1,60}\?[bBqQ]\?[^?]{0,4000}\?=)*+"
)
_NAMES = frozenset({"filename", "name"})


def _in_headers(raw: bytes, part: Part) -> Iterator[Change]:
    if not part.headers.whole:
        start = part.headers.fields[-1].end if part.headers.fields else part.start
        yield from _replaced(raw, start, part.body, _strike_bytes(raw[start : part.body]))
    for field in part.headers.fields:
        if field.name in _WRITTEN:
            strike = _strike_written
        elif field.name in _NAMING and not part.parts:
            strike = _strike_named
        else:
            continue
        # the name and its colon stay, and the line end
        value = raw.index(b":", field.start) + 1
        end = field.end - len(raw[value : field.end]) + len(raw[value : field.end].rstrip(b"\r\n"))
        yield from _replaced(raw, value, end, strike(raw[value:end]))


def _strike_written(value: bytes) -> bytes:
    """Addresses stay, whatever digits they are made of: they are who writes."""
    told = value.decode("latin-1")
    told = _WORDS.sub(lambda found: _words_again(found[0]), told)
    pieces: list[str] = []
    after = 0
    for address in _TOKEN.finditer(told) if "@" in told else ():
        if "@" in address[0]:
            pieces += (struck_out(told[after : address.start()]), address[0])
            after = address.end()
    struck = "".join((*pieces, struck_out(told[after:])))
    seen = text(struck.encode("latin-1"), MAX_VALUE)
    # a number that is encoded in part, in a field without addresses
    if "=?" in struck and not pieces and struck_out(seen) != seen:
        return b" " + _encoded(struck_out(seen)).encode("ascii")
    return struck.encode("latin-1")


def _words_again(told: str) -> str:
    seen = words(told)
    struck = struck_out(seen)
    return told if struck == seen else _encoded(struck)


def _encoded(told: str) -> str:
    """RFC 2047, in words that no line is too short for."""
    pieces = (told[at : at + 15] for at in range(0, len(told), 15))
    return "\r\n ".join(f"=?utf-8?b?{b64encode(piece.encode()).decode()}?=" for piece in pieces)


def _strike_named(value: bytes) -> bytes:
    """A file's name, in whatever way it is written; the field is written anew where the number is hidden in pieces."""
    struck = struck_out(value.decode("latin-1")).encode("latin-1")
    told = valued(struck)
    named = {name: struck_out(said) for name, said in told.parameters.items() if name in _NAMES}
    if all(told.parameters[name] == said for name, said in named.items()):
        return struck
    parameters = "".join(
        f'; {name}="{_UNQUOTABLE.sub("_", said)}"' for name, said in (dict(told.parameters) | named).items()
    )
    return f" {told.value}{parameters}".encode("ascii", "replace")


_UNQUOTABLE = re.compile(r"[^ !#-\[\]-~]")
