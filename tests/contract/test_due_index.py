"""The index of what is due, in memory and in DynamoDB, is held to the same behaviour."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import pytest
from moto import mock_aws
from samtranslator.yaml_helper import yaml_parse

from privacy.operations.people.person_summary import SHARDS as PEOPLE
from privacy.operations.retention.due_shards import SHARDS
from privacy.operations.retention.purge_batch import KINDS, PERSON
from privacy.outbound.dynamodb_due import INDEX, DynamoDueIndex
from privacy.ports.retention import DueIndex
from tests.fakes import MemoryDueIndex
from tests.tables import DUE_KEYS, empty_table

ROOT = Path(__file__).parents[2]
TODAY = date(2026, 11, 22)

type Standing = list[tuple[str, str, str, date]]


@pytest.fixture(params=["memory", "dynamodb"])
def index_of(request: pytest.FixtureRequest) -> Iterator[Callable[[Standing], DueIndex]]:
    if request.param == "memory":
        yield lambda standing: MemoryDueIndex(PEOPLE, lambda: standing)
        return
    with mock_aws():
        client = empty_table("people", **{INDEX: DUE_KEYS})

        def filled(standing: Standing) -> DueIndex:
            for pk, sk, shard, day in standing:
                item = {"pk": pk, "sk": sk, "due_shard": shard, "due_on": day.isoformat(), "name": "more"}
                client.put_item(TableName="people", Item={name: {"S": said} for name, said in item.items()})
            client.put_item(TableName="people", Item={"pk": {"S": "person-0"}, "sk": {"S": "has#x"}})
            return DynamoDueIndex(client, "people", PEOPLE)

        yield filled


def read(index: DueIndex, shard: str, until: date, limit: int) -> list[list[tuple[str, str, date]]]:
    pages, after = [], None
    while True:
        page = index.page(shard, until, after, limit)
        pages.append([*page.due])
        if page.after is None:
            return pages
        after = page.after


def test_what_is_due_up_to_a_day_comes_page_by_page_the_longest_due_first(
    index_of: Callable[[Standing], DueIndex],
) -> None:
    days = [TODAY - timedelta(days=n) for n in (0, 400, 3, 3)] + [TODAY + timedelta(days=1)]
    standing = [(f"person-{n}", "person", PEOPLE[1], day) for n, day in enumerate(days)]
    standing.append(("person-9", "person", PEOPLE[2], TODAY))
    index = index_of(standing)
    whole = [due for page in read(index, PEOPLE[1], TODAY, 100) for due in page]
    assert sorted(whole) == [(f"person-{n}", "person", days[n]) for n in range(4)]
    assert [day for _, _, day in whole] == sorted(days[:4])
    paged = read(index, PEOPLE[1], TODAY, 3)
    assert [len(page) for page in paged][:2] == [3, 1]
    assert sorted(due for page in paged for due in page) == sorted(whole)
    assert read(index, PEOPLE[1], date(2020, 1, 1), 100) == [[]]
    assert read(index, PEOPLE[0], TODAY, 100) == [[]]
    assert tuple(index.shards) == PEOPLE


def test_the_number_of_what_stands_in_it_is_as_dynamodb_counts_it() -> None:
    class Described:
        def describe_table(self, **_: str) -> Any:
            return {
                "Table": {
                    "ItemCount": 900,
                    "GlobalSecondaryIndexes": [
                        {"IndexName": "asked", "ItemCount": 5},
                        {"IndexName": "due", "ItemCount": 300},
                    ],
                }
            }

    client: Any = Described()
    assert DynamoDueIndex(client, "people", PEOPLE).size() == 300


# --- every place in an index is read by the plan


def test_whatever_is_given_an_end_anywhere_stands_in_a_shard_that_is_read() -> None:
    written = set()
    for source in (ROOT / "layers/core/privacy").rglob("*.py"):
        text = source.read_text()
        written |= set(re.findall(r'"due_shard": f"(\w+)#', text))
        written |= set(re.findall(r'def due_shard\(.*?return f"(\w+)#', text, re.DOTALL))
    listed = {shard.partition("#")[0] for shards in SHARDS.values() for shard in shards}
    assert {"person", "request", "suppression"} <= written
    assert written == listed


def test_people_and_every_other_kind_have_their_shards() -> None:
    assert tuple(SHARDS) == KINDS
    assert SHARDS[PERSON] == PEOPLE
    assert all(len(set(shards)) % 8 == 0 for shards in SHARDS.values())


def test_all_four_tables_have_the_index_with_keys_alone() -> None:
    template = yaml_parse((ROOT / "infra/storage.yaml").read_text())
    for table in ("PeopleTable", "RegistryTable", "RequestsTable", "ArchiveTable"):
        indexes = template["Resources"][table]["Properties"]["GlobalSecondaryIndexes"]
        (due,) = [index for index in indexes if index["IndexName"] == INDEX]
        assert [key["AttributeName"] for key in due["KeySchema"]] == ["due_shard", "due_on"]
        assert due["Projection"] == {"ProjectionType": "KEYS_ONLY"}
