"""The operators' routes to what was drafted: look at it, fetch the package, approve it by its digest.

Staff approve copies; an erasure is the DPO's, as the state machine says (docs/rules.md, T17).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer
from privacy.inbound.operator_drafts import drafting_by
from privacy.inbound.operator_looks import look
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, flag, needed, text
from privacy.operations.answers.preview_drafts import EXPORT, PURPOSE, preview_drafts
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.append_steps import read_request
from privacy.operations.requests.decide_request import Decisions, Hand
from privacy.operations.requests.list_requests import brief

_DIGEST = re.compile(r"[0-9a-f]{64}")


def _preview(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"request", "item"?, "package"?}`. package: true for a link to it, which is another purpose in the read log."""
    body = read.said(event)
    package = flag(body, "package") is True
    request = look(read.request_in(body), who, means, EXPORT if package else PURPOSE)
    drafts = preview_drafts(request, read.named_in(body, "item"), means.packages() if package else None)
    return Answer(ANSWERED, {"request": brief(request, paris_day(means.now())), "drafts": drafts})


def _approve(event: http.Event, who: Reader, means: Means) -> Answer:
    """`{"request", "item", "digest", "reason"?, "command"}`."""
    body = read.said(event)
    id_, item, digest = read.request_in(body), read.name_in(body, "item"), _digest_in(body)
    decisions = _decisions(body, who, means)
    drafting_by(decisions.hand, means).check_informed(read_request(id_, means.requests()), item)
    approved = decisions.approve(id_, item, digest, read.words_in(body, "reason"))
    return Answer(ANSWERED, {"request": brief(approved, paris_day(means.now()))})


def _decisions(body: Document, who: Reader, means: Means) -> Decisions:
    hand = Hand(who.name, "dpo" if who.role == DPO else "staff", read.command_in(body), means.now())
    return Decisions(means.requests(), means.policy().periods, hand)


def _digest_in(body: Document) -> str:
    digest = needed(text(body, "digest"), "digest")
    if not _DIGEST.fullmatch(digest):
        raise MalformedEvent("digest")
    return digest


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/requests/approvals": _approve,
    "POST /operator/requests/previews": _preview,
}
