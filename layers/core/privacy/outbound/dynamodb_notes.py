"""Notes to the operators, in the registry: pk = note, sk = id; due stamp. Few, and read as a whole."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING

from privacy.domain.clocks import paris_day
from privacy.domain.note import Note
from privacy.outbound.dynamodb import pages, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PARTITION = "note"
DUE_SHARDS = 8
#: A lower bound: a note goes with whom it is about (R4).
LOOKED_AT_AFTER = timedelta(days=30)


class DynamoNotes:
    """Notes over the registry's table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def leave(self, note: Note) -> None:
        item = {
            "pk": _PARTITION,
            "sk": note.id,
            "kind": note.kind,
            "about": note.about,
            "audience": note.audience,
            "reason": note.reason,
            "letter": note.letter,
            "since": note.since.isoformat(),
            "form": note.form,
            "due_shard": f"note#{sum(note.id.encode()) % DUE_SHARDS}",
            "due_on": (paris_day(note.since) + LOOKED_AT_AFTER).isoformat(),
        }
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def open(self) -> list[Note]:
        return [
            Note(
                id=item["sk"],
                kind=item["kind"],
                about=item["about"],
                audience=item["audience"],
                reason=item["reason"],
                letter=item["letter"],
                since=datetime.fromisoformat(item["since"]),
                form=item["form"],
            )
            for item in pages(self._client, self._table, _PARTITION)
        ]

    def close(self, note_id: str) -> bool:
        answer = self._client.delete_item(
            TableName=self._table, Key=to_wire({"pk": _PARTITION, "sk": note_id}), ReturnValues="ALL_OLD"
        )
        return "Attributes" in answer
