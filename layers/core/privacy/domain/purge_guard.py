"""Whether a day's purge may go on by itself, or waits for an operator (docs/architecture.md "Purge"; E153).

A purge is for ever, so whatever looks like a fault of ours stops it: a clock that jumped, another policy, another
fold, far more people due than on any day, facts that have not come in yet.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from privacy.domain.policy import PurgeGuard


class Reason(StrEnum):
    """Why nothing is purged."""

    HISTORY = "history"  # the owner has not approved what the import found
    BACKLOG = "backlog"  # queues or streams are behind: an order or a refusal may stand in them
    BACKLOG_UNKNOWN = "backlog_unknown"  # nobody could tell whether they are
    MANY = "many"
    SHARE = "share"
    CLOCK = "clock"
    POLICY = "policy"
    FOLD = "fold"


#: What no approval of a run outweighs: the history's own comes first (docs/architecture.md "Day one").
NOT_WAIVED = frozenset({Reason.HISTORY})


@dataclass(frozen=True, slots=True)
class Basis:
    """What a run goes by: its Paris day, the policy's digest, the version of the fold."""

    day: date
    policy: str
    fold: str


@dataclass(frozen=True, slots=True)
class Trusted:
    """What runs were let go by last, each by itself; None: none was yet."""

    day: date | None = None
    policy: str | None = None
    fold: str | None = None

    @classmethod
    def read(cls, kept: Mapping[str, str]) -> Trusted:
        day = kept.get("trusted_day")
        return cls(
            date.fromisoformat(day) if day else None, kept.get("trusted_policy"), kept.get("trusted_fold")
        )

    def written(self) -> dict[str, str]:
        kept = {
            "trusted_day": self.day.isoformat() if self.day else None,
            "trusted_policy": self.policy,
            "trusted_fold": self.fold,
        }
        return {name: value for name, value in kept.items() if value is not None}

    def after(self, basis: Basis, doubted: frozenset[Reason]) -> Trusted:
        """What the next run is compared with: of this one, all that nothing is held against."""
        return Trusted(
            self.day if Reason.CLOCK in doubted else basis.day,
            self.policy if Reason.POLICY in doubted else basis.policy,
            self.fold if Reason.FOLD in doubted else basis.fold,
        )


@dataclass(frozen=True, slots=True)
class Sight:
    """What the guard sees.

    due: people who are due, counted at least until they are too many. known: about how many people stand in the
    index. approved: how many an operator has approved, who counted with these. behind: queues and streams that are
    behind, None where nobody could tell.
    """

    due: int
    known: int
    history_approved: bool
    behind: tuple[str, ...] | None
    approved: int = 0


def doubts(basis: Basis, trusted: Trusted, sight: Sight, guard: PurgeGuard) -> frozenset[Reason]:
    """Everything that is held against the run; nothing: it goes on."""
    return frozenset(_doubts(basis, trusted, sight, guard))


def _doubts(basis: Basis, trusted: Trusted, sight: Sight, guard: PurgeGuard) -> Iterator[Reason]:
    if not sight.history_approved:
        yield Reason.HISTORY
    if sight.behind is None:
        yield Reason.BACKLOG_UNKNOWN
    elif sight.behind:
        yield Reason.BACKLOG
    unasked = sight.due - sight.approved
    if unasked > guard.purges_at_most:
        yield Reason.MANY
    if unasked > max(1, sight.known * guard.purges_at_most_percent // 100):
        yield Reason.SHARE
    if trusted.day is not None and not 0 <= (basis.day - trusted.day).days <= guard.days_apart_at_most:
        yield Reason.CLOCK
    if trusted.policy not in (None, basis.policy):
        yield Reason.POLICY
    if trusted.fold not in (None, basis.fold):
        yield Reason.FOLD
