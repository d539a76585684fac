"""Stripe's and Mailchimp's APIs: one client a key for the whole container, with its open connection, until it changes.

What is made of a client costs nothing, so each call makes its own.
"""

from __future__ import annotations

import secrets
import time
from functools import cache, lru_cache
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.outbound.secrets import Secret, api_key_from, stripe_api_key_from
from privacy.ports import Audiences, MemberDirectory, MemberWriter, PaymentHistory

if TYPE_CHECKING:
    from privacy.outbound.mailchimp import MailchimpAudiences
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.patience import Jitter
    from privacy.outbound.stripe_client import StripeCalls
    from privacy.outbound.stripe_people import StripePeople
    from privacy.ports.answers import PersonAtMailchimp, PersonAtStripe
    from privacy.ports.corrections import CustomerCorrector, MemberCorrector
    from privacy.ports.redactions import RedactionJobs

#: Seconds for which a list of the account's audiences serves.
AUDIENCES_KEPT = 600


def jitter() -> Jitter:
    from privacy.outbound.patience import Jitter

    return Jitter(sleep=time.sleep, chance=secrets.SystemRandom().random)


# --- Mailchimp ----------------------------------------------------------------------------------------------------


@cache
def _mailchimp_key() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager, bootstrap.settings().mailchimp_api_secret_id, api_key_from, time.monotonic
    )


@lru_cache(maxsize=1)
def _mailchimp_client(api_key: str, base_url: str) -> MailchimpClient:
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.patience import Respite

    return MailchimpClient(api_key, base_url, jitter(), Respite(time.monotonic))


def _mailchimp() -> MailchimpClient:
    """Raises SecretsUnavailable, as everything that is made of it."""
    return _mailchimp_client(_mailchimp_key().value(), bootstrap.settings().mailchimp_api_base_url)


def mailchimp_account() -> MailchimpAudiences:
    from privacy.outbound.mailchimp import MailchimpAudiences

    return MailchimpAudiences(_mailchimp())


def mailchimp_audiences() -> Audiences:
    return mailchimp_account()


def mailchimp_members() -> MemberDirectory:
    return mailchimp_account()


def member_writer() -> MemberWriter:
    return mailchimp_account()


def audiences() -> tuple[str, ...]:
    """Ours, the one for the checkout's box first. Raises SecretsUnavailable, ProviderUnavailable."""
    return bootstrap.settings().mailchimp_audiences or _every_audience(int(time.monotonic() / AUDIENCES_KEPT))


@lru_cache(maxsize=1)
def _every_audience(_lapse: int) -> tuple[str, ...]:
    return tuple(audience.id for audience in mailchimp_audiences().audiences())


def mailchimp_person() -> PersonAtMailchimp:
    from privacy.outbound.mailchimp_person import MailchimpPerson

    return MailchimpPerson(_mailchimp())


def mailchimp_corrections() -> MemberCorrector:
    from privacy.outbound.mailchimp_corrections import MailchimpCorrections

    return MailchimpCorrections(_mailchimp())


# --- Stripe -------------------------------------------------------------------------------------------------------


@cache
def _stripe_key() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager,
        bootstrap.settings().stripe_api_secret_id,
        stripe_api_key_from,
        time.monotonic,
    )


@cache
def _stripe_erasure_key() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager,
        bootstrap.settings().stripe_erasure_secret_id,
        stripe_api_key_from,
        time.monotonic,
    )


@lru_cache(maxsize=2)
def _stripe_calls(api_key: str, base_url: str, account: str) -> StripeCalls:
    from privacy.outbound.patience import Pace, Respite
    from privacy.outbound.stripe_client import PER_SECOND, StripeCalls

    pace, respite = Pace(PER_SECOND, time.monotonic, time.sleep), Respite(time.monotonic)
    return StripeCalls(api_key, jitter(), pace, account=account, base_url=base_url, respite=respite)


def _stripe(key: Secret[str]) -> StripeCalls:
    """Raises SecretsUnavailable, as everything that is made of it."""
    own = bootstrap.settings()
    return _stripe_calls(key.value(), own.stripe_api_base_url, own.stripe_account)


@lru_cache(maxsize=1)
def _stripe_history(api_key: str, base_url: str, account: str) -> PaymentHistory:
    """Asks for the events that are handled, and no other; patient, since a history is read for hours."""
    from privacy.inbound.stripe import TYPES
    from privacy.outbound.patience import Pace
    from privacy.outbound.stripe import StripeHistory
    from privacy.outbound.stripe_client import PER_SECOND

    pace = Pace(PER_SECOND, time.monotonic, time.sleep)
    return StripeHistory(api_key, TYPES, jitter(), pace, account=account, base_url=base_url)


def stripe_history() -> PaymentHistory:
    """Raises SecretsUnavailable."""
    own = bootstrap.settings()
    return _stripe_history(_stripe_key().value(), own.stripe_api_base_url, own.stripe_account)


def stripe_person() -> PersonAtStripe:
    """Whatever Stripe has of one person."""
    from privacy.outbound.stripe_person import StripePerson

    return StripePerson(_stripe(_stripe_key()))


def stripe_people() -> StripePeople:
    """With the key that takes away."""
    from privacy.outbound.stripe_people import StripePeople

    return StripePeople(_stripe(_stripe_erasure_key()))


def stripe_people_read() -> StripePeople:
    """With the key that reads."""
    from privacy.outbound.stripe_people import StripePeople

    return StripePeople(_stripe(_stripe_key()))


def stripe_redactions() -> RedactionJobs:
    """With the key that takes away, which may write redaction jobs where the account was given them."""
    from privacy.outbound.stripe_redactions import StripeRedactions

    return StripeRedactions(_stripe(_stripe_erasure_key()))


def stripe_corrections() -> CustomerCorrector:
    from privacy.outbound.stripe_corrections import StripeCorrections

    return StripeCorrections(_stripe(_stripe_erasure_key()))
