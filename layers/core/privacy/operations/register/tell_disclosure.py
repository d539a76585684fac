"""Tell: an operator enters to whom somebody's data went, where no provider tells of it (P23, P24).

It is a fact about the address, so that a copy of their data names the recipient, and a correction or an erasure can be
passed on (Art. 15, 19). Entering it again changes nothing.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time

from privacy.domain.clocks import PARIS, paris_day
from privacy.domain.disclosures import CAPACITIES, GROUP
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address
from privacy.domain.policy import Policy
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.record_fact import record_fact
from privacy.ports import Appended

SOURCE = "shop"
TYPE = "data.disclosed"
#: What it is for, as the read log has it.
PURPOSE = "tell_disclosure"


class DisclosureRefused(Exception):
    """It cannot be entered. reason: why, in words for an operator; nothing of anybody stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class Given:
    """recipient: its name. capacity: one of CAPACITIES. data: what it got, in words. on: the Paris day. notices_to:
    where it is written to when that was corrected, erased or restricted (Art. 19); empty where nobody knows."""

    recipient: str
    capacity: str
    data: str
    on: date
    notices_to: str = ""


def tell_disclosure(
    address: str,
    given: Given,
    *,
    by: Reader,
    stores: Stores,
    policy: Policy,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> bool:
    """Whether it was not known yet. Raises DisclosureRefused, LedgerUnavailable."""
    _check(given, paris_day(now))
    identifiers = pseudonyms.emails(address)
    about = _known(identifiers, stores)
    stores.registry.log_read(operator=by.name, role=by.role, about=about, purpose=PURPOSE, now=now)
    fact = _fact(address, given, by, pseudonyms, now)
    return record_fact(fact, ledger=stores.ledger, policy=policy) is Appended.NEW


def _check(given: Given, today: date) -> None:
    if not given.recipient.strip() or not given.data.strip():
        raise DisclosureRefused("to whom, and what? Both in a few words")
    if given.capacity not in CAPACITIES:
        raise DisclosureRefused(f"in which capacity? One of {', '.join(CAPACITIES)}")
    if given.notices_to and not _is_address(given.notices_to):
        raise DisclosureRefused("that is no address that anybody could be written to")
    if given.on > today:
        raise DisclosureRefused("that day has not come yet")


def _is_address(typed: str) -> bool:
    try:
        return bool(normalise_address(typed))
    except InvalidAddress:
        return False


def _known(identifiers: Sequence[str], stores: Stores) -> str:
    pointers = stores.people.pointers(identifiers)
    if not any(pointer.person for pointer in pointers.values()):
        raise DisclosureRefused("nothing is known of anybody under this address")
    return known_as(identifiers, stores.people)


def _fact(address: str, given: Given, by: Reader, pseudonyms: Pseudonyms, now: datetime) -> Fact:
    email = pseudonyms.email(address)
    at = datetime.combine(given.on, time(), PARIS).astimezone(UTC)
    said = {
        "recipient": given.recipient.strip(),
        "capacity": given.capacity,
        "data": given.data.strip(),
        "on": given.on.isoformat(),
    }
    if given.notices_to:
        said["notices_to"] = given.notices_to
    told: dict[str, Group] = {GROUP: dict(said)}
    return Fact(
        source=SOURCE,
        event_id=f"disclosed-{pseudonyms.digest(TYPE, email, *said.values())}",
        type=TYPE,
        occurred_at=at,
        recorded_at=now,
        identifiers=(email,),
        subject=email,
        groups={**told, "entry": {"by": by.name}},
        # who entered it is no part of what is compared: a colleague may enter it again
        digest=digest_of(pseudonyms.digest_key, TYPE, at, told),
        aka=pseudonyms.aka(address),
    )
