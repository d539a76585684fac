"""The parts of a message: where each stands in its bytes. Nothing is decoded before somebody asks for it.

An own walk over the bytes: one search for each boundary, inside of what the level above left it, so that the cost
is the size times the depth, and the depth has an end.
"""

from __future__ import annotations

import binascii
import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from privacy.inbound.mail_headers import Block, Valued, base64, block, valued
from privacy.inbound.mail_limits import (
    MAX_DELIMITERS,
    MAX_DEPTH,
    MAX_FIELDS,
    MAX_HEADERS,
    MAX_PART_FIELDS,
    MAX_PART_HEADERS,
    MAX_PARTS,
)


@dataclass(slots=True)
class Part:
    """start: of its headers. body, end: of what they are about. parts: of a multipart, and of nothing else.

    media_type: in lower case, text/plain where nothing sensible is said.
    """

    headers: Block
    start: int
    body: int
    end: int
    depth: int
    content_type: Valued
    disposition: Valued
    media_type: str
    encoding: str
    parts: list[Part] = field(default_factory=list)

    @property
    def is_multipart(self) -> bool:
        return self.media_type.startswith("multipart/")

    def content(self, raw: bytes, most: int | None = None) -> bytes:
        """The body without its transfer encoding. most: bytes of it, as sent, that are looked at."""
        end = self.end if most is None else min(self.end, self.body + most)
        sent = memoryview(raw)[self.body : end]
        if self.encoding == "base64":
            return base64(sent)
        if self.encoding == "quoted-printable":
            return binascii.a2b_qp(sent)
        return bytes(sent)


@dataclass(slots=True)
class Structure:
    """unread: what was not read of it, by a word for each: `headers`, `parts`, `structure`."""

    root: Part
    unread: set[str]

    def leaves(self) -> Iterator[Part]:
        """Parts that hold something, in their order."""
        waiting = [self.root]
        while waiting:
            part = waiting.pop()
            if part.is_multipart and part.parts:
                waiting.extend(reversed(part.parts))
            else:
                yield part


def structure(raw: bytes) -> Structure:
    """Of any bytes."""
    return _Walk(raw).walked()


_MEDIA_TYPE = re.compile(r"[a-z0-9!#$&^_.+-]{1,60}/[a-z0-9!#$&^_.+-]{1,100}")
_ENCODINGS = frozenset({"", "7bit", "8bit", "binary", "base64", "quoted-printable"})
#: A boundary that nobody named: the first line that looks like one.
_GUESS = re.compile(rb"\n--([0-9A-Za-z'()+_,./:=?-]{1,70})[ \t]*\r*+\n")
_GUESS_WITHIN = 4_096
_REST_OF_DELIMITER = re.compile(rb"(--)?[ \t]*(?:\r*+\n|\Z)")


class _Walk:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._unread: set[str] = set()
        self._parts = 0
        self._delimiters = 0

    def walked(self) -> Structure:
        root = self._part(0, len(self._raw), 0, "text/plain")
        waiting = [root]
        while waiting:
            part = waiting.pop()
            if part.is_multipart:
                self._divide(part)
                waiting.extend(reversed(part.parts))
        return Structure(root, self._unread)

    def _part(self, start: int, end: int, depth: int, otherwise: str) -> Part:
        self._parts += 1
        most_bytes, most_fields = (
            (MAX_HEADERS, MAX_FIELDS) if depth == 0 else (MAX_PART_HEADERS, MAX_PART_FIELDS)
        )
        headers = block(self._raw, start, end, most_bytes=most_bytes, most_fields=most_fields)
        if not headers.whole:
            self._unread.add("headers")
        content_type = valued(headers.first("content-type"))
        kind = content_type.value
        if kind == "text":  # as some scanners write it
            kind = "text/plain"
        media_type = (
            kind if _MEDIA_TYPE.fullmatch(kind) else "application/octet-stream" if kind else otherwise
        )
        encoding = valued(headers.first("content-transfer-encoding")).value
        if encoding not in _ENCODINGS:
            self._unread.add("encoding")
        return Part(
            headers,
            start,
            headers.body,
            end,
            depth,
            content_type,
            valued(headers.first("content-disposition")),
            media_type,
            encoding,
        )

    def _divide(self, part: Part) -> None:
        """Fills part.parts. A multipart that cannot be taken apart is read as text."""
        if part.depth >= MAX_DEPTH:
            self._unread.add("parts")
            return
        boundary = part.content_type.parameters.get("boundary", "").encode("utf-8", "replace").rstrip()[:200]
        otherwise = "message/rfc822" if part.media_type == "multipart/digest" else "text/plain"
        places = self._places(part, boundary) if boundary else []
        if not places:
            self._unread.add("structure")
            guess = _GUESS.search(self._raw, part.body - 1, min(part.end, part.body + _GUESS_WITHIN))
            places = self._places(part, guess[1]) if guess else []
        for start, end in places:
            if self._parts >= MAX_PARTS:
                self._unread.add("parts")
                return
            part.parts.append(self._part(start, end, part.depth + 1, otherwise))
        if not places:
            part.media_type = "text/plain"

    def _places(self, part: Part, boundary: bytes) -> list[tuple[int, int]]:
        """Start and end of each part between delimiters; the last may lack its end."""
        raw, delimiter = self._raw, b"--" + boundary
        places: list[tuple[int, int]] = []
        opened: int | None = None
        at = part.body
        while (found := self._delimiter(delimiter, at, part.end)) is not None:
            line, after, last = found
            if opened is not None:
                places.append((opened, max(opened, _without_line_end(raw, opened, line))))
            opened, at = after, after
            if last:
                return places
        if opened is not None:
            places.append((opened, part.end))
        return places

    def _delimiter(self, delimiter: bytes, at: int, end: int) -> tuple[int, int, bool] | None:
        """Where the next delimiter's line begins and ends, and whether it is the last one."""
        while self._delimiters < MAX_DELIMITERS:
            # at is where a line begins, or within one that was no delimiter
            line = self._raw.find(b"\n" + delimiter, at - 1, end) + 1
            if not line:
                return None
            self._delimiters += 1
            rest = _REST_OF_DELIMITER.match(self._raw, line + len(delimiter), end)
            if rest:
                return line, rest.end(), rest[1] is not None
            at = line + len(delimiter)
        self._unread.add("parts")
        return None


_MOST_RETURNS = 3


def _without_line_end(raw: bytes, start: int, line: int) -> int:
    """The line end before a delimiter belongs to the delimiter."""
    end = line - 1
    before = raw[max(start, end - _MOST_RETURNS) : end]
    return end - len(before) + len(before.rstrip(b"\r"))
