"""GET, POST /confirm/{token}: the page behind a challenge's link, and its button (A6, E96).

It says what was asked of us, and nothing of what we hold: the same page, whoever is known. A link that was used, has
expired or never was gets one and the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from html import escape

from privacy import metrics
from privacy.domain.clocks import paris_day
from privacy.domain.letter import Language
from privacy.domain.letter_words import day_in_words, right_in_words
from privacy.domain.request import Item
from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.answering import form
from privacy.inbound.pages.layout import Html, language_of, part, reply
from privacy.inbound.payload import MalformedEvent
from privacy.operations.identity.confirm_identity import Confirming, asked_by, confirm

#: 256 bits in base64url.
SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
#: What the button sends: in which language the words above it were read.
_PRESSED = {f"lang={language.value}": language for language in Language}


def look(event: Event, confirming: Callable[[], Confirming]) -> Reply:
    """Changes nothing."""
    secret, by, language = http.path_parameter(event, "token"), confirming(), language_of(event)
    items = asked_by(secret, by) if SECRET.fullmatch(secret) else ()
    if not items:
        return reply(part("expired", language), language, by.policy.controller)
    values: dict[str, str | Html] = {
        "rights": rights(items, language),
        "asked_on": day_in_words(min(paris_day(item.received_at) for item in items), language),
    }
    return reply(part("confirm", language, values), language, by.policy.controller)


def press(event: Event, confirming: Callable[[], Confirming]) -> Reply:
    """Raises TooLarge, MalformedEvent, RequestConflict."""
    language = _PRESSED.get(form(event))
    if language is None:
        raise MalformedEvent("a button of ours")
    secret, by = http.path_parameter(event, "token"), confirming()
    items = confirm(secret, by) if SECRET.fullmatch(secret) else ()
    if not items:
        return reply(part("expired", language), language, by.policy.controller)
    metrics.count("IdentityVerified", method="link")
    return reply(part("confirmed", language), language, by.policy.controller)


def rights(items: tuple[Item, ...], language: Language) -> Html:
    """A list's lines."""
    return Html("\n".join(f"<li>{escape(right_in_words(item.right, language))}</li>" for item in items))
