"""One loyal customer's ledger: ten thousand orders with charges and refunds, and a newsletter come and gone.

Every fact is a provider's example event told again and read by the product's own parsers, so that items weigh
what they weigh.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from itertools import count, islice

from bench.telling import BUYER, mailchimp_event, stripe_event
from privacy import policy
from privacy.domain.facts import Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.member import Member
from privacy.inbound import mailchimp, stripe
from privacy.inbound.payload import Ignored
from privacy.operations.consent import read_back_member

PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for benches, 32 bytes.."})
POLICY = policy.load()
FIRST = int(datetime(2016, 1, 4, 9, tzinfo=UTC).timestamp())
HOUR = 3600
#: Of ten facts, how many speak of the newsletter.
NEWSLETTER_IN_TEN = 3


def history(facts: int) -> Iterator[Fact]:
    """So many facts of one person, oldest first."""
    orders, newsletter = _orders(), _newsletter()
    for n in range(facts):
        yield next(newsletter if n % 10 < NEWSLETTER_IN_TEN else orders)


def _orders() -> Iterator[Fact]:
    """3.5 facts an order: session, intent, charge; every fourth order is refunded, which is two more."""
    for n in count():
        at = FIRST + n * 8 * HOUR
        about = {"purchase": f"Order{n:06}", "customer": "LoyalCustomer", "at": at}
        for name in ("checkout.session.completed", "payment_intent.succeeded", "charge.succeeded"):
            yield told_by_stripe(stripe_event(name, **about), at)  # type: ignore[arg-type]
        if n % 4 == 3:
            later = about | {"at": at + 240 * HOUR}
            yield told_by_stripe(stripe_event("refund.created", **later), at)  # type: ignore[arg-type]
            yield told_by_stripe(stripe_event("charge.refunded", **later), at)  # type: ignore[arg-type]


def _newsletter() -> Iterator[Fact]:
    """Subscribed, read back, profile changed, unsubscribed, and again a day later."""
    for n in count():
        at = FIRST + n * 24 * HOUR
        yield told_by_mailchimp(mailchimp_event("subscribe", at=at), at)
        yield read_back(at + 60)
        yield told_by_mailchimp(mailchimp_event("profile", at=at + HOUR), at)
        yield told_by_mailchimp(mailchimp_event("unsubscribe", at=at + 12 * HOUR), at)


def told_by_stripe(event: bytes, at: int) -> Fact:
    from privacy.inbound.payload import document

    recorded_at = datetime.fromtimestamp(at + 2, UTC)
    return _fact(
        stripe.fact_from(document(event), pseudonyms=PSEUDONYMS, policy=POLICY, recorded_at=recorded_at)
    )


def told_by_mailchimp(form: bytes, at: int) -> Fact:
    return _fact(
        mailchimp.fact_from(form, pseudonyms=PSEUDONYMS, recorded_at=datetime.fromtimestamp(at + 2, UTC))
    )


def read_back(at: int, buyer: str = BUYER) -> Fact:
    when = datetime.fromtimestamp(at, UTC)
    member = Member(
        audience="a6b5da1054",
        address=buyer,
        status="subscribed",
        source="Hosted Signup Form",
        opted_in_at=when - timedelta(seconds=60),
        opt_in_ip="203.0.113.7",
        signed_up_at=when - timedelta(seconds=90),
        signup_ip="203.0.113.7",
        changed_at=when,
        language="fr",
        unsubscribe_reason=None,
    )
    return read_back_member.fact_from(member, pseudonyms=PSEUDONYMS, recorded_at=when)


def _fact(outcome: Fact | Ignored) -> Fact:
    if isinstance(outcome, Ignored):
        raise ValueError(f"ignored: {outcome.reason}")
    return outcome


def orders_in(facts: int) -> int:
    return len({f.subject for f in islice(history(facts), facts) if "order" in f.groups})
