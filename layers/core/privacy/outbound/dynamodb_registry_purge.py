"""The registry in DynamoDB, for who purges: dynamodb_registry.py and dynamodb_receipts.py say what stands there."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING, Any

from privacy.domain.consent import Suppression
from privacy.outbound.dynamodb import Item, from_wire, to_wire
from privacy.outbound.dynamodb_receipts import key_of, receipt_in
from privacy.outbound.dynamodb_registry import suppression_in
from privacy.ports.retention import NOBODY, Receipt

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient


class DynamoRegistryPurge:
    """RegistryRemover and ReceiptRemover over the registry's table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    # --- suppressions

    def entry_of(self, email: str) -> Suppression | None:
        item = self._read(_suppression(email))
        return suppression_in(item) if item else None

    def look_again(self, entry: Suppression, due_on: date) -> bool:
        return self._if_same(entry, due_on)

    def lift(self, entry: Suppression) -> bool:
        return self._if_same(entry, None)

    def _if_same(self, entry: Suppression, due_on: date | None) -> bool:
        same: dict[str, Any] = {
            "TableName": self._table,
            "Key": to_wire(_suppression(entry.email)),
            "ConditionExpression": "#at = :at AND fact = :fact",
            "ExpressionAttributeNames": {"#at": "at"},
        }
        values = {":at": entry.at.isoformat(), ":fact": entry.fact}
        try:
            if due_on is None:
                self._client.delete_item(**same, ExpressionAttributeValues=to_wire(values))
            else:
                values[":day"] = due_on.isoformat()
                self._client.update_item(
                    **same,
                    UpdateExpression="SET due_on = :day",
                    ExpressionAttributeValues=to_wire(values),
                )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    # --- notes

    def note_about(self, key: tuple[str, str]) -> str | None:
        item = self._read(_key(*key))
        return str(item["about"]) if item else None

    def look_at_note_again(self, key: tuple[str, str], due_on: date) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=to_wire(_key(*key)),
                UpdateExpression="SET due_on = :day",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeValues=to_wire({":day": due_on.isoformat()}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it was closed meanwhile

    # --- what says its own day

    def drop(self, key: tuple[str, str], today: date) -> bool:
        try:
            self._client.delete_item(
                TableName=self._table,
                Key=to_wire(_key(*key)),
                ConditionExpression="due_on <= :today",
                ExpressionAttributeValues=to_wire({":today": today.isoformat()}),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    # --- receipts

    def filed(self, key: tuple[str, str]) -> Receipt | None:
        item = self._read(_key(*key))
        return receipt_in(item) if item else None

    def count_only(self, receipt: Receipt, due_on: date) -> None:
        try:
            self._client.update_item(
                TableName=self._table,
                Key=key_of(receipt),
                UpdateExpression="SET #lines = :lines, due_on = :day",
                ConditionExpression="attribute_exists(pk)",
                ExpressionAttributeNames={"#lines": "lines"},
                ExpressionAttributeValues=to_wire(
                    {":lines": {NOBODY: receipt.by_rule()}, ":day": due_on.isoformat()}
                ),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # it went meanwhile

    def drop_receipt(self, receipt: Receipt) -> None:
        self._client.delete_item(TableName=self._table, Key=key_of(receipt))

    def _read(self, key: Item) -> Item | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(key), ConsistentRead=True)
        return from_wire(answer["Item"]) if "Item" in answer else None


def _suppression(email: str) -> Item:
    return _key(f"suppression#{email}", "entry")


def _key(pk: str, sk: str) -> Item:
    return {"pk": pk, "sk": sk}
