"""Requests in DynamoDB, one table.

pk = request#<case>        sk = step#<number of six digits>           a step; never changed
pk = request#<case>        sk = summary                               version, what lists show, places in the indexes
pk = cause#<mail, command> sk = cause                                 the case that it made or joined, or why none
pk = sender#<identifier>   sk = request#<received at>#<case>          whose cases
pk = sender#<identifier>   sk = cases                                 how many: two mails at once are not two cases
pk = sender#<identifier>   sk = acknowledged                          when they were acknowledged last (E48)
"""

from __future__ import annotations

import json
from collections.abc import Collection, Iterator, Mapping
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING, Any

from privacy.domain.request_steps import By, Kind, Said, Step
from privacy.outbound.dynamodb import Item, from_wire, items_of, pages, to_wire
from privacy.ports import (
    AcknowledgedToday,
    AlreadyCaused,
    Appending,
    Caused,
    RequestConflict,
    RequestPage,
)

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: Of what has no case to go with.
DUE_SHARDS = 8
ACKNOWLEDGED_EVERY = timedelta(hours=24)

SUMMARY = "summary"
#: Of a summary's item, what is the table's own business.
_BOOKKEEPING = frozenset({
    "pk", "sk", "deadline_shard", "deadline_on", "owed_shard", "owed_since", "due_shard", "due_on",
})  # fmt: skip


class DynamoRequests:
    """RequestLog over one table.

    lately: a sender's cases may leave out what was written in the last second, and cost half. For who asks of millions
    and would find it a second later just the same; two messages of one sender that come together need them all.
    """

    def __init__(self, client: DynamoDBClient, table: str, *, lately: bool = False) -> None:
        self._client = client
        self._table = table
        self._lately = lately

    def steps(self, request: str) -> tuple[Step, ...]:
        items = pages(self._client, self._table, f"request#{request}")
        return tuple(step_in(item) for item in items if item["sk"] != SUMMARY)

    def append(self, appending: Appending) -> None:
        puts = [*self._puts(appending)]
        try:
            self._client.transact_write_items(TransactItems=[{"Put": put} for _, put in puts])
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = [reason.get("Code") for reason in error.response.get("CancellationReasons", [])]
            _refuse([name for (name, _), code in zip(puts, reasons, strict=False) if code == _CONDITION])
            if _CONFLICT in reasons:
                raise RequestConflict from None
            raise

    def caused(self, cause: str) -> Caused | None:
        answer = self._client.get_item(
            TableName=self._table,
            Key=to_wire({"pk": f"cause#{cause}", "sk": "cause"}),
            ConsistentRead=True,
        )
        if "Item" not in answer:
            return None
        item = from_wire(answer["Item"])
        return Caused(item["request"], item.get("reason", ""))

    def set_aside(self, cause: str, reason: str, now: datetime, due_on: date) -> None:
        due = {"due_shard": f"cause#{sum(cause.encode()) % DUE_SHARDS}", "due_on": due_on.isoformat()}
        put = self._put({**_cause(cause, "", now), "reason": reason, **due}, new=True)
        try:
            self._client.put_item(**put)
        except self._client.exceptions.ConditionalCheckFailedException:
            raise AlreadyCaused(cause) from None

    def of_sender(self, identifiers: Collection[str], limit: int) -> list[str]:
        found: list[str] = []
        for identifier in sorted(identifiers):
            answer = self._client.query(
                TableName=self._table,
                KeyConditionExpression="pk = :pk AND begins_with(sk, :request)",
                ExpressionAttributeValues=to_wire({":pk": f"sender#{identifier}", ":request": "request#"}),
                ConsistentRead=not self._lately,
                ScanIndexForward=False,
                Limit=limit,
            )
            found += [item["sk"]["S"] for item in answer["Items"]]
        return [sk.rpartition("#")[2] for sk in sorted(set(found), reverse=True)][:limit]

    def cases_of(self, identifiers: Collection[str]) -> dict[str, int]:
        counts = {}
        for identifier in identifiers:
            key = to_wire({"pk": f"sender#{identifier}", "sk": "cases"})
            answer = self._client.get_item(TableName=self._table, Key=key, ConsistentRead=True)
            counts[identifier] = int(from_wire(answer.get("Item", {})).get("count", 0))
        return counts

    def listed(self, shard: str, after: str | None, limit: int, *, newest_first: bool = False) -> RequestPage:
        request: Any = {
            "TableName": self._table,
            "IndexName": "deadline",
            "KeyConditionExpression": "deadline_shard = :shard",
            "ExpressionAttributeValues": to_wire({":shard": shard}),
            "ScanIndexForward": not newest_first,
            "Limit": limit,
        }
        if after:
            request["ExclusiveStartKey"] = json.loads(after)
        answer = self._client.query(**request)
        keys = [str(from_wire(item)["pk"]) for item in answer["Items"]]
        items = items_of(self._client, self._table, [(pk, SUMMARY) for pk in keys], consistent=True)
        summaries = {item["pk"]: _summary(item) for item in items}
        last = answer.get("LastEvaluatedKey")
        return RequestPage(
            [(pk.removeprefix("request#"), summaries[pk]) for pk in keys if pk in summaries],
            json.dumps(last, sort_keys=True) if last else None,
        )

    def owed(self, before: datetime, limit: int) -> list[str]:
        answer = self._client.query(
            TableName=self._table,
            IndexName="owed",
            KeyConditionExpression="owed_shard = :owed AND owed_since < :before",
            ExpressionAttributeValues=to_wire({":owed": "owed", ":before": before.isoformat()}),
            Limit=limit,
        )
        return [str(from_wire(item)["pk"]).removeprefix("request#") for item in answer["Items"]]

    def _puts(self, appending: Appending) -> Iterator[tuple[str, Any]]:
        """What each is refused for, and the write."""
        pk, now = f"request#{appending.request}", appending.steps[-1].at
        for cause in sorted(appending.causes):
            yield cause, self._put(_cause(cause, appending.request, now), new=True)
        # what else has to go when the case goes stands with its steps: the keys of it lead only one way
        with_it = {"causes": sorted(appending.causes), "senders": sorted(appending.senders)}
        for number, step in enumerate(appending.steps, appending.after + 1):
            item = {"pk": pk, "sk": f"step#{number:06}", **_item(step)}
            first = number == appending.after + 1
            yield _MOVED, self._put(item | with_it if first else item, new=True)
        summary = self._put({"pk": pk, "sk": SUMMARY, **appending.summary}, new=appending.after == 0)
        if appending.after:
            summary |= {
                "ConditionExpression": "version = :version",
                "ExpressionAttributeValues": to_wire({":version": appending.after}),
            }
        yield _MOVED, summary
        received_at = str(appending.summary["received_at"])
        for sender, cases in sorted(appending.senders.items()):
            pk = f"sender#{sender}"
            yield _MOVED, self._put({"pk": pk, "sk": f"request#{received_at}#{appending.request}"})
            head = self._put({"pk": pk, "sk": "cases", "count": cases + 1}, new=cases == 0)
            if cases:
                head |= {
                    "ConditionExpression": "#count = :count",
                    "ExpressionAttributeNames": {"#count": "count"},
                    "ExpressionAttributeValues": to_wire({":count": cases}),
                }
            yield _MOVED, head
        if appending.acknowledges is not None:
            item = {"pk": f"sender#{appending.acknowledges}", "sk": "acknowledged", "at": now.isoformat()}
            yield (
                _TODAY,
                self._put(item)
                | {
                    "ConditionExpression": "attribute_not_exists(pk) OR #at <= :day_before",
                    "ExpressionAttributeNames": {"#at": "at"},
                    "ExpressionAttributeValues": to_wire(
                        {":day_before": (now - ACKNOWLEDGED_EVERY).isoformat()}
                    ),
                },
            )

    def _put(self, item: Mapping[str, object], *, new: bool = False) -> Any:
        put: Item = {"TableName": self._table, "Item": to_wire(item)}
        return put | {"ConditionExpression": "attribute_not_exists(pk)"} if new else put


