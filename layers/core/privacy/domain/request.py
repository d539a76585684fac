"""A request: where it stands, and what it tells of itself (docs/rules.md, T1-T23).

A case holds one item a right. An item has its own state, its own receipt and so its own clock (E57); the case's
state is that of the item that is furthest behind. What steps make of it stands in domain/request_fold.py.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.deadlines import Deadline, Suspension, deadline
from privacy.domain.letter import Letter
from privacy.domain.renewal import Renewal
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import NO_PARTICULARS, Particulars, Role


class State(StrEnum):
    """Where a case or an item stands. The first seven and the last are a case's only; the others may be an item's.

    renewal: no case, but a letter of ours before a permission ends (domain/renewal.py). notice: nor that one, to those
    who work here.
    """

    RECEIVED = "received"
    TRIAGE = "triage"
    NOT_DSAR = "not_dsar"
    SPAM = "spam"
    DUPLICATE = "duplicate"
    RENEWAL = "renewal"
    NOTICE = "notice"
    OPEN = "open"
    IDENTITY_PENDING = "identity_pending"
    MANDATE_PENDING = "mandate_pending"
    HEIR_PROOF_PENDING = "heir_proof_pending"
    CLARIFICATION_PENDING = "clarification_pending"
    IN_PROGRESS = "in_progress"
    AWAITING_APPROVAL = "awaiting_approval"
    EXECUTING = "executing"
    ANSWERED = "answered"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    CLOSED_NO_DATA = "closed_no_data"
    CLOSED_UNIDENTIFIED = "closed_unidentified"
    CLOSED = "closed"


#: States of an item on which we still have to act, the furthest behind first.
UNFINISHED = (
    State.OPEN,
    State.IDENTITY_PENDING,
    State.MANDATE_PENDING,
    State.HEIR_PROOF_PENDING,
    State.CLARIFICATION_PENDING,
    State.IN_PROGRESS,
    State.AWAITING_APPROVAL,
    State.EXECUTING,
)
#: The person has to send something first.
PENDING = frozenset(UNFINISHED[1:5])
#: Nobody decided yet what the message is.
UNDECIDED = frozenset({State.RECEIVED, State.TRIAGE})
#: Nothing was asked of us, or elsewhere.
PUT_AWAY = frozenset({State.NOT_DSAR, State.SPAM, State.DUPLICATE, State.RENEWAL, State.NOTICE})

#: While one of these is open, what we hold of the person is not purged; an erasure keeps nothing (A23).
HOLDING = frozenset({
    Right.ACCESS, Right.PORTABILITY, Right.RECTIFICATION, Right.RESTRICTION, Right.OBJECTION,
    Right.AUTOMATED_DECISION_REVIEW,
})  # fmt: skip

#: What a letter that belongs to no case begins with.
LETTERS_ALONE = frozenset({Kind.RENEWAL_OFFERED, Kind.REVIEW_CALLED, Kind.BREACH_CALLED, Kind.GAPS_CALLED})


class Message(NamedTuple):
    """A message of the case. mail: its id in the mail store; empty where it came by another way than mail."""

    mail: str
    received_at: datetime
    channel: str
    address: str
    name: str
    subject: str
    message_id: str
    digest: str
    dmarc: str
    spam: bool
    virus: bool
    step: int


class Pause(NamedTuple):
    """Why and on which Paris days an item's clock stood; to_day None: it still does."""

    reason: str
    from_day: date
    to_day: date | None = None


@dataclass(frozen=True, slots=True)
class Item:
    """One right in one case. id: the right, `access-2` where it was asked for again after it had ended.

    step: the number of the step that made it. identity: the level at which it was verified, empty until then.
    """

    id: str
    right: Right
    received_at: datetime
    step: int
    state: State = State.OPEN
    pauses: tuple[Pause, ...] = ()
    extended: bool = False
    identity: str = ""
    ended_at: datetime | None = None

    @property
    def unfinished(self) -> bool:
        return self.state in UNFINISHED

    @property
    def suspended(self) -> bool:
        return self.unfinished and any(pause.to_day is None for pause in self.pauses)

    def deadline(self, today: date | None = None) -> Deadline:
        """today: up to when a suspension that still runs is counted."""
        suspensions = [Suspension(pause.from_day, pause.to_day) for pause in self.pauses]
        return deadline(self.received_at, suspensions=suspensions, extended=self.extended, today=today)


class Hold(NamedTuple):
    """kind: request (an item that has to be answered first) or an operator's word for it (E63). placed: in force.

    review_on: the Paris day on which somebody looks whether an operator's is still needed, where they named one.
    """

    kind: str
    since: datetime
    reason: str
    placed: bool
    review_on: date | None = None


