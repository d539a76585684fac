"""Checklist 18 and 40 on the operators' API: who may, by which way, with what in hand. Whoever is refused learns the
number of a status; nothing is read in anybody's name, nothing is changed.
"""

from __future__ import annotations

import copy
import json
from collections.abc import Callable, Iterator
from typing import Any

import pytest

from privacy.inbound.operator_routes import ROUTES
from tests.office import ACCOUNT, DPO, STAFF, Office, signed
from tests.telling import CAMILLE

pytestmark = pytest.mark.attack

#: What nobody but the DPO may do, whatever else they know. A route that comes or goes is looked at here.
DPO_ALONE = {
    "POST /operator/directives/revocations",
    "POST /operator/holds",
    "POST /operator/holds/releases",
    "POST /operator/imports",
    "POST /operator/imports/approvals",
    "POST /operator/people/links/decisions",
    "POST /operator/rebuilds",
    "POST /operator/reconciliations",
    "POST /operator/reconciliations/approvals",
    "POST /operator/replays",
    "POST /operator/replays/status",
    "POST /operator/requests/extensions",
    "POST /operator/requests/fees",
    "POST /operator/requests/proofs",
    "POST /operator/requests/refusals",
    "POST /operator/restrictions",
    "POST /operator/restrictions/announcements",
    "POST /operator/restrictions/lifts",
    "POST /operator/retention/runs",
    "POST /operator/retention/runs/approvals",
}
CASE = "IM-2027-000001"
#: A body that would do something at nearly every route.
KNOWING = json.dumps({
    "email": CAMILLE, "request": CASE, "item": "access", "digest": "3f" * 32, "command": "c1", "reason": "x",
    "decision": "send_back", "person": "person-1", "kind": "legal", "review_on": "2027-06-01", "text": "x",
})  # fmt: skip


@pytest.fixture(scope="module")
def built() -> Office:
    office = Office()
    assert office.mailed("access") == CASE
    return office


@pytest.fixture
def office(built: Office) -> Iterator[Office]:
    """The same for every attack, since none changes anything, nor reads in anybody's name."""
    before = _state(built)
    yield built
    assert _state(built) == before


def _state(office: Office) -> object:
    stores = (
        office.requests.cases,
        office.registry.reads,
        office.stores.ledger.partitions,  # type: ignore[attr-defined]
        office.holds.held,
        office.called,
    )
    return copy.deepcopy(stores)


def _without(event: dict[str, Any], *path: str) -> dict[str, Any]:
    inner = event
    for name in path[:-1]:
        inner = inner[name]
    del inner[path[-1]]
    return event


def _as(arn: object) -> Callable[[dict[str, Any]], dict[str, Any]]:
    def forged(event: dict[str, Any]) -> dict[str, Any]:
        event["requestContext"]["authorizer"]["iam"]["userArn"] = arn
        return event

    return forged


_DPO_ARN = f"arn:aws:sts::{ACCOUNT}:assumed-role/{DPO}/alix"
FORGED: dict[str, Callable[[dict[str, Any]], dict[str, Any]]] = {
    "nobody": lambda event: _without(event, "requestContext", "authorizer"),
    "no_context": lambda event: _without(event, "requestContext"),
    "no_account": lambda event: _without(event, "requestContext", "accountId"),
    "a_token_instead": lambda event: {
        **event,
        "headers": {"authorization": "Bearer eyJhbGciOiJub25lIn0.eyJyb2xlIjoiZHBvIn0."},
        "requestContext": {
            "accountId": ACCOUNT,
            "authorizer": {"jwt": {"claims": {"role": "dpo", "sub": "alix"}, "scopes": None}},
        },
    },
    "a_lambda_authoriser_s_word": lambda event: {
        **event,
        "requestContext": {"accountId": ACCOUNT, "authorizer": {"lambda": {"userArn": _DPO_ARN}}},
    },
    "in_the_headers": lambda event: {
        **_without(event, "requestContext", "authorizer"),
        "headers": {"x-amzn-iam-user-arn": _DPO_ARN, "x-forwarded-user": "alix", "x-role": "dpo"},
    },
    "in_the_query": lambda event: {
        **_without(event, "requestContext", "authorizer"),
        "queryStringParameters": {"userArn": _DPO_ARN, "X-Amz-Credential": "AKIA/20270308/eu-west-3"},
    },
    "at_the_top": lambda event: {
        **_without(event, "requestContext", "authorizer"),
        "authorizer": {"iam": {"userArn": _DPO_ARN}},
        "accountId": ACCOUNT,
    },
    "another_account": _as(f"arn:aws:sts::999999999999:assumed-role/{DPO}/alix"),
    "a_function_of_ours": _as(f"arn:aws:sts::{ACCOUNT}:assumed-role/FoldPeopleRole/fold_people"),
    "the_owner_of_the_account": _as(f"arn:aws:iam::{ACCOUNT}:root"),
    "a_user": _as(f"arn:aws:iam::{ACCOUNT}:user/{DPO}/alix"),
    "a_federated_user": _as(f"arn:aws:sts::{ACCOUNT}:federated-user/{DPO}"),
    "a_role_s_name_longer": _as(f"arn:aws:sts::{ACCOUNT}:assumed-role/{DPO}2/alix"),
    "a_role_in_a_path": _as(f"arn:aws:sts::{ACCOUNT}:assumed-role/x/{DPO}/alix"),
    "a_name_with_a_line": _as(f"{_DPO_ARN}\n"),
    "full_width_digits": _as(_DPO_ARN.replace("1", "１")),
    "two": _as([_DPO_ARN, _DPO_ARN]),
}


