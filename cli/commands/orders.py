"""`privacy orders`: what Stripe does not know of orders, out of a table."""

import argparse
import json
import sys
import time
from collections import Counter
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from cli.commands.files import content_of
from cli.commands.operator_calls import STAFF, Busy, Desk, desk, take_desk
from cli.commands.orders_table import LARGEST, Row, Table, Unreadable, cents_of, day_of, require, table_of
from cli.local.trouble import Trouble

NAME = "orders"
HELP = "enter what Stripe does not know: deliveries, and orders paid elsewhere"
DESCRIPTION = """\
Enter what Stripe does not know of orders, out of a table. For the roles PrivacyStaff and PrivacyDpo.

  privacy orders delivered deliveries.csv --dry-run     what would change
  privacy orders delivered deliveries.csv               when orders were delivered
  privacy orders add transfers.csv                      orders paid outside Stripe

The first line names the columns, in English or French:

  delivered   order number (numéro de commande) or payment (pi_…), and delivered (livré le)
  add         order number, e-mail (courriel), date, amount (montant), and where known name (nom),
              address (adresse), complément, postal code (code postal), city (ville), country (pays),
              customer number (numéro client), delivered

Days are written 2026-11-22 or 22/11/2026, amounts 49,90 or 49.90, in euros. Comma, semicolon or tab separate;
UTF-8 or as Excel saves it. A file with a bad line changes nothing. What was entered before is known and changes
nothing, so a run that broke off is finished by running it again.
"""

#: Entries in one call, and bytes of its body: both below what the back office takes.
AT_ONCE = 100
LARGEST_CALL = 200_000
SHOWN = 20
#: Lines after which a long table says how far it is.
TOLD_EVERY = 5_000
ATTEMPTS = 6

type Entry = dict[str, Any]

#: What keeps a whole file back, and what is only said.
REFUSED: Mapping[str, str] = {
    "conflict": "something else was entered of this order before",
    "taken": "Stripe has an order of this number",
    "ambiguous": "several orders have this number: name the payment (pi_…) instead",
}
SAID: Mapping[str, str] = {
    "new": "new",
    "waiting": "new, of orders that are not known here yet: they count once the order is",
    "known": "known already",
}


@dataclass(frozen=True)
class Line:
    """A line of the file, understood."""

    line: int
    key: str
    entry: Entry


@dataclass(frozen=True)
class Kind:
    """One of the two tables. name: of the entries in a call. needed: columns, one of each."""

    path: str
    name: str
    needed: tuple[tuple[str, ...], ...]
    read: Callable[[Row, date], Line]


def take(parser: argparse.ArgumentParser) -> None:
    tables = parser.add_subparsers(title="tables", metavar="TABLE", required=True)
    for name, kind, help_ in (
        ("delivered", DELIVERIES, "when orders were delivered"),
        ("add", ORDERS, "orders paid outside Stripe"),
    ):
        table = tables.add_parser(
            name, help=help_, description=DESCRIPTION, formatter_class=parser.formatter_class
        )
        table.add_argument("file", metavar="FILE", help="the table; - for standard input")
        table.add_argument("--dry-run", action="store_true", help="say what would change, and change nothing")
        table.set_defaults(kind=kind, correct=False)
        if kind is DELIVERIES:
            table.add_argument(
                "--correct", action="store_true", help="let these days replace what was entered before"
            )
        take_desk(table)


def run(arguments: argparse.Namespace) -> int:
    from privacy.domain.clocks import PARIS

    kind, name = arguments.kind, arguments.file
    table = table_of(name, content_of(name, at_most=LARGEST + 1))
    require(name, table, *kind.needed)
    for heading in table.ignored:
        print(f"A column is not used: {heading!r}")
    lines = _understood(name, table, kind, datetime.now(PARIS).date())
    office = desk(arguments, STAFF)
    said = {"correct": True} if arguments.correct else {"correct": False}
    _tell(name, lines, list(_sent(office, kind, lines, said | {"dry_run": True})), dry=True)
    if arguments.dry_run:
        print("Nothing was changed: this was a dry run.")
        return 0
    try:
        outcomes = list(_sent(office, kind, lines, said | {"dry_run": False}))
    except (Trouble, KeyboardInterrupt) as error:
        raise Trouble(
            f"{str(error) or 'interrupted'}: a part may be entered; run the same again to finish it"
        ) from None
    _tell(name, lines, outcomes, dry=False)
    return 0


# ---------------------------------------------------------------- the file


def _understood(name: str, table: Table, kind: Kind, today: date) -> list[Line]:
    """Raises Trouble, after each bad line and its reason."""
    from privacy.domain.shop_orders import Implausible

    good: dict[str, Line] = {}
    bad: list[tuple[int, str]] = []
    for row in table.rows:
        try:
            line = _read(kind, row, today)
        except (Unreadable, Implausible) as reason:
            bad.append((row.line, str(reason)))
            continue
        first = good.setdefault(line.key, line)
        if first.entry != line.entry:
            bad.append((row.line, f"it says something else of the order than line {first.line}"))
    if bad:
        _list(bad)
        raise Trouble(
            f"{name}: {_count(len(bad), 'bad line')} of {len(table.rows)}; nothing was changed. Mend them first"
        )
    if not good:
        raise Trouble(f"{name} has no lines but its heading")
    return list(good.values())


