"""The name that a mail program shows for its sender, where it is a person's: it completes what the text says."""

from __future__ import annotations

import re

from privacy.domain.mail import Address
from privacy.domain.triage.given_names import GIVEN_NAMES
from privacy.domain.triage.names import Name, is_particle, is_titled, name_in
from privacy.domain.triage.spelling import plain, words

#: Mailboxes of a firm, not of a person.
_FUNCTIONS = frozenset({
    "account", "accounts", "accueil", "achat", "admin", "advice", "aide", "alert", "alerts", "billing", "bonjour",
    "bureau", "carrier", "cases", "casework", "commercial", "compta", "comptabilite", "contact", "direction",
    "dossiers", "equipe", "facturation", "gateway", "hello", "help", "hey", "hi", "info", "infos", "legal",
    "litiges", "mail", "mailer-daemon", "mandats", "marketing", "news", "newsletter", "no-reply", "noreply",
    "notice", "notices", "notifications", "office", "partenariats", "permanence", "postmaster", "press", "presse",
    "privacy", "probate", "redaction", "requests", "rh", "robot", "sales", "secretariat", "security", "service",
    "shop", "sms-gateway", "support", "system", "team", "ventes",
})  # fmt: skip
_ORNAMENT = re.compile(r"[^\w\s.,'’&@-]")
_KISSES = re.compile(r" x{1,4}$", re.IGNORECASE)
_ASIDE = re.compile(r"\s*(?:[(\[|/].*| via .*| [-–—] .*)$")


def sender_name(sender: Address | None) -> Name | None:
    """Read the name beside From's address; None for a firm's, or where it is no name."""
    if sender is None or not sender.name or "@" in sender.name:
        return None
    shown = _KISSES.sub("", sender.name)
    shown = _ORNAMENT.sub(" ", _ASIDE.sub("", shown)).strip(" \"'")
    if " " not in shown:
        shown = re.sub(r"(?<=\w)[._](?=\w)", " ", shown)  # camille.durand
    if any(letter.isdigit() for letter in shown) or not 1 <= len(words(shown)) <= 6:
        return None
    name = name_in(shown, signed=True) or _as_in_address(shown, sender.address)
    if name is None or not (name.given or name.family):
        return None
    known = plain((name.given or "").split(" ")[0]) in GIVEN_NAMES
    if not known and _is_firms(name, sender.address, titled=is_titled(shown)):
        return None
    return in_order(name, shown, sender.address)


def _as_in_address(shown: str, address: str) -> Name | None:
    """`Judy Park` is somebody where the mailbox is `judy.park@…`, whatever else the words may mean."""
    parts = shown.split()
    if len(parts) != 2 or not all(part[0].isupper() and part.replace("-", "").isalpha() for part in parts):
        return None
    local = address.partition("@")[0]
    return (
        Name(*parts) if _letters(plain(local)) == _letters(plain("".join(parts))) and "." in local else None
    )


def _is_firms(name: Name, address: str, *, titled: bool) -> bool:
    local, _, domain = plain(address).partition("@")
    own, theirs = _letters(local), _letters(domain.partition(".")[0])
    parts = [_letters(plain(word)) for word in (name.given, name.family) if word]
    if name.given and name.family:
        return local in _FUNCTIONS or (len(theirs) > 3 and any(part in theirs for part in parts))
    if name.family:
        return not (name.initial or titled)
    return not own.startswith(parts[0]) or parts[0] in theirs


def in_order(name: Name, written: str, address: str) -> Name:
    """Part a name as the mailbox does: turned back where a list of given names had turned it round, or its second
    word with the first (`Ravi Teja Pillai`, `raviteja.pillai@…`).
    """
    given, family = name.given or "", name.family or ""
    if not given or not family or "," in written or (family.isupper() and not given.isupper()):
        return name
    second, _, last = family.partition(" ")
    box = plain(address.partition("@")[0])
    if last and " " not in last and not is_particle(second) and box.endswith(plain(last)):
        before, dot = box.removesuffix(plain(last))[:-1], box.removesuffix(plain(last))[-1:]
        if dot in {".", "_"} and before == _letters(plain(given + second)):
            return name._replace(given=f"{given} {second}", family=last)
    turned = _letters(plain(f"{family}{given}"))
    as_written = _letters(plain(written)) == turned
    if as_written and _letters(plain(address.partition("@")[0])).startswith(turned):
        return name._replace(given=family, family=given)
    return name


def _letters(text: str) -> str:
    return re.sub(r"[^a-z]", "", text)
