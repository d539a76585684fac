"""`privacy retention`, from what is typed through the operators' routes to what is shown."""

from __future__ import annotations

import json
from collections.abc import Iterator
from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from cli.commands import retention_page, run_watch
from cli.main import main
from privacy.domain.purge_guard import Reason
from privacy.operations.retention.due_shards import SHARDS
from privacy.operations.retention.purge_batch import KINDS
from privacy.ports.retention import HOLD_KINDS, LegalHold
from tests.purging import POLICY
from tests.retaining import RetentionRoutes
from tests.telling import BENOIT, CAMILLE, at, member, session
from tests.unit.cli.receiver import Heard, Receiver, receiving

ROLES = {"AKIAPRIVACYDPO": "PrivacyDpo", "AKIAPRIVACYSTAFF": "PrivacyStaff"}


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(run_watch, "SECONDS_BETWEEN_LOOKS", 0)
    with receiving() as running:
        yield running


@pytest.fixture
def routes(receiver: Receiver) -> RetentionRoutes:
    """Camille is due on 22 November 2026, which is today; Benoît ordered in March."""
    routes = RetentionRoutes()
    routes.office.hear(member("2023-11-22T10:00", CAMILLE), session("2026-03-01", BENOIT, payment="pi_9"))

    def answer(heard: Heard) -> tuple[int, bytes]:
        key = heard.headers["authorization"].partition("Credential=")[2].partition("/")[0]
        route = heard.path.removeprefix("/operator/retention")
        answered = routes.ask(route, json.loads(heard.body), ROLES[key])
        if route == "/runs/status":
            routes.work()  # between two looks
        return answered.status, json.dumps(answered.content).encode()

    receiver.answer = answer
    return routes


@pytest.fixture
def privacy(receiver: Receiver, routes: RetentionRoutes, tmp_path: Path) -> Any:
    receiver.open_at(tmp_path)
    return lambda *typed: main(["retention", *typed, "--state", str(tmp_path)])


type Shown = pytest.CaptureFixture[str]


# --- plan


