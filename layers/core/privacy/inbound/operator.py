"""The operators' requests: who acts, in which role, and answers that nobody may keep.

Who acts is the IAM identity that API Gateway verified and nothing else: the session's name in the role that it
took on. Refusals have no body, as at every entrance, but for those that tell an operator what stands against it.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import wraps

from privacy import logs
from privacy.domain.breach import BreachRefused
from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.request_guards import IllegalTransition
from privacy.inbound import http
from privacy.inbound.payload import MalformedEvent, document, needed, text
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.neighbourhood import NeighbourhoodTooLarge
from privacy.operations.register.breach_desk import NoSuchBreach
from privacy.operations.register.tell_disclosure import DisclosureRefused
from privacy.operations.requests.append_steps import NoSuchRequest
from privacy.operations.requests.fetch_mail import NoSuchMessage
from privacy.operations.retention.hold_person import HoldRefused
from privacy.ports import RequestConflict
from privacy.ports.breaches import BreachConflict

DPO = "dpo"
STAFF = "staff"

#: IAM role → the role that the operator acts in here. IAM Identity Center names its roles after the permission
#: set: `AWSReservedSSO_PrivacyDpo_<16 hex digits>`.
ROLES: Mapping[str, str] = {"PrivacyDpo": DPO, "PrivacyStaff": STAFF}

ANSWERED = 200
ACCEPTED = 202

_SESSION = re.compile(
    r"arn:aws[a-z-]*:sts::(?P<account>\d{12}):assumed-role/"
    r"(?:AWSReservedSSO_(?P<set>[A-Za-z]+)_[0-9a-f]{16}|(?P<role>\w+))/"
    r"(?P<name>[\w+=,.@-]{2,64})",
    re.ASCII,
)


class NotAllowed(Exception):
    """Nobody that we know, or somebody whose role does not go so far."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What the operator gets: a status and plain values."""

    status: int
    content: Mapping[str, object]


_STATUS: Mapping[type[Exception], int] = {
    **http.STATUS,
    NotAllowed: 403,
    NeighbourhoodTooLarge: 422,
    NoSuchRequest: 404,
    NoSuchMessage: 404,
    IllegalTransition: 409,
    HoldRefused: 409,
    DisclosureRefused: 409,
    NoSuchBreach: 404,
    BreachRefused: 409,
    BreachConflict: http.TRY_AGAIN,
    RequestConflict: http.TRY_AGAIN,
}
_REFUSALS = tuple(_STATUS)


def answering(take: Callable[[http.Event], Answer]) -> Callable[[http.Event, object], http.Reply]:
    """A Lambda handler out of a function that takes the event and returns an answer, or raises a refusal."""

    @wraps(take)
    def handle(event: http.Event, _context: object) -> http.Reply:
        try:
            answer = take(event)
        except _REFUSALS as refusal:
            return _reply(http.status_of(refusal, _STATUS), _because(refusal))
        except Exception as unexpected:  # noqa: BLE001 - the last line before the operator
            logs.failure(unexpected)
            return _reply(http.TRY_AGAIN, "")
        return _reply(answer.status, json.dumps(answer.content, ensure_ascii=False))

    logs.scrub()
    return handle


def _because(refusal: Exception) -> str:
    """Why, where somebody can do something about it; nothing of anybody stands in it."""
    match refusal:
        case IllegalTransition() | HoldRefused():
            reason = refusal.reason
        case BreachRefused() | DisclosureRefused():
            reason = refusal.reason
        case NoSuchBreach():
            reason = "there is no breach of this number"
        case NoSuchRequest():
            reason = "there is no request of this number"
        case NoSuchMessage():
            reason = "the case has no such message, or it is not kept any more"
        case _:
            return ""
    return json.dumps({"because": reason}, ensure_ascii=False)


def _reply(status: int, body: str) -> http.Reply:
    headers = {"Cache-Control": "no-store", "X-Content-Type-Options": "nosniff"}
    if body:
        headers["Content-Type"] = "application/json"
    return {"statusCode": status, "headers": headers, "body": body}


def reader(event: http.Event) -> Reader:
    """Whom the gateway's authoriser names. Raises NotAllowed."""
    context = event.get("requestContext") or {}
    identity = (context.get("authorizer") or {}).get("iam") or {}
    session = _SESSION.fullmatch(str(identity.get("userArn")))
    if session is None or session["account"] != context.get("accountId"):
        raise NotAllowed
    role = ROLES.get(session["role"] or session["set"])
    if role is None:
        raise NotAllowed
    return Reader(session["name"], role)


def only(role: str, who: Reader) -> None:
    """Raises NotAllowed for every other role."""
    if who.role != role:
        raise NotAllowed


def asked_about(event: http.Event, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """The identifiers of the address in `{"email": "…"}`, the current pepper's first.

    Raises MalformedEvent, TooLarge.
    """
    address = needed(text(document(http.body(event)), "email"), "email")
    try:
        return pseudonyms.emails(address)
    except InvalidAddress:
        raise MalformedEvent("email") from None
