"""Import: the past of the shop becomes facts, and a plan of what they change (docs/architecture.md "Day one")."""

from __future__ import annotations

import random
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from itertools import count

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.import_plan import OFTEN, Plan, nearly
from privacy.domain.member import Audience, Member
from privacy.domain.runs import APPROVED, DONE, IMPORT, PLANNED, RUNNING, Run
from privacy.inbound.payload import Ignored, MalformedEvent
from privacy.inbound.stripe import fact_from as told
from privacy.inbound.stripe_history import facts_from
from privacy.operations.history.approve_import import PlanOutdated, approve_import
from privacy.operations.history.import_history import HistoryImport, Next, Unreadable, start_import
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.people.honour_gone import admitted
from privacy.operations.people.record_fact import record_fact
from privacy.ports import STRIPE_KINDS, Appended, LedgerUnavailable, ProviderUnavailable
from tests.erasing import erase
from tests.fakes import (
    MemoryAudiences,
    MemoryLedger,
    MemoryPeople,
    MemoryRegistry,
    MemoryRuns,
    MemoryStripe,
    MemorySummaries,
)
from tests.telling import PSEUDONYMS, at, email

POLICY = policy.load()
NOW = datetime(2026, 11, 22, 12, tzinfo=UTC)
NEWS = Audience("list1", "News", double_opt_in=False, hosted_form=None, members=0)
VIP = Audience("list2", "VIP", double_opt_in=False, hosted_form=None, members=0)


class Killed(BaseException):
    """The worker is gone between two calls; nothing that it had in hand was told to anybody."""


class MemoryQueue:
    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []

    def send(self, bodies: Iterable[Mapping[str, str]]) -> None:
        self.sent += bodies


def seconds(when: str) -> int:
    return int(at(when).timestamp())


def a_session(
    number: int,
    who: str,
    when: str,
    *,
    box: str | None = None,
    status: str = "paid",
    customer: str | None = None,
) -> dict[str, object]:
    return {
        "id": f"cs_test_{number}",
        "object": "checkout.session",
        "amount_total": 8000,
        "created": seconds(when),
        "currency": "eur",
        "customer": customer,
        "customer_details": {"email": who, "name": who.partition("@")[0]},
        "livemode": True,
        "locale": "fr",
        "metadata": {} if box is None else {"newsletter_optin": box},
        "mode": "payment",
        "payment_intent": f"pi_{number}",
        "payment_status": status,
        "status": "complete",
    }


def a_charge(number: int, who: str, when: str, refunded: int = 0) -> dict[str, object]:
    return {
        "id": f"ch_{number}",
        "object": "charge",
        "amount": 8000,
        "amount_refunded": refunded,
        "billing_details": {"email": who},
        "captured": True,
        "created": seconds(when),
        "currency": "eur",
        "livemode": True,
        "metadata": {},
        "paid": True,
        "payment_intent": f"pi_{number}",
        "status": "succeeded",
    }


def a_customer(number: int, who: str, when: str) -> dict[str, object]:
    return {
        "id": f"cus_{number}",
        "object": "customer",
        "created": seconds(when),
        "email": who,
        "livemode": True,
        "metadata": {},
        "name": who.partition("@")[0],
    }


def a_member(
    who: str, when: str, *, status: str = "subscribed", source: str = "Import", audience: str = "list1"
) -> Member:
    return Member(audience, who, status, source, at(when), None, None, None, at(when), "fr", None)


