"""`privacy outbox` shows what the local back office has sent."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from cli.main import main
from cli.standins.ses.messages import stamped
from cli.standins.ses.outbox import Outbox
from privacy.domain.mail import Address
from privacy.domain.outgoing_mail import Original, OutgoingMail

CONTACT = Address("contact@imera-paris.com", "iméra")
ID = "0107018f-{}-000000"


@pytest.fixture
def state(tmp_path: Path) -> Path:
    outbox = Outbox(tmp_path / "outbox")
    for number in (1, 2, 3):
        mail = OutgoingMail(
            sender=CONTACT,
            recipient=f"client{number}@example.fr",
            reply_to="contact+IM-2026-000123@imera-paris.com",
            subject=f"[IM-2026-00012{number}] Nous avons bien reçu votre demande",
            text="Bonjour,\n\ndéjà \x1b[31mreçu.\n",
            at=datetime(2026, 11, 23, 9, tzinfo=UTC),
            letter=f"IM-2026-00012{number}_ack-3",
            original=Original(b"A: b\r\n\r\nc\r\n", "IM.eml") if number == 3 else None,
        )
        outbox.keep(ID.format(number), stamped(mail.to_bytes(), ID.format(number), 1_795_000_000))
    told = [
        {"id": ID.format(1), "told": ["Send", "Delivery"]},
        {"id": ID.format(2), "told": ["Send", "Bounce"]},
    ]
    (tmp_path / "ses.json").write_text(json.dumps({"letters": told}))
    return tmp_path


def said(capsys: pytest.CaptureFixture[str], *arguments: str) -> str:
    assert main(["outbox", *arguments]) == 0
    return capsys.readouterr().out


def test_letters_are_listed_newest_first_with_what_became_of_them(
    state: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    lines = said(capsys, "--state", str(state)).splitlines()
    assert [line.split()[0] for line in lines] == ["3", "2", "1"]
    assert "taken" in lines[0]
    assert "bounced" in lines[1]
    assert "delivered" in lines[2]
    assert "client1@example.fr" in lines[2]
    assert lines[2].endswith("[IM-2026-000121] Nous avons bien reçu votre demande")
    assert "2026-11-18 12:06" in lines[2]  # SES's own date, in Paris


def test_a_letter_is_shown_as_its_reader_sees_it(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    page = said(capsys, "show", "3", "--state", str(state))
    assert "To: client3@example.fr" in page
    assert "déjà" in page
    assert "\x1b" not in page
    assert "attached: IM.eml (message/rfc822)" in page


def test_the_bytes_are_there_for_a_mail_program(
    state: Path, capfdbinary: pytest.CaptureFixture[bytes]
) -> None:
    assert main(["outbox", "show", "2", "--eml", "--state", str(state)]) == 0
    assert capfdbinary.readouterr().out == next((state / "outbox").glob("000002-*")).read_bytes()


def test_a_list_is_json_where_that_is_asked_for(state: Path, capsys: pytest.CaptureFixture[str]) -> None:
    listed = json.loads(said(capsys, "--json", "--state", str(state)))
    assert [letter["number"] for letter in listed] == [3, 2, 1]
    assert listed[2]["told"] == ["Send", "Delivery"]
    assert listed[2]["headers"]["X-Imera-Letter"] == "IM-2026-000121_ack-3"
    shown = json.loads(said(capsys, "show", "1", "--json", "--state", str(state)))
    assert shown["text"].startswith("Bonjour")


def test_only_the_latest_are_listed_unless_all_are_asked_for(
    state: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("cli.commands.outbox.LISTED", 2)
    assert "… and 1 before" in said(capsys, "--state", str(state))
    assert len(said(capsys, "--all", "--state", str(state)).splitlines()) == 3


def test_nothing_sent_is_nothing_wrong(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert said(capsys, "--state", str(tmp_path)) == "Nothing has been sent yet.\n"


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["show"], "which one?"),
        (["show", "9"], "no letter has the number 9"),
        (["--eml"], "which one?"),
    ],
)
def test_what_cannot_be_shown_is_said_in_one_line(
    state: Path, capsys: pytest.CaptureFixture[str], arguments: list[str], told: str
) -> None:
    assert main(["outbox", *arguments, "--state", str(state)]) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1


def test_where_no_back_office_has_run_one_is_told_how_to_start_it(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["outbox", "--state", str(tmp_path / "nowhere")]) == 2
    assert "make run" in capsys.readouterr().err
