"""API Gateway HTTP API events (payload format 2.0) in, status codes out: never a body, never a word.

Whoever knocks learns nothing but the number, and what is refused leaves no trace: no write, no log line, no
exception text. The gateway's own metric counts it.
"""

from __future__ import annotations

import base64
import binascii
import hmac
from collections.abc import Callable, Iterable, Mapping
from functools import wraps
from typing import Any

from privacy import logs
from privacy.inbound.payload import MalformedEvent
from privacy.inbound.signature import InvalidSignature
from privacy.ports import LedgerUnavailable, ProviderUnavailable

type Event = Mapping[str, Any]
type Reply = dict[str, Any]

#: Bytes of body; Stripe's largest events are far below.
MAX_BODY = 256 * 1024

OK = 200
RECORDED = 204
TRY_AGAIN = 503


class NotFound(Exception):
    """There is nothing at this path: the path key is wrong."""


class TooLarge(Exception):
    """The body is larger than MAX_BODY."""


#: What each refusal is answered with. Anything else is ours to mend: the sender is asked to try again.
STATUS: Mapping[type[Exception], int] = {
    MalformedEvent: 400,
    InvalidSignature: 401,
    NotFound: 404,
    TooLarge: 413,
    LedgerUnavailable: TRY_AGAIN,
    ProviderUnavailable: TRY_AGAIN,
}

_REFUSALS = tuple(STATUS)


def answering(take: Callable[[Event], int]) -> Callable[[Event, object], Reply]:
    """A Lambda handler out of a function that takes the event and returns the status, or raises a refusal."""

    @wraps(take)
    def handle(event: Event, context: object) -> Reply:  # noqa: ARG001 - Lambda passes it
        try:
            status = take(event)
        except _REFUSALS as refusal:
            status = status_of(refusal)
        except Exception as unexpected:  # noqa: BLE001 - the last line before the sender
            logs.failure(unexpected)
            status = TRY_AGAIN
        return {"statusCode": status, "body": ""}

    logs.scrub()
    return handle


def status_of(refusal: Exception, table: Mapping[type[Exception], int] = STATUS) -> int:
    """The status of the nearest class that the table names."""
    return next(table[kind] for kind in type(refusal).__mro__ if kind in table)


def body(event: Event) -> bytes:
    """The raw body, measured before anything is done with it. Raises TooLarge, MalformedEvent."""
    sent = event.get("body") or ""
    if event.get("isBase64Encoded"):
        if len(sent) > MAX_BODY // 3 * 4 + 4:
            raise TooLarge
        try:
            raw = base64.b64decode(sent, validate=True)
        except (binascii.Error, ValueError):
            raise MalformedEvent("base64") from None
    elif len(sent) > MAX_BODY:
        raise TooLarge
    else:
        try:
            raw = sent.encode()
        except UnicodeEncodeError:
            raise MalformedEvent("text that is none") from None
    if len(raw) > MAX_BODY:
        raise TooLarge
    return raw


def header(event: Event, name: str) -> str | None:
    """name in lower case, as the gateway writes them. Repeated headers arrive joined by commas."""
    value = (event.get("headers") or {}).get(name)
    return value if isinstance(value, str) else None


def method(event: Event) -> str:
    return str(event["requestContext"]["http"]["method"])


def open_path(key: str, keys: Iterable[str]) -> None:
    """In constant time for each of the keys. Raises NotFound where none is the one."""
    sent = key.encode(errors="surrogatepass")
    if not sum(hmac.compare_digest(sent, valid.encode()) for valid in keys):
        raise NotFound


def path_parameter(event: Event, name: str) -> str:
    return str((event.get("pathParameters") or {}).get(name) or "")