@dataclass
class Office:
    """A back office in memory, and the providers beside it."""

    stripe: MemoryStripe = field(default_factory=lambda: MemoryStripe(page=3))
    mailchimp: MemoryAudiences = field(default_factory=lambda: MemoryAudiences(NEWS, VIP, page=4))
    ledger: MemoryLedger = field(default_factory=MemoryLedger)
    registry: MemoryRegistry = field(default_factory=MemoryRegistry)
    runs: MemoryRuns = field(default_factory=MemoryRuns)
    queue: MemoryQueue = field(default_factory=MemoryQueue)
    sync: MemoryQueue = field(default_factory=MemoryQueue)
    reconcile: MemoryQueue = field(default_factory=MemoryQueue)
    aside: list[tuple[str, str]] = field(default_factory=list)
    writes: int = 0
    now: datetime = NOW
    survives: Iterator[int] | None = None

    def __post_init__(self) -> None:
        self.people = MemoryPeople(self.ledger)
        self._ids = count()

    def alive(self) -> None:
        if self.survives is not None and next(self.survives, None) is None:
            raise Killed

    def worker(self) -> HistoryImport:
        def record(fact: Fact) -> Appended:
            self.alive()
            self.writes += 1
            return record_fact(fact, ledger=self.ledger, policy=POLICY)

        def read(kind: str, listed: Mapping[str, object], asked_at: datetime) -> tuple[Fact, ...]:
            try:
                facts = facts_from(kind, listed, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=asked_at)
            except MalformedEvent:
                raise Unreadable from None
            return () if isinstance(facts, Ignored) else facts

        return HistoryImport(
            runs=_Mortal(self.runs, self.alive),
            history=self.stripe,
            directory=self.mailchimp,
            audiences=("list1", "list2"),
            people=self.people,
            summaries=MemorySummaries(self.people, size=2),
            read=read,
            held=self.ledger.held,
            admitted=self._admitted,
            record=record,
            in_parallel=map,
            set_aside=lambda kind, id_: self.aside.append((kind, id_)),
            sync=self.sync,
            reconcile=self.reconcile,
            pseudonyms=PSEUDONYMS,
            now=lambda: self.now,
        )

    def _admitted(self, facts: Sequence[Fact]) -> list[Fact]:
        return admitted(facts, ledger=self.ledger, registry=self.registry, policy=POLICY)

    def start(self) -> Run:
        run, _ = start_import(runs=self.runs, queue=self.queue, now=self.now, chance=str(next(self._ids)))
        return run

    def fold(self) -> None:
        stores = Stores(self.ledger, self.people, self.registry)
        for identifier in list(self.ledger.partitions):
            fold_people(
                [identifier],
                stores=stores,
                policy=POLICY,
                now=self.now,
                new_id=lambda: f"person-{next(self._ids)}",
            )

    def go_on(self, run: Run, more: Callable[[], bool] = lambda: True) -> Next:
        return self.worker().go_on(run.id, more)

    def imported(self) -> Run:
        """Start, and let folds and workers take turns until nothing is left to do."""
        run = self.start()
        while self.go_on(run) is not Next.NEVER:
            self.fold()
        return self.latest()

    def latest(self) -> Run:
        run = self.runs.latest(IMPORT)
        assert run is not None
        return run

    def approve(self, plan: str) -> Run:
        return approve_import(
            plan, operator="alix", runs=self.runs, registry=self.registry, queue=self.queue, now=self.now
        )

    def keys(self) -> set[str]:
        return {
            fact
            for facts in self.ledger.partitions.values()
            for fact in facts
            if not fact.startswith("privacy#")
        }


class _Mortal:
    """Runs, whose worker may be dead before it saves."""

    def __init__(self, runs: MemoryRuns, alive: Callable[[], None]) -> None:
        self._runs = runs
        self._alive = alive
        self.get, self.latest, self.begin = runs.get, runs.latest, runs.begin

    def save(self, run: Run) -> Run:
        self._alive()
        return self._runs.save(run)


def a_shop_with_a_past() -> Office:
    """Everybody's story in their name."""
    office = Office()
    objects = office.stripe.objects_of
    objects["checkout/sessions"] += [
        a_session(1, "ticked@example.fr", "2025-03-01", box="true"),
        a_session(2, "ticked.and.member@example.fr", "2025-03-02", box="true"),
        a_session(3, "imported.then.unticked@example.fr", "2025-06-01", box="false"),
        a_session(4, "just.a.buyer@example.fr", "2025-06-02"),
        a_session(5, "just.a.buyer@example.fr", "2026-06-02"),
        a_session(6, "ticked.long.ago@example.fr", "2023-01-01", box="true"),
        a_session(7, "ticked.then.left@example.fr", "2025-01-01", box="true"),
    ]
    objects["charges"] += [a_charge(n, "", "2025-06-02") for n in (4, 5)]
    objects["customers"] += [a_customer(1, "never.ordered@example.fr", "2022-05-01")]
    for member in (
        a_member("ticked.and.member@example.fr", "2025-03-02", source="API - Generic"),
        a_member("imported.then.unticked@example.fr", "2025-01-01"),
        a_member("imported@example.fr", "2025-01-01"),
        a_member("imported@example.fr", "2025-01-01", audience="list2"),
        a_member("signed.up@example.fr", "2025-01-01", source="Hosted Signup Form"),
        a_member("signed.up.long.ago@example.fr", "2023-01-01", source="Hosted Signup Form"),
        a_member("ticked.then.left@example.fr", "2025-02-01", status="unsubscribed"),
        a_member("archived@example.fr", "2025-02-01", status="archived"),
        a_member("bounced@example.fr", "2025-02-01", status="cleaned"),
    ):
        office.mailchimp.put(member)
    return office


