"""The back office's terms in words that a shop owner uses."""

from collections.abc import Mapping
from datetime import date, datetime

from privacy.domain.clocks import PARIS

MONTHS = (
    "January", "February", "March", "April", "May", "June",
    "July", "August", "September", "October", "November", "December",
)  # fmt: skip

#: Stripe counts these in whole units.
_NO_CENTS = frozenset({
    "bif", "clp", "djf", "gnf", "jpy", "kmf", "krw", "mga", "pyg", "rwf", "ugx", "vnd", "vuv", "xaf", "xof", "xpf",
})  # fmt: skip
_SYMBOLS = {"eur": "€", "gbp": "£", "usd": "$"}

REGIMES: Mapping[str, str] = {
    "customer": "Customer",
    "newsletter_only": "Newsletter only, never ordered",
    "none": "Neither customer nor subscriber",
}

CLOCKS: Mapping[str, str] = {
    "last_order": "ten years after the last order",
    "last_opt_in": "three years after they last asked for the newsletter",
    "opted_out": "they left the newsletter, and nothing else is a reason to keep them",
    "nothing_lasting": "thirty days after we last heard of them",
}

#: Reasons of the answer to "may we write to them".
REASONS: Mapping[str, str] = {
    "opted_in": "they asked for it",
    "no_opt_in": "they never asked for it",
    "unproven": "Mailchimp has them subscribed, but nothing proves that they asked",
    "withdrawn": "they withdrew their consent",
    "objected": "they objected",
    "address_changed": "they moved the newsletter to another address",
    "undeliverable": "mail to this address bounces",
    "restricted": "their data are only stored: they asked for it",
    "linked_person_refused": "somebody whom the facts connect with them refused",
    "period_over": "the time for writing to them is over",
}

#: What Mailchimp and the fold say beside a withdrawal or an objection.
SAID: Mapping[str, str] = {
    "abuse": "reported as spam",
    "box left unticked": "left the box unticked at a later order",
    "delete": "deleted at Mailchimp",
    "manual": "as Mailchimp tells it",
    "merged": "under another address of theirs",
    "unsubscribed": "unsubscribed",
}

STATES: Mapping[str, str] = {
    "none": "never agreed",
    "granted": "agreed",
    "withdrawn": "withdrawn",
    "objected": "objected",
    "moved": "moved to another address",
    "unproven": "unproven",
}

#: What Mailchimp has of somebody.
MEMBERS: Mapping[str, str] = {
    "subscribed": "subscribed",
    "pending": "asked by Mailchimp to confirm",
    "unsubscribed": "unsubscribed",
    "cleaned": "mail bounces",
    "archived": "taken out",
    "absent": "not there",
}

#: Why Mailchimp takes somebody back from their own hand only.
REFUSED: Mapping[str, str] = {
    "forgotten": "they were deleted there for good",
    "compliance": "they left, bounced or complained there",
}

#: What keeps Mailchimp from what somebody chose.
WAITS: Mapping[str, str] = {
    "call": "not as they chose yet: our call is on its way",
    "approval": "not as they chose yet: waits for the owner's approval of the import",
    "reconciliation": "nothing proves that they asked: the daily reconciliation takes them out",
    "own_hand": "not as they chose: only they can come back, through the form (privacy notes)",
    "taken_out": "somebody took them out at Mailchimp: a newer consent of theirs brings them back",
}

#: What we asked Mailchimp for.
ASKED: Mapping[str, str] = {
    "subscribed": "we asked Mailchimp to subscribe them",
    "pending": "we asked Mailchimp to have them confirm",
    "unsubscribed": "we asked Mailchimp to unsubscribe them",
    "archived": "we asked Mailchimp to take them out",
}

PROFILE: Mapping[str, str] = {
    "email": "e-mail",
    "line1": "street",
    "line2": "street, second line",
    "postal_code": "postal code",
    "customer_number": "customer number",
    "locale": "language",
    "deleted": "deleted at Stripe",
}

