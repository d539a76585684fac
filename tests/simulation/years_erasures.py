"""Erasures of a world: planned, approved and carried out by the product, and held against A13, A18 and E97-E107.

Whatever nothing exempts is gone when it is answered; what the law keeps lies in the archive, and goes by its own clock
without another word. Who comes back is somebody new.
"""

from __future__ import annotations

import random
from datetime import date, datetime, timedelta
from typing import TYPE_CHECKING

from privacy.domain.erasure import ErasurePlan, Where
from privacy.domain.request import Item
from privacy.domain.request_effects import Does, owed
from privacy.domain.request_steps import By, Kind, Said, Step
from privacy.operations.answers.draft_answer import SOFTWARE
from privacy.operations.rights.carry_out import Carrying, carry_out
from privacy.operations.rights.draft_erasure import draft_erasure, said_of
from privacy.operations.rights.erase_person import Erasing
from privacy.operations.rights.plan_erasure import Reading
from tests.fakes import MemoryDirectives, MemoryNotes
from tests.simulation.years_oracle import Life, Reckoning, is_exempt, paris

if TYPE_CHECKING:
    from tests.simulation.years_world import Act, World

_DPO = By("dpo", "anne")


class Erasures:
    """Of one world."""

    def __init__(self, world: World) -> None:
        self.world = world
        self._chance = random.Random(f"erasures of {world.seed}")
        self._notes = MemoryNotes()
        self._directives = MemoryDirectives()

    def answer(self, act: Act, number: str, item: Item) -> bool:
        """Whether anything was held of them."""
        world, life = self.world, act.life
        world.comes_to_rest()
        plan = draft_erasure(number, life.address, SOFTWARE, self._reading)
        if not isinstance(plan, ErasurePlan):
            if life.pieces:
                world.watch.breaks(f"{life.address} asks to be erased, and nothing is found: {plan}")
            return False
        about: dict[str, Said] = {"items": (item.id,)}
        world.asking.takes(number, Step(Kind.DRAFTED, act.at, said=about | said_of(plan)))
        world.asking.takes(number, Step(Kind.APPROVED, act.at, _DPO, said=about | {"digest": plan.digest}))
        request = world.asking.case(number)
        (effect,) = [each.id for each in owed(request) if each.does is Does.CARRY_OUT]
        life.is_erased(act.at)
        world.watch.begins_to_erase(life)
        plans = {"erasure": lambda: self._erasing.carry_out}
        became = carry_out(number, effect, Carrying(world.requests, world.rules.periods, plans, world.now))
        assert became == "done", f"world {world.seed}: {number} {became}"
        world.comes_to_rest()
        self._judge(life, act.at, number)
        self._judge_letter(life, act.at, plan, number)
        stays = bool(life.pieces)
        world.watch.has_erased(life, self._said_to_have_gone(number))
        if stays and self._chance.random() < 0.4:
            world.is_told_later(life)
        return True

    def _judge(self, life: Life, at: datetime, number: str) -> None:
        """At once, and everywhere (G24)."""
        world, today = self.world, paris(at)
        for name, (due, archived_on) in Reckoning(life).days().items():
            piece, held = life.pieces[name], life.held(name, today, erased=True)
            kept = held or (is_exempt(piece) and world.watch.may_stay_in_archive(piece))
            if due <= today and not kept:
                world.watch.breaks(f"{number} left {name} of {life.address}, due on {due}\n{piece}")
            if piece.in_ledger and archived_on is not None and archived_on <= today and not held:
                world.watch.breaks(f"{number} left {name} of {life.address} in the active base\n{piece}")
        if any(members.get(life.address) for members in world.mailchimp.held.values()):
            world.watch.breaks(f"{number} left {life.address} at Mailchimp")
        if life.address in world.stripe.accounts:
            world.watch.breaks(f"{number} left {life.address} at Stripe")
        world.happened["erased" if not life.pieces else "erased but for what the law keeps"] += 1

    def _judge_letter(self, life: Life, at: datetime, plan: ErasurePlan, number: str) -> None:
        """What stays is told with its last day, or with what keeps it for as long as nobody knows (E97, E100-E102)."""
        days = Reckoning(life).days()
        stays = set()
        for name, said in life.pieces.items():
            ends = (is_exempt(said) and said.archived_due) or days[name].due_on
            unknown = ends == date.max or ends <= paris(at)  # somebody or something keeps it
            stays.add((said.group, None if unknown else ends))
        told = {
            (kept.what, kept.until + timedelta(days=1) if kept.until else None)
            for kept in plan.stays
            if kept.where is Where.OURS
        }
        if told != stays:
            self.world.watch.breaks(
                f"{number} tells {life.address} that {told - stays} stays, and not {stays - told}"
            )

    def _said_to_have_gone(self, number: str) -> int:
        """By the receipt."""
        found = [r for r in self.world.receipts.held.values() if r.run == f"erasure-{number}"]
        return sum(count for receipt in found for line in receipt.lines.values() for count in line.values())

    @property
    def _reading(self) -> Reading:
        world = self.world
        return Reading(
            stores=world.stores,
            archive=world.archive,
            log=world.requests,
            holds=world.holds,
            notes=self._notes,
            directives=self._directives,
            directory=world.mailchimp,
            audiences=lambda: tuple(world.mailchimp.held),
            payments=world.stripe,
            facts_of=world.facts_of,
            policy=world.rules,
            recipients=(),
            pseudonyms=world.pseudonyms,
            now=world.now,
        )

    @property
    def _erasing(self) -> Erasing:
        world = self.world
        return Erasing(
            reading=self._reading,
            purge=world.purge.person,
            customers=world.stripe,
            receipts=world.receipts,
            replay=world.replay,
            mails=world.cases.mails,
        )
