"""What an operator decides of a case: each decision is a step with who and why (docs/rules.md, T4-T23).

Whether it may be taken says the state machine, whoever asks. A command has an id; told twice, it is done once.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.domain.article19 import offices_in
from privacy.domain.clocks import paris_day
from privacy.domain.policy import Periods
from privacy.domain.recipients import Recipient
from privacy.domain.request import UNDECIDED, Item, Request, State
from privacy.domain.request_fold import RESTRICTION
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import ActingRole, By, Kind, Said, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.searched import NO_DATA
from privacy.operations.requests.append_steps import COMMAND_CAUSE, MAX_TRIES, append_steps, read_request
from privacy.ports import AlreadyCaused, RequestConflict, RequestLog


@dataclass(frozen=True, slots=True)
class Hand:
    """Who decides, in which role, by which command, and now."""

    who: str
    role: ActingRole
    command: str
    now: datetime

    @property
    def cause(self) -> str:
        return f"{COMMAND_CAUSE}{self.command}"

    def step(self, kind: Kind, **said: Said) -> Step:
        """What nobody said is left out."""
        told = {name: value for name, value in said.items() if value not in (None, "", ())}
        return Step(kind, self.now, By(self.role, self.who), self.cause, told)


@dataclass(frozen=True, slots=True)
class Decisions:
    """The operator's moves in one case. Each returns the case after it.

    Raises NoSuchRequest, IllegalTransition with the reason, RequestConflict.
    """

    log: RequestLog
    periods: Periods
    hand: Hand

    def exercise(self, id_: str, rights: Sequence[Right], reason: str = "") -> Request:
        """T5: a message that nobody was sure of, or that was put away, asks for these, since it was received."""

        def decide(request: Request) -> list[Step]:
            first = request.messages[0]
            return [
                self.hand.step(
                    Kind.OPENED,
                    mail=first.mail,
                    rights=tuple(right.value for right in rights),
                    received_at=first.received_at.isoformat(),
                    reason=reason,
                )
            ]

        return self._take(id_, decide)

    def put_away(self, id_: str, reason: str = "") -> Request:
        """T4: it asks for nothing of the kind, and goes to customer service."""
        return self._take(
            id_,
            lambda request: [
                self.hand.step(Kind.NOT_A_REQUEST, mail=request.messages[-1].mail, reason=reason)
            ],
        )

    def add(
        self, id_: str, rights: Sequence[Right], received_at: datetime | None = None, reason: str = ""
    ) -> Request:
        """E57: the case asks for these too, with a clock of their own. received_at: None for its latest message's."""

        def decide(request: Request) -> list[Step]:
            latest = request.messages[-1]
            return [
                self.hand.step(
                    Kind.RIGHTS_ADDED,
                    mail=latest.mail if received_at is None else None,
                    rights=tuple(right.value for right in rights),
                    received_at=(received_at or latest.received_at).isoformat(),
                    reason=reason,
                )
            ]

        return self._take(id_, decide)

    def extend(self, id_: str, reasons: str) -> Request:
        """T19, G11: two further months; the person is told why."""
        return self._take(id_, lambda _: [self.hand.step(Kind.EXTENDED, reasons=reasons)])

    def refuse(self, id_: str, reasons: str, item: str = "") -> Request:
        """T20, G12: the person is told why, and where to complain. item: empty for all that still waits."""
        return self._take(
            id_, lambda _: [self.hand.step(Kind.REFUSED, items=(item,) if item else (), reasons=reasons)]
        )

    def ask_fee(self, id_: str, item: str, amount: int, reasons: str) -> Request:
        """G13: of a request that is manifestly unfounded or excessive; amount: in cents."""
        return self._take(
            id_,
            lambda _: [self.hand.step(Kind.FEE_ASKED, items=(item,), amount=amount, reasons=reasons)],
        )

    def notify(
        self, id_: str, recipient: str, outcome: str, words: str, register: Sequence[Recipient]
    ) -> Request:
        """Art. 19: a recipient is told, by a letter where they can be written to, or has answered.

        recipient: by its id in the register, or its name as the case has it. words: what they are asked to do, or what
        they said; no more of anybody than that takes.
        """

        def decide(request: Request) -> list[Step]:
            offices = offices_in(request) | {each.id: each.notices_to for each in register}
            if recipient not in offices:
                known = ", ".join(sorted(offices))
                raise IllegalTransition(f"no such recipient: this case and policy/imera.toml name {known}")
            said = {"recipient": recipient, "outcome": outcome, "words": words}
            if outcome == "told":
                said["address"] = offices[recipient]
            return [self.hand.step(Kind.NOTIFIED, **said)]

        return self._take(id_, decide)

    def note(self, id_: str, text: str, settles: str = "") -> Request:
        """settles: the flag that has to be carried no longer."""
        steps = [self.hand.step(Kind.NOTED, text=text)]
        if settles:
            steps.append(self.hand.step(Kind.UNFLAGGED, flag=settles, reason=text))
        return self._take(id_, lambda _: steps)

    def withdraw(self, id_: str, reason: str = "") -> Request:
        """T21: a person confirms that they do not want it any more."""
        return self._take(id_, lambda _: [self.hand.step(Kind.WITHDRAWN, reason=reason)])

    def approve(self, id_: str, item: str, digest: str, reason: str = "") -> Request:
        """T17, T14: what was drafted as the item's answer, as it was looked at. reason: where others may be in it."""

        def decide(request: Request) -> list[Step]:
            draft = request.draft(item)
            if draft is None or draft.text("plan") != NO_DATA:
                return [self.hand.step(Kind.APPROVED, items=(item,), digest=digest, reason=reason)]
            said: dict[str, Said] = {
                "items": (item,),
                "digest": digest,
                "reason": reason,
                "searched": draft.texts("changes"),
                "address": draft.text("address"),
            }
            return [self.hand.step(Kind.FOUND_NOTHING, **said)]

        return self._take(id_, decide)

    def send_back(self, id_: str, item: str, reason: str) -> Request:
        """What was drafted is not right: it is drafted anew, from what is held then."""
        return self._take(id_, lambda _: [self.hand.step(Kind.SENT_BACK, items=(item,), reason=reason)])

    def apologise(self, id_: str, expected_on: date) -> Request:
        """The time has passed: the person is told so, and by when there will be an answer (OVERDUE_NOTICE)."""

        def decide(request: Request) -> list[Step]:
            today = paris_day(self.hand.now)
            if not request.overdue(today):
                raise IllegalTransition("the time has not passed: there is nothing to apologise for")
            if expected_on < today:
                raise IllegalTransition("the answer cannot be expected on a day that is over")
            return [self.hand.step(Kind.OVERDUE_TOLD, expected_on=expected_on.isoformat())]

        return self._take(id_, decide)

    def send_again(self, id_: str, effect: str, reason: str = "") -> Request:
        """A letter that came back, or of which nobody knows whether it went: a person has it sent once more."""
        return self._take(id_, lambda _: [self.hand.step(Kind.RELEASED, effect=effect, reason=reason)])

    def hold(self, id_: str, hold: str, reason: str, review_on: date | None = None) -> Request:
        """Nothing of the person's is deleted until it is lifted, whatever falls due (E63, A23).

        review_on: when somebody looks whether it is still needed; None: after as long as the policy says.
        """
        _no_restriction(hold)
        review_on = review_on or paris_day(self.hand.now) + timedelta(days=self.periods.hold_review_days)
        said = {"hold": hold, "reason": reason, "review_on": review_on.isoformat()}
        return self._take(id_, lambda _: [self.hand.step(Kind.HOLD_PLACED, **said)])

    def lift(self, id_: str, hold: str, reason: str) -> Request:
        """Also: what was proposed is not needed."""
        _no_restriction(hold)
        return self._take(id_, lambda _: [self.hand.step(Kind.HOLD_LIFTED, hold=hold, reason=reason)])

    def accept_mandate(
        self, id_: str, reference: str, items: Sequence[str] = (), answer_to: str = ""
    ) -> Request:
        """T11, F4: the mandate covers what is asked; the clock goes on from when it came in. reference: where it is.

        items: what it covers, where that is not all of it: for the rest a mandate is asked for again (E81). answer_to:
        agent or principal, as it says; where it says nothing, the person whose data it is (E82).
        """

        def decide(request: Request) -> list[Step]:
            pending = tuple(item.id for item in request.items if item.state is State.MANDATE_PENDING)
            covered = tuple(items) or pending
            accepted = self._accepted(Kind.MANDATE_ACCEPTED, request, reference, covered, answer_to)
            uncovered = tuple(id_ for id_ in pending if items and id_ not in items)
            return [accepted, *([self.hand.step(Kind.MANDATE_ASKED, items=uncovered)] if uncovered else [])]

        return self._take(id_, decide)

    def announce_death(self, id_: str, address: str = "") -> Request:
        """T12, E83: heirs are asked for proof. address: the dead person's, to whom no offer goes any more."""
        return self._take(id_, lambda _: [self.hand.step(Kind.HEIR_PROOF_ASKED, address=address)])

    def accept_heir(self, id_: str, reference: str) -> Request:
        """T12: who asks is an heir. reference: of the proof, which itself is not kept."""
        return self._take(id_, lambda request: [self._accepted(Kind.HEIR_PROOF_ACCEPTED, request, reference)])

    def _accepted(
        self, kind: Kind, request: Request, reference: str, items: tuple[str, ...] = (), answer_to: str = ""
    ) -> Step:
        arrived_at = request.messages[-1].received_at if len(request.messages) > 1 else None
        return self.hand.step(
            kind,
            items=items,
            reference=reference,
            arrived_at=arrived_at.isoformat() if arrived_at else None,
            answer_to=answer_to,
        )

    def merge(self, id_: str, into: str) -> Request:
        """E59: it is the other request again. What the other does not ask for yet it does now, with this one's clock.

        Two cases cannot be written at once: the other one first, so that whatever breaks off in between, or comes in
        meanwhile, loses nothing.
        """
        for _ in range(MAX_TRIES):
            try:
                return self._merge(id_, into)
            except _Moved:
                pass
        raise RequestConflict

    def _merge(self, id_: str, into: str) -> Request:
        source, target = read_request(id_, self.log), read_request(into, self.log)
        if source.merged_into == into:
            return source
        _fits(source, target)
        append_steps(into, lambda other: self._absorbed(source, other), log=self.log, periods=self.periods)
        return self._take(id_, lambda now: self._merged(source, now, into))

    def _absorbed(self, source: Request, target: Request) -> list[Step]:
        _fits(source, target)
        steps = []
        if ("absorbs", source.id) not in target.links:
            steps.append(self.hand.step(Kind.LINKED, request=source.id, why="absorbs"))
        since = {item.right: item.received_at for item in target.open_items}
        for item in source.open_items:
            said: dict[str, Said] = {
                "rights": (item.right.value,),
                "received_at": item.received_at.isoformat(),
            }
            if item.right not in since:
                steps.append(self.hand.step(Kind.RIGHTS_ADDED, **said))
            elif item.received_at < since[item.right]:
                steps.append(self.hand.step(Kind.REPEATED, **said))
        return steps

    def _merged(self, source: Request, now: Request, into: str) -> list[Step]:
        if now.version != source.version:
            raise _Moved
        return [self.hand.step(Kind.MERGED, into=into)]

    def _take(self, id_: str, decide: Callable[[Request], Sequence[Step]]) -> Request:
        try:
            return append_steps(id_, decide, log=self.log, periods=self.periods, causes={self.hand.cause})
        except AlreadyCaused as known:
            caused = self.log.caused(known.cause)
            return read_request(caused.request if caused and caused.request else id_, self.log)
        except IllegalTransition:
            # what was done already may often not be done again
            caused = self.log.caused(self.hand.cause)
            if caused is None or caused.request != id_:
                raise
            return read_request(id_, self.log)