ORDER_STATES: Mapping[str, str] = {
    "paid": "paid",
    "refunded": "refunded in full",
    "partially_refunded": "refunded in part",
    "awaiting_payment": "awaiting payment, not an order yet",
    "payment_failed": "payment failed, not an order",
    "expired": "abandoned, not an order",
    "canceled": "cancelled, not an order",
    "unpaid": "unpaid",
    "known": "mentioned, nothing more",
}

HOLDS: Mapping[str, str] = {"dispute": "a dispute is open", "unpaid": "an invoice is unpaid"}

#: What a recipient is to us.
CAPACITIES: Mapping[str, str] = {
    "processor": "on our instructions",
    "controller": "for itself",
    "joint": "together with us",
    "authority": "by law",
}

GROUPS: Mapping[str, str] = {
    "disclosure": "to whom data went",
    "order": "orders",
    "checkout": "unfinished checkouts",
    "payment": "payments",
    "refund": "refunds",
    "dispute": "disputes",
    "fraud": "fraud checks",
    "card": "card, last four digits",
    "invoice": "invoices",
    "unpaid": "unpaid invoices",
    "delivery": "delivery addresses",
    "handover": "delivery dates",
    "contact": "when they wrote to us",
    "entry": "who entered it by hand",
    "profile": "name and address",
    "phone": "telephone",
    "consent": "proofs of consent",
    "subscription": "subscription",
    "archived": "orders in the archive",
    "link": "who is who",
}

PURPOSES: Mapping[str, str] = {
    "order_execution": "carrying out orders",
    "accounting": "accounts",
    "fraud_prevention": "fraud prevention",
    "claims": "claims and disputes",
    "marketing": "newsletter and offers",
    "record_keeping": "telling people apart",
    "answering": "answering requests",
    "respecting_refusals": "respecting refusals",
    "security": "security",
}

BASES: Mapping[str, str] = {
    "6(1)(a)": "their consent",
    "6(1)(b)": "the contract with them",
    "6(1)(c)": "a legal duty",
    "6(1)(f)": "our legitimate interest",
}

CARRIERS: Mapping[str, str] = {
    "mailchimp": "Mailchimp's form",
    "promotions": "Stripe's own box at checkout",
    "stay_page": "the page behind a renewal letter",
}

LANGUAGES: Mapping[str, str] = {
    "de": "German", "en": "English", "es": "Spanish", "fr": "French", "it": "Italian", "nl": "Dutch",
}  # fmt: skip


def word(words: Mapping[str, str], term: object) -> str:
    """Return the words for a term, or the term itself where there are none."""
    return words.get(str(term)) or str(term).replace("_", " ")


def day(iso: str) -> str:
    """Return `2026-11-22` as 22 November 2026."""
    read = date.fromisoformat(iso)
    return f"{read.day} {MONTHS[read.month - 1]} {read.year}"


def moment(iso: str) -> str:
    """Return an instant as its day and time in Paris."""
    read = datetime.fromisoformat(iso).astimezone(PARIS)
    return f"{day(read.date().isoformat())}, {read:%H:%M}"


def money(amount: int, currency: str | None) -> str:
    """Return integer cents as an amount."""
    code = (currency or "eur").lower()
    number = f"{amount:,}" if code in _NO_CENTS else f"{amount // 100:,}.{amount % 100:02}"
    return f"{_SYMBOLS[code]}{number}" if code in _SYMBOLS else f"{number} {code.upper()}"


def carrier(name: str) -> str:
    """Return where the box was, as `metadata:newsletter_optin` says it."""
    kind, _, key = name.partition(":")
    if kind == "metadata":
        return f"the shop's checkout (metadata {key})"
    if kind == "custom_field":
        return f"Stripe's checkout (field {key})"
    return word(CARRIERS, name)


def our_doing(type_: str, member: Mapping[str, str | None]) -> str:
    """Return what we did at Mailchimp, or found there afterwards."""
    status = member["status"]
    match type_:
        case "member_change":
            return word(ASKED, status)
        case "member_refused":
            return f"Mailchimp takes them from their own hand only: {word(REFUSED, member['reason'])}"
        case _:
            return f"seen afterwards: {word(MEMBERS, status)}"
