"""Links that people are sent, in the registry: pk = token#<SHA-256 of the secret>, sk = token.

purpose, identifier, audience, about, tries, used_at; expires_at: the table's own TTL, and a day in the index `due`,
since TTL may take days.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from privacy.domain.clocks import paris_day
from privacy.outbound.dynamodb import Item, from_wire, to_wire
from privacy.ports.tokens import Token

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

DUE_SHARDS = 8


class DynamoTokens:
    """Tokens over the registry's table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def issue(self, digest: str, token: Token) -> None:
        item = _key(digest) | {
            "purpose": token.purpose,
            "identifier": token.identifier,
            "audience": token.audience,
            "about": token.about,
            "tries": token.tries,
            "expires_at": int(token.expires_at.timestamp()),
            "due_shard": f"token#{int(digest[:2], 16) % DUE_SHARDS}",
            "due_on": paris_day(token.expires_at).isoformat(),
        }
        if token.used_at is not None:
            item["used_at"] = token.used_at.isoformat()
        try:
            self._client.put_item(
                TableName=self._table, Item=to_wire(item), ConditionExpression="attribute_not_exists(pk)"
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return

    def get(self, digest: str) -> Token | None:
        answer = self._client.get_item(TableName=self._table, Key=to_wire(_key(digest)), ConsistentRead=True)
        return _token(from_wire(answer["Item"])) if "Item" in answer else None

    def use(self, digest: str, now: datetime) -> Token | None:
        used = "SET used_at = if_not_exists(used_at, :now)"
        return self._changed(digest, used, now, {":now": now.isoformat()})

    def tried(self, digest: str, now: datetime) -> Token | None:
        return self._changed(digest, "ADD tries :one", now, {":one": 1})

    def not_in_vain(self, digest: str, now: datetime) -> Token | None:
        return self._changed(digest, "ADD tries :one", now, {":one": -1})

    def _changed(self, digest: str, change: str, now: datetime, values: dict[str, str | int]) -> Token | None:
        """None: there is none, or it expired."""
        try:
            answer = self._client.update_item(
                TableName=self._table,
                Key=to_wire(_key(digest)),
                UpdateExpression=change,
                ConditionExpression="expires_at > :second",
                ExpressionAttributeValues=to_wire({**values, ":second": int(now.timestamp())}),
                ReturnValues="ALL_NEW",
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return None
        return _token(from_wire(answer["Attributes"]))


def _key(digest: str) -> Item:
    return {"pk": f"token#{digest}", "sk": "token"}


def _token(item: dict[str, Any]) -> Token:
    used_at = item.get("used_at")
    return Token(
        purpose=item["purpose"],
        identifier=item["identifier"],
        audience=item["audience"],
        expires_at=datetime.fromtimestamp(item["expires_at"], UTC),
        used_at=datetime.fromisoformat(used_at) if used_at else None,
        about=item.get("about", ""),
        tries=int(item.get("tries", 0)),
    )
