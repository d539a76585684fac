"""What SES tells of a letter afterwards becomes steps of its case; twice, out of order, or before its own answer.

An event is proof that SES had the letter: it settles a claim whose answer was lost.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Literal, NamedTuple

from privacy.domain.policy import Periods
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Said, Step
from privacy.operations.requests.append_steps import append_steps, letter_cause
from privacy.ports import AlreadyCaused, RequestLog

#: send, delay: SES has it. reject: SES found a virus in it.
type Happened = Literal["send", "delay", "delivery", "bounce", "complaint", "reject"]

_STEPS: Mapping[Happened, Kind] = {
    "delivery": Kind.LETTER_DELIVERED,
    "bounce": Kind.LETTER_BOUNCED,
    "complaint": Kind.LETTER_COMPLAINED,
    "reject": Kind.LETTER_REJECTED,
}


class LetterEvent(NamedTuple):
    """One event. message_id: SES's of the letter. permanent: of a bounce, that SES will not try again."""

    request: str
    effect: str
    happened: Happened
    message_id: str
    permanent: bool = False


@dataclass(frozen=True, slots=True)
class LetterSettling:
    """What settling takes."""

    log: RequestLog
    periods: Periods
    now: Callable[[], datetime]

    def settle(self, event: LetterEvent) -> bool:
        """Whether the event told anything new. Raises NoSuchRequest, RequestConflict."""
        known = self._know_as_sent(event)
        kind = _STEPS.get(event.happened)
        if kind is None:
            return known
        said: dict[str, Said] = {"effect": event.effect}
        if kind is Kind.LETTER_BOUNCED:
            said["permanent"] = event.permanent
        if kind is Kind.LETTER_REJECTED:
            said["reason"] = "virus"
        cause = f"{letter_cause(event.message_id)}-{event.happened}{'-permanent' if event.permanent else ''}"
        return self._append(event, Step(kind, self.now(), cause=cause, said=said), cause)

    def _know_as_sent(self, event: LetterEvent) -> bool:
        """Where the answer was lost, this is it; where it is merely slower than the event, it is not needed."""
        sent = Step(
            Kind.LETTER_SENT,
            self.now(),
            cause=letter_cause(event.message_id),
            said={"effect": event.effect, "message_id": event.message_id},
        )
        return self._append(event, sent, letter_cause(event.message_id))

    def _append(self, event: LetterEvent, step: Step, cause: str) -> bool:
        try:
            append_steps(event.request, lambda _: [step], log=self.log, periods=self.periods, causes=[cause])
        except (AlreadyCaused, IllegalTransition):
            return False
        return True
