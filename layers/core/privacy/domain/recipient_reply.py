"""What a recipient of somebody's data answers to our notice (Art. 19): it is read by whoever follows the case.

It joins the case that it is about, and not customer service's mail; it asks for nothing and gives no right to anything.
"""

from __future__ import annotations

from privacy.domain.identifiers import InvalidAddress, normalise_address
from privacy.domain.identity_reply import believed
from privacy.domain.mail import IncomingMail
from privacy.domain.request import Request
from privacy.domain.request_steps import Kind


def from_a_recipient(request: Request, mail: IncomingMail) -> bool:
    """Whether a notice of the case went to the mailbox that writes, and it is surely that one."""
    if mail.sender is None or not believed(mail):
        return False
    told = {step.text("address") for step in request.steps if step.kind is Kind.NOTIFIED}
    try:
        writes = normalise_address(mail.sender.address)
        return writes in {normalise_address(address) for address in told if address}
    except InvalidAddress:
        return False
