"""GET, POST /answer/{token}: where somebody's data wait, and the code that opens it (T18; docs/rules.md, "Letters").

The browser is sent on to the package itself by a link that lives for a minute. A link that was never ours, has expired
or was tried too often gets one and the same answer.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from urllib.parse import parse_qsl, urlsplit

from privacy import metrics
from privacy.domain.letter import Language
from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages.answering import form
from privacy.inbound.pages.layout import Html, language_of, part, reply, sent_on
from privacy.inbound.payload import MalformedEvent
from privacy.operations.answers.collect_answer import (
    LINK_LIVES,
    Collected,
    Collecting,
    PackageBroken,
    Waiting,
    WrongCode,
    collect,
    waiting,
)

#: 256 bits in base64url.
_SECRET = re.compile(r"[A-Za-z0-9_-]{43}", re.ASCII)
#: Bytes of a code and a language, however clumsily it was typed.
MAX_FORM = 256


def look(event: Event, collecting: Callable[[], Collecting]) -> Reply:
    """Changes nothing."""
    secret, by = http.path_parameter(event, "token"), collecting()
    found = waiting(secret, by) if _SECRET.fullmatch(secret) else None
    return _page(found, language_of(event), by)


def press(event: Event, collecting: Callable[[], Collecting]) -> Reply:
    """Raises TooLarge, MalformedEvent, RequestConflict, ProviderUnavailable."""
    language, code = _sent(event)
    secret, by = http.path_parameter(event, "token"), collecting()
    if not _SECRET.fullmatch(secret):
        return _page(None, language, by)
    try:
        became = collect(secret, code, by)
    except PackageBroken:
        metrics.count("PackageBroken")
        return reply(part("answer_held", language), language, by.policy.controller)
    match became:
        case Collected(link):
            metrics.count("AnswerCollected")
            return sent_on(link)
        case WrongCode(left):
            metrics.count("AnswerCodeWrong")
            wrong = part("answer_wrong", language, {"left": str(left)}).content
            return _page(waiting(secret, by), language, by, wrong)
        case _:
            return _page(None, language, by)


def _page(found: Waiting | None, language: Language, by: Collecting, problem: Html | None = None) -> Reply:
    if found is None:
        return reply(part("answer_over", language), language, by.policy.controller)
    # a browser asks the page that held the form whether the answer may lead elsewhere
    link = urlsplit(by.packages.link(found.draft.text("name"), LINK_LIVES))
    return reply(
        part("answer_for_another" if found.about_another else "answer", language, {"problem": problem or ""}),
        language,
        by.policy.controller,
        sends_to=f"{link.scheme}://{link.netloc}",
    )


def _sent(event: Event) -> tuple[Language, str]:
    """The language of the words above the form, and the code as typed. Raises TooLarge, MalformedEvent."""
    try:
        said = dict(
            parse_qsl(form(event, MAX_FORM), keep_blank_values=True, strict_parsing=True, max_num_fields=2)
        )
        return Language(said["lang"]), said["code"]
    except (KeyError, ValueError):
        raise MalformedEvent("a form of ours") from None
