"""What follows the ledger: the projection, its stores, and the queues of those who keep it."""

from __future__ import annotations

import secrets
from collections.abc import Mapping
from functools import cache
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.outbound.dynamodb import DynamoPartitions
from privacy.ports import KeyQueue, Notes, OwnQueue, Partitions, PeopleStore, RunLog, Summaries

if TYPE_CHECKING:
    from privacy.operations.people.fold_people import Stores


@cache
def fold_people_queue() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().fold_people_queue_url)


@cache
def read_back_mailchimp_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().read_back_mailchimp_queue_url)


@cache
def sync_providers_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().sync_providers_queue_url)


@cache
def rebuild_people_queue() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().rebuild_people_queue_url)


@cache
def stripe_eventbridge_dead_letters() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().stripe_eventbridge_dead_letter_queue_url)


@cache
def people() -> PeopleStore:
    from privacy.outbound.dynamodb_people import DynamoPeople

    return DynamoPeople(
        bootstrap.dynamodb(), bootstrap.settings().people_table, bootstrap.settings().ledger_table
    )


@cache
def fold_stores() -> Stores:
    from privacy.operations.people.fold_people import Stores
    from privacy.outbound.dynamodb_registry import DynamoRegistry

    own = bootstrap.settings()
    return Stores(
        ledger=bootstrap.ledger(),
        people=people(),
        registry=DynamoRegistry(bootstrap.dynamodb(), own.registry_table),
    )


@cache
def rebuild_tables() -> Mapping[str, Partitions]:
    own = bootstrap.settings()
    return {
        "ledger": DynamoPartitions(bootstrap.dynamodb(), own.ledger_table),
        "people": DynamoPartitions(bootstrap.dynamodb(), own.people_table, sort_key="is"),
    }


def new_person_id() -> str:
    """Random, 128 bits: it tells nothing of the person, and is itself a fact (docs/architecture.md "Linking")."""
    return f"person-{secrets.token_hex(16)}"


@cache
def notes() -> Notes:
    from privacy.outbound.dynamodb_notes import DynamoNotes

    return DynamoNotes(bootstrap.dynamodb(), bootstrap.settings().registry_table)


@cache
def runs() -> RunLog:
    from privacy.outbound.dynamodb_runs import DynamoRuns

    return DynamoRuns(bootstrap.dynamodb(), bootstrap.settings().registry_table)


@cache
def summaries() -> Summaries:
    from privacy.outbound.dynamodb_summaries import DynamoSummaries

    return DynamoSummaries(bootstrap.dynamodb(), bootstrap.settings().people_table)
