"""A member of a Mailchimp audience, as Mailchimp itself has it."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Member:
    """What Mailchimp has of an address in one audience (docs/providers.md "Members"). Instants in UTC."""

    audience: str
    address: str
    status: str
    source: str | None
    opted_in_at: datetime | None
    opt_in_ip: str | None
    signed_up_at: datetime | None
    signup_ip: str | None
    changed_at: datetime
    language: str | None
    unsubscribe_reason: str | None
