"""`privacy deadline`: the vectors as a newcomer would type them, and one clear line on whatever is no time."""

from __future__ import annotations

import json
from typing import Any

import pytest

from cli.main import main


@pytest.fixture
def ask(capsys: pytest.CaptureFixture[str]) -> Any:
    def run(*arguments: str) -> dict[str, Any]:
        assert main(["deadline", *arguments, "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert list(answer) == ["raw", "legal_due", "target_due", "reminders"]
        return answer

    return run


def test_e1_a_day_is_enough(ask: Any) -> None:
    assert ask("2027-03-05") == {
        "raw": "2027-04-05",
        "legal_due": "2027-04-05",
        "target_due": "2027-04-05",
        "reminders": ["2027-03-26", "2027-03-31", "2027-04-02"],
    }


@pytest.mark.parametrize(
    ("received", "legal_due"),
    [
        pytest.param("2026-12-31T23:30:00Z", "2027-02-01", id="E22 in UTC"),
        pytest.param("2026-12-31t23:30:00z", "2027-02-01", id="E22 in small letters"),
        pytest.param("2027-01-01T00:30+01:00", "2027-02-01", id="E22 in Paris, as an offset"),
        pytest.param("2027-01-01T00:30", "2027-02-01", id="E22 in Paris, without a zone"),
        pytest.param("2027-01-31 23:59", "2027-03-01", id="E23"),
    ],
)
def test_an_instant_counts_with_and_without_a_zone(ask: Any, received: str, legal_due: str) -> None:
    assert ask(received)["legal_due"] == legal_due


def test_e20_an_extension_counts_from_receipt(ask: Any) -> None:
    answer = ask("2026-11-30", "--extended")
    assert (answer["raw"], answer["legal_due"], answer["target_due"]) == (
        "2027-02-28",
        "2027-03-01",
        "2027-02-26",
    )


def test_e25_days_on_which_the_clock_stood_are_added(ask: Any) -> None:
    assert ask("2027-03-05", "--suspended", "2027-03-08:2027-03-18")["raw"] == "2027-04-15"
    twice = ask("2027-03-05", "--suspended", "2027-03-08:2027-03-18", "--suspended", "2027-03-20:2027-03-22")
    assert twice["raw"] == "2027-04-17"


def test_while_the_clock_stands_there_are_no_reminders(ask: Any) -> None:
    assert ask("2027-03-05", "--suspended", "2027-03-08:")["reminders"] == []


def test_without_json_it_is_a_page_to_read(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "2027-01-31"]) == 0
    said = capsys.readouterr().out
    assert "legal due   Monday 1 March 2027, until 23:59:59 in Paris" in said
    assert "target due  Friday 26 February 2027" in said
    assert "note" not in said


def test_e27_a_late_question_about_identity_is_remarked_upon(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["deadline", "2027-03-05", "--suspended", "2027-03-11:2027-03-18"]) == 0
    assert "within three working days" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["yesterday"], "'yesterday' is no time: write a day like"),
        (["2027-02-30"], "is no time"),
        (["9999-12-31"], "beyond what a calendar can count from"),
        (["0001-01-01T00:00+14:00"], "beyond what a calendar can count from"),
        (["2027-03-05", "--suspended", "2027-03-08"], "write two days like"),
        (["2027-03-05", "--suspended", "8 March:18 March"], "write two days like"),
        (["2027-03-05", "--suspended", "2027-03-18:2027-03-08"], "ends before it begins"),
        (["2027-03-05", "--suspended", "2027-03-01:2027-03-08"], "before it was received"),
        (["2027-03-05", "--suspended", "2027-03-08:9999-12-31"], "beyond what a calendar can count from"),
        ([], "RECEIVED_AT"),
    ],
)
def test_bad_input_is_one_line_that_says_what_to_write(
    arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["deadline", *arguments]) == 2
    captured = capsys.readouterr()
    assert not captured.out
    assert captured.err.count("\n") == 1
    assert said in captured.err
