"""In-memory players of the ports. They pass the same contract tests as the adapters."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from privacy.domain.breach import Breach
from privacy.domain.clocks import paris_day
from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.member import Audience, Member, MemberCursor, MemberPage
from privacy.domain.note import Note
from privacy.domain.projection import Holding, PeopleChanges, Pointer, StoredPerson
from privacy.domain.redaction import Redaction
from privacy.domain.request_steps import Step
from privacy.domain.runs import Removal, Run
from privacy.ports import (
    STRIPE_KINDS,
    AcknowledgedToday,
    AlreadyCaused,
    Appended,
    Appending,
    Caused,
    MailPage,
    MemberRefused,
    ObjectPage,
    PeopleConflict,
    ProviderUnavailable,
    RequestConflict,
    RequestPage,
    RunConflict,
    StoredMail,
)
from privacy.ports.breaches import BreachConflict
from privacy.ports.directives import Directive
from privacy.ports.evidence import Arrived, Upload
from privacy.ports.redactions import RedactionConflict
from privacy.ports.retention import (
    NOBODY,
    Archived,
    DuePage,
    Erased,
    FiledCase,
    Intended,
    LegalHold,
    Receipt,
)
from privacy.ports.tokens import Token


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

    def held(self, filings: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        return {(i, key) for i, key in filings if key in self.partitions.get(i, {})}

    def delete(self, identifier: str, key: str) -> None:
        self.partitions.get(identifier, {}).pop(key, None)

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        held = self.get(fact.filed_under, fact.key)
        if held is None or held.digest != fact.digest:
            return False
        rest = {name: said for name, said in held.groups.items() if name not in groups}
        if rest:
            self.partitions[fact.filed_under][fact.key] = replace(held, groups=rest)
        else:
            self.delete(fact.filed_under, fact.key)
        return True


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

    def summary(self, person: str) -> dict[str, object]:
        return dict(self.items.get(person, (0, {}))[1])

    def look_again(self, person: str, version: int, day: date | None) -> None:
        held, summary = self.items.get(person, (0, {}))
        if held != version or "due_shard" not in summary:
            return
        kept = {name: value for name, value in summary.items() if name not in {"due_on", "due_shard"}}
        moved = {"due_on": day.isoformat(), "due_shard": summary["due_shard"]} if day else {}
        self.items[person] = (held, kept | moved)

    def undecided(self, limit: int) -> list[str]:
        asked = [(str(s["asked_since"]), p) for p, (_, s) in self.items.items() if "asked_since" in s]
        return [person for _, person in sorted(asked)[:limit]]

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

    def drop(self, stored: StoredPerson) -> bool:
        person = stored.person
        if self.items.get(person, (0, {}))[0] != stored.version:
            return False
        self.items.pop(person, None)
        alone = True
        for identifier in stored.holdings:
            pointer = self.found.get(identifier)
            if pointer == Pointer(person):
                del self.found[identifier]
            elif pointer is not None:
                alone = False
            self.holdings[person].pop(identifier, None)
        return alone

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


class MemorySummaries:
    """Everybody in a MemoryPeople, `size` at a time."""

    def __init__(self, people: MemoryPeople, size: int = 3) -> None:
        self.people = people
        self.size = size

    def page(
        self, after: Mapping[str, str] | None
    ) -> tuple[list[tuple[str, Mapping[str, Any]]], Mapping[str, str] | None]:
        rest = sorted(p for p in self.people.items if after is None or p > after["pk"])
        here = rest[: self.size]
        found = [(p, self.people.items[p][1]) for p in here if "alias_of" not in self.people.items[p][1]]
        return found, ({"pk": here[-1]} if len(rest) > self.size else None)


class MemoryRegistry:
    def __init__(self) -> None:
        self.entries: dict[str, Suppression] = {}
        self.places: dict[str, str] = {}
        self.reads: list[tuple[str, str, str, str]] = []
        self.approved: datetime | None = None
        self.marks: dict[str, datetime] = {}

    def suppressions(self, emails: Collection[str]) -> dict[str, Suppression]:
        return {e: self.entries[e] for e in emails if e in self.entries}

    def suppress(self, entry: Suppression) -> None:
        if entry.outranks(self.entries.get(entry.email)):
            self.entries[entry.email] = entry

    def claim_event(self, key: str, identifier: str, now: datetime) -> str:
        return self.places.setdefault(key, identifier)

    def filed(self, keys: Collection[str]) -> dict[str, str]:
        return {key: self.places[key] for key in keys if key in self.places}

    def gone(self, identifiers: Collection[str]) -> dict[str, datetime]:
        return {i: self.marks[i] for i in identifiers if i in self.marks}

    def mark_gone(self, identifier: str, now: datetime) -> None:
        self.marks[identifier] = max(now, self.marks.get(identifier, now))

    def unmark_gone(self, identifier: str, at: datetime) -> None:
        if self.marks.get(identifier) == at:
            del self.marks[identifier]

    def log_read(self, *, operator: str, role: str, about: str, purpose: str, now: datetime) -> None:
        self.reads.append((operator, role, about, purpose))

    def history_approved(self) -> datetime | None:
        return self.approved

    def approve_history(self, *, run: str, operator: str, now: datetime) -> None:
        self.approved = self.approved or now


class MemoryRuns:
    def __init__(self) -> None:
        self.runs: dict[tuple[str, str], Run] = {}
        self.last: dict[str, str] = {}

    def get(self, kind: str, run: str) -> Run | None:
        return self.runs.get((kind, run))

    def latest(self, kind: str) -> Run | None:
        return self.get(kind, self.last[kind]) if kind in self.last else None

    def begin(self, run: Run, *, after: Run | None) -> Run:
        if self.last.get(run.kind) != (after.id if after else None):
            raise RunConflict
        saved = self.save(run)
        self.last[run.kind] = run.id
        return saved

    def save(self, run: Run) -> Run:
        held = self.get(run.kind, run.id)
        if run.version != (held.version if held else 0):
            raise RunConflict
        self.runs[run.kind, run.id] = saved = replace(run, version=run.version + 1)
        return saved


class MemoryRemovals:
    def __init__(self, page: int = 500) -> None:
        self.found: dict[str, set[Removal]] = defaultdict(set)
        self.size = page

    def add(self, run: str, removals: Collection[Removal], now: datetime) -> None:
        self.found[run] |= set(removals)

    def page(self, run: str, after: str | None) -> tuple[list[Removal], str | None]:
        held = sorted(self.found[run], key=lambda r: (r.audience, r.identifier))
        start = int(after or 0)
        more = start + self.size < len(held)
        return held[start : start + self.size], str(start + self.size) if more else None


class MemoryAudiences:
    """Mailchimp: Audiences, MemberWriter and Remover.

    Set `now`; `down` answers nobody; `calls` are those that change.
    """

    def __init__(self, *audiences: Audience, page: int = 1000) -> None:
        self.known = {audience.id: audience for audience in audiences}
        self.held: dict[str, dict[str, Member]] = defaultdict(dict)
        self.forgotten: set[tuple[str, str]] = set()  # deleted for ever: (audience, lower-case address)
        self.compliance: set[tuple[str, str]] = set()  # left or bounced by themselves
        self.now = datetime(2026, 11, 22, 10, tzinfo=UTC)
        self.down = False
        self.page = page
        self.calls: list[tuple[str, str, str]] = []

    def put(self, member: Member) -> None:
        """As if it had always been there."""
        self.held[member.audience][_lower(member.address)] = member

    def read(self, audience: str, address: str) -> Member | None:
        self._answer()
        return self.held[audience].get(_lower(address))

    def audiences(self) -> tuple[Audience, ...]:
        self._answer()
        return tuple(map(self._counted, self.known.values()))

    def audience(self, audience: str) -> Audience:
        self._answer()
        if audience not in self.known:
            raise ProviderUnavailable("mailchimp: 404")
        return self._counted(self.known[audience])

    def members(self, audience: str, after: MemberCursor, *, status: str | None = None) -> MemberPage:
        self.audience(audience)
        found = [
            member
            for member in self.held[audience].values()
            if (member.status == status if status else member.status != "archived")
            and (after.since is None or member.changed_at >= after.since.replace(microsecond=0))
        ]
        found.sort(key=lambda member: (member.changed_at, member.address))
        page = found[after.offset : after.offset + self.page]
        if after.offset + len(page) >= len(found):
            return MemberPage(tuple(page), None)
        last = page[-1].changed_at
        seen = sum(member.changed_at == last for member in page)
        return MemberPage(
            tuple(page), MemberCursor(last, after.offset + seen if last == after.since else seen)
        )

    def subscribe(self, audience: str, address: str, *, known: bool, pending: bool) -> None:
        self._change("subscribe", audience, address)
        name, member = (audience, _lower(address)), self.held[audience].get(_lower(address))
        if member is None and known:
            raise ProviderUnavailable("mailchimp: 404")
        if name in self.forgotten:
            raise MemberRefused("forgotten")
        if name in self.compliance and known and not pending:
            raise MemberRefused("compliance")
        if member is not None and not known:
            return
        status = "pending" if pending else "subscribed"
        opted_in_at = self.now if status == "subscribed" else None
        if member is None:
            member = Member(
                audience, address, status, "API - Generic", None, None, None, None, self.now, None, None
            )
        self.put(
            replace(
                member,
                status=status,
                changed_at=self.now,
                opted_in_at=opted_in_at or member.opted_in_at,
                unsubscribe_reason=None,
            )
        )

    def unsubscribe(self, audience: str, address: str) -> None:
        self._change("unsubscribe", audience, address)
        self._become(audience, address, "unsubscribed")

    def archive(self, audience: str, address: str) -> None:
        self._change("archive", audience, address)
        self._become(audience, address, "archived")

    def delete_permanently(self, audience: str, address: str) -> None:
        self._change("delete_permanently", audience, address)
        if self.held[audience].pop(_lower(address), None) is not None:
            self.forgotten.add((audience, _lower(address)))

    def _become(self, audience: str, address: str, status: str) -> None:
        member = self.held[audience].get(_lower(address))
        if member is not None and member.status != status:
            self.put(replace(member, status=status, changed_at=self.now))

    def _change(self, call: str, audience: str, address: str) -> None:
        self.audience(audience)
        self.calls.append((call, audience, address))

    def _answer(self) -> None:
        if self.down:
            raise ProviderUnavailable("mailchimp: nobody answers")

    def _counted(self, audience: Audience) -> Audience:
        held = self.held[audience.id].values()
        return replace(
            audience,
            members=sum(member.status in {"subscribed", "unsubscribed", "cleaned"} for member in held),
        )


class MemoryStripe:
    """Stripe: PaymentHistory, PaymentLookup, CustomerRemover and CustomerEraser.

    Objects and events are Stripe's JSON, told in any order, listed newest first.
    """

    def __init__(self, page: int = 100, types: Collection[str] = ()) -> None:
        self.objects_of: dict[str, list[Mapping[str, object]]] = {kind: [] for kind in STRIPE_KINDS}
        self.told: list[Mapping[str, object]] = []
        self.types = frozenset(types)  # which events are listed; empty: all
        self.page = page
        self.down = False
        self.calls = 0
        self.deleted: list[str] = []
        self.blanked: list[str] = []

    def objects(self, kind: str, after: str | None) -> ObjectPage:
        if kind not in STRIPE_KINDS:
            raise ValueError(kind)
        return self._page(self.objects_of[kind], after)

    def events(self, since: datetime, after: str | None) -> ObjectPage:
        oldest = int(since.timestamp())
        return self._page(
            [
                event
                for event in self.told
                if _created(event) >= oldest and (not self.types or event["type"] in self.types)
            ],
            after,
        )

    def known_under(
        self, addresses: Collection[str], customers: Collection[str] = ()
    ) -> list[tuple[str, Mapping[str, object]]]:
        """The list's filter minds the case."""
        self._answer()
        found = [
            ("customers", held) for held in self.objects_of["customers"] if held.get("email") in addresses
        ]
        theirs = {*customers, *(held["id"] for _, held in found)}
        found += [
            ("checkout/sessions", held)
            for held in self.objects_of["checkout/sessions"]
            if _typed_in(held) in addresses and held.get("customer") not in theirs
        ]
        return found + [
            (kind, held)
            for kind in ("checkout/sessions", "payment_intents", "charges", "invoices")
            for held in self.objects_of[kind]
            if held.get("customer") in theirs
        ]

    def checkouts(self, payments: Collection[str]) -> list[tuple[str, Mapping[str, object]]]:
        self._answer()
        return [
            ("checkout/sessions", held)
            for held in self.objects_of["checkout/sessions"]
            if held.get("payment_intent") in payments
        ]

    def delete(self, customer: str) -> None:
        self._answer()
        self.deleted.append(customer)
        kept = [held for held in self.objects_of["customers"] if held["id"] != customer]
        self.objects_of["customers"] = kept

    def blank(self, customer: str) -> None:
        self._answer()
        self.blanked.append(customer)
        nameless = {"email": None, "name": None, "phone": None, "address": None, "metadata": {}}
        self.objects_of["customers"] = [
            {**held, **nameless} if held["id"] == customer else held for held in self.objects_of["customers"]
        ]

    def _page(self, held: list[Mapping[str, object]], after: str | None) -> ObjectPage:
        self._answer()
        newest = sorted(held, key=_place, reverse=True)
        if after is not None:
            name, _, created = after.partition("@")
            newest = [each for each in newest if _place(each) < (int(created), name)]
        page = newest[: self.page]
        onwards = "{1}@{0}".format(*_place(page[-1])) if len(newest) > self.page else None
        return ObjectPage(page, onwards)

    def _answer(self) -> None:
        self.calls += 1
        if self.down:
            raise ProviderUnavailable("stripe: nobody answers")


