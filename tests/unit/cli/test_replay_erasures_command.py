"""`privacy replay-erasures`: after a restore, in plain words."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands import run_watch
from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

ENDED = (
    "Of those erased since 2026-11-01: 1,204 people looked at, 12 of their facts went again "
    "(22 November 2026, 04:31)."
)
RUN = "replay-20261122T033000-aa"


@pytest.fixture
def receiver(monkeypatch: pytest.MonkeyPatch) -> Iterator[Receiver]:
    monkeypatch.setattr(run_watch, "SECONDS_BETWEEN_LOOKS", 0)
    with receiving() as running:
        yield running


@pytest.fixture
def privacy(receiver: Receiver, tmp_path: Path) -> Any:
    receiver.open_at(tmp_path)
    return lambda *arguments: main(["replay-erasures", *arguments, "--state", str(tmp_path)])


def described(people: int, facts: int, state: str = "done") -> dict[str, Any]:
    return {
        "id": RUN,
        "state": state,
        "since": "2026-11-01",
        "started_at": "2026-11-22T03:30:00+00:00",
        "updated_at": "2026-11-22T03:31:00+00:00",
        "people": people,
        "facts": facts,
    }


def answers(receiver: Receiver, *found: Any) -> list[tuple[str, Any]]:
    """The replay begins; then its status is asked for, each time the next one. Returns what was asked."""
    left, asked = [*found], []

    def answer(heard: Heard) -> tuple[int, bytes]:
        asked.append((heard.path, json.loads(heard.body)))
        status = heard.path.endswith("/status")
        content: Any = {"run": (left.pop(0) if len(left) > 1 else left[0])} if status else {"run": RUN}
        return 200, json.dumps(content).encode()

    receiver.answer = answer
    return asked


def test_one_is_begun_and_watched_until_it_ends(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    asked = answers(receiver, described(0, 0, "running"), described(1200, 9, "running"), described(1204, 12))
    assert privacy("--since", "2026-11-01") == 0
    assert asked[0] == ("/operator/replays", {"since": "2026-11-01"})
    assert asked[1] == ("/operator/replays/status", {"run": RUN})
    said = capsys.readouterr().out.splitlines()
    assert said == [
        f"Replay {RUN} has begun.",
        "  1,200 looked at so far",
        ENDED,
    ]


def test_how_the_last_one_ended_is_shown(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    answers(receiver, described(1, 0))
    assert privacy("--show") == 0
    assert "1 person looked at, nothing of them was left" in capsys.readouterr().out
    answers(receiver, None)
    assert privacy("--show") == 0
    assert capsys.readouterr().out == "Nobody was erased again yet.\n"


@pytest.mark.parametrize(
    ("arguments", "said"), [([], "since when?"), (["--since", "yesterday"], "'yesterday' is no day")]
)
def test_a_day_that_is_none_is_asked_for_in_one_line(
    privacy: Any, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert privacy(*arguments) == 2
    told = capsys.readouterr().err
    assert said in told
    assert told.count("\n") == 1
