"""Letters go at most once where that matters, and never not at all: whatever SES answers, whoever dies in between."""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import pytest

from privacy import letters
from privacy.domain.letter import Letter, UnfitWording
from privacy.domain.mail import Address, Attachment
from privacy.domain.request_effects import Progress, effects, owed
from privacy.domain.request_steps import Flag, Kind
from privacy.domain.rights import Right
from privacy.domain.understanding import Particulars, Role
from privacy.operations.letters.letter_of_effect import NoSuchLetter
from privacy.operations.letters.send_letter import LetterSending, NotNow
from privacy.operations.letters.settle_letter import Happened, LetterEvent, LetterSettling
from privacy.operations.letters.write_letter import LARGEST_MESSAGE, LetterWriting, Offices
from privacy.operations.requests.append_steps import NoSuchRequest, letter_cause
from privacy.operations.requests.watch_deadlines import Watch
from privacy.ports import AcknowledgedToday
from tests.golden import compare
from tests.posting import Again, Killed, Post, in_turn, killed, lost, nothing, refused, unanswered
from tests.requesting import CASE, DPO, PASSED, POLICY, STAFF, UNSURE, Desk, asks, mail, shopping, step
from tests.telling import CAMILLE, PSEUDONYMS

ACCESS, WITHDRAWAL = Right.ACCESS, Right.CONSENT_WITHDRAWAL
OFFICES = Offices("contact@imera-paris.com", "service@example.org", "dpo@example.org")
RAW = b"From: camille.durand@example.fr\r\nSubject: Colis\r\n\r\nO\xc3\xb9 est mon colis ?\r\n"


@dataclass
class Room:
    """A desk, and what sends its letters."""

    desk: Desk = field(default_factory=Desk)
    post: Post = field(default_factory=Post)
    again: Again = field(default_factory=Again)
    names: Collection[str] = ()

    @property
    def sending(self) -> LetterSending:
        return LetterSending(
            log=self.desk.log,
            letters=LetterWriting(
                book=letters.load(),
                controller=POLICY.controller,
                offices=OFFICES,
                mails=self.desk.mails,
                names_in=lambda _: self.names,
            ),
            mailer=self.post,
            again=self.again,
            periods=POLICY.periods,
            pseudonyms=lambda: PSEUDONYMS,
            now=lambda: self.desk.now,
        )

    def sends(self, effect: str, id_: str = CASE) -> str:
        return self.sending.send(id_, effect)

    def sends_all(self, id_: str = CASE) -> list[str]:
        return [self.sends(each.id, id_) for each in owed(self.desk.case(id_)) if each.letter]

    def told(
        self, happened: Happened, effect: str, message_id: str = "ses-1", *, permanent: bool = False
    ) -> bool:
        settling = LetterSettling(self.desk.log, POLICY.periods, lambda: self.desk.now)
        return settling.settle(LetterEvent(CASE, effect, happened, message_id, permanent))

    def passes(self, **much: float) -> None:
        self.desk.now += timedelta(**much)

    def progress(self, effect: str) -> Progress:
        return effects(self.desk.case())[effect].progress

    def kinds(self) -> list[Kind]:
        return [each.kind for each in self.desk.case().steps]


@pytest.fixture
def room() -> Room:
    room = Room()
    room.desk.brings(mail(), asks(ACCESS))
    return room


def ack(room: Room, id_: str = CASE) -> str:
    return next(each.id for each in effects(room.desk.case(id_)).values() if each.letter == "ACK")


# ---------------------------------------------------------------- a letter goes


