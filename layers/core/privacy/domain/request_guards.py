"""What each kind of step asks of a request, besides by whom and from which state it comes (domain/request_moves.py).

A guard raises IllegalTransition with what an operator can do about it, and changes nothing.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from privacy.domain.approval import OF_THE_DPO, dpo_approves
from privacy.domain.article19 import all_answered
from privacy.domain.clocks import paris_day
from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.domain.mandate import ANSWERED_TO
from privacy.domain.request import PUT_AWAY, UNDECIDED, UNFINISHED, Item, Request, State
from privacy.domain.request_effects import TO_A_PACKAGE, Does, Effect, Progress, effects, is_closed, owed
from privacy.domain.request_fold import ITEM_MOVES, RESTRICTION, concerned, extendable
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.searched import NO_DATA

#: T22: how long recipients have to say that they did what we told them (Art. 19).
NOTICES_SETTLE = timedelta(days=7)
#: A package goes after thirty days (R12), and a link to it serves for seven.
PACKAGE_SERVES = timedelta(days=30 - 7)
#: Art. 18(3): how long before a restriction ends the person is told (our choice).
LIFT_TOLD_BEFORE = timedelta(days=7)
#: T10: after how many days, and how many reminders, somebody who proves nothing is told so.
UNIDENTIFIED_AFTER_DAYS = 30
IDENTITY_REMINDERS = 2
#: E95: how long an answer still brings back what was closed for want of proof, as T23.
REOPENED_WITHIN_DAYS = 60


class IllegalTransition(Exception):
    """The step may not be taken. reason: why, in words for an operator; nothing of anybody stands in it."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


def _not_in_the_future(step: Step) -> None:
    received_at = step.instant("received_at")
    if received_at is not None and received_at > step.at:
        raise IllegalTransition("nothing is received before it comes: the receipt lies in the future")


def _received(request: Request, step: Step) -> None:
    _not_in_the_future(step)
    if request.state is State.DUPLICATE:
        raise IllegalTransition(f"the case was merged into {request.merged_into}")


def _letter_alone(request: Request, _step: Step) -> None:
    if request.steps:
        raise IllegalTransition("a letter is offered once")


def _set_aside(request: Request, _step: Step) -> None:
    if request.state not in UNDECIDED:
        raise IllegalTransition(f"only an undecided message is set aside; this case is {request.state}")


def _not_a_request(request: Request, step: Step) -> None:
    if request.state in UNDECIDED | {State.SPAM}:
        return
    if not step.by.human:
        raise IllegalTransition(f"a case that is {request.state} is put away by a person only")
    if not request.open_items:
        raise IllegalTransition(f"the case is {request.state}")
    if any(item.state in {State.AWAITING_APPROVAL, State.EXECUTING} for item in request.open_items):
        raise IllegalTransition("an answer is being given already")
    _reason(step, "reason")


def _opened(request: Request, step: Step) -> None:
    _not_in_the_future(step)
    if request.state not in UNDECIDED | {State.NOT_DSAR, State.SPAM}:
        raise IllegalTransition(f"the case is {request.state} already")
    if request.state not in UNDECIDED and not step.by.human:
        raise IllegalTransition("what was put away is opened again by a person only")
    _rights(step)


def _rights_added(request: Request, step: Step) -> None:
    _not_in_the_future(step)
    if not request.items or request.state in PUT_AWAY:
        raise IllegalTransition(f"rights are added to an open case; this one is {request.state}")
    if request.closed_at is not None:
        raise IllegalTransition("the case is closed: what is asked now is a case of its own (T23)")
    _rights(step)
    twice = [r for r in step.texts("rights") if any(i.right == r and i.unfinished for i in request.items)]
    if twice:
        raise IllegalTransition(f"the case has {', '.join(twice)} already")


def _repeated(request: Request, step: Step) -> None:
    _not_in_the_future(step)
    _rights(step)
    missing = [r for r in step.texts("rights") if all(item.right != r for item in request.items)]
    if missing:
        raise IllegalTransition(f"the case has no {', '.join(missing)} to repeat")


def _rights(step: Step) -> None:
    known = {right.value for right in Right}
    rights = step.texts("rights")
    if not rights or not known.issuperset(rights) or len(set(rights)) != len(rights):
        raise IllegalTransition("name the rights that are exercised, each once")


