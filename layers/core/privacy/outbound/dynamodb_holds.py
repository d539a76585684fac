"""Operators' holds in DynamoDB, in the registry's table.

pk = hold#<person>, sk = legal | restriction#<case>   reason, by, since, review_on
                                                      in the index `due` under `hold`, by review day: read by the
                                                      watch, and by no purge
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

from privacy.outbound.dynamodb import Item, items_of, pages, to_wire
from privacy.ports.retention import LegalHold

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_SHARD = "hold"
_PREFIX = "hold#"


class DynamoHolds:
    """LegalHolds over the registry."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def place(self, hold: LegalHold) -> None:
        item = {
            **_key(hold.person, hold.kind, hold.case),
            "reason": hold.reason,
            "by": hold.by,
            "since": hold.since.isoformat(),
            "review_on": hold.review_on.isoformat(),
            "due_shard": _SHARD,
            "due_on": hold.review_on.isoformat(),
        }
        self._client.put_item(TableName=self._table, Item=to_wire(item))

    def release(self, person: str, kind: str, case: str = "") -> bool:
        answer = self._client.delete_item(
            TableName=self._table, Key=to_wire(_key(person, kind, case)), ReturnValues="ALL_OLD"
        )
        return "Attributes" in answer

    def of(self, persons: Collection[str]) -> list[LegalHold]:
        """A partition that is empty, as nearly all are, costs one unit; asking for each kind would cost one a kind."""
        found = (pages(self._client, self._table, f"{_PREFIX}{person}") for person in sorted(set(persons)))
        return _holds([*chain.from_iterable(found)])

    def all(self) -> list[LegalHold]:
        keys: list[tuple[str, str]] = []
        asked: dict[str, Any] = {
            "TableName": self._table,
            "IndexName": "due",
            "KeyConditionExpression": "due_shard = :shard",
            "ExpressionAttributeValues": to_wire({":shard": _SHARD}),
        }
        while True:
            page = self._client.query(**asked)
            keys += [(item["pk"]["S"], item["sk"]["S"]) for item in page["Items"]]
            if "LastEvaluatedKey" not in page:
                break
            asked["ExclusiveStartKey"] = page["LastEvaluatedKey"]
        return _holds([*items_of(self._client, self._table, keys, consistent=True)])


def _key(person: str, kind: str, case: str) -> Item:
    return {"pk": f"{_PREFIX}{person}", "sk": f"{kind}#{case}" if case else kind}


def _holds(items: Collection[Item]) -> list[LegalHold]:
    found = [
        LegalHold(
            person=item["pk"].removeprefix(_PREFIX),
            kind=item["sk"].partition("#")[0],
            reason=item["reason"],
            by=item["by"],
            since=datetime.fromisoformat(item["since"]),
            review_on=date.fromisoformat(item["review_on"]),
            case=item["sk"].partition("#")[2],
        )
        for item in items
    ]
    return sorted(found, key=lambda hold: (hold.review_on, hold.person, hold.kind, hold.case))
