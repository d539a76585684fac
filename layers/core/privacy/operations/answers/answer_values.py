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


#: Control characters but line breaks and tabs, and the marks that make the text around them read backwards.
_LEFT_OUT = dict.fromkeys(
    {
        *(code for code in range(0x20) if chr(code) not in "\n\t"),
        *range(0x7F, 0xA0),
        *range(0x202A, 0x202F),
        *range(0x2066, 0x206A),
        *(0x200E, 0x200F, 0x061C),
    }
)


def plain(text: str) -> str:
    """Without what no file of text may hold; half a character, which some clients let people type, is a `?`."""
    return text.translate(_LEFT_OUT).encode("utf-8", "replace").decode()