def _merged(request: Request, step: Step) -> None:
    if request.merged_into:
        raise IllegalTransition(f"the case was merged into {request.merged_into}")
    if step.text("into") in {"", request.id}:
        raise IllegalTransition("name the other case")
    if any(item.state in {State.AWAITING_APPROVAL, State.EXECUTING} for item in request.open_items):
        raise IllegalTransition("an answer is being given already")


def _flagged(_request: Request, step: Step) -> None:
    if step.text("flag") not in {flag.value for flag in Flag}:
        raise IllegalTransition("there is no such flag")


def _unflagged(request: Request, step: Step) -> None:
    _flagged(request, step)
    if Flag(step.text("flag")) not in request.flags:
        raise IllegalTransition("the case does not carry this flag")


def _claimed(request: Request, step: Step) -> None:
    if step.text("effect") not in {effect.id for effect in owed(request)}:
        raise IllegalTransition("this is not owed, or not any more")


def _done(request: Request, step: Step) -> None:
    """What is done without a letter is not claimed first: doing it twice changes nothing."""
    effect = effects(request).get(step.text("effect"))
    if effect is None or effect.progress not in {Progress.OWED, Progress.CLAIMED}:
        raise IllegalTransition("this is not owed, or done")
    if step.kind is Kind.HONOURED and effect.about != step.text("item"):
        raise IllegalTransition("the effect is about something else")


def _of_a_claim(request: Request, step: Step) -> None:
    effect = effects(request).get(step.text("effect"))
    if effect is None or effect.progress in {Progress.OWED, Progress.DONE, Progress.SPARED}:
        raise IllegalTransition("nobody has claimed that letter")


def _silent(request: Request, step: Step) -> None:
    effect = effects(request).get(step.text("effect"))
    if effect is None or effect.progress is not Progress.CLAIMED:
        raise IllegalTransition("nobody has claimed that letter, or its fate is known")


def _released(request: Request, step: Step) -> None:
    """The software gives back only what SES surely refused; what stays silent a person decides about.

    A link to a package that arrived and serves no more is sent anew by a person: its page says so.
    """
    effect = effects(request).get(step.text("effect"))
    allowed = (
        {Progress.CLAIMED, Progress.SILENT, Progress.BOUNCED, Progress.REJECTED}
        if step.by.human
        else {Progress.CLAIMED}
    )
    to_a_package = effect is not None and effect.letter in TO_A_PACKAGE
    if step.by.human and to_a_package:
        allowed |= {Progress.SENT, Progress.DELIVERED}
    if effect is None or effect.progress not in allowed:
        raise IllegalTransition(
            "that is no letter that came back or got lost: `requests show` names them"
            if step.by.human
            else "there is no claim to give back"
        )
    if step.by.human and is_closed(request, effect):
        raise IllegalTransition(
            "that answer was closed when it went astray: a new one begins with `requests decide --add`"
        )
    if step.by.human and to_a_package and step.at - _drafted_at(request, effect) > PACKAGE_SERVES:
        raise IllegalTransition(
            "its package has gone, or is about to: a new one begins with `requests decide --add`"
        )


def _drafted_at(request: Request, effect: Effect) -> datetime:
    """When what the letter leads to was made."""
    items = request.steps[effect.step - 1].texts("items")
    drafts = [draft.at for id_ in items if (draft := request.draft(id_)) is not None]
    return max(drafts, default=effect.since)


def _spared(request: Request, step: Step) -> None:
    effect = effects(request).get(step.text("effect"))
    if effect is None or effect.progress not in {Progress.OWED, Progress.CLAIMED}:
        raise IllegalTransition("this is not owed, or done")


def _identity_asked(_request: Request, step: Step) -> None:
    """A6: the ladder; the proof that people carry in their pockets is the DPO's decision, with its reason."""
    level = step.text("level")
    if level not in {"L1", "L2", "L3"}:
        raise IllegalTransition("identity is asked for at level L1, L2 or L3")
    if level == "L3":
        if step.by.role != "dpo":
            raise IllegalTransition("asking for a document is for the DPO to decide (A6)")
        _reason(step, "reason")


