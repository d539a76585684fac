"""`Request = fold(steps)`: what each step makes of a request (docs/rules.md, T1-T23).

The fold judges nothing: whether a step may be taken is asked before it is appended (domain/request_moves.py), and what
was appended stays readable for ever.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import NamedTuple

from privacy.domain.article19 import untold
from privacy.domain.clocks import paris_day
from privacy.domain.deadlines import identity_asked_in_time
from privacy.domain.minimal_case import MinimalItem, noon
from privacy.domain.request import UNFINISHED, Hold, Item, Message, Pause, Request, State
from privacy.domain.request_steps import Flag, Kind, Step, step_of
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.understanding import Particulars, Role

#: What a letter's fate is called where a case is flagged for it.
FATES: Mapping[Kind, str] = {
    Kind.LETTER_COMPLAINED: "complained",
    Kind.LETTER_REJECTED: "rejected",
    Kind.LETTER_SILENT: "silent",
}


def fold(id_: str, steps: Iterable[Step]) -> Request:
    """The request that these steps, in their order, come to."""
    request = Request(id_)
    for step in steps:
        request = after(request, step)
    return request


def after(request: Request, step: Step) -> Request:
    """The request once the step was taken."""
    request = replace(request, steps=(*request.steps, step))
    change = _CHANGES.get(step.kind)
    if change is not None:
        request = change(request, step)
        request = _settled(request, step) if step.kind in _SETTLES else request
    elif step.kind not in _DECIDES:
        return request
    state = _state(request, step)
    return request if state is request.state else replace(request, state=state)


# ---------------------------------------------------------------- the case's own state

_DECIDES: Mapping[Kind, State] = {
    Kind.RECEIVED: State.RECEIVED,
    Kind.UNDERSTOOD: State.TRIAGE,
    Kind.SET_ASIDE: State.SPAM,
    Kind.NOT_A_REQUEST: State.NOT_DSAR,
    Kind.MERGED: State.DUPLICATE,
    Kind.RENEWAL_OFFERED: State.RENEWAL,
    Kind.REVIEW_CALLED: State.NOTICE,
    Kind.BREACH_CALLED: State.NOTICE,
    Kind.GAPS_CALLED: State.NOTICE,
}


def _state(request: Request, step: Step) -> State:
    if request.merged_into:
        return State.DUPLICATE
    open_ = {item.state for item in request.open_items}
    if open_:
        return next(state for state in UNFINISHED if state in open_)
    if request.items:
        ends = {item.state for item in request.items}
        if len(ends) == 1 and ends != {State.ANSWERED}:
            return ends.pop()
        return State.CLOSED if request.closed_at is not None else State.ANSWERED
    if step.kind in {Kind.RECEIVED, Kind.UNDERSTOOD} and len(request.messages) > 1:
        return request.state  # another message of a case that stands somewhere already
    return _DECIDES.get(step.kind, request.state)


# ---------------------------------------------------------------- what each step changes


def _received(request: Request, step: Step) -> Request:
    received_at = step.instant("received_at") or step.at
    message = Message(
        mail=step.text("mail"),
        received_at=received_at,
        channel=step.text("channel") or "mail",
        address=step.text("address"),
        name=step.text("name"),
        subject=step.text("subject"),
        message_id=step.text("message_id"),
        digest=step.text("digest"),
        dmarc=step.text("dmarc"),
        spam=step.holds("spam"),
        virus=step.holds("virus"),
        step=request.version,
    )
    return replace(
        request,
        messages=(*request.messages, message),
        received_at=min(request.received_at or received_at, received_at),
    )


def _renewal_offered(request: Request, step: Step) -> Request:
    return replace(request, language=step.text("language"))


def _understood(request: Request, step: Step) -> Request:
    """Language and role are the first message's: a reply of three words says less of them."""
    told = request.particulars
    first = len(request.messages) <= 1
    return replace(
        request,
        language=request.language or step.text("language"),
        role=Role(step.text("role") or Role.SELF) if first else request.role,
        particulars=Particulars(
            given_name=step.text("given_name") or told.given_name,
            family_name=step.text("family_name") or told.family_name,
            postal_address=step.text("postal_address") or told.postal_address,
            customer_number=step.text("customer_number") or told.customer_number,
        ),
    )


