"""What a request still owes the world: letters, forwards, notices, and what is done at once (T5-T7, T18-T21).

An effect follows from a step, and its id from that step's number: the same steps owe the same effects for ever. It
is claimed, done and recorded, each a step. Until it is done, whatever contradicts it voids it: nobody acknowledges
what was set aside meanwhile.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum

from privacy.domain.approval import calls_for, waits
from privacy.domain.request import (
    LETTERS_ALONE,
    PENDING,
    PUT_AWAY,
    UNDECIDED,
    UNFINISHED,
    Item,
    Request,
    State,
)
from privacy.domain.request_fold import FATES, ITEM_MOVES, concerned, fold
from privacy.domain.request_steps import Kind, Step, step_of
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.understanding import Role


class Does(StrEnum):
    """letter: to the person or to the DPO. forward: the original to customer service. honour: a fact in the ledger.
    cut: an identity document sent unasked goes from the stored mail (E75). ask: whether identity has to be shown, and
    how (T7, T15). draft: what an item's answer would be, for a person to approve. carry_out: what was approved."""

    LETTER = "letter"
    FORWARD = "forward"
    HONOUR = "honour"
    CUT = "cut"
    ASK = "ask"
    DRAFT = "draft"
    CARRY_OUT = "carry_out"


class To(StrEnum):
    """mailbox: the one that a renewal letter names by its identifier. other_address: the one that
    was theirs before, or that is now (E109)."""

    SENDER = "sender"
    ADDRESS_ON_FILE = "address_on_file"
    DPO = "dpo"
    CUSTOMER_SERVICE = "customer_service"
    MAILBOX = "mailbox"
    OTHER_ADDRESS = "other_address"
    NOBODY = "nobody"


class Progress(StrEnum):
    """owed → claimed → sent → delivered | bounced | complained; silent: claimed, and nobody knows. done, spared and
    rejected are ends too."""

    OWED = "owed"
    CLAIMED = "claimed"
    SENT = "sent"
    DELIVERED = "delivered"
    BOUNCED = "bounced"
    COMPLAINED = "complained"
    REJECTED = "rejected"
    SILENT = "silent"
    DONE = "done"
    SPARED = "spared"


#: Letters (domain/letter.py) by the step that owes them; those of an answer come with the answer (T18).
LETTERS: Mapping[Kind, str] = {
    Kind.OPENED: "ACK",
    Kind.RIGHTS_ADDED: "ACK",
    Kind.IDENTITY_REMINDED: "IDENTITY_REMINDER",
    Kind.IDENTITY_INSUFFICIENT: "IDENTITY_INSUFFICIENT",
    Kind.CLOSED_UNIDENTIFIED: "CLOSED_UNIDENTIFIED",
    Kind.MANDATE_ASKED: "MANDATE_REQUEST",
    Kind.HEIR_PROOF_ASKED: "HEIR_PROOF_REQUEST",
    Kind.CLARIFICATION_ASKED: "CLARIFICATION",
    Kind.EXTENDED: "EXTENSION",
    Kind.OVERDUE_TOLD: "OVERDUE_NOTICE",
    Kind.WITHDRAWN: "WITHDRAWN_CONFIRM",
    Kind.FOUND_NOTHING: "NO_DATA",
    Kind.FEE_ASKED: "FEE",
    Kind.LIFT_ANNOUNCED: "RESTRICTION_LIFT",
}
#: How long a letter that SES took may be on its way, and what it is called after that.
DELIVERED_WITHIN = timedelta(hours=24)
UNDELIVERED = "undelivered"
#: The letter that asks a mailbox whether it made the request, and what its sender is told if that is another (A6).
CHALLENGE, ELSEWHERE = "IDENTITY_L1", "IDENTITY_ELSEWHERE"
#: The letters that lead to a form for a document: of a parent nobody doubts who they are, but whose (G31).
OF_IDENTITY, OF_PARENTHOOD = "IDENTITY_L3", "PARENT_PROOF_REQUEST"
DPO_NOTICE = "DPO_NOTICE"
#: What the DPO is told that belongs to no case.
NOTICES_ALONE: Mapping[Kind, str] = {
    Kind.REVIEW_CALLED: "NOTICE_HOLD",
    Kind.BREACH_CALLED: "NOTICE_BREACH",
    Kind.GAPS_CALLED: "NOTICE_GAPS",
}
FORWARD = "FORWARD"


