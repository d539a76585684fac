"""Letters before a permission ends, and what those who get one press: that they stay, that they do not, or nothing.

Each letter is held against A3, R5 and R6: whoever may be sent offers gets one thirty days before, and nobody else any.
"""

from __future__ import annotations

import random
from datetime import date, timedelta
from typing import TYPE_CHECKING, NamedTuple

from privacy.domain.letter import Language
from privacy.domain.person import Person
from privacy.operations.consent.choose import Choosing, withdraw
from privacy.operations.consent.offer_renewal import Renewing, renew
from privacy.operations.consent.reach_mailbox import MailboxReach
from privacy.operations.consent.stay_subscribed import Staying, stay
from privacy.ports import Appended
from tests.fakes import MemoryTokens
from tests.simulation.years_cases import Case
from tests.simulation.years_oracle import Life, Reckoning, paris

if TYPE_CHECKING:
    from tests.simulation.years_world import Act, World

_DAY = timedelta(days=1)
BEFORE = timedelta(days=30)


class _Letter(NamedTuple):
    """ends_on: the first Paris day without the permission."""

    id: str
    life: Life
    ends_on: date


class Renewals:
    """Of one world. Its dice are its own."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.tokens = MemoryTokens()
        self._chance = random.Random(f"renewals of {world.seed}")
        self._begun: list[_Letter] = []
        self._offered: set[tuple[Life, date]] = set()

    # --- letters

    def offer(self, person: Person) -> None:
        """In the night, of somebody whose permission is about to end."""
        world = self.world
        renewing = Renewing(world.requests, world.pseudonyms, world.rules.periods, world.now)
        for id_ in renew(person, renewing):
            said = world.requests.steps(id_)[0]
            life, ends_on = world.lives[said.text("mailbox")], date.fromisoformat(said.text("ends_on"))
            if not self.is_true(life, ends_on):
                world.watch.breaks(f"{life.address} is asked whether to stay after {ends_on}")
            if world.today < ends_on - BEFORE:
                world.watch.breaks(f"{life.address} is asked early about {ends_on}")
            self._begun.append(_Letter(id_, life, ends_on))
            self._offered.add((life, ends_on))
            world.cases.opens(Case(id_, life, world.today, letter_until=ends_on))
            world.happened["asked to stay"] += 1

    def is_true(self, life: Life, ends_on: date) -> bool:
        """They may be sent offers, until that day."""
        said = Reckoning(life)
        return said.may_market(self.world.today) and said.permission_ends == ends_on

    def missing(self, life: Life, ends_on: date) -> bool:
        """It is time, and nobody asked them."""
        return self.world.today >= ends_on - BEFORE and (life, ends_on) not in self._offered

    def go_out(self) -> None:
        """In the morning, to whom it is still true."""
        begun, self._begun = self._begun, []
        for letter in begun:
            renewal = self.world.asking.case(letter.id).renewal
            assert renewal is not None
            reached = self._reach.reach(renewal)
            may = Reckoning(letter.life).may_market(self.world.today)
            if may and reached is None:
                self.world.watch.breaks(f"{letter.life.address} is not reached before {letter.ends_on}")
            if reached is not None:
                secrets = (link.url.rpartition("/")[2] for link in (reached.link, reached.choices))
                self._is_read(letter, *secrets)

    @property
    def _reach(self) -> MailboxReach:
        world = self.world
        return MailboxReach(
            world.people, self.tokens, lambda: world.pseudonyms, "https://pages.example.fr", world.now
        )

    def _is_read(self, letter: _Letter, stays: str, choices: str) -> None:
        """Most people do nothing; some press in the last days, or when it is too late."""
        pressed = self._chance.choices(["stays", "chooses_not", ""], [40, 6, 54])[0]
        days = self._chance.choice([0, 1, 9, 27, 28, 29, 30, 31, 50])
        if pressed:
            at = self.world.clock + timedelta(days=days, hours=self._chance.randrange(3, 20))
            secret = stays if pressed == "stays" else choices
            said = {"secret": secret, "ends_on": letter.ends_on}
            self.world.acts_at(at, letter.life, pressed, said)

    # --- what they press

    def stays(self, act: Act) -> None:
        """E135. The link is worth something until the permission ends, and as long as anything is held of them."""
        world, life = self.world, act.life
        world.comes_to_rest()
        in_time = paris(act.at) < act.said["ends_on"] and bool(life.pieces)
        staying = Staying(self.tokens, world.people, world.recording(life), world.rules, world.now)
        if in_time:
            life.opted_in.append(act.at)
        became = stay(act.said["secret"], Language.FR, staying)
        if (became is Appended.NEW) != in_time:
            world.watch.breaks(f"{life.address} presses “stay” at {act.at}: {became}")
        world.happened["stayed" if in_time else "pressed “stay” too late"] += 1

    def chooses_not(self, act: Act) -> None:
        world, life = self.world, act.life
        world.comes_to_rest()
        choosing = Choosing(self.tokens, world.people, world.recording(life), world.rules, world.now)
        if withdraw(act.said["secret"], choosing):
            life.refuses(act.at)
            world.happened["left by a letter's link"] += 1
        elif Reckoning(life).may_market(paris(act.at)):
            world.watch.breaks(f"{life.address} pressed that they leave at {act.at}, and nothing came of it")
