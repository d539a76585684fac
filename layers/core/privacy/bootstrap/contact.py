"""Requests, the letters about them, and the pages that letters lead to."""

from __future__ import annotations

import secrets
from collections.abc import Callable
from datetime import timedelta
from functools import cache
from typing import TYPE_CHECKING

import boto3
from botocore.config import Config

from privacy import bootstrap
from privacy.bootstrap import folding
from privacy.ports import KeyQueue, Mailer, MailStore, OwnQueue, RequestLog

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

    from privacy.domain.mail import IncomingMail
    from privacy.domain.understanding import Understanding
    from privacy.operations.consent.choose import Choosing
    from privacy.operations.consent.offer_renewal import Renewing
    from privacy.operations.consent.stay_subscribed import Staying
    from privacy.operations.identity.confirm_identity import Confirming
    from privacy.operations.identity.prove_identity import Proving
    from privacy.operations.letters.send_letter import LetterSending
    from privacy.operations.letters.settle_letter import LetterSettling
    from privacy.operations.requests.react_to_request import Reaction
    from privacy.operations.requests.receive_mail import Reception
    from privacy.operations.requests.sweep_requests import Sweep
    from privacy.operations.requests.watch_deadlines import Watch
    from privacy.ports.directives import Directives
    from privacy.ports.evidence import EvidenceStore
    from privacy.ports.retention import LegalHolds
    from privacy.ports.tokens import Tokens


def renewing() -> Renewing:
    """Raises SecretsUnavailable."""
    from privacy.operations.consent.offer_renewal import Renewing

    return Renewing(requests(), bootstrap.pseudonyms(), bootstrap.policy().periods, bootstrap.now)


@cache
def tokens() -> Tokens:
    from privacy.outbound.dynamodb_tokens import DynamoTokens

    return DynamoTokens(bootstrap.dynamodb(), bootstrap.settings().registry_table)


def staying() -> Staying:
    """What the page behind a renewal letter's link takes: no secret among it."""
    from privacy.operations.consent.stay_subscribed import Staying

    return Staying(tokens(), folding.people(), bootstrap.ledger(), bootstrap.policy(), bootstrap.now)


def confirming() -> Confirming:
    """What the page behind a challenge's link takes: no secret among it."""
    from privacy.operations.identity.confirm_identity import Confirming

    return Confirming(tokens(), requests(), bootstrap.policy(), bootstrap.now)


def choosing() -> Choosing:
    """What the page of choices takes: no secret among it."""
    from privacy.operations.consent.choose import Choosing

    return Choosing(tokens(), folding.people(), bootstrap.ledger(), bootstrap.policy(), bootstrap.now)


@cache
def legal_holds() -> LegalHolds:
    from privacy.outbound.dynamodb_holds import DynamoHolds

    return DynamoHolds(bootstrap.dynamodb(), bootstrap.settings().registry_table)


@cache
def directives() -> Directives:
    from privacy.outbound.dynamodb_directives import DynamoDirectives

    return DynamoDirectives(bootstrap.dynamodb(), bootstrap.settings().registry_table)


@cache
def requests() -> RequestLog:
    from privacy.outbound.dynamodb_requests import DynamoRequests

    return DynamoRequests(bootstrap.dynamodb(), bootstrap.settings().requests_table)


@cache
def mail_store() -> MailStore:
    from privacy.outbound.s3_mail import S3Mail

    return S3Mail(bootstrap.s3(), bootstrap.settings().mail_bucket)


def proving() -> Proving:
    """What the page takes on which a document is uploaded: no secret among it."""
    from privacy.operations.identity.prove_identity import Proving

    pages = bootstrap.settings().pages_own_base_url
    return Proving(tokens(), requests(), evidence(), bootstrap.policy(), pages, bootstrap.now)


@cache
def evidence() -> EvidenceStore:
    from privacy.outbound.s3_evidence import S3Evidence

    return S3Evidence(bootstrap.s3(), bootstrap.settings().evidence_bucket)


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
    from privacy.operations.requests.receive_mail import Reception

    own = bootstrap.settings()
    return Reception(
        log=requests(),
        mails=mail_store(),
        people=folding.people(),
        pseudonyms=bootstrap.pseudonyms(),
        periods=bootstrap.policy().periods,
        clean=without_cards,
        read=lambda mail_id, stored: read_mail(
            stored.raw,
            mail_id=mail_id,
            stored_at=stored.stored_at,
            relay=own.mail_relay,
            own_addresses=(own.contact_address,),
        ),
        understand=_understanding(),
        record=lambda fact: append(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        new_id=new_request_id,
        now=bootstrap.now,
        own_domain=own.contact_address.rpartition("@")[2],
    )


@cache
def sesv2() -> SESV2Client:
    """Tries once: SES has no token against sending twice. 30 MB take their time."""
    config = bootstrap.client_config().merge(Config(read_timeout=20, retries={"total_max_attempts": 1}))
    return boto3.client("sesv2", config=config, endpoint_url=bootstrap.settings().ses_endpoint_url or None)


@cache
def mailer() -> Mailer:
    from privacy.outbound.ses import SesMailer

    return SesMailer(sesv2(), bootstrap.settings().ses_configuration_set)


@cache
def react_to_requests_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().react_to_requests_queue_url)


