"""The archive in DynamoDB: what only answers and accounting may read, fact by fact (docs/architecture.md "Purge").

pk = identifier, sk = `source#event_id`   a fact as in the ledger, with the groups that are archived
                                          person; due: the first Paris day of each group; due stamp: the earliest
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from privacy.outbound.dynamodb import Item, fact_of, from_wire, item_of, pages, to_wire, without_groups
from privacy.ports import LedgerUnavailable
from privacy.ports.retention import Archived

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE_SHARDS = 8
#: Where archived facts stand in the index of what is due (infra/storage.yaml).
SHARDS = tuple(f"archive#{n}" for n in range(DUE_SHARDS))


class DynamoArchive:
    """Archive over one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def put(self, archived: Archived) -> None:
        """One write; a second where a part of the fact was archived before. Raises LedgerUnavailable."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(_item(archived)),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise LedgerUnavailable(error.response["Error"]["Code"]) from None
            stored = _archived(from_wire(error.response.get("Item", {})))  # type: ignore[arg-type]
        except BotoCoreError as error:
            raise LedgerUnavailable(type(error).__name__) from None
        else:
            return
        whole = replace(archived.fact, groups={**stored.fact.groups, **archived.fact.groups})
        merged = Archived(whole, archived.person, {**stored.due_on, **archived.due_on})
        if merged != stored:
            self._client.put_item(TableName=self._table, Item=to_wire(_item(merged)))

    def get(self, identifier: str, key: str) -> Archived | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": identifier, "sk": key}), ConsistentRead=True
        )
        return _archived(from_wire(answer["Item"])) if "Item" in answer else None

    def under(self, identifier: str) -> Sequence[Archived]:
        return [_archived(item) for item in pages(self._client, self._table, identifier)]

    def remove(self, archived: Archived, groups: Collection[str]) -> bool:
        """Two writes where a part stays: what goes, and the day on which the rest does. Raises LedgerUnavailable."""
        rest = {name: day for name, day in archived.due_on.items() if name not in groups}
        if not without_groups(self._client, self._table, archived.fact, groups, also=("due",)):
            return False
        if rest:
            fact = archived.fact
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": fact.filed_under, "sk": fact.key}),
                UpdateExpression="SET due_on = :day",
                ConditionExpression="digest = :digest",
                ExpressionAttributeValues=to_wire(
                    {":day": min(rest.values()).isoformat(), ":digest": fact.digest}
                ),
            )
        return True


def _item(archived: Archived) -> Item:
    fact = archived.fact
    return item_of(fact) | {
        "person": archived.person,
        "due": {name: day.isoformat() for name, day in archived.due_on.items()},
        "due_shard": f"archive#{sum(fact.filed_under.encode()) % DUE_SHARDS}",
        "due_on": min(archived.due_on.values()).isoformat(),
    }


def _archived(item: dict[str, Any]) -> Archived:
    due_on = {name: date.fromisoformat(day) for name, day in item["due"].items()}
    return Archived(fact_of(item), item["person"], due_on)