@dataclass(frozen=True, slots=True)
class Effect:
    """One thing to do. id: [a-z0-9_-], ends with the step's number. letter: its name in the catalogue.

    about: the item honoured, the mail forwarded or cut, the reasons of a notice (comma between them); else empty.
    since: when it came to be owed. changed_at: when its progress last changed.
    """

    id: str
    does: Does
    step: int
    since: datetime
    changed_at: datetime
    letter: str = ""
    to: To = To.SENDER
    about: str = ""
    progress: Progress = Progress.OWED


def owed(request: Request) -> tuple[Effect, ...]:
    """What nobody has claimed, and nothing has contradicted; what is done at once first."""
    due = [e for e in effects(request).values() if e.progress is Progress.OWED and stands(request, e)]
    return tuple(sorted(due, key=lambda effect: (effect.does is not Does.HONOUR, effect.step)))


def unsettled(request: Request) -> tuple[Effect, ...]:
    """Claimed, and nobody has said what became of it: the sweep looks at these after 15 minutes."""
    return tuple(e for e in effects(request).values() if e.progress is Progress.CLAIMED)


def waiting_since(request: Request) -> datetime | None:
    """When the first of all that is owed came to be, or the first that is unsettled was claimed; None for neither."""
    known = effects(request).values()
    owing = [e.since for e in known if e.progress is Progress.OWED and stands(request, e)]
    return min(owing + [e.changed_at for e in known if e.progress is Progress.CLAIMED], default=None)


def undelivered(request: Request, now: datetime) -> tuple[Effect, ...]:
    """Taken by SES, which has said for long that it tries, and not that it arrived: so it treats an address that it
    suppresses. It gives up by itself after 14 hours."""
    return tuple(
        e
        for e in effects(request).values()
        if e.progress is Progress.SENT and now - e.changed_at >= DELIVERED_WITHIN
    )


def effects(request: Request) -> dict[str, Effect]:
    """Every effect that the steps ever owed, by id, with what became of it."""
    known: dict[str, Effect] = {}
    for number, step in enumerate(request.steps, 1):
        progress = _PROGRESS.get(step.kind)
        if progress is not None and step.text("effect") in known:
            effect = known[step.text("effect")]
            known[effect.id] = replace(effect, progress=progress(effect, step), changed_at=step.at)
        if step.kind not in _OWE_NOTHING:
            known |= {effect.id: effect for effect in _of(request, number, step, known)}
    return known


#: Most of a case's steps: they say what became of an effect, and nothing follows from them.
_OWE_NOTHING = frozenset({
    Kind.CLAIMED, Kind.RELEASED, Kind.SPARED, Kind.DOCUMENTS_CUT, Kind.LETTER_SENT, Kind.LETTER_DELIVERED,
})  # fmt: skip


def stands(request: Request, effect: Effect) -> bool:
    """Whether it is still to be done, whatever happened since; asked again right before a letter goes."""
    if effect.does is Does.CUT or effect.to is To.DPO:
        step = request.steps[effect.step - 1]
        if step.kind in _PROPOSED_AFTER:
            return bool(proposed_by_people(request, step, {State.IN_PROGRESS}))
        return step.kind is not Kind.DRAFTED or waits(request, step)
    if effect.does in _ITEM_STANDS:
        return _ITEM_STANDS[effect.does](request, effect)
    if effect.does is Does.FORWARD:
        return request.state is not State.SPAM and not (_suspect(request) and request.state in UNDECIDED)
    if request.state in PUT_AWAY and request.steps[effect.step - 1].kind not in _WHATEVER_STATE:
        return False
    step = request.steps[effect.step - 1]
    return _STANDS.get(step.kind, _always)(request, effect, step)


def _unasked(request: Request, _effect: Effect) -> bool:
    return bool(to_be_asked(request))


def _in_state(state: State) -> Callable[[Request, Effect], bool]:
    def holds(request: Request, effect: Effect) -> bool:
        item = request.item(effect.about)
        return item is not None and item.state is state

    return holds


