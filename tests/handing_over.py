"""Somebody's answer in tests, from the draft to the download: stores in memory, and a case of Camille's."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from privacy import letters
from privacy.domain.breach import Breach, Did, Entry
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import Does, Effect, Progress, effects, owed
from privacy.domain.request_steps import By, Kind, Said
from privacy.domain.rights import Right
from privacy.operations.answers.build_answer import Building
from privacy.operations.answers.close_answers import close_answers
from privacy.operations.answers.collect_answer import Collecting
from privacy.operations.answers.draft_answer import Drafting, draft_answer
from privacy.operations.answers.pack_answer import Packing
from privacy.operations.answers.release_package import release_package
from privacy.operations.letters.compose_letter import Link
from privacy.operations.letters.letter_links import LetterLinks
from privacy.operations.letters.write_letter import LetterWriting, Offices, Ready
from privacy.operations.requests.decide_request import Decisions, Hand
from privacy.operations.rights.carry_out import Carrying, carry_out
from privacy.operations.rights.plan_erasure import Reading
from privacy.outbound.disk_spool import DiskSpool
from privacy.policy import answer_words, recipients
from tests.answering import Office
from tests.fakes import MemoryAudiences, MemoryStripe, MemoryTokens
from tests.requesting import CASE, DPO, POLICY, STAFF, Desk, asks, mail, step
from tests.telling import PSEUDONYMS, at

OFFICES = Offices("contact@imera-paris.com", "service@imera.example", "dpo@imera.example")


@dataclass
class Counter:
    """A desk, the shop's stores, and everybody between a verified request and its answer."""

    desk: Desk = field(default_factory=Desk)
    office: Office = field(default_factory=Office)
    tokens: MemoryTokens = field(default_factory=MemoryTokens)

    def __post_init__(self) -> None:
        self.office.requests = self.desk.log
        self._attempts = (f"a{number}" for number in itertools.count(1))
        self._commands = (f"command-{number}" for number in itertools.count(1))

    @property
    def now(self) -> datetime:
        return self.desk.now

    def asked(self, *rights: Right, verified: str | None = "", level: str = "L1", **more: Any) -> Counter:
        """A request of Camille's; verified: at which address, her own where it is empty."""
        self.office.copies.held["mail1"] = b"Bonjour"
        self.desk.brings(mail(), asks(*(rights or (Right.ACCESS,)), **more))
        if verified is not None:
            self.verified(verified, level)
        self.desk.now = at("2026-11-22T12:00")
        return self

    def verified(self, address: str = "", level: str = "L1") -> None:
        items = tuple(item.id for item in self.case.items)
        said: dict[str, Said] = {"level": level, "method": "link", "reason": "x", "address": address}
        self.desk.does(step(Kind.IDENTITY_VERIFIED, "2026-11-22T11:00", DPO, items=items, **said))

    @property
    def case(self) -> Request:
        return self.desk.case()

    def item(self, id_: str = "access") -> Item:
        item = self.case.item(id_)
        assert item is not None
        return item

    # --- drafting

    @property
    def drafting(self) -> Drafting:
        building = Building(
            self.office.sources,
            Packing(self.office.packages, self.office.copies, POLICY, recipients.load()),
            answer_words.load,
            DiskSpool,
        )
        return Drafting(
            self.desk.log,
            POLICY.periods,
            building,
            lambda: next(self._attempts),
            lambda: self.now,
            lambda: self.reading,
        )

    @property
    def reading(self) -> Reading:
        """Where an erasure looks: nobody has asked Stripe or Mailchimp yet."""
        sources = self.office.sources
        return Reading(
            stores=sources.stores,
            archive=sources.archive,
            log=self.desk.log,
            holds=sources.holds,
            notes=sources.notes,
            directives=sources.directives,
            directory=MemoryAudiences(),
            audiences=tuple,
            payments=MemoryStripe(),
            facts_of=lambda kind, listed, asked_at: (),
            policy=POLICY,
            recipients=recipients.load(),
            pseudonyms=PSEUDONYMS,
            now=lambda: self.now,
        )

    def owes(self, does: Does, about: str = "access") -> Effect:
        return next(e for e in owed(self.case) if e.does is does and e.about == about)

    def drafts(self, about: str = "access") -> str:
        return draft_answer(CASE, self.owes(Does.DRAFT, about).id, self.drafting)

    # --- deciding

    def decisions(self, by: By = STAFF) -> Decisions:
        return Decisions(self.desk.log, POLICY.periods, Hand(by.who, by.role, next(self._commands), self.now))

    def approves(
        self, item: str = "access", by: By = STAFF, *, digest: str = "", reason: str = ""
    ) -> Request:
        draft = self.case.draft(item)
        assert draft is not None
        return self.decisions(by).approve(CASE, item, digest or draft.text("digest"), reason)

    def carries_out(self, item: str = "access") -> str:
        plans = dict.fromkeys(
            ("access", "portability"), lambda: lambda it: release_package(it, self.office.packages)
        )
        carrying = Carrying(self.desk.log, POLICY.periods, plans, lambda: self.now)
        return carry_out(CASE, self.owes(Does.CARRY_OUT, item).id, carrying)

    def answers(self, item: str = "access", reason: str = "") -> Counter:
        """All of it."""
        assert self.drafts(item) == "drafted"
        self.approves(item, reason=reason)
        assert self.carries_out(item) == "done"
        return self

    def closes_answers(self, case: str = CASE) -> tuple[str, ...]:
        """As a breach that names the case does."""
        entry = Entry(Did.OPENED, self.now, "anne", "c1", "it went astray", self.now, request=case)
        breach = Breach("BR-4F1D2A90", (entry,))
        return close_answers(breach, by=DPO, log=self.desk.log, periods=POLICY.periods, now=self.now)

    # --- letters and what they lead to

    @property
    def links(self) -> LetterLinks:
        return LetterLinks(self.tokens, lambda: PSEUDONYMS, "https://privacy.example")

    def letter(self, name: str) -> Effect:
        return [e for e in effects(self.case).values() if e.letter == name][-1]

    def writes(self, name: str) -> Ready:
        """The letter as it goes; what its link is worth is kept."""
        writing = LetterWriting(
            letters.load(), POLICY.controller, OFFICES, self.desk.mails, lambda _: (), self.links
        )
        effect = self.letter(name)
        assert effect.progress is Progress.OWED
        return writing.ready(self.case, effect, self.now)

    def secret(self, name: str = "ACCESS_ANSWER") -> str:
        link = self.links.values(self.case, self.letter(name))["link"]
        assert isinstance(link, Link)
        return link.url.rpartition("/")[2]

    @property
    def code(self) -> str:
        return str(self.links.values(self.case, self.letter("ANSWER_CODE"))["code"])

    @property
    def collecting(self) -> Collecting:
        return Collecting(self.tokens, self.desk.log, self.office.packages, POLICY, lambda: self.now)