@pytest.mark.parametrize("forge", FORGED.values(), ids=FORGED)
def test_40_nobody_whom_the_gateway_did_not_name_gets_in_anywhere(
    office: Office, forge: Callable[[dict[str, Any]], dict[str, Any]], capfd: pytest.CaptureFixture[str]
) -> None:
    for route in ROUTES:
        reply = office.handle(forge(signed(route, DPO, KNOWING)))
        assert (reply["statusCode"], reply["body"]) == (403, ""), route
    assert capfd.readouterr() == ("", "")


def test_40_what_only_the_dpo_may_do_staff_may_not_and_nobody_is_told_whether_there_is_such_a_case(
    office: Office,
) -> None:
    for route in DPO_ALONE:
        replies = [
            office.handle(signed(route, STAFF, KNOWING.replace(CASE, case)))
            for case in (CASE, "IM-2027-999999", "")
        ]
        assert {(reply["statusCode"], reply["body"]) for reply in replies} == {(403, "")}, route


def test_40_every_other_route_is_open_to_staff(office: Office) -> None:
    """By what it says of a body that means nothing: or else the list above would prove nothing."""
    answered = {route: office.handle(signed(route, STAFF, '"nothing"'))["statusCode"] for route in ROUTES}
    assert {route for route, status in answered.items() if status == 403} == DPO_ALONE


PATHS: dict[str, Callable[[str], str]] = {
    "looked_at": lambda route: route.replace("POST", "GET"),
    "asked_for_its_head": lambda route: route.replace("POST", "HEAD"),
    "put": lambda route: route.replace("POST", "PUT"),
    "deleted": lambda route: route.replace("POST", "DELETE"),
    "preflight": lambda route: route.replace("POST", "OPTIONS"),
    "any_method": lambda route: route.replace("POST", "ANY"),
    "small_letters": str.lower,
    "a_slash_more": lambda route: f"{route}/",
    "two_slashes": lambda route: route.replace("/operator/", "/operator//"),
    "a_way_around": lambda route: route.replace("/operator/", "/operator/x/../"),
    "encoded": lambda route: route.replace("/operator/", "/operator%2f"),
    "a_query": lambda route: f"{route}?x=1",
    "without_method": lambda route: route.removeprefix("POST "),
    "by_default": lambda _: "$default",
    "a_stage_before": lambda route: route.replace("/operator", "/prod/operator"),
}


@pytest.mark.parametrize("name", PATHS.values(), ids=PATHS)
def test_40_no_other_spelling_of_a_route_leads_to_it(office: Office, name: Callable[[str], str]) -> None:
    for route in ROUTES:
        event = signed(name(route), DPO, KNOWING)
        # what the gateway matched counts, and not what stands in the path that was asked for
        event |= {"rawPath": route.removeprefix("POST "), "headers": {"x-original-url": route[5:]}}
        reply = office.handle(event)
        assert (reply["statusCode"], reply["body"]) == (404, ""), route


#: Who needs nothing of a body reads none.
NO_BODY = {
    "POST /operator/holds/lookups",
    "POST /operator/imports",
    "POST /operator/imports/approvals",
    "POST /operator/imports/status",
    "POST /operator/notes/lookups",
    "POST /operator/rebuilds",
    "POST /operator/reconciliations/approvals",
    "POST /operator/reconciliations/status",
    "POST /operator/register/counts",
}
BODIES: dict[str, tuple[str, set[int]]] = {
    "too_large": ("x" * 300_000, {413}),
    "too_large_in_letters_of_three_bytes": ('{"email": "' + "漢" * 100_000 + '"}', {413}),
    "half_a_document": ('{"request": ', {400}),
    "a_list": ("[]", {400}),
    "nested_for_ever": ("[" * 100_000, {400}),
    "a_number_that_is_none": ('{"request": NaN}', {400}),
    "a_lone_surrogate": ('{"email": "\\ud800@example.fr", "request": "\\ud800"}', {400}),
    "bytes_that_are_no_text": ("\ud800", {400}),
}


@pytest.mark.parametrize(("body", "status"), BODIES.values(), ids=BODIES)
def test_40_what_is_no_document_of_ours_is_refused_before_anything_is_done(
    office: Office, body: str, status: set[int], capfd: pytest.CaptureFixture[str]
) -> None:
    for route in ROUTES.keys() - NO_BODY:
        reply = office.handle(signed(route, DPO, body))
        assert reply["statusCode"] in status, route
        assert reply["body"] == "", route
    assert capfd.readouterr() == ("", "")


def test_18_an_approval_is_of_the_case_the_item_and_the_digest_that_it_names(office: Office) -> None:
    for said in (
        {"digest": "0" * 64},
        {"item": "erasure", "digest": "3f" * 32},
        {"request": "IM-2027-000002", "digest": "3f" * 32},
        {"request": CASE.lower(), "digest": "3f" * 32},
        {"request": f"{CASE} ", "digest": "3f" * 32},
        {"digest": "3F" * 32},
    ):
        status, _ = office.tell(
            "/approvals", DPO, command="c1", **{"request": CASE, "item": "access", **said}
        )
        assert status in {400, 404, 409}, said


def test_40_no_answer_may_be_kept_or_read_as_something_else(office: Office) -> None:
    for event in (signed("POST /operator/requests/lookups"), signed("POST /x"), {"routeKey": "POST /x"}):
        headers = office.handle(event)["headers"]
        assert (headers["Cache-Control"], headers["X-Content-Type-Options"]) == ("no-store", "nosniff")