def _typed_in(session: Mapping[str, object]) -> object:
    details = session.get("customer_details")
    return details.get("email") if isinstance(details, dict) else None


def _lower(address: str) -> str:
    return address.strip().lower()


def _place(held: Mapping[str, object]) -> tuple[int, str]:
    return _created(held), str(held["id"])


def _created(held: Mapping[str, object]) -> int:
    created = held["created"]
    assert isinstance(created, int)
    return created


class MemoryNotes:
    def __init__(self) -> None:
        self.notes: dict[str, Note] = {}

    def leave(self, note: Note) -> None:
        self.notes[note.id] = note

    def open(self) -> list[Note]:
        return [self.notes[note] for note in sorted(self.notes)]

    def close(self, note_id: str) -> bool:
        return self.notes.pop(note_id, None) is not None


class MemoryRequests:
    """RequestLog. `before_append` is called first thing in each append: to lose a race there, or to die."""

    def __init__(self) -> None:
        self.cases: dict[str, list[Step]] = {}
        self.summaries: dict[str, dict[str, Any]] = {}
        self.causes: dict[str, Caused] = {}
        self.senders: dict[str, set[tuple[str, str]]] = defaultdict(set)
        self.acknowledged: dict[str, datetime] = {}
        self.before_append: Callable[[], None] = lambda: None
        # what went with which step: (causes, senders); what was purged; until when what made no case is kept
        self.with_it: dict[tuple[str, int], tuple[frozenset[str], frozenset[str]]] = {}
        self.dropped: set[tuple[str, int]] = set()
        self.aside: dict[str, date] = {}

    def steps(self, request: str) -> tuple[Step, ...]:
        numbered = enumerate(self.cases.get(request, ()), 1)
        return tuple(step for number, step in numbered if (request, number) not in self.dropped)

    def append(self, appending: Appending) -> None:
        self.before_append()
        now = appending.steps[-1].at
        for cause in sorted(appending.causes):
            if cause in self.causes:
                raise AlreadyCaused(cause)
        if len(self.cases.get(appending.request, ())) != appending.after:
            raise RequestConflict
        if dict(appending.senders) != self.cases_of(appending.senders):
            raise RequestConflict
        sender = appending.acknowledges
        if sender is not None:
            last = self.acknowledged.get(sender)
            if last is not None and last > now - timedelta(hours=24):
                raise AcknowledgedToday
            self.acknowledged[sender] = now
        self.cases.setdefault(appending.request, []).extend(appending.steps)
        self.with_it[appending.request, appending.after + 1] = (
            frozenset(appending.causes),
            frozenset(appending.senders),
        )
        self.summaries[appending.request] = dict(appending.summary)
        for cause in appending.causes:
            self.causes[cause] = Caused(appending.request)
        for identifier in appending.senders:
            self.senders[identifier].add((str(appending.summary["received_at"]), appending.request))

    def caused(self, cause: str) -> Caused | None:
        return self.causes.get(cause)

    def set_aside(self, cause: str, reason: str, now: datetime, due_on: date) -> None:
        if cause in self.causes:
            raise AlreadyCaused(cause)
        self.causes[cause] = Caused("", reason)
        self.aside[cause] = due_on

    def of_sender(self, identifiers: Collection[str], limit: int) -> list[str]:
        found = set[tuple[str, str]]().union(*(self.senders.get(i, set()) for i in identifiers))
        return [request for _, request in sorted(found, reverse=True)][:limit]

    def cases_of(self, identifiers: Collection[str]) -> dict[str, int]:
        return {identifier: len(self.senders.get(identifier, ())) for identifier in identifiers}

    def listed(self, shard: str, after: str | None, limit: int, *, newest_first: bool = False) -> RequestPage:
        held = [
            (str(summary["deadline_on"]), request)
            for request, summary in self.summaries.items()
            if summary["deadline_shard"] == shard
        ]
        start = int(after or 0)
        page = sorted(held, reverse=newest_first)[start : start + limit]
        onwards = str(start + limit) if start + limit < len(held) else None
        return RequestPage([(request, self._shown(request)) for _, request in page], onwards)

    def owed(self, before: datetime, limit: int) -> list[str]:
        held = [(str(s["owed_since"]), r) for r, s in self.summaries.items() if "owed_since" in s]
        return [request for since, request in sorted(held) if since < before.isoformat()][:limit]

    def _shown(self, request: str) -> dict[str, Any]:
        hidden = {"deadline_shard", "deadline_on", "owed_shard", "owed_since", "due_shard", "due_on"}
        return {name: value for name, value in self.summaries[request].items() if name not in hidden}