_ITEM_STANDS: Mapping[Does, Callable[[Request, Effect], bool]] = {
    Does.ASK: _unasked,
    Does.DRAFT: _in_state(State.IN_PROGRESS),
    Does.CARRY_OUT: _in_state(State.EXECUTING),
}


def to_be_asked(request: Request) -> tuple[Item, ...]:
    """Items that nobody looked at yet, of somebody who writes for themselves: whose identity the software asks for,
    or that need none (A6, A7)."""
    if request.role is not Role.SELF or not request.address or request.state in PUT_AWAY:
        return ()
    return tuple(
        item
        for item in request.items
        if item.state is State.OPEN and item.right not in AT_ONCE | {Right.HEIR_REQUEST}
    )


#: What these owe does not hang on a case that goes on.
_WHATEVER_STATE = frozenset({Kind.HONOURED, Kind.RENEWAL_OFFERED})


# ---------------------------------------------------------------- which effects a step owes


def _of(request: Request, number: int, step: Step, known: Mapping[str, Effect]) -> Iterator[Effect]:
    def effect(name: str, does: Does, **more: str | To) -> Effect:
        return Effect(f"{name}-{number}", does, number, step.at, step.at, **more)  # type: ignore[arg-type]

    if step.kind in LETTERS_ALONE:
        name, letter, to = _alone(step)
        yield effect(name, Does.LETTER, letter=letter, to=to)
    if request.address:
        yield from (
            effect(name, Does.LETTER, letter=letter, to=to)
            for name, letter, to in _letters(request, number, step, known)
        )
    yield from (
        effect(f"{does.value}-{item}" if item else does.value, does, to=To.NOBODY, about=item)
        for does, item in _work(request, number, step)
    )
    for place, mail in enumerate(_forwarded(request, number, step, known), 1):
        name = "forward" if place == 1 else f"forward-{place}"
        yield effect(name, Does.FORWARD, letter=FORWARD, to=To.CUSTOMER_SERVICE, about=mail)
    for place, mail in enumerate(_to_be_cut(request, number, step, known), 1):
        name = "cut" if place == 1 else f"cut-{place}"
        yield effect(name, Does.CUT, to=To.NOBODY, about=mail)
    if reasons := _notice(request, number, step):
        yield effect("notice", Does.LETTER, letter=DPO_NOTICE, to=To.DPO, about=reasons)


def _letters(
    request: Request, number: int, step: Step, known: Mapping[str, Effect]
) -> Iterator[tuple[str, str, To]]:
    """What each is called, which letter it is, and to whom: those that a case owes to a person."""
    if step.kind is Kind.HONOURED:
        if letter := _confirmation(request, number, step, known):
            yield "done", letter, To.SENDER
    elif step.kind is Kind.ANSWERED:
        confirmed = step.text("plan") in _TOLD_ELSEWHERE and step.text("address")
        to = To.ADDRESS_ON_FILE if confirmed else To.SENDER
        yield from ((letter.lower(), letter, to) for letter in _answers(request, step))
        if step.text("plan") == "rectification" and any(
            c.startswith("email\t") for c in step.texts("changes")
        ):
            yield "address_changed", "ADDRESS_CHANGED", To.OTHER_ADDRESS
    elif step.kind is Kind.NOTIFIED and step.text("outcome") == "told" and step.text("address"):
        yield "recipient_notice", "RECIPIENT_NOTICE", To.ADDRESS_ON_FILE
    elif step.kind in {Kind.IDENTITY_ASKED, Kind.REFUSED} or step.kind in LETTERS:
        letter = _letter(request, step)
        elsewhere = letter == CHALLENGE or (step.kind is Kind.FOUND_NOTHING and step.text("address"))
        to = To.ADDRESS_ON_FILE if elsewhere else To.SENDER
        yield letter.lower(), letter, to
        if letter == CHALLENGE and step.text("address") and not step.holds("besides"):
            # E71: who asked learns no more than that somebody was asked
            yield ELSEWHERE.lower(), ELSEWHERE, To.SENDER
    if step.kind in _ASKED_AGAIN and (again := _last_asked(request, number)):
        if step.kind is Kind.IDENTITY_INSUFFICIENT and again == CHALLENGE:
            return  # whoever reads that mailbox may still press its button; a document's link took the one document
        # the first link is worth nothing any more
        yield again.lower(), again, To.ADDRESS_ON_FILE if again == CHALLENGE else To.SENDER


