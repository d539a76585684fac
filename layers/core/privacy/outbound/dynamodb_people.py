"""The projection `people` in DynamoDB.

pk = person id,  sk = person          the summary, version; of its addresses, which it does not hold like most: `unheld`
pk = person id,  sk = has#identifier  owned, filed
pk = identifier, sk = is              person, named_by, shared

Nearly everybody holds one address, theirs, with facts filed under it. That is said by the address in the summary: an
item of its own would cost two units when somebody becomes known, and one when they go.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from datetime import date
from itertools import batched, chain
from typing import TYPE_CHECKING, Any

from privacy.domain.projection import Holding, PeopleChanges, Pointer, StoredPerson
from privacy.operations.people.person_summary import SHARDS
from privacy.outbound.dynamodb import Item, from_wire, item_of, pages, to_wire
from privacy.ports import PeopleConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: DynamoDB's own limits.
GET_LIMIT = 100
TRANSACTION_LIMIT = 100
#: People and pointers that a transaction checks besides what it writes.
CHECK_LIMIT = 50

_BOOKKEEPING = frozenset({"pk", "sk", "version", "unheld"})
#: What an address in the summary means, unless it is among `unheld`.
_LIKE_MOST = Holding(owned=True, filed=True)
_LOST_RACES = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class DynamoPeople:
    """PeopleStore over two tables: a new person's id is written to the ledger in the same transaction.

    ledger: empty for who only reads.
    """

    def __init__(self, client: DynamoDBClient, people: str, ledger: str = "") -> None:
        self._client = client
        self._people = people
        self._ledger = ledger

    def pointers(self, identifiers: Collection[str]) -> dict[str, Pointer]:
        found: dict[str, Pointer] = {}
        for chunk in batched(sorted(identifiers), GET_LIMIT, strict=False):
            wanted: Any = {
                self._people: {
                    "Keys": [to_wire({"pk": identifier, "sk": "is"}) for identifier in chunk],
                    "ConsistentRead": True,
                }
            }
            while wanted:
                answer = self._client.batch_get_item(RequestItems=wanted)
                for raw in answer["Responses"].get(self._people, []):
                    item = from_wire(raw)
                    found[item["pk"]] = Pointer(item.get("person"), tuple(item["named_by"]), item["shared"])
                wanted = answer.get("UnprocessedKeys")
        return found

    def person(self, person: str) -> StoredPerson:
        """Backwards, so that the version comes before what is held under it: whatever changes meanwhile shows."""
        version, summary, said, apart = 0, {}, {}, {}
        for item in pages(self._client, self._people, person, forward=False):
            if item["sk"] == "person":
                version = item["version"]
                summary = {name: value for name, value in item.items() if name not in _BOOKKEEPING}
                said = dict.fromkeys(_addresses(item) - {*item.get("unheld", ())}, _LIKE_MOST)
            else:
                apart[item["sk"].removeprefix("has#")] = Holding(item["owned"], item["filed"])
        return StoredPerson(person, version, said | apart, summary, frozenset(apart))

    def summary(self, person: str) -> Mapping[str, object]:
        answer = self._client.get_item(
            TableName=self._people, Key=to_wire({"pk": person, "sk": "person"}), ConsistentRead=True
        )
        item = from_wire(answer.get("Item", {}))
        return {name: value for name, value in item.items() if name not in _BOOKKEEPING}

    def undecided(self, limit: int) -> list[str]:
        """From the sparse index `asked` (infra/storage.yaml), every shard of it."""
        found: list[tuple[str, str]] = []
        for shard in SHARDS:
            pages_ = self._client.get_paginator("query").paginate(
                TableName=self._people,
                IndexName="asked",
                KeyConditionExpression="asked_shard = :shard",
                ExpressionAttributeValues=to_wire({":shard": shard}),
                PaginationConfig={"MaxItems": limit},
            )
            items = [from_wire(item) for page in pages_ for item in page["Items"]]
            found += [(item["asked_since"], item["pk"]) for item in items]
        return [person for _, person in sorted(found)[:limit]]

    def save(self, changes: PeopleChanges) -> None:
        """One transaction where it fits, which also checks everybody and every pointer that was read.

        Else links first, identifier by identifier (a pointer and what is held of it always go together), each part
        under the same checks; people last. A crash in between leaves links that the next fold completes.
        Of more than CHECK_LIMIT people and pointers, the rest goes unchecked. Raises PeopleConflict.
        """
        people = [*self._people_writes(changes)]
        links = [*self._link_writes(changes)]
        checks = [*self._checks(changes)][:CHECK_LIMIT]
        if len(people) + sum(map(len, links)) + len(checks) <= TRANSACTION_LIMIT:
            self._transact([*people, *chain.from_iterable(links), *checks])
            return
        written = [*self._version_checks(changes, changes.summaries.keys() | changes.gone)]
        standing = [*checks, *written][:CHECK_LIMIT]
        for chunk in _chunks(links, TRANSACTION_LIMIT - len(standing)):
            self._transact([*chunk, *standing])
        for written_people in batched(people, TRANSACTION_LIMIT - len(checks), strict=False):
            self._transact([*written_people, *checks])

    def look_again(self, person: str, version: int, day: date | None) -> None:
        moved = "SET due_on = :day" if day is not None else "REMOVE due_on, due_shard"
        values: Item = {":version": version} | ({":day": day.isoformat()} if day is not None else {})
        try:
            self._client.update_item(
                TableName=self._people,
                Key=to_wire({"pk": person, "sk": "person"}),
                UpdateExpression=moved,
                ConditionExpression="version = :version AND attribute_exists(due_shard)",
                ExpressionAttributeValues=to_wire(values),
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return  # they were folded meanwhile

    def drop(self, stored: StoredPerson) -> bool:
        """By plain writes: a transaction costs twice as much, and a purge makes millions.

        What leads to them first, since only they say what that is; then they, under the version that was read; and last
        what is found by their id, where this breaks off.
        """
        person = stored.person
        only_theirs = [
            self._delete(identifier, "is", _as_read_or_gone(Pointer(person)))
            for identifier in sorted(stored.holdings)
        ]
        if not self._delete(person, "person", _at(stored.version)):
            return False
        for identifier in sorted(stored.apart):
            self._delete(person, f"has#{identifier}")
        return all(only_theirs)

    def _delete(self, pk: str, sk: str, condition: Item | None = None) -> bool:
        try:
            self._client.delete_item(
                TableName=self._people, Key=to_wire({"pk": pk, "sk": sk}), **(condition or {})
            )
        except self._client.exceptions.ConditionalCheckFailedException:
            return False
        return True

    def _people_writes(self, changes: PeopleChanges) -> Iterator[Item]:
        # who goes, goes first: nothing leads to them any more, so no later fold would find them
        for person in [*sorted(changes.gone), *sorted(changes.summaries)]:
            key: Item = {"pk": person, "sk": "person"}
            version = changes.expected[person]
            if person in changes.gone:
                yield {"Delete": {"TableName": self._people, "Key": to_wire(key)} | _at(version)}
            else:
                item = key | dict(changes.summaries[person]) | {"version": version + 1}
                if unheld := _addresses(changes.summaries[person]) - _said(changes, person):
                    item["unheld"] = sorted(unheld)
                yield {"Put": {"TableName": self._people, "Item": to_wire(item)} | _at(version)}
        for fact in changes.person_facts:
            yield {"Put": {"TableName": self._ledger, "Item": to_wire(item_of(fact))} | _at(0)}

    def _link_writes(self, changes: PeopleChanges) -> Iterator[list[Item]]:
        """Per identifier: its pointer and who holds it, to be written together."""
        held: dict[str, list[Item]] = defaultdict(list)
        for person, identifier, holding in _apart(changes):
            key: Item = {"pk": person, "sk": f"has#{identifier}"}
            if holding is None:
                held[identifier].append({"Delete": {"TableName": self._people, "Key": to_wire(key)}})
            else:
                item = key | {"owned": holding.owned, "filed": holding.filed}
                held[identifier].append({"Put": {"TableName": self._people, "Item": to_wire(item)}})
        for identifier, (before, after) in sorted(changes.pointers.items()):
            if before != after:
                held[identifier].append(self._pointer_write(identifier, before, after))
        yield from held.values()

    def _pointer_write(self, identifier: str, before: Pointer | None, after: Pointer | None) -> Item:
        key: Item = {"pk": identifier, "sk": "is"}
        if after is None:
            return {"Delete": {"TableName": self._people, "Key": to_wire(key)} | _as_read(before)}
        item = key | {"named_by": list(after.named_by), "shared": after.shared}
        if after.person is not None:
            item["person"] = after.person
        return {"Put": {"TableName": self._people, "Item": to_wire(item)} | _as_read(before)}

    def _checks(self, changes: PeopleChanges) -> Iterator[Item]:
        """Pointers and people that were read and are not written: another fold may have changed them."""
        for identifier, (before, after) in sorted(changes.pointers.items()):
            if before == after:
                key = to_wire({"pk": identifier, "sk": "is"})
                yield {"ConditionCheck": {"TableName": self._people, "Key": key} | _as_read(before)}
        yield from self._version_checks(
            changes, changes.expected.keys() - changes.summaries.keys() - changes.gone
        )

    def _version_checks(self, changes: PeopleChanges, people: Iterable[str]) -> Iterator[Item]:
        for person in sorted(people):
            key = to_wire({"pk": person, "sk": "person"})
            check = {"TableName": self._people, "Key": key} | _at(changes.expected[person])
            yield {"ConditionCheck": check}

    def _transact(self, writes: list[Item]) -> None:
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if reasons & _LOST_RACES:
                raise PeopleConflict from None
            raise


def _addresses(summary: Mapping[str, object]) -> set[str]:
    emails = summary.get("emails")
    return set(map(str, emails)) if isinstance(emails, list | tuple) else set()


def _said(changes: PeopleChanges, person: str) -> set[str]:
    """What the item of somebody who is written says they hold."""
    held = changes.held.get(person, {})
    return {i for i in _addresses(changes.summaries.get(person, {})) if held.get(i) == _LIKE_MOST}


def _apart(changes: PeopleChanges) -> Iterator[tuple[str, str, Holding | None]]:
    """Items of their own that change: (person, identifier, what it says now); None: it goes."""
    for person in sorted(
        changes.summaries.keys() | changes.gone | {person for person, _ in changes.holdings}
    ):
        stored = changes.stored.get(person, StoredPerson(person))
        held = changes.held.get(person) or {
            i: h for (p, i), h in changes.holdings.items() if p == person and h
        }
        said = _said(changes, person)
        before = {i: stored.holdings[i] for i in stored.apart}
        after = {i: holding for i, holding in held.items() if i not in said}
        for identifier in sorted(before.keys() | after.keys()):
            if before.get(identifier) != after.get(identifier):
                yield person, identifier, after.get(identifier)


def _at(version: int) -> Item:
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": to_wire({":version": version}),
    }


def _as_read(pointer: Pointer | None) -> Item:
    if pointer is None:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    values: Item = {":named_by": list(pointer.named_by), ":shared": pointer.shared}
    person = "attribute_not_exists(person)"
    if pointer.person is not None:
        person = "person = :person"
        values[":person"] = pointer.person
    return {
        "ConditionExpression": f"{person} AND named_by = :named_by AND #shared = :shared",
        "ExpressionAttributeNames": {"#shared": "shared"},  # one of DynamoDB's own words
        "ExpressionAttributeValues": to_wire(values),
    }


def _as_read_or_gone(pointer: Pointer) -> Item:
    condition = _as_read(pointer)
    condition["ConditionExpression"] = f"attribute_not_exists(pk) OR {condition['ConditionExpression']}"
    return condition


def _chunks(groups: Iterable[list[Item]], limit: int) -> Iterator[list[Item]]:
    """Groups packed together, none divided unless it alone is over the limit."""
    chunk: list[Item] = []
    for group in groups:
        if chunk and len(chunk) + len(group) > limit:
            yield chunk
            chunk = []
        chunk = [*chunk, *group]
    if chunk:
        yield chunk
