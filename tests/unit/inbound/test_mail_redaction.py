"""No card number is stored anywhere, no identity document is kept, and everything else stays as it was (E75, F11)."""

import base64
import binascii
import quopri
from email import message_from_bytes, policy

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.inbound import mail_card_redaction
from privacy.inbound.mail import read_mail
from privacy.inbound.mail_card_redaction import without_cards
from privacy.inbound.mail_cards import struck_out
from privacy.inbound.mail_redaction import without_parts
from tests.arriving import HEAD, STORED, crlf, ses

#: The networks' and Stripe's test numbers.
NUMBERS = (
    "4242424242424242",
    "4000056655665556",
    "5555555555554444",
    "2223003122003222",
    "378282246310005",
    "6011111111111117",
    "30569309025904",
    "36227206271667",
    "3566002020360505",
    "6200000000000005",
    "4222222222222",
    "6759649826438453",
)


@pytest.mark.parametrize("number", NUMBERS)
@pytest.mark.parametrize("between", ["", " ", "-", ".", " - ", "\u00a0", "\u202f"])
def test_a_card_number_is_struck_out_however_it_is_grouped(number: str, between: str) -> None:
    grouped = between.join(number[at : at + 4] for at in range(0, len(number), 4))
    struck = struck_out(f"ma carte {grouped}, merci")
    assert struck == f"ma carte {''.join('X' if digit.isdigit() else digit for digit in grouped)}, merci"


@pytest.mark.parametrize(
    ("written", "struck"),
    [
        ("4242 4242 4242 4242 12/27 123", "XXXX XXXX XXXX XXXX 12/27 XXX"),
        ("4242424242424242 exp 12/2027 cvc 123", "XXXXXXXXXXXXXXXX exp 12/2027 cvc XXX"),
        ("378282246310005 1234", "XXXXXXXXXXXXXXX XXXX"),
        ("commande 1042 4242 4242 4242 4242", "commande 1042 XXXX XXXX XXXX XXXX"),
        ("4242 4242 4242 4242 et 5555 5555 5555 4444", "XXXX XXXX XXXX XXXX et XXXX XXXX XXXX XXXX"),
        ("４２４２ ４２４２ ４２４２ ４２４２", "ＸＸＸＸ ＸＸＸＸ ＸＸＸＸ ＸＸＸＸ"),
        ("CVC: 123", "CVC: XXX"),
        ("Cvv2 = 1234", "Cvv2 = XXXX"),
        ("le cryptogramme visuel est le 123.", "le cryptogramme visuel est le XXX."),
        ("CODE DE SÉCURITÉ 123", "CODE DE SÉCURITÉ XXX"),
        ("security code is 123", "security code is XXX"),
        ("4242 4242\n4242 4242", "XXXX XXXX\nXXXX XXXX"),
        ("> 4242 4242\n> 4242 4242", "> XXXX XXXX\n> XXXX XXXX"),
        ("les 3 chiffres au dos : 123", "les 3 chiffres au dos : XXX"),
    ],
)
def test_a_code_is_struck_out_beside_its_number_or_its_name(written: str, struck: str) -> None:
    assert struck_out(written) == struck


@pytest.mark.parametrize(
    "written",
    [
        "commande 1042, colis 6A12345678901",
        "4242 4242 4242 4243",  # its last digit does not fit
        "FR76 3000 6000 0112 3456 7890 189",
        "SIRET 732 829 320 00074",
        "06 12 34 56 78, 01 23 45 67 89",
        "20 novembre 2026, 2026-11-20 09:00",
        "41111111111111111111",
        "0000000000000000",
        "9780306406157",
        "les 3 derniers mois, 150 euros",
        "code postal 69003, code promo 1234",
        "je l'ai eu en 1985",
        "",
    ],
)
def test_other_numbers_stay(written: str) -> None:
    assert struck_out(written) == written
    assert struck_out(written, html=True) == written


def test_in_html_a_number_is_found_across_what_nobody_sees() -> None:
    html = '4242<b size="7">4242</b>&nbsp;<wbr>4242<br>4242 <td width=20>CVC</td><td>123</td>'
    struck = 'XXXX<b size="7">XXXX</b>&nbsp;<wbr>XXXX<br>XXXX <td width=20>CVC</td><td>XXX</td>'
    assert struck_out(html, html=True) == struck


def test_who_writes_nothing_but_digits_has_them_all_struck_out() -> None:
    assert not any(c.isdigit() for c in struck_out("1234567890123 x " * 5_000)[-1_000:])


@given(st.text(alphabet="0123456789 -.42CVcv:x\n<>&;#", max_size=200), st.booleans())
def test_striking_out_twice_changes_nothing_more_and_no_length(text: str, html: bool) -> None:
    once = struck_out(text, html=html)
    assert len(once) == len(text)
    assert struck_out(once, html=html) == once
    assert all(a == b or (a.isdigit() and b == "X") for a, b in zip(text, once, strict=True))


# ---------------------------------------------------------------- in a message

