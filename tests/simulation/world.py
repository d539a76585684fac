"""A shop, its people, Mailchimp and our workers, who all act at once on what they knew a moment ago."""

from __future__ import annotations

import json
import random
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from privacy import policy
from privacy.domain.clocks import paris_day
from privacy.domain.facts import HISTORY, Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.member import Audience
from privacy.domain.membership import steps
from privacy.domain.policy import Guard
from privacy.domain.runs import HELD, RECONCILE
from privacy.inbound import mailchimp as webhooks
from privacy.inbound import syncing
from privacy.inbound.batch import BatchRecord
from privacy.inbound.folding import Folder
from privacy.inbound.payload import Ignored
from privacy.operations.consent.read_back_member import HINTS, NotRead, fact_from, read_back_member
from privacy.operations.consent.sync_member import MemberSync
from privacy.operations.history.reconcile import Reconciliation
from privacy.operations.history.reconciliation_runs import approve_removals, begin_reconciliation
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.honour_gone import admitted
from privacy.operations.people.person_summary import standings_in
from privacy.operations.people.record_fact import record_fact
from privacy.operations.rights.carry_out import Approved, PlanChanged
from privacy.ports import Appended
from tests.erasing import ErasureOffice, approved, erasing_in
from tests.fakes import (
    MemoryLedger,
    MemoryNotes,
    MemoryPeople,
    MemoryRegistry,
    MemoryRemovals,
    MemoryRuns,
    MemoryStripe,
    MemorySummaries,
)
from tests.simulation.mailchimp import Mailchimp
from tests.simulation.turns import Killed, Turns

LIST, OTHER = "a6b5da1054", "b7c6eb2165"
PEOPLE = tuple(f"{name}@example.fr" for name in ("ana", "bob", "cleo"))
ELSEWHERE = tuple(f"{name}.new@example.org" for name in ("ana", "bob", "cleo"))
EVERYBODY = PEOPLE + ELSEWHERE
POLICY = replace(policy.load(), guard=Guard(1000, 100))
BEGINNING = datetime(2026, 3, 28, 22, 58, 30, 400_000, tzinfo=UTC)  # an hour before Paris changes its clocks
PEPPERS = {1: b"a pepper for tests, of 32 bytes..", 2: b"another pepper, as good as the first"}

MOST_AT_WORK = 4
MOST_JOBS = 4000


@dataclass(frozen=True)
class Act:
    """What somebody really did. at: by the clock of the provider who tells of it. lost: no webhook will tell.

    kind: granted | refused | complained | unticked | owner (took them out) | bought | moved (to this address) |
    moved_away | signed_up (and has to confirm it) | bounced | corrected (a name, say)
    """

    at: datetime
    who: str
    kind: str
    audience: str | None = None
    lost: bool = False
    purchase: str | None = None


@dataclass(frozen=True)
class Job:
    """A message for a worker. No two alike wait at a time."""

    name: str
    said: tuple[Any, ...]


@dataclass(frozen=True, eq=False)
class _Once:
    """A fact as part of a job, known by itself."""

    fact: Fact


