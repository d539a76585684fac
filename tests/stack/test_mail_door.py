"""contact@'s mail, as far as the bucket: what the server took is kept, and what it could not keep comes again."""

import smtplib

import pytest

from cli.local.backoffice import BackOffice

SENDER = "camille.durand@example.fr"
LINE = b"Bonjour, voici la photo que vous demandiez, et rien d'autre.\r\n"


def message(subject: str, lines: int = 1) -> bytes:
    return f"From: {SENDER}\r\nSubject: {subject}\r\n\r\n".encode() + LINE * lines


def kept(office: BackOffice, subject: str) -> list[bytes]:
    """The messages of that subject that lie in the bucket."""
    s3 = office.aws("s3")
    pages = s3.get_paginator("list_objects_v2").paginate(Bucket=office.mail_bucket, Prefix="inbound/")
    keys = [item["Key"] for page in pages for item in page.get("Contents", [])]
    bodies = [s3.get_object(Bucket=office.mail_bucket, Key=key)["Body"].read() for key in keys]
    return [body for body in bodies if f"Subject: {subject}\r\n".encode() in body]


def test_a_message_of_thirty_megabytes_is_kept_whole(office: BackOffice) -> None:
    large = message("thirty", lines=30 * 1024 * 1024 // len(LINE))
    office.send_mail(large, sender=SENDER)
    (found,) = kept(office, "thirty")
    assert found.endswith(large)
    office.wait_until_idle(60)  # whoever is killed with it in hand keeps it for minutes


def test_without_the_bucket_nothing_is_taken_and_what_was_taken_is_there_after_a_crash(
    office: BackOffice,
) -> None:
    office.send_mail(message("before"), sender=SENDER)
    office.crash()
    try:
        with pytest.raises(smtplib.SMTPDataError) as refused:
            office.send_mail(message("during"), sender=SENDER)
    finally:
        office.restart_emulator()
    assert refused.value.smtp_code == 451
    office.send_mail(message("after"), sender=SENDER)
    assert [len(kept(office, subject)) for subject in ("before", "during", "after")] == [1, 0, 1]
    office.wait_until_idle(60)
