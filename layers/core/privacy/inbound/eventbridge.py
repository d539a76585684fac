"""EventBridge's envelope around a provider's event (docs/providers.md "EventBridge")."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from privacy.inbound.payload import Document, MalformedEvent, check_text, is_id, part

type Envelope = Mapping[str, Any]

#: Only AWS can put events with a partner's source on a bus, and only on that partner's.
STRIPE = "aws.partner/stripe.com/"


def stripe_event(envelope: Envelope) -> Document:
    """The event inside. Raises MalformedEvent, also where somebody else sent it."""
    if not str(envelope.get("source")).startswith(STRIPE):
        raise MalformedEvent("source")
    detail = part(envelope, "detail")
    check_text(detail)
    return detail


def event_id(envelope: Envelope) -> str:
    """The event's id as far as it is one: enough to have it sent again."""
    detail = envelope.get("detail")
    said = detail.get("id") if isinstance(detail, Mapping) else None
    return said if isinstance(said, str) and is_id(said) else "unknown"
