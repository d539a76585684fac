"""Reconcile: what the providers have is held against the ledger, every day (P4, P17, E128; docs/architecture.md).

    Stripe's events → Mailchimp's members → everybody in the projection → whoever vanished → who has to be removed

What is missing becomes a fact, and what a webhook should have brought is counted. Whoever is subscribed without a
consent is removed, within the policy's guard; more wait for an operator. A page is read, its facts are recorded, and
then the run is saved: whoever is killed in between leaves a page that is read again, and changes nothing.
"""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from privacy.domain.census import Census
from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.member import Member, MemberPage
from privacy.domain.member_place import MemberPlace
from privacy.domain.membership import SUBSCRIBED, Membership, Standing, steps
from privacy.domain.policy import Policy
from privacy.domain.runs import DONE, HELD, RECONCILE, Removal, Run
from privacy.operations.consent import member_facts
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.history.missing_facts import missing, overdue, surprising
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.person_summary import standings_in
from privacy.ports import (
    Appended,
    Audiences,
    KeyQueue,
    PaymentHistory,
    ProviderUnavailable,
    RemovalList,
    RunConflict,
    RunLog,
    Summaries,
)

#: Stages, in their order. vanished: only where all members were read.
EVENTS = "events"
MEMBERS = "members"
PEOPLE = "people"
VANISHED = "vanished"
REMOVALS = "removals"

#: How far back Stripe's list of events reaches.
EVENTS_KEPT = timedelta(days=30)
#: Seconds that the fold is given to take in what was found, before people are looked at: at least, at most, and facts
#: for each more. Whoever is looked at too early is looked at again tomorrow, and nobody is removed on old knowledge.
SETTLE, LONGEST_SETTLE, FOLDED_A_SECOND = 5, 300, 20
#: Seconds until a provider that does not answer is asked again.
PAUSE = 300
#: Members whom one run looks for one by one.
MOST_LOOKS = 5000


