"""What operators propose as answers, of which nothing is done before somebody approved it:

{"request": "IM-2026-000123", "command": "…", "item": "rectification", "fields": {"city": "Paris"}}
{…, "item": "restriction", "ground": "claims"}
{…, "item": "objection", "lines": ["…"]} and {…, "item": "heir_request", "lines": ["…"], "email": "…", "minds": true}
{…, "item": "automated_decision_review", "words": "…"}
{…, "item": "post_mortem_directive", "lines": ["…"], "executor": "…", "consented": true}, or "revokes": true
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.domain.drafts import Proposal
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, Answer
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, flag
from privacy.operations.people.describe_person import Reader
from privacy.operations.requests.decide_request import Hand
from privacy.operations.requests.list_requests import brief
from privacy.operations.rights.draft_right import RightDrafting, Wanted


def drafting_by(hand: Hand, means: Means) -> RightDrafting:
    """What proposing takes. hand: whose it is."""
    return RightDrafting(
        means.requests(),
        means.stores(),
        means.policy(),
        means.pseudonyms(),
        means.directives(),
        means.recipients(),
        hand,
    )


def _draft(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    drafting = drafting_by(read.hand_in(body, who, means.now()), means)
    request, proposed = drafting.draft(read.request_in(body), _wanted(body))
    shown = {
        name: proposed.get(name) for name in ("plan", "digest", "changes", "words", "address", "recipients")
    }
    return Answer(ANSWERED, {"request": brief(request, paris_day(means.now())), "draft": shown})


def _wanted(body: Document) -> Wanted:
    """Raises MalformedEvent."""
    words = read.words_in(body, "words") or read.words_in(body, "ground") or read.words_in(body, "executor")
    proposal = Proposal(
        item=read.name_in(body, "item"),
        changes=_lines(body),
        words=words,
        address=read.email_in(body) or "",
        consented=flag(body, "consented") is True,
        revokes=flag(body, "revokes") is True,
        minds=flag(body, "minds") is True,
    )
    return Wanted(proposal, _fields(body))


def _lines(body: Document) -> tuple[str, ...]:
    lines = body.get("lines", [])
    if not isinstance(lines, list) or not all(isinstance(line, str) and line.strip() for line in lines):
        raise MalformedEvent("lines")
    return tuple(" ".join(line.split()) for line in lines)


def _fields(body: Document) -> Mapping[str, str]:
    fields = body.get("fields", {})
    if not isinstance(fields, dict) or not all(isinstance(value, str) for value in fields.values()):
        raise MalformedEvent("fields")
    return fields


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/requests/drafts": _draft,
}
