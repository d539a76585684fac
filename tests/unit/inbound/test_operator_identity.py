"""What operators say about identity: which mailbox, which proof; and the proof goes with the decision (A6, R13)."""

from __future__ import annotations

from typing import Any

import pytest

from privacy.domain.projection import Pointer
from privacy.domain.request import State
from privacy.domain.request_effects import Does, effects, owed
from privacy.domain.request_steps import Flag, Kind, Said
from privacy.domain.verified_addresses import verified_addresses
from privacy.ports.directives import Directive
from tests.office import DPO, STAFF, Office
from tests.telling import BENOIT, CAMILLE, email, session

PDF = b"%PDF-1.7 somebody's passport"


@pytest.fixture
def office() -> Office:
    office = Office()
    on_file(office, BENOIT, "person-2")
    return office


def on_file(office: Office, address: str, person: str) -> None:
    office.stores.people.found[email(address)] = Pointer(person)  # type: ignore[attr-defined]


def asked(office: Office, id_: str, **said: Said) -> None:
    office.happens(id_, Kind.IDENTITY_ASKED, **{"items": ("access",), "level": "L1", **said})


def item(office: Office, id_: str) -> Any:
    (found,) = office.case(id_).items
    return found


def test_e71_an_operator_names_the_address_on_file_and_the_clock_stands(office: Office) -> None:
    id_ = office.mailed("access")
    asked(office, id_)
    office.do("/identity", request=id_, level="L1", address=BENOIT, reason="the record of that name")
    step = office.case(id_).steps[-1]
    assert (step.text("address"), step.holds("doubt"), step.texts("items")) == (BENOIT, True, ("access",))
    letters = {effect.letter for effect in owed(office.case(id_))}
    assert letters >= {"IDENTITY_L1", "IDENTITY_ELSEWHERE"}


def test_an_address_that_nobody_is_known_by_is_not_written_to(office: Office) -> None:
    id_ = office.mailed("access")
    refused = office.refused("/identity", request=id_, level="L1", address="nobody@example.org")
    assert "on file" in refused
    assert "nobody@" not in refused


def test_e74_facts_are_asked_of_who_lost_the_address_with_digests_of_what_fits_its_record(
    office: Office,
) -> None:
    office.stores.ledger.append(session("2026-03-01", BENOIT, number="IM-A1042"))
    id_ = office.mailed("access")
    office.do("/identity", request=id_, level="L2", address=BENOIT, reason="cannot read it any more")
    assert [effect.letter for effect in owed(office.case(id_)) if effect.letter] == ["ACK", "IDENTITY_L2"]
    facts = office.case(id_).steps[-1].texts("facts")
    assert len(facts) == 4  # the number with and without its letters, the month with and without its year
    assert not [each for each in facts if "1042" in each.casefold() and len(each) < 64]


def test_facts_are_not_asked_of_who_never_ordered(office: Office) -> None:
    id_ = office.mailed("access")
    assert "no order" in office.refused("/identity", request=id_, level="L2", address=BENOIT)


def test_a6_a_document_is_asked_for_by_the_dpo_with_a_reason_or_not_at_all(office: Office) -> None:
    id_ = office.mailed("access")
    assert "DPO" in office.refused("/identity", request=id_, level="L3", reason="two people share it")
    assert "reason" in office.refused("/identity", DPO, request=id_, level="L3")
    office.do("/identity", DPO, request=id_, level="L3", reason="two people share the mailbox")
    assert office.case(id_).steps[-1].holds("doubt")


def test_a_document_is_looked_at_by_the_dpo_alone_and_the_look_is_written_down(office: Office) -> None:
    id_ = office.mailed("access")
    office.do("/identity", DPO, request=id_, level="L3", reason="two people share the mailbox")
    letter = next(effect.id for effect in owed(office.case(id_)) if effect.letter == "IDENTITY_L3")
    office.evidence.held[f"{id_}/{letter}"] = PDF
    assert office.tell("/proofs", STAFF, request=id_)[0] == 403
    assert office.registry.reads == []
    status, shown = office.tell("/proofs", DPO, request=id_)
    assert status == 200
    assert [each["size"] for each in shown["proofs"]] == [len(PDF)]
    assert "seconds=60" in shown["proofs"][0]["link"]
    assert [read[3] for read in office.registry.reads] == ["look_at_proof"]