@dataclass(frozen=True, slots=True)
class Request:
    """A case. version: how many steps there are; the next is the one after. flags: each with its reasons.

    received_at: when the first message reached us. address, name: of who wrote it first. particulars and role:
    of the person whose data it is and of the writer, as last understood. links: (why, case).

    minimum: the step that reduced it (R11), all that is left of it: no messages, and instants are noon of their day.
    """

    id: str
    steps: tuple[Step, ...] = ()
    state: State = State.RECEIVED
    received_at: datetime | None = None
    messages: tuple[Message, ...] = ()
    items: tuple[Item, ...] = ()
    flags: Mapping[Flag, tuple[str, ...]] = field(default_factory=dict)
    language: str = ""
    role: Role = Role.SELF
    particulars: Particulars = NO_PARTICULARS
    links: tuple[tuple[str, str], ...] = ()
    merged_into: str = ""
    operator_holds: tuple[Hold, ...] = ()
    closed_at: datetime | None = None
    minimum: Step | None = None

    @property
    def version(self) -> int:
        if self.minimum is None:
            return len(self.steps)
        number = self.minimum.said.get("number")
        return number if isinstance(number, int) else len(self.steps)

    @property
    def address(self) -> str:
        return self.messages[0].address if self.messages else ""

    @property
    def name(self) -> str:
        return self.messages[0].name if self.messages else ""

    @property
    def channel(self) -> str:
        return self.messages[0].channel if self.messages else ""

    @property
    def open_items(self) -> tuple[Item, ...]:
        return tuple(item for item in self.items if item.unfinished)

    @property
    def ended(self) -> bool:
        """Nothing more will be done: it was put away, answered, or ended otherwise."""
        return self.state in PUT_AWAY or (bool(self.items) and not self.open_items)

    @property
    def is_a_case(self) -> bool:
        """Else it is a letter of ours, and the record of what became of it."""
        return not self.steps or self.steps[0].kind not in LETTERS_ALONE

    @property
    def renewal(self) -> Renewal | None:
        """The letter that it is, where it is one."""
        if not self.steps or self.steps[0].kind is not Kind.RENEWAL_OFFERED:
            return None
        said = self.steps[0]
        return Renewal(
            mailbox=said.text("mailbox"),
            ends_on=date.fromisoformat(said.text("ends_on")),
            letter=Letter(said.text("letter")),
            language=said.text("language"),
        )

    @property
    def senders(self) -> tuple[str, ...]:
        """Of a case that was reduced: the identifiers of the addresses that it came from."""
        return self.minimum.texts("senders") if self.minimum is not None else ()

    @property
    def suspended(self) -> bool:
        return any(item.suspended for item in self.items)

    @property
    def extended(self) -> bool:
        return any(item.extended for item in self.open_items)

    @property
    def holds(self) -> tuple[Hold, ...]:
        """What keeps the purge away (A23), and what an operator has to say yes or no to."""
        own = tuple(
            Hold("request", item.received_at, item.right.value, placed=True)
            for item in self.open_items
            if item.right in HOLDING
        )
        return own + self.operator_holds

    def item(self, id_: str) -> Item | None:
        return next((item for item in self.items if item.id == id_), None)

    def draft(self, id_: str) -> Step | None:
        """What was last drafted as the item's answer."""
        for step in reversed(self.steps):
            if step.kind is Kind.DRAFTED and (not step.texts("items") or id_ in step.texts("items")):
                return step
        return None

    def answer_closed(self, id_: str, since: int) -> bool:
        """Whether the item's answer, given by the step of that number, was closed since: it went astray (E115)."""
        later = self.steps[since:]
        return any(step.kind is Kind.ANSWER_CLOSED and id_ in step.texts("items") for step in later)

    def message(self, mail: str) -> Message | None:
        """The message with this id; operators' entries have none."""
        return next((message for message in self.messages if message.mail == mail), None)

    def deadline(self, today: date | None = None) -> Deadline | None:
        """The earliest that still runs. Until somebody decided what the message is, that of a request (A16)."""
        running = [item.deadline(today) for item in self.open_items]
        if self.state in UNDECIDED and self.received_at is not None:
            running.append(deadline(self.received_at))
        return min(running, key=lambda each: each.legal_due, default=None)

    def overdue(self, today: date) -> bool:
        """The last day for one of its items has passed."""
        running = [item.deadline(today) for item in self.open_items]
        if self.state in UNDECIDED and self.received_at is not None:
            running.append(deadline(self.received_at))
        return any(not each.suspended and today > each.legal_due for each in running)
