"""Recipients are told what was corrected, erased or restricted, once it was approved and done (Art. 19, P23, P24)."""

from __future__ import annotations

import pytest

from privacy import letters
from privacy.domain.disclosures import GROUP
from privacy.domain.identity import recipient
from privacy.domain.letter import Language
from privacy.domain.request import Request
from privacy.domain.request_effects import effects, owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.operations.answers.draft_answer import SOFTWARE
from privacy.operations.letters.compose_letter import compose
from privacy.operations.letters.letter_of_effect import writing
from privacy.operations.requests.decide_request import Decisions, Hand
from privacy.operations.rights.draft_erasure import draft_erasure
from privacy.policy import recipients
from tests.erasing import ErasureOffice
from tests.requesting import CASE, POLICY, STAFF
from tests.righting import Righting
from tests.telling import CAMILLE, Fact, customer, email, fact, session
from tests.telling import member as seen

NOTICES_TO = "privacy@carrier.example.fr"


def disclosed(recipient: str = "Colissimo", when: str = "2026-03-05", **more: str) -> Fact:
    said = {"recipient": recipient, "capacity": "processor", "data": "name, address", "on": when} | more
    return fact("data.disclosed", when, email(), source="shop", **{GROUP: said})


def notified(request: Request) -> list[tuple[str, str, str]]:
    steps = [step for step in request.steps if step.kind is Kind.NOTIFIED]
    return [(step.text("recipient"), step.text("outcome"), step.text("words")) for step in steps]


def notice(request: Request) -> str:
    """The text of the only letter to a recipient, which is owed."""
    [effect] = [each for each in owed(request) if each.letter == "RECIPIENT_NOTICE"]
    assert recipient(request, effect) == NOTICES_TO
    return compose(
        writing(request, effect, Language.FR), book=letters.load(), controller=POLICY.controller
    ).text


# ---------------------------------------------------------------- erased


@pytest.fixture
def erasing() -> ErasureOffice:
    office = ErasureOffice()
    office.hear(customer("2025-11-22", name="Camille Durand"), disclosed(notices_to=NOTICES_TO))
    return office


def test_e97_who_got_data_is_asked_to_erase_them_too_and_the_plan_says_so_before_it_is_approved(
    erasing: ErasureOffice,
) -> None:
    answered = erasing.erases()
    [line] = erasing.case().draft("erasure").texts("recipients")  # type: ignore[union-attr]
    assert line.split("\t")[:3] == ["Colissimo", NOTICES_TO, f"Camille Durand, {CAMILLE}"]
    assert answered.texts("recipients")[-1:] == ("Colissimo",)
    text = notice(erasing.case())
    assert (
        f"Data about Camille Durand, {CAMILLE} (name, address, from Thursday 5 March 2026 on): erase them"
        in text
    )
    assert f"Données concernant Camille Durand, {CAMILLE}" in text
    assert erasing.empty(), "nothing else of them is left"


def test_who_got_data_after_the_plan_was_drafted_makes_another_plan(erasing: ErasureOffice) -> None:
    erasing.asks()
    before = erasing.drafts().text("digest")
    effect = erasing.approves()
    erasing.hear(disclosed("Assureur exemple"))
    assert draft_erasure(CASE, CAMILLE, SOFTWARE, erasing.reading).digest != before  # type: ignore[union-attr]
    assert erasing.carries_out(effect) == "changed"
    assert not notified(erasing.case())


def test_whom_nobody_can_write_to_is_put_before_a_person(erasing: ErasureOffice) -> None:
    erasing.hear(disclosed("Assureur exemple"))
    erasing.erases()
    case = erasing.case()
    assert case.flags[Flag.NEEDS_HUMAN] == ("recipient_untold",)
    assert [who for who, outcome, _ in notified(case) if outcome == "told"] == ["Colissimo"]
    assert "Assureur exemple" not in case.steps[-1].texts("recipients"), "nobody says so before it is so"


