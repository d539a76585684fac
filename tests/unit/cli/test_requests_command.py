"""`privacy requests`: the list and one case as pages, decisions as signed calls, one line on what is wrong."""

from __future__ import annotations

import base64
import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands.ink import Ink
from cli.commands.request_words import FLAGS, RIGHTS, STATES, STEPS, step_words
from cli.commands.requests_page import request_page, requests_page
from cli.main import main
from privacy.domain.request import State
from privacy.domain.request_steps import FIELDS, Flag, Kind
from privacy.domain.rights import Right
from tests.office import DPO, Office
from tests.unit.cli.receiver import Heard, Receiver, receiving

ONE: dict[str, Any] = {
    "id": "IM-2027-000123",
    "state": "open",
    "rights": ["access", "objection_marketing"],
    "received_at": "2027-03-05T09:00:00+00:00",
    "channel": "mail",
    "language": "fr",
    "legal_due": "2027-04-05",
    "target_due": "2027-04-05",
    "days_left": 28,
    "flags": [],
}
DETAILS: dict[str, Any] = {
    "request": ONE,
    "sender": {"address": "camille.durand@example.fr", "name": "Camille\x1b[2J"},
    "role": "parent",
    "particulars": {
        "given_name": "Camille",
        "family_name": "Durand",
        "postal_address": None,
        "customer_number": None,
    },
    "items": [],
    "flags": {"mail_undeliverable": ["bounced"]},
    "holds": [],
    "links": [{"why": "absorbs", "request": "IM-2027-000124"}],
    "messages": [],
    "letters": [],
    "owed": [],
    "steps": [],
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def requests(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, status: int = 200, **answer: Any) -> int:
        told = {"requests": [ONE], "after": None, "request": ONE} | answer
        receiver.answer = lambda _: (status, json.dumps(told).encode())
        return main(["requests", *arguments, "--state", str(tmp_path)])

    return run


def heard(receiver: Receiver) -> tuple[str, dict[str, Any]]:
    (request,) = receiver.heard
    return request.path, json.loads(request.body)


# --- to read


def test_the_list_tells_number_day_days_left_and_what_is_asked(
    requests: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requests() == 0
    assert heard(receiver) == ("/operator/requests/lookups", {"all": False})
    told = capsys.readouterr().out
    assert "IM-2027-000123  2027-04-05  28 days  access, no more offers  open" in told
    assert "\033" not in told


def test_pages_are_followed_and_put_in_order_of_their_days(
    requests: Any, receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    pages = iter([
        {"requests": [ONE, {**ONE, "id": "IM-2027-000002", "legal_due": None, "days_left": None}], "after": "open|x"},
        {"requests": [{**ONE, "id": "IM-2027-000003", "legal_due": "2027-03-30"}], "after": None},
    ])  # fmt: skip
    receiver.open_at(tmp_path)
    receiver.answer = lambda _: (200, json.dumps(next(pages)).encode())
    assert main(["requests", "--all", "--json", "--state", str(tmp_path)]) == 0
    listed = json.loads(capsys.readouterr().out)["requests"]
    assert [one["id"] for one in listed] == ["IM-2027-000003", "IM-2027-000123", "IM-2027-000002"]
    assert [json.loads(h.body) for h in receiver.heard] == [{"all": True}, {"all": True, "after": "open|x"}]


@pytest.mark.parametrize(
    ("change", "said"),
    [
        ({"days_left": -2, "flags": ["overdue"]}, "\033[31m2 days late\033[0m"),
        ({"days_left": 0}, "\033[33mtoday\033[0m"),
        ({"days_left": 1}, "\033[33m1 day\033[0m"),
        ({"days_left": 5}, "\033[33m5 days\033[0m"),
        ({"days_left": 6}, "  6 days  "),
        ({"days_left": 3, "flags": ["suspended"]}, "\033[90mclock stands\033[0m"),
    ],
)
def test_what_is_urgent_is_coloured_where_the_terminal_has_colours(change: dict[str, Any], said: str) -> None:
    assert said in requests_page([{**ONE, **change}], Ink(coloured=True), everything=False)


def test_an_empty_list_says_so() -> None:
    assert requests_page([], Ink(coloured=False), everything=False) == "No request is open."


def test_the_cases_of_an_address_are_asked_for_by_it(requests: Any, receiver: Receiver) -> None:
    assert requests("--email", "camille.durand@example.fr") == 0
    assert heard(receiver)[1] == {"email": "camille.durand@example.fr"}


def test_one_case_is_shown_with_nothing_in_it_that_could_drive_the_terminal(
    requests: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requests("show", "[im-2027-000123]", **DETAILS) == 0
    assert heard(receiver) == ("/operator/requests/details", {"request": "IM-2027-000123"})
    told = capsys.readouterr().out
    assert "\x1b" not in told
    for said in ("camille.durand@example.fr", "a parent", "Durand", "takes in", "a letter of ours came back"):
        assert said in told


def test_a_real_case_reads_as_a_story(capsys: pytest.CaptureFixture[str]) -> None:
    office = Office()
    id_ = office.mailed("access", given_name="Camille")
    office.happens(id_, Kind.IDENTITY_ASKED, level="L1", doubt=True)
    office.do("/notes", request=id_, text="she called")
    page = request_page(office.tell("/details", request=id_)[1], Ink(coloured=False))
    for said in (
        "access: waits for proof of identity",
        "received 5 March 2027, 10:00; due 5 April 2027, worked to 5 April 2027",
        "reminders on 26 March 2027; 31 March 2027; 2 April 2027",
        "received by e-mail",
        "opened: access",
        "note  by alix",
        "she called",
        "acknowledgement: to be done",
    ):
        assert said in page


def test_a_right_that_nobody_drafts_alone_says_which_command_it_waits_for() -> None:
    office = Office()
    id_ = office.mailed("rectification", postal_address="12 rue des Lilas, Lyon")
    office.happens(id_, Kind.BEGUN, items=("rectification",))
    page = request_page(office.tell("/details", request=id_)[1], Ink(coloured=False))
    assert f"privacy requests draft {id_} --correct FIELD=VALUE" in page
    assert "postal address  12 rue des Lilas" in page


def test_a_right_that_is_asked_for_once_more_has_the_name_that_commands_take() -> None:
    office = Office()
    id_ = office.mailed("access")
    office.do("/refusals", DPO, request=id_, item="access", reason="…")
    office.do("/decisions", request=id_, decision="add", rights=["access"])
    page = request_page(office.tell("/details", request=id_)[1], Ink(coloured=False))
    assert "access: refused\n" in page
    assert "access: open  access-2" in page


def test_the_raw_message_is_written_to_a_file_or_to_standard_output(
    requests: Any, receiver: Receiver, tmp_path: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    content = base64.b64encode(b"From: x\r\n\r\n\xff").decode()
    file = tmp_path / "mail.eml"
    assert requests("raw", "IM-2027-000123", "-o", str(file), content=content, link=None) == 0
    assert file.read_bytes() == b"From: x\r\n\r\n\xff"
    assert b"delete it" in capfdbinary.readouterr().out
    assert requests("raw", "IM-2027-000123", "--mail", "m1", content=content, link=None) == 0
    assert capfdbinary.readouterr().out == b"From: x\r\n\r\n\xff"
    assert json.loads(receiver.heard[1].body) == {"request": "IM-2027-000123", "mail": "m1"}


def test_a_message_too_large_for_an_answer_is_fetched_by_its_link(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.open_at(tmp_path)
    large = b"x" * 5_000_000

    def answer(request: Heard) -> tuple[int, bytes]:
        if request.path.startswith("/operator/"):
            link = f"{receiver.base_url}/inbound/mail1?X-Amz-Signature=abc"
            return 200, json.dumps({"content": None, "link": link}).encode()
        return (200, large) if request.path == "/inbound/mail1?X-Amz-Signature=abc" else (403, b"")

    receiver.answer = answer
    file = tmp_path / "mail.eml"
    assert main(["requests", "raw", "IM-2027-000123", "-o", str(file), "--state", str(tmp_path)]) == 0
    assert file.read_bytes() == large


# --- to decide


@pytest.mark.parametrize(
    ("arguments", "path", "said"),
    [
        (
            ["decide", "IM-2027-000123", "--right", "erasure", "--right", "access", "--reason", "plain"],
            "/decisions",
            {"decision": "rights", "rights": ["erasure", "access"], "reason": "plain"},
        ),
        (["decide", "IM-2027-000123", "--not-a-request"], "/decisions", {"decision": "not_a_request"}),
        (
            ["decide", "IM-2027-000123", "--add", "access", "--received", "2027-03-25"],
            "/decisions",
            {"decision": "add", "rights": ["access"], "received_at": "2027-03-25T00:00:00+01:00"},
        ),
        (
            ["decide", "IM-2027-000123", "--add", "access"],
            "/decisions",
            {"decision": "add", "rights": ["access"]},
        ),
        (
            ["decide", "IM-2027-000123", "--merge", "im-2027-000001"],
            "/decisions",
            {"decision": "merge", "into": "IM-2027-000001"},
        ),
        (
            ["decide", "IM-2027-000123", "--apologise", "2027-04-10"],
            "/decisions",
            {"decision": "apologise", "expected_on": "2027-04-10"},
        ),
        (
            ["decide", "IM-2027-000123", "--send-again", "ack-3"],
            "/decisions",
            {"decision": "send_again", "effect": "ack-3"},
        ),
        (
            ["decide", "IM-2027-000123", "--hold", "authority", "--reason", "r", "--review", "2027-06-01"],
            "/decisions",
            {"decision": "hold", "hold": "authority", "reason": "r", "review_on": "2027-06-01"},
        ),
        (
            ["decide", "IM-2027-000123", "--lift", "authority", "--reason", "r"],
            "/decisions",
            {"decision": "lift", "hold": "authority", "reason": "r"},
        ),
        (
            ["decide", "IM-2027-000123", "--mandate", "file 12"],
            "/decisions",
            {"decision": "mandate", "reference": "file 12"},
        ),
        (
            ["decide", "IM-2027-000123", "--mandate", "file 12", "--answer-to", "agent"],
            "/decisions",
            {"decision": "mandate", "reference": "file 12", "answer_to": "agent"},
        ),
        (
            ["decide", "IM-2027-000123", "--death", "robert.mercier@example.fr"],
            "/decisions",
            {"decision": "death", "email": "robert.mercier@example.fr"},
        ),
        (["decide", "IM-2027-000123", "--death", "unknown"], "/decisions", {"decision": "death"}),
        (
            ["decide", "IM-2027-000123", "--heir", "acte de notoriété"],
            "/decisions",
            {"decision": "heir", "reference": "acte de notoriété"},
        ),
        (["extend", "IM-2027-000123", "--reason", "complex"], "/extensions", {"reason": "complex"}),
        (["note", "IM-2027-000123", "called"], "/notes", {"text": "called"}),
        (
            ["note", "IM-2027-000123", "called", "--settles", "mail_undeliverable"],
            "/notes",
            {"text": "called", "settles": "mail_undeliverable"},
        ),
        (["withdraw", "IM-2027-000123"], "/withdrawals", {}),
    ],
)
def test_every_decision_is_a_call_with_an_id_of_its_own(
    requests: Any,
    receiver: Receiver,
    arguments: list[str],
    path: str,
    said: dict[str, Any],
    capsys: pytest.CaptureFixture[str],
) -> None:
    assert requests(*arguments) == 0
    asked_path, content = heard(receiver)
    command = content.pop("command")
    assert len(command) == 32
    assert (asked_path, content) == (f"/operator/requests{path}", {"request": "IM-2027-000123", **said})
    of_the_dpo = path == "/extensions" or said.get("decision") in {"death", "heir"}
    key = "AKIAPRIVACYDPO" if of_the_dpo else "AKIAPRIVACYSTAFF"
    assert key in receiver.heard[0].headers["authorization"]
    assert "IM-2027-000123" in capsys.readouterr().out


def test_e56_what_came_by_another_way_is_entered_with_when_and_how(requests: Any, receiver: Receiver) -> None:
    entered = ["open", "--received", "2027-03-01", "--channel", "social", "--right", "access"]
    assert requests(*entered, "--family-name", "Durand", "--writes-as", "heir") == 0
    path, content = heard(receiver)
    content.pop("command")
    assert path == "/operator/requests"
    assert content == {
        "received_at": "2027-03-01T00:00:00+01:00",
        "channel": "social",
        "rights": ["access"],
        "family_name": "Durand",
        "role": "heir",
        "language": "fr",
    }


def test_a_busy_moment_is_waited_out_and_the_same_thing_said_once(
    requests: Any, receiver: Receiver, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = iter([(503, b""), (429, b""), (200, json.dumps({"request": ONE}).encode())])
    receiver.open_at(tmp_path)
    receiver.answer = lambda _: next(answers)
    monkeypatch.setattr("time.sleep", lambda _: None)
    assert main(["requests", "note", "IM-2027-000123", "x", "--state", str(tmp_path)]) == 0
    assert len({json.loads(h.body)["command"] for h in receiver.heard}) == 1
    assert len(receiver.heard) == 3


def test_the_office_named_before_the_action_is_the_one_that_is_asked(
    receiver: Receiver, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    receiver.open_at(tmp_path)
    receiver.answer = lambda _: (200, json.dumps(DETAILS).encode())
    assert main(["requests", "--state", str(tmp_path), "--json", "show", "IM-2027-000123"]) == 0
    assert json.loads(capsys.readouterr().out) == DETAILS


# --- what is wrong


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (["show", "123"], "123 is no request's number: it looks like IM-2026-000123"),
        (["decide", "IM-2027-000123"], "one of the arguments"),
        (["decide", "IM-2027-000123", "--right", "everything"], "invalid choice"),
        (["decide", "IM-2027-000123", "--merge", "x"], "x is no request's number"),
        (
            ["decide", "IM-2027-000123", "--not-a-request", "--received", "2027-03-01"],
            "--received goes with --add",
        ),
        (["decide", "IM-2027-000123", "--hold", "authority"], "why? --reason says so"),
        (
            ["decide", "IM-2027-000123", "--not-a-request", "--review", "2027-06-01"],
            "--review goes with --hold",
        ),
        (["decide", "IM-2027-000123", "--apologise", "soon"], "'soon' is no day"),
        (["extend", "IM-2027-000123", "--reason", " "], "why? --reason says so"),
        (["extend", "IM-2027-000123"], "--reason"),
        (["note", "IM-2027-000123", ""], "a note says something"),
        (
            ["open", "--received", "yesterday", "--channel", "post", "--right", "access"],
            "'yesterday' is no time",
        ),
        (["open", "--received", "2027-03-01", "--channel", "mail"], "invalid choice"),
        (["open", "--received", "2027-03-01", "--channel", "post"], "what do they ask for?"),
        (["--email", "nobody"], "nobody is no e-mail address"),
    ],
)
def test_bad_input_is_one_line_and_asks_nobody(
    requests: Any, receiver: Receiver, arguments: list[str], said: str, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requests(*arguments) == 2
    captured = capsys.readouterr()
    assert said in captured.err
    assert captured.err.count("\n") == 1
    assert receiver.heard == []


@pytest.mark.parametrize("status", [404, 409])
def test_what_the_domain_refuses_is_said_in_its_own_words(
    requests: Any, status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    because = "the case is closed: what is asked now is a case of its own (T23)"
    assert requests("decide", "IM-2027-000123", "--add", "access", status=status, because=because) == 2
    assert capsys.readouterr().err == f"privacy: {because}\n"


def test_a_file_that_cannot_be_written_is_one_line(
    requests: Any, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert requests("raw", "IM-2027-000123", "-o", str(tmp_path), content="", link=None) == 2
    assert "cannot be written" in capsys.readouterr().err


# --- words


def test_every_right_state_flag_and_step_has_words_for_it() -> None:
    assert set(RIGHTS) == {right.value for right in Right}
    assert set(STATES) == {state.value for state in State}
    assert {flag.value for flag in Flag} <= set(FLAGS)
    assert set(STEPS) <= {kind.value for kind in Kind}
    for kind in Kind:
        assert step_words(kind.value, dict.fromkeys(FIELDS[kind]))
