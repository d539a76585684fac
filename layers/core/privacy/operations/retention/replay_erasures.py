"""Replay: a restored table holds people who have been erased or purged since; they go again (E108, R32).

Each is marked with the instant of then, so what came in later (a new order, a new opt-in) stays. A run, whose place is
saved after each object of the list: done twice, or killed and gone on with, it ends the same.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import date, datetime

from privacy.domain.clocks import paris_day
from privacy.domain.consent import State, Suppression
from privacy.domain.identifiers import Pseudonyms, is_email
from privacy.domain.policy import Policy
from privacy.domain.runs import DONE, REPLAY, Run, begin
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.retention.erase_again import erase_again
from privacy.operations.retention.owe_redaction import Owing
from privacy.operations.rights.erase_person import SUPPRESSED_FOR, fact_of_erasure
from privacy.ports import RunConflict, RunLog
from privacy.ports.retention import Erased, ReplayList

STAGE = "replay"


def begin_replay(since: date, *, runs: RunLog, now: datetime, chance: str) -> Run:
    """A new run over whoever was erased on that Paris day or later. Raises RunConflict."""
    run = begin(REPLAY, STAGE, now=now, chance=chance)
    return runs.begin(replace(run, given={"since": since.isoformat()}), after=runs.latest(REPLAY))


@dataclass(frozen=True, slots=True)
class Replaying:
    """What it takes to go on with one. owing: None where Stripe redacts nothing."""

    runs: RunLog
    replay: ReplayList
    stores: Stores
    policy: Policy
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]
    new_id: Callable[[], str]
    owing: Owing | None = None

    def go_on(self, run_id: str, more: Callable[[], bool]) -> bool:
        """One object after another, while `more`; whether some are left.

        Raises ProviderUnavailable, NeighbourhoodTooLarge, PeopleConflict: it goes on there another time.
        """
        run = self.runs.get(REPLAY, run_id)
        try:
            while run is not None and run.running:
                run = self._next(run)
                if run.running and not more():
                    return True
        except RunConflict:
            pass  # somebody else is on it, and further
        return False

    def _next(self, run: Run) -> Run:
        erased, after = self.replay.since(date.fromisoformat(run.given["since"]), run.cursor.get("after"))
        gone = sum(self._erase(each) for each in erased)
        run = run.count(people=len(erased), facts=gone)
        moved = replace(run, state=DONE) if after is None else run.at(STAGE, {"after": after})
        return self.runs.save(replace(moved, updated_at=self.now()))

    def _erase(self, erased: Erased) -> int:
        for identifier in erased.identifiers if erased.refuses else ():
            if is_email(identifier):
                self.stores.registry.suppress(
                    Suppression(identifier, erased.at, State.OBJECTED, SUPPRESSED_FOR)
                )
        if erased.kept:
            return self._keep(erased)
        gone = erase_again(
            erased.identifiers,
            erased.at,
            stores=self.stores,
            policy=self.policy,
            now=self.now(),
            new_id=self.new_id,
        )
        if self.owing is not None:
            self.owing.owe_again(erased.person, erased.identifiers, paris_day(erased.at))
        if erased.refuses:
            self._remember(erased)
        return gone

    def _keep(self, erased: Erased) -> int:
        """Everything had to stay as it was (A23): the nights know again that it goes when nothing keeps it any more."""
        self._remember(erased)
        for identifier in sorted(erased.identifiers):
            self.stores.registry.mark_gone(identifier, erased.at)
        return 0

    def _remember(self, erased: Erased) -> None:
        """Where something stays of whoever asked for it, the next night takes out again what does not (A13)."""
        left = [
            identifier
            for identifier in erased.identifiers
            if is_email(identifier)
            and any("link" not in fact.groups for fact in self.stores.ledger.under(identifier))
        ]
        for mailbox in left:
            by = f"{REPLAY}-{erased.at:%Y%m%dT%H%M%SZ}"
            fact = fact_of_erasure(mailbox, erased.person, by, erased.at, self.pseudonyms, kept=erased.kept)
            self.stores.ledger.append(fact)
        if left:
            fold_people(left, stores=self.stores, policy=self.policy, now=self.now(), new_id=self.new_id)
