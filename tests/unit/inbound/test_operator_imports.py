"""Operators' imports, and the messages that do them: who may, what is answered, what goes on the queue."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Any

import pytest

from privacy import policy
from privacy.domain.runs import APPROVED, IMPORT, PLANNED, Run
from privacy.inbound import importing
from privacy.inbound.batch import BatchRecord
from privacy.inbound.operator import Answer, NotAllowed
from privacy.inbound.operator_means import Means
from privacy.inbound.operator_routes import answer
from privacy.inbound.payload import MalformedEvent
from privacy.operations.history.import_history import Next, Unreadable
from privacy.operations.people.fold_people import Stores
from tests.fakes import MemoryLedger, MemoryPeople, MemoryRegistry, MemoryRuns
from tests.telling import PSEUDONYMS, at

NOW = at("2026-11-22T12:00")
ACCOUNT = "123456789012"
IMPORTS, STATUS, APPROVALS = (f"POST /operator/imports{rest}" for rest in ("", "/status", "/approvals"))


class MemoryQueue:
    def __init__(self) -> None:
        self.sent: list[tuple[Mapping[str, str], int]] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += [(body, delay) for body in bodies]


class Office:
    def __init__(self) -> None:
        ledger = MemoryLedger()
        self.runs, self.queue, self.registry = MemoryRuns(), MemoryQueue(), MemoryRegistry()
        self.stores = Stores(ledger, MemoryPeople(ledger), self.registry)

    def ask(self, route: str, content: Any = None, role: str = "PrivacyDpo") -> Answer:
        event = {
            "routeKey": route,
            "body": json.dumps(content or {}),
            "headers": {"content-type": "application/json"},
            "requestContext": {
                "accountId": ACCOUNT,
                "authorizer": {"iam": {"userArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/alix"}},
            },
        }
        means: dict[str, Any] = {
            "stores": lambda: self.stores,
            "policy": policy.load,
            "pseudonyms": lambda: PSEUDONYMS,
            "runs": lambda: self.runs,
            "imports": lambda: self.queue,
            "chance": lambda: "ab",
            "now": lambda: NOW,
        }
        unused = dict.fromkeys(Means.__dataclass_fields__.keys() - means.keys())
        return answer(event, Means(**means, **unused))

    def planned(self) -> Run:
        self.ask(IMPORTS)
        run = self.runs.latest(IMPORT)
        assert run is not None
        self.queue.sent.clear()
        return self.runs.save(replace(run.at("plan"), state=PLANNED, plan="3f9a", planned={"removals": 4}))


def test_an_import_begins_and_a_second_start_joins_it() -> None:
    office = Office()
    first, second = office.ask(IMPORTS), office.ask(IMPORTS)
    assert first.status == second.status == 202
    assert (first.content["joined"], second.content["joined"]) == (False, True)
    assert office.queue.sent == [({"run": first.content["run"]}, 0)] * 2


def test_staff_may_look_and_neither_begin_nor_approve() -> None:
    office = Office()
    assert office.ask(STATUS, role="PrivacyStaff").content == {"run": None, "approved_at": None}
    office.planned()
    shown = office.ask(STATUS, role="PrivacyStaff").content["run"]
    assert isinstance(shown, Mapping)
    assert (shown["state"], shown["plan"], shown["planned"]) == (PLANNED, "3f9a", {"removals": 4})
    for route in (IMPORTS, APPROVALS):
        with pytest.raises(NotAllowed):
            office.ask(route, {"plan": "3f9a"}, role="PrivacyStaff")
    assert office.registry.approved is None
    assert not office.queue.sent


def test_the_dpo_approves_the_latest_plan_and_no_other() -> None:
    office = Office()
    run = office.planned()
    assert office.ask(APPROVALS, {"plan": "older"}).content == {"approved": False}
    assert office.registry.approved is None
    reply = office.ask(APPROVALS, {"plan": "3f9a"})
    assert (reply.status, reply.content["approved"]) == (202, True)
    assert office.registry.approved == NOW
    approved = office.runs.get(IMPORT, run.id)
    assert approved is not None
    assert (approved.state, approved.allowed) == (APPROVED, 4)
    assert office.queue.sent == [({"run": run.id}, 0)]
    assert office.ask(STATUS).content["approved_at"] == NOW.isoformat()


def test_an_approval_names_its_plan() -> None:
    with pytest.raises(MalformedEvent):
        Office().ask(APPROVALS, {"plan": "3f9a plus a sentence"})


# ---------------------------------------------------------------- messages


@pytest.mark.parametrize(
    ("what", "sent"),
    [
        (Next.NOW, [({"run": "run-1"}, 0)]),
        (Next.LATER, [({"run": "run-1"}, 60)]),
        (Next.NEVER, []),
    ],
)
def test_a_message_is_one_lot_and_leaves_one_for_the_rest(
    what: Next, sent: list[tuple[Mapping[str, str], int]]
) -> None:
    class Work:
        def go_on(self, run: str, more: object) -> Next:
            assert run == "run-1"
            return what

    queue = MemoryQueue()
    record = BatchRecord("m1", body={"run": "run-1"})
    importing.work(record, history_import=Work, queue=queue, again=60, more=lambda: True)  # type: ignore[arg-type]
    assert queue.sent == sent


def test_what_cannot_be_read_loses_its_words() -> None:
    def malformed(*_: object) -> Any:
        raise MalformedEvent("amount")

    with pytest.raises(Unreadable) as raised:
        importing.reading(malformed)("charges", {}, NOW)
    assert raised.value.__context__ is None or raised.value.__suppress_context__


def test_what_is_set_aside_is_logged_by_an_id_and_nothing_else(capsys: pytest.CaptureFixture[str]) -> None:
    importing.set_aside("charges", "ch_1")
    importing.set_aside("charges", "camille.durand@example.fr")
    told = capsys.readouterr().out
    assert '"event_id":"ch_1"' in told
    assert "unreadable_object" in told
    assert "camille" not in told