def test_e35_a_request_is_acknowledged_to_who_wrote_it_in_their_language(room: Room) -> None:
    assert room.sends_all() == ["sent"]
    [(sender, recipient, letter, _)] = room.post.taken
    [message] = room.post.messages()
    assert (sender, recipient, letter) == ("contact@imera-paris.com", CAMILLE, f"{CASE}_{ack(room)}")
    assert message["To"] == CAMILLE
    assert message["Subject"].startswith(f"[{CASE}] Nous avons bien reçu")
    assert message["Reply-To"] == f"contact+{CASE}@imera-paris.com"
    assert message["In-Reply-To"] == "<mail1@example.fr>"
    assert message["References"].split() == ["<mail1@example.fr>", f"<{CASE}@imera-paris.com>"]
    assert message["Auto-Submitted"] == "auto-replied"
    assert message["X-Imera-Letter"] == f"{CASE}_{ack(room)}"
    said = message.get_content()
    assert "dimanche 22 novembre 2026" in said
    assert "au plus tard le mardi 22 décembre 2026" in said
    assert "savoir quelles données" in said


def test_messages_look_as_somebody_once_read_them(
    room: Room, shop: Room, request: pytest.FixtureRequest
) -> None:
    room.sends_all()
    shop.sends_all()
    for name, sent in (("acknowledgement", room), ("forward", shop)):
        raw = sent.post.taken[0][3].replace(b"\r\n", b"\n").decode()
        compare(f"messages/{name}.eml", raw, request.config)


def test_what_went_is_recorded_with_ses_s_id_and_the_hash_of_what_was_handed_over(room: Room) -> None:
    room.sends(ack(room))
    sent = room.desk.case().steps[-1]
    assert sent.kind is Kind.LETTER_SENT
    assert sent.text("message_id") == "ses-1"
    assert (sent.text("template"), sent.text("language")) == ("ack", "fr")
    assert len(sent.text("body")) == 64
    assert room.desk.log.caused(letter_cause("<ses-1@eu-west-3.amazonses.com>")) is not None


@pytest.mark.parametrize("language", ["de", ""])
def test_e38_e69_an_acknowledgement_is_in_french_and_english_where_the_request_is_in_neither(
    language: str,
) -> None:
    room = Room()
    room.desk.brings(mail(), asks(ACCESS, language=language))
    room.sends(ack(room))
    [message] = room.post.messages()
    assert "Nous avons bien reçu" in message.get_content()
    assert "We received your request" in message.get_content()


def test_an_answer_goes_to_who_wrote_and_never_where_they_want_it_sent() -> None:
    """Checklist 5: Reply-To is anybody's."""
    room = Room()
    room.desk.brings(mail(reply_to=(Address("thief@example.org"),)), asks(ACCESS))
    room.sends(ack(room))
    assert b"thief" not in room.post.taken[0][3]


def test_a_letter_that_went_does_not_go_again(room: Room) -> None:
    room.sends(ack(room))
    assert room.sends(ack(room)) == "nothing"
    assert len(room.post.taken) == 1


def test_what_is_not_owed_any_more_is_not_sent(room: Room) -> None:
    room.desk.does(step(Kind.NOT_A_REQUEST, "2026-11-22T10:05", STAFF, mail="mail1", reason="an order"))
    assert room.sends(ack(room)) == "nothing"
    assert room.post.taken == []


def test_e48_who_was_acknowledged_today_is_not_acknowledged_again() -> None:
    room = Room()
    for number in range(4):
        room.desk.brings(
            mail(f"mail{number}", f"2026-11-22T1{number}:00", message_id=f"<{number}@x>"), asks(ACCESS)
        )
        for case in room.desk.cases:
            room.sends_all(case.id)
    kept = [each for case in room.desk.cases for each in case.steps if each.kind is Kind.SPARED]
    assert len(room.post.taken) == 1
    assert all(each.text("reason") == "acknowledged_today" for each in kept)


def test_e48_a_day_later_they_are(room: Room) -> None:
    room.sends(ack(room))
    room.desk.does(step(Kind.WITHDRAWN, "2026-11-22T11:00", STAFF))
    room.desk.brings(mail("mail2", "2026-11-23T10:01"), asks(ACCESS))
    other = next(case.id for case in room.desk.cases if case.id != CASE)
    room.sends(ack(room, other), other)
    assert [recipient for _, recipient, letter, _ in room.post.taken if "ack" in letter] == [CAMILLE] * 2


