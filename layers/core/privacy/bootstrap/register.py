"""The record of breaches, and what the DPO is called for each morning."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from typing import TYPE_CHECKING

from privacy import bootstrap
from privacy.bootstrap import contact

if TYPE_CHECKING:
    from privacy.domain.breach import Breach
    from privacy.domain.gaps import Gap
    from privacy.operations.notices.call_dpo import Calls
    from privacy.ports.breaches import Breaches


@cache
def breaches() -> Breaches:
    from privacy.outbound.dynamodb_breaches import DynamoBreaches

    return DynamoBreaches(bootstrap.dynamodb(), bootstrap.settings().registry_table)


def call_breach(breach: Breach) -> bool:
    """Whether the DPO's letter of a breach that was opened just now was begun."""
    from privacy.operations.notices.call_breaches import begun

    return begun(breach, log=contact.requests(), periods=bootstrap.policy().periods, now=bootstrap.now())


def calls() -> Calls:
    """Of a morning."""
    from privacy.operations.notices.call_dpo import Calls

    return Calls(
        holds=contact.legal_holds().all,
        breaches=breaches().open,
        gaps=_gaps,
        log=contact.requests(),
        periods=bootstrap.policy().periods,
        now=bootstrap.now(),
    )


def _gaps() -> Sequence[Gap]:
    from privacy.operations.register.compose_register import gaps
    from privacy.policy import recipients, register

    policy, known = bootstrap.policy(), recipients.load()
    return gaps(policy, known, register.load(policy, known))