def proof_of(office: Office) -> str:
    """A case for which a document came in, of somebody on file."""
    on_file(office, CAMILLE, "person-1")
    id_ = office.mailed("access")
    office.do("/identity", DPO, request=id_, level="L3", reason="two people share the mailbox")
    letter = next(effect.id for effect in owed(office.case(id_)) if effect.letter == "IDENTITY_L3")
    name = f"{id_}/{letter}"
    office.evidence.held[name] = PDF
    office.happens(id_, Kind.PROOF_ARRIVED, object=name, size=len(PDF), media_type="application/pdf")
    return id_


def test_r13_the_document_is_deleted_with_the_decision_and_what_is_kept_never_shows_it(
    office: Office,
) -> None:
    id_ = proof_of(office)
    office.do(
        "/verifications", DPO, request=id_, decision="verified", level="L3", reason="name and address fit"
    )
    assert office.evidence.held == {}
    verified, deleted = office.case(id_).steps[-2:]
    assert (verified.kind, deleted.kind) == (Kind.IDENTITY_VERIFIED, Kind.PROOF_DELETED)
    assert (verified.by.who, verified.text("level"), verified.text("method")) == ("alix", "L3", "person")
    assert (item(office, id_).state, item(office, id_).identity) == (State.IN_PROGRESS, "L3")


def test_t9_what_does_not_show_who_they_are_is_deleted_too_and_they_are_told_what_is_missing(
    office: Office,
) -> None:
    id_ = proof_of(office)
    office.do(
        "/verifications", DPO, request=id_, decision="insufficient", missing="an address on the document"
    )
    assert office.evidence.held == {}
    assert item(office, id_).state is State.IDENTITY_PENDING
    letter = [effect for effect in owed(office.case(id_)) if effect.letter == "IDENTITY_INSUFFICIENT"]
    assert len(letter) == 1


def test_who_may_not_decide_deletes_nothing(office: Office) -> None:
    id_ = proof_of(office)
    said = {"request": id_, "decision": "verified", "level": "L3", "reason": "looks fine"}
    assert "DPO" in office.refused("/verifications", STAFF, **said)
    assert len(office.evidence.held) == 1


def test_a_decision_told_twice_is_taken_once(office: Office) -> None:
    id_ = proof_of(office)
    said = {"request": id_, "decision": "verified", "level": "L3", "reason": "fits", "command": "c-1"}
    first, second = (office.tell("/verifications", DPO, **said) for _ in range(2))
    assert first == second
    assert sum(step.kind is Kind.IDENTITY_VERIFIED for step in office.case(id_).steps) == 1


def test_l1a_a_person_may_go_by_an_authenticated_address_on_file_with_a_reason(office: Office) -> None:
    on_file(office, CAMILLE, "person-1")
    id_ = office.mailed("access", dmarc="PASS")
    asked(office, id_)
    said = {"request": id_, "decision": "verified", "level": "L1a"}
    assert "reason" in office.refused("/verifications", **said)
    office.do("/verifications", **said, reason="no answer to the challenge, due in five days")
    assert item(office, id_).identity == "L1a"


@pytest.mark.parametrize(("dmarc", "known"), [("FAIL", True), ("", True), ("PASS", False)])
def test_l1a_is_not_for_an_unknown_or_unauthenticated_sender(
    office: Office, dmarc: str, *, known: bool
) -> None:
    if known:
        on_file(office, CAMILLE, "person-1")
    id_ = office.mailed("access", dmarc=dmarc)
    asked(office, id_)
    said = {"request": id_, "decision": "verified", "level": "L1a", "reason": "due in five days"}
    assert "DMARC" in office.refused("/verifications", **said)


@pytest.mark.parametrize("role", ["agent", "heir", "parent"])
def test_nobody_is_taken_at_their_word_about_somebody_else(office: Office, role: str) -> None:
    """It would open nobody's record, and the answer would be that nothing is held (E82, F4, G31)."""
    on_file(office, CAMILLE, "person-1")
    id_ = office.mailed("access", role=role, dmarc="PASS")
    said = {"decision": "verified", "level": "L1a", "reason": "due in five days", "items": ["access"]}
    assert "for themselves" in office.refused("/verifications", request=id_, **said)


@pytest.mark.parametrize(
    ("route", "said"),
    [
        ("/identity", {"level": "L4"}),
        ("/identity", {}),
        ("/identity", {"level": "L1", "address": "no address"}),
        ("/identity", {"level": "L1", "items": "access"}),
        ("/identity", {"level": "L1", "items": ["x" * 61]}),
        ("/verifications", {"decision": "perhaps"}),
        ("/verifications", {"decision": "insufficient"}),
        ("/verifications", {"decision": "verified", "level": ""}),
    ],
)
def test_what_is_not_said_plainly_is_refused(office: Office, route: str, said: dict[str, Any]) -> None:
    id_ = office.mailed("access")
    before = office.case(id_)
    assert office.tell(route, DPO, request=id_, command="c-1", **said)[0] == 400
    assert office.case(id_) == before


