"""What keeps the retention rules: the plan of a night, the purge, the replay of erasures."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3

from privacy import bootstrap
from privacy.bootstrap import contact, folding, providers
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.ports import KeyQueue, OwnQueue

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient

    from privacy.domain.facts import Fact
    from privacy.domain.runs import Run
    from privacy.inbound.purging import PurgeBatch
    from privacy.operations.retention.guard_purge import Gate
    from privacy.operations.retention.owe_redaction import Owing
    from privacy.operations.retention.plan_purge import Planning
    from privacy.operations.retention.purge_case import CasePurge
    from privacy.operations.retention.purge_people import PeoplePurge
    from privacy.operations.retention.purge_person import PersonPurge
    from privacy.operations.retention.purge_records import PurgeOne, RecordPurge
    from privacy.operations.retention.replay_erasures import Replaying
    from privacy.outbound.s3_packages import S3Packages
    from privacy.ports.redactions import OwedRedactions
    from privacy.ports.retention import Archive, Backlog, DueIndex, FactRemover, Receipts, ReplayList


@cache
def _cloudwatch() -> CloudWatchClient:
    return boto3.client("cloudwatch", config=bootstrap.client_config())


@cache
def retention_plan_queue() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().retention_plan_queue_url)


@cache
def due_indexes() -> Mapping[str, DueIndex]:
    """By what purges it (operations/retention/purge_batch.py)."""
    from privacy.operations.retention import purge_batch as kinds
    from privacy.operations.retention.due_shards import SHARDS
    from privacy.outbound.dynamodb_due import DynamoDueIndex

    own = bootstrap.settings()
    tables = {
        kinds.PERSON: own.people_table,
        kinds.REQUEST: own.requests_table,
        kinds.CAUSE: own.requests_table,
        kinds.REGISTRY: own.registry_table,
        kinds.ARCHIVE: own.archive_table,
        kinds.REDACTION: own.registry_table,
    }
    return {kind: DynamoDueIndex(bootstrap.dynamodb(), table, SHARDS[kind]) for kind, table in tables.items()}


@cache
def backlog() -> Backlog:
    from privacy.outbound.cloudwatch_backlog import CloudWatchBacklog

    own = bootstrap.settings()
    return CloudWatchBacklog(
        _cloudwatch(), queues=own.watched_queues, functions=own.watched_functions, now=bootstrap.now
    )


@cache
def archive() -> Archive:
    from privacy.outbound.dynamodb_archive import DynamoArchive

    return DynamoArchive(bootstrap.dynamodb(), bootstrap.settings().archive_table)


@cache
def receipts() -> Receipts:
    from privacy.domain.clocks import paris_day
    from privacy.outbound.dynamodb_receipts import DynamoReceipts

    return DynamoReceipts(
        bootstrap.dynamodb(), bootstrap.settings().registry_table, lambda: paris_day(bootstrap.now())
    )


def begin_retention_day() -> Run:
    """The day's own run, or what became of it."""
    from privacy.operations.retention.retention_runs import begin_day

    return begin_day(runs=folding.runs(), policy=bootstrap.policy(), now=bootstrap.now())


@cache
def purge_gate() -> Gate:
    from privacy.operations.retention.guard_purge import Gate
    from privacy.operations.retention.purge_batch import PERSON
    from privacy.outbound.dynamodb_registry import DynamoRegistry

    registry = DynamoRegistry(bootstrap.dynamodb(), bootstrap.settings().registry_table)
    return Gate(due_indexes()[PERSON], backlog(), registry.history_approved, bootstrap.policy())


def retention_planning() -> Planning:
    from privacy.inbound.retention_planning import tell
    from privacy.operations.retention.plan_purge import Planning

    return Planning(
        runs=folding.runs(),
        indexes=due_indexes(),
        gate=purge_gate(),
        purges=bootstrap.queue_at(bootstrap.settings().retention_purge_queue_url),
        rebuilds=folding.rebuild_people_queue(),
        receipts=receipts(),
        told=tell,
        now=bootstrap.now,
    )


@cache
def retention_purge_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().retention_purge_queue_url)


def purges() -> Mapping[str, Callable[[], PurgeBatch]]:
    """By kind, what purges a batch of it."""
    from privacy.operations.retention import purge_batch as kinds

    return {
        kinds.PERSON: lambda: people_purge().purge,
        kinds.REQUEST: lambda: _record_purge(_purge_case()).purge,
        kinds.CAUSE: lambda: _record_purge(_purge_cause()).purge,
        kinds.REGISTRY: lambda: _record_purge(_purge_registry()).purge,
        kinds.ARCHIVE: lambda: _record_purge(_purge_archived()).purge,
        kinds.REDACTION: lambda: _record_purge(_follow_redactions()).purge,
    }


def people_purge() -> PeoplePurge:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import purging
    from privacy.operations.retention.purge_people import PeoplePurge

    return PeoplePurge(person_purge(purging.tell), receipts(), replay_list(), purging.skipped)


