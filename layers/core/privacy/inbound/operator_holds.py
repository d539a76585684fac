"""Holds on people: `{"email": "…", "kind": "legal", "reason": "…", "review_on": "2027-01-15"}`, by the DPO alone."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.identifiers import Pseudonyms
from privacy.domain.request_fold import RESTRICTION
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, needed, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.retention.hold_person import HoldDesk, HoldRefused
from privacy.ports.retention import HOLD_KINDS


def _place(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    body, desk = read.said(event), _desk(who, means)
    placed = desk.place(
        _whose(body, means.pseudonyms()),
        kind=_kind(body),
        reason=read.words_in(body, "reason"),
        review_on=read.day_in(body, "review_on"),
    )
    return Answer(ANSWERED, placed)


def _release(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    body, desk = read.said(event), _desk(who, means)
    if _kind(body) == RESTRICTION:
        raise HoldRefused(
            "the person has to be told before a restriction ends: privacy person restrict --help"
        )
    return Answer(ANSWERED, desk.release(_whose(body, means.pseudonyms()), _kind(body)))


def _list(_event: http.Event, who: Reader, means: Means) -> Answer:
    return Answer(ANSWERED, _desk(who, means).standing())


def _desk(who: Reader, means: Means) -> HoldDesk:
    return HoldDesk(means.holds(), means.stores(), who, means.now())


def _whose(body: Document, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """Raises MalformedEvent."""
    return pseudonyms.emails(needed(read.email_in(body), "email"))


def _kind(body: Document) -> str:
    kind = text(body, "kind")
    if kind not in HOLD_KINDS:
        raise MalformedEvent("kind")
    return kind


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/holds": _place,
    "POST /operator/holds/lookups": _list,
    "POST /operator/holds/releases": _release,
}
