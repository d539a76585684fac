"""The composition root: what the functions are made of, each part built when first asked for, once.

Importing does nothing. Where Lambda initialises a container, at full CPU speed and before any request,
`warm` builds what the entrances always need.
"""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Iterable, Iterator, Mapping
from datetime import UTC, datetime, timedelta
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from privacy import policy as policy_file
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Policy
from privacy.outbound.dynamodb import DynamoFactLedger, DynamoPartitions
from privacy.outbound.secrets import (
    MailchimpWebhook,
    Secret,
    api_key_from,
    mailchimp_webhook_from,
    pseudonyms_from,
    signing_secrets_from,
    stripe_api_key_from,
)
from privacy.ports import (
    Audiences,
    FactLedger,
    KeyQueue,
    Mailer,
    MailStore,
    MemberDirectory,
    MemberWriter,
    Notes,
    OwnQueue,
    Partitions,
    PaymentHistory,
    PeopleStore,
    RequestLog,
    RunLog,
    Summaries,
)
from privacy.settings import Settings

if TYPE_CHECKING:
    from mypy_boto3_cloudwatch import CloudWatchClient
    from mypy_boto3_dynamodb import DynamoDBClient
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_secretsmanager import SecretsManagerClient
    from mypy_boto3_sesv2 import SESV2Client
    from mypy_boto3_sqs import SQSClient

    from privacy.domain.mail import IncomingMail
    from privacy.domain.runs import Run
    from privacy.domain.understanding import Understanding
    from privacy.inbound.purging import PurgeBatch
    from privacy.inbound.retries import Retries
    from privacy.operations.fold_people import Stores
    from privacy.operations.guard_purge import Gate
    from privacy.operations.import_history import HistoryImport
    from privacy.operations.offer_renewal import Renewing
    from privacy.operations.plan_purge import Planning
    from privacy.operations.purge_case import CasePurge
    from privacy.operations.purge_people import PeoplePurge
    from privacy.operations.purge_person import PersonPurge
    from privacy.operations.purge_records import PurgeOne, RecordPurge
    from privacy.operations.react_to_request import Reaction
    from privacy.operations.receive_mail import Reception
    from privacy.operations.reconcile import Reconciliation
    from privacy.operations.replay_erasures import Replaying
    from privacy.operations.send_letter import LetterSending
    from privacy.operations.settle_letter import LetterSettling
    from privacy.operations.stay_subscribed import Staying
    from privacy.operations.sweep_requests import Sweep
    from privacy.operations.watch_deadlines import Watch
    from privacy.outbound.mailchimp import MailchimpAudiences
    from privacy.outbound.patience import Jitter
    from privacy.outbound.stripe_people import StripePeople
    from privacy.ports.retention import (
        Archive,
        Backlog,
        DueIndex,
        FactRemover,
        LegalHold,
        LegalHolds,
        Receipts,
        ReplayList,
    )
    from privacy.ports.tokens import Tokens

#: Facts of a page that are recorded at once: fewer than the connections that boto3 keeps.
AT_ONCE = 8
#: Seconds for which a list of the account's audiences serves.
AUDIENCES_KEPT = 600


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


# ---------------------------------------------------------------- clients


def _config() -> Config:
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


# ---------------------------------------------------------------- the fold and what follows the ledger
# imported where they are used: the entrances, which start more often than anything else, need none of it


@cache
def _sqs() -> SQSClient:
    return boto3.client("sqs", config=_config())


def _queue(url: str) -> OwnQueue:
    from privacy.outbound.queues import SqsKeyQueue

    return SqsKeyQueue(_sqs(), url)


def retries(queue: OwnQueue) -> Retries:
    """Of a function that awaits a provider: its failed messages come again at a pace of their own."""
    from privacy.inbound.retries import Retries

    return Retries(queue, chance=secrets.SystemRandom().random, now=now)


@cache
def fold_people_queue() -> KeyQueue:
    return _queue(settings().fold_people_queue_url)


