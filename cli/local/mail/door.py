"""The SMTP server that stands for contact@'s: what it takes is in the bucket before it says so, as with SES.

Two set-ups, as on AWS (docs/runbook.md "Mail"): SES is the MX of the domain; or the shop's mail host is, and copies
contact@ to a subdomain whose MX is SES. In the second the message passes two servers, and each says what it found.
"""

import re
import secrets
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session
from botocore.exceptions import BotoCoreError, ClientError

from cli.local.mail import headers
from cli.local.mail.verdicts import verdicts
from cli.local.mail.zone import RELAY_DOMAIN
from cli.local.ports import HERE

#: As SES: 40 MB, and a connection that says nothing for a minute is closed.
LARGEST = 40 * 1024 * 1024
PATIENCE = 60.0

TAKEN = "250 OK"
REFUSED = "550 5.1.1 mailbox unavailable"
LATER = "451 4.3.0 try again later"

Keep = Callable[[str, bytes], None]


@dataclass(frozen=True)
class Mailbox:
    """Whose mail is taken. relay: the host name of the shop's mail host, empty where SES is the MX."""

    address: str
    relay: str = ""

    def takes(self, recipient: str) -> bool:
        """The address itself, or a plus-address of it, in any case of letters."""
        local, _, domain = self.address.partition("@")
        return (
            re.fullmatch(rf"{re.escape(local)}(\+[^@]*)?@{re.escape(domain)}", recipient, re.IGNORECASE)
            is not None
        )


class MailDoor:
    """A running server."""

    def __init__(self, port: int, mailbox: Mailbox, keep: Keep, *, now: Callable[[], datetime]) -> None:
        self.port = port
        self._controller = Controller(
            _Handler(mailbox, keep, now),
            hostname=HERE,
            port=port,
            data_size_limit=LARGEST,
            enable_SMTPUTF8=True,
            timeout=PATIENCE,
        )
        self._controller.start()

    def close(self) -> None:
        """Take no more; whoever is speaking is cut off, and sends again."""
        self._controller.stop()


class _Handler:
    def __init__(self, mailbox: Mailbox, keep: Keep, now: Callable[[], datetime]) -> None:
        self._mailbox = mailbox
        self._keep = keep
        self._now = now

    async def handle_RCPT(  # noqa: N802 - aiosmtpd's name
        self, _server: SMTP, _session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        if not self._mailbox.takes(address):
            return REFUSED
        envelope.rcpt_tos.append(address)
        envelope.rcpt_options.extend(options)
        return TAKEN

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802
        raw = envelope.content
        if not isinstance(raw, bytes):
            return LATER
        mail_id = secrets.token_hex(20)
        peer, helo = (session.peer or (HERE,))[0], session.host_name or "unknown"
        message = received(
            raw,
            mailbox=self._mailbox,
            mail_id=mail_id,
            peer=peer,
            helo=helo,
            envelope_from=_path(envelope),
            recipient=envelope.rcpt_tos[0],
            at=self._now(),
        )
        try:
            await server.loop.run_in_executor(None, self._keep, mail_id, message)
        except (BotoCoreError, ClientError):
            return LATER
        return TAKEN


def _path(envelope: Envelope) -> str:
    """Empty for the null path, which aiosmtpd leaves as it is written."""
    return "" if envelope.mail_from in {None, "<>"} else str(envelope.mail_from)


def received(
    raw: bytes,
    *,
    mailbox: Mailbox,
    mail_id: str,
    peer: str,
    helo: str,
    envelope_from: str,
    recipient: str,
    at: datetime,
) -> bytes:
    """The message as it lies in the bucket, with what each server on its way put above it."""
    told: dict[str, Any] = {"peer": peer, "helo": helo, "envelope_from": envelope_from}
    if mailbox.relay:
        found = verdicts(raw, **told)
        raw = headers.of_relay(found, relay=mailbox.relay, recipient=recipient, at=at, **told) + raw
        # the copy is the host's own sending: SES judges the host, and From's domain fails (docs/runbook.md "Mail")
        told = {"peer": HERE, "helo": mailbox.relay, "envelope_from": f"copies@{RELAY_DOMAIN}"}
    found = verdicts(raw, **told)
    return headers.of_ses(found, mail_id=mail_id, recipient=recipient, at=at, **told) + raw
