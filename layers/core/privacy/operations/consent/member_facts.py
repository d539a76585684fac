"""Facts of ours about a member of an audience: what we asked Mailchimp for, and how we found it afterwards.

Source `sync`. They tell the fold which of Mailchimp's words only echo our own (domain/membership.py).
"""

from __future__ import annotations

from datetime import datetime

from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.membership import ABSENT, ASKED, OUR_SOURCE, REFUSED, SEEN

SOURCE = OUR_SOURCE


def asked(audience: str, address: str, status: str, *, pseudonyms: Pseudonyms, now: datetime) -> Fact:
    """We are about to ask for this status: written before the call, whose webhook may overtake us."""
    return _fact(ASKED, audience, address, {"status": status}, pseudonyms=pseudonyms, now=now)


def seen(audience: str, address: str, status: str, *, pseudonyms: Pseudonyms, now: datetime) -> Fact:
    """The member was read, and is this now, whenever it last changed."""
    return _fact(SEEN, audience, address, {"status": status}, pseudonyms=pseudonyms, now=now)


def absent(audience: str, address: str, *, pseudonyms: Pseudonyms, now: datetime) -> Fact:
    """The audience has no such member."""
    return _fact(ABSENT, audience, address, {"status": "absent"}, pseudonyms=pseudonyms, now=now)


def refused(audience: str, address: str, reason: str, *, pseudonyms: Pseudonyms, now: datetime) -> Fact:
    """Mailchimp wants the person's own hand. reason: forgotten | compliance."""
    return _fact(
        REFUSED, audience, address, {"status": "refused", "reason": reason}, pseudonyms=pseudonyms, now=now
    )


def _fact(
    type_: str, audience: str, address: str, said: Group, *, pseudonyms: Pseudonyms, now: datetime
) -> Fact:
    email = pseudonyms.email(address)
    groups: dict[str, Group] = {
        "subscription": {
            "audience": audience,
            "email": address,
            "event": type_,
            "changed_at": now.isoformat(),
        }
        | dict(said)
    }
    return Fact(
        source=SOURCE,
        event_id=pseudonyms.digest(email, audience, type_, str(said["status"]), now.isoformat()),
        type=type_,
        occurred_at=now,
        recorded_at=now,
        identifiers=(email,),
        subject=email,
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, type_, now, groups),
        aka=pseudonyms.aka(address),
    )
