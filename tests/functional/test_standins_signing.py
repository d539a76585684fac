"""Our signer signs as Stripe does: a known answer, Stripe's own verifier, and the product's."""

import time

import pytest
import stripe

from cli.standins.signing import signature, stripe_header
from privacy.inbound.signature import InvalidSignature, verify

SECRET = "whsec_test_vector_secret"
AT = 1791496587
BODY = b'{"id":"evt_vector","object":"event"}'


def test_the_known_answer() -> None:
    expected = "62f168c739e46de5dd2a13a63690c3cac6c7df363866987235316438907f4b66"
    assert signature(BODY, SECRET, AT) == expected
    assert stripe_header(BODY, SECRET, AT) == f"t={AT},v1={expected}"


def test_stripes_own_verifier_accepts_it() -> None:
    body = '{"id":"evt_é","object":"event"}'.encode()
    header = stripe_header(body, SECRET, int(time.time()))
    assert stripe.Webhook.construct_event(body, header, SECRET).id == "evt_é"  # type: ignore[no-untyped-call]
    with pytest.raises(stripe.SignatureVerificationError):
        stripe.Webhook.construct_event(body + b" ", header, SECRET)  # type: ignore[no-untyped-call]


def test_the_products_verifier_accepts_it() -> None:
    verify(BODY, stripe_header(BODY, SECRET, AT), [SECRET], AT)
    with pytest.raises(InvalidSignature):
        verify(BODY, stripe_header(BODY, SECRET, AT), [SECRET], AT + 301)
