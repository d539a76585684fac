"""Item bytes and capacity units, by DynamoDB's published rules: what emulators report is wrong.

An item weighs its attribute names and values. A write costs a unit for each KiB begun, of the larger of before
and after; twice that in a transaction, on the base table only. A consistent read costs a unit for each 4 KiB
begun: of the sum in a Query or Scan, item by item in a batch.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Any

type Wire = Mapping[str, Mapping[str, Any]]

KIB = 1024


def item_bytes(item: Wire) -> int:
    return sum(len(name.encode()) + value_bytes(value) for name, value in item.items())


def value_bytes(value: Mapping[str, Any]) -> int:
    """A value as the wire has it, `{"S": "…"}`."""
    ((kind, held),) = value.items()
    return _WEIGHTS[kind](held)


def _number_bytes(written: str) -> int:
    """A byte for two significant digits, one more, and one for the sign."""
    digits = written.lstrip("-").replace(".", "").strip("0")
    return 1 + (len(digits) + 1) // 2 + written.startswith("-")


_WEIGHTS: Mapping[str, Callable[[Any], int]] = {
    "S": lambda text: len(text.encode()),
    "N": _number_bytes,
    "B": lambda base64: len(base64) * 3 // 4,
    "BOOL": lambda _: 1,
    "NULL": lambda _: 1,
    "SS": lambda texts: sum(len(text.encode()) for text in texts),
    "NS": lambda numbers: sum(map(_number_bytes, numbers)),
    "L": lambda elements: 3 + sum(1 + value_bytes(element) for element in elements),
    "M": lambda fields: 3 + sum(1 + len(name.encode()) + value_bytes(held) for name, held in fields.items()),
}


def write_units(before: int, after: int = 0) -> int:
    return max(1, -(-max(before, after) // KIB))


def read_units(size: int) -> int:
    """Of a strongly consistent read."""
    return max(1, -(-size // (4 * KIB)))
