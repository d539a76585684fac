"""Short ways to tell facts in tests: fictional people, instants in UTC."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from privacy.domain.facts import Fact, digest_of
from privacy.domain.identifiers import Pseudonyms

PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for tests, of 32 bytes.."})
CAMILLE = "camille.durand@example.fr"
BENOIT = "benoit.martin@example.fr"


def at(text: str) -> datetime:
    """`2026-11-22` or `2026-11-22T10:00` as an instant in UTC."""
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


def email(address: str = CAMILLE) -> str:
    return PSEUDONYMS.email(address)


def fact(
    type_: str,
    when: str,
    *identifiers: str,
    subject: str | None = None,
    source: str = "stripe",
    event_id: str | None = None,
    aka: Mapping[str, str] | None = None,
    **groups: Mapping[str, Any],
) -> Fact:
    """One fact; its id follows from its content, so that telling it again is a duplicate."""
    occurred_at = at(when)
    content = repr((type_, when, identifiers, subject, sorted(groups.items())))
    return Fact(
        source=source,
        event_id=event_id or hashlib.sha256(content.encode()).hexdigest()[:16],
        type=type_,
        occurred_at=occurred_at,
        recorded_at=occurred_at,
        identifiers=identifiers,
        subject=subject or identifiers[0],
        groups=groups,
        digest=digest_of(PSEUDONYMS.digest_key, type_, occurred_at, groups),
        aka=aka or {},
    )


def session(
    when: str,
    who: str = CAMILLE,
    *,
    payment: str = "pi_1",
    customer: str | None = None,
    box: bool | None = None,
    amount: int = 8000,
    **extra: Any,
) -> Fact:
    """A paid Checkout session. box: ticked, unticked, or not shown."""
    names = [email(who), *([f"stripe_customer#{customer}"] if customer else []), f"stripe_payment#{payment}"]
    groups: dict[str, Mapping[str, Any]] = {
        "order": {
            "payment": payment,
            "session": f"cs_{payment}",
            "amount": amount,
            "currency": "eur",
            "payment_status": "paid",
            "placed_at": at(when).isoformat(),
            **extra,
        },
        "profile": {"email": who, "name": who.partition("@")[0]},
    }
    if box is not None:
        groups["consent"] = {
            "purpose": "newsletter",
            "choice": "granted" if box else "withdrawn",
            "session": f"cs_{payment}",
            "carrier": "metadata:newsletter_optin",
            "value": str(box).lower(),
            "email": who,
            "language": "fr",
        }
    return fact("checkout.session.completed", when, *names, subject=names[-1], **groups)


def charge(
    when: str, who: str | None = CAMILLE, *, payment: str = "pi_1", customer: str | None = None
) -> Fact:
    names = [*([email(who)] if who else []), *([f"stripe_customer#{customer}"] if customer else [])]
    names.append(f"stripe_payment#{payment}")
    return fact(
        "charge.succeeded",
        when,
        *names,
        subject=names[-1],
        payment={
            "payment": payment,
            "charge": f"ch_{payment}",
            "status": "succeeded",
            "amount": 8000,
            "currency": "eur",
            "at": at(when).isoformat(),
        },
        card={"brand": "visa", "last4": "4242", "at": at(when).isoformat()},
        fraud={
            "charge": f"ch_{payment}",
            "outcome": "authorized",
            "risk_level": "normal",
            "at": at(when).isoformat(),
        },
    )


def paid_without_address(when: str, *, payment: str = "pi_1", customer: str | None = None) -> Fact:
    names = [*([f"stripe_customer#{customer}"] if customer else []), f"stripe_payment#{payment}"]
    return fact(
        "payment_intent.succeeded",
        when,
        *names,
        subject=names[-1],
        payment={
            "payment": payment,
            "status": "succeeded",
            "amount": 8000,
            "currency": "eur",
            "at": at(when).isoformat(),
        },
    )


def refund(when: str, *, payment: str = "pi_1", total: int = 8000) -> Fact:
    return fact(
        "charge.refunded",
        when,
        f"stripe_payment#{payment}",
        refund={
            "charge": f"ch_{payment}",
            "amount_refunded": total,
            "currency": "eur",
            "at": at(when).isoformat(),
        },
    )


def dispute(when: str, status: str, *, payment: str = "pi_1") -> Fact:
    return fact(
        "charge.dispute.closed" if status in ("won", "lost") else "charge.dispute.created",
        when,
        f"stripe_payment#{payment}",
        dispute={
            "dispute": f"du_{payment}",
            "status": status,
            "amount": 8000,
            "currency": "eur",
            "opened_at": at(when).isoformat(),
        },
    )


def customer(
    when: str, who: str = CAMILLE, *, customer: str = "cus_1", previous: str | None = None, **profile: Any
) -> Fact:
    names = [email(who), *([email(previous)] if previous else []), f"stripe_customer#{customer}"]
    return fact(
        "customer.updated" if previous else "customer.created",
        when,
        *names,
        subject=names[-1],
        profile={"email": who, **profile},
    )


def unsubscribed(when: str, who: str = CAMILLE, *, reason: str = "manual") -> Fact:
    return fact(
        "unsubscribe",
        when,
        email(who),
        source="mailchimp",
        subscription={"audience": "list1", "email": who, "event": "unsubscribe", "reason": reason},
        consent={
            "purpose": "newsletter",
            "choice": "objected" if reason == "abuse" else "withdrawn",
            "carrier": "mailchimp",
            "audience": "list1",
            "email": who,
            "reason": reason,
        },
    )


def member(
    when: str,
    who: str = CAMILLE,
    *,
    source: str = "Hosted Signup Form",
    opted_in: str | None = None,
    status: str = "subscribed",
) -> Fact:
    """Mailchimp's member, read back."""
    said: dict[str, Mapping[str, Any]] = {
        "subscription": {
            "audience": "list1",
            "email": who,
            "status": status,
            "member_source": source,
            "changed_at": at(when).isoformat(),
        },
    }
    if status == "subscribed":
        said["consent"] = {
            "purpose": "newsletter",
            "choice": "granted",
            "carrier": "mailchimp",
            "audience": "list1",
            "email": who,
            "member_source": source,
            "opt_in_ip": "203.0.113.7",
            "opted_in_at": at(opted_in or when).isoformat(),
        }
    elif status == "unsubscribed":
        said["consent"] = {
            "purpose": "newsletter",
            "choice": "withdrawn",
            "carrier": "mailchimp",
            "audience": "list1",
            "email": who,
        }
    return fact("member_read", when, email(who), source="mailchimp_member", **said)


