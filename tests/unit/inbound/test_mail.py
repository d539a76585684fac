"""A mail is read as far as it can be, whatever its client made of it; the rest goes before a person."""

import base64
import hashlib
import quopri
from datetime import timedelta

import pytest

from privacy.inbound import mail as reader
from privacy.inbound.mail_limits import MAX_MESSAGE, MAX_TEXT
from tests.arriving import CONTACT, FROM, HEAD, STORED, mail, reads, ses
from tests.telling import CAMILLE

ASKS = "Je souhaite recevoir une copie de mes données à caractère personnel."


def parts(*told: str, kind: str = "mixed", boundary: str = "b", end: str = "--b--\n") -> str:
    """A multipart: its header, and its parts as they stand."""
    head = f'Content-Type: multipart/{kind}; boundary="{boundary}"\n\n'
    return head + "".join(f"--{boundary}\n{part}\n" for part in told) + end


# ---------------------------------------------------------------- who, when, which


def test_a_plain_message_says_who_wrote_what_to_whom() -> None:
    told = mail(ses() + HEAD + "References: <a@x> <b@x>\nIn-Reply-To: <b@x>\nReply-To: c@example.org\n")
    assert told.sender is not None
    assert told.sender.address == CAMILLE
    assert told.sender.name == "Camille Durand"
    assert (told.subject, told.text) == ("bonjour", "Bonjour.\n")
    assert told.message_id == "<one@example.fr>"
    assert told.in_reply_to == ("<a@x>", "<b@x>")
    assert told.recipients == (CONTACT,)
    assert [one.address for one in told.reply_to] == ["c@example.org"]
    assert (told.automatic, told.unread) == (None, ())


def test_the_envelopes_recipient_comes_first_and_keeps_its_plus() -> None:
    plus = "contact+IM-2026-000123@imera-paris.com"
    assert mail(ses(recipient=plus) + HEAD).recipients == (plus, CONTACT)


def test_the_digest_is_of_the_bytes_as_they_came() -> None:
    raw = (HEAD + "\nBonjour.\n").encode().replace(b"\n", b"\r\n")
    told = reader.read_mail(raw, mail_id="m", stored_at=STORED)
    assert (told.digest, told.size) == (hashlib.sha256(raw).hexdigest(), len(raw))


@pytest.mark.parametrize("name", ["From", "To", "Subject", "Message-ID", "Date"])
def test_a_header_that_is_missing_hinders_nothing(name: str) -> None:
    kept = "".join(line + "\n" for line in (HEAD + "Date: x\n").splitlines() if not line.startswith(name))
    told = mail(ses() + kept)
    assert told.text == "Bonjour.\n"
    assert told.unread == (("sender",) if name == "From" else ())


def test_a_message_without_headers_is_its_text() -> None:
    assert mail("", "supprimez mes données\n").text == "supprimez mes données\n"


def test_a_blank_line_that_is_missing_begins_the_body_all_the_same() -> None:
    assert mail(HEAD, "Supprimez mes données, merci.\n").text == "Supprimez mes données, merci.\n"


def test_lines_may_end_in_lf_alone() -> None:
    raw = (HEAD + parts(f"Content-Type: text/plain; charset=utf-8\n\n{ASKS}")).encode()
    assert reader.read_mail(raw, mail_id="m", stored_at=STORED).text == ASKS


def test_nobody_writes_from_our_own_address() -> None:
    told = mail(ses() + f"From: 'Camille' via contact <{CONTACT}>\n")
    assert (told.sender, told.unread) == (None, ("sender",))


def test_lines_whose_ends_were_doubled_are_lines() -> None:
    raw = (
        (HEAD + parts(f"Content-Type: text/plain; charset=utf-8\n\na\n{ASKS}"))
        .encode()
        .replace(b"\n", b"\r\r\n")
    )
    told = reader.read_mail(raw, mail_id="m", stored_at=STORED)
    assert (told.text, told.unread) == (f"a\n{ASKS}", ())


def test_what_ses_would_not_take_is_read_as_far_as_it_goes_and_shown() -> None:
    raw = (HEAD + "\n").encode() + b"a" * MAX_MESSAGE
    told = reader.read_mail(raw, mail_id="m", stored_at=STORED)
    assert "size" in told.unread
    assert told.size == len(raw)


