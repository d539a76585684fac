"""Operators' requests about cases: who may, what is answered, what is written down, and why something is refused."""

from __future__ import annotations

import base64
import json
from typing import Any

import pytest

from privacy.domain.request import State
from privacy.domain.request_effects import Progress, effects, owed
from privacy.domain.request_steps import Flag, Kind
from privacy.operations.requests import fetch_mail
from tests.office import DPO, RECEIVED, STAFF, Office
from tests.requesting import letters_owed
from tests.telling import CAMILLE, at, email


@pytest.fixture
def office() -> Office:
    return Office()


# --- lists and looks


def test_what_is_open_is_listed_by_the_day_it_is_due(office: Office) -> None:
    late = office.mailed("access", received_at=at("2027-03-05T09:00"))
    early = office.mailed("erasure", "access", received_at=at("2027-02-10T09:00"))
    away = office.mailed()
    office.do("/decisions", request=away, decision="not_a_request")
    status, listed = office.tell("/lookups")
    assert status == 200
    assert [request["id"] for request in listed["requests"]] == [early, late]
    first = listed["requests"][0]
    assert (first["legal_due"], first["days_left"], first["rights"]) == (
        "2027-03-10",
        2,
        ["erasure", "access"],
    )
    everything = office.tell("/lookups", all=True)[1]
    assert [r["id"] for r in everything["requests"]] == [early, late]
    ended = office.tell("/lookups", all=True, after=everything["after"])[1]
    assert [r["id"] for r in ended["requests"]] == [away]


def test_a_list_names_nobody_and_a_look_is_written_down(office: Office) -> None:
    id_ = office.mailed("access", given_name="Camille", family_name="Durand")
    assert CAMILLE not in json.dumps(office.tell("/lookups"))
    assert "Durand" not in json.dumps(office.tell("/lookups"))
    assert office.registry.reads == []
    status, shown = office.tell("/details", request=id_)
    assert status == 200
    assert shown["sender"]["address"] == CAMILLE
    assert shown["particulars"]["family_name"] == "Durand"
    assert [step["kind"] for step in shown["steps"]] == ["received", "understood", "opened"]
    assert shown["items"][0]["clock"] == {
        "raw": "2027-04-05",
        "legal_due": "2027-04-05",
        "target_due": "2027-04-05",
        "reminders": ["2027-03-26", "2027-03-31", "2027-04-02"],
        "suspended": False,
    }
    assert [owed["letter"] or owed["does"] for owed in shown["owed"]] == ["ACK", "ask"]
    (read,) = office.registry.reads
    assert read[:4] == ("alix", "staff", email(), "show_request")


def test_the_cases_of_one_address_are_found_by_it_and_that_is_written_down(office: Office) -> None:
    first = office.mailed("access")
    second = office.mailed("erasure", received_at=at("2027-03-06T09:00"))
    listed = office.tell("/lookups", email="Camille.Durand@example.fr")[1]
    assert [request["id"] for request in listed["requests"]] == [second, first]
    assert [read[3] for read in office.registry.reads] == ["list_requests"]
    assert office.tell("/lookups", email="benoit@example.fr")[1]["requests"] == []


def test_a_case_that_waits_moves_its_day_in_the_list(office: Office) -> None:
    id_ = office.mailed("erasure")
    office.happens(id_, Kind.IDENTITY_ASKED, level="L1", doubt=True)
    effect = next(e.id for e in owed(office.case(id_)) if e.letter == "IDENTITY_L1")
    office.happens(id_, Kind.CLAIMED, effect=effect)
    office.happens(id_, Kind.LETTER_SENT, effect=effect)
    office.now = at("2027-03-18T10:00")
    (request,) = office.tell("/lookups")[1]["requests"]
    assert (request["legal_due"], request["flags"]) == ("2027-04-15", ["suspended"])