def test_a_case_or_an_effect_that_nobody_knows_is_an_error(room: Room) -> None:
    with pytest.raises(NoSuchRequest):
        room.sends("ack-3", "IM-2026-999999")
    with pytest.raises(NoSuchLetter):
        room.sends("ack-99")


def test_an_address_that_cannot_be_written_to_puts_the_case_before_a_person() -> None:
    room = Room()
    room.desk.brings(mail(sender="léa@example.fr"), asks(ACCESS))
    assert room.sends(ack(room)) == "refused"
    assert Flag.MAIL_UNDELIVERABLE in room.desk.case().flags
    assert room.post.taken == []


# ---------------------------------------------------------------- SES refuses


@pytest.mark.parametrize("reason", ["throttled", "paused", "not_verified"])
def test_what_may_go_another_time_is_given_back_and_goes_then(room: Room, reason: str) -> None:
    room.post.answers = [refused(reason, for_good=False)]
    with pytest.raises(NotNow):
        room.sends(ack(room))
    assert room.progress(ack(room)) is Progress.OWED
    assert room.sends(ack(room)) == "sent"
    assert len(room.post.taken) == 1


def test_what_ses_refuses_for_good_goes_before_a_person(room: Room) -> None:
    room.post.answers = [refused("rejected", for_good=True)]
    assert room.sends(ack(room)) == "refused"
    assert room.progress(ack(room)) is Progress.REJECTED
    assert room.sends(ack(room)) == "nothing"
    notice = next(each.id for each in owed(room.desk.case()) if each.letter == "DPO_NOTICE")
    assert room.sends(notice) == "sent"
    assert room.post.taken[0][1] == OFFICES.dpo
    assert "refusée" in room.post.messages()[0].get_content()


def test_a_letter_that_another_worker_had_to_give_back_is_not_spared_on_its_own_account(room: Room) -> None:
    room.post.answers = [refused("throttled", for_good=False)]

    def another_tries() -> None:
        with pytest.raises(NotNow):
            room.sends(ack(room))

    room.desk.log.before_append = in_turn(another_tries)
    with pytest.raises(NotNow):
        room.sends(ack(room))
    assert room.progress(ack(room)) is Progress.OWED
    assert room.sends(ack(room)) == "sent"


# ---------------------------------------------------------------- nobody knows whether it went


@pytest.mark.parametrize("happened", ["send", "delay", "delivery", "bounce", "complaint", "reject"])
def test_an_event_of_ses_settles_a_lost_answer(room: Room, happened: Happened) -> None:
    room.post.answers = [lost]
    assert room.sends(ack(room)) == "unanswered"
    assert room.again.waiting == [({"request": CASE, "effect": ack(room)}, 900)]
    assert room.told(happened, ack(room), permanent=True)
    room.passes(minutes=15)
    assert room.sends(ack(room)) == "nothing"
    assert len(room.post.taken) == 1
    assert room.desk.log.caused(letter_cause("ses-1")) is not None


def test_an_acknowledgement_that_stays_silent_goes_once_more_the_same_bytes(room: Room) -> None:
    """R5."""
    room.post.answers = [lost]
    room.sends(ack(room))
    room.passes(minutes=14)
    assert room.sends(ack(room)) == "waits"
    assert room.again.waiting[-1][1] == 60
    room.passes(minutes=1)
    assert room.sends(ack(room)) == "sent"
    first, second = (raw for *_, raw in room.post.taken)
    assert first == second


