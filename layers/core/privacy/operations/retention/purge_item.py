"""Purge items of the registry and of the archive, each when its day has come (R1-R4, R9, R24, R26, R31).

A stamp is a lower bound: what is looked at on its day and has a later one is looked at again then. Each deletion
carries the condition that nothing newer took the item's place. The registry's own records (tokens, the read log, runs
and receipts) leave no receipt when they go: a receipt of receipts would never end.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.domain.clocks import after, paris_day
from privacy.domain.facts import Fact
from privacy.domain.identifiers import ORDER_NUMBER, kind_of
from privacy.domain.linking import PURCHASES
from privacy.domain.policy import Policy
from privacy.domain.purge import Keeper, still_keeps
from privacy.domain.schedule import schedule
from privacy.operations.people.fold_people import Stores
from privacy.operations.retention.keepers import keepers_of
from privacy.operations.retention.purge_case import untold
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.ports import RequestLog
from privacy.ports.retention import Archive, Archived, LegalHolds, ReceiptRemover, RegistryRemover

type Key = tuple[str, str]
type Counts = Mapping[str, int]
type Tell = Callable[[Counts], None]

#: How the registry's partitions begin, up to the first `#`.
SUPPRESSION, RECEIPT, NOTE, DIRECTIVE = "suppression", "receipt", "note", "directive"
TOKEN, RUN, READ, BREACH = "token", "run", "read", "breach"
#: By which rule records of ours go that say their day themselves.
_OWN_DAY: Mapping[str, str] = {TOKEN: "R24", RUN: "R31", READ: "R26", BREACH: "R34"}
#: By which rule goes what is kept about an address as long as anything else of it is.
_GOES_WITH_THEM: Mapping[str, str] = {NOTE: "R4", DIRECTIVE: "R27"}
#: What a purchase may be called by.
_NAMES = frozenset({*PURCHASES, ORDER_NUMBER})
#: How often an entry is looked at whose address somebody's record still names, and nobody knows until when.
_LOOKED_AT_EVERY = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class RegistryPurge:
    """What it takes. now: when the run's batch is done."""

    registry: RegistryRemover
    receipts: ReceiptRemover
    stores: Stores
    archive: Archive
    policy: Policy
    now: datetime

    @property
    def today(self) -> date:
        return paris_day(self.now)


def purge_registry(key: Key, purge: RegistryPurge, tell: Tell = untold) -> Counts:
    """How much of the item went by each rule; nothing where it is not due or not there any more.

    key: the item's partition and sort key. tell: told the same just before anything goes. Raises whatever the stores
    raise.
    """
    kind, _, rest = key[0].partition("#")
    if kind == SUPPRESSION:
        return _suppression(rest, purge, tell)
    if kind == RECEIPT:
        return _receipt(key, purge)
    if kind in _GOES_WITH_THEM:
        return _about_somebody(key, _GOES_WITH_THEM[kind], purge)
    if kind in _OWN_DAY and purge.registry.drop(key, purge.today):
        return {_OWN_DAY[kind]: 1}
    return {}


def _suppression(email: str, purge: RegistryPurge, tell: Tell) -> Counts:
    """R9, A18: three years from the refusal, or as long as anybody's record has the address (E148, E149)."""
    entry = purge.registry.entry_of(email)
    if entry is None:
        return {}
    day = after(paris_day(entry.at), purge.policy.rule_of("item:suppression").span("refusal"))
    if day <= purge.today:
        held_until = _address_held_until(email, purge)
        if held_until is None:
            tell({"R9": 1})
            return {"R9": 1} if purge.registry.lift(entry) else {}
        day = max(held_until, purge.today + timedelta(days=1))
    purge.registry.look_again(entry, day)
    return {}


def _address_held_until(email: str, purge: RegistryPurge) -> date | None:
    """A lower bound of the day on which nobody's record has the address any more; None: nobody's has."""
    days = [day for archived in purge.archive.under(email) for day in archived.due_on.values()]
    pointer = purge.stores.people.pointers([email]).get(email)
    if pointer is None:
        return min(days, default=None)
    summary = purge.stores.people.summary(pointer.person) if pointer.person else {}
    known = summary.get("due_on") or summary.get("clock_due_on")
    days.append(date.fromisoformat(known) if isinstance(known, str) else purge.today + _LOOKED_AT_EVERY)
    return min(days)


