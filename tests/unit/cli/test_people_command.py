"""`privacy people`: the list, and decisions that are shown before they are made."""

from __future__ import annotations

import io
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

CAMILLE, BENOIT = "camille.durand@example.fr", "benoit.martin@example.fr"


def side(address: str, *, offers: bool = False, orders: int = 1) -> dict[str, Any]:
    return {
        "id": "person-1",
        "addresses": [{"address": address, "newsletter": "granted", "offers": offers}],
        "orders": orders,
        "last_order": "2026-01-01T10:00:00+00:00",
        "regime": "customer",
        "kept_until": "2036-01-01",
    }


FACTS = {
    "count": 1,
    "latest": [
        {
            "key": "stripe#evt_1",
            "source": "stripe",
            "type": "customer.updated",
            "occurred_at": "2026-01-01T10:00:00+00:00",
        }
    ],
}
LISTED = {
    "links": [
        {"since": "2026-01-01T10:00:00+00:00", "facts": FACTS, "people": [side(CAMILLE), side(BENOIT)]}
    ],
    "more": False,
    "unread": 0,
}
WEIGHED: dict[str, Any] = {
    "decision": "merge",
    "because": None,
    "seen": "what was seen",
    "merged_on": None,
    "undo_until": "2026-12-22",
    "connected_since": "2026-01-01T10:00:00+00:00",
    "facts": FACTS,
    "before": [side(CAMILLE, offers=True), side(BENOIT)],
    "after": [side(CAMILLE, orders=2)],
}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def people(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)
    answers: dict[str, Any] = {
        "/operator/people/links/lookups": LISTED,
        "/operator/people/links/previews": WEIGHED,
        "/operator/people/links/decisions": {"decided": True, "because": None},
    }

    def run(*arguments: str, **changed: Any) -> int:
        told = {path: answers[path] | changed.get(path.rpartition("/")[2], {}) for path in answers}

        def reply(request: Heard) -> tuple[int, bytes]:
            return 200, json.dumps(told[request.path]).encode()

        receiver.answer = reply
        return main(["people", *arguments, "--state", str(tmp_path)])

    return run


def role(request: Heard) -> str:
    return request.headers["authorization"].partition("Credential=")[2].partition("/")[0]


def test_the_list_shows_who_waits_since_when_and_why(
    people: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people("links", "--limit", "5") == 0
    (request,) = receiver.heard
    assert json.loads(request.body) == {"limit": 5}
    assert role(request) == "AKIAPRIVACYSTAFF"
    told = capsys.readouterr().out
    for said in (
        f"{CAMILLE} and {BENOIT}",
        "1 January 2026, 11:00",
        "customer.updated",
        "evt_1",
        "no offers",
    ):
        assert said in told


def test_what_the_list_leaves_out_is_said_and_a_machine_reads_all_of_it(
    people: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people("links", lookups={"more": True, "unread": 2}) == 0
    told = capsys.readouterr().out
    assert "ask for more with --limit" in told
    assert "2 of them could not be read" in told
    assert people("links", "--json") == 0
    assert json.loads(capsys.readouterr().out) == LISTED


def test_a_preview_says_where_nothing_connects_them_and_when_they_were_merged(
    people: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    weighed = {"connected_since": None, "merged_on": "2026-11-20"}
    assert people("merge", CAMILLE, BENOIT, "--yes", previews=weighed) == 0
    told = capsys.readouterr().out
    assert "No fact connects them." in told
    assert "Merged on 20 November 2026." in told


def test_nobody_waiting_is_said(people: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert people("links", lookups={"links": []}) == 0
    assert capsys.readouterr().out == "Nobody is waiting for a decision.\n"


@pytest.mark.parametrize(
    ("command", "decision"), [("merge", "merge"), ("refuse", "keep_apart"), ("unmerge", "unmerge")]
)
def test_a_decision_is_shown_asked_and_signed_as_the_dpo(
    people: Any,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    command: str,
    decision: str,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("y\n"))
    assert people(command, CAMILLE, BENOIT) == 0
    preview, decided = receiver.heard
    asked = {"emails": [CAMILLE, BENOIT], "decision": decision}
    assert json.loads(preview.body) == asked
    assert json.loads(decided.body) == {**asked, "seen": "what was seen"}
    assert {role(request) for request in receiver.heard} == {"AKIAPRIVACYDPO"}
    assert "@" not in "".join(request.path for request in receiver.heard)
    told = capsys.readouterr().out
    assert told.index("Now: two people") < told.index("Then: one person") < told.index("[y/N]")


@pytest.mark.parametrize("answer", ["", "n\n", "no\n", "\n"])
def test_nothing_is_decided_without_a_yes(
    people: Any,
    receiver: Receiver,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    answer: str,
) -> None:
    monkeypatch.setattr("sys.stdin", Terminal(answer))
    assert people("merge", CAMILLE, BENOIT) == 0
    assert len(receiver.heard) == 1
    assert "Nothing was decided." in capsys.readouterr().out


def test_a_script_has_to_say_yes(
    people: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr("sys.stdin", io.StringIO("y\n"))
    assert people("merge", CAMILLE, BENOIT) == 2
    assert "--yes" in capsys.readouterr().err
    assert people("merge", CAMILLE, BENOIT, "--yes") == 0
    assert len(receiver.heard) == 3


@pytest.mark.parametrize(
    ("because", "told"),
    [
        ("too_late", "30 days"),
        ("not_merged", "not merged"),
        ("unknown", "privacy person"),
        ("one_address", "two spellings"),
    ],
)
def test_why_it_cannot_be_is_one_line(
    people: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], because: str, told: str
) -> None:
    assert people("unmerge", CAMILLE, BENOIT, "--yes", previews={"because": because}) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert "@" not in error
    assert len(receiver.heard) == 1


def test_whoever_changed_meanwhile_is_not_decided_about(
    people: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert people("merge", CAMILLE, BENOIT, "--yes", decisions={"decided": False, "because": "changed"}) == 2
    assert "look again" in capsys.readouterr().err


@pytest.mark.parametrize(
    "arguments", [["links", "--limit", "51"], ["merge", "camille", BENOIT], ["merge", CAMILLE]]
)
def test_what_makes_no_sense_is_refused_here(people: Any, receiver: Receiver, arguments: list[str]) -> None:
    assert people(*arguments) == 2
    assert receiver.heard == []
