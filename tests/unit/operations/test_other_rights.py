"""Objection, review, directives, heirs, refusal, fee, and recipients (G12, G13, G26, G29, G30, E83-E89)."""

from __future__ import annotations

import pytest

from privacy.domain.letter import WITH_REMEDIES, Letter
from privacy.domain.person import may_market, may_personalise
from privacy.domain.recipients import Recipient
from privacy.domain.request import State
from privacy.domain.request_effects import To, effects
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import By, Flag, Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.answers.preview_drafts import preview_drafts
from privacy.operations.requests.decide_request import Decisions
from tests.requesting import CASE, DPO, POLICY, STAFF, step
from tests.righting import Righting
from tests.telling import BENOIT, CAMILLE, email, session

CARRIER = Recipient(
    "carrier", "Transporteur exemple", "controller", {}, "FR", {}, frozenset(), frozenset(), always=False,
    dpa_signed_on=None, notices_to="dpo@example.org",
)  # fmt: skip


def decisions(office: Righting, by: By = DPO) -> Decisions:
    return Decisions(office.desk.log, POLICY.periods, office.hand(by))


# --- objection


def test_e65_an_objection_that_is_upheld_says_for_what_the_data_are_not_used_any_more() -> None:
    office = Righting(Right.OBJECTION)
    office.tells(session("2026-03-01", box=True))
    office.answers("objection", changes=("la personnalisation des offres",))
    assert office.letters == [("OBJECTION_ACCEPTED", "sender")]
    person = office.person()
    assert not may_personalise(person)
    assert may_market(person, email(), office.desk.now.date()), "who is against that has not unsubscribed"


def test_g29_an_objection_is_refused_by_the_dpo_with_reasons_and_remedies() -> None:
    office = Righting(Right.OBJECTION)
    with pytest.raises(IllegalTransition, match="for the DPO"):
        decisions(office, STAFF).refuse(CASE, "…")
    with pytest.raises(IllegalTransition, match="needs words"):
        decisions(office).refuse(CASE, "  ", "objection")
    decisions(office).refuse(CASE, "le litige en cours l'exige", "objection")
    (letter,) = [e.letter for e in effects(office.case).values() if e.step == office.case.version]
    assert letter == "OBJECTION_REFUSED"
    assert Letter.OBJECTION_REFUSED in WITH_REMEDIES


# --- review of a refused order


def test_e68_a_person_says_what_came_of_the_review_and_its_answer_names_the_remedies() -> None:
    office = Righting(Right.AUTOMATED_DECISION_REVIEW)
    office.begins("automated_decision_review")
    with pytest.raises(IllegalTransition, match="what came of the review"):
        office.drafts("automated_decision_review", words=" ")
    office.answers("automated_decision_review", words="la commande peut être repassée")
    assert office.letters == [("REVIEW_RESULT", "sender")]
    assert Letter.REVIEW_RESULT in WITH_REMEDIES
    assert office.case.steps[-1].text("words") == "la commande peut être repassée"


def test_g30_the_software_never_answers_a_review_by_itself() -> None:
    office = Righting(Right.AUTOMATED_DECISION_REVIEW)
    office.begins("automated_decision_review")
    digest = office.drafts("automated_decision_review", words="…")
    with pytest.raises(IllegalTransition, match="for a person to decide"):
        office.approves("automated_decision_review", digest, By("auto"))


# --- directives

DIRECTIVE = "post_mortem_directive"


@pytest.fixture
def willing() -> Righting:
    office = Righting(Right.POST_MORTEM_DIRECTIVE)
    office.tells(session("2026-03-01"))
    office.begins(DIRECTIVE)
    return office


def test_f2_a_directive_is_registered_and_read_back_to_whoever_gave_it(willing: Righting) -> None:
    willing.answers(DIRECTIVE, changes=("tout effacer",), words="Anna Exemple", consented=True)
    assert willing.letters == [("DIRECTIVE_REGISTERED", "sender")]
    held = willing.directives.of([email()])
    assert held is not None
    assert (held.words, held.executor, held.case) == (("tout effacer",), "Anna Exemple", CASE)