def _heir_proof_asked(_request: Request, step: Step) -> None:
    """T12."""
    if not step.text("address"):
        return  # nobody knows under which address the dead were written to
    try:
        normalise_address(step.text("address"))
    except InvalidAddress:
        raise IllegalTransition("that is no address that offers could go to") from None


def _identity_verified(request: Request, step: Step) -> None:
    level = step.text("level")
    if level not in _LEVELS:
        raise IllegalTransition("identity is shown at level L1, L1a, L2 or L3")
    if level == "L3" and step.by.role != "dpo":
        raise IllegalTransition("a document is checked by the DPO")
    if level == "L1a" and not step.by.human:
        raise IllegalTransition("only a person goes by the sender's authentication alone, and says why")
    if step.by.human:
        _reason(step, "reason")
    opened = any(item.state is State.OPEN for item in concerned(request, step, _VERIFIED_FROM))
    if opened and not step.by.human:
        raise IllegalTransition(
            "nobody asked for identity: only a person may call it verified, with a reason"
        )


#: L1a: the address on file, authenticated, and no answer to the challenge: a person's word (rules §4.5).
_LEVELS = frozenset({"L1", "L1a", "L2", "L3"})
_VERIFIED_FROM = ITEM_MOVES[Kind.IDENTITY_VERIFIED].before


def _closed_unidentified(request: Request, step: Step) -> None:
    """T10."""
    begins = {Kind.IDENTITY_ASKED, Kind.REOPENED}
    asked = [other.at for other in request.steps if other.kind in begins]
    days = (paris_day(step.at) - paris_day(max(asked))).days if asked else 0
    if days < UNIDENTIFIED_AFTER_DAYS:
        raise IllegalTransition(f"proof was asked for {days} days ago; people have {UNIDENTIFIED_AFTER_DAYS}")
    reminders = sum(
        other.kind is Kind.IDENTITY_REMINDED and other.at >= max(asked) for other in request.steps
    )
    if reminders < IDENTITY_REMINDERS:
        raise IllegalTransition("they have to be reminded twice first")


def _begun(request: Request, step: Step) -> None:
    """T15, A7: access, portability and erasure are never begun for somebody whom nobody verified."""
    unverified = [i.id for i in concerned(request, step) if i.right in _ALWAYS_VERIFIED and not i.identity]
    if step.texts("items") and unverified:
        raise IllegalTransition(f"{', '.join(unverified)}: identity has to be verified first")
    if not step.texts("items") and any(i.state is State.OPEN for i in request.items if i.id in unverified):
        raise IllegalTransition("name the items that need no identity, or have it verified first")


_ALWAYS_VERIFIED = frozenset({Right.ACCESS, Right.PORTABILITY, Right.ERASURE})


def _sent_back(request: Request, step: Step) -> None:
    """By people before they approve; by the software where what was approved is not what would be done any more."""
    _reason(step, "reason")
    at = State.AWAITING_APPROVAL if step.by.human else State.EXECUTING
    for item in concerned(request, step, ITEM_MOVES[Kind.SENT_BACK].before):
        if item.state is not at:
            raise IllegalTransition(f"{step.kind}: {item.id} is {item.state}")


def _as_drafted(request: Request, item: Item, draft: Step, step: Step) -> None:
    """What is approved is what was looked at; where others may be in it, with a word of whoever looked (G20, E78)."""
    if draft.text("digest") != step.text("digest"):
        raise IllegalTransition(f"{item.id}: what would be done has changed: look again, and approve that")
    copied = item.right in {Right.ACCESS, Right.PORTABILITY}
    if copied and Flag.THIRD_PARTY_DATA in request.flags and not step.text("reason").strip():
        raise IllegalTransition(
            f"{item.id}: others may be in it: look at it, and say in words why it may go as it is"
        )


def _found_nothing(request: Request, step: Step) -> None:
    """T14."""
    for item in concerned(request, step, ITEM_MOVES[Kind.FOUND_NOTHING].before):
        draft = request.draft(item.id)
        if item.state is not State.AWAITING_APPROVAL or draft is None:
            continue
        if draft.text("plan") != NO_DATA:
            raise IllegalTransition(f"{item.id}: something was found, and is drafted as its answer")
        _as_drafted(request, item, draft, step)


