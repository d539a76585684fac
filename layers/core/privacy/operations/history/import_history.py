"""Import: the past of the shop becomes facts, page by page (docs/architecture.md "Day one").

    Stripe, kind by kind → Mailchimp, audience by audience → a plan, until it stands still → the owner

A page is read, what the ledger does not have is recorded by one conditional write each, and then the run's cursor is
saved: whoever is killed in between leaves a page that is read again, and changes nothing. Of two workers on one run
the slower one stops, since the run is saved under the version that it read.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from enum import Enum
from typing import Any, NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.consent import State
from privacy.domain.facts import Fact
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, is_email
from privacy.domain.import_plan import OFTEN, Counted, Plan, nearly, with_people
from privacy.domain.member import Member
from privacy.domain.member_place import MemberPlace
from privacy.domain.membership import steps
from privacy.domain.projection import Pointer
from privacy.domain.runs import APPROVED, DONE, IMPORT, PLANNED, RUNNING, Cursor, Run, begin
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.people.person_summary import standings_in
from privacy.ports import (
    STRIPE_KINDS,
    Appended,
    Audiences,
    KeyQueue,
    LedgerUnavailable,
    PaymentHistory,
    PeopleStore,
    ProviderUnavailable,
    RunConflict,
    RunLog,
    Summaries,
)

#: Stages besides Stripe's kinds of objects. waiting: whoever had to wait for the approval is looked at again.
MEMBERS = "members"
PLAN = "plan"
WAITING = "waiting"
STAGES = (*STRIPE_KINDS, MEMBERS, PLAN)

#: Facts by which a plan tells whether the fold has come so far.
REMEMBERED = 30

type InParallel = Callable[[Callable[[Fact], Appended], Iterable[Fact]], Iterator[Appended]]


class Unreadable(Exception):
    """A provider's record lacks what its facts need. Holds nothing of it."""


class Next(Enum):
    """now: there is more to do. later: something else has to happen first. never: the run has come to its end."""

    NOW = "now"
    LATER = "later"
    NEVER = "never"


