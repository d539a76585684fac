"""Open: a request that came by another way than mail to contact@ is entered by hand (E55, E56, G16).

The clock runs from when it reached the shop, whoever entered it when.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_steps import Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import NO_PARTICULARS, Outcome, Particulars, Role
from privacy.operations.requests.append_steps import begin_request, read_request
from privacy.operations.requests.decide_request import Hand
from privacy.ports import AlreadyCaused, RequestLog


@dataclass(frozen=True, slots=True)
class Entry:
    """What an operator enters. channel: post | phone | social | other. email: empty where nobody gave one.

    particulars: of the person whose data it is; role: of who asked. language: of our letters, fr | en.
    """

    received_at: datetime
    channel: str
    rights: tuple[Right, ...]
    email: str = ""
    particulars: Particulars = field(default=NO_PARTICULARS)
    role: Role = Role.SELF
    language: str = "fr"
    note: str = ""


def open_request(
    entry: Entry,
    hand: Hand,
    *,
    log: RequestLog,
    periods: Periods,
    pseudonyms: Pseudonyms,
    new_id: Callable[[], str],
) -> Request:
    """The new case. Raises IllegalTransition, InvalidAddress, RequestConflict."""
    rights, received_at = tuple(right.value for right in entry.rights), entry.received_at.isoformat()
    own = entry.particulars
    steps = [
        hand.step(
            Kind.RECEIVED,
            received_at=received_at,
            channel=entry.channel,
            address=entry.email,
            name=" ".join(filter(None, (own.given_name, own.family_name))) if entry.role is Role.SELF else "",
        ),
        hand.step(
            Kind.UNDERSTOOD,
            outcome=Outcome.REQUEST.value,
            rights=rights,
            language=entry.language,
            role=entry.role.value,
            given_name=own.given_name,
            family_name=own.family_name,
            postal_address=own.postal_address,
            customer_number=own.customer_number,
        ),
        hand.step(Kind.OPENED, rights=rights, received_at=received_at),
    ]
    if entry.note.strip():
        steps.append(hand.step(Kind.NOTED, text=entry.note))
    senders = pseudonyms.emails(entry.email) if entry.email else ()
    try:
        return begin_request(
            steps, log=log, periods=periods, new_id=new_id, causes={hand.cause}, senders=senders
        )
    except AlreadyCaused as known:
        caused = log.caused(known.cause)
        if caused is None:
            raise
        return read_request(caused.request, log)
