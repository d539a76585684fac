"""`privacy hold` and `privacy release`: an operator's hold on a person."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

CAMILLE = "camille.durand@example.fr"
HOLD = {
    "person": "person-1",
    "kind": "legal",
    "case": "",
    "reason": "claim 17",
    "by": "anne",
    "since": "2026-11-22T10:00:00+00:00",
    "review_on": "2027-03-01",
    "addresses": [CAMILLE],
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def command(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, status: int = 200, **answer: Any) -> int:
        receiver.answer = lambda _: (status, json.dumps({"holds": [HOLD]} | answer).encode())
        return main([*arguments, "--state", str(tmp_path)])

    return run


def _only(receiver: Receiver) -> Heard:
    (request,) = receiver.heard
    return request


def test_a_hold_says_whom_why_until_when_and_what_for_in_its_body(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("hold", CAMILLE, "--reason", "claim 17", "--review", "2027-03-01") == 0
    request = _only(receiver)
    assert request.path == "/operator/holds"
    assert "AKIAPRIVACYDPO" in request.headers["authorization"]
    assert json.loads(request.body) == {
        "email": CAMILLE,
        "kind": "legal",
        "reason": "claim 17",
        "review_on": "2027-03-01",
    }
    assert "1 March 2027" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        ((CAMILLE,), "--reason says why"),
        ((CAMILLE, "--reason", "claim"), "--review"),
        ((CAMILLE, "--reason", " ", "--review", "2027-03-01"), "--reason says why"),
        ((CAMILLE, "--reason", "claim", "--review", "soon"), "'soon' is no day"),
        (("camille", "--reason", "claim", "--review", "2027-03-01"), "no e-mail address"),
        (("--reason", "claim"), "whom?"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_one_line_and_nothing_is_sent(
    command: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert command("hold", *arguments) == 2
    err = capsys.readouterr().err
    assert said in err
    assert err.count("\n") == 1
    assert receiver.heard == []


def test_what_the_back_office_refuses_is_passed_on(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    refused = {"status": 409, "because": "nothing is known of anybody under this address"}
    assert command("hold", CAMILLE, "--reason", "claim", "--review", "2027-03-01", **refused) == 2
    assert "nothing is known" in capsys.readouterr().err


def test_without_a_person_it_lists_what_is_held_and_when_to_look_again(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("hold") == 0
    request = _only(receiver)
    assert request.path == "/operator/holds/lookups"
    assert "AKIAPRIVACYSTAFF" in request.headers["authorization"]
    told = capsys.readouterr().out
    for said in (CAMILLE, "legal hold", "claim 17", "by anne", "1 March 2027", "person-1"):
        assert said in told
    assert command("hold", "--json") == 0
    assert json.loads(capsys.readouterr().out) == {"holds": [HOLD]}
    assert command("hold", holds=[]) == 0
    assert capsys.readouterr().out == "Nobody's data are held.\n"


def test_of_a_restriction_it_says_in_which_request(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("hold", holds=[HOLD | {"kind": "restriction", "case": "IM-2026-000017"}]) == 0
    told = capsys.readouterr().out
    assert "restriction of processing" in told
    assert "IM-2026-000017" in told


def test_a_hold_is_released_and_what_still_stands_is_said(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("release", CAMILLE, "--kind", "restriction") == 0
    request = _only(receiver)
    assert request.path == "/operator/holds/releases"
    assert "AKIAPRIVACYDPO" in request.headers["authorization"]
    assert json.loads(request.body) == {"email": CAMILLE, "kind": "restriction"}
    assert capsys.readouterr().out == "The hold is lifted. A legal hold still stands.\n"
