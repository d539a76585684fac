"""A section as CSV (RFC 4180, UTF-8): what a stranger typed never becomes a formula where somebody opens it.

A spreadsheet takes a cell that begins with = + - @ (or their full-width forms, or a tab) for a formula; one that splits
at another character than the comma also takes what comes after it for a cell of its own. Such places get an apostrophe
before them. data.json has every value as it is.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterable, Iterator
from io import StringIO

from privacy.domain.dossier import Record
from privacy.operations.answers.answer_values import Flat, columns_of, plain

#: Where a cell begins, for some spreadsheet in some country, and a formula with it.
_FORMULA = re.compile(r"(^|[;\t\r\n])(\s*)(?=[=+\-@|%＝＋－＠])")
#: Excel reads UTF-8 only where this stands first.
MARK = "\ufeff"


def table(records: Iterable[Record], columns: Iterable[str]) -> Iterator[bytes]:
    """The file, piece by piece. columns: all that any of the records has, in their order."""
    header = list(columns)
    yield (MARK + _line(header)).encode()
    for record in records:
        cells = dict(columns_of(record))
        yield _line([cells.get(column, "") for column in header]).encode()


def columns_in(records: Iterable[Record]) -> list[str]:
    """Every column that any of the records has, in the order in which they first come."""
    found: dict[str, None] = {}
    for record in records:
        found |= dict.fromkeys(name for name, _ in columns_of(record))
    return list(found)


def safe(value: Flat) -> Flat:
    """As it may stand in a cell. A number is no formula; everything else that looks like one gets an apostrophe."""
    if not isinstance(value, str):
        return value
    return _FORMULA.sub(r"\1\2'", plain(value))


def _line(values: Iterable[Flat]) -> str:
    written = StringIO()
    csv.writer(written, quoting=csv.QUOTE_ALL).writerow([safe(value) for value in values])
    return written.getvalue()
