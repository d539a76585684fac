"""What of a person goes today: one decision for the worker, the dry run, the explanation and the simulation.

`schedule` (domain/schedule.py) says when each piece is due. What keeps it nevertheless (A23) comes from outside, as
keepers: they beat every rule, and whatever they keep goes on the first day without them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import NamedTuple

from privacy.domain.person import Person
from privacy.domain.retention import Due


class Keeper(NamedTuple):
    """What keeps something from the purge.

    kind: dispute | unpaid | legal | restriction | case | undecided_mail. about: an order (Order.order), of which it
    keeps every piece; None: everything of the person.
    """

    kind: str
    about: str | None
    since: datetime


class Going(NamedTuple):
    """What of a person goes today.

    remove, archive: in the order in which it has to be done, so that whoever stops in the middle leaves nothing that
    reads as a consent. kept: what is due, and by whom it is kept. whole: nothing of theirs stays, not even what is
    archived; marks, providers and projection go with it. forget: their mailboxes that Mailchimp has to forget (R5, R6).
    renewal_on: the day of the renewal letter, as long as the permission runs; it may have passed. next_on: the first
    Paris day after today on which to look again, as far as today's facts tell; None: never.
    """

    remove: tuple[Due, ...]
    archive: tuple[Due, ...]
    kept: tuple[tuple[Due, Keeper], ...]
    whole: bool
    forget: frozenset[str]
    renewal_on: date | None
    next_on: date | None


def going(person: Person, due: Sequence[Due], keepers: Collection[Keeper], today: date) -> Going:
    """due: the person's schedule. keepers: all that hold today."""
    raise NotImplementedError
