"""`privacy orders`: a file is entered whole or not at all, and what is wrong with it is told by the line."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from cli.commands import orders
from cli.main import main
from tests.unit.cli.receiver import Heard, Receiver, receiving

type Outcomes = Callable[[dict[str, Any]], list[str]]

HEADING = "order;e-mail;date;amount;name\n"
GOOD = HEADING + "B-1;camille.durand@example.fr;20/11/2025;49,90 €;Camille Durand\n"


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    with receiving() as running:
        yield running


@pytest.fixture
def enter(receiver: Receiver, tmp_path: Path) -> Callable[..., int]:
    receiver.open_at(tmp_path)
    answer(receiver, lambda _: "new")

    def run(command: str, content: str | bytes, *more: str) -> int:
        file = tmp_path / "orders.csv"
        file.write_bytes(content.encode() if isinstance(content, str) else content)
        return main(["orders", command, str(file), *more, "--state", str(tmp_path)])

    return run


def answer(receiver: Receiver, outcome: Callable[[dict[str, Any]], str]) -> None:
    def reply(request: Heard) -> tuple[int, bytes]:
        said = json.loads(request.body)
        entries = said.get("orders") or said["deliveries"]
        return 200, json.dumps({"outcomes": [outcome(entry) for entry in entries]}).encode()

    receiver.answer = reply


def bodies(receiver: Receiver) -> list[dict[str, Any]]:
    return [json.loads(request.body) for request in receiver.heard]


def test_orders_are_tried_first_and_then_entered(
    enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    assert enter("add", GOOD) == 0
    assert [request.path for request in receiver.heard] == ["/operator/orders"] * 2
    assert [body["dry_run"] for body in bodies(receiver)] == [True, False]
    assert bodies(receiver)[1]["orders"] == [
        {
            "number": "B-1",
            "email": "camille.durand@example.fr",
            "ordered_on": "2025-11-20",
            "amount": 4990,
            "name": "Camille Durand",
        }
    ]
    assert "camille" not in capsys.readouterr().out.lower()


def test_a_dry_run_only_asks(enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]) -> None:
    outcome = {"1": "new", "2": "known", "3": "waiting"}
    answer(receiver, lambda entry: outcome[entry["number"]])
    table = "commande,livré le\n1,22/11/2025\n2,22/11/2025\n3,22/11/2025\n1,22/11/2025\n"
    assert enter("delivered", table, "--dry-run") == 0
    assert [body["dry_run"] for body in bodies(receiver)] == [True]
    assert bodies(receiver)[0]["deliveries"][0] == {"number": "1", "delivered_on": "2025-11-22"}
    told = capsys.readouterr().out
    assert "3 orders in" in told
    assert "1  new\n" in told
    assert "1  known already" in told
    assert "Nothing was changed" in told


def test_one_bad_line_keeps_the_whole_file_back_and_each_is_told_with_its_reason(
    enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    table = GOOD + (
        "B-2;camille.durand;20/11/2025;49,90;x\n"
        "B-3;camille.durand@example.fr;20/11/2999;49,90;x\n"
        "B-4;camille.durand@example.fr;hier;49,90;x\n"
        "B-5;camille.durand@example.fr;20/11/2025;gratuit;x\n"
        "\n"
        "B-6;;20/11/2025;49,90;x\n"
        "B-7;camille.durand@example.fr;20/11/2025;49,90;x;y\n"
        "b-1;benoit.martin@example.fr;20/11/2025;49,90;x\n"
    )
    assert enter("add", table) == 2
    assert receiver.heard == []
    told = capsys.readouterr()
    assert [line.partition(":")[0].strip() for line in told.out.splitlines()] == [
        f"line {n}" for n in (3, 4, 5, 6, 8, 9, 10)
    ]
    assert "than line 2" in told.out
    assert "7 bad lines of 8; nothing was changed" in " ".join(told.err.split())
    assert not {"camille", "gratuit", "hier"} & set((told.out + told.err).lower().replace("@", " ").split())


@pytest.mark.parametrize(
    ("outcome", "reason"), [("conflict", "before"), ("taken", "Stripe"), ("ambiguous", "name the payment")]
)
def test_a_line_that_stands_against_what_is_known_keeps_the_file_back(
    enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], outcome: str, reason: str
) -> None:
    answer(receiver, lambda entry: outcome if entry["number"] == "B-2" else "new")
    assert enter("add", GOOD + "B-2;camille.durand@example.fr;20/11/2025;1,00;\n") == 2
    assert [body["dry_run"] for body in bodies(receiver)] == [True]
    told = capsys.readouterr()
    assert "line 3: " in told.out
    assert reason in told.out
    assert "nothing was changed" in told.err


def test_a_payment_stands_for_the_number_and_a_correction_has_to_be_called_one(
    enter: Any, receiver: Receiver
) -> None:
    assert enter("delivered", "order;payment;delivered\n1042;pi_1;2025-11-22\n", "--correct") == 0
    assert [body["correct"] for body in bodies(receiver)] == [True, True]
    assert bodies(receiver)[0]["deliveries"] == [{"payment": "pi_1", "delivered_on": "2025-11-22"}]
    assert enter("delivered", "order;delivered\n1042;2025-11-22\n") == 0
    assert bodies(receiver)[-1]["correct"] is False


def test_a_long_table_goes_in_calls_of_a_hundred_that_the_gateway_takes(
    enter: Any, receiver: Receiver
) -> None:
    long = "🧺" * 200
    rows = "".join(
        f"N{n};a{n}@example.fr;2025-11-20;1,00;{long};{long};{long}\n"
        if n >= 150
        else f"N{n};a{n}@example.fr;2025-11-20;1\n"
        for n in range(250)
    )
    assert enter("add", "order;email;date;amount;name;address;ville\n" + rows) == 0
    sizes = [len(body["orders"]) for body in bodies(receiver)]
    assert sum(sizes) == 500
    assert max(sizes) == 100
    assert max(len(request.body) for request in receiver.heard) < 256 * 1024


def test_a_run_that_broke_off_says_that_the_same_run_finishes_it(
    enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str]
) -> None:
    def reply(request: Heard) -> tuple[int, bytes]:
        dry = json.loads(request.body)["dry_run"]
        return (200, b'{"outcomes": ["new"]}') if dry else (500, b"")

    receiver.answer = reply
    assert enter("add", GOOD) == 2
    assert "run the same again to finish it" in capsys.readouterr().err


def test_a_busy_moment_is_waited_out(enter: Any, receiver: Receiver, monkeypatch: pytest.MonkeyPatch) -> None:
    waited: list[float] = []
    monkeypatch.setattr(orders.time, "sleep", waited.append)
    replies = iter([(429, b""), (503, b""), *[(200, b'{"outcomes": ["new"]}')] * 2])
    receiver.answer = lambda _: next(replies)
    assert enter("add", GOOD) == 0
    assert waited == [0.5, 1.0]


@pytest.mark.parametrize(
    ("command", "content", "told"),
    [
        ("add", "order;e-mail;date\n", "no column “amount”"),
        ("delivered", "delivered\n", "no column “order” or “payment”"),
        ("delivered", "order;delivered\n", "no lines but its heading"),
        ("delivered", b"order;delivered\n" + b"x" * 11_000_000, "more than 10 MB"),
    ],
)
def test_a_file_that_cannot_be_used_is_one_line(
    enter: Any, receiver: Receiver, capsys: pytest.CaptureFixture[str], command: str, content: Any, told: str
) -> None:
    assert enter(command, content) == 2
    error = capsys.readouterr().err
    assert told in error
    assert error.count("\n") == 1
    assert receiver.heard == []
