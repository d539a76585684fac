"""The daily reconciliation: what was missed is found, what nobody asked for is removed, and nothing else changes."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest

from privacy import policy
from privacy.domain.consent import State
from privacy.domain.facts import Fact
from privacy.domain.member import Audience, Member
from privacy.domain.policy import Guard
from privacy.domain.runs import DONE, HELD, RECONCILE, RUNNING, Removal, Run
from privacy.inbound import reconciling
from privacy.inbound.batch import BatchRecord
from privacy.inbound.payload import Ignored
from privacy.inbound.stripe import fact_from as told
from privacy.operations.consent import member_facts
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.history.reconcile import LONGEST_SETTLE, PAUSE, SETTLE, Reconciliation
from privacy.operations.history.reconciliation_runs import (
    AnotherRuns,
    NotHeld,
    approve_removals,
    begin_reconciliation,
)
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended, ProviderUnavailable
from tests.erasing import erase
from tests.fakes import (
    MemoryAudiences,
    MemoryLedger,
    MemoryPeople,
    MemoryRegistry,
    MemoryRemovals,
    MemoryRuns,
    MemoryStripe,
    MemorySummaries,
)
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, hint

POLICY = policy.load()
EVENT = json.loads(
    (Path(__file__).parents[3] / "events/stripe/checkout.session.completed.guest.json").read_text()
)
NEWS = Audience("list1", "News", double_opt_in=False, hosted_form=None, members=0)
VIP = Audience("list2", "VIP", double_opt_in=False, hosted_form=None, members=0)
APPROVED = at("2026-11-01")
TODAY = at("2026-11-22T03:30")


class Killed(BaseException):
    """The worker is gone between two calls."""


class Queue:
    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []
        self.delays: list[int] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        taken = [*bodies]
        self.sent += taken
        self.delays += [delay] * len(taken)


class Shop:
    """Providers, stores, the fold behind the ledger, and the reconciliation over them."""

    def __init__(self, *audiences: Audience, guard: Guard = POLICY.guard, page: int = 1000) -> None:
        self.now = TODAY
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.registry = MemoryRegistry()
        self.registry.approved = APPROVED
        self.stores = Stores(self.ledger, self.people, self.registry)
        self.mailchimp = MemoryAudiences(*(audiences or (NEWS,)), page=page)
        self.stripe = MemoryStripe(page=3)
        self.runs = MemoryRuns()
        self.removals = MemoryRemovals(page=2)
        self.sync = Queue()
        self.queue = Queue()
        self.policy = replace(POLICY, guard=guard)
        self.ended: list[Run] = []
        self._ids = count(1)

    # --- what happens in the world

    def buys(self, when: str, who: str = CAMILLE, *, n: int = 1) -> dict[str, Any]:
        """A paid checkout, told by an event that no webhook has brought yet."""
        event: dict[str, Any] = json.loads(json.dumps(EVENT))
        event |= {"id": f"evt_{n}", "created": int(at(when).timestamp())}
        session = event["data"]["object"]
        session |= {"id": f"cs_{n}", "payment_intent": f"pi_{n}", "customer_email": who, "metadata": {}}
        session["created"] = event["created"]
        session["customer_details"] = {**(session["customer_details"] or {}), "email": who}
        self.stripe.told.append(event)
        return event

    def member(
        self,
        when: str,
        who: str = CAMILLE,
        *,
        status: str = "subscribed",
        source: str = "Hosted Signup Form",
        audience: str = "list1",
        opted_in: str | None = None,
    ) -> Member:
        changed = at(when)
        opt = at(opted_in or when) if source != "Import" else None
        member = Member(audience, who, status, source, opt, None, None, None, changed, "fr", None)
        self.mailchimp.put(member)
        return member

    def webhook(self, event: dict[str, Any], when: str) -> None:
        fact = self._told(event, at(when))
        assert fact is not None
        self.ledger.append(fact)

    def read_back(self, member: Member) -> None:
        """What the webhooks would have brought."""
        self.ledger.append(fact_from(member, pseudonyms=PSEUDONYMS, recorded_at=self.now))

    def fold(self) -> None:
        for partition in sorted(self.ledger.partitions):
            for key in self.ledger.partitions[partition]:
                self.registry.claim_event(key, partition, self.now)
        for partition in sorted(self.ledger.partitions):
            fold_people(
                {partition},
                stores=self.stores,
                policy=self.policy,
                now=self.now,
                new_id=lambda: f"person-{next(self._ids)}",
            )

    # --- the reconciliation

    def _told(self, event: Mapping[str, object], asked_at: datetime) -> Fact | None:
        outcome = told(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=asked_at)
        return None if isinstance(outcome, Ignored) else outcome

    def work(self) -> Reconciliation:
        return Reconciliation(
            runs=self.runs,
            history=self.stripe,
            directory=self.mailchimp,
            audiences=tuple(self.mailchimp.known),
            summaries=MemorySummaries(self.people),
            stores=self.stores,
            removals=self.removals,
            sync=self.sync,
            translate=self._told,
            record=lambda fact: record_fact(fact, ledger=self.ledger, policy=self.policy),
            in_parallel=_one_by_one,
            told=self.ended.append,
            policy=self.policy,
            pseudonyms=PSEUDONYMS,
            now=lambda: self.now,
        )

    def begin(self, *, full: bool = False, allowed: int | None = None) -> Run:
        return begin_reconciliation(
            runs=self.runs,
            registry=self.registry,
            now=self.now,
            chance=lambda: "c",
            full=full,
            allowed=allowed,
        )

    def go_on(self, run: str, more: Callable[[], bool] = lambda: True) -> Run:
        """Until it ends, with the fold keeping up while the run settles."""
        while (rest := self.work().go_on(run, more)) is not None:
            assert rest == 0 or SETTLE <= rest <= LONGEST_SETTLE
            self.fold()
        return self.last()

    def reconcile(self, *, full: bool = False) -> Run:
        return self.go_on(self.begin(full=full).id)

    def last(self) -> Run:
        run = self.runs.latest(RECONCILE)
        assert run is not None
        return run

    def tomorrow(self) -> None:
        self.now += timedelta(days=1)

    def consent(self, who: str = CAMILLE) -> str:
        pointer = self.people.found[email(who)]
        assert pointer.person is not None
        consents: Any = self.people.items[pointer.person][1]["consents"]
        state: str = consents[email(who)]["state"]
        return state

    def removed(self) -> list[Removal]:
        return sorted(
            Removal(body["identifier"], body["audience"]) for body in self.sync.sent if "run" in body
        )


def _one_by_one(work: Callable[[Fact], Appended], facts: Iterable[Fact]) -> Iterator[Appended]:
    return map(work, facts)


def counts(run: Run) -> dict[str, int]:
    return {name: number for name, number in run.counts.items() if number and ":" not in name}


# --- what no webhook told


def test_events_whose_webhook_never_came_are_recorded_under_the_same_key_and_counted() -> None:
    shop = Shop()
    known = shop.buys("2026-11-20T10:00")
    shop.webhook(known, "2026-11-20T10:01")
    missed = shop.buys("2026-11-21T10:00", BENOIT, n=2)
    run = shop.reconcile()
    assert counts(run) == {"events": 2, "recorded": 1, "stripe_missed": 1, "people": 2}
    assert {key for held in shop.ledger.partitions.values() for key in held if key.startswith("stripe")} == {
        "stripe#evt_1",
        "stripe#evt_2",
    }
    shop.webhook(missed, "2026-11-22T08:00")
    assert len(shop.ledger.partitions[email(BENOIT)]) == 2  # with the person's id
    shop.tomorrow()
    assert counts(shop.reconcile()) == {"events": 2, "people": 2}


def test_an_event_of_the_last_90_minutes_is_recorded_and_its_webhook_is_not_missed_yet() -> None:
    shop = Shop()
    shop.buys("2026-11-22T02:00", n=1)
    shop.buys("2026-11-22T02:01", n=2)
    assert counts(shop.reconcile()) == {"events": 2, "recorded": 2, "stripe_missed": 1, "people": 1}


def test_what_happened_before_anybody_listened_is_not_missed() -> None:
    shop = Shop()
    shop.buys("2026-10-31T10:00")
    shop.member("2026-10-30", BENOIT)
    run = shop.reconcile()
    assert (run.counts["recorded"], run.counts["stripe_missed"], run.counts["mailchimp_missed"]) == (2, 0, 0)
    unapproved = Shop()
    unapproved.registry.approved = None
    unapproved.buys("2026-11-21T10:00")
    assert counts(unapproved.reconcile()) == {"events": 1, "recorded": 1, "people": 1}
    unapproved.tomorrow()
    unapproved.buys("2026-11-22T04:00", n=2)
    assert unapproved.reconcile().counts["stripe_missed"] == 1


def test_events_older_than_30_days_are_not_asked_for() -> None:
    shop = Shop()
    shop.buys("2026-10-22T03:00", n=1)
    shop.buys("2026-10-23T03:30", n=2)
    assert shop.reconcile().counts["events"] == 1


def test_an_event_that_stands_under_an_older_pepper_is_not_recorded_again() -> None:
    shop = Shop()
    event = shop.buys("2026-11-20T10:00")
    fact = shop._told(event, shop.now)
    assert fact is not None
    older = replace(fact, identifiers=("email#0#older", *fact.identifiers[1:]))
    shop.ledger.append(older)
    shop.registry.claim_event(older.key, older.filed_under, shop.now)
    assert "recorded" not in counts(shop.reconcile())
    assert not shop.ledger.partitions[email()]


def test_an_unsubscribe_that_nobody_told_is_found_and_counts_at_once() -> None:
    shop = Shop()
    shop.read_back(shop.member("2026-11-10"))
    shop.fold()
    assert shop.consent() == State.GRANTED.value
    shop.reconcile()
    shop.tomorrow()
    shop.member("2026-11-22T12:00", status="unsubscribed", opted_in="2026-11-10")
    run = shop.reconcile()
    assert counts(run) == {"members": 1, "recorded": 1, "mailchimp_missed": 1, "people": 1}
    assert shop.consent() == State.WITHDRAWN.value


def test_what_changes_no_mail_is_recorded_and_missed_by_nobody() -> None:
    shop = Shop()
    shop.read_back(shop.member("2026-11-10"))
    shop.fold()
    shop.member("2026-11-20", opted_in="2026-11-10")  # a tag, a merge field
    assert counts(shop.reconcile()) == {"members": 1, "recorded": 1, "people": 1}


def test_an_opt_in_is_never_dated_after_the_moment_that_mailchimp_names() -> None:
    shop = Shop()
    shop.member("2026-11-20", opted_in="2025-03-01T09:00")
    shop.reconcile()
    (person,) = (summary for _, summary in shop.people.items.values())
    assert person["last_opt_in"] == at("2025-03-01T09:00").isoformat()


def test_archived_members_are_asked_for_in_every_audience() -> None:
    shop = Shop(NEWS, VIP)
    shop.member("2026-11-10", status="archived")
    shop.member("2026-11-11", BENOIT, status="archived", audience="list2")
    run = shop.reconcile()
    assert (run.counts["members"], run.counts["recorded"]) == (2, 2)


def test_only_who_changed_since_the_last_run_is_read_with_an_hour_of_overlap() -> None:
    shop = Shop()
    shop.member("2026-11-20")
    assert shop.reconcile().counts["members"] == 1
    shop.tomorrow()
    shop.member("2026-11-22T02:29", BENOIT)
    shop.member("2026-11-22T02:30", "chloe.petit@example.fr")
    shop.member("2026-11-22T10:00", "david.leroy@example.fr")
    assert shop.reconcile().counts["members"] == 2
    shop.tomorrow()
    assert shop.reconcile(full=True).counts["members"] == 4


def test_all_members_are_read_at_first_after_the_approval_and_every_28_days() -> None:
    shop = Shop()
    shop.registry.approved = None
    assert "since" not in shop.reconcile().given
    shop.tomorrow()
    assert "since" in shop.reconcile().given
    shop.registry.approved = shop.now
    shop.tomorrow()
    assert "since" not in shop.reconcile().given
    for _ in range(27):
        shop.tomorrow()
        assert "since" in shop.reconcile().given
    shop.tomorrow()
    assert "since" not in shop.reconcile().given


def test_thousands_who_changed_in_the_same_second_are_all_read() -> None:
    shop = Shop(page=100)
    for n in range(1050):
        shop.member("2026-11-20", f"reader{n}@example.org")
    run = shop.reconcile()
    assert (run.counts["recorded"], run.counts["people"]) == (1050, 1050)


# --- who vanished


def test_a_member_deleted_for_ever_is_missed_when_all_are_read_and_only_those_in_doubt_are_looked_for() -> (
    None
):
    shop = Shop()
    for n in range(60):
        shop.read_back(shop.member("2026-11-10", f"reader{n}@example.org"))
    shop.fold()
    shop.reconcile()
    gone = shop.mailchimp.held["list1"].pop("reader7@example.org")
    shop.tomorrow()
    assert "looks" not in counts(shop.reconcile())
    shop.tomorrow()
    run = shop.reconcile(full=True)
    assert run.counts["absent"] == 1
    assert run.counts["looks"] < 10
    assert run.counts["recorded"] == 0
    shop.fold()
    pointer = shop.people.found[email(gone.address)]
    standings: Any = shop.people.items[str(pointer.person)][1]["standings"]
    assert standings[email(gone.address)]["memberships"]["list1"]["status"] == "absent"
    shop.tomorrow()
    assert "looks" not in counts(shop.reconcile(full=True))


def test_who_is_subscribed_and_believed_gone_by_a_mistake_of_ours_is_found_when_all_are_read() -> None:
    shop = Shop()
    shop.member("2026-11-10")
    shop.reconcile()
    shop.ledger.append(
        member_facts.absent("list1", CAMILLE, pseudonyms=PSEUDONYMS, now=at("2026-11-22T04:00"))
    )
    shop.fold()
    shop.tomorrow()
    run = shop.reconcile(full=True)
    assert (run.counts["looks"], run.counts["absent"], run.counts["corrected"]) == (1, 0, 1)
    shop.fold()
    shop.tomorrow()
    assert "looks" not in counts(shop.reconcile(full=True))


def test_who_was_archived_in_the_second_in_which_they_came_in_is_found_when_all_are_read() -> None:
    shop = Shop()
    shop.read_back(shop.member("2026-11-10"))
    shop.fold()
    archived = shop.member("2026-11-10", status="archived")
    shop.ledger.append(fact_from(archived, pseudonyms=PSEUDONYMS, recorded_at=at("2026-11-09")))
    run = shop.reconcile()
    assert (run.counts["looks"], run.counts["corrected"]) == (1, 1)


# --- who never asked


def readers(shop: Shop, asked: int, imported: int) -> None:
    for n in range(asked):
        shop.read_back(shop.member("2026-11-10", f"reader{n}@example.org"))
    for n in range(imported):
        shop.read_back(shop.member("2026-11-10", f"imported{n}@example.org", source="Import"))
    shop.fold()


def test_e128_whoever_is_subscribed_without_having_asked_is_removed_and_told_of() -> None:
    shop = Shop()
    readers(shop, asked=3, imported=0)
    shop.buys("2026-11-21T10:00")
    shop.member(
        "2026-11-21T11:00", source="API - Generic"
    )  # a buyer without an opt-in, synced by a shop's plugin
    run = shop.reconcile()
    assert (run.state, run.counts["removals"], run.counts["sent"]) == (DONE, 1, 1)
    assert shop.removed() == [Removal(email(), "list1")]
    assert [(told.counts["removals"], told.state) for told in shop.ended] == [(1, RUNNING)]


@pytest.mark.parametrize(
    ("asked", "imported", "state"),
    [
        (950, 50, DONE),  # exactly fifty, exactly five per cent
        (2000, 51, HELD),  # one more than fifty
        (93, 5, HELD),  # five are more than five per cent of 98
        (95, 5, DONE),
        (0, 1, DONE),  # always one
        (0, 2, HELD),
    ],
)
def test_no_more_are_removed_by_themselves_than_the_policy_lets(
    asked: int, imported: int, state: str
) -> None:
    guard = POLICY.guard
    assert (guard.removals_at_most, guard.removals_at_most_percent) == (50, 5)
    assert guard.lets({"list1": imported}, {"list1": asked + imported}) is (state == DONE)
    if asked + imported < 200:
        shop = Shop()
        readers(shop, asked, imported)
        run = shop.reconcile()
        assert run.state == state
        assert len(shop.removed()) == (imported if state == DONE else 0)


def test_a_run_that_is_held_removes_nobody_until_it_is_approved_and_then_exactly_those() -> None:
    shop = Shop()
    readers(shop, asked=0, imported=5)
    run = shop.reconcile()
    assert (run.state, shop.removed(), shop.queue.sent) == (HELD, [], [])
    shop.tomorrow()
    shop.read_back(shop.member("2026-11-22", "late@example.org", source="Import"))
    shop.fold()
    later = shop.reconcile()
    assert later.state == HELD
    approve(shop, run.id)
    assert shop.queue.sent == [{"run": run.id}]
    shop.work().go_on(run.id, lambda: True)
    assert shop.removed() == sorted(Removal(email(f"imported{n}@example.org"), "list1") for n in range(5))
    assert {body["run"] for body in shop.sync.sent} == {run.id}
    with pytest.raises(NotHeld):
        approve(shop, "reconcile-nothing")


def test_approving_twice_or_after_a_crash_sends_for_a_worker_again_and_removes_once() -> None:
    shop = Shop()
    readers(shop, asked=0, imported=3)
    run = shop.reconcile()
    approve(shop, run.id)
    approve(shop, run.id)
    assert shop.queue.sent == [{"run": run.id}] * 2
    for _ in range(2):
        shop.work().go_on(run.id, lambda: True)
    assert len(shop.sync.sent) == 3
    done = shop.runs.get(RECONCILE, run.id)
    assert done is not None
    assert (done.state, done.given["approved_by"]) == (DONE, "alix")


def test_a_run_that_is_done_waits_for_no_approval() -> None:
    shop = Shop()
    run = shop.reconcile()
    with pytest.raises(NotHeld):
        approve(shop, run.id)


def test_before_the_history_is_approved_they_are_counted_and_nobody_is_removed() -> None:
    shop = Shop()
    shop.registry.approved = None
    readers(shop, asked=0, imported=2)
    run = shop.reconcile()
    assert (run.state, run.counts["removals"]) == (DONE, 2)
    assert (shop.removed(), shop.removals.found) == ([], {})


def test_removals_that_the_owner_approved_with_the_imports_plan_are_done() -> None:
    shop = Shop()
    readers(shop, asked=0, imported=5)
    run = shop.go_on(shop.begin(allowed=5).id)
    assert (run.state, len(shop.removed())) == (DONE, 5)
    other = Shop()
    readers(other, asked=0, imported=6)
    assert other.go_on(other.begin(allowed=5).id).state == HELD


def test_choices_that_mailchimp_does_not_follow_yet_are_sent_on_their_way() -> None:
    shop = Shop()
    shop.read_back(shop.member("2026-11-10"))
    shop.read_back(shop.member("2026-11-10", BENOIT))
    shop.ledger.append(
        replace(
            hint("2026-11-12", "unsubscribe", BENOIT),
            groups={
                "subscription": {"audience": "list2", "email": BENOIT, "status": "unsubscribed"},
                "consent": {"purpose": "newsletter", "choice": "withdrawn", "carrier": "mailchimp"},
            },
        )
    )
    shop.fold()
    run = shop.reconcile()
    assert run.counts["followed"] == 1
    assert shop.sync.sent == [{"identifier": email(BENOIT)}]


# --- whoever is gone


def test_nobody_gone_comes_back_and_is_counted_as_missed() -> None:
    shop = Shop()
    event = shop.buys("2026-11-15T10:00")
    event["data"]["object"]["payment_status"] = "unpaid"
    shop.webhook(event, "2026-11-15T10:01")
    shop.member("2026-11-16", status="unsubscribed")
    shop.fold()
    erase(CAMILLE, shop.stores, at("2026-11-20"), new_id=lambda: "p")
    assert not any(shop.ledger.partitions.values())
    shop.registry.places.clear()
    run = shop.reconcile()
    assert counts(run) == {"events": 1, "members": 1}
    assert not any(shop.ledger.partitions.values())
    shop.tomorrow()
    shop.buys("2026-11-22T10:00", n=2)
    assert shop.reconcile().counts["stripe_missed"] == 1
    assert shop.people.found[email()].person is not None


def test_of_whom_the_law_keeps_an_order_nothing_comes_back_nor_is_missed() -> None:
    shop = Shop()
    event = shop.buys("2026-11-15T10:00")
    shop.webhook(event, "2026-11-15T10:01")
    shop.member("2026-11-16", status="unsubscribed")
    shop.fold()
    erase(CAMILLE, shop.stores, at("2026-11-20"), new_id=lambda: "p")
    left = {key: fact.groups.keys() for key, fact in shop.ledger.partitions[email()].items()}
    assert any("order" in groups for groups in left.values())
    assert not any("profile" in groups for groups in left.values())
    run = shop.reconcile()
    assert counts(run) == {"events": 1, "members": 1, "people": 1}
    assert {key: fact.groups.keys() for key, fact in shop.ledger.partitions[email()].items()} == left


# --- runs


def test_a_run_that_is_under_way_is_gone_on_with_and_no_other_begins() -> None:
    shop = Shop()
    first = shop.begin()
    assert shop.begin(full=True).id == first.id
    with pytest.raises(AnotherRuns):
        shop.begin(allowed=3)
    shop.go_on(first.id)
    shop.tomorrow()
    assert shop.begin().id != first.id


def test_a_provider_that_does_not_answer_is_asked_again_later_and_that_is_told() -> None:
    shop = Shop()
    shop.buys("2026-11-21T10:00")
    shop.mailchimp.down = True
    run = shop.begin().id
    assert shop.work().go_on(run, lambda: True) == PAUSE
    assert shop.last().given["trouble"] == "mailchimp: nobody answers"
    shop.mailchimp.down = False
    done = shop.go_on(run)
    assert (done.state, done.counts["recorded"], "trouble" in done.given) == (DONE, 1, False)


def test_a_worker_that_has_no_time_left_leaves_the_rest_to_a_message() -> None:
    shop = Shop()
    for n in range(10):
        shop.buys("2026-11-21T10:00", f"buyer{n}@example.org", n=n)
    run = shop.begin()
    lots = 0
    while (rest := shop.work().go_on(run.id, lambda: False)) is not None:
        assert rest == 0 or SETTLE <= rest <= LONGEST_SETTLE
        lots += 1
        shop.fold()
    assert lots > 5
    assert counts(shop.last()) == {"events": 10, "recorded": 10, "stripe_missed": 10, "people": 10}


def test_of_two_workers_on_one_run_the_slower_one_stops_and_nothing_is_counted_twice() -> None:
    shop = Shop()
    for n in range(7):
        shop.buys("2026-11-21T10:00", f"buyer{n}@example.org", n=n)
    run = shop.begin()
    slow = shop.work()
    ahead = iter([True])

    def overtaken(event: Mapping[str, object], asked_at: datetime) -> Fact | None:
        if next(ahead, False):
            shop.go_on(run.id)
        return shop._told(event, asked_at)

    assert replace(slow, translate=overtaken).go_on(run.id, lambda: True) is None
    assert counts(shop.last()) == {"events": 7, "recorded": 7, "stripe_missed": 7, "people": 7}


def a_day() -> Shop:
    shop = Shop(guard=Guard(50, 50))
    for n in range(4):
        shop.buys("2026-11-21T10:00", f"buyer{n}@example.org", n=n)
    for n in range(3):
        shop.read_back(shop.member("2026-11-10", f"reader{n}@example.org"))
    shop.fold()
    shop.member("2026-11-21", "reader0@example.org", status="unsubscribed", opted_in="2026-11-10")
    shop.member("2026-11-21", "imported@example.org", source="Import")
    shop.mailchimp.held["list1"].pop("reader1@example.org")
    return shop


def outcome(shop: Shop) -> object:
    facts = {f.key for held in shop.ledger.partitions.values() for f in held.values() if f.source != "sync"}
    absent = {
        f.subject for held in shop.ledger.partitions.values() for f in held.values() if f.source == "sync"
    }
    last = counts(shop.last())
    kept = {
        name: last[name] for name in ("recorded", "stripe_missed", "mailchimp_missed", "removals", "people")
    }
    people = {str(s["anchor"]): s["consents"] for _, s in shop.people.items.values() if "anchor" in s}
    return {k for k in facts if "privacy#" not in k}, absent, kept, set(shop.removed()), people


def test_a_run_killed_at_every_call_ends_as_one_that_was_not() -> None:
    whole = a_day()
    whole.reconcile()
    assert whole.removed() == [Removal(email("imported@example.org"), "list1")]
    for calls in count(1):
        shop = a_day()
        run = shop.begin().id
        left = [calls]
        _kill(shop, left)
        try:
            shop.go_on(run)
        except Killed:
            left[0] = 100_000
            shop.fold()
            shop.go_on(run)
            assert outcome(shop) == outcome(whole), calls
            assert shop.ended, calls
        else:
            assert calls > 40
            return


def _kill(shop: Shop, left: list[int]) -> None:
    """Every call to a provider or a store counts down; at nought the worker dies, before or after it did something."""

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*args: Any, **kwargs: Any) -> Any:
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            done = call(*args, **kwargs)
            left[0] -= 1
            if left[0] == 0:
                raise Killed
            return done

        return counting

    for part, names in (
        (shop.runs, ["save", "get"]),
        (shop.stripe, ["events"]),
        (shop.mailchimp, ["members", "read"]),
        (shop.ledger, ["append", "held"]),
        (shop.removals, ["add", "page"]),
        (shop.sync, ["send"]),
    ):
        for name in names:
            setattr(part, name, counted(getattr(part, name)))


def test_running_twice_changes_nothing() -> None:
    shop = a_day()
    shop.reconcile()
    shop.fold()
    before = outcome(shop)[0]  # type: ignore[index]
    shop.tomorrow()
    shop.reconcile(full=True)
    assert outcome_of_facts(shop) == before
    assert "recorded" not in counts(shop.last())


def outcome_of_facts(shop: Shop) -> set[str]:
    held = (f for facts in shop.ledger.partitions.values() for f in facts.values())
    return {f.key for f in held if f.source not in {"sync", "privacy"}}


# --- messages


def test_the_schedules_empty_message_begins_the_day_and_a_rest_is_a_message_with_the_run() -> None:
    shop = Shop()
    shop.buys("2026-11-21T10:00")

    def work(body: Mapping[str, str]) -> None:
        reconciling.work(
            BatchRecord("m", body=body),
            begin=shop.begin,
            reconciliation=shop.work,
            queue=shop.queue,
            more=lambda: True,
        )

    work({})
    run = shop.last()
    assert (run.state, shop.queue.sent, shop.queue.delays) == (RUNNING, [{"run": run.id}], [SETTLE])
    work({"allowed": "4"})
    assert (shop.queue.sent[-1], shop.queue.delays[-1]) == ({"allowed": "4"}, reconciling.WAIT)
    work({"run": run.id})
    assert shop.last().state == DONE
    shop.tomorrow()
    work({"allowed": "4"})
    assert (shop.last().id != run.id, shop.last().allowed) == (True, 4)
    shop.tomorrow()
    work({"full": "true"})
    assert "since" not in shop.last().given


def test_what_was_found_is_counted_for_the_alarms_and_told_without_personal_data(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = a_day()
    shop.policy = replace(POLICY, guard=Guard(0, 5))
    shop.reconcile()
    capsys.readouterr()
    reconciling.tell(shop.last())
    lines = [json.loads(line) for line in capsys.readouterr().out.splitlines()]
    counted = {
        (name, line.get("provider")): line[name][0]
        for line in lines
        for name in ("WebhookMissed", "SubscribedWithoutConsent", "RemovalsHeld", "RunCompleted")
        if name in line
    }
    assert counted == {
        ("WebhookMissed", "stripe"): 4,
        ("WebhookMissed", "mailchimp"): 2,
        ("WebhookMissed", None): 6,
        ("SubscribedWithoutConsent", None): 1,
        ("RemovalsHeld", None): 1,
        ("RunCompleted", None): 1,
    }
    (said,) = (line for line in lines if line.get("message") == "reconciled")
    assert (said["recorded"], said["missed"], said["removals"]) == (6, 6, 1)
    assert "@" not in repr(lines)


def test_an_event_that_cannot_be_read_keeps_no_other_one_waiting(
    capsys: pytest.CaptureFixture[str],
) -> None:
    shop = Shop()
    shop.buys("2026-11-21T10:00")
    broken = shop.buys("2026-11-21T11:00", n=2)
    del broken["data"]

    def translate(event: Mapping[str, object], asked_at: datetime) -> Fact | Ignored:
        return told(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=asked_at)

    run = shop.begin()
    work = replace(shop.work(), translate=reconciling.translating(translate))
    while work.go_on(run.id, lambda: True) is not None:
        shop.fold()
    assert shop.last().counts["recorded"] == 1
    assert "evt_2" in capsys.readouterr().out


def approve(shop: Shop, run: str) -> None:
    approve_removals(run, by="alix", runs=shop.runs, queue=shop.queue, now=shop.now)


def test_what_sqs_refuses_fails_the_message_and_not_the_run() -> None:
    class Refusing(Queue):
        def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
            if [*bodies]:
                raise ProviderUnavailable("SQS refused part of a batch")

    shop = Shop()
    readers(shop, asked=0, imported=1)
    shop.sync = Refusing()
    run = shop.begin()
    assert shop.work().go_on(run.id, lambda: True) == PAUSE
    shop.sync = Queue()
    assert shop.go_on(run.id).state == DONE
    assert len(shop.removed()) == 1
