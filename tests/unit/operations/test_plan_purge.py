"""The day's plan of the purge: what is due is queued, and nothing at all while the guard doubts (E153, E154)."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from itertools import count

import pytest

from privacy import policy
from privacy.domain.clocks import PARIS, paris_day
from privacy.domain.policy import Policy, PurgeGuard
from privacy.domain.runs import DONE, HELD, RETENTION, RUNNING, Run
from privacy.operations.people.person_summary import SHARDS, due_shard
from privacy.operations.retention import guard_purge, plan_purge
from privacy.operations.retention.guard_purge import Doubt, Gate
from privacy.operations.retention.plan_purge import PAGE, PAUSE, Planning
from privacy.operations.retention.purge_batch import (
    ARCHIVE,
    CAUSE,
    KINDS,
    PERSON,
    REDACTION,
    REGISTRY,
    REQUEST,
    read_batch,
)
from privacy.operations.retention.retention_runs import (
    NotHeld,
    NotWaived,
    Superseded,
    approve_purge,
    begin_besides,
    begin_day,
    terms,
)
from privacy.ports import ProviderUnavailable
from privacy.ports.retention import Receipt
from tests.fakes import MemoryBacklog, MemoryDueIndex, MemoryRuns

TODAY = date(2026, 11, 22)
GUARD = PurgeGuard(purges_at_most=20, purges_at_most_percent=10, days_apart_at_most=3)
POLICY = replace(policy.load(), purge_guard=GUARD)
OTHERS: Mapping[str, tuple[tuple[str, str], ...]] = {
    REQUEST: (("request#IM-2026-000123", "summary"), ("request#IM-2026-000124", "summary")),
    CAUSE: (("cause#mail-1", "cause"),),
    REGISTRY: (("suppression#email#1#aa", "entry"), ("token#bb", "token")),
    ARCHIVE: (("email#1#aa", "stripe#evt_1"),),
    REDACTION: (("redaction#cc", "1"),),
}


class Killed(BaseException):
    """The worker is gone, in the middle of whatever it did."""


@dataclass
class Queue:
    """Keeps what is sent. die_before: the call before which the worker is killed."""

    calls: Iterator[int]
    bodies: list[Mapping[str, str]] = field(default_factory=list)
    down: bool = False
    die_before: int | None = None

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        if self.down:
            raise ProviderUnavailable("SQS does not answer")
        if next(self.calls) == self.die_before:
            raise Killed
        self.bodies += bodies


class Runs(MemoryRuns):
    """Runs whose saving may kill."""

    def __init__(self, calls: Iterator[int]) -> None:
        super().__init__()
        self.calls = calls
        self.die_before: int | None = None

    def save(self, run: Run) -> Run:
        if next(self.calls) == self.die_before:
            raise Killed
        return super().save(run)


@dataclass
class Receipts:
    """Receipts of whole days, a day at a time."""

    held: list[Receipt] = field(default_factory=list)

    def of(self, receipt: Receipt) -> Receipt | None:
        raise NotImplementedError

    begin = finish = of

    def since(self, day: date, after: str | None) -> tuple[Sequence[Receipt], str | None]:
        asked = date.fromisoformat(after) if after else day
        latest = max((paris_day(receipt.begun_at) for receipt in self.held), default=asked)
        onwards = asked + timedelta(days=1)
        here = [receipt for receipt in self.held if paris_day(receipt.begun_at) == asked]
        return here, onwards.isoformat() if onwards <= latest else None


class Office:
    """Everything that a plan works with, in memory."""

    def __init__(self, rules: Policy = POLICY) -> None:
        calls = count(1)
        self.people: dict[str, date] = {}
        self.known = 1000  # of whom nothing is due
        self.others = {kind: [*keys] for kind, keys in OTHERS.items()}
        self.runs = Runs(calls)
        self.purges = Queue(calls)
        self.rebuilds = Queue(calls)
        self.backlog = MemoryBacklog()
        self.receipts = Receipts()
        self.told: list[Run] = []
        self.policy = rules
        self.approved: datetime | None = datetime(2026, 1, 1, tzinfo=UTC)
        self.now = morning(TODAY)

    def planning(self) -> Planning:
        indexes = {PERSON: self.index()}
        for kind in KINDS[1:]:
            indexes[kind] = MemoryDueIndex(
                [f"{kind}#0", f"{kind}#1"],
                lambda kind=kind: [
                    (pk, sk, f"{kind}#{n % 2}", TODAY) for n, (pk, sk) in enumerate(self.others[kind])
                ],
            )
        return Planning(
            runs=self.runs,
            indexes=indexes,
            gate=Gate(indexes[PERSON], self.backlog, lambda: self.approved, self.policy),
            purges=self.purges,
            rebuilds=self.rebuilds,
            receipts=self.receipts,
            told=self.told.append,
            now=lambda: self.now,
        )

    def index(self) -> MemoryDueIndex:
        index = MemoryDueIndex(
            SHARDS, lambda: [(p, "person", due_shard(p), day) for p, day in self.people.items()]
        )
        index.size = lambda: len(self.people) + self.known  # type: ignore[method-assign]
        return index

    def due(self, number: int, day: date = TODAY) -> None:
        self.people |= {f"person-{n:04x}-{day.isoformat()}": day for n in range(number)}

    def on(self, day: date) -> Run:
        """The day's own run, from its schedule's message until it stands still."""
        self.now = morning(day)
        return self.worked(begin_day(runs=self.runs, policy=self.policy, now=self.now))

    def worked(self, run: Run, more: Callable[[], bool] = lambda: True) -> Run:
        while self.planning().go_on(run.id, more) == 0:
            pass
        return self.stands(run)

    def stands(self, run: Run) -> Run:
        held = self.runs.get(RETENTION, run.id)
        assert held is not None
        return held

    def approve(self, run: Run) -> Run:
        approve_purge(run.id, by="alix", runs=self.runs, queue=Queue(count()), now=self.now)
        return self.worked(run)

    def sent(self, kind: str | None = None) -> list[tuple[str, str]]:
        batches = map(read_batch, self.purges.bodies)
        return sorted(key for batch in batches if kind in (None, batch.kind) for key in batch.keys)

    def everything(self) -> list[tuple[str, str]]:
        people = [(person, "person") for person, day in self.people.items() if day <= paris_day(self.now)]
        return sorted(people + [key for keys in self.others.values() for key in keys])


def morning(day: date) -> datetime:
    """03:30 in Paris."""
    return datetime(day.year, day.month, day.day, 3, 30, tzinfo=PARIS).astimezone(UTC)


def why(run: Run) -> set[str]:
    return set(run.given["why"].split())


@pytest.fixture
def office() -> Office:
    return Office()


# --- what is due


def test_whatever_is_due_today_is_queued_once_and_what_is_due_tomorrow_is_not(office: Office) -> None:
    office.due(17)
    office.due(9, TODAY - timedelta(days=400))
    office.due(30, TODAY + timedelta(days=1))
    office.policy = replace(POLICY, purge_guard=GUARD._replace(purges_at_most=26))
    run = office.on(TODAY)
    assert run.state == DONE
    assert office.sent() == office.everything()
    assert office.sent(PERSON) == sorted((p, "person") for p, day in office.people.items() if day <= TODAY)
    assert [office.sent(kind) for kind in OTHERS] == [sorted(keys) for keys in OTHERS.values()]
    assert {kind: run.counts[kind] for kind in KINDS} == {
        PERSON: 26,
        REQUEST: 2,
        CAUSE: 1,
        REGISTRY: 2,
        ARCHIVE: 1,
        REDACTION: 1,
    }
    assert {read_batch(body).run for body in office.purges.bodies} == {run.id}


def test_on_an_ordinary_day_the_index_is_read_once(office: Office) -> None:
    office.due(20)
    planning = office.planning()
    run = begin_day(runs=office.runs, policy=office.policy, now=office.now)
    planning.go_on(run.id, lambda: True)
    index = planning.indexes[PERSON]
    assert isinstance(index, MemoryDueIndex)
    assert (index.read, len(office.sent(PERSON))) == (20, 20)


def test_a_day_on_which_nothing_is_due_queues_nothing(office: Office) -> None:
    office.others = {kind: [] for kind in OTHERS}
    assert office.on(TODAY).state == DONE
    assert office.purges.bodies == []
    assert [run.state for run in office.told] == [DONE]


def test_it_stops_when_its_time_is_over_and_goes_on_where_it_stood(office: Office) -> None:
    office.due(15)
    run = begin_day(runs=office.runs, policy=office.policy, now=office.now)
    invocations = 0
    while office.planning().go_on(run.id, lambda: False) == 0:
        invocations += 1
    assert invocations > len(KINDS)
    assert (office.stands(run).state, office.sent()) == (DONE, office.everything())


def test_wherever_it_is_killed_everything_is_queued_at_least_once(office: Office) -> None:
    office.due(15)
    office.on(TODAY)
    calls = next(office.runs.calls)
    for fatal in range(3, calls):
        killed = Office()
        killed.due(15)
        killed.runs.die_before = killed.purges.die_before = fatal
        run = begin_day(runs=killed.runs, policy=killed.policy, now=killed.now)
        with pytest.raises(Killed):
            killed.worked(run)
        assert killed.worked(run).state == DONE
        assert set(killed.sent()) == set(killed.everything()), fatal
        # what was sent twice is the same batch, and has the same receipt
        named = {(body["batch"], body["keys"]) for body in killed.purges.bodies}
        assert len(named) == len({name for name, _ in named}) == len({keys for _, keys in named})


def test_of_one_shard_every_page_is_counted_and_sent(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(plan_purge, "PAGE", 3)
    office.others[ARCHIVE] = [(f"email#1#{n:02}", "stripe#evt_1") for n in range(17)]
    office.due(100)
    run = office.on(TODAY)
    assert run.counts["due"] == 100
    assert office.approve(run).state == DONE
    assert office.sent() == office.everything()


def test_a_queue_that_does_not_answer_is_asked_again(office: Office) -> None:
    office.due(3)
    office.purges.down = True
    run = begin_day(runs=office.runs, policy=office.policy, now=office.now)
    assert office.planning().go_on(run.id, lambda: True) == PAUSE
    assert (office.stands(run).state, office.stands(run).given["trouble"]) == (RUNNING, "SQS does not answer")
    office.purges.down = False
    done = office.worked(run)
    assert (done.state, "trouble" in done.given, office.sent()) == (DONE, False, office.everything())


# --- the guard


def holds(office: Office, *reasons: str) -> Run:
    """The day's run is held for these, tells it, and queues nothing."""
    run = office.on(TODAY)
    assert (run.state, why(run), office.purges.bodies) == (HELD, set(reasons), [])
    assert [told.state for told in office.told] == [HELD]
    return run


