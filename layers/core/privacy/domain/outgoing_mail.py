"""A message that goes out, and its bytes: the same message always gives the same bytes (RFC 5322, R5).

Whatever somebody wrote may stand in a header here (a name, a subject, a message id) and can neither end it nor begin
another: control characters become spaces, and what is no message id or address is left out or refused.
"""

from __future__ import annotations

import hashlib
import re
from base64 import encodebytes
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from email.header import Header
from email.quoprimime import body_encode
from email.utils import format_datetime

from privacy.domain.mail import Address

#: What an address may be made of, to be written to: ASCII, as SES asks for; no quoted local part, no literal.
_ADDRESS = re.compile(
    r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~.-]{1,64}@[A-Za-z0-9](?:[A-Za-z0-9.-]{0,252}[A-Za-z0-9])?"
)
_MESSAGE_ID = re.compile(r"<[!-;=?-~]{1,200}>")
_LONGEST_TEXT = 250
_LONGEST_NAME = 60
_LONGEST_LINE = 998
#: Of a thread that is longer, the first and the latest message are named.
_REFERENCES = 10


class Unaddressable(ValueError):
    """Nobody can be written to under this address. Does not say which it was."""


@dataclass(frozen=True, slots=True)
class Original:
    """A message that is sent on whole, as an attachment. name: of the file that a mail client would make of it."""

    raw: bytes
    name: str


@dataclass(frozen=True, slots=True)
class OutgoingMail:
    """One message to one mailbox.

    at: when it was claimed, in UTC. letter: its id, `<request>_<effect>`. automatic: nobody's robot shall answer
    (RFC 3834). answers: the ids of the messages in the thread, the one that is answered last. mark: a message id of our
    making beside them: SES gives ours away for its own, and an answer that lost tag and plus-address still carries it.
    unsubscribe: an address of ours that ends what the message is about (RFC 2369). one_click: a page of ours that does
    when a mail program posts to it (RFC 8058).
    """

    sender: Address
    recipient: str
    reply_to: str
    subject: str
    text: str
    at: datetime
    letter: str
    automatic: bool = True
    answers: tuple[str, ...] = ()
    mark: str = ""
    unsubscribe: str = ""
    one_click: str = ""
    original: Original | None = None

    def to_bytes(self) -> bytes:
        """Lines end in CRLF; 7 bits, but for an original of 8. Raises Unaddressable."""
        kind, encoding, content = _content(self)
        headers = [
            ("From", mailbox(self.sender)),
            ("To", addressable(self.recipient)),
            ("Reply-To", addressable(self.reply_to)),
            ("Subject", _encoded(one_line(self.subject))),
            ("Date", format_datetime(self.at)),
            *_thread(self.answers, self.mark),
            *(
                (("Auto-Submitted", "auto-replied" if self.answers else "auto-generated"),)
                if self.automatic
                else ()
            ),
            *_unsubscribe(self.one_click, self.unsubscribe),
            ("X-Auto-Response-Suppress", "All"),
            ("X-Imera-Letter", _plain(self.letter)),
            ("MIME-Version", "1.0"),
            ("Content-Type", kind),
            ("Content-Transfer-Encoding", encoding),
        ]
        head = "".join(f"{name}: {value}\r\n" for name, value in headers)
        return head.encode("ascii") + b"\r\n" + content


def one_line(text: str) -> str:
    """What somebody wrote, as one line of a header may hold it."""
    kept = "".join(c if c.isprintable() else " " for c in text)
    return " ".join(kept.split())[:_LONGEST_TEXT]


def addressable(address: str) -> str:
    """The address as it is written to, its domain in ASCII. Raises Unaddressable."""
    local, at, domain = address.strip().rpartition("@")
    written = f"{local}{at}{_ascii(domain)}"
    if not _ADDRESS.fullmatch(written) or ".." in written or local.startswith(".") or local.endswith("."):
        raise Unaddressable
    return written


def _ascii(domain: str) -> str:
    """Empty where the domain's ASCII form is another domain's, too: `straße.de` is not `strasse.de`."""
    if domain.isascii():
        return domain
    try:
        encoded = domain.encode("idna")
        return encoded.decode("ascii") if encoded.decode("idna") == domain.lower() else ""
    except UnicodeError:
        return ""


