"""contact@ under attack: raw messages in at the front, the real reader and triage, letters and packages out.

One oracle for every attack (`withstood`). The same attack is made on two shops that differ in one thing: whether the
victim is on file. In neither may anything be released or deleted, and whoever writes gets the same letters, byte for
byte. The staff of the siege is as careless as can be: it approves whatever it is shown.
"""

from __future__ import annotations

import io
import re
import zipfile
from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from datetime import timedelta
from email.message import EmailMessage
from email.utils import format_datetime
from functools import cache, cached_property
from itertools import count
from typing import Any

from privacy.domain.mail import Address, IncomingMail
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.searched import NO_DATA
from privacy.domain.triage.understand import understand
from privacy.domain.understanding import Understanding
from privacy.inbound.mail import read_mail
from privacy.inbound.mail_card_redaction import without_cards
from privacy.inbound.mail_redaction import without_parts
from privacy.operations.answers.draft_answer import draft_answer
from privacy.operations.answers.release_package import release_package
from privacy.operations.letters.send_letter import LetterSending
from privacy.operations.requests.decide_request import Decisions, Hand
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.operations.requests.receive_mail import Became, Reception
from privacy.operations.rights.carry_out import Carrying, carry_out
from privacy.policy.lexicons import load_lexicons
from privacy.ports import StoredMail
from tests.answering import Office
from tests.arriving import CONTACT, crlf, ses
from tests.handing_over import Counter
from tests.identifying import House
from tests.requesting import POLICY
from tests.telling import at, charge, customer, member, session

THIEF = "thief@evil.example"
ASKS = (
    "Bonjour,\n\nJe vous demande une copie de toutes mes données personnelles (article 15 du RGPD).\n\n"
    "Camille Durand\n"
)
ERASES = (
    "Bonjour,\n\nJe vous demande d'effacer toutes mes données personnelles (article 17 du RGPD).\n\n"
    "Camille Durand\n"
)
#: Stands in nothing but the victim's record.
CANARIES = ("9 impasse du Canari", "IM-A1042", "cus_canary", "+33 1 99 00 12 34", "03/2026", "79001")
DELIVERY = {"name": "Camille Durand", "line1": "9 impasse du Canari", "postal_code": "79001", "country": "FR"}


def triage(mail: IncomingMail) -> Understanding:
    return _understood(mail.subject, mail.text, mail.sender)


@cache
def _understood(subject: str, text: str, sender: Address | None) -> Understanding:
    """Both shops of an attack get the same messages."""
    return understand(subject=subject, text=text, lexicons=load_lexicons(), sender=sender)


