"""Restrictions, by the DPO alone: placed while something is looked at, announced to end, lifted (Art. 18).

{"request": "IM-2026-000123", "command": "…", "reason": "…"}, with "email" of whose data where they did not write, and
with "on": "2027-04-12", the day from which the data are used again.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.domain.request import Request
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, needed
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.record_fact import record_fact
from privacy.operations.requests.list_requests import brief
from privacy.operations.rights.decide_restriction import RestrictionDesk
from privacy.operations.rights.restrict_person import Restricting

type _Decide = Callable[[RestrictionDesk, str, Document, str], Request]


def _route(decide: _Decide) -> Callable[[http.Event, Reader, Means], Answer]:
    def answer(event: http.Event, who: Reader, means: Means) -> Answer:
        only(DPO, who)
        body = read.said(event)
        desk, reason = _desk(body, who, means), read.words_in(body, "reason")
        decided = decide(desk, read.request_in(body), body, reason)
        return Answer(ANSWERED, {"request": brief(decided, paris_day(means.now()))})

    return answer


def _desk(body: Document, who: Reader, means: Means) -> RestrictionDesk:
    stores, policy = means.stores(), means.policy()
    restricting = Restricting(
        stores=stores,
        holds=means.holds(),
        pseudonyms=means.pseudonyms(),
        record=lambda fact: record_fact(fact, ledger=stores.ledger, policy=policy),
        now=means.now,
    )
    return RestrictionDesk(
        means.requests(), policy.periods, restricting, read.hand_in(body, who, means.now())
    )


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/restrictions": _route(
        lambda desk, id_, body, reason: desk.restrict(id_, read.email_in(body) or "", reason)
    ),
    "POST /operator/restrictions/announcements": _route(
        lambda desk, id_, body, reason: desk.announce(id_, needed(read.day_in(body, "on"), "on"), reason)
    ),
    "POST /operator/restrictions/lifts": _route(lambda desk, id_, _, reason: desk.lift(id_, reason)),
}
