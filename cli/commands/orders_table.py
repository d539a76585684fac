"""A table of orders as a shop's software or Excel writes it: any of the usual encodings, separators and headings."""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date

from cli.local.trouble import Trouble

#: Bytes of a file. 50,000 orders with names and addresses take about six million.
LARGEST = 10 * 1024 * 1024
SEPARATORS = ";,\t"

#: What a column may be called, in French or English; case, accents and signs do not matter.
HEADINGS: Mapping[str, tuple[str, ...]] = {
    "number": (
        "order", "order number", "order id", "order no", "number", "reference", "commande", "numero",
        "numero commande", "numero de commande", "n commande", "no commande", "n de commande",
    ),
    "payment": ("payment", "payment id", "payment intent", "paiement", "id paiement", "identifiant de paiement"),
    "delivered_on": (
        "delivered", "delivered on", "delivery date", "date delivered", "livre", "livre le", "livree le",
        "date livraison", "date de livraison",
    ),
    "email": ("email", "e mail", "mail", "email address", "courriel", "adresse email", "adresse e mail"),
    "ordered_on": ("date", "order date", "ordered on", "date commande", "date de commande", "date de la commande"),
    "amount": ("amount", "total", "amount eur", "montant", "montant ttc", "total ttc", "prix"),
    "name": ("name", "full name", "customer name", "nom", "nom complet", "client", "nom du client"),
    "line1": ("address", "street", "line1", "address line 1", "adresse", "rue"),
    "line2": ("line2", "address line 2", "complement", "complement d adresse", "adresse 2"),
    "postal_code": ("postal code", "postcode", "zip", "zip code", "code postal", "cp"),
    "city": ("city", "town", "ville"),
    "country": ("country", "pays"),
    "customer_number": (
        "customer number", "customer no", "numero client", "numero de client", "n client", "n de client",
    ),
}  # fmt: skip

_COLUMN = {heading: column for column, headings in HEADINGS.items() for heading in headings}
_DAY = re.compile(
    r"(?P<y>[0-9]{4})-(?P<m>[0-9]{2})-(?P<d>[0-9]{2})|(?P<D>[0-9]{1,2})/(?P<M>[0-9]{1,2})/(?P<Y>[0-9]{4})"
)
_PLAIN = re.compile(r"(?P<euros>[0-9]+)(?:[.,](?P<cents>[0-9]{1,2}))?")
_GROUPED = re.compile(
    r"(?P<euros>[0-9]{1,3}(?:(?P<sign>[.,])[0-9]{3})+)(?!(?P=sign))[.,](?P<cents>[0-9]{1,2})"
)


class Unreadable(ValueError):
    """A cell says nothing that can be understood. The text says what was expected and nothing of the cell."""


@dataclass(frozen=True)
class Row:
    """A line of the file, counted from 1 with its heading, and its cells by column; empty cells are not there."""

    line: int
    cells: Mapping[str, str]
    too_many: bool = False


@dataclass(frozen=True)
class Table:
    """columns: those that are understood. ignored: headings that are not."""

    columns: frozenset[str]
    ignored: tuple[str, ...]
    rows: tuple[Row, ...]


def table_of(name: str, content: bytes) -> Table:
    """Return the table in a file of that name. Raises Trouble where it is none."""
    if len(content) > LARGEST:
        raise Trouble(f"{name} has more than 10 MB: divide it; each part needs the heading")
    lines = list(_records(name, _text(name, content)))
    if not lines:
        raise Trouble(f"{name} is empty: its first line has to name the columns")
    heading = [_COLUMN.get(_plain(cell)) for cell in lines[0][1]]
    named = [column for column in heading if column]
    if twice := next((column for column in named if named.count(column) > 1), None):
        raise Trouble(f"{name}: two columns are called {_spoken(twice)}; leave one")
    ignored = [
        cell.strip()
        for cell, column in zip(lines[0][1], heading, strict=True)
        if column is None and cell.strip()
    ]
    return Table(
        frozenset(named), tuple(ignored), tuple(_row(line, cells, heading) for line, cells in lines[1:])
    )


def require(name: str, table: Table, *columns: tuple[str, ...]) -> None:
    """Raise Trouble unless the table has one of each."""
    for choices in columns:
        if not table.columns & set(choices):
            wanted = " or ".join(_spoken(choice) for choice in choices)
            raise Trouble(f"{name} has no column {wanted}: name it so in the first line")


def day_of(cell: str) -> date:
    """Return the day of `2026-11-22` or `22/11/2026`. Raises Unreadable."""
    found = _DAY.fullmatch(cell)
    if found is None:
        raise Unreadable("a day is written 2026-11-22 or 22/11/2026")
    try:
        return date(
            int(found["y"] or found["Y"]), int(found["m"] or found["M"]), int(found["d"] or found["D"])
        )
    except ValueError:
        raise Unreadable("there is no such day") from None


def cents_of(cell: str) -> int:
    """Return the cents of `49,90`, `1 234.50 €` or `1.234,50`. Raises Unreadable."""
    bare = "".join(cell.split()).replace("€", "").removesuffix("EUR").removesuffix("eur")
    found = _PLAIN.fullmatch(bare) or _GROUPED.fullmatch(bare)
    if found is None or len(bare) > 20:
        raise Unreadable("an amount is written 49,90 or 49.90, in euros")
    euros = found["euros"].replace(",", "").replace(".", "")
    return int(euros) * 100 + int((found["cents"] or "").ljust(2, "0"))


def _text(name: str, content: bytes) -> str:
    """Excel writes UTF-8 with a mark, UTF-16, or the letters of Western Europe."""
    encodings = (
        ("utf-16",) if content[:2] in (b"\xff\xfe", b"\xfe\xff") else ("utf-8-sig", "cp1252", "latin-1")
    )
    for encoding in encodings:
        try:
            text = content.decode(encoding)
        except UnicodeDecodeError:
            continue
        if "\0" in text:
            break
        return text
    raise Trouble(f"{name} is no table of text: save it as CSV")


def _records(name: str, text: str) -> Iterator[tuple[int, list[str]]]:
    """The line that each record begins at, and its cells; records without any are left out."""
    skipped = 0
    if text[:4].lower() == "sep=":  # a line of Excel's own
        text, skipped = text.partition("\n")[2], 1
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=_separator(text), strict=True)
    begins = 1
    while True:
        try:
            cells = next(reader, None)
        except csv.Error:
            raise Trouble(
                f"{name}, line {begins + skipped}: a quotation mark is not closed, or is out of place"
            ) from None
        if cells is None:
            return
        if any(cell.strip() for cell in cells):
            yield begins + skipped, cells
        begins = reader.line_num + 1


def _separator(text: str) -> str:
    """The one by which most columns are understood."""
    heading = next((line for line in text.splitlines() if line.strip()), "")
    return max(
        SEPARATORS, key=lambda sign: sum(_plain(cell.strip('"')) in _COLUMN for cell in heading.split(sign))
    )


def _row(line: int, cells: list[str], heading: list[str | None]) -> Row:
    known = {
        column: cell.strip() for column, cell in zip(heading, cells, strict=False) if column and cell.strip()
    }
    return Row(line, known, any(cell.strip() for cell in cells[len(heading) :]))


def _plain(heading: str) -> str:
    letters = "".join(
        c for c in unicodedata.normalize("NFD", heading.casefold()) if not unicodedata.combining(c)
    )
    return " ".join("".join(c if c.isalnum() and c != "º" else " " for c in letters).split())


def _spoken(column: str) -> str:
    return f"“{HEADINGS[column][0]}”"