class MemoryCases:
    """CaseRemover over a MemoryRequests. `before_call` is called first thing in each: to die there."""

    def __init__(self, log: MemoryRequests) -> None:
        self.log = log
        self.before_call: Callable[[], None] = lambda: None

    def filed(self, request: str) -> FiledCase:
        numbered = enumerate(self.log.cases.get(request, ()), 1)
        steps = {number: step for number, step in numbered if (request, number) not in self.log.dropped}
        went = [self.log.with_it.get((request, number), (frozenset(), frozenset())) for number in steps]
        summary = self.log.summaries.get(request, {})
        due_on = summary.get("due_on")
        return FiledCase(
            steps,
            frozenset[str]().union(*(causes for causes, _ in went)),
            frozenset[str]().union(*(senders for _, senders in went)),
            summary.get("version", 0),
            date.fromisoformat(due_on) if due_on else None,
        )

    def drop_causes(self, causes: Collection[str]) -> None:
        self.before_call()
        for cause in causes:
            self.log.causes.pop(cause, None)
            self.log.aside.pop(cause, None)

    def drop_acknowledgement(self, identifier: str, before: datetime) -> None:
        self.before_call()
        if identifier in self.log.acknowledged and self.log.acknowledged[identifier] < before:
            del self.log.acknowledged[identifier]

    def drop_steps(self, request: str, numbers: Collection[int]) -> None:
        for number in sorted(numbers):
            self.before_call()
            self.log.dropped.add((request, number))

    def drop_sender(self, identifier: str, request: str) -> None:
        self.before_call()
        theirs = {each for each in self.log.senders.get(identifier, set()) if each[1] != request}
        self.log.senders[identifier] = theirs
        if not theirs:
            self.log.senders.pop(identifier)
            self.log.acknowledged.pop(identifier, None)

    def restamp(self, request: str, version: int, due_on: date) -> bool:
        self.before_call()
        if self.log.summaries.get(request, {}).get("version") != version:
            return False
        self.log.summaries[request]["due_on"] = due_on.isoformat()
        return True

    def drop_summary(self, request: str, version: int) -> bool:
        self.before_call()
        if self.log.summaries.get(request, {}).get("version", version) != version:
            return False
        self.log.summaries.pop(request, None)
        self.log.cases.pop(request, None)
        return True

    def set_aside(self, cause: str) -> date | None:
        return self.log.aside.get(cause)