@dataclass
class Shop(House):
    """The desk, letters and pages of a House, over the stores of an Office, with the real reader and triage."""

    office: Office = field(default_factory=Office)

    def __post_init__(self) -> None:
        self.ledger, self.office.requests = self.office.ledger, self.log
        self._mails, self._commands = count(1), count(1)
        self._settled: dict[str, int] = {}
        self.counter = Counter(self, self.office, self.tokens)
        self.counter._attempts = (f"a{number}" for number in count(1))

    @property
    def people(self):  # type: ignore[no-untyped-def]
        return self.office.people

    @property
    def reception(self) -> Reception:
        return replace(
            super().reception,
            read=self._reads,
            understand=triage,
            clean=without_cards,
            record=self.ledger.append,
        )

    @property
    def reaction(self) -> Reaction:
        return replace(super().reaction, cut=without_parts)

    @cached_property
    def sending(self) -> LetterSending:  # type: ignore[override]
        """The letters are read once."""
        return super().sending

    @staticmethod
    def _reads(mail_id: str, stored: StoredMail) -> IncomingMail:
        return read_mail(stored.raw, mail_id=mail_id, stored_at=stored.stored_at, own_addresses=(CONTACT,))

    # --- what comes in

    def arrives(self, raw: bytes, after: timedelta = timedelta(minutes=7)) -> Became:
        """Through SES, with its verdicts on top already; then everything that follows from it by itself."""
        self.now += after
        mail_id = f"raw{next(self._mails)}"
        self.mails.replace(mail_id, raw, self.now)
        self.now += self.delay
        became = self.takes(mail_id)
        self.settles()
        return became

    def settles(self) -> None:
        """All that is owed: asked, sent, drafted, approved by whoever approves everything, carried out, sent."""
        for case in sorted(self.log.cases):
            while self._settled.get(case) != len(self.log.cases[case]):
                self._settled[case] = len(self.log.cases[case])
                self._settles_once(case)

    def _settles_once(self, case: str) -> None:
        react_to_request(case, self.reaction)
        for effect in owed(self.case(case)):
            if effect.letter and self.sending.send(case, effect.id) == "sent":
                self.does(Step(Kind.LETTER_DELIVERED, self.now, said={"effect": effect.id}), case)
            if effect.does is Does.DRAFT:
                draft_answer(case, effect.id, self.counter.drafting)
            if effect.does is Does.CARRY_OUT:
                self._carry_out(case, effect.id)
        self._approve(case)

    def _approve(self, case: str) -> None:
        found = self.case(case)
        for item in found.items:
            draft = found.draft(item.id)
            if draft is None or item.state.value != "awaiting_approval":
                continue
            hand = Hand("anne", "dpo", f"approve-{next(self._commands)}", self.now)
            Decisions(self.log, POLICY.periods, hand).approve(
                case, item.id, draft.text("digest"), "looks fine"
            )

    def _carry_out(self, case: str, effect: str) -> None:
        plans = dict.fromkeys(
            ("access", "portability"), lambda: lambda it: release_package(it, self.office.packages)
        )
        carry_out(case, effect, Carrying(self.log, POLICY.periods, plans, lambda: self.now))

    # --- what an attacker does with what comes to them

    def letters_to(self, mailboxes: Collection[str]) -> list[str]:
        whole = zip(self.post.taken, self.post.messages(), strict=True)
        return [_said(sent) for (_, to, _, _), sent in whole if to.lower() in mailboxes]

    def presses_links_of(self, *mailboxes: str) -> None:
        """Every link in every letter that reached one of these."""
        for letter in self.letters_to({each.lower() for each in mailboxes}):
            for secret in re.findall(r"/confirm/([A-Za-z0-9_-]{43})", letter):
                self.looks(secret)
                self.presses(secret)
        self.settles()

    def answers_letters_to(self, mailbox: str, text: str = "Oui, je confirme.", **more: Any) -> None:
        """A reply to each letter that reached it, from it, with every header in order."""
        for number, (_, to, _, _) in enumerate([*self.post.taken], 1):
            if to.lower() == mailbox.lower():
                thread = f"In-Reply-To: <ses-{number}@eu-west-3.amazonses.com>\n"
                self.arrives(message(self, mailbox, text, extra=thread, **more))

    @property
    def flags(self) -> dict[str, set[str]]:
        found: dict[str, set[str]] = {}
        for case in self.cases:
            for flag, reasons in case.flags.items():
                found.setdefault(flag.value, set()).update(reasons)
        return found

    @property
    def reasons(self) -> set[str]:
        """Why a person has to look."""
        return self.flags.get(Flag.NEEDS_HUMAN.value, set())


def message(
    shop: Shop,
    sender: str,
    text: str,
    *,
    subject: str = "Mes données",
    dmarc: str = "pass",
    head: str | bytes = "",
    extra: str | bytes = "",
    body: bytes = b"",
    path: str = "",
) -> bytes:
    """A message as SES stores it. head: in From's place. extra: headers more. body: from Content-Type on."""
    address = sender.rpartition("<")[2].rstrip(">")
    domain = address.rpartition("@")[2]
    date = format_datetime(shop.now + timedelta(minutes=7))
    above = ses(date=date, path=path or address, from_domain=domain, dmarc=dmarc, spf=dmarc, dkim=dmarc)
    who = _bytes(head) if head else f"From: {sender}\n".encode()
    more = _bytes(extra)
    id_ = f"{shop.now:%Y%m%d%H%M%S}@{domain}"
    ours = f"To: {CONTACT}\nSubject: {subject}\nMessage-ID: <{id_}>\nMIME-Version: 1.0\n".encode()
    content = body or b"Content-Type: text/plain; charset=utf-8\n\n" + text.encode() + b"\n"
    return crlf(above.encode() + who + more + ours + content)