def test_a_reader_that_breaks_hands_the_message_to_a_person(monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(raw: bytes) -> None:
        raise RuntimeError(raw)

    monkeypatch.setattr(reader, "structure", broken)
    told = mail(HEAD)
    assert (told.unread, told.sender, told.received_at) == (("message",), None, STORED)
    assert told.digest


# ---------------------------------------------------------------- words


@pytest.mark.parametrize(
    ("written", "read"),
    [
        ("=?utf-8?q?Mes_donn=C3=A9es?=", "Mes données"),
        ("=?ISO-8859-1?B?TWVzIGRvbm7pZXM=?=", "Mes données"),
        ("=?utf-8?b?w4k=?= =?utf-8?b?bG9kaWU=?=", "Élodie"),
        ("=?utf-8?q?=C3?= =?utf-8?q?=89lodie?=", "Élodie"),  # a character cut in two
        ("=?utf-8?q?=C3=89t=C3=A9?=\r\n =?iso-8859-15?q?_=A4?=", "Été €"),
        ("Re: =?utf-8?q?donn=C3=A9es?= et plus", "Re: données et plus"),
        ("=?utf-8*fr?q?donn=C3=A9es?=", "données"),
        ("=?x-unknown?q?donn=C3=A9es?=", "données"),
        ("=?utf-8?q?donn", "=?utf-8?q?donn"),
        ("=?utf-8?b?!!!?=", ""),
        ("droit à l'oubli", "droit à l'oubli"),
        ("plié\r\n  en deux", "plié en deux"),
        ("bonjour\x00\x1b[31m \u202egnp.exe", "bonjour[31m gnp.exe"),
    ],
)
def test_a_subject_is_read_as_it_is_shown(written: str, read: str) -> None:
    assert mail(FROM + f"Subject: {written}\n").subject == read


def test_a_subject_in_8_bits_of_latin_1_is_read() -> None:
    assert mail(FROM.encode() + b"Subject: Mes donn\xe9es\n").subject == "Mes données"


@pytest.mark.parametrize(
    ("charset", "encoded"),
    [
        ("utf-8", ASKS.encode()),
        ("iso-8859-1", ASKS.encode("latin-1")),
        ("iso-8859-1", ASKS.encode()),  # says one thing and sends another
        ("us-ascii", ASKS.encode("cp1252")),
        ("utf-8", ASKS.encode("cp1252")),
        ("windows-1252", ASKS.encode("cp1252")),
        ("macintosh", ASKS.encode("mac-roman")),
        ("utf-16", ASKS.encode("utf-16")),
        ("utf-7", ASKS.encode("utf-7")),
        ("", ASKS.encode("cp1252")),
        ("no-such-charset", ASKS.encode()),
        ("punycode", ASKS.encode()),
        ("rot13", ASKS.encode()),
    ],
)
def test_a_charset_is_believed_as_far_as_the_bytes_bear_it_out(charset: str, encoded: bytes) -> None:
    named = f'; charset="{charset}"' if charset else ""
    head = f"Content-Type: text/plain{named}\nContent-Transfer-Encoding: base64\n"
    assert reads(head, base64.encodebytes(encoded)) == ASKS


def test_bytes_of_no_charset_are_shown_to_a_person() -> None:
    told = mail(HEAD + "Content-Type: text/plain; charset=utf-8\n", b"\nBonjour \x81\x8d\xff\n")
    assert told.unread == ("charset",)
    assert told.text.startswith("Bonjour ")


@pytest.mark.parametrize(
    ("sent", "read"),
    [
        ("Bonjour, \nje voudrais \nune copie.\n\nMerci\n", "Bonjour, je voudrais une copie.\n\nMerci\n"),
        ("> cité \n> encore\nà moi\n", "> cité encore\nà moi\n"),
        (">> a \n> b\n", ">> a \n> b\n"),
        (" >pas une citation\n", ">pas une citation\n"),
        ("Camille\n-- \nDurand\n", "Camille\n-- \nDurand\n"),
    ],
)
def test_flowed_lines_are_put_together_again(sent: str, read: str) -> None:
    assert reads("Content-Type: text/plain; charset=utf-8; format=flowed\n", sent) == read


def test_flowed_words_cut_in_two_are_one_again() -> None:
    head = "Content-Type: text/plain; charset=utf-8; format=flowed; delsp=yes\n"
    assert reads(head, "suppri \nmez-moi\n") == "supprimez-moi\n"


# ---------------------------------------------------------------- parts


def test_html_alone_is_read_in_its_own_charset() -> None:
    """E53"""
    html = f"<html><body><p>Bonjour,</p><p>{ASKS}</p></body></html>".encode("latin-1")
    head = "Content-Type: text/html; charset=iso-8859-1\nContent-Transfer-Encoding: quoted-printable\n"
    assert reads(head, quopri.encodestring(html)) == f"Bonjour,\n\n{ASKS}"


def test_of_two_versions_that_agree_the_plain_one_is_read() -> None:
    html = f"Content-Type: text/html; charset=utf-8\n\n<p>Bonjour, {ASKS}</p>"
    plain = f"Content-Type: text/plain; charset=utf-8\n\nBonjour, {ASKS}\n> cité"
    told = mail(HEAD + parts(plain, html, kind="alternative"), "")
    assert told.text == f"Bonjour, {ASKS}\n> cité"
    assert told.unread == ()


def test_of_two_versions_that_differ_both_are_read_and_a_person_looks() -> None:
    plain = "Content-Type: text/plain; charset=utf-8\n\nSupprimez toutes mes données personnelles"
    html = "Content-Type: text/html; charset=utf-8\n\n<p>Où est mon colis, commande en retard ?</p>"
    told = mail(HEAD + parts(plain, html, kind="alternative"), "")
    assert "colis" in told.text
    assert "Supprimez" in told.text
    assert told.unread == ("alternatives",)


def test_a_version_that_says_less_is_not_read_instead_of_the_other() -> None:
    plain = "Content-Type: text/plain\n\nBonjour"
    html = f"Content-Type: text/html; charset=utf-8\n\n<p>Bonjour</p><p>{ASKS}</p>"
    told = mail(HEAD + parts(plain, html, kind="alternative"), "")
    assert told.text == f"Bonjour\n\n{ASKS}"
    assert told.unread == ()


def test_text_around_a_picture_is_read_on_both_sides() -> None:
    picture = "Content-Type: image/png; name=a.png\nContent-Disposition: inline\n\nx"
    told = mail(
        HEAD + parts("Content-Type: text/plain\n\navant", picture, "Content-Type: text/plain\n\naprès"), ""
    )
    assert told.text == "avant\n\naprès"
    assert [one.name for one in told.attachments] == ["a.png"]


def test_an_attachment_is_named_measured_and_not_opened() -> None:
    content = b"%PDF-1.7 supprimez mes donn\xc3\xa9es"
    part = (
        "Content-Type: application/pdf\nContent-Transfer-Encoding: base64\n"
        f"Content-Disposition: attachment; filename=lettre.pdf\n\n{base64.encodebytes(content).decode()}"
    )
    told = mail(HEAD + parts("Content-Type: text/plain\n\nvoir la lettre", part), "")
    (attached,) = told.attachments
    assert attached == ("lettre.pdf", "application/pdf", len(content), hashlib.sha256(content).hexdigest())
    assert "supprimez" not in told.text


@pytest.mark.parametrize(
    ("written", "name"),
    [
        ("filename*=utf-8''pi%C3%A8ce%20jointe.pdf", "pièce jointe.pdf"),
        ("filename*0*=utf-8''pi%C3%A8;\n filename*1*=ce%20jointe;\n filename*2=.pdf", "pièce jointe.pdf"),
        ('filename="=?utf-8?q?pi=C3=A8ce.pdf?="', "pièce.pdf"),
        ("filename*=iso-8859-1'fr'pi%E8ce.pdf; filename=x.pdf", "pièce.pdf"),
        (r'filename="a\"b.pdf"', 'a"b.pdf'),
        (r'filename="C:\\Users\\camille\\lettre.pdf"', "lettre.pdf"),
        ('filename="../../etc/passwd"', "passwd"),
        ('filename="lettre\u202efdp.exe"', "lettrefdp.exe"),
        ("filename=sans guillemets.pdf", "sans guillemets.pdf"),
        ("filename", ""),
        ('filename="', ""),
    ],
)
def test_a_files_name_is_read_in_each_way_that_it_is_written(written: str, name: str) -> None:
    part = f"Content-Type: application/pdf\nContent-Disposition: attachment; {written}\n\nx"
    (attached,) = mail(HEAD + parts(part), "").attachments
    assert attached.name == name


def test_a_letter_that_is_only_attached_goes_before_a_person() -> None:
    """E54"""
    told = mail(
        HEAD + parts("Content-Type: text/plain\n\n", "Content-Type: application/pdf; name=a.pdf\n\nx"), ""
    )
    assert told.text.strip() == ""
    assert told.unread == ("attachments",)


def test_a_message_within_is_attached_and_not_read_as_the_writers_own() -> None:
    inner = "Content-Type: message/rfc822\n\nFrom: b@example.org\nSubject: autre\n\nsupprimez tout"
    told = mail(HEAD + parts("Content-Type: text/plain\n\nvoici ce que j'ai reçu", inner), "")
    assert told.text == "voici ce que j'ai reçu"
    assert told.attachments[0].media_type == "message/rfc822"
    assert told.sender is not None
    assert told.sender.address == CAMILLE


@pytest.mark.parametrize(
    "body",
    [
        "Content-Type: multipart/mixed\n\n--b\nContent-Type: text/plain\n\nBonjour\n--b--\n",  # no boundary named
        'Content-Type: multipart/mixed; boundary="other"\n\n--b\nContent-Type: text/plain\n\nBonjour\n--b--\n',
        'Content-Type: multipart/mixed; boundary="b"\n\nBonjour\n',  # none found
    ],
)
def test_a_boundary_that_is_missing_hides_no_text(body: str) -> None:
    told = mail(HEAD + body, "")
    assert "Bonjour" in told.text
    assert told.unread == ("structure",)


def test_an_end_that_is_missing_ends_with_the_message() -> None:
    assert mail(HEAD + parts("Content-Type: text/plain\n\nBonjour", end=""), "").text.strip() == "Bonjour"


def test_the_boundary_of_the_outer_parts_ends_the_inner_ones() -> None:
    inner = parts("Content-Type: text/plain\n\nà moi", kind="alternative", boundary="bb", end="")
    told = mail(HEAD + parts(inner, "Content-Type: application/pdf; name=a.pdf\n\n--bb\n\npas à moi"), "")
    assert told.text.strip() == "à moi"


def test_what_nobody_can_read_is_said() -> None:
    sealed = parts("Content-Type: application/pgp-encrypted\n\nVersion: 1", kind="encrypted")
    assert mail(HEAD + sealed, "").unread == ("attachments", "encrypted")
    assert mail(HEAD, "\n-----BEGIN PGP MESSAGE-----\n\nhQEMA\n").unread == ("encrypted",)
    assert "encoding" in mail(HEAD + "Content-Transfer-Encoding: x-uuencode\n").unread


def test_a_text_too_long_to_be_understood_is_cut_and_said() -> None:
    told = mail(HEAD, "\n" + "a" * (MAX_TEXT + 1))
    assert (len(told.text), told.unread) == (MAX_TEXT, ("text",))


# ---------------------------------------------------------------- winmail.dat


def winmail(*attributes: tuple[int, bytes]) -> str:
    """As Outlook packs it."""
    packed = b"\x78\x9f\x3e\x22\x01\x00"
    for kind, content in attributes:
        packed += (
            b"\x01" + kind.to_bytes(4, "little") + len(content).to_bytes(4, "little") + content + b"\0\0"
        )
    return (
        "Content-Type: application/ms-tnef; name=winmail.dat\nContent-Transfer-Encoding: base64\n\n"
        + base64.encodebytes(packed).decode()
    )


BODY, FILE_NAME = 0x0002800C, 0x00018010


def test_a_winmail_dat_is_read_where_there_is_no_other_text() -> None:
    told = mail(HEAD + parts(winmail((0x9006, b"\0\0\1\0"), (BODY, b"Supprimez-moi.\0"))), "")
    assert told.text == "Supprimez-moi."
    assert "winmail.dat" not in told.unread


def test_beside_a_text_a_winmail_dat_is_an_attachment() -> None:
    told = mail(HEAD + parts("Content-Type: text/plain\n\nBonjour", winmail((BODY, b"autre chose"))), "")
    assert (told.text, told.unread) == ("Bonjour", ())


@pytest.mark.parametrize(
    "content", [b"", b"\x78\x9f\x3e\x22", b"\x78\x9f\x3e\x22\x01\x00\x01\x0c\x80\x02\x00\xff\xff\xff\xff"]
)
def test_a_winmail_dat_without_text_goes_before_a_person(content: bytes) -> None:
    head = "Content-Type: application/ms-tnef\nContent-Transfer-Encoding: base64\n\n"
    part = head + base64.b64encode(content).decode()
    assert "winmail.dat" in mail(HEAD + parts(part), "").unread


# ---------------------------------------------------------------- identity documents


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("carte_identite_recto.jpg", "voici ma demande"),
        ("CNI.pdf", "bonjour"),
        ("passeport-durand.pdf", "bonjour"),
        ("my id.png", "hello"),
        ("IMG_2041.jpg", "Vous trouverez ma pièce d’identité ci-jointe."),
        ("scan.pdf", "Please find attached a copy of my passport."),
        ("scan.pdf", "Bonjour\n\nen pj :\n- ma carte d'identité\n- un timbre"),
        ("scan.pdf", "Ich habe eine Kopie meines Personalausweises... Personalausweis im Anhang."),
    ],
)
def test_an_identity_document_that_nobody_asked_for_is_noticed(name: str, text: str) -> None:
    """E75"""
    part = f'Content-Type: image/jpeg; name="{name}"\n\nx'
    told = mail(HEAD + parts(f"Content-Type: text/plain; charset=utf-8\n\n{text}", part), "")
    assert told.identity_documents == (0,)


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("robe.jpg", "La robe est arrivée déchirée, photo ci-jointe."),
        (
            "facture.pdf",
            "Faut-il une pièce d’identité ? Je n'en envoie pas." + " x" * 100 + " Facture en pièce jointe.",
        ),
        ("video.mp4", "voyez"),
        ("humid.jpg", "photo"),
        ("order id 1042.pdf", "Please find attached my order."),
        ("scan.pdf", "Voici ma demande, sans pièce d’identité."),
        ("scan.pdf", "Voici la facture.\n> Une pièce d'identité est jointe."),
    ],
)
def test_other_attachments_are_left_alone(name: str, text: str) -> None:
    part = f'Content-Type: image/jpeg; name="{name}"\n\nx'
    told = mail(HEAD + parts(f"Content-Type: text/plain; charset=utf-8\n\n{text}", part), "")
    assert told.identity_documents == ()


def test_what_comes_beside_an_identity_document_stays() -> None:
    text = (
        "Content-Type: text/plain; charset=utf-8\n\nCi-joint le mandat et la pièce d'identité de ma cliente."
    )
    named = [f"Content-Type: application/pdf; name={name}\n\nx" for name in ("mandat.pdf", "cni.pdf")]
    silent = [f"Content-Type: application/pdf; name={name}\n\nx" for name in ("mandat.pdf", "IMG_2041.pdf")]
    assert mail(HEAD + parts(text, *named), "").identity_documents == (1,)
    assert mail(HEAD + parts(text, *silent), "").identity_documents == (1,)


def test_an_identity_document_within_a_winmail_dat_is_noticed() -> None:
    packed = winmail((FILE_NAME, b"passeport.jpg\0"))
    told = mail(HEAD + parts("Content-Type: text/plain\n\nbonjour", packed), "")
    assert told.identity_documents == (0,)


def test_the_clock_is_the_stores_where_no_server_says_more() -> None:
    assert mail(HEAD).received_at == STORED
    assert mail(ses() + HEAD).received_at == STORED - timedelta(seconds=5)
