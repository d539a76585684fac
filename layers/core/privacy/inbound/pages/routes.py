"""The pages and where they stand: template.yaml has the same routes."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import NamedTuple

from privacy.inbound import http
from privacy.inbound.http import Event, Reply
from privacy.inbound.pages import stay
from privacy.operations.stay_subscribed import Staying


class Means(NamedTuple):
    """What pages take; each asks for its own part only."""

    staying: Callable[[], Staying]


ROUTES: Mapping[str, Callable[[Event, Means], Reply]] = {
    "GET /stay/{token}": lambda event, means: stay.look(event, means.staying),
    "POST /stay/{token}": lambda event, means: stay.press(event, means.staying),
}


def answer(event: Event, means: Means) -> Reply:
    """Raises NotFound where there is no such page, and whatever the page raises."""
    page = ROUTES.get(str(event.get("routeKey")))
    if page is None:
        raise http.NotFound
    return page(event, means)
