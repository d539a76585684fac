"""The ledger and its neighbours in DynamoDB (docs/architecture.md "Tables")."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import datetime
from itertools import batched
from sys import intern
from typing import TYPE_CHECKING, Any

from boto3.dynamodb.types import TypeDeserializer, TypeSerializer
from botocore.exceptions import BotoCoreError, ClientError

from privacy.domain.facts import Fact
from privacy.ports import Appended, LedgerUnavailable

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

type Item = dict[str, Any]

_serialise = TypeSerializer().serialize


class _WholeNumbers(TypeDeserializer):
    """DynamoDB numbers as int: the product stores no other (money is integer cents)."""

    def _deserialize_n(self, value: str) -> int:
        return int(value)


_deserialise = _WholeNumbers().deserialize


def to_wire(item: Mapping[str, Any]) -> Item:
    return {name: _serialise(value) for name, value in item.items()}


def from_wire(item: Mapping[str, Any]) -> Item:
    return {name: _deserialise(value) for name, value in item.items()}


def pages(client: DynamoDBClient, table: str, pk: str, *, forward: bool = True) -> Iterator[Item]:
    """Every item of a partition in key order, or backwards, read consistently."""
    request: dict[str, Any] = {
        "TableName": table,
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": pk}},
        "ConsistentRead": True,
        "ScanIndexForward": forward,
    }
    while True:
        page = client.query(**request)
        for item in page["Items"]:
            yield from_wire(item)
        if "LastEvaluatedKey" not in page:
            return
        request["ExclusiveStartKey"] = page["LastEvaluatedKey"]


#: DynamoDB's own limit.
GET_LIMIT = 100
#: Characters of a value that others may say, too: a status, an amount's currency, an id.
_SHARED = 40


def items_of(
    client: DynamoDBClient,
    table: str,
    keys: Iterable[tuple[str, str]],
    *,
    consistent: bool = False,
    only: str | None = None,
) -> Iterator[Item]:
    """The items with these (pk, sk), of those that are there, in no order. only: the attributes wanted of each."""
    for chunk in batched(sorted(set(keys)), GET_LIMIT, strict=False):
        request: dict[str, Any] = {
            "Keys": [to_wire({"pk": pk, "sk": sk}) for pk, sk in chunk],
            "ConsistentRead": consistent,
        }
        if only:
            request["ProjectionExpression"] = only
        wanted: Any = {table: request}
        while wanted:
            answer = client.batch_get_item(RequestItems=wanted)
            yield from map(from_wire, answer["Responses"].get(table, []))
            wanted = answer.get("UnprocessedKeys")


def without_groups(
    client: DynamoDBClient, table: str, fact: Fact, groups: Collection[str], also: Collection[str] = ()
) -> bool:
    """One plain write: the item loses these groups, or goes where the fact has no other, if it still is this fact.

    also: maps by group beside `groups` that lose the same. False: it is not there any more, or another.
    """
    key = to_wire({"pk": fact.filed_under, "sk": fact.key})
    # a fact's content never changes but by losing groups, so its digest tells that it is the same
    same: dict[str, Any] = {
        "ConditionExpression": "digest = :digest",
        "ExpressionAttributeValues": to_wire({":digest": fact.digest}),
    }
    going = sorted(fact.groups.keys() & set(groups))
    try:
        if len(going) == len(fact.groups):
            client.delete_item(TableName=table, Key=key, **same)
        elif going:
            paths = [f"#{place}.#{n}" for n in range(len(going)) for place in ("groups", *also)]
            names = {f"#{place}": place for place in ("groups", *also)}
            client.update_item(
                TableName=table,
                Key=key,
                UpdateExpression=f"REMOVE {', '.join(paths)}",
                ExpressionAttributeNames=names | {f"#{n}": group for n, group in enumerate(going)},
                **same,
            )
    except ClientError as error:
        if error.response["Error"]["Code"] == "ConditionalCheckFailedException":
            return False
        raise LedgerUnavailable(error.response["Error"]["Code"]) from None
    except BotoCoreError as error:
        raise LedgerUnavailable(type(error).__name__) from None
    return True


class DynamoFactLedger:
    """`ledger`: pk = identifier, sk = `source#event_id`."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def append(self, fact: Fact) -> Appended:
        """One conditional write; a refusal brings the stored item back, so a conflict costs no read."""
        try:
            self._client.put_item(
                TableName=self._table,
                Item=to_wire(item_of(fact)),
                ConditionExpression="attribute_not_exists(pk)",
                ReturnValuesOnConditionCheckFailure="ALL_OLD",
            )
        except ClientError as error:
            if error.response["Error"]["Code"] != "ConditionalCheckFailedException":
                raise LedgerUnavailable(error.response["Error"]["Code"]) from None
            stored: Mapping[str, Any] = error.response.get("Item", {})  # type: ignore[assignment]
            same = stored.get("digest", {}).get("S") == fact.digest
            return Appended.DUPLICATE if same else Appended.CONFLICT
        except BotoCoreError as error:
            raise LedgerUnavailable(type(error).__name__) from None
        return Appended.NEW

    def under(self, identifier: str) -> Iterator[Fact]:
        """Every fact filed under the identifier, in key order, one page of 1 MB in memory at a time."""
        for item in pages(self._client, self._table, identifier):
            yield fact_of(item)

    def get(self, identifier: str, key: str) -> Fact | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": identifier, "sk": key}), ConsistentRead=True
        )
        return fact_of(from_wire(answer["Item"])) if "Item" in answer else None

    def held(self, filings: Collection[tuple[str, str]]) -> set[tuple[str, str]]:
        found = items_of(self._client, self._table, filings, only="pk, sk")
        return {(item["pk"], item["sk"]) for item in found}

    def delete(self, identifier: str, key: str) -> None:
        self._client.delete_item(TableName=self._table, Key=to_wire({"pk": identifier, "sk": key}))

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        return without_groups(self._client, self._table, fact, groups)


