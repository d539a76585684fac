"""`privacy requests identify, proof, verify, reject-proof, unidentified`: the calls they make, and what they refuse."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.unit.cli.receiver import Receiver, receiving
from tests.unit.cli.test_requests_command import ONE, heard

CASE = "IM-2027-000123"
CAMILLE = "camille.durand@example.fr"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def requests(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, **answer: Any) -> int:
        receiver.answer = lambda _: (200, json.dumps({"request": ONE} | answer).encode())
        return main(["requests", *arguments, "--state", str(tmp_path)])

    return run


@pytest.mark.parametrize(
    ("arguments", "path", "said"),
    [
        (
            ["identify", CASE, "--address", CAMILLE, "--reason", "the record"],
            "identity",
            {"level": "L1", "address": CAMILLE, "reason": "the record"},
        ),
        (
            ["identify", CASE, "--level", "L2", "--address", CAMILLE, "--besides", "--item", "access"],
            "identity",
            {"level": "L2", "address": CAMILLE, "besides": True, "items": ["access"]},
        ),
        (
            ["verify", CASE, "--level", "L1a", "--reason", "due in five days"],
            "verifications",
            {"decision": "verified", "level": "L1a", "reason": "due in five days"},
        ),
        (
            ["reject-proof", CASE, "--missing", "an address"],
            "verifications",
            {"decision": "insufficient", "missing": "an address"},
        ),
        (["unidentified", CASE], "verifications", {"decision": "unidentified"}),
    ],
)
def test_each_is_one_call_under_an_id_of_its_own(
    requests: Any, receiver: Receiver, arguments: list[str], path: str, said: dict[str, Any]
) -> None:
    assert requests(*arguments) == 0
    called, body = heard(receiver)
    assert called == f"/operator/requests/{path}"
    assert len(body.pop("command")) == 32
    assert body == {"request": CASE, **said}


def test_a_document_is_told_with_its_size_and_a_link(
    requests: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    proof = {"object": f"{CASE}/identity_l3-7", "size": 12345, "link": "https://evidence.example.org/x"}
    assert requests("proof", CASE, proofs=[proof]) == 0
    assert heard(receiver) == ("/operator/requests/proofs", {"request": CASE})
    assert "12,345 bytes, for a minute at https://evidence.example.org/x" in capsys.readouterr().out


def test_that_no_document_is_there_is_said(requests: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert requests("proof", CASE, proofs=[]) == 0
    assert capsys.readouterr().out == "No document is there.\n"


@pytest.mark.parametrize(
    ("arguments", "why"),
    [
        (["identify", CASE, "--level", "L3"], "--reason"),
        (["identify", CASE, "--besides"], "--address"),
        (["identify", CASE, "--address", "nobody"], "nobody"),
        (["verify", CASE, "--level", "L3", "--reason", " "], "what showed it"),
        (["reject-proof", CASE, "--missing", " "], "still needed"),
        (["verify", "12", "--level", "L1", "--reason", "x"], "no request's number"),
    ],
)
def test_what_would_be_refused_is_not_sent(
    requests: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], arguments: list[str], why: str
) -> None:
    assert requests(*arguments) != 0
    assert receiver.heard == []
    said = capsys.readouterr().err
    assert why in said
    assert said.count("\n") == 1
