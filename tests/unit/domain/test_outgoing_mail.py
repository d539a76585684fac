"""What goes out: the bytes that anybody's mail client reads, and that nobody's name or subject can add to."""

from __future__ import annotations

from datetime import UTC, datetime
from email import message_from_bytes, policy
from email.message import EmailMessage, Message
from email.utils import parsedate_to_datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.mail import Address
from privacy.domain.outgoing_mail import Original, OutgoingMail, Unaddressable, addressable, message_ids

AT = datetime(2026, 11, 23, 9, 30, tzinfo=UTC)
CONTACT = Address("contact@imera-paris.com", "iméra")
HEADERS = [
    "From",
    "To",
    "Reply-To",
    "Subject",
    "Date",
    "In-Reply-To",
    "References",
    "Auto-Submitted",
    "X-Auto-Response-Suppress",
    "X-Imera-Letter",
    "MIME-Version",
    "Content-Type",
    "Content-Transfer-Encoding",
]
nasty = st.text() | st.text(alphabet="aé\r\n\0\t\x0b\x0c\x1c\x85\u2028\u2029:<>@=?\"' ,\ud800")


def mail(**changed: object) -> OutgoingMail:
    said: dict[str, object] = {
        "sender": CONTACT,
        "recipient": "camille.durand@example.fr",
        "reply_to": "contact+IM-2026-000123@imera-paris.com",
        "subject": "[IM-2026-000123] Nous avons bien reçu votre demande",
        "text": "Bonjour,\n\nc'est fait : à bientôt.\n",
        "at": AT,
        "letter": "IM-2026-000123_ack-3",
        "answers": ("<first@example.fr>", "<second@example.fr>"),
        "mark": "<IM-2026-000123@imera-paris.com>",
    }
    return OutgoingMail(**{**said, **changed})  # type: ignore[arg-type]


def read(raw: bytes) -> EmailMessage:
    found = message_from_bytes(raw, policy=policy.default)
    assert isinstance(found, EmailMessage)
    return found


def test_a_letter_reads_as_it_was_written() -> None:
    made = read(mail().to_bytes())
    assert made.keys() == HEADERS
    assert str(made["From"]) == "iméra <contact@imera-paris.com>"
    assert made["To"] == "camille.durand@example.fr"
    assert made["Reply-To"] == "contact+IM-2026-000123@imera-paris.com"
    assert made["Subject"] == "[IM-2026-000123] Nous avons bien reçu votre demande"
    assert parsedate_to_datetime(str(made["Date"])) == AT
    assert made["In-Reply-To"] == "<second@example.fr>"
    assert str(made["References"]).split() == [
        "<first@example.fr>",
        "<second@example.fr>",
        "<IM-2026-000123@imera-paris.com>",
    ]
    assert made["Auto-Submitted"] == "auto-replied"
    assert made["X-Imera-Letter"] == "IM-2026-000123_ack-3"
    assert made.get_content().replace("\r\n", "\n") == "Bonjour,\n\nc'est fait : à bientôt.\n"


def test_a_persons_own_answer_is_not_called_a_machines() -> None:
    assert read(mail(automatic=False).to_bytes())["Auto-Submitted"] is None


def test_what_answers_nothing_is_generated_and_not_replied() -> None:
    made = read(mail(answers=()).to_bytes())
    assert made["Auto-Submitted"] == "auto-generated"
    assert made["In-Reply-To"] is None
    assert made["References"] == "<IM-2026-000123@imera-paris.com>"


@given(subject=nasty, name=nasty, letter=nasty, ids=st.lists(nasty | nasty.map("<{}@x>".format)), text=nasty)
def test_nothing_that_somebody_wrote_can_end_a_header_or_begin_one(
    subject: str, name: str, letter: str, ids: list[str], text: str
) -> None:
    """Checklist 21. Lone surrogates, which no text of ours can hold, count as any other control character."""
    text = text.encode("utf-8", "replace").decode()
    raw = mail(
        subject=subject,
        sender=Address(CONTACT.address, name),
        letter=letter,
        answers=tuple(ids),
        text=text,
    ).to_bytes()
    head = raw.partition(b"\r\n\r\n")[0]
    begun = [line.split(b":")[0].decode() for line in head.split(b"\r\n") if line[:1] not in (b" ", b"\t")]
    assert begun == [name for name in HEADERS if name in begun]
    assert head.isascii()
    assert b"\0" not in head
    assert b"\r" not in head.replace(b"\r\n", b"")
    assert b"\n" not in head.replace(b"\r\n", b"")
    assert all(len(line) < 998 for line in raw.split(b"\r\n"))
    assert all(line.strip() for line in head.split(b"\r\n"))


@given(subject=st.text(max_size=200))
def test_a_subject_arrives_as_one_line_of_what_it_said(subject: str) -> None:
    expected = " ".join("".join(c if c.isprintable() else " " for c in subject).split())[:250]
    made = message_from_bytes(mail(subject=subject).to_bytes(), policy=policy.default)
    assert " ".join(str(made["Subject"] or "").split()) == expected


