"""Directives for after death: `{"email": "…"}` shows what somebody left, and the DPO takes it out of the register.

They are registered, and taken back, by an answer to whoever gave them (operator_drafts.py); taken out without one they
are once they have been carried out, or are worth nothing (E87, E88).
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import needed
from privacy.operations.people.describe_person import Reader
from privacy.operations.rights.register_directive import read_directive


def _look_up(event: http.Event, who: Reader, means: Means) -> Answer:
    return Answer(ANSWERED, _read(event, who, means))


def _revoke(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    shown = _read(event, who, means)
    email = needed(read.email_in(read.said(event)), "email")
    return Answer(ANSWERED, {**shown, "revoked": means.directives().revoke(means.pseudonyms().emails(email))})


def _read(event: http.Event, who: Reader, means: Means) -> Mapping[str, object]:
    return read_directive(
        needed(read.email_in(read.said(event)), "email"),
        means.directives(),
        reader=who,
        stores=means.stores(),
        pseudonyms=means.pseudonyms(),
        now=means.now(),
    )


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/directives/lookups": _look_up,
    "POST /operator/directives/revocations": _revoke,
}
