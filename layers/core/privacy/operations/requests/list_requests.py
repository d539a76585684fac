"""The list of cases by the day on which they have to be answered: what and when, and of nobody who.

A list is looked at every morning and shows whole days of everybody's requests. It names nobody, so nothing has to be
written down; whoever needs to know who asks looks at the one case (describe_request), and that is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from typing import Any

from privacy.domain.clocks import paris_day
from privacy.domain.request import Request
from privacy.operations.people.describe_person import Reader, known_as
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.requests.append_steps import NoSuchRequest, read_request
from privacy.operations.requests.request_summary import ENDED, HELD, OPEN, SPAM
from privacy.ports import RequestLog

PURPOSE = "list_requests"
#: Cases on one page.
MOST = 100
#: Cases of one sender.
OF_SENDER = 50

_SHARDS = {False: (OPEN,), True: (OPEN, HELD, ENDED, SPAM)}


def list_requests(log: RequestLog, now: datetime, *, everything: bool, after: str | None) -> Description:
    """A page of what is open, the most urgent first; of everything, what is held and what has ended after it.

    after: where the last page said to go on.
    """
    shards = _SHARDS[everything]
    shard, _, cursor = (after or shards[0]).partition("|")
    if shard not in shards:
        raise ValueError(shard)
    page = log.listed(shard, cursor or None, MOST, newest_first=shard in {ENDED, SPAM})
    if shard == HELD and not page.summaries:  # as nearly always
        shard = ENDED
        page = log.listed(shard, None, MOST, newest_first=True)
    rest = f"{shard}|{page.after}" if page.after else _next(shards, shard)
    today = paris_day(now)
    return {"requests": [_of(id_, summary, log, today) for id_, summary in page.summaries], "after": rest}


def list_requests_of(
    identifiers: Sequence[str],
    log: RequestLog,
    *,
    reader: Reader,
    stores: Stores,
    now: datetime,
) -> Description:
    """The cases of whoever wrote from one address, the latest first; who asks for them is written down (R26)."""
    about = known_as(identifiers, stores.people)
    stores.registry.log_read(operator=reader.name, role=reader.role, about=about, purpose=PURPOSE, now=now)
    return {
        "requests": list(_read(log.of_sender(identifiers, OF_SENDER), log, paris_day(now))),
        "after": None,
    }


def brief(request: Request, today: date) -> Description:
    """A case as the list has it, folded."""
    deadline = request.deadline(today)
    flags = {flag.value for flag in request.flags}
    return _line(
        request.id,
        state=request.state.value,
        rights=[item.right.value for item in request.items],
        received_at=(request.received_at or request.steps[0].at).isoformat(),
        channel=request.channel,
        language=request.language,
        due=(deadline.legal_due, deadline.target_due) if deadline else None,
        flags=flags | _derived(request.suspended, request.extended),
        today=today,
    )


def _read(ids: Iterable[str], log: RequestLog, today: date) -> Iterable[Description]:
    for id_ in ids:
        try:
            yield brief(read_request(id_, log), today)
        except NoSuchRequest:
            continue


def _next(shards: Sequence[str], shard: str) -> str | None:
    place = shards.index(shard) + 1
    return shards[place] if place < len(shards) else None


def _of(id_: str, summary: Mapping[str, Any], log: RequestLog, today: date) -> Description:
    if summary["suspended"]:
        # while a clock stands its day moves on with every day
        return brief(read_request(id_, log), today)
    due = None
    if "legal_due" in summary:
        due = (date.fromisoformat(summary["legal_due"]), date.fromisoformat(summary["target_due"]))
    return _line(
        id_,
        state=summary["state"],
        rights=list(summary["rights"]),
        received_at=summary["received_at"],
        channel=summary["channel"],
        language=summary["language"],
        due=due,
        flags=set(summary["flags"]) | _derived(summary["suspended"], summary["extended"]),
        today=today,
    )


def _derived(suspended: bool, extended: bool) -> set[str]:
    return {name for name, carried in (("suspended", suspended), ("extended", extended)) if carried}


def _line(
    id_: str,
    *,
    state: str,
    rights: Sequence[str],
    received_at: str,
    channel: str,
    language: str,
    due: tuple[date, date] | None,
    flags: set[str],
    today: date,
) -> Description:
    """due: (legal, target). days_left: until the legal day; negative once it has passed, None where none runs."""
    legal, target = due or (None, None)
    overdue = legal is not None and today > legal and "suspended" not in flags
    return {
        "id": id_,
        "state": state,
        "rights": list(rights),
        "received_at": received_at,
        "channel": channel,
        "language": language,
        "legal_due": legal.isoformat() if legal else None,
        "target_due": target.isoformat() if target else None,
        "days_left": (legal - today).days if legal else None,
        "flags": sorted(flags | ({"overdue"} if overdue else set())),
    }
