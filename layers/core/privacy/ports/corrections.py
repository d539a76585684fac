"""Correcting what providers have of a person (Art. 16, 19). Each call may be repeated; none is believed until seen.

Every method raises ProviderUnavailable.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class MemberCorrector(Protocol):
    """Mailchimp's members, corrected."""

    def correct_name(self, audience: str, address: str, given_name: str, family_name: str) -> None:
        """No such member has nothing to be corrected."""
        ...

    def change_address(self, audience: str, old: str, new: str) -> None:
        """The member under the old address gets the new one, and keeps whatever they chose.

        There has to be one under the old address and none under the new.
        """
        ...


class CustomerCorrector(Protocol):
    """Stripe's customers, corrected."""

    def correct(self, customer: str, profile: Mapping[str, str]) -> bool:
        """profile: fields as a fact's group `profile` has them, and `phone`; only these change.

        False: there is no such customer any more.
        """
        ...
