"""The local entrance of mail: whom it takes, what it finds out, what it writes above a message."""

import smtplib
from collections.abc import Iterator
from datetime import UTC, datetime

import pytest
from botocore.exceptions import EndpointConnectionError

from cli.local.mail.door import LARGEST, Mailbox, MailDoor, received
from cli.local.mail.verdicts import SPAM, VIRUS, verdicts
from cli.local.mail.zone import FORBIDDEN
from cli.local.ports import HERE, free_port

AT = datetime(2026, 11, 22, 9, 30, tzinfo=UTC)
CONTACT = "contact@imera-paris.com"
MESSAGE = b"From: Camille <camille.durand@example.fr>\r\nSubject: bonjour\r\n\r\nBonjour.\r\n"

Kept = dict[str, bytes]


@pytest.fixture
def kept() -> Kept:
    return {}


@pytest.fixture
def door(kept: Kept) -> Iterator[MailDoor]:
    door = MailDoor(free_port(), Mailbox(CONTACT), kept.__setitem__, now=lambda: AT)
    yield door
    door.close()


def sent(door: MailDoor, message: bytes = MESSAGE, to: str = CONTACT) -> None:
    with smtplib.SMTP(HERE, door.port, timeout=10) as client:
        client.sendmail("camille.durand@example.fr", [to], message)


def above(message: bytes) -> str:
    """What the servers wrote above it."""
    head, found, _ = message.decode().partition(MESSAGE.decode())
    assert found
    return head


def test_a_message_is_kept_whole_under_what_ses_found(door: MailDoor, kept: Kept) -> None:
    sent(door)
    (message,) = kept.values()
    head = above(message)
    assert head.startswith("Return-Path: <camille.durand@example.fr>\r\nReceived: ")
    assert "Sun, 22 Nov 2026 09:30:00 +0000" in head
    assert "dmarc=pass header.from=example.fr" in head


def test_a_report_from_nobody_is_kept_with_the_null_path(door: MailDoor, kept: Kept) -> None:
    with smtplib.SMTP(HERE, door.port, timeout=10) as client:
        client.sendmail("", [CONTACT], MESSAGE)
    (message,) = kept.values()
    assert above(message).startswith("Return-Path: <>\r\n")
    assert "envelope-from=<>" in above(message)


@pytest.mark.parametrize(
    "address", [CONTACT, "Contact@Imera-Paris.com", "contact+IM-2026-000123@imera-paris.com"]
)
def test_contact_and_its_plus_addresses_are_taken(door: MailDoor, kept: Kept, address: str) -> None:
    sent(door, to=address)
    assert len(kept) == 1


@pytest.mark.parametrize("address", ["bonjour@imera-paris.com", "contact@elsewhere.example"])
def test_nobody_elses_mail_is_taken(door: MailDoor, kept: Kept, address: str) -> None:
    with pytest.raises(smtplib.SMTPRecipientsRefused) as refused:
        sent(door, to=address)
    assert refused.value.recipients[address][0] == 550
    assert not kept


def test_more_than_ses_takes_is_refused(door: MailDoor, kept: Kept) -> None:
    with pytest.raises(smtplib.SMTPSenderRefused) as refused:
        sent(door, MESSAGE + b"x" * LARGEST)
    assert refused.value.smtp_code == 552
    assert not kept


def test_what_cannot_be_kept_is_not_taken() -> None:
    def fail(_mail_id: str, _message: bytes) -> None:
        raise EndpointConnectionError(endpoint_url="nowhere")

    door = MailDoor(free_port(), Mailbox(CONTACT), fail, now=lambda: AT)
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            sent(door)
    finally:
        door.close()
    assert refused.value.smtp_code == 451


@pytest.mark.parametrize(
    ("sender", "envelope", "expected"),
    [
        ("camille@example.fr", "camille@example.fr", ("pass", "pass")),
        ("camille@example.fr", "camille@nowhere.example", ("none", "fail")),
        ("camille@nowhere.example", "camille@nowhere.example", ("none", "none")),
        (f"camille@{FORBIDDEN}", f"camille@{FORBIDDEN}", ("fail", "fail")),
        ("camille@example.fr", "", ("none", "fail")),
    ],
)
def test_spf_speaks_of_the_envelope_and_dmarc_of_from(
    sender: str, envelope: str, expected: tuple[str, str]
) -> None:
    raw = f"From: {sender}\r\n\r\nBonjour.\r\n".encode()
    found = verdicts(raw, peer=HERE, helo="client.nowhere.example", envelope_from=envelope)
    assert (found.spf, found.dmarc) == expected


def test_a_signature_that_nobody_can_check_fails() -> None:
    raw = b"DKIM-Signature: v=1; a=rsa-sha256; d=example.fr; s=x; h=from; bh=AA==; b=AA==\r\n" + MESSAGE
    assert verdicts(raw, peer="192.0.2.1", helo="h", envelope_from="a@example.fr").dkim == "fail"


def test_spam_and_viruses_are_told_and_taken(door: MailDoor, kept: Kept) -> None:
    sent(door, MESSAGE + SPAM + b"\r\n" + VIRUS)
    (message,) = kept.values()
    assert "X-SES-Spam-Verdict: FAIL\r\nX-SES-Virus-Verdict: FAIL" in message.decode()


def test_where_the_shops_host_copies_the_mail_each_server_says_what_it_found() -> None:
    message = received(
        MESSAGE,
        mailbox=Mailbox(CONTACT, relay="mx.mailhost.example.net"),
        mail_id="m1",
        peer=HERE,
        helo="client.example.fr",
        envelope_from="camille.durand@example.fr",
        recipient=CONTACT,
        at=AT,
    )
    of_ses, _, of_host = above(message).partition("X-SES-RECEIPT: m1\r\n")
    assert "dmarc=fail header.from=example.fr" in of_ses
    assert "Received: from mx.mailhost.example.net" in of_ses
    assert "Authentication-Results: mx.mailhost.example.net" in of_host
    assert "dmarc=pass header.from=example.fr" in of_host
