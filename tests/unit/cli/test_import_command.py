"""`privacy import`: begun, watched, shown in plain words, approved; one line where it cannot be done."""

from __future__ import annotations

import io
import json
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest

from cli.commands import history
from cli.commands.history import watch
from cli.commands.history_page import plan_page, progress_line, stood_still
from cli.commands.ink import Ink
from cli.commands.operator_calls import Busy
from cli.main import main
from privacy.operations.history.import_history import STAGES
from tests.unit.cli.receiver import Heard, Receiver, receiving

STARTED = datetime(2026, 11, 22, 12, tzinfo=UTC)
NOW = STARTED + timedelta(seconds=10)
PLANNED = {
    "people": 12,
    "customers": 6,
    "orders": 7,
    "facts": 19,
    "members": 6,
    "subscribed": 1,
    "unsubscribed": 1,
    "removed": 1200,
    "expired": 40,
    "removals": 1300,
    "untouched": 8,
    "unproven": 1,
    "overdue": 5,
}


def a_run(**over: Any) -> dict[str, Any]:
    return {
        "id": "import-20261122T120000-ab",
        "state": "running",
        "stage": "charges",
        "stages": list(STAGES),
        "started_at": STARTED.isoformat(),
        "updated_at": NOW.isoformat(),
        "counts": {"customers": 200, "charges": 300, "facts": 700, "known": 4, "unreadable": 0},
        "totals": {},
        "oldest": int(datetime(2024, 11, 22, tzinfo=UTC).timestamp()),
        "reached": int(datetime(2025, 11, 22, tzinfo=UTC).timestamp()),
        "trouble": None,
        "planned": {},
        "plan": None,
        **over,
    }


