"""An answer as JSON, for machines: the same records as on the page, all of them (docs/schemas/access.schema.json).

It is written piece by piece; each record is a line of its own.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Iterator, Mapping
from typing import Any

from privacy.domain.answer_words import AnswerWords
from privacy.domain.article15 import Information
from privacy.domain.dossier import Record, Section

type Header = Mapping[str, Any]


def data(
    header: Header,
    sections: Iterable[tuple[Section, tuple[str, ...], Callable[[], Iterator[Record]]]],
    words: AnswerWords,
) -> Iterator[bytes]:
    """header: whose answer it is. sections: with the purposes of each and its records."""
    opened = json.dumps(header, ensure_ascii=False, indent=1)
    yield _bytes(opened.removesuffix("\n}") + ',\n "sections": [')
    between = "\n"
    for section, purposes, records in sections:
        told = {
            "id": section.id,
            "title": words.sections[section.id].title,
            "store": section.store.value,
            "purposes": list(purposes),
        }
        yield _bytes(
            between + "  " + json.dumps(told, ensure_ascii=False).removesuffix("}") + ', "records": ['
        )
        comma = "\n"
        for record in records():
            yield _bytes(comma + "   " + json.dumps(_told(record), ensure_ascii=False))
            comma = ",\n"
        yield b"\n  ]}"
        between = ",\n"
    yield b"\n ]\n}\n"


def points(information: Information) -> dict[str, Any]:
    """The information of Article 15, in words and for machines."""
    return {
        name: {"title": point.title, "text": list(point.lines), "data": [dict(told) for told in point.told]}
        for name, point in information.items()
    }


def _told(record: Record) -> dict[str, Any]:
    told = {
        "values": record.said,
        "source": record.source,
        "nature": record.nature.value,
        "store": record.store.value,
        "date": record.at.isoformat() if record.at else None,
        "retention_rule": record.rule or None,
        "erased_on": record.until.isoformat() if record.until else None,
        "reference": record.reference or None,
        "file": record.file or None,
        "notes": {name or "*": why.value for name, why in sorted(record.notes.items())} or None,
    }
    return {name: value for name, value in told.items() if value is not None}


def _bytes(text: str) -> bytes:
    """Half a character, which some clients let people type, is written as its escape."""
    return text.encode("utf-8", "backslashreplace")
