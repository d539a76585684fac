"""What somebody may take along (G27, Art. 20; WP 242 rev.01): what they provided, and what their use of the shop
showed, as far as it is processed with their consent or for a contract. Nothing that anybody inferred, nothing of ours,
nothing that only the law makes us keep, nothing of other people's.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from privacy.domain.dossier import WITHHELD, Nature, Record, Store, Value, Why

PORTABLE_NATURES = frozenset({Nature.PROVIDED, Nature.OBSERVED})
#: Fields that may be taken along, by section; an empty tuple: all of them. What stands nowhere here may not: fraud
#: checks, clocks, invoices, disputes, requests and directives (a legal duty, Art. 6(1)(c)), Mailchimp's tags, notes and
#: ratings.
_FIELDS: Mapping[str, tuple[str, ...]] = {
    "profile": ("field", "value"),
    "consents": (
        "given_at",
        "ended_at",
        "ended_by",
        "email",
        "form",
        "wording",
        "language",
        "audience",
        "opt_in_ip",
    ),
    "orders": ("number", "status", "placed_at", "delivered_on", "amount", "currency", "refunded"),
    "told_order": ("number", "mode", "amount", "currency", "payment_status", "placed_at"),
    "told_checkout": ("mode", "amount", "currency", "status", "opened_at"),
    "told_refund": ("amount", "amount_refunded", "currency", "status", "at"),
    "told_handover": ("number", "delivered_on"),
    "told_delivery": ("name", "line1", "line2", "postal_code", "city", "state", "country"),
    "told_profile": ("email", "name", "line1", "line2", "postal_code", "city", "state", "country", "locale"),
    "told_phone": ("number",),
    "told_consent": ("purpose", "choice", "email", "language", "audience", "opted_in_at", "opt_in_ip"),
    "told_subscription": ("audience", "email", "status", "event", "changed_at", "signed_up_at", "signup_ip"),
    "stripe_customer": ("name", "email", "phone", "address", "shipping", "preferred_locales", "created"),
    "stripe_checkout_session": (
        "amount_total",
        "client_reference_id",
        "collected_information",
        "created",
        "currency",
        "custom_fields",
        "customer_details",
        "line_items",
        "payment_status",
    ),
    "mailchimp_member": (
        "audience",
        "email_address",
        "merge_fields",
        "interests",
        "language",
        "marketing_permissions",
        "status",
        "timestamp_signup",
        "timestamp_opt",
    ),
    "mailchimp_activity": (),
}
#: Of the profile, what the person did not provide.
_NOT_THEIRS = frozenset({"customer_number", "deleted"})
#: Why a record stays behind whole.
_LEFT = WITHHELD | {Why.UNVERIFIED_SENDER}


def portable(record: Record) -> Record | None:
    """The record as far as it may be taken along; None where nothing of it may."""
    fields = _FIELDS.get(record.section)
    if fields is None or record.nature not in PORTABLE_NATURES or record.notes.get("") in _LEFT:
        return None
    if record.store is Store.ARCHIVE:
        return None  # the contract has ended: what is left is the law's (E113)
    if record.section == "profile" and record.said.get("field") in _NOT_THEIRS:
        return None
    said: Mapping[str, Value] = {
        name: value for name, value in record.said.items() if not fields or name in fields
    }
    notes = {name: why for name, why in record.notes.items() if name in said}
    return replace(record, said=said, file="", notes=notes) if said else None


def limited(record: Record) -> bool:
    """Whether the law alone keeps what could be taken along otherwise; a person explains that (E113)."""
    return record.store is Store.ARCHIVE and record.section in _FIELDS
