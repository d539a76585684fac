"""A Mailchimp audience webhook becomes a fact, or is nothing to us (docs/providers.md "Mailchimp's webhooks").

A signature or path key proves that Mailchimp spoke, not that the person agreed: `subscribe`, `profile` and
`upemail` are hints until the member was read back, and carry no consent. A withdrawal counts at once.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import UTC, datetime
from urllib.parse import parse_qsl

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address
from privacy.inbound.payload import MAX_TEXT, Ignored, MalformedEvent, group, is_id, utc

SOURCE = "mailchimp"

_MAX_FIELDS = 500
_KEPT = frozenset(
    {"type", "fired_at"}
    | {
        f"data[{name}]"
        for name in ("list_id", "email", "old_email", "new_email", "reason", "ip_opt", "ip_signup")
    }
)

#: What each type says the member's status is now, where it says so.
_STATUS: Mapping[str, str | None] = {
    "subscribe": "subscribed",
    "unsubscribe": "unsubscribed",
    "cleaned": "cleaned",
    "profile": None,
    "upemail": None,
}
_HINTS = frozenset({"subscribe", "profile", "upemail"})


def fact_from(
    body: bytes,
    *,
    pseudonyms: Pseudonyms,
    recorded_at: datetime,
    audiences: Collection[str] = (),
) -> Fact | Ignored:
    """The form body as a fact. audiences: the ids of those that are ours; empty: every one.

    Raises MalformedEvent.
    """
    form = _form(body)
    type_ = _needed(form, "type")
    if type_ not in _STATUS:
        return Ignored("campaign" if type_ == "campaign" else "type")
    audience = _needed(form, "data[list_id]")
    if not is_id(audience):
        raise MalformedEvent("data[list_id]")
    if audiences and audience not in audiences:
        return Ignored("audience")
    occurred_at = _fired_at(_needed(form, "fired_at"))
    addresses = _addresses(form, type_)
    identifiers = tuple(dict.fromkeys(pseudonyms.email(address) for address in addresses))
    groups = _groups(form, type_, audience, occurred_at)
    spoken_of = [normalise_address(address) for address in addresses]
    fired_at = occurred_at.isoformat()
    # the same hint with other particulars is the same hint: it is read back anyway
    digested = {"subscription": group(audience=audience, email=spoken_of[0])} if type_ in _HINTS else groups
    return Fact(
        source=SOURCE,
        event_id=pseudonyms.digest(audience, type_, *spoken_of, fired_at),
        type=type_,
        occurred_at=occurred_at,
        recorded_at=recorded_at,
        identifiers=identifiers,
        subject=identifiers[0],
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, type_, occurred_at, digested),
        aka=pseudonyms.aka(*addresses),
    )


def _form(body: bytes) -> Mapping[str, str]:
    """The fields that matter. Mailchimp repeats keys; one that matters may repeat itself, not contradict itself."""
    try:
        pairs = parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=_MAX_FIELDS, errors="strict")
    except ValueError:
        raise MalformedEvent("not a form") from None
    form: dict[str, str] = {}
    for name, value in pairs:
        if name in _KEPT and form.setdefault(name, value) != value:
            raise MalformedEvent(name)
    return form


def _needed(form: Mapping[str, str], name: str) -> str:
    value = form.get(name, "")
    if not value:
        raise MalformedEvent(name)
    return value


def _fired_at(written: str) -> datetime:
    """`YYYY-MM-DD HH:MM:SS`, no zone: UTC (A22)."""
    if len(written) != len("2026-11-22 19:00:00") or written[10] != " ":
        raise MalformedEvent("fired_at")
    try:
        parsed = datetime.fromisoformat(written).replace(tzinfo=UTC)
    except ValueError:
        raise MalformedEvent("fired_at") from None
    return utc(int(parsed.timestamp()), "fired_at")


def _addresses(form: Mapping[str, str], type_: str) -> list[str]:
    """As typed; the first is whom it is about. A changed address files under the old one and names the new."""
    names = ("data[old_email]", "data[new_email]") if type_ == "upemail" else ("data[email]",)
    addresses = [_needed(form, name) for name in names]
    try:
        for address in addresses:
            normalise_address(address)
    except InvalidAddress:
        raise MalformedEvent(names[0]) from None
    return addresses


def _groups(form: Mapping[str, str], type_: str, audience: str, occurred_at: datetime) -> Mapping[str, Group]:
    def said(name: str) -> str | None:
        return form.get(f"data[{name}]", "")[:MAX_TEXT] or None

    reason = said("reason")
    email = said("new_email") if type_ == "upemail" else said("email")
    subscription = group(
        audience=audience,
        email=email,
        status=_STATUS[type_],
        event=type_,
        reason=reason,
        changed_at=occurred_at.isoformat(),
        previous_email=said("old_email") if type_ == "upemail" else None,
        signup_ip=(said("ip_signup") or said("ip_opt")) if type_ == "subscribe" else None,
    )
    if type_ in _HINTS or (type_ == "cleaned" and reason != "abuse"):
        return {"subscription": subscription}
    consent = group(
        purpose="newsletter",
        choice="objected" if reason == "abuse" else "withdrawn",
        carrier=SOURCE,
        email=email,
        audience=audience,
        reason=reason,
    )
    return {"subscription": subscription, "consent": consent}
