"""The operators' routes: what each is for, and in which role (functions/operator_api, docs/runbook.md "Operators")."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Policy
from privacy.inbound import http
from privacy.inbound.operator import ACCEPTED, ANSWERED, DPO, Answer, asked_about, only, reader
from privacy.operations.describe_person import Reader, look_up_person
from privacy.operations.fold_people import Stores
from privacy.ports import KeyQueue


@dataclass(frozen=True, slots=True)
class Means:
    """What the routes work with, each part asked for where it is used: a refusal costs none of them."""

    stores: Callable[[], Stores]
    policy: Callable[[], Policy]
    pseudonyms: Callable[[], Pseudonyms]
    rebuilds: Callable[[], KeyQueue]
    new_run_id: Callable[[], str]
    now: Callable[[], datetime]


def answer(event: http.Event, means: Means) -> Answer:
    """Raises NotAllowed, NotFound, and what the route's own work raises."""
    who = reader(event)
    route = ROUTES.get(str(event.get("routeKey")))
    if route is None:
        raise http.NotFound
    return route(event, who, means)


def _look_up(event: http.Event, who: Reader, means: Means) -> Answer:
    description = look_up_person(
        asked_about(event, means.pseudonyms()),
        reader=who,
        stores=means.stores(),
        policy=means.policy(),
        now=means.now(),
    )
    return Answer(ANSWERED, description)


def _rebuild(_event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    run = means.new_run_id()
    means.rebuilds().send([{"run": run}])
    return Answer(ACCEPTED, {"run": run})


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/people/lookups": _look_up,
    "POST /operator/rebuilds": _rebuild,
}