@given(
    text=st.text(
        alphabet=st.characters(
            exclude_characters="\r\x85\u2028\u2029\x0b\x0c\x1c\x1d\x1e", exclude_categories=["Cs"]
        )
    )
)
def test_a_text_arrives_whole(text: str) -> None:
    arrived = read(mail(text=text).to_bytes()).get_content().replace("\r\n", "\n")
    assert arrived.rstrip("\n") == text.rstrip("\n")


@pytest.mark.parametrize(
    "address",
    ["", "lea", "lea@", "@example.fr", "a b@example.fr", "a@b@c\r\nBcc: d@e", "a@example.fr\n", "léa@example.fr",
     "a..b@example.fr", ".a@example.fr", "a@.fr", "a@fr.", '"a"@example.fr', "a@[127.0.0.1]", "<a@example.fr>",
     "a@" + "x" * 300, "a,b@example.fr", "lea@straße.de", "lea@ｅxample.fr", "lea@exa\u200dmple.fr",
     "\0@example.fr", "a@exa\udc80mple.fr"],
)  # fmt: skip
def test_nobody_is_written_to_under_what_is_no_address(address: str) -> None:
    if address == "a@example.fr\n":
        assert addressable(address) == "a@example.fr"  # a line break around it is not of it
        return
    with pytest.raises(Unaddressable):
        mail(recipient=address).to_bytes()


def test_a_domain_in_any_letters_is_written_to_in_ascii() -> None:
    assert addressable("lea@exämple.fr") == "lea@xn--exmple-cua.fr"
    assert addressable(" Lea+x@Example.fr ") == "Lea+x@Example.fr"


def test_what_is_no_message_id_is_no_part_of_the_thread() -> None:
    forged = ("<a@b>", "a@b", "<a b@c>", "<a@b>\r\nBcc: c", "<>", "<" + "x" * 300 + "@y>", "<é@b>", "<a@b>")
    assert message_ids(forged) == ("<a@b>",)


def test_a_long_thread_keeps_its_first_and_its_latest_messages() -> None:
    made = read(mail(answers=tuple(f"<{n}@example.fr>" for n in range(30))).to_bytes())
    named = str(made["References"]).split()
    assert named[0] == "<0@example.fr>"
    assert named[-2] == made["In-Reply-To"] == "<29@example.fr>"
    assert len(named) == 11


def test_the_same_letter_is_the_same_bytes() -> None:
    """R5: sent again after a lost answer, nobody can tell the two apart."""
    original = Original(b"Subject: x\r\n\r\ny\r\n", "x.eml")
    assert mail(original=original).to_bytes() == mail(original=original).to_bytes()


ORIGINAL = b"From: a@example.fr\r\nSubject: O\xc3\xb9 est mon colis ?\r\n\r\nO\xc3\xb9 ?\r\n"


@pytest.mark.parametrize("raw", [ORIGINAL, ORIGINAL.replace(b"\xc3\xb9", b"u")])
def test_an_original_is_enclosed_as_the_message_that_it_is(raw: bytes) -> None:
    sent = mail(original=Original(raw, "IM-2026-000123.eml")).to_bytes()
    assert raw in sent
    text, enclosed = message_from_bytes(sent).get_payload()
    assert isinstance(text, Message)
    assert isinstance(enclosed, Message)
    assert enclosed.get_content_type() == "message/rfc822"
    assert enclosed.get_filename() == "IM-2026-000123.eml"
    inner = enclosed.get_payload()
    assert isinstance(inner, list)
    assert inner[0]["From"] == "a@example.fr"


@pytest.mark.parametrize(
    "raw", [b"A: b\n\nbare\n", b"A: b\r\n\r\n" + b"x" * 2000, b"A: b\r\n\r\n\0", b"\xff" * 3000, b""]
)
def test_an_original_that_cannot_travel_as_a_message_travels_as_a_file(raw: bytes) -> None:
    sent = mail(original=Original(raw, "x.eml")).to_bytes()
    assert all(len(line) < 998 for line in sent.split(b"\r\n"))
    if raw:
        [_, enclosed] = list(read(sent).iter_parts())
        assert enclosed.get_content_type() == "application/octet-stream"
        assert enclosed.get_content() == raw


def test_an_original_cannot_end_the_part_in_which_it_stands() -> None:
    inside = mail(original=Original(b"A: b\r\n\r\nx\r\n", "x.eml"), letter="known").to_bytes()
    boundary = inside.partition(b'boundary="')[2].partition(b'"')[0]
    hostile = b"A: b\r\n\r\n--" + boundary + b"--\r\nContent-Type: text/html\r\n\r\n<p>\r\n"
    sent = mail(original=Original(hostile, "x.eml"), letter="known").to_bytes()
    assert len(list(read(sent).iter_parts())) == 2


def test_a_files_name_is_a_plain_one() -> None:
    sent = mail(original=Original(ORIGINAL, 'a"\r\nX: y/../é.eml')).to_bytes()
    assert b'filename="a___X__y_.._' in sent
