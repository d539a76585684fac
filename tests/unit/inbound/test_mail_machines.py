"""A machine's mail is told from a person's, and no person's for one header too many (E46-E49, checklist 22)."""

import pytest

from privacy.domain.mail import Bounce, IncomingMail
from privacy.inbound.mail_machines import AUTO_REPLY, BOUNCE, BULK, LIST, LOOP
from tests.arriving import CONTACT, FROM, HEAD, RELAY, mail, relayed, ses
from tests.telling import CAMILLE

LETTER = "IM-2026-000123_ack"
ANSWERS = "In-Reply-To: <x@eu-west-3.amazonses.com>\n"


def arrives(headers: str, **how: str) -> IncomingMail:
    return mail(ses(**how) + headers + HEAD)


def titled(subject: str) -> str | None:
    return mail(ses() + FROM + f"Subject: {subject}\n").automatic


@pytest.mark.parametrize(
    "headers",
    [
        "Auto-Submitted: auto-replied\n",
        "Auto-Submitted: auto-replied; owner-email=x\n",
        "Auto-Submitted: Auto-Replied (vacation)\n",
        ANSWERS + "Auto-Submitted: auto-generated\n",  # Exchange
        "X-Autoreply: yes\n",
        "X-Autorespond: bonjour\n",
        "Precedence: auto_reply\n",
    ],
)
def test_an_automatic_reply_is_a_machines(headers: str) -> None:
    """E46, E48"""
    assert arrives(headers).automatic == AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique : Votre demande [IM-2026-000123]",
        "Absence du bureau",
        "Message d’absence",
        "Automatic reply: your request",
        "Out of Office: Camille Durand",
        "Out of the office",
        "Abwesenheitsnotiz: Ihre Anfrage",
        "Respuesta automática: su solicitud",
    ],
)
def test_an_absence_is_known_by_its_subject_where_no_header_says_it(subject: str) -> None:
    assert titled(subject) == AUTO_REPLY


@pytest.mark.parametrize(
    "subject",
    [
        "Réponse automatique inacceptable, supprimez mes données",
        "Votre réponse automatique",
        "Absence de réponse à ma demande",
        "Re: Automatic reply: your request",
        "out of stock",
        "Auto",
        "Échec du paiement",
        "Undelivered parcel",
        "Non remis en main propre",
    ],
)
def test_a_person_may_write_of_such_things(subject: str) -> None:
    assert titled(subject) is None


def test_who_sends_from_nowhere_wants_no_answer() -> None:
    assert arrives("", path="").automatic == AUTO_REPLY
    assert arrives("Return-Path: <>\n").automatic is None  # planted


def test_a_file_out_of_a_mailbox_says_at_its_top_from_where_it_came() -> None:
    assert mail("Return-Path: <>\n" + HEAD).automatic == AUTO_REPLY
    assert mail(HEAD + "Return-Path: <>\n").automatic is None


def test_a_relay_that_copies_without_a_path_makes_nobody_a_machine() -> None:
    copied = relayed().replace("Return-Path: <srs@hoster.example>", "Return-Path: <>")
    assert mail(copied + HEAD, relay=RELAY).automatic is None
    assert mail(relayed(path="<>").replace("<<>>", "<>") + HEAD, relay=RELAY).automatic == AUTO_REPLY


@pytest.mark.parametrize(
    ("headers", "why"),
    [
        ("List-Id: <lin.example.org>\nList-Unsubscribe: <https://example.org>\n", LIST),
        ("List-Id: Lin <lin.example.org>\nPrecedence: list\n", LIST),
        ("Precedence: bulk\n", BULK),
        ("Precedence: junk\n", BULK),
        (
            "Feedback-ID: 1:2:3:x\nList-Unsubscribe: <x>\nList-Unsubscribe-Post: List-Unsubscribe=One-Click\n",
            BULK,
        ),
        ("X-MC-User: 1\nList-Unsubscribe: <x>\n", BULK),
        ("Auto-Submitted: auto-generated\n", BULK),
        ("Auto-Submitted: auto-notified\n", BULK),
    ],
)
def test_a_mailing_is_a_machines(headers: str, why: str) -> None:
    """E49"""
    assert arrives(headers).automatic == why


@pytest.mark.parametrize(
    "headers",
    [
        "",
        "Auto-Submitted: no\n",
        "Precedence: normal\n",
        "Precedence: first-class\n",
        "X-Auto-Response-Suppress: All\n",
        "Feedback-ID: 1.eu-west-1:AmazonSES\n",  # on whatever SES carries, a person's letter too
        "List-Unsubscribe: <mailto:leave@example.org>\n",
        "List-Unsubscribe: <x>\nFeedback-ID: 1\n",
        "X-Mailer: Microsoft Outlook 16.0\n",
        f"List-Id: <contact.imera-paris.com>\nPrecedence: list\nList-Unsubscribe: <x>\nList-Post: <mailto:{CONTACT}>\n",
        "Received: from a by b; x\n" * 10,
        ANSWERS,
    ],
)
def test_a_persons_mail_is_not_lost_for_a_header_that_something_adds(headers: str) -> None:
    assert arrives(headers).automatic is None