TEXT = "Élodie, été à 20 % =\nma carte 4242 4242 4242 4242, CVC 123\nle reste\n"
STRUCK = "Élodie, été à 20 % =\nma carte XXXX XXXX XXXX XXXX, CVC XXX\nle reste\n"


def sent(text: str, charset: str, encoding: str, kind: str = "plain") -> bytes:
    """One part with its headers."""
    content = crlf(text.encode()).decode().encode(charset)
    encoded = {"base64": base64.encodebytes, "quoted-printable": quopri.encodestring}.get(encoding, bytes)(
        content
    )
    return (
        f"Content-Type: text/{kind}; charset={charset}\nContent-Transfer-Encoding: {encoding}\n\n".encode()
        + encoded
    )


WAYS = [
    ("utf-8", "8bit"),
    ("utf-8", "base64"),
    ("utf-8", "quoted-printable"),
    ("iso-8859-1", "8bit"),
    ("iso-8859-1", "quoted-printable"),
    ("windows-1252", "base64"),
    ("utf-16", "base64"),
    ("utf-16le", "base64"),
    ("utf-7", "7bit"),
]


@pytest.mark.parametrize(("charset", "encoding"), WAYS)
@pytest.mark.parametrize("kind", ["plain", "html", "csv"])
def test_in_each_encoding_the_digits_go_and_nothing_else(charset: str, encoding: str, kind: str) -> None:
    before = HEAD.encode() + sent(TEXT, charset, encoding, kind)
    after = without_cards(before)
    part = message_from_bytes(after)
    content = part.get_payload(decode=True)
    assert isinstance(content, bytes)
    assert content.decode(charset).replace("\r\n", "\n") == STRUCK
    assert without_cards(after) == after


@pytest.mark.parametrize(("charset", "encoding"), WAYS)
def test_around_the_part_every_byte_stays(charset: str, encoding: str) -> None:
    other = b"Content-Type: application/pdf; name=a.pdf\n\n4242424242424242 \x00\xff\n"
    whole = b"--b\n%b\n--b\n" + other + b"--b--\nend\n"
    head = ses().encode() + HEAD.encode() + b"Content-Type: multipart/mixed; boundary=b\n\npreamble\n"
    before = head + whole % sent(TEXT, charset, encoding)
    after = without_cards(before)
    assert after.startswith(head)
    assert after.endswith(other + b"--b--\nend\n")
    assert after != before


@pytest.mark.parametrize(("charset", "encoding"), WAYS)
def test_a_message_without_cards_is_the_same_bytes(charset: str, encoding: str) -> None:
    before = HEAD.encode() + sent(STRUCK, charset, encoding)
    assert without_cards(before) is before


def test_lines_of_base64_stay_as_long_as_they_were() -> None:
    before = sent(TEXT * 20, "utf-8", "base64")
    after = without_cards(before)
    assert [len(line) for line in after.split(b"\n")] == [len(line) for line in before.split(b"\n")]


def test_a_number_cut_by_soft_line_breaks_goes() -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
    after = without_cards(head + b"=3424=32 4242 42=\n42 4=324=32 =E9\n")
    assert after.endswith(b"XXXX XXXX XX=\nXX XXXX =E9\n")


def test_quoted_printable_that_is_none_loses_only_its_digits() -> None:
    head = b"Content-Type: text/plain\nContent-Transfer-Encoding: quoted-printable\n\n"
    odd = b"a= \nb==\n=zz 4242424242424242 =4\n"
    struck = message_from_bytes(without_cards(head + odd)).get_payload(decode=True)
    assert struck == binascii.a2b_qp(odd).replace(b"4242424242424242", b"X" * 16)


@pytest.mark.parametrize(
    ("field", "read"),
    [
        ("Subject: carte 4242 4242 4242 4242", "carte XXXX XXXX XXXX XXXX"),
        (
            "Subject: =?utf-8?b?" + base64.b64encode(b"carte 4242424242424242").decode() + "?=",
            "carte " + "X" * 16,
        ),
        ("Subject: =?utf-8?q?carte_4242_4242?= 4242 4242", "carte XXXX XXXX XXXX XXXX"),
        ("Subject: 4242 4242\n 4242 4242", "XXXX XXXX XXXX XXXX"),
    ],
)
def test_a_number_in_the_subject_goes(field: str, read: str) -> None:
    after = without_cards(f"From: a@example.fr\n{field}\nTo: b@example.fr\n\nx\n".encode())
    told = message_from_bytes(after, policy=policy.default)
    assert " ".join(str(told["Subject"]).split()) == read
    assert after.startswith(b"From: a@example.fr\nSubject:")
    assert after.endswith(b"\nTo: b@example.fr\n\nx\n")


@pytest.mark.parametrize(
    "written",
    [
        'name="4242 4242 4242 4242.pdf"',
        "name*=utf-8''4242%204242%204242%204242.pdf",
        "name*0*=utf-8''4242%204242;\n name*1=\" 4242 4242.pdf\"",
    ],
)
def test_a_number_in_a_files_name_goes(written: str) -> None:
    after = without_cards(f"Content-Type: application/pdf; x=y;\n {written}\n\nx\n".encode())
    told = message_from_bytes(after, policy=policy.default)
    assert told.get_filename() == "XXXX XXXX XXXX XXXX.pdf"
    assert told.get_content_type() == "application/pdf"