def test_nothing_is_queued_before_the_history_is_approved(office: Office) -> None:
    office.due(1)
    office.approved = None
    run = holds(office, "history")
    with pytest.raises(NotWaived):
        approve_purge(run.id, by="alix", runs=office.runs, queue=Queue(count()), now=office.now)
    office.approved = office.now
    assert office.on(TODAY + timedelta(days=1)).state == DONE
    assert office.sent() == office.everything()


def test_nothing_is_queued_while_facts_wait(office: Office) -> None:
    office.due(1)
    office.backlog.names = ["stripe-queue", "fold_people"]
    run = holds(office, "backlog")
    assert run.given["behind"] == "fold_people stripe-queue"
    office.backlog.names = []
    assert office.on(TODAY + timedelta(days=1)).state == DONE


def test_nothing_is_queued_when_nobody_knows_whether_facts_wait(office: Office) -> None:
    office.due(1)
    office.backlog.names = None
    assert "behind" not in [name for name, said in holds(office, "backlog_unknown").given.items() if said]


def test_e153_nothing_is_queued_when_forty_in_a_hundred_are_due_at_once(office: Office) -> None:
    office.due(16)
    office.known = 24
    run = holds(office, "share")
    assert run.counts["due"] == 16


def test_more_than_the_guards_number_are_all_counted_and_none_is_queued(office: Office) -> None:
    office.due(PAGE * 2 + 7)
    office.known = 1_000_000
    assert holds(office, "many").counts["due"] == PAGE * 2 + 7