def _approved(request: Request, step: Step) -> None:
    """T17. What is approved is what was looked at. An erasure is the DPO's, and goes only once the copy asked for
    beside it was sent (E37)."""
    about = concerned(request, step, ITEM_MOVES[Kind.APPROVED].before)
    for item in about:
        draft = request.draft(item.id)
        if draft is None:
            continue
        if draft.text("plan") == NO_DATA:
            raise IllegalTransition(f"{item.id}: nothing was found, so there is nothing to carry out")
        _as_drafted(request, item, draft, step)
    rights = {item.right for item in about}
    if step.by.role != "dpo" and dpo_approves(request, about):
        of_the_dpo = [*sorted(right.value for right in rights & OF_THE_DPO), "what concerns a minor"]
        raise IllegalTransition(f"{of_the_dpo[0]}: that is approved by the DPO")
    if Right.ERASURE not in rights:
        return
    first = {Right.ACCESS, Right.PORTABILITY}
    waiting = [item.id for item in request.open_items if item.right in first]
    if waiting:
        raise IllegalTransition(f"answer {', '.join(waiting)} first: an erasure leaves nothing to copy (E37)")
    if any(_not_gone_yet(request, answer) for answer in effects(request).values()):
        raise IllegalTransition("the letters of the copy are on their way: erase once they have gone (E37)")


def _not_gone_yet(request: Request, letter: Effect) -> bool:
    """A letter of an access answer that nobody knows to have gone."""
    answered = request.steps[letter.step - 1]
    if answered.kind is not Kind.ANSWERED or letter.does is not Does.LETTER:
        return False
    about = {item.right for item in request.items if item.id in answered.texts("items")}
    waits = letter.progress in {Progress.OWED, Progress.CLAIMED, Progress.SILENT}
    return waits and not about.isdisjoint({Right.ACCESS, Right.PORTABILITY})


def _answer_closed(request: Request, step: Step) -> None:
    """E115: what was handed out, or lies ready to be."""
    if not step.text("breach"):
        raise IllegalTransition("name the breach that it is closed for")
    given = {id_ for s in request.steps if s.kind is Kind.ANSWERED for id_ in s.texts("items")}
    if not step.texts("items") or not given.issuperset(step.texts("items")):
        raise IllegalTransition("name the items whose answer is closed, each of which has one")


def _extended(request: Request, step: Step) -> None:
    """T19, G11, E29, E30: with reasons, before the time is over, once; never a minor's erasure (G31)."""
    _reason(step, "reasons")
    items = extendable(request, step)
    if not items:
        raise IllegalTransition("nothing in this case can be extended, or it has been already")
    for item in items:
        if not item.unfinished:
            raise IllegalTransition(f"{item.id} is {item.state}")
        if item.extended:
            raise IllegalTransition(f"{item.id} was extended already: that is allowed once")
        if item.deadline(paris_day(step.at)).passed(step.at):
            raise IllegalTransition(
                f"{item.id}: the time limit passed on {item.deadline().legal_due}; it can be extended only before"
            )
        if item.right is Right.ERASURE and Flag.MINOR in request.flags:
            raise IllegalTransition("a minor's erasure is not extended")


def _refused(_request: Request, step: Step) -> None:
    """T20, G12, G13: never without reasons, and those are for the person to read."""
    _reason(step, "reasons")


def _fee_asked(request: Request, step: Step) -> None:
    """G13: once a right, before it is answered, with its reasons."""
    _reason(step, "reasons")
    amount = step.said.get("amount")
    if not isinstance(amount, int) or isinstance(amount, bool) or not 0 < amount <= HIGHEST_FEE:
        raise IllegalTransition("a fee is reasonable: what answering costs, in cents, and no more than €100")
    items = concerned(request, step, UNFINISHED)
    if not items:
        raise IllegalTransition("nothing in this case waits for an answer")
    for item in items:
        if item.right in _FREE:
            raise IllegalTransition(f"{item.id} is done whoever asks, and free")
        if not item.unfinished or item.state is State.EXECUTING:
            raise IllegalTransition(f"{item.id} is {item.state}")
    asked = {id_ for s in request.steps if s.kind is Kind.FEE_ASKED for id_ in s.texts("items")}
    if twice := sorted(asked & {item.id for item in items}):
        raise IllegalTransition(f"a fee was asked for {', '.join(twice)} already")


