"""The only reader of the environment. Names stand in the template; secret values never do.

A function is given only the settings it uses; asking for one that is missing names it.
"""

from __future__ import annotations

import os
from collections.abc import Mapping


class MissingSetting(RuntimeError):
    """An environment name that this function needs is not set."""


class Settings:
    """The environment, by meaning. `Settings(os.environ)` is made once, in bootstrap."""

    def __init__(self, environ: Mapping[str, str]) -> None:
        self._environ = environ

    @classmethod
    def from_environment(cls) -> Settings:
        return cls(os.environ)

    def _required(self, name: str) -> str:
        value = self._environ.get(name, "")
        if not value:
            raise MissingSetting(name)
        return value

    def _listed(self, name: str) -> tuple[str, ...]:
        return tuple(part.strip() for part in self._environ.get(name, "").split(",") if part.strip())

    def _some(self, name: str) -> tuple[str, ...]:
        self._required(name)
        return self._listed(name)

    @property
    def ledger_table(self) -> str:
        return self._required("LEDGER_TABLE")

    @property
    def people_table(self) -> str:
        return self._required("PEOPLE_TABLE")

    @property
    def registry_table(self) -> str:
        return self._required("REGISTRY_TABLE")

    @property
    def requests_table(self) -> str:
        return self._required("REQUESTS_TABLE")

    @property
    def mail_bucket(self) -> str:
        """Where messages to contact@ are kept as they came."""
        return self._required("MAIL_BUCKET")

    @property
    def contact_address(self) -> str:
        """The address that the policy names (P44): customer service and DPO in one."""
        return self._required("CONTACT_ADDRESS")

    @property
    def customer_service_address(self) -> str:
        """To whom what is for the shop is sent on."""
        return self._required("CUSTOMER_SERVICE_ADDRESS")

    @property
    def dpo_address(self) -> str:
        """Who is told what waits for a person."""
        return self._required("DPO_ADDRESS")

    @property
    def ses_configuration_set(self) -> str:
        """By which SES tells what became of letters (infra/mail.yaml)."""
        return self._required("SES_CONFIGURATION_SET")

    @property
    def ses_endpoint_url(self) -> str:
        """Empty: the region's own address."""
        return self._environ.get("SES_ENDPOINT_URL", "")

    @property
    def react_to_requests_queue_url(self) -> str:
        return self._required("REACT_TO_REQUESTS_QUEUE_URL")

    @property
    def letter_silence_seconds(self) -> int:
        """How long SES may say nothing of a letter whose answer was lost."""
        return int(self._required("LETTER_SILENCE_SECONDS"))

    @property
    def pages_base_url(self) -> str:
        """Where people open our pages, without a slash at its end."""
        return self._required("PAGES_BASE_URL").rstrip("/")

    @property
    def pages_own_base_url(self) -> str:
        """The same, for the pages themselves; empty where they are called by the gateway's own name."""
        return self._environ.get("PAGES_BASE_URL", "").rstrip("/")

    @property
    def send_mail_queue_url(self) -> str:
        return self._required("SEND_MAIL_QUEUE_URL")

    @property
    def inbound_mail_queue_url(self) -> str:
        return self._required("INBOUND_MAIL_QUEUE_URL")

    @property
    def deadline_watch_queue_url(self) -> str:
        return self._required("DEADLINE_WATCH_QUEUE_URL")

    @property
    def mail_relay(self) -> str:
        """The mail host that copies contact@ to us, as its topmost Received names it; empty: SES is the MX."""
        return self._environ.get("MAIL_RELAY", "")

    @property
    def fold_people_queue_url(self) -> str:
        return self._required("FOLD_PEOPLE_QUEUE_URL")

    @property
    def read_back_mailchimp_queue_url(self) -> str:
        return self._required("READ_BACK_MAILCHIMP_QUEUE_URL")

    @property
    def sync_providers_queue_url(self) -> str:
        return self._required("SYNC_PROVIDERS_QUEUE_URL")

    @property
    def reconcile_queue_url(self) -> str:
        return self._required("RECONCILE_QUEUE_URL")

    @property
    def rebuild_people_queue_url(self) -> str:
        return self._required("REBUILD_PEOPLE_QUEUE_URL")

    @property
    def import_history_queue_url(self) -> str:
        return self._required("IMPORT_HISTORY_QUEUE_URL")

    @property
    def plan_again_seconds(self) -> int:
        """How long an import waits before it counts its plan again, or asks a provider that did not answer."""
        return int(self._required("PLAN_AGAIN_SECONDS"))

    @property
    def stripe_eventbridge_dead_letter_queue_url(self) -> str:
        return self._required("STRIPE_EVENTBRIDGE_DEAD_LETTER_QUEUE_URL")

    @property
    def archive_table(self) -> str:
        return self._required("ARCHIVE_TABLE")

    @property
    def replay_bucket(self) -> str:
        """Where the list stands of whom a restore must not bring back."""
        return self._required("REPLAY_BUCKET")

    @property
    def packages_bucket(self) -> str:
        """Where answers wait, sealed, until they are collected."""
        return self._required("PACKAGES_BUCKET")

    @property
    def evidence_bucket(self) -> str:
        """Where documents wait for the person who looks at them."""
        return self._required("EVIDENCE_BUCKET")

    @property
    def draft_answers_queue_url(self) -> str:
        return self._required("DRAFT_ANSWERS_QUEUE_URL")

    @property
    def carry_out_queue_url(self) -> str:
        return self._required("CARRY_OUT_QUEUE_URL")

    @property
    def challenge_slot_seconds(self) -> int:
        """Questions about identity leave when a number of seconds since midnight is a multiple of this."""
        return int(self._required("CHALLENGE_SLOT_SECONDS"))

    @property
    def retention_plan_queue_url(self) -> str:
        return self._required("RETENTION_PLAN_QUEUE_URL")

    @property
    def retention_purge_queue_url(self) -> str:
        return self._required("RETENTION_PURGE_QUEUE_URL")

    @property
    def watched_queues(self) -> tuple[str, ...]:
        """Names of queues in which a fact or a refusal may wait: nothing is purged while they are behind."""
        return self._some("WATCHED_QUEUES")

    @property
    def watched_functions(self) -> tuple[str, ...]:
        """Names of functions that follow streams, as `watched_queues`."""
        return self._some("WATCHED_FUNCTIONS")

    @property
    def pepper_secret_id(self) -> str:
        return self._required("PEPPER_SECRET_ID")

    @property
    def stripe_webhook_secret_id(self) -> str:
        return self._required("STRIPE_WEBHOOK_SECRET_ID")

    @property
    def mailchimp_webhook_secret_id(self) -> str:
        return self._required("MAILCHIMP_WEBHOOK_SECRET_ID")

    @property
    def mailchimp_api_secret_id(self) -> str:
        return self._required("MAILCHIMP_API_SECRET_ID")

    @property
    def stripe_api_secret_id(self) -> str:
        return self._required("STRIPE_API_SECRET_ID")

    @property
    def stripe_erasure_secret_id(self) -> str:
        """A key of its own: the other one may change nothing."""
        return self._required("STRIPE_ERASURE_SECRET_ID")

    @property
    def redacts_at_stripe(self) -> bool:
        """Whether the account was given redaction jobs: what is left at Stripe of whoever is gone is blacked out."""
        return self._environ.get("REDACT_AT_STRIPE", "false").lower() == "true"

    @property
    def stripe_modes(self) -> frozenset[str]:
        """`live`, `test` or both: events of another mode are counted and ignored."""
        return frozenset(self._listed("STRIPE_MODES")) or frozenset({"live"})

    @property
    def stripe_account(self) -> str:
        """The connected account whose events are ours; empty: the platform's own, which name none."""
        return self._environ.get("STRIPE_ACCOUNT", "")

    @property
    def mailchimp_signed(self) -> bool:
        """True once the webhook was created with signing: a missing signature is then refused."""
        return self._environ.get("MAILCHIMP_SIGNED", "false").lower() == "true"

    @property
    def mailchimp_audiences(self) -> tuple[str, ...]:
        """Audience (list) ids that are ours, the one for the checkout's box first; empty: every one."""
        return self._listed("MAILCHIMP_AUDIENCES")

    @property
    def mailchimp_api_base_url(self) -> str:
        """Empty: the address that the API key's data centre gives."""
        return self._environ.get("MAILCHIMP_API_BASE_URL", "")

    @property
    def stripe_api_base_url(self) -> str:
        """Empty: Stripe's own address."""
        return self._environ.get("STRIPE_API_BASE_URL", "")

    @property
    def warm_at_import(self) -> bool:
        """True where Lambda initialises a container: clients are built then, at full CPU speed."""
        return bool(self._environ.get("AWS_LAMBDA_INITIALIZATION_TYPE"))
