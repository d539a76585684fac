"""`privacy requests preview|export|approve|send-back`: what was drafted, byte for byte, and a person's word on it."""

from __future__ import annotations

import hashlib
import io
import json
import zipfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from cli.commands.drafts_page import PLANS, REVIEW, drafts_page
from cli.commands.ink import Ink
from cli.main import main
from privacy.domain.dossier import Why
from tests.unit.cli.receiver import Heard, Receiver, receiving
from tests.unit.cli.test_requests_command import ONE

CASE = "IM-2027-000123"
CAMILLE = "camille.durand@example.fr"


def zipped(files: Mapping[str, str]) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w") as package:
        for name, text in files.items():
            package.writestr(zipfile.ZipInfo(name), text)  # always the same bytes: no time of day in them
    return held.getvalue()


PACKAGE = zipped({"index.html": "<p>Camille</p>", "tables/orders.csv": "number\n1042\n"})
DIGEST = hashlib.sha256(PACKAGE).hexdigest()


def drafted(item: str = "access", **more: Any) -> dict[str, Any]:
    return {
        "item": item,
        "right": item.partition("-")[0],
        "state": "awaiting_approval",
        "plan": item.partition("-")[0],
        "digest": DIGEST,
        "drafted_at": "2027-03-08T10:00:00+00:00",
        "answered_at": CAMILLE,
        "whose": [CAMILLE],
        "approved_by": "staff",
        "size": None,
        "review": [],
        "limited": False,
        "goes": [],
        "stays": [],
        "changes": [],
        "words": None,
        "recipients": [],
        "link": None,
        **more,
    }


ERASURE = drafted(
    "erasure",
    digest="e" * 64,
    goes=["ours|profile|R4", "stripe|details|R4"],
    stays=["ours|invoice|R1|17(3)(b)|2034-12-31|stripe_payment#pi_1|", "ours|order|R1|17(3)(e)|||dispute"],
)


class Back:
    """The back office: its drafts, and what lies where their links lead."""

    def __init__(self, receiver: Receiver) -> None:
        self.receiver, self.drafts = receiver, [drafted(link=f"{receiver.base_url}/package?seconds=60")]
        self.package, self.status = PACKAGE, 200
        receiver.answer = self._answer

    def _answer(self, heard: Heard) -> tuple[int, bytes]:
        if heard.path.startswith("/package"):
            return self.status, self.package
        if heard.path.endswith("/previews"):
            asked = json.loads(heard.body)
            shown = [each for each in self.drafts if asked.get("item") in (None, each["item"])]
            if not shown:
                return 409, json.dumps({"because": "nothing is drafted there"}).encode()
            if not asked["package"]:
                shown = [{**each, "link": None} for each in shown]
            return 200, json.dumps({"drafts": shown}).encode()
        return 200, json.dumps({"request": {**ONE, "state": "executing"}}).encode()

    @property
    def told(self) -> list[tuple[str, dict[str, Any], bool]]:
        """(path, body without the command, whether as the DPO), but for looks and packages."""
        found = []
        for heard in self.receiver.heard:
            if heard.path.startswith("/package") or heard.path.endswith("/previews"):
                continue
            body = json.loads(heard.body)
            assert body.pop("command")
            found.append((heard.path, body, "AKIAPRIVACYDPO" in heard.headers["authorization"]))
        return found


@pytest.fixture
def back() -> Iterator[Back]:
    with receiving() as running:
        yield Back(running)


@pytest.fixture
def command(back: Back, tmp_path: Path) -> Callable[..., int]:
    back.receiver.open_at(tmp_path / "state")
    return lambda *said: main(["requests", *said, "--state", str(tmp_path / "state")])


# --- to look


