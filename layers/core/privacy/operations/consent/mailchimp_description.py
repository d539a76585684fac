"""How a mailbox stands at Mailchimp, audience by audience, and what keeps Mailchimp from what was chosen (P17)."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime

from privacy.domain.membership import Membership, Standing, awaits_own_hand, steps
from privacy.operations.people.marketing_reasons import Description

#: Stands for the audience of the checkout's box where nothing is known of it: which one that is, sync knows.
_UNKNOWN = "unknown"

#: Why Mailchimp is not as it should be, and the rules that speak of it.
_RULES: Mapping[str, tuple[str, ...]] = {
    "call": ("P17",),
    "approval": ("P17",),
    "reconciliation": ("E120", "E128"),
    "own_hand": ("P17",),
    "taken_out": ("P17",),
}


def mailchimp_of(standing: Standing, *, approved: bool, today: date) -> Description:
    """audiences: those where something is known. waits_for: what keeps Mailchimp from what was chosen, or None:
    call (of ours, on its way) | approval (of the import, by the owner) | reconciliation (of whom nobody can prove to
    have asked) | own_hand (theirs: Mailchimp takes no other) | taken_out (by others than us: a newer consent).
    """
    waits_for = _waits_for(standing, approved, today)
    return {
        "audiences": [_membership(held) for _, held in sorted(standing.memberships.items())],
        "waits_for": waits_for,
        "rules": list(_RULES.get(str(waits_for), ())),
    }


def _waits_for(standing: Standing, approved: bool, today: date) -> str | None:
    known = [audience for audience in (standing.home, *sorted(standing.memberships)) if audience is not None]
    wanted = steps(standing, known or [_UNKNOWN], today)
    if any(step.why != "no_proof" for step in wanted):
        return "approval" if standing.historic and not approved else "call"
    if wanted:
        return "reconciliation"
    if not standing.may_market(today) or any(held.takes_mail for held in standing.memberships.values()):
        return None
    refused = any(held.refused and awaits_own_hand(standing, a) for a, held in standing.memberships.items())
    return "own_hand" if refused else "taken_out"


def _membership(held: Membership) -> Description:
    """ours: it is so because we asked for it. refused: forgotten | compliance."""
    return {
        "audience": held.audience,
        "status": held.status,
        "since": held.since.isoformat(),
        "ours": held.ours,
        "refused": held.refused,
        "refused_at": _instant(held.refused_at),
    }


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None
