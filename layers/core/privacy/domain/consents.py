"""Consents of people whom facts connect: what one address refused may count for another (P16, E123, E155).

Each mailbox's log is first read by itself. Then a changed address takes over what the older one had given, a merge
keeps the most restrictive choice, and a refusal across a merely proposed link stops the mail.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from privacy.domain.consent import Consent, ConsentLog, Ending, Suppression
from privacy.domain.linking import Linked

#: Moves of a subscription that are followed, the latest: whoever changes more often is not mailed on older ones.
MAX_MOVES = 20


def resolved(
    logs: Mapping[str, ConsentLog], linked: Linked, suppressions: Mapping[str, Suppression]
) -> dict[str, Consent]:
    """Every mailbox's consent. suppressions: by address identifier; an address without facts may have one."""
    logs = dict(logs)
    latest: dict[str, Suppression] = {}
    for email, entry in suppressions.items():
        mailbox = linked.mailbox(email)
        logs.setdefault(mailbox, ConsentLog(mailbox))
        if entry.outranks(latest.get(mailbox)):
            latest[mailbox] = entry
    _move(logs, linked, latest)
    alone = {mailbox: log.resolve(latest.get(mailbox)) for mailbox, log in logs.items()}
    return {
        mailbox: log.resolve(latest.get(mailbox), *_elsewhere(mailbox, logs, alone, linked))
        for mailbox, log in logs.items()
    }


def _move(logs: Mapping[str, ConsentLog], linked: Linked, suppressions: Mapping[str, Suppression]) -> None:
    """E123: in the order of the moves, so that a consent can move on. What the new address refused, it refuses."""
    moves = sorted(
        (at, linked.mailbox(older), mailbox) for mailbox, log in logs.items() for at, older in log.moves
    )
    for at, older, newer in moves[-MAX_MOVES:]:
        if older not in logs or older == newer:
            continue
        refused = logs[newer].refused_at(at, suppressions.get(newer))
        logs[newer].inherit(logs[older].resolve(suppressions.get(older)), at)
        if refused is not None:
            logs[newer].end(Ending(at, refused.state, refused.reason))


def _elsewhere(
    mailbox: str, logs: Mapping[str, ConsentLog], alone: Mapping[str, Consent], linked: Linked
) -> tuple[list[Ending], list[Ending]]:
    """(merged, linked): what was withdrawn or objected to under another address and counts here too."""
    anchor = linked.owner(mailbox)
    links = linked.people.get(anchor)
    merged: list[Ending] = []
    neighbours: list[Ending] = []
    proposed = frozenset(links.proposed) if links else frozenset[str]()
    if links is None:
        return merged, neighbours
    for other, consent in alone.items():
        owner = linked.owner(other)
        refused = consent.last_refused
        if other != mailbox and owner == anchor:
            # A9: the same person left the box unticked, under whichever address
            merged += [ending for ending, _ in logs[other].declined]
            if refused is not None:
                # P16, E155: whatever this address allowed before, the merge keeps the more restrictive choice
                since = max(refused, links.merged_at or refused)
                merged.append(Ending(since, consent.state, "merged", consent.historic))
        elif owner in proposed and refused is not None:
            neighbours.append(Ending(refused, consent.state, "linked", consent.historic))
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
