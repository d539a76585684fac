"""Stripe's and Mailchimp's APIs: one client each for the whole container, until its key changes."""

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
    from privacy.outbound.patience import Jitter
    from privacy.outbound.stripe_people import StripePeople
    from privacy.ports.answers import PersonAtMailchimp, PersonAtStripe
    from privacy.ports.corrections import CustomerCorrector, MemberCorrector

#: Seconds for which a list of the account's audiences serves.
AUDIENCES_KEPT = 600


@cache
def _mailchimp_api() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager, bootstrap.settings().mailchimp_api_secret_id, api_key_from, time.monotonic
    )


@lru_cache(maxsize=1)
def _mailchimp(api_key: str, base_url: str) -> MailchimpAudiences:
    """One for the whole container, with its open connection, until the key changes."""
    from privacy.outbound.mailchimp import MailchimpAudiences
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.patience import Respite

    return MailchimpAudiences(MailchimpClient(api_key, base_url, jitter(), Respite(time.monotonic)))


def jitter() -> Jitter:
    from privacy.outbound.patience import Jitter

    return Jitter(sleep=time.sleep, chance=secrets.SystemRandom().random)


def mailchimp_audiences() -> Audiences:
    """Raises SecretsUnavailable."""
    return _mailchimp(_mailchimp_api().value(), bootstrap.settings().mailchimp_api_base_url)


def mailchimp_members() -> MemberDirectory:
    """Raises SecretsUnavailable."""
    return mailchimp_audiences()


def member_writer() -> MemberWriter:
    """Raises SecretsUnavailable."""
    return _mailchimp(_mailchimp_api().value(), bootstrap.settings().mailchimp_api_base_url)


def audiences() -> tuple[str, ...]:
    """Ours, the one for the checkout's box first. Raises SecretsUnavailable, ProviderUnavailable."""
    return bootstrap.settings().mailchimp_audiences or _every_audience(int(time.monotonic() / AUDIENCES_KEPT))


@lru_cache(maxsize=1)
def _every_audience(_lapse: int) -> tuple[str, ...]:
    return tuple(audience.id for audience in mailchimp_audiences().audiences())


@cache
def _stripe_api() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager,
        bootstrap.settings().stripe_api_secret_id,
        stripe_api_key_from,
        time.monotonic,
    )


@lru_cache(maxsize=1)
def _stripe(api_key: str, base_url: str, account: str) -> PaymentHistory:
    """As `_mailchimp`. Asks for the events that are handled, and no other."""
    from privacy.inbound.stripe import TYPES
    from privacy.outbound.patience import Pace
    from privacy.outbound.stripe import StripeHistory
    from privacy.outbound.stripe_client import PER_SECOND

    pace = Pace(PER_SECOND, time.monotonic, time.sleep)
    return StripeHistory(api_key, TYPES, jitter(), pace, account=account, base_url=base_url)


def stripe_history() -> PaymentHistory:
    """Raises SecretsUnavailable."""
    own = bootstrap.settings()
    return _stripe(_stripe_api().value(), own.stripe_api_base_url, own.stripe_account)


def mailchimp_account() -> MailchimpAudiences:
    return _mailchimp(_mailchimp_api().value(), bootstrap.settings().mailchimp_api_base_url)


@cache
def _stripe_erasure() -> Secret[str]:
    return Secret(
        bootstrap.secretsmanager,
        bootstrap.settings().stripe_erasure_secret_id,
        stripe_api_key_from,
        time.monotonic,
    )


def stripe_people() -> StripePeople:
    own = bootstrap.settings()
    return _stripe_people_by(_stripe_erasure().value(), own.stripe_api_base_url, own.stripe_account)


def stripe_people_read() -> StripePeople:
    """With the key that reads."""
    own = bootstrap.settings()
    return _stripe_people_by(_stripe_api().value(), own.stripe_api_base_url, own.stripe_account)


@lru_cache(maxsize=1)
def _stripe_people_by(api_key: str, base_url: str, account: str) -> StripePeople:
    """As `_mailchimp`."""
    from privacy.outbound.patience import Pace, Respite
    from privacy.outbound.stripe_client import PER_SECOND, StripeCalls
    from privacy.outbound.stripe_people import StripePeople

    pace, respite = Pace(PER_SECOND, time.monotonic, time.sleep), Respite(time.monotonic)
    calls = StripeCalls(api_key, jitter(), pace, account=account, base_url=base_url, respite=respite)
    return StripePeople(calls)


def stripe_corrections() -> CustomerCorrector:
    """Raises SecretsUnavailable."""
    own = bootstrap.settings()
    return _stripe_corrections_by(_stripe_erasure().value(), own.stripe_api_base_url, own.stripe_account)


@lru_cache(maxsize=1)
def _stripe_corrections_by(api_key: str, base_url: str, account: str) -> CustomerCorrector:
    """As `_mailchimp`."""
    from privacy.outbound.patience import Pace, Respite
    from privacy.outbound.stripe_client import PER_SECOND, StripeCalls
    from privacy.outbound.stripe_corrections import StripeCorrections

    pace, respite = Pace(PER_SECOND, time.monotonic, time.sleep), Respite(time.monotonic)
    calls = StripeCalls(api_key, jitter(), pace, account=account, base_url=base_url, respite=respite)
    return StripeCorrections(calls)


def mailchimp_corrections() -> MemberCorrector:
    """Raises SecretsUnavailable."""
    return _mailchimp_corrections_by(_mailchimp_api().value(), bootstrap.settings().mailchimp_api_base_url)


@lru_cache(maxsize=1)
def _mailchimp_corrections_by(api_key: str, base_url: str) -> MemberCorrector:
    """As `_mailchimp`."""
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.mailchimp_corrections import MailchimpCorrections
    from privacy.outbound.patience import Respite

    return MailchimpCorrections(MailchimpClient(api_key, base_url, jitter(), Respite(time.monotonic)))


def stripe_person() -> PersonAtStripe:
    """Whatever Stripe has of one person, by a key that changes nothing. Raises SecretsUnavailable."""
    own = bootstrap.settings()
    return _stripe_person_by(_stripe_api().value(), own.stripe_api_base_url, own.stripe_account)


@lru_cache(maxsize=1)
def _stripe_person_by(api_key: str, base_url: str, account: str) -> PersonAtStripe:
    """As `_mailchimp`."""
    from privacy.outbound.patience import Pace, Respite
    from privacy.outbound.stripe_client import PER_SECOND, StripeCalls
    from privacy.outbound.stripe_person import StripePerson

    pace, respite = Pace(PER_SECOND, time.monotonic, time.sleep), Respite(time.monotonic)
    calls = StripeCalls(api_key, jitter(), pace, account=account, base_url=base_url, respite=respite)
    return StripePerson(calls)


def mailchimp_person() -> PersonAtMailchimp:
    """Raises SecretsUnavailable."""
    return _mailchimp_person_by(_mailchimp_api().value(), bootstrap.settings().mailchimp_api_base_url)


@lru_cache(maxsize=1)
def _mailchimp_person_by(api_key: str, base_url: str) -> PersonAtMailchimp:
    """As `_mailchimp`."""
    from privacy.outbound.mailchimp_client import MailchimpClient
    from privacy.outbound.mailchimp_person import MailchimpPerson
    from privacy.outbound.patience import Respite

    return MailchimpPerson(MailchimpClient(api_key, base_url, jitter(), Respite(time.monotonic)))
