"""The command as a whole: it teaches, answers in one line, and starts fast."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from cli.main import main

ROOT = Path(__file__).resolve().parents[3]
COMMANDS = ("person", "replay", "clock", "rebuild")


def help_of(*arguments: str, capsys: pytest.CaptureFixture[str]) -> str:
    with pytest.raises(SystemExit) as ended:
        main([*arguments, "--help"])
    assert ended.value.code == 0
    return capsys.readouterr().out


def test_help_tells_what_each_command_is_for_with_an_example(capsys: pytest.CaptureFixture[str]) -> None:
    told = help_of(capsys=capsys)
    for command in COMMANDS:
        assert f"  privacy {command}" in told
    assert "exit status" in told


@pytest.mark.parametrize("command", COMMANDS)
def test_each_command_teaches_with_an_example(command: str, capsys: pytest.CaptureFixture[str]) -> None:
    assert f"\n  privacy {command}" in help_of(command, capsys=capsys)


def test_without_a_command_the_help_is_shown(capsys: pytest.CaptureFixture[str]) -> None:
    assert main([]) == 0
    assert "privacy person" in capsys.readouterr().out


@pytest.mark.parametrize(
    "arguments",
    [
        ["fly"],
        ["person"],
        ["person", "a@example.fr", "--no-such-thing"],
        ["replay"],
        ["replay", "no such file"],
        ["replay", "."],
        ["clock"],
        ["clock", "no such file"],
        ["clock", "\0"],
        ["rebuild", "now"],
    ],
)
def test_bad_input_is_one_line_and_exit_status_2(
    arguments: list[str], capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(arguments) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("privacy: ")
    assert told.err.count("\n") == 1


def test_it_starts_without_boto_and_providers_libraries() -> None:
    code = (
        "import sys\n"
        "from cli.main import main\n"
        "main(['clock', '-'])\n"
        "heavy = {'boto3', 'botocore', 'stripe', 'mailchimp_marketing', 'pydantic', 'requests'}\n"
        "assert not heavy & sys.modules.keys(), heavy & sys.modules.keys()\n"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, input=b"[]", check=True, capture_output=True)


def test_a_reader_who_has_seen_enough_is_no_failure() -> None:
    command = f"{sys.executable} -m cli.main --help | head -1"
    shell = subprocess.run(
        ["bash", "-o", "pipefail", "-c", command], cwd=ROOT, capture_output=True, check=True
    )
    assert b"Traceback" not in shell.stderr


def test_a_terminal_without_the_letters_still_shows_the_rest() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "cli.main", "--help"],
        cwd=ROOT,
        capture_output=True,
        check=True,
        env={"PYTHONIOENCODING": "ascii", "PYTHONPATH": "layers/core"},
    )
    assert b"privacy back office" in shown.stdout
