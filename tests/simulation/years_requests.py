"""What people of a world write to contact@, and what becomes of it: cases, answers, and what each changes.

The steps are the product's own, appended as it appends them, and its own plans carry out what was approved. What that
means for how long anything is kept stands in `years_oracle` and `years_cases`.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import timedelta
from functools import partial
from itertools import count
from typing import TYPE_CHECKING, Any

from privacy.domain.drafts import Proposal
from privacy.domain.facts import Fact
from privacy.domain.request import Item, Request, State
from privacy.domain.request_effects import Does, effects, owed
from privacy.domain.request_steps import AUTO, By, Kind, Said, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.operations.answers.answer_in_words import Stopping, accept_objection
from privacy.operations.requests.append_steps import append_steps, begin_request, read_request
from privacy.operations.requests.decide_request import Hand
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.operations.rights.carry_out import Carrying, Plan, carry_out
from privacy.operations.rights.decide_restriction import RestrictionDesk
from privacy.operations.rights.draft_right import RightDrafting, Wanted
from privacy.operations.rights.rectify_person import Rectifying, rectify_person
from privacy.operations.rights.restrict_person import Restricting, restrict_person
from tests.fakes import MemoryDirectives
from tests.righting import RECIPIENTS, Corrector, Customers
from tests.simulation.years_cases import Case
from tests.simulation.years_erasures import Erasures
from tests.simulation.years_oracle import Life, paris
from tests.simulation.years_players import Messages

if TYPE_CHECKING:
    from tests.simulation.years_world import Act, World

_DPO, _STAFF = By("dpo", "anne"), By("staff", "benoit")
_DAY = timedelta(days=1)
#: §5.2.5: while one of these is open, everything of the person stays. An open erasure keeps nothing (E145).
KEEPING = frozenset(
    {Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION, Right.RESTRICTION, Right.OBJECTION}
)
#: What an operator drafts, and what it says.
_PROPOSED: Mapping[Right, Mapping[str, Any]] = {
    Right.RECTIFICATION: {},
    Right.RESTRICTION: {"words": "claims"},
    Right.OBJECTION: {"changes": ("offers that fit what was ordered",)},
}


class Requests:
    """Acts of one world; those who write are not those who answer."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.cases = world.cases
        self.directives = MemoryDirectives()
        self.erasures = Erasures(world)
        self._numbers = count(1)
        self._commands = count(1)
        self._queue = Messages()

    # --- what they write

    def asks(self, act: Act) -> None:
        """right None: nobody has decided what they want. done: in how many days it is answered. how: what comes of it:
        answered | refused | withdrawn | unidentified."""
        right, number = act.said["right"], f"IM-{act.at.year}-{next(self._numbers):06}"
        said = {
            "mail": number,
            "received_at": act.at.isoformat(),
            "address": act.life.address,
            "dmarc": "PASS",
        }
        steps = [Step(Kind.RECEIVED, act.at, AUTO, number, said)]
        steps.append(Step(Kind.UNDERSTOOD, act.at, AUTO, number, {"mail": number, "outcome": "unsure"}))
        if right is not None:
            steps.append(Step(Kind.OPENED, act.at, AUTO, number, {"mail": number, "rights": (right,)}))
        self.world.writes(act)
        self.cases.opens(Case(number, act.life, paris(act.at)))
        self.cases.mails.replace(number, b"Bonjour", act.at)
        begin_request(
            steps,
            log=self.cases.log,
            periods=self.world.rules.periods,
            new_id=lambda: number,
            senders=self.world.pseudonyms.emails(act.life.address),
        )
        if right is None or right in KEEPING:
            self.world.watch.keeps(act.life, number)
            self.world.happened["cases that keep"] += 1
        self._reacts(number, act, right)
        if right in AT_ONCE:
            self._is_closed_later(act, number)
        else:
            self._happens(act, "is_answered", act.said["done"], {**act.said, "number": number})

    def _reacts(self, number: str, act: Act, right: Right | None) -> None:
        """At once, what people may have at once (T6); and identity is asked for (T7)."""
        if right is None:
            return
        if right in AT_ONCE:
            act.life.refuses(act.at)
        world = self.world
        reaction = Reaction(
            log=self.cases.log,
            mails=self.cases.mails,
            people=world.people,
            letters=self._queue,
            drafts=self._queue,
            carry_outs=self._queue,
            pseudonyms=world.pseudonyms,
            periods=world.rules.periods,
            record=self._records(act.life),
            cut=lambda raw, _: raw,
            now=world.now,
        )
        react_to_request(number, reaction)
        self._queue.taken()

    # --- what is decided

    def is_answered(self, act: Act) -> None:
        number, right = act.said["number"], act.said["right"]
        if right is None:
            self.takes(number, Step(Kind.NOT_A_REQUEST, act.at, _STAFF))
            self._ends(act, number, asked_nothing=True)
            return
        carried_out = right in _PROPOSED or right is Right.ERASURE
        if carried_out and (self.world.mailchimp.down or self.world.stripe.down):
            self._happens(act, "is_answered", 1, act.said)  # what is carried out there waits for them (E103)
            return
        item = self._item(number, right)
        ends = {"refused": self._refused, "withdrawn": self._withdrawn, "unidentified": self._unproven}
        end = ends.get(act.said.get("how", ""))
        if end is not None and end(act, number, item):
            return
        shown: dict[str, Said] = {"items": (item.id,), "level": "L1", "reason": "the mailbox answered"}
        if item.state is not State.IN_PROGRESS:
            self.takes(number, Step(Kind.IDENTITY_VERIFIED, act.at, _DPO, said=shown))
        erased = right is Right.ERASURE and self.erasures.answer(act, number, item)
        if not erased and (right is Right.ERASURE or not self._known(act.life)):
            self.takes(number, Step(Kind.FOUND_NOTHING, act.at, _STAFF, said={"items": (item.id,)}))
            self._ends(act, number)
            return
        if right in _PROPOSED:
            self._carried_out(act, number, item)
        elif right is not Right.ERASURE:
            of: dict[str, Said] = {"items": (item.id,)}
            self.takes(
                number,
                Step(Kind.DRAFTED, act.at, said=of),
                Step(Kind.APPROVED, act.at, _DPO, said=of),
                Step(Kind.ANSWERED, act.at, said=of),
            )
        self._is_closed_later(act, number)

    def _refused(self, act: Act, number: str, item: Item) -> bool:
        self.takes(
            number,
            Step(Kind.REFUSED, act.at, _DPO, said={"items": (item.id,), "reasons": "manifestly excessive"}),
        )
        self._ends(act, number)
        return True

    def _withdrawn(self, act: Act, number: str, item: Item) -> bool:
        self.takes(number, Step(Kind.WITHDRAWN, act.at, _STAFF, said={"items": (item.id,)}))
        self._ends(act, number)
        return True

    def _unproven(self, act: Act, number: str, item: Item) -> bool:
        """E146: they never answered the challenge, though reminded twice (T10)."""
        if item.state is not State.IDENTITY_PENDING or act.said["done"] < 30:
            return False
        of: dict[str, Said] = {"items": (item.id,)}
        reminded = Step(Kind.IDENTITY_REMINDED, act.at, said=of)
        self.takes(number, reminded, reminded, Step(Kind.CLOSED_UNIDENTIFIED, act.at, _STAFF, said=of))
        self._ends(act, number, unproven=True)
        return True

    def _ends(self, act: Act, number: str, **how: bool) -> None:
        self.cases.ends(number, paris(act.at), **how)
        self.world.watch.releases(act.life, number)

    def _is_closed_later(self, act: Act, number: str) -> None:
        """T22: whom we told about it has a week to follow."""
        self._happens(act, "case_is_closed", 8, {"number": number})

    def case_is_closed(self, act: Act) -> None:
        self.takes(act.said["number"], Step(Kind.CLOSED, act.at))
        self._ends(act, act.said["number"])

    # --- what is carried out

    def _carried_out(self, act: Act, number: str, item: Item) -> None:
        """Drafted by an operator, approved by its digest, carried out."""
        drafting = RightDrafting(
            log=self.cases.log,
            stores=self.world.stores,
            policy=self.world.rules,
            pseudonyms=self.world.pseudonyms,
            directives=self.directives,
            recipients=(),
            hand=self._hand(act),
        )
        fields = {"city": f"Paris {next(self._commands)}"} if item.right is Right.RECTIFICATION else {}
        _, draft = drafting.draft(number, Wanted(Proposal(item.id, **_PROPOSED[item.right]), fields))
        said: dict[str, Said] = {"items": (item.id,), "digest": str(draft["digest"])}
        self.takes(number, Step(Kind.APPROVED, act.at, _DPO, said=said))
        if item.right is Right.RESTRICTION:
            self._is_restricted(act, number)
        (effect,) = [each.id for each in owed(self.case(number)) if each.does is Does.CARRY_OUT]
        world, life = self.world, act.life
        stopping = Stopping(world.pseudonyms, self._records(life), world.now)
        plans: Mapping[str, Callable[[], Plan]] = {
            "rectification": lambda: partial(rectify_person, rectifying=self._rectifying(life)),
            "restriction": lambda: partial(
                restrict_person, restricting=self._restricting(life), standing=lambda _: None
            ),
            "objection": lambda: partial(accept_objection, stopping=stopping),
        }
        carrying = Carrying(self.cases.log, world.rules.periods, plans, world.now)
        became = carry_out(number, effect, carrying)
        assert became == "done", f"world {self.world.seed}: {number} {became}"
        self.world.happened[f"carried out: {item.right}"] += 1

    def _is_restricted(self, act: Act, number: str) -> None:
        """Everything stays and nothing is used, until they were told that it ends (E111)."""
        act.life.restricted.add(number)
        self.world.watch.keeps(act.life, f"restriction:{number}")
        self.cases.restricts(number, now=True)
        self._happens(act, "lift_is_announced", act.said["done"], {"number": number})

    def lift_is_announced(self, act: Act) -> None:
        number = act.said["number"]
        ends_on = act.at + 8 * _DAY
        self._desk(act).announce(number, paris(ends_on), "the claim was settled")
        letter = max(id_ for id_ in effects(self.case(number)) if id_.startswith("restriction_lift-"))
        of: dict[str, Said] = {"effect": letter}
        self.takes(number, Step(Kind.CLAIMED, act.at, said=of))
        self.takes(number, Step(Kind.LETTER_SENT, act.at, said=of))
        self._happens(act, "restriction_ends", 8, {"number": number})

    def restriction_ends(self, act: Act) -> None:
        number = act.said["number"]
        self._desk(act).lift(number, "the claim was settled")
        act.life.restricted.discard(number)
        self.world.watch.releases(act.life, f"restriction:{number}")
        self.cases.restricts(number, now=False)

    # --- parts

    def _known(self, life: Life) -> bool:
        """As the answer's search would find them: what was told today is folded first."""
        self.world.comes_to_rest()
        pointers = self.world.people.pointers(life.emails).values()
        return any(pointer.person for pointer in pointers)

    def _records(self, life: Life) -> Callable[[Fact], object]:
        return self.world.recording(life).append

    def _rectifying(self, life: Life) -> Rectifying:
        world = self.world
        return Rectifying(
            stores=world.stores,
            policy=world.rules,
            pseudonyms=world.pseudonyms,
            members=world.mailchimp,
            corrector=Corrector(world.mailchimp),
            customers=Customers(),
            audiences=tuple(world.mailchimp.held),
            recipients=RECIPIENTS,
            record=self._records(life),
            now=world.now,
        )

    def _restricting(self, life: Life) -> Restricting:
        world = self.world
        return Restricting(world.stores, world.holds, world.pseudonyms, self._records(life), world.now)

    def _desk(self, act: Act) -> RestrictionDesk:
        return RestrictionDesk(
            self.cases.log, self.world.rules.periods, self._restricting(act.life), self._hand(act)
        )

    def _hand(self, act: Act) -> Hand:
        return Hand("anne", "dpo", str(next(self._commands)), act.at)

    def case(self, number: str) -> Request:
        return read_request(number, self.cases.log)

    def _item(self, number: str, right: Right) -> Item:
        item = self.case(number).item(right)
        assert item is not None
        return item

    def takes(self, number: str, *steps: Step) -> None:
        for step in steps:
            append_steps(number, lambda _, s=step: [s], log=self.cases.log, periods=self.world.rules.periods)  # type: ignore[misc]

    def _happens(self, act: Act, kind: str, days: float, said: Mapping[str, Any]) -> None:
        self.world.acts_at(act.at + timedelta(days=days), act.life, kind, said)
