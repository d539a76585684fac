"""Short ways to let a mail arrive in tests: what SES writes above it, and what is read of it then."""

from __future__ import annotations

from typing import Any

from privacy.domain.mail import IncomingMail
from privacy.inbound.mail import read_mail
from tests.telling import CAMILLE, at

CONTACT = "contact@imera-paris.com"
RELAY = "mx1.hoster.example"
STORED = at("2026-11-20T09:00:05")
RECEIVED = "Fri, 20 Nov 2026 09:00:00 +0000 (UTC)"
ALL_PASS = {"spf": "pass", "dkim": "pass", "dmarc": "pass"}


def ses(
    *,
    date: str = RECEIVED,
    path: str = CAMILLE,
    peer: str = "mail.example.fr",
    spam: str = "PASS",
    virus: str = "PASS",
    from_domain: str = "example.fr",
    recipient: str = CONTACT,
    **results: str,
) -> str:
    """What SES puts above a message. results: of spf, dkim and dmarc, as SES writes them."""
    said = ALL_PASS | results
    return (
        f"Return-Path: <{path}>\n"
        f"Received: from {peer} ({peer} [192.0.2.7])\n"
        f" by inbound-smtp.eu-west-3.amazonaws.com with SMTP id 8p0kbda0e13ve46erdg6\n"
        f" for {recipient};\n {date}\n"
        f"X-SES-Spam-Verdict: {spam}\nX-SES-Virus-Verdict: {virus}\n"
        f"Received-SPF: {said['spf']} (spfCheck: domain) client-ip=192.0.2.7; envelope-from={path}; helo={peer};\n"
        f"Authentication-Results: amazonses.com;\n"
        f" spf={said['spf']} (spfCheck: domain) client-ip=192.0.2.7; envelope-from={path}; helo={peer};\n"
        f" dkim={said['dkim']} header.i=@{from_domain};\n"
        f" dmarc={said['dmarc']} header.from={from_domain};\n"
        "X-SES-RECEIPT: AEFBQUFBQUFB\nX-SES-DKIM-SIGNATURE: a=rsa-sha256; b=x\n"
    )


def relayed(*, date: str = "Fri, 20 Nov 2026 08:59:30 +0000", dmarc: str = "pass", path: str = "") -> str:
    """What the shop's mail host puts above a message, and SES above that."""
    return (
        ses(peer="out.hoster.example", path="srs@hoster.example", from_domain="hoster.example", dmarc="none")
        + (f"Return-Path: <{path}>\n" if path else "")
        + f"Received: from client.example.fr (client.example.fr [192.0.2.9])\n by {RELAY} (Postfix)\n"
        f" for <{CONTACT}>; {date}\n"
        f"Authentication-Results: {RELAY};\n spf=pass smtp.mailfrom={CAMILLE};\n dkim=pass header.d=example.fr;\n"
        f" dmarc={dmarc} header.from=example.fr\n"
    )


FROM = f"From: Camille Durand <{CAMILLE}>\n"
HEAD = FROM + f"To: {CONTACT}\nSubject: bonjour\nMessage-ID: <one@example.fr>\nMIME-Version: 1.0\n"


def mail(head: str | bytes, body: str | bytes = "\nBonjour.\n", **how: Any) -> IncomingMail:
    """What is read of it. Lines that end in LF are sent with CRLF."""
    raw = _bytes(head) + _bytes(body)
    return read_mail(
        crlf(raw), **({"mail_id": "mail1", "stored_at": STORED, "own_addresses": (CONTACT,)} | how)
    )


def crlf(raw: bytes) -> bytes:
    return raw.replace(b"\r\n", b"\n").replace(b"\n", b"\r\n")


def _bytes(told: str | bytes) -> bytes:
    return told.encode() if isinstance(told, str) else told


def reads(head: str | bytes, body: str | bytes = "", **how: Any) -> str:
    """The text of a message with these headers below the usual ones."""
    return mail(_bytes(HEAD) + _bytes(head), b"\n" + _bytes(body), **how).text
