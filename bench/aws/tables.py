"""DynamoDB's tables in memory: the operations that the product calls, each with its capacity units."""

from __future__ import annotations

import json
import re
from bisect import bisect_right, insort
from collections import defaultdict
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from bench.aws.capacity import Wire, item_bytes, read_units, write_units
from bench.aws.conditions import holds, is_met

PAGE = 1024 * 1024
#: The sparse indexes of people and registry, keys only (infra/storage.yaml).
INDEXES = (("due_shard", "due_on"), ("asked_shard", "asked_since"))
KEYS = ("pk", "sk")
_CLAUSES = re.compile(r"\b(SET|REMOVE)\s+(.*?)(?=\s+(?:SET|REMOVE)\b|$)", re.DOTALL)
_BEGINNING = re.compile(r"pk = :pk AND begins_with\(sk, (:\w+)\)")
_PLAIN = re.compile(r"\w+")


class Refused(Exception):
    """An answer of status 400. code: as DynamoDB names it; more: what stands beside its message."""

    def __init__(self, code: str, **more: Any) -> None:
        super().__init__(code)
        self.code = code
        self.more = more


@dataclass(slots=True)
class Units:
    """What one call took. written: bytes of each item put."""

    wcu: int = 0
    index_wcu: int = 0
    rcu: float = 0
    written: list[int] = field(default_factory=list)


@dataclass(frozen=True, slots=True)
class Held:
    item: Wire
    size: int
    text: str


@dataclass(slots=True)
class Partition:
    items: dict[str, Held] = field(default_factory=dict)
    order: list[str] = field(default_factory=list)

    def put(self, sk: str, held: Held) -> None:
        if sk not in self.items:
            insort(self.order, sk)
        self.items[sk] = held

    def delete(self, sk: str) -> None:
        if self.items.pop(sk, None) is not None:
            self.order.remove(sk)


class Raw(str):
    """JSON as it goes out."""

    __slots__ = ()


