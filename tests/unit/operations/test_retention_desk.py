"""What operators see of retention: the plan of a day, one person's explanation, the calendar; and who looked (R26)."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from privacy.domain.clocks import paris_day
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.person_summary import due_shard
from privacy.operations.retention.count_due import COUNTED, count_due
from privacy.operations.retention.due_shards import SHARDS
from privacy.operations.retention.explain_retention import explain_retention
from privacy.operations.retention.list_due import NoSuchPage, list_due
from privacy.operations.retention.purge_batch import PERSON, REGISTRY
from privacy.operations.retention.retention_desk import RetentionDesk
from privacy.ports.retention import LegalHold
from tests.fakes import MemoryDueIndex
from tests.purging import POLICY, PurgeOffice
from tests.telling import BENOIT, CAMILLE, at, email, member, session

ALIX = Reader("alix", "staff")


@pytest.fixture
def office() -> PurgeOffice:
    """Camille subscribed on 22 November 2023 and never ordered; Benoît ordered on 1 March 2026."""
    office = PurgeOffice()
    office.hear(member("2023-11-22T10:00"), session("2026-03-01", BENOIT, payment="pi_9"))
    return office


def desk(office: PurgeOffice) -> RetentionDesk:
    return RetentionDesk(ALIX, office.stores, office.holds, office.requests, POLICY, office.now)


def index(office: PurgeOffice) -> MemoryDueIndex:
    return MemoryDueIndex.of_people(SHARDS[PERSON], office.people)


def planned(office: PurgeOffice, on: str) -> dict[str, Any]:
    """Everybody of every page, by address."""
    people: dict[str, Any] = {}
    after = None
    while True:
        page: Any = list_due(desk(office), index(office), date.fromisoformat(on), after)
        people |= {person["address"]: person for person in page["people"]}
        after = page["after"]
        if after is None:
            return people


def explained(office: PurgeOffice, who: str) -> dict[str, Any]:
    told: dict[str, Any] = explain_retention(desk(office), office.archive, (email(who),))
    return told


def looks(office: PurgeOffice) -> list[tuple[str, str, str, str]]:
    return office.registry.reads


# --- the plan


def test_the_plan_of_a_day_says_who_goes_since_when_and_by_which_rule(office: PurgeOffice) -> None:
    people = planned(office, "2026-11-22")
    assert list(people) == [CAMILLE]
    camille = people[CAMILLE]
    assert (camille["whole"], camille["regime"], camille["forget"]) == (True, "newsletter_only", 1)
    assert {(went["rule"], went["since"]) for went in camille["goes"] if went["group"] == "consent"} == {
        ("R6", "2026-11-22")
    }


def test_a_day_before_nobody_is_due_but_the_letter_that_asks_was_due_a_month_ago(office: PurgeOffice) -> None:
    camille = planned(office, "2026-11-21")[CAMILLE]
    assert (camille["goes"], camille["whole"], camille["renewal_on"]) == ([], False, "2026-10-23")
    assert planned(office, "2026-10-22") == {}


def test_years_ahead_everybody_is_due(office: PurgeOffice) -> None:
    people = planned(office, "2040-01-01")
    assert {who: person["whole"] for who, person in people.items()} == {CAMILLE: True, BENOIT: True}
    assert "R1" in {went["rule"] for went in people[BENOIT]["goes"]}


def test_what_keeps_somebody_is_said_and_nothing_of_theirs_goes(office: PurgeOffice) -> None:
    (person,) = [p for p in office.people.items if office.summary(CAMILLE) == office.people.items[p][1]]
    office.holds.place(LegalHold(person, "legal", "claim 17", "alix", at("2026-11-01"), date(2027, 1, 1)))
    camille = planned(office, "2026-11-22")[CAMILLE]
    assert (camille["whole"], camille["goes"]) == (False, [])
    (kept,) = camille["kept"]
    assert (kept["kind"], kept["about"]) == ("legal", None)
    assert kept["pieces"] > 0


def test_each_person_who_is_shown_is_written_down_and_nobody_else(office: PurgeOffice) -> None:
    planned(office, "2020-01-01")
    assert looks(office) == []
    planned(office, "2026-11-22")
    ((operator, role, about, purpose),) = looks(office)
    assert (operator, role, purpose) == ("alix", "staff", "plan_retention")
    assert office.people.items[about][1] == office.summary(CAMILLE)


def test_of_whom_the_facts_say_that_nothing_is_due_nothing_is_shown_although_the_index_has_them(
    office: PurgeOffice,
) -> None:
    for _, summary in office.people.items.values():
        summary["due_on"] = "2026-01-01"
    pages: list[Any] = [
        list_due(desk(office), index(office), date(2026, 3, 1), f"[{shard}, null]") for shard in range(8)
    ]
    assert sum(page["looked_at"] for page in pages) == 2
    assert [page["people"] for page in pages] == [[]] * 8
    assert looks(office) == []


def test_the_rules_are_told_in_words(office: PurgeOffice) -> None:
    told: dict[str, Any] = {}
    for shard in range(8):
        page: Any = list_due(desk(office), index(office), date(2026, 11, 22), f"[{shard}, null]")
        told |= page["rules"]
    assert told["R6"]["record"].startswith("a subscriber who never ordered")
    assert told["R6"]["how_long"] == "3 years after the last sign-up by the person"


@pytest.mark.parametrize("after", ["", "x", "[8, null]", "[-1, null]", "[0]", '["0", null]', "[0, 3]", "{}"])
def test_a_place_that_no_page_gave_is_refused(office: PurgeOffice, after: str) -> None:
    if not after:
        after = "null"
    with pytest.raises(NoSuchPage):
        list_due(desk(office), index(office), date(2026, 11, 22), after)


# --- one person


def test_every_piece_of_somebody_is_explained(office: PurgeOffice) -> None:
    told = explained(office, BENOIT)
    benoit = told["person"]
    assert (told["on"], benoit["address"], benoit["regime"]) == ("2026-11-22", BENOIT, "customer")
    assert benoit["clock_due_on"] == "2036-03-01"
    pieces = {piece["group"]: piece for piece in benoit["pieces"]}
    assert benoit["pieces_count"] == len(benoit["pieces"])
    assert pieces["order"]["rule"] == "R1"
    assert pieces["order"]["order"] == "stripe_payment#pi_9"
    assert (pieces["profile"]["archive_on"], pieces["profile"]["due_on"]) == ("2029-03-01", "2031-03-01")
    assert all(piece["kept_by"] == [] for piece in benoit["pieces"])
    assert set(benoit["rules"]) == {piece["rule"] for piece in benoit["pieces"]}
    assert (benoit["archive"], told["suppressed_since"]) == ([], None)


def test_what_keeps_a_piece_that_is_due_stands_beside_it(office: PurgeOffice) -> None:
    (person,) = [p for p in office.people.items if office.summary(CAMILLE) == office.people.items[p][1]]
    office.holds.place(LegalHold(person, "restriction", "E111", "alix", at("2026-11-01"), date(2027, 1, 1)))
    camille = explained(office, CAMILLE)["person"]
    assert {tuple(piece["kept_by"]) for piece in camille["pieces"] if piece["group"] == "consent"} == {
        ("restriction",)
    }
    assert [keeper["kind"] for keeper in camille["keepers"]] == ["restriction"]


def test_what_lies_in_the_archive_is_explained_too(office: PurgeOffice) -> None:
    office.night("2029-03-02")
    benoit = explained(office, BENOIT)["person"]
    archived = {line["group"]: line for line in benoit["archive"]}
    assert (archived["profile"]["due_on"], archived["profile"]["rule"]) == ("2031-03-01", "R4")
    assert benoit["archive_count"] == len(benoit["archive"])
    assert "profile" not in {piece["group"] for piece in benoit["pieces"]}


def test_of_somebody_unknown_nothing_is_said_but_the_look_is_written_down(office: PurgeOffice) -> None:
    assert explained(office, "nobody@example.fr")["person"] is None
    assert looks(office) == [("alix", "staff", email("nobody@example.fr"), "explain_retention")]


# --- the calendar


def test_the_calendar_counts_by_kind_and_day_and_looks_at_nobody(office: PurgeOffice) -> None:
    suppressed = [("suppression#a", "entry", SHARDS[REGISTRY][0], date(2026, 12, 1))]
    indexes = {PERSON: index(office), REGISTRY: MemoryDueIndex(SHARDS[REGISTRY], lambda: suppressed)}
    told: Any = count_due(indexes, policy=POLICY, today=paris_day(office.now), until=date(2026, 12, 23))
    counted = {each["what"]: (each["rule"], each["days"]) for each in told["due"]}
    assert counted["person"] == (None, {"2026-10-23": 1})
    assert counted["suppression"] == ("R9", {"2026-12-01": 1})
    assert counted["token"] == ("R24", {})
    assert (told["today"], told["until"], told["more"]) == ("2026-11-22", "2026-12-23", [])
    assert looks(office) == []


def test_a_calendar_says_where_it_stopped_counting() -> None:
    shard = due_shard("person-1")
    many = [(f"person-{n}", "person", shard, date(2026, 11, 22)) for n in range(COUNTED + 1)]
    told: Any = count_due(
        {PERSON: MemoryDueIndex(SHARDS[PERSON], lambda: many)},
        policy=POLICY,
        today=date(2026, 11, 22),
        until=date(2026, 11, 23),
    )
    assert (told["more"], told["due"][0]["days"]) == (["person"], {"2026-11-22": COUNTED})
