"""The operators' routes: what each is for, and in which role (functions/operator_api, docs/runbook.md "Operators")."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from privacy.domain.clocks import paris_day
from privacy.inbound import (
    http,
    operator_approvals,
    operator_breaches,
    operator_directives,
    operator_disclosures,
    operator_drafts,
    operator_holds,
    operator_identity,
    operator_imports,
    operator_links,
    operator_notes,
    operator_orders,
    operator_reconciliations,
    operator_register,
    operator_replays,
    operator_request_routes,
    operator_restrictions,
    operator_retention,
)
from privacy.inbound.operator import ACCEPTED, ANSWERED, DPO, Answer, asked_about, only, reader
from privacy.inbound.operator_means import Means
from privacy.inbound.payload import Document
from privacy.operations.people.decide_link import Bench, decide_link, weigh_link
from privacy.operations.people.describe_person import Reader, look_up_person
from privacy.operations.people.enter_orders import Book, Entered, add_orders, tell_deliveries
from privacy.operations.people.list_links import list_links
from privacy.operations.people.list_notes import close_note, list_notes


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
        recipients=means.recipients(),
    )
    return Answer(ANSWERED, description)


def _add_orders(event: http.Event, who: Reader, means: Means) -> Answer:
    orders, said = operator_orders.orders(event, paris_day(means.now()))
    return _outcomes(add_orders(orders, _book(said, who, means)))


def _tell_deliveries(event: http.Event, who: Reader, means: Means) -> Answer:
    deliveries, said = operator_orders.deliveries(event, paris_day(means.now()))
    correct = operator_orders.asked(said, "correct")
    return _outcomes(tell_deliveries(deliveries, _book(said, who, means), correct=correct))


def _list_links(event: http.Event, who: Reader, means: Means) -> Answer:
    links = list_links(
        operator_links.limit(event),
        reader=who,
        stores=means.stores(),
        policy=means.policy(),
        pseudonyms=means.pseudonyms(),
        now=means.now(),
    )
    return Answer(ANSWERED, links)


def _weigh_link(event: http.Event, who: Reader, means: Means) -> Answer:
    return Answer(ANSWERED, weigh_link(operator_links.question(event), _bench(who, means)))


def _decide_link(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    question, seen = operator_links.question(event), operator_links.seen(event)
    return Answer(ANSWERED, decide_link(question, seen, _bench(who, means)))


def _bench(who: Reader, means: Means) -> Bench:
    return Bench(who, means.stores(), means.policy(), means.pseudonyms(), means.now())


def _book(said: Document, who: Reader, means: Means) -> Book:
    write = not operator_orders.asked(said, "dry_run")
    return Book(means.stores(), means.policy(), means.pseudonyms(), who.name, means.now(), write=write)


def _outcomes(entered: list[Entered]) -> Answer:
    return Answer(ANSWERED, {"outcomes": [outcome.value for outcome in entered]})


def _list_notes(_event: http.Event, who: Reader, means: Means) -> Answer:
    listed = list_notes(
        means.notes(), reader=who, stores=means.stores(), policy=means.policy(), now=means.now()
    )
    return Answer(ANSWERED, listed)


def _close_note(event: http.Event, who: Reader, means: Means) -> Answer:
    note = operator_notes.closed(event)
    closed = close_note(note, means.notes(), reader=who, stores=means.stores(), now=means.now())
    return Answer(ANSWERED, {"closed": closed})


def _rebuild(_event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    run = means.new_run_id()
    means.rebuilds().send([{"run": run}])
    return Answer(ACCEPTED, {"run": run})


def _import(_event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    return operator_imports.begin(means.runs(), means.imports(), means.now(), means.chance())


def _import_status(_event: http.Event, _who: Reader, means: Means) -> Answer:
    return operator_imports.status(means.runs(), means.stores().registry)


def _approve_plan(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    return operator_imports.approve(
        event,
        by=who.name,
        runs=means.runs(),
        registry=means.stores().registry,
        queue=means.imports(),
        now=means.now(),
    )


def _reconcile(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    return operator_reconciliations.begin(
        event, means.begin_reconciliation, means.reconciliations, means.now()
    )


def _reconciliation_status(event: http.Event, _who: Reader, means: Means) -> Answer:
    return operator_reconciliations.status(event, means.runs(), means.policy().guard)


def _approve_removals(event: http.Event, who: Reader, means: Means) -> Answer:
    only(DPO, who)
    return operator_reconciliations.approve(event, who.name, means.runs(), means.reconciliations, means.now())


ROUTES: Mapping[str, Callable[[http.Event, Reader, Means], Answer]] = {
    "POST /operator/imports": _import,
    "POST /operator/imports/approvals": _approve_plan,
    "POST /operator/imports/status": _import_status,
    "POST /operator/notes/closings": _close_note,
    "POST /operator/notes/lookups": _list_notes,
    "POST /operator/orders": _add_orders,
    "POST /operator/orders/deliveries": _tell_deliveries,
    "POST /operator/people/links/decisions": _decide_link,
    "POST /operator/people/links/lookups": _list_links,
    "POST /operator/people/links/previews": _weigh_link,
    "POST /operator/people/lookups": _look_up,
    "POST /operator/rebuilds": _rebuild,
    "POST /operator/reconciliations": _reconcile,
    "POST /operator/reconciliations/approvals": _approve_removals,
    "POST /operator/reconciliations/status": _reconciliation_status,
    **operator_approvals.ROUTES,
    **operator_breaches.ROUTES,
    **operator_disclosures.ROUTES,
    **operator_directives.ROUTES,
    **operator_drafts.ROUTES,
    **operator_holds.ROUTES,
    **operator_identity.ROUTES,
    **operator_register.ROUTES,
    **operator_replays.ROUTES,
    **operator_request_routes.ROUTES,
    **operator_restrictions.ROUTES,
    **operator_retention.ROUTES,
}
