"""`privacy notes`: what waits, in plain words, and that it is done."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

CAMILLE = "camille.durand@example.fr"
NOTE = {
    "id": "0123456789abcdef",
    "kind": "hosted_form",
    "reason": "compliance",
    "since": "2026-11-22T10:00:00+00:00",
    "audience": "a6b5da1054",
    "address": CAMILLE,
    "form": "https://eepurl.example/form",
    "letter": "queued",
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def notes(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, **answer: Any) -> int:
        answers = {"notes": [NOTE], "more": False, "closed": True} | answer

        def reply(_: Heard) -> tuple[int, bytes]:
            return 200, json.dumps(answers).encode()

        receiver.answer = reply
        return main(["notes", *arguments, "--state", str(tmp_path)])

    return run


def test_the_list_shows_whom_to_send_which_form_why_and_how_to_close_it(
    notes: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notes() == 0
    (request,) = receiver.heard
    assert request.path == "/operator/notes/lookups"
    assert "AKIAPRIVACYSTAFF" in request.headers["authorization"]
    told = capsys.readouterr().out
    for said in (
        CAMILLE,
        "22 November 2026, 11:00",
        "they left, bounced or complained there",
        "https://eepurl.example/form",
        "privacy notes done 0123456789abcdef",
    ):
        assert said in told


@pytest.mark.parametrize(
    ("answer", "said"),
    [
        ({"notes": []}, "Nothing waits for you."),
        ({"notes": [], "more": True}, "There are more"),
        ({"more": True}, "There are more"),
        ({"notes": [{**NOTE, "address": None}]}, "connected with too many people"),
        ({"notes": [{**NOTE, "form": None}]}, "Audience → Signup forms"),
        ({"notes": [{**NOTE, "address": "x\x1b[2J@example.fr"}]}, "x\ufffd[2J@example.fr"),
    ],
)
def test_nothing_more_and_what_is_unknown_are_said(
    notes: Any, answer: dict[str, Any], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notes(**answer) == 0
    assert said in capsys.readouterr().out


def test_json_is_printed_as_it_came(notes: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert notes("--json") == 0
    assert json.loads(capsys.readouterr().out)["notes"] == [NOTE]


def test_a_note_is_closed_by_its_id(
    notes: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert notes("done", "0123456789abcdef") == 0
    (request,) = receiver.heard
    assert (request.path, json.loads(request.body)) == ("/operator/notes/closings", {"note": NOTE["id"]})
    assert capsys.readouterr().out == "The note is closed.\n"


@pytest.mark.parametrize(
    ("arguments", "answer", "said", "asked"),
    [
        (["done"], {}, "privacy notes done NOTE", 0),
        (["done", CAMILLE], {}, "is no note", 0),
        (["done", "0123456789abcdef"], {"closed": False}, "no note 0123456789abcdef waits", 1),
    ],
)
def test_what_cannot_be_closed_is_told_in_one_line(
    notes: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    arguments: list[str],
    answer: dict[str, Any],
    said: str,
    asked: int,
) -> None:
    assert notes(*arguments, **answer) == 2
    told = capsys.readouterr()
    assert said in told.err
    assert (told.out, told.err.count("\n"), len(receiver.heard)) == ("", 1, asked)
