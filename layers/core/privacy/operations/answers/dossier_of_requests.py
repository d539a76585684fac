"""What a person asked us, and what became of it: requests, messages with their raw mail, letters, steps (G19).

Names of those who work here are left out; a message that another address wrote, or that nobody can say who wrote, is
looked at by a person first (G20).
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date

from privacy.domain.clocks import after, paris_day
from privacy.domain.dossier import LETTERS, MESSAGES, REQUESTS, STEPS, Nature, Record, Value, Why
from privacy.domain.identifiers import InvalidAddress
from privacy.domain.policy import Policy
from privacy.domain.request import Message, Request
from privacy.domain.request_effects import Effect, Progress, To, effects
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import Kind, Step
from privacy.operations.answers.spooling import Writer
from privacy.ports import RequestLog

#: More cases of one address than anybody reads: an answer that cannot list them all is not made.
MOST_CASES = 10_000

#: What operators write in their own words, in which anybody may be named.
_IN_OWN_WORDS = frozenset({"text", "reasons", "reason", "question", "missing", "searched"})


class TooManyCases(Exception):
    """Somebody has more cases than one answer lists; an operator has to look."""


@dataclass(frozen=True, slots=True)
class Cases:
    """Cases that came from the person's addresses. mine: their identifiers. email_of: the identifier of an address."""

    mine: Collection[str]
    email_of: Callable[[str], str]
    log: RequestLog
    policy: Policy
    writer: Writer

    def write(self) -> None:
        """Raises TooManyCases."""
        cases = self.log.of_sender(self.mine, MOST_CASES)
        if len(cases) >= MOST_CASES:
            raise TooManyCases(f"{MOST_CASES} cases or more of one sender")
        for id_ in sorted(cases):
            self._write(fold(id_, self.log.steps(id_)))

    def _write(self, request: Request) -> None:
        self.writer.add(_case(request, self.policy))
        for place, message in enumerate(request.messages, 1):
            record = self._message(request, message, place)
            if record.file:
                self.writer.attach(record, message.mail)
            else:
                self.writer.add(record)
        for effect in effects(request).values():
            to_them = effect.to in {To.SENDER, To.ADDRESS_ON_FILE}
            if effect.letter and to_them and effect.progress is not Progress.OWED:
                self.writer.add(_letter(request, effect, self.policy))
        for number, step in enumerate(request.steps, 1):
            self.writer.add(_step(request, number, step, self.policy))

    def _message(self, request: Request, message: Message, place: int) -> Record:
        theirs = self._is_theirs(message.address)
        rule, until = _end(request, MESSAGES.held, self.policy)
        said: dict[str, Value] = {
            "request": request.id,
            "received_at": message.received_at.isoformat(),
            "channel": message.channel,
        }
        if theirs:
            said |= {"email": message.address, "name": message.name, "subject": message.subject}
        handed_out = bool(message.mail) and theirs and not message.virus
        day = paris_day(message.received_at).isoformat()
        return Record(
            MESSAGES.id,
            {name: value for name, value in said.items() if value not in (None, "")},
            source="contact",
            nature=Nature.PROVIDED,
            at=message.received_at,
            rule=rule,
            until=until,
            reference=f"{request.id}/{place}",
            notes=_doubts(message, theirs=theirs),
            file=f"messages/{day}-{request.id}-{place:03}.eml" if handed_out else "",
        )

    def _is_theirs(self, address: str) -> bool:
        try:
            return not address or self.email_of(address) in self.mine
        except InvalidAddress:
            return False


def _doubts(message: Message, *, theirs: bool) -> dict[str, Why]:
    if not theirs:
        return {"": Why.SOMEBODY_ELSE}
    if message.virus:
        return {"file": Why.VIRUS}
    if message.dmarc not in ("", "PASS"):
        return {"file": Why.UNVERIFIED_SENDER}
    return {"file": Why.FREE_TEXT} if message.mail else {}


def _end(request: Request, held: str, policy: Policy) -> tuple[str, date | None]:
    """(rule, the first Paris day without it): counted from its closing, so open ones have none.

    Of a case that was reduced the minimum is left, which has a rule of its own (R11).
    """
    rule = policy.rule_of(held if request.minimum is None else "item:minimal_case")
    if request.closed_at is None:
        return rule.id, None
    return rule.id, after(paris_day(request.closed_at), rule.span("closing"))


def _letter(request: Request, effect: Effect, policy: Policy) -> Record:
    rule, until = _end(request, LETTERS.held, policy)
    return Record(
        LETTERS.id,
        {"request": request.id, "letter": effect.letter.lower(), "progress": effect.progress.value},
        source="ours",
        nature=Nature.OURS,
        at=effect.changed_at,
        rule=rule,
        until=until,
        reference=f"{request.id}/{effect.id}",
    )


def _case(request: Request, policy: Policy) -> Record:
    said: dict[str, Value] = {
        "request": request.id,
        "state": request.state.value,
        "received_at": request.received_at.isoformat() if request.received_at else None,
        "closed_at": request.closed_at.isoformat() if request.closed_at else None,
        "language": request.language or None,
        "rights": [item.right.value for item in request.items],
        "given_name": request.particulars.given_name or None,
        "family_name": request.particulars.family_name or None,
        "postal_address": request.particulars.postal_address or None,
        "customer_number": request.particulars.customer_number or None,
        "answered_by": [item.deadline().legal_due.isoformat() for item in request.open_items],
    }
    rule, until = _end(request, REQUESTS.held, policy)
    return Record(
        REQUESTS.id,
        {name: value for name, value in said.items() if value not in (None, [])},
        source="contact",
        nature=Nature.PROVIDED,
        at=request.received_at,
        rule=rule,
        until=until,
        reference=request.id,
    )


def _step(request: Request, number: int, step: Step, policy: Policy) -> Record:
    notes: dict[str, Why] = {}
    rule, until = _end(request, STEPS.held, policy)
    said: dict[str, Value] = {
        "request": request.id,
        "step": number,
        "kind": step.kind.value,
        "hand": step.by.role,
    }
    if step.by.who:
        notes["by"] = Why.STAFF
    for name, value in _told(step).items():
        said[name] = list(value) if isinstance(value, tuple) else value
        if name in _IN_OWN_WORDS and step.by.human:
            notes[name] = Why.FREE_TEXT
    return Record(
        STEPS.id,
        said,
        source="ours",
        nature=Nature.OURS,
        at=step.at,
        rule=rule,
        until=until,
        reference=f"{request.id}/{number}",
        notes=notes,
    )


def _told(step: Step) -> Mapping[str, str | int | bool | tuple[str, ...]]:
    """What a step says, without what its message or case says already, and without other cases and people."""
    left_out = {"address", "name", "subject", "message_id", "digest", "mail", "request", "into", "senders"}
    if step.kind is Kind.UNDERSTOOD:
        left_out |= {"given_name", "family_name", "postal_address", "customer_number"}
    return {
        name: value
        for name, value in step.said.items()
        if name not in left_out and value not in (None, "", ())
    }
