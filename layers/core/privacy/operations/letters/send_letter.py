"""One letter that a case owes: claimed, sent, recorded, each a step; at most once wherever that matters (R5).

SES has no token that makes two letters one, so a claim without an answer is not tried again on that ground: SES's
events say what became of it (operations/letters/settle_letter.py). Of what stays silent, an acknowledgement or a
notice goes once more, the same bytes; anything else is put before a person.
"""

from __future__ import annotations

import hashlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Literal

from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.letter import REPEATABLE, Letter
from privacy.domain.letter_words import Why
from privacy.domain.outgoing_mail import Unaddressable
from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_effects import CHALLENGE, ELSEWHERE, Does, Effect, Progress, To, effects, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Said, Step
from privacy.operations.consent.reach_mailbox import MailboxReach, Reached
from privacy.operations.letters.letter_of_effect import NoSuchLetter, letter_of, renewal_of
from privacy.operations.letters.write_letter import LetterWriting, Ready, letter_id
from privacy.operations.requests.append_steps import append_steps, letter_cause, read_request
from privacy.ports import (
    AcknowledgedToday,
    AlreadyCaused,
    KeyQueue,
    Mailer,
    MailRefused,
    MailUnanswered,
    RequestLog,
)

#: How long SES's events may take before a claim counts as silent.
SILENCE = timedelta(minutes=15)
#: SQS keeps a message back for at most so many seconds.
_LONGEST_DELAY = 900

#: spared: the sender was acknowledged today, or what the letter says is not true any more. unanswered, waits: SES's
#: events will tell. nothing: none was to be sent.
type Sent = Literal["sent", "spared", "refused", "unanswered", "waits", "silent", "nothing"]

_ACKNOWLEDGED = "acknowledged_today"
_NO_LONGER = "no_longer"
_SILENT = "silent"


class NotNow(Exception):
    """The letter cannot go yet, and may later: the queue brings it again. Says why, and nothing of anybody."""


