"""Short ways to have somebody's data collected in tests: stores in memory, fictional people."""

from __future__ import annotations

import itertools
from collections import defaultdict
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from io import BytesIO
from typing import Any

from privacy import policy
from privacy.domain.dossier import Dossier, Record
from privacy.domain.facts import Fact
from privacy.operations.answers.collect_dossier import Sources, collect_dossier
from privacy.operations.answers.spooling import records_of
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.ports import ProviderUnavailable
from privacy.ports.answers import ReadLogEntry
from tests.fakes import (
    MemoryArchive,
    MemoryDirectives,
    MemoryHolds,
    MemoryLedger,
    MemoryNotes,
    MemoryPeople,
    MemoryRegistry,
    MemoryRequests,
)
from tests.telling import CAMILLE, PSEUDONYMS, at

POLICY = policy.load()
STAFF = Reader("alix.operator", "staff")
RECEIVED = at("2026-11-20T09:00")
NOW = at("2026-11-22T12:00")

type Document = Mapping[str, Any]


class MemorySpool:
    def __init__(self) -> None:
        self.held: dict[str, list[bytes]] = defaultdict(list)

    def add(self, section: str, line: bytes) -> None:
        self.held[section].append(line)

    def lines(self, section: str) -> Iterator[bytes]:
        return iter(self.held.get(section, []))


class MemoryReads:
    """ReadLog: (whom, at, purpose) each; and what the registry was told, all of it now."""

    def __init__(self, registry: MemoryRegistry | None = None) -> None:
        self.registry = registry or MemoryRegistry()
        self.entries: list[tuple[str, datetime, str]] = []

    def reads_of(self, persons: Collection[str], since: datetime, until: datetime) -> Iterator[ReadLogEntry]:
        told = [(about, NOW, purpose) for _, _, about, purpose in self.registry.reads]
        for about, when, purpose in sorted([*self.entries, *told], key=lambda entry: entry[1]):
            if about in persons and since <= when <= until:
                yield ReadLogEntry(when, purpose)


class MemoryPersonAtStripe:
    """PersonAtStripe. held: by kind, Stripe's JSON."""

    def __init__(self) -> None:
        self.held: dict[str, list[Document]] = defaultdict(list)
        self.down = False
        self.asked: list[tuple[str, str]] = []

    def customers(self, addresses: Collection[str], customers: Collection[str]) -> Iterator[Document]:
        self._ask("customer", ",".join(sorted(addresses)))
        for held in self.held["customer"]:
            if held.get("email") in addresses or held["id"] in customers:
                yield held

    def of_customer(self, kind: str, customer: str) -> Iterator[Document]:
        self._ask(kind, customer)
        return (held for held in self.held[kind] if held.get("customer") == customer)

    def sessions_of(self, address: str) -> Iterator[Document]:
        self._ask("checkout_session", address)
        for held in self.held["checkout_session"]:
            if (held.get("customer_details") or {}).get("email") == address:
                yield held

    def payment(self, payment_intent: str) -> Document | None:
        self._ask("payment_intent", payment_intent)
        return next((held for held in self.held["payment_intent"] if held["id"] == payment_intent), None)

    def charges_of(self, payment_intent: str) -> Iterator[Document]:
        self._ask("charge", payment_intent)
        return (held for held in self.held["charge"] if held.get("payment_intent") == payment_intent)

    def of_charge(self, kind: str, charge: str) -> Iterator[Document]:
        self._ask(kind, charge)
        return (held for held in self.held[kind] if held.get("charge") == charge)

    def _ask(self, kind: str, about: str) -> None:
        if self.down:
            raise ProviderUnavailable("stripe: nobody answers")
        self.asked.append((kind, about))


class MemoryPersonAtMailchimp:
    """PersonAtMailchimp. members: by (audience, address); hung: by (kind, audience, address)."""

    def __init__(self) -> None:
        self.names = {"list1": "News"}
        self.members: dict[tuple[str, str], Document] = {}
        self.hung: dict[tuple[str, str, str], list[Document]] = defaultdict(list)
        self.down = False

    def audiences(self) -> list[tuple[str, str]]:
        if self.down:
            raise ProviderUnavailable("mailchimp: nobody answers")
        return sorted(self.names.items())

    def member(self, audience: str, address: str) -> Document | None:
        return self.members.get((audience, address))

    def hanging(self, kind: str, audience: str, address: str) -> Iterator[Document]:
        return iter(self.hung[kind, audience, address])


