"""Which letter an effect of a case is, and what it says: from the steps alone, so that it says the same every time."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date, datetime, timedelta

from privacy.domain.approval import FOR_DPO, FOR_STAFF
from privacy.domain.clocks import paris_day
from privacy.domain.concerns import Concern
from privacy.domain.deadlines import deadline
from privacy.domain.gaps import Gap
from privacy.domain.identity import question_of, recipient
from privacy.domain.intake import Needs
from privacy.domain.letter import Language, Letter, languages_for
from privacy.domain.letter_words import How, Missing, Then, Why
from privacy.domain.next_commands import next_commands
from privacy.domain.rectification import Change
from privacy.domain.reminders import Occasion
from privacy.domain.renewal import Renewal
from privacy.domain.request import Item, Request, State
from privacy.domain.request_effects import DPO_NOTICE, FORWARD, Effect
from privacy.domain.request_fold import concerned
from privacy.domain.request_guards import NOTICES_SETTLE, UNIDENTIFIED_AFTER_DAYS
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.domain.searched import Searched
from privacy.domain.verified_addresses import about_another
from privacy.operations.letters.compose_letter import (
    Amount,
    Changes,
    Gaps,
    Reasons,
    Stores,
    Told,
    Value,
    Writing,
)

#: What the DPO is told in a letter of its own; the most pressing first.
_NOTICES: tuple[tuple[str, Letter], ...] = (
    (Needs.AUTHORITY, Letter.NOTICE_AUTHORITY),
    (Occasion.OVERDUE, Letter.NOTICE_OVERDUE),
    ("silent", Letter.NOTICE_UNSETTLED),
    ("bounced", Letter.NOTICE_UNDELIVERABLE),
    ("rejected", Letter.NOTICE_UNDELIVERABLE),
    ("complained", Letter.NOTICE_UNDELIVERABLE),
    (Needs.ABUSE, Letter.NOTICE_ABUSE),
    *((occasion, Letter.NOTICE_REMINDER) for occasion in Occasion),
    *((called, Letter.NOTICE_APPROVAL) for called in (FOR_DPO, FOR_STAFF)),
)
_FATES = {Kind.LETTER_BOUNCED, Kind.LETTER_REJECTED, Kind.LETTER_COMPLAINED, Kind.LETTER_SILENT}


#: What a letter's fate, and the reason for it, may be called.
_WHYS = frozenset(why.value for why in Why) - {Why.VIRUS}


class NoSuchLetter(Exception):
    """The effect is a letter for which there is no wording, or nothing to say yet. Says which."""


def letter_of(effect: Effect) -> Letter:
    """Raises NoSuchLetter."""
    if effect.letter == FORWARD:
        return Letter.NOTICE_FORWARD
    if effect.letter == DPO_NOTICE:
        about = set(effect.about.split(","))
        if about == {Concern.REVIEW}:
            return Letter.NOTICE_REVIEW
        return next((letter for reason, letter in _NOTICES if reason in about), Letter.NOTICE_DECISION)
    try:
        return Letter(effect.letter.lower())
    except ValueError:
        raise NoSuchLetter(effect.letter) from None


def writing(request: Request, effect: Effect, staff_language: Language) -> Writing:
    """The letter that the effect is, of the case as it stands. Raises NoSuchLetter."""
    letter = letter_of(effect)
    say = _VALUES.get(letter)
    if say is None:
        raise NoSuchLetter(letter.value)
    for_another = not letter.internal and about_another(request, recipient(request, effect))
    return Writing(
        letter=letter,
        case=request.id,
        languages=_languages(letter, request, staff_language),
        values=say(request, effect, request.steps[effect.step - 1]),
        addressee=None if letter.internal or for_another else _addressee(request),
        id_sent=letter is Letter.ACK and _id_sent(request, effect),
        for_another=for_another and not _only_of_heirs(request, effect),
    )


def _only_of_heirs(request: Request, effect: Effect) -> bool:
    """What heirs asked for themselves says so."""
    rights = {item.right for item in concerned(request, request.steps[effect.step - 1], State)}
    opened = {item.right for item in request.items if item.step == effect.step}
    return (opened or rights) <= {Right.HEIR_REQUEST}


def _languages(letter: Letter, request: Request, staff_language: Language) -> tuple[Language, ...]:
    if letter is Letter.RECIPIENT_NOTICE:
        return tuple(Language)  # whoever reads it elsewhere
    return (staff_language,) if letter.internal else languages_for(request.language)


def message_ids_before(request: Request, effect: Effect) -> tuple[str, ...]:
    """Of the messages of the case up to the one that the letter answers, which comes last."""
    return tuple(m.message_id for m in request.messages if m.step <= effect.step and m.message_id)


# ---------------------------------------------------------------- what each letter says

type _Say = Callable[[Request, Effect, Step], Mapping[str, Value]]


def _received_on(request: Request, step: Step) -> date:
    """Of the items that the letter is about, the first to be received; else of the case."""
    items = concerned(request, step, {item.state for item in request.items})
    received = min((item.received_at for item in items), default=request.received_at)
    return paris_day(received or step.at)


def _answer_by(request: Request, items: tuple[Item, ...], at: datetime) -> date:
    day = paris_day(at)
    running = [item.deadline(day).legal_due for item in items or request.open_items]
    return min(running, default=deadline(request.received_at or at).legal_due)


def _mail_on(request: Request, effect: Effect) -> date:
    message = request.message(effect.about)
    received = message.received_at if message is not None else request.received_at
    return paris_day(received or effect.since)


def _ack(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    items = tuple(item for item in request.items if item.step == effect.step)
    received = min((item.received_at for item in items), default=step.at)
    return {
        "received_on": paris_day(received),
        "rights": tuple(item.right for item in items),
        "answer_by": _answer_by(request, items, step.at),
    }


def _reminder(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    asked = [other.at for other in request.steps[: effect.step] if other.kind is Kind.IDENTITY_ASKED]
    closes_on = paris_day(max(asked, default=step.at)) + timedelta(days=UNIDENTIFIED_AFTER_DAYS)
    named = step.text("missing")
    missing = Missing(named) if named in set(Missing) else None
    return {
        "received_on": _received_on(request, step),
        "missing": missing or named,
        "how": _HOW[missing] if missing is not None else How.REPLY,
        "closes_on": closes_on,
    }


_HOW: Mapping[Missing, How] = {
    Missing.CONFIRMATION: How.LINK,
    Missing.CONFIRMATION_ELSEWHERE: How.LINK,
    Missing.FACTS: How.REPLY,
    Missing.DOCUMENT: How.UPLOAD,
}


def _asking_for_a_document(request: Request, effect: Effect, _step: Step) -> Mapping[str, Value]:
    return {"reason": request.steps[question_of(request, effect) - 1].text("reason")}


def _insufficient(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    """Another document comes as the first did (R13): by a link of its own, which goes with this letter."""
    again = request.steps[question_of(request, effect) - 1]
    upload = again.kind is Kind.IDENTITY_ASKED and again.text("level") == "L3"
    return {"missing": step.text("missing"), "how": How.UPLOAD if upload else How.REPLY}


def _clarification(_request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {"question": step.text("question"), "reply_by": date.fromisoformat(step.text("until"))}


def _extension(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    extended = tuple(item for item in request.open_items if item.extended)
    return {
        "received_on": _received_on(request, step),
        "reason": step.text("reasons"),
        "answer_by": _answer_by(request, extended, step.at),
    }


def _overdue(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {
        "received_on": _received_on(request, step),
        "due_on": _answer_by(request, (), step.at),
        "answer_by": date.fromisoformat(step.text("expected_on")),
    }


def _about_a_letter(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    """Which letter it was: the last that met the fate, up to the step that owes the notice."""
    told = [s for s in request.steps[: effect.step] if s.kind in _FATES]
    name = (told[-1] if told else step).text("effect").rpartition("-")[0]
    known = {letter.value for letter in Letter}
    return {"letter": Letter(name) if name in known else name.replace("_", " ")}


def _undeliverable(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    said = (step.text("reason"), *effect.about.split(","))
    why = next((Why(word) for word in said if word in _WHYS), Why.UNDELIVERED)
    return {**_about_a_letter(request, effect, step), "why": why}


def _approaching(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    running = request.deadline(paris_day(step.at)) or deadline(request.received_at or step.at)
    return {"target_on": running.target_due, "answer_by": running.legal_due}


def _decision(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    reasons = tuple(filter(None, effect.about.split(",")))
    message = request.message(step.cause)
    received = (message.received_at if message else None) or request.received_at or step.at
    return {
        "received_on": paris_day(received),
        "reasons": Reasons(reasons),
        "answer_by": _answer_by(request, (), step.at) if request.open_items else deadline(received).legal_due,
        "commands": "\n    ".join(next_commands(request, reasons, message.mail if message else "")),
    }


def _approval(request: Request, effect: Effect, step: Step) -> Mapping[str, Value]:
    items = concerned(request, step)
    return {
        "received_on": _received_on(request, step),
        "rights": tuple(item.right for item in items),
        "reasons": Reasons(tuple(filter(None, effect.about.split(",")))),
        "answer_by": _answer_by(request, items, step.at),
    }


def _review(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    since = min((hold.since for hold in request.operator_holds if hold.placed), default=step.at)
    return {"held_since": paris_day(since)}


def _nothing(_request: Request, _effect: Effect, _step: Step) -> Mapping[str, Value]:
    return {}


def _received(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {"received_on": _received_on(request, step)}


def _reasons(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {"received_on": _received_on(request, step), "reason": step.text("reasons")}


def _rectified(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {
        "received_on": _received_on(request, step),
        "changes": Changes(tuple(map(Change.of_line, step.texts("changes")))),
        "recipients": step.texts("recipients"),
    }


def _lift(_request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    return {
        "reason": step.text("reason"),
        "lifted_on": date.fromisoformat(step.text("on")),
        "then": _then(step),
    }


def _then(step: Step) -> Then:
    if step.holds("others"):
        return Then.RESTRICTED
    return Then.ERASED if step.holds("erased") else Then.USED


def _fee(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    amount = step.said.get("amount")
    cents = amount if isinstance(amount, int) else 0
    return {**_reasons(request, _effect, step), "amount": Amount(cents)}


def _to_recipient(_request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    """T22: a recipient has a week."""
    asked = Told(step.texts("asked")) if step.texts("asked") else step.text("words")
    return {"asked": asked, "reply_by": paris_day(step.at + NOTICES_SETTLE)}


def _told(value: str, name: str) -> _Say:
    """What the answer says in lines, under the letter's own name for it, since when it was asked for."""

    def say(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
        lines = step.texts(name) or (step.text(name),)
        return {"received_on": _received_on(request, step), value: lines}

    return say


def _erased(request: Request, _effect: Effect, step: Step) -> Mapping[str, Value]:
    """In the words of the day on which it was done."""
    return {
        "received_on": _received_on(request, step),
        "goes": Told(step.texts("goes")),
        "stays": Told(step.texts("stays")),
    }


def _searched(step: Step) -> Value:
    """The stores that the software searched by their names; else what a person says of it."""
    named = step.texts("searched")
    if named and {store.value for store in Searched}.issuperset(named):
        return Stores(tuple(map(Searched, named)))
    return named or (step.text("searched"),)


def _renewal(request: Request, effect: Effect, _step: Step) -> Mapping[str, Value]:
    return {"ends_on": renewal_of(request, effect).ends_on}


def renewal_of(request: Request, effect: Effect) -> Renewal:
    """Raises NoSuchLetter."""
    if request.renewal is None:
        raise NoSuchLetter(effect.letter)
    return request.renewal


#: Those that a step says enough for. What an answer says comes with the answer.
_VALUES: Mapping[Letter, _Say] = {
    Letter.ACK: _ack,
    Letter.IDENTITY_L1: _nothing,
    Letter.IDENTITY_L2: _nothing,
    Letter.IDENTITY_ELSEWHERE: _nothing,
    Letter.IDENTITY_L3: _asking_for_a_document,
    Letter.PARENT_PROOF_REQUEST: _asking_for_a_document,
    Letter.IDENTITY_REMINDER: _reminder,
    Letter.IDENTITY_INSUFFICIENT: _insufficient,
    Letter.CLOSED_UNIDENTIFIED: _received,
    Letter.MANDATE_REQUEST: _nothing,
    Letter.HEIR_PROOF_REQUEST: _nothing,
    Letter.CLARIFICATION: _clarification,
    Letter.EXTENSION: _extension,
    Letter.ACCESS_ANSWER: _received,
    Letter.PORTABILITY: _received,
    Letter.ANSWER_CODE: _nothing,
    Letter.NO_DATA: lambda r, e, step: {"searched": _searched(step)},
    Letter.OBJECTION_DONE: _nothing,
    Letter.WITHDRAWAL_DONE: _nothing,
    Letter.OBJECTION_REFUSED: _reasons,
    Letter.REFUSAL: _reasons,
    Letter.ERASED: _erased,
    Letter.ERASED_PARTIAL: _erased,
    Letter.RECTIFIED: _rectified,
    Letter.ADDRESS_CHANGED: _nothing,
    Letter.RESTRICTED: _received,
    Letter.RESTRICTION_LIFT: _lift,
    Letter.OBJECTION_ACCEPTED: _told("stopped", "changes"),
    Letter.REVIEW_RESULT: lambda request, _, step: {
        "received_on": _received_on(request, step),
        "result": step.text("words"),
    },
    Letter.FEE: _fee,
    Letter.RECIPIENT_NOTICE: _to_recipient,
    Letter.DIRECTIVE_REGISTERED: lambda request, _, step: {
        "directives": step.texts("changes"),
        "executor": step.text("words") or "–",
    },
    Letter.DIRECTIVE_REVOKED: _received,
    Letter.HEIR_DONE: _told("done", "changes"),
    Letter.WITHDRAWN_CONFIRM: _received,
    Letter.OVERDUE_NOTICE: _overdue,
    Letter.RENEWAL_NEWSLETTER: _renewal,
    Letter.RENEWAL_CUSTOMER: _renewal,
    Letter.NOTICE_FORWARD: lambda request, effect, _: {"received_on": _mail_on(request, effect)},
    Letter.NOTICE_DECISION: _decision,
    Letter.NOTICE_APPROVAL: _approval,
    Letter.NOTICE_AUTHORITY: lambda request, _, step: {
        "received_on": paris_day(request.received_at or step.at)
    },
    Letter.NOTICE_REMINDER: _approaching,
    Letter.NOTICE_OVERDUE: lambda request, _, step: {"answer_by": _answer_by(request, (), step.at)},
    Letter.NOTICE_UNDELIVERABLE: _undeliverable,
    Letter.NOTICE_UNSETTLED: _about_a_letter,
    Letter.NOTICE_ABUSE: _nothing,
    Letter.NOTICE_REVIEW: _review,
    Letter.NOTICE_HOLD: lambda request, effect, step: {
        name: date.fromisoformat(step.text(name)) for name in ("held_since", "review_on")
    },
    Letter.NOTICE_BREACH: lambda request, effect, step: {
        "breach": step.text("breach"),
        "aware_at": datetime.fromisoformat(step.text("aware_at")),
        "due_at": datetime.fromisoformat(step.text("due_at")),
    },
    Letter.NOTICE_GAPS: lambda request, effect, step: {
        "gaps": Gaps(tuple(Gap.read(gap) for gap in step.texts("gaps")))
    },
}


def _addressee(request: Request) -> str | None:
    """Whoever was verified is called by their name."""
    if not any(item.identity for item in request.items):
        return None
    said = request.particulars
    return " ".join(filter(None, (said.given_name, said.family_name))) or None


def _id_sent(request: Request, effect: Effect) -> bool:
    """E75: with the message that the letter acknowledges."""
    mail = request.steps[effect.step - 1].text("mail")
    return any(
        step.kind is Kind.RECEIVED and step.text("mail") == mail and bool(step.texts("identity_documents"))
        for step in request.steps
    )
