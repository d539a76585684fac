"""Directives in DynamoDB, in the registry's table.

pk = directive#<email identifier>, sk = entry   words, executor, case, registered_at, about: the identifier
                                                in the index `due` under `directive#<0-7>`, by the day on which the
                                                purge looks whether anything is held of them still (R27)
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from typing import TYPE_CHECKING

from privacy.outbound.dynamodb import Item, items_of, to_wire
from privacy.ports.directives import Directive

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SK = "entry"
DUE_SHARDS = 8


class DynamoDirectives:
    """Directives over the registry."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def register(self, directive: Directive, look_on: date) -> None:
        item = {
            "pk": _pk(directive.about),
            "sk": _SK,
            "about": directive.about,
            "words": list(directive.words),
            "executor": directive.executor,
            "case": directive.case,
            "registered_at": directive.registered_at.isoformat(),
            "due_shard": f"directive#{sum(directive.about.encode()) % DUE_SHARDS}",
            "due_on": look_on.isoformat(),
        }
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def of(self, identifiers: Collection[str]) -> Directive | None:
        keys = [(_pk(identifier), _SK) for identifier in sorted(set(identifiers))]
        found = [_directive(item) for item in items_of(self._client, self._table, keys, consistent=True)]
        return max(found, key=lambda directive: directive.registered_at, default=None)

    def revoke(self, identifiers: Collection[str]) -> bool:
        deleted = [
            self._client.delete_item(
                TableName=self._table,
                Key=to_wire({"pk": _pk(identifier), "sk": _SK}),
                ReturnValues="ALL_OLD",
            )
            for identifier in sorted(set(identifiers))
        ]
        return any("Attributes" in answer for answer in deleted)


def _pk(identifier: str) -> str:
    return f"directive#{identifier}"


def _directive(item: Item) -> Directive:
    return Directive(
        about=item["about"],
        words=tuple(item["words"]),
        executor=item["executor"],
        case=item["case"],
        registered_at=datetime.fromisoformat(item["registered_at"]),
    )