@pytest.mark.parametrize(
    "field",
    [
        "Message-ID: <4242424242424242@example.fr>",
        "References: <4242424242424242@example.fr>",
        "DKIM-Signature: b=4242424242424242",
        "From: 4242424242424242@example.fr",
        "X-Order: 4242424242424242",
    ],
)
def test_ids_signatures_and_addresses_stay(field: str) -> None:
    before = f"{field}\n\nx\n".encode()
    assert without_cards(before) == before


def test_a_number_goes_in_messages_within_and_between_parts() -> None:
    inner = b"Content-Type: message/rfc822\n\nSubject: 4242424242424242\n\n4242424242424242\n"
    coded = b"Content-Type: message/rfc822\nContent-Transfer-Encoding: base64\n\n" + base64.encodebytes(inner)
    head = b"Content-Type: multipart/mixed; boundary=b\n\n"
    whole = head + b"4242424242424242\n--b\n%b\n--b\n%b\n--b--\n4242424242424242\n"
    after = without_cards(whole % (inner, coded))
    assert b"4242" not in after
    assert b"4242" not in base64.b64decode(after.partition(b"base64\n\n")[2].partition(b"--b")[0])


def test_a_boundary_of_such_digits_stays() -> None:
    head = b"Content-Type: multipart/mixed; boundary=4242424242424242\n\n4242424242424242\n"
    before = head + b"--4242424242424242\n\n4242424242424242\n--4242424242424242--\n"
    after = before.replace(b"\n4242424242424242\n", b"\nXXXXXXXXXXXXXXXX\n")
    assert without_cards(before) == after


def test_a_number_written_in_entities_goes() -> None:
    before = b"Content-Type: text/html\n\n<p>&#52;242 42&#x34;2 4242 4242</p>\n"
    assert b"42" not in without_cards(before)


def test_what_breaks_the_reader_is_struck_out_as_it_stands(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> None:
        raise RuntimeError

    monkeypatch.setattr(mail_card_redaction, "structure", broken)
    assert without_cards(b"4242424242424242 \xff") == b"XXXXXXXXXXXXXXXX \xff"


@given(st.binary(max_size=300))
def test_any_bytes_come_back(raw: bytes) -> None:
    assert without_cards(raw) == without_cards(without_cards(raw))


# ---------------------------------------------------------------- parts


def attached(name: str, content: bytes = b"x" * 100) -> bytes:
    head = f"Content-Type: image/jpeg; name={name}\nContent-Transfer-Encoding: base64\n\n"
    return head.encode() + base64.encodebytes(content)


BEGINS = (
    HEAD.encode() + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/plain\n\nBonjour\n"
)


def test_a_document_is_cut_and_the_others_stay_where_they_were() -> None:
    """E75"""
    raw = crlf(
        BEGINS
        + b"--b\n"
        + attached("a.jpg")
        + b"--b\n"
        + attached("cni.jpg")
        + b"--b\n"
        + attached("c.jpg")
        + b"--b--\n"
    )
    told = read_mail(raw, mail_id="m", stored_at=STORED)
    assert told.identity_documents == (1,)
    cut = without_parts(raw, told.identity_documents)
    after = read_mail(cut, mail_id="m", stored_at=STORED)
    assert [one.name for one in after.attachments] == ["a.jpg", "removed.txt", "c.jpg"]
    assert (after.text, after.identity_documents) == (told.text, ())
    assert after.attachments[::2] == told.attachments[::2]
    assert without_parts(cut, (1,)) == cut
    before, _, rest = cut.partition(b"Content-Type: text/plain; charset=us-ascii")
    assert raw.startswith(before)
    assert raw.endswith(rest.partition(b"asked for it.")[2])


@pytest.mark.parametrize("end", [b"--b--\n", b"--b", b""])
def test_the_last_part_is_cut_wherever_the_message_ends(end: bytes) -> None:
    raw = crlf(BEGINS + b"--b\n" + attached("cni.jpg") + end)
    cut = without_parts(raw, (0,))
    assert base64.b64encode(b"x" * 30) not in cut
    assert read_mail(cut, mail_id="m", stored_at=STORED).attachments[0].name == "removed.txt"
    assert without_parts(cut, (0,)) == cut


def test_a_message_that_is_nothing_else_keeps_who_wrote_it() -> None:
    raw = crlf(HEAD.encode() + attached("passeport.jpg"))
    cut = without_parts(raw, (0,))
    after = read_mail(cut, mail_id="m", stored_at=STORED)
    assert cut.startswith(crlf(HEAD.encode()))
    assert [one.name for one in after.attachments] == ["removed.txt"]
    assert without_parts(cut, (0,)) == cut


def test_where_nothing_is_named_nothing_is_cut() -> None:
    raw = crlf(BEGINS + b"--b\n" + attached("a.jpg") + b"--b--\n")
    assert without_parts(raw, ()) is raw
    assert without_parts(raw, (7,)) is raw