def _rights(request: Request, step: Step) -> Request:
    received_at = step.instant("received_at") or request.received_at or step.at
    items = request.items
    for right in step.texts("rights"):
        asked = sum(item.right == right for item in items)
        id_ = right if not asked else f"{right}-{asked + 1}"
        items = (*items, Item(id_, Right(right), received_at, request.version))
    return replace(request, items=items, closed_at=None)


def _repeated(request: Request, step: Step) -> Request:
    """E59: the first receipt counts, also where the first message was the last to be read."""
    received_at = step.instant("received_at") or step.at
    items = tuple(
        replace(item, received_at=min(received_at, item.received_at))
        if item.right in step.texts("rights")
        else item
        for item in request.items
    )
    return replace(request, items=items)


def _linked(request: Request, step: Step) -> Request:
    return replace(request, links=(*request.links, (step.text("why"), step.text("request"))))


def _merged(request: Request, step: Step) -> Request:
    ended = tuple(
        replace(item, state=State.DUPLICATE, ended_at=step.at) if item.unfinished else item
        for item in request.items
    )
    return replace(request, items=ended, merged_into=step.text("into"), closed_at=step.at)


def _flagged(request: Request, step: Step) -> Request:
    return _flag(request, Flag(step.text("flag")), step.text("reason"))


def _unflagged(request: Request, step: Step) -> Request:
    lowered = Flag(step.text("flag"))
    return replace(request, flags={flag: why for flag, why in request.flags.items() if flag is not lowered})


def _flag(request: Request, flag: Flag, reason: str) -> Request:
    reasons = request.flags.get(flag, ())
    if reason in reasons:
        return request
    return replace(request, flags={**request.flags, flag: (*reasons, reason)})


def _bounced(request: Request, step: Step) -> Request:
    """E47. A temporary one says nothing yet: SES tries again."""
    if not step.holds("permanent"):
        return request
    return _flag(_flag(request, Flag.MAIL_UNDELIVERABLE, "bounced"), Flag.NEEDS_HUMAN, "bounced")


def _fate(request: Request, step: Step) -> Request:
    """Of a letter, where a person has to see to it."""
    if step.kind is Kind.LETTER_REJECTED:
        request = _flag(request, Flag.MAIL_UNDELIVERABLE, "rejected")
    return _flag(request, Flag.NEEDS_HUMAN, FATES[step.kind])


def _not_a_request(request: Request, step: Step) -> Request:
    """What nobody asked for is no item; what was done at once remains."""
    request = replace(request, items=tuple(item for item in request.items if not item.unfinished))
    return _decided(request, step)


def _decided(request: Request, step: Step) -> Request:
    """A person said what the message is: that was what they were needed for."""
    if not step.by.human:
        return request
    return replace(request, flags={f: why for f, why in request.flags.items() if f is not Flag.NEEDS_HUMAN})


#: Why a person was needed, until one has decided that (T8-T12).
_SETTLES: Mapping[Kind, frozenset[str]] = {
    Kind.IDENTITY_ASKED: frozenset({"whose_data", "unverified"}),
    Kind.IDENTITY_VERIFIED: frozenset({"reply", "proof", "unidentified", "unverified", "for_another"}),
    Kind.IDENTITY_INSUFFICIENT: frozenset({"reply", "proof"}),
    Kind.CLOSED_UNIDENTIFIED: frozenset({"reply", "proof", "unidentified"}),
    Kind.MANDATE_ACCEPTED: frozenset({"reply", "for_another"}),
    Kind.HEIR_PROOF_ASKED: frozenset({"death"}),
    Kind.HEIR_PROOF_ACCEPTED: frozenset({"reply", "death", "for_another"}),
}


def _settled(request: Request, step: Step) -> Request:
    """What a person has decided about nobody has to look at any more; what else they are needed for stays."""
    return _without(request, _SETTLES[step.kind]) if step.by.human else request


def _notified(request: Request, step: Step) -> Request:
    """Art. 19: a person wrote down what a recipient answered, or told the last of those whom nobody could write to."""
    if not step.by.human:
        return request
    settled = frozenset() if step.text("outcome") == "told" else frozenset({"recipient_answered"})
    if not untold(request) - {step.text("recipient")}:
        settled |= {"recipient_untold"}
    return _without(request, settled)