class MemoryMail:
    """MailStore."""

    def __init__(self) -> None:
        self.held: dict[str, tuple[bytes, datetime]] = {}

    def replace(
        self, mail: str, raw: bytes, stored_at: datetime = datetime(2026, 11, 22, 10, tzinfo=UTC)
    ) -> None:
        self.held[mail] = (raw, stored_at)

    def read(self, mail: str, limit: int) -> StoredMail | None:
        if mail not in self.held:
            return None
        raw, stored_at = self.held[mail]
        return StoredMail(raw[:limit], len(raw), stored_at)

    def link(self, mail: str, seconds: int) -> str:
        return f"https://mail.example/{mail}?seconds={seconds}"

    def delete(self, mail: str) -> None:
        self.held.pop(mail, None)

    def page(self, after: str | None) -> MailPage:
        rest = sorted(mail for mail in self.held if after is None or mail > after)
        here = rest[:2]
        return MailPage([(mail, self.held[mail][1]) for mail in here], here[-1] if len(rest) > 2 else None)


class MemoryEvidence:
    """EvidenceStore."""

    def __init__(self) -> None:
        self.held: dict[str, bytes] = {}
        self.deleted: list[str] = []

    def upload(self, name: str, *, largest: int, seconds: int, landing: str) -> Upload:
        fields = {"key": name, "success_action_redirect": landing, "largest": str(largest)}
        return Upload(f"https://evidence.example.org/?seconds={seconds}", fields)

    def arrived(self, name: str) -> Arrived | None:
        held = self.held.get(name)
        return Arrived(len(held), held[:16]) if held is not None else None

    def link(self, name: str, seconds: int) -> str:
        return f"https://evidence.example.org/{name}?seconds={seconds}"

    def delete(self, name: str) -> None:
        self.held.pop(name, None)
        self.deleted.append(name)


