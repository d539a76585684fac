"""Redactions that are owed, in DynamoDB, in the registry's table: an item each, gone when Stripe has done it (R38).

pk = redaction#<id>, sk = <part>    objects, owed_on, job, asked, asked_on, failed, version
                                    in the index `due` by the next look
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from privacy.domain.redaction import Redaction
from privacy.outbound.dynamodb import Item, from_wire, pages, to_wire
from privacy.ports.redactions import RedactionConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_PREFIX = "redaction#"
DUE_SHARDS = 8


class DynamoRedactions:
    """OwedRedactions over the registry."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def owe(self, redaction: Redaction) -> bool:
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(_item(redaction)),
                ConditionExpression="attribute_not_exists(pk)",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def of(self, id_: str) -> list[Redaction]:
        return [_redaction(item) for item in pages(self._client, self._table, f"{_PREFIX}{id_}")]

    def get(self, key: tuple[str, str]) -> Redaction | None:
        pk, sk = key
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": pk, "sk": sk}), ConsistentRead=True
        )
        return _redaction(from_wire(answer["Item"])) if "Item" in answer else None

    def save(self, redaction: Redaction) -> Redaction:
        later = redaction._replace(version=redaction.version + 1)
        try:
            self._client.put_item(
                TableName=self._table, Item=to_wire(_item(later)), **_as_it_was(redaction.version)
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise RedactionConflict from None
        return later

    def settle(self, redaction: Redaction) -> None:
        try:
            self._client.delete_item(
                TableName=self._table, Key=to_wire(_key(redaction)), **_as_it_was(redaction.version)
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            raise RedactionConflict from None


def _as_it_was(version: int) -> Any:
    return {
        "ConditionExpression": "version = :before",
        "ExpressionAttributeValues": to_wire({":before": version}),
    }


def _key(redaction: Redaction) -> Item:
    return {"pk": f"{_PREFIX}{redaction.id}", "sk": str(redaction.part)}


def _item(redaction: Redaction) -> Item:
    asked_on = {"asked_on": redaction.asked_on.isoformat()} if redaction.asked_on else {}
    return (
        _key(redaction)
        | asked_on
        | {
            "objects": [*redaction.objects],
            "owed_on": redaction.owed_on.isoformat(),
            "job": redaction.job,
            "asked": redaction.asked,
            "failed": redaction.failed,
            "version": redaction.version,
            "due_shard": f"redaction#{sum(redaction.id.encode()) % DUE_SHARDS}",
            "due_on": redaction.due_on.isoformat(),
        }
    )


def _redaction(item: Item) -> Redaction:
    return Redaction(
        id=item["pk"].removeprefix(_PREFIX),
        part=int(item["sk"]),
        objects=tuple(item["objects"]),
        owed_on=date.fromisoformat(item["owed_on"]),
        due_on=date.fromisoformat(item["due_on"]),
        job=item["job"],
        asked=item["asked"],
        asked_on=date.fromisoformat(item["asked_on"]) if "asked_on" in item else None,
        failed=item["failed"],
        version=item["version"],
    )
