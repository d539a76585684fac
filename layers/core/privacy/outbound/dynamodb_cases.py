"""Cases in DynamoDB, for who takes them apart: the items of dynamodb_requests.py, deleted one kind after the other."""

from __future__ import annotations

from collections.abc import Collection, Iterable
from datetime import date, datetime
from itertools import batched
from typing import TYPE_CHECKING, Any

from privacy.outbound.dynamodb import Item, from_wire, pages, to_wire
from privacy.outbound.dynamodb_requests import SUMMARY, step_in
from privacy.ports.retention import FiledCase

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: DynamoDB's own limit of deletions in one call.
_BATCH = 25


class DynamoCases:
    """CaseRemover over the requests' table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def filed(self, request: str) -> FiledCase:
        steps, causes, senders = {}, set[str](), set[str]()
        summary: Item = {}
        for item in pages(self._client, self._table, f"request#{request}"):
            if item["sk"] == SUMMARY:
                summary = item
                continue
            steps[int(item["sk"].removeprefix("step#"))] = step_in(item)
            causes.update(item.get("causes", ()))
            senders.update(item.get("senders", ()))
        due_on = summary.get("due_on")
        return FiledCase(
            steps,
            frozenset(causes),
            frozenset(senders),
            summary.get("version", 0),
            date.fromisoformat(due_on) if due_on else None,
        )

    def drop_causes(self, causes: Collection[str]) -> None:
        self._delete((f"cause#{cause}", "cause") for cause in causes)

    def drop_acknowledgement(self, identifier: str, before: datetime) -> None:
        self._delete_if(
            f"sender#{identifier}",
            "acknowledged",
            "attribute_not_exists(pk) OR #at < :before",
            {":before": before.isoformat()},
            {"#at": "at"},
        )

    def drop_steps(self, request: str, numbers: Collection[int]) -> None:
        self._delete((f"request#{request}", f"step#{number:06}") for number in numbers)

    def drop_sender(self, identifier: str, request: str) -> None:
        """How many cases they had is read before the cases: whoever files another meanwhile counts one more."""
        pk = f"sender#{identifier}"
        count = self._count(pk)
        sorts = [item["sk"] for item in pages(self._client, self._table, pk)]
        own = {sk for sk in sorts if sk.startswith("request#") and sk.endswith(f"#{request}")}
        self._delete((pk, sk) for sk in own)
        if any(sk.startswith("request#") and sk not in own for sk in sorts):
            return
        if count is None or self._delete_if(
            pk, "cases", "#count = :count", {":count": count}, {"#count": "count"}
        ):
            self._delete([(pk, "acknowledged")])

    def restamp(self, request: str, version: int, due_on: date) -> bool:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire({"pk": f"request#{request}", "sk": SUMMARY}),
                UpdateExpression="SET due_on = :day",
                ConditionExpression="version = :version",
                ExpressionAttributeValues=to_wire({":day": due_on.isoformat(), ":version": version}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def drop_summary(self, request: str, version: int) -> bool:
        condition = "attribute_not_exists(pk) OR version = :version"
        return self._delete_if(f"request#{request}", SUMMARY, condition, {":version": version})

    def set_aside(self, cause: str) -> date | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": f"cause#{cause}", "sk": "cause"}), ConsistentRead=True
        )
        item = from_wire(answer.get("Item", {}))
        return date.fromisoformat(item["due_on"]) if "due_on" in item and not item["request"] else None

    def _count(self, pk: str) -> int | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": pk, "sk": "cases"}), ConsistentRead=True
        )
        return int(from_wire(answer["Item"])["count"]) if "Item" in answer else None

    def _delete(self, keys: Iterable[tuple[str, str]]) -> None:
        for batch in batched(sorted(keys), _BATCH, strict=False):
            requests: Any = [{"DeleteRequest": {"Key": to_wire({"pk": pk, "sk": sk})}} for pk, sk in batch]
            wanted: Any = {self._table: requests}
            while wanted:
                wanted = self._client.batch_write_item(RequestItems=wanted).get("UnprocessedItems")

    def _delete_if(
        self, pk: str, sk: str, condition: str, values: Item, names: dict[str, str] | None = None
    ) -> bool:
        named: Any = {"ExpressionAttributeNames": names} if names else {}
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_wire({"pk": pk, "sk": sk}),
                ConditionExpression=condition,
                ExpressionAttributeValues=to_wire(values),
                **named,
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True
