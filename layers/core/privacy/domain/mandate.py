"""What a mandate says of the answer: to whom the data go, the agent or the person who gave it (F4, E82)."""

from __future__ import annotations

from privacy.domain.request import Item, Request
from privacy.domain.request_steps import Kind

AGENT, PRINCIPAL = "agent", "principal"
ANSWERED_TO = (AGENT, PRINCIPAL)


def answered_to_agent(request: Request, item: Item) -> bool:
    """Whether the mandate that was accepted for the item says so. Where none says it, the data go to nobody but the
    person whose they are."""
    said = [
        step.text("answer_to")
        for number, step in enumerate(request.steps, 1)
        if step.kind is Kind.MANDATE_ACCEPTED
        and number > item.step
        and item.id in (step.texts("items") or (item.id,))
    ]
    return said[-1:] == [AGENT]
