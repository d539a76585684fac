"""Whether a machine wrote the message, by RFC 3834 and by what machines really send (E46-E49, checklist 22).

A person's request must not be lost for a header that a service puts on everything it carries: a company through
which people send letters writes `Feedback-ID` and `List-Unsubscribe` too, and a group address writes `List-Id` of its
own. So one weak sign makes nobody a machine, and whatever names our own domain as the list is none.
"""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence

from privacy.domain.case_numbers import ANY
from privacy.domain.mail import Address, Bounce
from privacy.inbound.mail_charsets import decoded
from privacy.inbound.mail_headers import Field, block
from privacy.inbound.mail_limits import MAX_PART_FIELDS, MAX_PART_HEADERS
from privacy.inbound.mail_parts import Part

AUTO_REPLY, BOUNCE, LIST, BULK, LOOP = "auto_reply", "bounce", "list", "bulk", "loop"

#: What our letters carry, wherever it comes back (docs/architecture.md).
LETTER = re.compile(rf"\b{ANY}(?:_[A-Za-z0-9_-]{{1,60}})?")
_CASE = re.compile(r"\bIM-[0-9]{4}-[0-9]{6}\b")
_MACHINES = frozenset({"mailer-daemon", "mailer_daemon", "postmaster-noreply"})
_LOOPING = 30  # hops; nobody's mail takes as many

#: Subjects that vacation programs write, for those that write no header; then a colon, or the end.
_AWAY = re.compile(
    r"(?:r[ée]ponse automatique|absence du bureau|message d[’']absence|notification d[’']absence|automatic reply"
    r"|auto(?:matic)?[ -]?(?:reply|response)|autoreply|out of (?:the )?office(?: (?:auto)?[ -]?reply)?"
    r"|abwesenheits(?:notiz|nachricht)|automatische antwort|respuesta autom[áa]tica|risposta automatica"
    r"|fuori sede|automatisch antwoord|afwezigheidsbericht|resposta autom[áa]tica)\s*(?::.*)?",
    re.IGNORECASE,
)
#: Subjects of those who could not deliver, where no report came with it.
_RETURNED = re.compile(
    r"(?:undeliver(?:able|ed)\b.*|mail delivery (?:failed|failure|system)\b.*|delivery status notification\b.*"
    r"|returned mail\b.*|failure notice|non[ -]remis\b.*|non distribuable\b.*"
    r"|[ée]chec de (?:la )?(?:remise|distribution)\b.*|message non remis\b.*)",
    re.IGNORECASE,
)
_NO_REPLY = re.compile(
    r"(?:.*[._+-])?(?:no[._-]?reply|do[._-]?not[._-]?reply|ne[._-]?pas[._-]?repondre|noresponder|newsletters?|mailings?)"
    r"(?:[._+-].*)?",
    re.IGNORECASE,
)
_BULK_PRECEDENCE = frozenset({"bulk", "junk", "list", "auto_reply"})


class Signs:
    """The sender's fields, by name."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._values: dict[str, str] = {}
        self.hops = 0
        for field in fields:
            self.hops += field.name == "received"
            if field.name not in self._values:
                self._values[field.name] = decoded(field.value[:1000])[0].strip()

    def has(self, *names: str) -> bool:
        return any(name in self._values for name in names)

    def word(self, name: str) -> str:
        """The value's first word in lower case, without what follows a semicolon or a comment."""
        return re.split(r"[\s;(]", self._values.get(name, "").lower(), maxsplit=1)[0]

    def value(self, name: str) -> str:
        return self._values.get(name, "")


def automatic(
    signs: Signs,
    *,
    root: Part,
    sender: Address | None,
    subject: str,
    null_path: bool,
    own_domains: Collection[str],
) -> str | None:
    """The first reason of AUTO_REPLY, BOUNCE, LIST, BULK and LOOP that holds, or None for a person's message."""
    if signs.has("x-imera-letter") or signs.hops > _LOOPING:
        return LOOP
    if is_report(root) or _says_returned(sender, subject, null_path=null_path):
        return BOUNCE
    if _is_auto_reply(signs, root, subject, null_path=null_path):
        return AUTO_REPLY
    if _is_list(signs, own_domains):
        return LIST
    return BULK if _is_bulk(signs, own_domains) or _answers_nobody(signs, sender) else None


def is_report(root: Part) -> bool:
    if root.media_type != "multipart/report":
        return False
    named = root.content_type.parameters.get("report-type", "").lower()
    return named == "delivery-status" or any(_is_status(part) for part in root.parts)


def _is_status(part: Part) -> bool:
    return part.media_type in {"message/delivery-status", "message/global-delivery-status"}


