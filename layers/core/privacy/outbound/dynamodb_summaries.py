"""Everybody in the projection, by a Scan: for the import's plan and the reconciliation, never for a purge."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING, Any

from privacy.outbound.dynamodb import from_wire, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: What a plan reads of a person. Some of these are DynamoDB's own words.
_READ = ("pk", "standings", "consents", "orders", "facts", "clock_due_on")


class DynamoSummaries:
    """Summaries over the table `people`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def page(
        self, after: Mapping[str, str] | None
    ) -> tuple[list[tuple[str, Mapping[str, Any]]], Mapping[str, str] | None]:
        """One megabyte's worth of the table, of which a part are people; whoever was merged is passed over."""
        request: dict[str, Any] = {
            "TableName": self._table,
            "FilterExpression": "sk = :person AND attribute_not_exists(alias_of)",
            "ExpressionAttributeValues": to_wire({":person": "person"}),
            "ProjectionExpression": ", ".join(f"#{name}" for name in _READ),
            "ExpressionAttributeNames": {f"#{name}": name for name in _READ},
        }
        if after:
            request["ExclusiveStartKey"] = to_wire(after)
        answer = self._client.scan(**request)
        items = [from_wire(item) for item in answer["Items"]]
        last = answer.get("LastEvaluatedKey")
        return [(item.pop("pk"), item) for item in items], from_wire(last) if last else None