@cache
def read_back_mailchimp_queue() -> OwnQueue:
    return _queue(settings().read_back_mailchimp_queue_url)


@cache
def sync_providers_queue() -> OwnQueue:
    return _queue(settings().sync_providers_queue_url)


@cache
def rebuild_people_queue() -> KeyQueue:
    return _queue(settings().rebuild_people_queue_url)


@cache
def reconcile_queue() -> KeyQueue:
    return _queue(settings().reconcile_queue_url)


@cache
def import_history_queue() -> OwnQueue:
    return _queue(settings().import_history_queue_url)


@cache
def stripe_eventbridge_dead_letters() -> KeyQueue:
    return _queue(settings().stripe_eventbridge_dead_letter_queue_url)


@cache
def people() -> PeopleStore:
    from privacy.outbound.dynamodb_people import DynamoPeople

    return DynamoPeople(_dynamodb(), settings().people_table, settings().ledger_table)


@cache
def fold_stores() -> Stores:
    from privacy.operations.fold_people import Stores
    from privacy.outbound.dynamodb_registry import DynamoRegistry

    own = settings()
    return Stores(
        ledger=ledger(),
        people=people(),
        registry=DynamoRegistry(_dynamodb(), own.registry_table),
    )


@cache
def rebuild_tables() -> Mapping[str, Partitions]:
    own = settings()
    return {
        "ledger": DynamoPartitions(_dynamodb(), own.ledger_table),
        "people": DynamoPartitions(_dynamodb(), own.people_table, sort_key="is"),
    }


def new_person_id() -> str:
    """Random, 128 bits: it tells nothing of the person, and is itself a fact (docs/architecture.md "Linking")."""
    return f"person-{secrets.token_hex(16)}"


@cache
def _mailchimp_api() -> Secret[str]:
    return Secret(_secretsmanager, settings().mailchimp_api_secret_id, api_key_from, time.monotonic)


@lru_cache(maxsize=1)
def _mailchimp(api_key: str, base_url: str) -> MailchimpAudiences:
    """One for the whole container, with its open connection, until the key changes."""
    from privacy.outbound.mailchimp import MailchimpAudiences
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.patience import Respite

    return MailchimpAudiences(MailchimpClient(api_key, base_url, _jitter(), Respite(time.monotonic)))


def _jitter() -> Jitter:
    from privacy.outbound.patience import Jitter

    return Jitter(sleep=time.sleep, chance=secrets.SystemRandom().random)


def mailchimp_audiences() -> Audiences:
    """Raises SecretsUnavailable."""
    return _mailchimp(_mailchimp_api().value(), settings().mailchimp_api_base_url)


def mailchimp_members() -> MemberDirectory:
    """Raises SecretsUnavailable."""
    return mailchimp_audiences()


def member_writer() -> MemberWriter:
    """Raises SecretsUnavailable."""
    return _mailchimp(_mailchimp_api().value(), settings().mailchimp_api_base_url)


def audiences() -> tuple[str, ...]:
    """Ours, the one for the checkout's box first. Raises SecretsUnavailable, ProviderUnavailable."""
    return settings().mailchimp_audiences or _every_audience(int(time.monotonic() / AUDIENCES_KEPT))


@lru_cache(maxsize=1)
def _every_audience(_lapse: int) -> tuple[str, ...]:
    return tuple(audience.id for audience in mailchimp_audiences().audiences())


@cache
def notes() -> Notes:
    from privacy.outbound.dynamodb_notes import DynamoNotes

    return DynamoNotes(_dynamodb(), settings().registry_table)


@cache
def _stripe_api() -> Secret[str]:
    return Secret(_secretsmanager, settings().stripe_api_secret_id, stripe_api_key_from, time.monotonic)


