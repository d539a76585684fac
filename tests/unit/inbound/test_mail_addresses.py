"""From names one mailbox, or nobody: what two programs could read in two ways is nobody's (checklist 1-5)."""

import pytest

from privacy.inbound.mail_addresses import mailboxes, only_mailbox
from privacy.inbound.mail_limits import MAX_ADDRESSES
from tests.arriving import mail
from tests.telling import CAMILLE

EVIL = "evil@forged.example"


def sender(*values: str | bytes) -> tuple[str, str] | None:
    return only_mailbox([value if isinstance(value, bytes) else value.encode() for value in values])


@pytest.mark.parametrize(
    ("written", "address", "name"),
    [
        (CAMILLE, CAMILLE, ""),
        (f"<{CAMILLE}>", CAMILLE, ""),
        (f"Camille Durand <{CAMILLE}>", CAMILLE, "Camille Durand"),
        (f'"Durand, Camille" <{CAMILLE}>', CAMILLE, "Durand, Camille"),
        (f"Durand, Camille <{CAMILLE}>", CAMILLE, "Durand, Camille"),  # what should stand in quotes
        (f"{CAMILLE} (Camille Durand)", CAMILLE, "Camille Durand"),
        (f'"Camille \\"la rousse\\"" <{CAMILLE}>', CAMILLE, 'Camille "la rousse"'),
        (f"=?utf-8?q?=C3=89lodie?= <{CAMILLE}>", CAMILLE, "Élodie"),
        (f'"=?utf-8?q?=C3=89lodie?=" <{CAMILLE}>', CAMILLE, "Élodie"),
        (f"{CAMILLE} <{CAMILLE}>", CAMILLE, CAMILLE),
        (f'"{CAMILLE}" <{EVIL}>', EVIL, CAMILLE),  # a name is a name, whatever it looks like
        ("Camille <camille.durand+imera@example.fr>", "camille.durand+imera@example.fr", "Camille"),
        ("<CAMILLE.DURAND@EXAMPLE.FR>", "CAMILLE.DURAND@EXAMPLE.FR", ""),
        ("José <josé@exämple.example>", "josé@exämple.example", "José"),
        ("<o'brien_1&co@example.org>", "o'brien_1&co@example.org", ""),
        (f"Camille\r\n Durand\r\n <{CAMILLE}>", CAMILLE, "Camille Durand"),
        (f"<{CAMILLE}.>", CAMILLE, ""),
    ],
)
def test_one_mailbox_is_read_with_its_name(written: str, address: str, name: str) -> None:
    assert sender(written) == (address, name)


@pytest.mark.parametrize(
    "values",
    [
        (),
        ("",),
        (CAMILLE, EVIL),  # two fields
        (CAMILLE, CAMILLE),
        (f"{CAMILLE}, {EVIL}",),
        (f"<{CAMILLE}>, <{EVIL}>",),
        (f"<{CAMILLE}><{EVIL}>",),
        (f"<{CAMILLE}> <{EVIL}>",),
        (f"{CAMILLE} <{EVIL}>",),  # an address for a name, and not in quotes
        (f"<{EVIL}> {CAMILLE}",),
        (f"<{CAMILLE}, {EVIL}>",),
        (f"<{CAMILLE}<{EVIL}>>",),
        (f"friends: {CAMILLE}, {EVIL};",),
        (f"friends: {CAMILLE};",),
        ("undisclosed-recipients:;",),
        (f"<@forged.example:{CAMILLE}>",),
        (f"<@forged.example,@other.example:{CAMILLE}>",),
        (f"({CAMILLE}",),
        (f"{EVIL} ({CAMILLE}))",),
        ("camille.durand(@forged.example)@example.fr",),
        ("camille.durand@example.fr(.forged.example).org",),
        ("camille.durand@example(.forged).fr",),
        ("<camille.durand(x)@example.fr>",),
        ('"camille.durand@example.fr"@forged.example',),
        ('"camille durand"@example.fr',),
        ("camille.durand@[192.0.2.1]",),
        (f"{CAMILLE}\x00@forged.example",),
        (f"{EVIL}\r{CAMILLE}",),
        (f"Camille\x00 <{CAMILLE}>",),
        ("=?utf-8?q?camille.durand=40example.fr?=",),  # an address that only a decoder sees
        ("=?utf-8?q?camille.durand=40example.fr=3E=00?=@forged.example",),
        ("=?utf-8?b?PGNhbWlsbGUuZHVyYW5kQGV4YW1wbGUuZnI+?= forged.example",),
        (f"Camille \\<{EVIL}> <{CAMILLE}>",),
        ("camille.durand",),
        ("@example.fr",),
        ("camille.durand@",),
        ("camille..durand@example.fr",),
        (".camille@example.fr",),
        ("camille@example",),
        ("camille@-example.fr",),
        ("camille@example..fr",),
        ("camille durand@example.fr",),
        ("camille@exam ple.fr",),
        ("a" * 250 + "@example.fr",),
        ('"Camille <camille.durand@example.fr>',),
        ("a@example.fr" + "," * 40_000,),
        ("(" * 50 + ")" * 50 + CAMILLE,),
    ],
)
def test_what_could_be_read_in_two_ways_names_nobody(values: tuple[str, ...]) -> None:
    assert sender(*values) is None


def test_bytes_of_no_charset_name_nobody() -> None:
    assert sender(b"Camille \x81 <camille.durand@example.fr>") is None


def test_look_alikes_stay_who_they_are() -> None:
    told = sender("Camille <camille.durand@exаmple.fr>")  # a Cyrillic letter
    assert told is not None
    assert told[0] != CAMILLE


def test_whoever_names_nobody_is_put_before_a_person() -> None:
    told = mail(f"From: {CAMILLE}\nFrom: {EVIL}\n")
    assert (told.sender, told.unread) == (None, ("sender",))
    assert told.verdicts.dmarc == "NONE"


def test_reply_to_and_sender_are_not_who_writes() -> None:
    told = mail(f"From: {EVIL}\nSender: {CAMILLE}\nReply-To: Camille <{CAMILLE}>\n")
    assert told.sender is not None
    assert told.sender.address == EVIL
    assert told.reply_to == ((CAMILLE, "Camille"),)


def test_other_fields_are_read_for_what_they_may_tell() -> None:
    told = mailboxes([b"Camille <a@example.fr>, b@example.fr (B), <a@example.fr>, nobody, c@example.fr"])
    assert [one.address for one in told] == ["a@example.fr", "b@example.fr", "c@example.fr"]


def test_of_many_recipients_the_first_are_read() -> None:
    many = ", ".join(f"a{number}@example.fr" for number in range(MAX_ADDRESSES * 2)).encode()
    assert len(mailboxes([many])) == MAX_ADDRESSES
