"""DynamoDB tables as the adapters find them, emulated: inside `mock_aws` only."""

from __future__ import annotations

from typing import Any

import boto3

#: The sparse index of what is due, as template.yaml gives it to tables.
DUE_KEYS = ("due_shard", "due_on")


def empty_table(name: str, **indexes: tuple[str, str]) -> Any:
    """With the keys pk and sk; a client that reaches it. indexes: of keys alone, by name."""
    client: Any = boto3.client(
        "dynamodb", region_name="eu-west-3", aws_access_key_id="x", aws_secret_access_key="x"
    )
    keyed = {"pk", "sk"}.union(*indexes.values())
    by_index = [
        {"IndexName": index, "KeySchema": _keys(*pair), "Projection": {"ProjectionType": "KEYS_ONLY"}}
        for index, pair in indexes.items()
    ]
    client.create_table(
        TableName=name,
        BillingMode="PAY_PER_REQUEST",
        KeySchema=_keys("pk", "sk"),
        AttributeDefinitions=[{"AttributeName": key, "AttributeType": "S"} for key in sorted(keyed)],
        **({"GlobalSecondaryIndexes": by_index} if by_index else {}),
    )
    return client


def _keys(*names: str) -> list[dict[str, str]]:
    return [{"AttributeName": n, "KeyType": k} for n, k in zip(names, ("HASH", "RANGE"), strict=True)]
