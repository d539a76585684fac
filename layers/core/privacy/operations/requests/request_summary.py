"""A case's summary: what a list shows of it, and its places in the indexes (docs/architecture.md "Tables").

Indexes are sparse: a case without a deadline, without anything owed or without a day on which the purge looks at it
stands in none of them.
"""

from __future__ import annotations

from datetime import date, timedelta

from privacy.domain.clocks import after, paris_day
from privacy.domain.policy import Periods
from privacy.domain.request import PUT_AWAY, UNDECIDED, UNFINISHED, Hold, Request, State
from privacy.domain.request_effects import waiting_since
from privacy.domain.request_guards import REOPENED_WITHIN_DAYS
from privacy.domain.request_steps import Flag

#: Values of `deadline_shard`: what waits, by its legal day, or, where no clock runs and somebody has to see to it, by
#: the day on which it ended; what has ended, by that day; spam; what has ended and is kept by an operator's hold, by
#: the day on which that is looked at again; letters that belong to no case.
OPEN, ENDED, SPAM, HELD, RENEWAL = "open", "ended", "spam", "held", "renewal"
_SHARDS = {State.SPAM: SPAM, State.RENEWAL: RENEWAL, State.NOTICE: RENEWAL}
OWED = "owed"
DUE_SHARDS = 8
#: A person has to see to these, however the case ended.
_LOOKED_AT = frozenset({Flag.MAIL_UNDELIVERABLE, Flag.NEEDS_HUMAN})


def summary_of(request: Request, periods: Periods) -> dict[str, object]:
    """`deadline_on` and `due_on` are Paris days, `owed_since` is an instant in UTC. legal_due: only where one runs."""
    deadline = request.deadline()
    summary: dict[str, object] = {
        "version": request.version,
        "state": request.state.value,
        "rights": [item.right.value for item in request.items],
        "received_at": (request.received_at or request.steps[0].at).isoformat(),
        "changed_at": request.steps[-1].at.isoformat(),
        "channel": request.channel,
        "language": request.language,
        "sender": request.address,
        "given_name": request.particulars.given_name or "",
        "family_name": request.particulars.family_name or "",
        "flags": sorted(flag.value for flag in request.flags),
        "suspended": request.suspended,
        "extended": request.extended,
    }
    if deadline is not None:
        summary["legal_due"] = deadline.legal_due.isoformat()
        summary["target_due"] = deadline.target_due.isoformat()
    return summary | _indexed(request, periods)


def _indexed(request: Request, periods: Periods) -> dict[str, object]:
    indexed: dict[str, object] = {}
    deadline = request.deadline()
    if deadline is not None:
        indexed |= {"deadline_shard": OPEN, "deadline_on": deadline.legal_due.isoformat()}
    else:
        shard = _SHARDS.get(request.state, ENDED)
        day = ended_on(request)
        if shard == ENDED and not _LOOKED_AT.isdisjoint(request.flags):
            shard = OPEN
        elif (holds := placed(request)) and not request.open_items:
            shard, day = HELD, min(hold.review_on or day for hold in holds)
        indexed |= {"deadline_shard": shard, "deadline_on": day.isoformat()}
    if since := waiting_since(request):
        indexed |= {"owed_shard": OWED, "owed_since": since.isoformat()}
    due_on = due(request, periods)
    if due_on is not None:
        indexed |= {"due_shard": due_shard(request.id), "due_on": due_on.isoformat()}
    return indexed


def due(request: Request, periods: Periods) -> date | None:
    """The first Paris day on which the purge has to look at the case (R10, R11, R20, R22).

    None while it is open, or an operator keeps it. What was closed for want of proof stays whole for as long as a reply
    takes it up again (E95); of what asked for nothing, no minimum is kept.
    """
    if request.state in UNDECIDED or request.state in UNFINISHED or request.state is State.ANSWERED:
        return None
    if placed(request):
        return None
    if request.state is State.RENEWAL:
        return ended_on(request)
    if request.minimum is not None and not leaves_nothing(request):
        return after(ended_on(request), periods.request_minimal)
    spans = {State.SPAM: periods.spam, State.NOT_DSAR: periods.forwarded_mail}
    day = after(ended_on(request), spans.get(request.state, periods.request_full))
    if any(item.state is State.CLOSED_UNIDENTIFIED for item in request.items):
        day = max(day, ended_on(request) + timedelta(days=REOPENED_WITHIN_DAYS + 1))
    return day


def placed(request: Request) -> tuple[Hold, ...]:
    """What operators decided to keep, until they lift it (E63)."""
    return tuple(hold for hold in request.operator_holds if hold.placed)


def leaves_nothing(request: Request) -> bool:
    """Nothing was asked for, so there is nothing to prove: it goes as a whole (R20, R22, R24)."""
    return request.state in {State.NOT_DSAR, State.SPAM, State.RENEWAL, State.NOTICE}


def due_shard(request_id: str) -> str:
    """Which of the index's shards the case stands in: spread by its random number."""
    return f"request#{sum(request_id.encode()) % DUE_SHARDS}"


def ended_on(request: Request) -> date:
    """Mail that was put away counts from its receipt (R20, R22), a case from its closing (R10).

    A renewal letter ends with the permission that it is about.
    """
    if request.renewal is not None:
        return request.renewal.ends_on
    if request.minimum is not None and request.closed_at is not None:
        return paris_day(request.closed_at)
    if request.state in PUT_AWAY and request.messages and not request.merged_into:
        return paris_day(max(message.received_at for message in request.messages))
    ended = [item.ended_at for item in request.items if item.ended_at is not None]
    return paris_day(request.closed_at or max(ended, default=request.steps[-1].at))
