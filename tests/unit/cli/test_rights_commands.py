"""`privacy requests draft|refuse|fee|notify` and `privacy person restrict|directive`: signed calls, plain words."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands.drafts_page import drafts_page
from cli.commands.ink import Ink
from cli.main import main
from tests.unit.cli.receiver import Receiver, receiving
from tests.unit.cli.test_requests_command import ONE

CASE = "IM-2027-000123"
CAMILLE = "camille.durand@example.fr"
DIGEST = "3f5a9c0b1d2e" + "0" * 52


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def command(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)

    def run(*arguments: str, status: int = 200, **answer: Any) -> int:
        content = {"request": ONE, "draft": {"digest": DIGEST}, "letter": False} | answer
        receiver.answer = lambda _: (status, json.dumps(content).encode())
        return main([*arguments, "--state", str(tmp_path)])

    return run


def told(receiver: Receiver) -> tuple[str, dict[str, Any], bool]:
    """(path, body without the command, whether as the DPO)."""
    (request,) = receiver.heard
    body = json.loads(request.body)
    body.pop("command", None)
    return request.path, body, "AKIAPRIVACYDPO" in request.headers["authorization"]


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (
            ("--correct", "city=Paris", "--correct", "postal_code=75001"),
            {"item": "rectification", "fields": {"city": "Paris", "postal_code": "75001"}},
        ),
        (("--restrict", "claims"), {"item": "restriction", "ground": "claims"}),
        (("--stop", "la personnalisation"), {"item": "objection", "lines": ["la personnalisation"]}),
        (("--review", "repassez-la"), {"item": "automated_decision_review", "words": "repassez-la"}),
        (
            ("--directive", "tout effacer", "--executor", "Anna Exemple", "--consented"),
            {
                "item": "post_mortem_directive",
                "lines": ["tout effacer"],
                "executor": "Anna Exemple",
                "consented": True,
            },
        ),
        (("--revoke",), {"item": "post_mortem_directive", "revokes": True}),
        (
            ("--heirs", "le compte est clos", "--email", CAMILLE),
            {"item": "heir_request", "lines": ["le compte est clos"], "minds": False, "email": CAMILLE},
        ),
    ],
)
def test_each_right_has_its_own_way_to_be_drafted(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], options: Any, said: Any
) -> None:
    assert command("requests", "draft", CASE, *options) == 0
    assert told(receiver) == ("/operator/requests/drafts", {"request": CASE} | said, False)
    assert f"privacy requests approve {CASE} --digest 3f5a9c0b1d2e" in capsys.readouterr().out


def test_what_is_no_correction_is_said_in_a_line(command: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert command("requests", "draft", CASE, "--correct", "Paris") == 2
    assert "city=Paris" in capsys.readouterr().err


def test_a_refusal_is_the_dpos_and_needs_reasons(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("requests", "refuse", CASE, "--reason", " ") == 2
    assert "why?" in capsys.readouterr().err
    assert command("requests", "refuse", CASE, "--reason", "exact") == 0
    assert told(receiver) == ("/operator/requests/refusals", {"request": CASE, "reason": "exact"}, True)


@pytest.mark.parametrize(("typed", "cents"), [("12.50", 1250), ("12,5", 1250), ("7", 700)])
def test_a_fee_is_told_in_cents(command: Any, receiver: Receiver, typed: str, cents: int) -> None:
    said = ("--item", "access", "--amount", typed, "--reason", "…")
    assert command("requests", "fee", CASE, *said) == 0
    path, body, as_dpo = told(receiver)
    assert (path, body["amount"], as_dpo) == ("/operator/requests/fees", cents, True)


@pytest.mark.parametrize("typed", ["twelve", "-1", "0", "1.005", "inf"])
def test_what_is_no_amount_is_said(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], typed: str
) -> None:
    assert command("requests", "fee", CASE, "--item", "access", f"--amount={typed}", "--reason", "…") == 2
    assert "no amount" in capsys.readouterr().err
    assert receiver.heard == []


def test_a_recipient_that_cannot_be_written_to_is_told_by_whoever_asks(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert command("requests", "notify", CASE, "carrier", "--told", "commande 1042") == 0
    said = {"request": CASE, "recipient": "carrier", "outcome": "told", "words": "commande 1042"}
    assert told(receiver) == ("/operator/requests/notices", said, False)
    assert "tell them yourself" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("typed", "because"),
    [
        (("person", "merge", CAMILLE), "which two?"),
        (("person", "unmerge", CAMILLE, "anna@example.fr", "benoit@example.fr"), "which two?"),
        (("person", "restrict", CAMILLE, "--reason", "…"), "because of which request?"),
        (("person", "restrict", CAMILLE, "--request", CASE, "--reason", " "), "--reason says so"),
        (("person", "restrict", "--request", CASE, "--reason", "…"), "whose data?"),
        (
            ("person", "restrict", "--request", CASE, "--reason", "…", "--lift", "--announce", "2027-04-12"),
            "--lift comes on the day",
        ),
        (("person", "directive"), "whose?"),
        (
            ("requests", "decide", CASE, "--not-a-request", "--item", "access"),
            "--item goes with --mandate",
        ),
        (
            ("requests", "decide", CASE, "--not-a-request", "--answer-to", "agent"),
            "--answer-to goes with --mandate",
        ),
        (
            ("requests", "decide", CASE, "--not-a-request", "--review", "2027-06-01"),
            "--review goes with --hold",
        ),
        (("requests", "decide", CASE, "--hold", "authority"), "--reason says so"),
    ],
)
def test_what_is_only_half_said_is_asked_for_and_not_sent(
    command: Any,
    receiver: Receiver,
    capsys: pytest.CaptureFixture[str],
    typed: tuple[str, ...],
    because: str,
) -> None:
    assert command(*typed) == 2
    assert because in capsys.readouterr().err
    assert receiver.heard == []


def test_data_are_restricted_announced_and_used_again_by_the_dpo(command: Any, receiver: Receiver) -> None:
    said = ("--request", CASE, "--reason", "exactitude")
    for options, path, more in (
        ((CAMILLE,), "", {"email": CAMILLE}),
        (("--announce", "2027-04-12"), "/announcements", {"on": "2027-04-12"}),
        (("--lift",), "/lifts", {}),
    ):
        receiver.heard.clear()
        assert command("person", "restrict", *options, *said) == 0
        expected = {"request": CASE, "reason": "exactitude"} | more
        assert told(receiver) == (f"/operator/restrictions{path}", expected, True)


@pytest.mark.parametrize(
    ("arguments", "says"),
    [
        (("restrict", CAMILLE), "because of which request"),
        (("restrict", CAMILLE, "--request", CASE), "why?"),
        (("restrict", "--request", CASE, "--reason", "…"), "whose data?"),
        (("restrict", "--request", CASE, "--reason", "…", "--announce", "soon"), "is no day"),
        (("merge", CAMILLE), "which two?"),
        (("directive",), "whose?"),
        ((CAMILLE, "benoit.martin@example.fr"), "one address at a time"),
    ],
)
def test_what_is_missing_is_said_in_a_line(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], arguments: Any, says: str
) -> None:
    assert command("person", *arguments) == 2
    assert says in capsys.readouterr().err
    assert receiver.heard == []


def test_e89_a_minors_request_is_listed_before_whatever_is_due_earlier(
    command: Any, capsys: pytest.CaptureFixture[str]
) -> None:
    older = ONE | {"legal_due": "2027-03-09", "id": "IM-2027-000001"}
    minors = ONE | {"flags": ["minor"], "id": "IM-2027-000002"}
    assert command("requests", requests=[older, minors], after=None) == 0
    out = capsys.readouterr().out
    assert out.index("IM-2027-000002") < out.index("IM-2027-000001")


def test_a_directive_is_read_out_and_deleted_by_the_dpo(
    command: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    wish = {
        "words": ["tout\x1b[2J effacer"],
        "executor": "Anna Exemple",
        "request": CASE,
        "registered_at": "2027-03-05T09:00:00+00:00",
    }
    assert command("person", "directive", CAMILLE, "--revoke", directive=wish) == 0
    assert told(receiver) == ("/operator/directives/revocations", {"email": CAMILLE}, True)
    out = capsys.readouterr().out
    assert "Anna Exemple" in out
    assert "It is deleted." in out
    assert "\x1b" not in out
    assert command("person", "directive", CAMILLE, directive=None) == 0
    assert "no directive" in capsys.readouterr().out


def test_a_correction_is_previewed_as_what_becomes_of_what() -> None:
    draft = {
        "right": "rectification",
        "state": "awaiting_approval",
        "plan": "rectification",
        "drafted_at": "2027-03-05T09:00:00+00:00",
        "answered_at": CAMILLE,
        "size": None,
        "limited": False,
        "review": [],
        "goes": [],
        "stays": [],
        "changes": ["city\tLyon\tParis", "postal_code\t\t75001"],
        "words": "",
        "digest": DIGEST,
    }
    page = drafts_page(CASE, [draft], Ink(False))
    assert "city: Lyon → Paris" in page
    assert "postal code: 75001" in page
    assert "correct, here, at Stripe and at Mailchimp" in page


def test_an_erasure_s_plan_says_what_goes_and_what_stays_until_when() -> None:
    draft = {
        "right": "erasure", "state": "awaiting_approval", "plan": "erasure", "digest": "d" * 64, "size": None,
        "drafted_at": "2026-11-22T10:00:00+00:00", "answered_at": "camille.durand@example.fr", "review": [],
        "limited": False, "changes": [], "words": None,
        "goes": ["ours|profile|R4", "mailchimp|member|R5"],
        "stays": [
            "ours|invoice|R1|17(3)(b)|2034-12-31|stripe_payment#pi_1|",
            "ours|delivery|R3|17(3)(e)||stripe_payment#pi_1|dispute",
            "suppression|suppression|R9|21(3)|||",
        ],
    }  # fmt: skip
    page = drafts_page(CASE, [draft], Ink(False))
    assert "profile in our records (R4)" in page
    assert "member at Mailchimp (R5)" in page
    assert "invoice in our records, pi_1: through 2034-12-31 (R1, Art. 17(3)(b))" in page
    assert "delivery in our records, pi_1: while there is a hold: dispute (R3, Art. 17(3)(e))" in page
    kept = "suppression on the list that keeps offers away: 3 years after the refusal, or until the last that is held"
    assert kept in page
    assert "(R9, Art. 21(3))" in page


def test_a_draft_says_who_else_is_told_and_whom_somebody_has_to_tell() -> None:
    told = {"who": "Camille Durand", "data": "name, address", "since": "2026-03-05"}
    draft = {
        "right": "restriction", "state": "awaiting_approval", "plan": "restriction", "digest": "d" * 64, "size": None,
        "drafted_at": "2026-11-22T10:00:00+00:00", "answered_at": "camille.durand@example.fr", "review": [],
        "limited": False, "changes": [], "words": "claims", "goes": [], "stays": [],
        "recipients": [
            {"recipient": "Colissimo", "address": "privacy@carrier.example.fr", **told},
            {"recipient": "Assureur exemple", "address": "", **told},
        ],
    }  # fmt: skip
    page = drafts_page(CASE, [draft], Ink(False))
    assert "Colissimo, who got name, address: a letter to privacy@carrier.example.fr" in page
    assert "Assureur exemple, who got name, address: by you" in page