def planned(**over: Any) -> dict[str, Any]:
    return a_run(state="planned", stage="plan", planned=PLANNED, plan="3f9a1c", **over)


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def privacy(receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Any:
    receiver.open_at(tmp_path)
    monkeypatch.setattr(history.time, "sleep", lambda _: None)

    def run(*arguments: str) -> int:
        return main(["import", *arguments, "--state", str(tmp_path)])

    return run


def answering(receiver: Receiver, *runs: Mapping[str, Any] | None, joined: bool = False) -> None:
    """How the run stands, look by look; the last answer stays."""
    left = list(runs)

    def answer(request: Heard) -> tuple[int, bytes]:
        if request.path == "/operator/imports":
            return 202, json.dumps({"run": "import-1", "joined": joined}).encode()
        found = left.pop(0) if len(left) > 1 else left[0]
        return 200, json.dumps({"run": found, "approved_at": None}).encode()

    receiver.answer = answer


def test_an_import_is_begun_watched_to_its_end_and_its_plan_shown(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(receiver, None, a_run(), a_run(stage="members", totals={"members": 2000}), planned())
    assert privacy() == 0
    told = capsys.readouterr().out
    assert "has begun" in told
    assert "Stripe's charges, 300 read" in told
    assert "Mailchimp's members" in told
    assert "privacy import approve 3f9a1c" in told
    assert [r.path for r in receiver.heard][:2] == ["/operator/imports/status", "/operator/imports"]


def test_a_second_start_joins_and_says_so(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(receiver, a_run(), planned(), joined=True)
    assert privacy() == 0
    assert "under way: this one joins it" in capsys.readouterr().out


def test_a_plan_that_waits_is_shown_and_nothing_is_read_again_unless_asked(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answering(receiver, planned())
    assert privacy() == 0
    assert "/operator/imports" not in [r.path for r in receiver.heard]
    assert "privacy import --again" in capsys.readouterr().out
    assert privacy("--again") == 0
    assert "/operator/imports" in [r.path for r in receiver.heard]


def test_ctrl_c_leaves_it_running_and_says_so(
    privacy: Any,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    def interrupt(_: float) -> None:
        raise KeyboardInterrupt

    answering(receiver, a_run())
    monkeypatch.setattr(history.time, "sleep", interrupt)
    assert privacy() == 130
    assert "The import goes on" in capsys.readouterr().out


def test_show_looks_once(privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    answering(receiver, None)
    assert privacy("--show") == 0
    assert "Nothing was imported yet" in capsys.readouterr().out
    answering(receiver, a_run(updated_at=(STARTED - timedelta(days=1)).isoformat()))
    assert privacy("--show") == 0
    assert "wakes it up" in capsys.readouterr().out
    assert {r.path for r in receiver.heard} == {"/operator/imports/status"}


def test_an_approval_says_what_happens_now(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    approved = planned() | {"state": "approved"}
    receiver.answer = lambda _: (202, json.dumps({"approved": True, "run": approved}).encode())
    assert privacy("approve", "3f9a1c") == 0
    (request,) = receiver.heard
    assert (request.path, json.loads(request.body)) == ("/operator/imports/approvals", {"plan": "3f9a1c"})
    assert "1,300 subscriptions" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("approve", "3f9a1c"), "not the latest plan"),
        (("approve",), "which plan?"),
        (("approve", "../x"), "no plan's name"),
    ],
)
def test_what_cannot_be_approved_is_one_line_that_says_what_to_do(
    privacy: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    words: str,
) -> None:
    receiver.answer = lambda _: (200, b'{"approved": false}')
    assert privacy(*arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.count("\n") == 1
    assert words in told.err
    assert "privacy import --show" in told.err


# ---------------------------------------------------------------- words


def test_progress_says_what_is_known_of_how_much_is_left_and_no_more() -> None:
    assert "back to 2025-11, about 50 %" in progress_line(a_run(), NOW)
    assert "50 a second" in progress_line(a_run(), NOW)
    first = a_run(stage="customers", oldest=None)
    assert "Stripe does not say of how many" in progress_line(first, NOW)
    members = a_run(stage="members", counts={"members": 500}, totals={"members": 2000})
    assert "of about 2,000 (25 %)" in progress_line(members, NOW)
    more = a_run(stage="members", counts={"members": 2040}, totals={"members": 2000})
    assert "(100 %)" in progress_line(more, NOW)
    assert "until the count stands still" in progress_line(a_run(stage="plan"), NOW)
    waiting = a_run(trouble="stripe: 403 rak_charge_read")
    assert progress_line(waiting, NOW) == (
        "Waiting, and trying again every minute: stripe: 403 rak_charge_read"
    )


def test_nothing_is_said_to_stand_still_that_moved_a_moment_ago() -> None:
    assert stood_still(a_run(), NOW + timedelta(minutes=19)) is None
    assert "20 minutes" in str(stood_still(a_run(), NOW + timedelta(minutes=20)))


def test_the_plan_says_what_changes_for_how_many_and_what_does_not() -> None:
    page = plan_page(planned(counts={"unreadable": 3}), None, Ink(coloured=False))
    flat = " ".join(page.split())
    for words in (
        "12 people, of whom 6 with orders: 7 of these",
        "1 mailed by Mailchimp although nobody can prove",
        "1,200 to be taken out, 1,300 subscriptions in all: nobody can prove that they agreed, or, of 40 of them",
        "For 5 people the time for keeping them is over today",
        "nobody is erased",
        "3 records could not be read",
        "To let this happen: privacy import approve 3f9a1c",
    ):
        assert words in flat
    done = plan_page(planned() | {"state": "done"}, "2026-11-22T12:00:00+00:00", Ink(coloured=False))
    assert "privacy import approve" not in done
    assert "this plan is approved" in done


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_on_a_terminal_progress_is_one_line_and_a_busy_office_is_asked_again() -> None:
    looks: list[Mapping[str, Any] | Exception] = [a_run(), Busy("busy"), a_run(stage="members"), planned()]

    def look() -> Mapping[str, Any]:
        found = looks.pop(0)
        if isinstance(found, Exception):
            raise found
        return found

    out = Terminal()
    watch(look, out, sleep=lambda _: None, now=lambda: NOW)
    assert "\n" not in out.getvalue()
    assert out.getvalue().count("\r") == 3
    assert not looks
