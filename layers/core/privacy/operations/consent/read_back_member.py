"""Ask Mailchimp itself what a hint only suggested; its answer is a fact (docs/architecture.md "Consent and hints").

A signed webhook proves that Mailchimp spoke. Whether the person subscribed, how and when, only the member's
own record tells: an import or an administrator's entry shows there and stays unproven (E120).
"""

from __future__ import annotations

from datetime import datetime
from enum import Enum

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.member import Member
from privacy.ports import FactLedger, MemberDirectory

SOURCE = "mailchimp_member"
TYPE = "member_read"

#: Webhooks that prove nothing by themselves.
HINTS = frozenset({"subscribe", "profile", "upemail"})


class NotRead(Enum):
    """no_member: the audience has none. no_hint: the fact says all it can by itself, or is gone."""

    NO_MEMBER = "no_member"
    NO_HINT = "no_hint"


def read_back_member(
    identifier: str,
    key: str,
    *,
    ledger: FactLedger,
    members: MemberDirectory,
    pseudonyms: Pseudonyms,
    now: datetime,
) -> Fact | NotRead:
    """Follow the hint filed under (identifier, key): what Mailchimp says now, or why nobody was asked.

    Raises ProviderUnavailable, LedgerUnavailable.
    """
    hint = ledger.get(identifier, key)
    if hint is None or hint.type not in HINTS:
        return NotRead.NO_HINT
    said = hint.group("subscription")
    audience, address = said.get("audience"), said.get("email")
    if not isinstance(audience, str) or not isinstance(address, str):
        return NotRead.NO_HINT  # its groups were removed meanwhile
    member = members.read(audience, address)
    if member is None:
        return NotRead.NO_MEMBER
    return fact_from(member, pseudonyms=pseudonyms, recorded_at=now)


def fact_from(member: Member, *, pseudonyms: Pseudonyms, recorded_at: datetime) -> Fact:
    """The member as a fact of its own source, keyed by what was read: the same state read twice is one fact."""
    email = pseudonyms.email(member.address)
    groups = _groups(member)
    read = [
        member.audience,
        member.status,
        str(member.source),
        str(member.opted_in_at),
        member.changed_at.isoformat(),
    ]
    return Fact(
        source=SOURCE,
        event_id=pseudonyms.digest(email, *read),
        type=TYPE,
        occurred_at=member.changed_at,
        recorded_at=recorded_at,
        identifiers=(email,),
        subject=email,
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, TYPE, member.changed_at, groups),
        aka=pseudonyms.aka(member.address),
    )


def _groups(member: Member) -> dict[str, Group]:
    subscription: Group = {
        "audience": member.audience,
        "email": member.address,
        "status": member.status,
        "event": TYPE,
        "member_source": member.source,
        "changed_at": member.changed_at.isoformat(),
        "signed_up_at": member.signed_up_at.isoformat() if member.signed_up_at else None,
        "signup_ip": member.signup_ip,
    }
    match member.status:
        case "subscribed":
            consent: Group = _said(
                member,
                choice="granted",
                opted_in_at=member.opted_in_at.isoformat() if member.opted_in_at else None,
                opt_in_ip=member.opt_in_ip,
                member_source=member.source,
                language=member.language,
            )
        case "unsubscribed":
            complained = "abuse" in (member.unsubscribe_reason or "").lower()
            consent = _said(
                member,
                choice="objected" if complained else "withdrawn",
                reason=member.unsubscribe_reason,
                opted_in_at=member.opted_in_at.isoformat() if member.opted_in_at else None,
            )
        case _:
            return {"subscription": subscription}
    return {"subscription": subscription, "consent": consent}


def _said(member: Member, **fields: str | None) -> Group:
    return {
        "purpose": "newsletter",
        "carrier": "mailchimp",
        "audience": member.audience,
        "email": member.address,
        **fields,
    }