def _without(request: Request, settled: frozenset[str]) -> Request:
    why = request.flags.get(Flag.NEEDS_HUMAN, ())
    left = tuple(reason for reason in why if reason not in settled)
    if left == why:
        return request
    others: dict[Flag, tuple[str, ...]] = {
        flag: reasons for flag, reasons in request.flags.items() if flag is not Flag.NEEDS_HUMAN
    }
    return replace(request, flags={**others, Flag.NEEDS_HUMAN: left} if left else others)


def concerned(request: Request, step: Step, states: Iterable[State] = UNFINISHED) -> tuple[Item, ...]:
    """The items that the step is about: those that it names, else all in these states."""
    named, wanted = step.texts("items"), frozenset(states)
    if named:
        return tuple(item for item in request.items if item.id in named)
    return tuple(item for item in request.items if item.state in wanted)


def _become(request: Request, items: Sequence[Item], state: State, step: Step) -> Request:
    changed = {item.id for item in items}
    ended_at = None if state in UNFINISHED else step.at
    return replace(
        request,
        items=tuple(
            replace(item, state=state, ended_at=ended_at) if item.id in changed else item
            for item in request.items
        ),
    )


def _moves(request: Request, step: Step) -> Request:
    """A step that takes items from some states to one."""
    move = ITEM_MOVES[step.kind]
    return _become(request, concerned(request, step, move.before), move.after, step)


def _asked(request: Request, step: Step) -> Request:
    """What was shown before counts no more, unless another address is asked besides (E79)."""
    about = {item.id for item in concerned(request, step, ITEM_MOVES[step.kind].before)}
    request = _moves(request, step)
    if step.holds("besides"):
        return request
    items = tuple(replace(item, identity="") if item.id in about else item for item in request.items)
    return replace(request, items=items)


def _arrived(request: Request, step: Step) -> Request:
    """What we asked for came: the clock goes on from that day (G10)."""
    items = concerned(request, step, ITEM_MOVES[step.kind].before)
    day = paris_day(step.instant("arrived_at") or step.at)
    request = _resume(request, items, day)
    request = _moves(request, step)
    if step.kind is not Kind.IDENTITY_VERIFIED:
        return request
    verified = {item.id for item in items}
    return replace(
        request,
        items=tuple(
            replace(item, identity=step.text("level")) if item.id in verified else item
            for item in request.items
        ),
    )


def _resume(request: Request, items: Iterable[Item], day: date) -> Request:
    resumed = {item.id for item in items}
    return replace(
        request,
        items=tuple(
            replace(item, pauses=tuple(_ended(pause, day) for pause in item.pauses))
            if item.id in resumed
            else item
            for item in request.items
        ),
    )


def _ended(pause: Pause, day: date) -> Pause:
    return pause if pause.to_day is not None else pause._replace(to_day=max(day, pause.from_day))


def _honoured(request: Request, step: Step) -> Request:
    """T6. A general objection was followed at once (E65), and still has to be decided (A11)."""
    item = request.item(step.text("item"))
    if item is None or item.right not in AT_ONCE or not item.unfinished:
        return request
    return _become(request, (item,), State.ANSWERED, step)


def _extended(request: Request, step: Step) -> Request:
    chosen = {item.id for item in extendable(request, step)}
    return replace(
        request,
        items=tuple(replace(item, extended=True) if item.id in chosen else item for item in request.items),
    )


def extendable(request: Request, step: Step) -> tuple[Item, ...]:
    """The items that the step would extend: those that it names, else all that wait for an answer."""
    if step.texts("items"):
        return concerned(request, step)
    return tuple(i for i in request.open_items if i.right not in AT_ONCE and not i.extended)


def _closed(request: Request, step: Step) -> Request:
    return replace(request, closed_at=step.at)


def _reopened(request: Request, step: Step) -> Request:
    """E95: the days that were left when we asked for proof are left again, from the day of the reply."""
    items = concerned(request, step, [State.CLOSED_UNIDENTIFIED])
    day = paris_day(step.instant("received_at") or step.at)
    request = _resume(request, items, day)
    request = _become(request, items, State.IDENTITY_PENDING, step)
    return replace(request, closed_at=None)


