"""`privacy mail`: messages reach contact@'s server as a mail program would bring them."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from email import message_from_bytes, policy
from pathlib import Path

import pytest

from cli.local.mail.door import Mailbox, MailDoor
from cli.local.ports import free_port
from cli.main import main
from tests.mails import MAILS

Kept = dict[str, bytes]
Mail = Callable[..., int]


@pytest.fixture
def kept() -> Kept:
    return {}


@pytest.fixture
def mail(kept: Kept, tmp_path: Path) -> Iterator[Mail]:
    door = MailDoor(
        free_port(), Mailbox("contact@imera-paris.com"), kept.__setitem__, now=lambda: datetime.now(UTC)
    )
    told = {"base_url": "http://127.0.0.1:1", "region": "eu-west-3", "operators": {}, "smtp_port": door.port}
    (tmp_path / "office.json").write_text(json.dumps(told))
    yield lambda *arguments: main(["mail", *arguments, "--state", str(tmp_path)])
    door.close()


def test_a_file_goes_as_it_is_from_whom_its_from_names(mail: Mail, kept: Kept) -> None:
    file = MAILS / "german.eml"
    assert mail(str(file)) == 0
    (taken,) = kept.values()
    assert taken.startswith(b"Return-Path: <joerg.schaefer@example.com>\r\n")
    assert taken.endswith(file.read_bytes().replace(b"\n", b"\r\n"))


def test_a_report_comes_from_nobody(mail: Mail, kept: Kept) -> None:
    assert mail(str(MAILS / "bounce.eml")) == 0
    assert next(iter(kept.values())).startswith(b"Return-Path: <>\r\n")


def test_a_message_of_ones_own_says_what_was_typed(mail: Mail, kept: Kept) -> None:
    assert mail("--from", "lea@example.org", "--subject", "Été\nBcc: x@example.org", "--text", "Où ?") == 0
    message = message_from_bytes(next(iter(kept.values())), policy=policy.default)
    assert (message["From"], message["Subject"], message["Bcc"]) == (
        "lea@example.org",
        "Été Bcc: x@example.org",
        None,
    )
    assert message.get_content() == "Où ?\r\n"  # type: ignore[attr-defined]


def test_an_address_that_is_not_ours_is_refused_and_told(
    mail: Mail, capsys: pytest.CaptureFixture[str]
) -> None:
    assert mail("--from", "lea@example.org", "--text", "Bonjour", "--to", "someone@example.org") == 1
    assert "not taken: 550" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        ([], "name files with messages"),
        (["--text", "Bonjour"], "who writes?"),
        (["mails.toml"], "is no message"),
        (["nowhere.eml"], "there is no such file"),
    ],
)
def test_what_cannot_be_sent_is_said_in_one_line(
    mail: Mail,
    capsys: pytest.CaptureFixture[str],
    monkeypatch: pytest.MonkeyPatch,
    arguments: list[str],
    says: str,
) -> None:
    monkeypatch.chdir(MAILS)
    assert mail(*arguments) == 2
    assert says in capsys.readouterr().err


def test_without_a_back_office_it_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = {
        "base_url": "http://127.0.0.1:1",
        "region": "eu-west-3",
        "operators": {},
        "smtp_port": free_port(),
    }
    (tmp_path / "office.json").write_text(json.dumps(told))
    assert main(["mail", "--from", "lea@example.org", "--text", "Bonjour", "--state", str(tmp_path)]) == 2
    assert "make run" in capsys.readouterr().err
