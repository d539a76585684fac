"""`privacy shop`: the stand-in shop, played from a terminal."""

from __future__ import annotations

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.local.shop import Shop
from cli.main import main
from cli.standins import mailchimp, stripe
from cli.standins.http import Request
from cli.standins.mailchimp import Mailchimp
from cli.standins.stripe import Stripe
from tests.unit.cli.receiver import Receiver, receiving

LEA = "lea.martin@example.org"


@pytest.fixture(scope="module")
def standins() -> Iterator[tuple[Stripe, Mailchimp]]:
    with stripe.serving() as payments, mailchimp.serving() as letters:
        yield payments, letters


@pytest.fixture
def office(standins: tuple[Stripe, Mailchimp], tmp_path: Path) -> Iterator[Receiver]:
    """A back office with its shop, whose webhooks reach it."""
    addresses = {"stripe": standins[0].base_url, "mailchimp": standins[1].base_url}
    with receiving() as running:
        running.open_at(tmp_path, standins=addresses)
        secrets = json.loads((tmp_path / "secrets.json").read_text())
        secrets["mailchimp-webhook"]["path_keys"] = ["key"]
        Shop(addresses).register_webhooks(running.base_url, secrets)
        yield running
    Shop(addresses).withhold(False)
    for standin in standins:
        standin.handle(Request("POST", "/_control/reset"))


@pytest.fixture
def shop(office: Receiver, tmp_path: Path) -> Any:
    def run(*words: str) -> int:
        return main(["shop", *words, "--state", str(tmp_path)])

    return run


def test_without_an_act_it_lists_what_can_happen(shop: Any, capsys: pytest.CaptureFixture[str]) -> None:
    assert shop() == 0
    lines = capsys.readouterr().out.splitlines()
    assert lines.index("At Stripe:") < lines.index("At Mailchimp:")
    assert any(line.split()[:4] == ["checkout", "email", "name=", "amount="] for line in lines)
    assert any(line.split()[:3] == ["unsubscribe", "email", "list_id="] for line in lines)


def test_what_happens_is_delivered_and_said(
    shop: Any, office: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop("checkout", f"email={LEA}", "box=ticked", "amount=4900", "customer=guest") == 0
    told = [json.loads(request.body) for request in office.heard]
    assert told[-1]["data"]["object"]["amount_total"] == 4900
    assert f"webhooks: answered {len(told)} × 204" in capsys.readouterr().out
    assert shop("signup", f"email={LEA}") == 0
    assert office.heard[-1].path == "/webhooks/mailchimp/key"
    assert f"{LEA} is subscribed in audience {mailchimp.DEFAULT_LIST}" in capsys.readouterr().out


def test_webhooks_are_withheld_and_counted(
    shop: Any, office: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert shop("withhold", "on") == 0
    assert shop("signup", f"email={LEA}") == shop("unsubscribe", f"email={LEA}") == 0
    assert "webhooks: none delivered" in capsys.readouterr().out
    assert shop("withhold", "off") == 0
    assert "2 were lost" in capsys.readouterr().out
    assert office.heard == []


def test_the_pasts_numbers_are_shown(
    shop: Any, standins: tuple[Stripe, Mailchimp], capsys: pytest.CaptureFixture[str]
) -> None:
    standins[0].past = {"orders": 12}
    assert shop("past") == 0
    assert json.loads(capsys.readouterr().out) == {"orders": 12}


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("dance",), "nothing called dance can happen"),
        (("signup", LEA), "no NAME=VALUE"),
        (("signup", f"mail={LEA}"), "missing a required argument: 'email'"),
        (("refund", f"of={LEA}"), f"no charge of {LEA}"),
        (("withhold",), "privacy shop withhold on"),
    ],
)
def test_what_cannot_be_done_is_said_in_one_line(
    shop: Any, capsys: pytest.CaptureFixture[str], words: tuple[str, ...], says: str
) -> None:
    assert shop(*words) == 2
    said = capsys.readouterr().err
    assert says in said
    assert said.count("\n") == 1


def test_without_a_back_office_it_says_how_to_start_one(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    assert main(["shop", "--state", str(tmp_path)]) == 2
    assert "make run" in capsys.readouterr().err
