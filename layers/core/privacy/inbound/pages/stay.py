"""GET, POST /stay/{token}: the page behind a renewal letter's link, and its button (A3, E135).

A link that was used, has expired or never was gets one and the same answer, whoever asks in whichever way: it says
nothing of anybody.
"""

from __future__ import annotations

import re
from collections.abc import Callable

from privacy import metrics
from privacy.domain.consent import form_in_force
from privacy.domain.letter import Language
from privacy.domain.letter_words import length_in_words
from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.answering import form
from privacy.inbound.pages.layout import language_of, part, reply
from privacy.inbound.payload import MalformedEvent
from privacy.operations.consent.stay_subscribed import CARRIER, Staying, may_stay, stay
from privacy.ports import Appended

#: 256 bits in base64url.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
#: What the button sends: in which language the words above it were read.
_PRESSED = {f"lang={language.value}": language for language in Language}


class NoSuchForm(Exception):
    """policy/imera.toml has no version of the stay page's form: nobody could say what was agreed to."""


def look(event: Event, staying: Callable[[], Staying]) -> Reply:
    """Changes nothing."""
    secret = http.path_parameter(event, "token")
    return _page(event, staying(), open_=bool(_SECRET.fullmatch(secret)) and may_stay(secret, staying()))


def press(event: Event, staying: Callable[[], Staying]) -> Reply:
    """Raises TooLarge, MalformedEvent, LedgerUnavailable."""
    language = _PRESSED.get(form(event))
    if language is None:
        raise MalformedEvent("a button of ours")
    secret, by = http.path_parameter(event, "token"), staying()
    became = stay(secret, language, by) if _SECRET.fullmatch(secret) else None
    if became is not Appended.NEW:
        return _page(event, by, open_=False)
    metrics.count("SubscriptionRenewed")
    return reply(part("stayed", language, {"length": _length(by, language)}), language, by.policy.controller)


def _page(event: Event, staying: Staying, *, open_: bool) -> Reply:
    language = language_of(event)
    said = part("over", language)
    if open_:
        said = part(
            "stay", language, {"wording": _wording(staying, language), "length": _length(staying, language)}
        )
    return reply(said, language, staying.policy.controller)


def _wording(staying: Staying, language: Language) -> str:
    """What the button says, as the proof will have it (G3). Raises NoSuchForm."""
    version = form_in_force(staying.policy, CARRIER, staying.now())
    if version is None:
        raise NoSuchForm
    return version.wording[language.value]


def _length(staying: Staying, language: Language) -> str:
    return length_in_words(staying.policy.periods.newsletter_only, language)
