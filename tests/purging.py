"""A back office in memory whose people are purged: stores, providers, the fold behind the ledger's stream."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator, Mapping
from datetime import datetime, timedelta
from functools import partial
from typing import Any

from privacy import policy
from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.member import Audience, Member
from privacy.domain.person import Person
from privacy.inbound import stripe_history
from privacy.inbound.batch import BatchRecord
from privacy.inbound.folding import Folder
from privacy.inbound.payload import Ignored
from privacy.operations.consent.offer_renewal import Renewing, renew
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.person_summary import SHARDS
from privacy.operations.people.record_fact import record_fact
from privacy.operations.retention.forget_at_providers import Providers
from privacy.operations.retention.keepers import keepers_of
from privacy.operations.retention.owe_redaction import Owing
from privacy.operations.retention.purge_batch import PERSON, Batch, batches
from privacy.operations.retention.purge_people import PeoplePurge
from privacy.operations.retention.purge_person import PersonPurge
from privacy.ports.retention import Receipt
from tests.fakes import (
    MemoryArchive,
    MemoryAudiences,
    MemoryDueIndex,
    MemoryHolds,
    MemoryLedger,
    MemoryPeople,
    MemoryReceipts,
    MemoryRedactions,
    MemoryRegistry,
    MemoryReplay,
    MemoryRequests,
    MemoryStripe,
    MemoryUndeliverables,
)
from tests.telling import CAMILLE, PSEUDONYMS, at, email

POLICY = policy.load()
LIST = "list1"
#: Half past three in Paris, in winter.
NIGHT = timedelta(hours=2, minutes=30)
#: The run's message is sent before it is worked on.
SENT = timedelta(seconds=-20)


class PurgeOffice:
    """Everything in memory. `happened`: what the purge told besides its receipts."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.registry = MemoryRegistry()
        self.stores = Stores(self.ledger, self.people, self.registry)
        self.archive = MemoryArchive()
        self.receipts = MemoryReceipts(lambda: paris_day(self.now))
        self.replay = MemoryReplay()
        self.mailchimp = MemoryAudiences(Audience(LIST, "Nouvelles", False, None, 0))
        self.stripe = MemoryStripe()
        self.ses = MemoryUndeliverables()
        self.requests = MemoryRequests()
        self.holds = MemoryHolds()
        self.redactions = MemoryRedactions()
        self.redacts = False
        self.now = at("2026-11-22")
        self.happened: list[str] = []
        self.asked_to_stay: list[str] = []
        self._ids = (f"person-{n}" for n in itertools.count(1))
        self._runs = itertools.count(1)

    # --- what comes in

    def hear(self, *facts: Fact) -> None:
        """Facts are appended, and the stream folds them."""
        for fact in facts:
            self.ledger.append(fact)
        self.stream(*((fact.filed_under, fact.key) for fact in facts))

    def stream(self, *keys: tuple[str, str], removed: bool = False) -> None:
        folder = Folder(self.stores, POLICY, lambda: self.now, self.new_id, {pk for pk, _ in keys})
        for key in keys:
            folder.fold(BatchRecord(key[1], key=key, removed=removed))

    def joins(self, when: str, who: str = CAMILLE) -> None:
        """At Mailchimp, as nobody told us yet."""
        self.mailchimp.put(
            Member(LIST, who, "subscribed", "Import", at(when), None, None, None, at(when), "fr", None)
        )

    def new_id(self) -> str:
        return next(self._ids)

    # --- the purge

    @property
    def purge(self) -> PeoplePurge:
        person = PersonPurge(
            stores=self.stores,
            remover=self.ledger,
            archive=self.archive,
            keepers=partial(keepers_of, holds=self.holds, log=self.requests),
            providers=Providers(
                directory=self.mailchimp,
                members=self.mailchimp,
                audiences=(LIST,),
                customers=self.stripe,
                undeliverables=self.ses,
            ),
            payments=self.stripe,
            facts_of=self._facts_of,
            record=partial(record_fact, ledger=self.ledger, policy=POLICY),
            policy=POLICY,
            pseudonyms=PSEUDONYMS,
            now=lambda: self.now,
            new_id=self.new_id,
            told=self.happened.append,
            renew=self._renew,
            owing=self.owing,
        )
        return PeoplePurge(person, self.receipts, self.replay, lambda: self.happened.append("skipped"))

    @property
    def owing(self) -> Owing | None:
        if not self.redacts:
            return None
        return Owing(self.redactions, self.people, PSEUDONYMS, self.stripe.checkouts)

    def _renew(self, person: Person) -> None:
        self.asked_to_stay.append(person.anchor)
        renew(person, Renewing(self.requests, PSEUDONYMS, POLICY.periods, lambda: self.now))

    @staticmethod
    def _facts_of(kind: str, listed: Mapping[str, object], asked_at: datetime) -> tuple[Fact, ...]:
        facts = stripe_history.facts_from(
            kind, listed, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=asked_at
        )
        return () if isinstance(facts, Ignored) else facts

    def due(self) -> list[Batch]:
        """What the night's plan sends."""
        index = MemoryDueIndex.of_people(SHARDS, self.people)
        today = paris_day(self.now)
        found = [page for shard in SHARDS for page in index.page(shard, today, None, 1000).due]
        return [*batches(f"retention-{next(self._runs)}", PERSON, [(pk, sk) for pk, sk, _ in found])]

    def night(self, day: str) -> list[Batch]:
        """The run of that Paris day at 03:30, everything that it sends purged; the batches."""
        self.now = at(day) + NIGHT
        sent = self.due()
        for batch in sent:
            self.work(batch)
        return sent

    def work(self, batch: Batch) -> None:
        self.purge.purge(batch, at=self.now + SENT)

    def nights(self, *days: str) -> None:
        for day in days:
            self.night(day)

    # --- what is there

    def facts(self) -> list[Fact]:
        return [fact for held in self.ledger.partitions.values() for fact in held.values()]

    def groups(self) -> set[str]:
        return {name for fact in self.facts() for name in fact.groups}

    def knows(self, who: str = CAMILLE) -> bool:
        return email(who) in self.people.found

    def summary(self, who: str = CAMILLE) -> dict[str, Any]:
        pointer = self.people.found[email(who)]
        assert pointer.person is not None
        return self.people.items[pointer.person][1]

    def empty(self) -> bool:
        """Nothing of anybody: not in the ledger, not in the projection, not at the providers."""
        people = self.people
        held = any(people.holdings.values()) or people.items or people.found
        return not (self.facts() or held or self.mailchimp.held[LIST])

    def lines(self) -> list[dict[str, int]]:
        return [dict(line) for receipt in self.all_receipts() for line in receipt.lines.values()]

    def all_receipts(self) -> list[Receipt]:
        return [self.receipts.held[name] for name in sorted(self.receipts.held)]

    def erased(self) -> list[str]:
        return sorted(each.person for each in self.replay.listed())