def hint(when: str, event: str, who: str = CAMILLE, *, new: str | None = None, reason: str = "") -> Fact:
    """A Mailchimp webhook that proves nothing by itself."""
    names = [email(who), *([email(new)] if new else [])]
    return fact(
        event,
        when,
        *names,
        source="mailchimp",
        subscription={"audience": "list1", "email": new or who, "event": event, "reason": reason},
    )


def merged(when: str, first: str, second: str, *, merge: str = "m1", undone: bool = False) -> list[Fact]:
    """An operator's merge of two addresses, or its undoing: filed under both."""
    type_ = "people_unmerged" if undone else "people_merged"
    merge = f"{merge}:{first}:{second}"
    link = {"merge": merge, "by": "camille.operator"}
    event_id = f"{merge}:{when}:{'undone' if undone else 'done'}"
    return [
        fact(type_, when, email(a), email(b), source="operator", event_id=f"{event_id}:{n}", link=link)
        for n, (a, b) in enumerate([(first, second), (second, first)])
    ]


def kept_apart(when: str, first: str, second: str) -> list[Fact]:
    """An operator's word that two addresses are two people: filed under both."""
    return [
        fact(
            "people_kept_apart", when, email(a), email(b), source="operator", link={"by": "camille.operator"}
        )
        for a, b in ((first, second), (second, first))
    ]


def numbered(
    when: str, who: str = CAMILLE, *, payment: str = "pi_1", number: str = "1042", **extra: Any
) -> Fact:
    """A paid session that names its order's number."""
    told = session(when, who, payment=payment, number=number, **extra)
    return replace(told, identifiers=(*told.identifiers, PSEUDONYMS.order_number(number)))


def handover(day: str, *, number: str = "1042", recorded: str = "2027-02-01") -> Fact:
    """The shop's word on when an order was delivered."""
    told = fact(
        "order.delivered",
        day,
        PSEUDONYMS.order_number(number),
        source="shop",
        handover={"number": number, "delivered_on": day},
    )
    return replace(told, recorded_at=at(recorded))


def added(when: str, who: str = CAMILLE, *, number: str = "B-1", amount: int = 4990) -> Fact:
    """An order paid outside Stripe."""
    return fact(
        "order.added",
        when,
        PSEUDONYMS.shop_order(number),
        email(who),
        PSEUDONYMS.order_number(number),
        source="shop",
        order={
            "number": number,
            "amount": amount,
            "currency": "eur",
            "payment_status": "paid",
            "placed_at": at(when).isoformat(),
        },
        profile={"email": who},
    )