@lru_cache(maxsize=1)
def _stripe(api_key: str, base_url: str, account: str) -> PaymentHistory:
    """As `_mailchimp`. Asks for the events that are handled, and no other."""
    from privacy.inbound.stripe import TYPES
    from privacy.outbound.patience import Pace
    from privacy.outbound.stripe import StripeHistory
    from privacy.outbound.stripe_client import PER_SECOND

    pace = Pace(PER_SECOND, time.monotonic, time.sleep)
    return StripeHistory(api_key, TYPES, _jitter(), pace, account=account, base_url=base_url)


def stripe_history() -> PaymentHistory:
    """Raises SecretsUnavailable."""
    own = settings()
    return _stripe(_stripe_api().value(), own.stripe_api_base_url, own.stripe_account)


# ---------------------------------------------------------------- runs


@cache
def runs() -> RunLog:
    from privacy.outbound.dynamodb_runs import DynamoRuns

    return DynamoRuns(_dynamodb(), settings().registry_table)


@cache
def summaries() -> Summaries:
    from privacy.outbound.dynamodb_summaries import DynamoSummaries

    return DynamoSummaries(_dynamodb(), settings().people_table)


def in_parallel[T, R](work: Callable[[T], R], items: Iterable[T]) -> Iterator[R]:
    """The results in the items' order; raises what the first failure raised, once all are done."""
    from concurrent.futures import ThreadPoolExecutor

    with ThreadPoolExecutor(AT_ONCE) as workers:
        yield from workers.map(work, items)


def begin_reconciliation(*, full: bool, allowed: int | None = None) -> Run:
    """Raises AnotherRuns."""
    from privacy.operations.reconciliation_runs import begin_reconciliation

    return begin_reconciliation(
        runs=runs(),
        registry=fold_stores().registry,
        now=now(),
        chance=lambda: secrets.token_hex(4),
        full=full,
        allowed=allowed,
    )


def reconciliation() -> Reconciliation:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import reconciling, stripe
    from privacy.inbound.recording import append
    from privacy.operations.reconcile import Reconciliation
    from privacy.outbound.dynamodb_runs import DynamoRemovals

    own = settings()
    return Reconciliation(
        runs=runs(),
        history=stripe_history(),
        directory=mailchimp_audiences(),
        audiences=audiences(),
        summaries=summaries(),
        stores=fold_stores(),
        removals=DynamoRemovals(_dynamodb(), own.registry_table),
        sync=sync_providers_queue(),
        translate=reconciling.translating(
            lambda event, asked_at: stripe.fact_from(
                event,
                pseudonyms=pseudonyms(),
                policy=policy(),
                recorded_at=asked_at,
                modes=own.stripe_modes,
                account=own.stripe_account,
            )
        ),
        record=lambda fact: append(fact, ledger=ledger(), policy=policy()),
        in_parallel=in_parallel,
        told=reconciling.tell,
        policy=policy(),
        pseudonyms=pseudonyms(),
        now=now,
    )


def history_import() -> HistoryImport:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import importing
    from privacy.inbound import stripe_history as past
    from privacy.inbound.recording import append
    from privacy.operations.honour_gone import admitted
    from privacy.operations.import_history import HistoryImport

    stores = fold_stores()
    return HistoryImport(
        runs=runs(),
        history=stripe_history(),
        directory=mailchimp_audiences(),
        audiences=audiences(),
        people=stores.people,
        summaries=summaries(),
        read=importing.reading(
            lambda kind, listed, asked_at: past.facts_from(
                kind,
                listed,
                pseudonyms=pseudonyms(),
                policy=policy(),
                recorded_at=asked_at,
                modes=settings().stripe_modes,
            )
        ),
        held=stores.ledger.held,
        admitted=lambda facts: admitted(
            facts, ledger=stores.ledger, registry=stores.registry, policy=policy()
        ),
        record=lambda fact: append(fact, ledger=ledger(), policy=policy()),
        in_parallel=in_parallel,
        set_aside=importing.set_aside,
        sync=sync_providers_queue(),
        reconcile=reconcile_queue(),
        pseudonyms=pseudonyms(),
        now=now,
    )


