"""Hold: an operator keeps everything of a person from the purge, with a reason and a day to look at it again (A23).

An authority's order, a claim, a restriction that the person asked for (E111): no rule can know of these. A hold allows
nothing else; above all it allows no offers. Whoever places, lifts or looks at holds is written down (R26).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.request_fold import RESTRICTION
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.people.person_summary import standings_in
from privacy.ports.retention import LegalHold, LegalHolds

#: What it is for, as the read log has it.
PLACING, RELEASING, LISTING = "place_hold", "release_hold", "list_holds"
#: Our choice: nobody's data are kept for longer without anybody looking.
REVIEWED_WITHIN = timedelta(days=366)


class HoldRefused(Exception):
    """The hold cannot be placed or lifted. reason: why, in words for an operator; nothing of anybody stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


@dataclass(frozen=True, slots=True)
class HoldDesk:
    """Where an operator decides about holds. identifiers: of one address, under every pepper."""

    holds: LegalHolds
    stores: Stores
    reader: Reader
    now: datetime

    def place(
        self, identifiers: Sequence[str], *, kind: str, reason: str, review_on: date | None
    ) -> Description:
        """The person's holds after it. One of a kind: again, it has another reason and day; a restriction each of
        theirs, and stays the case's that placed it. Raises HoldRefused."""
        today = paris_day(self.now)
        if not reason.strip():
            raise HoldRefused("why? A hold needs a reason")
        if review_on is None or not today < review_on <= today + REVIEWED_WITHIN:
            raise HoldRefused("name the day on which to look at it again: after today, and within a year")
        person, *_ = ids = self._ids(identifiers)
        said = LegalHold(person, kind, reason.strip(), self.reader.name, self.now, review_on)
        placed = [said] if kind != RESTRICTION else self._restrictions_as(said, ids)
        if not placed:
            raise HoldRefused("a restriction is placed in a request: privacy person restrict --help")
        self._write_down(person, PLACING)
        for hold in placed:
            self.holds.place(hold)
        return self._after(ids)

    def release(self, identifiers: Sequence[str], kind: str) -> Description:
        """The person's holds after it. Whatever fell due meanwhile goes with the next run. Raises HoldRefused."""
        ids = self._ids(identifiers)
        self._write_down(ids[0], RELEASING)
        lifted = [self.holds.release(id_, kind) for id_ in ids]
        if True not in lifted:
            raise HoldRefused("there is no such hold on them")
        return self._after(ids)

    def standing(self) -> Description:
        """Every hold, the next review first, and whose it is: who looks is written down for each person."""
        shown = []
        for hold in self.holds.all():
            self._write_down(hold.person, LISTING)
            shown.append(_described(hold) | {"addresses": self._addresses(hold.person)})
        return {"holds": shown}

    def _restrictions_as(self, said: LegalHold, ids: Sequence[str]) -> list[LegalHold]:
        """Those that stand, with the reason and the day that are said now."""
        return [
            said._replace(person=hold.person, case=hold.case)
            for hold in self.holds.of(ids)
            if hold.kind == RESTRICTION
        ]

    def _ids(self, identifiers: Sequence[str]) -> list[str]:
        """The person's id and those that it had before; a hold may stand under any of them."""
        pointers = self.stores.people.pointers(identifiers)
        persons = [p.person for i in identifiers if (p := pointers.get(i)) is not None and p.person]
        if not persons:
            raise HoldRefused("nothing is known of anybody under this address: there is nothing to keep")
        aliases = self.stores.people.summary(persons[0]).get("aliases")
        return list(dict.fromkeys([*persons, *(aliases if isinstance(aliases, list) else [])]))

    def _addresses(self, person: str) -> Sequence[str]:
        """As they were typed last; none, where the projection knows nobody of that id any more."""
        standings = standings_in(self.stores.people.summary(person))
        return [standing.address for standing in standings if standing.address]

    def _after(self, ids: Sequence[str]) -> Description:
        return {"person": ids[0], "holds": [_described(hold) for hold in self.holds.of(ids)]}

    def _write_down(self, about: str, purpose: str) -> None:
        self.stores.registry.log_read(
            operator=self.reader.name, role=self.reader.role, about=about, purpose=purpose, now=self.now
        )


def _described(hold: LegalHold) -> Description:
    return {
        "person": hold.person,
        "kind": hold.kind,
        "case": hold.case,
        "reason": hold.reason,
        "by": hold.by,
        "since": hold.since.isoformat(),
        "review_on": hold.review_on.isoformat(),
    }
