"""Which headers may be believed: those that the receiving server put above everything that the sender wrote.

SES writes, from the top: Return-Path, one Received `by inbound-smtp.<region>.amazonaws.com`, X-SES-Spam-Verdict,
X-SES-Virus-Verdict, Received-SPF, Authentication-Results of amazonses.com, X-SES-RECEIPT, X-SES-DKIM-SIGNATURE.
In this order, each at most once: whatever breaks the order is the sender's own, and counts for nothing.

Where a mail host of the shop copies contact@ to SES, what SES thinks of that host says nothing about the writer. Then
the host's own topmost Received and the Authentication-Results beside it decide, and only if SES took the message
from that host: the subdomain's mail server is open to everybody, who may plant both. Where the host has several names
(`mx1.` and `mx2.`), the setting is the domain that they share; a sender chooses which of them to go through.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime

from privacy.domain.mail import Verdicts
from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_headers import Field

#: What SES prepends, in its order.
_OF_SES = (
    "return-path",
    "received",
    "x-ses-spam-verdict",
    "x-ses-virus-verdict",
    "received-spf",
    "authentication-results",
    "x-ses-receipt",
    "x-ses-dkim-signature",
)
_SES = "amazonses.com"
_BY = re.compile(r"\bby\s+([A-Za-z0-9.-]{1,255})")
_BY_SES = re.compile(r"inbound-smtp\.[a-z0-9-]+\.amazonaws\.com(\.cn)?")
_FROM = re.compile(r"from\s+\S{1,255}\s+\(([A-Za-z0-9._-]{1,255})\s+\[")
_FOR = re.compile(r"\bfor\s+<?([^\s<>;]{3,254})>?\s*;")
_VERDICTS = frozenset({"PASS", "FAIL", "GRAY", "PROCESSING_FAILED"})
_RESULTS: Mapping[str, str] = {
    "pass": "PASS",
    "fail": "FAIL",
    "softfail": "GRAY",
    "policy": "FAIL",
    "neutral": "GRAY",
    "gray": "GRAY",
    "bestguesspass": "GRAY",
    "temperror": "PROCESSING_FAILED",
    "permerror": "PROCESSING_FAILED",
    "processing_failed": "PROCESSING_FAILED",
}
_WORST = ("FAIL", "PROCESSING_FAILED", "GRAY", "NONE", "PASS")
#: A mail server gives up after five days (RFC 5321 §4.5.4.1), and nobody's clock is off by more.
_LONGEST_WAY = timedelta(days=7)
#: S3 may have been given the object again, after something was cut from it.
_LONGEST_STAY = timedelta(days=31)


@dataclass(frozen=True, slots=True)
class Received:
    """What the receiving servers say. at: when the first of them that may be believed took the message.

    null_path: the envelope had no sender. recipient: the envelope's, empty where nobody says. sender_headers: the
    fields below, which anybody may have written.
    """

    verdicts: Verdicts
    at: datetime
    null_path: bool
    recipient: str
    sender_headers: Sequence[Field]


def received(
    fields: Sequence[Field], *, from_domain: str | None, relay: str, stored_at: datetime
) -> Received:
    """relay: the host name of the shop's mail server, empty where SES is the domain's mail server.

    from_domain: of From's only mailbox; a DMARC result that is about another domain counts for nothing.
    """
    ours, below = _of_ses(fields)
    content = Verdicts(spam=_verdict(ours, "x-ses-spam-verdict"), virus=_verdict(ours, "x-ses-virus-verdict"))
    trace = _text(ours.get("received"))
    taken = _sane(_time(trace), not_after=stored_at, within=_LONGEST_STAY) or stored_at
    envelope = _FOR.search(trace)
    recipient = envelope[1] if envelope else ""
    if not relay:
        said = _lines(_text(ours.get("authentication-results")))
        # a message that did not come through SES is a file, and its first field is its mailbox's
        path = ours.get("return-path") or (fields[0] if fields and not ours else None)
        null_path = path is not None and path.name == "return-path" and path.value.strip() == b"<>"
        return Received(_about(said, content, from_domain), taken, null_path, recipient, below)
    hop = _of_relay(below, relay.lower()) if _came_from(trace, relay.lower()) else None
    if hop is None:
        return Received(content, taken, null_path=False, recipient=recipient, sender_headers=below)
    taken = _sane(_time(_text(hop.received)), not_after=taken, within=_LONGEST_WAY) or taken
    return Received(_about(hop.said, content, from_domain), taken, hop.null_path, recipient, hop.below)


def _of_ses(fields: Sequence[Field]) -> tuple[dict[str, Field], Sequence[Field]]:
    """SES's own fields by name, and the rest."""
    ours: dict[str, Field] = {}
    place = 0
    for count, field in enumerate(fields):
        if field.name not in _OF_SES[place:]:
            break
        place = _OF_SES.index(field.name) + 1
        ours[field.name] = field
        if field.name == "received" and not _by_ses(field):
            return {}, fields
        if place == len(_OF_SES):
            return ours, fields[count + 1 :]
    if "received" not in ours:
        return {}, fields
    return ours, fields[len(ours) :]


def _by_ses(field: Field) -> bool:
    by = _BY.search(_text(field))
    return by is not None and _BY_SES.fullmatch(by[1].lower()) is not None


@dataclass(frozen=True, slots=True)
class _Hop:
    received: Field
    said: Mapping[str, Sequence[str]]
    null_path: bool
    below: Sequence[Field]