#: What a write is refused for, beside the name of a cause.
_MOVED, _TODAY = "", " "
_CONDITION, _CONFLICT = "ConditionalCheckFailed", "TransactionConflict"


def _refuse(names: list[str]) -> None:
    """The first delivery of a mail tells more than that the case moved, which follows from it."""
    causes = [name for name in names if name not in {_MOVED, _TODAY}]
    if causes:
        raise AlreadyCaused(causes[0]) from None
    if _MOVED in names:
        raise RequestConflict from None
    if _TODAY in names:
        raise AcknowledgedToday from None


def _cause(cause: str, request: str, now: datetime) -> Item:
    return {"pk": f"cause#{cause}", "sk": "cause", "request": request, "at": now.isoformat()}


def _summary(item: Item) -> dict[str, Any]:
    return {name: value for name, value in item.items() if name not in _BOOKKEEPING}


def _item(step: Step) -> Item:
    return {
        "kind": step.kind.value,
        "at": step.at.isoformat(),
        "role": step.by.role,
        "who": step.by.who,
        "cause": step.cause,
        "said": {
            name: list(value) if isinstance(value, tuple) else value for name, value in step.said.items()
        },
    }


def step_in(item: Item) -> Step:
    """The step that an item of a case is."""
    said: dict[str, Said] = {
        name: tuple(value) if isinstance(value, list) else value for name, value in item["said"].items()
    }
    return Step(
        kind=Kind(item["kind"]),
        at=datetime.fromisoformat(item["at"]),
        by=By(item["role"], item["who"]),
        cause=item["cause"],
        said=said,
    )
