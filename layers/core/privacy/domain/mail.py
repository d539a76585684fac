"""A message that came in, as far as it could be read; the raw one stays in the mail store."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple


class Address(NamedTuple):
    """A mailbox as a header has it: the typed address, and the name shown beside it (empty where there is none)."""

    address: str
    name: str = ""


class Attachment(NamedTuple):
    """What is attached; never opened. size: bytes once decoded. sha256: of these bytes, hexadecimal."""

    name: str
    media_type: str
    size: int
    sha256: str


class Verdicts(NamedTuple):
    """What the receiving server found: PASS | FAIL | GRAY | PROCESSING_FAILED | NONE, each in capitals.

    dmarc is the one that counts for From; none of them ever proves by itself who writes (A6).
    """

    spf: str = "NONE"
    dkim: str = "NONE"
    dmarc: str = "NONE"
    spam: str = "NONE"
    virus: str = "NONE"


class Bounce(NamedTuple):
    """A delivery report about a letter of ours: its tag (`<request>_<effect>`) or the case, as far as it says."""

    letter: str | None
    permanent: bool


#: Where no server said anything.
UNKNOWN = Verdicts()


@dataclass(frozen=True, slots=True)
class IncomingMail:
    """One message.

    mail_id: SES's id of it, the key in the mail store. received_at: when it reached contact@, in UTC (G9).
    sender: From's only mailbox; None where there is none, or several. text: what a reader sees of the body, HTML
    turned to text, quotes and all. automatic: why it is a machine's (`auto_reply`, `bounce`, `list`, `bulk`, `loop`),
    None for a person's. unread: what of it could not be read and a person should look at.
    identity_documents: indexes of attachments that look like an identity document sent unasked (E75).
    """

    mail_id: str
    received_at: datetime
    sender: Address | None
    subject: str
    text: str
    message_id: str = ""
    in_reply_to: tuple[str, ...] = ()
    recipients: tuple[str, ...] = ()
    reply_to: tuple[Address, ...] = ()
    attachments: tuple[Attachment, ...] = ()
    verdicts: Verdicts = UNKNOWN
    automatic: str | None = None
    bounce: Bounce | None = None
    unread: tuple[str, ...] = ()
    identity_documents: tuple[int, ...] = ()
    size: int = 0
    digest: str = field(
        default="", kw_only=True
    )  # SHA-256 of the raw message: the same one sent twice (E34, E59)