@dataclass(frozen=True, slots=True)
class LetterSending:
    """What sending takes. again: the function's own queue. mailboxes: for letters that answer nobody. slot: questions
    about identity leave when the next one of that length is full, so that their time says nothing of what is held."""

    log: RequestLog
    letters: LetterWriting
    mailer: Mailer
    again: KeyQueue
    periods: Periods
    pseudonyms: Callable[[], Pseudonyms]
    now: Callable[[], datetime]
    mailboxes: MailboxReach | None = None
    silence: timedelta = SILENCE
    slot: timedelta = timedelta(0)

    def send(self, request_id: str, effect_id: str) -> Sent:
        """Do what is still to be done about the effect; nothing, where that is so.

        Raises NoSuchRequest, NoSuchLetter, NotNow, UnfitWording, RequestConflict, ProviderUnavailable.
        """
        request = read_request(request_id, self.log)
        effect = effects(request).get(effect_id)
        if effect is None or effect.does not in {Does.LETTER, Does.FORWARD}:
            raise NoSuchLetter(effect_id)
        if effect.progress is Progress.CLAIMED:
            return self._look_again(request, effect)
        if not _is_owed(request, effect):
            return "nothing"
        if self._waits_for_its_slot(request, effect):
            return "waits"
        return self._claim_and_send(request, effect)

    def _waits_for_its_slot(self, request: Request, effect: Effect) -> bool:
        if effect.letter not in {CHALLENGE, ELSEWHERE} or not self.slot:
            return False
        remaining = slot_after(effect.since, self.slot) - self.now()
        if remaining > timedelta(0):
            self._look_later(request, effect, remaining)
        return remaining > timedelta(0)

    # ------------------------------------------------------------ claiming

    def _claim_and_send(self, request: Request, effect: Effect) -> Sent:
        if effect.does is Does.FORWARD and _has_to_be_cut(request, effect):
            raise NotNow("an identity document has to be cut out first")
        reached = self._reached(request, effect)
        if effect.to is To.MAILBOX and reached is None:
            return self._let_go(request, effect)
        self.letters.check(request, effect, reached)
        claim = Step(Kind.CLAIMED, self.now(), cause=effect.id, said={"effect": effect.id})
        try:
            claimed = append_steps(
                request.id,
                lambda now: [claim] if _is_owed(now, effect) else [],
                log=self.log,
                periods=self.periods,
                acknowledges=self._acknowledges(request, effect),
            )
        except AcknowledgedToday:
            return self._spare(request, effect)
        if claimed.steps[-1] is not claim:
            return "nothing"  # somebody else has it, or it is not owed any more
        return self._hand_over(claimed, effects(claimed)[effect.id], reached)

    def _reached(self, request: Request, effect: Effect) -> Reached | None:
        """Raises NoSuchLetter."""
        if effect.to is not To.MAILBOX:
            return None
        if self.mailboxes is None:
            raise NoSuchLetter(effect.letter)
        return self.mailboxes.reach(renewal_of(request, effect))

    def _let_go(self, request: Request, effect: Effect) -> Sent:
        """What the letter would say is not true any more."""
        said = {"effect": effect.id, "reason": _NO_LONGER}
        spared = Step(Kind.SPARED, self.now(), cause=effect.id, said=said)
        append_steps(
            request.id,
            lambda now: [spared] if _is_owed(now, effect) else [],
            log=self.log,
            periods=self.periods,
        )
        return "spared"

    def _acknowledges(self, request: Request, effect: Effect) -> str | None:
        """Once a day (E48); a letter that SES refused a moment ago is still the same one."""
        if letter_of(effect) is not Letter.ACK or _steps(request, effect, Kind.CLAIMED):
            return None
        try:
            return self.pseudonyms().email(request.address)
        except InvalidAddress:
            return None  # nobody can be written to there, as will be found

    def _spare(self, request: Request, effect: Effect) -> Sent:
        """Unless it was this very letter that acknowledged them, in another worker's hands.

        Raises NotNow, where they gave it back.
        """
        spared = Step(
            Kind.SPARED, self.now(), cause=effect.id, said={"effect": effect.id, "reason": _ACKNOWLEDGED}
        )

        def decide(now: Request) -> list[Step]:
            return [spared] if _is_owed(now, effect) and not _steps(now, effect, Kind.CLAIMED) else []

        after = append_steps(request.id, decide, log=self.log, periods=self.periods)
        if after.steps[-1] is spared:
            return "spared"
        if _is_owed(after, effect):
            raise NotNow("given back")
        return "nothing"

    # ------------------------------------------------------------ handing over

    def _hand_over(self, claimed: Request, effect: Effect, reached: Reached | None) -> Sent:
        before, at = _as_first_claimed(claimed, effect)
        try:
            ready = self.letters.ready(before, effect, at, reached)
        except Unaddressable:
            self._append(claimed, effect, Kind.LETTER_REJECTED, reason="unaddressable")
            return "refused"
        sent = self._deliver(claimed, effect, ready)
        if sent == "refused" and ready.writing.letter is Letter.NOTICE_FORWARD:
            # whatever SES has against the message, it waits here, and customer service is told
            ready = self.letters.instead(before, effect, Why.REFUSED, at)
            sent = self._deliver(claimed, effect, ready)
        return sent

    def _deliver(self, claimed: Request, effect: Effect, ready: Ready) -> Sent:
        """Raises NotNow."""
        try:
            return self._hand_to_ses(claimed, effect, ready)
        except MailRefused as refused:
            if not refused.for_good:
                self._append(claimed, effect, Kind.RELEASED, reason=refused.reason)
                raise NotNow(refused.reason) from None
            if ready.writing.letter is not Letter.NOTICE_FORWARD:
                self._append(claimed, effect, Kind.LETTER_REJECTED, reason=refused.reason)
            return "refused"

    def _hand_to_ses(self, claimed: Request, effect: Effect, ready: Ready) -> Sent:
        """Raises MailRefused."""
        contact = self.letters.offices.contact
        try:
            message_id = self.mailer.send(
                ready.raw, sender=contact, recipient=ready.recipient, letter=letter_id(claimed, effect)
            )
        except MailUnanswered:
            self._look_later(claimed, effect, self.silence)
            return "unanswered"
        self._append(
            claimed,
            effect,
            Kind.LETTER_SENT,
            cause=letter_cause(message_id),
            message_id=message_id,
            template=ready.writing.letter.value,
            version=self.letters.book.digest[:16],
            language="+".join(ready.writing.languages),
            body=hashlib.sha256(ready.raw).hexdigest(),
        )
        return "sent"

    # ------------------------------------------------------------ what nobody answered

    def _look_again(self, request: Request, effect: Effect) -> Sent:
        remaining = self.silence - (self.now() - effect.changed_at)
        if remaining > timedelta(0):
            self._look_later(request, effect, remaining)
            return "waits"
        repeated = any(s.text("reason") == _SILENT for s in _steps(request, effect, Kind.RELEASED))
        if letter_of(effect) not in REPEATABLE or repeated:
            self._append(request, effect, Kind.LETTER_SILENT)
            return "silent"
        self._append(request, effect, Kind.RELEASED, reason=_SILENT)
        again = read_request(request.id, self.log)
        return (
            self._claim_and_send(again, effects(again)[effect.id]) if _is_owed(again, effect) else "nothing"
        )

    def _look_later(self, request: Request, effect: Effect, wait: timedelta) -> None:
        delay = min(_LONGEST_DELAY, math.ceil(wait.total_seconds()))
        self.again.send([{"request": request.id, "effect": effect.id}], delay=delay)

    # ------------------------------------------------------------ recording

    def _append(self, request: Request, effect: Effect, kind: Kind, cause: str = "", **said: Said) -> None:
        """What does not hold any more need not be recorded; SES's events may be quicker than its answer, and know
        less of the letter. Only whoever has the claim gives it back: meanwhile another may have taken one of its own.
        """
        step = Step(kind, self.now(), cause=effect.id, said={"effect": effect.id, **said})

        def decide(now: Request) -> list[Step]:
            return [step] if kind is Kind.LETTER_SENT or _is_same_claim(request, now, effect) else []

        for causes in ([cause], []) if cause else ([],):
            try:
                append_steps(request.id, decide, log=self.log, periods=self.periods, causes=causes)
            except AlreadyCaused:
                continue
            except IllegalTransition:
                return
            return


