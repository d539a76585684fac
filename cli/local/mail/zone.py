"""DNS for the mail of made-up people: this machine may send for the example domains, and for nobody else.

SPF and DMARC are looked up here, whatever the real DNS says, so that verdicts are the same on every machine and
without a network.
"""

from collections.abc import Mapping
from typing import Any

#: Domains of which any mail from this machine is genuine (RFC 2606, and a French one beside them).
GENUINE = ("example.fr", "example.org", "example.com", "example.net")
#: A domain whose owner says that nobody may send for it: what claims to come from there is forged.
FORBIDDEN = "forged.example"
#: The mail host of the shop, in the set-up where it copies contact@.
RELAY_DOMAIN = "mailhost.example.net"

_TXT: Mapping[str, str] = {
    **dict.fromkeys((*GENUINE, RELAY_DOMAIN), "v=spf1 ip4:127.0.0.1 -all"),
    **{f"_dmarc.{domain}": "v=DMARC1; p=reject" for domain in GENUINE},
    FORBIDDEN: "v=spf1 -all",
    f"_dmarc.{FORBIDDEN}": "v=DMARC1; p=reject",
}


def texts(name: str) -> list[str]:
    """The TXT records of a name, none where the zone has none."""
    found = _TXT.get(name.rstrip(".").lower())
    return [found] if found else []


def look_up_for_spf(name: str, kind: str, *_: Any, **__: Any) -> list[tuple[tuple[str, str], Any]]:
    """As pyspf asks: `((name, type), data)` of each record."""
    return [((name, "TXT"), (text.encode(),)) for text in texts(name)] if kind == "TXT" else []


def look_up_for_dkim(name: bytes, **_: Any) -> bytes | None:
    """As dkimpy asks. Nobody in the zone signs."""
    found = texts(name.decode("ascii", "replace"))
    return found[0].encode() if found else None
