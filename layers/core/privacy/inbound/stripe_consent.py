"""What a Checkout session says about the newsletter, by the carriers of policy/imera.toml (A10).

A box that was not shown, or a field left unanswered, says nothing: absent is never consent, nor a withdrawal
(E116). A box shown and left unticked is the statement "no" (A9, E117). Of several carriers that speak, the
most restrictive is believed.
"""

from __future__ import annotations

from privacy.domain.facts import Group
from privacy.domain.policy import CUSTOM_FIELD, METADATA, PROMOTIONS, Carrier, Policy
from privacy.inbound.payload import Document, group, part, reference, text

GRANTED = "granted"
WITHDRAWN = "withdrawn"


def statement(session: Document, email: str | None, policy: Policy) -> Group:
    """The session's `consent` group, empty where no carrier speaks. email: as typed in the form."""
    said: tuple[str, Carrier, str] | None = None
    for carrier in policy.carriers:
        value = _value(session, carrier)
        choice = None if value is None else _choice(value, carrier)
        if value is not None and choice is not None and (said is None or choice == WITHDRAWN != said[0]):
            said = choice, carrier, value
    if said is None:
        return {}
    choice, carrier, value = said
    return group(
        purpose="newsletter",
        choice=choice,
        carrier=carrier.name,
        value=value,
        email=email,
        language=text(session, "locale"),
        session=reference(session, "id"),
    )


def _value(session: Document, carrier: Carrier) -> str | None:
    if carrier.kind == METADATA:
        return text(part(session, "metadata"), carrier.key)
    if carrier.kind == CUSTOM_FIELD:
        return _answer(session.get("custom_fields"), carrier.key)
    return text(part(session, "consent"), "promotions") if carrier.kind == PROMOTIONS else None


def _answer(fields: object, key: str) -> str | None:
    for field in fields if isinstance(fields, list) else ():
        if isinstance(field, dict) and field.get("key") == key:
            return text(part(field, "dropdown"), "value") or text(part(field, "text"), "value")
    return None


def _choice(value: str, carrier: Carrier) -> str | None:
    if carrier.kind == PROMOTIONS:
        return {"opt_in": GRANTED, "opt_out": WITHDRAWN}.get(value)
    answer = value.strip().lower()
    if answer in carrier.ticked:
        return GRANTED
    return WITHDRAWN if answer in carrier.unticked else None