def test_it_does_not_go_a_third_time(room: Room) -> None:
    room.post.answers = [unanswered, unanswered]
    room.sends(ack(room))
    room.passes(minutes=15)
    assert room.sends(ack(room)) == "unanswered"
    room.passes(minutes=15)
    assert room.sends(ack(room)) == "silent"
    assert Flag.NEEDS_HUMAN in room.desk.case().flags
    room.passes(hours=1)
    assert room.sends(ack(room)) == "nothing"


@pytest.mark.parametrize("then", [nothing, lost])
def test_two_workers_who_find_it_silent_at_once_send_it_once_more_between_them(
    room: Room, then: Callable[[], None]
) -> None:
    """Else the slower one takes the quicker one's claim for the first, gives it back, and it goes a third time."""
    room.post.answers = [lost, then]
    room.sends(ack(room))
    room.passes(minutes=15)
    room.desk.log.before_append = in_turn(lambda: room.sends(ack(room)))
    assert room.sends(ack(room)) == "nothing"
    assert len(room.post.taken) == 2


def test_the_same_bytes_go_whatever_happened_to_the_case_in_between(room: Room) -> None:
    room.post.answers = [lost]
    room.sends(ack(room))
    room.passes(minutes=15)
    room.desk.does(step(Kind.EXTENDED, "2026-11-22T10:10", DPO, reasons="two archives"))
    room.sends(ack(room))
    first, second = (raw for *_, raw in room.post.taken)
    assert first == second


def extended(room: Room) -> str:
    room.desk.does(step(Kind.EXTENDED, "2026-11-22T10:10", DPO, reasons="deux archives à fouiller."))
    return next(each.id for each in owed(room.desk.case()) if each.letter == "EXTENSION")


def test_any_other_letter_that_stays_silent_is_a_persons_to_decide(room: Room) -> None:
    letter = extended(room)
    room.post.answers = [lost]
    room.sends(letter)
    room.passes(minutes=15)
    assert room.sends(letter) == "silent"
    assert len(room.post.taken) == 1
    # they look, find that it did not go, and say so
    room.desk.does(step(Kind.RELEASED, "2026-11-22T11:00", STAFF, effect=letter, reason="not received"))
    assert room.sends(letter) == "sent"


def test_what_ses_tells_of_a_silent_letter_later_is_still_heard(room: Room) -> None:
    letter = extended(room)
    room.post.answers = [lost]
    room.sends(letter)
    room.passes(minutes=15)
    room.sends(letter)
    assert room.told("delivery", letter)
    assert room.progress(letter) is Progress.DELIVERED


@pytest.mark.parametrize("moment", ["before the claim", "before it went", "before it was recorded"])
def test_a_worker_that_dies_leaves_a_letter_that_goes_all_the_same(room: Room, moment: str) -> None:
    appends = [killed] if moment == "before the claim" else [nothing, killed]
    if moment == "before it went":
        room.post.answers = [killed]
    else:
        room.desk.log.before_append = in_turn(*appends)
    with pytest.raises(Killed):
        room.sends(ack(room))
    room.desk.log.before_append = lambda: None
    room.passes(minutes=1)
    first = room.sends(ack(room))
    assert first == ("sent" if moment == "before the claim" else "waits")
    if moment == "before it was recorded":
        assert room.told("send", ack(room))
    room.passes(minutes=15)
    room.sends(ack(room))
    assert len(room.post.taken) == 1
    assert room.progress(ack(room)) is Progress.SENT


def test_two_workers_with_the_same_message_send_one_letter(room: Room) -> None:
    other = Room(room.desk, room.post, room.again)

    def overtaken() -> None:
        room.desk.log.before_append = nothing
        assert other.sends(ack(room)) == "sent"

    room.desk.log.before_append = overtaken
    assert room.sends(ack(room)) == "nothing"
    assert len(room.post.taken) == 1
    assert room.progress(ack(room)) is Progress.SENT