class World:
    """seed: everything that chance decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = BEGINNING
        self.pseudonyms = Pseudonyms(1, {1: PEPPERS[1]})
        self.turns = Turns(self.chance, killed=0.004)
        self.skew = timedelta(seconds=self.chance.choice([0, 0, -2, 2]))
        double = self.chance.random() < 0.3
        self.mailchimp = Mailchimp(
            Audience(LIST, "iméra", double, "https://eepurl.example/form", 0),
            Audience(OTHER, "VIP", False, None, 0),
            clock=lambda: self.clock + self.skew,
            chance=self.chance,
            told=self._is_told,
        )
        self.mailchimp.failing = 0.1
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.registry = MemoryRegistry()
        self.notes = MemoryNotes()
        self.runs = MemoryRuns()
        self.removals = MemoryRemovals(page=2)
        self.stripe = MemoryStripe(page=3)
        self.done: Counter[str] = Counter()
        self.waiting: dict[Job, None] = {}
        self.acts: list[Act] = []
        self.past: list[Fact] = []
        self.events: dict[str, Fact] = {}
        self.erasing: set[str] = set()
        self._erasures = ErasureOffice()
        self._approvals: dict[str, Approved] = {}
        self.merges: dict[str, tuple[str, str]] = {}
        self.jobs = 0
        self.losing = 0.2
        self._lost = False
        self._ids = (f"person-{n:032x}" for n in count(1))
        self._numbers = count(1)
        self._told_ledger = _Telling(self.ledger, self._appended)
        if self.chance.random() < 0.6:
            self.registry.approved = BEGINNING - timedelta(days=1)

    # --- time ---------------------------------------------------------------------------------------------------

    def now(self) -> datetime:
        self.clock += timedelta(microseconds=self.chance.randrange(1, 250_000))
        return self.clock

    def time_passes(self) -> None:
        if len(self.turns):
            self.clock += timedelta(seconds=self.chance.choice([0, 0, 0, 1, 2]))
        else:
            jumps = [0, 0, 1, 3, 20, 90, 150, 3600, 40_000, 86_400 * 30]
            self.clock += timedelta(seconds=self.chance.choice(jumps))

    # --- what people do -----------------------------------------------------------------------------------------

    def live(self, acts: int) -> None:
        """So many things happen, while our workers are at work."""
        for _ in range(acts):
            getattr(self, self.chance.choices(_ACTS, _WEIGHTS)[0])()
            for _ in range(self.chance.choice([0, 1, 4, 15])):
                self._work()
            if self.chance.random() < 0.3:
                self._drain(among=len(self.turns))
            self.time_passes()

    def _anybody(self) -> str:
        return self.chance.choices(EVERYBODY, [5, 5, 2, 1, 1, 0.3])[0]

    def _somewhere(self) -> str:
        return self.chance.choice([LIST, LIST, OTHER])

    def buys(self) -> None:
        who = self._anybody()
        box = self.chance.choices([None, True, False], [2, 4, 2])[0]
        told = self.session(who, box, self.chance.choices([None, "cus_1", "cus_2"], [6, 2, 1])[0])
        # the list has what events tell; of what was before we listened it alone does
        before = replace(told, source=HISTORY, event_id=f"past-{told.event_id}")
        lost = self.chance.random() < self.losing
        if self.registry.approved is None and self.chance.random() < 0.5:
            lost = True
        else:
            created = int(told.occurred_at.timestamp())
            self.stripe.told.append({"id": told.event_id, "created": created})
            self.events[told.event_id] = told
        if not lost:
            # a session is older than the event that tells of it
            before = replace(
                before, occurred_at=told.occurred_at - timedelta(minutes=self.chance.choice([0, 1]))
            )
            self._arrives(Job("told", (_Once(told),)))
        self.past.append(before)
        acts = ["bought", *([] if box is None else ["granted" if box else "unticked"])]
        self.acts += [Act(told.occurred_at, who, kind, None, lost, told.subject) for kind in acts]

    def signs_up(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.signs_up(audience, who):
            confirmed = not self.mailchimp.known[audience].double_opt_in
            self._acted(self._there(), who, "granted" if confirmed else "signed_up", audience)

    def confirms(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.confirms(audience, who):
            self._acted(self._there(), who, "granted", audience)

    def leaves(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        complaining = self.chance.random() < 0.25
        if self.mailchimp.leaves(audience, who, complaining=complaining):
            kind = "complained" if complaining else "refused"
            self._acted(self._there(), who, kind, audience, lost=self._lost)

    def moves(self) -> None:
        n = self.chance.randrange(3)
        pair = (PEOPLE[n], ELSEWHERE[n])
        old, new = pair if self.chance.random() < 0.6 else pair[::-1]
        audience = self._somewhere()
        if self.mailchimp.moves(audience, old, new):
            self._acted(self._there(), new, "moved", audience)
            self._acted(self._there(), old, "moved_away", audience)

    def bounces(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.bounces(audience, who):
            self._acted(self._there(), who, "bounced", audience)

    def is_imported(self) -> None:
        self.mailchimp.is_imported(self._somewhere(), self._anybody())

    def is_corrected(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.is_corrected(audience, who):
            self._acted(self._there(), who, "corrected", audience)

    def is_archived(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.is_archived(audience, who):
            self._acted(self._there(), who, "owner", audience)

    def is_deleted(self) -> None:
        who, audience = self._anybody(), self._somewhere()
        if self.mailchimp.is_deleted(audience, who):
            self._acted(self._there(), who, "owner", audience)

    def is_merged(self) -> None:
        first, second = self.chance.sample(EVERYBODY[:4], 2)
        merge = f"m{next(self._numbers)}"
        self.merges[merge] = (first, second)
        self._decided("people_merged", first, second, {"merge": merge})

    def is_unmerged(self) -> None:
        if self.merges:
            merge = self.chance.choice(sorted(self.merges))
            self._decided("people_unmerged", *self.merges.pop(merge), {"merge": merge})

    def is_kept_apart(self) -> None:
        first, second = self.chance.sample(EVERYBODY[:4], 2)
        self._decided("people_kept_apart", first, second, {})

    def is_forgotten(self) -> None:
        """As the DPO approved it: here, and at Mailchimp."""
        who = self._anybody()
        self._drain(among=len(self.turns))
        self.erasing.add(who)
        self._arrives(Job("forget", (who,)))

    def history_is_read(self) -> None:
        self._arrives(Job("import", ()))

    def history_is_approved(self) -> None:
        if self.registry.approved is None:
            self._arrives(Job("approve", ()))

    def a_day_ends(self) -> None:
        self._arrives(Job("reconcile", ()))

    def pepper_changes(self) -> None:
        self.pseudonyms = Pseudonyms(2, PEPPERS)

    # --- what is told of it -------------------------------------------------------------------------------------

    def _there(self) -> datetime:
        return (self.clock + self.skew).replace(microsecond=0)

    def _acted(
        self, at: datetime, who: str, kind: str, audience: str | None = None, *, lost: bool = False
    ) -> None:
        self.acts.append(Act(at, who, kind, audience, lost))

    def _is_told(self, body: bytes, fired_at: datetime) -> None:
        self._lost = self.chance.random() < self.losing
        if not self._lost:
            self._arrives(Job("webhook", (body,)))

    def _decided(self, type_: str, first: str, second: str, link: Group) -> None:
        """At once, and of people who are known; while somebody is erased nobody decides about people."""
        if self.erasing or not all(
            self.people.pointers(self.pseudonyms.emails(who)) for who in (first, second)
        ):
            return
        at, n = self.now(), next(self._numbers)
        ids = sorted(self.pseudonyms.email(who) for who in (first, second))
        for pair in (ids, ids[::-1]):
            said: Group = {**link, "by": "alix"}
            told = self._fact(
                "operator", f"{n}:{pair[0]}", type_, at, tuple(pair), {"link": said}, (first, second)
            )
            record_fact(told, ledger=self._told_ledger, policy=POLICY)

    def session(self, who: str, box: bool | None, customer: str | None) -> Fact:
        at, n = self.now().replace(microsecond=0), next(self._numbers)
        names = [self.pseudonyms.email(who), *([f"stripe_customer#{customer}"] if customer else [])]
        groups: dict[str, Group] = {
            "order": {
                "payment": f"pi_{n}",
                "session": f"cs_{n}",
                "amount": 8000,
                "currency": "eur",
                "payment_status": "paid",
                "placed_at": at.isoformat(),
            },
            "profile": {"email": who},
        }
        if box is not None:
            groups["consent"] = {
                "purpose": "newsletter",
                "choice": "granted" if box else "withdrawn",
                "session": f"cs_{n}",
                "carrier": "metadata:newsletter_optin",
                "value": str(box).lower(),
                "email": who,
                "language": "fr",
            }
        named = (*names, f"stripe_payment#pi_{n}")
        return self._fact("stripe", f"evt_{n}", "checkout.session.completed", at, named, groups, (who,))

    def _fact(
        self,
        source: str,
        event_id: str,
        type_: str,
        at: datetime,
        identifiers: tuple[str, ...],
        groups: Mapping[str, Group],
        addresses: Iterable[str],
    ) -> Fact:
        return Fact(
            source=source,
            event_id=event_id,
            type=type_,
            occurred_at=at,
            recorded_at=at,
            identifiers=identifiers,
            subject=identifiers[-1] if source != "operator" else identifiers[0],
            groups=groups,
            digest=digest_of(self.pseudonyms.digest_key, type_, at, groups),
            aka=self.pseudonyms.aka(*addresses),
        )

    # --- our workers --------------------------------------------------------------------------------------------

    def _arrives(self, job: Job) -> None:
        self.waiting[job] = None

    def _work(self) -> None:
        """Somebody goes on, or somebody begins."""
        begin = self.waiting and len(self.turns) < MOST_AT_WORK
        if begin and (not len(self.turns) or self.chance.random() < 0.2):
            job = self.chance.choice(list(self.waiting))
            del self.waiting[job]
            self.jobs += 1
            # told twice, now and then; what is our own comes at least once
            if self.chance.random() < 0.1:
                self._arrives(job)
            self.turns.begin(
                lambda: getattr(self, f"_{job.name}")(*job.said), lambda error: self._ended(job, error)
            )
        elif len(self.turns):
            self.turns.move()

    def _ended(self, job: Job, error: BaseException | None) -> None:
        if error is None:
            return
        if not isinstance(error, Killed) and type(error).__name__ not in _TRANSIENT:
            raise error
        self._arrives(job)

    def _drain(self, among: int | None = None) -> None:
        """Until nobody is at work; among: of those who are, else of everybody."""
        if among is not None:
            while len(self.turns):
                self.turns.move()
            return
        while self.waiting or len(self.turns):
            if self.jobs > MOST_JOBS:
                raise AssertionError(f"it never comes to rest: {list(self.waiting)[:5]}")
            self._work()

    def _stores(self) -> Stores:
        around = self.turns.around
        return Stores(
            ledger=around(self._told_ledger),
            people=around(_Saving(self.people, self._saved)),
            registry=around(self.registry),
        )

    def _record(self, fact: Fact) -> Appended:
        return record_fact(fact, ledger=self._stores().ledger, policy=POLICY)

    def _record_it(self, fact: Fact) -> None:
        self._record(fact)

    def _appended(self, fact: Fact, *, removed: bool = False) -> None:
        self._arrives(Job("fold", (fact.filed_under, fact.key, removed)))
        if not removed and fact.source == "mailchimp" and fact.type in HINTS:
            self._arrives(Job("read_back", (fact.filed_under, fact.key)))

    def _saved(self, person: str) -> None:
        if person.startswith("person-"):
            self._arrives(Job("follow", ((person, "person"), None)))

    def _webhook(self, body: bytes) -> None:
        fact = webhooks.fact_from(body, pseudonyms=self.pseudonyms, recorded_at=self.now())
        assert not isinstance(fact, Ignored)
        self._record(fact)

    def _told(self, once: _Once) -> None:
        self._record(replace(once.fact, recorded_at=self.now()))

    def _fold(self, identifier: str, key: str, removed: bool) -> None:
        folder = Folder(self._stores(), POLICY, self.now, lambda: next(self._ids))
        folder.fold(BatchRecord("1", key=(identifier, key), removed=removed))

    def _read_back(self, identifier: str, key: str) -> None:
        said = read_back_member(
            identifier,
            key,
            ledger=self._stores().ledger,
            members=self.turns.around(self.mailchimp),
            pseudonyms=self.pseudonyms,
            now=self.now(),
        )
        if not isinstance(said, NotRead):
            self._record(said)

    def sync(self) -> MemberSync:
        return MemberSync(
            stores=self._stores(),
            members=self.turns.around(self.mailchimp),
            directory=self.mailchimp,
            audiences=(LIST, OTHER),
            notes=self.turns.around(self.notes),
            policy=POLICY,
            pseudonyms=self.pseudonyms,
            now=self.now,
            record=self._record_it,
            counted=lambda done: self.done.update([done]),
        )

    def _follow(self, key: tuple[str, str] | None, body: str | None) -> None:
        syncing.follow(
            BatchRecord("1", key=key, body=json.loads(body) if body else None), self.sync(), self.send
        )

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        """To the queue of sync_providers."""
        for body in bodies:
            self._arrives(Job("follow", (None, json.dumps(dict(body)))))

    def _forget(self, who: str) -> None:
        """By the same approval at every attempt; what changed before it began is approved anew."""
        erasing = erasing_in(
            self._stores(),
            self._erasures,
            now=self.now,
            new_id=lambda: next(self._ids),
            pseudonyms=self.pseudonyms,
            directory=self.turns.around(self.mailchimp),
            audiences=(LIST, OTHER),
        )
        if who not in self._approvals:
            case = f"IM-2026-{next(self._numbers):06}"
            self._approvals[who] = approved(who, erasing.reading, self.now(), case)
        try:
            erasing.erase(who, self._approvals[who])
        except PlanChanged:
            self._approvals.pop(who, None)
            raise
        self._approvals.pop(who, None)
        self.erasing.discard(who)
        self.done["erased"] += 1

    def _import(self) -> None:
        """What an import records. Its pages, its plan and its approval have tests of their own."""
        members = [
            fact_from(member, pseudonyms=self.pseudonyms, recorded_at=self.now())
            for audience in (LIST, OTHER)
            for member in list(self.mailchimp.held[audience].values())
        ]
        stores = self._stores()
        found = [*(replace(fact, recorded_at=self.now()) for fact in self.past), *members]
        for fact in admitted(found, ledger=stores.ledger, registry=stores.registry, policy=POLICY):
            self._record(fact)

    def _approve(self) -> None:
        self.registry.approve_history(run="run-1", operator="alix", now=self.now())
        today = paris_day(self.clock)
        for _, summary in list(self.people.items.values()):
            for standing in standings_in(summary):
                if standing.historic and steps(standing, (LIST, OTHER), today):
                    self.send([{"identifier": standing.mailbox}])

    def reconciliation(self) -> Reconciliation:
        return Reconciliation(
            runs=self.turns.around(self.runs),
            history=self.stripe,
            directory=self.turns.around(self.mailchimp),
            audiences=(LIST, OTHER),
            summaries=MemorySummaries(self.people),
            stores=self._stores(),
            removals=self.removals,
            sync=self,
            translate=lambda event, asked_at: replace(self.events[str(event["id"])], recorded_at=asked_at),
            record=self._record,
            in_parallel=map,
            told=lambda run: None,
            policy=POLICY,
            pseudonyms=self.pseudonyms,
            now=self.now,
        )

    def _reconcile(self, full: bool = False) -> None:
        run = begin_reconciliation(
            runs=self.runs,
            registry=self.registry,
            now=self.now(),
            chance=lambda: f"{next(self._numbers):04}",
            full=full,
        )
        if self.reconciliation().go_on(run.id, lambda: True) is not None:
            self._arrives(Job("reconcile", ()))

    # --- the end ------------------------------------------------------------------------------------------------

    def comes_to_rest(self) -> None:
        """Everything is delivered, or else found by the reconciliations of the next days; nothing fails any more."""
        self.mailchimp.failing = self.turns.killed = self.losing = 0.0
        self._drain()
        for _ in range(3):
            self.clock += timedelta(days=1)
            latest = self.runs.latest(RECONCILE)
            if latest is not None and latest.state == HELD:
                approve_removals(latest.id, by="alix", runs=self.runs, queue=self, now=self.now())
            self._arrives(Job("reconcile", (True,)))
            self._drain()


_TRANSIENT = {
    "ChangeIgnored",
    "NotErasedYet",
    "PeopleConflict",
    "PlanChanged",
    "ProviderUnavailable",
    "RunConflict",
}

_LIFE = {
    "buys": 8,
    "signs_up": 5,
    "confirms": 3,
    "leaves": 5,
    "moves": 2,
    "bounces": 0.7,
    "is_imported": 2,
    "is_corrected": 1.5,
    "is_archived": 0.7,
    "is_deleted": 0.4,
    "is_merged": 1,
    "is_unmerged": 0.7,
    "is_kept_apart": 0.6,
    "is_forgotten": 0.4,
    "history_is_read": 0.8,
    "history_is_approved": 0.5,
    "a_day_ends": 1.5,
    "pepper_changes": 0.1,
}
_ACTS, _WEIGHTS = list(_LIFE), list(_LIFE.values())


class _Telling:
    """The ledger, with its stream."""

    def __init__(self, ledger: MemoryLedger, told: Callable[..., None]) -> None:
        self._ledger = ledger
        self._told = told
        self.under, self.get, self.held = ledger.under, ledger.get, ledger.held

    def append(self, fact: Fact) -> Appended:
        became = self._ledger.append(fact)
        if became is Appended.NEW:
            self._told(fact)
        return became

    def delete(self, identifier: str, key: str) -> None:
        fact = self._ledger.get(identifier, key)
        self._ledger.delete(identifier, key)
        if fact is not None:
            self._told(fact, removed=True)

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        removed = self._ledger.remove(fact, groups)
        if removed and self._ledger.get(fact.filed_under, fact.key) is None:
            self._told(fact, removed=True)
        return removed


class _Saving:
    """People, with their stream."""

    def __init__(self, people: MemoryPeople, told: Callable[[str], None]) -> None:
        self._people = people
        self._told = told
        self.pointers, self.person, self.summary = people.pointers, people.person, people.summary
        self.drop, self.look_again = people.drop, people.look_again

    def save(self, changes: Any) -> None:
        self._people.save(changes)
        for fact in changes.person_facts:
            self._told_of(fact)
        for person in changes.summaries:
            self._told(person)

    def _told_of(self, fact: Fact) -> None:
        """A person's id is the fold's own word: the stream brings it, and nobody minds."""