def _bytes(told: str | bytes) -> bytes:
    return told.encode() if isinstance(told, str) else told


def own_mailbox(found: Shop, mailbox: str, text: str, **more: Any) -> None:
    """A request from a mailbox that is really the attacker's, and all that may follow."""
    found.arrives(message(found, mailbox, text, **more))
    found.presses_links_of(mailbox)
    found.answers_letters_to(mailbox)


def _said(sent: EmailMessage) -> str:
    """What is read in a letter, and in what goes with it."""
    return "\n".join(str(part.get_content()) for part in sent.walk() if part.get_content_maintype() == "text")


type Attack = Callable[[Shop], object]


def shop(*, on_file: bool) -> Shop:
    """A shop on the day of the attack; on_file: it knows Camille by an order, an account and a subscription."""
    found = Shop(now=at("2026-11-22T10:00"))
    if on_file:
        order = session("2026-03-01", customer="cus_canary", number="IM-A1042", delivery=DELIVERY)
        found.office.hears(
            order,
            charge("2026-03-01", customer="cus_canary"),
            customer("2026-03-01", customer="cus_canary", name="Camille Durand", phone="+33 1 99 00 12 34"),
            member("2026-02-01"),
        )
    return found


def held(found: Shop) -> dict[str, object]:
    """Every fact that the shop has of anybody, but for what the attack itself told."""
    return {
        f"{under} {key}": fact.digest
        for under, facts in found.ledger.partitions.items()
        for key, fact in facts.items()
        if fact.source != "contact"
    }


def nothing_gained(
    found: Shop, before: dict[str, object], *, own: bool = False, seen: Collection[str] = ()
) -> None:
    """Nothing released, nothing deleted, and no word of the record in any letter.

    own: the attacker may be handed a copy of what they wrote themselves. seen: of the canaries, what they knew before.
    """
    packed = [piece for package in found.office.packages.held.values() for piece in unpacked(package)]
    assert own or not packed
    assert held(found) == before
    said = [_said(sent) for sent in found.post.messages()]
    for canary in set(CANARIES) - {*seen}:
        assert not [letter for letter in said if canary in letter]
        assert not [piece for piece in packed if canary.encode() in piece]
    for case in found.cases:
        for step in case.steps:
            assert step.kind is not Kind.DRAFTED or step.text("plan") in {
                NO_DATA,
                *(["access"] if own else []),
            }
            assert step.kind is not Kind.APPROVED or own


def unpacked(package: bytes) -> list[bytes]:
    with zipfile.ZipFile(io.BytesIO(package)) as whole:
        return [whole.read(name) for name in whole.namelist()]


def sent(found: Shop) -> list[tuple[str, str, bytes]]:
    return [(to, letter, raw) for _, to, letter, raw in found.post.taken]


def withstood(attack: Attack, *, looked_at: Collection[str] = (), own: bool = False) -> Shop:
    """The shop that knows the victim, after the attack. looked_at: why a person has to look, one of these. own: as
    in `nothing_gained`."""
    shops = [shop(on_file=True), shop(on_file=False)]
    for found in shops:
        before = held(found)
        attack(found)
        nothing_gained(found, before, own=own)
        assert found.cases or found.log.aside, "the attack came to nothing before it began"
        if looked_at:
            assert found.reasons.intersection(looked_at), found.reasons
    known, unknown = shops
    assert sent(known) == sent(unknown)
    return known
