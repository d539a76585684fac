"""The projection `people` in DynamoDB.

pk = person id,  sk = person          the summary, version
pk = person id,  sk = has#identifier  owned, filed
pk = identifier, sk = is              person, named_by, shared
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from itertools import batched
from typing import TYPE_CHECKING, Any

from privacy.domain.projection import Holding, PeopleChanges, Pointer, StoredPerson
from privacy.outbound.dynamodb import Item, from_wire, item_of, pages, to_wire
from privacy.ports import PeopleConflict

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient

#: DynamoDB's own limits.
GET_LIMIT = 100
TRANSACTION_LIMIT = 100

_BOOKKEEPING = frozenset({"pk", "sk", "version"})
_LOST_RACES = frozenset({"ConditionalCheckFailed", "TransactionConflict"})


class DynamoPeople:
    """PeopleStore over two tables: a new person's id is written to the ledger in the same transaction."""

    def __init__(self, client: DynamoDBClient, people: str, ledger: str) -> None:
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
        version, summary, holdings = 0, {}, {}
        for item in pages(self._client, self._people, person):
            if item["sk"] == "person":
                version = item["version"]
                summary = {name: value for name, value in item.items() if name not in _BOOKKEEPING}
            else:
                holdings[item["sk"].removeprefix("has#")] = Holding(item["owned"], item["filed"])
        return StoredPerson(person, version, holdings, summary)

    def save(self, changes: PeopleChanges) -> None:
        """One transaction where it fits; else links first, each part under the people's versions, people last.

        A crash in between leaves links that the next fold of the same facts completes. With more than 50 people
        changed at once, parts check 50 of them, and a lost race shows when the others are written.
        Raises PeopleConflict.
        """
        people = [*self._people_writes(changes)]
        links = [*self._link_writes(changes)]
        if len(people) + len(links) <= TRANSACTION_LIMIT:
            self._transact([*people, *links])
            return
        checks = [self._check(person, version) for person, version in self._changed(changes)][
            : TRANSACTION_LIMIT // 2
        ]
        for chunk in batched(links, TRANSACTION_LIMIT - len(checks), strict=False):
            self._transact([*checks, *chunk])
        for chunk in batched(people, TRANSACTION_LIMIT, strict=False):
            self._transact([*chunk])

    def _changed(self, changes: PeopleChanges) -> Iterator[tuple[str, int]]:
        for person in sorted(changes.summaries.keys() | changes.gone):
            yield person, changes.expected[person]

    def _people_writes(self, changes: PeopleChanges) -> Iterator[Item]:
        for person, version in self._changed(changes):
            key: Item = {"pk": person, "sk": "person"}
            if person in changes.gone:
                yield {"Delete": {"TableName": self._people, "Key": to_wire(key)} | _at(version)}
            else:
                item = key | dict(changes.summaries[person]) | {"version": version + 1}
                yield {"Put": {"TableName": self._people, "Item": to_wire(item)} | _at(version)}
        for fact in changes.person_facts:
            yield _put_new(self._ledger, item_of(fact))

    def _link_writes(self, changes: PeopleChanges) -> Iterator[Item]:
        for (person, identifier), holding in sorted(changes.holdings.items(), key=lambda entry: entry[0]):
            key: Item = {"pk": person, "sk": f"has#{identifier}"}
            if holding is None:
                yield {"Delete": {"TableName": self._people, "Key": to_wire(key)}}
            else:
                yield _put(self._people, key | {"owned": holding.owned, "filed": holding.filed})
        for identifier, pointer in sorted(changes.pointers.items()):
            key = {"pk": identifier, "sk": "is"}
            if pointer is None:
                yield {"Delete": {"TableName": self._people, "Key": to_wire(key)}}
                continue
            item: Item = key | {"named_by": list(pointer.named_by), "shared": pointer.shared}
            if pointer.person is not None:
                item["person"] = pointer.person
            yield (_put_new if identifier in changes.new_pointers else _put)(self._people, item)

    def _check(self, person: str, version: int) -> Item:
        key = to_wire({"pk": person, "sk": "person"})
        return {"ConditionCheck": {"TableName": self._people, "Key": key} | _at(version)}

    def _transact(self, writes: list[Item]) -> None:
        try:
            self._client.transact_write_items(TransactItems=writes)  # type: ignore[arg-type]
        except self._client.exceptions.TransactionCanceledException as error:
            reasons = {reason.get("Code") for reason in error.response.get("CancellationReasons", [])}
            if reasons & _LOST_RACES:
                raise PeopleConflict from None
            raise


def _at(version: int) -> Item:
    if version == 0:
        return {"ConditionExpression": "attribute_not_exists(pk)"}
    return {
        "ConditionExpression": "version = :version",
        "ExpressionAttributeValues": to_wire({":version": version}),
    }


def _put(table: str, item: Item) -> Item:
    return {"Put": {"TableName": table, "Item": to_wire(item)}}


def _put_new(table: str, item: Item) -> Item:
    return {
        "Put": {"TableName": table, "Item": to_wire(item), "ConditionExpression": "attribute_not_exists(pk)"}
    }
