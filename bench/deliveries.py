"""Signed webhooks as API Gateway hands them to the handlers (payload format 2.0)."""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Mapping
from typing import Any

from bench.history import FIRST
from bench.telling import mailchimp_event, stripe_event

type Delivery = dict[str, Any]

#: A body of this size is what the field's figures were taken with.
BODY = 4096
STRIPE_SECRET = "whsec_bench"
PATH_KEY = "a-key-of-the-bench-in-the-path-0"
SECRETS: Mapping[str, str] = {
    "pepper": json.dumps(
        {"current": 1, "peppers": {"1": base64.b64encode(b"a pepper for benches, 32 bytes..").decode()}}
    ),
    "stripe": json.dumps({"signing_secrets": [STRIPE_SECRET]}),
    "mailchimp": json.dumps({"path_keys": [PATH_KEY], "signing_secrets": []}),
    "stripe-api": json.dumps({"api_key": "rk_live_bench"}),
    "stripe-erasure": json.dumps({"api_key": "rk_live_bench"}),
    "mailchimp-api": json.dumps({"api_key": "bench-us21"}),
}


def signature(body: bytes, secret: str, at: int) -> str:
    return hmac.new(secret.encode(), b"%d." % at + body, hashlib.sha256).hexdigest()


def purchase(n: int, *, size: int = BODY, at: int = FIRST) -> bytes:
    """A completed checkout of exactly `size` bytes: the shop's own note fills it up."""
    event = json.loads(stripe_event("checkout.session.completed", purchase=f"Bench{n:06}", at=at))
    metadata = event["data"]["object"]["metadata"]
    metadata["note"] = ""
    bare = len(json.dumps(event, separators=(",", ":")).encode())
    metadata["note"] = "n" * (size - bare)
    return json.dumps(event, separators=(",", ":")).encode()


def by_stripe(body: bytes, *, at: int | None = None, header: str | None = None) -> Delivery:
    """Signed at `at` (now, if None); header: what stands in place of the signature header."""
    at = int(time.time()) if at is None else at
    signed = f"t={at},v1={signature(body, STRIPE_SECRET, at)}"
    return _posted("/webhooks/stripe", body, {"stripe-signature": signed if header is None else header})


def by_mailchimp(body: bytes, *, key: str = PATH_KEY) -> Delivery:
    return _posted(f"/webhooks/mailchimp/{key}", body, {}) | {"pathParameters": {"key": key}}


def unsubscribed(n: int) -> bytes:
    return mailchimp_event("unsubscribe", at=FIRST + n * 60)


def _posted(path: str, body: bytes, headers: Mapping[str, str]) -> Delivery:
    return {
        "version": "2.0",
        "routeKey": f"POST {path}",
        "rawPath": path,
        "headers": {"content-type": "application/json", "user-agent": "Stripe/1.0", **headers},
        "requestContext": {"http": {"method": "POST", "path": path, "sourceIp": "203.0.113.1"}},
        "body": body.decode(),
        "isBase64Encoded": False,
    }
