"""Identity is asked of the mailbox that wrote, by a letter that says nothing, and shown by a button, once (A6, A7)."""

from __future__ import annotations

from datetime import timedelta

import pytest

from privacy.domain.request import State
from privacy.domain.request_effects import owed
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.operations.letters.letter_links import token_digest
from privacy.operations.requests.react_to_request import react_to_request
from tests.identifying import House
from tests.requesting import CASE, DPO, PASSED, STAFF, asks, mail, step
from tests.telling import BENOIT, CAMILLE, email

ACCESS, ERASURE, RECTIFICATION = Right.ACCESS, Right.ERASURE, Right.RECTIFICATION
FAILED = PASSED._replace(dmarc="FAIL")
ELSEWHERE = "c.durand.perso@example.org"


@pytest.fixture
def house() -> House:
    return House(known={CAMILLE})


def asked(house: House) -> Step:
    return [each for each in house.case().steps if each.kind is Kind.IDENTITY_ASKED][-1]


# ---------------------------------------------------------------- who is asked


def test_a7_who_asks_for_a_copy_is_asked_whatever_they_proved_and_the_clock_runs_on(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    assert house.works() == ["ACK", "IDENTITY_L1"]
    assert house.item("access").state is State.IDENTITY_PENDING
    assert (asked(house).said["doubt"], house.item("access").suspended) == (False, False)
    assert house.recipient("IDENTITY_L1") == CAMILLE


def test_e76_an_erasure_from_the_address_on_file_is_confirmed_before_anything_is_drafted(
    house: House,
) -> None:
    house.brings(mail(), asks(ERASURE))
    assert "IDENTITY_L1" in house.works()
    assert house.drafts.sent == []
    house.presses(house.secret())
    house.works()
    assert house.drafted == {f"draft-erasure-{house.case().version}"}


@pytest.mark.parametrize("right", [RECTIFICATION, Right.RESTRICTION, Right.AUTOMATED_DECISION_REVIEW])
def test_a7_what_hands_nothing_over_needs_no_proof_where_there_is_no_doubt(
    house: House, right: Right
) -> None:
    house.brings(mail(), asks(right))
    assert house.works() == ["ACK", "DPO_NOTICE"]
    assert house.item(right.value).state is State.IN_PROGRESS


def test_t16_what_no_software_drafts_calls_the_dpo_once_and_says_how_it_is_proposed(house: House) -> None:
    """Else nobody would hear of a directive before its reminder, ten days before the last day."""
    house.brings(mail(), asks(Right.POST_MORTEM_DIRECTIVE))
    house.works()
    notice = house.message("DPO_NOTICE").get_content()
    assert "une réponse est à proposer" in notice
    assert f"privacy requests draft {CASE} --directive" in notice
    assert "--settles" not in notice, "it is no flag, and the draft ends it"


def test_a_proposal_that_was_made_meanwhile_calls_nobody(house: House) -> None:
    house.brings(mail(), asks(RECTIFICATION))
    react_to_request(CASE, house.reaction)
    (called,) = [each for each in owed(house.case()) if each.letter == "DPO_NOTICE"]
    house.does(step(Kind.DRAFTED, by=STAFF, plan="rectification", digest="d1", items=("rectification",)))
    assert called.id not in {each.id for each in owed(house.case())}


@pytest.mark.parametrize(
    ("sender", "verdicts", "why"),
    [
        (CAMILLE, FAILED, "not_authenticated"),
        (CAMILLE, PASSED._replace(dmarc="GRAY"), "not_authenticated"),
        (CAMILLE, PASSED._replace(dmarc="PROCESSING_FAILED"), "not_authenticated"),
        (ELSEWHERE, PASSED, "not_on_file"),
        (ELSEWHERE, FAILED, "not_on_file,not_authenticated"),
    ],
)
def test_e72_e73_doubt_is_an_unknown_address_or_a_failed_authentication_and_stops_the_clock(
    house: House, sender: str, verdicts: object, why: str
) -> None:
    house.brings(mail(sender=sender, verdicts=verdicts), asks(RECTIFICATION))
    assert house.works() == ["ACK", "IDENTITY_L1"]
    assert (asked(house).said["doubt"], asked(house).said["reason"]) == (True, why)
    assert house.item("rectification").suspended
    house.now += timedelta(days=3)
    house.presses(house.secret())
    item = house.item("rectification")
    assert (item.suspended, item.state, item.identity) == (False, State.IN_PROGRESS, "L1")
    assert str(item.deadline().raw) == "2026-12-25"


@pytest.mark.parametrize("right", [Right.OBJECTION, Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL])
def test_e77_who_wants_to_be_left_alone_proves_nothing(house: House, right: Right) -> None:
    house.brings(mail(sender=ELSEWHERE, verdicts=FAILED), asks(right))
    assert "IDENTITY_L1" not in house.works()
    assert house.item(right.value).state in {State.ANSWERED, State.IN_PROGRESS}


def test_one_challenge_asks_for_all_that_one_message_wants(house: House) -> None:
    house.brings(mail(), asks(ACCESS, ERASURE, Right.OBJECTION_MARKETING))
    assert house.works().count("IDENTITY_L1") == 1
    assert asked(house).texts("items") == ("access", "erasure")
    house.presses(house.secret())
    assert {house.item(each).identity for each in ("access", "erasure")} == {"L1"}


def test_e89_a_minor_asks_like_anybody_and_no_parent_is_asked_for(house: House) -> None:
    house.brings(mail(), asks(ERASURE, Right.CONSENT_WITHDRAWAL))
    house.does(step(Kind.FLAGGED, by=STAFF, flag="minor", reason="she says that she is 14"))
    assert "IDENTITY_L1" in house.works()
    with pytest.raises(IllegalTransition, match="minor"):
        house.does(step(Kind.EXTENDED, by=DPO, items=("erasure",), reasons="…"))


@pytest.mark.parametrize("role", [Role.PARENT, Role.AGENT, Role.HEIR, Role.EXECUTOR])
def test_e80_e90_who_writes_for_somebody_else_is_sent_no_challenge(house: House, role: Role) -> None:
    house.brings(mail(), asks(ACCESS, role=role))
    assert "IDENTITY_L1" not in house.works()


# ---------------------------------------------------------------- the letter says nothing


def test_the_challenge_is_byte_for_byte_the_same_whether_or_not_anything_is_held() -> None:
    def letter(known: set[str]) -> bytes:
        house = House(known=known, slot=timedelta(minutes=5))
        house.brings(mail(), asks(ACCESS))
        house.works()
        house.now += timedelta(minutes=10)
        house.works()
        return next(raw for *_, name, raw in house.post.taken if "identity_l1" in name)

    assert letter({CAMILLE}) == letter(set())


def test_a_challenge_leaves_when_the_next_five_minutes_are_full(house: House) -> None:
    house.slot = timedelta(minutes=5)
    house.brings(mail(), asks(ACCESS))
    assert house.works() == ["ACK"]
    challenge = house.letter("IDENTITY_L1")
    assert house.again.waiting[0] == ({"request": CASE, "effect": challenge.id}, 270)
    house.now += timedelta(seconds=269)
    assert house.works() == []
    house.now += timedelta(seconds=1)
    assert house.works() == ["IDENTITY_L1"]


def test_nothing_of_the_case_but_its_number_and_no_name_stands_in_the_challenge(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    message = house.message("IDENTITY_L1")
    assert "Durand" not in message.get_content()
    assert "copie" not in message.get_content()
    assert message["Auto-Submitted"] == "auto-replied"


def test_only_the_links_digest_is_kept_bound_to_case_letter_and_mailbox_for_seven_days(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    secret = house.secret()
    ((digest, token),) = house.tokens.held.items()
    assert digest == token_digest(secret)
    assert secret not in str(house.tokens.held) + str(house.log.cases)
    assert (token.identifier, token.about) == (email(), f"{CASE}/{house.letter('IDENTITY_L1').id}")
    # midnight in Paris after 29 November
    assert token.expires_at.isoformat() == "2026-11-29T23:00:00+00:00"
    assert "29 novembre 2026" in house.message("IDENTITY_L1").get_content()


# ---------------------------------------------------------------- the page


def test_e96_looking_verifies_nobody_however_often(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    before = house.case()
    for _ in range(3):
        page = house.looks(house.secret())
        assert "a copy" in page
        assert "<form" in page
    assert house.case() == before


def test_t8_the_button_verifies_the_mailbox_and_the_answer_is_drafted(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    assert "Thank you" in house.presses(house.secret())
    verified = house.case().steps[-1]
    assert (verified.kind, verified.text("level"), verified.text("method")) == (
        Kind.IDENTITY_VERIFIED, "L1", "link",
    )  # fmt: skip
    assert verified.text("address") == CAMILLE
    assert house.item("access").state is State.IN_PROGRESS
    house.works()
    assert house.drafted == {f"draft-access-{house.case().version}"}


def test_e96_a_link_works_once_and_says_the_same_to_everybody_afterwards(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    secret = house.secret()
    house.presses(secret)
    house.does(step(Kind.IDENTITY_ASKED, by=STAFF, items=("access",), level="L1"))  # to be quite sure
    steps = house.case().steps
    over = house.presses(secret)
    assert over == house.presses(secret[::-1]) == house.looks(secret)
    assert house.case().steps == steps


def test_e96_a_link_is_worth_nothing_after_its_seventh_day(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    house.now = house.now.replace(day=29, hour=22, minute=59)
    assert "<form" in house.looks(house.secret())
    house.now = house.now.replace(hour=23, minute=0)
    assert "<form" not in house.looks(house.secret())
    house.presses(house.secret())
    assert house.item("access").state is State.IDENTITY_PENDING


def test_whoever_died_between_the_press_and_the_step_is_made_up_for_by_another_press(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()

    def dies() -> None:
        raise RuntimeError

    house.log.before_append = dies
    assert "<form" not in house.presses(house.secret())
    house.log.before_append = lambda: None
    assert "Thank you" in house.presses(house.secret())
    assert house.item("access").identity == "L1"


@pytest.mark.parametrize("secret", ["", "x" * 43, "../../etc", "x" * 42, "é" * 43, "x" * 44])
def test_a_guessed_link_finds_nothing(house: House, secret: str) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    assert "<form" not in house.looks(secret)
    house.presses(secret)
    assert house.item("access").state is State.IDENTITY_PENDING


def test_somebody_elses_link_verifies_their_case_alone(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.brings(mail("mail2", sender=BENOIT), asks(ACCESS))
    house.works()
    other = "IM-2026-000002"
    house.works(other)
    house.presses(house.secret(case=other))
    assert house.item("access").state is State.IDENTITY_PENDING
    assert house.item("access", other).state is State.IN_PROGRESS


def test_what_was_withdrawn_meanwhile_is_not_confirmed_any_more(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    house.does(step(Kind.WITHDRAWN, by=STAFF, reason="by phone"))
    assert "<form" not in house.looks(house.secret())
    house.presses(house.secret())
    assert house.item("access").state is State.WITHDRAWN


# ---------------------------------------------------------------- an address that a person names


def test_e71_once_the_address_on_file_is_asked_the_senders_own_link_is_worth_nothing(house: House) -> None:
    house.brings(mail(sender=ELSEWHERE), asks(ACCESS))
    house.works()
    own = house.secret()
    said = {"items": ("access",), "level": "L1", "doubt": True, "reason": "the record's", "address": CAMILLE}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said=said))
    house.works()
    assert house.recipient("IDENTITY_L1") == CAMILLE
    assert house.message("IDENTITY_L1")["In-Reply-To"] is None
    assert house.tokens.held[token_digest(house.secret())].identifier == email(CAMILLE)
    assert ELSEWHERE not in house.message("IDENTITY_L1").as_string()
    house.presses(own)
    assert house.item("access").state is State.IDENTITY_PENDING
    house.presses(house.secret())
    assert house.case().steps[-1].text("address") == CAMILLE


def test_e79_two_addresses_are_challenged_each_and_verified_each(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    first = house.secret()
    said = {"items": ("access",), "level": "L1", "address": ELSEWHERE, "besides": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, STAFF, said=said))
    house.works()
    second = house.secret()
    house.presses(first)
    house.works()
    assert house.item("access").state is State.IN_PROGRESS
    house.presses(second)
    verified = [each for each in house.case().steps if each.kind is Kind.IDENTITY_VERIFIED]
    assert [each.text("address") for each in verified] == [CAMILLE, ELSEWHERE]


def test_a_document_asked_for_later_is_not_to_be_had_round_by_the_earlier_link(house: House) -> None:
    house.brings(mail(), asks(ACCESS))
    house.works()
    said = {"items": ("access",), "level": "L3", "reason": "the mailbox is shared", "doubt": True}
    house.does(Step(Kind.IDENTITY_ASKED, house.now, DPO, said=said))
    house.presses(house.secret())
    assert house.item("access").state is State.IDENTITY_PENDING
