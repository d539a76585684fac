"""The operators' routes of the reconciliation: who may begin one, how it stands, who approves its removals."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from privacy import policy
from privacy.domain.runs import HELD, RECONCILE
from privacy.inbound.operator import Answer, NotAllowed
from privacy.inbound.operator_routes import answer
from privacy.inbound.payload import MalformedEvent
from privacy.operations.history.reconciliation_runs import begin_reconciliation
from tests.fakes import MemoryRegistry, MemoryRuns
from tests.telling import at

NOW = at("2026-11-22T10:00")
BEGIN, STATUS, APPROVE = (f"POST /operator/reconciliations{name}" for name in ("", "/status", "/approvals"))


class Queue:
    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, bodies: Any, delay: int = 0) -> None:
        self.sent += bodies


class Desk:
    """The routes over stores in memory."""

    def __init__(self) -> None:
        self.runs = MemoryRuns()
        self.queue = Queue()
        self.now = NOW

    def ask(self, route: str, content: object, role: str = "PrivacyDpo") -> Answer:
        arn = f"arn:aws:sts::123456789012:assumed-role/{role}/alix"
        event = {
            "routeKey": route,
            "body": json.dumps(content),
            "requestContext": {"accountId": "123456789012", "authorizer": {"iam": {"userArn": arn}}},
        }
        return answer(event, self._means())

    def _means(self) -> Any:
        class Means:
            policy = staticmethod(policy.load)
            now = staticmethod(lambda: self.now)
            runs = staticmethod(lambda: self.runs)
            reconciliations = staticmethod(lambda: self.queue)

            @staticmethod
            def begin_reconciliation(*, full: bool, allowed: int | None) -> Any:
                return begin_reconciliation(
                    runs=self.runs,
                    registry=MemoryRegistry(),
                    now=self.now,
                    chance=lambda: "c",
                    full=full,
                    allowed=allowed,
                )

        return Means


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_dpo_begins_one_and_a_second_call_joins_it(desk: Desk) -> None:
    begun = desk.ask(BEGIN, {"full": True})
    assert (begun.status, begun.content["began"], begun.content["full"]) == (202, True, True)
    desk.now = at("2026-11-22T10:01")
    again = desk.ask(BEGIN, {"full": False})
    assert (again.content["run"], again.content["began"]) == (begun.content["run"], False)
    assert desk.queue.sent == [{"run": begun.content["run"]}] * 2


def test_staff_may_see_how_it_stands_and_neither_begin_nor_approve(desk: Desk) -> None:
    for route, content in ((BEGIN, {"full": False}), (APPROVE, {"run": "reconcile-x"})):
        with pytest.raises(NotAllowed):
            desk.ask(route, content, "PrivacyStaff")
    assert desk.queue.sent == []
    assert desk.ask(STATUS, {}, "PrivacyStaff").content == {"run": None}


def test_the_status_is_the_last_ones_or_that_of_the_one_named(desk: Desk) -> None:
    first = desk.ask(BEGIN, {"full": False}).content["run"]
    held = desk.runs.get(RECONCILE, str(first))
    assert held is not None
    desk.runs.save(replace(held.count(removals=70), state=HELD))
    desk.now = at("2026-11-23T10:00")
    second = desk.ask(BEGIN, {"full": False}).content["run"]
    last: Any = desk.ask(STATUS, {}).content["run"]
    named: Any = desk.ask(STATUS, {"run": first}).content["run"]
    assert (last["id"], last["state"], named["id"]) == (second, "running", first)
    assert (named["state"], named["counts"]) == ("held", {"removals": 70})
    assert named["guard"] == {"removals_at_most": 50, "removals_at_most_percent": 5}


def test_a_held_runs_removals_are_approved_by_its_id_in_the_operators_name(desk: Desk) -> None:
    run = str(desk.ask(BEGIN, {"full": False}).content["run"])
    assert desk.ask(APPROVE, {"run": run}).content == {"approved": False}
    held = desk.runs.get(RECONCILE, run)
    assert held is not None
    desk.runs.save(replace(held.count(removals=70), state=HELD))
    desk.queue.sent.clear()
    assert desk.ask(APPROVE, {"run": run}) == Answer(202, {"approved": True, "removals": 70})
    approved = desk.runs.get(RECONCILE, run)
    assert approved is not None
    assert (approved.given["approved_by"], approved.allowed) == ("alix", 70)
    assert desk.queue.sent == [{"run": run}]


@pytest.mark.parametrize(
    ("route", "content"),
    [(BEGIN, {}), (BEGIN, {"full": "yes"}), (APPROVE, {}), (APPROVE, {"run": "camille@example.fr"})],
)
def test_what_is_not_said_plainly_is_refused(desk: Desk, route: str, content: object) -> None:
    with pytest.raises(MalformedEvent):
        desk.ask(route, content)