def _came_from(trace: str, relay: str) -> bool:
    """True if whoever took the message looked up who brought it, and that is a host of the relay's domain."""
    named = _FROM.match(trace)
    return named is not None and _is_within(named[1], _domain(relay))


def _domain(relay: str) -> str:
    """The domain that a host name belongs to: two labels, three below `co.uk` and its like."""
    labels = relay.split(".")
    kept = 3 if len(labels) > 2 and len(labels[-1]) == 2 and len(labels[-2]) <= 3 else 2
    return ".".join(labels[-kept:])


def _is_within(host: str, domain: str) -> bool:
    name = host.lower().rstrip(".")
    return name == domain or name.endswith("." + domain)


def _of_relay(fields: Sequence[Field], relay: str) -> _Hop | None:
    """The relay's topmost hop and results, sought down to where the message came in from outside.

    What follows that hop up to the next belongs to it; below, anybody may have written hops and results of the relay's.
    """
    said: Mapping[str, Sequence[str]] | None = None
    own: Field | None = None
    null_path = outside = False
    below = fields[len(fields) :]
    for count, field in enumerate(fields):
        if field.name == "received":
            if outside:
                below = fields[count:]
                break
            trace = _text(field)
            by = _BY.search(trace)
            own = own or (field if by is not None and _is_within(by[1], relay) else None)
            outside = trace.lstrip().startswith("from") and not _came_from(trace, relay)
        elif field.name == "authentication-results" and said is None:
            said = _results_of(_text(field), relay)
        elif field.name == "return-path":
            null_path = null_path or field.value.strip() == b"<>"
    return None if own is None else _Hop(own, said or {}, null_path, below)


def _text(field: Field | None) -> str:
    return decoded(field.value[:4096])[0] if field else ""


def _verdict(ours: Mapping[str, Field], name: str) -> str:
    said = _text(ours.get(name)).strip().upper()
    return said if said in _VERDICTS else "NONE"


# ---------------------------------------------------------------- Authentication-Results (RFC 8601)

_FOLD = re.compile(r"\r?\n[ \t]+")
_METHOD = re.compile(r"\s*(spf|dkim|dmarc)\s*=\s*([A-Za-z_]+)(.*)", re.IGNORECASE | re.DOTALL)
_HEADER_FROM = re.compile(r"\bheader\.from\s*=\s*<?([^\s;<>\"]{1,255})", re.IGNORECASE)
_QUOTED = re.compile(r'"(?:[^"\\]|\\.)*+"?')
_COMMENT = re.compile(r"\([^()]*\)")


def _lines(value: str) -> Mapping[str, Sequence[str]]:
    """SES's, where each method begins a line. Elsewhere in a line stands what the sender called itself."""
    first, *rest = _FOLD.split(value)
    if first.split(";")[0].strip().lower() != _SES:
        return {}
    return _methods(rest)


def _results_of(value: str, relay: str) -> Mapping[str, Sequence[str]] | None:
    """A relay's, by the standard's grammar; None where the field is somebody else's."""
    plain = _without_comments(_QUOTED.sub('""', _FOLD.sub(" ", value)))
    named, *results = plain.split(";")
    server = (named.split() or [""])[0].lower()
    if not _is_within(server, relay) and not ("." in server and _is_within(relay, server)):
        return None
    return _methods(results)


def _without_comments(value: str) -> str:
    for _ in range(5):  # comments within comments
        value = _COMMENT.sub(" ", value)
    return value


def _methods(results: Sequence[str]) -> Mapping[str, Sequence[str]]:
    """By method, each result with what stands behind it."""
    found: dict[str, list[str]] = {}
    for result in results:
        if method := _METHOD.match(result):
            found.setdefault(method[1].lower(), []).append(f"{method[2].lower()} {method[3]}")
    return found


def _about(said: Mapping[str, Sequence[str]], content: Verdicts, from_domain: str | None) -> Verdicts:
    dmarc = said.get("dmarc", ())
    if len(dmarc) > 1 or not all(_is_about(result, from_domain) for result in dmarc):
        dmarc = ()
    return content._replace(
        spf=_of_all(said.get("spf", ()), worst=True),
        dkim=_of_all(said.get("dkim", ()), worst=False),
        dmarc=_of_all(dmarc, worst=True),
    )


def _is_about(result: str, from_domain: str | None) -> bool:
    named = _HEADER_FROM.search(result)
    return named is not None and from_domain is not None and named[1].lower().rstrip(".") == from_domain


def _of_all(results: Sequence[str], *, worst: bool) -> str:
    """One signature that holds is enough; everything else counts by its worst."""
    verdicts = [_RESULTS.get(result.split(" ")[0], "NONE") for result in results]
    ranked = sorted(verdicts, key=_WORST.index)
    return (ranked[0] if worst else ranked[-1]) if ranked else "NONE"


# ---------------------------------------------------------------- times


def _time(trace: str) -> datetime | None:
    """What stands behind the last semicolon of a Received field."""
    _, semicolon, told = trace.rpartition(";")
    try:
        found = parsedate_to_datetime(_without_comments(_FOLD.sub(" ", told)).strip()) if semicolon else None
        if found is None:
            return None
        # "-0000" is no zone, and means UTC
        return (found if found.tzinfo else found.replace(tzinfo=UTC)).astimezone(UTC)
    except (ValueError, OverflowError, IndexError, TypeError):
        return None


def _sane(told: datetime | None, *, not_after: datetime, within: timedelta) -> datetime | None:
    """None for what cannot be: long before the message was stored. A clock that runs ahead is set right."""
    if told is None or told < not_after - within:
        return None
    return min(told, not_after)
