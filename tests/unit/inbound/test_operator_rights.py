"""The operators' routes to the other rights: drafted by staff, refused and restricted by the DPO, written down."""

from __future__ import annotations

from typing import Any

import pytest

from privacy.domain.request_steps import AUTO, Kind, Step
from privacy.operations.people.fold_people import fold_people
from privacy.operations.requests.append_steps import append_steps
from privacy.ports.directives import Directive
from tests.office import DPO, STAFF, Office
from tests.requesting import POLICY
from tests.telling import CAMILLE, at, email, session


@pytest.fixture
def office() -> Office:
    office = Office()
    office.stores.ledger.append(session("2027-01-22", box=True))
    fold_people(
        [email()], stores=office.stores, policy=POLICY, now=at("2027-01-22"), new_id=lambda: "person-1"
    )
    return office


def begun(office: Office, right: str) -> str:
    """A case of which nobody doubts who asks."""
    case = office.mailed(right)
    step = Step(Kind.BEGUN, office.now, AUTO, "", {"items": (right,)})
    append_steps(case, lambda _: [step], log=office.requests, periods=POLICY.periods)
    return case


def drafted(office: Office, case: str, item: str, **said: Any) -> tuple[int, Any]:
    return office.tell("/drafts", request=case, command=f"d-{item}-{len(said)}", item=item, **said)


def test_what_is_drafted_is_shown_with_the_digest_to_approve_it_by(office: Office) -> None:
    case = begun(office, "rectification")
    status, content = drafted(office, case, "rectification", fields={"city": "Paris"})
    assert (status, content["request"]["state"]) == (200, "awaiting_approval")
    draft = content["draft"]
    assert (draft["plan"], draft["changes"]) == ("rectification", ["city\t\tParis"])
    told = {"request": case, "item": "rectification", "digest": draft["digest"]}
    assert office.tell("/approvals", command="a1", **told)[0] == 200
    assert ("alix", "staff", "person-1", "draft_answer") in office.registry.reads


@pytest.mark.parametrize(
    ("item", "said"),
    [("rectification", {"fields": {"city": "Paris"}}), ("restriction", {"ground": "claims"})],
)
def test_who_was_noted_as_having_the_data_since_is_told_too_by_a_draft_made_anew(
    office: Office, item: str, said: dict[str, Any]
) -> None:
    case = begun(office, item)
    _, before = drafted(office, case, item, **said)
    given = {"recipient": "Colissimo", "capacity": "processor", "data": "name", "on": "2027-01-22"}
    assert office.ask("/operator/people/disclosures", STAFF, email=CAMILLE, **given)[0] == 200
    told = {"request": case, "item": item}
    assert "draft it anew" in office.refused("/approvals", digest=before["draft"]["digest"], **told)
    _, anew = office.tell("/drafts", request=case, command="d2", item=item, **said)
    office.do("/approvals", digest=anew["draft"]["digest"], **told)
    assert anew["draft"]["recipients"][0].startswith("Colissimo")


def test_the_same_draft_told_twice_is_one(office: Office) -> None:
    case = begun(office, "restriction")
    first = office.tell("/drafts", request=case, command="c1", item="restriction", ground="claims")
    again = office.tell("/drafts", request=case, command="c1", item="restriction", ground="claims")
    assert first == again
    assert sum(step.kind is Kind.DRAFTED for step in office.case(case).steps) == 1


@pytest.mark.parametrize(
    "said",
    [
        {"lines": "one"},
        {"lines": [" "]},
        {"lines": [1]},
        {"fields": ["city"]},
        {"fields": {"city": 1}},
        {"item": "no item"},
    ],
)
def test_what_is_no_proposal_is_not_understood(office: Office, said: dict[str, Any]) -> None:
    case = begun(office, "rectification")
    asked = {"request": case, "command": "c1", "item": "rectification"} | said
    assert office.tell("/drafts", **asked)[0] == 400


def test_what_is_not_drafted_by_hand_is_said(office: Office) -> None:
    case = begun(office, "restriction")
    assert "ground" in office.refused("/drafts", request=case, item="restriction", ground="whim")
    assert "no access" in office.refused("/drafts", request=case, item="access")


def test_staff_neither_refuse_nor_ask_for_money_nor_restrict_nor_lift(office: Office) -> None:
    case = begun(office, "rectification")
    said = {"request": case, "command": "c1", "reason": "…", "item": "rectification", "amount": 100}
    for path in ("/operator/requests/refusals", "/operator/requests/fees", "/operator/restrictions"):
        assert office.ask(path, STAFF, **said)[0] == 403
    for path in ("announcements", "lifts"):
        assert office.ask(f"/operator/restrictions/{path}", STAFF, on="2027-06-01", **said)[0] == 403
    assert office.ask("/operator/directives/revocations", STAFF, email=CAMILLE)[0] == 403
    assert office.holds.all() == []


def test_the_dpo_refuses_with_reasons_and_a_fee_is_in_cents(office: Office) -> None:
    case = begun(office, "rectification")
    office.do("/fees", DPO, request=case, item="rectification", amount=1250, reason="…")
    assert office.refused("/refusals", DPO, request=case, reason=" ")
    refused = office.do("/refusals", DPO, request=case, reason="déjà exact", item="rectification")
    assert refused["state"] == "refused"


@pytest.mark.parametrize("item", ["the rectification", 7, ["rectification"], {"id": "of all"}, "é"])
def test_what_is_no_item_s_name_is_not_taken_for_all_of_them(office: Office, item: object) -> None:
    case = begun(office, "rectification")
    said = {"request": case, "reason": "déjà exact", "item": item, "command": "c1"}
    assert office.tell("/refusals", DPO, **said)[0] == 400
    assert office.tell("/previews", **said)[0] == 400
    assert office.case(case).items[0].state.value == "in_progress"


def test_data_are_restricted_at_once_and_lifted_only_after_they_were_told(office: Office) -> None:
    case = begun(office, "rectification")
    said = {"request": case, "reason": "exactitude contestée"}
    status, _ = office.ask("/operator/restrictions", DPO, command="c1", **said)
    assert (status, [hold.kind for hold in office.holds.all()]) == (200, ["restriction"])
    status, content = office.ask("/operator/restrictions/lifts", DPO, command="c2", **said)
    assert (status, "told first" in content["because"]) == (409, True)
    assert office.refused("/decisions", DPO, request=case, decision="lift", hold="restriction", reason="…")
    assert len(office.holds.all()) == 1


def test_whoever_reads_a_directive_is_written_down_and_the_dpo_deletes_it(office: Office) -> None:
    wish = Directive(email(), ("tout effacer",), "Anna Exemple", "IM-2027-000001", office.now)
    office.directives.register(wish, office.now.date())
    status, content = office.ask("/operator/directives/lookups", STAFF, email=CAMILLE)
    assert (status, content["directive"]["words"]) == (200, ["tout effacer"])
    assert office.registry.reads == [("alix", "staff", "person-1", "read_directive")]
    status, content = office.ask("/operator/directives/revocations", DPO, email=CAMILLE)
    assert (status, content["revoked"]) == (200, True)
    assert office.ask("/operator/directives/lookups", STAFF, email=CAMILLE)[1] == {"directive": None}


def test_a_recipient_is_one_that_the_policy_names(office: Office) -> None:
    case = begun(office, "rectification")
    because = office.refused("/notices", request=case, recipient="nobody", outcome="told", words="…")
    assert "policy/imera.toml name aws" in because