def test_a_letter_in_another_workers_hands_is_not_spared_for_its_own_sake(room: Room) -> None:
    """E48's item may be the first thing that the race is lost to."""

    def overtaken() -> None:
        room.desk.log.before_append = nothing
        room.desk.does(step(Kind.CLAIMED, effect=ack(room)))
        raise AcknowledgedToday

    room.desk.log.before_append = overtaken
    assert room.sends(ack(room)) == "nothing"
    assert room.progress(ack(room)) is Progress.CLAIMED


# ---------------------------------------------------------------- what SES tells


def test_events_may_be_quicker_than_the_answer_and_the_letter_is_known_in_full(room: Room) -> None:
    """The record of what went names template and hash, whoever was first."""
    room.desk.log.before_append = in_turn(nothing, lambda: room.told("send", ack(room)))
    assert room.sends(ack(room)) == "sent"
    sent = [each for each in room.desk.case().steps if each.kind is Kind.LETTER_SENT]
    assert [each.text("template") for each in sent] == ["", "ack"]
    assert room.progress(ack(room)) is Progress.SENT


@pytest.mark.parametrize(
    "order",
    [
        ["send", "delivery"],
        ["delivery", "send"],
        ["send", "send", "delivery", "delivery"],
        ["delivery", "delay"],
    ],
)
def test_events_twice_and_out_of_order_come_to_the_same(room: Room, order: list[Happened]) -> None:
    room.sends(ack(room))
    for happened in order:
        room.told(happened, ack(room))
    assert room.progress(ack(room)) is Progress.DELIVERED
    assert room.kinds().count(Kind.LETTER_DELIVERED) == 1
    assert room.kinds().count(Kind.LETTER_SENT) == 1


def test_e47_a_bounce_marks_the_case_and_the_dpo_is_told(room: Room) -> None:
    room.sends(ack(room))
    room.told("bounce", ack(room), permanent=False)
    assert room.desk.case().flags == {}
    assert room.told("bounce", ack(room), permanent=True)
    assert not room.told("bounce", ack(room), permanent=True)
    assert Flag.MAIL_UNDELIVERABLE in room.desk.case().flags
    assert room.sends_all() == ["sent"]
    assert room.post.taken[-1][1] == OFFICES.dpo
    said = room.post.messages()[-1].get_content()
    assert "Nous avons bien reçu votre demande" in said
    assert CAMILLE not in said


def test_what_ses_took_and_never_delivered_is_put_before_a_person_a_day_later(room: Room) -> None:
    """SES drops what goes to an address on its suppression list, and need not say so."""
    room.sends(ack(room))
    room.told("send", ack(room))
    room.passes(hours=23, minutes=59)
    watched(room)
    assert room.progress(ack(room)) is Progress.SENT
    room.passes(minutes=1)
    watched(room)
    watched(room)
    assert Flag.MAIL_UNDELIVERABLE in room.desk.case().flags
    assert room.kinds().count(Kind.LETTER_REJECTED) == 1
    room.sends_all()
    assert any("ne l'a pas remise" in message.get_content() for message in room.post.messages())


def test_customer_service_on_ses_s_suppression_list_is_noticed(shop: Room) -> None:
    shop.sends_all()
    shop.passes(hours=24)
    watched(shop)
    shop.sends_all()
    assert shop.post.taken[-1][1] == OFFICES.dpo


def watched(room: Room) -> None:
    watch = Watch(room.desk.log, POLICY.periods, room.desk.now)
    for case in watch.cases():
        watch.look(case)


def test_an_event_about_a_letter_that_nobody_claimed_changes_nothing(room: Room) -> None:
    before = room.desk.case()
    assert not room.told("delivery", ack(room))
    assert not room.told("send", "ack-99")
    assert room.desk.case() == before


# ---------------------------------------------------------------- customer service


@pytest.fixture
def shop() -> Room:
    room = Room()
    room.desk.brings(mail(subject="Colis"), shopping())
    room.desk.mails.replace("mail1", RAW)
    return room


