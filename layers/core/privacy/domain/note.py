"""A note to the operators: something that only a person can bring to its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime


@dataclass(frozen=True, slots=True)
class Note:
    """kind: hosted_form (Mailchimp wants the person's own hand; reason: forgotten | compliance).

    about: whose, by identifier. letter: queued | none, whether one goes to the person as soon as letters do.
    form: the address of the audience's hosted form, where Mailchimp told it.
    """

    id: str
    kind: str
    about: str
    audience: str
    reason: str
    letter: str
    since: datetime
    form: str | None = None
