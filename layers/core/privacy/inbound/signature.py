"""Stripe's and Mailchimp's webhook signature, which are one scheme (docs/providers.md "Signatures").

    t=<unix seconds>,v1=<hex>[,v1=<hex>…]      v1 = HMAC-SHA256(secret, "<t>." + raw body)

Whoever can call the address can send anything here, so everything is refused for the price of a look at the
header, or of one HMAC a secret; and refused means InvalidSignature, whatever was wrong.
"""

from __future__ import annotations

import hmac
from collections.abc import Sequence

#: A provider signs once per active secret; more than this is somebody making us compare.
MAX_SIGNATURES = 16
_MAX_HEADER = 4096


class InvalidSignature(Exception):
    """The body is not the provider's, or too old, or from the future. Holds nothing of what was sent."""


type Claim = tuple[bytes, list[bytes]]


def verify(
    payload: bytes, header: str | None, secrets: Sequence[str], now: int, tolerance: int = 300
) -> None:
    """Accept the payload (bytes as received) if any of the secrets signed it within `tolerance` seconds of `now`.

    header: the signature header's value. now: unix seconds.
    Stricter than stripe-python where it is lax: a future timestamp, a second `t`, and an unending list of
    signatures are refused, and the timestamp must be written as the provider writes it.

    Raises InvalidSignature.
    """
    check(payload, claimed(header, now, tolerance), secrets)


def claimed(header: str | None, now: int, tolerance: int = 300) -> Claim:
    """What the header claims, `(t, [v1, …])`, if it could be true at all: refusing the rest takes no secret.

    Raises InvalidSignature.
    """
    if not header or len(header) > _MAX_HEADER or not header.isascii():
        raise InvalidSignature
    timestamp = b""
    signatures: list[bytes] = []
    for item in header.encode().split(b","):
        name, equals, value = item.partition(b"=")
        if not equals:
            raise InvalidSignature
        if name == b"v1":
            signatures.append(value)
        elif name == b"t":
            if timestamp:
                raise InvalidSignature
            timestamp = value
    if not signatures or len(signatures) > MAX_SIGNATURES:
        raise InvalidSignature
    if not timestamp.isdigit() or len(timestamp) > 12 or timestamp.startswith(b"0"):
        raise InvalidSignature
    if abs(now - int(timestamp)) > tolerance:
        raise InvalidSignature
    return timestamp, signatures


def check(payload: bytes, claim: Claim, secrets: Sequence[str]) -> None:
    """Compares the claim's signatures, in constant time, with each secret's. Raises InvalidSignature."""
    timestamp, signatures = claim
    message = timestamp + b"." + payload
    for secret in secrets:
        if not secret:  # an empty key would let anybody sign
            continue
        expected = hmac.digest(secret.encode(), message, "sha256").hex().encode()
        for signature in signatures:
            if hmac.compare_digest(expected, signature):
                return
    raise InvalidSignature