def _about_somebody(key: Key, rule: str, purge: RegistryPurge) -> Counts:
    """What waits for an operator about somebody goes with them, and what they want for after their death (R27)."""
    about = purge.registry.note_about(key)
    if about is None:
        return {}
    held_until = _address_held_until(about, purge)
    if held_until is None:
        return {rule: 1} if purge.registry.drop(key, purge.today) else {}
    purge.registry.look_at_note_again(key, max(held_until, purge.today + timedelta(days=1)))
    return {}


def _receipt(key: Key, purge: RegistryPurge) -> Counts:
    """R31: by whom as long as whoever was erased may have to be erased again (R32), then by how many."""
    receipt = purge.receipts.filed(key)
    if receipt is None:
        return {}
    day = paris_day(receipt.begun_at)
    ends_on = after(day, purge.policy.rule_of("item:receipt").span("run"))
    if purge.today >= ends_on:
        purge.receipts.drop_receipt(receipt)
        return {"R31": 1}
    if purge.today >= after(day, purge.policy.rule_of("object:replay").span("erasure")):
        purge.receipts.count_only(receipt, ends_on)
    return {}


@dataclass(frozen=True, slots=True)
class ArchivePurge:
    """What it takes."""

    archive: Archive
    stores: Stores
    holds: LegalHolds
    log: RequestLog
    policy: Policy
    now: datetime


def purge_archived(key: Key, purge: ArchivePurge, tell: Tell = untold) -> Counts:
    """How many groups of the archived fact went by each rule; nothing where none is due, or something keeps them.

    What keeps a person's data keeps their archive too (A23): it goes with the first run without. key, tell: as
    purge_registry. Raises whatever the stores raise, and NeighbourhoodTooLarge.
    """
    archived = purge.archive.get(*key)
    if archived is None:
        return {}
    today = paris_day(purge.now)
    groups = [name for name, day in archived.due_on.items() if day <= today and name in archived.fact.groups]
    if groups and _is_kept(archived, purge):
        return {}
    counts: dict[str, int] = {}
    for name in groups:
        rule = purge.policy.rule_of(f"group:{name}").id
        counts[rule] = counts.get(rule, 0) + 1
    if counts:
        tell(counts)
    # where nothing is due a worker died before it wrote down the next day
    purge.archive.remove(archived, groups)
    return counts


def _is_kept(archived: Archived, purge: ArchivePurge) -> bool:
    found = _owner(archived, purge)
    if found is None or found.person is None:
        return bool(purge.holds.of([archived.person]))
    due, today = schedule(found.person, purge.policy), paris_day(purge.now)
    keepers = keepers_of(found.person, found.ids, holds=purge.holds, log=purge.log)
    return any(_keeps(k, archived, found.facts) for k in keepers if still_keeps(k, due, today))


def _owner(archived: Archived, purge: ArchivePurge) -> Purgeable | None:
    """Who has that id, or had it before they were merged with somebody; None: nobody any more."""
    found = read_purgeable(archived.person, stores=purge.stores, policy=purge.policy)
    if found.person is not None:
        return found
    named = purge.stores.people.pointers(archived.fact.identifiers).values()
    for person in sorted({pointer.person for pointer in named if pointer.person} - {archived.person}):
        found = read_purgeable(person, stores=purge.stores, policy=purge.policy)
        if archived.person in found.ids:
            return found
    return None


def _keeps(keeper: Keeper, archived: Archived, facts: Collection[Fact]) -> bool:
    """A dispute keeps its own order, by whichever name the archived fact knows it. facts: all that the ledger has."""
    if keeper.about is None:
        return True
    named = [fact for fact in facts if keeper.about in {fact.subject, *fact.identifiers}]
    names = {keeper.about, *(i for fact in named for i in fact.identifiers if kind_of(i) in _NAMES)}
    return not names.isdisjoint({archived.fact.subject, *archived.fact.identifiers})
