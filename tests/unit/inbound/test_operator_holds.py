"""Holds on people: placed and lifted by the DPO, found by whoever has to look, and written down (A23, R26)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from privacy.operations.people.fold_people import fold_people
from privacy.ports.retention import LegalHold
from tests.office import DPO, STAFF, Office
from tests.requesting import POLICY
from tests.telling import BENOIT, CAMILLE, PSEUDONYMS, at, email, session


@pytest.fixture
def office() -> Office:
    office = Office()
    told = session("2026-11-22", box=True)
    office.stores.ledger.append(told)
    fold_people(
        [email()], stores=office.stores, policy=POLICY, now=at("2026-11-22"), new_id=lambda: "person-1"
    )
    return office


def place(office: Office, role: str = DPO, **said: Any) -> tuple[int, Any]:
    asked = {"email": CAMILLE, "kind": "legal", "reason": "claim 17", "review_on": "2027-06-01"} | said
    return office.ask("/operator/holds", role, **asked)


def test_a_hold_stands_on_the_person_with_reason_and_review_day_and_who_placed_it(office: Office) -> None:
    status, content = place(office)
    assert (status, content["person"]) == (200, "person-1")
    hold = LegalHold("person-1", "legal", "claim 17", "alix", office.now, date(2027, 6, 1))
    assert office.holds.of(["person-1"]) == [hold]
    assert office.registry.reads == [("alix", "dpo", "person-1", "place_hold")]


def test_only_the_dpo_places_and_lifts_holds_and_staff_may_look(office: Office) -> None:
    assert place(office, STAFF)[0] == 403
    assert office.ask("/operator/holds/releases", STAFF, email=CAMILLE, kind="legal")[0] == 403
    assert office.holds.all() == []
    assert office.registry.reads == []
    assert office.ask("/operator/holds/lookups", STAFF)[0] == 200


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"reason": "  "}, "needs a reason"),
        ({"review_on": None}, "within a year"),
        ({"review_on": "2027-03-08"}, "within a year"),
        ({"review_on": "2028-03-20"}, "within a year"),
        ({"email": BENOIT}, "nothing is known of anybody"),
    ],
)
def test_a_hold_without_a_reason_a_day_or_a_person_is_refused_with_words(
    office: Office, said: dict[str, Any], because: str
) -> None:
    status, content = place(office, **said)
    assert status == 409
    assert because in content["because"]
    assert BENOIT not in content["because"]
    assert office.holds.all() == []


@pytest.mark.parametrize("said", [{"kind": "forever"}, {"email": "camille"}, {"review_on": "soon"}])
def test_what_is_no_hold_is_not_understood(office: Office, said: dict[str, Any]) -> None:
    assert place(office, **said)[0] == 400


def test_whoever_has_become_one_person_is_released_under_whichever_id_it_was_placed(office: Office) -> None:
    people: Any = office.stores.people
    version, summary = people.items["person-1"]
    people.items["person-1"] = (version, summary | {"aliases": ["person-0"]})
    old = LegalHold("person-0", "legal", "…", "anne", at("2026-11-22"), date(2027, 6, 1))
    other = old._replace(person="person-1", kind="restriction")
    office.holds.place(old)
    office.holds.place(other)
    status, content = office.ask("/operator/holds/releases", DPO, email=CAMILLE, kind="legal")
    assert (status, [hold["kind"] for hold in content["holds"]]) == (200, ["restriction"])
    assert office.holds.all() == [other]
    assert office.registry.reads[-1] == ("alix", "dpo", "person-1", "release_hold")
    status, content = office.ask("/operator/holds/releases", DPO, email=CAMILLE, kind="legal")
    assert (status, content["because"]) == (409, "there is no such hold on them")


def test_the_list_says_whose_each_hold_is_and_writes_down_who_looked(office: Office) -> None:
    place(office)
    office.holds.place(LegalHold("person-9", "restriction", "…", "anne", at("2026-11-22"), date(2027, 4, 1)))
    office.registry.reads.clear()
    listed = office.ask("/operator/holds/lookups", STAFF)[1]["holds"]
    assert [(hold["person"], hold["addresses"]) for hold in listed] == [
        ("person-9", []),
        ("person-1", [CAMILLE]),
    ]
    assert office.registry.reads == [
        ("alix", "staff", "person-9", "list_holds"),
        ("alix", "staff", "person-1", "list_holds"),
    ]
    assert PSEUDONYMS.email(CAMILLE) not in str(listed)


def test_a_restriction_is_neither_placed_nor_lifted_by_hand_since_the_person_has_to_be_told(
    office: Office,
) -> None:
    """Art. 18(3): what `privacy person restrict` placed may be prolonged here, and no more."""
    status, content = place(office, kind="restriction")
    assert (status, "in a request" in content["because"]) == (409, True)
    placed = LegalHold(
        "person-1", "restriction", "claims", "anne", office.now, date(2027, 4, 7), "IM-2027-000001"
    )
    office.holds.place(placed)
    status, content = place(office, kind="restriction")
    assert (status, [hold["case"] for hold in content["holds"]]) == (200, ["IM-2027-000001"])
    status, content = office.ask("/operator/holds/releases", DPO, email=CAMILLE, kind="restriction")
    assert (status, "told before" in content["because"]) == (409, True)
    assert [hold.review_on for hold in office.holds.all()] == [date(2027, 6, 1)]
