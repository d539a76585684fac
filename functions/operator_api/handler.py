"""POST /operator/people/lookups, POST /operator/rebuilds: for operators, by their IAM role."""

from __future__ import annotations

from privacy import bootstrap
from privacy.inbound import http, operator
from privacy.inbound.operator import ACCEPTED, ANSWERED, Answer
from privacy.operations.describe_person import Reader, look_up_person


@operator.answering
def handle(event: http.Event) -> Answer:
    who = operator.reader(event)
    match event.get("routeKey"):
        case "POST /operator/people/lookups":
            return _look_up(event, who)
        case "POST /operator/rebuilds":
            return _rebuild(who)
        case _:
            raise http.NotFound


def _look_up(event: http.Event, who: Reader) -> Answer:
    description = look_up_person(
        operator.asked_about(event, bootstrap.pseudonyms()),
        reader=who,
        stores=bootstrap.fold_stores(),
        policy=bootstrap.policy(),
        now=bootstrap.now(),
    )
    return Answer(ANSWERED, description)


def _rebuild(who: Reader) -> Answer:
    operator.only(operator.DPO, who)
    run = bootstrap.new_run_id()
    bootstrap.rebuild_people_queue().send([{"run": run}])
    return Answer(ACCEPTED, {"run": run})
