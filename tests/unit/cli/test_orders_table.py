"""Tables of orders, as shops and Excel write them: read whole, or refused with the line at fault."""

from __future__ import annotations

from datetime import date

import pytest

from cli.commands.orders_table import LARGEST, Unreadable, cents_of, day_of, require, table_of
from cli.local.trouble import Trouble

PLAIN = "numéro de commande;livré le;montant\n1042;2026-11-22;49,90\n"


def cells(text: str | bytes) -> list[dict[str, str]]:
    content = text.encode() if isinstance(text, str) else text
    return [dict(row.cells) for row in table_of("t.csv", content).rows]


@pytest.mark.parametrize(
    "content",
    [
        PLAIN.encode(),
        PLAIN.encode("utf-8-sig"),
        PLAIN.encode("cp1252"),
        PLAIN.encode("utf-16"),
        PLAIN.replace("\n", "\r\n").encode(),
        PLAIN.replace("\n", "\r").encode(),
        PLAIN.replace(";", "\t").encode(),
        ("sep=;\r\n" + PLAIN).encode(),
        PLAIN.replace(";49,90", ';"49,90"').encode(),
        PLAIN.replace("numéro de commande", "N° Commande").encode(),
        PLAIN.replace("numéro de commande", "Order_Number").encode(),
        b'Order number,Delivered on,Amount\n1042,2026-11-22,"49,90"\n',
    ],
)
def test_every_usual_encoding_separator_and_heading_is_read(content: bytes) -> None:
    assert cells(content) == [{"number": "1042", "delivered_on": "2026-11-22", "amount": "49,90"}]


def test_lines_are_counted_as_the_file_has_them() -> None:
    table = table_of("t.csv", b'order,name\n\n1,"two\nlines"\n ; \n,,\n2,one\n')
    assert [(row.line, row.cells["number"]) for row in table.rows if "number" in row.cells] == [
        (3, "1"),
        (5, ";"),
        (7, "2"),
    ]


def test_a_formula_is_text_and_empty_cells_are_not_there() -> None:
    assert cells("order;name;city\n=cmd|'/c calc'!A1; ;Paris\n") == [
        {"number": "=cmd|'/c calc'!A1", "city": "Paris"}
    ]


def test_columns_that_nobody_knows_are_told_and_lines_that_are_too_long_are_marked() -> None:
    table = table_of("t.csv", b"order;colour;delivered\n1;blue;x\n2;red;x;more\n3;red;x;;\n")
    assert table.ignored == ("colour",)
    assert [row.too_many for row in table.rows] == [False, True, False]


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"", "is empty"),
        (b"\n \n", "is empty"),
        (b"order;commande\n1;2\n", "two columns are called"),
        (b'order;name\n1;"open\n2;x\n', "line 2: a quotation mark"),
        (b"PK\x03\x04\x00\x00", "save it as CSV"),
        (b"x" * (LARGEST + 1), "more than 10 MB"),
    ],
)
def test_what_is_no_table_is_refused_in_one_line(content: bytes, told: str) -> None:
    with pytest.raises(Trouble, match=told):
        table_of("t.csv", content)


def test_a_missing_column_is_named() -> None:
    table = table_of("t.csv", b"order;name\n1;x\n")
    require("t.csv", table, ("number", "payment"))
    with pytest.raises(Trouble, match="no column “delivered”"):
        require("t.csv", table, ("number",), ("delivered_on",))


@pytest.mark.parametrize("cell", ["2026-11-22", "22/11/2026"])
def test_a_day_is_read_as_it_is_written_in_france_and_by_machines(cell: str) -> None:
    assert day_of(cell) == date(2026, 11, 22)


@pytest.mark.parametrize(
    "cell", ["", "22/11/26", "2026-13-01", "31/02/2026", "22.11.2026", "2026-11-22T10:00", "٢٢/١١/٢٠٢٦"]
)
def test_no_day_is_guessed(cell: str) -> None:
    with pytest.raises(Unreadable):
        day_of(cell)


@pytest.mark.parametrize(
    ("cell", "cents"),
    [
        ("49,90", 4990),
        ("49.9", 4990),
        ("49", 4900),
        ("49,90 €", 4990),
        ("€49.90", 4990),
        ("49,90\u00a0EUR", 4990),
        ("1\u202f234,50\u00a0€", 123450),
        ("1 234.50", 123450),
        ("1.234,50", 123450),
        ("1,234,567.89", 123456789),
    ],
)
def test_amounts_are_read_to_the_cent(cell: str, cents: int) -> None:
    assert cents_of(cell) == cents


@pytest.mark.parametrize(
    "cell", ["", "1.234", "1,234", "-5", "49,905", "12,34,56", "1.23.4,5", "$5", "1e3", "٤٩", "9" * 30]
)
def test_no_amount_is_guessed(cell: str) -> None:
    with pytest.raises(Unreadable):
        cents_of(cell)


def test_fifty_thousand_lines_are_one_table() -> None:
    lines = "".join(f"{n};2026-11-22\n" for n in range(50_000))
    assert len(table_of("t.csv", f"order;delivered\n{lines}".encode()).rows) == 50_000
