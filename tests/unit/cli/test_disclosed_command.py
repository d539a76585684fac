"""`privacy disclosed`: what an operator types and what the back office is told (P23)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands.plain_words import CAPACITIES
from cli.main import main
from privacy.domain import disclosures
from tests.unit.cli.receiver import Receiver, receiving

TYPED = ("lea@example.org", "--to", "Colissimo", "--data", "address", "--on", "2027-03-05")


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def command(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, status: int = 200, **answer: Any) -> int:
        receiver.answer = lambda _: (status, json.dumps({"new": True} | answer).encode())
        return main(["disclosed", *arguments, "--state", str(tmp_path)])

    return run


def test_it_says_of_whom_to_whom_what_and_when_in_its_body(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*TYPED) == 0
    (request,) = receiver.heard
    assert request.path == "/operator/people/disclosures"
    assert json.loads(request.body) == {
        "email": "lea@example.org",
        "recipient": "Colissimo",
        "capacity": "processor",
        "data": "address",
        "on": "2027-03-05",
    }
    assert capsys.readouterr().out == "Noted: Colissimo, 5 March 2027.\n"


def test_where_the_recipient_takes_notices_is_told_too(command: Any, receiver: Receiver) -> None:
    assert command(*TYPED, "--notices-to", "privacy@carrier.example.fr") == 0
    assert json.loads(receiver.heard[0].body)["notices_to"] == "privacy@carrier.example.fr"


def test_what_was_known_and_what_is_refused_is_said(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(*TYPED, new=False) == 0
    assert "known already" in capsys.readouterr().out
    assert command(*TYPED, "--as", "authority", status=409, because="that day has not come yet") == 2
    assert capsys.readouterr().err == "privacy: that day has not come yet\n"


def test_a_day_that_is_none_is_said_in_one_line_and_nothing_is_sent(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command(*TYPED[:-1], "soon") == 2
    assert "'soon' is no day" in capsys.readouterr().err
    assert receiver.heard == []


def test_every_capacity_has_words() -> None:
    assert set(CAPACITIES) == set(disclosures.CAPACITIES)
