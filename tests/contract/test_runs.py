"""Runs in memory and in DynamoDB are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace

import pytest
from moto import mock_aws

from privacy.domain.runs import IMPORT, PLANNED, RECONCILE, Removal, Run, begin
from privacy.outbound.dynamodb_runs import DynamoRemovals, DynamoRuns
from privacy.ports import RemovalList, RunConflict, RunLog
from tests.contract.test_stores import tables
from tests.fakes import MemoryRemovals, MemoryRuns
from tests.telling import at


@pytest.fixture(params=["memory", "dynamodb"])
def runs(request: pytest.FixtureRequest) -> Iterator[RunLog]:
    if request.param == "memory":
        yield MemoryRuns()
        return
    with mock_aws():
        yield DynamoRuns(tables(), "registry")


def a_run(when: str = "2026-01-01", chance: str = "a", kind: str = IMPORT) -> Run:
    return begin(kind, "stripe/customers", now=at(when), chance=chance)


def test_a_run_is_kept_whole_and_moves_on_under_its_version(runs: RunLog) -> None:
    run = runs.begin(a_run(), after=None)
    moved = runs.save(
        replace(
            run.at("mailchimp", {"audience": "list1", "offset": "12"}).count(facts=3).count(facts=2, pages=1),
            state=PLANNED,
            totals={"members": 7},
            given={"since": "2026-01-01"},
            planned={"removed": 4},
            plan="digest",
            allowed=4,
            updated_at=at("2026-01-02"),
        )
    )
    assert runs.get(IMPORT, run.id) == moved
    assert (moved.version, moved.stage, moved.cursor) == (
        2,
        "mailchimp",
        {"audience": "list1", "offset": "12"},
    )
    assert (moved.counts, moved.planned, moved.plan, moved.allowed) == (
        {"facts": 5, "pages": 1},
        {"removed": 4},
        "digest",
        4,
    )


def test_whoever_saves_a_run_that_moved_meanwhile_changes_nothing(runs: RunLog) -> None:
    run = runs.begin(a_run(), after=None)
    moved = runs.save(run.at("mailchimp"))
    with pytest.raises(RunConflict):
        runs.save(run.at("plan"))
    assert runs.get(IMPORT, run.id) == moved


def test_of_two_who_begin_at_once_one_does(runs: RunLog) -> None:
    first = runs.begin(a_run(chance="a"), after=None)
    with pytest.raises(RunConflict):
        runs.begin(a_run(chance="b"), after=None)
    assert runs.latest(IMPORT) == first
    second = runs.begin(a_run("2026-01-02"), after=first)
    with pytest.raises(RunConflict):
        runs.begin(a_run("2026-01-03"), after=first)
    assert runs.latest(IMPORT) == second
    assert runs.get(IMPORT, first.id) == first


def test_kinds_of_runs_know_nothing_of_each_other_and_ids_sort_by_their_start(runs: RunLog) -> None:
    imported = runs.begin(a_run("2026-01-01T10:00:00", "z"), after=None)
    assert runs.latest(RECONCILE) is None
    assert runs.get(RECONCILE, imported.id) is None
    reconciled = runs.begin(a_run(kind=RECONCILE), after=None)
    assert runs.latest(IMPORT) == imported
    assert runs.latest(RECONCILE) == reconciled
    assert imported.id < a_run("2026-01-01T10:00:01", "a").id


@pytest.fixture(params=["memory", "dynamodb"])
def removals(request: pytest.FixtureRequest) -> Iterator[RemovalList]:
    if request.param == "memory":
        yield MemoryRemovals()
        return
    with mock_aws():
        yield DynamoRemovals(tables(), "registry")


def test_whom_a_run_removes_is_kept_once_and_read_page_by_page(removals: RemovalList) -> None:
    everybody = [Removal(f"email#1#{n:04}", f"list{n % 2}") for n in range(620)]
    removals.add("run-1", everybody[:400], at("2026-01-01"))
    removals.add("run-1", everybody[300:], at("2026-01-01"))
    removals.add("run-2", everybody[:1], at("2026-01-01"))
    first, after = removals.page("run-1", None)
    second, end = removals.page("run-1", after)
    assert (len(first), after is not None, end) == (500, True, None)
    assert sorted(first + second) == everybody
    assert removals.page("run-3", None) == ([], None)
