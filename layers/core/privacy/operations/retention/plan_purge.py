"""Plan the purge: whatever is due today, from the indexes alone, into the purge's queue (docs/architecture.md "Purge").

    look (few enough to be held in memory) → [count → held, until an operator approves → count] → send → tell

It decides nothing about anybody: the worker folds each person again, and does what is due then. It reads no table and
can delete nothing. Where it is killed, the last saved place is read again: what is sent twice changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.purge_guard import Basis, Reason, Trusted
from privacy.domain.runs import DONE, HELD, RETENTION, Run
from privacy.operations.retention.guard_purge import Doubt, Gate, deployed_with
from privacy.operations.retention.purge_batch import KINDS, PERSON, batches
from privacy.ports import KeyQueue, ProviderUnavailable, RunConflict, RunLog
from privacy.ports.retention import DueIndex, DuePage, Receipts

#: Stages, in their order. count: only where the guard doubts, or an operator has approved.
LOOK = "look"
COUNT = "count"
SEND = "send"
TELL = "tell"

#: Keys read, and sent, between two saves.
PAGE = 500
#: Seconds until a queue that does not answer is asked again.
PAUSE = 300
#: What begins the names of counts of what earlier runs did, by rule.
PURGED = "purged:"


class Place(NamedTuple):
    """Where a stage stands in the indexes. after: as the index says it."""

    kind: str
    shard: int = 0
    after: str | None = None

    @classmethod
    def read(cls, cursor: Mapping[str, str]) -> Place:
        return cls(cursor.get("kind", PERSON), int(cursor.get("shard", "0")), cursor.get("after"))

    def written(self) -> dict[str, str]:
        written = {"kind": self.kind, "shard": str(self.shard)}
        return written | {"after": self.after} if self.after else written


@dataclass(frozen=True, slots=True)
class Planning:
    """What a plan works with.

    indexes: by the kinds of purge_batch. rebuilds: the queue of rebuild_people. told: of a run that was held, or is
    done.
    """

    runs: RunLog
    indexes: Mapping[str, DueIndex]
    gate: Gate
    purges: KeyQueue
    rebuilds: KeyQueue
    receipts: Receipts
    told: Callable[[Run], None]
    now: Callable[[], datetime]

    def go_on(self, run_id: str, more: Callable[[], bool]) -> int | None:
        """One page after another, while `more`: in how many seconds to go on; None: there is nothing left to do."""
        run = self.runs.get(RETENTION, run_id)
        try:
            while run is not None and run.running:
                run = self._saved(self._step(self._as_deployed(run)))
                if run.running and not more():
                    return 0
        except ProviderUnavailable as error:
            self._tell_trouble(run, str(error))
            return PAUSE
        except RunConflict:
            pass  # somebody else is on it, and further
        return None

    def _step(self, run: Run) -> Run:
        stages: Mapping[str, Callable[[Run], Run]] = {
            LOOK: self._look,
            COUNT: self._count,
            SEND: self._send,
            TELL: self._tell,
        }
        return stages[run.stage](run)

    def _as_deployed(self, run: Run) -> Run:
        """A policy or a fold deployed since it began was looked at, and approved, by nobody: it looks anew."""
        deployed = deployed_with(self.gate.policy)
        if run.stage == TELL or deployed.items() <= run.given.items():
            return run
        given = {name: said for name, said in run.given.items() if name not in {"why", "waived"}}
        counts = {name: count for name, count in run.counts.items() if name != "due"}
        return replace(run.at(LOOK), allowed=None, counts=counts, given=given | deployed)

    def _saved(self, run: Run) -> Run:
        given = {name: said for name, said in run.given.items() if name != "trouble"}
        return self.runs.save(replace(run, given=given, updated_at=self.now()))

    def _tell_trouble(self, run: Run | None, words: str) -> None:
        if run is not None:
            with suppress(RunConflict):
                self.runs.save(replace(run, given={**run.given, "trouble": words}, updated_at=self.now()))

    # --- may it go on -------------------------------------------------------------------------------------------

    def _look(self, run: Run) -> Run:
        """On an ordinary day everybody who is due fits into memory, and the index is read once."""
        found = self.gate.due(day_of(run))
        doubt = self.gate.doubt(basis_of(run), _trusted(run), len(found))
        if not doubt.reasons:
            self._enqueue(run, PERSON, found)
            return _let(run.count(person=len(found)), _next_kind(PERSON))
        run = self._folded(_doubted(run, doubt))
        if len(found) > self.gate.most:
            return run.at(COUNT)
        return self._held(run.count(due=len(found)))

    def _count(self, run: Run) -> Run:
        """How many there are, which an approval is for; under an approval: whether there are no more than that."""
        place = Place.read(run.cursor)
        page = self._page(place, day_of(run))
        run = run.count(due=len(page.due))
        onwards = self._onwards(place, page.after)
        if onwards is not None and onwards.kind == PERSON:
            return run.at(COUNT, onwards.written())
        doubt = self.gate.doubt(basis_of(run), _trusted(run), run.counts["due"], approved=run.allowed or 0)
        if run.allowed is None:
            return self._held(_doubted(run, doubt._replace(reasons=doubt.reasons | _why(run))))
        waived = set(run.given["waived"].split()) - {Reason.MANY, Reason.SHARE}  # these are for a number
        if left := doubt.reasons - waived:
            return self._held(_doubted(run, doubt._replace(reasons=left)))
        return _let(run, Place(PERSON))

    def _folded(self, run: Run) -> Run:
        """Under another policy or fold everybody is folded again, once: the index says when by the old ones."""
        if run.given.get("folded") == _terms(run) or _why(run).isdisjoint({Reason.POLICY, Reason.FOLD}):
            return run
        self.rebuilds.send([{"run": run.id}])
        return replace(run, given={**run.given, "folded": _terms(run)})

    def _held(self, run: Run) -> Run:
        """Told first, and then saved: an alarm may ring twice, and never not at all."""
        trusted = _trusted(run).after(basis_of(run), _why(run))
        held = replace(run, state=HELD, allowed=None, given={**run.given, **trusted.written()})
        self.told(held)
        return held

    # --- what is due --------------------------------------------------------------------------------------------

    def _send(self, run: Run) -> Run:
        place = Place.read(run.cursor)
        page = self._page(place, day_of(run))
        self._enqueue(run, place.kind, [(pk, sk) for pk, sk, _ in page.due])
        run = run.count(**{place.kind: len(page.due)})
        onwards = self._onwards(place, page.after)
        return run.at(SEND, onwards.written()) if onwards else run.at(TELL)

    def _page(self, place: Place, day: date) -> DuePage:
        index = self.indexes[place.kind]
        return index.page(index.shards[place.shard], day, place.after, PAGE)

    def _onwards(self, place: Place, after: str | None) -> Place | None:
        if after is not None:
            return place._replace(after=after)
        if place.shard + 1 < len(self.indexes[place.kind].shards):
            return Place(place.kind, place.shard + 1)
        return None if place.kind == KINDS[-1] else _next_kind(place.kind)

    def _enqueue(self, run: Run, kind: str, keys: Sequence[tuple[str, str]]) -> None:
        self.purges.send(batch.message() for batch in batches(run.id, kind, keys))

    # --- what went before ---------------------------------------------------------------------------------------

    def _tell(self, run: Run) -> Run:
        """Counts by rule of the days that are over, from their receipts: nothing of anybody."""
        today = day_of(run)
        since = date.fromisoformat(run.given["tell_from"])
        if since < today:
            receipts, after = self.receipts.since(since, run.cursor.get("after"))
            for receipt in receipts:
                if paris_day(receipt.begun_at) < today:
                    for line in receipt.lines.values():
                        run = run.count(**{f"{PURGED}{rule}": number for rule, number in line.items()})
            if after is not None:
                return run.at(TELL, {"after": after})
        done = replace(run.at(TELL), state=DONE, given={**run.given, "tell_from": today.isoformat()})
        self.told(done)
        return done


def day_of(run: Run) -> date:
    """The Paris day as of which a run looks."""
    return date.fromisoformat(run.given["day"])


def basis_of(run: Run) -> Basis:
    """What a run goes by."""
    return Basis(day_of(run), run.given["policy"], run.given["fold"])


def _trusted(run: Run) -> Trusted:
    return Trusted.read(run.given)


def _let(run: Run, place: Place) -> Run:
    trusted = _trusted(run).after(basis_of(run), frozenset())
    given = {**run.given, **trusted.written(), "folded": _terms(run)}
    return replace(run, given=given).at(SEND, place.written())


def _next_kind(kind: str) -> Place:
    return Place(KINDS[KINDS.index(kind) + 1])


def _doubted(run: Run, doubt: Doubt) -> Run:
    said = {"why": " ".join(sorted(doubt.reasons)), "behind": " ".join(sorted(doubt.behind))}
    return replace(run, given={**run.given, **said})


def _why(run: Run) -> frozenset[Reason]:
    return frozenset(map(Reason, run.given["why"].split()))


def _terms(run: Run) -> str:
    basis = basis_of(run)
    return f"{basis.policy} {basis.fold}"
