"""The ports of a world that lasts for years: players of tests/fakes.py with indexes, so that a day costs its own."""

from __future__ import annotations

from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from datetime import date, datetime, timedelta
from itertools import dropwhile, islice, takewhile

from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.projection import PeopleChanges, StoredPerson
from privacy.ports import Appended, ProviderUnavailable
from privacy.ports.retention import Archived, DuePage, Receipt
from tests.fakes import MemoryArchive, MemoryLedger, MemoryPeople, MemoryReceipts, MemoryRegistry

type Removed = Callable[[Fact, Collection[str]], None]


class SortedIndex:
    """DueIndex: sorted by shard and day, as DynamoDB keeps it. read: entries that anybody was given."""

    def __init__(self, shards: Sequence[str]) -> None:
        self.shards = tuple(shards)
        self._sorted: dict[str, list[tuple[str, str, str]]] = {shard: [] for shard in shards}
        self._at: dict[tuple[str, str], tuple[str, str]] = {}
        self.read = 0

    def put(self, pk: str, sk: str, shard: str | None, due_on: str | None) -> None:
        before = self._at.pop((pk, sk), None)
        if before is not None:
            entries = self._sorted[before[0]]
            del entries[bisect_right(entries, (before[1], pk, sk)) - 1]
        if shard is not None and due_on is not None:
            self._at[pk, sk] = (shard, due_on)
            insort(self._sorted[shard], (due_on, pk, sk))

    def page(self, shard: str, until: date, after: str | None, limit: int) -> DuePage:
        entries = self._sorted[shard]
        day, _, key = (after or "").partition(" ")
        pk, _, sk = key.partition(" ")
        start = bisect_right(entries, (day, pk, sk)) if after else 0
        end = bisect_right(entries, (until.isoformat(), "\uffff", ""))
        here = list(islice(entries, start, min(end, start + limit)))
        self.read += len(here)
        more = " ".join(here[-1]) if here and start + limit < end else None
        return DuePage([(pk, sk, date.fromisoformat(day)) for day, pk, sk in here], more)

    def size(self) -> int:
        return len(self._at)


class Ledger(MemoryLedger):
    """Tells of everything that is appended and taken out."""

    def __init__(self, appended: Callable[[Fact], None], removed: Removed) -> None:
        super().__init__()
        self._appended = appended
        self._removed = removed

    def append(self, fact: Fact) -> Appended:
        became = super().append(fact)
        if became is Appended.NEW:
            self._appended(fact)
        return became

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        held = self.get(fact.filed_under, fact.key)
        done = super().remove(fact, groups)
        # with its last group the fact goes, and that `delete` tells of
        if done and held is not None and self.get(fact.filed_under, fact.key) is not None:
            self._removed(held, groups)
        return done

    def delete(self, identifier: str, key: str) -> None:
        held = self.get(identifier, key)
        super().delete(identifier, key)
        if held is not None:
            self._removed(held, held.groups.keys())


class Recording:
    """FactLedger of which whoever appends tells somebody."""

    def __init__(self, ledger: MemoryLedger, append: Callable[[Fact], Appended]) -> None:
        self._ledger = ledger
        self.append = append
        self.under = ledger.under
        self.get = ledger.get
        self.held = ledger.held
        self.delete = ledger.delete
        self.remove = ledger.remove


class People(MemoryPeople):
    """Keeps its sparse index, and tells of everybody who was written."""

    def __init__(self, ledger: MemoryLedger, due: SortedIndex, saved: Callable[[str], None]) -> None:
        super().__init__(ledger)
        self.due = due
        self._saved = saved

    def save(self, changes: PeopleChanges) -> None:
        super().save(changes)
        for person, summary in changes.summaries.items():
            self._index(person, summary)
            self._saved(person)
        for person in changes.gone:
            self.due.put(person, "person", None, None)

    def drop(self, stored: StoredPerson) -> bool:
        alone = super().drop(stored)
        if stored.person not in self.items:
            self.due.put(stored.person, "person", None, None)
        return alone

    def look_again(self, person: str, version: int, day: date | None) -> None:
        super().look_again(person, version, day)
        if person in self.items:
            self._index(person, self.items[person][1])

    def _index(self, person: str, summary: Mapping[str, object]) -> None:
        shard, due_on = summary.get("due_shard"), summary.get("due_on")
        self.due.put(person, "person", str(shard) if shard else None, str(due_on) if due_on else None)


class Registry(MemoryRegistry):
    """Its marks go after 90 days, as the table's do (R24); tells of every entry of the suppression list."""

    def __init__(self, now: Callable[[], datetime], listed: Callable[[Suppression], None]) -> None:
        super().__init__()
        self._now = now
        self._listed = listed

    def suppress(self, entry: Suppression) -> None:
        super().suppress(entry)
        if self.entries[entry.email] is entry:
            self._listed(entry)

    def gone(self, identifiers: Collection[str]) -> dict[str, datetime]:
        since = self._now() - timedelta(days=90)
        return {name: at for name, at in super().gone(identifiers).items() if at > since}


