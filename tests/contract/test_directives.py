"""Directives for after death, in memory and in DynamoDB, are held to the same behaviour (E87, R27)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest
from moto import mock_aws

from privacy.operations.retention.due_shards import REGISTRY, SHARDS
from privacy.outbound.dynamodb_directives import DynamoDirectives
from privacy.outbound.dynamodb_due import DynamoDueIndex
from privacy.outbound.dynamodb_registry_purge import DynamoRegistryPurge
from privacy.ports.directives import Directive, Directives
from tests.fakes import MemoryDirectives
from tests.tables import DUE_KEYS, empty_table
from tests.telling import BENOIT, at, email

LOOK_ON = date(2026, 12, 22)
WISH = Directive(
    email(), ("tout effacer", "sauf les factures"), "Anna Exemple", "IM-2026-000001", at("2026-11-22")
)


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        yield empty_table("registry", due=DUE_KEYS)


@pytest.fixture(params=["memory", "dynamodb"])
def directives(request: pytest.FixtureRequest) -> Directives:
    if request.param == "memory":
        return MemoryDirectives()
    return DynamoDirectives(request.getfixturevalue("client"), "registry")


def test_the_last_word_of_an_address_is_what_counts(directives: Directives) -> None:
    directives.register(WISH, LOOK_ON)
    later = WISH._replace(words=("tout garder",), executor="", registered_at=at("2026-11-23"))
    directives.register(later, LOOK_ON)
    assert directives.of([email()]) == later
    assert directives.of([email(BENOIT)]) is None


def test_of_the_same_address_under_two_peppers_the_later_counts(directives: Directives) -> None:
    directives.register(WISH, LOOK_ON)
    later = WISH._replace(about="email#2#x", registered_at=at("2026-11-23"))
    directives.register(later, LOOK_ON)
    assert directives.of([email(), "email#2#x"]) == later


def test_e87_what_is_revoked_is_gone_words_and_all(directives: Directives) -> None:
    directives.register(WISH, LOOK_ON)
    assert directives.revoke([email(), "email#2#x"])
    assert directives.of([email()]) is None
    assert not directives.revoke([email()])


def test_r27_the_purge_finds_it_on_its_day_and_knows_whom_it_is_about(client: Any) -> None:
    DynamoDirectives(client, "registry").register(WISH, LOOK_ON)
    index, purge = (
        DynamoDueIndex(client, "registry", SHARDS[REGISTRY]),
        DynamoRegistryPurge(client, "registry"),
    )
    found = [place for shard in index.shards for place in index.page(shard, LOOK_ON, None, 10).due]
    ((pk, sk, day),) = found
    assert day == LOOK_ON
    assert purge.note_about((pk, sk)) == email()
    assert not purge.drop((pk, sk), date(2026, 12, 21))
    assert purge.drop((pk, sk), LOOK_ON)