def test_the_message_comes_as_it_was_and_a_large_one_by_a_link_of_a_minute(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    id_ = office.mailed("access")
    status, found = office.tell("/raw", request=id_)
    assert status == 200
    assert base64.b64decode(found["content"]) == b"From: camille\r\n\r\nBonjour"
    assert [read[3] for read in office.registry.reads] == ["fetch_mail"]
    monkeypatch.setattr(fetch_mail, "LARGEST", 10)
    large = office.tell("/raw", request=id_)[1]
    assert (large["content"], large["link"]) == (None, f"https://mail.example/{found['mail']}?seconds=60")


def test_another_cases_message_is_not_handed_out_by_this_one(office: Office) -> None:
    id_, other = office.mailed("access"), office.mailed("erasure")
    mail = office.case(other).messages[0].mail
    status, content = office.tell("/raw", request=id_, mail=mail)
    assert (status, content["because"]) == (404, "the case has no such message, or it is not kept any more")


def test_what_is_not_there_is_said_to_be(office: Office) -> None:
    status, content = office.tell("/details", request="IM-2027-999999")
    assert (status, content["because"]) == (404, "there is no request of this number")


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("/details", {}),
        ("/details", {"request": "IM-2027-1"}),
        ("/details", {"request": ["IM-2027-000001"]}),
        ("/lookups", {"email": "nobody"}),
        ("/lookups", {"after": "secret|{}"}),
        ("/decisions", {"request": "IM-2027-000001", "command": "c", "decision": "erase"}),
        (
            "/decisions",
            {"request": "IM-2027-000001", "command": "c", "decision": "rights", "rights": ["all"]},
        ),
        ("/decisions", {"request": "IM-2027-000001", "command": "c", "decision": "rights", "rights": []}),
        ("/decisions", {"request": "IM-2027-000001", "decision": "not_a_request"}),
        ("/decisions", {"request": "IM-2027-000001", "command": "c", "decision": "hold", "hold": "a letter"}),
        ("/decisions", {"request": "IM-2027-000001", "command": "c", "decision": "apologise"}),
        ("/notes", {"request": "IM-2027-000001", "command": "c", "text": "x" * 4_001}),
        ("/notes", {"request": "IM-2027-000001", "command": "c", "text": "x", "settles": "everything"}),
        ("", {"command": "c", "received_at": "2027-03-05", "channel": "post", "rights": ["access"]}),
        ("", {"command": "c", "received_at": "2027-03-05T09:00Z", "channel": "mail", "rights": ["access"]}),
        ("", {"command": "c", "received_at": "2027-03-05T09:00Z", "channel": "post"}),
    ],
)
def test_what_cannot_be_understood_changes_nothing(office: Office, route: str, said: dict[str, Any]) -> None:
    office.mailed("access")
    before = {id_: len(steps) for id_, steps in office.requests.cases.items()}
    assert office.tell(route, **said)[0] == 400
    assert before == {id_: len(steps) for id_, steps in office.requests.cases.items()}


# --- what operators do


def test_e55_what_came_by_another_way_counts_from_when_it_came(office: Office) -> None:
    opened = office.do(
        "",
        received_at="2027-03-01T11:00:00+01:00",
        channel="other",
        rights=["access", "objection_marketing"],
        email=CAMILLE,
        family_name="Durand",
        note="forwarded by the shop",
    )
    assert (opened["legal_due"], opened["channel"], opened["days_left"]) == ("2027-04-01", "other", 24)
    request = office.case(opened["id"])
    assert request.particulars.family_name == "Durand"
    assert [effect.id.partition("-")[0] for effect in owed(request)] == ["honour", "ack", "ask"]
    assert {step.by.who for step in request.steps} == {"alix"}
    listed = office.tell("/lookups", email=CAMILLE)[1]["requests"]
    assert [one["id"] for one in listed] == [opened["id"]]


def test_e56_a_request_of_whom_there_is_no_address_is_a_case_all_the_same(office: Office) -> None:
    opened = office.do("", received_at="2027-03-01T10:00Z", channel="social", rights=["erasure"])
    assert opened["state"] == "open"
    assert owed(office.case(opened["id"])) == ()
    assert office.tell("/details", request=opened["id"])[0] == 200
    assert office.registry.reads[0][2] == f"request#{opened['id']}"


def test_what_is_entered_after_its_time_is_promised_no_day_that_is_over(office: Office) -> None:
    late = office.do("", received_at="2027-02-01T10:00Z", channel="post", rights=["access"], email=CAMILLE)
    assert late["flags"] == ["overdue"]
    assert letters_owed(office.case(late["id"])) == []
    office.do("/decisions", request=late["id"], decision="apologise", expected_on="2027-03-12")
    assert [effect.letter for effect in letters_owed(office.case(late["id"]))] == ["OVERDUE_NOTICE"]


