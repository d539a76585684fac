"""To whom somebody's data really went (P23, G18; CJEU C-154/21): not who might get them, but who did, and when.

A fact that a provider told shows that data have been there. What no provider tells of (a carrier, an authority, an
insurer) an operator enters, as a fact of its own. Partners who use data for themselves get none, so whoever is entered
as one is told of by name (P24).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from privacy.domain.facts import Fact
from privacy.domain.recipients import ROLES, Recipient

#: The group of a fact that says to whom data were given.
GROUP = "disclosure"
#: What a recipient may be besides a register's role: an authority that the law gives a right to ask.
AUTHORITY = "authority"
CAPACITIES = (*sorted(ROLES), AUTHORITY)

type Span = tuple[datetime, datetime]


class Disclosure(NamedTuple):
    """One recipient of somebody's data.

    recipient: its id in the register, empty where it stands in none. capacity: one of CAPACITIES. data: field groups
    that its facts show, or the operator's own words. first, last: None of who stores everything for us. notices_to:
    where they are written to (Art. 19), empty where nobody has told us.
    """

    name: str
    recipient: str
    capacity: str
    data: tuple[str, ...]
    first: datetime | None
    last: datetime | None
    notices_to: str = ""

    @property
    def for_itself(self) -> bool:
        """It uses the data for purposes of its own (P24)."""
        return self.capacity in {"controller", "joint"} and not self.recipient


@dataclass(slots=True)
class Given:
    """What facts show of it, as they go by. sources: by source; groups: that its facts held; entered: by name and
    capacity, when and what; offices: by name, since when which address takes notices."""

    sources: dict[str, Span] = field(default_factory=dict)
    groups: dict[str, set[str]] = field(default_factory=dict)
    entered: dict[tuple[str, str], tuple[Span, set[str]]] = field(default_factory=dict)
    offices: dict[str, tuple[datetime, str]] = field(default_factory=dict)

    def take(self, fact: Fact) -> None:
        self.told(fact.source, fact.occurred_at, fact.groups, fact.groups.get(GROUP))

    def told(
        self, source: str, at: datetime, groups: Iterable[str], entered: Mapping[str, object] | None
    ) -> None:
        """The same, of a fact of which no more is known."""
        self.sources[source] = _longer(self.sources.get(source), at)
        self.groups.setdefault(source, set()).update(groups)
        if entered is not None:
            who = (str(entered.get("recipient", "")), str(entered.get("capacity", "")))
            span, data = self.entered.get(who, ((at, at), set()))
            self.entered[who] = (_longer(span, at), data | {str(entered.get("data", ""))})
            if office := entered.get("notices_to"):
                told = (at, str(office))
                self.offices[who[0]] = max(self.offices.get(who[0], told), told)

    def disclosures(self, recipients: Iterable[Recipient]) -> tuple[Disclosure, ...]:
        """Those of the register in its order, then what operators entered, by name."""
        registered = [found for r in recipients if (found := self._registered(r)) is not None]
        entered = [
            Disclosure(name, "", capacity, tuple(sorted(data)), *span, self.offices.get(name, (None, ""))[1])
            for (name, capacity), (span, data) in sorted(self.entered.items())
        ]
        return (*registered, *entered)

    def _registered(self, recipient: Recipient) -> Disclosure | None:
        shown = recipient.told_by & self.sources.keys()
        if not shown and not (recipient.always and self.sources):
            return None
        spans = [self.sources[source] for source in shown]
        groups = {group for source in shown for group in self.groups[source]} & recipient.groups
        return Disclosure(
            recipient.name,
            recipient.id,
            recipient.role,
            tuple(sorted(groups)),
            min((first for first, _ in spans), default=None),
            max((last for _, last in spans), default=None),
            recipient.notices_to,
        )


def _longer(span: Span | None, at: datetime) -> Span:
    first, last = span or (at, at)
    return min(first, at), max(last, at)