class MemoryTokens:
    """Tokens."""

    def __init__(self) -> None:
        self.held: dict[str, Token] = {}

    def issue(self, digest: str, token: Token) -> None:
        self.held.setdefault(digest, token)

    def get(self, digest: str) -> Token | None:
        return self.held.get(digest)

    def use(self, digest: str, now: datetime) -> Token | None:
        token = self.held.get(digest)
        if token is None or token.expires_at <= now:
            return None
        self.held[digest] = used = token._replace(used_at=token.used_at or now)
        return used

    def tried(self, digest: str, now: datetime) -> Token | None:
        token = self.held.get(digest)
        if token is None or token.expires_at <= now:
            return None
        self.held[digest] = tried = token._replace(tries=token.tries + 1)
        return tried

    def not_in_vain(self, digest: str, now: datetime) -> Token | None:
        tried = self.tried(digest, now)
        if tried is None:
            return None
        self.held[digest] = fewer = tried._replace(tries=tried.tries - 2)
        return fewer


class MemoryHolds:
    """LegalHolds."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str, str], LegalHold] = {}

    def place(self, hold: LegalHold) -> None:
        self.held[hold.person, hold.kind, hold.case] = hold

    def release(self, person: str, kind: str, case: str = "") -> bool:
        return self.held.pop((person, kind, case), None) is not None

    def of(self, persons: Collection[str]) -> list[LegalHold]:
        return [hold for hold in self.all() if hold.person in persons]

    def all(self) -> list[LegalHold]:
        return sorted(
            self.held.values(), key=lambda hold: (hold.review_on, hold.person, hold.kind, hold.case)
        )


class MemoryBreaches:
    """Breaches, with the day on which each is looked at."""

    def __init__(self) -> None:
        self.filed: dict[str, tuple[Breach, date]] = {}

    def get(self, id_: str) -> Breach | None:
        return self.filed[id_][0] if id_ in self.filed else None

    def file(self, breach: Breach, due_on: date) -> None:
        before = self.get(breach.id)
        if breach.version != (before.version if before else 0) + 1:
            raise BreachConflict
        self.filed[breach.id] = (breach, due_on)

    def open(self) -> list[Breach]:
        return [breach for breach, _ in self.filed.values() if breach.closed_at is None]

    def closed(self) -> list[Breach]:
        return [breach for breach, _ in self.filed.values() if breach.closed_at is not None]


class MemoryDirectives:
    """Directives."""

    def __init__(self) -> None:
        self.held: dict[str, Directive] = {}

    def register(self, directive: Directive, look_on: date) -> None:
        self.held[directive.about] = directive

    def of(self, identifiers: Collection[str]) -> Directive | None:
        found = [self.held[identifier] for identifier in identifiers if identifier in self.held]
        return max(found, key=lambda directive: directive.registered_at, default=None)

    def revoke(self, identifiers: Collection[str]) -> bool:
        found = [self.held.pop(identifier, None) for identifier in identifiers]
        return any(found)


class MemoryArchive:
    """Archive."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Archived] = {}

    def put(self, archived: Archived) -> None:
        filing = (archived.fact.filed_under, archived.fact.key)
        held = self.held.get(filing)
        if held is not None:
            whole = replace(archived.fact, groups={**held.fact.groups, **archived.fact.groups})
            archived = Archived(whole, archived.person, {**held.due_on, **archived.due_on})
        self.held[filing] = archived

    def get(self, identifier: str, key: str) -> Archived | None:
        return self.held.get((identifier, key))

    def under(self, identifier: str) -> list[Archived]:
        return [self.held[filing] for filing in sorted(self.held) if filing[0] == identifier]

    def remove(self, archived: Archived, groups: Collection[str]) -> bool:
        filing = (archived.fact.filed_under, archived.fact.key)
        held = self.held.get(filing)
        if held is None or held.fact.digest != archived.fact.digest:
            return False
        rest = {name: said for name, said in held.fact.groups.items() if name not in groups}
        if rest:
            due_on = {name: held.due_on[name] for name in rest}
            self.held[filing] = Archived(replace(held.fact, groups=rest), held.person, due_on)
        else:
            del self.held[filing]
        return True


