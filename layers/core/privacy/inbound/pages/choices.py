"""GET, POST /choices/{token}: what we send to the reader of a letter, and the button that ends it (P20, RFC 8058).

A mail program presses it by itself, with a form of its own: it is answered with the same page, and never sent on. A
link that has expired or never was gets one and the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from privacy import metrics
from privacy.domain.letter import Language
from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.answering import form
from privacy.inbound.pages.layout import language_of, part, reply
from privacy.inbound.payload import MalformedEvent
from privacy.operations.consent.choose import Choosing, offers_are_sent, withdraw

#: 256 bits in base64url.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
#: What the button sends: in which language the words above it were read.
_PRESSED = {f"lang={language.value}": language for language in Language}
#: What a mail program sends, in either form (RFC 8058, 3.2).
_ONE_CLICK = "List-Unsubscribe=One-Click"
_IN_PARTS = re.compile(
    r'--\S+\r\nContent-Disposition: form-data; name="?List-Unsubscribe"?\r\n(?:[\w-]+: [^\r\n]*\r\n)*'
    r"\r\nOne-Click\r\n--\S+--(?:\r\n)?",
    re.ASCII | re.IGNORECASE,
)
#: Bytes of the longer one, with whatever boundary.
_MOST = 1_000


def look(event: Event, choosing: Callable[[], Choosing]) -> Reply:
    """Changes nothing."""
    secret, by, language = http.path_parameter(event, "token"), choosing(), language_of(event)
    sent = offers_are_sent(secret, by) if _SECRET.fullmatch(secret) else None
    page = {True: "choices_on", False: "choices_off", None: "expired"}[sent]
    return reply(part(page, language), language, by.policy.controller)


def press(event: Event, choosing: Callable[[], Choosing]) -> Reply:
    """Raises TooLarge, MalformedEvent, LedgerUnavailable."""
    language = _language(event)
    secret, by = http.path_parameter(event, "token"), choosing()
    if not (_SECRET.fullmatch(secret) and withdraw(secret, by)):
        return reply(part("expired", language), language, by.policy.controller)
    metrics.count("ChoiceWithdrawn")
    return reply(part("choices_withdrawn", language), language, by.policy.controller)


def _language(event: Event) -> Language:
    """Of the words above our button, or of whatever a mail program prefers. Raises TooLarge, MalformedEvent."""
    sent = form(event, _MOST)
    if sent in _PRESSED:
        return _PRESSED[sent]
    if sent != _ONE_CLICK and not _IN_PARTS.fullmatch(sent):
        raise MalformedEvent("a button of ours")
    return language_of(event)
