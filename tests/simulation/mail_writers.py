"""What reaches contact@: what people, machines and authorities write, and what reading it and triage would find."""

from __future__ import annotations

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from itertools import count
from typing import Any, NamedTuple

from privacy.domain.mail import Address, Attachment, Bounce, IncomingMail, Verdicts
from privacy.domain.rights import Right
from privacy.domain.understanding import Evidence, Outcome, Particulars, Role, Understanding
from tests.simulation.ses import Taken

CONTACT = "contact@imera-paris.com"
PASSED = Verdicts("PASS", "PASS", "PASS", "PASS", "PASS")
#: Two spellings of one mailbox are one person.
PEOPLE = (("ana@example.fr", "Ana@Example.fr"), ("bob@example.fr",), ("cleo@example.org",))
ROBOT, AUTHORITY, LISTS = "robot@example.org", "brigade@example.org", "news@example.org"
#: Nobody can be written to there.
NOWHERE = '"ana..b"@example.fr'
CARD, DOCUMENT = b"4242424242424242", b"<identity document>"
PDF = Attachment("lettre.pdf", "application/pdf", 40_000, "00" * 32)

_RIGHTS = (
    Right.ACCESS, Right.ACCESS, Right.ACCESS, Right.ERASURE, Right.RECTIFICATION, Right.OBJECTION,
    Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL,
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Written:
    """One message as it stands in the bucket. kind: what its writer meant it to be."""

    kind: str
    mail: IncomingMail
    understood: Understanding
    raw: bytes

    @property
    def sender(self) -> str:
        return self.mail.sender.address.lower() if self.mail.sender else ""


class Draw:
    """One of these, by weights that are each world's own: much of one thing shows what little of everything hides."""

    def __init__(self, chance: random.Random, weights: Mapping[str, float]) -> None:
        self._chance = chance
        self._names = list(weights)
        self._weights = [weight * chance.choice([0.1, 1, 1, 5]) for weight in weights.values()]

    def draw(self) -> str:
        return self._chance.choices(self._names, self._weights)[0]


class Seen(NamedTuple):
    """What writers have before them: letters that went out, messages that came in, and the cases that there are."""

    letters: Sequence[Taken]
    mails: Sequence[Written]
    cases: Sequence[str]


class Writers:
    """Everybody who writes, by chance."""

    def __init__(self, chance: random.Random, now: Callable[[], datetime]) -> None:
        self.chance = chance
        self.now = now
        self.kinds = Draw(chance, _KINDS)
        self._ids = (f"mail{n:03}" for n in count(1))

    def writes(self, seen: Seen) -> Written:
        kind = self.kinds.draw()
        written: Written | None = getattr(self, f"_{kind}")(seen)
        return written or self._request(seen)

    def answers(self, case: str, address: str) -> Written:
        """Somebody goes on about their own case."""
        return self._by("reply", Address(address), self._says_in_reply(), **self._found_by(case, None))

    # --- people

    def _request(self, _seen: Seen) -> Written:
        return self._by("request", self._somebody(), self._asks())

    def _stop(self, _seen: Seen) -> Written:
        right = self.chance.choice([Right.CONSENT_WITHDRAWAL, Right.OBJECTION_MARKETING])
        return self._by("stop", self._somebody(), _understood(Outcome.REQUEST, right))

    def _again(self, seen: Seen) -> Written | None:
        """The same wish in other words, minutes or days later."""
        before = self._earlier(seen, "request", "again", "stop", "both")
        return before and self._by("again", before.mail.sender, before.understood)

    def _copy(self, seen: Seen) -> Written | None:
        """The very same message, which came by another way as well."""
        before = self._earlier(seen)
        if before is None:
            return None
        mail = replace(before.mail, mail_id=next(self._ids), received_at=self._received_at())
        return Written("copy", mail, before.understood, before.raw)

    def _borrowed_id(self, seen: Seen) -> Written | None:
        """Another message under the id of one that came before."""
        before = self._earlier(seen)
        return before and self._by(
            "request", self._somebody(), self._asks(), message_id=before.mail.message_id
        )

    def _both(self, _seen: Seen) -> Written:
        return self._by("both", self._somebody(), replace(self._asks(), customer_service=True))

    def _shop(self, _seen: Seen) -> Written:
        about_the_shop = self.chance.random() < 0.8
        understood = _understood(Outcome.NOT_REQUEST, customer_service=about_the_shop)
        return self._by("shop", self._somebody(), understood)

    def _unsure(self, _seen: Seen) -> Written:
        return self._by("unsure", self._somebody(), _understood(Outcome.UNSURE))

    def _document(self, _seen: Seen) -> Written:
        """E75: an identity document that nobody asked for, now and then beside a question for the shop."""
        asks = replace(self._asks(), customer_service=self.chance.random() < 0.5)
        return self._by(
            "request",
            self._somebody(),
            asks,
            raw=b"Voici " + DOCUMENT,
            attachments=(PDF,),
            identity_documents=(0,),
        )

    def _card(self, _seen: Seen) -> Written:
        understood = _understood(Outcome.NOT_REQUEST, customer_service=True)
        return self._by("shop", self._somebody(), understood, raw=b"Ma carte est la " + CARD)

    def _reply(self, seen: Seen) -> Written | None:
        """To a letter of ours, found by its tag, by the address written to, or by the thread alone."""
        people = {address.lower() for addresses in PEOPLE for address in addresses}
        letters = [letter for letter in seen.letters if letter.recipient.lower() in people]
        if not letters:
            return None
        letter = self.chance.choice(letters)
        return self._by(
            "reply", Address(letter.recipient), self._says_in_reply(), **self._found_by(letter.case, letter)
        )

    def _stranger(self, seen: Seen) -> Written | None:
        """Whoever saw the tag of a case of somebody else's, or makes one up."""
        case = self.chance.choice([*seen.cases, *seen.cases, "IM-2026-999999"])
        return self._by("stranger", self._somebody(), self._says_in_reply(), **self._found_by(case, None))

    def _agent(self, _seen: Seen) -> Written:
        understood = replace(self._asks(), role=self.chance.choice([Role.AGENT, Role.PARENT, Role.HEIR]))
        attached = (PDF,) if self.chance.random() < 0.4 else ()
        return self._by("agent", self._somebody(), understood, attachments=attached)

    def _abuse(self, _seen: Seen) -> Written:
        return self._by("request", self._somebody(), replace(self._asks(), abusive=True))

    def _nobody(self, _seen: Seen) -> Written:
        sender = self.chance.choice([None, Address(NOWHERE), Address("")])
        return self._by("nobody", sender, self._asks())

    def _authority(self, _seen: Seen) -> Written:
        asks = replace(self._asks(), authority=True)
        return self._by("authority", Address(AUTHORITY), asks)

    # --- what is taken for spam, and what is none of anybody's

    def _spam(self, _seen: Seen) -> Written:
        outcome = self.chance.choice([Outcome.NOT_REQUEST, Outcome.REQUEST, Outcome.UNSURE])
        rights = (Right.ACCESS,) if outcome is Outcome.REQUEST else ()
        evidence = (Evidence("access", "mes données"),) if rights else ()
        verdicts = PASSED._replace(**{self.chance.choice(["spam", "virus"]): "FAIL"})
        understood = _understood(outcome, *rights, evidence=evidence)
        return self._by("spam", self._somebody(), understood, verdicts=verdicts)

    def _machine(self, seen: Seen) -> Written:
        """An answer of nobody's, at times to our own letter."""
        automatic = self.chance.choice(["auto_reply", "loop", "list", "bulk"])
        more = {}
        if seen.letters and self.chance.random() < 0.7:
            letter = self.chance.choice(seen.letters)
            more = self._found_by(letter.case, letter)
        sender = Address(self.chance.choice([ROBOT, PEOPLE[0][0]]))
        outcome = self.chance.choice([Outcome.NOT_REQUEST, Outcome.UNSURE])
        if automatic in {"auto_reply", "loop"}:
            outcome = Outcome.REQUEST  # it quotes ours, with all its words
        rights = (Right.ACCESS,) if outcome is Outcome.REQUEST else ()
        return self._by("machine", sender, _understood(outcome, *rights), automatic=automatic, **more)

    def _mailing(self, _seen: Seen) -> Written:
        """A request in what looks like a mailing goes before a person."""
        return self._by("mailing", Address(LISTS), self._asks(), automatic="list")

    def _bounce(self, seen: Seen) -> Written:
        letters = [letter.letter for letter in seen.letters]
        named = self.chance.choice([*letters, *seen.cases, "IM-2026-999999_ack-3", "IM-2026-999999", None])
        bounce = Bounce(named, self.chance.random() < 0.6)
        return self._by("bounce", None, _understood(Outcome.UNSURE), automatic="bounce", bounce=bounce)

    # --- how

    def _somebody(self) -> Address:
        addresses = self.chance.choices(PEOPLE, [5, 3, 1])[0]
        return Address(self.chance.choice(addresses), "Ana Durand")

    def _asks(self) -> Understanding:
        rights = self.chance.sample(_RIGHTS, self.chance.choice([1, 1, 2]))
        language = self.chance.choice(["fr", "fr", "en", "de", ""])
        name = self.chance.choice([None, None, None, "Durand", "Martin"])
        return _understood(
            Outcome.REQUEST, *rights, language=language, particulars=Particulars(family_name=name)
        )

    def _says_in_reply(self) -> Understanding:
        return self.chance.choice([
            self._asks(),
            _understood(Outcome.NOT_REQUEST),
            _understood(Outcome.UNSURE),
            _understood(Outcome.NOT_REQUEST, customer_service=True),
            _understood(Outcome.REQUEST, Right.OBJECTION_MARKETING),
        ])  # fmt: skip

    def _found_by(self, case: str, letter: Taken | None) -> dict[str, Any]:
        named_by = self.chance.choice(["tag", "plus", "mark", "thread"])
        if named_by == "thread" and letter is not None:
            return {"in_reply_to": (f"<{letter.message_id}@eu-west-3.amazonses.com>",)}
        if named_by == "plus":
            return {"recipients": (f"contact+{case}@imera-paris.com",)}
        if named_by == "mark":
            return {"in_reply_to": (f"<{case}@imera-paris.com>",)}
        return {"subject": f"Re: [{case}] Nous avons bien reçu votre demande"}

    def _earlier(self, seen: Seen, *kinds: str) -> Written | None:
        found = [written for written in seen.mails if not kinds or written.kind in kinds]
        return self.chance.choice(found) if found else None

    def _received_at(self) -> datetime:
        """By SES's or the relay's clock, which never runs ahead of the bucket's."""
        return self.now().replace(microsecond=0) - timedelta(seconds=self.chance.choice([0, 2, 40]))

    def _by(
        self,
        kind: str,
        sender: Address | None,
        understood: Understanding,
        raw: bytes = b"Bonjour",
        **more: Any,
    ) -> Written:
        mail_id = next(self._ids)
        message_id = f"<{mail_id}@example.fr>" if self.chance.random() < 0.95 else ""
        said: dict[str, Any] = {
            "subject": "Bonjour",
            "message_id": message_id,
            "verdicts": PASSED,
            "recipients": (CONTACT,),
            **more,
        }
        raw = b"Subject: Bonjour\r\n\r\n" + raw + f" {mail_id}\r\n".encode()
        mail = IncomingMail(
            mail_id=mail_id,
            received_at=self._received_at(),
            sender=sender,
            text=f"Bonjour, … {mail_id}",
            size=len(raw),
            **said,
        )
        return Written(kind, mail, understood, raw)


def _understood(outcome: Outcome, *rights: Right, language: str = "fr", **more: Any) -> Understanding:
    asked = tuple(right for right in Right if right in rights)
    return Understanding(outcome, asked, language, **more)


_KINDS = {
    "request": 6,
    "stop": 3,
    "again": 4,
    "copy": 3,
    "borrowed_id": 0.5,
    "both": 2,
    "shop": 2,
    "unsure": 2,
    "document": 1,
    "card": 0.5,
    "reply": 6,
    "stranger": 2,
    "agent": 1.5,
    "abuse": 0.5,
    "nobody": 0.7,
    "authority": 0.7,
    "spam": 1,
    "machine": 2,
    "mailing": 0.7,
    "bounce": 2,
}