# ---------------------------------------------------------------- reading


def test_an_import_reads_every_kind_and_every_member_and_ends_with_a_plan() -> None:
    office = a_shop_with_a_past()
    run = office.imported()
    assert (run.state, run.stage) == (PLANNED, "plan")
    assert run.counts["checkout/sessions"] == 7
    assert run.counts["members"] == 9
    assert run.totals["members"] == 8  # Mailchimp counts no archived ones
    assert run.counts["facts"] == len(office.keys()) == 7 + 2 + 1 + 9
    assert run.counts["conflicts"] == run.counts["unreadable"] == 0


def test_the_plan_says_what_an_approval_changes_and_for_how_many() -> None:
    planned = a_shop_with_a_past().imported().planned
    assert planned == {
        "people": 12,
        "customers": 6,
        "orders": 7,
        "facts": 19,
        "members": 6,
        "subscribed": 1,  # ticked
        "unsubscribed": 1,  # imported.then.unticked
        "removed": 2,  # imported, in two audiences, and signed.up.long.ago
        "expired": 1,  # signed.up.long.ago
        "removals": 3,
        "untouched": 8,
        "unproven": 1,  # imported
        # signed.up.long.ago; never.ordered, imported, archived and bounced, of whom nothing lasting is known
        "overdue": 5,
    }


def test_an_import_twice_is_one_import() -> None:
    office = a_shop_with_a_past()
    first = office.imported()
    keys, people, writes = office.keys(), dict(office.people.items), office.writes
    office.now += timedelta(days=3)
    second = office.imported()
    assert second.id != first.id
    assert office.writes == writes, "a write that is refused is paid for"
    assert office.keys() == keys
    assert second.counts["facts"] == second.counts["conflicts"] == 0
    assert second.counts["known"] == len(keys)
    assert {p: s["clock_due_on"] for p, (_, s) in office.people.items.items()} == {
        p: s["clock_due_on"] for p, (_, s) in people.items()
    }
    assert (second.plan, second.planned) == (first.plan, first.planned)


def test_a_killed_import_goes_on_where_it_was_whatever_the_call_it_died_in() -> None:
    whole = a_shop_with_a_past()
    whole.imported()
    office = a_shop_with_a_past()
    run = office.start()
    deaths = 0
    for lifetime in count():
        office.survives = iter(range(lifetime))
        try:
            done = office.go_on(run)
        except Killed:
            deaths += 1
            continue
        finally:
            office.survives = None
        office.fold()
        if done is Next.NEVER:
            break
    assert deaths > 5
    assert office.latest().state == PLANNED
    assert office.keys() == whole.keys()
    assert office.latest().planned == whole.latest().planned


def test_a_worker_stops_in_time_and_the_next_goes_on_with_the_next_page() -> None:
    office = a_shop_with_a_past()
    run = office.start()
    lots = 0
    while (said := office.go_on(run, more=lambda: False)) is not Next.NEVER:
        lots += said is Next.NOW
        office.fold()
    assert lots > len(STRIPE_KINDS)
    assert office.latest().planned["orders"] == 7


def test_of_two_workers_on_one_run_the_slower_one_stops_and_changes_nothing() -> None:
    office = a_shop_with_a_past()
    run = office.start()
    slower = office.worker()

    def overtaken(kind: str, listed: Mapping[str, object], asked_at: datetime) -> tuple[Fact, ...]:
        while office.go_on(run, more=lambda: False) is Next.NOW:
            pass
        return office.worker().read(kind, listed, asked_at)  # type: ignore[return-value]

    assert replace(slower, read=overtaken).go_on(run.id, lambda: True) is Next.NEVER
    assert office.latest().counts["checkout/sessions"] == 7


def test_one_import_at_a_time_and_a_second_start_joins_it_and_wakes_it() -> None:
    office = a_shop_with_a_past()
    first = office.start()
    second, joined = start_import(runs=office.runs, queue=office.queue, now=office.now, chance="other")
    assert joined
    assert second.id == first.id
    assert office.queue.sent == [{"run": first.id}] * 2


