"""Breaches at the operators' API: who may do what, and what stands afterwards (G36, E115, R34)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from privacy.domain.request_effects import effects
from privacy.domain.request_steps import By, Kind
from tests.office import DPO, STAFF, Office

KNOWN = "2027-03-08T09:00:00+01:00"


def opened(office: Office, role: str = STAFF, **said: Any) -> Any:
    asked = {"command": "c1", "words": "an answer went to a wrong address", "aware_at": KNOWN} | said
    status, content = office.ask("/operator/breaches", role, **asked)
    assert status == 200, content
    return content


def entered(office: Office, id_: str, did: str, role: str = DPO, **said: Any) -> tuple[int, Any]:
    asked = {"command": f"{did}-1", "breach": id_, "did": did, "words": "…"} | said
    return office.ask("/operator/breaches/entries", role, **asked)


def test_e115_an_answer_that_went_astray_opens_a_record_with_its_72_hours_and_the_dpo_is_told() -> None:
    office = Office()
    case = office.mailed("access")
    found = opened(office, request=case)
    assert found["breach"].startswith("BR-")
    assert (found["aware_at"], found["due_at"]) == ("2027-03-08T08:00:00+00:00", "2027-03-11T08:00:00+00:00")
    assert (found["request"], found["overdue"], found["closed_at"]) == (case, False, None)
    assert [breach.id for breach in office.called] == [found["breach"]]
    assert office.breaches.filed[found["breach"]][1] == date(2027, 3, 11)


def test_e115_a_mistyped_case_opens_no_record_as_if_its_answer_were_closed() -> None:
    office = Office()
    asked = {
        "command": "c1",
        "words": "an answer went astray",
        "aware_at": KNOWN,
        "request": "IM-2027-999999",
    }
    assert office.ask("/operator/breaches", STAFF, **asked)[0] == 404
    assert not office.breaches.filed


def test_e115_the_answer_of_its_case_is_closed_with_the_name_of_who_opened_it() -> None:
    office = Office()
    id_ = office.mailed("access")
    office.happens(id_, Kind.IDENTITY_ASKED, level="L1")
    office.happens(id_, Kind.IDENTITY_VERIFIED, level="L1")
    office.happens(id_, Kind.DRAFTED, items=("access",), plan="access", digest="d" * 64)
    office.do("/approvals", request=id_, item="access", digest="d" * 64)
    effect = next(effect for effect in effects(office.case(id_)) if effect.startswith("carry_out"))
    office.happens(id_, Kind.ANSWERED, items=("access",), effect=effect, plan="access")
    found = opened(office, request=id_)
    assert found["answers_closed"] == ["access"]
    closed = office.case(id_).steps[-1]
    assert (closed.kind, closed.by, closed.text("breach")) == (
        Kind.ANSWER_CLOSED,
        By("staff", "alix"),
        found["breach"],
    )
    assert opened(office, request=id_)["answers_closed"] == ["access"]
    assert office.case(id_).steps[-1] == closed


def test_a_command_that_comes_again_opens_no_second_breach_and_calls_again_where_it_died() -> None:
    office = Office()
    assert opened(office) == opened(office)
    assert len(office.breaches.filed) == 1
    assert len(office.called) == 2, "the letter's own record sees that there is one"


def test_since_when_we_know_is_now_where_nobody_says() -> None:
    office = Office()
    assert opened(office, aware_at=None)["aware_at"] == office.now.isoformat()


def test_staff_notes_and_the_dpo_alone_says_who_was_told_and_closes() -> None:
    office = Office()
    id_ = opened(office)["breach"]
    assert entered(office, id_, "noted", STAFF, topic="people", words="one")[0] == 200
    for did in ("told_authority", "no_risk", "told_people", "no_high_risk", "closed"):
        assert entered(office, id_, did, STAFF)[0] == 403
    assert entered(office, id_, "told_authority", reference="CNIL 12/34")[0] == 200
    assert entered(office, id_, "closed")[1]["because"].endswith("(Art. 34)")
    assert entered(office, id_, "no_high_risk")[0] == 200
    status, closed = entered(office, id_, "closed")
    assert (status, closed["closed_at"]) == (200, office.now.isoformat())
    assert closed["told"]["people"] == ["one"]
    assert [e["by"] for e in closed["entries"]] == ["alix"] * 5
    assert office.breaches.filed[id_][1] == date(2032, 3, 8), "five years after it was closed"


def test_what_is_open_is_listed_and_what_is_closed_on_demand() -> None:
    office = Office()
    id_ = opened(office)["breach"]
    other = opened(office, command="c2")["breach"]
    entered(office, id_, "no_risk")
    entered(office, id_, "closed")
    listed = office.ask("/operator/breaches/lookups")[1]["breaches"]
    assert [each["breach"] for each in listed] == [other]
    listed = office.ask("/operator/breaches/lookups", all=True)[1]["breaches"]
    assert [each["breach"] for each in listed] == [other, id_]
    (shown,) = office.ask("/operator/breaches/lookups", breach=id_)[1]["breaches"]
    assert shown["breach"] == id_


@pytest.mark.parametrize(
    "said",
    [
        {"breach": "IM-2027-000123"},
        {"did": "forgotten"},
        {"topic": "weather", "did": "noted"},
        {"reference": "x" * 61},
        {"on": "yesterday"},
        {"command": None},
    ],
)
def test_what_is_no_entry_is_not_understood(said: dict[str, Any]) -> None:
    office = Office()
    id_ = opened(office)["breach"]
    asked = {"command": "c2", "breach": id_, "did": "told_people", "words": "…"} | said
    assert office.ask("/operator/breaches/entries", DPO, **asked)[0] == 400
    assert office.breaches.filed[id_][0].version == 1


def test_a_number_that_there_is_not_is_said_to_be_none() -> None:
    status, content = entered(Office(), "BR-00000000", "noted")
    assert (status, content["because"]) == (404, "there is no breach of this number")


def test_an_entry_without_words_is_refused_with_words() -> None:
    office = Office()
    id_ = opened(office)["breach"]
    status, content = entered(office, id_, "noted", words=" ")
    assert status == 409
    assert "few words" in content["because"]
