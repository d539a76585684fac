"""In-memory players of the ports. They pass the same contract tests as the DynamoDB adapters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator
from datetime import datetime

from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.projection import Holding, PeopleChanges, Pointer, StoredPerson
from privacy.ports import Appended, PeopleConflict


class MemoryLedger:
    def __init__(self) -> None:
        self.partitions: dict[str, dict[str, Fact]] = defaultdict(dict)

    def append(self, fact: Fact) -> Appended:
        held = self.partitions[fact.filed_under].get(fact.key)
        if held is None:
            self.partitions[fact.filed_under][fact.key] = fact
            return Appended.NEW
        return Appended.DUPLICATE if held.digest == fact.digest else Appended.CONFLICT

    def under(self, identifier: str) -> Iterator[Fact]:
        facts = self.partitions.get(identifier, {})
        return iter([facts[key] for key in sorted(facts)])

    def get(self, identifier: str, key: str) -> Fact | None:
        return self.partitions.get(identifier, {}).get(key)

    def delete(self, identifier: str, key: str) -> None:
        self.partitions.get(identifier, {}).pop(key, None)


class MemoryPeople:
    def __init__(self, ledger: MemoryLedger) -> None:
        self.ledger = ledger
        self.items: dict[str, tuple[int, dict[str, object]]] = {}
        self.holdings: dict[str, dict[str, Holding]] = defaultdict(dict)
        self.found: dict[str, Pointer] = {}

    def pointers(self, identifiers: Collection[str]) -> dict[str, Pointer]:
        return {i: self.found[i] for i in identifiers if i in self.found}

    def person(self, person: str) -> StoredPerson:
        version, summary = self.items.get(person, (0, {}))
        return StoredPerson(person, version, dict(self.holdings.get(person, {})), summary)

    def save(self, changes: PeopleChanges) -> None:
        for person, version in changes.expected.items():
            if self.items.get(person, (0, {}))[0] != version:
                raise PeopleConflict
        if any(self.found.get(i) != before for i, (before, _) in changes.pointers.items()):
            raise PeopleConflict
        for fact in changes.person_facts:
            self.ledger.append(fact)
        for person, summary in changes.summaries.items():
            self.items[person] = (changes.expected[person] + 1, dict(summary))
        for person in changes.gone:
            del self.items[person]
        self._link(changes)

    def _link(self, changes: PeopleChanges) -> None:
        for (person, identifier), holding in changes.holdings.items():
            if holding is None:
                self.holdings[person].pop(identifier, None)
            else:
                self.holdings[person][identifier] = holding
        for identifier, (_, after) in changes.pointers.items():
            if after is None:
                self.found.pop(identifier, None)
            else:
                self.found[identifier] = after


class MemoryRegistry:
    def __init__(self) -> None:
        self.entries: dict[str, Suppression] = {}
        self.filed: dict[str, str] = {}
        self.reads: list[tuple[str, str, str, str]] = []
        self.approved: datetime | None = None

    def suppressions(self, emails: Collection[str]) -> dict[str, Suppression]:
        return {e: self.entries[e] for e in emails if e in self.entries}

    def suppress(self, entry: Suppression) -> None:
        held = self.entries.get(entry.email)
        if held is None or held.at < entry.at:
            self.entries[entry.email] = entry

    def claim_event(self, key: str, identifier: str, now: datetime) -> str:
        return self.filed.setdefault(key, identifier)

    def log_read(self, *, operator: str, role: str, about: str, purpose: str, now: datetime) -> None:
        self.reads.append((operator, role, about, purpose))

    def history_approved(self) -> datetime | None:
        return self.approved

    def approve_history(self, *, run: str, operator: str, now: datetime) -> None:
        self.approved = self.approved or now
