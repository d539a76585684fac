"""An operator tells to whom somebody's data were given, where no provider does (P23, P24, R26)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from privacy.operations.people.fold_people import fold_people
from tests.office import STAFF, Office
from tests.requesting import POLICY
from tests.telling import BENOIT, CAMILLE, at, email, session


@pytest.fixture
def office() -> Office:
    office = Office()
    office.stores.ledger.append(session("2026-11-22", box=True))
    fold_people(
        [email()], stores=office.stores, policy=POLICY, now=at("2026-11-22"), new_id=lambda: "person-1"
    )
    return office


def told(office: Office, **said: Any) -> tuple[int, Any]:
    asked = {"email": CAMILLE, "recipient": "Colissimo", "capacity": "processor", "data": "name and address"}
    return office.ask("/operator/people/disclosures", STAFF, **asked | {"on": "2027-03-05"} | said)


def entered(office: Office) -> list[Any]:
    return [fact for fact in office.stores.ledger.under(email()) if "disclosure" in fact.groups]


def test_p23_a_disclosure_is_a_fact_of_its_day_and_who_entered_it_is_written_down(office: Office) -> None:
    assert told(office) == (200, {"new": True})
    (fact,) = entered(office)
    assert fact.groups["disclosure"] == {
        "recipient": "Colissimo",
        "capacity": "processor",
        "data": "name and address",
        "on": "2027-03-05",
    }
    assert fact.occurred_at == at("2027-03-04T23:00"), "the day begins in Paris"
    assert fact.groups["entry"] == {"by": "alix"}
    assert office.registry.reads[-1] == ("alix", "staff", "person-1", "tell_disclosure")
    assert CAMILLE not in repr((fact.identifiers, fact.key))


def test_p24_where_a_recipient_takes_notices_is_kept_beside_and_may_be_told_later(office: Office) -> None:
    told(office)
    assert told(office, notices_to="privacy@carrier.example.fr") == (200, {"new": True})
    assert told(office, notices_to="privacy@carrier.example.fr") == (200, {"new": False})
    said = [fact.groups["disclosure"].get("notices_to") for fact in entered(office)]
    assert sorted(said, key=str) == [None, "privacy@carrier.example.fr"]
    status, content = told(office, notices_to="the carrier")
    assert (status, content["because"]) == (409, "that is no address that anybody could be written to")


def test_told_again_it_is_known_and_another_day_is_another(office: Office) -> None:
    told(office)
    assert told(office) == (200, {"new": False})
    assert told(office, on="2027-03-06") == (200, {"new": True})
    assert len(entered(office)) == 2


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"recipient": " "}, "to whom"),
        ({"data": ""}, "what?"),
        ({"capacity": "friend"}, "in which capacity"),
        ({"on": "2027-03-09"}, "has not come"),
        ({"email": BENOIT}, "nothing is known"),
    ],
)
def test_what_cannot_be_is_refused_with_words(office: Office, said: dict[str, Any], because: str) -> None:
    status, content = told(office, **said)
    assert status == 409
    assert because in content["because"]
    assert entered(office) == []


@pytest.mark.parametrize("said", [{"on": "soon"}, {"on": None}, {"email": "x"}, {"recipient": "x" * 201}])
def test_what_is_no_disclosure_is_not_understood(office: Office, said: dict[str, Any]) -> None:
    assert told(office, **said)[0] == 400


def test_it_changes_nothing_of_what_may_be_sent_or_kept(office: Office) -> None:
    from privacy.domain.person import Folding

    def outcome() -> Any:
        folding = Folding(POLICY)
        for fact in office.stores.ledger.under(email()):
            folding.add(fact)
        person = folding.people()[1][email()]
        return person.may_market_until, person.clock, person.last_contact, person.consents, person.paid_orders

    before = outcome()
    told(office, on=date(2027, 3, 5).isoformat())
    assert outcome() == before
