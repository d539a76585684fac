"""The registry in DynamoDB: what is never rebuilt.

pk = suppression#<identifier>, sk = entry           at, state, reason, fact; due stamp (R9)
pk = event#<source#event id>,  sk = filed           under; gone after 90 days (R24)
pk = gone#<identifier>,        sk = mark            at: an erasure emptied the partition; 90 days (R24)
pk = read#<day>,               sk = instant#about   who read whose data, why (R26)
pk = approval,                 sk = history         at, by, run: the owner has seen what the import found
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from privacy.domain.clocks import add_years, paris_day
from privacy.domain.consent import State, Suppression
from privacy.outbound.dynamodb import from_wire, items_of, to_wire

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

SUPPRESSION_YEARS = 3  # R9, a lower bound: the entry stays as long as contact data are held
EVENT_DAYS = 90  # R24
GONE_DAYS = 90  # R24: far longer than any provider repeats itself
READ_LOG_YEARS = 1  # R26; DynamoDB forgets by itself only what no purge came for
DUE_SHARDS = 8

_HISTORY = {"pk": "approval", "sk": "history"}


class DynamoRegistry:
    """Registry over one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def suppressions(self, emails: Collection[str]) -> dict[str, Suppression]:
        found: dict[str, Suppression] = {}
        for email in sorted(emails):
            answer = self._client.get_item(
                TableName=self._table,
                Key=to_wire({"pk": f"suppression#{email}", "sk": "entry"}),
                ConsistentRead=True,
            )
            if raw := answer.get("Item"):
                item = from_wire(raw)
                found[email] = suppression_in(item)
        return found

    def suppress(self, entry: Suppression) -> None:
        item = {
            "pk": f"suppression#{entry.email}",
            "sk": "entry",
            "at": entry.at.isoformat(),
            "state": entry.state.value,
            "reason": entry.reason,
            "fact": entry.fact,
            "due_shard": f"suppression#{sum(entry.email.encode()) % DUE_SHARDS}",
            "due_on": add_years(paris_day(entry.at), SUPPRESSION_YEARS).isoformat(),
        }
        # as Suppression.outranks: "objected" comes before "withdrawn"
        self._put_if(
            item,
            "attribute_not_exists(pk) OR #at < :at OR #at = :at AND "
            "(#state > :state OR #state = :state AND fact < :fact)",
            {":at": item["at"], ":state": item["state"], ":fact": item["fact"]},
            {"#at": "at", "#state": "state"},
        )

    def claim_event(self, key: str, identifier: str, now: datetime) -> str:
        item = {
            "pk": f"event#{key}",
            "sk": "filed",
            "under": identifier,
            "expires_at": int((now + timedelta(days=EVENT_DAYS)).timestamp()),
        }
        held = self._put_if(item, "attribute_not_exists(pk)")
        return str(held["under"]) if held else identifier

    def filed(self, keys: Collection[str]) -> dict[str, str]:
        items = items_of(self._client, self._table, [(f"event#{key}", "filed") for key in keys])
        return {item["pk"].removeprefix("event#"): item["under"] for item in items}

    def gone(self, identifiers: Collection[str]) -> dict[str, datetime]:
        wanted = [(f"gone#{identifier}", "mark") for identifier in identifiers]
        return {
            item["pk"].removeprefix("gone#"): datetime.fromisoformat(item["at"])
            for item in items_of(self._client, self._table, wanted, consistent=True)
        }

    def mark_gone(self, identifier: str, now: datetime) -> None:
        item = {
            "pk": f"gone#{identifier}",
            "sk": "mark",
            "at": now.isoformat(),
            "expires_at": int((now + timedelta(days=GONE_DAYS)).timestamp()),
        }
        self._put_if(item, "attribute_not_exists(pk) OR #at < :at", {":at": now.isoformat()}, {"#at": "at"})

    def unmark_gone(self, identifier: str, at: datetime) -> None:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_wire({"pk": f"gone#{identifier}", "sk": "mark"}),
                ConditionExpression="#at = :at",
                ExpressionAttributeNames={"#at": "at"},
                ExpressionAttributeValues=to_wire({":at": at.isoformat()}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # another erasure's, or nobody's

    def log_read(self, *, operator: str, role: str, about: str, purpose: str, now: datetime) -> None:
        self._client.put_item(
            TableName=self._table,
            Item=to_wire(
                {
                    "pk": f"read#{paris_day(now).isoformat()}",
                    "sk": f"{now.isoformat()}#{about}",
                    "operator": operator,
                    "role": role,
                    "purpose": purpose,
                    "due_shard": f"read#{sum(about.encode()) % DUE_SHARDS}",
                    "due_on": add_years(paris_day(now), READ_LOG_YEARS).isoformat(),
                    "expires_at": int((now + timedelta(days=366 * READ_LOG_YEARS)).timestamp()),
                }
            ),
        )

    def history_approved(self) -> datetime | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_HISTORY), ConsistentRead=True)
        return datetime.fromisoformat(from_wire(answer["Item"])["at"]) if "Item" in answer else None

    def approve_history(self, *, run: str, operator: str, now: datetime) -> None:
        item = {**_HISTORY, "at": now.isoformat(), "by": operator, "run": run}
        self._put_if(item, "attribute_not_exists(pk)")

    def _put_if(
        self,
        item: dict[str, Any],
        condition: str,
        values: dict[str, Any] | None = None,
        names: dict[str, str] | None = None,
    ) -> dict[str, Any] | None:
        """Writes the item, or returns the one that the condition protects."""
        extra: Any = {}
        if values:
            extra |= {"ExpressionAttributeValues": to_wire(values)}
        if names:
            extra |= {"ExpressionAttributeNames": names}
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(item),
                ConditionExpression=condition,
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
                **extra,
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            return from_wire(error.response.get("Item", {}))  # type: ignore[arg-type]
        return None


def suppression_in(item: dict[str, Any]) -> Suppression:
    """The entry of the suppression list that an item is."""
    return Suppression(
        item["pk"].removeprefix("suppression#"),
        datetime.fromisoformat(item["at"]),
        State(item["state"]),
        item["reason"],
        item["fact"],
    )
