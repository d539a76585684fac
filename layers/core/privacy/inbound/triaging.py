"""Triage at the entrance: whatever it stumbles over goes before a person, like everything that it is unsure of."""

from __future__ import annotations

from collections.abc import Callable

from privacy import logs
from privacy.domain.mail import IncomingMail
from privacy.domain.understanding import Outcome, Understanding

type Understand = Callable[[IncomingMail], Understanding]


def never_failing(understand: Understand) -> Understand:
    """The same, and unsure where it fails: a mistake of ours in reading one message must not keep it from its case."""

    def understood(mail: IncomingMail) -> Understanding:
        try:
            return understand(mail)
        except Exception as error:  # noqa: BLE001 - whatever it was, somebody reads the message
            logs.failure(error)
            return Understanding(Outcome.UNSURE)

    return understood