# ---------------------------------------------------------------- letters before a permission ends


def renewing() -> Renewing:
    """Raises SecretsUnavailable."""
    from privacy.operations.offer_renewal import Renewing

    return Renewing(requests(), pseudonyms(), policy().periods, now)


# ---------------------------------------------------------------- pages


@cache
def tokens() -> Tokens:
    from privacy.outbound.dynamodb_tokens import DynamoTokens

    return DynamoTokens(_dynamodb(), settings().registry_table)


def staying() -> Staying:
    """What the page behind a renewal letter's link takes: no secret among it."""
    from privacy.operations.stay_subscribed import Staying

    return Staying(tokens(), people(), ledger(), policy(), now)


# ---------------------------------------------------------------- the purge's plan


@cache
def _cloudwatch() -> CloudWatchClient:
    return boto3.client("cloudwatch", config=_config())


@cache
def retention_plan_queue() -> KeyQueue:
    return _queue(settings().retention_plan_queue_url)


@cache
def due_indexes() -> Mapping[str, DueIndex]:
    """By what purges it (operations/purge_batch.py)."""
    from privacy.operations import purge_batch as kinds
    from privacy.operations.due_shards import SHARDS
    from privacy.outbound.dynamodb_due import DynamoDueIndex

    own = settings()
    tables = {
        kinds.PERSON: own.people_table,
        kinds.REQUEST: own.requests_table,
        kinds.CAUSE: own.requests_table,
        kinds.REGISTRY: own.registry_table,
        kinds.ARCHIVE: own.archive_table,
    }
    return {kind: DynamoDueIndex(_dynamodb(), table, SHARDS[kind]) for kind, table in tables.items()}


@cache
def backlog() -> Backlog:
    from privacy.outbound.cloudwatch_backlog import CloudWatchBacklog

    own = settings()
    return CloudWatchBacklog(
        _cloudwatch(), queues=own.watched_queues, functions=own.watched_functions, now=now
    )


@cache
def archive() -> Archive:
    from privacy.outbound.dynamodb_archive import DynamoArchive

    return DynamoArchive(_dynamodb(), settings().archive_table)


@cache
def receipts() -> Receipts:
    from privacy.domain.clocks import paris_day
    from privacy.outbound.dynamodb_receipts import DynamoReceipts

    return DynamoReceipts(_dynamodb(), settings().registry_table, lambda: paris_day(now()))


def begin_retention_day() -> Run:
    """The day's own run, or what became of it."""
    from privacy.operations.retention_runs import begin_day

    return begin_day(runs=runs(), policy=policy(), now=now())


@cache
def purge_gate() -> Gate:
    from privacy.operations.guard_purge import Gate
    from privacy.operations.purge_batch import PERSON
    from privacy.outbound.dynamodb_registry import DynamoRegistry

    registry = DynamoRegistry(_dynamodb(), settings().registry_table)
    return Gate(due_indexes()[PERSON], backlog(), registry.history_approved, policy())


def retention_planning() -> Planning:
    from privacy.inbound.retention_planning import tell
    from privacy.operations.plan_purge import Planning

    return Planning(
        runs=runs(),
        indexes=due_indexes(),
        gate=purge_gate(),
        purges=_queue(settings().retention_purge_queue_url),
        rebuilds=rebuild_people_queue(),
        receipts=receipts(),
        told=tell,
        now=now,
    )


# ---------------------------------------------------------------- the purge


@cache
def retention_purge_queue() -> OwnQueue:
    return _queue(settings().retention_purge_queue_url)


def purges() -> Mapping[str, Callable[[], PurgeBatch]]:
    """By kind, what purges a batch of it."""
    from privacy.operations import purge_batch as kinds

    return {
        kinds.PERSON: lambda: people_purge().purge,
        kinds.REQUEST: lambda: _record_purge(_purge_case()).purge,
        kinds.CAUSE: lambda: _record_purge(_purge_cause()).purge,
        kinds.REGISTRY: lambda: _record_purge(_purge_registry()).purge,
        kinds.ARCHIVE: lambda: _record_purge(_purge_archived()).purge,
    }


