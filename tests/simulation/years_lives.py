"""Random lives: what the people of a world do, and when. A seed gives the same lives every time."""

from __future__ import annotations

import random
from collections.abc import Callable
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from privacy.domain.rights import Right
from tests.simulation.years_oracle import Life
from tests.simulation.years_world import Act, World
from tests.simulation.years_writers import Writers

_PARIS = ZoneInfo("Europe/Paris")
_DAY = timedelta(days=1)


class Lives:
    """Fills a world's agenda."""

    def __init__(self, world: World, people: int, until: date) -> None:
        self.world = world
        self.chance = random.Random(f"lives of {world.seed}")
        self.first = world.today
        self.days = (until - world.today).days
        self.special = _special_days(world.today, until)
        self.writers = Writers(self)
        kinds: dict[Callable[[Life], None], float] = {
            self._reader: 57,
            self._imported: 4,
            self._never_confirms: 5,
            self._gives_up: 6,
            self._moves: 2,
            self._customer: 25,
            self._has_ordered_unheard: 1,
        }
        for n in range(people):
            life = world.born(f"p{n}@example.fr")
            self.chance.choices([*kinds], [*kinds.values()])[0](life)

    # --- lives

    def _reader(self, life: Life) -> None:
        at = self._sometime()
        self._does(life, at, "signs_up")
        for _ in range(self.chance.choice([0, 0, 0, 1, 2])):
            at = self._after(at, 1500)
            self._newsletter(life, at)
        self._others(life, self._after(at, 1200), 0.12)
        self.writers.of(life, at, often=0.06)

    def _newsletter(self, life: Life, at: datetime) -> None:
        what = self.chance.choices(["leaves", "signs_up", "complains", "lost", "writes"], [5, 4, 1, 1, 1])[0]
        if what in {"complains", "lost"}:
            self._does(life, at, "leaves", **{what: True})
        else:
            self._does(life, at, what)

    def _imported(self, life: Life) -> None:
        at = self._sometime()
        self._does(life, at, "is_imported")
        if self.chance.random() < 0.3:
            self._does(life, self._after(at, 60), "signs_up")
        self._others(life, self._after(at, 40), 0.1)
        self.writers.of(life, at, often=0.06)

    def _never_confirms(self, life: Life) -> None:
        at = self._sometime()
        self._does(life, at, "waits")
        if self.chance.random() < 0.3:
            self._does(life, self._after(at, 40), "signs_up")

    def _gives_up(self, life: Life) -> None:
        at = self._sometime()
        self._does(life, at, "gives_up", box=self.chance.random() < 0.3)
        if self.chance.random() < 0.3:
            self._buys(life, self._after(at, 50), account=False)

    def _moves(self, life: Life) -> None:
        at = self._sometime()
        other = self.world.born(f"new.{life.address}")
        self._does(life, at, "signs_up")
        at = self._after(at, 1000)
        self._does(life, at, "moves", to=other)
        if self.chance.random() < 0.4:
            self._does(other, self._after(at, 1000), "leaves")

    def _has_ordered_unheard(self, life: Life) -> None:
        at = self._sometime()
        self._does(life, at, "signs_up")
        self._does(life, self._after(at, 900), "buys", unheard=True, amount=self._amount())

    def _customer(self, life: Life) -> None:
        account = self.chance.random() < 0.5
        at = self._sometime(early=0.65)
        if self.chance.random() < 0.2:
            self._does(life, self._after(at, 300), "signs_up")
        for _ in range(self.chance.choices([1, 2, 3, 5], [70, 18, 8, 4])[0]):
            self._buys(life, at, account=account)
            at = self._after(at, 1300)
        if account and self.chance.random() < 0.2:
            self._does(life, self._after(at, 500), "lives_elsewhere", account=True)
        if account and self.chance.random() < 0.1:
            late = self.chance.choice([20, 60, 120, 900])
            then = [(self.chance.randrange(1, late), "is_settled", {})] if self.chance.random() < 0.8 else []
            self._does(life, self._after(at, 500), "is_billed", account=True, then=then)
        for _ in range(self.chance.choice([0, 0, 1, 2])):
            self._newsletter(life, self._after(at, 1800))
        if self.chance.random() < 0.1:
            self._does(life, self._after(at, 900), "gives_up", box=False)
        self._others(life, self._after(at, 3600), 0.2)
        self.writers.of(life, at, often=0.25)

    def _buys(self, life: Life, at: datetime, *, account: bool) -> None:
        then: list[tuple[float, str, dict[str, object]]] = []
        if self.chance.random() < 0.6:
            then.append((self.chance.choice([1, 3, 7, 40]), "is_delivered", {}))
        if self.chance.random() < 0.08:
            then.append((self.chance.choice([2, 20, 200]), "is_refunded", {}))
        if self.chance.random() < 0.04:
            opened = self.chance.choice([10, 100, 400, 3000, 3640])
            then.append((opened, "is_disputed", {}))
            if self.chance.random() < 0.97:
                ends = opened + self.chance.choice([5, 60, 60, 700])
                then.append((ends, "dispute_ends", {"how": self.chance.choice(["won", "lost"])}))
        late = self.chance.choice([0] * 20 + [1, 3, 9])  # a webhook that only the reconciliation makes up for
        box = self.chance.choices([None, True, False], [5, 3, 2])[0]
        self._does(
            life, at, "buys", late=late, amount=self._amount(), box=box, account=account, then=tuple(then)
        )

    def _others(self, life: Life, at: datetime, often: float) -> None:
        """What keeps data: requests, messages that nobody has decided about, holds."""
        if self.chance.random() >= often:
            return
        done = self.chance.choices([3, 12, 40, 200, 700], [30, 30, 25, 10, 5])[0]
        if self.chance.random() < 0.3:
            self._does(life, at, "is_held", kind=self.chance.choice(["legal", "restriction"]), done=done)
        else:
            right = self.chance.choice([Right.ACCESS, Right.PORTABILITY, Right.ERASURE, None])
            self._does(life, at, "asks", right=right, done=done)

    # --- when

    def does(self, life: Life, at: datetime, kind: str, /, **said: object) -> None:
        """For whoever adds to these lives."""
        self._does(life, at, kind, **said)

    def _does(self, life: Life, at: datetime, kind: str, /, late: int = 0, **said: object) -> None:
        self.world.acts(Act(at + late * _DAY, at, life, kind, said))

    def _sometime(self, early: float = 0.45) -> datetime:
        """Many in the first years, so that their ten end here."""
        most = min(self.days, 1200) if self.chance.random() < early else self.days
        return self._at(self.first + self.chance.randrange(most) * _DAY)

    def _after(self, at: datetime, days: int) -> datetime:
        return self._at(at.date() + self.chance.randrange(1, days) * _DAY)

    def _at(self, day: date) -> datetime:
        if self.chance.random() < 0.04:
            day = min(self.special, key=lambda each: abs((each - day).days))
        hour = self.chance.choice([0, 1, 2, 5, 9, 12, 15, 18, 21, 22, 23])
        local = datetime.combine(
            day, time(hour, self.chance.randrange(60), self.chance.randrange(60)), _PARIS
        )
        if hour == 2:
            local = local.replace(fold=self.chance.randrange(2))
        instant = local.astimezone(UTC)
        # an hour that does not exist is the one before; nothing happens while the purge is at work
        return instant - timedelta(hours=1) if instant.astimezone(_PARIS).hour == 3 else instant

    def _amount(self) -> int:
        return self.chance.choice([2500, 8000, 11999, 12000, 12001, 30000])


def _special_days(first: date, until: date) -> list[date]:
    """29 February, the nights of a changed clock and those after, the turn of the year."""
    days = [first + n * _DAY for n in range((until - first).days)]
    chosen = [day for day in days if (day.month, day.day) in {(2, 29), (2, 28), (12, 31), (1, 1)}]
    for day in days:
        offsets = {datetime.combine(d, time(4), _PARIS).utcoffset() for d in (day, day - _DAY)}
        if len(offsets) == 2:
            chosen.append(day)
    return sorted(chosen)