class MemoryReceipts:
    """Receipts. today: the Paris day, at which a list ends."""

    def __init__(self, today: Callable[[], date] = lambda: date(2026, 11, 22)) -> None:
        self.held: dict[tuple[date, str, str], Receipt] = {}
        self.today = today

    def of(self, receipt: Receipt) -> Receipt | None:
        return self.held.get(_receipted(receipt))

    def begin(self, receipt: Receipt) -> Receipt:
        stands = self.held.get(_receipted(receipt), receipt)
        stands = stands._replace(lines={**receipt.lines, **stands.lines})
        self.held[_receipted(receipt)] = stands
        return stands

    def finish(self, receipt: Receipt) -> None:
        stands = self.held[_receipted(receipt)]
        self.held[_receipted(receipt)] = stands._replace(finished_at=receipt.finished_at)

    def since(self, day: date, after: str | None) -> tuple[list[Receipt], str | None]:
        asked = date.fromisoformat(after) if after else day
        found = [self.held[name] for name in sorted(self.held) if name[0] == asked]
        onwards = asked + timedelta(days=1)
        return found, onwards.isoformat() if onwards <= self.today() else None


def _receipted(receipt: Receipt) -> tuple[date, str, str]:
    return paris_day(receipt.begun_at), receipt.run, receipt.batch


