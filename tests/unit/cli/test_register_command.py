"""`privacy register`: the same register to read, to print and for machines, with the counts or without them (G34)."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import pytest

from cli.commands.register_words import WORDS
from cli.main import main
from privacy import policy
from privacy.policy import recipients
from tests.unit.cli.receiver import Receiver, receiving

COUNTS = {"people": 3, "requests_ended_in_a_year": {"closed": 2}, "purged_in_a_month": {}}


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def command(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, digest: str = policy.load().digest) -> int:
        receiver.answer = lambda _: (200, json.dumps(COUNTS | {"policy_digest": digest}).encode())
        return main(["register", *arguments, "--state", str(tmp_path)])

    return run


def test_without_a_back_office_it_is_made_all_the_same_and_says_that_counts_are_left_out(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["register", "--json", "--state", str(tmp_path)]) == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["counts"] is None
    assert "without counts: no local back office is running" in said.err
    assert main(["register", "--state", str(tmp_path)]) == 0
    assert "left out: no back office was asked" in capsys.readouterr().out


def test_the_back_offices_counts_stand_in_it(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--json") == 0
    assert json.loads(capsys.readouterr().out)["counts"] == COUNTS
    assert [heard.path for heard in receiver.heard] == ["/operator/register/counts"]
    assert "AKIAPRIVACYSTAFF" in receiver.heard[0].headers["authorization"]


def test_counts_of_another_policy_are_not_this_registers(
    command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--json", digest="another") == 0
    said = capsys.readouterr()
    assert json.loads(said.out)["counts"] is None
    assert "another policy" in said.err


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str | None]]] = []
        self.text: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text.append(data)


@pytest.mark.parametrize("language", ["fr", "en"])
def test_the_page_and_the_text_say_everything_that_the_machines_version_does(
    command: Any, capsys: pytest.CaptureFixture[str], language: str
) -> None:
    said: dict[str, str] = {}
    for form in ("--json", "--html", ""):
        assert command(*filter(None, (form, "--lang", language))) == 0
        said[form] = capsys.readouterr().out
    register, page = json.loads(said["--json"]), _Reader()
    page.feed(said["--html"])
    assert page.tags[0] == ("html", {"lang": language})
    assert not {"script", "img", "link", "iframe"} & {tag for tag, _ in page.tags}
    assert not [name for _, attributes in page.tags for name in attributes if name in ("src", "href")]
    for text in (" ".join(page.text), " ".join(said[""].split())):
        told = " ".join(text.split()).replace(" - ", " ")
        for activity in register["activities"]:
            assert activity["name"] in told
        for recipient in recipients.load():
            assert recipient.name in told
        for part in [*register["outside"], *register["fields"]]:
            assert (part.get("name") or part["form"]) in told


def test_a_printed_page_is_in_the_staffs_language_where_nobody_says_which(
    command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("--html") == 0
    assert f'<html lang="{policy.load().controller.staff_language}">' in capsys.readouterr().out


def test_both_languages_have_the_same_words() -> None:
    assert WORDS["fr"].keys() == WORDS["en"].keys()
