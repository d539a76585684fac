"""Mails of any size: one as people send them, and those that are made to keep a reader busy."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping

_HEAD = (
    b"Return-Path: <camille.durand@example.fr>\r\n"
    b"Received: from mail.example.fr (mail.example.fr [192.0.2.1])\r\n"
    b" by inbound-smtp.eu-west-1.amazonaws.com with SMTP id 8p0kbda0e13ve46erdg6\r\n"
    b" for contact@imera-paris.com;\r\n"
    b" Mon, 02 Nov 2026 09:00:00 +0000 (UTC)\r\n"
    b"X-SES-Spam-Verdict: PASS\r\n"
    b"X-SES-Virus-Verdict: PASS\r\n"
    b"Authentication-Results: amazonses.com;\r\n"
    b" spf=pass (spfCheck: domain of example.fr) client-ip=192.0.2.1; helo=mail.example.fr;\r\n"
    b" dkim=pass header.i=@example.fr;\r\n"
    b" dmarc=pass header.from=example.fr;\r\n"
    b"X-SES-RECEIPT: AEFBQUFBQUFB\r\n"
    b"Message-ID: <one@mail.example.fr>\r\n"
    b"Date: Mon, 02 Nov 2026 10:00:00 +0100\r\n"
    b"MIME-Version: 1.0\r\n"
)
_FROM = b"From: Camille Durand <camille.durand@example.fr>\r\n"
_TO = b"To: contact@imera-paris.com\r\n"
_SUBJECT = b"Subject: =?utf-8?q?Mes_donn=C3=A9es?=\r\n"
_WHO = _FROM + _TO + _SUBJECT
_ASKS = "Bonjour, je souhaite recevoir une copie de mes données. Merci d'avance, Camille Durand"
#: What one writes at most; the rest of a large mail is attached to it.
_WRITTEN = 64 * 1024


def ordinary(size: int) -> bytes:
    """Text and HTML that say the same, and what is attached, as phones and desktops send it."""
    share = min(size, _WRITTEN)
    text = _filled(f"{_ASKS}\r\n".encode(), share * 2 // 5)
    html = _filled(f'<div style="margin:0">{_ASKS}<br></div>\r\n'.encode(), share * 3 // 5)
    attached = base64.encodebytes(b"%PDF-1.7 " + bytes(range(256)) * (max(0, size - share) * 3 // 4 // 264))
    return b"".join(
        (
            _HEAD,
            _WHO,
            b'Content-Type: multipart/mixed; boundary="mixed"\r\n\r\n--mixed\r\n',
            b'Content-Type: multipart/alternative; boundary="alternative"\r\n\r\n',
            b"--alternative\r\nContent-Type: text/plain; charset=utf-8\r\n\r\n",
            text,
            b"\r\n--alternative\r\nContent-Type: text/html; charset=utf-8\r\n\r\n<html><body>",
            html,
            b"</body></html>\r\n--alternative--\r\n--mixed\r\nContent-Type: application/pdf; name=letter.pdf\r\n",
            b"Content-Disposition: attachment; filename=letter.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\n",
            attached.replace(b"\n", b"\r\n"),
            b"--mixed--\r\n",
        )
    )


def _filled(piece: bytes, size: int) -> bytes:
    return piece * max(1, size // len(piece))


def _numbered(piece: bytes, size: int) -> bytes:
    """The piece again and again, `#` replaced by a number each time."""
    count = max(1, size // (len(piece) + 5))
    return b"".join(piece.replace(b"#", b"%06d" % number) for number in range(count))


def _with_header(name: bytes, filling: Callable[[int], bytes]) -> Callable[[int], bytes]:
    others = {b"From": _TO + _SUBJECT, b"Subject": _FROM + _TO, b"To": _FROM + _SUBJECT}.get(name, _WHO)

    def made(size: int) -> bytes:
        return _HEAD + others + name + b": " + filling(size) + b"\r\n\r\nBonjour\r\n"

    return made


def _with_body(
    content_type: bytes, filling: Callable[[int], bytes], encoding: bytes = b"8bit"
) -> Callable[[int], bytes]:
    def made(size: int) -> bytes:
        head = b"Content-Type: " + content_type + b"\r\nContent-Transfer-Encoding: " + encoding + b"\r\n\r\n"
        return _HEAD + _WHO + head + filling(size)

    return made


def _html(piece: bytes, *, numbered: bool = False) -> Callable[[int], bytes]:
    return _with_body(
        b"text/html; charset=utf-8", lambda size: (_numbered if numbered else _filled)(piece, size)
    )


def _nested(size: int) -> bytes:
    levels = size // 64
    opened = b"".join(
        b"Content-Type: multipart/mixed; boundary=b%06d\r\n\r\n--b%06d\r\n" % (level, level)
        for level in range(levels)
    )
    return _HEAD + _WHO + opened + b"\r\nBonjour"


def _nested_deep_and_long(size: int) -> bytes:
    """As deep as is read, each level's end searched for in all that follows."""
    head = _nested(25 * 64)
    return head + _filled(b"\r\n--b0000 is no delimiter", size - len(head))


