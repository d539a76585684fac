"""Whatever reaches contact@ becomes a case, joins one, or was a machine's; never nothing, never twice."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from privacy.domain.mail import Attachment, Bounce, Verdicts
from privacy.domain.request import State
from privacy.domain.request_effects import Does, Progress, effects, owed
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.rights import Right
from privacy.domain.understanding import Evidence, Outcome, Particulars, Role, Understanding
from privacy.operations.requests.append_steps import letter_cause
from privacy.operations.requests.receive_mail import Became
from privacy.ports import Appending, RequestConflict
from tests.requesting import (
    CASE,
    DPO,
    PASSED,
    STAFF,
    THANKS,
    UNSURE,
    Desk,
    asks,
    letters_owed,
    mail,
    shopping,
    step,
)
from tests.telling import BENOIT, CAMILLE, at, email

ACCESS, ERASURE = Right.ACCESS, Right.ERASURE
OBJECTION_MARKETING, WITHDRAWAL = Right.OBJECTION_MARKETING, Right.CONSENT_WITHDRAWAL
PDF = Attachment("lettre.pdf", "application/pdf", 40_000, "00" * 32)


@pytest.fixture
def desk() -> Desk:
    return Desk()


def letters(desk: Desk, id_: str = CASE) -> list[str]:
    return [effect.letter or effect.does.value for effect in letters_owed(desk.case(id_))]


def sends(desk: Desk, effect: str, id_: str = CASE) -> None:
    desk.does(step(Kind.CLAIMED, effect=effect), id_)
    desk.does(step(Kind.LETTER_SENT, effect=effect, message_id=f"ses-{effect}"), id_)


# --- new cases


def test_a_request_is_a_case_with_its_clock_from_receipt_and_an_acknowledgement(desk: Desk) -> None:
    desk.delay = timedelta(days=3)  # our functions were down (E33)
    assert desk.brings(mail(when="2026-11-20T23:30"), asks(ACCESS)) is Became.CASE
    case = desk.case()
    assert (case.state, case.language, case.address) == (State.OPEN, "fr", CAMILLE)
    deadline = case.deadline()
    assert deadline is not None
    # 23:30 UTC is the next day in Paris
    assert str(deadline.legal_due) == "2026-12-21"
    assert letters(desk) == ["ACK"]
    assert desk.log.summaries[CASE]["deadline_on"] == "2026-12-21"


def test_e33_the_clock_runs_from_when_the_mail_reached_the_address_not_from_when_we_read_it(
    desk: Desk,
) -> None:
    desk.delay = timedelta(days=3)
    desk.brings(mail(when="2026-11-20T10:00"), asks(ACCESS))
    item = desk.case().items[0]
    assert (item.received_at, desk.case().steps[0].at) == (at("2026-11-20T10:00"), at("2026-11-23T10:00"))
    assert str(item.deadline().raw) == "2026-12-20"


def test_e34_the_same_message_twice_is_one_case_and_one_acknowledgement(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    assert desk.takes("mail1") is Became.KNOWN
    # SES may give a second copy another id: what it says is the same
    copy = replace(mail("mail2", "2026-11-22T10:05"), message_id=mail().message_id)
    assert desk.brings(copy, asks(ACCESS)) is Became.COPY
    assert [case.id for case in desk.cases] == [CASE]
    assert letters(desk) == ["ACK"]
    assert len(desk.case().items) == 1


def test_e34_of_two_copies_read_in_the_wrong_order_the_first_receipt_counts(desk: Desk) -> None:
    desk.brings(mail("mail2", "2026-11-23T00:30"), asks(ACCESS, WITHDRAWAL))
    first = replace(mail("mail1", "2026-11-22T10:00"), message_id=mail("mail2").message_id)
    assert desk.brings(first, asks(ACCESS, WITHDRAWAL)) is Became.COPY
    assert [item.received_at for item in desk.case().items] == [at("2026-11-22T10:00")] * 2
    assert (desk.case().received_at, desk.log.summaries[CASE]["legal_due"]) == (
        at("2026-11-22T10:00"),
        "2026-12-22",
    )


def test_what_a_person_put_away_and_is_asked_again_owes_nothing_of_before(desk: Desk) -> None:
    desk.brings(mail(), asks(WITHDRAWAL))
    desk.brings(mail("mail2"), asks(WITHDRAWAL))
    desk.does(step(Kind.NOT_A_REQUEST, "2026-11-22T11:00", STAFF, mail="mail1", reason="…"))
    assert letters(desk) == ["FORWARD", "FORWARD"]  # each of the two messages


@pytest.mark.parametrize("copy", [True, False])
def test_e59_what_reaches_a_case_while_it_is_merged_goes_where_it_went(desk: Desk, copy: bool) -> None:
    desk.brings(mail(), asks(ERASURE))
    desk.brings(mail("mail2"), asks(ACCESS))
    merging = step(Kind.MERGED, "2026-11-22T11:00", STAFF, into=CASE)

    def merges() -> None:
        desk.log.before_append = lambda: None
        desk.does(merging, "IM-2026-000002")

    desk.log.before_append = merges
    if copy:
        again = replace(mail("mail3"), message_id=mail("mail2").message_id)
        assert desk.brings(again, asks(ACCESS)) is Became.COPY
    else:
        assert desk.brings(mail("mail3", subject="Re: [IM-2026-000002]"), THANKS) is Became.JOINED
    assert [message.mail for message in desk.case().messages] == ["mail1", "mail3"]


def test_a_copy_of_what_went_to_customer_service_is_not_forwarded_again(desk: Desk) -> None:
    desk.brings(mail(), shopping())
    desk.brings(replace(mail("mail2", "2026-11-22T10:05"), message_id=mail().message_id), shopping())
    assert letters(desk) == ["FORWARD"]
    assert [case.state for case in desk.cases] == [State.NOT_DSAR]


def test_e36_e42_one_message_may_ask_for_two_things_and_be_customer_service_besides(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, OBJECTION_MARKETING, customer_service=True))
    assert [item.id for item in desk.case().items] == ["access", "objection_marketing"]
    assert letters(desk) == ["honour", "FORWARD", "ACK"]


def test_e41_e43_e45_what_is_for_the_shop_is_forwarded_and_not_acknowledged_as_a_request(desk: Desk) -> None:
    desk.brings(mail(), shopping())
    assert desk.case().state is State.NOT_DSAR
    assert letters(desk) == ["FORWARD"]
    assert "legal_due" not in desk.log.summaries[CASE]
    assert desk.log.summaries[CASE]["due_on"] == "2026-12-22"  # R20


def test_e45_staff_may_open_what_was_put_away_and_the_first_receipt_counts(desk: Desk) -> None:
    desk.brings(mail(), shopping())
    opening = step(Kind.OPENED, "2026-11-24T09:00", STAFF, mail="mail1", rights=("rectification",))
    case = desk.does(opening)
    assert (case.state, case.items[0].received_at) == (State.OPEN, at("2026-11-22T10:00"))


def test_what_is_unsure_waits_for_a_person_with_its_clock_running(desk: Desk) -> None:
    desk.brings(mail(), UNSURE)
    case = desk.case()
    assert (case.state, case.flags) == (State.TRIAGE, {Flag.NEEDS_HUMAN: ("unsure",)})
    assert desk.log.summaries[CASE]["legal_due"] == "2026-12-22"
    assert letters(desk) == ["DPO_NOTICE"]


def test_e54_an_empty_message_with_a_letter_attached_goes_before_a_person(desk: Desk) -> None:
    desk.brings(mail(text=" \n", attachments=(PDF,)), shopping())
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("unsure",)}
    assert letters(desk) == ["DPO_NOTICE"]
    desk.brings(mail("mail2", unread=("part",)), THANKS)
    assert desk.case("IM-2026-000002").state is State.TRIAGE


def test_e61_suspected_abuse_is_the_dpos_to_look_at_and_the_request_is_treated(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, abusive=True))
    assert (desk.case().state, desk.case().flags) == (State.OPEN, {Flag.ABUSE_SUSPECTED: ("abuse",)})
    assert letters(desk) == ["ACK", "DPO_NOTICE"]


def test_e62_e63_an_authority_gets_no_acknowledgement_but_a_person_and_a_proposed_hold(desk: Desk) -> None:
    desk.brings(mail(sender="brigade@example.org"), asks(ACCESS, authority=True, customer_service=True))
    case = desk.case()
    assert (case.state, case.flags) == (State.TRIAGE, {Flag.NEEDS_HUMAN: ("authority",)})
    assert letters(desk) == ["DPO_NOTICE"]
    assert [(hold.kind, hold.placed) for hold in case.holds] == [("authority", False)]


def test_e69_a_request_in_german_is_acknowledged_and_goes_before_a_person(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, language="de"))
    assert (desk.case().state, desk.case().flags) == (State.OPEN, {Flag.NEEDS_HUMAN: ("language",)})
    assert letters(desk) == ["ACK", "DPO_NOTICE"]


def test_e70_a_misspelled_request_that_triage_is_unsure_of_is_never_put_away(desk: Desk) -> None:
    desk.brings(mail(text="aces a mes donees"), UNSURE)
    assert desk.case().state is State.TRIAGE


def test_e80_an_agent_without_a_mandate_is_asked_for_it(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, role=Role.AGENT))
    assert desk.case().state is State.MANDATE_PENDING
    assert letters(desk) == ["ACK", "DPO_NOTICE", "MANDATE_REQUEST"]


def test_an_agent_who_says_stop_for_themselves_is_heard_at_once_for_their_own_address(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, role=Role.AGENT))
    desk.brings(reply(), asks(WITHDRAWAL))
    assert [e.about for e in owed(desk.case()) if e.does is Does.HONOUR] == ["consent_withdrawal"]
    desk.brings(reply("mail3"), asks(OBJECTION_MARKETING, role=Role.AGENT))
    assert [e.about for e in owed(desk.case()) if e.does is Does.HONOUR] == ["consent_withdrawal"]


def test_an_agent_who_attached_something_is_not_asked_before_a_person_looked(desk: Desk) -> None:
    desk.brings(mail(attachments=(PDF,)), asks(ACCESS, role=Role.AGENT))
    assert (desk.case().state, desk.case().flags) == (State.OPEN, {Flag.NEEDS_HUMAN: ("for_another",)})


def test_e83_a_death_goes_before_a_person(desk: Desk) -> None:
    desk.brings(mail(), asks(Right.HEIR_REQUEST, role=Role.HEIR))
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("death",)}


def test_who_writes_for_a_child_is_flagged_and_nothing_is_stopped_for_the_parent(desk: Desk) -> None:
    desk.brings(mail(), asks(WITHDRAWAL, role=Role.PARENT))
    assert desk.case().flags.keys() == {Flag.NEEDS_HUMAN, Flag.MINOR}
    assert letters(desk) == ["ACK", "DPO_NOTICE"]


@pytest.mark.parametrize("sender", [None, "camille@", "x" * 300 + "@example.fr"])
def test_a_message_without_a_sender_is_a_case_that_nobody_can_be_written_to_about(
    desk: Desk, sender: str | None
) -> None:
    desk.brings(mail(sender=sender), asks(ACCESS, WITHDRAWAL))
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("no_sender",)}
    assert letters(desk) == ["DPO_NOTICE"]


# --- spam, viruses, machines

SPAM = PASSED._replace(spam="FAIL")
VIRUS = PASSED._replace(virus="FAIL")


@pytest.mark.parametrize("verdicts", [SPAM, VIRUS])
def test_spam_and_viruses_are_set_aside_and_owe_nothing(desk: Desk, verdicts: Verdicts) -> None:
    desk.brings(mail(verdicts=verdicts), shopping())
    assert desk.case().state is State.SPAM
    assert letters(desk) == []
    summary = desk.log.summaries[CASE]
    assert (summary["deadline_shard"], summary["due_on"]) == ("spam", "2026-12-06")  # R22


def test_e51_a_request_that_was_taken_for_spam_goes_before_a_person_with_its_clock(desk: Desk) -> None:
    desk.brings(mail(verdicts=SPAM), asks(ACCESS))
    assert (desk.case().state, desk.case().flags) == (State.TRIAGE, {Flag.NEEDS_HUMAN: ("spam",)})
    assert letters(desk) == ["DPO_NOTICE"]
    named = Understanding(Outcome.NOT_REQUEST, evidence=(Evidence("access", "art. 15", "quoted"),))
    desk.brings(mail("mail2", verdicts=SPAM), named)
    assert desk.case("IM-2026-000002").state is State.TRIAGE
    footer = Understanding(
        Outcome.NOT_REQUEST, evidence=(Evidence("consent_withdrawal", "unsubscribe", "footer"),)
    )
    desk.brings(mail("mail3", verdicts=SPAM), footer)
    assert desk.case("IM-2026-000003").state is State.SPAM


def test_e51_what_waits_as_spam_is_forwarded_once_a_person_said_that_it_is_none(desk: Desk) -> None:
    desk.brings(mail(verdicts=SPAM), asks(ACCESS, customer_service=True))
    assert letters(desk) == ["DPO_NOTICE"]
    desk.does(step(Kind.OPENED, by=STAFF, mail="mail1", rights=("access",)))
    assert letters(desk) == ["FORWARD", "DPO_NOTICE", "ACK"]


def test_e52_a_request_with_a_virus_attached_is_treated(desk: Desk) -> None:
    desk.brings(mail(verdicts=VIRUS, attachments=(PDF,)), asks(ACCESS))
    assert desk.case().state is State.OPEN
    assert desk.case().messages[0].virus


@pytest.mark.parametrize("kind", ["auto_reply", "loop", "list", "bulk", "bounce"])
def test_e46_e48_e49_machines_make_no_case_and_get_no_answer(desk: Desk, kind: str) -> None:
    assert desk.brings(mail(automatic=kind), THANKS) is Became.MACHINE
    assert not desk.log.cases
    caused = desk.log.caused("mail1")
    assert caused is not None
    assert (caused.request, caused.reason) == ("", kind)
    assert desk.takes("mail1") is Became.KNOWN


def test_an_auto_reply_that_quotes_a_request_makes_no_case_but_a_mailing_that_is_one_goes_before_a_person(
    desk: Desk,
) -> None:
    assert desk.brings(mail(automatic="auto_reply"), asks(ACCESS)) is Became.MACHINE
    desk.brings(mail("mail2", automatic="bulk"), asks(ACCESS))
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("bulk",)}
    assert letters(desk) == ["DPO_NOTICE"]


def test_e49_a_mailing_that_asks_for_more_in_an_open_case_goes_before_a_person_too(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    assert desk.brings(mail("mail2", automatic="list"), asks(ACCESS, ERASURE)) is Became.JOINED
    assert ([item.id for item in desk.case().items], letters(desk)) == (["access"], ["ACK", "DPO_NOTICE"])
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("bulk",)}


def test_e47_a_bounce_marks_the_case_whose_letter_it_was(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    sends(desk, "ack-3")
    back = mail(
        "mail2",
        sender="mailer-daemon@example.fr",
        automatic="bounce",
        bounce=Bounce(f"{CASE}_ack-3", permanent=True),
    )
    assert desk.brings(back, THANKS) is Became.BOUNCE
    case = desk.case()
    assert case.flags[Flag.MAIL_UNDELIVERABLE] == ("bounced",)
    assert effects(case)["ack-3"].progress is Progress.BOUNCED
    assert [effect.about for effect in letters_owed(case)] == ["bounced"]
    assert desk.takes("mail2") is Became.KNOWN
    assert len(desk.cases) == 1


@pytest.mark.parametrize("letter", [f"{CASE}_ack-9", f"{CASE}_ack-3", "IM-2026-999999", None])
def test_a_bounce_of_nothing_that_we_sent_changes_nothing(desk: Desk, letter: str | None) -> None:
    desk.brings(mail(), asks(ACCESS))
    before = desk.case()
    back = mail("mail2", automatic="bounce", bounce=Bounce(letter, permanent=True))
    assert desk.brings(back, THANKS) is Became.MACHINE
    assert desk.case() == before


def test_a_bounce_that_names_the_case_alone_flags_it(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.brings(mail("mail2", automatic="bounce", bounce=Bounce(CASE, permanent=True)), THANKS)
    assert desk.case().flags.keys() == {Flag.MAIL_UNDELIVERABLE, Flag.NEEDS_HUMAN}


# --- replies


def reply(mail_id: str = "mail2", when: str = "2026-12-12T10:00", **more: object):  # type: ignore[no-untyped-def]
    return mail(mail_id, when, subject=f"Re: [{CASE}] Votre demande", **more)


def test_e57_a_reply_adds_a_right_with_a_receipt_and_a_clock_of_its_own(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    sends(desk, "ack-3")
    assert desk.brings(reply(), asks(ERASURE)) is Became.JOINED
    access, erasure = desk.case().items
    assert (access.received_at, erasure.received_at) == (at("2026-11-22T10:00"), at("2026-12-12T10:00"))
    assert str(erasure.deadline().legal_due) == "2027-01-12"
    assert str(desk.log.summaries[CASE]["legal_due"]) == "2026-12-22"
    assert letters(desk) == ["ACK"]


def test_e58_thanks_add_nothing_and_are_not_acknowledged(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    sends(desk, "ack-3")
    assert desk.brings(reply(text="merci, parfait"), THANKS) is Became.JOINED
    assert (len(desk.case().items), letters(desk)) == (1, [])
    assert len(desk.cases) == 1


def test_thanks_for_an_answer_that_was_given_long_ago_open_nothing(desk: Desk) -> None:
    desk.brings(mail(), asks(WITHDRAWAL))
    honours(desk)
    desk.does(step(Kind.CLOSED, "2026-12-01"))
    assert desk.brings(reply(), THANKS) is Became.JOINED
    assert (desk.case().state, len(desk.cases)) == (State.CLOSED, 1)


def test_t23_a_wish_in_reply_to_a_closed_case_is_a_case_of_its_own_that_names_it(desk: Desk) -> None:
    desk.brings(mail(), asks(WITHDRAWAL))
    honours(desk)
    desk.does(step(Kind.CLOSED, "2026-12-01"))
    desk.brings(reply(), asks(ACCESS))
    desk.brings(reply("mail3"), UNSURE)
    assert [case.links for case in desk.cases[1:]] == [(("continues", CASE),)] * 2
    assert desk.cases[1].received_at == at("2026-12-12T10:00")
    assert desk.cases[2].flags == {Flag.NEEDS_HUMAN: ("reply", "unsure")}


def test_a_thread_is_followed_by_our_letters_ids_where_the_tag_is_gone(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.does(step(Kind.CLAIMED, effect="ack-3"))
    sent = step(Kind.LETTER_SENT, effect="ack-3", message_id="0102-abc")
    log = desk.log
    log.append(
        Appending(
            CASE, [sent], desk.case().version, log.summaries[CASE], frozenset({letter_cause("0102-abc")})
        )
    )
    answer = mail("mail2", "2026-12-12", in_reply_to=("<x@example.fr>", "<0102-abc@eu-west-3.amazonses.com>"))
    assert desk.brings(answer, asks(ERASURE)) is Became.JOINED


@pytest.mark.parametrize(
    "names", [{"subject": f"Re: [{CASE}]"}, {"recipients": (f"contact+{CASE}@imera-paris.com",)}]
)
def test_a_stranger_who_names_a_case_gets_no_part_in_it_and_goes_before_a_person(
    desk: Desk, names: dict[str, object]
) -> None:
    desk.brings(mail(), asks(ACCESS))
    before = desk.case()
    desk.brings(mail("mail2", sender=BENOIT, **names), THANKS)
    desk.brings(mail("mail3", sender=BENOIT, **names), asks(ERASURE))
    assert desk.case() == before
    thanks, erasure = desk.cases[1:]
    assert (thanks.state, thanks.flags) == (State.TRIAGE, {Flag.NEEDS_HUMAN: ("stranger",)})
    assert (erasure.state, erasure.links) == (State.OPEN, (("named", CASE),))
    assert erasure.flags == {Flag.NEEDS_HUMAN: ("stranger",)}


def test_an_invented_case_number_means_nothing(desk: Desk) -> None:
    desk.brings(mail(subject="[IM-2026-999999]"), asks(ACCESS))
    assert (desk.case().flags, desk.case().links) == ({}, ())


def test_an_answer_to_what_we_asked_goes_before_a_person(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.does(step(Kind.IDENTITY_ASKED, level="L1", doubt=True))
    for number, understood in enumerate((THANKS, asks(ACCESS)), 2):
        desk.brings(reply(f"mail{number}", attachments=(PDF,)), understood)
        assert desk.case().flags == {Flag.NEEDS_HUMAN: ("reply",)}
        desk.does(step(Kind.UNFLAGGED, by=STAFF, flag="needs_human"))


def test_a_document_that_was_asked_for_stays_until_somebody_has_looked_at_it(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.does(step(Kind.IDENTITY_ASKED, by=DPO, level="L3", reason="two people of that name"))
    desk.brings(reply(attachments=(PDF,), identity_documents=(0,)), THANKS)
    assert not [e for e in owed(desk.case()) if e.does is Does.CUT]


def test_e95_an_answer_after_the_case_was_closed_for_want_of_proof_takes_it_up_with_the_days_that_were_left(
    desk: Desk,
) -> None:
    desk.brings(mail(when="2026-11-02T10:00"), asks(ACCESS))
    asked = step(Kind.IDENTITY_ASKED, "2026-11-03", level="L1", doubt=True)
    desk.does(asked)
    sends_at(desk, "identity_l1-4", "2026-11-03T10:00")
    for day in ("2026-11-10", "2026-11-24"):
        desk.does(step(Kind.IDENTITY_REMINDED, day))
    desk.does(step(Kind.CLOSED_UNIDENTIFIED, "2026-12-04", STAFF))
    assert desk.case().state is State.CLOSED_UNIDENTIFIED
    assert "CLOSED_UNIDENTIFIED" in letters(desk)
    assert desk.brings(reply(when="2026-12-17T10:00"), THANKS) is Became.JOINED
    case = desk.case()
    assert (case.state, case.flags) == (State.IDENTITY_PENDING, {Flag.NEEDS_HUMAN: ("reply",)})
    # due on 2 December when the clock stopped with 29 days left, 44 days later it goes on
    assert str(case.items[0].deadline().raw) == "2027-01-15"


def test_e95_what_else_was_asked_for_and_done_meanwhile_changes_nothing_about_it(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS, WITHDRAWAL))
    honours(desk)
    desk.does(step(Kind.IDENTITY_ASKED, "2026-11-23", level="L1"))
    for day in ("2026-11-30", "2026-12-14"):
        desk.does(step(Kind.IDENTITY_REMINDED, day))
    desk.does(step(Kind.CLOSED_UNIDENTIFIED, "2026-12-23", STAFF))
    desk.does(step(Kind.CLOSED, "2026-12-31"))
    assert desk.case().state is State.CLOSED
    assert desk.brings(reply(when="2027-01-10T10:00"), UNSURE) is Became.JOINED
    assert (desk.case().state, len(desk.cases)) == (State.IDENTITY_PENDING, 1)


def test_a_reply_to_a_merged_case_joins_the_one_that_took_it_in(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.brings(mail("mail2", "2026-11-23"), asks(ERASURE))
    desk.does(step(Kind.MERGED, "2026-11-24", STAFF, into=CASE), "IM-2026-000002")
    answer = mail("mail3", "2026-11-25", subject="Re: [IM-2026-000002]")
    assert desk.brings(answer, asks(Right.PORTABILITY)) is Became.JOINED
    assert [item.id for item in desk.case().items] == ["access", "portability"]


CARRIER = "Privacy@Carrier.example.fr"


def told_a_carrier(desk: Desk) -> None:
    desk.brings(mail(), asks(Right.RECTIFICATION))
    about = {"items": ("rectification",)}
    desk.does(step(Kind.IDENTITY_VERIFIED, by=STAFF, level="L1", reason="seen", **about))
    desk.does(step(Kind.DRAFTED, plan="rectification", digest="d", **about))
    desk.does(step(Kind.APPROVED, by=STAFF, digest="d", **about))
    told = {"recipient": "Colissimo", "outcome": "told", "address": "privacy@carrier.example.fr"}
    desk.does(step(Kind.NOTIFIED, "2026-11-23", items=("rectification",), **told))


@pytest.mark.parametrize("understood", [UNSURE, shopping(), asks(Right.RECTIFICATION)])
def test_g26_what_a_recipient_answers_is_read_in_the_case_that_they_were_told_of(
    desk: Desk, understood: Understanding
) -> None:
    told_a_carrier(desk)
    before = desk.case()
    answer = mail("mail2", "2026-11-24", CARRIER, subject=f"Re: [{CASE}]")
    assert desk.brings(answer, understood) is Became.JOINED
    assert desk.case().flags == {Flag.NEEDS_HUMAN: ("recipient_answered",)}
    assert (desk.case().items, desk.case().address) == (before.items, CAMILLE)
    assert not [e for e in owed(desk.case()) if e.letter == "FORWARD"], "it is no customer service's"
    done = step(Kind.NOTIFIED, "2026-11-25", STAFF, recipient="Colissimo", outcome="done", words="corrected")
    desk.does(done)
    assert not desk.case().flags


def test_a_recipient_whose_domain_says_nothing_answers_by_the_letter_that_it_got(desk: Desk) -> None:
    told_a_carrier(desk)
    (notice,) = [each.id for each in owed(desk.case()) if each.letter == "RECIPIENT_NOTICE"]
    desk.does(step(Kind.CLAIMED, effect=notice))
    desk.does(step(Kind.LETTER_SENT, effect=notice, message_id="0102-abc"))
    silent = {"verdicts": PASSED._replace(dmarc="NONE"), "subject": f"Re: [{CASE}]"}
    answer = mail("mail2", "2026-11-24", CARRIER, in_reply_to=("<0102-abc@eu.amazonses.com>",), **silent)
    assert desk.brings(answer, UNSURE) is Became.JOINED
    assert desk.brings(mail("mail3", "2026-11-24", CARRIER, **silent), UNSURE) is Became.CASE


@pytest.mark.parametrize(
    ("sender", "verdicts"),
    [("thief@example.org", PASSED), (CARRIER, PASSED._replace(dmarc="FAIL"))],
)
def test_whoever_was_not_told_or_cannot_show_it_gets_nothing_into_somebody_s_case(
    desk: Desk, sender: str, verdicts: Verdicts
) -> None:
    told_a_carrier(desk)
    answer = mail("mail2", "2026-11-24", sender, subject=f"Re: [{CASE}]", verdicts=verdicts)
    assert desk.brings(answer, UNSURE) is Became.CASE
    assert not desk.case().flags


def sends_at(desk: Desk, effect: str, when: str) -> None:
    desk.does(step(Kind.CLAIMED, when, effect=effect))
    desk.does(step(Kind.LETTER_SENT, when, effect=effect, message_id="ses"))


# --- the same again


def honours(desk: Desk, id_: str = CASE) -> None:
    for effect in owed(desk.case(id_)):
        if effect.does is Does.HONOUR:
            desk.does(step(Kind.HONOURED, effect=effect.id, item=effect.about), id_)


def test_e59_the_same_request_three_times_in_two_days_is_one_case_with_its_first_receipt(desk: Desk) -> None:
    for number, when in enumerate(("2026-11-22T10:00", "2026-11-23T09:00", "2026-11-24T09:00"), 1):
        desk.brings(mail(f"mail{number}", when), asks(ACCESS))
    case = desk.case()
    assert len(desk.cases) == 1
    assert [item.received_at for item in case.items] == [at("2026-11-22T10:00")]
    assert sum(s.kind is Kind.REPEATED for s in case.steps) == 2
    assert letters(desk) == ["ACK"]


def test_e59_the_first_receipt_counts_whichever_message_was_taken_in_first(desk: Desk) -> None:
    desk.brings(mail("mail2", "2026-11-25T10:00"), asks(ACCESS, ERASURE))
    desk.brings(mail("mail1", "2026-11-22T10:00"), asks(ACCESS))  # nobody had told us of it
    assert [(i.id, i.received_at) for i in desk.case().items] == [
        ("access", at("2026-11-22T10:00")),
        ("erasure", at("2026-11-25T10:00")),
    ]
    assert desk.case().received_at == at("2026-11-22T10:00")
    assert desk.log.summaries[CASE]["deadline_on"] == "2026-12-22"


def test_a_reminder_weeks_later_is_the_same_request_and_what_it_adds_has_its_own_clock(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.brings(mail("mail2", "2026-12-10"), asks(ACCESS, ERASURE))
    assert [(i.id, str(i.received_at.date())) for i in desk.case().items] == [
        ("access", "2026-11-22"),
        ("erasure", "2026-12-10"),
    ]


def test_e60_a_fourth_request_within_a_year_is_treated_like_the_first(desk: Desk) -> None:
    desk.now = at("2026-01-05")
    for number, day in enumerate(("2026-01-05", "2026-04-05", "2026-07-05", "2026-10-05"), 1):
        desk.now = at(day)
        desk.brings(mail(f"mail{number}", day), asks(ACCESS))
        id_ = desk.cases[-1].id
        assert (desk.case(id_).state, desk.case(id_).flags, letters(desk, id_)) == (State.OPEN, {}, ["ACK"])
        desk.does(step(Kind.FOUND_NOTHING, day, STAFF, searched="everything"), id_)
    assert len(desk.cases) == 4


def test_two_names_in_one_mailbox_are_two_cases(desk: Desk) -> None:
    for number, name in enumerate(("Camille", "Benoît"), 1):
        desk.brings(mail(f"mail{number}"), asks(ACCESS, particulars=Particulars(name, "Durand")))
    assert len(desk.cases) == 2


def test_agents_write_for_many_people_and_each_is_a_case(desk: Desk) -> None:
    for number in (1, 2):
        desk.brings(mail(f"mail{number}"), asks(ACCESS, role=Role.AGENT))
    assert len(desk.cases) == 2


def test_the_same_wish_of_somebody_else_is_another_case(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.brings(mail("mail2", sender=BENOIT), asks(ACCESS))
    assert len(desk.cases) == 2


def test_stop_said_again_counts_again_is_no_new_case_and_brings_no_second_letter(desk: Desk) -> None:
    desk.brings(mail(), asks(WITHDRAWAL))
    honours(desk)
    desk.brings(mail("mail2", "2026-11-23T09:00"), asks(WITHDRAWAL))
    assert [(e.does, e.letter) for e in owed(desk.case())] == [
        (Does.HONOUR, ""),
        (Does.LETTER, "WITHDRAWAL_DONE"),
    ]
    honours(desk)
    assert letters(desk) == ["WITHDRAWAL_DONE"]
    desk.brings(mail("mail3", "2026-12-23T09:00"), asks(WITHDRAWAL))
    assert len(desk.cases) == 2


# --- races, crashes and what is told of people


def test_whoever_loses_a_race_for_the_senders_first_case_joins_it(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.log.causes.clear()  # a second delivery that looked before the first was there
    first = desk.log.of_sender
    desk.log.of_sender = lambda identifiers, limit: []  # type: ignore[method-assign]
    seen = desk.log.cases_of
    calls = iter([{email(): 0}])
    desk.log.cases_of = lambda ids: next(calls, None) or _restored(desk, seen, first, ids)  # type: ignore[method-assign]
    assert desk.brings(mail("mail2"), asks(ACCESS)) is Became.JOINED
    assert len(desk.cases) == 1


def _restored(desk: Desk, seen: object, first: object, ids: object) -> dict[str, int]:
    desk.log.of_sender, desk.log.cases_of = first, seen  # type: ignore[assignment, method-assign]
    return seen(ids)  # type: ignore[operator, no-any-return]


def test_a_worker_that_dies_at_any_call_leaves_nothing_or_all_and_the_next_delivery_finishes(
    desk: Desk,
) -> None:
    class Died(Exception):
        pass

    def die() -> None:
        raise Died

    desk.known = {CAMILLE}
    desk.log.before_append = die
    with pytest.raises(Died):
        desk.brings(mail(), asks(ACCESS))
    assert not desk.log.cases
    assert not desk.log.causes
    desk.log.before_append = lambda: None
    assert desk.takes("mail1") is Became.CASE
    assert desk.takes("mail1") is Became.KNOWN
    assert len(desk.cases[0].steps) == 3
    # the fact was told twice, under one key
    assert len({fact.key for fact in desk.told}) == 1


def test_a_case_that_moves_on_while_a_reply_is_read_takes_it_all_the_same(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))

    def note() -> None:
        desk.log.before_append = lambda: None
        desk.does(step(Kind.NOTED, by=STAFF, text="called"))

    desk.log.before_append = note
    assert desk.brings(reply(), asks(ERASURE)) is Became.JOINED
    assert [s.kind for s in desk.case().steps[3:]] == [
        Kind.NOTED,
        Kind.RECEIVED,
        Kind.UNDERSTOOD,
        Kind.RIGHTS_ADDED,
    ]


def test_a_case_that_is_always_moving_leaves_the_mail_to_the_queue(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))

    def always() -> None:
        raise RequestConflict

    desk.log.before_append = always
    with pytest.raises(RequestConflict):
        desk.brings(mail("mail2"), asks(ERASURE))


def test_e55_what_the_shops_own_people_send_on_waits_for_a_person_and_nobody_is_acknowledged(
    desk: Desk,
) -> None:
    desk.brings(mail(sender="Bonjour@Imera-Paris.com"), asks(ACCESS, WITHDRAWAL))
    assert (desk.case().state, desk.case().flags) == (State.TRIAGE, {Flag.NEEDS_HUMAN: ("staff",)})
    assert letters(desk) == ["DPO_NOTICE"]
    entered = step(
        Kind.OPENED, "2026-11-24T09:00", STAFF, rights=("access",), received_at=at("2026-11-18").isoformat()
    )
    assert desk.does(entered).items[0].received_at == at("2026-11-18")


def test_a_case_of_a_thousand_steps_takes_in_no_more_mail(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.log.cases[CASE] += [step(Kind.NOTED, by=STAFF, text="…")] * 997
    desk.brings(reply(), asks(ERASURE))
    assert [case.links for case in desk.cases] == [(), (("continues", CASE),)]


def test_a_copy_of_what_was_purged_meanwhile_is_taken_in(desk: Desk) -> None:
    desk.brings(mail(), asks(ACCESS))
    desk.log.cases.clear()
    desk.log.senders.clear()
    again = replace(mail("mail2"), message_id=mail().message_id)
    assert desk.brings(again, asks(ACCESS)) is Became.CASE


def test_what_a_machine_sent_goes_after_a_fortnight(desk: Desk) -> None:
    gone: list[object] = []
    desk.log.set_aside = lambda *said: gone.append(said[3])  # type: ignore[method-assign]
    desk.brings(mail(automatic="auto_reply"), THANKS)
    assert [str(day) for day in gone] == ["2026-12-06"]


def test_a_mail_that_is_gone_from_the_store_is_gone(desk: Desk) -> None:
    assert desk.takes("mail1") is Became.GONE


def test_mail_from_a_person_whom_we_know_is_a_dated_fact_about_them_without_a_word_of_it(desk: Desk) -> None:
    desk.brings(mail(), shopping())
    assert not desk.told
    desk.known = {CAMILLE}
    desk.brings(mail("mail2", when="2026-11-23T09:00"), shopping())
    (fact,) = desk.told
    assert (fact.filed_under, fact.occurred_at, fact.groups) == (
        email(),
        at("2026-11-23T09:00"),
        {"contact": {"channel": "mail"}},
    )


@pytest.mark.parametrize(
    ("verdicts", "role"),
    [
        (PASSED._replace(dmarc="FAIL"), Role.SELF),
        (PASSED._replace(spam="FAIL"), Role.SELF),
        (PASSED, Role.AGENT),
    ],
)
def test_nobody_else_keeps_a_persons_data_any_longer_by_writing_in_their_name(
    desk: Desk, verdicts: Verdicts, role: Role
) -> None:
    desk.known = {CAMILLE}
    desk.brings(mail(verdicts=verdicts), replace(shopping(), role=role))
    assert not desk.told


def test_f11_a_card_number_is_struck_out_of_the_stored_mail_whatever_becomes_of_it(desk: Desk) -> None:
    desk.raw = b"ma carte 4242424242424242"
    desk.brings(mail(automatic="list"), THANKS)
    desk.brings(mail("mail2"), shopping())
    assert {raw for raw, _ in desk.mails.held.values()} == {b"ma carte XXXXXXXXXXXXXXXX"}
    assert desk.mails.held["mail2"][1] == at("2026-11-22T10:00")


def test_e75_an_identity_document_sent_unasked_is_to_be_cut_and_so_is_its_copy(desk: Desk) -> None:
    desk.brings(mail(attachments=(PDF,), identity_documents=(0,)), asks(ACCESS))
    copy = replace(mail("mail2", identity_documents=(0,)), message_id=mail().message_id)
    desk.brings(copy, asks(ACCESS))
    assert [e.about for e in owed(desk.case()) if e.does is Does.CUT] == ["mail1", "mail2"]


def test_steps_hold_what_a_table_can_hold() -> None:
    desk = Desk()
    desk.brings(mail(subject="é" * 5000), asks(ACCESS, evidence=(Evidence("access", "x" * 5000),) * 100))
    for taken in desk.case().steps:
        assert isinstance(taken, Step)
        assert len(repr(taken.said)) < 20_000


def test_e89_who_says_to_be_fourteen_is_put_first_and_the_dpo_hears_of_it(desk: Desk) -> None:
    desk.brings(mail(text="J'ai 14 ans, effacez mes données."), asks(Right.ERASURE))
    case = desk.case()
    assert case.flags == {Flag.MINOR: ("young",)}
    assert [effect.about for effect in owed(case) if effect.letter == "DPO_NOTICE"] == ["young"]


@pytest.mark.parametrize(
    ("text", "unsure"),
    [
        ("Je reprends mes directives, supprimez-les.", True),
        ("Please delete them.", True),
        ("Effacez aussi toutes mes données.", False),
    ],
)
def test_e87_who_takes_a_directive_back_has_not_asked_for_the_erasure_of_everything(
    desk: Desk, text: str, *, unsure: bool
) -> None:
    desk.brings(mail(), asks(Right.POST_MORTEM_DIRECTIVE))
    desk.brings(mail("mail2", "2026-11-22T12:00", text=text, subject=f"Re: [{CASE}]"), asks(Right.ERASURE))
    items = [item.right for item in desk.case().items]
    assert (Right.ERASURE in items) is not unsure
    assert (Flag.NEEDS_HUMAN in desk.case().flags) is unsure
