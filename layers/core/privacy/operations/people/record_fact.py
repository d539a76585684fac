"""Record: append a fact with one conditional write (docs/architecture.md "Facts")."""

from __future__ import annotations

from privacy.domain.facts import GROUPS, Fact
from privacy.domain.policy import Policy
from privacy.ports import Appended, FactLedger


class UnregisteredData(Exception):
    """The register names no such source, or the source may not bring such a field group (P1, P16, G1)."""


def record_fact(fact: Fact, *, ledger: FactLedger, policy: Policy) -> Appended:
    """Append the fact; the ledger's key refuses a second delivery.

    Raises UnregisteredData, LedgerUnavailable.
    """
    source = policy.sources.get(fact.source)
    if source is None:
        raise UnregisteredData(f"source {fact.source!r}")
    for name, fields in fact.groups.items():
        if name not in source.groups:
            raise UnregisteredData(f"group {name!r} from {fact.source!r}")
        unknown = fields.keys() - set(GROUPS[name])
        if unknown:
            raise UnregisteredData(f"fields {sorted(unknown)} of {name!r}")
    return ledger.append(fact)
