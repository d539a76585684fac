"""POST /webhooks/stripe: verify over the raw bytes, translate, record, answer."""

from __future__ import annotations

from privacy import bootstrap
from privacy.inbound import http, signature, stripe
from privacy.inbound.payload import document
from privacy.inbound.recording import receive

bootstrap.warm()


@http.answering
def handle(event: http.Event) -> int:
    body = http.body(event)
    claim = signature.claimed(http.header(event, "stripe-signature"), bootstrap.unix_now())
    signature.check(body, claim, bootstrap.stripe_signing_secrets())
    outcome = stripe.fact_from(
        document(body),
        pseudonyms=bootstrap.pseudonyms(),
        policy=bootstrap.policy(),
        recorded_at=bootstrap.now(),
        modes=bootstrap.settings().stripe_modes,
        account=bootstrap.settings().stripe_account,
    )
    receive(outcome, ledger=bootstrap.ledger(), policy=bootstrap.policy())
    return http.RECORDED
