"""Breaches: opened and noted by anybody here, settled and closed by the DPO alone (G36, E115).

{"command": "…", "words": "…", "aware_at": "2027-03-05T09:00:00+01:00", "request": "IM-2027-000123"}
{"command": "…", "breach": "BR-4F1D2A90", "did": "told_authority", "words": "…", "reference": "…", "on": "…"}
{"breach": "BR-4F1D2A90"} or {"all": true}
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping, Sequence
from datetime import datetime

from privacy.domain.breach import TOPICS, Breach, Did, Entry
from privacy.domain.request_steps import By
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, needed, text
from privacy.operations.answers.close_answers import close_answers
from privacy.operations.people.describe_person import Reader
from privacy.operations.register.breach_desk import BreachDesk
from privacy.operations.requests.append_steps import read_request

_BREACH = re.compile(r"BR-[0-9A-F]{8}")
#: What the authority calls a notification; whatever it looks like, it stays one short line.
_REFERENCE = re.compile(r"[\w./ -]{1,60}")
#: What staff may add; the rest is the DPO's.
_OF_STAFF = frozenset({Did.NOTED})


def _open(event: http.Event, who: Reader, means: Means) -> Answer:
    body, now = read.said(event), means.now()
    aware_at = read.instant_in(body, "aware_at") or now
    request = read.request_in(body) if text(body, "request") else ""
    if request:
        read_request(request, means.requests())  # mistyped, it would leave the link alive that it is to close
    said = read.words_in(body, "words")
    entry = Entry(
        Did.OPENED, now, who.name, read.command_in(body), said, aware_at, topic="nature", request=request
    )
    return Answer(ANSWERED, _desk(means, now, _hand(who)).open(entry))


def _add(event: http.Event, who: Reader, means: Means) -> Answer:
    body, now = read.said(event), means.now()
    did = _did(body)
    if did not in _OF_STAFF:
        only(DPO, who)
    entry = Entry(
        did,
        now,
        who.name,
        read.command_in(body),
        read.words_in(body, "words"),
        read.instant_in(body, "on") or now,
        topic=_topic(body),
        reference=_reference(body),
    )
    return Answer(ANSWERED, _desk(means, now, _hand(who)).add(_breach(body), entry))


def _list(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    desk = _desk(means, means.now(), _hand(who))
    if text(body, "breach"):
        return Answer(ANSWERED, {"breaches": [desk.show(_breach(body))]})
    return Answer(ANSWERED, desk.listed(everything=read.everything_in(body)))


def _hand(who: Reader) -> By:
    return By("dpo" if who.role == DPO else "staff", who.name)


def _desk(means: Means, now: datetime, by: By) -> BreachDesk:
    def closes(breach: Breach) -> Sequence[str]:
        periods = means.policy().periods
        return close_answers(breach, by=by, log=means.requests(), periods=periods, now=now)

    return BreachDesk(means.breaches(), means.policy(), means.call_breach, closes, now)


def _breach(body: Document) -> str:
    found = needed(text(body, "breach"), "breach")
    if not _BREACH.fullmatch(found):
        raise MalformedEvent("breach")
    return found


def _did(body: Document) -> Did:
    try:
        return Did(needed(text(body, "did"), "did"))
    except ValueError:
        raise MalformedEvent("did") from None


def _topic(body: Document) -> str:
    found = text(body, "topic") or ""
    if found and found not in TOPICS:
        raise MalformedEvent("topic")
    return found


def _reference(body: Document) -> str:
    found = text(body, "reference") or ""
    if found and not _REFERENCE.fullmatch(found):
        raise MalformedEvent("reference")
    return found


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/breaches": _open,
    "POST /operator/breaches/entries": _add,
    "POST /operator/breaches/lookups": _list,
}