def test_e87_changed_twice_then_revoked_nothing_of_it_is_left(willing: Righting) -> None:
    for number, wish in enumerate(("tout garder", "tout effacer"), 1):
        item = DIRECTIVE if number == 1 else f"{DIRECTIVE}-{number}"
        if number > 1:
            asks_again(willing, item)
        willing.answers(item, changes=(wish,), consented=True)
    held = willing.directives.of([email()])
    assert held is not None
    assert held.words == ("tout effacer",)
    asks_again(willing, f"{DIRECTIVE}-3")
    willing.answers(f"{DIRECTIVE}-3", revokes=True)
    assert willing.directives.held == {}
    assert willing.letters == [("DIRECTIVE_REVOKED", "sender")]


def asks_again(office: Righting, item: str) -> None:
    office.desk.does(
        step(Kind.RIGHTS_ADDED, "2026-11-22T11:00", STAFF, rights=(Right.POST_MORTEM_DIRECTIVE.value,))
    )
    office.begins(item)


def test_e88_a_directive_accepted_with_terms_is_worth_nothing(willing: Righting) -> None:
    with pytest.raises(IllegalTransition, match="consent of its own"):
        willing.drafts(DIRECTIVE, changes=("tout effacer",))


def test_r27_whoever_is_erased_leaves_no_directive_and_the_answer_names_it() -> None:
    from privacy.ports.directives import Directive
    from tests.erasing import ErasureOffice

    office = ErasureOffice()
    wish = Directive(email(), ("tout effacer",), "", "IM-2026-000009", office.now)
    office.directives.register(wish, office.now.date())
    answered = office.erases()
    assert any("directive" in line for line in answered.texts("goes"))
    assert office.directives.held == {}


# --- heirs


@pytest.fixture
def heirs() -> Righting:
    """Their proof was accepted; the dead person is Benoît."""
    office = Righting(Right.HEIR_REQUEST, role=Role.HEIR)
    office.tells(session("2026-03-01", BENOIT))
    office.desk.does(step(Kind.HEIR_PROOF_ASKED, "2026-11-22T11:00", DPO, address=BENOIT))
    office.desk.does(step(Kind.HEIR_PROOF_ACCEPTED, "2026-11-22T12:00", DPO, reference="notary"))
    return office


def test_e83_what_was_done_for_heirs_is_approved_by_the_dpo_and_justified_in_writing(heirs: Righting) -> None:
    digest = heirs.drafts("heir_request", changes=("le compte est clos",))
    with pytest.raises(IllegalTransition, match="approved by the DPO"):
        heirs.approves("heir_request", digest, STAFF)
    heirs.approves("heir_request", digest, DPO)
    assert heirs.carries_out() == "done"
    assert heirs.letters == [("HEIR_DONE", "sender")]
    assert heirs.case.steps[-1].texts("changes") == ("le compte est clos",)


def test_what_heirs_are_told_goes_to_them_and_a_preview_says_so(heirs: Righting) -> None:
    heirs.drafts("heir_request", changes=("le compte est clos",))
    (shown,) = preview_drafts(heirs.case, None, None)
    assert (shown["answered_at"], shown["whose"], shown["approved_by"]) == (CAMILLE, [BENOIT], "dpo")


def test_e84_what_heirs_ask_out_of_curiosity_is_refused_in_part_with_reasons(heirs: Righting) -> None:
    heirs.desk.does(step(Kind.RIGHTS_ADDED, "2026-11-22T12:30", STAFF, rights=(Right.ACCESS.value,)))
    decisions(heirs).refuse(CASE, "la succession n'en a pas besoin", "access")
    states = {item.id: item.state for item in heirs.case.items}
    assert states == {"heir_request": State.IN_PROGRESS, "access": State.REFUSED}


def test_e85_nothing_is_disclosed_to_heirs_by_the_software(heirs: Righting) -> None:
    heirs.desk.does(step(Kind.RIGHTS_ADDED, "2026-11-22T12:30", STAFF, rights=(Right.ACCESS.value,)))
    assert heirs.case.item("access").state is State.OPEN  # type: ignore[union-attr]
    assert not [e for e in effects(heirs.case).values() if e.about == "access"]


