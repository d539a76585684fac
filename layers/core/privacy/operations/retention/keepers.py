"""What keeps a person's data although their time is over (A23): disputes and unpaid orders, holds, open requests.

An open erasure keeps nothing (E145): it asks for what the purge does. Whoever facts connect with them is heard as they
are, until an operator says whether they are one person.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import datetime

from privacy.domain.identifiers import is_email
from privacy.domain.person import Person
from privacy.domain.purge import Keeper
from privacy.domain.request import HOLDING, UNDECIDED, Request, State
from privacy.domain.request_fold import fold
from privacy.operations.requests.request_summary import placed
from privacy.ports import RequestLog
from privacy.ports.retention import LegalHolds

#: Cases of a sender that are looked through; whoever has more is kept, and an operator sees it.
MOST_CASES = 1_000
#: How often a case may have been merged into another that was merged into another.
_MERGES = 5

CASE, UNDECIDED_MAIL, LEGAL = "case", "undecided_mail", "legal"


def keepers_of(
    person: Person, ids: Collection[str], *, holds: LegalHolds, log: RequestLog
) -> tuple[Keeper, ...]:
    """Everything that keeps something of theirs, the oldest first.

    ids: every id of the person. Raises whatever the stores raise: nobody is purged on the ground that nobody could be
    asked.
    """
    kept = [*_of_orders(person)]
    kept += [Keeper(hold.kind, None, hold.since) for hold in holds.of(ids)]
    kept += cases_keeping(_written_from(person), log)
    return tuple(sorted(set(kept), key=lambda keeper: (keeper.since, keeper.kind, keeper.about or "")))


def _of_orders(person: Person) -> Iterator[Keeper]:
    """A dispute and what is unpaid keep the order and its evidence, and nothing else (E100, E101, E157)."""
    for order in person.orders:
        for hold in order.holds:
            yield Keeper(hold.kind, order.order, hold.since)


def _written_from(person: Person) -> set[str]:
    """Address identifiers of theirs, under every pepper, and of those whom facts connect with them."""
    links = person.links
    return {i for i in (*links.emails, *links.aka, *links.proposed) if is_email(i)}


def cases_keeping(senders: Collection[str], log: RequestLog) -> Iterator[Keeper]:
    """What these addresses wrote and nobody has answered, or decided about yet (E144, E146)."""
    found = log.of_sender(senders, MOST_CASES) if senders else []
    for id_ in found:
        yield from _of_case(_followed(id_, log))
    if len(found) == MOST_CASES:
        yield Keeper(UNDECIDED_MAIL, None, _since(fold(found[-1], log.steps(found[-1]))))


def _of_case(request: Request) -> Iterator[Keeper]:
    if not request.steps:
        return
    if request.state in UNDECIDED:
        yield Keeper(UNDECIDED_MAIL, None, _since(request))
    for item in request.items:
        # T22: whom we told about an answer has a week to follow, and only then the case keeps nothing any more
        waits = item.unfinished or (request.state is State.ANSWERED and item.state is State.ANSWERED)
        if waits and item.right in HOLDING:
            yield Keeper(CASE, None, item.received_at)
    for hold in placed(request):
        yield Keeper(LEGAL, None, hold.since)


def _since(request: Request) -> datetime:
    return request.received_at or request.steps[0].at


def _followed(id_: str, log: RequestLog) -> Request:
    """The case, or the one that answers it: what was merged is asked there."""
    request = fold(id_, log.steps(id_))
    for _ in range(_MERGES):
        if not request.merged_into:
            break
        request = fold(request.merged_into, log.steps(request.merged_into))
    return request
