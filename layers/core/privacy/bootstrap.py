"""The composition root: what the functions are made of, each part built when first asked for, once.

Importing does nothing. Where Lambda initialises a container, at full CPU speed and before any request,
`warm` builds what the entrances always need.
"""

from __future__ import annotations

import time
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
from privacy.ports import FactLedger
from privacy.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_secretsmanager import SecretsManagerClient


def now() -> datetime:
    """The clock, in UTC."""
    return datetime.now(UTC)


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


# ---------------------------------------------------------------- clients


def _config() -> Config:
    """Two attempts end within 7 s: a provider waits 10 s for its answer, and then sends again.

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
def _dynamodb() -> DynamoDBClient:
    return boto3.client("dynamodb", config=_config())


@cache
def _secretsmanager() -> SecretsManagerClient:
    return boto3.client("secretsmanager", config=_config())


@cache
def ledger() -> FactLedger:
    return DynamoFactLedger(_dynamodb(), settings().ledger_table)


# ---------------------------------------------------------------- secrets: each is fetched by the first request


@cache
def _pepper() -> Secret[Pseudonyms]:
    return Secret(_secretsmanager, settings().pepper_secret_id, pseudonyms_from, time.monotonic)


@cache
def _stripe_webhook() -> Secret[tuple[str, ...]]:
    return Secret(_secretsmanager, settings().stripe_webhook_secret_id, signing_secrets_from, time.monotonic)


@cache
def _mailchimp_webhook() -> Secret[MailchimpWebhook]:
    return Secret(
        _secretsmanager, settings().mailchimp_webhook_secret_id, mailchimp_webhook_from, time.monotonic
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