def reaction() -> Reaction:
    """What it takes to do what cases owe. Raises SecretsUnavailable."""
    from privacy.inbound.mail_redaction import without_parts
    from privacy.inbound.recording import append
    from privacy.operations.requests.react_to_request import Reaction

    return Reaction(
        log=requests(),
        mails=mail_store(),
        people=folding.people(),
        letters=send_mail_queue(),
        drafts=bootstrap.queue_at(bootstrap.settings().draft_answers_queue_url),
        carry_outs=bootstrap.queue_at(bootstrap.settings().carry_out_queue_url),
        pseudonyms=bootstrap.pseudonyms(),
        periods=bootstrap.policy().periods,
        record=lambda fact: append(fact, ledger=bootstrap.ledger(), policy=bootstrap.policy()),
        cut=without_parts,
        now=bootstrap.now,
    )


@cache
def send_mail_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().send_mail_queue_url)


@cache
def letter_sending() -> LetterSending:
    from privacy import letters
    from privacy.inbound.mail import read_mail
    from privacy.operations.consent.reach_mailbox import MailboxReach
    from privacy.operations.letters.letter_links import LetterLinks
    from privacy.operations.letters.send_letter import LetterSending
    from privacy.operations.letters.write_letter import LetterWriting, Offices
    from privacy.outbound.dynamodb_people import DynamoPeople

    own = bootstrap.settings()
    writing = LetterWriting(
        book=letters.load(),
        controller=bootstrap.policy().controller,
        offices=Offices(own.contact_address, own.customer_service_address, own.dpo_address),
        mails=mail_store(),
        names_in=lambda raw: [
            a.name for a in read_mail(raw, mail_id="", stored_at=bootstrap.now()).attachments
        ],
        links=LetterLinks(tokens(), bootstrap.pseudonyms, own.pages_base_url),
    )
    return LetterSending(
        log=requests(),
        letters=writing,
        mailer=mailer(),
        again=send_mail_queue(),
        periods=bootstrap.policy().periods,
        pseudonyms=bootstrap.pseudonyms,
        now=bootstrap.now,
        mailboxes=MailboxReach(
            DynamoPeople(bootstrap.dynamodb(), own.people_table),
            tokens(),
            bootstrap.pseudonyms,
            own.pages_base_url,
            bootstrap.now,
        ),
        silence=timedelta(seconds=own.letter_silence_seconds),
        slot=timedelta(seconds=own.challenge_slot_seconds),
    )


@cache
def letter_settling() -> LetterSettling:
    from privacy.operations.letters.settle_letter import LetterSettling

    return LetterSettling(requests(), bootstrap.policy().periods, bootstrap.now)


@cache
def deadline_watch_queue() -> KeyQueue:
    return bootstrap.queue_at(bootstrap.settings().deadline_watch_queue_url)


def watch() -> Watch:
    from privacy.operations.requests.watch_deadlines import Watch

    return Watch(requests(), bootstrap.policy().periods, bootstrap.now())


def sweep() -> Sweep:
    """Raises SecretsUnavailable."""
    from privacy.inbound import mail_event, reacting, sending_letters
    from privacy.operations.consent.read_standing import read_standing
    from privacy.operations.requests.sweep_requests import Sweep

    own = bootstrap.settings()
    return Sweep(
        log=requests(),
        mails=mail_store(),
        pseudonyms=bootstrap.pseudonyms(),
        periods=bootstrap.policy().periods,
        standing=lambda email: read_standing(email, stores=folding.fold_stores(), policy=bootstrap.policy()),
        audiences=own.mailchimp_audiences,
        react=lambda cases: react_to_requests_queue().send(map(reacting.message, cases)),
        letters=lambda letters: send_mail_queue().send(
            sending_letters.message(request, effect) for request, effect in letters
        ),
        inbound=lambda mails: bootstrap.queue_at(own.inbound_mail_queue_url).send(
            map(mail_event.message, mails)
        ),
        in_parallel=bootstrap.in_parallel,
        now=bootstrap.now(),
    )


def new_request_id() -> str:
    """`IM-<Paris year>-<six digits>`, by chance: it tells nobody how many there are."""
    from privacy.domain.clocks import paris_day

    return f"IM-{paris_day(bootstrap.now()).year}-{secrets.randbelow(1_000_000):06}"