def test_e41_what_is_for_the_shop_is_sent_on_whole(shop: Room) -> None:
    assert shop.sends_all() == ["sent"]
    [message] = shop.post.messages()
    assert message["To"] == OFFICES.customer_service
    assert message["Reply-To"] == CAMILLE
    assert message["Subject"] == f"[{CASE}] Colis"
    assert message["Auto-Submitted"] is None
    [said, original] = list(message.iter_parts())
    assert "service client" in said.get_content()
    assert original.get_content_type() == "message/rfc822"
    assert RAW in shop.post.taken[0][3]


def test_e42_what_is_both_is_acknowledged_and_sent_on() -> None:
    room = Room()
    room.desk.brings(mail(), asks(ACCESS, customer_service=True))
    room.sends_all()
    assert {recipient for _, recipient, *_ in room.post.taken} == {CAMILLE, OFFICES.customer_service}


def notice(room: Room) -> str:
    [message] = room.post.messages()
    assert message["To"] == OFFICES.customer_service
    assert f"privacy requests raw {CASE}" in message.get_content()
    assert "Colis" not in str(message)
    return str(message.get_content())


@pytest.mark.parametrize("more", [0, 1])
def test_what_is_too_large_for_ses_is_told_instead(shop: Room, more: int) -> None:
    shop.desk.mails.replace(
        "mail1", b"A: b\r\n\r\n" + (b"x" * 98 + b"\r\n") * (LARGEST_MESSAGE // 100 + more)
    )
    assert shop.sends_all() == ["sent"]
    assert "dépasse la taille" in notice(shop)


def test_what_carries_a_file_that_ses_does_not_is_told_instead(shop: Room) -> None:
    shop.names = ("photo.jpg", "setup.EXE")
    shop.sends_all()
    assert "pièce jointe" in notice(shop)


def test_what_carries_a_virus_is_told_instead() -> None:
    room = Room()
    room.desk.brings(mail(subject="Colis", verdicts=PASSED._replace(virus="FAIL")), shopping())
    room.desk.does(step(Kind.NOT_A_REQUEST, "2026-11-22T11:00", STAFF, mail="mail1", reason="an order"))
    room.sends_all()
    assert "virus" in notice(room)


def test_what_nobody_could_answer_is_told_instead(shop: Room) -> None:
    room = Room()
    room.desk.brings(mail(sender="léa@example.fr"), shopping())
    room.sends_all()
    assert "aucune adresse" in notice(room)


def test_whatever_else_ses_has_against_it_is_told_instead(shop: Room) -> None:
    shop.post.answers = [refused("rejected", for_good=True)]
    assert shop.sends_all() == ["sent"]
    assert "refusé" in notice(shop)


def test_if_ses_has_something_against_that_too_a_person_sees_to_it(shop: Room) -> None:
    shop.post.answers = [refused("rejected", for_good=True)] * 2
    assert shop.sends_all() == ["refused"]
    [forward] = [each for each in effects(shop.desk.case()).values() if each.letter == "FORWARD"]
    assert forward.progress is Progress.REJECTED
    assert Flag.NEEDS_HUMAN in shop.desk.case().flags


def test_if_ses_is_busy_by_then_all_of_it_is_tried_again(shop: Room) -> None:
    shop.post.answers = [refused("rejected", for_good=True), refused("throttled", for_good=False)]
    with pytest.raises(NotNow):
        shop.sends_all()
    shop.post.answers = [refused("rejected", for_good=True)]
    assert shop.sends_all() == ["sent"]
    assert "refusé" in notice(shop)


def test_a_mail_that_is_not_there_is_no_letter(shop: Room) -> None:
    shop.desk.mails.delete("mail1")
    with pytest.raises(NoSuchLetter):
        shop.sends_all()


def test_e75_a_message_with_an_identity_document_is_sent_on_once_that_is_cut_out() -> None:
    room = Room()
    scan = Attachment("cni.jpg", "image/jpeg", 40_000, "00" * 32)
    room.desk.brings(mail(attachments=(scan,), identity_documents=(0,)), asks(ACCESS, customer_service=True))
    forward = next(each.id for each in owed(room.desk.case()) if each.letter == "FORWARD")
    with pytest.raises(NotNow):
        room.sends(forward)
    assert room.sends(ack(room)) == "sent"
    assert "Nous n'en avons pas besoin" in room.post.messages()[0].get_content()
    cut = next(each.id for each in owed(room.desk.case()) if each.does == "cut")
    room.desk.does(step(Kind.DOCUMENTS_CUT, effect=cut, mail="mail1", count=1))
    assert room.sends(forward) == "sent"


# ---------------------------------------------------------------- who wrote about somebody else


@pytest.mark.parametrize("role", [Role.AGENT, Role.HEIR, Role.PARENT])
def test_who_wrote_about_somebody_else_is_not_greeted_by_that_persons_name(role: Role) -> None:
    """E82, E83: a daughter is not greeted by the name of her father who has died."""
    room = Room()
    room.desk.brings(mail(), asks(ACCESS, role=role, particulars=Particulars("Robert", "Mercier")))
    room.sends_all()
    if role is Role.AGENT:
        room.desk.does(step(Kind.MANDATE_ACCEPTED, by=STAFF, reference="file 12"))
    room.desk.does(step(Kind.IDENTITY_VERIFIED, by=DPO, level="L3", reason="seen", items=("access",)))
    room.desk.does(step(Kind.REFUSED, by=DPO, reasons="motif", items=("access",)))
    room.sends_all()
    assert room.desk.case().steps[-1].text("template") == "refusal"
    said = [each.get_content() for each in room.post.messages()]
    assert not [text for text in said if "Mercier" in text]
    assert "au sujet d'une autre personne" in said[0], (
        "the acknowledgement speaks of data that are not theirs"
    )


def test_a_notice_of_a_reply_is_about_that_message_and_its_own_month() -> None:
    room = Room()
    room.desk.brings(mail(), asks(ACCESS))
    room.desk.does(step(Kind.REFUSED, by=DPO, reasons="motif", items=("access",)))
    room.desk.brings(mail("mail2", "2026-12-10T10:00", subject=f"Re: [{CASE}]"), UNSURE)
    effect = next(e for e in owed(room.desk.case()) if e.letter == "DPO_NOTICE")
    assert room.sends(effect.id) == "sent"
    said = room.post.messages()[-1].get_content()
    assert "jeudi 10 décembre 2026" in said
    assert "lundi 11 janvier 2027" in said
    assert f"privacy requests raw {CASE} --mail mail2" in said
    assert "--not-a-request" not in said


# ---------------------------------------------------------------- every letter of this version has a flow


def flows() -> list[tuple[Letter, list[Any]]]:
    """The steps that owe each letter, on a case of one access and one objection request."""
    later = "2026-12-28T09:00"
    asked = step(Kind.IDENTITY_ASKED, by=STAFF, level="L2", items=("access",))
    shown = step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", reason="…", items=("access",))
    return [
        (Letter.IDENTITY_L2, [asked]),
        (Letter.IDENTITY_REMINDER, [asked, step(Kind.IDENTITY_REMINDED, later, missing="le mois")]),
        (
            Letter.IDENTITY_INSUFFICIENT,
            [asked, step(Kind.IDENTITY_INSUFFICIENT, later, STAFF, missing="le mois")],
        ),
        (Letter.MANDATE_REQUEST, [step(Kind.MANDATE_ASKED)]),
        (Letter.HEIR_PROOF_REQUEST, [step(Kind.HEIR_PROOF_ASKED, by=DPO)]),
        (
            Letter.CLARIFICATION,
            [step(Kind.CLARIFICATION_ASKED, by=STAFF, question="laquelle ?", until="2026-12-01")],
        ),
        (Letter.EXTENSION, [step(Kind.EXTENDED, by=DPO, reasons="deux archives.")]),
        (Letter.NO_DATA, [step(Kind.FOUND_NOTHING, by=STAFF, searched=("commandes", "newsletter"))]),
        (Letter.REFUSAL, [step(Kind.REFUSED, by=DPO, reasons="motif", items=("access",))]),
        (Letter.OBJECTION_REFUSED, [step(Kind.REFUSED, by=DPO, reasons="motif", items=("objection",))]),
        (Letter.WITHDRAWN_CONFIRM, [step(Kind.WITHDRAWN, by=STAFF)]),
        (Letter.OVERDUE_NOTICE, [step(Kind.OVERDUE_TOLD, later, expected_on="2027-01-04")]),
        (Letter.NOTICE_REMINDER, [step(Kind.REMINDED, on="2026-12-11", what="ten_days")]),
        (Letter.NOTICE_OVERDUE, [step(Kind.REMINDED, later, on="2026-12-28", what="overdue")]),
        (Letter.NOTICE_DECISION, [step(Kind.FLAGGED, flag="needs_human", reason="unsure")]),
        (Letter.NOTICE_APPROVAL, [shown, step(Kind.DRAFTED, plan="access", digest="d1", items=("access",))]),
        (Letter.NOTICE_AUTHORITY, [step(Kind.FLAGGED, flag="needs_human", reason="authority")]),
        (
            Letter.NOTICE_REVIEW,
            [
                step(Kind.HOLD_PLACED, by=STAFF, hold="authority", reason="…", review_on="2026-12-28"),
                step(Kind.REMINDED, later, on="2026-12-28", what="review"),
            ],
        ),
        (Letter.NOTICE_ABUSE, [step(Kind.FLAGGED, flag="abuse_suspected", reason="abuse")]),
    ]


@pytest.mark.parametrize(("letter", "steps"), flows(), ids=[letter.value for letter, _ in flows()])
def test_each_letter_is_told_all_that_it_says_by_the_step_that_owes_it(
    letter: Letter, steps: list[Any]
) -> None:
    room = Room()
    room.desk.brings(mail(), asks(ACCESS, Right.OBJECTION))
    for each in steps:
        room.desk.does(each)
    number = len(room.desk.case().steps)
    effect = next(e for e in effects(room.desk.case()).values() if e.step == number and e.letter)
    assert room.sends(effect.id) == "sent"
    assert room.desk.case().steps[-1].text("template") == letter.value
    recipient = room.post.taken[-1][1]
    assert recipient == (OFFICES.dpo if letter.internal else CAMILLE)


@pytest.mark.parametrize(
    ("right", "letter"),
    [(WITHDRAWAL, Letter.WITHDRAWAL_DONE), (Right.OBJECTION_MARKETING, Letter.OBJECTION_DONE)],
)
def test_what_was_done_at_once_is_confirmed(right: Right, letter: Letter) -> None:
    room = Room()
    room.desk.brings(mail(), asks(right))
    honour = next(each for each in owed(room.desk.case()) if each.does == "honour")
    room.desk.does(step(Kind.HONOURED, effect=honour.id, item=honour.about))
    room.sends_all()
    assert [each.text("template") for each in room.desk.case().steps if each.kind is Kind.LETTER_SENT] == [
        letter.value
    ]


def test_a_letter_without_words_or_without_what_it_has_to_say_is_an_error(room: Room) -> None:
    room.desk.does(step(Kind.IDENTITY_ASKED, by=STAFF, level="L1", items=("access",)))
    l1 = next(each.id for each in owed(room.desk.case()) if each.letter == "IDENTITY_L1")
    with pytest.raises(UnfitWording, match="link"):  # nobody gave it any
        room.sends(l1)
    assert room.progress(l1) is Progress.OWED
