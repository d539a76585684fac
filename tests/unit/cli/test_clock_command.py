"""`privacy clock`: the vectors of docs/rules.md, as a newcomer would type them."""

from __future__ import annotations

import itertools
import json
from pathlib import Path
from typing import Any

import pytest

from cli.main import main

type History = list[dict[str, str]]


def told(*events: str) -> History:
    """`newsletter_optin 2023-11-22T10:00Z` as an event."""
    return [dict(zip(("type", "at"), event.split(), strict=True)) for event in events]


@pytest.fixture
def clock(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Any:
    def run(history: History, today: str = "2026-11-22") -> dict[str, Any]:
        file = tmp_path / "history.json"
        file.write_text(json.dumps(history))
        assert main(["clock", str(file), "--today", today, "--json"]) == 0
        answer: dict[str, Any] = json.loads(capsys.readouterr().out)
        assert list(answer) == ["regime", "due_on", "due"]
        return answer

    return run


VECTORS = [
    pytest.param(told("newsletter_optin 2023-11-22T10:00:00Z"), "newsletter_only", "2026-11-22", id="E131"),
    pytest.param(told("newsletter_optin 2024-02-29T12:00:00Z"), "newsletter_only", "2027-02-28", id="E132"),
    pytest.param(told("newsletter_optin 2023-12-31T23:30:00Z"), "newsletter_only", "2027-01-01", id="E133"),
    # opens and clicks are no events of this clock: only an opt-in counts
    pytest.param(told("newsletter_optin 2023-11-22T10:00:00Z"), "newsletter_only", "2026-11-22", id="E134"),
    pytest.param(
        told("newsletter_optin 2023-11-22T10:00:00Z", "newsletter_optin 2026-11-12T09:00:00Z"),
        "newsletter_only",
        "2029-11-12",
        id="E135 stay subscribed at D-10",
    ),
    pytest.param(
        told(
            "newsletter_optin 2023-05-01T10:00:00Z",
            "unsubscribed 2024-05-01T10:00:00Z",
            "newsletter_optin 2025-05-01T10:00:00Z",
        ),
        "newsletter_only",
        "2028-05-01",
        id="E136 subscribed again after two years",
    ),
    pytest.param(told("order_paid 2016-11-22T10:00:00Z"), "customer", "2026-11-22", id="E139"),
    pytest.param(
        told("order_paid 2017-03-01T10:00:00Z", "order_paid 2026-03-01T10:00:00Z"),
        "customer",
        "2036-03-01",
        id="A4 each order restarts the person's clock",
    ),
    pytest.param(
        told("order_paid 2020-03-01T10:00:00Z", "order_refunded 2020-04-01T10:00:00Z"),
        "customer",
        "2030-03-01",
        id="E142 refunded in full, dated by the order",
    ),
    pytest.param(
        told("order_refunded 2020-04-01T10:00:00Z"),
        "customer",
        "2030-04-01",
        id="A5 a refund alone proves an order",
    ),
    pytest.param(told("order_paid 2024-02-29T10:00:00Z"), "customer", "2034-02-28", id="A20 ten years"),
    pytest.param(
        told("newsletter_optin 2023-01-01T10:00:00Z", "order_paid 2024-06-15T10:00:00Z"),
        "customer",
        "2034-06-15",
        id="A5 newsletter, then an order",
    ),
    pytest.param(
        told("order_paid 2014-06-01T10:00:00Z", "newsletter_optin 2025-01-10T10:00:00Z"),
        "customer",
        "2028-01-10",
        id="A25 a fresh opt-in after an old order",
    ),
    pytest.param(
        told(
            "order_paid 2014-06-01T10:00:00Z",
            "newsletter_optin 2025-01-10T10:00:00Z",
            "unsubscribed 2025-02-10T10:00:00Z",
        ),
        "customer",
        "2024-06-01",
        id="A25 and out again: only the order counts",
    ),
    pytest.param(
        told("newsletter_optin 2025-01-10T10:00:00Z", "unsubscribed 2025-02-10T23:30:00Z"),
        "newsletter_only",
        "2025-02-11",
        id="A17 left: due at once, on the day in Paris (A22)",
    ),
    pytest.param(
        told("newsletter_optin 2025-01-10T10:00:00Z", "unsubscribed 2025-01-10T10:00:00Z"),
        "newsletter_only",
        "2025-01-10",
        id="a tie: the withdrawal wins",
    ),
    pytest.param(
        told("newsletter_optin 2023-11-21T23:30:00-01:00"),
        "newsletter_only",
        "2026-11-22",
        id="A22 an offset is an instant like any other",
    ),
    pytest.param([], "none", None, id="nothing"),
]


@pytest.mark.parametrize(("history", "regime", "due_on"), VECTORS)
def test_the_clock_in_every_order_and_with_duplicates(
    clock: Any, history: History, regime: str, due_on: str | None
) -> None:
    for order in itertools.permutations(history):
        for told_again in ([], [*order[:1]], [*order]):
            answer = clock([*order, *told_again])
            assert (answer["regime"], answer["due_on"]) == (regime, due_on)


@pytest.mark.parametrize(
    ("today", "due"), [("2026-11-21", False), ("2026-11-22", True), ("2027-01-01", True)]
)
def test_it_is_due_on_the_anniversary_itself_a21(clock: Any, today: str, due: bool) -> None:
    assert clock(told("newsletter_optin 2023-11-22T10:00:00Z"), today)["due"] is due


def test_nothing_is_never_due(clock: Any) -> None:
    assert clock([]) == {"regime": "none", "due_on": None, "due": False}


def test_more_than_we_ask_for_is_no_mistake(clock: Any) -> None:
    history = [{"type": "order_paid", "at": "2020-01-01T00:00:00Z", "amount": "8000"}]
    assert clock(history)["due_on"] == "2030-01-01"


def test_standard_input_is_read_for_a_dash(
    monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    file = tmp_path / "history"
    file.write_text("[]")
    with file.open() as stdin:
        monkeypatch.setattr("sys.stdin", stdin)
        assert main(["clock", "-", "--json"]) == 0
    assert json.loads(capsys.readouterr().out)["regime"] == "none"


def test_without_json_it_is_told_in_words(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    file = tmp_path / "history.json"
    file.write_text(json.dumps(told("newsletter_optin 2024-02-29T12:00:00Z")))
    assert main(["clock", str(file), "--today", "2027-02-28"]) == 0
    out = capsys.readouterr().out
    assert "newsletter only, never ordered" in out
    assert "2027-02-28" in out
    assert "due      yes" in out


@pytest.mark.parametrize(
    ("content", "hint"),
    [
        (b"", "not JSON"),
        (b"\xff\xfe\xfd", "not JSON"),
        (b"[" * 200_000, "not JSON"),
        (b"{}", "must hold a JSON list"),
        (b'"order_paid"', "must hold a JSON list"),
        (b"[1]", "event 1 is not an object"),
        (b'[{"at": "2026-01-01T00:00:00Z"}]', "type is null"),
        (b'[{"type": "opened", "at": "2026-01-01T00:00:00Z"}]', 'type is "opened"'),
        (b'[{"type": ["order_paid"], "at": "2026-01-01T00:00:00Z"}]', "use one of newsletter_optin"),
        (b'[{"type": "order_paid"}]', "at is null"),
        (b'[{"type": "order_paid", "at": 1764000000}]', "write an instant like"),
        (b'[{"type": "order_paid", "at": "yesterday"}]', "write an instant like"),
        (b'[{"type": "order_paid", "at": "2026-02-30T00:00:00Z"}]', "write an instant like"),
        (b'[{"type": "order_paid", "at": "2026-01-01T00:00:00"}]', "end it with Z or an offset"),
        (b'[{"type": "order_paid", "at": "2026-01-01"}]', "end it with Z or an offset"),
        (b'[{"type": "order_paid", "at": "9999-12-31T23:30:00Z"}]', "calendar"),
        (b'[{"type": "order_paid", "at": "0001-01-01T00:00:00+14:00"}]', "calendar"),
    ],
)
def test_a_bad_file_gets_one_line_that_says_what_to_do(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, hint: str
) -> None:
    file = tmp_path / "history.json"
    file.write_bytes(content)
    assert main(["clock", str(file)]) == 2
    told = capsys.readouterr()
    assert told.out == ""
    assert told.err.startswith("privacy: ")
    assert told.err.count("\n") == 1
    assert hint in told.err


def test_a_bad_day_gets_one_line(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["clock", str(tmp_path), "--today", "tomorrow"]) == 2
    assert "write it like 2026-11-22" in capsys.readouterr().err