def test_r13_a_document_that_came_by_mail_once_asked_for_is_cut_from_it_with_the_decision(
    office: Office,
) -> None:
    on_file(office, CAMILLE, "person-1")
    id_ = office.mailed("access")
    office.do("/identity", DPO, request=id_, level="L3", reason="two people share the mailbox")
    office.happens(id_, Kind.RECEIVED, mail="mail-7", identity_documents=("0",), address=CAMILLE)
    assert not [effect for effect in owed(office.case(id_)) if effect.does is Does.CUT]
    office.do("/verifications", DPO, request=id_, decision="verified", level="L3", reason="fits")
    cuts = [effect.about for effect in effects(office.case(id_)).values() if effect.does is Does.CUT]
    assert cuts == ["mail-7"]


# ---------------------------------------------------------------- whose data a proof opens


def verified(office: Office, id_: str, level: str, **more: Any) -> str:
    """The address that it was written down for."""
    said = {"decision": "verified", "level": level, "reason": "compared", **more}
    office.do("/verifications", DPO, request=id_, **said)
    return next(s for s in reversed(office.case(id_).steps) if s.kind is Kind.IDENTITY_VERIFIED).text(
        "address"
    )


def test_e74_facts_that_a_person_compared_open_the_record_that_they_were_asked_about(office: Office) -> None:
    office.stores.ledger.append(session("2026-03-01", BENOIT, number="IM-A1042"))
    id_ = office.mailed("access")
    office.do("/identity", request=id_, level="L2", address=BENOIT)
    assert verified(office, id_, "L2") == BENOIT


@pytest.mark.parametrize("level", ["L2", "L3"])
def test_a_proof_that_was_compared_with_nobodys_record_opens_none_unless_one_is_named(
    office: Office, level: str
) -> None:
    id_ = office.mailed("access")
    asked(office, id_)
    said = {"request": id_, "decision": "verified", "level": level, "reason": "looks fine"}
    assert "name the one" in office.refused("/verifications", DPO, **said)
    assert verified(office, id_, level, address=BENOIT) == BENOIT


def test_e71_whose_data_it_is_may_be_asked_anew_and_what_was_shown_before_counts_no_more(
    office: Office,
) -> None:
    id_ = office.mailed("access")
    asked(office, id_)
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=("access",), level="L1", method="page")
    office.happens(id_, Kind.DRAFTED, items=("access",), plan="no_data", digest="0" * 64)
    office.do("/identity", request=id_, level="L1", address=BENOIT)
    assert (item(office, id_).state, item(office, id_).identity) == (State.IDENTITY_PENDING, "")
    assert verified_addresses(office.case(id_), item(office, id_)) == ()
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=("access",), level="L1", address=BENOIT)
    assert verified_addresses(office.case(id_), item(office, id_)) == (BENOIT,)


def test_e79_an_address_that_is_asked_besides_leaves_what_was_shown(office: Office) -> None:
    id_ = office.mailed("access")
    asked(office, id_)
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=("access",), level="L1", method="page")
    office.do("/identity", request=id_, level="L1", address=BENOIT, besides=True)
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=("access",), level="L1", address=BENOIT)
    assert verified_addresses(office.case(id_), item(office, id_)) == (CAMILLE, BENOIT)


# ---------------------------------------------------------------- who writes for somebody else


def agents_case(office: Office, *rights: str) -> str:
    id_ = office.mailed(*rights, role="agent")
    office.happens(id_, Kind.MANDATE_ASKED)
    return id_


def test_e80_an_agent_without_a_mandate_is_asked_for_one_and_told_nothing(office: Office) -> None:
    id_ = agents_case(office, "access")
    assert {effect.letter for effect in owed(office.case(id_))} == {"ACK", "MANDATE_REQUEST"}
    assert item(office, id_).state is State.MANDATE_PENDING


def test_e81_what_a_mandate_does_not_cover_is_asked_for_again_and_the_rest_goes_on(office: Office) -> None:
    id_ = agents_case(office, "access", "erasure")
    office.do("/decisions", request=id_, decision="mandate", reference="file 12", items=["access"])
    states = {each.id: each.state for each in office.case(id_).items}
    assert states == {"access": State.OPEN, "erasure": State.MANDATE_PENDING}
    asked = [effect for effect in owed(office.case(id_)) if effect.letter == "MANDATE_REQUEST"]
    assert [office.case(id_).steps[each.step - 1].texts("items") for each in asked] == [("erasure",)]


