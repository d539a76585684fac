"""`privacy triage`: one object a line, in the order of the files, and one clear line on what cannot be read."""

from __future__ import annotations

import json
from email.message import EmailMessage
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

KEYS = [
    "file",
    "outcome",
    "rights",
    "language",
    "given_name",
    "family_name",
    "postal_address",
    "customer_number",
    "auto_generated",
    "reply_to_case",
    "evidence",
]
SENDER = "Camille Durand <camille.durand@example.fr>"
ASKED = "Bonjour,\n\nje souhaite savoir quelles données vous avez sur moi.\n\nCordialement,\nCamille Durand\n"


def _mail(folder: Path, name: str, body: str, subject: str = "Mes données", **headers: str) -> str:
    message = EmailMessage()
    message["From"] = headers.pop("sender", SENDER)
    message["To"] = headers.pop("to", "contact@imera-paris.com")
    message["Subject"] = subject
    message["Message-ID"] = f"<{name}@example.fr>"
    for header, value in headers.items():
        message[header.replace("_", "-")] = value
    message.set_content(body)
    path = folder / name
    path.write_bytes(message.as_bytes())
    return str(path)


def _told(capsys: pytest.CaptureFixture[str]) -> list[dict[str, Any]]:
    lines = capsys.readouterr().out.splitlines()
    told = [json.loads(line) for line in lines]
    assert all(list(one) == KEYS for one in told)
    return told


def test_e35_a_request_is_told_with_whose_data_it_is_about(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    file = _mail(tmp_path, "a.eml", ASKED + "N° client : C-1042\n12 rue des Lilas\n75011 Paris\n")
    assert main(["triage", file, "--json"]) == 0
    (told,) = _told(capsys)
    evidence = told.pop("evidence")
    assert told == {
        "file": file,
        "outcome": "request",
        "rights": ["access"],
        "language": "fr",
        "given_name": "Camille",
        "family_name": "Durand",
        "postal_address": "12 rue des Lilas, 75011 Paris",
        "customer_number": "C-1042",
        "auto_generated": False,
        "reply_to_case": None,
    }
    assert any(one["says"] == "access" and one["phrase"] and one["against"] is None for one in evidence)


def test_what_is_not_said_is_null(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _mail(tmp_path, "a.eml", "Supprimez mon compte.", sender="x94@example.fr")
    assert main(["triage", file, "--json"]) == 0
    (told,) = _told(capsys)
    names = ("given_name", "family_name", "postal_address", "customer_number", "reply_to_case")
    assert [told[name] for name in names] == [None] * len(names)


def test_e46_a_machine_asks_for_nothing(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _mail(tmp_path, "a.eml", ASKED, "Réponse automatique", Auto_Submitted="auto-replied")
    assert main(["triage", file, "--json"]) == 0
    (told,) = _told(capsys)
    assert (told["auto_generated"], told["outcome"], told["rights"]) == (True, "not_request", [])


@pytest.mark.parametrize(
    "said",
    [
        {"subject": "Re: [IM-2026-000123] Votre demande"},
        {"to": "contact+IM-2026-000123@imera-paris.com"},
        {"In_Reply_To": "<IM-2026-000123.ack-3@imera-paris.com>"},
    ],
    ids=["tag", "plus-address", "thread"],
)
def test_e57_a_reply_names_its_case(
    said: dict[str, str], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["triage", _mail(tmp_path, "a.eml", "et effacez tout", **said), "--json"]) == 0
    (told,) = _told(capsys)
    assert told["reply_to_case"] == "IM-2026-000123"


def test_a_file_that_cannot_be_read_keeps_no_other_from_being_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    first, last = _mail(tmp_path, "a.eml", ASKED), _mail(tmp_path, "b.eml", "Où est mon colis ?")
    missing = str(tmp_path / "missing.eml")
    assert main(["triage", first, missing, str(tmp_path), last, "--json"]) == 2
    out, err = capsys.readouterr()
    assert [json.loads(line)["file"] for line in out.splitlines()] == [first, last]
    assert err.splitlines() == [
        f"privacy: {missing}: there is no such file",
        f"privacy: {tmp_path} is a directory: name the files in it",
    ]


def test_bytes_that_are_no_mail_are_told_all_the_same(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    for name, content in (("empty.eml", b""), ("bytes.eml", bytes(range(256)) * 40)):
        (tmp_path / name).write_bytes(content)
    assert main(["triage", str(tmp_path / "empty.eml"), str(tmp_path / "bytes.eml"), "--json"]) == 0
    assert [one["outcome"] == "request" for one in _told(capsys)] == [False, False]


def test_a_page_says_it_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    asked = _mail(tmp_path, "a.eml", ASKED)
    machine = _mail(tmp_path, "b.eml", "Je suis absente.", Auto_Submitted="auto-replied")
    assert main(["triage", asked, machine]) == 0
    first, second = capsys.readouterr().out.split("\n\n")
    rows = [line.strip() for line in first.splitlines()]
    assert rows[:3] == [asked, "is          a request", "asks for    access"]
    assert "data of     Camille Durand" in rows
    assert second.splitlines() == [machine, "  is          no request: an automatic answer"]


def test_a_page_shows_no_control_characters(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = _mail(
        tmp_path, "a.eml", "Supprimez \x1b[2Jmon compte", sender='"Camille \x1b[31mDurand" <c@example.fr>'
    )
    assert main(["triage", file]) == 0
    assert "\x1b" not in capsys.readouterr().out