@dataclass(frozen=True, slots=True)
class Reconciliation:
    """What a reconciliation works with.

    audiences: ours, the one for the checkout's box first. translate: an event as Stripe's JSON, and when its page was
    asked for, as a fact; None where it is nothing to us. record: appends a fact. in_parallel: maps over facts, a few
    at once. sync: the queue of sync_providers. told: of a run whose reading is over.
    """

    runs: RunLog
    history: PaymentHistory
    directory: Audiences
    audiences: Sequence[str]
    summaries: Summaries
    stores: Stores
    removals: RemovalList
    sync: KeyQueue
    translate: Callable[[Mapping[str, object], datetime], Fact | None]
    record: Callable[[Fact], Appended]
    in_parallel: Callable[[Callable[[Fact], Appended], Iterable[Fact]], Iterator[Appended]]
    told: Callable[[Run], None]
    policy: Policy
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]

    def go_on(self, run_id: str, more: Callable[[], bool]) -> int | None:
        """One page after another, while `more`: in how many seconds to go on; None: there is nothing left to do.

        A provider that does not answer is asked again later; what it said stands in the run (`trouble`).
        Raises LedgerUnavailable, SecretsUnavailable.
        """
        run = self.runs.get(RECONCILE, run_id)
        try:
            while run is not None and run.running:
                stage, run = run.stage, self._saved(self._step(run))
                if stage == MEMBERS and run.stage == PEOPLE and run.counts.get("recorded"):
                    return min(SETTLE + run.counts["recorded"] // FOLDED_A_SECOND, LONGEST_SETTLE)
                if run.running and not more():
                    return 0
        except ProviderUnavailable as error:
            self._tell_trouble(run, str(error))
            return PAUSE
        except RunConflict:
            pass  # somebody else is on it, and further
        return None

    def _tell_trouble(self, run: Run | None, words: str) -> None:
        if run is not None:
            with suppress(RunConflict):
                self.runs.save(replace(run, given={**run.given, "trouble": words}, updated_at=self.now()))

    def _step(self, run: Run) -> Run:
        stages: Mapping[str, Callable[[Run], Run]] = {
            EVENTS: self._events,
            MEMBERS: self._members,
            PEOPLE: self._people,
            VANISHED: self._vanished,
            REMOVALS: self._remove,
        }
        return stages[run.stage](run)

    def _saved(self, run: Run) -> Run:
        given = {name: said for name, said in run.given.items() if name != "trouble"}
        return self.runs.save(replace(run, given=given, updated_at=self.now()))

    # --- what the providers have --------------------------------------------------------------------------------

    def _events(self, run: Run) -> Run:
        asked_at = self.now()
        page = self.history.events(run.started_at - EVENTS_KEPT, run.cursor.get("after"))
        translated = (self.translate(event, asked_at) for event in page.objects)
        fresh = missing(
            [fact for fact in translated if fact is not None], stores=self.stores, policy=self.policy
        )
        missed = overdue(fresh, watched=_watched(run), now=run.started_at)
        run = self._recorded(run, fresh, stripe_missed=len(missed)).count(events=len(page.objects))
        if page.after is not None:
            return run.at(EVENTS, {"after": page.after})
        return run.at(MEMBERS if self.audiences else PEOPLE)

    def _members(self, run: Run) -> Run:
        since = _since(run)
        place = MemberPlace.read(run.cursor, self.audiences, since)
        asked_at = self.now()
        page = self.directory.members(place.audience, place.after, status=place.status)
        facts = [fact for fact in (self._fact(member, asked_at) for member in page.members) if fact]
        fresh = missing(facts, stores=self.stores, policy=self.policy)
        late = overdue(fresh, watched=_watched(run), now=run.started_at)
        missed = surprising(late, self.stores.people) if late else []
        kept = self._census_of(run, place, page)
        run = self._recorded(run, fresh, mailchimp_missed=len(missed)).count(members=len(page.members))
        onwards = place.onwards(page.after, self.audiences, since)
        return run.at(MEMBERS, kept | onwards.written()) if onwards else run.at(PEOPLE, kept)

    def _fact(self, member: Member, asked_at: datetime) -> Fact | None:
        try:
            return fact_from(member, pseudonyms=self.pseudonyms, recorded_at=asked_at)
        except InvalidAddress:
            return None  # nobody can be written to there

    def _recorded(self, run: Run, fresh: Sequence[Fact], **missed: int) -> Run:
        """Record, and count as it was found the first time: whoever is killed finds nothing fresh afterwards."""
        found = {"recorded": len(fresh), **missed}
        before = json.loads(run.cursor.get("found", "{}"))
        if fresh and not before:
            run = self._saved(replace(run, cursor={**run.cursor, "found": json.dumps(found)}))
        became = Counter(self.in_parallel(self.record, fresh))
        return run.count(**(before or found), conflicts=became[Appended.CONFLICT])

    def _census_of(self, run: Run, place: MemberPlace, page: MemberPage) -> dict[str, str]:
        """Who is subscribed there. Those of a page's last second come again with the next one."""
        if not _is_full(run):
            return {}
        census = Census(run.cursor.get("census"))
        again = page.after.since if page.after is not None and not place.after.offset else None
        for member in page.members:
            comes_again = again is not None and member.changed_at.replace(microsecond=0) >= again
            if member.status == SUBSCRIBED and not comes_again:
                try:
                    # a mailbox is known by its oldest name
                    census.name(member.audience, min(self.pseudonyms.emails(member.address)))
                except InvalidAddress:
                    continue
        return {"census": str(census)}

    # --- whom we believe subscribed -----------------------------------------------------------------------------

    def _people(self, run: Run) -> Run:
        people, after = self.summaries.page(_table_key(run.cursor))
        census = Census(run.cursor.get("census"))
        approved = "approved" in run.given
        removals: set[Removal] = set()
        waiting: set[str] = set()
        counted: Counter[str] = Counter()
        for standing in _standings(people):
            for audience in self._subscribed(standing):
                counted[f"subscribed:{audience}"] += 1
                census.name(audience, standing.mailbox)
            for step in steps(standing, self.audiences, paris_day(self.now())):
                if step.why == "no_proof":
                    removals.add(Removal(standing.mailbox, step.audience))
                elif standing.address and (approved or not standing.historic):
                    waiting.add(standing.mailbox)
        counted.update(f"removals:{removal.audience}" for removal in removals)
        if approved:
            self.removals.add(run.id, removals, self.now())
        self.sync.send({"identifier": mailbox} for mailbox in sorted(waiting))
        run = run.count(people=len(people), followed=len(waiting), removals=len(removals), **counted)
        kept = {"census": str(census)} if _is_full(run) else {}
        if after is not None:
            return run.at(PEOPLE, kept | {"after": json.dumps(dict(after))})
        return run.at(VANISHED, kept) if kept and not census.empty else self._decided(run)

    def _subscribed(self, standing: Standing) -> list[str]:
        held = standing.memberships
        return [a for a in self.audiences if a in held and held[a].status == SUBSCRIBED]

    def _vanished(self, run: Run) -> Run:
        """Whoever is known there otherwise than listed: deleted for ever, or believed by a mistake of ours.

        Those in doubt are looked for one by one.
        """
        people, after = self.summaries.page(_table_key(run.cursor))
        census = Census(run.cursor["census"])
        looks = 0
        found: Counter[str] = Counter()
        for standing in _standings(people):
            for held in (standing.memberships[a] for a in self.audiences if a in standing.memberships):
                in_doubt = standing.address is not None and census.differs(held.audience, standing.mailbox)
                if in_doubt and run.counts.get("looks", 0) + looks < MOST_LOOKS:
                    looks += 1
                    found[self._look(held, str(standing.address))] += 1
        run = run.count(looks=looks, absent=found["absent"], corrected=found["corrected"])
        if after is not None:
            return run.at(VANISHED, {"census": str(census), "after": json.dumps(dict(after))})
        return self._decided(run)

    def _look(self, held: Membership, address: str) -> str:
        """absent | corrected: what was recorded; same: it was read a moment too early or too late for the list."""
        at = self.now()
        member = self.directory.read(held.audience, address)
        if member is None and held.takes_mail:
            self.record(member_facts.absent(held.audience, address, pseudonyms=self.pseudonyms, now=at))
            return "absent"
        if member is None or member.status == held.status:
            return "same"
        for fact in (
            fact_from(member, pseudonyms=self.pseudonyms, recorded_at=at),
            member_facts.seen(held.audience, address, member.status, pseudonyms=self.pseudonyms, now=at),
        ):
            self.record(fact)
        return "corrected"

    # --- who has to be removed ----------------------------------------------------------------------------------

    def _decided(self, run: Run) -> Run:
        """Told first, and then saved: an alarm may ring twice, and never not at all."""
        removals = _by_audience(run, "removals")
        if not removals or "approved" not in run.given:
            decided = replace(run.at(REMOVALS), state=DONE)
        elif self.policy.guard.lets(removals, _by_audience(run, "subscribed")) or sum(removals.values()) <= (
            run.allowed or 0
        ):
            decided = run.at(REMOVALS)
        else:
            decided = replace(run.at(REMOVALS), state=HELD)
        self.told(decided)
        return decided

    def _remove(self, run: Run) -> Run:
        """Each is decided again where it is done: whoever opted in meanwhile stays."""
        removals, after = self.removals.page(run.id, run.cursor.get("after"))
        self.sync.send({"identifier": r.identifier, "audience": r.audience, "run": run.id} for r in removals)
        run = run.count(sent=len(removals))
        if after is not None:
            return run.at(REMOVALS, {"after": after})
        return replace(run.at(REMOVALS), state=DONE)


def _standings(people: Iterable[tuple[str, Mapping[str, object]]]) -> Iterator[Standing]:
    return (standing for _, summary in people for standing in standings_in(summary))


def _by_audience(run: Run, what: str) -> dict[str, int]:
    return {
        name.partition(":")[2]: count
        for name, count in run.counts.items()
        if name.startswith(f"{what}:") and count
    }


def _is_full(run: Run) -> bool:
    return "since" not in run.given


def _since(run: Run) -> datetime | None:
    return None if _is_full(run) else datetime.fromisoformat(run.given["since"])


def _watched(run: Run) -> datetime:
    return datetime.fromisoformat(run.given["watched"])


def _table_key(cursor: Mapping[str, str]) -> Mapping[str, str] | None:
    return json.loads(cursor["after"]) if "after" in cursor else None