_ASKED_AGAIN = frozenset({Kind.IDENTITY_REMINDED, Kind.REOPENED, Kind.IDENTITY_INSUFFICIENT})


def _last_asked(request: Request, number: int) -> str:
    """The letter with a link that was last sent to ask for identity; empty where facts were asked for."""
    asked = [step for step in request.steps[: number - 1] if step.kind is Kind.IDENTITY_ASKED]
    return _letter(request, asked[-1]) if asked and asked[-1].text("level") != "L2" else ""


def _work(request: Request, number: int, step: Step) -> Iterator[tuple[Does, str]]:
    """What is to be done besides letters, and about which item."""
    yield from ((Does.HONOUR, item) for item in _at_once(request, number, step))
    if step.kind in _ASKED_ABOUT:
        yield Does.ASK, ""
    if step.kind in _DRAFTED_AFTER:
        begun = concerned(request, step, [ITEM_MOVES[step.kind].after])
        yield from ((Does.DRAFT, item.id) for item in begun if item.right in DRAFTED_ALONE)
    if step.kind is Kind.APPROVED:
        yield from ((Does.CARRY_OUT, item.id) for item in concerned(request, step, [State.EXECUTING]))


#: What is collected from a page of ours, by whoever reads the mailbox that was verified.
PACKAGES = frozenset({"access", "portability"})
#: Plans that an operator drafts (domain/drafts.py): their answers too go to the mailbox that confirmed (E71).
DRAFTED_BY_HAND = frozenset({
    "rectification", "restriction", "objection", "review", "directive", "directive_revoked", "heir"
})  # fmt: skip
#: Answers that go to the mailbox that was verified, where that is not the one that wrote (E71, E82).
_TOLD_ELSEWHERE = PACKAGES | DRAFTED_BY_HAND | {"erased", "erased_partial"}
#: The letters of an answer (T18), by what was drafted and approved; of a package the code goes apart from the link.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "access": ("ACCESS_ANSWER", "ANSWER_CODE"),
    "portability": ("PORTABILITY", "ANSWER_CODE"),
    "erased": ("ERASED",),
    "erased_partial": ("ERASED_PARTIAL",),
    "rectification": ("RECTIFIED",),
    "restriction": ("RESTRICTED",),
    "objection": ("OBJECTION_ACCEPTED",),
    "review": ("REVIEW_RESULT",),
    "directive": ("DIRECTIVE_REGISTERED",),
    "directive_revoked": ("DIRECTIVE_REVOKED",),
    "heir": ("HEIR_DONE",),
}

#: Letters of which one has the link to a package and one its code.
TO_A_PACKAGE = frozenset(letter for plan in PACKAGES for letter in ANSWERS[plan])


def _answers(_request: Request, step: Step) -> tuple[str, ...]:
    return ANSWERS.get(step.text("plan"), ())


#: After these something may be open of which nobody asked whose it is.
_ASKED_ABOUT = frozenset({Kind.OPENED, Kind.RIGHTS_ADDED, Kind.CLARIFIED})
#: What the software drafts by itself.
DRAFTED_ALONE = frozenset({Right.ACCESS, Right.PORTABILITY, Right.ERASURE})
#: After these an answer can be drafted, or has to be drafted anew.
_DRAFTED_AFTER = frozenset({Kind.IDENTITY_VERIFIED, Kind.BEGUN, Kind.SENT_BACK})


def _alone(step: Step) -> tuple[str, str, To]:
    """What the effect is called, which letter it is, and to whom, where it belongs to no case."""
    if step.kind in NOTICES_ALONE:
        return "notice", NOTICES_ALONE[step.kind], To.DPO
    letter = step.text("letter")
    return letter, letter.upper(), To.MAILBOX


