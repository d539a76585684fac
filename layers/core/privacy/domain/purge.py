"""What of a person goes today: one decision for the worker, the dry run, the explanation and the simulation.

`schedule` (domain/schedule.py) says when each piece is due. What keeps it nevertheless (A23) comes from outside, as
keepers: they beat every rule, and whatever they keep goes on the first day without them.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from typing import NamedTuple

from privacy.domain.membership import OUR_SOURCE
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.retention import Due
from privacy.domain.schedule import BOOKKEEPING, schedule


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
    """due: the person's schedule. keepers: all that hold today, an order's whether they still count or not."""
    keepers = [keeper for keeper in keepers if still_keeps(keeper, due, today)]
    kept: list[tuple[Due, Keeper]] = []
    remove: list[Due] = []
    archive: list[Due] = []
    staying: list[Due] = []
    waiting: list[Due] = []
    for one in due:
        keeper = next((k for k in keepers if k.about is None or k.about in one.piece.purchases), None)
        if not _come(one.due_on, today):
            staying.append(one)
            if _come(one.archive_on, today):
                (archive if keeper is None else waiting).append(one)
        elif keeper is not None:
            kept.append((one, keeper))
        elif one.piece.group not in BOOKKEEPING:
            remove.append(one)
    # what holds the rest together goes with the last of it
    bookkeeping = [one for one in due if one.piece.group in BOOKKEEPING and _come(one.due_on, today)]
    whole = bool(due) and not kept and not staying
    if whole:
        remove += bookkeeping
    running = person.may_market_until is not None and today < person.may_market_until
    return Going(
        remove=tuple(sorted(remove, key=_in_order)),
        archive=tuple(sorted(archive, key=_in_order)),
        kept=tuple(kept),
        whole=whole,
        forget=_forgotten(person, remove, whole=whole),
        renewal_on=person.renewal_on if running else None,
        next_on=_next(person, staying, today, kept=bool(kept or waiting)),
    )


def next_action_on(person: Person, policy: Policy) -> date | None:
    """The first Paris day on which `going` has something to say of them, or had already."""
    days = [day for one in schedule(person, policy) for day in (one.archive_on, one.due_on)]
    return min(filter(None, (*days, person.renewal_on, person.may_market_until)), default=None)


def still_keeps(keeper: Keeper, due: Sequence[Due], today: date) -> bool:
    """R18: an unpaid bill keeps its order for as long as it is kept itself, not for as long as nobody pays."""
    if keeper.kind != "unpaid" or keeper.about is None:
        return True
    bills = [one for one in due if one.piece.group == "unpaid" and keeper.about in one.piece.purchases]
    return any(not _come(one.due_on, today) for one in bills)


def _forgotten(person: Person, remove: Collection[Due], *, whole: bool) -> frozenset[str]:
    """Mailboxes of which no word about Mailchimp's members stays here: then none may stay there."""
    if whole:
        return frozenset(person.links.mailboxes)
    going_keys = {one.piece for one in remove}
    gone, left = set[str](), set[str]()
    for piece in person.pieces:
        if piece.group == "subscription":
            (gone if piece in going_keys else left).add(person.links.mailbox(piece.filed_under))
    return frozenset(gone - left)


def _next(person: Person, staying: Collection[Due], today: date, *, kept: bool) -> date | None:
    """Whatever keeps something may end any day, and nothing tells of it."""
    days = [day for one in staying for day in (one.archive_on, one.due_on)]
    days += [person.renewal_on, person.may_market_until]
    if kept:
        days.append(today + timedelta(days=1))
    return min((day for day in days if day is not None and day > today), default=None)


def _in_order(one: Due) -> tuple[int, datetime, str, str, str]:
    """The older first, so that a consent never outlasts its withdrawal; then what shows that a statement was our own
    doing, since without it it would seem somebody's; then what tells that they ordered, and who they are.
    """
    piece = one.piece
    if piece.group in BOOKKEEPING:
        rank = 3
    elif piece.group == "archived":
        rank = 2
    else:
        rank = int(piece.key.startswith(f"{OUR_SOURCE}#"))
    return rank, piece.at, piece.filed_under, piece.key, piece.group


def _come(day: date | None, today: date) -> bool:
    return day is not None and day <= today