@dataclass(frozen=True, slots=True)
class HistoryImport:
    """What an import works with.

    audiences: ours, the one for the checkout's box first. read: an object of a kind, and when its page was asked for,
    as facts; raises Unreadable. held: those of some (identifier, key) that the ledger has. admitted: those of a page's
    facts that may be recorded: nothing of the gone. record: appends a fact. in_parallel: maps over facts, a few at
    once. set_aside: told the kind and id of what cannot be read (of a member, the audience's). sync, reconcile: the
    queues of sync_providers and of the reconciliation.
    """

    runs: RunLog
    history: PaymentHistory
    directory: Audiences
    audiences: Sequence[str]
    people: PeopleStore
    summaries: Summaries
    read: Callable[[str, Mapping[str, object], datetime], Sequence[Fact]]
    held: Callable[[Collection[tuple[str, str]]], AbstractSet[tuple[str, str]]]
    admitted: Callable[[Sequence[Fact]], Sequence[Fact]]
    record: Callable[[Fact], Appended]
    in_parallel: InParallel
    set_aside: Callable[[str, str], None]
    sync: KeyQueue
    reconcile: KeyQueue
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]

    def go_on(self, run_id: str, more: Callable[[], bool]) -> Next:
        """One lot of pages, while `more`. Raises UnregisteredData, SecretsUnavailable."""
        run = self.runs.get(IMPORT, run_id)
        try:
            while run is not None and _active(run):
                told, run = run, self._step(run)
                if _active(run) and told.stage == run.stage == PLAN and not run.cursor:
                    return Next.LATER  # counted, and not yet as often as it takes
                if not more():
                    return Next.NOW
        except (ProviderUnavailable, LedgerUnavailable) as error:
            self._tell_trouble(run, str(error))
            return Next.LATER
        except RunConflict:
            pass  # somebody else is on it, and further
        return Next.NEVER

    def _step(self, run: Run) -> Run:
        """One page of whatever the run does now, and the run as it was saved after it. Raises RunConflict."""
        if run.stage == MEMBERS:
            moved = self._members(run)
        elif run.stage == PLAN:
            moved = self._plan(run)
        elif run.stage == WAITING:
            moved = self._release(run)
        else:
            moved = self._objects(run)
        given = {name: said for name, said in moved.given.items() if name != "trouble"}
        return self.runs.save(replace(moved, given=given, updated_at=self.now()))

    def _tell_trouble(self, run: Run | None, words: str) -> None:
        """For whoever asks how the run stands: it goes on by itself, but perhaps they can help."""
        if run is None:
            return
        with suppress(RunConflict):
            self.runs.save(replace(run, given={**run.given, "trouble": words}, updated_at=self.now()))

    # --- reading ----------------------------------------------------------------------------------------------

    def _objects(self, run: Run) -> Run:
        asked_at = self.now()
        page = self.history.objects(run.stage, run.cursor.get("after"))
        facts: list[Fact] = []
        unreadable = 0
        for listed in page.objects:
            try:
                facts += self.read(run.stage, listed, asked_at)
            except Unreadable:
                unreadable += 1
                self.set_aside(run.stage, str(listed.get("id", "")))
        run = self._recorded(run, facts).count(**{run.stage: len(page.objects), "unreadable": unreadable})
        reached = _oldest(page.objects)
        if page.after is not None:
            return run.at(run.stage, {"after": page.after, **reached})
        if run.stage == STRIPE_KINDS[0] and reached:
            # the account is about as old as its first customer: what is left of the other kinds is judged by it
            run = replace(run, given={**run.given, "oldest": reached["reached"]})
        return run.at(STAGES[STAGES.index(run.stage) + 1])

    def _members(self, run: Run) -> Run:
        if not run.cursor:
            run = self._with_totals(run)
            if not self.audiences:
                return run.at(PLAN)
        place = MemberPlace.read(run.cursor, self.audiences)
        asked_at = self.now()
        page = self.directory.members(place.audience, place.after, status=place.status)
        facts: list[Fact] = []
        for member in page.members:
            fact = self._member(member, asked_at)
            if fact is None:
                self.set_aside(MEMBERS, place.audience)
            else:
                facts.append(fact)
        run = self._recorded(run, facts)
        run = run.count(**{MEMBERS: len(page.members), "unreadable": len(page.members) - len(facts)})
        onwards = place.onwards(page.after, self.audiences)
        return run.at(MEMBERS, onwards.written()) if onwards else run.at(PLAN)

    def _with_totals(self, run: Run) -> Run:
        members = sum(self.directory.audience(audience).members for audience in self.audiences)
        return replace(run, totals={**run.totals, MEMBERS: members})

    def _member(self, member: Member, asked_at: datetime) -> Fact | None:
        try:
            return fact_from(member, pseudonyms=self.pseudonyms, recorded_at=asked_at)
        except InvalidAddress:
            return None

    def _recorded(self, run: Run, facts: Sequence[Fact]) -> Run:
        """Looked up first, a hundred at a time: a write that is refused, as all of a second import's, is paid for."""
        held = self.held([(fact.filed_under, fact.key) for fact in facts])
        fresh = [fact for fact in facts if (fact.filed_under, fact.key) not in held]
        admitted = self.admitted(fresh)
        became = Counter(self.in_parallel(self.record, admitted))
        return _with_latest(run, admitted).count(
            gone=len(fresh) - len(admitted),
            facts=became[Appended.NEW],
            known=len(facts) - len(fresh) + became[Appended.DUPLICATE],
            conflicts=became[Appended.CONFLICT],
        )

    # --- the plan ---------------------------------------------------------------------------------------------

    def _plan(self, run: Run) -> Run:
        """One page of people. The plan counts once the one before was the same: folds lag behind the ledger."""
        if not run.cursor and not self._folded(run):
            return replace(run, given={**run.given, "alike": "0"})
        people, after = self.summaries.page(_table_key(run.cursor))
        today = paris_day(self.now())
        counted = [_counted(person, summary) for person, summary in people]
        plan = with_people(Plan.read(run.cursor.get("plan")), counted, self.audiences, today)
        if after is not None:
            return run.at(PLAN, {"after": json.dumps(dict(after)), "plan": plan.written()})
        before = Plan.read(run.given.get("before"))
        alike = int(run.given.get("alike", "0")) + 1 if nearly(before, plan) else 0
        if "before" in run.given and (before == plan or alike >= OFTEN):
            return replace(run.at(PLAN), state=PLANNED, plan=plan.digest, planned=dict(plan.numbers))
        given = {**run.given, "before": plan.written(), "alike": str(alike)}
        return replace(run.at(PLAN), given=given)

    def _folded(self, run: Run) -> bool:
        """Of what was recorded last nearly all is folded: a stream keeps the order of each of its shards."""
        latest = [_Recorded(*one) for one in json.loads(run.given.get("latest", "[]"))]
        there = self.held([(one.identifier, one.key) for one in latest])
        latest = [one for one in latest if (one.identifier, one.key) in there]  # nothing of the gone
        owners = self.people.pointers({one.identifier for one in latest})
        unfolded = sum(not self._knows(owners.get(one.identifier), one) for one in latest)
        return unfolded <= len(latest) // 10

    def _knows(self, owner: Pointer | None, recorded: _Recorded) -> bool:
        if owner is None or owner.person is None:
            return False
        until = self.people.summary(owner.person).get("recorded_until")
        return isinstance(until, str) and until >= recorded.at

    # --- after the approval -----------------------------------------------------------------------------------

    def _release(self, run: Run) -> Run:
        """Everybody whose choice had to wait is looked at; then the reconciliation may remove as many as planned."""
        people, after = self.summaries.page(_table_key(run.cursor))
        today = paris_day(self.now())
        waiting = [mailbox for _, summary in people for mailbox in self._waiting(summary, today)]
        self.sync.send({"identifier": mailbox} for mailbox in waiting)
        run = run.count(released=len(waiting))
        if after is not None:
            return run.at(WAITING, {"after": json.dumps(dict(after))})
        self.reconcile.send([{"allowed": str(run.allowed or 0)}])
        return replace(run.at(WAITING), state=DONE)

    def _waiting(self, summary: Mapping[str, Any], today: date) -> Iterator[str]:
        for standing in standings_in(summary):
            if standing.historic and any(
                step.why in {"consent", "refusal"} for step in steps(standing, self.audiences, today)
            ):
                yield standing.mailbox


