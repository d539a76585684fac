"""Whose data an answer may hold, and where it goes: addresses at which identity was shown, and no other (P28)."""

from __future__ import annotations

from privacy.domain.mandate import answered_to_agent
from privacy.domain.request import Item, Request
from privacy.domain.request_steps import Kind, Step
from privacy.domain.understanding import Role

#: Identity shown by reading the mail of an address; the levels above it are shown by the sender themselves.
BY_MAILBOX = "L1"


def verified_addresses(request: Request, item: Item) -> tuple[str, ...]:
    """Each once, in the order in which they were verified (E79).

    A step that names none means the sender's, unless they write for somebody else, whose address nobody guesses.
    """
    steps = _verifications(request, item)
    if request.role is not Role.SELF:
        steps = [step for step in steps if step.text("address")]
    return tuple(dict.fromkeys(filter(None, (_address(request, step) for step in steps))))


def answered_at(request: Request, item: Item) -> str:
    """The address that the item's answer goes to; empty where nobody was verified.

    An agent's or the principal's, as the mandate says (E82). Of anybody else the sender's, where they showed who they
    are: from their own mailbox, by facts, or by a document (E74). Else the mailbox that confirmed: whoever merely
    claims to be somebody is not handed their data (E71).
    """
    steps = _verifications(request, item)
    if request.role is Role.AGENT and not answered_to_agent(request, item):
        return next(iter(verified_addresses(request, item)), "")
    if request.role is Role.AGENT:
        return request.address if steps else ""
    if any(step.text("level") != BY_MAILBOX or _address(request, step) == request.address for step in steps):
        return request.address
    return _address(request, steps[0]) if steps else ""


def about_another(request: Request, address: str) -> bool:
    """Whether who reads an answer at the address wrote for somebody else, and is not that person: neither the name nor
    the data of the case are theirs (E82)."""
    return request.role is not Role.SELF and address == request.address


def told_at(request: Request, item: Item, named: str) -> str:
    """The address that an answer in words goes to: as `answered_at`; else whoever asked, but for an agent whose mandate
    says nothing of it, for whom the principal is told (E82). named: whose data the proposal says it is about."""
    confirmed = answered_at(request, item)
    if not confirmed and request.role is Role.AGENT and not answered_to_agent(request, item):
        confirmed = named
    return confirmed or request.address


def _verifications(request: Request, item: Item) -> list[Step]:
    """Since they were last asked: a question takes the place of what was shown before, unless it asks about another
    address of theirs besides (E71, E79)."""
    about = [
        (number, step)
        for number, step in enumerate(request.steps, 1)
        if number > item.step and item.id in (step.texts("items") or (item.id,))
    ]
    asked = [n for n, step in about if step.kind is Kind.IDENTITY_ASKED and not step.holds("besides")]
    since = max(asked, default=item.step)
    return [step for number, step in about if number > since and step.kind is Kind.IDENTITY_VERIFIED]


def _address(request: Request, step: Step) -> str:
    return step.text("address") or request.address
