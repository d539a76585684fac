"""The webhooks of an audience: what they say, field by field, and how they are written on the wire."""

from collections.abc import Iterator
from datetime import UTC, datetime
from urllib.parse import urlencode

from cli.standins.http import Json
from cli.standins.mailchimp.audience import Audience, Notice
from cli.standins.mailchimp.member import Member

Fields = list[tuple[str, str]]


def form(notice: Notice) -> bytes:
    """Return a notice as the form body that Mailchimp posts."""
    fired_at = datetime.fromtimestamp(notice.at, UTC).strftime("%Y-%m-%d %H:%M:%S")
    return urlencode([("type", notice.type), ("fired_at", fired_at), *notice.data]).encode()


def subscribed(audience: Audience, member: Member, source: str, at: int) -> Notice:
    """Return the notice that a member is subscribed, which a double opt-in sends at its confirmation."""
    *who, web_id = _who(audience, member)
    data = [*who, ("data[ip_signup]", member.ip_signup), web_id, *_merges(member)]
    return Notice(audience.id, "subscribe", source, at, data)


def unsubscribed(
    audience: Audience, member: Member, source: str, at: int, *, action: str = "unsub", reason: str = "manual"
) -> Notice:
    """Return the notice that a member left, complained (`abuse`) or was deleted."""
    campaign = [("data[campaign_id]", "cb398d21d2")] if source == "user" else []
    data = [
        ("data[action]", action),
        ("data[reason]", reason),
        *_who(audience, member),
        *campaign,
        *_merges(member),
    ]
    return Notice(audience.id, "unsubscribe", source, at, data)


def profile(audience: Audience, member: Member, source: str, at: int) -> Notice:
    """Return the notice that a member's details changed."""
    return Notice(audience.id, "profile", source, at, [*_who(audience, member), *_merges(member)])


def moved(audience: Audience, old_email: str, member: Member, source: str, at: int) -> Notice:
    """Return the notice that a member has another address."""
    data = [
        ("data[list_id]", audience.id),
        ("data[new_id]", member.unique_email_id),
        ("data[new_email]", member.email),
        ("data[old_email]", old_email),
    ]
    return Notice(audience.id, "upemail", source, at, data)


def cleaned(audience: Audience, member: Member, at: int, reason: str) -> Notice:
    """Return the notice that an address bounces for good (`hard`) or was complained about (`abuse`)."""
    data = [
        ("data[list_id]", audience.id),
        ("data[campaign_id]", "4fjk2ma9xd"),
        ("data[reason]", reason),
        ("data[email]", member.email),
    ]
    return Notice(audience.id, "cleaned", "", at, data)


def campaign_sent(audience: Audience, campaign_id: str, subject: str, at: int) -> Notice:
    """Return the notice that a campaign was sent. It names nobody."""
    data = [
        ("data[id]", campaign_id),
        ("data[subject]", subject),
        ("data[status]", "sent"),
        ("data[reason]", ""),
        ("data[list_id]", audience.id),
    ]
    return Notice(audience.id, "campaign", "", at, data)


def _who(audience: Audience, member: Member) -> Fields:
    return [
        ("data[id]", member.unique_email_id),
        ("data[list_id]", audience.id),
        ("data[email]", member.email),
        ("data[email_type]", member.email_type),
        ("data[ip_opt]", member.ip_opt),
        ("data[web_id]", str(member.web_id)),
    ]


def _merges(member: Member) -> Fields:
    return [("data[merges][EMAIL]", member.email), *_nested("data[merges]", member.merge_fields)]


def _nested(prefix: str, values: Json) -> Iterator[tuple[str, str]]:
    for name, value in values.items():
        if isinstance(value, dict):
            yield from _nested(f"{prefix}[{name}]", value)
        elif isinstance(value, list):
            yield from _nested(f"{prefix}[{name}]", {str(at): item for at, item in enumerate(value)})
        else:
            yield f"{prefix}[{name}]", str(value)
