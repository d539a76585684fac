"""Short ways to tell mails and requests in tests: fictional people, instants in UTC."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from typing import Any

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.mail import Address, IncomingMail, Verdicts
from privacy.domain.projection import Pointer
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, Effect, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_moves import take
from privacy.domain.request_steps import AUTO, By, Kind, Said, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import Outcome, Understanding
from privacy.operations.requests.append_steps import append_steps
from privacy.operations.requests.receive_mail import Became, Reception, receive_mail
from privacy.ports import StoredMail
from tests.fakes import MemoryLedger, MemoryMail, MemoryPeople, MemoryRequests
from tests.telling import CAMILLE, PSEUDONYMS, at, email

POLICY = policy.load()
PASSED = Verdicts(spf="PASS", dkim="PASS", dmarc="PASS", spam="PASS", virus="PASS")
STAFF = By("staff", "benoit")
DPO = By("dpo", "anne")
CASE = "IM-2026-000001"


def mail(
    mail_id: str = "mail1", when: str = "2026-11-22T10:00", sender: str | None = CAMILLE, **more: Any
) -> IncomingMail:
    """A message of Camille's, who passes every check."""
    return IncomingMail(
        mail_id=mail_id,
        received_at=at(when),
        sender=Address(sender) if sender else None,
        subject=more.pop("subject", "Bonjour"),
        text=more.pop("text", "Bonjour, …"),
        message_id=more.pop("message_id", f"<{mail_id}@example.fr>"),
        verdicts=more.pop("verdicts", PASSED),
        **more,
    )


def asks(*rights: Right, language: str = "fr", **more: Any) -> Understanding:
    """A plain request."""
    return Understanding(Outcome.REQUEST, tuple(r for r in Right if r in rights), language, **more)


def shopping(**more: Any) -> Understanding:
    """Something for the shop, and nothing else."""
    return Understanding(Outcome.NOT_REQUEST, language="fr", customer_service=True, **more)


THANKS = Understanding(Outcome.NOT_REQUEST, language="fr")
UNSURE = Understanding(Outcome.UNSURE, language="fr")


def step(kind: Kind, when: str = "2026-11-22T10:01", by: By = AUTO, **said: Said) -> Step:
    return Step(kind, at(when), by, said=said)


def received(when: str = "2026-11-22T10:00", mail_id: str = "mail1", **more: Said) -> Step:
    said: dict[str, Said] = {
        "mail": mail_id,
        "received_at": at(when).isoformat(),
        "channel": "mail",
        "address": CAMILLE,
        **more,
    }
    return step(Kind.RECEIVED, when, **said)


def opened(*rights: Right, when: str = "2026-11-22T10:00", **more: Said) -> list[Step]:
    """A case of Camille's with these rights."""
    return [
        received(when),
        step(Kind.UNDERSTOOD, when, mail="mail1", outcome="request", language="fr", role="self"),
        step(Kind.OPENED, when, mail="mail1", rights=tuple(r.value for r in rights), **more),
    ]


def case(*rights: Right, when: str = "2026-11-22T10:00") -> Request:
    return take(Request(CASE), opened(*rights, when=when))


def letters_owed(request: Request) -> list[Effect]:
    """All that is owed but asking whose the request is."""
    return [effect for effect in owed(request) if effect.does is not Does.ASK]


def refolded(request: Request) -> Request:
    """The same request, folded from its steps alone."""
    return fold(request.id, request.steps)


@dataclass
class Desk:
    """contact@ with stores in memory: `brings` delivers a message with what triage would understand of it."""

    log: MemoryRequests = field(default_factory=MemoryRequests)
    mails: MemoryMail = field(default_factory=MemoryMail)
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    told: list[Fact] = field(default_factory=list)
    known: set[str] = field(default_factory=set)
    delay: timedelta = timedelta(seconds=30)
    raw: bytes = b"raw"
    _incoming: dict[str, tuple[IncomingMail, Understanding]] = field(default_factory=dict)
    _folded: dict[str, Request] = field(default_factory=dict)
    _numbers: int = 0
    now: datetime = field(default_factory=lambda: at("2026-11-22T10:00"))

    def brings(self, mail: IncomingMail, understood: Understanding) -> Became:
        self.now = max(self.now, mail.received_at + self.delay)
        self.mails.replace(mail.mail_id, self.raw, mail.received_at)
        self._incoming[mail.mail_id] = (mail, understood)
        return self.takes(mail.mail_id)

    def takes(self, mail_id: str) -> Became:
        return receive_mail(mail_id, self.reception)

    @property
    def people(self) -> MemoryPeople:
        people = MemoryPeople(self.ledger)
        people.found = {email(address): Pointer("person-1") for address in self.known}
        return people

    @property
    def reception(self) -> Reception:
        return Reception(
            log=self.log,
            mails=self.mails,
            people=self.people,
            pseudonyms=PSEUDONYMS,
            periods=POLICY.periods,
            read=self._read,
            clean=lambda raw: raw.replace(b"4242424242424242", b"XXXXXXXXXXXXXXXX"),
            understand=lambda mail: self._incoming[mail.mail_id][1],
            record=self.told.append,
            new_id=self._new_id,
            now=lambda: self.now,
            own_domain="imera-paris.com",
        )

    def _read(self, mail_id: str, stored: StoredMail) -> IncomingMail:
        return replace(self._incoming[mail_id][0], size=stored.size)

    def _new_id(self) -> str:
        self._numbers += 1
        return f"IM-2026-{self._numbers:06}"

    def case(self, id_: str = CASE) -> Request:
        """As it stands: tests look at a case more often than anything happens in it."""
        steps = self.log.steps(id_)
        known = self._folded.get(id_)
        if known is None or known.steps != steps:
            known = self._folded[id_] = fold(id_, steps)
        return known

    @property
    def cases(self) -> list[Request]:
        return [self.case(id_) for id_ in sorted(self.log.cases)]

    def does(self, decide: Callable[[Request], list[Step]] | Step, id_: str = CASE) -> Request:
        chosen = decide if callable(decide) else lambda _: [decide]
        return append_steps(id_, chosen, log=self.log, periods=POLICY.periods)
