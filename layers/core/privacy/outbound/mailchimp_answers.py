"""What Mailchimp answers, read: audiences, members, lists of them. Each of another form is ProviderUnavailable."""

from __future__ import annotations

import re
from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any

from privacy.domain.member import Audience, Member
from privacy.ports import ProviderUnavailable

#: No more of a member is asked for than is kept.
MEMBER_FIELDS = (
    "email_address",
    "status",
    "source",
    "timestamp_opt",
    "ip_opt",
    "timestamp_signup",
    "ip_signup",
    "last_changed",
    "language",
    "unsubscribe_reason",
)
_COUNTS = ("member_count", "unsubscribe_count", "cleaned_count")
AUDIENCE_FIELDS = (
    *("id", "name", "double_optin", "subscribe_url_long", "subscribe_url_short"),
    *(f"stats.{count}" for count in _COUNTS),
)

_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")

type Found = Mapping[str, Any]


def checked(audience: str) -> str:
    """An audience's id as it may stand in a path."""
    if not _ID.fullmatch(audience):
        raise ProviderUnavailable("mailchimp: not an audience id")
    return audience


def document(answer: object) -> Found:
    """A JSON object. The library gives its response object instead where the body was empty."""
    if not isinstance(answer, dict):
        raise ProviderUnavailable("mailchimp: an answer of another form")
    return answer


def listed(answer: Found, name: str) -> list[Found]:
    """The objects of one page."""
    page = answer.get(name)
    if not isinstance(page, list):
        raise ProviderUnavailable("mailchimp: an answer of another form")
    return [document(each) for each in page]


def total_of(answer: Found) -> int:
    """How many there are on all pages."""
    total = answer.get("total_items")
    if not isinstance(total, int):
        raise ProviderUnavailable("mailchimp: a list without total_items")
    return total


def audience_from(found: Found) -> Audience:
    """An audience, with how many it had when Mailchimp last counted."""
    stats = found.get("stats") or {}
    form = _text(found.get("subscribe_url_long")) or _text(found.get("subscribe_url_short"))
    return Audience(
        id=checked(str(found.get("id"))),
        name=_text(found.get("name")) or "",
        double_opt_in=found.get("double_optin") is True,
        hosted_form=form,
        members=sum(stats[count] for count in _COUNTS if isinstance(stats.get(count), int)),
    )


def members_from(audience: str, page: list[Found]) -> tuple[Member, ...]:
    """Without those who have a telephone number and no address: they name nobody whom this system knows."""
    return tuple(member_from(audience, found) for found in page if _text(found.get("email_address")))


def member_from(audience: str, found: Found, address: str = "") -> Member:
    """A member. address: what was asked for, where the answer does not say."""
    status = _text(found.get("status"))
    if status is None:
        raise ProviderUnavailable("mailchimp: a member without a status")
    return Member(
        audience=audience,
        address=_text(found.get("email_address")) or address,
        status=status,
        source=_text(found.get("source")),
        opted_in_at=_instant(found.get("timestamp_opt")),
        opt_in_ip=_text(found.get("ip_opt")),
        signed_up_at=_instant(found.get("timestamp_signup")),
        signup_ip=_text(found.get("ip_signup")),
        changed_at=changed_at_of(found),
        language=_text(found.get("language")),
        unsubscribe_reason=_text(found.get("unsubscribe_reason")),
    )


def changed_at_of(found: Found) -> datetime:
    """Lists are sorted by it: without it nobody could say where to go on."""
    changed_at = _instant(found.get("last_changed"))
    if changed_at is None:
        raise ProviderUnavailable("mailchimp: a member without last_changed")
    return changed_at


def _text(value: object) -> str | None:
    return value[:500] if isinstance(value, str) and value else None


def _instant(value: object) -> datetime | None:
    """ISO 8601 with its offset; without one, UTC."""
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)


def written(at: datetime) -> str:
    """In UTC: whatever offset a timestamp names, Mailchimp ignores it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
