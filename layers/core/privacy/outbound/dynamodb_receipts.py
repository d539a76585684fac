"""The purge's receipts in DynamoDB: a line a deletion, and nothing of anybody in it (R31).

pk = receipt#<Paris day>, sk = <run>#<batch>   rules, begun_at, finished_at; lines: by id, how much went by each rule
                                               due stamp: the ids go after 40 days, the rest after six years
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from privacy.domain.clocks import paris_day
from privacy.outbound.dynamodb import Item, from_wire, pages, to_wire
from privacy.ports.retention import Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: After which the lines lose their ids (R31).
IDS_DAYS = 40
DUE_SHARDS = 8


class DynamoReceipts:
    """Receipts over the registry. today: the Paris day, at which a list ends."""

    def __init__(self, client: DynamoDBClient, table: str, today: Callable[[], date]) -> None:
        self._client = client
        self._table = table
        self._today = today

    def of(self, receipt: Receipt) -> Receipt | None:
        answer = self._client.get_item(TableName=self._table, Key=key_of(receipt), ConsistentRead=True)
        return receipt_in(from_wire(answer["Item"])) if "Item" in answer else None

    def begin(self, receipt: Receipt) -> Receipt:
        """One write; a second where an earlier attempt began it, and did not know all of them."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=key_of(receipt) | to_wire(_item(receipt)),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except self._client.exceptions.ConditionalCheckFailedException as error:
            stands = receipt_in(from_wire(error.response.get("Item", {})))  # type: ignore[arg-type]
        else:
            return receipt
        new = {id_: line for id_, line in receipt.lines.items() if id_ not in stands.lines}
        if not new:
            return stands
        answer = self._client.update_item(
            TableName=self._table,
            Key=key_of(receipt),
            UpdateExpression="SET "
            + ", ".join(f"#lines.#{n} = if_not_exists(#lines.#{n}, :{n})" for n in range(len(new))),
            ExpressionAttributeNames={"#lines": "lines"} | {f"#{n}": id_ for n, id_ in enumerate(new)},
            ExpressionAttributeValues=to_wire({f":{n}": dict(line) for n, line in enumerate(new.values())}),
            ReturnValues="ALL_NEW",
        )
        return receipt_in(from_wire(answer["Attributes"]))

    def finish(self, receipt: Receipt) -> None:
        if receipt.finished_at is None:
            raise ValueError("a receipt that is finished says when")
        self._client.update_item(
            TableName=self._table,
            Key=key_of(receipt),
            UpdateExpression="SET finished_at = :at",
            ConditionExpression="attribute_exists(pk)",
            ExpressionAttributeValues=to_wire({":at": receipt.finished_at.isoformat()}),
        )

    def since(self, day: date, after: str | None) -> tuple[Sequence[Receipt], str | None]:
        asked = date.fromisoformat(after) if after else day
        found = [
            receipt_in(item) for item in pages(self._client, self._table, f"receipt#{asked.isoformat()}")
        ]
        onwards = asked + timedelta(days=1)
        return found, onwards.isoformat() if onwards <= self._today() else None


def key_of(receipt: Receipt) -> Item:
    """Where the receipt stands."""
    day = paris_day(receipt.begun_at).isoformat()
    return to_wire({"pk": f"receipt#{day}", "sk": f"{receipt.run}#{receipt.batch}"})


def _item(receipt: Receipt) -> Item:
    day = paris_day(receipt.begun_at)
    return {
        "run": receipt.run,
        "batch": receipt.batch,
        "rules": receipt.rules,
        "begun_at": receipt.begun_at.isoformat(),
        "lines": {id_: dict(line) for id_, line in receipt.lines.items()},
        "due_shard": f"receipt#{sum(receipt.batch.encode()) % DUE_SHARDS}",
        "due_on": (day + timedelta(days=IDS_DAYS)).isoformat(),
    }


def receipt_in(item: Mapping[str, Any]) -> Receipt:
    """The receipt that an item is."""
    finished_at = item.get("finished_at")
    return Receipt(
        item["run"],
        item["batch"],
        item["rules"],
        datetime.fromisoformat(item["begun_at"]),
        item["lines"],
        datetime.fromisoformat(finished_at) if finished_at else None,
    )
