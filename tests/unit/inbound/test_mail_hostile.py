"""Whatever arrives is read without an error and within limits, and what was left out is said (checklist 23).

How much each of these costs is counted by `make bench`.
"""

from __future__ import annotations

import base64
import gzip
import socket
import zipfile
import zlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bench.mails import HOSTILE, ordinary
from privacy.domain.mail import IncomingMail
from privacy.inbound import mail_limits
from privacy.inbound.mail import read_mail
from privacy.inbound.mail_card_redaction import without_cards
from privacy.inbound.mail_parts import structure
from privacy.inbound.mail_redaction import without_parts
from tests.arriving import HEAD, RELAY, STORED, mail

SIZE = 48 * 1024


def read(raw: bytes, relay: str = "") -> IncomingMail:
    """Read by the readers themselves: the net below them caught nothing."""
    told = read_mail(raw, mail_id="m", stored_at=STORED, relay=relay)
    assert "message" not in told.unread
    assert len(told.text) <= mail_limits.MAX_TEXT
    assert len(told.attachments) <= mail_limits.MAX_PARTS
    assert told.received_at <= STORED
    told.text.encode()  # no half of a character
    return told


@pytest.mark.parametrize("family", sorted(HOSTILE))
def test_a_mail_that_is_made_to_keep_a_reader_busy_is_read(family: str) -> None:
    raw = HOSTILE[family](SIZE)
    read(raw)
    read(without_cards(raw))


def test_the_mail_they_are_held_against_is_read_whole() -> None:
    told = read(ordinary(SIZE))
    assert (told.unread, told.automatic) == ((), None)
    assert told.sender is not None
    assert told.attachments[0].name == "letter.pdf"


@pytest.mark.parametrize(
    ("family", "said"),
    [
        ("multiparts within each other", "parts"),
        ("tiny parts", "parts"),
        ("delimiters that are none", "parts"),
        ("parts full of headers", "parts"),
        ("headers", "headers"),
        ("HTML: boxes within each other", "html"),
        ("HTML: attributes", "html"),
        ("flowed text", "text"),
    ],
)
def test_what_is_not_read_is_said(family: str, said: str) -> None:
    assert said in read(HOSTILE[family](512 * 1024)).unread


@given(st.binary(max_size=2_000))
def test_any_bytes_are_a_message(raw: bytes) -> None:
    read(raw)
    read(raw, RELAY)


_PIECES = st.sampled_from([
    b"\r\n", b"\n", b"\r", b"\r\n\r\n", b"\x00", b"\xff\xfe", b"\xc3", b"--b", b"--b--", b"QUJD", b"=3D=\r\n",
    b"=?b?b?",
    b"From: a@example.fr", b"From:", b"To: <b@example.fr>, (", b"Subject: =?utf-8?q?=C3", b"Date: x",
    b"Return-Path: <>", b"Received: from x by y; z", b"Auto-Submitted: auto-replied", b"Action: failed", b"Status: 5.",
    b"Received: from a (b [1])\r\n by inbound-smtp.eu-west-3.amazonaws.com;",
    b"Authentication-Results: amazonses.com;\r\n dmarc=pass header.from=example.fr",
    b"Content-Type: multipart/mixed; boundary=b", b"Content-Type: multipart/report", b"Content-Type: text/html",
    b"Content-Type: message/rfc822", b"Content-Type: application/ms-tnef; name=x", b"charset=utf-16", b"format=flowed",
    b"Content-Transfer-Encoding: base64", b"Content-Transfer-Encoding: quoted-printable",
    b"Content-Disposition: attachment; filename*0*=x'", b"; name*=''%e9%", b"4242424242424242 cvc 123",
    b"\x78\x9f\x3e\x22\x01\x00\x01\x0c\x80\x02\x00\xff\x00\x00\x00",
    b"<p hidden>", b"</p>", b"<style>.a{", b"<!--", b"&#x110000;", b"&#0;", b"&#xd800;",
])  # fmt: skip


@given(
    st.lists(st.one_of(_PIECES, st.binary(max_size=8)), max_size=40),
    st.sampled_from([b"\r\n", b"\n", b"", b" "]),
)
def test_pieces_of_mails_in_any_order_are_a_message(pieces: list[bytes], between: bytes) -> None:
    raw = between.join(pieces)
    told = read(raw)
    once = without_cards(raw)
    assert without_cards(once) == once
    cut = without_parts(raw, range(len(told.attachments)))
    assert without_parts(cut, range(len(told.attachments))) == cut


def test_nothing_is_fetched_and_nothing_is_opened(monkeypatch: pytest.MonkeyPatch) -> None:
    """Checklist 25 and 26: links and pictures stay where they are, and so does what an attachment unpacks to."""

    def opened(*_: object, **__: object) -> None:
        raise AssertionError("something was opened")

    for module, name in (
        (socket, "socket"),
        (socket, "getaddrinfo"),
        (zipfile, "ZipFile"),
        (zlib, "decompressobj"),
    ):
        monkeypatch.setattr(module, name, opened)
    bomb = base64.encodebytes(gzip.compress(bytes(10_000_000)))
    html = (
        b'<base href="https://tracker.example.org/"><link rel=stylesheet href="x.css"><img src="/?id=1">'
        b'<iframe src="https://tracker.example.org"></iframe><style>@import "https://tracker.example.org";</style>'
        b'<object data="https://tracker.example.org"></object><a href="https://tracker.example.org">Bonjour</a>'
    )
    raw = (
        HEAD.encode()
        + b"Content-Type: multipart/mixed; boundary=b\n\n--b\nContent-Type: text/html\n\n"
        + html
        + b"\n--b\nContent-Type: application/zip; name=a.zip\nContent-Transfer-Encoding: base64\n\n"
        + bomb
        + b"--b--\n"
    )
    told = read(raw)
    assert told.text == "Bonjour"
    assert told.attachments[0].size < 20_000


def test_headers_end_where_they_have_to() -> None:
    most = mail_limits.MAX_HEADERS
    told = mail("X-Long: " + "a" * most + "\nFrom: a@example.fr\n", "\nBonjour\n")
    assert (told.text, told.sender, "headers" in told.unread) == ("Bonjour\n", None, True)


def test_parts_are_counted_over_the_whole_message() -> None:
    inner = b"Content-Type: multipart/mixed; boundary=%b\r\n\r\n" + b"--%b\r\n\r\nx\r\n" * 150
    raw = b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n%b\r\n--b\r\n%b" % (
        inner.replace(b"%b", b"c"),
        inner.replace(b"%b", b"d"),
    )
    read_parts = structure(raw)
    assert sum(1 for _ in read_parts.leaves()) <= mail_limits.MAX_PARTS
    assert "parts" in read_parts.unread