def _to_be_cut(request: Request, number: int, step: Step, known: Mapping[str, Effect]) -> list[str]:
    """Mails whose identity document goes now: one that nobody asked for at once (E75), any other once somebody has
    decided about it (R13)."""
    if step.kind is Kind.RECEIVED:
        unasked = step.texts("identity_documents") and not _asked_for(request, number)
        return [step.text("mail")] if unasked else []
    if step.kind not in _PROOF_DECIDED:
        return []
    cut = {effect.about for effect in known.values() if effect.does is Does.CUT}
    sent = [
        other.text("mail")
        for other in request.steps[: number - 1]
        if other.kind is Kind.RECEIVED and other.texts("identity_documents")
    ]
    return [mail for mail in dict.fromkeys(sent) if mail and mail not in cut]


#: After these nobody has to look at a proof any more.
_PROOF_DECIDED = frozenset({
    Kind.IDENTITY_VERIFIED, Kind.IDENTITY_INSUFFICIENT, Kind.MANDATE_ACCEPTED, Kind.HEIR_PROOF_ACCEPTED,
    Kind.CLOSED_UNIDENTIFIED, Kind.REFUSED, Kind.WITHDRAWN,
})  # fmt: skip


def _asked_for(request: Request, number: int) -> bool:
    """Whether a document had been asked for by then (A6): that one stays until somebody has looked at it."""
    earlier = request.steps[: number - 1]
    return any(step.kind is Kind.IDENTITY_ASKED and step.text("level") == "L3" for step in earlier)


def _letter(request: Request, step: Step) -> str:
    if step.kind is Kind.IDENTITY_ASKED:
        letter = f"IDENTITY_{step.text('level') or 'L1'}"
        return OF_PARENTHOOD if letter == OF_IDENTITY and request.role is Role.PARENT else letter
    if step.kind is Kind.REFUSED:
        refused = {item.right for item in request.items if item.id in step.texts("items")}
        return "OBJECTION_REFUSED" if refused == {Right.OBJECTION} else "REFUSAL"
    return LETTERS[step.kind]


def _at_once(request: Request, number: int, step: Step) -> Iterator[str]:
    """Items to follow at once: whoever writes for somebody else may mean another address, so a person looks."""
    if step.kind is Kind.HEIR_PROOF_ASKED and step.text("address"):
        yield from (item.id for item in request.items if item.right is Right.HEIR_REQUEST)
    if _role(request, number, step) is not Role.SELF or not request.address:
        return
    if step.kind in {Kind.OPENED, Kind.RIGHTS_ADDED}:
        followed = AT_ONCE | {Right.OBJECTION}
        yield from (item.id for item in request.items if item.step == number and item.right in followed)
    elif step.kind is Kind.REPEATED:
        for right in step.texts("rights"):
            if right in AT_ONCE:
                # said again is said later: it counts against whatever they agreed to in between
                # none is left where a person found later that nothing was asked for
                yield from [i.id for i in request.items if i.right == right and i.step < number][-1:]


def _role(request: Request, number: int, step: Step) -> Role:
    """In which role the message was written that the step comes from; one mailbox may write in several."""
    mail = step.text("mail")
    for other in request.steps[: number - 1]:
        if mail and other.kind is Kind.UNDERSTOOD and other.text("mail") == mail:
            return Role(other.text("role") or Role.SELF)
    return request.role


def _confirmation(request: Request, number: int, step: Step, known: Mapping[str, Effect]) -> str:
    """One letter a message, and none for what is merely repeated: the first said that it is done."""
    honoured = known.get(step.text("effect"))
    item = request.item(step.text("item"))
    if honoured is None or item is None or item.right not in AT_ONCE:
        return ""
    if request.steps[honoured.step - 1].kind is Kind.REPEATED:
        return ""
    told = {
        step_of(other.text("effect"))
        for other in request.steps[: number - 1]
        if other.kind is Kind.HONOURED and _is_at_once(request, other)
    }
    if honoured.step in told:
        return ""
    together = {i.right for i in request.items if i.step == honoured.step}
    return "OBJECTION_DONE" if Right.OBJECTION_MARKETING in together else "WITHDRAWAL_DONE"


def _is_at_once(request: Request, honoured: Step) -> bool:
    item = request.item(honoured.text("item"))
    return item is not None and item.right in AT_ONCE