def people_purge() -> PeoplePurge:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import purging
    from privacy.operations.purge_people import PeoplePurge

    return PeoplePurge(person_purge(purging.tell), receipts(), replay_list(), purging.skipped)


def person_purge(told: Callable[[str], None]) -> PersonPurge:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import importing
    from privacy.inbound import stripe_history as past
    from privacy.inbound.recording import append
    from privacy.operations.forget_at_providers import Providers
    from privacy.operations.keepers import keepers_of
    from privacy.operations.offer_renewal import renew
    from privacy.operations.purge_person import PersonPurge
    from privacy.outbound.ses import SesUndeliverables

    stripe, mailchimp = _stripe_people(), _mailchimp_account()
    return PersonPurge(
        stores=fold_stores(),
        remover=_fact_remover(),
        archive=archive(),
        keepers=lambda person, ids: keepers_of(person, ids, holds=legal_holds(), log=requests()),
        providers=Providers(
            directory=mailchimp,
            members=mailchimp,
            audiences=audiences(),
            customers=stripe,
            undeliverables=SesUndeliverables(_sesv2()),
        ),
        payments=stripe,
        facts_of=importing.reading(
            lambda kind, listed, asked_at: past.facts_from(
                kind,
                listed,
                pseudonyms=pseudonyms(),
                policy=policy(),
                recorded_at=asked_at,
                modes=settings().stripe_modes,
            )
        ),
        record=lambda fact: append(fact, ledger=ledger(), policy=policy()),
        policy=policy(),
        pseudonyms=pseudonyms(),
        now=now,
        new_id=new_person_id,
        told=told,
        renew=lambda person: renew(person, renewing()),
    )


@cache
def _fact_remover() -> FactRemover:
    return DynamoFactLedger(_dynamodb(), settings().ledger_table)


def _mailchimp_account() -> MailchimpAudiences:
    return _mailchimp(_mailchimp_api().value(), settings().mailchimp_api_base_url)


@cache
def _stripe_erasure() -> Secret[str]:
    return Secret(_secretsmanager, settings().stripe_erasure_secret_id, stripe_api_key_from, time.monotonic)


def _stripe_people() -> StripePeople:
    own = settings()
    return _stripe_people_by(_stripe_erasure().value(), own.stripe_api_base_url, own.stripe_account)


@lru_cache(maxsize=1)
def _stripe_people_by(api_key: str, base_url: str, account: str) -> StripePeople:
    """As `_mailchimp`."""
    from privacy.outbound.patience import Pace, Respite
    from privacy.outbound.stripe_client import PER_SECOND, StripeCalls
    from privacy.outbound.stripe_people import StripePeople

    pace, respite = Pace(PER_SECOND, time.monotonic, time.sleep), Respite(time.monotonic)
    calls = StripeCalls(api_key, _jitter(), pace, account=account, base_url=base_url, respite=respite)
    return StripePeople(calls)


def _record_purge(purge_one: PurgeOne) -> RecordPurge:
    from privacy.operations.purge_records import RecordPurge

    return RecordPurge(purge_one, receipts(), policy().rules_digest, now)


def _purge_case() -> PurgeOne:
    from privacy.operations.purge_case import purge_case

    purge = _case_purge()
    return lambda key, tell: purge_case(key[0], purge, tell)


def _purge_cause() -> PurgeOne:
    from privacy.operations.purge_case import purge_cause

    purge = _case_purge()
    return lambda key, tell: purge_cause(key[0], purge, tell)


def _purge_registry() -> PurgeOne:
    from privacy.operations.purge_item import RegistryPurge, purge_registry
    from privacy.outbound.dynamodb_registry_purge import DynamoRegistryPurge

    registry = DynamoRegistryPurge(_dynamodb(), settings().registry_table)
    purge = RegistryPurge(registry, registry, fold_stores(), archive(), policy(), now())
    return lambda key, tell: purge_registry(key, purge, tell)


