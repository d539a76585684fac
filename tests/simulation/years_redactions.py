"""What Stripe blacks out in a simulated world: of nobody who is still there, and of everybody else in time (G24, R38).

Stripe does a job's halves within days, fails now and then, and is sometimes away. What is run is held against the
lives: a payment of which anything is left here may not be redacted. Whatever is owed is done within five months.
"""

from __future__ import annotations

import random
from collections.abc import Collection, Mapping
from datetime import timedelta
from typing import TYPE_CHECKING

from privacy.domain.redaction import Redaction
from privacy.operations.retention.follow_redaction import Following
from privacy.operations.retention.owe_redaction import Owing
from privacy.ports import ProviderUnavailable
from privacy.ports.redactions import Job, ObjectsTaken
from tests.fakes import MemoryRedactions
from tests.simulation.years_players import SortedIndex

if TYPE_CHECKING:
    from tests.simulation.years_world import World

_SHARD = "redaction#0"
#: Ninety days until Stripe may, some until it has, weeks for what fails once.
_IN_TIME = timedelta(days=150)


class Redactions(MemoryRedactions):
    """OwedRedactions of a world, with the index of what is due."""

    def __init__(self, world: World) -> None:
        super().__init__()
        self.due = SortedIndex((_SHARD,))
        self._world = world
        self._jobs = Jobs(world)

    def owing(self) -> Owing:
        return Owing(self, self._world.people, self._world.pseudonyms, self._world.stripe.checkouts)

    def follow(self, keys: Collection[tuple[str, str]]) -> None:
        """A night's message."""
        by = Following(
            owed=self,
            jobs=lambda: self._jobs,
            people=self._world.people,
            policy=self._world.rules,
            on=True,
            told=lambda _job, why: self._world.happened.update([f"redaction: {why}"]),
            now=self._world.now,
        )
        for key in keys:
            try:
                by.follow(key, self._settled)
            except ProviderUnavailable:
                self._world.happened["redaction: stripe was down"] += 1

    def night_is_over(self) -> None:
        for each in self.held.values():
            late = each.owed_on + _IN_TIME < self._world.today
            if late and not self._world.people.pointers(each.identifiers):
                self._world.watch.breaks(f"owed since {each.owed_on}, and not blacked out: {each}")

    def owe(self, redaction: Redaction) -> bool:
        owed = super().owe(redaction)
        self._stamp(self.held[_key(redaction)])
        return owed

    def save(self, redaction: Redaction) -> Redaction:
        saved = super().save(redaction)
        self._stamp(saved)
        return saved

    def settle(self, redaction: Redaction) -> None:
        super().settle(redaction)
        self.due.put(*_key(redaction), None, None)

    def _stamp(self, redaction: Redaction) -> None:
        self.due.put(*_key(redaction), _SHARD, redaction.due_on.isoformat())

    def _settled(self, counts: Mapping[str, int]) -> None:
        self._world.happened["blacked out at Stripe"] += sum(counts.values())


class Jobs:
    """RedactionJobs of a world's Stripe."""

    def __init__(self, world: World) -> None:
        self._world = world
        self._chance = random.Random(world.seed)  # of its own: a seed stays the same world
        self._held: dict[str, Job] = {}
        self._named: dict[str, Redaction] = {}

    def create(self, redaction: Redaction) -> Job:
        if self.find(redaction):
            raise ObjectsTaken
        made = Job(f"prj_{len(self._held) + 1}", "validating")
        self._held[made.id], self._named[made.id] = made, redaction
        return made

    def get(self, job: str) -> Job:
        self._answer()
        held = self._held[job]
        moved = {"validating": "ready", "redacting": "succeeded"}.get(held.status)
        if moved is not None and self._chance.random() < 0.7:
            fails = moved == "ready" and self._chance.random() < 0.1
            self._held[job] = Job(job, "failed", frozenset({"invalid_state"})) if fails else Job(job, moved)
        return self._held[job]

    def find(self, redaction: Redaction) -> Job | None:
        self._answer()
        for name, job in self._held.items():
            live = job.status in {"validating", "ready", "redacting"}
            named = frozenset(self._named[name].objects)
            if live and not named.isdisjoint(redaction.objects):
                return job._replace(objects=named)
        return None

    def there(self, name: str) -> bool:
        return bool(name)

    def run(self, job: str) -> None:
        self._answer()
        self._judge(self._named[job])
        self._held[job] = Job(job, "redacting")

    def mend(self, job: str) -> None:
        self._answer()
        self._held[job] = Job(job, "validating")

    def cancel(self, job: str) -> None:
        self._answer()
        self._held[job] = Job(job, "canceled")

    def _answer(self) -> None:
        if self._world.stripe.down:
            raise ProviderUnavailable

    def _judge(self, redaction: Redaction) -> None:
        """As the lives say it, and not the projection."""
        for life in self._world.lives.values():
            for piece in life.pieces.values():
                if piece.bought is not None and piece.bought.name in redaction.objects:
                    self._world.watch.breaks(
                        f"{life.address} has {piece.bought.name}, which Stripe blacks out"
                    )


def _key(redaction: Redaction) -> tuple[str, str]:
    return f"redaction#{redaction.id}", str(redaction.part)
