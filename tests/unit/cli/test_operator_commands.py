"""`privacy person` and `privacy rebuild`: signed calls, and one line where they cannot be made."""

from __future__ import annotations

import json
import re
import socket
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from cli.local.operators import AccessKey, Asked, verified
from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

NOBODY = {
    "about": "nobody",
    "asked_on": "2026-11-22",
    "policy_version": "2023-03-08",
    "suppression": None,
    "named_by": [],
    "person": None,
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        running.answer = lambda _: (200, json.dumps(NOBODY).encode())
        yield running


@pytest.fixture
def privacy(receiver: Receiver, tmp_path: Path) -> Any:
    receiver.open_at(tmp_path)

    def run(*arguments: str) -> int:
        return main([*arguments, "--state", str(tmp_path)])

    return run


def role_of(request: Heard, receiver: Receiver) -> str:
    """Check the signature as the local front door does."""
    keys = [
        AccessKey(role, f"AKIA{role.upper()}", f"secret of {role}") for role in ("PrivacyDpo", "PrivacyStaff")
    ]
    asked = Asked("POST", request.path, request.headers, request.body)
    return verified(keys, asked, receiver.base_url, datetime.now(UTC)).role


def one_line(capsys: pytest.CaptureFixture[str]) -> str:
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("privacy: ")
    assert told.err.count("\n") == 1
    assert "Traceback" not in told.err
    return told.err


def test_a_look_up_is_signed_as_staff_and_the_address_stands_in_the_body_only(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert privacy("person", "Camille.Durand@Example.FR") == 0
    (request,) = receiver.heard
    assert request.path == "/operator/people/lookups"
    assert json.loads(request.body) == {"email": "Camille.Durand@Example.FR"}
    assert role_of(request, receiver) == "PrivacyStaff"
    assert "amille" not in request.path + json.dumps(dict(request.headers))
    assert "We know nothing of this address." in capsys.readouterr().out


def test_json_is_printed_as_it_came(privacy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert privacy("person", "camille.durand@example.fr", "--json") == 0
    assert json.loads(capsys.readouterr().out) == NOBODY


def test_a_rebuild_is_signed_as_the_dpo_and_says_what_happens(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answer = lambda _: (202, b'{"run": "run-1"}')
    assert privacy("rebuild") == 0
    (request,) = receiver.heard
    assert request.path == "/operator/rebuilds"
    assert role_of(request, receiver) == "PrivacyDpo"
    assert "run-1 has begun" in capsys.readouterr().out


def test_a_deployed_back_office_is_called_with_the_aws_environments_identity(
    receiver: Receiver, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name, value in {
        "AWS_ACCESS_KEY_ID": "AKIAPRIVACYSTAFF",
        "AWS_SECRET_ACCESS_KEY": "secret of PrivacyStaff",
        "AWS_SESSION_TOKEN": "a session",
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_CONFIG_FILE": str(tmp_path / "none"),
        "AWS_SHARED_CREDENTIALS_FILE": str(tmp_path / "none"),
    }.items():
        monkeypatch.setenv(name, value)
    monkeypatch.delenv("AWS_PROFILE", raising=False)
    assert main(["person", "camille.durand@example.fr", "--url", receiver.base_url]) == 0
    (request,) = receiver.heard
    assert request.headers["x-amz-security-token"] == "a session"
    assert role_of(request, receiver) == "PrivacyStaff"


@pytest.mark.parametrize(
    ("status", "hint"),
    [
        (400, "is that an e-mail address"),
        (403, "PrivacyStaff"),
        (404, "without a path"),
        (422, "an engineer has to look"),
        (429, "try again"),
        (500, "function's log"),
        (503, "try again"),
    ],
)
def test_a_refusal_is_one_line_that_says_what_to_do(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], status: int, hint: str
) -> None:
    receiver.answer = lambda _: (status, b'{"message":"Forbidden"}')
    assert privacy("person", "camille.durand@example.fr") == 2
    told = one_line(capsys)
    assert hint in told
    assert "camille" not in told


def test_an_answer_that_is_no_json_is_one_line(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.answer = lambda _: (200, b"<html>")
    assert privacy("person", "camille.durand@example.fr") == 2
    assert "not JSON" in one_line(capsys)


@pytest.mark.parametrize("address", ["camille", "camille@", "@example.fr", "", "a b@exa mple.fr", "a@b\nc"])
def test_an_address_that_is_none_is_refused_here(
    privacy: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], address: str
) -> None:
    assert privacy("person", address) == 2
    assert "no e-mail address" in one_line(capsys)
    assert receiver.heard == []


@pytest.mark.parametrize("command", [["person", "a@example.fr"], ["rebuild"], ["replay", "FILE"]])
def test_without_a_back_office_one_line_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    event = tmp_path / "one.json"
    event.write_text('{"object": "event", "id": "evt_1", "type": "customer.created"}')
    asked = [str(event) if word == "FILE" else word for word in command]
    assert main([*asked, "--state", str(tmp_path / "nothing here")]) == 2
    assert "make run" in one_line(capsys)


@pytest.mark.parametrize("command", [["person", "a@example.fr"], ["rebuild"]])
def test_a_back_office_that_has_ended_is_as_none(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str], command: list[str]
) -> None:
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        receiver.open_at(tmp_path, base_url=f"http://127.0.0.1:{free.getsockname()[1]}")
        assert main([*command, "--state", str(tmp_path)]) == 2
    assert "make run" in one_line(capsys)


@pytest.mark.parametrize("content", ["", "{}", "[]", '{"base_url": 1, "region": 2, "operators": []}'])
def test_a_broken_office_file_is_one_line(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: str
) -> None:
    (tmp_path / "office.json").write_text(content)
    assert main(["rebuild", "--state", str(tmp_path)]) == 2
    one_line(capsys)


@pytest.mark.parametrize(
    ("url", "hint"),
    [
        ("privacy.shop.example", "no address of a back office"),
        ("ftp://privacy.shop.example", "no address of a back office"),
        ("https://", "no address of a back office"),
        ("https://privacy.shop.example:many", "no address of a back office"),
        ("https://[privacy", "no address of a back office"),
        ("http://privacy.shop.example", "use https://"),
    ],
)
def test_personal_data_leave_this_machine_by_tls_only_p27(
    capsys: pytest.CaptureFixture[str], url: str, hint: str
) -> None:
    assert main(["person", "a@example.fr", "--url", url]) == 2
    assert hint in one_line(capsys)


def test_a_profile_is_for_a_deployed_back_office(privacy: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert privacy("person", "a@example.fr", "--profile", "imera") == 2
    assert "--url" in one_line(capsys)


def test_an_unknown_profile_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setenv("AWS_CONFIG_FILE", str(tmp_path / "none"))
    monkeypatch.setenv("AWS_SHARED_CREDENTIALS_FILE", str(tmp_path / "none"))
    url = "https://abc.execute-api.eu-west-3.amazonaws.com"
    assert main(["rebuild", "--url", url, "--profile", "nobody"]) == 2
    assert re.search("no AWS credentials: .*nobody", one_line(capsys))
