"""Consents of people whom facts connect: what one address refused may count for another (P16, E123, E155).

Each mailbox's log is first read by itself. Then a changed address takes over what the older one had given, a merge
keeps the most restrictive choice, and a refusal across a merely proposed link stops the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from privacy.domain.consent import Consent, ConsentLog, Ending, State, Suppression
from privacy.domain.linking import Linked


def resolved(
    logs: Mapping[str, ConsentLog], linked: Linked, suppressions: Mapping[str, Suppression]
) -> dict[str, Consent]:
    """Every mailbox's consent. suppressions: by address identifier; an address without facts may have one."""
    logs = dict(logs)
    latest: dict[str, Suppression] = {}
    for email, entry in suppressions.items():
        mailbox = linked.mailbox(email)
        logs.setdefault(mailbox, ConsentLog(mailbox))
        held = latest.get(mailbox)
        latest[mailbox] = entry if held is None or entry.at > held.at else held
    # in the order in which they moved, so that a consent can move on
    moves = sorted(
        (at, linked.mailbox(older), mailbox) for mailbox, log in logs.items() for at, older in log.moves
    )
    for at, older, newer in moves:
        if older in logs and older != newer:
            logs[newer].inherit(logs[older].resolve(latest.get(older)), at)
    alone = {mailbox: log.resolve(latest.get(mailbox)) for mailbox, log in logs.items()}
    return {
        mailbox: log.resolve(latest.get(mailbox), *_elsewhere(mailbox, alone, linked))
        for mailbox, log in logs.items()
    }


def _elsewhere(
    mailbox: str, alone: Mapping[str, Consent], linked: Linked
) -> tuple[list[Ending], list[datetime]]:
    """(merged, linked): what was withdrawn or objected to under another address and counts here too."""
    anchor = linked.owner(mailbox)
    links = linked.people.get(anchor)
    merged: list[Ending] = []
    neighbours: list[datetime] = []
    if links is None:
        return merged, neighbours
    for other, consent in alone.items():
        if (
            other == mailbox
            or consent.state not in (State.WITHDRAWN, State.OBJECTED)
            or consent.since is None
        ):
            continue
        owner = linked.owner(other)
        if owner == anchor:
            # P16, E155: whatever this address allowed before, the merge keeps the more restrictive choice
            merged.append(
                Ending(max(consent.since, links.merged_at or consent.since), consent.state, "merged")
            )
        elif owner in links.proposed:
            neighbours.append(consent.since)
    return merged, neighbours


def newsletter(
    consents: tuple[Consent, ...], merged_at: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """(last opt-in, when the subscription ended) over a person's addresses.

    P16: merged addresses keep the earliest-expiring clock, until the person opts in again after the merge.
    """
    opted_in = [c for c in consents if c.last_opt_in is not None]
    running = [c for c in opted_in if c.opted_out is None]
    chosen = running or opted_in
    instants = [c.last_opt_in for c in chosen if c.last_opt_in is not None]
    after_merge = [at for at in instants if merged_at is not None and at >= merged_at]
    last_opt_in = max(after_merge) if after_merge else min(instants, default=None)
    if running:
        return last_opt_in, None
    return last_opt_in, max((c.opted_out for c in consents if c.opted_out is not None), default=None)
