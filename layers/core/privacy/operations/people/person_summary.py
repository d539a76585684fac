"""What of a person the projection stores: latest states and dates, ≤ 50 KB at any history.

Orders and proofs stay in the ledger and are read from there (docs/architecture.md "Tables").
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, datetime
from typing import Any

from privacy.domain.consent import Consent
from privacy.domain.membership import Membership, Standing
from privacy.domain.person import FOLD_VERSION, Person
from privacy.domain.policy import Policy
from privacy.domain.purge import next_action_on

#: Holds listed in a summary; their number always stands beside them.
LISTED = 50
DUE_SHARDS = 8
#: What stands there even where it is empty.
_ALWAYS = frozenset({"neighbours", "consents", "standings"})
#: Where people stand in the indexes of what is due, and of what an operator is asked (infra/storage.yaml).
SHARDS = tuple(f"person#{n}" for n in range(DUE_SHARDS))


def summary_of(
    person: Person, person_id: str, neighbours: Sequence[str], aliases: Sequence[str], policy: Policy
) -> dict[str, object]:
    """The person's item: plain values only, instants and days as ISO 8601.

    What says nothing is left out: the plainest subscriber fits into the kilobyte that a write unit pays for.
    """
    known: dict[str, object] = {
        "anchor": person.anchor,
        "emails": list(person.links.emails),
        "neighbours": list(neighbours),
        "aliases": list(aliases),
        "regime": person.clock.regime,
        "clock_due_on": _day(person.clock.due_on),
        "may_market_until": _day(person.may_market_until),
        "consents": {consent.email: _consent(consent) for consent in person.consents},
        "standings": {standing.mailbox: _standing(standing) for standing in person.standings},
        "orders": len(person.paid_orders),
        "holds": [
            {"kind": h.kind, "about": h.about, "since": h.since.isoformat()} for h in person.holds[:LISTED]
        ],
        "holds_count": len(person.holds),
        "last_order": _instant(person.last_order),
        "last_opt_in": _instant(person.last_opt_in),
        "last_contact": _instant(person.last_contact),
        "personalisation_objected_at": _instant(person.objected_at),
        "last_fact": _instant(person.last_fact),
        "recorded_until": _instant(person.recorded_until),
        "facts": person.facts,
        "profile": {
            name: {"value": known.value, "from": known.fact.key}
            for name, known in sorted(person.profile.items())
        },
        "fold_version": FOLD_VERSION,
        "policy_digest": policy.digest[:16],
    }
    summary = {name: value for name, value in known.items() if value not in (None, [], {}) or name in _ALWAYS}
    if due_on := next_action_on(person, policy):
        summary["due_on"] = due_on.isoformat()
        summary["due_shard"] = due_shard(person_id)
    if person.links.asked_since is not None:
        summary["asked_since"] = person.links.asked_since.isoformat()
        summary["asked_shard"] = due_shard(person_id)
    return summary


def standings_in(summary: Mapping[str, Any]) -> tuple[Standing, ...]:
    """How each mailbox of a stored person stands towards marketing."""
    return tuple(
        Standing(
            mailbox=mailbox,
            address=kept.get("address"),
            until=_date(kept.get("until")),
            refused_at=_at(kept.get("refused_at")),
            historic=bool(kept.get("historic")),
            granted_at=_at(kept.get("granted_at")),
            home=kept.get("home"),
            memberships={
                audience: Membership(
                    audience,
                    held["status"],
                    datetime.fromisoformat(held["since"]),
                    bool(held.get("ours")),
                    held.get("refused"),
                    _at(held.get("refused_at")),
                )
                for audience, held in kept.get("memberships", {}).items()
            },
            forgotten_on=_date(kept.get("forgotten_on")),
            restricted=bool(kept.get("restricted")),
        )
        for mailbox, kept in summary.get("standings", {}).items()
    )


def due_shard(person_id: str) -> str:
    """Which of an index's shards the person stands in: spread by the random id itself."""
    return f"person#{sum(person_id.encode()) % DUE_SHARDS}"


def _consent(consent: Consent) -> dict[str, object]:
    kept: dict[str, object] = {
        "state": consent.state.value,
        "since": _instant(consent.since),
        "last_opt_in": _instant(consent.last_opt_in),
        "opted_out": _instant(consent.opted_out),
        "undeliverable_since": _instant(consent.undeliverable_since),
        "unproven_since": _instant(consent.unproven_since),
        "blocked_since": _instant(consent.blocked_since),
        "intervals": len(consent.intervals),
    }
    return _told(kept)


def _standing(standing: Standing) -> dict[str, object]:
    kept: dict[str, object] = {
        "address": standing.address,
        "until": _day(standing.until),
        "refused_at": _instant(standing.refused_at),
        "historic": standing.historic,
        "granted_at": _instant(standing.granted_at),
        "home": standing.home,
        "memberships": {a: _membership(held) for a, held in sorted(standing.memberships.items())},
        "forgotten_on": _day(standing.forgotten_on),
        "restricted": standing.restricted,
    }
    return _told(kept)


def _membership(held: Membership) -> dict[str, object]:
    kept: dict[str, object] = {
        "status": held.status,
        "since": held.since.isoformat(),
        "ours": held.ours,
        "refused": held.refused,
        "refused_at": _instant(held.refused_at),
    }
    return _told(kept)


def _told(kept: dict[str, object]) -> dict[str, object]:
    """Without what says nothing: most people have most of it empty, and every byte is written at each fold."""
    return {name: value for name, value in kept.items() if value not in (None, False, {})}


def _at(kept: str | None) -> datetime | None:
    return datetime.fromisoformat(kept) if kept else None


def _date(kept: str | None) -> date | None:
    return date.fromisoformat(kept) if kept else None


def _instant(at: datetime | None) -> str | None:
    return at.isoformat() if at else None


def _day(day: date | None) -> str | None:
    return day.isoformat() if day else None
