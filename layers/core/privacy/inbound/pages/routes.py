"""The pages and where they stand: template.yaml has the same routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages import choices, collect, confirm, document, stay
from privacy.operations.answers.collect_answer import Collecting
from privacy.operations.consent.choose import Choosing
from privacy.operations.consent.stay_subscribed import Staying
from privacy.operations.identity.confirm_identity import Confirming
from privacy.operations.identity.prove_identity import Proving


class Means(NamedTuple):
    """What pages take; each asks for its own part only."""

    staying: Callable[[], Staying]
    choosing: Callable[[], Choosing]
    confirming: Callable[[], Confirming]
    collecting: Callable[[], Collecting]
    proving: Callable[[], Proving]


ROUTES: Mapping[str, Callable[[Event, Means], Reply]] = {
    "GET /choices/{token}": lambda event, means: choices.look(event, means.choosing),
    "POST /choices/{token}": lambda event, means: choices.press(event, means.choosing),
    "GET /stay/{token}": lambda event, means: stay.look(event, means.staying),
    "POST /stay/{token}": lambda event, means: stay.press(event, means.staying),
    "GET /answer/{token}": lambda event, means: collect.look(event, means.collecting),
    "POST /answer/{token}": lambda event, means: collect.press(event, means.collecting),
    "GET /document/{token}": lambda event, means: document.look(event, means.proving),
    "GET /document/{token}/done": lambda event, means: document.land(event, means.proving),
    "GET /confirm/{token}": lambda event, means: confirm.look(event, means.confirming),
    "POST /confirm/{token}": lambda event, means: confirm.press(event, means.confirming),
}


def answer(event: Event, means: Means) -> Reply:
    """Raises NotFound where there is no such page, and whatever the page raises."""
    page = ROUTES.get(str(event.get("routeKey")))
    if page is None:
        raise http.NotFound
    return page(event, means)
