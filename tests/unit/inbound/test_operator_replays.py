"""The operators' routes of a replay: who may begin one, and how it stands."""

from __future__ import annotations

import json
from types import SimpleNamespace
from typing import Any

import pytest

from privacy.domain.runs import REPLAY
from privacy.inbound.operator import Answer, NotAllowed
from privacy.inbound.operator_routes import answer
from privacy.inbound.payload import MalformedEvent
from tests.fakes import MemoryRuns
from tests.telling import at

BEGIN, STATUS = "POST /operator/replays", "POST /operator/replays/status"


class Desk:
    """The routes over stores in memory. `sent`: to the purge's queue."""

    def __init__(self) -> None:
        self.runs = MemoryRuns()
        self.sent: list[Any] = []

    def send(self, bodies: Any, delay: int = 0) -> None:
        self.sent += bodies

    def ask(self, route: str, content: object, role: str = "PrivacyDpo") -> Answer:
        arn = f"arn:aws:sts::123456789012:assumed-role/{role}/alix"
        event = {
            "routeKey": route,
            "body": json.dumps(content),
            "requestContext": {"accountId": "123456789012", "authorizer": {"iam": {"userArn": arn}}},
        }
        means: Any = SimpleNamespace(
            now=lambda: at("2026-11-22T10:00"),
            runs=lambda: self.runs,
            chance=lambda: "c",
            retention=SimpleNamespace(purges=lambda: self),
        )
        return answer(event, means)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def test_the_dpo_begins_one_which_the_purge_s_worker_goes_on_with(desk: Desk) -> None:
    begun = desk.ask(BEGIN, {"since": "2026-11-01"})
    assert begun.status == 202
    assert desk.sent == [{"run": begun.content["run"], "kind": "replay"}]
    run = desk.runs.latest(REPLAY)
    assert run is not None
    assert (run.id, dict(run.given)) == (begun.content["run"], {"since": "2026-11-01"})


def test_how_it_stands_is_told(desk: Desk) -> None:
    assert desk.ask(STATUS, {}).content == {"run": None}
    begun = desk.ask(BEGIN, {"since": "2026-11-01"})
    for asked in ({}, {"run": begun.content["run"]}):
        found: Any = desk.ask(STATUS, asked).content["run"]
        assert (found["state"], found["since"], found["people"]) == ("running", "2026-11-01", 0)


def test_staff_begin_none(desk: Desk) -> None:
    with pytest.raises(NotAllowed):
        desk.ask(BEGIN, {"since": "2026-11-01"}, role="PrivacyStaff")
    assert (desk.sent, desk.runs.latest(REPLAY)) == ([], None)


@pytest.mark.parametrize("since", ["yesterday", "2026-11-23", "", None, 3])
def test_a_day_that_is_none_or_yet_to_come_begins_none(desk: Desk, since: object) -> None:
    with pytest.raises(MalformedEvent):
        desk.ask(BEGIN, {"since": since})
    assert desk.sent == []
