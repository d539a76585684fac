"""What operators enter and decide, through the commands, the signed routes and the fold behind them."""

import json
from pathlib import Path

import pytest

from cli.local.backoffice import BackOffice
from cli.main import main
from tests.stack.probes import eventually

ANNA, PETIT = "anna@example.org", "anna.petit@example.org"
ORDERS = f"""\
numéro de commande;courriel;date;montant;nom;numéro client
B-1;{ANNA};20/11/2025;149,90 €;Anna Petit;C-7
B-2;{PETIT};21/11/2025;20,00;Anna Petit;C-7
"""
DELIVERIES = "commande;livré le\nb-1;24/11/2025\n"


def test_orders_are_entered_delivered_and_their_two_buyers_made_one(
    office: BackOffice, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    where = ["--state", str(office.state.root)]

    def said(*arguments: str) -> str:
        assert main([*arguments, *where]) == 0
        return capsys.readouterr().out

    orders, deliveries = tmp_path / "orders.csv", tmp_path / "deliveries.csv"
    orders.write_bytes(ORDERS.encode("cp1252"))
    deliveries.write_text(DELIVERIES)
    assert "2  new" in said("orders", "add", str(orders))
    assert "2  known already" in said("orders", "add", str(orders), "--dry-run")
    said("orders", "delivered", str(deliveries))
    office.wait_until_idle(60)

    (order,) = json.loads(said("person", ANNA, "--json"))["person"]["orders"]["latest"]
    assert (order["number"], order["delivered_on"], order["contract_until"]) == (
        "B-1",
        "2025-11-24",
        "2035-11-24",
    )
    assert eventually(lambda: f"{ANNA} and {PETIT}" in _either_way(said("people", "links")))
    assert "Then: one person" in said("people", "merge", ANNA, PETIT, "--yes")
    office.wait_until_idle(60)
    assert json.loads(said("person", PETIT, "--json"))["person"]["orders"]["paid"] == 2
    assert ANNA not in said("people", "links")
    said("people", "unmerge", ANNA, PETIT, "--yes")
    said("people", "refuse", ANNA, PETIT, "--yes")
    office.wait_until_idle(60)
    assert json.loads(said("person", PETIT, "--json"))["person"]["orders"]["paid"] == 1
    assert ANNA not in said("people", "links")


def _either_way(page: str) -> str:
    return page.replace(f"{PETIT} and {ANNA}", f"{ANNA} and {PETIT}")