def _forwarded(request: Request, number: int, step: Step, known: Mapping[str, Effect]) -> list[str]:
    """Once a mail, whole: what is for the shop, alone or beside a request (E42); never an authority's letter (E62).

    A person who puts a case away has decided about every message that had come by then.
    """
    mails: list[str] = []
    if step.kind is Kind.NOT_A_REQUEST:
        mails.append(step.text("mail"))
        if step.by.human:
            mails += [
                message.mail for message in request.messages if message.step < number and not message.spam
            ]
    elif step.kind is Kind.UNDERSTOOD and step.holds("customer_service") and not step.holds("authority"):
        mails.append(step.text("mail"))
    sent_on = {effect.about for effect in known.values() if effect.does is Does.FORWARD}
    return [mail for mail in dict.fromkeys(mails) if mail and mail not in sent_on]


#: Under which name a step says why the DPO is written to.
_TOLD_THE_DPO: Mapping[Kind, str] = {Kind.FLAGGED: "reason", Kind.REMINDED: "what"}


def _notice(request: Request, number: int, step: Step) -> str:
    """One notice for all that one message is flagged for, or one morning reminds of. Its own fate tells nobody else.

    A renewal letter that comes back needs nobody: the permission ends when it ends.
    """
    if step.kind is Kind.LETTER_BOUNCED and request.renewal is not None:
        return ""
    fate = "bounced" if step.kind is Kind.LETTER_BOUNCED and step.holds("permanent") else FATES.get(step.kind)
    if fate is not None:
        return "" if step.text("effect").startswith("notice-") else fate
    if step.kind is Kind.DRAFTED:
        called = calls_for(request, number)
        return ",".join(filter(None, (called, _others(request, step)))) if called else ""
    if step.kind in _PROPOSED_AFTER and not step.by.human:
        # by the case as it was then: an item that went since takes back no notice that is under way
        then = fold(request.id, request.steps[:number])
        return TO_PROPOSE if proposed_by_people(then, step, set(State)) else ""
    words = _TOLD_THE_DPO.get(step.kind)
    if words is None or step.by.human or _told_with_draft(request, step):
        return ""
    same = [
        (n, other.text(words))
        for n, other in enumerate(request.steps, 1)
        if other.kind is step.kind and other.cause == step.cause and other.at == step.at
    ]
    return ",".join(dict.fromkeys(reason for _, reason in same)) if same[0][0] == number else ""


def proposed_by_people(request: Request, step: Step, states: AbstractSet[State]) -> tuple[Item, ...]:
    """The items of the step whose answer no software drafts: a person proposes it (T16)."""
    return tuple(
        item
        for item in concerned(request, step, [ITEM_MOVES[step.kind].after])
        if item.right not in DRAFTED_ALONE | AT_ONCE and item.state in states
    )


#: Why the DPO is told, where the software has begun what it cannot go on with.
TO_PROPOSE = "to_propose"
_PROPOSED_AFTER = frozenset({Kind.BEGUN, Kind.IDENTITY_VERIFIED})


def _others(request: Request, draft: Step) -> str:
    """Why whoever approves has to look closer, as it was flagged together with the draft (G20)."""
    flags = (other.text("reason") for other in request.steps if _is_beside(other, draft))
    return ",".join(dict.fromkeys(flags))


def _told_with_draft(request: Request, flag: Step) -> bool:
    """The notice that a draft waits says it too."""
    return any(
        step.kind is Kind.DRAFTED and _is_beside(flag, step) and bool(calls_for(request, number))
        for number, step in enumerate(request.steps, 1)
    )


def _is_beside(flag: Step, draft: Step) -> bool:
    return flag.kind is Kind.FLAGGED and bool(flag.cause) and (flag.cause, flag.at) == (draft.cause, draft.at)


# ---------------------------------------------------------------- what becomes of them


def _kept(later: Progress, *, unless: frozenset[Progress]) -> Callable[[Effect, Step], Progress]:
    return lambda effect, _: effect.progress if effect.progress in unless else later


_SETTLED = frozenset({Progress.DELIVERED, Progress.BOUNCED, Progress.COMPLAINED, Progress.REJECTED})

