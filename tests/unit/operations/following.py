"""A shop whose people are followed at Mailchimp, in memory: ledger, fold, Mailchimp, and the clock between them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.member import Audience, Member
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.consent.sync_member import MemberSync
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.record_fact import record_fact
from tests.fakes import MemoryAudiences, MemoryLedger, MemoryNotes, MemoryPeople, MemoryRegistry
from tests.telling import CAMILLE, PSEUDONYMS, session

LIST, OTHER = "a6b5da1054", "b7c6eb2165"
POLICY = policy.load()
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)
GRANT = session("2026-11-22T09:00", box=True)


def audience(name: str = LIST, *, double: bool = False) -> Audience:
    return Audience(name, "iméra", double, "https://eepurl.example/form", 0)


def member(status: str, changed: datetime, name: str = LIST, source: str = "Import") -> Member:
    return Member(name, CAMILLE, status, source, changed, None, None, None, changed, None, None)


@dataclass
class World:
    """A ledger, its fold and Mailchimp, in memory; time goes on with every look at the clock."""

    mailchimp: MemoryAudiences = field(default_factory=lambda: MemoryAudiences(audience(), audience(OTHER)))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)
    notes: MemoryNotes = field(default_factory=MemoryNotes)
    done: list[str] = field(default_factory=list)
    clock: datetime = NOW

    def __post_init__(self) -> None:
        self.people = MemoryPeople(self.ledger)
        self.ids: Iterator[str] = (f"person-{n}" for n in range(1000))

    def now(self) -> datetime:
        self.clock += timedelta(seconds=1)
        self.mailchimp.now = self.clock
        return self.clock

    def stores(self) -> Stores:
        return Stores(ledger=self.ledger, people=self.people, registry=self.registry)

    def sync(self) -> MemberSync:
        return MemberSync(
            stores=self.stores(),
            members=self.mailchimp,
            directory=self.mailchimp,
            audiences=(LIST, OTHER),
            notes=self.notes,
            policy=POLICY,
            pseudonyms=PSEUDONYMS,
            now=self.now,
            record=self.tell,
            counted=self.done.append,
        )

    def tell(self, *facts: Fact) -> None:
        for fact in facts:
            record_fact(fact, ledger=self.ledger, policy=POLICY)

    def read_back(self, member: Member) -> Fact:
        """What a look at Mailchimp's member comes to."""
        return fact_from(member, pseudonyms=PSEUDONYMS, recorded_at=self.now())

    def fold(self) -> set[str]:
        """Folds everybody, as the stream would; the ids of the people whose items changed."""
        before = {person: version for person, (version, _) in self.people.items.items()}
        for identifier in list(self.ledger.partitions):
            fold_people(
                {identifier},
                stores=self.stores(),
                policy=POLICY,
                now=self.clock,
                new_id=lambda: next(self.ids),
            )
        return {person for person, (version, _) in self.people.items.items() if before.get(person) != version}

    def settle(self) -> int:
        """Fold and follow until nothing changes; returns how many rounds it took."""
        for n in range(20):
            changed = self.fold()
            if not changed:
                return n
            for person in sorted(changed):
                self.sync().follow_person(person)
        raise AssertionError("it never comes to rest")

    def status(self, name: str = LIST) -> str | None:
        held = self.mailchimp.held[name].get(CAMILLE)
        return held.status if held else None
