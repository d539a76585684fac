"""Honour: what comes in about somebody who was erased is refused, or taken out again (domain/gone.py; E104-E107)."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime

from privacy.domain.consent import REFUSALS, ConsentLog, Suppression
from privacy.domain.facts import Fact
from privacy.domain.gone import is_our_doing, names_of, refused, stripped
from privacy.domain.identifiers import is_email
from privacy.domain.policy import Policy
from privacy.ports import FactLedger, FactReader, Registry


def take_out(identifier: str, *, ledger: FactLedger, registry: Registry, policy: Policy) -> list[Fact]:
    """Delete what may not be filed under the identifier, where it is marked; returns what was deleted.

    What they refuse is put on the suppression list before it goes: an older opt-in may still be under way. Usually
    there is no mark, and this costs one read.
    """
    since = registry.gone([identifier]).get(identifier)
    if since is None:
        return []
    return take_out_since(identifier, since, ledger=ledger, registry=registry, policy=policy)


def take_out_since(
    identifier: str, since: datetime, *, ledger: FactLedger, registry: Registry, policy: Policy
) -> list[Fact]:
    """The same where the mark is known, with what was only emptied of what it had brought back. since: the mark."""
    there = [*ledger.under(identifier)]
    marked = _marked(there, registry)
    going = [*refused(there, since, marked, policy)]
    for entry in _refusals([fact for fact in going if not is_our_doing(fact, since)], policy):
        registry.suppress(entry)
    for fact in going:
        ledger.delete(identifier, fact.key)
    for fact, groups in stripped(there, since, marked, policy):
        ledger.remove(fact, groups)
        going.append(fact)
    return going


def admitted(facts: Sequence[Fact], *, ledger: FactReader, registry: Registry, policy: Policy) -> list[Fact]:
    """Those of a page's facts that may be recorded. One look-up for all; only marked partitions are read."""
    marks = registry.gone({fact.filed_under for fact in facts})
    going: set[tuple[str, str]] = set()
    for identifier, since in marks.items():
        there = {fact.key: fact for fact in ledger.under(identifier)}
        coming = {fact.key: fact for fact in facts if fact.filed_under == identifier}
        all_of_it = [*(coming | there).values()]
        refused_here = refused(all_of_it, since, _marked(all_of_it, registry), policy)
        going |= {(identifier, fact.key) for fact in refused_here}
    return [fact for fact in facts if (fact.filed_under, fact.key) not in going]


def _marked(facts: Sequence[Fact], registry: Registry) -> Collection[str]:
    named = set[str]().union(*map(names_of, facts))
    return registry.gone(named).keys() if named else ()


def _refusals(facts: Collection[Fact], policy: Policy) -> list[Suppression]:
    """The withdrawals and objections among them, address by address."""
    logs: dict[str, ConsentLog] = {}
    for fact in facts:
        email = next((i for i in fact.identifiers if is_email(i)), None)
        if email is not None and fact.group("consent").get("choice") in {s.value for s in REFUSALS}:
            logs.setdefault(email, ConsentLog(email)).add(fact, policy)
    return [entry for log in logs.values() if (entry := log.refusal()) is not None]