def _says_returned(sender: Address | None, subject: str, *, null_path: bool) -> bool:
    local = sender.address.rpartition("@")[0].lower() if sender else ""
    return local in _MACHINES or (
        (null_path or local == "postmaster") and _RETURNED.fullmatch(subject) is not None
    )


def _is_auto_reply(signs: Signs, root: Part, subject: str, *, null_path: bool) -> bool:
    submitted = signs.word("auto-submitted")
    return (
        submitted == "auto-replied"
        # Exchange calls its answers generated; so do forms through which people write to us
        or (submitted not in {"", "no"} and signs.has("in-reply-to", "references"))
        or null_path  # nobody who wants an answer sends from nowhere
        or signs.has("x-autoreply", "x-autorespond", "x-autogenerated", "x-mail-autoreply")
        or signs.word("precedence") == "auto_reply"
        or root.media_type == "multipart/report"  # read, or deleted unread
        or _AWAY.fullmatch(subject) is not None
    )


def _is_list(signs: Signs, own_domains: Collection[str]) -> bool:
    listed = signs.value("list-id").lower().rstrip(" >")
    if not signs.has("list-id") or _is_own(listed, own_domains):
        return False
    return signs.has("list-post", "list-unsubscribe", "list-help", "list-subscribe") or (
        signs.word("precedence") in _BULK_PRECEDENCE
    )


def _is_bulk(signs: Signs, own_domains: Collection[str]) -> bool:
    if _is_own(signs.value("list-id").lower().rstrip(" >"), own_domains):
        return False
    named = signs.word("precedence") in _BULK_PRECEDENCE or signs.word("auto-submitted") not in {"", "no"}
    # RFC 8058's one-click field is asked of whoever mails thousands, and of nobody else
    mass = signs.has("list-unsubscribe-post") and signs.has("list-unsubscribe")
    campaign = signs.has("x-campaign", "x-campaignid", "x-mc-user", "x-mailer-recptid", "x-csa-complaints")
    return (
        named
        or (mass and (campaign or signs.has("feedback-id", "list-id")))
        or (campaign and signs.has("list-unsubscribe"))
    )


def _answers_nobody(signs: Signs, sender: Address | None) -> bool:
    """A form sends so, too, but says in Reply-To who filled it in."""
    local = sender.address.rpartition("@")[0] if sender else ""
    return _NO_REPLY.fullmatch(local) is not None and not signs.has("reply-to")


def _is_own(listed: str, own_domains: Collection[str]) -> bool:
    return any(listed.endswith(("." + domain, "@" + domain)) or listed == domain for domain in own_domains)


# ---------------------------------------------------------------- bounces

_RETURNED_PARTS = frozenset(
    {"message/rfc822", "text/rfc822-headers", "message/global", "message/global-headers"}
)
_ACTION = re.compile(rb"^action[ \t]*:[ \t]*([a-z]+)", re.IGNORECASE | re.MULTILINE)
_STATUS = re.compile(rb"^status[ \t]*:[ \t]*([245])\.", re.IGNORECASE | re.MULTILINE)
_STATUS_IN_TEXT = re.compile(r"\b5\.[0-9]\.[0-9]{1,3}\b|\b55[0-9]\b")


def bounce(raw: bytes, parts: Sequence[Part], *, subject: str, text: str) -> Bounce:
    """What a report says of our letter: from the letter's own header that came back, else from any tag in it."""
    status = b"\n".join(part.content(raw)[:MAX_PART_HEADERS] for part in parts if _is_status(part))
    actions = {found[1].lower() for found in _ACTION.finditer(status)}
    classes = {found[1] for found in _STATUS.finditer(status)}
    if actions or classes:
        permanent = b"failed" in actions and b"4" not in classes
    else:
        permanent = _STATUS_IN_TEXT.search(text[:20_000]) is not None
    returned = [_letter_of(raw, part) for part in parts if part.media_type in _RETURNED_PARTS]
    named = next((letter for letter in returned if letter), None)
    return Bounce(named or _tag(subject) or _tag(text[:20_000]), permanent)


def _letter_of(raw: bytes, part: Part) -> str | None:
    content = part.content(raw)[:MAX_PART_HEADERS]
    fields = block(content, 0, len(content), most_bytes=MAX_PART_HEADERS, most_fields=MAX_PART_FIELDS)
    own = LETTER.fullmatch((fields.first("x-imera-letter") or b"").decode("ascii", "replace").strip())
    if own:
        return own[0]
    told: Mapping[str, bytes | None] = {
        name: fields.first(name) for name in ("subject", "message-id", "references")
    }
    return next((tag for value in told.values() if value and (tag := _tag(decoded(value)[0]))), None)


def _tag(text: str) -> str | None:
    found = _CASE.search(text)
    return found[0] if found else None
