"""Audiences of Mailchimp and their members, as Mailchimp itself has them."""

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


@dataclass(frozen=True, slots=True)
class Audience:
    """An audience. hosted_form: the address of Mailchimp's own sign-up form, the only way back for whom it forgot.

    members: how many it has, unsubscribed and cleaned ones included, for an estimate.
    """

    id: str
    name: str
    double_opt_in: bool
    hosted_form: str | None
    members: int


@dataclass(frozen=True, slots=True)
class MemberCursor:
    """Where a list of members, sorted by their last change, goes on.

    since: UTC, included; an earlier run's start lists what changed since. offset: only for whoever made the cursor;
    where more members changed within that one second than a page holds.
    """

    since: datetime | None = None
    offset: int = 0


@dataclass(frozen=True, slots=True)
class MemberPage:
    """Up to 1,000 members, oldest change first. after: where to go on, None at the end. Pages may overlap."""

    members: tuple[Member, ...]
    after: MemberCursor | None
