"""Forget at the providers: Mailchimp for ever, Stripe's customers, SES's own list; each believed once it was read back.

What is at a provider stays there after our own copy has gone, and without our copy nobody knows where to look. So this
comes first, and nothing of ours goes before every provider has done it (P33).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.facts import Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.membership import ARCHIVED
from privacy.operations.consent import member_facts
from privacy.operations.retention.owe_redaction import AtStripe
from privacy.ports import MemberDirectory, ProviderUnavailable
from privacy.ports.retention import CustomerRemover, Remover, Undeliverables


class StillAMember(ProviderUnavailable):
    """Mailchimp said yes and did not do it."""


@dataclass(frozen=True, slots=True)
class Providers:
    """Whoever may have something of a person. audiences: all of ours."""

    directory: MemberDirectory
    members: Remover
    audiences: Sequence[str]
    customers: CustomerRemover
    undeliverables: Undeliverables


@dataclass(frozen=True, slots=True)
class Farewell:
    """What has to be forgotten where. members: (audience, address) of those that are there. customers: Stripe's ids.
    redacts: what Stripe is to black out once it can."""

    members: tuple[tuple[str, str], ...] = ()
    customers: tuple[str, ...] = ()
    addresses: tuple[str, ...] = ()
    redacts: AtStripe | None = None


def members_of(
    forms: Collection[str], audiences: Collection[str], at: Providers
) -> tuple[tuple[str, str], ...]:
    """In which audiences which of the addresses is, whatever its status. Mailchimp names members in lower case.

    Raises ProviderUnavailable: then nothing has been done yet.
    """
    mailboxes = sorted({form.strip().lower() for form in forms})
    return tuple(
        (audience, address)
        for audience in sorted({*at.audiences, *audiences})
        for address in mailboxes
        if at.directory.read(audience, address) is not None
    )


def forget_members(
    members: Collection[tuple[str, str]],
    at: Providers,
    before: Callable[[tuple[str, str]], object] = lambda _: None,
) -> None:
    """before: told of each that is about to be deleted. Raises ProviderUnavailable."""
    for audience, address in members:
        before((audience, address))
        at.members.delete_permanently(audience, address)
        if at.directory.read(audience, address) is not None:
            raise StillAMember("mailchimp did not do what it said")


def forget_members_of_who_stays(
    members: Collection[tuple[str, str]],
    at: Providers,
    *,
    pseudonyms: Pseudonyms,
    now: Callable[[], datetime],
    record: Callable[[Fact], object],
) -> None:
    """The same for somebody of whom something stays: Mailchimp's word that they left must not read as theirs (E122).

    Raises ProviderUnavailable, LedgerUnavailable.
    """
    for audience, address in members:
        record(member_facts.asked(audience, address, ARCHIVED, pseudonyms=pseudonyms, now=now()))
        forget_members([(audience, address)], at)
        # as of one that we archived: after "absent", Mailchimp's late word would read as news
        record(member_facts.seen(audience, address, ARCHIVED, pseudonyms=pseudonyms, now=now()))


def forget_everywhere(
    farewell: Farewell,
    at: Providers,
    before: Callable[[tuple[str, str]], object] = lambda _: None,
) -> None:
    """before: told of each member that is about to be deleted. Raises ProviderUnavailable."""
    forget_members(farewell.members, at, before)
    for customer in farewell.customers:
        at.customers.delete(customer)
    for address in sorted({form.strip().lower() for form in farewell.addresses}):
        at.undeliverables.lift(address)