#: Whatever it costs us, more would keep people from asking (our choice).
HIGHEST_FEE = 100_00
_FREE = AT_ONCE | {Right.OBJECTION}


def _lift_announced(request: Request, step: Step) -> None:
    """Art. 18(3)."""
    if step.text("hold") not in {hold.kind for hold in request.operator_holds if hold.placed}:
        raise IllegalTransition("the case has no such restriction")
    _reason(step, "reason")
    day = step.text("on")
    if not day or date.fromisoformat(day) < paris_day(step.at) + LIFT_TOLD_BEFORE:
        raise IllegalTransition(
            f"the person is told {LIFT_TOLD_BEFORE.days} days before at least: name a later day"
        )


def _told_of_lift(request: Request, step: Step) -> None:
    """Nothing is used again before the person was told, and the day that they were told of has come (Art. 18(3))."""
    if step.by.role != "dpo":
        raise IllegalTransition("a restriction is lifted by the DPO")
    since = next(hold.since for hold in request.operator_holds if hold.kind == step.text("hold"))
    announced = [
        (number, other)
        for number, other in enumerate(request.steps, 1)
        if other.kind is Kind.LIFT_ANNOUNCED and other.at >= since
    ]
    if not announced:
        raise IllegalTransition("the person has to be told first: announce on which day it is lifted")
    number, last = announced[-1]
    letter = effects(request).get(f"restriction_lift-{number}")
    if letter is not None and letter.progress not in {Progress.SENT, Progress.DELIVERED}:
        raise IllegalTransition(f"the letter that tells them has not arrived: it is {letter.progress}")
    if paris_day(step.at) < date.fromisoformat(last.text("on")):
        raise IllegalTransition(f"they were told that it is lifted on {last.text('on')}: not before")


def _notified(request: Request, step: Step) -> None:
    """Art. 19, G26: whoever got the data is told of what was corrected, erased or restricted, and of nothing else."""
    if step.text("outcome") not in OUTCOMES:
        raise IllegalTransition(f"what came of it: {', '.join(OUTCOMES)}")
    if not step.text("recipient"):
        raise IllegalTransition("name the recipient")
    if step.by.human:
        _reason(step, "words")
    if not any(item.right in _TOLD_OF and item.state in _CARRIED for item in request.items):
        raise IllegalTransition("nothing in this case was corrected, erased or restricted yet")


#: What becomes of a notice to a recipient (Art. 19).
OUTCOMES = ("told", "done", "refused", "impossible")
_TOLD_OF = AT_ONCE | {Right.RECTIFICATION, Right.ERASURE, Right.RESTRICTION, Right.HEIR_REQUEST}
_CARRIED = frozenset({State.EXECUTING, State.ANSWERED})


def _closed(request: Request, step: Step) -> None:
    """T22."""
    if request.state is not State.ANSWERED:
        raise IllegalTransition(f"only what was answered is closed; this case is {request.state}")
    answered = max(item.ended_at for item in request.items if item.ended_at is not None)
    if not step.by.human and step.at - answered < NOTICES_SETTLE and not followed_by_all(request):
        raise IllegalTransition("whom we told about it has seven days to follow")


def followed_by_all(request: Request) -> bool:
    """Every recipient that was told has answered, and every letter of ours has arrived: nothing is waited for (T22)."""
    return (
        all_answered(request) and not owed(request) and not any(map(_is_under_way, effects(request).values()))
    )


def _is_under_way(letter: Effect) -> bool:
    """It may still come back: whoever watches looks at it as long as the case is not closed (E47)."""
    return letter.does is Does.LETTER and letter.progress in {
        Progress.CLAIMED,
        Progress.SENT,
        Progress.SILENT,
    }


def _reopened(request: Request, step: Step) -> None:
    """E95."""
    closed = [item.ended_at for item in request.items if item.state is State.CLOSED_UNIDENTIFIED]
    received_at = step.instant("received_at") or step.at
    ends = [at for at in closed if at is not None]
    if not ends:
        raise IllegalTransition(
            "only what was closed for want of proof is taken up again in its own case (T23)"
        )
    if (paris_day(received_at) - paris_day(max(ends))).days > REOPENED_WITHIN_DAYS:
        raise IllegalTransition(
            f"that was more than {REOPENED_WITHIN_DAYS} days ago: it is a case of its own"
        )