@pytest.mark.parametrize(
    "local", ["noreply", "no-reply", "ne-pas-repondre", "newsletter", "shop.no_reply", "DoNotReply"]
)
def test_who_cannot_be_answered_is_a_machine_unless_somebody_else_can(local: str) -> None:
    head = f"From: x <{local}@shop.example.org>\nSubject: bonjour\n"
    assert mail(ses() + head).automatic == BULK
    assert mail(ses() + head + f"Reply-To: {CAMILLE}\n").automatic is None  # a form on a web page


@pytest.mark.parametrize("local", ["norman.reply", "noreplya", "camille.newsletterova", "reply"])
def test_a_name_that_looks_so_is_a_persons(local: str) -> None:
    assert mail(ses() + f"From: <{local}@example.org>\n").automatic is None


def test_our_own_letter_that_comes_back_is_a_loop() -> None:
    """E48"""
    assert arrives(f"X-Imera-Letter: {LETTER}\n").automatic == LOOP
    assert arrives("Received: from a by b; x\n" * 40).automatic == LOOP


def test_a_tag_in_a_persons_answer_is_no_loop() -> None:
    plus = "contact+IM-2026-000123@imera-paris.com"
    told = mail(
        ses(recipient=plus) + ANSWERS + FROM + f"To: {plus}\nSubject: Re: [IM-2026-000123] votre demande\n"
    )
    assert told.automatic is None


# ---------------------------------------------------------------- bounces


def report(action: str, status: str, returned: str, kind: str = "message/rfc822") -> str:
    """A delivery report, as a mail server writes it."""
    return (
        "From: MAILER-DAEMON@mx.example.fr\nSubject: Undelivered Mail Returned to Sender\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
        "--b\nContent-Type: text/plain\n\nYour message could not be delivered.\n"
        "--b\nContent-Type: message/delivery-status\n\nReporting-MTA: dns; mx.example.fr\n\n"
        f"Final-Recipient: rfc822; {CAMILLE}\nAction: {action}\nStatus: {status}\n"
        f"--b\nContent-Type: {kind}\n\n{returned}\n--b--\n"
    )


OURS = f"From: {CONTACT}\nX-Imera-Letter: {LETTER}\nSubject: [IM-2026-000123] Votre demande\n\nBonjour"


@pytest.mark.parametrize(
    ("action", "status", "permanent"),
    [
        ("failed", "5.1.1", True),
        ("failed", "4.4.7", False),
        ("delayed", "4.2.0", False),
        ("delivered", "2.0.0", False),
    ],
)
def test_a_bounce_names_its_letter_and_whether_it_is_for_good(
    action: str, status: str, permanent: bool
) -> None:
    """E47"""
    told = mail(ses(path="") + report(action, status, OURS), "")
    assert told.automatic == BOUNCE
    assert told.bounce == Bounce(LETTER, permanent)


@pytest.mark.parametrize(
    ("returned", "letter"),
    [
        ("X-Imera-Letter: IM-2026-000123_ack-3\n", "IM-2026-000123_ack-3"),
        ("Subject: [IM-2026-000123] Votre demande\n", "IM-2026-000123"),
        ("Subject: =?utf-8?q?=5BIM-2026-000123=5D?=\n", None),
        ("References: <IM-2026-000123@imera-paris.com>\n", "IM-2026-000123"),
        ("X-Imera-Letter: IM-2026-000123_ack; rm\nSubject: bonjour\n", None),
        ("X-Imera-Letter: nonsense\n", None),
        ("", None),
    ],
)
def test_a_letter_is_known_by_what_came_back_of_it(returned: str, letter: str | None) -> None:
    for kind in ("message/rfc822", "text/rfc822-headers"):
        told = mail(ses(path="") + report("failed", "5.1.1", returned, kind), "")
        assert told.bounce == Bounce(letter, permanent=True)


def test_a_bounce_in_plain_words_is_one_all_the_same() -> None:
    head = "From: MAILER-DAEMON@example.fr\nSubject: failure notice\n"
    text = "\nSorry, no mailbox here by that name. (#5.1.1)\n\nSubject: [IM-2026-000123] Votre demande\n"
    told = mail(ses(path="") + head, text)
    assert (told.automatic, told.bounce) == (BOUNCE, Bounce("IM-2026-000123", permanent=True))


def test_a_receipt_that_a_mail_was_read_is_no_bounce() -> None:
    read = report("displayed", "2.0.0", OURS).replace("delivery-status", "disposition-notification")
    told = mail(ses(path="") + read.replace("MAILER-DAEMON", "camille").replace("Undelivered", "Lu :"), "")
    assert (told.automatic, told.bounce) == (AUTO_REPLY, None)


def test_a_persons_mail_is_no_bounce_for_quoting_one() -> None:
    told = mail(
        ses() + FROM + "Subject: Re: Undelivered Mail Returned to Sender\n", "\n550 5.1.1 [IM-2026-000123]\n"
    )
    assert (told.automatic, told.bounce) == (None, None)
