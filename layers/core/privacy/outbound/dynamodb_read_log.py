"""Who looked at whose data (R26), read from the registry: pk = read#<Paris day>, sk = instant#about.

Entries are filed by day. An answer walks through the days of the year that the log reaches back: a few hundred small
queries for something that is asked a few times a month, instead of a second write with every look.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from privacy.domain.clocks import paris_day
from privacy.outbound.dynamodb import from_wire, to_wire
from privacy.ports.answers import ReadLogEntry

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

_DAY = timedelta(days=1)


class DynamoReadLog:
    """ReadLog over the registry. Who looked is not even read."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def reads_of(self, persons: Collection[str], since: datetime, until: datetime) -> Iterator[ReadLogEntry]:
        day, last = paris_day(since), paris_day(until)
        while day <= last:
            for at, about, purpose in self._on(f"read#{day.isoformat()}"):
                if about in persons and since <= at <= until:
                    yield ReadLogEntry(at, purpose)
            day += _DAY

    def _on(self, partition: str) -> Iterator[tuple[datetime, str, str]]:
        request: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": to_wire({":pk": partition}),
            "ProjectionExpression": "sk, purpose",
        }
        while True:
            answer = self._client.query(**request)
            for raw in answer["Items"]:
                item = from_wire(raw)
                at, _, about = item["sk"].partition("#")
                yield datetime.fromisoformat(at), about, item["purpose"]
            if "LastEvaluatedKey" not in answer:
                return
            request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