def test_a_preview_shows_what_would_be_done_and_how_to_approve_it(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts = [
        drafted(
            size=12_345,
            limited=True,
            review=["messages: 2 free_text", "missing: attachments/1-2.bin", "x: y"],
        ),
        ERASURE,
    ]
    assert command("preview", CASE.lower()) == 0
    said = capsys.readouterr().out
    for words in (
        "a copy of everything held",
        "12,345 bytes",
        "what only the law keeps stays behind",
        "messages: 2, in their own words: read them",
        "missing: attachments/1-2.bin",
        "profile in our records (R4)",
        "details at Stripe (R4)",
        "invoice in our records, pi_1: through 2034-12-31 (R1, Art. 17(3)(b))",
        "order in our records: while there is a hold: dispute (R1, Art. 17(3)(e))",
        f"privacy requests approve {CASE} --digest {DIGEST[:12]}",
    ):
        assert words in said
    (looked,) = back.receiver.heard
    assert json.loads(looked.body) == {"request": CASE, "package": False}


def test_every_reason_to_look_and_every_plan_has_words() -> None:
    assert {why.value for why in Why} - REVIEW.keys() <= {"staff", "anti_fraud", "key", "virus"}
    page = drafts_page(CASE, [drafted(plan=plan, changes=["x"]) for plan in PLANS], Ink(False))
    assert all(words in page for words in PLANS.values())


def test_a_directive_is_previewed_with_its_executor_and_whose_data_it_is_about() -> None:
    said = {"plan": "directive", "changes": ["tout effacer"], "words": "Anna Exemple"}
    page = drafts_page(CASE, [drafted("post_mortem_directive", **said)], Ink(False))
    assert [line.split() for line in page.splitlines() if "Exemple" in line] == [
        ["executor", "Anna", "Exemple"]
    ]
    assert f"whose data    {CAMILLE}" in page
    revoked = drafts_page(CASE, [drafted("post_mortem_directive", plan="directive")], Ink(False))
    assert "delete what they wanted after their death" in revoked


def test_a_restriction_is_previewed_with_its_ground_in_words() -> None:
    shown = drafted("restriction", plan="restriction", words="claims")
    page = drafts_page(CASE, [shown], Ink(False))
    assert "they need the data for a legal claim (Art. 18(1)(c))" in page


def test_what_is_no_line_that_we_know_is_shown_as_it_is() -> None:
    shown = drafted(
        goes=["something new"],
        stays=["something|else"],
        changes=["city\tLyon\tParis", "phone\t\t+33 1", "in words", "\x1b[2J"],
        words="\x1b[31mread me",
        recipients=[
            {"recipient": "Colissimo", "data": "address", "address": ""},
            {"recipient": "Chronopost", "data": "address", "address": "dpo@example.org"},
        ],
        state="answered",
    )
    page = drafts_page(CASE, [shown], Ink(False))
    for words in (
        "something new",
        "something|else",
        "city: Lyon → Paris",
        "phone: +33 1",
        "in words",
        "Colissimo, who got address: by you",
        "a letter to dpo@example.org",
    ):
        assert words in page
    assert "\x1b" not in page
    assert "--digest" not in page, "nothing waits"


def test_a_package_is_unpacked_where_only_its_reader_sees_it(
    back: Back, command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts.append(ERASURE)
    assert command("preview", CASE, "--unpack", str(tmp_path / "out")) == 0
    page = tmp_path / "out/access/index.html"
    assert page.read_text() == "<p>Camille</p>"
    assert (tmp_path / "out/access/tables/orders.csv").exists()
    assert page.stat().st_mode & 0o777 == 0o600
    assert page.parent.stat().st_mode & 0o077 == 0
    told = capsys.readouterr().out
    assert "begin with index.html" in told
    assert "Delete them" in told


def test_a_package_is_exported_byte_for_byte(
    back: Back, command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts.append(ERASURE)
    assert command("export", CASE, "-o", str(tmp_path / "deep/copy.zip")) == 0
    assert (tmp_path / "deep/copy.zip").read_bytes() == PACKAGE
    assert (tmp_path / "deep/copy.zip").stat().st_mode & 0o777 == 0o600
    assert f"{len(PACKAGE)} bytes" in capsys.readouterr().out
    assert json.loads(back.receiver.heard[0].body) == {"request": CASE, "package": True}


@pytest.mark.parametrize("name", ["../outside.html", "/etc/outside.html", "a/../../outside.html"])
def test_a_package_writes_nowhere_but_in_its_folder(
    back: Back,
    command: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    name: str,
) -> None:
    back.package = zipped({"index.html": "x", name: "x"})
    back.drafts[0]["digest"] = hashlib.sha256(back.package).hexdigest()
    assert command("preview", CASE, "--unpack", str(tmp_path / "out")) == 2
    assert "would be written elsewhere" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()
    assert not list(tmp_path.rglob("outside.html"))


@pytest.mark.parametrize("verb", [("preview", CASE, "--unpack"), ("export", CASE, "-o")])
def test_what_is_not_what_was_drafted_is_kept_from_being_read(
    back: Back,
    command: Callable[..., int],
    tmp_path: Path,
    capsys: pytest.CaptureFixture[str],
    verb: tuple[str, ...],
) -> None:
    back.package = zipped({"index.html": "<p>somebody else</p>"})
    assert command(*verb, str(tmp_path / "out")) == 2
    assert "not what was drafted: approve nothing" in capsys.readouterr().err
    back.status = 403
    assert command(*verb, str(tmp_path / "out")) == 2
    assert "could not be fetched (403): try again" in capsys.readouterr().err
    assert not (tmp_path / "out").exists()


def test_where_nothing_is_a_package_and_nothing_can_be_written_it_says_so(
    back: Back, command: Callable[..., int], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (tmp_path / "taken").write_text("a file")
    assert command("export", CASE, "-o", str(tmp_path / "taken/copy.zip")) == 2
    assert "cannot be written" in capsys.readouterr().err
    back.drafts = [ERASURE]
    assert command("export", CASE, "-o", str(tmp_path / "copy.zip")) == 2
    assert "nothing in this case is a package" in capsys.readouterr().err
    assert command("preview", CASE, "--item", "access") == 2
    assert "nothing is drafted there" in capsys.readouterr().err


# --- to decide


@pytest.mark.parametrize("digits", [12, 20, 64])
def test_an_approval_names_the_whole_digest_of_the_draft_that_was_seen(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str], digits: int
) -> None:
    assert command("approve", CASE, "--digest", f" {DIGEST[:digits].upper()}… ", "--reason", "looked at") == 0
    said = {"request": CASE, "item": "access", "digest": DIGEST, "reason": "looked at"}
    assert back.told == [("/operator/requests/approvals", said, False)]
    assert "Approved." in capsys.readouterr().out


@pytest.mark.parametrize("right", ["erasure", "heir_request", "access"])
def test_t17_what_is_the_dpo_s_to_approve_is_signed_as_the_dpo(
    back: Back, command: Callable[..., int], right: str
) -> None:
    """The back office says whose it is: a child's copy is the DPO's too (G31)."""
    back.drafts = [{**ERASURE, "right": right, "item": right, "approved_by": "dpo"}]
    assert command("approve", CASE, "--digest", "e" * 12) == 0
    ((_, said, as_dpo),) = back.told
    assert (said["item"], said["digest"], as_dpo) == (right, "e" * 64, True)


@pytest.mark.parametrize(
    ("digest", "because"),
    [
        (DIGEST[:11], "12 digits at least"),
        ("", "12 digits at least"),
        ("0" * 64, "nothing of this digest waits for approval"),
        (DIGEST[1:], "nothing of this digest waits for approval"),
        (f"{DIGEST}0", "nothing of this digest waits for approval"),
    ],
)
def test_no_other_digest_approves_anything(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str], digest: str, because: str
) -> None:
    assert command("approve", CASE, "--digest", digest) == 2
    assert because in capsys.readouterr().err
    assert back.told == []


def test_what_waits_no_more_is_neither_approved_nor_sent_back(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts = [drafted(state="answered")]
    assert command("approve", CASE, "--digest", DIGEST) == 2
    assert "nothing of this digest waits" in capsys.readouterr().err
    assert command("send-back", CASE, "--reason", "a message is missing") == 2
    assert "nothing in this case waits for approval" in capsys.readouterr().err
    assert back.told == []


def test_one_of_two_drafts_is_sent_back_by_its_item_and_with_a_reason(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts.append(ERASURE)
    assert command("send-back", CASE, "--reason", " ") == 2
    assert "--reason says so" in capsys.readouterr().err
    assert command("send-back", CASE, "--reason", "a message is missing") == 2
    assert "--item access|erasure" in capsys.readouterr().err
    assert command("send-back", CASE, "--reason", "a message is missing", "--item", "erasure") == 0
    said = {"request": CASE, "decision": "send_back", "item": "erasure", "reason": "a message is missing"}
    assert back.told == [("/operator/requests/decisions", said, False)]
    assert "Sent back." in capsys.readouterr().out


def test_two_drafts_of_one_digest_are_told_apart_by_their_items(
    back: Back, command: Callable[..., int], capsys: pytest.CaptureFixture[str]
) -> None:
    back.drafts.append(drafted("access-2"))
    assert command("approve", CASE, "--digest", DIGEST) == 2
    assert "--item access|access-2" in capsys.readouterr().err
    assert command("approve", CASE, "--digest", DIGEST, "--item", "access-2") == 0
    assert [said["item"] for _, said, _ in back.told] == ["access-2"]


def test_a_case_is_named_by_its_number(
    command: Callable[..., int], capsys: pytest.CaptureFixture[str], back: Back
) -> None:
    for verb in (("preview", "12"), ("export", "12", "-o", "x"), ("approve", "12", "--digest", DIGEST)):
        assert command(*verb) == 2
        assert "no request's number" in capsys.readouterr().err
    assert back.receiver.heard == []
