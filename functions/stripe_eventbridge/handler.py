"""Stripe's partner events from EventBridge: the same facts, trusted by the bus's policy instead of a signature.

What cannot be recorded raises, and Lambda tries again; the event's id is set aside, never the event.
"""

from __future__ import annotations

from privacy import bootstrap, logs
from privacy.bootstrap import folding
from privacy.inbound import eventbridge, stripe
from privacy.inbound.recording import receive

bootstrap.warm()


@logs.guarded
def handle(event: eventbridge.Envelope, _context: object) -> None:
    try:
        outcome = stripe.fact_from(
            eventbridge.stripe_event(event),
            pseudonyms=bootstrap.pseudonyms(),
            policy=bootstrap.policy(),
            recorded_at=bootstrap.now(),
            modes=bootstrap.settings().stripe_modes,
            account=bootstrap.settings().stripe_account,
        )
        receive(outcome, ledger=bootstrap.ledger(), policy=bootstrap.policy())
    except Exception:
        folding.stripe_eventbridge_dead_letters().send([{"event": eventbridge.event_id(event)}])
        raise
