"""The operators' routes to identity: have it asked, look at a proof, say whether it will do (A6, T7-T9).

{"command": "…", "request": "IM-2026-000123", "level": "L1", "address": "…", "items": ["access"], "reason": "…"}
{"command": "…", "request": "IM-2026-000123", "decision": "verified", "level": "L3", "reason": "…"}
{"command": "…", "request": "IM-2026-000123", "decision": "insufficient", "missing": "…"}
{"command": "…", "request": "IM-2026-000123", "decision": "unidentified", "reason": "…"}
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.domain.identity_facts import digests_of
from privacy.domain.request import Request
from privacy.inbound import http
from privacy.inbound import operator_requests as read
from privacy.inbound.operator import ANSWERED, DPO, Answer, only
from privacy.inbound.operator_looks import look
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document, MalformedEvent, flag, needed, text
from privacy.operations.identity.ask_identity import fact_digest, on_file
from privacy.operations.identity.decide_identity import IdentityDesk, proofs
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.last_order import last_order
from privacy.operations.requests.decide_request import Hand
from privacy.operations.requests.list_requests import brief

LEVELS = frozenset({"L1", "L1a", "L2", "L3"})
#: What a look at a document is for, as the read log has it.
PURPOSE = "look_at_proof"
#: Seconds for which a link leads to a document.
LINK_LIVES = 60


def _ask(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    asked = _desk(body, who, means).ask(
        read.request_in(body),
        _level(body),
        items=read.items_in(body),
        address=_address(body),
        besides=flag(body, "besides") is True,
        reason=read.words_in(body, "reason"),
    )
    return _now(asked, means)


def _decide(event: http.Event, who: Reader, means: Means) -> Answer:
    body = read.said(event)
    desk, id_ = _desk(body, who, means), read.request_in(body)
    match text(body, "decision"):
        case "verified":
            reason, address = read.words_in(body, "reason"), _address(body)
            decided = desk.verify(
                id_,
                _level(body),
                reason,
                items=read.items_in(body),
                address=address,
                minds=flag(body, "minds") is True,
            )
        case "insufficient":
            decided = desk.reject(
                id_, needed(read.words_in(body, "missing") or None, "missing"), items=read.items_in(body)
            )
        case "unidentified":
            decided = desk.close(id_, read.words_in(body, "reason"), items=read.items_in(body))
        case _:
            raise MalformedEvent("decision")
    return _now(decided, means)


def _look(event: http.Event, who: Reader, means: Means) -> Answer:
    """Documents are the DPO's to look at; who looked is written down before the link is made."""
    only(DPO, who)
    body = read.said(event)
    request = look(read.request_in(body), who, means, PURPOSE)
    evidence = means.evidence()
    found = [(name, evidence.arrived(name)) for name in proofs(request)]
    return Answer(
        ANSWERED,
        {
            "proofs": [
                {"object": name, "size": here.size, "link": evidence.link(name, LINK_LIVES)}
                for name, here in found
                if here is not None
            ]
        },
    )


def _desk(body: Document, who: Reader, means: Means) -> IdentityDesk:
    people, pseudonyms = means.stores().people, means.pseudonyms()
    return IdentityDesk(
        log=means.requests(),
        evidence=means.evidence(),
        periods=means.policy().periods,
        hand=Hand(who.name, "dpo" if who.role == DPO else "staff", read.command_in(body), means.now()),
        known=lambda address: on_file(address, people, pseudonyms),
        facts=lambda id_, address: _facts(id_, address, means),
        directed=lambda address: means.directives().of(pseudonyms.emails(address)) is not None,
    )


def _facts(id_: str, address: str, means: Means) -> tuple[str, ...]:
    pseudonyms = means.pseudonyms()
    try:
        identifiers = pseudonyms.emails(address)
    except InvalidAddress:
        return ()
    order = last_order(identifiers, stores=means.stores(), policy=means.policy())
    return digests_of(order, fact_digest(pseudonyms, id_)) if order is not None else ()


def _level(body: Document) -> str:
    level = text(body, "level")
    if level not in LEVELS:
        raise MalformedEvent("level")
    return level


def _address(body: Document) -> str:
    """Nothing, or an address. Raises MalformedEvent."""
    address = text(body, "address")
    if address is None:
        return ""
    try:
        normalise_address(address)
    except InvalidAddress:
        raise MalformedEvent("address") from None
    return address


def _now(request: Request, means: Means) -> Answer:
    return Answer(ANSWERED, {"request": brief(request, paris_day(means.now()))})


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/requests/identity": _ask,
    "POST /operator/requests/proofs": _look,
    "POST /operator/requests/verifications": _decide,
}
