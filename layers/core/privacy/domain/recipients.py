"""Who else gets data, by name (P23, P24, P29, G18; CJEU C-154/21): as the register has them."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import NamedTuple

#: processor: on our behalf and by our instructions. controller: for purposes of their own. joint: together with us.
ROLES = frozenset({"processor", "controller", "joint"})


class Recipient(NamedTuple):
    """One recipient.

    operations: what they do with the data, in plain words, by language. country: where they are established.
    transfer: how data that leave the European Economic Area are protected, in plain words, by language; empty where
    none leave it. groups: field groups that they get. always: they get whatever we hold, as who stores it for us does.
    told_by: sources of facts, each of which shows that the person's data have been there. dpa_signed_on: when the
    contract of Art. 28 was signed; None: nobody has told us. notices_to: where they are written to about what was
    corrected, erased or restricted (Art. 19); empty where they do it at our call, or nobody has told us.
    """

    id: str
    name: str
    role: str
    operations: Mapping[str, str]
    country: str
    transfer: Mapping[str, str]
    groups: frozenset[str]
    told_by: frozenset[str]
    always: bool
    dpa_signed_on: date | None
    notices_to: str = ""

    @property
    def gap(self) -> bool:
        """A processor without a contract that we know of (P29)."""
        return self.role == "processor" and self.dpa_signed_on is None