def test_the_plan_says_who_goes_why_and_since_when(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan") == 0
    told = capsys.readouterr().out
    for line in (
        CAMILLE,
        "goes       everything here and at Mailchimp",
        "proofs of consent [R6], due 22 November 2026",
        "On 22 November 2026: 1 person goes as a whole",
        "R6   a subscriber who never ordered",
    ):
        assert line in told
    assert BENOIT not in told


def test_the_plan_of_another_day_is_asked_for_by_its_day(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan", "--on", "2031-03-01") == 0
    told = capsys.readouterr().out
    assert BENOIT in told
    assert "name and address [R4], due 1 March 2031" in told
    assert "archived" in told


def test_a_day_on_which_nothing_is_due_is_said_in_one_line(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan", "--on", "2026-10-01") == 0
    assert capsys.readouterr().out == "Nothing of anybody is due on 1 October 2026.\n"


def test_whoever_is_only_asked_to_stay_is_shown_as_that(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan", "--on", "2026-11-21") == 0
    assert "letter     is asked whether they stay, from 23 October 2026 on" in capsys.readouterr().out


def test_what_keeps_somebody_is_shown(privacy: Any, routes: RetentionRoutes, capsys: Shown) -> None:
    hold(routes)
    assert privacy("plan") == 0
    told = capsys.readouterr().out
    assert "a legal hold, since 1 November 2026, 01:00" in told
    assert "of 1 person something that is due is kept" in told


def test_the_plan_as_json_is_every_page_of_it(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan", "--on", "2040-01-01", "--json") == 0
    told = json.loads(capsys.readouterr().out)
    assert {person["address"] for person in told["people"]} == {CAMILLE, BENOIT}
    assert (told["on"], told["more"], told["looked_at"]) == ("2040-01-01", False, 2)


def test_a_plan_that_is_too_long_says_that_there_are_more(privacy: Any, capsys: Shown) -> None:
    assert privacy("plan", "--on", "2040-01-01", "--limit", "1") == 0
    assert "There are more than these 1: ask for more with --limit." in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "line"),
    [
        (("plan", "--on", "soon"), "'soon' is no day: write it like 2027-03-01"),
        (("plan", "--limit", "0"), "--limit is a number from 1 on"),
        (("explain", "nobody"), "nobody is no e-mail address"),
        (("run", "--dry-run", "--show"), "one of the two"),
        (("receipts", "--since", "2026-13-01"), "is no day"),
    ],
)
def test_what_was_mistyped_is_said_in_one_line(
    privacy: Any, receiver: Receiver, capsys: Shown, typed: tuple[str, ...], line: str
) -> None:
    assert privacy(*typed) == 2
    assert line in capsys.readouterr().err
    assert receiver.heard == []


# --- explain


def test_somebody_is_explained_piece_by_piece(privacy: Any, receiver: Receiver, capsys: Shown) -> None:
    assert privacy("explain", BENOIT) == 0
    told = capsys.readouterr().out
    for line in (
        BENOIT,
        "everything that no law keeps longer goes on 1 March 2036",
        "name and address [R4], to the archive on 1 March 2029, goes on 1 March 2031",
        "stripe_payment#pi_9",
        "R4   a customer's profile",
    ):
        assert line in told
    # addresses travel in the body alone
    assert [heard.path for heard in receiver.heard] == ["/operator/retention/explanations"]


def test_what_is_archived_and_what_is_kept_is_explained_too(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    routes.office.night("2029-03-02")
    assert privacy("explain", BENOIT) == 0
    assert "In the archive:" in capsys.readouterr().out
    routes = hold(routes, BENOIT)
    assert privacy("explain", BENOIT) == 0
    assert "kept       a legal hold" in capsys.readouterr().out


def test_of_somebody_unknown_nothing_is_held(privacy: Any, capsys: Shown) -> None:
    assert privacy("explain", "nobody@example.fr") == 0
    assert "Nothing is held." in capsys.readouterr().out


# --- calendar and receipts


def test_the_calendar_counts_what_waits_and_what_comes(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    routes.others = [("suppression#a", "entry", "suppression#0", date(2026, 12, 1))]
    assert privacy("calendar", "--until", "2026-12-31") == 0
    told = capsys.readouterr().out
    assert "What comes to its end up to 31 December 2026" in told
    assert " ".join(told.split()).count("waiting already 1") == 1
    assert "entries of the suppression list [R9] Tue 1 December 2026 1" in " ".join(told.split())


def test_a_calendar_without_anything_says_so(privacy: Any, routes: RetentionRoutes, capsys: Shown) -> None:
    routes.office.people.items.clear()
    assert privacy("calendar") == 0
    assert "Nothing." in capsys.readouterr().out


def test_receipts_are_summed_up_day_by_day_and_rule_by_rule(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    routes.office.night("2026-11-22")
    routes.days_pass(1)
    assert privacy("receipts") == 0
    told = capsys.readouterr().out
    assert "22 November 2026" in told
    assert "a subscriber who never ordered" in told
    assert f"by the rules {POLICY.rules_digest[:12]}" in told
    assert privacy("receipts", "--since", "2026-11-23") == 0
    assert "Nothing was deleted in that time." in capsys.readouterr().out
    assert privacy("receipts", "--json") == 0
    assert len(json.loads(capsys.readouterr().out)["receipts"]) == 1


# --- runs


def test_a_run_is_begun_and_watched_until_it_ends(privacy: Any, receiver: Receiver, capsys: Shown) -> None:
    assert privacy("run") == 0
    told = capsys.readouterr().out
    assert "has begun. It goes on without this window." in told
    assert "  looks how many are due" in told
    assert "handed over  1 person" in told
    assert privacy("run", "--show") == 0
    assert "of 22 November 2026" in capsys.readouterr().out


def test_a_dry_run_shows_what_would_go_and_changes_nothing(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    assert privacy("run", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "A run would go on by itself." in told
    assert CAMILLE in told
    assert told.endswith("Nothing was changed.\n")
    assert (routes.runs.runs, routes.purges.sent) == ({}, [])
    routes.backlog.names = None
    assert privacy("run", "--dry-run") == 0
    told = capsys.readouterr().out
    assert "A run would wait for your approval:" in told
    assert "nobody could tell whether facts that came in have been taken in" in told


def test_a_run_that_waits_says_why_and_is_approved_by_its_id(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    routes.backlog.names = ["stripe-queue"]
    guard = POLICY.purge_guard._replace(purges_at_most=0)
    routes.policy = replace(POLICY, purge_guard=guard)
    assert privacy("run") == 0
    told = capsys.readouterr().out
    run = next(iter(routes.runs.runs.values())).id
    for line in (
        "of 1 person something is due, and nothing was deleted:",
        "have not been taken in for a quarter of an hour: stripe-queue",
        "more people than 0 are due",
        f"privacy retention approve {run}",
    ):
        assert line in told
    assert privacy("approve", run) == 0
    told = capsys.readouterr().out
    assert f"Run {run} goes on, for 1 person at most as were counted." in told
    assert "approved by alix" in told
    assert len(routes.purges.sent) == 1


def test_what_cannot_be_approved_is_refused_with_what_to_do(
    privacy: Any, routes: RetentionRoutes, capsys: Shown
) -> None:
    assert privacy("approve", "retention-x") == 2
    assert "nothing of retention-x waits for an approval" in capsys.readouterr().err
    routes.office.registry.approved = None
    assert privacy("run") == 0
    run = next(iter(routes.runs.runs.values())).id
    assert "the imported history is not approved" in capsys.readouterr().out
    assert privacy("approve", run) == 2
    assert "approve the imported history first" in capsys.readouterr().err
    assert privacy("run") == 0
    capsys.readouterr()
    assert privacy("approve", run) == 2
    assert "a newer run has decided since" in capsys.readouterr().err


def test_where_there_was_no_run_that_is_said(privacy: Any, capsys: Shown) -> None:
    assert privacy("run", "--show") == 0
    assert capsys.readouterr().out == "There has been no run yet.\n"


def test_every_reason_to_wait_and_every_keeper_has_words() -> None:
    assert set(retention_page.WHY) == set(Reason)
    assert set(HOLD_KINDS) <= set(retention_page.KEEPERS)
    names = {shard.partition("#")[0] for shards in SHARDS.values() for shard in shards}
    assert set(retention_page.KINDS) == names
    assert set(retention_page.HANDED) == set(KINDS)


def hold(routes: RetentionRoutes, who: str = CAMILLE) -> RetentionRoutes:
    office = routes.office
    (person,) = [p for p, (_, summary) in office.people.items.items() if summary == office.summary(who)]
    office.holds.place(LegalHold(person, "legal", "claim 17", "alix", at("2026-11-01"), date(2027, 1, 1)))
    return routes