def test_what_has_not_come_yet_is_not_entered(office: Office) -> None:
    because = office.refused("", received_at="2027-04-01T10:00Z", channel="post", rights=["erasure"])
    assert "future" in because
    assert office.requests.cases == {}


def test_a_doubtful_message_becomes_a_request_since_it_was_received(office: Office) -> None:
    id_ = office.mailed()
    assert office.case(id_).state is State.TRIAGE
    decided = office.do(
        "/decisions", request=id_, decision="rights", rights=["erasure"], reason="plain enough"
    )
    assert (decided["state"], decided["legal_due"], decided["flags"]) == ("open", "2027-04-05", [])
    assert office.case(id_).steps[-1].by == ("staff", "alix")


def test_what_was_put_away_goes_to_customer_service_and_comes_back_with_its_first_receipt(
    office: Office,
) -> None:
    id_ = office.mailed()
    away = office.do("/decisions", request=id_, decision="not_a_request", reason="a parcel")
    assert (away["state"], away["legal_due"]) == ("not_dsar", None)
    assert "FORWARD" in {effect.letter for effect in owed(office.case(id_))}
    office.now = at("2027-03-20T10:00")
    back = office.do("/decisions", request=id_, decision="rights", rights=["access"])
    assert back["legal_due"] == "2027-04-05"


def test_every_message_of_a_case_that_is_put_away_goes_to_customer_service(office: Office) -> None:
    id_ = office.mailed()
    second = {"mail": "second", "channel": "mail", "received_at": office.now.isoformat(), "address": CAMILLE}
    office.happens(id_, Kind.RECEIVED, **second)
    office.happens(id_, Kind.UNDERSTOOD, mail="second", outcome="unsure")
    office.do("/decisions", request=id_, decision="not_a_request")
    office.happens(id_, Kind.RECEIVED, **second | {"mail": "later"})
    forwards = {effect.id: effect.about for effect in owed(office.case(id_)) if effect.letter == "FORWARD"}
    assert list(forwards.values()) == ["second", office.case(id_).messages[0].mail]
    assert [id_.rpartition("-")[2] for id_ in forwards] == ["6", "6"]


def test_e57_an_added_right_has_the_clock_of_when_it_was_asked(office: Office) -> None:
    id_ = office.mailed("access")
    office.now = at("2027-03-25T12:00")
    office.do(
        "/decisions", request=id_, decision="add", rights=["erasure"], received_at="2027-03-25T09:00:00+01:00"
    )
    items = {item.id: item.deadline().legal_due.isoformat() for item in office.case(id_).items}
    assert items == {"access": "2027-04-05", "erasure": "2027-04-26"}
    assert "already" in office.refused("/decisions", request=id_, decision="add", rights=["erasure"])


def test_a_right_that_triage_missed_counts_from_the_message_it_stands_in(office: Office) -> None:
    id_ = office.mailed("access")
    office.do("/decisions", request=id_, decision="add", rights=["portability"])
    assert office.case(id_).items[1].received_at == RECEIVED


def test_e59_a_second_case_of_the_same_request_goes_into_the_first(office: Office) -> None:
    first = office.mailed("access")
    second = office.mailed("access", "erasure", received_at=at("2027-03-06T09:00"))
    merged = office.do("/decisions", request=second, decision="merge", into=first)
    assert (merged["state"], merged["legal_due"]) == ("duplicate", None)
    target = office.case(first)
    assert ("absorbs", second) in target.links
    assert {item.id: item.received_at for item in target.items} == {
        "access": RECEIVED,
        "erasure": at("2027-03-06T09:00"),
    }
    # told again, it is done already
    again = office.do("/decisions", request=second, decision="merge", into=first)
    assert (again["state"], len(office.case(first).steps)) == ("duplicate", len(target.steps))


def test_e59_what_comes_in_while_two_cases_become_one_is_not_lost(office: Office) -> None:
    first = office.mailed("access")
    second = office.mailed("erasure", received_at=at("2027-03-06T09:00"))
    late = at("2027-03-08T09:59")

    def a_mail_comes() -> None:
        if ("absorbs", second) not in office.case(first).links:
            return  # the first has not taken it in yet
        office.requests.before_append = lambda: None
        office.happens(second, Kind.RIGHTS_ADDED, rights=("rectification",), received_at=late.isoformat())

    office.requests.before_append = a_mail_comes
    assert office.do("/decisions", request=second, decision="merge", into=first)["state"] == "duplicate"
    assert {item.id: item.received_at for item in office.case(first).items} == {
        "access": RECEIVED,
        "erasure": at("2027-03-06T09:00"),
        "rectification": late,
    }


