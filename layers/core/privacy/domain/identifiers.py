"""Identifiers: how the system names people without writing their address anywhere (docs/architecture.md "Identifiers").

email#<pepper version>#<HMAC-SHA256 of the normalised address>
stripe_customer#cus_…  stripe_payment#pi_…  stripe_charge#ch_…  stripe_session#cs_…
stripe_invoice#in_…    shop_order#…  order_number#…  customer_number#…
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import re
import unicodedata
from collections.abc import Mapping
from itertools import pairwise

EMAIL = "email"
STRIPE_CUSTOMER = "stripe_customer"
STRIPE_PAYMENT = "stripe_payment"
STRIPE_CHARGE = "stripe_charge"
STRIPE_SESSION = "stripe_session"
STRIPE_INVOICE = "stripe_invoice"
SHOP_ORDER = "shop_order"
ORDER_NUMBER = "order_number"
CUSTOMER_NUMBER = "customer_number"

#: The longest address SMTP can carry (RFC 5321 §4.5.3.1.3, without the brackets).
MAX_ADDRESS = 254


class InvalidAddress(ValueError):
    """The text is no e-mail address. Its text never holds the address."""


def normalise_address(typed: str) -> str:
    """The address as one mailbox is known by: case, outer spaces and Unicode forms do not matter (E125, P16).

    Nothing that could join two different mailboxes is done: dots and +tags stay, the local part is only
    composed (NFC), so that look-alike letters remain different people. The domain follows IDNA's mapping
    (NFKC, lower case) and `xn--` labels are decoded, so that both spellings of a domain are one.

    Raises InvalidAddress.
    """
    text = typed.strip().strip("\u200b\u200c\u200d\u2060\ufeff").strip()
    local, at, domain = text.rpartition("@")
    if not at or not local or not domain or len(text) > MAX_ADDRESS:
        raise InvalidAddress("not an e-mail address")
    local = unicodedata.normalize("NFC", unicodedata.normalize("NFC", local).lower())
    domain = unicodedata.normalize("NFKC", unicodedata.normalize("NFKC", domain).lower())
    labels = domain.rstrip(".").replace("\u3002", ".").split(".")
    address = local + "@" + ".".join(_decoded(label) for label in labels)
    if not all(labels) or any(c.isspace() or unicodedata.category(c) in ("Cc", "Cs") for c in address):
        raise InvalidAddress("not an e-mail address")
    return address


def _decoded(label: str) -> str:
    if not label.startswith("xn--"):
        return label
    try:
        return unicodedata.normalize("NFC", label[4:].encode("ascii").decode("punycode"))
    except (UnicodeError, ValueError):
        return label


class Pseudonyms:
    """Turns addresses into identifiers with the peppers, which are permanent: losing them loses everybody.

    peppers: version → 32 bytes or more. New facts use `current`; look-ups try every version.
    """

    def __init__(self, current: int, peppers: Mapping[int, bytes]) -> None:
        if current not in peppers:
            raise ValueError(f"no pepper of version {current}")
        self._peppers = dict(peppers)
        self._current = current

    def email(self, address: str) -> str:
        """The identifier new facts use. Raises InvalidAddress."""
        return self._under(self._current, normalise_address(address))

    def emails(self, address: str) -> tuple[str, ...]:
        """The identifier under every pepper, the current one first. Raises InvalidAddress."""
        normalised = normalise_address(address)
        older = sorted((v for v in self._peppers if v != self._current), reverse=True)
        return tuple(self._under(v, normalised) for v in (self._current, *older))

    def aka(self, *addresses: str) -> dict[str, str]:
        """`{identifier: the same address under the next older pepper}`; empty while there is one pepper."""
        if len(self._peppers) == 1:
            return {}
        chains = (self.emails(address) for address in addresses)
        return {newer: older for chain in chains for newer, older in pairwise(chain)}

    def digest(self, *parts: str) -> str:
        """HMAC of the parts: an id for what has none, or a check value; tells nothing without the pepper."""
        return hmac.digest(self.digest_key, "\x1f".join(parts).encode(), hashlib.sha256).hex()

    def order_number(self, number: str) -> str:
        """What an order's number is in keys: the shop chooses it, and some shops choose an address."""
        return f"{ORDER_NUMBER}#{self.digest(ORDER_NUMBER, number.strip().casefold())}"

    def shop_order(self, number: str) -> str:
        """What an order paid outside Stripe is in keys, by its number."""
        return f"{SHOP_ORDER}#{self.digest(SHOP_ORDER, number.strip().casefold())}"

    def token(self, purpose: str, *parts: str) -> str:
        """The secret of a link, 43 characters: the same for the same purpose and parts, and nobody's guess."""
        key = hmac.digest(self._peppers[self._current], b"token", hashlib.sha256)
        mac = hmac.digest(key, "\x1f".join((purpose, *parts)).encode(), hashlib.sha256)
        return base64.urlsafe_b64encode(mac).decode().rstrip("=")

    @property
    def digest_key(self) -> bytes:
        """Derived from the first pepper, so that a later pepper changes no id and no digest."""
        return hmac.digest(self._peppers[min(self._peppers)], b"digest", hashlib.sha256)

    def _under(self, version: int, normalised: str) -> str:
        mac = hmac.digest(self._peppers[version], normalised.encode(), hashlib.sha256)
        return f"{EMAIL}#{version}#{mac.hex()}"


#: How Stripe begins the ids of what a purchase is known by.
_STRIPE = {"pi": STRIPE_PAYMENT, "ch": STRIPE_CHARGE, "in": STRIPE_INVOICE, "cs": STRIPE_SESSION}
_STRIPE_ID = re.compile(r"(?P<kind>pi|ch|in|cs)_\w{1,200}", re.ASCII)


def stripe_identifier(stripe_id: str) -> str | None:
    """The identifier of a purchase by its id at Stripe (`pi_…`); None for what is no such id."""
    found = _STRIPE_ID.fullmatch(stripe_id)
    return f"{_STRIPE[found['kind']]}#{stripe_id}" if found else None


def kind_of(identifier: str) -> str:
    return identifier.partition("#")[0]


def is_email(identifier: str) -> bool:
    return identifier.startswith("email#")
