"""When each piece of a person goes: the rules of policy/imera.toml, applied (A1-A5, A13, A17, A19-A25, P31, P33)."""

from __future__ import annotations

from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.retention import Due


def schedule(person: Person, policy: Policy) -> tuple[Due, ...]:
    """One for each of the person's pieces, the earliest first."""
    raise NotImplementedError
