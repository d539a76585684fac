"""Offer: 30 days before a subscription or permission ends, one letter asks whether it shall (A3, R5, R6, E135, E141).

What is written is a letter's record, named by the mailbox and the day: whoever comes second finds it there. What it
owes goes the way of every letter (operations/letters/send_letter.py). Nothing that becomes of it moves the day on
which data go.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address
from privacy.domain.person import Person
from privacy.domain.policy import Periods
from privacy.domain.renewal import Renewal, renewals
from privacy.domain.request import Request
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.operations.requests.request_summary import summary_of
from privacy.ports import Appending, RequestConflict, RequestLog


@dataclass(frozen=True, slots=True)
class Renewing:
    """What it takes."""

    log: RequestLog
    pseudonyms: Pseudonyms
    periods: Periods
    now: Callable[[], datetime]


def renew(person: Person, renewing: Renewing) -> tuple[str, ...]:
    """The letters begun now, one a mailbox; none where it is not the time for one, or where it was begun before.

    person: as folded from the facts now; of whom nothing forbids us to write to them. Raises RequestConflict.
    """
    today = paris_day(renewing.now())
    return tuple(
        id_
        for renewal, address in renewals(person, today, renewing.periods)
        if (id_ := _id(address, renewal.ends_on, renewing.pseudonyms)) and _begun(id_, renewal, renewing)
    )


def _begun(id_: str, renewal: Renewal, renewing: Renewing) -> bool:
    """Raises RequestConflict, where nobody knows."""
    said = {
        "mailbox": renewal.mailbox,
        "ends_on": renewal.ends_on.isoformat(),
        "letter": renewal.letter.value,
        "language": renewal.language,
    }
    step = Step(Kind.RENEWAL_OFFERED, renewing.now(), said=said)
    offered = take(Request(id_), [step])
    try:
        renewing.log.append(Appending(id_, (step,), 0, summary_of(offered, renewing.periods)))
    except RequestConflict:
        if not renewing.log.steps(id_):
            raise
        return False
    return True


def _id(address: str, ends_on: date, pseudonyms: Pseudonyms) -> str:
    """The same for the mailbox, however it is typed and whatever the pepper; empty where nobody can be written to."""
    try:
        mailbox = normalise_address(address)
    except InvalidAddress:
        return ""
    return f"RN-{pseudonyms.digest('renewal', mailbox, ends_on.isoformat())[:16].upper()}"
