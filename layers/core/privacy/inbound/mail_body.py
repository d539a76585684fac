"""The body as its reader sees it: which of the parts is read, from which charset, and how its lines run."""

from __future__ import annotations

import re
from dataclasses import dataclass, field

from privacy.inbound import mail_html, mail_tnef
from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_limits import MAX_TEXT, MAX_TEXT_BYTES
from privacy.inbound.mail_parts import Part, Structure


@dataclass(slots=True)
class Body:
    """attached: the parts that are not the body, in the order of the message. unread: what could not be read of it."""

    text: str = ""
    attached: list[Part] = field(default_factory=list)
    unread: set[str] = field(default_factory=set)


def body(raw: bytes, structure: Structure) -> Body:
    reading = _Reading(raw)
    told = [text for text in reading.of(structure.root) if text.strip()]
    whole = "\n\n".join(told) or _packed(raw, reading.found)
    if len(whole) > MAX_TEXT:
        reading.found.unread.add("text")
    if _SEALED in whole[:MAX_TEXT]:
        reading.found.unread.add("encrypted")
    reading.found.text = whole[:MAX_TEXT]
    return reading.found


_SEALED = "-----BEGIN PGP MESSAGE-----"


def _packed(raw: bytes, found: Body) -> str:
    """The text of a winmail.dat, where there is no other."""
    told: list[str] = []
    for part in found.attached:
        if part.media_type in mail_tnef.MEDIA_TYPES:
            text = mail_tnef.unpacked(part.content(raw)).text
            told.append(text)
            if not text.strip():
                found.unread.add("winmail.dat")
    return "\n\n".join(told)


_READ = frozenset({"text/plain", "text/html"})
_ENCRYPTED = frozenset({"multipart/encrypted", "application/pkcs7-mime", "application/x-pkcs7-mime"})


def is_attached(part: Part) -> bool:
    """A part with a name is a file to its sender, shown or not."""
    named = part.disposition.parameters.get("filename") or part.content_type.parameters.get("name")
    return part.disposition.value == "attachment" or bool(named) or part.media_type not in _READ


class _Reading:
    def __init__(self, raw: bytes) -> None:
        self._raw = raw
        self._left = MAX_TEXT_BYTES
        self.found = Body()

    def of(self, part: Part) -> list[str]:
        """The texts in it. Multiparts are nested at most MAX_DEPTH deep."""
        if part.media_type in _ENCRYPTED:
            self.found.unread.add("encrypted")
        if part.is_multipart:
            if part.media_type == "multipart/alternative":
                return self._of_one(part)
            return [text for child in part.parts for text in self.of(child)]
        # the message itself is its own body, whatever it is called
        if is_attached(part) and (part.depth or part.media_type not in _READ):
            self.found.attached.append(part)
            return []
        return [self._text(part)]

    def _text(self, part: Part) -> str:
        most = 4 * MAX_TEXT_BYTES
        content = part.content(self._raw, most)
        if len(content) > self._left or part.end - part.body > most:
            self.found.unread.add("text")
        content = content[: self._left]
        self._left -= len(content)
        text, sensible = decoded(content, part.content_type.parameters.get("charset", ""))
        if not sensible:
            self.found.unread.add("charset")
        if part.media_type == "text/html":
            seen, whole = mail_html.text_of(text)
            if not whole:
                self.found.unread.add("html")
            return seen
        if len(text) > MAX_TEXT:
            self.found.unread.add("text")
        text = _LINE_END.sub("\n", text[:MAX_TEXT]).replace("\x00", "")
        if part.content_type.parameters.get("format", "").lower() == "flowed":
            return flowed(text, delsp=part.content_type.parameters.get("delsp", "").lower() == "yes")
        return text

    def _of_one(self, part: Part) -> list[str]:
        """Of an alternative: what both say, in plain text; both, where one says what the other does not."""
        plain: list[str] = []
        rich: list[str] = []
        for child in part.parts:
            (plain if child.media_type == "text/plain" else rich).extend(self.of(child))
        written, seen = "\n".join(plain).strip(), "\n".join(rich).strip()
        if not written or not seen:
            return [written or seen]
        missing, new = _words(seen) - _words(written), _words(written) - _words(seen)
        if len(new) <= _SAME * len(_words(written)) and len(missing) <= _SAME * len(_words(seen)):
            return [written]
        if new and len(new) > _SAME * len(_words(written)):
            self.found.unread.add("alternatives")
            return [seen, written]
        return [seen]


_LINE_END = re.compile(r"\r{0,3}\n|\r")
#: The share of words that may stand in one of two alternatives only: links, pictures, what a signature holds.
_SAME = 0.3
_WORDS = re.compile(r"[^\W\d_]{3,40}")


def _words(text: str) -> set[str]:
    return set(_WORDS.findall(text[:MAX_TEXT].lower()))


def flowed(text: str, *, delsp: bool) -> str:
    """RFC 3676: a line that ends in a space goes on in the next one of the same quote; `-- ` ends nothing."""
    paragraphs: list[list[str]] = []
    open_at: int | None = None
    for line in text.split("\n"):
        depth = len(line) - len(line.lstrip(">"))
        content = line[depth:].removeprefix(" ")
        goes_on = content.endswith(" ") and content != "-- "
        if open_at == depth and content != "-- ":
            paragraphs[-1].append(content)
        else:
            paragraphs.append([">" * depth + (" " if depth else "") + content])
        open_at = depth if goes_on else None
        if goes_on and delsp:
            paragraphs[-1][-1] = paragraphs[-1][-1][:-1]
    return "\n".join("".join(pieces) for pieces in paragraphs)