def test_what_cannot_be_read_is_counted_and_set_aside_by_kind_and_id_and_stops_nothing() -> None:
    office = a_shop_with_a_past()
    office.stripe.objects_of["charges"].append(
        {**a_charge(9, "", "2025-01-01"), "captured": None, "amount": 10**20}
    )
    office.mailchimp.put(a_member("no address at all", "2025-01-01"))
    run = office.imported()
    assert run.state == PLANNED
    assert run.counts["unreadable"] == 2
    assert office.aside == [("charges", "ch_9"), ("members", "list1")]


def test_a_provider_that_is_away_is_waited_for_and_told_in_its_own_words() -> None:
    office = a_shop_with_a_past()
    office.mailchimp.down = True
    run = office.start()
    assert office.go_on(run) is Next.LATER
    assert office.latest().given["trouble"] == "mailchimp: nobody answers"
    assert office.latest().state == RUNNING
    office.mailchimp.down = False
    assert office.go_on(run) is Next.LATER
    assert "trouble" not in office.latest().given


def test_a_ledger_that_does_not_answer_is_waited_for() -> None:
    office = a_shop_with_a_past()
    run = office.start()

    def refuse(_: Fact) -> Appended:
        raise LedgerUnavailable("ReadTimeoutError")

    assert replace(office.worker(), record=refuse).go_on(run.id, lambda: True) is Next.LATER
    assert office.latest().given["trouble"] == "ReadTimeoutError"
    while office.go_on(run) is not Next.NEVER:
        office.fold()
    assert office.latest().planned["orders"] == 7


# ---------------------------------------------------------------- beside live webhooks


def live(session: Mapping[str, object], when: str, number: int) -> Fact:
    event = {
        "id": f"evt_{number}",
        "type": "checkout.session.completed",
        "created": seconds(when),
        "livemode": True,
        "data": {"object": session},
    }
    fact = told(event, pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=at(when))
    assert isinstance(fact, Fact)
    return fact


@settings(max_examples=25, deadline=None)
@given(st.randoms(use_true_random=False), st.sets(st.integers(1, 7)))
def test_an_import_beside_live_webhooks_ends_at_the_same_people_in_any_order(
    chance: random.Random, delivered: set[int]
) -> None:
    def told_of(office: Office) -> list[Fact]:
        sessions = {str(s["payment_intent"]): s for s in office.stripe.objects_of["checkout/sessions"]}
        return [live(sessions[f"pi_{n}"], "2026-11-20", n) for n in sorted(delivered)]

    def stood(office: Office) -> list[object]:
        bare = ("anchor", "regime", "clock_due_on", "consents", "orders", "profile", "last_order", "facts")
        found = [{name: s.get(name) for name in bare} for _, s in office.people.items.values()]
        return sorted(found, key=lambda s: str(s["anchor"]))

    first = a_shop_with_a_past()
    for fact in told_of(first):
        first.ledger.append(fact)
    first.imported()

    mixed = a_shop_with_a_past()
    webhooks = told_of(mixed)
    chance.shuffle(webhooks)
    run = mixed.start()
    while mixed.go_on(run, more=lambda: False) is not Next.NEVER:
        if webhooks:
            mixed.ledger.append(webhooks.pop())
        if chance.random() < 0.5:
            mixed.fold()
    for fact in webhooks:
        mixed.ledger.append(fact)
    mixed.fold()
    assert stood(mixed) == stood(first)


# ---------------------------------------------------------------- the plan


def test_a_plan_does_not_count_while_folds_are_outstanding() -> None:
    office = a_shop_with_a_past()
    run = office.start()
    assert office.go_on(run) is Next.LATER
    assert not office.people.items
    office.fold()
    assert office.go_on(run) is Next.LATER
    assert office.latest().state == RUNNING
    assert office.go_on(run) is Next.NEVER
    assert office.latest().planned["people"] == 12


def test_a_plan_does_not_count_while_the_fold_stands_still_far_behind() -> None:
    """A batch of folds may take minutes, in which two counts would agree."""
    office = a_shop_with_a_past()
    run = office.start()
    while office.latest().stage != "members":
        office.go_on(run, more=lambda: False)
    office.fold()
    for _ in range(2 * OFTEN):
        assert office.go_on(run) is Next.LATER
    assert office.latest().state == RUNNING
    office.fold()
    while office.go_on(run) is not Next.NEVER:
        pass
    assert office.latest().planned["people"] == 12