def paid_session(who: str, when: str, payment: str = "pi_missed") -> dict[str, object]:
    """A Checkout session as Stripe lists it."""
    return {
        "id": f"cs_{payment}",
        "object": "checkout.session",
        "amount_total": 8000,
        "created": int(at(when).timestamp()),
        "currency": "eur",
        "customer": None,
        "customer_details": {"email": who, "name": "Camille"},
        "livemode": True,
        "metadata": {},
        "mode": "payment",
        "payment_intent": payment,
        "payment_status": "paid",
        "status": "complete",
    }


class Killed(BaseException):
    """The worker is gone; no handler of its own sees it."""


def dies() -> None:
    raise Killed


class Moment:
    """The `count`th moment of a purge's work, just before a call: then `happens` happens, once."""

    def __init__(
        self,
        office: PurgeOffice,
        count: int,
        happens: Callable[[], None],
        also: Mapping[Any, tuple[str, ...]] | None = None,
    ) -> None:
        self.left = count
        self._happens = happens
        for part, names in (*_calls(office).items(), *(also or {}).items()):
            for name in names:
                setattr(part, name, self._watched(getattr(part, name)))

    @property
    def came(self) -> bool:
        return self.left <= 0

    def _watched(self, call: Callable[..., Any]) -> Callable[..., Any]:
        def made(*asked: Any, **more: Any) -> Any:
            self._passes()
            answer = call(*asked, **more)
            return [*answer] if isinstance(answer, Iterator) else answer

        return made

    def _passes(self) -> None:
        self.left -= 1
        if self.left == 0:
            self._happens()


def _calls(office: PurgeOffice) -> Mapping[Any, tuple[str, ...]]:
    return {
        office.ledger: ("under", "append", "remove", "delete", "get"),
        office.people: ("person", "pointers", "save", "drop"),
        office.registry: ("suppressions", "suppress", "gone", "mark_gone", "unmark_gone"),
        office.archive: ("put", "remove"),
        office.receipts: ("of", "begin", "finish"),
        office.replay: ("add", "intend", "strike_out"),
        office.mailchimp: ("read", "delete_permanently"),
        office.stripe: ("known_under", "delete", "blank"),
        office.ses: ("lift",),
        office.redactions: ("owe", "of", "settle"),
    }