#: Events of one letter may come in any order: its latest fate stays.
_PROGRESS: Mapping[Kind, Callable[[Effect, Step], Progress]] = {
    Kind.CLAIMED: lambda effect, _: Progress.CLAIMED,
    Kind.RELEASED: lambda effect, _: Progress.OWED,
    Kind.SPARED: lambda effect, _: Progress.SPARED,
    Kind.HONOURED: lambda effect, _: Progress.DONE,
    Kind.DOCUMENTS_CUT: lambda effect, _: Progress.DONE,
    Kind.DRAFTED: lambda effect, _: Progress.DONE,
    Kind.ANSWERED: lambda effect, _: Progress.DONE,
    Kind.LETTER_SENT: _kept(Progress.SENT, unless=_SETTLED),
    Kind.LETTER_DELIVERED: _kept(
        Progress.DELIVERED, unless=frozenset({Progress.BOUNCED, Progress.COMPLAINED})
    ),
    Kind.LETTER_BOUNCED: lambda effect, step: (
        Progress.BOUNCED if step.holds("permanent") else effect.progress
    ),
    Kind.LETTER_COMPLAINED: lambda effect, _: Progress.COMPLAINED,
    Kind.LETTER_REJECTED: lambda effect, _: Progress.REJECTED,
    Kind.LETTER_SILENT: _kept(Progress.SILENT, unless=_SETTLED | {Progress.SENT}),
}


# ---------------------------------------------------------------- what voids them


def _always(_request: Request, _effect: Effect, _step: Step) -> bool:
    return True


def _something_waits(request: Request, effect: Effect, step: Step) -> bool:
    """Whatever was answered meanwhile needs no acknowledgement: the answer is one. Nor does what was entered after its
    time had passed, for which somebody has to apologise: no letter promises a day that is over."""
    return any(
        item.step == effect.step and item.unfinished and not item.deadline().passed(step.at)
        for item in request.items
    )


def _not_followed(request: Request, effect: Effect, _step: Step) -> bool:
    item = request.item(effect.about)
    return item is not None and item.state not in {State.WITHDRAWN, State.REFUSED}


def _still_asked(request: Request, effect: Effect, step: Step) -> bool:
    """Not where the proof has come, or another question took its place. Offers to the dead stop whatever comes."""
    if effect.does is Does.HONOUR:
        return True
    later = request.steps[effect.step :]
    asked_again = any(other.kind is step.kind for other in later)
    return not asked_again and any(item.state in PENDING for item in request.items)


def _still_waits(request: Request, _effect: Effect, _step: Step) -> bool:
    return any(item.state in UNFINISHED for item in request.items)


def is_closed(request: Request, effect: Effect) -> bool:
    """Whether the letter leads to an answer that went astray, and was closed for it (E115)."""
    step = request.steps[effect.step - 1]
    items = step.texts("items") if step.kind is Kind.ANSWERED else ()
    return any(request.answer_closed(id_, effect.step) for id_ in items)


def _not_astray(request: Request, effect: Effect, _step: Step) -> bool:
    return not is_closed(request, effect)


def _opening(request: Request, effect: Effect, step: Step) -> bool:
    followed = effect.does is Does.HONOUR
    return (_not_followed if followed else _something_waits)(request, effect, step)


_STANDS: Mapping[Kind, Callable[[Request, Effect, Step], bool]] = {
    Kind.OPENED: _opening,
    Kind.RIGHTS_ADDED: _opening,
    Kind.REPEATED: _not_followed,
    Kind.IDENTITY_ASKED: _still_asked,
    Kind.IDENTITY_REMINDED: _still_asked,
    Kind.REOPENED: _still_asked,
    Kind.IDENTITY_INSUFFICIENT: _still_asked,
    Kind.MANDATE_ASKED: _still_asked,
    Kind.HEIR_PROOF_ASKED: _still_asked,
    Kind.CLARIFICATION_ASKED: _still_asked,
    Kind.ANSWERED: _not_astray,
    Kind.EXTENDED: _still_waits,
    Kind.FEE_ASKED: _still_waits,
    Kind.OVERDUE_TOLD: _still_waits,
}


def _suspect(request: Request) -> bool:
    return bool(request.messages) and request.messages[0].spam
