"""Answers: drafted, approved, carried out, collected."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import cache, partial
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.bootstrap import contact, folding, providers, retention, rights
from privacy.ports import OwnQueue

if TYPE_CHECKING:
    from privacy.operations.answers.build_answer import Building
    from privacy.operations.answers.collect_answer import Collecting
    from privacy.operations.answers.draft_answer import Drafting
    from privacy.operations.rights.carry_out import Carrying, Plan
    from privacy.operations.rights.plan_erasure import Reading
    from privacy.ports.retention import PaymentLookup


@cache
def draft_answers_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().draft_answers_queue_url)


@cache
def carry_out_queue() -> OwnQueue:
    return bootstrap.queue_at(bootstrap.settings().carry_out_queue_url)


def drafting() -> Drafting:
    """Raises SecretsUnavailable."""
    from privacy.operations.answers.draft_answer import Drafting

    return Drafting(
        log=contact.requests(),
        periods=bootstrap.policy().periods,
        building=_building(),
        attempt=bootstrap.chance,
        now=bootstrap.now,
        erasing=lambda: reading(providers.stripe_people_read()),
    )


def _building() -> Building:
    from privacy.operations.answers.build_answer import Building
    from privacy.operations.answers.collect_dossier import Sources
    from privacy.operations.answers.pack_answer import Packing
    from privacy.outbound.disk_spool import DiskSpool
    from privacy.outbound.dynamodb_read_log import DynamoReadLog
    from privacy.outbound.s3_mail_copies import S3MailCopies
    from privacy.policy import answer_words, recipients

    own, policy = bootstrap.settings(), bootstrap.policy()
    sources = Sources(
        stores=folding.fold_stores(),
        archive=retention.archive(),
        requests=contact.requests(),
        reads=DynamoReadLog(bootstrap.dynamodb(), own.registry_table),
        holds=contact.legal_holds(),
        directives=contact.directives(),
        notes=folding.notes(),
        stripe=providers.stripe_person(),
        mailchimp=providers.mailchimp_person(),
        policy=policy,
        pseudonyms=bootstrap.pseudonyms(),
    )
    packing = Packing(
        retention.packages(), S3MailCopies(bootstrap.s3(), own.mail_bucket), policy, recipients.load()
    )
    return Building(sources, packing, answer_words.load, DiskSpool)


def collecting() -> Collecting:
    """What the page behind an answer's link takes: no secret among it."""
    from privacy.operations.answers.collect_answer import Collecting

    return Collecting(
        contact.tokens(), contact.requests(), retention.packages(), bootstrap.policy(), bootstrap.now
    )


def carrying() -> Carrying:
    """What was approved, by its plan; each plan is built where it is carried out."""
    from privacy.operations.rights.carry_out import Carrying

    return Carrying(
        log=contact.requests(), periods=bootstrap.policy().periods, plans=PLANS, now=bootstrap.now
    )


def _releasing() -> Plan:
    from privacy.operations.answers.release_package import release_package

    return partial(release_package, packages=retention.packages())


def reading(payments: PaymentLookup) -> Reading:
    """Where an erasure looks."""
    from privacy.operations.rights.plan_erasure import Reading
    from privacy.policy import recipients

    return Reading(
        stores=folding.fold_stores(),
        archive=retention.archive(),
        log=contact.requests(),
        holds=contact.legal_holds(),
        notes=folding.notes(),
        directives=contact.directives(),
        directory=providers.mailchimp_account(),
        audiences=providers.audiences,
        payments=payments,
        facts_of=retention.facts_of(),
        policy=bootstrap.policy(),
        recipients=recipients.load(),
        pseudonyms=bootstrap.pseudonyms(),
        now=bootstrap.now,
        redacts=bootstrap.settings().redacts_at_stripe,
    )


def _erasing() -> Plan:
    """Raises SecretsUnavailable, ProviderUnavailable."""
    from privacy.inbound import purging
    from privacy.operations.rights.erase_person import Erasing

    stripe = providers.stripe_people()
    return Erasing(
        reading=reading(stripe),
        purge=retention.person_purge(purging.tell),
        customers=stripe,
        receipts=retention.receipts(),
        replay=retention.replay_list(),
        mails=contact.mail_store(),
    ).carry_out


#: How each plan is carried out (domain/request_effects.ANSWERS names its letters).
PLANS: Mapping[str, Callable[[], Plan]] = {
    "access": _releasing,
    "portability": _releasing,
    "erasure": _erasing,
    **rights.PLANS,
}