def _accepted(_request: Request, step: Step) -> None:
    """R13: of a proof only where it stands is kept."""
    _reason(step, "reference")
    if step.text("answer_to") not in {"", *ANSWERED_TO}:
        raise IllegalTransition(f"to whom the mandate says that answers go: {' or '.join(ANSWERED_TO)}")


def _hold(request: Request, step: Step) -> None:
    if not step.text("hold"):
        raise IllegalTransition("name the hold")
    _reason(step, "reason")
    known = {hold.kind for hold in request.operator_holds}
    if step.kind is not Kind.HOLD_LIFTED:
        return
    if step.text("hold") not in known:
        raise IllegalTransition("there is no such hold")
    if step.text("hold") == RESTRICTION:
        _told_of_lift(request, step)


def _reduced(request: Request, step: Step) -> None:
    """R10: whatever waits for somebody stays whole, and whatever a hold keeps."""
    if step.said.get("number") != request.version + 1:
        raise IllegalTransition("that is the minimum of something else")
    if not request.ended or request.state is State.ANSWERED:
        raise IllegalTransition(f"the case is {request.state}")
    if any(hold.placed for hold in request.operator_holds):
        raise IllegalTransition("a hold keeps it")


def _noted(_request: Request, step: Step) -> None:
    _reason(step, "text")


def _reason(step: Step, name: str) -> None:
    if not step.text(name).strip():
        raise IllegalTransition(f"{step.kind} needs words: {name} is empty")


GUARDS: Mapping[Kind, Callable[[Request, Step], None]] = {
    Kind.RECEIVED: _received,
    Kind.RENEWAL_OFFERED: _letter_alone,
    Kind.REVIEW_CALLED: _letter_alone,
    Kind.BREACH_CALLED: _letter_alone,
    Kind.GAPS_CALLED: _letter_alone,
    Kind.SET_ASIDE: _set_aside,
    Kind.NOT_A_REQUEST: _not_a_request,
    Kind.OPENED: _opened,
    Kind.RIGHTS_ADDED: _rights_added,
    Kind.REPEATED: _repeated,
    Kind.MERGED: _merged,
    Kind.FLAGGED: _flagged,
    Kind.UNFLAGGED: _unflagged,
    Kind.NOTED: _noted,
    Kind.HONOURED: _done,
    Kind.DOCUMENTS_CUT: _done,
    Kind.CLAIMED: _claimed,
    Kind.RELEASED: _released,
    Kind.SPARED: _spared,
    Kind.LETTER_SENT: _of_a_claim,
    Kind.LETTER_DELIVERED: _of_a_claim,
    Kind.LETTER_BOUNCED: _of_a_claim,
    Kind.LETTER_COMPLAINED: _of_a_claim,
    Kind.LETTER_REJECTED: _of_a_claim,
    Kind.LETTER_SILENT: _silent,
    Kind.IDENTITY_ASKED: _identity_asked,
    Kind.IDENTITY_VERIFIED: _identity_verified,
    Kind.MANDATE_ACCEPTED: _accepted,
    Kind.HEIR_PROOF_ASKED: _heir_proof_asked,
    Kind.HEIR_PROOF_ACCEPTED: _accepted,
    Kind.CLOSED_UNIDENTIFIED: _closed_unidentified,
    Kind.BEGUN: _begun,
    Kind.SENT_BACK: _sent_back,
    Kind.FOUND_NOTHING: _found_nothing,
    Kind.APPROVED: _approved,
    Kind.EXTENDED: _extended,
    Kind.REFUSED: _refused,
    Kind.FEE_ASKED: _fee_asked,
    Kind.LIFT_ANNOUNCED: _lift_announced,
    Kind.NOTIFIED: _notified,
    Kind.ANSWER_CLOSED: _answer_closed,
    Kind.CLOSED: _closed,
    Kind.REOPENED: _reopened,
    Kind.HOLD_PROPOSED: _hold,
    Kind.HOLD_PLACED: _hold,
    Kind.HOLD_LIFTED: _hold,
    Kind.REDUCED: _reduced,
}
