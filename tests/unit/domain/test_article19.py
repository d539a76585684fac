"""Whom we tell that data were corrected, erased or restricted, and what they are asked (Art. 19, G26, P24, T22)."""

from __future__ import annotations

from collections.abc import Mapping

import pytest

from privacy.domain.article19 import Informed, asked_of, offices_in, to_be_informed
from privacy.domain.disclosures import GROUP, Given
from privacy.domain.recipients import Recipient
from privacy.domain.rectification import Change
from privacy.domain.request import State
from privacy.domain.request_effects import effects
from privacy.domain.request_guards import IllegalTransition, followed_by_all
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from tests.requesting import STAFF, case, step
from tests.telling import email, fact, session

STRIPE = Recipient("stripe", "Stripe", "processor", {}, "IE", {}, frozenset({"order"}), frozenset({"stripe"}),
                   always=False, dpa_signed_on=None)  # fmt: skip
CARRIER = Recipient("carrier", "Colissimo", "processor", {}, "FR", {}, frozenset(), frozenset(), always=False,
                    dpa_signed_on=None, notices_to="privacy@carrier.example.fr")  # fmt: skip
COLISSIMO = Informed(
    "Colissimo",
    "privacy@carrier.example.fr",
    "Camille Durand, camille.durand@example.fr",
    "name",
    "2026-03-05",
)


def given(*entered: Mapping[str, str]) -> Given:
    """What facts show after an order, and what operators entered."""
    found = Given()
    found.take(session("2026-03-01"))
    for each in entered:
        said = {"capacity": "processor", "data": "name", "on": each.get("on", "2026-03-05")} | dict(each)
        found.take(fact("data.disclosed", said["on"], email(), source="shop", **{GROUP: said}))
    return found


def told(found: Given, *register: Recipient) -> list[tuple[str, str, str, str]]:
    return [(t.recipient, t.address, t.data, t.since) for t in to_be_informed(found, register, "Camille")]


def test_p24_who_was_entered_is_told_where_they_take_notices_and_providers_are_made_to_follow() -> None:
    found = given({"recipient": "Colissimo", "notices_to": "privacy@carrier.example.fr"})
    assert told(found, STRIPE) == [("Colissimo", "privacy@carrier.example.fr", "name", "2026-03-05")]


def test_p24_who_got_data_twice_is_told_once_of_all_of_it_at_the_latest_address() -> None:
    found = given(
        {"recipient": "Colissimo", "on": "2026-03-05", "notices_to": "old@carrier.example.fr"},
        {"recipient": "Colissimo", "on": "2026-06-01", "notices_to": "new@carrier.example.fr"},
        {"recipient": "Colissimo", "on": "2026-07-01", "capacity": "controller", "data": "telephone"},
    )
    assert told(found) == [("Colissimo", "new@carrier.example.fr", "telephone; name", "2026-03-05")]


def test_art_4_9_an_authority_that_the_law_entitles_to_ask_is_no_recipient() -> None:
    assert told(given({"recipient": "Tribunal de Paris", "capacity": "authority"})) == []


def test_who_stands_in_the_register_too_is_told_where_that_says() -> None:
    assert told(given({"recipient": "colissimo"}), CARRIER)[0][:2] == (
        "carrier",
        "privacy@carrier.example.fr",
    )


def test_of_whom_nobody_knows_where_they_are_told_that_is_kept() -> None:
    assert told(given({"recipient": "Assureur exemple"})) == [("Assureur exemple", "", "name", "2026-03-05")]


def test_a_line_is_read_as_it_was_written_whatever_was_typed() -> None:
    odd = COLISSIMO._replace(data="name\tand\naddress")
    assert Informed.of_line(odd.line) == COLISSIMO._replace(data="name and address")


@pytest.mark.parametrize("right", ["erasure", "restriction", "rectification"])
def test_g26_a_notice_names_the_person_what_was_given_and_since_when_in_both_languages(right: str) -> None:
    french, english = (
        [
            line.removeprefix(f"{language}: ")
            for line in asked_of(COLISSIMO, right, ())
            if line.startswith(language)
        ]
        for language in ("fr", "en")
    )
    assert french[0].startswith(f"Données concernant {COLISSIMO.who} (name, à partir du jeudi 5 mars 2026) :")
    assert english[0].startswith(f"Data about {COLISSIMO.who} (name, from Thursday 5 March 2026 on):")