def _purge_archived() -> PurgeOne:
    from privacy.operations.purge_item import ArchivePurge, purge_archived

    purge = ArchivePurge(archive(), fold_stores(), legal_holds(), requests(), policy(), now())
    return lambda key, tell: purge_archived(key, purge, tell)


def _case_purge() -> CasePurge:
    from privacy.operations.purge_case import CasePurge
    from privacy.outbound.dynamodb_cases import DynamoCases

    return CasePurge(
        log=requests(),
        cases=DynamoCases(_dynamodb(), settings().requests_table),
        mails=mail_store(),
        holds=legal_holds(),
        people=people(),
        periods=policy().periods,
        now=now(),
    )


@cache
def replay_list() -> ReplayList:
    from privacy.outbound.s3_replay import S3Replay

    return S3Replay(_s3(), settings().replay_bucket)


def replaying() -> Replaying:
    from privacy.operations.replay_erasures import Replaying

    return Replaying(
        runs=runs(),
        replay=replay_list(),
        stores=fold_stores(),
        policy=policy(),
        now=now,
        new_id=new_person_id,
    )


# ---------------------------------------------------------------- requests


@cache
def _s3() -> S3Client:
    return boto3.client("s3", config=_config())


@cache
def legal_holds() -> LegalHolds:
    from privacy.outbound.dynamodb_holds import DynamoHolds

    return DynamoHolds(_dynamodb(), settings().registry_table)


@cache
def requests() -> RequestLog:
    from privacy.outbound.dynamodb_requests import DynamoRequests

    return DynamoRequests(_dynamodb(), settings().requests_table)


@cache
def mail_store() -> MailStore:
    from privacy.outbound.s3_mail import S3Mail

    return S3Mail(_s3(), settings().mail_bucket)


@cache
def _understanding() -> Callable[[IncomingMail], Understanding]:
    """Triage, with the lexicons read once."""
    from privacy.domain.triage.understand import understand
    from privacy.inbound.triaging import never_failing
    from privacy.policy.lexicons import load_lexicons

    lexicons = load_lexicons()
    return never_failing(
        lambda mail: understand(subject=mail.subject, text=mail.text, lexicons=lexicons, sender=mail.sender)
    )


def reception() -> Reception:
    """What it takes to take a mail in. Raises SecretsUnavailable."""
    from privacy.inbound.mail import read_mail
    from privacy.inbound.mail_card_redaction import without_cards
    from privacy.inbound.recording import append
    from privacy.operations.receive_mail import Reception

    own = settings()
    return Reception(
        log=requests(),
        mails=mail_store(),
        people=people(),
        pseudonyms=pseudonyms(),
        periods=policy().periods,
        clean=without_cards,
        read=lambda mail_id, stored: read_mail(
            stored.raw,
            mail_id=mail_id,
            stored_at=stored.stored_at,
            relay=own.mail_relay,
            own_addresses=(own.contact_address,),
        ),
        understand=_understanding(),
        record=lambda fact: append(fact, ledger=ledger(), policy=policy()),
        new_id=new_request_id,
        now=now,
        own_domain=own.contact_address.rpartition("@")[2],
    )


# ---------------------------------------------------------------- letters


@cache
def _sesv2() -> SESV2Client:
    """Tries once: SES has no token against sending twice. 30 MB take their time."""
    config = _config().merge(Config(read_timeout=20, retries={"total_max_attempts": 1}))
    return boto3.client("sesv2", config=config, endpoint_url=settings().ses_endpoint_url or None)


@cache
def mailer() -> Mailer:
    from privacy.outbound.ses import SesMailer

    return SesMailer(_sesv2(), settings().ses_configuration_set)


@cache
def react_to_requests_queue() -> OwnQueue:
    return _queue(settings().react_to_requests_queue_url)