def _sent(request: Request, step: Step) -> Request:
    """A question stops the clock from the day on which it went, if it was asked in time (G10, E27)."""
    number = step_of(step.text("effect"))
    question = request.steps[number - 1] if 0 < number <= request.version else step
    pending = _SUSPENDS.get(question.kind)
    if pending is None or not _suspends(question):
        return request
    asked = {item.id for item in concerned(request, question, [pending])}
    day = paris_day(step.at)
    return replace(
        request,
        items=tuple(
            replace(item, pauses=(*item.pauses, Pause(question.kind.value, day)))
            if item.id in asked
            and item.state is pending
            and not item.suspended
            and identity_asked_in_time(item.received_at, step.at)
            else item
            for item in request.items
        ),
    )


_SUSPENDS: Mapping[Kind, State] = {
    Kind.IDENTITY_ASKED: State.IDENTITY_PENDING,
    Kind.MANDATE_ASKED: State.MANDATE_PENDING,
    Kind.HEIR_PROOF_ASKED: State.HEIR_PROOF_PENDING,
    Kind.CLARIFICATION_ASKED: State.CLARIFICATION_PENDING,
}


def _suspends(question: Step) -> bool:
    match question.kind:
        case Kind.IDENTITY_ASKED:
            return question.holds("doubt")
        case Kind.CLARIFICATION_ASKED:
            return question.holds("large")
        case _:
            return True


def _hold(request: Request, step: Step) -> Request:
    others = tuple(hold for hold in request.operator_holds if hold.kind != step.text("hold"))
    if step.kind is Kind.HOLD_LIFTED:
        return replace(request, operator_holds=others)
    review_on = step.text("review_on")
    hold = Hold(
        step.text("hold"),
        step.at,
        step.text("reason"),
        placed=step.kind is Kind.HOLD_PLACED,
        review_on=date.fromisoformat(review_on) if review_on else None,
    )
    return replace(request, operator_holds=(*others, hold))


#: The hold of a case whose person had their data restricted: the case has to know them until they were told that it is
#: lifted (Art. 18(3)). The data's own hold is looked at every 30 days; this one only if that was forgotten.
RESTRICTION = "restriction"
RESTRICTION_FORGOTTEN = timedelta(days=366)


def _restricted(request: Request, step: Step) -> Request:
    """E111."""
    if step.text("plan") != RESTRICTION:
        return request
    others = tuple(hold for hold in request.operator_holds if hold.kind != RESTRICTION)
    review_on = paris_day(step.at) + RESTRICTION_FORGOTTEN
    hold = Hold(RESTRICTION, step.at, step.text("words"), placed=True, review_on=review_on)
    return replace(request, operator_holds=(*others, hold))


def _reduced(request: Request, step: Step) -> Request:
    """R11: whatever stood in the case before says nothing any more, gone already or not."""
    items = tuple(
        Item(
            id=item.id,
            right=item.right,
            received_at=noon(item.received_on),
            step=1,
            state=State(item.state),
            extended=item.extended,
            identity=item.identity,
            ended_at=noon(item.ended_on) if item.ended_on else None,
        )
        for item in map(MinimalItem.of_line, step.texts("items"))
    )
    return Request(
        request.id,
        steps=(step,),
        state=State(step.text("state")),
        received_at=noon(date.fromisoformat(step.text("received_on"))),
        items=items,
        merged_into=step.text("into"),
        closed_at=noon(date.fromisoformat(step.text("closed_on"))),
        minimum=step,
    )


class ItemMove(NamedTuple):
    """From which states of an item to which. named: from these, too, of items that the step names."""

    before: frozenset[State]
    after: State
    named: frozenset[State] = frozenset()


_OPEN_OR_BEGUN = frozenset({State.OPEN, State.IN_PROGRESS})

