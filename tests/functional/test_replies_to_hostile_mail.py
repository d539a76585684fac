"""Whatever stands in the headers of a message, our letters about it have ours and no others (checklist 21)."""

from __future__ import annotations

from collections.abc import Iterator
from email import message_from_bytes, policy

import pytest

from privacy.domain.request_effects import owed
from privacy.domain.rights import Right
from privacy.inbound.mail import read_mail
from tests.requesting import CASE, asks
from tests.telling import at
from tests.unit.operations.test_send_letter import OFFICES, Room

LETTERS = {
    "From", "To", "Reply-To", "Subject", "Date", "In-Reply-To", "References", "Auto-Submitted",
    "X-Auto-Response-Suppress", "X-Imera-Letter", "MIME-Version", "Content-Type", "Content-Transfer-Encoding",
}  # fmt: skip
PLAIN = {
    "From": b"Camille <camille.durand@example.fr>",
    "Subject": b"Colis",
    "Message-ID": b"<1@example.fr>",
    "To": b"contact@imera-paris.com",
}
THIEF = b"thief@evil.example"
HOSTILE: list[tuple[str, bytes]] = [
    ("Subject", b"x\r\n Bcc: " + THIEF),
    ("Subject", b"=?utf-8?q?x=0D=0ABcc:_thief@evil.example?="),
    ("Subject", b"=?utf-8?b?eA0KQmNjOiB0aGllZkBldmlsLmV4YW1wbGU=?="),
    ("Subject", b"=?utf-8?q?x=0ABcc:_thief@evil.example=0A=0Abody?="),
    ("Subject", "x\u2028Bcc: thief@evil.example".encode()),
    ("Subject", b"x\x00\x0b\x0c\x1c\x85Bcc: " + THIEF),
    ("Subject", b"=?utf-8?q?=3D=3Futf-8=3Fq=3Fx=3D0D=3D0ABcc=3A_thief=40evil.example=3F=3D?="),
    ("Subject", b"x" * 20_000),
    ("Subject", b"=?utf-16?b?eA0KQg==?= \xff\xfe"),
    ("From", b'"x\r\n Bcc: thief@evil.example" <camille.durand@example.fr>'),
    ("From", b"=?utf-8?q?x=0D=0ABcc:_thief@evil.example?= <camille.durand@example.fr>"),
    ("From", b"<camille.durand@example.fr\r\n Bcc: thief@evil.example>"),
    ("From", b"=?utf-8?q?camille=2Edurand=40example=2Efr=0D=0ABcc=3A_thief=40evil=2Eexample?="),
    ("From", b"camille.durand@example.fr, " + THIEF),
    ("From", b'"camille.durand@example.fr" <thief@evil.example\x00>'),
    ("From", b"Friends: camille.durand@example.fr, thief@evil.example;"),
    ("From", b'"a\\"@b,c"@example.fr'),
    ("From", b"<@evil.example:camille.durand@example.fr>"),
    ("Reply-To", THIEF),
    ("Reply-To", b"camille.durand@example.fr\r\n Bcc: " + THIEF),
    ("Sender", THIEF),
    ("Message-ID", b"<1@example.fr>\r\n Bcc: " + THIEF),
    ("Message-ID", b"<1@example.fr\r\n\tBcc:thief@evil.example>"),
    ("Message-ID", b"<" + b"x" * 5_000 + b"@example.fr>"),
    ("In-Reply-To", b"<1@example.fr> =?utf-8?q?=0D=0ABcc:_thief@evil.example?="),
    ("References", b" ".join(b"<%d@example.fr>" % n for n in range(3_000))),
    ("References", b"<1@example.fr>\x00\x85<2@example.fr>"),
    ("Content-Type", b'text/plain; name="x\r\n Bcc: thief@evil.example"'),
    ("X-Imera-Letter", b"IM-2026-000001_ack-3"),
]  # fmt: skip


def raw(name: str, value: bytes) -> bytes:
    headers = {**PLAIN, name: value}
    head = b"".join(key.encode() + b": " + said + b"\r\n" for key, said in headers.items())
    return head + b"\r\nBonjour\r\n"


def letters(message: bytes) -> Iterator[bytes]:
    """Acknowledgement and forward of the message, as far as it gets either."""
    room = Room()
    read = read_mail(message, mail_id="mail1", stored_at=at("2026-11-22T10:00"))
    room.desk.brings(read, asks(Right.ACCESS, customer_service=True))
    room.desk.mails.replace("mail1", message)
    for _ in range(3):
        for case in room.desk.cases:
            for effect in owed(case):
                if effect.letter:
                    room.sends(effect.id, case.id)
    for _, recipient, _, sent in room.post.taken:
        assert recipient in {"camille.durand@example.fr", OFFICES.customer_service, OFFICES.dpo}
        yield sent


@pytest.mark.parametrize(("name", "value"), HOSTILE)
def test_a_letter_has_our_headers_and_no_others(name: str, value: bytes) -> None:
    for sent in letters(raw(name, value)):
        head = sent.partition(b"\r\n\r\n")[0]
        assert head.isascii()
        begun = [line.partition(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in b" \t"]
        assert len(begun) == len(set(begun))
        assert set(begun) <= LETTERS
        assert all(len(line) < 998 for line in sent.split(b"\r\n"))
        message = message_from_bytes(sent, policy=policy.default)
        assert message["Bcc"] is None
        assert CASE in str(message["Subject"])
        if message["To"] == "camille.durand@example.fr":
            assert str(message["Reply-To"]) == f"contact+{CASE}@imera-paris.com"


def test_a_plain_message_gets_both_so_that_the_tests_above_look_at_something() -> None:
    assert len(list(letters(raw("Subject", b"Colis")))) == 2


def test_whatever_of_ours_comes_back_to_us_is_known_as_ours() -> None:
    """Checklist 22: an address of the office that leads back to contact@ makes no loop."""
    for sent in letters(raw("Subject", b"Colis")):
        again = read_mail(
            sent, mail_id="mail2", stored_at=at("2026-11-22T10:01"), own_addresses=[OFFICES.contact]
        )
        assert again.automatic is not None
