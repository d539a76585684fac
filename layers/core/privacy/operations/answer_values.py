"""A record's values for people and tables: nested ones flattened, each with its path."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping

from privacy.domain.dossier import Record, Value

type Flat = str | int | float | bool


def flattened(said: Mapping[str, Value], path: str = "") -> Iterator[tuple[str, Flat]]:
    """(`billing_details.address.city`, value) each; a list is one value, so that no table grows sideways."""
    for name, value in said.items():
        place = f"{path}.{name}" if path else name
        if isinstance(value, Mapping):
            yield from flattened(value, place)
        elif isinstance(value, list | tuple):
            yield place, _listed(value)
        elif isinstance(value, str | int | float | bool) and value != "":
            yield place, value


def _listed(values: list[Value] | tuple[Value, ...]) -> str:
    if all(isinstance(value, str | int | float) for value in values):
        return ", ".join(str(value) for value in values)
    return json.dumps(values, ensure_ascii=False)


def columns_of(record: Record) -> Iterator[tuple[str, Flat]]:
    """What a table says of a record besides its values, then these."""
    told = {
        "record_date": record.at.isoformat() if record.at else "",
        "record_source": record.source,
        "record_nature": record.nature.value,
        "record_store": record.store.value,
        "record_rule": record.rule,
        "record_erased_on": record.until.isoformat() if record.until else "",
        "record_reference": record.reference,
        "record_file": record.file,
        "record_notes": "; ".join(
            f"{name or '*'}: {why.value}" for name, why in sorted(record.notes.items())
        ),
    }
    yield from told.items()
    yield from flattened(record.said)


def plain(text: str) -> str:
    """Without what no file of text may hold: control characters, halves of characters."""
    kept = "".join(c for c in text if c in "\n\t" or not _unprintable(c))
    return kept.encode("utf-8", "replace").decode()


def _unprintable(character: str) -> bool:
    code = ord(character)
    return code < 0x20 or 0x7F <= code < 0xA0 or 0xD800 <= code < 0xE000 or code in _TURNING


#: Marks that make the text around them read backwards.
_TURNING = frozenset({*range(0x202A, 0x202F), *range(0x2066, 0x206A), 0x200E, 0x200F, 0x061C})