def mailbox(address: Address) -> str:
    """`=?utf-8?q?im=C3=A9ra?= <contact@…>`. Raises Unaddressable."""
    name = one_line(address.name)[:_LONGEST_NAME]
    written = addressable(address.address)
    return f"{_encoded(name, always=not _plain_words(name))} <{written}>" if name else written


def message_ids(ids: Iterable[str]) -> tuple[str, ...]:
    """Those that are message ids; a forged one ends here."""
    return tuple(dict.fromkeys(id_ for id_ in ids if _MESSAGE_ID.fullmatch(id_)))


def _thread(answers: tuple[str, ...], mark: str) -> list[tuple[str, str]]:
    known = message_ids(answers)
    named = known if len(known) <= _REFERENCES else (known[0], *known[1 - _REFERENCES :])
    named = message_ids((*named, mark))
    answered = [("In-Reply-To", known[-1])] if known else []
    return [*answered, ("References", "\r\n ".join(named))] if named else []


def _unsubscribe(one_click: str, address: str) -> list[tuple[str, str]]:
    ways = [f"<{way}>" for way in (one_click, address) if way]
    headers = [("List-Unsubscribe", ",\r\n ".join(ways))] if ways else []
    return [*headers, *([("List-Unsubscribe-Post", "List-Unsubscribe=One-Click")] if one_click else [])]


def _plain_words(name: str) -> bool:
    return all(c.isascii() and (c.isalnum() or c == " ") for c in name)


def _encoded(text: str, *, always: bool = False) -> str:
    """As encoded words where it is not plain ASCII (RFC 2047), folded either way."""
    plain = text.isascii() and not always and "=?" not in text
    return Header(text, "us-ascii" if plain else "utf-8", maxlinelen=75).encode(linesep="\r\n")


def _content(mail: OutgoingMail) -> tuple[str, str, bytes]:
    """(Content-Type, Content-Transfer-Encoding, body) of the whole."""
    text = _text_part(mail.text)
    if mail.original is None:
        return 'text/plain; charset="utf-8"', "quoted-printable", text
    kind, encoding, whole = _enclosed(mail.original.raw)
    # not guessable by who wrote the original, as long as nobody knows the digest of what they have not yet sent
    boundary = "letter-" + hashlib.sha256(mail.letter.encode() + b"\0" + mail.original.raw).hexdigest()[:40]
    lines = b"\r\n".join((
        f"--{boundary}".encode(),
        b'Content-Type: text/plain; charset="utf-8"',
        b"Content-Transfer-Encoding: quoted-printable",
        b"",
        text,
        f"--{boundary}".encode(),
        f'Content-Type: {kind}; name="{_plain(mail.original.name)}"'.encode(),
        f'Content-Disposition: attachment; filename="{_plain(mail.original.name)}"'.encode(),
        f"Content-Transfer-Encoding: {encoding}".encode(),
        b"",
        whole,
        f"--{boundary}--".encode(),
        b"",
    ))  # fmt: skip
    return f'multipart/mixed; boundary="{boundary}"', "8bit" if encoding == "8bit" else "7bit", lines


def _text_part(text: str) -> bytes:
    encoded = body_encode("".join(chr(b) for b in text.encode()), eol="\r\n")
    return encoded.encode("ascii")


def _enclosed(raw: bytes) -> tuple[str, str, bytes]:
    """As a message where it can travel as one, which no encoding may change (RFC 2046 5.2.1); else as a file."""
    lines = raw.split(b"\r\n")
    if b"\0" in raw or any(len(line) > _LONGEST_LINE or b"\r" in line or b"\n" in line for line in lines):
        return "application/octet-stream", "base64", encodebytes(raw).replace(b"\n", b"\r\n")
    return "message/rfc822", "7bit" if raw.isascii() else "8bit", raw


def _plain(name: str) -> str:
    return re.sub(r"[^A-Za-z0-9._-]", "_", name)[:80] or "unnamed"
