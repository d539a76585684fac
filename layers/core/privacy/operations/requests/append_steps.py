"""Append steps to a case: read it, ask what is to be done and whether it may, write all of it or nothing.

Steps, what they come from (`cause`, each once for ever) and the summary go in one transaction, under the condition
that nobody took a step meanwhile. Whoever loses reads again and asks the state machine again.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping, Sequence

from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_fold import fold
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Step
from privacy.operations.requests.request_summary import summary_of
from privacy.ports import Appending, RequestConflict, RequestLog

#: How the names of causes begin: letters of ours, operators' commands, messages by their content. A mail's is its id.
LETTER_CAUSE, COMMAND_CAUSE, MESSAGE_CAUSE = "letter-", "command-", "message-"
#: Races lost in a row before the caller's queue brings the message again.
MAX_TRIES = 8


class NoSuchRequest(Exception):
    """Nobody ever took a step in a case of that number."""


def read_request(id_: str, log: RequestLog) -> Request:
    """The case as it stands, read consistently. Raises NoSuchRequest."""
    steps = log.steps(id_)
    if not steps:
        raise NoSuchRequest
    return fold(id_, steps)


def append_steps(
    id_: str,
    decide: Callable[[Request], Sequence[Step]],
    *,
    log: RequestLog,
    periods: Periods,
    causes: Collection[str] = (),
    acknowledges: str | None = None,
) -> Request:
    """The case with the steps that `decide` wanted; as it was, where it wanted none.

    causes: what must not have caused anything before. acknowledges: the identifier of a sender whom the steps
    acknowledge, at most once a day (E48). Raises NoSuchRequest, IllegalTransition, AlreadyCaused,
    AcknowledgedToday, and RequestConflict after eight lost races.
    """
    for _ in range(MAX_TRIES):
        request = read_request(id_, log)
        steps = tuple(decide(request))
        if not steps:
            return request
        changed = take(request, steps)
        try:
            log.append(
                Appending(
                    request=id_,
                    steps=steps,
                    after=request.version,
                    summary=summary_of(changed, periods),
                    causes=frozenset(causes),
                    acknowledges=acknowledges,
                )
            )
        except RequestConflict:
            continue
        return changed
    raise RequestConflict


def begin_request(
    steps: Sequence[Step],
    *,
    log: RequestLog,
    periods: Periods,
    new_id: Callable[[], str],
    causes: Collection[str] = (),
    senders: Collection[str] = (),
    seen: Mapping[str, int] | None = None,
) -> Request:
    """A new case. new_id: a number that is probably free. senders: identifiers of whom it is found by.

    seen: how many cases they had when somebody looked through these; then one more means RequestConflict at once, to
    look again. Raises IllegalTransition, AlreadyCaused, and RequestConflict after eight lost races.
    """
    for _ in range(MAX_TRIES):
        id_ = new_id()
        request = take(Request(id_), steps)
        appending = Appending(
            request=id_,
            steps=tuple(steps),
            after=0,
            summary=summary_of(request, periods),
            causes=frozenset(causes),
            senders=log.cases_of(senders) if seen is None else seen,
        )
        try:
            log.append(appending)
        except RequestConflict:
            if seen is not None and seen != log.cases_of(seen):
                raise
            continue
        return request
    raise RequestConflict


def letter_cause(message_id: str) -> str:
    """What a letter of ours is found by when a reply names it: SES's id of it, with or without brackets and host."""
    return f"{LETTER_CAUSE}{message_id.strip().strip('<>').partition('@')[0]}"