class MemoryReplay:
    """ReplayList. `down` takes and tells nothing."""

    def __init__(self) -> None:
        self.objects: dict[str, tuple[Erased, ...]] = {}
        self.lines: dict[str, dict[str, Mapping[str, int]]] = defaultdict(dict)
        self.stay: dict[str, set[str]] = {}
        self.down = False

    def intend(self, batch: str, day: date, leaving: Sequence[Intended]) -> Sequence[Intended]:
        self._answer()
        name = f"{day.isoformat()}/{batch}"
        lines, earlier = self.lines[name], self.objects.get(name, ())
        intended = [Intended(each, lines[each.person]) for each in earlier]
        new = [each for each in leaving if each.erased.person not in lines]
        if new:
            self.objects[name] = (*earlier, *(each.erased for each in new))
            lines.update({each.erased.person: each.line for each in new})
        return intended

    def strike_out(self, batch: str, day: date, persons: Collection[str]) -> None:
        self._answer()
        self.stay[f"{day.isoformat()}/{batch}"] = set(persons)

    def listed(self) -> list[Erased]:
        """Whom a replay would erase."""
        return [each for name in sorted(self.objects) for each in self._of(name)]

    def add(self, batch: str, erased: Sequence[Erased]) -> None:
        self._answer()
        day = min(paris_day(each.at) for each in erased)
        whom = "\n".join(sorted(f"{each.person} {' '.join(each.identifiers)}" for each in erased))
        self.objects.setdefault(f"{day.isoformat()}/{batch}-{whom}", tuple(erased))

    def since(self, day: date, after: str | None) -> tuple[Sequence[Erased], str | None]:
        self._answer()
        rest = [name for name in sorted(self.objects) if name > (after or day.isoformat())]
        return self._of(rest[0]) if rest else (), rest[0] if len(rest) > 1 else None

    def _of(self, name: str) -> list[Erased]:
        return [each for each in self.objects[name] if each.person not in self.stay.get(name, ())]

    def _answer(self) -> None:
        if self.down:
            raise ProviderUnavailable("s3: nobody answers")


class MemoryUndeliverables:
    """SES's own list: addresses, and why they stand there."""

    def __init__(self) -> None:
        self.held: dict[str, str] = {}

    def lift(self, address: str) -> None:
        if self.held.get(_lower(address)) != "BOUNCE":
            self.held.pop(_lower(address), None)


