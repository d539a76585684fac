"""The program of a function's worker: what Lambda's runtime does, over lines of JSON on stdin and stdout.

It runs as `python -I -S -B` with the standard library alone. The first line says what to import; each further
line is an invocation. Whatever the function prints goes to stderr, which is its log.
"""

import datetime as dt
import importlib
import json
import os
import sys
import time
import traceback
from collections.abc import Callable
from typing import Any, TextIO

END_OF_LOG = "\x1e"

RealDatetime = dt.datetime


class Context:
    """What a handler is told about its invocation."""

    identity = None
    client_context = None

    def __init__(self, birth: dict[str, Any], invocation: dict[str, Any]) -> None:
        self._deadline = time.monotonic() + birth["timeout"]
        self.function_name = os.environ["AWS_LAMBDA_FUNCTION_NAME"]
        self.function_version = os.environ["AWS_LAMBDA_FUNCTION_VERSION"]
        self.memory_limit_in_mb = os.environ["AWS_LAMBDA_FUNCTION_MEMORY_SIZE"]
        self.log_group_name = os.environ["AWS_LAMBDA_LOG_GROUP_NAME"]
        self.log_stream_name = os.environ["AWS_LAMBDA_LOG_STREAM_NAME"]
        self.invoked_function_arn = invocation.get("invoked_function_arn") or birth["arn"]
        self.aws_request_id = invocation.get("request_id", "")

    def get_remaining_time_in_millis(self) -> int:
        """Return how long the function may still run."""
        return max(0, int((self._deadline - time.monotonic()) * 1000))


def main() -> None:
    """Import the handler, say so, and answer invocations until stdin ends."""
    answers, sys.stdout = sys.stdout, sys.stderr
    birth = json.loads(sys.stdin.readline())
    sys.path[:0] = birth["path"]
    if birth["clock_shift"]:
        _shift_clock(birth["clock_shift"])
    module, _, name = birth["handler"].replace("/", ".").rpartition(".")
    try:
        handler = getattr(importlib.import_module(module), name)
    except BaseException as error:  # noqa: BLE001  whatever stops the import is the answer
        _say(answers, {"status": "error", "error": _told(error)})
        return
    _say(answers, {"status": "ready"})
    for line in sys.stdin:
        message = json.loads(line)
        event = _in_its_day(message["event"], birth["clock_shift"])
        answer = _answer(handler, event, Context(birth, message.get("ctx") or {}))
        print(END_OF_LOG, file=sys.stderr, flush=True)
        _say(answers, answer)


def _answer(handler: Callable[[Any, Context], Any], event: Any, context: Context) -> dict[str, Any]:
    try:
        return {"status": "ok", "result": json.loads(json.dumps(handler(event, context)))}
    except Exception as error:  # noqa: BLE001  Lambda reports whatever a handler raises
        return {"status": "error", "error": _told(error), "trace": traceback.format_exc()}


def _told(error: BaseException) -> str:
    return f"{type(error).__name__}: {error}"


def _say(answers: TextIO, answer: dict[str, Any]) -> None:
    answers.write(json.dumps(answer) + "\n")
    answers.flush()


def _in_its_day(event: Any, seconds: float) -> Any:
    """What came through a queue was sent in the function's day, too: handlers date by it."""
    records = event.get("Records") if seconds and isinstance(event, dict) else None
    for record in records or ():
        attributes = record.get("attributes", {})
        for name in attributes.keys() & {"SentTimestamp", "ApproximateFirstReceiveTimestamp"}:
            attributes[name] = str(int(attributes[name]) + int(seconds * 1000))
    return event


def _shift_clock(seconds: float) -> None:
    """Let the function live `seconds` later. Its own process only, before anything of it is imported."""
    real_time, real_time_ns = time.time, time.time_ns
    time.time = lambda: real_time() + seconds
    time.time_ns = lambda: real_time_ns() + int(seconds * 1_000_000_000)

    class AnyDatetime(type):
        def __instancecheck__(cls, value: object) -> bool:
            return isinstance(value, RealDatetime)

    class ShiftedDatetime(RealDatetime, metaclass=AnyDatetime):
        @classmethod
        def now(cls, tz: dt.tzinfo | None = None) -> Any:
            return cls.fromtimestamp(time.time(), tz)

        @classmethod
        def utcnow(cls) -> Any:
            return cls.fromtimestamp(time.time(), dt.UTC).replace(tzinfo=None)

        @classmethod
        def today(cls) -> Any:
            return cls.now()

    dt.datetime = ShiftedDatetime  # type: ignore[misc]


if __name__ == "__main__":
    main()