class _Recorded(NamedTuple):
    """A fact of the import's, by where it is filed. at: when it was recorded, ISO 8601 in UTC."""

    identifier: str
    key: str
    at: str


def _with_latest(run: Run, recorded: Sequence[Fact]) -> Run:
    """The run, remembering what it recorded last about somebody who has an address."""
    latest = json.loads(run.given.get("latest", "[]"))
    latest += [
        _Recorded(f.filed_under, f.key, f.recorded_at.isoformat())
        for f in recorded
        if is_email(f.filed_under)
    ]
    return replace(run, given={**run.given, "latest": json.dumps(latest[-REMEMBERED:])})


def start_import(*, runs: RunLog, queue: KeyQueue, now: datetime, chance: str) -> tuple[Run, bool]:
    """(the run, whether it was under way already): one import at a time, and a second start joins it.

    Joining sends for a worker all the same, in case that none is left. Raises ProviderUnavailable.
    """
    before = runs.latest(IMPORT)
    joined = before is not None and _active(before)
    run = before
    if run is None or not joined:
        try:
            run = runs.begin(begin(IMPORT, STAGES[0], now=now, chance=chance), after=before)
        except RunConflict:
            run, joined = runs.latest(IMPORT), True
    if run is None:
        raise ProviderUnavailable("the run is gone")
    queue.send([{"run": run.id}])
    return run, joined


def _active(run: Run) -> bool:
    return run.state in {RUNNING, APPROVED}


def _oldest(listed: Sequence[Mapping[str, object]]) -> dict[str, str]:
    """When the oldest of them was made, in Unix seconds: lists go back in time."""
    made = [created for each in listed if isinstance(created := each.get("created"), int)]
    return {"reached": str(min(made))} if made else {}


def _table_key(cursor: Cursor) -> Mapping[str, str] | None:
    return json.loads(cursor["after"]) if "after" in cursor else None


def _counted(person: str, summary: Mapping[str, Any]) -> Counted:
    due_on = summary.get("clock_due_on")
    return Counted(
        person=person,
        standings=standings_in(summary),
        orders=summary.get("orders", 0),
        facts=summary.get("facts", 0),
        unproven=any(
            said.get("state") == State.UNPROVEN.value for said in summary.get("consents", {}).values()
        ),
        due_on=date.fromisoformat(due_on) if due_on else None,
    )