def test_a_shop_that_is_open_gets_its_plan_once_it_stands_nearly_still_for_long() -> None:
    office = a_shop_with_a_past()
    run = office.start()
    counted = 0
    while office.go_on(run) is not Next.NEVER:
        office.fold()
        office.ledger.append(
            live(a_session(100 + counted, f"a{counted}@example.fr", "2026-11-21"), "2026-11-21", counted)
        )
        counted += 1
    assert office.latest().state == PLANNED
    assert counted > OFTEN


def test_a_plan_that_still_grows_is_not_nearly_still() -> None:
    before = Plan({"orders": 10_000, "removed": 3}, 1)
    assert nearly(before, Plan({"orders": 10_004, "removed": 4}, 2))
    assert not nearly(before, Plan({"orders": 10_100, "removed": 3}, 1))
    assert not nearly(Plan(), before)


def test_plans_of_the_same_numbers_for_other_people_are_other_plans() -> None:
    office, other = Office(), Office()
    office.mailchimp.put(a_member("ana@example.fr", "2025-01-01"))
    other.mailchimp.put(a_member("bob@example.fr", "2025-01-01"))
    first, second = office.imported(), other.imported()
    assert first.planned == second.planned
    assert first.plan != second.plan


# ---------------------------------------------------------------- approval


def test_an_approval_opens_the_gate_and_sends_whoever_waited_and_allows_as_many_removals_as_planned() -> None:
    office = a_shop_with_a_past()
    run = office.imported()
    assert office.registry.history_approved() is None
    assert run.plan is not None
    approved = office.approve(run.plan)
    assert (approved.state, approved.allowed) == (APPROVED, 3)
    assert office.registry.history_approved() == office.now
    assert office.go_on(approved) is Next.NEVER
    assert sorted(str(body["identifier"]) for body in office.sync.sent) == sorted(
        [email("ticked@example.fr"), email("imported.then.unticked@example.fr")]
    )
    assert office.reconcile.sent == [{"allowed": "3"}]
    assert office.latest().state == DONE


def test_an_approval_that_broke_off_is_completed_by_approving_again() -> None:
    office = a_shop_with_a_past()
    run = office.imported()
    assert run.plan is not None
    office.approve(run.plan)
    sent = len(office.queue.sent)
    office.approve(run.plan)
    assert len(office.queue.sent) == sent + 1
    office.go_on(run)
    office.approve(run.plan)
    assert len(office.queue.sent) == sent + 1
    assert office.reconcile.sent == [{"allowed": "3"}]


def test_only_the_latest_plan_can_be_approved() -> None:
    office = a_shop_with_a_past()
    with pytest.raises(PlanOutdated):
        office.approve("anything")
    first = office.imported()
    assert first.plan is not None
    office.mailchimp.put(a_member("another@example.fr", "2026-01-01"))
    running = office.start()
    with pytest.raises(PlanOutdated):
        office.approve(first.plan)
    while office.go_on(running) is not Next.NEVER:
        office.fold()
    with pytest.raises(PlanOutdated):
        office.approve(first.plan)
    assert office.registry.history_approved() is None


def test_sqs_that_is_away_when_people_are_released_is_tried_again() -> None:
    office = a_shop_with_a_past()
    run = office.imported()
    assert run.plan is not None
    office.approve(run.plan)

    class Away(MemoryQueue):
        def send(self, bodies: Iterable[Mapping[str, str]]) -> None:
            list(bodies)
            raise ProviderUnavailable("SQS")

    assert replace(office.worker(), sync=Away()).go_on(run.id, lambda: True) is Next.LATER
    assert office.reconcile.sent == []
    assert office.go_on(run) is Next.NEVER
    assert office.reconcile.sent == [{"allowed": "3"}]


def test_whoever_was_erased_does_not_come_back_with_the_past() -> None:
    """Of orders whose time is over nothing stays, and Stripe goes on listing them."""
    office, buyer = a_shop_with_a_past(), "bought.long.ago@example.fr"
    sessions = office.stripe.objects_of["checkout/sessions"]
    sessions += [a_session(n, buyer, f"2012-06-0{n - 7}", box="true") for n in (8, 9)]
    office.imported()
    purchases = {fact.subject for fact in office.ledger.partitions[email(buyer)].values()} - {email(buyer)}
    stores = Stores(office.ledger, office.people, office.registry)
    erase(buyer, stores, NOW, new_id=lambda: "person-other")
    run = office.imported()
    assert run.counts["gone"] >= 2
    assert len(purchases) == 2
    assert not [
        f for held in office.ledger.partitions.values() for f in held.values() if f.subject in purchases
    ]
