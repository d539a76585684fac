"""Runs in DynamoDB, in the registry's table.

pk = run#<kind>, sk = at#<run id>    the run; due stamp (R31)
pk = run#<kind>, sk = latest         id: of the one that was begun last
pk = removals#<run id>, sk = <audience>#<identifier>    whom it found without a consent (90 days, R24)
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import replace
from datetime import datetime, timedelta
from itertools import batched
from typing import TYPE_CHECKING, Any

from privacy.domain.clocks import add_years, paris_day
from privacy.domain.runs import Removal, Run
from privacy.outbound.dynamodb import Item, from_wire, to_wire
from privacy.ports import RunConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

REMOVALS_DAYS = 90
RUN_YEARS = 6  # R31
DUE_SHARDS = 8
_BATCH = 25  # DynamoDB's own limit
_PAGE = 500

_LOST_RACES = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class DynamoRuns:
    """RunLog over one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def get(self, kind: str, run: str) -> Run | None:
        item = self._read(kind, f"at#{run}")
        return _run(kind, item) if item else None

    def latest(self, kind: str) -> Run | None:
        pointer = self._read(kind, "latest")
        return self.get(kind, pointer["id"]) if pointer else None

    def begin(self, run: Run, *, after: Run | None) -> Run:
        pointer = {"pk": f"run#{run.kind}", "sk": "latest", "id": run.id}
        standing: Any = (
            {"ConditionExpression": "attribute_not_exists(pk)"}
            if after is None
            else {
                "ConditionExpression": "id = :id",
                "ExpressionAttributeValues": to_wire({":id": after.id}),
            }
        )
        try:
            self._client.transact_write_items(
                TransactItems=[
                    {"Put": self._put(run)},
                    {"Put": {"TableName": self._table, "Item": to_wire(pointer)} | standing},
                ]
            )
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if reasons & _LOST_RACES:
                raise RunConflict from None
            raise
        return _saved(run)

    def save(self, run: Run) -> Run:
        try:
            self._client.put_item(**self._put(run))
        except self._client.exceptions.ConditionalCheckFailedException:
            raise RunConflict from None
        return _saved(run)

    def _read(self, kind: str, sk: str) -> Item | None:
        answer = self._client.get_item(
            TableName=self._table, Key=to_wire({"pk": f"run#{kind}", "sk": sk}), ConsistentRead=True
        )
        return from_wire(answer["Item"]) if "Item" in answer else None

    def _put(self, run: Run) -> Any:
        put: Item = {"TableName": self._table, "Item": to_wire(_item(run))}
        if run.version == 0:
            return put | {"ConditionExpression": "attribute_not_exists(pk)"}
        return put | {
            "ConditionExpression": "version = :version",
            "ExpressionAttributeValues": to_wire({":version": run.version}),
        }


class DynamoRemovals:
    """RemovalList over one table."""

    def __init__(self, client: DynamoDBClient, table: str) -> None:
        self._client = client
        self._table = table

    def add(self, run: str, removals: Collection[Removal], now: datetime) -> None:
        until = int((now + timedelta(days=REMOVALS_DAYS)).timestamp())
        for batch in batched(sorted(set(removals)), _BATCH, strict=False):
            items = [
                {"pk": f"removals#{run}", "sk": f"{r.audience}#{r.identifier}", "expires_at": until}
                for r in batch
            ]
            wanted: Any = {self._table: [{"PutRequest": {"Item": to_wire(item)}} for item in items]}
            while wanted:
                wanted = self._client.batch_write_item(RequestItems=wanted).get("UnprocessedItems")

    def page(self, run: str, after: str | None) -> tuple[list[Removal], str | None]:
        pk = f"removals#{run}"
        request: Any = {
            "TableName": self._table,
            "KeyConditionExpression": "pk = :pk",
            "ExpressionAttributeValues": {":pk": {"S": pk}},
            "ConsistentRead": True,
            "Limit": _PAGE,
        }
        if after:
            request["ExclusiveStartKey"] = to_wire({"pk": pk, "sk": after})
        answer = self._client.query(**request)
        keys = [str(from_wire(item)["sk"]).partition("#") for item in answer["Items"]]
        last = answer.get("LastEvaluatedKey")
        onwards = str(from_wire(last)["sk"]) if last else None
        return [Removal(identifier, audience) for audience, _, identifier in keys], onwards


def _saved(run: Run) -> Run:
    return replace(run, version=run.version + 1)


def _item(run: Run) -> Item:
    return {
        "pk": f"run#{run.kind}",
        "sk": f"at#{run.id}",
        "id": run.id,
        "started_at": run.started_at.isoformat(),
        "updated_at": run.updated_at.isoformat(),
        "stage": run.stage,
        "state": run.state,
        "cursor": dict(run.cursor),
        "counts": dict(run.counts),
        "totals": dict(run.totals),
        "given": dict(run.given),
        "planned": dict(run.planned),
        "plan": run.plan,
        "allowed": run.allowed,
        "version": run.version + 1,
        "due_shard": f"run#{sum(run.id.encode()) % DUE_SHARDS}",
        "due_on": add_years(paris_day(run.started_at), RUN_YEARS).isoformat(),
    }


def _run(kind: str, item: Item) -> Run:
    return Run(
        kind=kind,
        id=item["id"],
        started_at=datetime.fromisoformat(item["started_at"]),
        updated_at=datetime.fromisoformat(item["updated_at"]),
        stage=item["stage"],
        state=item["state"],
        cursor=item["cursor"],
        counts=item["counts"],
        totals=item["totals"],
        given=item["given"],
        planned=item["planned"],
        plan=item["plan"],
        allowed=item["allowed"],
        version=item["version"],
    )