@pytest.mark.parametrize("days", [-400, -1, 4, 3650])
def test_nothing_is_queued_on_a_day_that_the_clock_cannot_have_come_to(office: Office, days: int) -> None:
    office.on(TODAY - timedelta(days=days))
    office.due(1)
    office.purges.bodies.clear()
    office.told.clear()
    holds(office, "clock")


def test_a_clock_that_was_set_right_again_holds_nothing_up(office: Office) -> None:
    office.on(TODAY)
    jumped = TODAY + timedelta(days=3650)
    assert [office.on(jumped + timedelta(days=n)).state for n in range(2)] == [HELD, HELD]
    assert office.on(TODAY + timedelta(days=1)).state == DONE


def test_days_that_were_held_for_something_else_do_not_make_the_clock_jump(office: Office) -> None:
    office.on(TODAY)
    office.backlog.names = ["a-queue"]
    for n in range(1, 8):
        assert why(office.on(TODAY + timedelta(days=n))) == {"backlog"}
    office.backlog.names = []
    assert office.on(TODAY + timedelta(days=8)).state == DONE


def test_after_another_policy_or_fold_everybody_is_folded_again_once_and_the_run_waits(
    office: Office,
) -> None:
    office.due(3)
    yesterday = TODAY - timedelta(days=1)
    office.on(yesterday)
    office.purges.bodies.clear()
    office.told.clear()
    office.policy = replace(POLICY, digest="another")
    run = holds(office, "policy")
    assert office.rebuilds.bodies == [{"run": run.id}]
    assert why(tomorrow := office.on(TODAY + timedelta(days=1))) == {"policy"}
    assert len(office.rebuilds.bodies) == 1
    assert office.approve(tomorrow).state == DONE
    assert office.on(TODAY + timedelta(days=2)).state == DONE