def item_of(fact: Fact) -> Item:
    item: Item = {
        "pk": fact.filed_under,
        "sk": fact.key,
        "source": fact.source,
        "event_id": fact.event_id,
        "type": fact.type,
        "occurred_at": fact.occurred_at.isoformat(),
        "recorded_at": fact.recorded_at.isoformat(),
        "identifiers": list(fact.identifiers),
        "subject": fact.subject,
        "groups": {name: dict(fields) for name, fields in fact.groups.items()},
        "digest": fact.digest,
    }
    return item | {"aka": dict(fact.aka)} if fact.aka else item


def fact_of(item: Item) -> Fact:
    """What facts of one person share is held once: somebody may have fifty thousand of them."""
    return Fact(
        source=intern(item["source"]),
        event_id=item["event_id"],
        type=intern(item["type"]),
        occurred_at=datetime.fromisoformat(item["occurred_at"]),
        recorded_at=datetime.fromisoformat(item["recorded_at"]),
        identifiers=tuple(map(intern, item["identifiers"])),
        subject=intern(item["subject"]),
        groups={
            intern(group): {intern(name): _shared(value) for name, value in fields.items()}
            for group, fields in item.get("groups", {}).items()
        },
        digest=item["digest"],
        aka=item.get("aka", {}),
    )


def _shared(value: Any) -> Any:
    return intern(value) if isinstance(value, str) and len(value) <= _SHARED else value


class DynamoPartitions:
    """A table's partition keys by Scan of its keys: for a rebuild, never for a purge."""

    def __init__(self, client: DynamoDBClient, table: str, sort_key: str | None = None) -> None:
        self._client = client
        self._table = table
        self._sort_key = sort_key

    def page(self, after: Mapping[str, str] | None) -> tuple[list[str], Mapping[str, str] | None]:
        """One megabyte's worth. sort_key: only items that have it."""
        request: dict[str, Any] = {"TableName": self._table, "ProjectionExpression": "pk, sk"}
        if after:
            request["ExclusiveStartKey"] = to_wire(after)
        answer = self._client.scan(**request)
        items = [from_wire(item) for item in answer["Items"]]
        last = answer.get("LastEvaluatedKey")
        return [i["pk"] for i in items if self._sort_key in (None, i["sk"])], from_wire(
            last
        ) if last else None