def _nested_messages(size: int) -> bytes:
    return _HEAD + _WHO + _filled(b"Content-Type: message/rfc822\r\n\r\nSubject: a\r\n", size)


def _tiny_parts(size: int) -> bytes:
    return _HEAD + _WHO + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _filled(b"--b\r\n\r\n", size)


def _one_boundary(size: int) -> bytes:
    """Lines that begin like a delimiter and are none."""
    return (
        _HEAD
        + _WHO
        + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\n"
        + _filled(b"\n--bb", size)
    )


def _parts_of_headers(size: int) -> bytes:
    part = b"--b\r\n" + b"X-Many: " + b"a" * 40 + b"\r\n"
    return _HEAD + _WHO + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _filled(part, size)


def _quoted(size: int) -> bytes:
    return b'"' + _filled(b"\\\\", size) + b'"'


#: Families of mails that cost more than they weigh, in readers that are not careful.
HOSTILE: Mapping[str, Callable[[int], bytes]] = {
    "multiparts within each other": _nested,
    "multiparts within each other, and long": _nested_deep_and_long,
    "messages within each other": _nested_messages,
    "tiny parts": _tiny_parts,
    "delimiters that are none": _one_boundary,
    "parts full of headers": _parts_of_headers,
    "many writers": _with_header(b"From", lambda size: _numbered(b"a#@example.org, ", size)),
    "many recipients": _with_header(b"To", lambda size: _numbered(b"a#@example.org, ", size)),
    "commas for recipients": _with_header(b"To", lambda size: _filled(b",", size)),
    "comments within each other": _with_header(b"From", lambda size: _filled(b"(", size)),
    "comments one after another": _with_header(b"From", lambda size: _filled(b"()", size)),
    "brackets": _with_header(b"From", lambda size: _filled(b"<", size)),
    "quotes": _with_header(b"From", _quoted),
    "no address in a long name": _with_header(b"Reply-To", lambda size: _filled(b"a.", size)),
    "encoded words": _with_header(b"Subject", lambda size: _filled(b"=?utf-8?q?=C3=A9?= ", size)),
    "encoded words of many charsets": _with_header(
        b"Subject", lambda size: _filled(b"=?utf-8?b?w6k=?= =?iso-8859-15?b?6Q==?= ", size)
    ),
    "encoded words cut short": _with_header(b"Subject", lambda size: _filled(b"=?a?b?", size)),
    "parameters in pieces": _with_header(
        b"Content-Type", lambda size: b"text/plain; " + _numbered(b"a*#*=%41; ", size)
    ),
    "parameters without a name": _with_header(b"Content-Type", lambda size: b"text/plain" + _filled(b";", size)),
    "a parameter without an end": _with_header(
        b"Content-Type", lambda size: b'text/plain; name="' + _filled(b"\\", size)
    ),
    "one header": _with_header(b"X-Long", lambda size: _filled(b"a", size)),
    "a header of folds": _with_header(b"X-Long", lambda size: _filled(b"a\r\n ", size)),
    "headers": _with_header(b"X-Many", lambda size: _numbered(b"a\r\nX-#: a", size)),
    "hops": _with_header(b"X-Many", lambda size: _filled(b"a\r\nReceived: by relay.example.org; x", size)),
    "message ids": _with_header(b"References", lambda size: _numbered(b"<#@example.org> ", size)),
    "results of nobody": _with_header(
        b"X-Many", lambda size: _filled(b"a\r\nAuthentication-Results: amazonses.com; dmarc=pass", size)
    ),
    "no header at all": lambda size: _filled(b"a", size),
    "colons": lambda size: _filled(b"a:", size),
    "spaces": lambda size: b"a: " + _filled(b" ", size),
    "empty lines": lambda size: _filled(b"\n", size),
    "nothing but zeros": bytes,
    "returns without a line": _with_body(b"text/plain", lambda size: _filled(b"\r", size)),
    "returns before each delimiter": lambda size: (
        _HEAD + _WHO + b"Content-Type: multipart/mixed; boundary=b\r\n\r\n" + _filled(b"\n--b\n" + b"\r" * 200, size)
    ),
    "base64 in one line": _with_body(b"text/plain", lambda size: _filled(b"QUJD", size), b"base64"),
    "base64 of line ends": _with_body(b"text/plain", lambda size: _filled(b"\r\n", size), b"base64"),
    "base64 of padding": _with_body(b"application/pdf", lambda size: _filled(b"=", size), b"base64"),
    "quoted-printable": _with_body(b"text/plain", lambda size: _filled(b"=41", size), b"quoted-printable"),
    "quoted-printable of soft breaks": _with_body(
        b"text/plain", lambda size: _filled(b"=\r\n", size), b"quoted-printable"
    ),
    "quoted-printable of spaces": _with_body(b"text/plain", lambda size: _filled(b" ", size), b"quoted-printable"),
    "UTF-7": _with_body(b"text/plain; charset=utf-7", lambda size: _filled(b"+AGEA-", size)),
    "ISO-2022-JP": _with_body(b"text/plain; charset=iso-2022-jp", lambda size: _filled(b"\x1b$B\x1b(B", size)),
    "punycode": _with_body(b"text/plain; charset=punycode", lambda size: _filled(b"a-", size)),
    "flowed text": _with_body(b"text/plain; format=flowed", lambda size: _filled(b"a \n", size)),
    "flowed quotes": _with_body(b"text/plain; format=flowed; delsp=yes", lambda size: _filled(b"> \n>> \n", size)),
    "cards": _with_body(b"text/plain", lambda size: _filled(b"4242 ", size)),
    "card numbers": _with_body(b"text/plain", lambda size: _filled(b"4242 4242 4242 4242, ", size)),
    "identity cards": _with_body(b"text/plain", lambda size: _filled(b"carte d identite ", size)),
    "HTML: boxes within each other": _html(b"<div>"),
    "HTML: boxes with room": _html(b"<div>abcd"),
    "HTML: formats": _html(b"<b>"),
    "HTML: formats across paragraphs": _html(b"<p><font size=#>", numbered=True),
    "HTML: links": _html(b"<a href=x>"),
    "HTML: tables": _html(b"<table><td>"),
    "HTML: text in tables": lambda size: _html(b"x<b>")(size).replace(b"x<b>", b"<table>x<b>", 1),
    "HTML: attributes": lambda size: _html(b" a#=1", numbered=True)(size) .replace(b" a000000", b"<a a", 1),
    "HTML: attributes without values": lambda size: _html(b" a#", numbered=True)(size).replace(b" a000000", b"<a a", 1),
    "HTML: a tag without an end": _html(b"<a "),
    "HTML: entities": _html(b"&amp;"),
    "HTML: entities that are none": _html(b"&#38"),
    "HTML: brackets": _html(b"<"),
    "HTML: comments without an end": _html(b"<!--"),
    "HTML: declarations": _html(b"<!a"),
    "HTML: ends of nothing": _html(b"</p>"),
    "HTML: crossed tags": _html(b"<b><p></b>"),
    "HTML: drawings": _html(b"<svg><math>"),
    "HTML: lists to choose from": _html(b"<select><option>"),
    "HTML: templates": _html(b"<template>"),
    "HTML: scripts": _html(b"<script>"),
    "HTML: style sheets": _html(b"<style>.a#{color:red}</style>", numbered=True),
    "HTML: one style sheet": lambda size: _html(b".a{b:c}")(size).replace(b".a{b:c}", b"<style>", 1),
    "HTML: style sheets of braces": lambda size: _html(b"@{{")(size).replace(b"@{{", b"<style>", 1),
    "HTML: styles": _html(b'<p style="color:#fff;background:url(x)">abcdefgh'),
    "HTML: quotes within each other": _html(b"<blockquote>abcd"),
    "HTML: unknown ends": lambda size: _html(b"<span>abcd")(size // 2) + _filled(b"</y>abcd", size // 2),
    "HTML: lists in lists": _html(b"<ul><li>abcdabcd"),
    "HTML: paragraphs": _html(b"<p>abcdefgh"),
    "HTML: lines": _html(b"<br>abcd"),
    "HTML: preformatted": _html(b"<pre>\n\nabcd"),
}  # fmt: skip