def _read(kind: Kind, row: Row, today: date) -> Line:
    if row.too_many:
        raise Unreadable("it has more cells than the first line")
    return kind.read(row, today)


def _delivery(row: Row, today: date) -> Line:
    from privacy.domain.shop_orders import Delivery

    cells = row.cells
    number, payment = cells.get("number"), cells.get("payment")
    if payment:
        number = None  # surer, where both are there
    delivery = Delivery(day_of(_cell(cells, "delivered_on", "the day of delivery")), number, payment).checked(
        today
    )
    return Line(row.line, payment or str(number).casefold(), _plain(asdict(delivery)))


def _order(row: Row, today: date) -> Line:
    from privacy.domain.shop_orders import PROFILE, AddedOrder

    cells = row.cells
    order = AddedOrder(
        number=_cell(cells, "number", "the order's number"),
        email=_cell(cells, "email", "the e-mail address"),
        ordered_on=day_of(_cell(cells, "ordered_on", "the day of the order")),
        amount=cents_of(_cell(cells, "amount", "the amount")),
        delivered_on=day_of(cells["delivered_on"]) if "delivered_on" in cells else None,
        profile={name: cells[name] for name in PROFILE if name in cells},
    ).checked(today)
    entry = asdict(order)
    return Line(row.line, order.number.casefold(), _plain(entry | entry.pop("profile")))


DELIVERIES = Kind(
    "/operator/orders/deliveries", "deliveries", (("number", "payment"), ("delivered_on",)), _delivery
)
ORDERS = Kind("/operator/orders", "orders", (("number",), ("email",), ("ordered_on",), ("amount",)), _order)


def _cell(cells: Mapping[str, str], column: str, what: str) -> str:
    if column not in cells:
        raise Unreadable(f"{what} is missing")
    return cells[column]


def _plain(entry: Entry) -> Entry:
    return {n: v.isoformat() if isinstance(v, date) else v for n, v in entry.items() if v is not None}


# ---------------------------------------------------------------- the calls


def _sent(office: Desk, kind: Kind, lines: Sequence[Line], said: Mapping[str, object]) -> Iterator[str]:
    """Each line's outcome, in order. Raises Trouble."""
    sent = 0
    for batch in _batches(lines):
        content = {**said, kind.name: [line.entry for line in batch]}
        yield from _patiently(partial(office.call, kind.path, content))["outcomes"]
        sent += len(batch)
        if sent % TOLD_EVERY < len(batch):
            print(f"… {sent:,} of {len(lines):,} lines", file=sys.stderr)


def _batches(lines: Sequence[Line]) -> Iterator[list[Line]]:
    batch: list[Line] = []
    size = 0
    for line in lines:
        bytes_ = len(json.dumps(line.entry)) + 2
        if batch and (len(batch) == AT_ONCE or size + bytes_ > LARGEST_CALL):
            yield batch
            batch, size = [], 0
        batch.append(line)
        size += bytes_
    if batch:
        yield batch


def _patiently(call: Callable[[], Any]) -> Any:
    """A long table meets a busy moment now and then."""
    for attempt in range(1, ATTEMPTS):
        try:
            return call()
        except Busy:
            time.sleep(2**attempt / 4)
    return call()


# ---------------------------------------------------------------- what came of it


def _tell(name: str, lines: Sequence[Line], outcomes: Sequence[str], *, dry: bool) -> None:
    """Raises Trouble where a line may not be entered, after each of them and its reason."""
    counts = Counter(outcomes)
    refused = [(line.line, REFUSED[o]) for line, o in zip(lines, outcomes, strict=True) if o in REFUSED]
    if dry or refused:
        print(f"{_count(len(lines), 'order')} in {name}:")
    for outcome, words in SAID.items():
        if counts[outcome]:
            print(f"  {counts[outcome]:>6,}  {words}")
    if refused:
        print(f"  {len(refused):>6,}  refused")
        _list(refused)
        changed = "nothing was changed" if dry else "the others are entered"
        raise Trouble(f"{name}: {_count(len(refused), 'line')} cannot be entered; {changed}")
    if not dry:
        print("Entered.")


def _list(lines: Sequence[tuple[int, str]]) -> None:
    for line, reason in lines[:SHOWN]:
        print(f"  line {line}: {reason}")
    if len(lines) > SHOWN:
        print(f"  and {len(lines) - SHOWN} more")


def _count(number: int, what: str) -> str:
    return f"{number:,} {what}{'' if number == 1 else 's'}"
