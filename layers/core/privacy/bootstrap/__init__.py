"""The composition root: what the functions are made of, each part built when first asked for, once.

Here is what every function needs; beside it what follows the ledger (folding), Stripe's and Mailchimp's APIs
(providers), imports and reconciliations (past), requests and letters (contact), and what keeps the rules (retention).

Importing does nothing. Where Lambda initialises a container, at full CPU speed and before any request,
`warm` builds what the entrances always need.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator
from datetime import UTC, datetime
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from privacy import policy as policy_file
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Policy
from privacy.outbound.dynamodb import DynamoFactLedger
from privacy.outbound.secrets import (
    MailchimpWebhook,
    Secret,
    mailchimp_webhook_from,
    pseudonyms_from,
    signing_secrets_from,
)
from privacy.ports import FactLedger, OwnQueue
from privacy.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sqs import SQSClient

    from privacy.inbound.retries import Retries

#: Facts of a page that are recorded at once: fewer than the connections that boto3 keeps.
AT_ONCE = 8


def now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)


def unix_now() -> int:
    """The clock as signatures count it, in seconds: refusing one costs less without a calendar."""
    return int(time.time())


@cache
def settings() -> Settings:
    return Settings.from_environment()


@cache
def policy() -> Policy:
    return policy_file.load()


def warm() -> None:
    """Builds what every entrance needs, where Lambda initialises the container; elsewhere nothing."""
    if settings().warm_at_import:
        ledger()
        policy()


def client_config() -> Config:
    """A call's two attempts end within 7 s: a provider waits 10 s for its answer, and then sends again.

    Requests are not validated on this side of the wire, which costs 7 % of each: the adapters are typed.
    """
    return Config(
        connect_timeout=1,
        read_timeout=2,
        retries={"mode": "standard", "total_max_attempts": 2},
        parameter_validation=False,
        tcp_keepalive=True,
    )


@cache
def dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=client_config())


@cache
def secretsmanager() -> SecretsManagerClient:
    return boto3.client("secretsmanager", config=client_config())


@cache
def ledger() -> FactLedger:
    return DynamoFactLedger(dynamodb(), settings().ledger_table)


@cache
def _pepper() -> Secret[Pseudonyms]:
    return Secret(secretsmanager, settings().pepper_secret_id, pseudonyms_from, time.monotonic)


@cache
def _stripe_webhook() -> Secret[tuple[str, ...]]:
    return Secret(secretsmanager, settings().stripe_webhook_secret_id, signing_secrets_from, time.monotonic)


@cache
def _mailchimp_webhook() -> Secret[MailchimpWebhook]:
    return Secret(
        secretsmanager, settings().mailchimp_webhook_secret_id, mailchimp_webhook_from, time.monotonic
    )


def pseudonyms() -> Pseudonyms:
    """Raises SecretsUnavailable."""
    return _pepper().value()


def stripe_signing_secrets() -> tuple[str, ...]:
    """Raises SecretsUnavailable."""
    return _stripe_webhook().value()


def mailchimp_webhook() -> MailchimpWebhook:
    """Raises SecretsUnavailable."""
    return _mailchimp_webhook().value()


@cache
def sqs() -> SQSClient:
    return boto3.client("sqs", config=client_config())


def queue_at(url: str) -> OwnQueue:
    from privacy.outbound.queues import SqsKeyQueue

    return SqsKeyQueue(sqs(), url, unique=lambda: secrets.token_hex(16))


def retries(queue: OwnQueue) -> Retries:
    """Of a function that awaits a provider: its failed messages come again at a pace of their own."""
    from privacy.inbound.retries import Retries

    return Retries(queue, chance=secrets.SystemRandom().random, now=now)


def in_parallel[T, R](work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The results in the items' order; raises what the first failure raised, once all are done."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as workers:
        yield from workers.map(work, items)


@cache
def s3() -> S3Client:
    """Links name the bucket's own region: S3 leads others there from its global name, which a page's policy forbids."""
    return boto3.client("s3", config=client_config().merge(Config(s3={"addressing_style": "virtual"})))


def chance() -> str:
    """What tells two runs apart that begin in one second."""
    return secrets.token_hex(4)


def new_run_id() -> str:
    """What a rebuild is called: random, and says nothing."""
    return f"run-{secrets.token_hex(8)}"