class Tables:
    """written: keys in the order of their writes, as a stream tells them, until they are taken."""

    def __init__(self) -> None:
        self.written: dict[str, list[tuple[str, str]]] = defaultdict(list)
        self._tables: dict[str, dict[str, Partition]] = defaultdict(lambda: defaultdict(Partition))
        self._operations: Mapping[str, Callable[[Mapping[str, Any], Units], Any]] = {
            "PutItem": self._put_item,
            "GetItem": self._get_item,
            "DeleteItem": self._delete_item,
            "UpdateItem": self._update_item,
            "Query": self._query,
            "BatchGetItem": self._batch_get_item,
            "BatchWriteItem": self._batch_write_item,
            "Scan": self._scan,
            "TransactWriteItems": self._transact_write_items,
        }

    def call(self, operation: str, request: Mapping[str, Any], units: Units) -> Any:
        """Raises Refused."""
        known = self._operations.get(operation)
        if known is None:
            raise Refused("UnknownOperationException")
        return known(request, units)

    def load(self, table: str, items: Iterable[Wire]) -> None:
        """Put items without counting."""
        for item in items:
            self._store(table, item)

    def partition(self, table: str, pk: str) -> list[Wire]:
        held = self._tables[table][pk]
        return [held.items[sk].item for sk in held.order]

    def clear(self, table: str) -> None:
        self._tables.pop(table, None)
        self.written.pop(table, None)

    # --- operations -----------------------------------------------------------------------------

    def _put_item(self, request: Mapping[str, Any], units: Units) -> Any:
        table, item = request["TableName"], request["Item"]
        self._check(request, self._held(table, item), units)
        self._write(table, item, units, 1)
        return {}

    def _delete_item(self, request: Mapping[str, Any], units: Units) -> Any:
        table, key = request["TableName"], request["Key"]
        self._check(request, self._held(table, key), units)
        self._remove(table, key, units, 1)
        return {}

    def _update_item(self, request: Mapping[str, Any], units: Units) -> Any:
        """`SET name = :value, … REMOVE name, …`, of whole attributes."""
        table, held = request["TableName"], self._held(request["TableName"], request["Key"])
        self._check(request, held, units)
        item = {**(held.item if held else request["Key"])}
        for verb, parts in _CLAUSES.findall(request["UpdateExpression"]):
            for part in parts.split(","):
                name, _, value = (word.strip() for word in part.partition("="))
                name = request.get("ExpressionAttributeNames", {}).get(name, name)
                if not _PLAIN.fullmatch(name) or (verb == "SET" and not _PLAIN.fullmatch(value.lstrip(":"))):
                    raise Refused("ValidationException")
                item.pop(name, None)
                if verb == "SET":
                    item[name] = request["ExpressionAttributeValues"][value]
        self._write(table, item, units, 1)
        return {}

    def _get_item(self, request: Mapping[str, Any], units: Units) -> Any:
        held = self._held(request["TableName"], request["Key"])
        units.rcu += _consistency(request) * read_units(held.size if held else 0)
        return {"Item": Raw(held.text)} if held else {}

    def _batch_get_item(self, request: Mapping[str, Any], units: Units) -> Any:
        responses: dict[str, list[Raw]] = {}
        for table, wanted in request["RequestItems"].items():
            found = [self._held(table, key) for key in wanted["Keys"]]
            units.rcu += _consistency(wanted) * sum(read_units(held.size if held else 0) for held in found)
            responses[table] = [Raw(held.text) for held in found if held]
        return {"Responses": responses, "UnprocessedKeys": {}}

    def _query(self, request: Mapping[str, Any], units: Units) -> Any:
        """One page of 1 MB; of a partition, or of what begins alike in it."""
        told = request["ExpressionAttributeValues"]
        begins = _BEGINNING.fullmatch(request["KeyConditionExpression"])
        if begins is None and request["KeyConditionExpression"] != "pk = :pk":
            raise Refused("ValidationException")
        prefix = told[begins[1]]["S"] if begins else ""
        pk = told[":pk"]["S"]
        partition = self._tables[request["TableName"]][pk]
        start = request.get("ExclusiveStartKey")
        after = start["sk"]["S"] if start else ""
        page: list[Raw] = []
        size, last = 0, ""
        answer: dict[str, Any] = {"Items": page}
        for sk in partition.order:
            if sk <= after or not sk.startswith(prefix):
                continue
            held = partition.items[sk]
            if page and size + held.size > PAGE:
                answer["LastEvaluatedKey"] = {"pk": {"S": pk}, "sk": {"S": last}}
                break
            size += held.size
            page.append(Raw(held.text))
            last = sk
        units.rcu += _consistency(request) * read_units(size)
        return answer | {"Count": len(page), "ScannedCount": len(page)}

    def _scan(self, request: Mapping[str, Any], units: Units) -> Any:
        """One page of 1 MB: what a filter leaves out is read and paid for."""
        held = self._tables[request["TableName"]]
        keys = sorted((pk, sk) for pk, partition in held.items() for sk in partition.order)
        start = request.get("ExclusiveStartKey")
        after = (start["pk"]["S"], start["sk"]["S"]) if start else ("", "")
        page: list[Raw] = []
        size, last = 0, after
        answer: dict[str, Any] = {"Items": page}
        for pk, sk in keys[bisect_right(keys, after) :]:
            item = held[pk].items[sk]
            if size and size + item.size > PAGE:
                answer["LastEvaluatedKey"] = {"pk": {"S": last[0]}, "sk": {"S": last[1]}}
                break
            size, last = size + item.size, (pk, sk)
            if is_met(request.get("FilterExpression"), request, item.item):
                page.append(Raw(item.text))
        units.rcu += _consistency(request) * read_units(size)
        return answer | {"Count": len(page)}

    def _batch_write_item(self, request: Mapping[str, Any], units: Units) -> Any:
        for table, writes in request["RequestItems"].items():
            for write in writes:
                self._write(table, write["PutRequest"]["Item"], units, 1)
        return {"UnprocessedItems": {}}

    def _transact_write_items(self, request: Mapping[str, Any], units: Units) -> Any:
        """All or nothing; each item pays twice on the base table, refused or not."""
        writes = [next(iter(write.items())) for write in request["TransactItems"]]
        reasons: list[dict[str, str]] = []
        for _, write in writes:
            held = self._held(write["TableName"], write.get("Item") or write["Key"])
            met = holds(write, held.item if held else None)
            reasons.append({"Code": "None" if met else "ConditionalCheckFailed"})
        refused = any(reason["Code"] != "None" for reason in reasons)
        for kind, write in writes:
            table, item = write["TableName"], write.get("Item") or write["Key"]
            if refused or kind == "ConditionCheck":
                held = self._held(table, item)
                units.wcu += 2 * write_units(held.size if held else 0, item_bytes(item))
            elif kind == "Put":
                self._write(table, item, units, 2)
            elif kind == "Delete":
                self._remove(table, item, units, 2)
            else:
                raise Refused("ValidationException")
        if refused:
            raise Refused("TransactionCanceledException", CancellationReasons=reasons)
        return {}

    # --- one item -------------------------------------------------------------------------------

    def _held(self, table: str, key: Wire) -> Held | None:
        partition = self._tables[table].get(key["pk"]["S"])
        return partition.items.get(key["sk"]["S"]) if partition else None

    def _store(self, table: str, item: Wire) -> Held:
        held = Held(item, item_bytes(item), json.dumps(item, separators=(",", ":")))
        self._tables[table][item["pk"]["S"]].put(item["sk"]["S"], held)
        return held

    def _check(self, request: Mapping[str, Any], held: Held | None, units: Units) -> None:
        if holds(request, held.item if held else None):
            return
        units.wcu += write_units(held.size if held else 0)
        more = {}
        if held and request.get("ReturnValuesOnConditionCheckFailure") == "ALL_OLD":
            more["Item"] = Raw(held.text)
        raise Refused("ConditionalCheckFailedException", **more)

    def _write(self, table: str, item: Wire, units: Units, times: int) -> None:
        before = self._held(table, item)
        after = self._store(table, item)
        units.wcu += times * write_units(before.size if before else 0, after.size)
        units.index_wcu += _index_units(before.item if before else None, item)
        units.written.append(after.size)
        self.written[table].append((item["pk"]["S"], item["sk"]["S"]))

    def _remove(self, table: str, key: Wire, units: Units, times: int) -> None:
        before = self._held(table, key)
        self._tables[table][key["pk"]["S"]].delete(key["sk"]["S"])
        units.wcu += times * write_units(before.size if before else 0)
        units.index_wcu += _index_units(before.item if before else None, None)


def _consistency(request: Mapping[str, Any]) -> float:
    """A read that may be a moment old costs half."""
    return 1 if request.get("ConsistentRead") else 0.5


def _index_units(before: Wire | None, after: Wire | None) -> int:
    """A new entry or a removed one is a write, a moved one is two, an unchanged one is none."""
    moved = ((_entry(before, keys), _entry(after, keys)) for keys in INDEXES)
    entries = (entry for old, new in moved if old != new for entry in (old, new) if entry)
    return sum(write_units(item_bytes(entry)) for entry in entries)


def _entry(item: Wire | None, keys: tuple[str, str]) -> Wire | None:
    if item is None or not all(name in item for name in keys):
        return None
    return {name: item[name] for name in (*KEYS, *keys)}


def written_out(answer: Any) -> str:
    """The answer as JSON; items go out as they were stored."""
    if isinstance(answer, Raw):
        return str(answer)
    if isinstance(answer, dict):
        inner = ",".join(f"{json.dumps(name)}:{written_out(value)}" for name, value in answer.items())
        return f"{{{inner}}}"
    if isinstance(answer, list):
        return f"[{','.join(map(written_out, answer))}]"
    return json.dumps(answer)
