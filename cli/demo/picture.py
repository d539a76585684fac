"""What the story came to, as a person would want to see it."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from typing import Any

from cli.demo.stage import Stage
from privacy.domain.clocks import PARIS

STATES = {
    "granted": "yes, proven",
    "withdrawn": "withdrawn",
    "objected": "objected",
    "unproven": "unproven",
    "moved": "moved away",
    "none": "never given",
}


#: Mailchimp's words.
MEMBERS = {
    "subscribed": "subscribed",
    "pending": "pending",
    "unsubscribed": "unsubscribed",
    "cleaned": "bounced",
    "archived": "taken out",
    "absent": "not there",
}
REGIMES = {"customer": "customer", "newsletter_only": "newsletter", "none": "unfinished"}
_MAILED = frozenset({"subscribed", "pending"})


def people(found: Mapping[str, Mapping[str, Any]], has: Mapping[str, str]) -> Iterable[str]:
    """A table of addresses: consent, marketing, Mailchimp's word for it, orders, holds, clock."""
    header = ("who", "consent", "offers?", "Mailchimp", "orders", "on hold", "kept as", "until")
    rows = [_row(address, said["person"], has[address]) for address, said in found.items()]
    return _table(header, rows)


def agreement(found: Mapping[str, Mapping[str, Any]], has: Mapping[str, str]) -> Iterable[str]:
    """Whether Mailchimp mails exactly those who may be sent offers (P17)."""
    others = [
        address
        for address, said in found.items()
        if said["person"]["may_market"]["today"] != (has[address] in _MAILED)
    ]
    yield ""
    if others:
        yield f"  Mailchimp does not follow yet: {', '.join(others)}"
    else:
        yield f"  All {len(found)} agree: Mailchimp mails whoever may be sent offers, and nobody else (P17)."


def consent(person: Mapping[str, Any]) -> Iterable[str]:
    """One person's consent, interval by interval, with what proves it (G3)."""
    asked = next(consent for consent in person["consents"] if consent["asked"])
    for interval in reversed(asked["history"]["latest"]):
        proof = interval["proof"]
        ended = (
            f"{_minute(interval['ended_at'])}, {interval['ended_by'] or 'said again'}"
            if interval["ended_at"]
            else "now"
        )
        yield f"  {_minute(interval['given_at'])} → {ended}"
        language = proof["language"] or "no language given"
        yield f"      “{proof['wording']}” ({language}, box {proof['box_default']} before)"
        yield f"      {proof['form']}, policy of {proof['policy_version']}, typed as {proof['email']}"
        yield f"      proof: {proof['fact']['type']} {proof['event_id'][:24]}"


def numbers(stage: Stage) -> Iterable[str]:
    """What was answered and what was kept."""
    answers = ", ".join(f"{n} × {status}" for status, n in sorted(stage.answers.items()))
    facts = stage.ledger()
    ours = sum(facts.pop(source, 0) for source in ("privacy", "sync"))
    told = ", ".join(f"{n} from {source}" for source, n in sorted(facts.items()))
    yield f"  answers   {answers}"
    yield f"  facts     {told}; {ours} of what we did ourselves"


def _row(address: str, person: Mapping[str, Any], at_mailchimp: str) -> tuple[str, ...]:
    consent = next((c["state"] for c in person["consents"] if c["asked"]), "none")
    orders = person["orders"]["latest"]
    return (
        address.partition("@")[0],
        STATES[consent],
        "yes" if person["may_market"]["today"] else "no",
        MEMBERS[at_mailchimp],
        ", ".join(_order(order) for order in orders) or "none",
        ", ".join(sorted({hold["kind"] for hold in person["holds"]})) or "nothing",
        REGIMES[person["clock"]["regime"]],
        f"{person['clock']['due_on']}{' (due)' if person['clock']['due'] else ''}",
    )


def _minute(instant: str) -> str:
    return f"{datetime.fromisoformat(instant).astimezone(PARIS):%d.%m.%Y %H:%M}"


def _order(order: Mapping[str, Any]) -> str:
    refunded = f" ({order['refunded'] / 100:.0f} € back)" if order["refunded"] else ""
    return f"{order['amount'] / 100:.0f} €{refunded}"


def _table(header: Sequence[str], rows: Sequence[Sequence[str]]) -> Iterable[str]:
    widths = [max(_width(row[n]) for row in (header, *rows)) for n in range(len(header))]
    for row in (header, ["─" * width for width in widths], *rows):
        yield (
            "  "
            + "  ".join(
                cell + " " * (width - _width(cell)) for cell, width in zip(row, widths, strict=True)
            ).rstrip()
        )


def _width(text: str) -> int:
    return sum(1 for c in text if not unicodedata.combining(c))
