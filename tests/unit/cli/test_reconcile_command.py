"""`privacy reconcile`: what was found, in plain words, and what to do about it."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands import run_watch
from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

RUN = "reconcile-20261122T033000-aa"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(run_watch, "SECONDS_BETWEEN_LOOKS", 0)
    with receiving() as running:
        yield running


@pytest.fixture
def privacy(receiver: Receiver, tmp_path: Path) -> Any:
    receiver.open_at(tmp_path)
    return lambda *arguments: main(["reconcile", *arguments, "--state", str(tmp_path)])


def described(state: str = "done", stage: str = "removals", **more: Any) -> dict[str, Any]:
    return {
        "id": RUN,
        "state": state,
        "stage": stage,
        "started_at": "2026-11-22T03:30:00+00:00",
        "updated_at": "2026-11-22T03:31:00+00:00",
        "full": False,
        "history_approved": True,
        "trouble": None,
        "counts": {"events": 1200, "members": 3, "people": 2000},
        "allowed": None,
        "guard": {"removals_at_most": 50, "removals_at_most_percent": 5},
        **more,
    }


def answers(receiver: Receiver, *found: Any, began: bool = True, full: bool = False) -> None:
    """The run begins; then its status is asked for, each time the next one, and the last again and again."""
    left = [*found]

    def answer(asked: Heard) -> tuple[int, bytes]:
        if asked.path.endswith("/status"):
            content: Any = {"run": left.pop(0) if len(left) > 1 else left[0]}
        elif asked.path.endswith("/approvals"):
            content = found[0]
        else:
            content = {"run": RUN, "began": began, "full": full}
        return 200, json.dumps(content).encode()

    receiver.answer = answer


def test_one_is_begun_and_watched_until_it_ends(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(
        receiver,
        described("running", "events", counts={"events": 100}),
        described("running", "members", counts={}),
        described("running", "members", counts={}, trouble="mailchimp: status 503"),
        described(
            counts={"events": 1200, "members": 3, "recorded": 7, "stripe_missed": 4, "mailchimp_missed": 1}
        ),
    )
    assert privacy() == 0
    assert [json.loads(asked.body) for asked in receiver.heard][:2] == [{"full": False}, {"run": RUN}]
    told = capsys.readouterr().out
    for line in (
        f"Reconciliation {RUN} has begun.",
        "  reads Stripe's events of the last 30 days: 100 so far",
        "  reads Mailchimp's members",
        "  waits for a provider (mailchimp: status 503), and goes on by itself",
        "begun on 22 November 2026, 04:30",
        "7 that we did not know",
        "4 webhooks of Stripe's never came",
        "1 webhook of Mailchimp's never came",
        "none: whoever is subscribed asked for it",
    ):
        assert line in told


@pytest.mark.parametrize(
    ("found", "line"),
    [
        (described(), "nothing: all of it was known"),
        (described(full=True), "3 members of Mailchimp's (all)"),
        (described(counts={"removals": 1}), "1 person subscribed without having asked: taken out"),
        (described("held", counts={"removals": 1234}), f"privacy reconcile approve {RUN}"),
        (described("held", counts={"removals": 1234}), "more than 50, or than 5 % of an audience"),
        (described(counts={"removals": 9}, history_approved=False), "the imported history is not approved"),
        (described(counts={"absent": 2}), "2 people no longer at Mailchimp"),
        (described(counts={"followed": 2}), "2 people whom Mailchimp did not follow yet"),
        (described("running", "people"), "not decided: it looks at everybody we know: 2,000 so far"),
    ],
)
def test_the_last_one_is_told_in_plain_words(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], found: Any, line: str
) -> None:
    answers(receiver, found)
    assert privacy("--show") == 0
    assert line in capsys.readouterr().out


def test_where_there_was_none_that_is_said(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(receiver, None)
    assert privacy("--show") == 0
    assert "There has been no reconciliation yet." in capsys.readouterr().out


def test_one_that_runs_already_is_watched_and_reads_no_more_than_it_was_begun_for(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(receiver, described(), began=False)
    assert privacy() == 0
    assert "is under way already" in capsys.readouterr().out
    assert privacy("--full") == 2
    assert "ask for --full again when it has ended" in capsys.readouterr().err


def test_removals_are_approved_by_the_runs_id_and_what_waits_for_nobody_is_told(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(receiver, {"approved": True, "removals": 80})
    assert privacy("approve", RUN) == 0
    assert json.loads(receiver.heard[0].body) == {"run": RUN}
    assert receiver.heard[0].path == "/operator/reconciliations/approvals"
    assert "80 people are taken out, unless they opted in meanwhile." in capsys.readouterr().out
    answers(receiver, {"approved": False})
    assert privacy("approve", RUN) == 2
    assert "waits for an approval" in capsys.readouterr().err
    assert privacy("approve") == 2
    assert "which one?" in capsys.readouterr().err