class MemoryCopies:
    """MailCopies."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}

    def pieces(self, mail: str) -> Iterator[bytes] | None:
        if mail not in self.held:
            return None
        raw = self.held[mail]
        return (raw[start : start + 7] for start in range(0, len(raw), 7))


class MemoryPackages:
    """PackageStore. before_reading: what happens elsewhere in the moment in which a package is read."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.written: list[int] = []
        self.before_reading: Callable[[], object] = lambda: None

    @contextmanager
    def writing(self, name: str) -> Iterator[BytesIO]:
        sink = _Counting(self.written)
        yield sink
        self.held[name] = sink.getvalue()

    def pieces(self, name: str) -> Iterator[bytes] | None:
        self.before_reading()
        return iter([self.held[name]]) if name in self.held else None

    def link(self, name: str, seconds: int) -> str:
        return f"https://packages.example/{name}?seconds={seconds}"

    def clear(self, case: str) -> int:
        names = [name for name in self.held if name.startswith(f"{case}/")]
        for name in names:
            del self.held[name]
        return len(names)


class _Counting(BytesIO):
    def __init__(self, written: list[int]) -> None:
        super().__init__()
        self.counted = written

    def write(self, piece: Any) -> int:
        self.counted.append(len(piece))
        return super().write(piece)

    def seekable(self) -> bool:
        return False


@dataclass
class Office:
    """The shop's stores in memory, and what is collected from them of Camille."""

    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)
    archive: MemoryArchive = field(default_factory=MemoryArchive)
    requests: MemoryRequests = field(default_factory=MemoryRequests)
    reads: MemoryReads = field(default_factory=MemoryReads)
    holds: MemoryHolds = field(default_factory=MemoryHolds)
    directives: MemoryDirectives = field(default_factory=MemoryDirectives)
    notes: MemoryNotes = field(default_factory=MemoryNotes)
    stripe: MemoryPersonAtStripe = field(default_factory=MemoryPersonAtStripe)
    mailchimp: MemoryPersonAtMailchimp = field(default_factory=MemoryPersonAtMailchimp)
    copies: MemoryCopies = field(default_factory=MemoryCopies)
    packages: MemoryPackages = field(default_factory=MemoryPackages)
    spool: Any = field(default_factory=MemorySpool)

    def __post_init__(self) -> None:
        self.people = MemoryPeople(self.ledger)
        self.reads.registry = self.registry
        self.stores = Stores(self.ledger, self.people, self.registry)
        self._ids = (f"person-{n}" for n in itertools.count(1))

    def hears(self, *facts: Fact) -> Office:
        for fact in facts:
            self.ledger.append(fact)
        for partition in dict.fromkeys(fact.filed_under for fact in facts):
            fold_people(
                {partition}, stores=self.stores, policy=POLICY, now=NOW, new_id=lambda: next(self._ids)
            )
        return self

    @property
    def sources(self) -> Sources:
        return Sources(
            stores=self.stores,
            archive=self.archive,
            requests=self.requests,
            reads=self.reads,
            holds=self.holds,
            directives=self.directives,
            notes=self.notes,
            stripe=self.stripe,
            mailchimp=self.mailchimp,
            policy=POLICY,
            pseudonyms=PSEUDONYMS,
        )

    def collects(self, address: str = CAMILLE, spool: Any = None) -> Dossier:
        self.spool = spool if spool is not None else MemorySpool()
        return collect_dossier(
            address, as_of=RECEIVED, reader=STAFF, sources=self.sources, spool=self.spool, now=NOW
        )

    def records(self, section: str) -> list[Record]:
        """Of what was collected last."""
        return list(records_of(section, self.spool))

    def all_records(self, keep: Callable[[Record], bool] = lambda _: True) -> list[Record]:
        return [r for section in sorted(self.spool.held) for r in self.records(section) if keep(r)]

    def everything(self) -> str:
        return repr([(r.section, r.said) for r in self.all_records()])
