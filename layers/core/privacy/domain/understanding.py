"""What triage understood of a message, and why (T3-T5, A16)."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

from privacy.domain.rights import Right


class Outcome(StrEnum):
    """unsure: a person decides within one working day; the clock runs from receipt either way (A16)."""

    REQUEST = "request"
    NOT_REQUEST = "not_request"
    UNSURE = "unsure"


class Role(StrEnum):
    """Who writes: for themselves, or for somebody else (F2, F4, G31)."""

    SELF = "self"
    AGENT = "agent"
    HEIR = "heir"
    PARENT = "parent"
    EXECUTOR = "executor"


@dataclass(frozen=True, slots=True)
class Evidence:
    """A phrase of the message, and what it spoke for: a right's value, or `customer_service`, `authority`…

    against: what kept it from counting (negated, quoted, a question about the right, …); None where it counted.
    """

    says: str
    phrase: str
    against: str | None = None


@dataclass(frozen=True, slots=True)
class Particulars:
    """Of the person whose data it is, as they stand in the message; nothing is invented (P45).

    postal_address: one line, "street, postcode town"; where the postcode comes last, "street, town postcode".
    """

    given_name: str | None = None
    family_name: str | None = None
    postal_address: str | None = None
    customer_number: str | None = None


NO_PARTICULARS = Particulars()


@dataclass(frozen=True, slots=True)
class Understanding:
    """What a message asks, as far as reading it can tell.

    rights: in the order of Right. language: ISO 639-1, empty where there is no telling. customer_service: there is
    something for the shop in it besides, or only that (E42). authority: a regulator, the police or a tax office
    writes (E62, E63). abusive: money or threats come with it (E61); a person looks, nothing is refused for it.
    """

    outcome: Outcome
    rights: tuple[Right, ...] = ()
    language: str = ""
    role: Role = Role.SELF
    particulars: Particulars = NO_PARTICULARS
    customer_service: bool = False
    authority: bool = False
    abusive: bool = False
    evidence: tuple[Evidence, ...] = ()
