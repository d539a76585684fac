"""A reply verifies only if it answers that very challenge, from the challenged mailbox, and plainly says yes (A6)."""

from __future__ import annotations

import pytest

from privacy.domain.identity_reply import says_yes
from privacy.domain.mail import Verdicts
from privacy.domain.request import State
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.operations.requests.receive_mail import Became
from tests.identifying import House
from tests.requesting import CASE, PASSED, STAFF, THANKS, UNSURE, asks, mail
from tests.telling import BENOIT, CAMILLE

ACCESS = Right.ACCESS
ELSEWHERE = "c.durand.perso@example.org"
QUOTED = "Oui, c'est moi.\n\nLe 22 nov. 2026 à 11:05, iméra <contact@imera-paris.com> a écrit :\n> confirmez-la ici"


@pytest.fixture
def house() -> House:
    house = House(known={CAMILLE})
    house.brings(mail(), asks(ACCESS))
    house.works()
    return house


def challenge(house: House) -> str:
    """SES's id of the last one that went."""
    sent = [step for step in house.case().steps if step.text("effect") == house.letter("IDENTITY_L1").id]
    (message_id,) = (step.text("message_id") for step in sent if step.text("message_id"))
    return message_id


def answers(house: House, text: str = "Oui, je confirme.", **more: object) -> Became:
    message_id = challenge(house)
    said: dict[str, object] = {
        "sender": CAMILLE,
        "subject": f"Re: [{CASE}] Confirmez votre demande",
        "in_reply_to": (f"<{message_id}@eu-west-3.amazonses.com>",),
    }
    one = mail("mail9", "2026-11-23T10:00", text=text, **{**said, **more})
    return house.brings(one, THANKS)


def test_t8_a_yes_from_the_challenged_mailbox_verifies_it(house: House) -> None:
    assert answers(house) is Became.JOINED
    item, verified = house.item("access"), house.case().steps[-1]
    assert (item.state, item.identity) == (State.IN_PROGRESS, "L1")
    assert (verified.text("method"), verified.text("address"), verified.cause) == ("reply", CAMILLE, "mail9")
    assert verified.text("arrived_at") == "2026-11-23T10:00:00+00:00"
    assert house.case().flags == {}
    house.works()
    assert house.drafted


def test_what_triage_cannot_make_out_in_a_mere_yes_is_no_reason_to_ask_a_person(house: House) -> None:
    sent = challenge(house)
    assert house.brings(mail("mail9", text="OUI", in_reply_to=(sent,)), UNSURE) is Became.JOINED
    assert (house.item("access").identity, house.case().flags) == ("L1", {})


@pytest.mark.parametrize(
    "verdicts",
    [
        PASSED._replace(dmarc="FAIL"),
        PASSED._replace(dmarc="GRAY"),
        PASSED._replace(dmarc="PROCESSING_FAILED"),
        PASSED._replace(dmarc=""),
        PASSED._replace(spam="FAIL"),
        PASSED._replace(virus="FAIL"),
    ],
)
def test_a_reply_that_proves_no_sender_verifies_nobody(house: House, verdicts: Verdicts) -> None:
    answers(house, verdicts=verdicts)
    assert house.item("access").state is State.IDENTITY_PENDING
    assert Flag.NEEDS_HUMAN in house.case().flags


@pytest.mark.parametrize(
    "more",
    [
        {"sender": BENOIT},
        {"sender": "camille.durand@example.fr.example.org"},
        {"in_reply_to": ()},
        {"in_reply_to": ("<ses-1@eu-west-3.amazonses.com>",)},  # that was the acknowledgement
        {"in_reply_to": ("<mail1@example.fr>",)},
        {"automatic": "auto_reply"},
        {"automatic": "list"},
    ],
)
def test_dmarc_alone_verifies_nobody(house: House, more: dict[str, object]) -> None:
    answers(house, **more)
    assert house.item("access").state is State.IDENTITY_PENDING


@pytest.mark.parametrize(
    "text",
    [
        "Non, ce n'est pas moi.",
        "It wasn't me!",
        "Oui ? Qui êtes-vous ?",
        "Je n'ai rien demandé.",
        "I never asked for anything, yes I am sure",
        "yes but only if it is free",
        "Merci.",
        "",
        "C'est mon mari qui a écrit, oui.",
        "oui " * 100,
        "Confirmed that this is phishing",
        "> oui, je confirme",
        "Le 22 nov. 2026 à 11:05, iméra <contact@imera-paris.com> a écrit :\n> oui",
    ],
)
def test_whatever_is_no_plain_yes_goes_before_a_person(house: House, text: str) -> None:
    answers(house, text)
    assert house.item("access").state is State.IDENTITY_PENDING
    assert house.case().flags[Flag.NEEDS_HUMAN] == ("reply",)


@pytest.mark.parametrize(
    "text",
    [
        "Oui",
        "oui, c'est bien moi. Cordialement, Camille Durand",
        "Je confirme ma demande.",
        "Bonjour,\n\nje vous confirme être l'auteur.\n\nBien à vous",
        "Yes, it was me.",
        "I confirm.",
        "I hereby confirm my request",
        QUOTED,
    ],
)
def test_people_say_yes_in_many_ways(text: str) -> None:
    assert says_yes(text)


def test_a_yes_that_comes_too_late_changes_nothing(house: House) -> None:
    house.does(Step(Kind.WITHDRAWN, house.now, STAFF, said={"reason": "by phone"}))
    answers(house)
    assert house.item("access").state is State.WITHDRAWN


def test_e71_the_mailbox_on_file_may_say_yes_to_what_another_one_asked_and_gains_nothing_by_it() -> None:
    house = House(known={CAMILLE})
    house.brings(mail(sender=ELSEWHERE), asks(ACCESS))
    said = {"items": ("access",), "level": "L1", "doubt": True, "address": CAMILLE}
    house.works()
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said=said))
    house.works()
    assert answers(house, "Merci de me dire qui vous êtes") is Became.CASE, "that is no yes"
    assert house.item("access").state is State.IDENTITY_PENDING
    sent = challenge(house)
    assert (
        house.brings(mail("mail10", sender=CAMILLE, text="Oui", in_reply_to=(sent,)), THANKS) is Became.JOINED
    )
    assert house.case().steps[-1].text("address") == CAMILLE
    assert house.case().address == ELSEWHERE


def test_a_stranger_who_answers_a_challenge_that_was_sent_on_to_them_verifies_nobody(house: House) -> None:
    assert answers(house, sender=BENOIT) is Became.CASE
    assert house.item("access").state is State.IDENTITY_PENDING
    assert house.case("IM-2026-000002").address == BENOIT