#: T7-T18, T20, T21 for items.
ITEM_MOVES: Mapping[Kind, ItemMove] = {
    # whose data it is may turn out to be another question once something was drafted (E71)
    Kind.IDENTITY_ASKED: ItemMove(
        _OPEN_OR_BEGUN | {State.IDENTITY_PENDING},
        State.IDENTITY_PENDING,
        named=frozenset({State.AWAITING_APPROVAL}),
    ),
    Kind.IDENTITY_REMINDED: ItemMove(frozenset({State.IDENTITY_PENDING}), State.IDENTITY_PENDING),
    Kind.IDENTITY_INSUFFICIENT: ItemMove(frozenset({State.IDENTITY_PENDING}), State.IDENTITY_PENDING),
    # a second address of theirs may be verified once the first was (E79): what was drafted is drafted anew
    Kind.IDENTITY_VERIFIED: ItemMove(
        frozenset({State.IDENTITY_PENDING, State.OPEN}),
        State.IN_PROGRESS,
        named=frozenset({State.IN_PROGRESS, State.AWAITING_APPROVAL}),
    ),
    Kind.CLOSED_UNIDENTIFIED: ItemMove(frozenset({State.IDENTITY_PENDING}), State.CLOSED_UNIDENTIFIED),
    # what a mandate does not cover is asked for again (E81)
    Kind.MANDATE_ASKED: ItemMove(
        frozenset({State.OPEN}), State.MANDATE_PENDING, named=frozenset({State.MANDATE_PENDING})
    ),
    Kind.MANDATE_ACCEPTED: ItemMove(frozenset({State.MANDATE_PENDING}), State.OPEN),
    Kind.HEIR_PROOF_ASKED: ItemMove(frozenset({State.OPEN}), State.HEIR_PROOF_PENDING),
    Kind.HEIR_PROOF_ACCEPTED: ItemMove(frozenset({State.HEIR_PROOF_PENDING}), State.IN_PROGRESS),
    Kind.CLARIFICATION_ASKED: ItemMove(frozenset({State.OPEN}), State.CLARIFICATION_PENDING),
    Kind.CLARIFIED: ItemMove(frozenset({State.CLARIFICATION_PENDING}), State.OPEN),
    Kind.BEGUN: ItemMove(frozenset({State.OPEN}), State.IN_PROGRESS),
    Kind.DRAFTED: ItemMove(frozenset({State.IN_PROGRESS}), State.AWAITING_APPROVAL),
    Kind.SENT_BACK: ItemMove(frozenset({State.AWAITING_APPROVAL, State.EXECUTING}), State.IN_PROGRESS),
    Kind.APPROVED: ItemMove(frozenset({State.AWAITING_APPROVAL}), State.EXECUTING),
    Kind.ANSWERED: ItemMove(frozenset({State.EXECUTING}), State.ANSWERED),
    Kind.FOUND_NOTHING: ItemMove(_OPEN_OR_BEGUN | {State.AWAITING_APPROVAL}, State.CLOSED_NO_DATA),
    Kind.REFUSED: ItemMove(frozenset(UNFINISHED) - {State.EXECUTING}, State.REFUSED),
    Kind.WITHDRAWN: ItemMove(frozenset(UNFINISHED) - {State.EXECUTING}, State.WITHDRAWN),
}

_CHANGES = {
    **dict.fromkeys(ITEM_MOVES, _moves),
    Kind.RECEIVED: _received,
    Kind.RENEWAL_OFFERED: _renewal_offered,
    Kind.UNDERSTOOD: _understood,
    Kind.OPENED: lambda request, step: _decided(_rights(request, step), step),
    Kind.RIGHTS_ADDED: lambda request, step: _decided(_rights(request, step), step),
    Kind.NOT_A_REQUEST: _not_a_request,
    Kind.REPEATED: _repeated,
    Kind.LINKED: _linked,
    Kind.MERGED: _merged,
    Kind.FLAGGED: _flagged,
    Kind.UNFLAGGED: _unflagged,
    Kind.NOTIFIED: _notified,
    Kind.HONOURED: _honoured,
    Kind.ANSWERED: lambda request, step: _restricted(_moves(request, step), step),
    Kind.LETTER_SENT: _sent,
    Kind.LETTER_BOUNCED: _bounced,
    **dict.fromkeys(FATES, _fate),
    Kind.IDENTITY_ASKED: _asked,
    Kind.IDENTITY_VERIFIED: _arrived,
    Kind.MANDATE_ACCEPTED: _arrived,
    Kind.HEIR_PROOF_ACCEPTED: _arrived,
    Kind.CLARIFIED: _arrived,
    Kind.EXTENDED: _extended,
    Kind.CLOSED: _closed,
    Kind.REOPENED: _reopened,
    Kind.HOLD_PROPOSED: _hold,
    Kind.HOLD_PLACED: _hold,
    Kind.HOLD_LIFTED: _hold,
    Kind.REDUCED: _reduced,
}