def reaction() -> Reaction:
    """What it takes to do what cases owe. Raises SecretsUnavailable."""
    from privacy.inbound.mail_redaction import without_parts
    from privacy.inbound.recording import append
    from privacy.operations.react_to_request import Reaction

    return Reaction(
        log=requests(),
        mails=mail_store(),
        letters=send_mail_queue(),
        pseudonyms=pseudonyms(),
        periods=policy().periods,
        record=lambda fact: append(fact, ledger=ledger(), policy=policy()),
        cut=without_parts,
        now=now,
    )


@cache
def send_mail_queue() -> OwnQueue:
    return _queue(settings().send_mail_queue_url)


@cache
def letter_sending() -> LetterSending:
    from privacy import letters
    from privacy.inbound.mail import read_mail
    from privacy.operations.reach_mailbox import MailboxReach
    from privacy.operations.send_letter import LetterSending
    from privacy.operations.write_letter import LetterWriting, Offices
    from privacy.outbound.dynamodb_people import DynamoPeople

    own = settings()
    writing = LetterWriting(
        book=letters.load(),
        controller=policy().controller,
        offices=Offices(own.contact_address, own.customer_service_address, own.dpo_address),
        mails=mail_store(),
        names_in=lambda raw: [a.name for a in read_mail(raw, mail_id="", stored_at=now()).attachments],
    )
    return LetterSending(
        log=requests(),
        letters=writing,
        mailer=mailer(),
        again=send_mail_queue(),
        periods=policy().periods,
        pseudonyms=pseudonyms,
        now=now,
        mailboxes=MailboxReach(
            DynamoPeople(_dynamodb(), own.people_table), tokens(), pseudonyms, own.pages_base_url, now
        ),
        silence=timedelta(seconds=own.letter_silence_seconds),
    )


@cache
def letter_settling() -> LetterSettling:
    from privacy.operations.settle_letter import LetterSettling

    return LetterSettling(requests(), policy().periods, now)


@cache
def deadline_watch_queue() -> KeyQueue:
    return _queue(settings().deadline_watch_queue_url)


def call_reviews() -> Iterator[LegalHold]:
    """Of the holds whose day has come, those that somebody was called to look at now."""
    from privacy.operations.call_reviews import call_reviews

    return call_reviews(legal_holds().all(), log=requests(), periods=policy().periods, now=now())


def watch() -> Watch:
    from privacy.operations.watch_deadlines import Watch

    return Watch(requests(), policy().periods, now())


def sweep() -> Sweep:
    """Raises SecretsUnavailable."""
    from privacy.inbound import mail_event, reacting, sending_letters
    from privacy.operations.read_standing import read_standing
    from privacy.operations.sweep_requests import Sweep

    own = settings()
    return Sweep(
        log=requests(),
        mails=mail_store(),
        pseudonyms=pseudonyms(),
        periods=policy().periods,
        standing=lambda email: read_standing(email, stores=fold_stores(), policy=policy()),
        audiences=own.mailchimp_audiences,
        react=lambda cases: react_to_requests_queue().send(map(reacting.message, cases)),
        letters=lambda letters: send_mail_queue().send(
            sending_letters.message(request, effect) for request, effect in letters
        ),
        inbound=lambda mails: _queue(own.inbound_mail_queue_url).send(map(mail_event.message, mails)),
        in_parallel=in_parallel,
        now=now(),
    )


def new_request_id() -> str:
    """`IM-<Paris year>-<six digits>`, by chance: it tells nobody how many there are."""
    from privacy.domain.clocks import paris_day

    return f"IM-{paris_day(now()).year}-{secrets.randbelow(1_000_000):06}"


# ---------------------------------------------------------------- operators


def chance() -> str:
    """What tells two runs apart that begin in one second."""
    return secrets.token_hex(4)


def new_run_id() -> str:
    """What a rebuild is called: random, and says nothing."""
    return f"run-{secrets.token_hex(8)}"
