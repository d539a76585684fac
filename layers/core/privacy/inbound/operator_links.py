"""What an operator asks or says of two addresses: `{"emails": ["…", "…"], "decision": "merge", "seen": "…"}`.

Addresses come in the body only, never in an address of a page or a log.
"""

from __future__ import annotations

from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.inbound import http
from privacy.inbound.payload import MalformedEvent, document, needed, number, text
from privacy.operations.people.decide_link import Decision, Question
from privacy.operations.people.list_links import MOST

DEFAULT_LIMIT = 20


def limit(event: http.Event) -> int:
    """How many links to list, from `{"limit": 20}`. Raises MalformedEvent, TooLarge."""
    asked = number(document(http.body(event)), "limit")
    if asked is None:
        return DEFAULT_LIMIT
    if not 0 < asked <= MOST:
        raise MalformedEvent("limit")
    return asked


def question(event: http.Event) -> Question:
    """Raises MalformedEvent, TooLarge."""
    said = document(http.body(event))
    emails = said.get("emails")
    if not isinstance(emails, list) or len(emails) != 2:
        raise MalformedEvent("emails")
    try:
        decision = Decision(needed(text(said, "decision"), "decision"))
    except ValueError:
        raise MalformedEvent("decision") from None
    first, second = (_address(email) for email in emails)
    return Question(first, second, decision)


def seen(event: http.Event) -> str:
    """What the operator saw before deciding. Raises MalformedEvent, TooLarge."""
    return needed(text(document(http.body(event)), "seen"), "seen")


def _address(email: object) -> str:
    if not isinstance(email, str):
        raise MalformedEvent("emails")
    try:
        normalise_address(email)
    except InvalidAddress:
        raise MalformedEvent("emails") from None
    return email
