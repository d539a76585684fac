"""The operators' routes of retention: who may ask what, and what is answered."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from privacy.domain.runs import RETENTION
from privacy.inbound.operator import NotAllowed
from privacy.inbound.payload import MalformedEvent
from privacy.operations.retention.purge_batch import read_batch
from tests.purging import POLICY
from tests.retaining import RetentionRoutes
from tests.telling import BENOIT, CAMILLE, member, session

RUNS, STATUS, APPROVE = "/runs", "/runs/status", "/runs/approvals"


@pytest.fixture
def routes() -> RetentionRoutes:
    """Camille is due on 22 November 2026, which is today; Benoît ordered in March."""
    routes = RetentionRoutes()
    routes.office.hear(member("2023-11-22T10:00", CAMILLE), session("2026-03-01", BENOIT, payment="pi_9"))
    return routes


def test_staff_may_look_and_neither_begin_nor_approve(routes: RetentionRoutes) -> None:
    for route, content in ((RUNS, {}), (RUNS, {"dry_run": True}), (APPROVE, {"run": "retention-1"})):
        with pytest.raises(NotAllowed):
            routes.ask(route, content, "PrivacyStaff")
    assert (routes.plans.sent, routes.runs.runs) == ([], {})
    for route, content in (
        ("/plans", {}),
        ("/explanations", {"email": CAMILLE}),
        ("/receipts", {}),
        ("/calendars", {}),
        (STATUS, {}),
    ):
        assert routes.ask(route, content, "PrivacyStaff").status == 200


def test_a_run_is_begun_worked_on_and_seen(routes: RetentionRoutes) -> None:
    begun = routes.ask(RUNS, {})
    assert (begun.status, begun.content["began"]) == (202, True)
    assert routes.plans.sent == [{"run": begun.content["run"]}]
    running: Any = routes.ask(STATUS, {}).content["run"]
    assert (running["state"], running["stage"], running["why"]) == ("running", "look", [])
    assert routes.ask(RUNS, {}).content["run"] == begun.content["run"]
    routes.work()
    done: Any = routes.ask(STATUS, {"run": begun.content["run"]}).content["run"]
    assert (done["state"], done["day"], done["counts"]["person"]) == ("done", "2026-11-22", 1)
    assert [read_batch(body).kind for body in routes.purges.sent] == ["person"]


def test_where_there_was_no_run_that_is_answered(routes: RetentionRoutes) -> None:
    assert routes.ask(STATUS, {}).content == {"run": None}
    assert routes.ask(STATUS, {"run": "retention-x"}).content == {"run": None}


def test_a_dry_run_decides_and_writes_nothing(routes: RetentionRoutes) -> None:
    said = routes.ask(RUNS, {"dry_run": True}).content
    assert (said["why"], said["due"], said["whole"]) == ([], 1, True)
    routes.backlog.names = ["stripe-queue"]
    said = routes.ask(RUNS, {"dry_run": True}).content
    assert (said["why"], said["behind"]) == (["backlog"], ["stripe-queue"])
    assert (routes.plans.sent, routes.purges.sent, routes.runs.runs) == ([], [], {})
    assert routes.office.registry.reads == []


def held(routes: RetentionRoutes) -> str:
    routes.backlog.names = ["stripe-queue"]
    run = str(routes.ask(RUNS, {}).content["run"])
    routes.work()
    return run


def test_a_run_that_waits_says_why_and_goes_on_once_it_is_approved(routes: RetentionRoutes) -> None:
    run = held(routes)
    stands: Any = routes.ask(STATUS, {}).content["run"]
    assert (stands["state"], stands["why"], stands["behind"]) == ("held", ["backlog"], ["stripe-queue"])
    assert (stands["counts"]["due"], routes.purges.sent) == (1, [])
    answer = routes.ask(APPROVE, {"run": run})
    assert (answer.status, answer.content) == (202, {"approved": True, "people": 1})
    routes.work()
    done: Any = routes.ask(STATUS, {}).content["run"]
    assert (done["state"], done["approved_by"], done["why"]) == ("done", "alix", [])
    assert len(routes.purges.sent) == 1


def test_an_approval_of_what_waits_for_nobody_is_refused_with_the_reason(routes: RetentionRoutes) -> None:
    assert routes.ask(APPROVE, {"run": "retention-x"}).content == {"approved": False, "because": "not_held"}
    old = held(routes)
    new = str(routes.ask(RUNS, {}).content["run"])
    routes.work()
    refused = {"approved": False, "because": "superseded", "run": new}
    assert routes.ask(APPROVE, {"run": old}).content == refused
    routes.office.registry.approved = None
    routes.ask(RUNS, {})
    routes.work()
    latest = routes.runs.latest(RETENTION)
    assert latest is not None
    assert routes.ask(APPROVE, {"run": latest.id}).content == {"approved": False, "because": "history"}


def test_a_plan_is_of_today_unless_a_day_is_named(routes: RetentionRoutes) -> None:
    assert routes.ask("/plans", {}).content["on"] == "2026-11-22"
    assert routes.ask("/plans", {"on": "2030-02-01"}).content["on"] == "2030-02-01"


@pytest.mark.parametrize(
    ("route", "content"),
    [
        ("/plans", {"on": "tomorrow"}),
        ("/plans", {"on": "2999-01-01"}),
        ("/plans", {"after": "nonsense"}),
        ("/explanations", {}),
        ("/explanations", {"email": "nobody"}),
        ("/receipts", {"since": "2026"}),
        ("/receipts", {"since": "1900-01-01"}),
        ("/receipts", {"since": "2026-11-22", "after": "2026-11-01"}),
        ("/calendars", {"until": "2999-01-01"}),
        (APPROVE, {}),
    ],
)
def test_bad_input_is_refused(routes: RetentionRoutes, route: str, content: dict[str, str]) -> None:
    with pytest.raises(MalformedEvent):
        routes.ask(route, content)


def test_receipts_tell_what_went_a_day_at_a_time_with_the_rules_in_words(routes: RetentionRoutes) -> None:
    routes.office.night("2026-11-22")
    routes.days_pass(2)
    first = routes.ask("/receipts", {"since": "2026-11-22"}).content
    ((receipt,), rules) = first["receipts"], first["rules"]  # type: ignore[misc]
    assert sum(sum(line.values()) for line in receipt["lines"].values()) > 0
    assert receipt["rules"] == POLICY.rules_digest
    assert set(rules) == {rule for line in receipt["lines"].values() for rule in line}  # type: ignore[call-overload]
    assert first["after"] == "2026-11-23"
    assert routes.ask("/receipts", {"since": "2026-11-22", "after": "2026-11-23"}).content["receipts"] == []


def test_the_guards_numbers_come_from_the_policy(routes: RetentionRoutes) -> None:
    routes.policy = replace(POLICY, purge_guard=POLICY.purge_guard._replace(purges_at_most=0))
    said: Any = routes.ask(RUNS, {"dry_run": True}).content
    assert (said["why"], said["whole"], said["guard"]["purges_at_most"]) == (["many"], False, 0)
