"""Tokens in memory and in DynamoDB are held to the same behaviour."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

import pytest
from moto import mock_aws

from privacy.outbound.dynamodb import from_wire
from privacy.outbound.dynamodb_tokens import DynamoTokens
from privacy.ports.tokens import Token, Tokens
from tests.contract.test_stores import tables
from tests.fakes import MemoryTokens
from tests.telling import at, email

DIGEST = "ab" * 32
TOKEN = Token("stay", email(), "a1", at("2026-12-22T23:00"))


@pytest.fixture(params=["memory", "dynamodb"])
def tokens(request: pytest.FixtureRequest) -> Iterator[Tokens]:
    if request.param == "memory":
        yield MemoryTokens()
        return
    with mock_aws():
        yield DynamoTokens(tables(), "registry")


def test_a_token_is_found_by_the_digest_of_its_secret_alone(tokens: Tokens) -> None:
    assert tokens.get(DIGEST) is None
    tokens.issue(DIGEST, TOKEN)
    assert tokens.get(DIGEST) == TOKEN
    assert tokens.get("cd" * 32) is None


def test_the_first_under_a_digest_stays_used_or_not(tokens: Tokens) -> None:
    tokens.issue(DIGEST, TOKEN)
    used = tokens.use(DIGEST, at("2026-12-01"))
    tokens.issue(DIGEST, TOKEN._replace(audience=None))
    assert tokens.get(DIGEST) == used == TOKEN._replace(used_at=at("2026-12-01"))


def test_a_token_is_used_once_and_says_when(tokens: Tokens) -> None:
    tokens.issue(DIGEST, TOKEN)
    first = tokens.use(DIGEST, at("2026-12-01T08:00"))
    again = tokens.use(DIGEST, at("2026-12-02T08:00"))
    assert first == again
    assert first is not None
    assert first.used_at == at("2026-12-01T08:00")


def test_what_expired_or_never_was_cannot_be_used(tokens: Tokens) -> None:
    tokens.issue(DIGEST, TOKEN)
    assert tokens.use(DIGEST, TOKEN.expires_at) is None
    assert tokens.use("cd" * 32, at("2026-12-01")) is None
    assert tokens.get("cd" * 32) is None
    still = tokens.use(DIGEST, TOKEN.expires_at - timedelta(seconds=1))
    assert still is not None


def test_a_mailbox_without_an_audience_has_none(tokens: Tokens) -> None:
    tokens.issue(DIGEST, TOKEN._replace(audience=None))
    assert tokens.get(DIGEST) == TOKEN._replace(audience=None)


@mock_aws
def test_the_item_goes_by_ttl_and_stands_in_the_index_of_what_is_due_until_then() -> None:
    client = tables()
    DynamoTokens(client, "registry").issue(DIGEST, TOKEN)
    item = from_wire(client.scan(TableName="registry")["Items"][0])
    assert item["pk"] == f"token#{DIGEST}"
    assert item["expires_at"] == int(TOKEN.expires_at.timestamp())
    assert item["due_on"] == "2026-12-23"
    assert item["due_shard"].startswith("token#")
