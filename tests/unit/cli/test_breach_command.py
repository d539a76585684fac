"""`privacy breach`: what an operator types, what the back office is told, and what is shown (G36, E115)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands.breach_page import DID, TOPICS
from cli.main import main
from privacy.domain import breach as domain
from tests.unit.cli.receiver import Heard, Receiver, receiving

BREACH = {
    "breach": "BR-4F1D2A90",
    "aware_at": "2027-03-05T08:00:00+00:00",
    "due_at": "2027-03-08T08:00:00+00:00",
    "overdue": False,
    "request": "IM-2027-000123",
    "authority_settled": False,
    "people_settled": False,
    "closed_at": None,
    "told": {"nature": ["an answer went astray"]} | {topic: [] for topic in list(TOPICS)[1:]},
    "entries": [
        {
            "did": "opened",
            "at": "2027-03-05T09:00:00+00:00",
            "on": "2027-03-05T08:00:00+00:00",
            "by": "alix",
            "words": "an answer went astray",
            "topic": "nature",
            "reference": None,
        }
    ],
}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def command(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, status: int = 200, **answer: Any) -> int:
        receiver.answer = lambda _: (status, json.dumps(answer or BREACH).encode())
        return main(["breach", *arguments, "--state", str(tmp_path)])

    return run


def _only(receiver: Receiver) -> tuple[Heard, dict[str, Any]]:
    (request,) = receiver.heard
    return request, json.loads(request.body)


def test_a_breach_is_opened_with_words_since_when_we_know_and_the_case(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert (
        command("open", "an answer went astray", "--known", "2027-03-05T09:00", "--request", "IM-2027-000123")
        == 0
    )
    request, said = _only(receiver)
    assert request.path == "/operator/breaches"
    assert len(said.pop("command")) == 32
    assert said == {
        "words": "an answer went astray",
        "aware_at": "2027-03-05T09:00:00+01:00",
        "request": "IM-2027-000123",
    }
    shown = capsys.readouterr().out
    assert "the authority is to be told by 8 March 2027, 09:00" in shown
    assert shown.count("not said yet") == 4


@pytest.mark.parametrize(
    ("arguments", "said", "role"),
    [
        (
            ("note", "BR-4F1D2A90", "one person", "--about", "people"),
            {"did": "noted", "topic": "people"},
            "STAFF",
        ),
        (
            ("notify", "br-4f1d2a90", "authority", "--reference", "CNIL 1", "by form"),
            {"did": "told_authority", "reference": "CNIL 1"},
            "DPO",
        ),
        (
            ("notify", "BR-4F1D2A90", "people", "by letter", "--on", "2027-03-06"),
            {"did": "told_people"},
            "DPO",
        ),
        (("notify", "BR-4F1D2A90", "nobody", "no risk"), {"did": "no_risk"}, "DPO"),
        (("notify", "BR-4F1D2A90", "not-people", "…"), {"did": "no_high_risk"}, "DPO"),
        (("close", "BR-4F1D2A90", "done"), {"did": "closed", "words": "done"}, "DPO"),
    ],
)
def test_what_is_added_is_told_in_the_role_that_may(
    command: Any, receiver: Receiver, arguments: tuple[str, ...], said: dict[str, str], role: str
) -> None:
    assert command(*arguments) == 0
    request, told = _only(receiver)
    assert request.path == "/operator/breaches/entries"
    assert f"AKIAPRIVACY{role}" in request.headers["authorization"]
    assert told["breach"] == "BR-4F1D2A90"
    assert said.items() <= told.items()


def test_the_list_shows_until_when_the_authority_is_told(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    settled = {"authority_settled": True}
    closed = settled | {"people_settled": True, "closed_at": "2027-03-09T08:00:00+00:00"}
    breaches = [BREACH | {"overdue": True}, BREACH | settled, BREACH | closed]
    assert command("--all", breaches=breaches) == 0
    assert _only(receiver)[1] == {"all": True}
    shown = capsys.readouterr().out
    for said in ("8 March 2027, 09:00: overdue", "say whether the people", "closed on 9 March 2027"):
        assert said in shown


def test_one_is_shown_whole_with_what_became_of_its_answer(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    told = BREACH | {"answers_closed": ["access"], "authority_settled": True, "people_settled": True}
    assert command("show", "br-4f1d2a90", breaches=[told]) == 0
    assert _only(receiver)[1] == {"breach": "BR-4F1D2A90"}
    shown = capsys.readouterr().out
    for said in (
        "everybody was told or need not be",
        "IM-2027-000123",
        "answer (access) opens nothing any more",
    ):
        assert said in shown


def test_a_machine_reads_the_same(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("--json", breaches=[BREACH]) == 0
    assert json.loads(capsys.readouterr().out) == {"breaches": [BREACH]}
    assert command("--json", "show", "BR-4F1D2A90", breaches=[BREACH]) == 0
    assert json.loads(capsys.readouterr().out) == BREACH


def test_a_busy_back_office_is_told_the_same_once_more(command: Any, receiver: Receiver) -> None:
    assert command("note", "BR-4F1D2A90", "one person", status=503) == 2
    first, again = [json.loads(heard.body) for heard in receiver.heard]
    assert first == again, "under the same id, so that it is written down once"


def test_nothing_open_is_said_in_a_line(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command(breaches=[]) == 0
    assert capsys.readouterr().out == "No breach is open.\n"


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("show", "IM-2027-000123"), "is no breach's number"),
        (("notify", "BR-4F1D2A90", "authority", "by form"), "--reference says it"),
        (("open", "…", "--known", "yesterday"), "is no time"),
    ],
)
def test_what_is_missing_or_wrong_is_said_in_one_line_and_nothing_is_sent(
    command: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    arguments: tuple[str, ...],
    said: str,
) -> None:
    assert command(*arguments) == 2
    assert said in capsys.readouterr().err
    assert receiver.heard == []


def test_why_an_entry_is_refused_is_shown(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("close", "BR-4F1D2A90", "done", status=409, because="it is closed") == 2
    assert capsys.readouterr().err == "privacy: it is closed\n"


def test_whatever_may_stand_in_a_record_has_words() -> None:
    assert set(DID) == {did.value for did in domain.Did}
    assert tuple(TOPICS) == domain.TOPICS
