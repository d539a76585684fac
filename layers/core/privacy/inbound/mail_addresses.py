"""Mailboxes out of header fields.

From decides whose request it is, so it is read strictly: what two mail programs could read differently names nobody
(checklist 4; Chen, Paxson and Jiang, "Composition Kills", 2020). Other fields are read for what they may tell.
"""

from __future__ import annotations

import re
from collections.abc import Sequence

from privacy.domain.mail import Address
from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_headers import tidy, words
from privacy.inbound.mail_limits import MAX_ADDRESSES, MAX_NAME, MAX_VALUE

_MAX_ADDRESS = 254  # RFC 5321 §4.5.3.1.3
#: A dot-atom or an UTF-8 one; no quotes, no comment, no route, no literal.
_ADDRESS = re.compile(
    r"(?=.{3,254}\Z)[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\".]+(?:\.[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\".]+)*"
    r"@(?:[^\W_]|[^\W_](?:[^\W_]|-){0,61}[^\W_])(?:\.(?:[^\W_]|[^\W_](?:[^\W_]|-){0,61}[^\W_]))+\.?"
)
_LOOSE = re.compile(r"[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\"]{1,64}@[^\s\x00-\x1f\x7f()<>\[\]:;@\\,\"]{1,190}")
_HIDDEN = re.compile(rb"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f]|\r(?!\n)")


def only_mailbox(values: Sequence[bytes]) -> Address | None:
    """The one mailbox of a From field, or None where there is none, several, or more than one reading."""
    if len(values) != 1 or len(values[0]) > MAX_VALUE or _HIDDEN.search(values[0]):
        return None
    text, sensible = decoded(values[0])
    pieces = _pieces(tidy_folds(text)) if sensible else None
    named = [piece for piece in pieces or () if "@" in piece.spec or piece.angled]
    # "Durand, Camille <c@example.fr>": a name that should stand in quotes
    if pieces is None or len(named) != 1 or (len(pieces) > 1 and not named[0].angled):
        return None
    box = named[0]
    if (
        not _ADDRESS.fullmatch(box.spec)
        or "=?" in box.spec
        or box.doubtful
        or box.bare.lower() not in {"", box.spec.lower()}
    ):
        return None
    name = ", ".join(piece.spec if piece is not box else piece.name for piece in pieces)
    return Address(box.spec.rstrip("."), tidy(words(name.strip(" ,")))[:MAX_NAME])


def mailboxes(values: Sequence[bytes]) -> tuple[Address, ...]:
    """Whatever looks like a mailbox in To, Cc or Reply-To, at most MAX_ADDRESSES."""
    found: dict[str, Address] = {}
    for value in values:
        pieces = _pieces(tidy_folds(decoded(value[:MAX_VALUE])[0])) or ()
        for piece in pieces:
            loose = _LOOSE.search(piece.spec[: _MAX_ADDRESS * 2])
            if loose:
                found.setdefault(loose[0], Address(loose[0], tidy(words(piece.name[:1000]))[:MAX_NAME]))
            if len(found) == MAX_ADDRESSES:
                return tuple(found.values())
    return tuple(found.values())


def tidy_folds(text: str) -> str:
    return text.replace("\r\n", "").replace("\n", "")


class _Piece:
    """One mailbox of a list. spec: the address, or all there is. doubtful: a comment stands within the address.

    bare: another address that stands before the brackets and not in quotes.
    """

    __slots__ = ("angled", "bare", "doubtful", "name", "spec")

    def __init__(self, spec: str, name: str, *, angled: bool, doubtful: bool) -> None:
        self.spec, self.angled, self.doubtful = spec, angled, doubtful
        self.name = _unquoted(name)
        self.bare = name if angled and "@" in _IN_QUOTES.sub("", name) else ""


_IN_QUOTES = re.compile(r'"(?:[^"\\]|\\.)*+"', re.DOTALL)
#: Quoted strings, comments without others in them, and the characters that mean something; the rest is text.
_TOKENS = re.compile(r'"(?:[^"\\]|\\.)*+"|[()<>,;:\\]|[^"()<>,;:\\]+|"', re.DOTALL)


def _pieces(text: str) -> list[_Piece] | None:
    """The list, split at its commas. None where it has no single reading: a group, brackets in brackets…"""
    reader = _Reader()
    for count, found in enumerate(_TOKENS.finditer(text)):
        if count > MAX_VALUE // 8 or not reader.takes(found[0]):
            return None
    return reader.finished()


class _Reader:
    def __init__(self) -> None:
        self._pieces: list[_Piece] = []
        self._comment = 0
        self._began()

    def _began(self) -> None:
        self._before: list[str] = []
        self._comments: list[str] = []
        self._inside: list[str] | None = None
        self._closed = False
        self._doubtful = False

    def takes(self, sign: str) -> bool:
        """False where there is no telling what is meant."""
        if self._comment or sign in "()":
            return self._commented(sign)
        if sign == "<":
            known = self._inside is None and not self._closed
            self._inside = []
            return known
        if sign == ">":
            self._closed, known = True, self._inside is not None and not self._closed
            return known
        if sign == ",":
            return self._ended()
        if sign in ";:\\" or sign == '"':
            return False
        return self._told(sign)

    def _commented(self, sign: str) -> bool:
        if sign == "(":
            self._comment += 1
        elif sign == ")":
            self._comment -= 1
        else:
            self._comments.append(sign)
        if self._inside is not None and not self._closed:
            self._doubtful = True  # a comment within an address
        return 0 <= self._comment <= 20

    def _told(self, sign: str) -> bool:
        if self._inside is not None and not self._closed:
            self._inside.append(sign)
        elif self._closed:
            return not sign.strip()
        else:
            self._before.append(sign)
        return True

    def _ended(self) -> bool:
        if self._inside is not None and not self._closed:
            return False  # a route, or a list in brackets
        before = "".join(self._before).strip()
        if self._inside is not None:
            spec = "".join(self._inside).strip()
            self._pieces.append(_Piece(spec, before, angled=True, doubtful=self._doubtful))
        elif before:
            told = " ".join(self._comments).strip()
            # "a(b)@c": with and without the comment these are two addresses
            split = bool(self._comments) and len(self._before) > 1 and "@" in before
            doubtful = split and not all("@" in part or not part.strip() for part in self._before)
            self._pieces.append(_Piece(before, told, angled=False, doubtful=doubtful))
        self._began()
        return True

    def finished(self) -> list[_Piece] | None:
        return self._pieces if not self._comment and self._ended() else None


_PAIR = re.compile(r"\\(.)", re.DOTALL)


def _unquoted(name: str) -> str:
    return (
        _PAIR.sub(r"\1", name[1:-1])
        if name.startswith('"') and name.endswith('"') and len(name) > 1
        else name
    )


def domain_of(address: str) -> str:
    return address.rpartition("@")[2].rstrip(".").lower()
