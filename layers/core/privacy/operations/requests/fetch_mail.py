"""Fetch: a message of a case as it came, for an operator who has to see it whole (R26)."""

from __future__ import annotations

import base64

from privacy.domain.request import Request
from privacy.operations.people.marketing_reasons import Description
from privacy.ports import MailStore

PURPOSE = "fetch_mail"

#: Bytes that fit into Lambda's answer of 6 MB once they are base64 in JSON.
LARGEST = 4 * 1024 * 1024
#: Seconds for which a link to a larger one leads there.
LINK_LIVES = 60


class NoSuchMessage(Exception):
    """The case has no such message, or it is not kept any more."""


def fetch_mail(request: Request, mail: str | None, store: MailStore) -> Description:
    """`content` in base64, or a `link` that leads to it for a minute. mail: the first message, if None.

    Raises NoSuchMessage.
    """
    held = [message.mail for message in request.messages if message.mail]
    wanted = mail or next(iter(held), None)
    if wanted not in held or wanted is None:
        raise NoSuchMessage
    found = store.read(wanted, LARGEST + 1)
    if found is None:
        raise NoSuchMessage
    small = found.size <= LARGEST
    return {
        "mail": wanted,
        "size": found.size,
        "content": base64.b64encode(found.raw).decode() if small else None,
        "link": None if small else store.link(wanted, LINK_LIVES),
    }
