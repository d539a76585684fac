"""The plan's messages, and what is told of a run."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from privacy.domain.runs import DONE, HELD, RETENTION, Run, begin
from privacy.inbound import retention_planning
from privacy.inbound.batch import BatchRecord
from tests.telling import at

RUN = replace(begin(RETENTION, "look", now=at("2026-11-22T02:30"), chance="a"), id="retention-20261122")


class Queue:
    def __init__(self) -> None:
        self.sent: list[tuple[Mapping[str, str], int]] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += [(body, delay) for body in bodies]


class Planning:
    """rest: what going on leaves, in seconds."""

    def __init__(self, rest: int | None) -> None:
        self.rest = rest
        self.asked: list[str] = []

    def go_on(self, run: str, more: object) -> int | None:
        self.asked.append(run)
        return self.rest


def work(body: dict[str, str], rest: int | None = None) -> tuple[list[str], int, Queue]:
    """(which run was gone on with, how many were begun, what was sent)."""
    planning: Any = Planning(rest)
    queue, begun = Queue(), []

    def begin_day() -> Run:
        begun.append(RUN)
        return RUN

    retention_planning.work(
        BatchRecord("1", body=body),
        begin=begin_day,
        planning=lambda: planning,
        queue=queue,
        more=lambda: True,
    )
    return planning.asked, len(begun), queue


def test_the_schedules_message_begins_the_days_run_and_another_goes_on_with_its_own() -> None:
    assert work({})[:2] == ([RUN.id], 1)
    assert work({"run": "retention-1"})[:2] == (["retention-1"], 0)


def test_what_is_left_is_a_message_for_the_next_invocation() -> None:
    assert work({}, None)[2].sent == []
    assert work({}, 0)[2].sent == [({"run": RUN.id}, 0)]
    assert work({"run": "retention-1"}, 300)[2].sent == [({"run": "retention-1"}, 300)]


def metrics_in(capfd: pytest.CaptureFixture[str]) -> list[tuple[str, float, str | None]]:
    counted = []
    for line in capfd.readouterr().out.splitlines():
        said = json.loads(line)
        if "_aws" in said:
            name = said["_aws"]["CloudWatchMetrics"][0]["Metrics"][0]["Name"]
            counted.append((name, said[name][0], said.get("rule")))
    return counted


def test_a_run_that_is_held_rings_and_completes_nothing(capfd: pytest.CaptureFixture[str]) -> None:
    retention_planning.tell(replace(RUN, state=HELD, given={"why": "many share"}, counts={"due": 4000}))
    assert metrics_in(capfd) == [("RunHeld", 1.0, None)]


def test_what_went_by_a_rule_is_published_from_five_on(capfd: pytest.CaptureFixture[str]) -> None:
    counts = {"person": 3, "purged:R6": 5, "purged:R17": 4, "purged:R1": 120}
    retention_planning.tell(replace(RUN, state=DONE, counts=counts))
    assert metrics_in(capfd) == [("Purged", 5.0, "R6"), ("Purged", 120.0, "R1"), ("RunCompleted", 1.0, None)]