def test_after_another_fold_everybody_is_folded_again(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.on(TODAY - timedelta(days=1))
    office.purges.bodies.clear()
    office.told.clear()
    monkeypatch.setattr(guard_purge, "FOLD_VERSION", 9999)
    run = holds(office, "fold")
    assert office.rebuilds.bodies == [{"run": run.id}]


# --- an operator approves


def test_an_approval_lets_exactly_that_run_go_page_by_page(office: Office) -> None:
    office.due(PAGE + 30)
    run = office.on(TODAY)
    assert why(run) == {"many", "share"}
    done = office.approve(run)
    assert (done.state, done.given["approved_by"], done.allowed) == (DONE, "alix", PAGE + 30)
    assert office.sent() == office.everything()
    office.due(PAGE, TODAY + timedelta(days=1))
    assert office.on(TODAY + timedelta(days=1)).state == HELD


def test_an_approval_is_for_as_many_as_were_counted(office: Office) -> None:
    office.on(TODAY - timedelta(days=1))
    office.policy = replace(POLICY, digest="another")
    office.due(3)
    office.purges.bodies.clear()
    run = office.on(TODAY)
    office.due(900)  # folded again by the other policy
    held = office.approve(run)
    assert (held.state, why(held), held.counts["due"]) == (HELD, {"many", "share"}, 900)
    assert office.purges.bodies == []
    assert office.approve(held).state == DONE
    assert len(office.sent(PERSON)) == 900


def test_an_approval_of_many_is_for_these_many_and_for_as_many_more_as_go_by_themselves(
    office: Office,
) -> None:
    office.due(40)
    run = office.on(TODAY)
    office.due(900)
    held = office.approve(run)
    assert (held.state, why(held), office.purges.bodies) == (HELD, {"many", "share"}, [])
    office.people = dict([*office.people.items()][:60])
    assert office.approve(held).state == DONE
    assert len(office.sent(PERSON)) == 60


def test_what_an_approval_did_not_see_holds_the_run_again(office: Office) -> None:
    office.on(TODAY - timedelta(days=1))
    office.purges.bodies.clear()
    office.policy = replace(POLICY, digest="another")
    office.due(3)
    run = office.on(TODAY)
    office.backlog.names = ["a-queue"]
    held = office.approve(run)
    assert (held.state, why(held), office.purges.bodies) == (HELD, {"backlog"}, [])
    assert office.approve(held).state == DONE
    assert office.sent() == office.everything()


def test_wherever_an_approved_run_is_killed_everything_is_queued(office: Office) -> None:
    office.due(45)
    office.approve(office.on(TODAY))
    calls = next(office.runs.calls)
    for fatal in range(5, calls):
        killed = Office()
        killed.due(45)
        run = killed.on(TODAY)
        killed.runs.die_before = killed.purges.die_before = fatal
        try:
            killed.approve(run)
        except Killed:
            approve_purge(run.id, by="alix", runs=killed.runs, queue=Queue(count()), now=killed.now)
            killed.worked(run)
        assert (killed.stands(run).state, set(killed.sent())) == (DONE, set(killed.everything())), fatal


def test_only_the_latest_run_and_only_one_that_waits_can_be_approved(office: Office) -> None:
    queue = Queue(count())

    def approve(run: str) -> Run:
        return approve_purge(run, by="alix", runs=office.runs, queue=queue, now=office.now)

    office.due(40)
    old = office.on(TODAY)
    new = office.on(TODAY + timedelta(days=1))
    with pytest.raises(Superseded, match=new.id):
        approve(old.id)
    with pytest.raises(NotHeld):
        approve("retention-20200101")
    approve(new.id)
    approve(new.id)
    assert queue.bodies == [{"run": new.id}, {"run": new.id}]
    office.people.clear()
    with pytest.raises(NotHeld):
        approve(office.on(TODAY + timedelta(days=2)).id)


# --- one a day


@pytest.mark.parametrize("spring_or_autumn", [date(2027, 3, 28), date(2027, 10, 31)])
def test_e154_a_night_that_skips_or_repeats_an_hour_has_one_run(
    office: Office, spring_or_autumn: date
) -> None:
    """Whatever instants of that Paris day it is called at, however often, and once on the days around."""
    office.due(3, date(2027, 1, 1))
    begun: dict[date, set[str]] = {}
    start = datetime(2027, spring_or_autumn.month, spring_or_autumn.day, tzinfo=UTC) - timedelta(days=1)
    for minutes in range(0, 3 * 24 * 60, 15):
        now = start + timedelta(minutes=minutes)
        if now.astimezone(PARIS).time().replace(tzinfo=None).isoformat("minutes") < "03:30":
            continue
        for _ in range(2):
            office.now = now
            run = begin_day(runs=office.runs, policy=office.policy, now=now)
            office.worked(run)
            begun.setdefault(paris_day(now), set()).add(run.id)
    assert spring_or_autumn in begun
    assert [len(ids) for ids in begun.values()] == [1] * len(begun)
    assert len(office.runs.runs) == len(begun)
    assert len([told for told in office.told if told.given["day"] == spring_or_autumn.isoformat()]) == 1


def test_a_run_besides_is_begun_at_once_and_one_at_a_time(office: Office) -> None:
    chances = iter("abcd")

    def begin() -> Run:
        return begin_besides(
            runs=office.runs, policy=office.policy, now=office.now, chance=lambda: next(chances)
        )

    office.on(TODAY)
    office.purges.bodies.clear()
    first = begin()
    assert begin() == first
    office.worked(first)
    assert office.sent() == office.everything()
    stuck = begin()
    assert stuck.id != first.id
    office.now = morning(TODAY + timedelta(days=1))
    assert begin().given["day"] == (TODAY + timedelta(days=1)).isoformat()


def test_a_look_ahead_writes_nothing(office: Office) -> None:
    office.on(TODAY)
    office.due(40)
    before = dict(office.runs.runs)
    office.purges.bodies.clear()
    basis, trusted = terms(office.runs, replace(office.policy, digest="another"), TODAY + timedelta(days=1))
    preview = office.planning().gate.preview(basis, trusted)
    assert (set(preview.doubt.reasons), preview.due, preview.whole) == ({"many", "policy"}, 21, False)
    office.people = dict([*office.people.items()][:7])
    basis, trusted = terms(office.runs, office.policy, TODAY + timedelta(days=1))
    assert office.planning().gate.preview(basis, trusted) == (Doubt(frozenset(), ()), 7, True)
    assert (office.runs.runs, office.purges.bodies, office.rebuilds.bodies) == (before, [], [])


# --- what went before


def receipt(batch: str, when: datetime, **rules: int) -> Receipt:
    return Receipt("retention-1", batch, "digest", when, {f"person-{batch}": rules})


def test_what_the_days_before_did_is_counted_by_rule_once(office: Office) -> None:
    office.on(TODAY)
    office.receipts.held = [
        receipt("a", morning(TODAY), R6=4, R8=2),
        receipt("b", morning(TODAY) + timedelta(hours=20), R6=3),
        receipt("c", morning(TODAY + timedelta(days=1)), R1=1),
        receipt("d", morning(TODAY + timedelta(days=2)), R6=100),
    ]
    assert purged(office.on(TODAY + timedelta(days=1))) == {"R6": 7, "R8": 2}
    office.due(40)
    assert purged(office.on(TODAY + timedelta(days=2))) == {}
    office.people.clear()
    assert purged(office.on(TODAY + timedelta(days=3))) == {"R1": 1, "R6": 100}
    assert purged(office.on(TODAY + timedelta(days=4))) == {}


def purged(run: Run) -> dict[str, int]:
    return {name.partition(":")[2]: n for name, n in run.counts.items() if name.startswith("purged:")}


def test_an_approval_is_for_the_policy_that_was_looked_at_and_for_none_deployed_since(office: Office) -> None:
    office.due(30)
    run = holds(office, "many")
    office.policy = replace(POLICY, digest="another")
    again = office.approve(run)
    assert again.state == HELD
    assert "policy" in why(again)
    assert office.purges.bodies == []
    assert office.approve(again).state == DONE


def test_an_approval_is_for_the_fold_that_was_looked_at_and_for_none_deployed_since(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.due(30)
    run = holds(office, "many")
    monkeypatch.setattr(guard_purge, "FOLD_VERSION", 9999)
    again = office.approve(run)
    assert again.state == HELD
    assert "fold" in why(again)
    assert office.purges.bodies == []
    assert office.rebuilds.bodies == [{"run": run.id}]
    assert office.approve(again).state == DONE