class Receipts(MemoryReceipts):
    """By day, as the table has them; tells of every one that is begun."""

    def __init__(self, today: Callable[[], date], begun: Callable[[Receipt], None]) -> None:
        super().__init__(today)
        self._begun = begun

    def begin(self, receipt: Receipt) -> Receipt:
        stands = super().begin(receipt)
        self._begun(stands)
        return stands

    def since(self, day: date, after: str | None) -> tuple[list[Receipt], str | None]:
        asked = date.fromisoformat(after) if after else day
        found = [self.held[name] for name in self._of(asked)]
        onwards = asked + timedelta(days=1)
        return found, onwards.isoformat() if onwards <= self.today() else None

    def _of(self, asked: date) -> list[tuple[date, str, str]]:
        """The last are the newest."""
        return list(
            takewhile(lambda name: name[0] == asked, dropwhile(lambda n: n[0] > asked, reversed(self.held)))
        )


class ArchiveTable(MemoryArchive):
    """Keeps its sparse index, and tells of everything that comes and goes."""

    def __init__(self, due: SortedIndex, put: Callable[[Archived], None], removed: Removed) -> None:
        super().__init__()
        self.due = due
        self._keys: dict[str, set[str]] = defaultdict(set)
        self._put = put
        self._removed = removed

    def under(self, identifier: str) -> list[Archived]:
        return [self.held[identifier, key] for key in sorted(self._keys.get(identifier, ()))]

    def put(self, archived: Archived) -> None:
        super().put(archived)
        self._keys[archived.fact.filed_under].add(archived.fact.key)
        self._index(archived.fact)
        self._put(archived)

    def remove(self, archived: Archived, groups: Collection[str]) -> bool:
        done = super().remove(archived, groups)
        if done:
            if (archived.fact.filed_under, archived.fact.key) not in self.held:
                self._keys[archived.fact.filed_under].discard(archived.fact.key)
            self._index(archived.fact)
            self._removed(archived.fact, groups)
        return done

    def _index(self, fact: Fact) -> None:
        held = self.held.get((fact.filed_under, fact.key))
        shard = self.due.shards[sum(fact.key.encode()) % len(self.due.shards)]
        due_on = min(held.due_on.values()).isoformat() if held else None
        self.due.put(fact.filed_under, fact.key, shard, due_on)


class Payments:
    """Stripe, as far as a purge asks it: by the exact form of an address. What was bought it never forgets."""

    def __init__(self, deleting: Callable[[str], None]) -> None:
        self.down = False
        self.customers: dict[str, str] = {}
        self.accounts: dict[str, str] = {}
        self.sessions: dict[str, list[Mapping[str, object]]] = defaultdict(list)
        self._deleting = deleting

    def known_under(
        self, addresses: Collection[str], customers: Collection[str] = ()
    ) -> list[tuple[str, Mapping[str, object]]]:
        self._answer()
        found = [("checkout/sessions", held) for form in addresses for held in self.sessions.get(form, ())]
        theirs = [(self.accounts[form], form) for form in addresses if form in self.accounts]
        return found + [("customers", _customer(*each)) for each in theirs]

    def checkouts(self, payments: Collection[str]) -> list[tuple[str, Mapping[str, object]]]:
        self._answer()
        opened = (held for sessions in self.sessions.values() for held in sessions)
        return [("checkout/sessions", held) for held in opened if held["payment_intent"] in payments]

    def opens(self, customer: str, address: str) -> None:
        """customers, accounts: the one by the other."""
        self.customers[customer] = address
        self.accounts[address] = customer

    def delete(self, customer: str) -> None:
        self._answer()
        if customer in self.customers:
            self._deleting(customer)
            self.accounts.pop(self.customers.pop(customer), None)

    def blank(self, customer: str) -> None:
        """Of whom payments stay: nothing there has the address any more."""
        self._answer()
        self.accounts.pop(self.customers[customer], None)

    def _answer(self) -> None:
        if self.down:
            raise ProviderUnavailable("stripe: nobody answers")


def _customer(customer: str, address: str) -> Mapping[str, object]:
    """As Stripe lists one."""
    return {
        "id": customer,
        "object": "customer",
        "created": 1_700_000_000,
        "email": address,
        "livemode": True,
        "metadata": {},
        "name": "Camille",
    }


class Messages:
    """KeyQueue: what was sent to it."""

    def __init__(self) -> None:
        self.bodies: list[Mapping[str, str]] = []

    def send(self, bodies: object, delay: int = 0) -> None:
        self.bodies += list(bodies)  # type: ignore[call-overload]

    def taken(self) -> list[Mapping[str, str]]:
        taken, self.bodies = self.bodies, []
        return taken
