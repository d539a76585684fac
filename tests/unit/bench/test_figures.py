"""The bench's events are the examples', its dollars add up, and its document keeps its prose."""

from __future__ import annotations

import dataclasses
import json
from pathlib import Path

import pytest

from bench import document, prices
from bench.aws.standin import Call
from bench.deliveries import BODY, purchase
from bench.figures import Chapter, Figure, within
from bench.history import history
from bench.measures.costs import entrance_parts, fold_parts
from bench.measures.units import Flow
from bench.places import DOCUMENT
from bench.telling import stripe_event
from bench.trouble import Trouble

PRICES = dataclasses.replace(prices.load(), write_units=0.5, read_units=0.1, lambda_requests=0.2)


def test_an_event_told_again_is_the_example_with_other_ids_and_instants() -> None:
    told = json.loads(
        stripe_event("checkout.session.completed", purchase="P1", customer="C1", at=1_700_000_000)
    )
    assert told["data"]["object"]["customer"] == "cus_C1000000000000"
    assert told["data"]["object"]["payment_intent"].startswith("pi_P1")
    assert told["created"] == 1_700_000_000
    assert told["data"]["object"]["amount_total"] == 5400


def test_a_purchase_is_filled_up_to_the_size_asked_for() -> None:
    assert {len(purchase(n)) for n in (0, 12345)} == {BODY}


def test_a_history_repeats_no_fact() -> None:
    facts = list(history(400))
    assert len({fact.key for fact in facts}) == 400


def test_dollars_follow_from_units_and_calls() -> None:
    calls = [Call("PutItem", "ledger", 2, 1, 0, [2000]), Call("Query", "ledger", 0, 0, 10, [])]
    parts = fold_parts(Flow("", events=1, invocations=1, calls=calls), PRICES)
    assert parts["writes"] == pytest.approx(1.5)
    assert parts["reads"] == pytest.approx(1.0)
    assert parts["invocations"] == pytest.approx(0.2)
    assert entrance_parts(Flow("", 2, 2, calls), 0, PRICES)["writes"] == pytest.approx(0.75)


def test_only_what_stands_between_the_markers_is_replaced(tmp_path: Path) -> None:
    page = tmp_path / "page.md"
    page.write_text("before\n<!-- bench:figures -->\nold\n<!-- /bench:figures -->\nafter\n")
    document.write(page, figures="new")
    assert page.read_text() == "before\n<!-- bench:figures -->\n\nnew\n\n<!-- /bench:figures -->\nafter\n"
    with pytest.raises(Trouble):
        document.write(page, elsewhere="new")


def test_a_missed_budget_is_said_in_the_table() -> None:
    figures = [
        within("a", 2, 1, "2", run="r"),
        within("b", 1, 1, "1", run="r", bound="1 MB"),
        Figure("c", "3", run="r"),
    ]
    table = document.markdown([Chapter("t", figures)])
    assert [line.split("|")[4].strip() for line in table.splitlines()[4:]] == ["**missed**", "kept", ""]


def test_every_figure_of_the_document_says_what_was_run() -> None:
    rows = [
        line for line in DOCUMENT.read_text().splitlines() if line.startswith("| ") and line.count("|") == 6
    ]
    assert rows
    assert [row for row in rows if not row.split("|")[5].strip()] == []
