"""What is due, from a table's sparse index `due`: the same in all four tables (infra/storage.yaml).

due_shard = <kind>#<0-7>, due_on = Paris day; keys only. Only items with an end stand in it, so that what a page costs
follows from how many are due, and not from how many there are.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import TYPE_CHECKING, Any

from privacy.outbound.dynamodb import Item, from_wire, to_wire
from privacy.ports.retention import DuePage

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

INDEX = "due"


class DynamoDueIndex:
    """DueIndex over one table."""

    def __init__(self, client: DynamoDBClient, table: str, shards: Sequence[str]) -> None:
        self._client = client
        self._table = table
        self.shards: Sequence[str] = tuple(shards)

    def page(self, shard: str, until: date, after: str | None, limit: int) -> DuePage:
        request: Any = {
            "TableName": self._table,
            "IndexName": INDEX,
            "KeyConditionExpression": "due_shard = :shard AND due_on <= :until",
            "ExpressionAttributeValues": to_wire({":shard": shard, ":until": until.isoformat()}),
            "Limit": limit,
        }
        if after:
            request["ExclusiveStartKey"] = _key(shard, after)
        answer = self._client.query(**request)
        items = map(from_wire, answer["Items"])
        last = from_wire(answer.get("LastEvaluatedKey", {}))
        return DuePage(
            [(item["pk"], item["sk"], date.fromisoformat(item["due_on"])) for item in items],
            json.dumps([last["due_on"], last["pk"], last["sk"]]) if last else None,
        )

    def size(self) -> int:
        """DynamoDB counts every six hours or so."""
        described = self._client.describe_table(TableName=self._table)["Table"]
        indexes = described.get("GlobalSecondaryIndexes", [])
        return next((index.get("ItemCount", 0) for index in indexes if index.get("IndexName") == INDEX), 0)


def _key(shard: str, after: str) -> Item:
    """Raises ValueError for what no page gave."""
    due_on, pk, sk = json.loads(after)
    return to_wire({"pk": pk, "sk": sk, "due_shard": shard, "due_on": due_on})
