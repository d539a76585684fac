"""Operators look at what was drafted, are written down for it, and approve it by its digest."""

from __future__ import annotations

from privacy.domain.request import State
from privacy.domain.request_steps import Kind, Said
from tests.office import DPO, STAFF, Office

DIGEST = "3f" * 32


def drafted(office: Office, right: str = "access", plan: str = "") -> str:
    id_ = office.mailed(right)
    office.happens(id_, Kind.IDENTITY_ASKED, items=(right,), level="L1")
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=(right,), level="L1", method="link")
    said: dict[str, Said] = {
        "plan": plan or right,
        "digest": DIGEST,
        "name": f"{id_}/{right}-5-a1.zip",
        "size": 7,
    }
    office.happens(id_, Kind.DRAFTED, items=(right,), **said)
    return id_


def test_r26_a_look_is_written_down_and_a_link_to_the_package_is_another_purpose() -> None:
    office = Office()
    id_ = drafted(office)
    status, shown = office.tell("/previews", request=id_)
    assert status == 200
    assert (shown["drafts"][0]["digest"], shown["drafts"][0]["link"]) == (DIGEST, None)
    _, fetched = office.tell("/previews", request=id_, package=True)
    assert fetched["drafts"][0]["link"].endswith("?seconds=60")
    assert [purpose for *_, purpose in office.registry.reads] == ["preview_answer", "export_answer"]


def test_t17_staff_approve_a_copy_by_its_digest_and_no_other() -> None:
    office = Office()
    id_ = drafted(office)
    assert "look again" in office.refused("/approvals", request=id_, item="access", digest="0" * 64)
    assert office.tell("/approvals", request=id_, item="access", digest="3f", command="c")[0] == 400
    office.do("/approvals", request=id_, item="access", digest=DIGEST)
    assert office.case(id_).items[0].state is State.EXECUTING


def test_t17_an_erasure_is_approved_by_the_dpo() -> None:
    office = Office()
    id_ = drafted(office, "erasure")
    assert "DPO" in office.refused("/approvals", STAFF, request=id_, item="erasure", digest=DIGEST)
    office.do("/approvals", DPO, request=id_, item="erasure", digest=DIGEST)
    assert office.case(id_).items[0].state is State.EXECUTING


def test_g31_a_preview_says_that_a_childs_copy_is_the_dpos_to_approve() -> None:
    office = Office()
    id_ = drafted(office)
    assert office.tell("/previews", request=id_)[1]["drafts"][0]["approved_by"] == "staff"
    office.happens(id_, Kind.FLAGGED, flag="minor", reason="for_another")
    assert office.tell("/previews", request=id_)[1]["drafts"][0]["approved_by"] == "dpo"


def test_what_is_not_right_is_sent_back_to_be_drafted_anew() -> None:
    office = Office()
    id_ = drafted(office)
    office.do("/decisions", request=id_, decision="send_back", item="access", reason="a message is missing")
    assert office.case(id_).items[0].state is State.IN_PROGRESS


def test_where_nothing_is_drafted_there_is_nothing_to_look_at() -> None:
    office = Office()
    id_ = office.mailed("access")
    assert "nothing is drafted" in office.refused("/previews", request=id_)


def test_an_approval_told_twice_is_one() -> None:
    office = Office()
    id_ = drafted(office)
    for _ in range(2):
        status, _answer = office.tell("/approvals", request=id_, item="access", digest=DIGEST, command="same")
        assert status == 200
    assert sum(step.kind is Kind.APPROVED for step in office.case(id_).steps) == 1