def test_g26_who_is_told_of_a_correction_learns_no_address_or_number_that_they_may_not_have() -> None:
    changes = [
        Change("city", "Lyon", "Paris"),
        Change("email", "c@example.fr", "nouvelle@example.fr"),
        Change("phone", "", "+33 1 99"),
    ]
    said = asked_of(COLISSIMO, "rectification", [change.line for change in changes])
    assert "en: town: Lyon → Paris" in said
    assert "en: changed as well: e-mail address, telephone; if you hold it, ask us for the new one" in said
    assert not [line for line in said if "nouvelle@example.fr" in line or "+33 1 99" in line]


# ---------------------------------------------------------------- what they answer


def erased(*more: Step) -> list[Step]:
    at_ = "2026-11-23T09:0"
    return [
        step(Kind.IDENTITY_VERIFIED, f"{at_}0", STAFF, level="L1", reason="seen"),
        step(Kind.DRAFTED, f"{at_}1", items=("rectification",), plan="rectification", digest="d"),
        step(Kind.APPROVED, f"{at_}2", STAFF, items=("rectification",), digest="d"),
        *more,
    ]


def notified(recipient: str, outcome: str, when: str = "2026-11-23T09:05", **said: str) -> Step:
    return step(Kind.NOTIFIED, when, recipient=recipient, outcome=outcome, **said)


ANSWERED = step(Kind.ANSWERED, "2026-11-23T09:05", items=("rectification",), plan="heir")
CLOSED = step(Kind.CLOSED, "2026-11-24T08:00", reason="settled")


@pytest.mark.parametrize("answers", [("done", "done"), ("refused", "impossible")])
def test_t22_a_case_goes_on_at_once_where_every_recipient_has_answered(answers: tuple[str, str]) -> None:
    steps = erased(notified("stripe", answers[0]), ANSWERED, notified("Colissimo", "told"))
    waits = take(case(Right.RECTIFICATION), steps)
    letters = [effect.id for effect in effects(waits).values() if effect.letter == "HEIR_DONE"]
    arrived = [
        step(kind, "2026-11-23T10:00", effect=letters[0]) for kind in (Kind.CLAIMED, Kind.LETTER_DELIVERED)
    ]
    waits = take(waits, [*arrived, step(Kind.SPARED, "2026-11-23T10:00", effect="ack-3", reason="…")])
    with pytest.raises(IllegalTransition, match="seven days"):
        take(waits, [CLOSED])
    followed = take(waits, [notified("Colissimo", answers[1], "2026-11-23T15:00")])
    assert take(followed, [CLOSED]).state is State.CLOSED


def test_t22_a_letter_under_way_is_waited_for() -> None:
    steps = erased(notified("stripe", "done"), ANSWERED)
    request = take(case(Right.RECTIFICATION), steps)
    assert not followed_by_all(request), "nobody has sent the answer's letter yet"
    [letter] = [effect.id for effect in effects(request).values() if effect.letter == "HEIR_DONE"]
    for kind, done in ((Kind.CLAIMED, False), (Kind.LETTER_SENT, False), (Kind.LETTER_DELIVERED, True)):
        request = take(request, [step(kind, "2026-11-23T10:00", effect=letter)])
        assert followed_by_all(request) is done


def test_t22_where_nobody_was_told_seven_days_pass_as_ever() -> None:
    request = take(case(Right.RECTIFICATION), erased(ANSWERED))
    assert not followed_by_all(request)


def test_who_a_case_names_is_known_by_that_name_with_the_address_that_was_drafted() -> None:
    drafted = step(Kind.DRAFTED, "2026-11-23T09:01", items=("rectification",), recipients=(COLISSIMO.line,))
    request = take(case(Right.RECTIFICATION), [erased()[0], drafted])
    assert offices_in(request) == {"Colissimo": "privacy@carrier.example.fr"}


def test_who_told_the_last_of_those_whom_nobody_could_write_to_is_needed_no_more() -> None:
    unknown = [COLISSIMO._replace(recipient=name, address="").line for name in ("Assureur", "Avocate")]
    drafted = step(
        Kind.DRAFTED, items=("rectification",), plan="rectification", digest="d", recipients=tuple(unknown)
    )
    flagged = step(Kind.FLAGGED, flag="needs_human", reason="recipient_untold")
    begun = step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", reason="seen")
    approved = step(Kind.APPROVED, by=STAFF, items=("rectification",), digest="d")
    request = take(case(Right.RECTIFICATION), [begun, drafted, approved, flagged])
    by_hand = {"outcome": "told", "words": "by telephone"}
    one = take(request, [step(Kind.NOTIFIED, by=STAFF, recipient="Assureur", **by_hand)])
    assert one.flags
    assert not take(one, [step(Kind.NOTIFIED, by=STAFF, recipient="Avocate", **by_hand)]).flags