def test_e59_the_earlier_receipt_of_the_two_counts(office: Office) -> None:
    first = office.mailed("access")
    second = office.mailed("erasure", received_at=at("2027-03-06T09:00"))
    office.happens(
        first, Kind.RIGHTS_ADDED, rights=("erasure",), received_at=at("2027-03-07T09:00").isoformat()
    )
    office.do("/decisions", request=second, decision="merge", into=first)
    assert office.case(first).items[1].received_at == at("2027-03-06T09:00")


def test_of_two_cases_of_one_instant_either_takes_the_other_in_and_never_both(office: Office) -> None:
    first, second = office.mailed("access"), office.mailed("erasure")
    assert "came first" in office.refused("/decisions", request=first, decision="merge", into=second)
    assert office.do("/decisions", request=second, decision="merge", into=first)["state"] == "duplicate"


@pytest.mark.parametrize(
    ("said", "because"),
    [
        ({"request": "IM-2027-000001", "into": "IM-2027-000001"}, "name the other case"),
        ({"request": "IM-2027-000001", "into": "IM-2027-000002"}, "came first"),
        ({"request": "IM-2027-000002", "into": "IM-2027-000003"}, "only an open case"),
        ({"request": "IM-2027-000004", "into": "IM-2027-000001"}, "is being done"),
    ],
)
def test_a_merge_that_would_lose_something_is_refused(
    office: Office, said: dict[str, str], because: str
) -> None:
    office.mailed("access")
    office.mailed("access", received_at=at("2027-03-06T09:00"))
    away = office.mailed(received_at=at("2027-03-01T09:00"))
    office.do("/decisions", request=away, decision="not_a_request")
    office.mailed("objection_marketing", received_at=at("2027-03-07T09:00"))
    before = office.requests.summaries
    assert because in office.refused("/decisions", decision="merge", **said)
    assert before == office.requests.summaries


def test_g11_only_the_dpo_extends_with_reasons_in_time_and_once(office: Office) -> None:
    id_ = office.mailed("access")
    assert office.tell("/extensions", STAFF, request=id_, command="c", reason="complex") == (403, None)
    assert "reasons is empty" in office.refused("/extensions", DPO, request=id_, reason="  ")  # E30
    extended = office.do("/extensions", DPO, request=id_, reason="a very large file")
    assert (extended["legal_due"], extended["flags"]) == ("2027-06-07", ["extended"])
    assert "EXTENSION" in {effect.letter for effect in owed(office.case(id_))}
    assert "already" in office.refused("/extensions", DPO, request=id_, reason="more")


def test_e29_an_extension_after_the_day_is_refused_and_the_case_is_overdue(office: Office) -> None:
    id_ = office.mailed("access")
    office.now = at("2027-04-05T22:00")  # midnight in Paris
    assert "passed on 2027-04-05" in office.refused("/extensions", DPO, request=id_, reason="complex")
    (listed,) = office.tell("/lookups")[1]["requests"]
    assert (listed["days_left"], listed["flags"]) == (-1, ["overdue"])


def test_an_apology_goes_only_when_it_is_late_and_names_a_day_to_come(office: Office) -> None:
    id_ = office.mailed("access")
    said = {"request": id_, "decision": "apologise"}
    assert "nothing to apologise" in office.refused("/decisions", **said, expected_on="2027-04-10")
    office.now = at("2027-04-06T08:00")
    assert "over" in office.refused("/decisions", **said, expected_on="2027-04-05")
    office.do("/decisions", **said, expected_on="2027-04-10")
    assert "OVERDUE_NOTICE" in {effect.letter for effect in owed(office.case(id_))}


