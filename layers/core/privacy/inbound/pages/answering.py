"""What every page answers with: itself, or a status and no word. What goes wrong is told to whoever watches."""

from __future__ import annotations

from collections.abc import Callable
from functools import wraps

from privacy import logs
from privacy.domain.policy import Controller
from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.layout import language_of, part, refusal, reply
from privacy.inbound.payload import MalformedEvent

#: Bytes that a form of ours sends: a button's name and value.
MAX_FORM = 32

_REFUSALS = (MalformedEvent, http.NotFound, http.TooLarge)


def answering(
    controller: Callable[[], Controller],
) -> Callable[[Callable[[Event], Reply]], Callable[..., Reply]]:
    """A Lambda handler out of a function that takes the event and returns the page, or raises a refusal.

    What goes wrong with us is a page too, that asks to try again: a person reads it.
    """

    def wrap(take: Callable[[Event], Reply]) -> Callable[[Event, object], Reply]:
        @wraps(take)
        def handle(event: Event, _context: object) -> Reply:
            try:
                return take(event)
            except _REFUSALS as refused:
                return refusal(http.status_of(refused))
            except Exception as unexpected:  # noqa: BLE001 - the last line before the reader
                logs.failure(unexpected)
            language = language_of(event)
            return reply(part("later", language), language, controller(), http.TRY_AGAIN)

        logs.scrub()
        return handle

    return wrap


def form(event: Event, most: int = MAX_FORM) -> str:
    """What a button of ours sent, of at most so many bytes. Raises TooLarge, MalformedEvent."""
    body = http.body(event)
    if len(body) > most:
        raise http.TooLarge
    try:
        return body.decode("ascii")
    except UnicodeDecodeError:
        raise MalformedEvent("a form") from None
