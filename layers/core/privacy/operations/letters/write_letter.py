"""The message that an effect of a case is, ready to go: to whom, in answer to what, with what enclosed.

A letter goes to the address that its case is about (domain/identity.py).
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.identity import recipient
from privacy.domain.letter import Language, Letter, Letterbook
from privacy.domain.letter_words import Why
from privacy.domain.mail import Address
from privacy.domain.outgoing_mail import Original, OutgoingMail, Unaddressable, addressable
from privacy.domain.policy import Controller
from privacy.domain.request import Message, Request
from privacy.domain.request_effects import Does, Effect, To
from privacy.operations.consent.reach_mailbox import Reached
from privacy.operations.letters.compose_letter import Value, Writing, compose
from privacy.operations.letters.letter_links import LetterLinks
from privacy.operations.letters.letter_of_effect import NoSuchLetter, message_ids_before, writing
from privacy.ports import MailStore

#: SES carries 40 MB, once encoded for its API in base64.
LARGEST_MESSAGE = 40 * 1024 * 1024 * 3 // 4
#: What SES refuses as an attachment, by the end of its name.
UNCARRIED = frozenset({
    "ade", "adp", "app", "asp", "bas", "bat", "cer", "chm", "cmd", "com", "cpl", "crt", "csh", "der", "exe", "fxp",
    "gadget", "hlp", "hta", "inf", "ins", "isp", "its", "js", "jse", "ksh", "lib", "lnk", "mad", "maf", "mag", "mam",
    "maq", "mar", "mas", "mat", "mau", "mav", "maw", "mda", "mdb", "mde", "mdt", "mdw", "mdz", "msc", "msh", "msh1",
    "msh2", "mshxml", "msh1xml", "msh2xml", "msi", "msp", "mst", "ops", "pcd", "pif", "plg", "prf", "prg", "reg",
    "scf", "scr", "sct", "shb", "shs", "sys", "ps1", "ps1xml", "ps2", "ps2xml", "psc1", "psc2", "tmp", "url", "vb",
    "vbe", "vbs", "vps", "vsmacros", "vss", "vst", "vsw", "vxd", "ws", "wsc", "wsf", "wsh", "xnk",
})  # fmt: skip


class Offices(NamedTuple):
    """Addresses: of the shop as letters name it, and of those who work here."""

    contact: str
    customer_service: str
    dpo: str


class Ready(NamedTuple):
    """A message as it is handed over. recipient: of the envelope."""

    writing: Writing
    raw: bytes
    recipient: str


@dataclass(frozen=True, slots=True)
class LetterWriting:
    """What writing takes. names_in: the names of the files that are attached to a raw message. links: to our pages."""

    book: Letterbook
    controller: Controller
    offices: Offices
    mails: MailStore
    names_in: Callable[[bytes], Collection[str]]
    links: LetterLinks | None = None

    def check(self, request: Request, effect: Effect, reached: Reached | None = None) -> None:
        """Find what keeps the letter from being written before anybody claims it. Raises NoSuchLetter, UnfitWording."""
        compose(self._writing(request, effect, reached), book=self.book, controller=self.controller)

    def ready(self, request: Request, effect: Effect, at: datetime, reached: Reached | None = None) -> Ready:
        """at: the message's date. reached: of a letter that answers nobody.

        Raises NoSuchLetter, UnfitWording, Unaddressable.
        """
        if effect.does is Does.FORWARD:
            return self._forward(request, effect, at)
        said = self._writing(request, effect, reached)
        if reached is not None:
            return self._unasked(request, effect, said, at, reached)
        if self.links is not None:
            self.links.keep(request, effect)
        return self._ready(request, effect, said, at)

    def instead(self, request: Request, effect: Effect, why: Why, at: datetime) -> Ready:
        """What customer service is told of a message that cannot be sent on to them."""
        message = _message(request, effect)
        values: dict[str, Value] = {"received_on": paris_day(message.received_at), "why": why}
        notice = Writing(Letter.NOTICE_NOT_FORWARDED, request.id, (self._staff_language,), values)
        return self._ready(request, effect, notice, at)

    @property
    def _staff_language(self) -> Language:
        return Language(self.controller.staff_language)

    def _writing(self, request: Request, effect: Effect, reached: Reached | None) -> Writing:
        said = writing(request, effect, self._staff_language)
        if reached is not None:
            return replace(said, values={**said.values, "link": reached.link, "choices": reached.choices})
        linked = self.links.values(request, effect) if self.links is not None else {}
        return replace(said, values={**said.values, **linked}) if linked else said

    def _unasked(
        self, request: Request, effect: Effect, said: Writing, at: datetime, reached: Reached
    ) -> Ready:
        """A letter that nobody wrote first: an answer to it is a message of its own, and one word ends everything."""
        made = compose(said, book=self.book, controller=self.controller)
        contact = self.offices.contact
        mail = OutgoingMail(
            Address(contact, self.controller.name),
            recipient=reached.address,
            reply_to=contact,
            subject=made.subject,
            text=made.text,
            at=at,
            letter=letter_id(request, effect),
            unsubscribe=f"mailto:{contact}?subject=stop",
            one_click=reached.choices.url,
        )
        return Ready(said, mail.to_bytes(), addressable(mail.recipient))

    def _ready(self, request: Request, effect: Effect, said: Writing, at: datetime) -> Ready:
        made = compose(said, book=self.book, controller=self.controller)
        contact = Address(self.offices.contact, self.controller.name)
        letter = letter_id(request, effect)
        if said.letter.internal:
            office = self.offices.dpo if effect.to is To.DPO else self.offices.customer_service
            mail = OutgoingMail(contact, office, office, made.subject, made.text, at, letter)
        else:
            local, _, domain = self.offices.contact.rpartition("@")
            address = recipient(request, effect)
            mail = OutgoingMail(
                contact,
                recipient=address,
                reply_to=f"{local}+{request.id}@{domain}",
                subject=made.subject,
                text=made.text,
                at=at,
                letter=letter,
                # whoever did not write has nothing to find in their mail that this answers
                answers=message_ids_before(request, effect) if address == request.address else (),
                mark=f"<{request.id}@{domain}>",
            )
        return Ready(said, mail.to_bytes(), addressable(mail.recipient))

    def _forward(self, request: Request, effect: Effect, at: datetime) -> Ready:
        """Whole, as it came; or that it waits here, where SES would not carry it."""
        message = _message(request, effect)
        if message.virus:
            return self.instead(request, effect, Why.VIRUS, at)
        stored = self.mails.read(effect.about, LARGEST_MESSAGE)
        if stored is None:
            raise NoSuchLetter(effect.id)
        if stored.size > len(stored.raw):
            return self.instead(request, effect, Why.TOO_LARGE, at)
        if any(name.lower().rpartition(".")[2] in UNCARRIED for name in self.names_in(stored.raw)):
            return self.instead(request, effect, Why.ATTACHMENTS, at)
        try:
            return self._enclosed(request, effect, message, stored.raw, at)
        except Unaddressable:
            return self.instead(request, effect, Why.UNANSWERABLE, at)

    def _enclosed(
        self, request: Request, effect: Effect, message: Message, original: bytes, at: datetime
    ) -> Ready:
        said = writing(request, effect, self._staff_language)
        made = compose(said, book=self.book, controller=self.controller)
        mail = OutgoingMail(
            Address(self.offices.contact, self.controller.name),
            recipient=self.offices.customer_service,
            reply_to=message.address,
            subject=f"[{request.id}] {message.subject}" if message.subject.strip() else made.subject,
            text=made.text,
            at=at,
            letter=letter_id(request, effect),
            automatic=False,  # a help desk makes no ticket of what a machine says it sent
            original=Original(original, f"{request.id}.eml"),
        )
        raw = mail.to_bytes()
        if len(raw) > LARGEST_MESSAGE:
            return self.instead(request, effect, Why.TOO_LARGE, at)
        return Ready(said, raw, addressable(mail.recipient))


def letter_id(request: Request, effect: Effect) -> str:
    """What a letter is known by outside: `IM-2026-000123_ack-3`."""
    return f"{request.id}_{effect.id}"


def _message(request: Request, effect: Effect) -> Message:
    message = request.message(effect.about)
    if message is None:
        raise NoSuchLetter(effect.id)
    return message
