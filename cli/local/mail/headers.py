"""The headers that receiving servers put above a message, in SES's layout and in that of a common mail host."""

from datetime import datetime
from email.utils import format_datetime

from cli.local.mail.verdicts import Found
from cli.local.places import REGION


def of_ses(
    found: Found, *, mail_id: str, peer: str, helo: str, envelope_from: str, recipient: str, at: datetime
) -> bytes:
    """What SES prepends to what it keeps in S3."""
    sender = f"client-ip={peer}; envelope-from={envelope_from or '<>'}; helo={helo};"
    return _lines(
        f"Return-Path: <{envelope_from}>",
        f"Received: from {helo} ({helo} [{peer}])",
        f" by inbound-smtp.{REGION}.amazonaws.com with SMTP id {mail_id}",
        f" for {recipient};",
        f" {format_datetime(at)} (UTC)",
        f"X-SES-Spam-Verdict: {found.spam}",
        f"X-SES-Virus-Verdict: {found.virus}",
        f"Received-SPF: {found.spf} (spfCheck: checked locally) {sender}",
        "Authentication-Results: amazonses.com;",
        f" spf={found.spf} (spfCheck: checked locally) {sender}",
        f" dkim={found.dkim} header.i=@{found.from_domain};",
        f" dmarc={found.dmarc} header.from={found.from_domain};",
        f"X-SES-RECEIPT: {mail_id}",
    )


def of_relay(
    found: Found, *, relay: str, peer: str, helo: str, envelope_from: str, recipient: str, at: datetime
) -> bytes:
    """What the shop's mail host prepends before it copies contact@ to SES."""
    return _lines(
        f"Received: from {helo} ({helo} [{peer}])",
        f" by {relay} (Postfix) with ESMTP id 4WXYZ for <{recipient}>;",
        f" {format_datetime(at)}",
        f"Authentication-Results: {relay};",
        f" spf={found.spf} smtp.mailfrom={envelope_from or helo};",
        f" dkim={found.dkim} header.d={found.from_domain};",
        f" dmarc={found.dmarc} header.from={found.from_domain}",
    )


def _lines(*lines: str) -> bytes:
    return "".join(f"{line}\r\n" for line in lines).encode("utf-8", "replace")