def test_e86_what_the_dead_wanted_prevails_and_has_to_be_read_first(heirs: Righting) -> None:
    from privacy.ports.directives import Directive

    wish = Directive(email(BENOIT), ("tout effacer",), "Anna Exemple", "IM-2026-000009", heirs.desk.now)
    heirs.directives.register(wish, heirs.desk.now.date())
    with pytest.raises(IllegalTransition, match="left a directive"):
        heirs.drafts("heir_request", changes=("une copie est remise",))
    heirs.answers("heir_request", by=DPO, changes=("effacé, comme la défunte l'a voulu",), minds=True)
    assert heirs.letters == [("HEIR_DONE", "sender")]


# --- refusal, fee, minors


def test_g13_a_fee_is_the_dpos_reasonable_and_asked_once_with_its_reasons() -> None:
    office = Righting(Right.ACCESS)
    for by, amount, reasons, because in (
        (STAFF, 1250, "…", "for the DPO"),
        (DPO, 1250, " ", "needs words"),
        (DPO, 0, "…", "reasonable"),
        (DPO, 20_000, "…", "reasonable"),
    ):
        with pytest.raises(IllegalTransition, match=because):
            decisions(office, by).ask_fee(CASE, "access", amount, reasons)
    decisions(office).ask_fee(CASE, "access", 1250, "la douzième demande cette semaine")
    assert "FEE" in {e.letter for e in effects(office.case).values()}
    assert office.case.item("access").unfinished  # type: ignore[union-attr]
    with pytest.raises(IllegalTransition, match="already"):
        decisions(office).ask_fee(CASE, "access", 1250, "…")


def test_g13_who_wants_no_more_offers_never_pays() -> None:
    office = Righting(Right.OBJECTION)
    with pytest.raises(IllegalTransition, match="free"):
        decisions(office).ask_fee(CASE, "objection", 500, "…")


def test_g12_a_refusal_says_why_and_where_to_complain() -> None:
    office = Righting(Right.ACCESS)
    decisions(office).refuse(CASE, "manifestement excessive : …")
    assert office.case.items[0].state is State.REFUSED
    (letter,) = [e.letter for e in effects(office.case).values() if e.step == office.case.version]
    assert (letter, Letter.REFUSAL in WITH_REMEDIES) == ("REFUSAL", True)


def test_e89_what_concerns_a_minor_is_approved_by_the_dpo() -> None:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01"))
    office.begins("rectification")
    office.desk.does(step(Kind.FLAGGED, flag=Flag.MINOR.value, reason="14 ans"))
    digest = office.drafts("rectification", fields={"city": "Paris"})
    with pytest.raises(IllegalTransition, match="minor: that is approved by the DPO"):
        office.approves("rectification", digest)
    office.approves("rectification", digest, DPO)


# --- Art. 19


@pytest.fixture
def corrected() -> Righting:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01"))
    office.begins("rectification")
    office.answers("rectification", fields={"city": "Paris"})
    return office


def test_g26_a_recipient_is_written_to_and_what_it_answers_is_kept(corrected: Righting) -> None:
    from privacy.domain.identity import recipient

    decisions(corrected, STAFF).notify(CASE, "carrier", "told", "commande 1042 : ville → Paris", [CARRIER])
    (notice,) = [e for e in effects(corrected.case).values() if e.letter == "RECIPIENT_NOTICE"]
    assert (notice.to, recipient(corrected.case, notice)) == (To.ADDRESS_ON_FILE, "dpo@example.org")
    decisions(corrected, STAFF).notify(CASE, "carrier", "done", "corrigé le 24 novembre", [CARRIER])
    assert corrected.case.steps[-1].text("outcome") == "done"
    assert len([e for e in effects(corrected.case).values() if e.letter == "RECIPIENT_NOTICE"]) == 1


