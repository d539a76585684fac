"""Who of a world writes to contact@, what for, and when. Dice of their own: all the other lives stay as they are."""

from __future__ import annotations

import random
from datetime import UTC, datetime, time, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from privacy.domain.rights import Right
from tests.simulation.years_oracle import Life, later, paris

if TYPE_CHECKING:
    from tests.simulation.years_lives import Lives

_PARIS = ZoneInfo("Europe/Paris")
_DAY = timedelta(days=1)
_RIGHTS = {
    Right.ACCESS: 3,
    Right.PORTABILITY: 1,
    Right.RECTIFICATION: 3,
    Right.RESTRICTION: 3,
    Right.OBJECTION: 2,
    Right.OBJECTION_MARKETING: 1,
    Right.CONSENT_WITHDRAWAL: 2,
    Right.ERASURE: 6,
}


class Writers:
    """Adds to the agenda of `lives`."""

    def __init__(self, lives: Lives) -> None:
        self._lives = lives
        self._chance = random.Random(f"writers of {lives.world.seed}")

    def of(self, life: Life, at: datetime, *, often: float) -> None:
        """at: when something of theirs began whose time may be over while we still owe them an answer."""
        chance = self._chance
        if chance.random() >= often:
            return
        for _ in range(chance.choice([1, 1, 1, 2])):
            right = chance.choices([*_RIGHTS], [*_RIGHTS.values()])[0]
            when = self._when(at)
            done = chance.choices([3, 12, 40, 200, 700], [30, 30, 25, 10, 5])[0]
            how = chance.choices(["answered", "refused", "withdrawn", "unidentified"], [7, 1, 1, 2])[0]
            self._lives.does(life, when, "asks", right=right, done=done, how=how)
            if right is Right.ERASURE and chance.random() < 0.4:
                self._comes_back(life, when + done * _DAY)

    def _comes_back(self, life: Life, erased: datetime) -> None:
        """A18: as somebody new."""
        at = self._at(erased, self._chance.randrange(1, 500))
        if self._chance.random() < 0.5:
            self._lives.does(life, at, "buys", amount=self._chance.choice([2500, 12000]), box=None)
        else:
            self._lives.does(life, at, "signs_up")

    def _when(self, at: datetime) -> datetime:
        """Any day; or shortly before three, five or ten years are over."""
        years = self._chance.choices([0, 3, 5, 10], [50, 25, 10, 15])[0]
        if not years:
            return self._at(at, self._chance.randrange(1, 1500))
        over = (later(paris(at), years) - paris(at)).days
        return self._at(at, over - self._chance.randrange(25))

    def _at(self, after: datetime, days: int) -> datetime:
        """Nothing happens while the purge is at work."""
        hour = self._chance.choice([0, 8, 12, 18, 23])
        local = datetime.combine(paris(after) + days * _DAY, time(hour, self._chance.randrange(60)), _PARIS)
        return local.astimezone(UTC)