def person_purge(told: Callable[[str], None]) -> PersonPurge:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound.recording import append
    from privacy.operations.consent.offer_renewal import renew
    from privacy.operations.retention.forget_at_providers import Providers
    from privacy.operations.retention.keepers import keepers_of
    from privacy.operations.retention.purge_person import PersonPurge
    from privacy.outbound.dynamodb_requests import DynamoRequests
    from privacy.outbound.ses import SesUndeliverables

    own = bootstrap.settings()
    written = DynamoRequests(bootstrap.dynamodb(), own.requests_table, lately=True)
    stripe, mailchimp = providers.stripe_people(), providers.mailchimp_account()
    return PersonPurge(
        stores=folding.fold_stores(),
        remover=_fact_remover(),
        archive=archive(),
        keepers=lambda person, ids: keepers_of(person, ids, holds=contact.legal_holds(), log=written),
        providers=Providers(
            directory=mailchimp,
            members=mailchimp,
            audiences=providers.audiences(),
            customers=stripe,
            undeliverables=SesUndeliverables(contact.sesv2()),
        ),
        payments=stripe,
        facts_of=facts_of(),
        record=lambda fact: append(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        policy=bootstrap.policy(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
        new_id=folding.new_person_id,
        told=told,
        renew=lambda person: renew(person, contact.renewing()),
        owing=owing_redactions(),
    )


def facts_of() -> Callable[[str, Mapping[str, object], datetime], Sequence[Fact]]:
    """An object that Stripe lists, as facts."""
    from privacy.inbound import importing
    from privacy.inbound import stripe_history as past

    return importing.reading(
        lambda kind, listed, asked_at: past.facts_from(
            kind,
            listed,
            pseudonyms=bootstrap.pseudonyms(),
            policy=bootstrap.policy(),
            recorded_at=asked_at,
            modes=bootstrap.settings().stripe_modes,
        )
    )


@cache
def _fact_remover() -> FactRemover:
    return DynamoFactLedger(bootstrap.dynamodb(), bootstrap.settings().ledger_table)


def _record_purge(purge_one: PurgeOne) -> RecordPurge:
    from privacy.operations.retention.purge_records import RecordPurge

    return RecordPurge(purge_one, receipts(), bootstrap.policy().rules_digest, bootstrap.now)


def _purge_case() -> PurgeOne:
    from privacy.operations.retention.purge_case import purge_case

    purge = _case_purge()
    return lambda key, tell: purge_case(key[0], purge, tell)


def _purge_cause() -> PurgeOne:
    from privacy.operations.retention.purge_case import purge_cause

    purge = _case_purge()
    return lambda key, tell: purge_cause(key[0], purge, tell)


def _purge_registry() -> PurgeOne:
    from privacy.operations.retention.purge_item import RegistryPurge, purge_registry
    from privacy.outbound.dynamodb_registry_purge import DynamoRegistryPurge

    registry = DynamoRegistryPurge(bootstrap.dynamodb(), bootstrap.settings().registry_table)
    purge = RegistryPurge(
        registry, registry, folding.fold_stores(), archive(), bootstrap.policy(), bootstrap.now()
    )
    return lambda key, tell: purge_registry(key, purge, tell)


def _purge_archived() -> PurgeOne:
    from privacy.operations.retention.purge_item import ArchivePurge, purge_archived

    purge = ArchivePurge(
        archive(),
        folding.fold_stores(),
        contact.legal_holds(),
        contact.requests(),
        bootstrap.policy(),
        bootstrap.now(),
    )
    return lambda key, tell: purge_archived(key, purge, tell)


def _follow_redactions() -> PurgeOne:
    from privacy.inbound import purging
    from privacy.operations.retention.follow_redaction import Following

    following = Following(
        owed=redactions(),
        jobs=providers.stripe_redactions,
        people=folding.people(),
        policy=bootstrap.policy(),
        on=bootstrap.settings().redacts_at_stripe,
        told=purging.redaction_failed,
        now=bootstrap.now,
    )
    return following.follow


@cache
def redactions() -> OwedRedactions:
    """What Stripe still has to black out (R38)."""
    from privacy.outbound.dynamodb_redactions import DynamoRedactions

    return DynamoRedactions(bootstrap.dynamodb(), bootstrap.settings().registry_table)


def owing_redactions() -> Owing | None:
    """None: the account was given none, and nothing is written down to be redacted."""
    from privacy.operations.retention.owe_redaction import Owing

    if not bootstrap.settings().redacts_at_stripe:
        return None
    return Owing(
        owed=redactions(),
        people=folding.people(),
        pseudonyms=bootstrap.pseudonyms(),
        checkouts=lambda payments: providers.stripe_people().checkouts(payments),
    )


@cache
def packages() -> S3Packages:
    """Where answers wait until they are collected (R12)."""
    from privacy.outbound.s3_packages import S3Packages

    return S3Packages(bootstrap.s3(), bootstrap.settings().packages_bucket)


def _case_purge() -> CasePurge:
    from privacy.operations.retention.purge_case import CasePurge
    from privacy.outbound.dynamodb_cases import DynamoCases

    return CasePurge(
        log=contact.requests(),
        cases=DynamoCases(bootstrap.dynamodb(), bootstrap.settings().requests_table),
        mails=contact.mail_store(),
        packages=packages(),
        holds=contact.legal_holds(),
        people=folding.people(),
        periods=bootstrap.policy().periods,
        now=bootstrap.now(),
    )


@cache
def replay_list() -> ReplayList:
    from privacy.outbound.s3_replay import S3Replay

    return S3Replay(bootstrap.s3(), bootstrap.settings().replay_bucket)


def replaying() -> Replaying:
    from privacy.operations.retention.replay_erasures import Replaying

    return Replaying(
        runs=folding.runs(),
        replay=replay_list(),
        stores=folding.fold_stores(),
        policy=bootstrap.policy(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
        new_id=folding.new_person_id,
        owing=owing_redactions(),
    )
