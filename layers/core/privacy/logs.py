"""What may be logged, and the only ways to log it.

A line is an event and fields from the lists below; nothing else reaches the output, whoever logs it. Values
that are not counts must look like ids, so that no address, name or sentence passes under a listed field.
Other libraries' records (botocore's, urllib3's) shrink to who, how bad and where: their texts may quote requests.
"""

from __future__ import annotations

import logging
import sys
from collections.abc import Callable, Iterable, Iterator, Mapping
from functools import cache, wraps
from pathlib import PurePath
from traceback import walk_tb
from types import FrameType
from typing import TYPE_CHECKING, Any, Literal, TextIO

if TYPE_CHECKING:
    from aws_lambda_powertools import Logger

type Event = Literal[
    "failed",
    "fact_conflict",
    "fact_of_the_gone",
    "purge_held",
    "purge_planned",
    "reconciled",
    "record_set_aside",
    "redaction_failed",
    "swept",
    "unreadable_event",
    "unreadable_object",
]
type Value = str | int

#: Every line there is, and how bad it is.
EVENTS: Mapping[str, Literal["info", "warning", "error"]] = {
    "failed": "error",
    "fact_conflict": "error",
    "fact_of_the_gone": "info",
    "purge_held": "warning",
    "purge_planned": "info",
    "reconciled": "info",
    "record_set_aside": "warning",
    "redaction_failed": "warning",
    "swept": "warning",
    "unreadable_event": "error",
    "unreadable_object": "warning",
}

#: Counts, types, and ids that lead nowhere without the provider's or our own records.
FIELDS = frozenset({
    "at",             # code locations: module file:line
    "cases",          # requests that owed something
    "due",            # of whom or which something has an end
    "error",          # exception types, the outermost first
    "event_id",       # Stripe's evt_…, or an HMAC
    "event_type",
    "job",            # Stripe's prj_…, of a redaction
    "letters",        # letters of which nobody heard
    "mails",          # messages that nobody had taken in
    "orphans",        # messages of long ago that nothing owns
    "missed",         # webhooks that never came
    "recorded",       # facts that were not there
    "removals",       # members subscribed without consent
    "run",
    "source",
    "why",            # words of ours
})  # fmt: skip

_STANDARD = frozenset({"level", "message", "service", "timestamp", "xray_trace_id"})
_MAX_VALUE = 1000
_MAX_DEPTH = 8
_ALLOWED = frozenset("abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-.:/#<, ")


class FunctionFailed(Exception):
    """What Lambda sees of a failure in a function that it retries: the type's name, and no word of what it said."""


def record(event: Event, **fields: Value) -> None:
    """One line. Fields that are not listed are left out."""
    extra = {name: _plain(value) for name, value in fields.items() if name in FIELDS}
    getattr(_logger(), EVENTS[event])(event, extra=extra)


def failure(error: BaseException) -> None:
    """The types and code locations of the error and of what caused it: no messages, no values."""
    chain = list(_causes(error))
    places = dict.fromkeys(place for cause in chain for place in _places(cause))
    record("failed", error="<".join(type(cause).__name__ for cause in chain), at=_within(places))


def guarded[**P, R](handle: Callable[P, R]) -> Callable[P, R]:
    """For functions that Lambda retries: what goes wrong inside is logged as `failure` and raised as FunctionFailed.

    The runtime prints an exception's text and keeps it beside the event that failed.
    """

    @wraps(handle)
    def run(*args: P.args, **kwargs: P.kwargs) -> R:
        try:
            return handle(*args, **kwargs)
        except Exception as error:  # noqa: BLE001 - every failure loses its text here
            failure(error)
            name = type(error).__name__
        # outside the handler, so that the failure is not even the new one's context
        raise FunctionFailed(name)

    scrub()
    return run


def scrub() -> None:
    """From now on every record of the process is made without its text. Entrances call this as they are defined."""
    logging.setLogRecordFactory(_scrubbed)


def _scrubbed(*made: Any, **more: Any) -> logging.LogRecord:
    record = logging.LogRecord(*made, **more)
    if not (isinstance(record.msg, str) and record.msg in EVENTS):
        record.msg = f"{record.name} {record.levelname} {_place(record.pathname, record.lineno)}"
    record.args = record.exc_info = record.exc_text = record.stack_info = None
    return record


def _plain(value: Value) -> Value:
    if isinstance(value, int):
        return value
    return value if len(value) <= _MAX_VALUE and _ALLOWED.issuperset(value) else "[refused]"


def _causes(error: BaseException | None) -> Iterator[BaseException]:
    for _ in range(_MAX_DEPTH):
        if error is None:
            return
        yield error
        error = error.__cause__ or error.__context__


def _within(places: Iterable[str]) -> str:
    """As many as a field takes, the outermost first."""
    said = ""
    for place in places:
        longer = f"{said}, {place}" if said else place
        if len(longer) > _MAX_VALUE:
            break
        said = longer
    return said


def _places(error: BaseException) -> list[str]:
    frames: list[tuple[FrameType, int]] = list(walk_tb(error.__traceback__))
    return [_place(frame.f_code.co_filename, line) for frame, line in frames[-_MAX_DEPTH:]]


def _place(pathname: str, line: int) -> str:
    return f"{'/'.join(PurePath(pathname).parts[-3:])}:{line}"


@cache
def _logger() -> Logger:
    """Made when something is first logged: an entrance that only accepts and refuses never pays for it."""
    from aws_lambda_powertools import Logger
    from aws_lambda_powertools.logging.formatter import LambdaPowertoolsFormatter

    class Listed(LambdaPowertoolsFormatter):
        def serialize(self, log: Any) -> str:
            kept = {name: value for name, value in log.items() if name in FIELDS or name in _STANDARD}
            return super().serialize(kept)

    return Logger(logger_formatter=Listed(utc=True), logger_handler=_Stdout())


class _Stdout(logging.StreamHandler[TextIO]):
    """Writes to what stdout is at that moment, as the metrics do."""

    @property
    def stream(self) -> TextIO:
        return sys.stdout

    @stream.setter
    def stream(self, _: TextIO) -> None:
        """StreamHandler sets one as it is made; the property overrules it."""
