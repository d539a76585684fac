"""A message as it came in, into what it says. Whatever the bytes are, something is said of them, and nothing raises.

raw bytes ─ mail_parts ─ mail_headers          where everything stands, within mail_limits
          ─ mail_verdicts                      which headers may be believed, and since when the clock runs
          ─ mail_addresses                     who says to be writing
          ─ mail_body ─ mail_charsets, mail_html, mail_hidden, mail_tnef
          ─ mail_machines, mail_identity       who it is not, and what nobody asked for
"""

from __future__ import annotations

import hashlib
from collections.abc import Collection
from dataclasses import replace
from datetime import datetime
from typing import NamedTuple

from privacy.domain.mail import Address, Attachment, IncomingMail
from privacy.inbound import mail_machines
from privacy.inbound.mail_addresses import domain_of, mailboxes, only_mailbox
from privacy.inbound.mail_body import Body, body
from privacy.inbound.mail_headers import Block, ids, text, tidy
from privacy.inbound.mail_identity import identity_documents
from privacy.inbound.mail_limits import MAX_MESSAGE, MAX_NAME, MAX_SUBJECT
from privacy.inbound.mail_parts import Part, Structure, structure
from privacy.inbound.mail_tnef import MEDIA_TYPES, unpacked
from privacy.inbound.mail_verdicts import Received, received


def read_mail(
    raw: bytes, *, mail_id: str, stored_at: datetime, relay: str = "", own_addresses: Collection[str] = ()
) -> IncomingMail:
    """What the message says.

    stored_at: when the mail store took it, in UTC; the message was not received later. relay: the shop's mail host
    where that copies contact@ to SES, empty where SES is the domain's mail server. own_addresses: contact@ and other
    addresses of the shop; a mailing list of their domain is the shop's own mail host.

    unread is made of these words: `message` nothing of it; `size` what lies beyond 40 MB; `headers`, `parts`, `text`
    what lies beyond the limits; `structure` parts without the boundary that they name; `encoding`, `charset` bytes
    that make no sense; `html` markup that was cut out rather than read; `encrypted`; `winmail.dat` without a text;
    `alternatives` two versions of the text that say different things; `attachments` a message that is nothing else
    (E54); `sender` nobody, or more than one, in From.
    """
    reading = _Reading(mail_id, stored_at, relay, own_addresses)
    digest = hashlib.sha256(raw).hexdigest()
    try:
        return replace(
            reading.of(raw[:MAX_MESSAGE], whole=len(raw) <= MAX_MESSAGE), size=len(raw), digest=digest
        )
    except Exception:  # noqa: BLE001 - a message that breaks a reader goes before a person like any other
        nothing = IncomingMail(mail_id, stored_at, None, "", "", unread=("message",))
        return replace(nothing, size=len(raw), digest=digest)


class _Reading(NamedTuple):
    mail_id: str
    stored_at: datetime
    relay: str
    own_addresses: Collection[str]

    def of(self, raw: bytes, *, whole: bool) -> IncomingMail:
        parts = structure(raw)
        headers = parts.root.headers
        sender = self._sender(headers)
        told = received(
            headers.fields,
            from_domain=domain_of(sender.address) if sender else None,
            relay=self.relay,
            stored_at=self.stored_at,
        )
        content = body(raw, parts)
        attachments = [_attachment(raw, part) for part in content.attached]
        subject = text(headers.first("subject"), MAX_SUBJECT)
        machine = mail_machines.automatic(
            mail_machines.Signs(told.sender_headers),
            root=parts.root,
            sender=sender,
            subject=subject,
            null_path=told.null_path,
            own_domains={domain_of(address) for address in self.own_addresses},
        )
        bounced = machine == mail_machines.BOUNCE
        return IncomingMail(
            mail_id=self.mail_id,
            received_at=told.at,
            sender=sender,
            subject=subject,
            text=content.text,
            message_id=next(iter(ids(headers.all("message-id")[:1])), ""),
            in_reply_to=_thread(headers),
            recipients=_recipients(told, headers),
            reply_to=mailboxes(headers.all("reply-to")),
            attachments=tuple(attachments),
            verdicts=told.verdicts,
            automatic=machine,
            bounce=mail_machines.bounce(raw, _all(parts), subject=subject, text=content.text)
            if bounced
            else None,
            unread=tuple(sorted(parts.unread | content.unread | _unsaid(content, sender, whole=whole))),
            identity_documents=identity_documents(
                [
                    one._replace(name=one.name + " " + _packed_names(raw, part))
                    for one, part in zip(attachments, content.attached, strict=True)
                ],
                f"{subject}\n{content.text}",
            ),
        )

    def _sender(self, headers: Block) -> Address | None:
        """Nobody writes to us from our own address, but a list that rewrites From."""
        told = only_mailbox(headers.all("from"))
        own = {address.lower() for address in self.own_addresses}
        return None if told and told.address.lower() in own else told


def _unsaid(content: Body, sender: Address | None, *, whole: bool) -> set[str]:
    """sender: who writes is not told, or not in one way. attachments: whatever is asked, is asked in one (E54)."""
    unsaid = {word for word, missing in (("sender", sender is None), ("size", not whole)) if missing}
    if not content.text.strip() and content.attached:
        unsaid.add("attachments")
    return unsaid


def _attachment(raw: bytes, part: Part) -> Attachment:
    content = part.content(raw)
    return Attachment(name_of(part), part.media_type, len(content), hashlib.sha256(content).hexdigest())


def _packed_names(raw: bytes, part: Part) -> str:
    """The names of the files within a winmail.dat."""
    return " ".join(unpacked(part.content(raw)).names) if part.media_type in MEDIA_TYPES else ""


def name_of(part: Part) -> str:
    """The file's name without a path; empty where it has none."""
    told = part.disposition.parameters.get("filename") or part.content_type.parameters.get("name") or ""
    return tidy(told.replace("\\", "/").rpartition("/")[2])[:MAX_NAME]


def _thread(headers: Block) -> tuple[str, ...]:
    """The messages before this one, the one that it answers last."""
    answered = ids(headers.all("in-reply-to"))
    earlier = [one for one in ids(headers.all("references")) if one not in answered]
    return (*earlier, *answered)


def _recipients(told: Received, headers: Block) -> tuple[str, ...]:
    """The envelope's first, which a plus-address survives in, then To's and Cc's."""
    named = mailboxes([*headers.all("to"), *headers.all("cc")])
    return tuple(dict.fromkeys(([told.recipient] if told.recipient else []) + [one.address for one in named]))


def _all(parts: Structure) -> list[Part]:
    return list(parts.leaves())