def test_e63_what_an_authority_asks_for_is_kept_by_a_persons_word_until_it_is_lifted(office: Office) -> None:
    id_ = office.mailed()
    office.happens(id_, Kind.HOLD_PROPOSED, hold="authority", reason="a letter of an authority came in")
    said = {"request": id_, "hold": "authority"}
    assert "empty" in office.refused("/decisions", **said, decision="hold")
    office.do("/decisions", **said, decision="hold", reason="requisition 12", review_on="2027-06-01")
    (hold,) = office.tell("/details", request=id_)[1]["holds"]
    assert (hold["hold"], hold["placed"], hold["reason"]) == ("authority", True, "requisition 12")
    office.do("/decisions", **said, decision="lift", reason="answered")
    assert office.case(id_).holds == ()
    assert "no such hold" in office.refused("/decisions", **said, decision="lift", reason="again")


def test_e80_a_mandate_that_came_in_is_accepted_and_the_clock_goes_on(office: Office) -> None:
    id_ = office.mailed("access")
    office.happens(id_, Kind.MANDATE_ASKED)
    said = {"request": id_, "decision": "mandate"}
    assert "reference" in office.refused("/decisions", **said)
    office.do("/decisions", **said, reference="file 12")
    assert office.case(id_).state is State.OPEN
    assert office.case(id_).steps[-1].text("reference") == "file 12"
    assert "mandate" in office.refused("/decisions", **said, reference="file 13")


def test_e83_a_death_is_the_dpos_to_announce_and_heirs_prove_who_they_are(office: Office) -> None:
    id_ = office.mailed("heir_request")
    said = {"request": id_, "decision": "death", "email": "robert.mercier@example.fr"}
    assert "DPO" in office.refused("/decisions", **said)
    office.do("/decisions", DPO, **said)
    owes = owed(office.case(id_))
    assert {"HEIR_PROOF_REQUEST"} <= {effect.letter for effect in owes}
    assert {"heir_request"} <= {effect.about for effect in owes if not effect.letter}
    office.do("/decisions", DPO, request=id_, decision="heir", reference="acte de notoriété, 12 mars")
    assert office.case(id_).state is State.IN_PROGRESS


def test_a_note_stays_and_may_settle_what_was_to_be_looked_at(office: Office) -> None:
    id_ = office.mailed("access")
    office.happens(id_, Kind.FLAGGED, flag=Flag.MAIL_UNDELIVERABLE.value, reason="bounced")
    noted = office.do("/notes", request=id_, text="called her: new address", settles="mail_undeliverable")
    assert noted["flags"] == []
    shown = office.tell("/details", request=id_)[1]
    assert [step["why"] for step in shown["steps"] if step["kind"] == "noted"] == ["called her: new address"]
    assert "empty" in office.refused("/notes", request=id_, text=" ")


def test_t21_what_nobody_wants_any_more_is_withdrawn_and_confirmed(office: Office) -> None:
    id_ = office.mailed("access")
    withdrawn = office.do("/withdrawals", request=id_, reason="her mail of today")
    assert (withdrawn["state"], withdrawn["legal_due"]) == ("withdrawn", None)
    assert [effect.letter for effect in owed(office.case(id_))] == ["WITHDRAWN_CONFIRM"]
    assert "withdrawn" in office.refused("/withdrawals", request=id_)


def test_a_letter_of_which_nobody_knows_is_sent_again_by_a_persons_word(office: Office) -> None:
    id_ = office.mailed("access")
    (ack,) = letters_owed(office.case(id_))
    said = {"request": id_, "decision": "send_again", "effect": ack.id, "reason": "nothing arrived"}
    assert "no letter that came back" in office.refused("/decisions", **said)
    office.happens(id_, Kind.CLAIMED, effect=ack.id)
    office.happens(id_, Kind.LETTER_SILENT, effect=ack.id)
    office.do("/decisions", **said)
    assert effects(office.case(id_))[ack.id].progress is Progress.OWED


def test_a_command_told_twice_is_done_once(office: Office) -> None:
    id_ = office.mailed("access")
    for _ in range(2):
        status, _content = office.tell("/notes", request=id_, command="same", text="once")
        assert status == 200
    assert sum(step.kind is Kind.NOTED for step in office.case(id_).steps) == 1
    entry = {"received_at": "2027-03-01T10:00Z", "channel": "post", "rights": ["access"], "command": "entry"}
    first, second = office.tell("", **entry)[1], office.tell("", **entry)[1]
    assert first["request"]["id"] == second["request"]["id"]