def test_e82_whose_data_it_is_is_said_when_the_agent_is_verified(office: Office) -> None:
    id_ = agents_case(office, "access")
    said = {"request": id_, "decision": "mandate", "reference": "file 12"}
    assert "agent or principal" in office.refused("/decisions", **said, answer_to="the neighbour")
    office.do("/decisions", **said, answer_to="principal")
    assert office.case(id_).steps[-1].text("answer_to") == "principal"
    office.do("/identity", request=id_, level="L1", address=BENOIT, reason="the principal, by the mandate")
    (challenge,) = [each for each in owed(office.case(id_)) if each.letter == "IDENTITY_L1"]
    assert office.case(id_).steps[challenge.step - 1].text("address") == BENOIT


def test_e90_a_parents_link_is_a_persons_to_see(office: Office) -> None:
    id_ = office.mailed("access", role="parent")
    assert {effect.letter or effect.does for effect in owed(office.case(id_))} == {"ACK"}
    office.do("/identity", DPO, request=id_, level="L3", reason="we have to see that you are a parent")
    assert item(office, id_).state is State.IDENTITY_PENDING


def test_e82_what_an_accepted_mandate_left_open_is_verified_once_the_principal_is_named(
    office: Office,
) -> None:
    id_ = agents_case(office, "access")
    office.do("/decisions", request=id_, decision="mandate", reference="file 12")
    said = {"decision": "verified", "level": "L3", "reason": "the mandate's own signature"}
    assert "they did not write" in office.refused("/verifications", DPO, request=id_, **said)
    assert verified(office, id_, "L3", address=BENOIT) == BENOIT
    assert item(office, id_).state is State.IN_PROGRESS


def test_e83_an_erasure_that_is_added_to_an_heirs_case_is_of_the_dead_persons_data(office: Office) -> None:
    id_ = office.mailed("heir_request", role="heir")
    office.do("/decisions", DPO, request=id_, decision="death", email=BENOIT)
    office.do("/decisions", DPO, request=id_, decision="heir", reference="acte de notoriété, file 9")
    office.do("/decisions", DPO, request=id_, decision="add", rights=["erasure"])
    assert verified(office, id_, "L3") == BENOIT


@pytest.mark.parametrize(("role", "refused"), [("heir", True), ("executor", False)])
def test_e86_what_the_dead_wanted_is_read_before_heirs_are_given_anything(
    office: Office, role: str, *, refused: bool
) -> None:
    left = Directive(email(BENOIT), ("tout effacer",), "", "IM-2026-000009", office.now)
    office.directives.held[left.about] = left
    id_ = office.mailed("heir_request", role=role)
    office.do("/decisions", DPO, request=id_, decision="death", email=BENOIT)
    office.do("/decisions", DPO, request=id_, decision="heir", reference="acte de notoriété, file 9")
    office.do("/decisions", DPO, request=id_, decision="add", rights=["access"])
    said = {"request": id_, "decision": "verified", "level": "L3", "reason": "file 9"}
    if refused:
        assert "directive" in office.refused("/verifications", DPO, **said)
    assert verified(office, id_, "L3", minds=refused) == BENOIT


# ---------------------------------------------------------------- what a person decided needs nobody any more


def test_what_a_person_was_needed_for_is_settled_by_their_decision_and_the_rest_stays(office: Office) -> None:
    id_ = proof_of(office)
    for reason in ("proof", "language"):
        office.happens(id_, Kind.FLAGGED, flag="needs_human", reason=reason)
    office.do("/verifications", DPO, request=id_, decision="insufficient", missing="an address")
    assert office.case(id_).flags == {Flag.NEEDS_HUMAN: ("language",)}


def test_an_heirs_case_needs_nobody_once_the_proof_was_accepted(office: Office) -> None:
    id_ = office.mailed("heir_request", role="heir")
    office.happens(id_, Kind.FLAGGED, flag="needs_human", reason="death")
    office.do("/decisions", DPO, request=id_, decision="death", email=BENOIT)
    office.happens(id_, Kind.FLAGGED, flag="needs_human", reason="reply")
    office.do("/decisions", DPO, request=id_, decision="heir", reference="acte de notoriété, file 9")
    assert office.case(id_).flags == {}


def test_the_software_settles_nothing_that_a_person_has_to_look_at(office: Office) -> None:
    id_ = office.mailed("access")
    asked(office, id_)
    office.happens(id_, Kind.FLAGGED, flag="needs_human", reason="reply")
    office.happens(id_, Kind.IDENTITY_VERIFIED, items=("access",), level="L1", method="page")
    assert office.case(id_).flags == {Flag.NEEDS_HUMAN: ("reply",)}
