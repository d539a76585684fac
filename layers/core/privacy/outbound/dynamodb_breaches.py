"""Breaches in DynamoDB, in the registry's table: an item each, whose entries only grow.

pk = breach#<id>, sk = record   version, entries
                                in the index `due`: while it is open under `open_breach`, read by the watch and by no
                                purge; once it is closed under `breach#<0-7>`, by its end (R34)
"""

from __future__ import annotations

from dataclasses import asdict
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from privacy.domain.breach import Breach, Did, Entry
from privacy.outbound.dynamodb import Item, from_wire, items_of, to_wire
from privacy.ports.breaches import BreachConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PREFIX = "breach#"
_OPEN = "open_breach"
DUE_SHARDS = 8


class DynamoBreaches:
    """Breaches over the registry."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, id_: str) -> Breach | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_key(id_)), ConsistentRead=True)
        return _breach(from_wire(answer["Item"])) if "Item" in answer else None

    def file(self, breach: Breach, due_on: date) -> None:
        before = breach.version - 1
        condition: dict[str, Any] = {"ConditionExpression": "attribute_not_exists(pk)"}
        if before:
            condition = {
                "ConditionExpression": "version = :before",
                "ExpressionAttributeValues": to_wire({":before": before}),
            }
        try:
            self._client.put_item(TableName=self._table, Item=to_wire(_item(breach, due_on)), **condition)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise BreachConflict from None

    def open(self) -> list[Breach]:
        return [breach for breach in self._under(_OPEN) if breach.closed_at is None]

    def closed(self) -> list[Breach]:
        found = (self._under(f"{_PREFIX}{n}") for n in range(DUE_SHARDS))
        return [breach for some in found for breach in some]

    def _under(self, shard: str) -> list[Breach]:
        keys: list[tuple[str, str]] = []
        asked: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "due",
            "KeyConditionExpression": "due_shard = :shard",
            "ExpressionAttributeValues": to_wire({":shard": shard}),
        }
        while True:
            page = self._client.query(**asked)
            keys += [(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return [_breach(item) for item in items_of(self._client, self._table, keys, consistent=True)]


def _key(id_: str) -> Item:
    return {"pk": f"{_PREFIX}{id_}", "sk": "record"}


def _item(breach: Breach, due_on: date) -> Item:
    return _key(breach.id) | {
        "version": breach.version,
        "entries": [_written(entry) for entry in breach.entries],
        "due_shard": _OPEN if breach.closed_at is None else due_shard(breach.id),
        "due_on": due_on.isoformat(),
    }


def due_shard(breach_id: str) -> str:
    """Which of the purge's shards a closed one stands in."""
    return f"breach#{sum(breach_id.encode()) % DUE_SHARDS}"


def _written(entry: Entry) -> Item:
    return {**asdict(entry), "did": entry.did.value, "at": entry.at.isoformat(), "on": entry.on.isoformat()}


def _breach(item: Item) -> Breach:
    entries = tuple(
        Entry(
            **told
            | {
                "did": Did(told["did"]),
                "at": datetime.fromisoformat(told["at"]),
                "on": datetime.fromisoformat(told["on"]),
            }
        )
        for told in item["entries"]
    )
    return Breach(item["pk"].removeprefix(_PREFIX), entries)