def _no_restriction(hold: str) -> None:
    """Raises IllegalTransition: more belongs to one than a word in a case (operations/rights/decide_restriction.py)."""
    if hold == RESTRICTION:
        raise IllegalTransition("data are restricted, and used again, with `privacy person restrict`")


class _Moved(Exception):
    """What the other case took over is not all that there is."""


def _fits(source: Request, target: Request) -> None:
    """Raises IllegalTransition where merging would lose something that somebody asked for."""
    if source.id == target.id:
        raise IllegalTransition("name the other case")
    if target.merged_into:
        raise IllegalTransition(f"{target.id} was merged into {target.merged_into}: name that one")
    if target.state in UNDECIDED or target.ended:
        raise IllegalTransition(f"{target.id} is {target.state}: only an open case takes another one in")
    if (_receipt(source), source.id) < (_receipt(target), target.id):  # never each into the other
        raise IllegalTransition(f"{source.id} came first: merge {target.id} into it")
    unfollowed = [item.id for item in source.open_items if _at_once(item)]
    if unfollowed:
        raise IllegalTransition(
            f"{', '.join(unfollowed)} is being done for its own address: try again in a minute"
        )


def _receipt(request: Request) -> datetime:
    return request.received_at or request.steps[0].at


def _at_once(item: Item) -> bool:
    return item.right in AT_ONCE
