"""The bench's DynamoDB: items weigh and cost by the published rules, conditions hold as DynamoDB's do."""

from __future__ import annotations

import pytest

from bench.aws.capacity import item_bytes, read_units, value_bytes, write_units
from bench.aws.conditions import holds
from bench.aws.tables import Refused, Tables, Units

DUE = {"pk": {"S": "p"}, "sk": {"S": "person"}, "due_shard": {"S": "person#1"}, "due_on": {"S": "2029-01-01"}}


@pytest.mark.parametrize(
    ("value", "size"),
    [
        ({"S": "é"}, 2),
        ({"N": "27"}, 2),
        ({"N": "-27"}, 3),
        ({"N": "1000"}, 2),
        ({"BOOL": True}, 1),
        ({"NULL": True}, 1),
        ({"L": [{"S": "ab"}]}, 3 + 1 + 2),
        ({"M": {"a": {"S": "b"}}}, 3 + 1 + 1 + 1),
    ],
)
def test_a_value_weighs_what_dynamodb_says(value: dict[str, object], size: int) -> None:
    assert value_bytes(value) == size


def test_an_item_weighs_its_names_too() -> None:
    assert item_bytes({"pk": {"S": "a"}, "sk": {"S": "bc"}}) == 2 + 1 + 2 + 2


def test_units_are_begun_not_completed() -> None:
    assert (write_units(0, 1024), write_units(0, 1025), write_units(3000, 1)) == (1, 2, 3)
    assert (read_units(0), read_units(4096), read_units(4097)) == (1, 1, 2)


def test_a_transaction_pays_twice_on_the_table_and_once_on_the_index() -> None:
    units = Units()
    Tables().call(
        "TransactWriteItems", {"TransactItems": [{"Put": {"TableName": "people", "Item": DUE}}]}, units
    )
    assert (units.wcu, units.index_wcu) == (2, 1)


def test_an_index_entry_that_stays_is_free_and_one_that_moves_is_two_writes() -> None:
    tables = Tables()
    tables.load("people", [DUE])
    for item, cost in ((DUE | {"version": {"N": "2"}}, 0), (DUE | {"due_on": {"S": "2030-01-01"}}, 2)):
        units = Units()
        tables.call("PutItem", {"TableName": "people", "Item": item}, units)
        assert units.index_wcu == cost


def test_a_refused_write_pays_and_changes_nothing() -> None:
    tables, units = Tables(), Units()
    tables.load("ledger", [DUE])
    request = {
        "TableName": "ledger",
        "Item": DUE | {"due_on": {"S": "later"}},
        "ConditionExpression": "attribute_not_exists(pk)",
        "ReturnValuesOnConditionCheckFailure": "ALL_OLD",
    }
    with pytest.raises(Refused) as refused:
        tables.call("PutItem", request, units)
    assert "Item" in refused.value.more
    assert units.wcu == 1
    assert tables.partition("ledger", "p") == [DUE]


def test_a_query_pages_at_a_megabyte_and_reads_everything_once() -> None:
    tables = Tables()
    tables.load(
        "ledger", ({"pk": {"S": "p"}, "sk": {"S": f"{n:04}"}, "x": {"S": "x" * 9_990}} for n in range(250))
    )
    request = {
        "TableName": "ledger",
        "KeyConditionExpression": "pk = :pk",
        "ExpressionAttributeValues": {":pk": {"S": "p"}},
    }
    seen: list[str] = []
    pages = 0
    while True:
        answer = tables.call("Query", request, Units())
        seen += answer["Items"]
        pages += 1
        if "LastEvaluatedKey" not in answer:
            break
        request["ExclusiveStartKey"] = answer["LastEvaluatedKey"]
    assert (len(seen), len(set(seen)), pages) == (250, 250, 3)


@pytest.mark.parametrize(
    ("expression", "held", "met"),
    [
        ("attribute_not_exists(pk)", None, True),
        ("attribute_not_exists(pk)", {"pk": {"S": "a"}}, False),
        ("version = :version", {"version": {"N": "2"}}, True),
        ("version = :version", {"version": {"N": "3"}}, False),
        ("version = :version", None, False),
        ("attribute_not_exists(pk) OR #at < :at", {"pk": {"S": "a"}, "at": {"S": "2026"}}, True),
        ("attribute_exists(pk) AND #at < :at", {"pk": {"S": "a"}, "at": {"S": "2028"}}, False),
    ],
)
def test_conditions_hold_as_written(
    expression: str, held: dict[str, dict[str, str]] | None, met: bool
) -> None:
    request = {
        "ConditionExpression": expression,
        "ExpressionAttributeNames": {"#at": "at"},
        "ExpressionAttributeValues": {":version": {"N": "2"}, ":at": {"S": "2027"}},
    }
    assert holds(request, held) is met


def test_a_condition_of_another_form_is_never_guessed() -> None:
    with pytest.raises(ValueError, match="another form"):
        holds({"ConditionExpression": "contains(a, :b)"}, {})


def test_a_scan_pages_at_a_megabyte_filters_what_it_has_paid_for_and_costs_half() -> None:
    tables = Tables()
    items = ({"pk": {"S": f"p{n:04}"}, "sk": {"S": "person"}, "x": {"S": "x" * 9_986}} for n in range(150))
    tables.load("people", items)
    tables.load("people", [{"pk": {"S": "q"}, "sk": {"S": "person"}, "alias_of": {"S": "p0001"}}])
    request = {
        "TableName": "people",
        "FilterExpression": "sk = :person AND attribute_not_exists(alias_of)",
        "ExpressionAttributeValues": {":person": {"S": "person"}},
    }
    found, reads, start = [], 0.0, None
    while True:
        units = Units()
        page = tables.call("Scan", request | ({"ExclusiveStartKey": start} if start else {}), units)
        found, reads = [*found, *page["Items"]], reads + units.rcu
        start = page.get("LastEvaluatedKey")
        if start is None:
            break
    assert len(found) == 150
    assert 150 * 10_000 / 4096 / 2 <= reads <= 150 * 10_000 / 4096 / 2 + 2


def test_a_read_that_may_be_a_moment_old_costs_half() -> None:
    tables = Tables()
    tables.load("people", [DUE])
    for consistent, cost in ((True, 2), (False, 1)):
        units = Units()
        keys = [{"pk": {"S": who}, "sk": {"S": "person"}} for who in ("p", "nobody")]
        request = {"RequestItems": {"people": {"Keys": keys, "ConsistentRead": consistent}}}
        answer = tables.call("BatchGetItem", request, units)
        assert (len(answer["Responses"]["people"]), units.rcu) == (1, cost)


def test_a_stream_tells_what_was_written_and_not_what_was_refused() -> None:
    tables = Tables()
    tables.load("ledger", [DUE])
    fresh = DUE | {"sk": {"S": "another"}}
    tables.call("BatchWriteItem", {"RequestItems": {"ledger": [{"PutRequest": {"Item": fresh}}]}}, Units())
    request = {"TableName": "ledger", "Item": DUE, "ConditionExpression": "attribute_not_exists(pk)"}
    with pytest.raises(Refused):
        tables.call("PutItem", request, Units())
    assert tables.written["ledger"] == [("p", "another")]


def test_who_waits_for_a_decision_stands_in_an_index_of_their_own() -> None:
    units = Units()
    asked = DUE | {"asked_shard": {"S": "asked#1"}, "asked_since": {"S": "2026-11-22"}}
    tables = Tables()
    tables.load("people", [DUE])
    tables.call("PutItem", {"TableName": "people", "Item": asked}, units)
    assert (units.wcu, units.index_wcu) == (1, 1)