def test_g26_nobody_is_told_of_what_was_not_done_yet() -> None:
    office = Righting(Right.RECTIFICATION)
    with pytest.raises(IllegalTransition, match="nothing in this case"):
        decisions(office, STAFF).notify(CASE, "carrier", "told", "…", [CARRIER])


def test_g26_a_recipient_without_an_address_is_told_otherwise(corrected: Righting) -> None:
    decisions(corrected, STAFF).notify(
        CASE, "carrier", "told", "par téléphone", [CARRIER._replace(notices_to="")]
    )
    assert "RECIPIENT_NOTICE" not in {e.letter for e in effects(corrected.case).values()}


# --- whose data


def test_e71_an_answer_goes_to_the_mailbox_that_confirmed_and_not_to_whoever_wrote() -> None:
    from privacy.domain.identity import recipient

    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01", BENOIT))
    office.folds(BENOIT)
    office.desk.does(step(Kind.IDENTITY_ASKED, "2026-11-22T10:20", level="L1", doubt=True, address=BENOIT))
    office.desk.does(
        step(Kind.IDENTITY_VERIFIED, "2026-11-22T10:40", level="L1", method="page", address=BENOIT)
    )
    office.answers("rectification", fields={"city": "Paris"})
    (letter,) = [e for e in effects(office.case).values() if e.letter == "RECTIFIED"]
    assert recipient(office.case, letter) == BENOIT


def test_nobody_has_somebody_elses_data_corrected(corrected: Righting) -> None:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01"), session("2026-03-01", BENOIT, payment="pi_2"))
    office.folds(BENOIT)
    office.begins("rectification")
    with pytest.raises(IllegalTransition, match="nobody showed"):
        office.drafts("rectification", fields={"city": "Paris"}, address=BENOIT)


@pytest.mark.parametrize(("mandate_says", "to"), [("agent", "sender"), ("", "address_on_file")])
def test_e82_what_an_agent_had_corrected_is_told_to_whom_the_mandate_says(mandate_says: str, to: str) -> None:
    office = Righting(Right.RECTIFICATION, role=Role.AGENT)
    office.tells(session("2026-03-01", BENOIT))
    office.folds(BENOIT)
    accepted = step(
        Kind.MANDATE_ACCEPTED, "2026-11-22T10:35", STAFF, reference="file 12", answer_to=mandate_says
    )
    office.desk.does(accepted)
    office.begins("rectification")
    office.answers("rectification", fields={"city": "Lyon"}, address=BENOIT)
    assert office.letters == [("RECTIFIED", to)]
    if to == "address_on_file":
        assert office.case.steps[-1].text("address") == BENOIT


def test_e82_where_the_principal_is_told_somebody_has_to_say_at_which_address() -> None:
    office = Righting(Right.AUTOMATED_DECISION_REVIEW, role=Role.AGENT)
    said = {"reference": "file 12", "answer_to": "principal"}
    office.desk.does(step(Kind.MANDATE_ACCEPTED, "2026-11-22T10:35", STAFF, **said))
    office.begins("automated_decision_review")
    with pytest.raises(IllegalTransition, match="name the address"):
        office.drafts("automated_decision_review", words="it stays refused, because …")
    office.answers("automated_decision_review", words="it stays refused, because …", address=BENOIT)
    assert office.letters == [("REVIEW_RESULT", "address_on_file")]


def test_of_whom_an_agent_writes_an_operator_names() -> None:
    office = Righting(Right.RESTRICTION, role=Role.AGENT)
    office.tells(session("2026-03-01", BENOIT))
    office.folds(BENOIT)
    office.desk.does(step(Kind.MANDATE_ACCEPTED, "2026-11-22T10:35", STAFF, reference="file 12"))
    office.desk.does(
        step(Kind.IDENTITY_VERIFIED, "2026-11-22T10:40", DPO, level="L1", method="mandate", reason="…")
    )
    with pytest.raises(IllegalTransition, match="name the address"):
        office.drafts("restriction", words="claims")
    office.answers("restriction", words="claims", address=BENOIT)
    assert not may_market(office.person(BENOIT), email(BENOIT), office.desk.now.date())
    assert CAMILLE not in {hold.reason for hold in office.holds.all()}
