"""What Python's own e-mail library writes is read as it was told, whatever the letters of names, words and files."""

import hashlib
import unicodedata
from email.headerregistry import Address as Mailbox
from email.message import EmailMessage
from email.policy import SMTP, SMTPUTF8

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.inbound.mail import read_mail
from privacy.inbound.mail_card_redaction import without_cards
from privacy.inbound.mail_headers import tidy
from privacy.inbound.mail_redaction import without_parts
from tests.arriving import STORED

_LETTERS = st.characters(
    codec="utf-8",
    exclude_categories=("Cc", "Cs", "Zl", "Zp", "Cn", "Co", "Cf"),
    exclude_characters="\u00a0\u3000",
)
WORDS = st.text(_LETTERS, min_size=1, max_size=120).map(tidy).filter(lambda text: text and "=?" not in text)
#: Lines that are no quotes, no digits and no delimiters.
TEXTS = st.lists(st.text(_LETTERS, max_size=200), min_size=1, max_size=8).map("\n".join).filter(str.strip)
NAMES = (
    st.text(st.characters(codec="utf-8", categories=("L", "N", "Zs")), min_size=1, max_size=60)
    .map(tidy)
    .filter(bool)
)
FILES = st.lists(st.tuples(NAMES, st.binary(max_size=300)), max_size=3)


@given(
    WORDS, NAMES, TEXTS, FILES, st.sampled_from(["7bit", "quoted-printable", "base64", "8bit"]), st.booleans()
)
def test_a_message_is_read_as_it_was_told(
    subject: str, name: str, text: str, files: list[tuple[str, bytes]], encoding: str, international: bool
) -> None:
    message = EmailMessage()
    message["From"] = Mailbox(name, "camille.durand", "example.fr")
    message["Subject"] = subject
    text = text.replace("\r", "")
    if encoding == "7bit" and (not text.isascii() or max(map(len, text.split("\n"))) > 900):
        encoding = "base64"
    message.set_content(text, cte=encoding)
    for called, content in files:
        message.add_attachment(content, maintype="application", subtype="pdf", filename=called)
    raw = message.as_bytes(policy=SMTPUTF8 if international else SMTP)
    told = read_mail(raw, mail_id="m", stored_at=STORED)
    assert told.sender is not None
    assert (told.sender.address, told.sender.name) == ("camille.durand@example.fr", name)
    assert told.subject == subject
    assert told.text.rstrip("\n") == text.rstrip("\n")
    assert [(one.size, one.sha256) for one in told.attachments] == [
        (len(content), hashlib.sha256(content).hexdigest()) for _, content in files
    ]
    assert [one.name for one in told.attachments] == [called for called, _ in files]
    cut = without_parts(raw, range(len(files)))
    assert read_mail(cut, mail_id="m", stored_at=STORED).text == told.text


CARD = "4242 4242 4242 4242"


@given(
    TEXTS, TEXTS, st.sampled_from(["quoted-printable", "base64", "8bit"]), st.sampled_from(["plain", "html"])
)
def test_a_card_number_among_any_words_is_struck_out(
    before: str, after: str, encoding: str, kind: str
) -> None:
    message = EmailMessage()
    message["From"] = "camille.durand@example.fr"
    told = f"{before}\n\nCarte {CARD}.\n\n{after}".replace("\r", "").replace("<", "").replace("&", "")
    message.set_content(told, subtype=kind, cte=encoding)
    struck = read_mail(without_cards(message.as_bytes(policy=SMTP)), mail_id="m", stored_at=STORED)
    assert "4242" not in struck.text
    assert "XXXX XXXX XXXX XXXX" in struck.text


@pytest.mark.parametrize("form", ["NFC", "NFD"])
def test_letters_of_two_characters_stay_as_they_were_written(form: str) -> None:
    message = EmailMessage()
    message["Subject"] = subject = unicodedata.normalize(form, "Élodie, été")
    message.set_content("x")
    assert read_mail(message.as_bytes(policy=SMTP), mail_id="m", stored_at=STORED).subject == subject