def test_g26_what_the_providers_did_is_written_down(erasing: ErasureOffice) -> None:
    from tests.unit.operations.test_erase_person import ordered, subscribed

    subscribed(erasing)
    ordered(erasing)
    erasing.erases()
    assert notified(erasing.case())[:2] == [
        ("mailchimp", "done", "deleted for ever"),
        ("stripe", "done", "details blanked"),
    ]


# ---------------------------------------------------------------- corrected, restricted


def test_g23_a_carrier_is_told_what_to_correct_and_stripe_s_answer_stands_beside() -> None:
    office = Righting(Right.RECTIFICATION)
    office.tells(session("2026-03-01", customer="cus_1"), disclosed(notices_to=NOTICES_TO))
    office.customers.held["cus_1"] = {}
    office.begins("rectification")
    office.answers("rectification", fields={"city": "Paris", "phone": "+33 1 99 00 12 34"})
    assert notified(office.case) == [("stripe", "done", "corrected"), ("Colissimo", "told", "")]
    assert office.case.steps[-1].texts("recipients") == ("Stripe", "Colissimo")
    text = notice(office.case)
    assert "ville : Paris" in text
    assert "téléphone ; si vous l'avez, demandez-nous la nouvelle" in text
    assert "99 00 12 34" not in text


def test_g25_a_carrier_is_told_to_store_only() -> None:
    office = Righting(Right.RESTRICTION)
    office.tells(session("2026-03-01"), disclosed(notices_to=NOTICES_TO))
    office.begins("restriction")
    office.answers("restriction", words="claims")
    assert "only store them" in notice(office.case)


@pytest.mark.parametrize(
    ("member", "told"), [(True, [("mailchimp", "told", "to archive the member")]), (False, [])]
)
def test_g25_mailchimp_is_told_where_it_has_them_as_a_member(
    *, member: bool, told: list[tuple[str, str, str]]
) -> None:
    office = Righting(Right.RESTRICTION)
    office.tells(session("2026-03-01"), *([seen("2026-05-01")] if member else []))
    office.begins("restriction")
    office.answers("restriction", words="claims")
    assert notified(office.case) == told


def test_what_is_approved_names_who_is_told() -> None:
    office = Righting(Right.RESTRICTION)
    office.tells(session("2026-03-01"))
    office.begins("restriction")
    before = office.drafts("restriction", words="claims")
    office.tells(disclosed(notices_to=NOTICES_TO))
    assert office.drafts("restriction", words="claims") != before


def test_a_directive_or_a_review_concerns_no_recipient() -> None:
    office = Righting(Right.AUTOMATED_DECISION_REVIEW)
    office.tells(session("2026-03-01"), disclosed(notices_to=NOTICES_TO))
    office.begins("automated_decision_review")
    office.answers("automated_decision_review", words="it stays refused, because …")
    assert not notified(office.case)


# ---------------------------------------------------------------- what they answer


def by_hand(office: ErasureOffice, command: str) -> Decisions:
    return Decisions(office.requests, POLICY.periods, Hand(STAFF.who, STAFF.role, command, office.now))


def test_g26_what_a_recipient_answers_is_entered_by_the_name_that_the_case_has(
    erasing: ErasureOffice,
) -> None:
    erasing.erases()
    request = by_hand(erasing, "c1").notify(
        CASE, "Colissimo", "done", "effacé le 24 novembre", recipients.load()
    )
    assert notified(request)[-1] == ("Colissimo", "done", "effacé le 24 novembre")
    assert len([e for e in effects(request).values() if e.letter == "RECIPIENT_NOTICE"]) == 1
    with pytest.raises(IllegalTransition, match=r"this case and .* name Colissimo, aws"):
        by_hand(erasing, "c2").notify(CASE, "Chronopost", "done", "…", recipients.load())


def test_said_again_by_hand_a_recipient_is_written_to_at_the_address_that_was_drafted(
    erasing: ErasureOffice,
) -> None:
    erasing.erases()
    request = by_hand(erasing, "c1").notify(CASE, "Colissimo", "told", "merci de répondre", recipients.load())
    last: Step = request.steps[-1]
    assert last.text("address") == NOTICES_TO
