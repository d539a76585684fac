"""Guard: whether what is due today may go by itself, as the indexes, the entrances and the past runs say (E153)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime
from typing import NamedTuple

from privacy.domain.person import FOLD_VERSION
from privacy.domain.policy import Policy
from privacy.domain.purge_guard import Basis, Reason, Sight, Trusted, doubts
from privacy.ports import ProviderUnavailable
from privacy.ports.retention import Backlog, DueIndex


class Doubt(NamedTuple):
    """What is held against a run; reasons is empty where nothing is. behind: queues and streams that are."""

    reasons: frozenset[Reason]
    behind: tuple[str, ...]


class Preview(NamedTuple):
    """What a run would decide now. due: people; whole is False where there are more than these."""

    doubt: Doubt
    due: int
    whole: bool


@dataclass(frozen=True, slots=True)
class Gate:
    """people: the index of those of whom something has an end. history_approved: when, None: not yet."""

    people: DueIndex
    backlog: Backlog
    history_approved: Callable[[], datetime | None]
    policy: Policy

    @property
    def most(self) -> int:
        return self.policy.purge_guard.purges_at_most

    def due(self, day: date) -> list[tuple[str, str]]:
        """(partition key, sort key) of everybody who is due, or of one more than go by themselves."""
        found: list[tuple[str, str]] = []
        for shard in self.people.shards:
            after = None
            while len(found) <= self.most:
                page = self.people.page(shard, day, after, self.most + 1 - len(found))
                found += [(pk, sk) for pk, sk, _ in page.due]
                after = page.after
                if after is None:
                    break
        return found

    def doubt(self, basis: Basis, trusted: Trusted, due: int, *, approved: int = 0) -> Doubt:
        """due: how many people, counted at least until they are too many. approved: for how many it was."""
        try:
            behind: tuple[str, ...] | None = tuple(self.backlog.behind())
        except ProviderUnavailable:
            behind = None
        sight = Sight(
            due=due,
            known=self.people.size(),
            history_approved=self.history_approved() is not None,
            behind=behind,
            approved=approved,
        )
        return Doubt(doubts(basis, trusted, sight, self.policy.purge_guard), behind or ())

    def preview(self, basis: Basis, trusted: Trusted) -> Preview:
        """What a run of that day would be held for, and how many people are due; writes nothing."""
        due = len(self.due(basis.day))
        return Preview(self.doubt(basis, trusted, due), due, due <= self.most)


def deployed_with(policy: Policy) -> dict[str, str]:
    """By what is decided now: the policy's digest, and how facts are folded."""
    return {"policy": policy.digest, "fold": str(FOLD_VERSION)}