class MemoryDueIndex:
    """A sparse index. standing: what stands in it now, as (partition key, sort key, shard, due on)."""

    def __init__(
        self, shards: Sequence[str], standing: Callable[[], Iterable[tuple[str, str, str, date]]]
    ) -> None:
        self.shards = tuple(shards)
        self.standing = standing
        self.read = 0

    @classmethod
    def of_people(cls, shards: Sequence[str], people: MemoryPeople) -> MemoryDueIndex:
        return cls(
            shards,
            lambda: [
                (person, "person", str(summary["due_shard"]), date.fromisoformat(str(summary["due_on"])))
                for person, (_, summary) in people.items.items()
                if "due_on" in summary
            ],
        )

    def page(self, shard: str, until: date, after: str | None, limit: int) -> DuePage:
        held = sorted((day, pk, sk) for pk, sk, at, day in self.standing() if at == shard and day <= until)
        rest = [entry for entry in held if after is None or _place_of(entry) > after]
        here = rest[:limit]
        self.read += len(here)
        more = _place_of(here[-1]) if len(rest) > limit else None
        return DuePage([(pk, sk, day) for day, pk, sk in here], more)

    def size(self) -> int:
        return len([*self.standing()])


def _place_of(entry: tuple[date, str, str]) -> str:
    day, pk, sk = entry
    return f"{day.isoformat()} {pk} {sk}"


class MemoryBacklog:
    """names: of what is behind; None: nobody can tell."""

    def __init__(self) -> None:
        self.names: list[str] | None = []

    def behind(self) -> list[str]:
        if self.names is None:
            raise ProviderUnavailable("CloudWatch does not answer")
        return self.names


class MemoryRegistryPurge:
    """RegistryRemover and ReceiptRemover over a MemoryRegistry and MemoryReceipts. own: records that say their day."""

    def __init__(self, registry: MemoryRegistry, receipts: MemoryReceipts) -> None:
        self.registry = registry
        self.receipts = receipts
        self.looked_at: dict[str, date] = {}
        self.own: dict[tuple[str, str], date] = {}
        self.notes: dict[tuple[str, str], str] = {}

    def note_about(self, key: tuple[str, str]) -> str | None:
        return self.notes.get(key)

    def look_at_note_again(self, key: tuple[str, str], due_on: date) -> None:
        self.own[key] = due_on

    def entry_of(self, email: str) -> Suppression | None:
        return self.registry.entries.get(email)

    def look_again(self, entry: Suppression, due_on: date) -> bool:
        if self.registry.entries.get(entry.email) != entry:
            return False
        self.looked_at[entry.email] = due_on
        return True

    def lift(self, entry: Suppression) -> bool:
        if self.registry.entries.get(entry.email) != entry:
            return False
        del self.registry.entries[entry.email]
        return True

    def drop(self, key: tuple[str, str], today: date) -> bool:
        if self.own.get(key, date.max) > today:
            return False
        del self.own[key]
        return True

    def filed(self, key: tuple[str, str]) -> Receipt | None:
        return next((each for each in self.receipts.held.values() if _receipt_key(each) == key), None)

    def count_only(self, receipt: Receipt, due_on: date) -> None:
        if _receipted(receipt) in self.receipts.held:
            self.receipts.held[_receipted(receipt)] = receipt._replace(lines={NOBODY: receipt.by_rule()})
            self.looked_at[_receipt_key(receipt)[1]] = due_on

    def drop_receipt(self, receipt: Receipt) -> None:
        self.receipts.held.pop(_receipted(receipt), None)


def _receipt_key(receipt: Receipt) -> tuple[str, str]:
    day = paris_day(receipt.begun_at).isoformat()
    return f"receipt#{day}", f"{receipt.run}#{receipt.batch}"


class MemoryRedactions:
    """OwedRedactions."""

    def __init__(self) -> None:
        self.held: dict[tuple[str, str], Redaction] = {}

    def owe(self, redaction: Redaction) -> bool:
        if _redaction_key(redaction) in self.held:
            return False
        self.held[_redaction_key(redaction)] = redaction
        return True

    def of(self, id_: str) -> list[Redaction]:
        return [self.held[key] for key in sorted(self.held) if key[0] == f"redaction#{id_}"]

    def get(self, key: tuple[str, str]) -> Redaction | None:
        return self.held.get(key)

    def save(self, redaction: Redaction) -> Redaction:
        self._check(redaction)
        later = redaction._replace(version=redaction.version + 1)
        self.held[_redaction_key(redaction)] = later
        return later

    def settle(self, redaction: Redaction) -> None:
        self._check(redaction)
        del self.held[_redaction_key(redaction)]

    def _check(self, redaction: Redaction) -> None:
        held = self.held.get(_redaction_key(redaction))
        if held is None or held.version != redaction.version:
            raise RedactionConflict


def _redaction_key(redaction: Redaction) -> tuple[str, str]:
    return f"redaction#{redaction.id}", str(redaction.part)
