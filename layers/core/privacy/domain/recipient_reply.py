"""What a recipient of somebody's data answers to our notice (Art. 19): it is read by whoever follows the case.

It joins the case that it is about, and not customer service's mail; it asks for nothing and gives no right to anything.
"""

from __future__ import annotations

from privacy.domain.identity_reply import answered_letter, believed, same_mailbox
from privacy.domain.mail import IncomingMail
from privacy.domain.request import Request
from privacy.domain.request_steps import Kind


def from_a_recipient(request: Request, mail: IncomingMail) -> bool:
    """Whether a notice of the case went to the mailbox that writes.

    It is surely that one, or it answers that very letter, by an id of SES's that nobody but its reader knows: many
    firms publish no DMARC.
    """
    if mail.sender is None or mail.automatic is not None:
        return False
    told = {step.text("address") for step in request.steps if step.kind is Kind.NOTIFIED}
    if not any(same_mailbox(mail.sender.address, address) for address in told if address):
        return False
    verdicts = mail.verdicts
    forged = "FAIL" in {verdicts.dmarc, verdicts.spam, verdicts.virus}
    return believed(mail) or (not forged and answered_letter(request, mail, "RECIPIENT_NOTICE") is not None)