def slot_after(since: datetime, slot: timedelta) -> datetime:
    """The next instant that is a whole number of slots after the epoch."""
    seconds = slot.total_seconds()
    return datetime.fromtimestamp((since.timestamp() // seconds + 1) * seconds, UTC)


def _is_same_claim(before: Request, now: Request, effect: Effect) -> bool:
    claims = (len(_steps(request, effect, Kind.CLAIMED)) for request in (before, now))
    return effects(now)[effect.id].progress is Progress.CLAIMED and len(set(claims)) == 1


def _is_owed(request: Request, effect: Effect) -> bool:
    return effect.id in {each.id for each in owed(request)}


def _steps(request: Request, effect: Effect, kind: Kind) -> list[Step]:
    return [step for step in request.steps if step.kind is kind and step.text("effect") == effect.id]


def _has_to_be_cut(request: Request, effect: Effect) -> bool:
    """E75: what nobody asked for is sent on to nobody."""
    cuts = [e for e in effects(request).values() if e.does is Does.CUT and e.about == effect.about]
    return any(cut.progress is Progress.OWED for cut in cuts)


def _as_first_claimed(claimed: Request, effect: Effect) -> tuple[Request, datetime]:
    """The case before the first claim since a person last said that the letter is to go again, and that claim's
    instant: a letter that goes a second time is the first one, byte for byte."""
    first, at = len(claimed.steps), claimed.steps[-1].at
    for number, step in reversed(list(enumerate(claimed.steps))):
        if step.text("effect") != effect.id:
            continue
        if step.kind is Kind.RELEASED and step.by.human:
            break
        if step.kind is Kind.CLAIMED:
            first, at = number, step.at
    return fold(claimed.id, claimed.steps[:first]), at
