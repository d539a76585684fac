"""Signatures as the providers make them: HMAC-SHA256 over the timestamp, a dot and the raw body.

Stripe and Mailchimp use the same scheme under different header names.
"""

import hashlib
import hmac


def signature(payload: bytes, secret: str, at: int) -> str:
    """Return the hexadecimal `v1` signature of `payload` sent at the Unix second `at`."""
    return hmac.new(secret.encode(), b"%d." % at + payload, hashlib.sha256).hexdigest()


def stripe_header(payload: bytes, secret: str, at: int) -> str:
    """Return the value of `Stripe-Signature`, and of Mailchimp's `X-Mailchimp-Signature`."""
    return f"t={at},v1={signature(payload, secret, at)}"
