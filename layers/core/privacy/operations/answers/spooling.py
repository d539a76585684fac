"""Records on their way into an answer: written down one by one, counted, and read back section by section."""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from privacy.domain.dossier import Attachment, Nature, Record, Store, Tally, Why
from privacy.ports.answers import Spool


@dataclass(slots=True)
class Writer:
    """Takes records, keeps only what they come to."""

    spool: Spool
    tallies: dict[str, Tally] = field(default_factory=lambda: defaultdict(Tally))
    attachments: list[Attachment] = field(default_factory=list)

    def add(self, record: Record) -> None:
        self.tallies[record.section].add(record)
        self.spool.add(record.section, _line(record))

    def attach(self, record: Record, mail: str) -> None:
        """A record with a file of its own."""
        self.attachments.append(Attachment(record.file, mail))
        self.add(record)


def records_of(section: str, spool: Spool) -> Iterator[Record]:
    """In the order in which they were written down; one at a time."""
    for line in spool.lines(section):
        yield _record(section, json.loads(line))


def _line(record: Record) -> bytes:
    told = {
        "said": record.said,
        "source": record.source,
        "nature": record.nature.value,
        "at": record.at.isoformat() if record.at else None,
        "store": record.store.value,
        "rule": record.rule,
        "until": record.until.isoformat() if record.until else None,
        "reference": record.reference,
        "notes": {name: why.value for name, why in record.notes.items()},
        "file": record.file,
    }
    return json.dumps(told, separators=(",", ":")).encode()


def _record(section: str, told: dict[str, Any]) -> Record:
    return Record(
        section=section,
        said=told["said"],
        source=told["source"],
        nature=Nature(told["nature"]),
        at=datetime.fromisoformat(told["at"]) if told["at"] else None,
        store=Store(told["store"]),
        rule=told["rule"],
        until=date.fromisoformat(told["until"]) if told["until"] else None,
        reference=told["reference"],
        notes={name: Why(why) for name, why in told["notes"].items()},
        file=told["file"],
    )
