"""Decide about a restriction: place one while something is being looked at, announce its end, lift it (G23, G25, G29).

Whoever lifts it has told the person, in a letter that went, by the day that it named (Art. 18(3)).
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date

from privacy.domain.clocks import paris_day
from privacy.domain.drafts import Proposal, whose
from privacy.domain.policy import Periods
from privacy.domain.request import Item, Request, State
from privacy.domain.request_fold import RESTRICTION, RESTRICTION_FORGOTTEN
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.requests.decide_request import Hand
from privacy.operations.rights.restrict_person import NobodyToRestrict, Restricting
from privacy.ports import AlreadyCaused, RequestLog

#: Rights in whose case data may be restricted meanwhile (Art. 18(1)(a)-(d)).
_RESTRICTS = (Right.RESTRICTION, Right.RECTIFICATION, Right.OBJECTION)


@dataclass(frozen=True, slots=True)
class RestrictionDesk:
    """What an operator decides with. Each returns the case after it.

    Raises NoSuchRequest, IllegalTransition, RequestConflict, LedgerUnavailable.
    """

    log: RequestLog
    periods: Periods
    restricting: Restricting
    hand: Hand

    def restrict(self, id_: str, address: str, reason: str) -> Request:
        """At once, while accuracy or grounds are being looked at. address: empty for that of whoever asks."""
        request = read_request(id_, self.log)
        about = whose(request, _asked(request), Proposal("", address=address))
        review_on = paris_day(self.hand.now) + RESTRICTION_FORGOTTEN
        step = self.hand.step(
            Kind.HOLD_PLACED,
            hold=RESTRICTION,
            reason=reason,
            review_on=review_on.isoformat(),
            address=about,
        )
        # before anything is done: what may not be decided is not done
        take(request, [step])
        try:
            self.restricting.restrict(
                about,
                case=id_,
                name=f"{id_}-{self.hand.command}",
                reason=f"{id_}: {reason}",
                by=self.hand.who,
                at=self.hand.now,
            )
        except NobodyToRestrict:
            raise IllegalTransition(
                "nothing is held of anybody under that address: nothing is used"
            ) from None
        return self._take(id_, lambda _: [step])

    def announce(self, id_: str, on: date, reason: str) -> Request:
        """Art. 18(3): the letter that says from which Paris day on the data are used again, and why; or that another
        restriction of theirs goes on, or that they go."""
        about = _restricted(read_request(id_, self.log))
        step = self.hand.step(
            Kind.LIFT_ANNOUNCED,
            hold=RESTRICTION,
            reason=reason,
            on=on.isoformat(),
            others=self.restricting.elsewhere(about, id_),
            erased=self.restricting.erased_meanwhile(about, id_),
        )
        return self._take(id_, lambda _: [step])

    def lift(self, id_: str, reason: str) -> Request:
        step = self.hand.step(Kind.HOLD_LIFTED, hold=RESTRICTION, reason=reason)
        request = read_request(id_, self.log)
        take(request, [step])
        # lifted before it is written down: whoever dies in between says it again
        self.restricting.lift(
            _restricted(request), case=id_, name=f"{id_}-{self.hand.command}-lifted", at=self.hand.now
        )
        return self._take(id_, lambda _: [step])

    def _take(self, id_: str, decide: Callable[[Request], Sequence[Step]]) -> Request:
        try:
            return append_steps(id_, decide, log=self.log, periods=self.periods, causes={self.hand.cause})
        except AlreadyCaused:
            return read_request(id_, self.log)


def _asked(request: Request) -> Item:
    """The item because of which it is restricted."""
    for right in _RESTRICTS:
        for item in request.items:
            if item.right is right and (item.unfinished or item.state is State.ANSWERED):
                return item
    raise IllegalTransition(
        "data are restricted in a case that asks for it, contests or objects (Art. 18(1))"
    )


def _restricted(request: Request) -> str:
    """Whose data: as it was last restricted in this case."""
    for step in reversed(request.steps):
        if step.kind is Kind.HOLD_PLACED and step.text("hold") == RESTRICTION:
            return step.text("address") or request.address
        if step.kind is Kind.ANSWERED and step.text("plan") == RESTRICTION:
            drafts = (draft for id_ in step.texts("items") if (draft := request.draft(id_)) is not None)
            return next((draft.text("address") for draft in drafts), "") or request.address
    return request.address
