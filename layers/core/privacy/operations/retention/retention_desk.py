"""Where an operator looks at what falls due of whom, and the words for it (docs/retention.md; R26).

The decision is the worker's own, from the facts as they stand; nothing is written but who looked at whom.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date, datetime

from privacy.domain.letter import Language
from privacy.domain.person import Person
from privacy.domain.policy import Policy
from privacy.domain.purge import Going, Keeper
from privacy.domain.retention import Due
from privacy.domain.retention_words import how_long
from privacy.operations.people.describe_person import Reader
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.retention.keepers import keepers_of
from privacy.ports import RequestLog
from privacy.ports.retention import LegalHolds


@dataclass(frozen=True, slots=True)
class RetentionDesk:
    """reader: who looks, in which role."""

    reader: Reader
    stores: Stores
    holds: LegalHolds
    log: RequestLog
    policy: Policy
    now: datetime

    def keepers(self, person: Person, ids: Collection[str]) -> tuple[Keeper, ...]:
        """ids: every id of theirs."""
        return keepers_of(person, ids, holds=self.holds, log=self.log)

    def write_down(self, about: str, purpose: str) -> None:
        """Before anything of theirs is shown: whoever cannot be written down sees nothing."""
        self.stores.registry.log_read(
            operator=self.reader.name, role=self.reader.role, about=about, purpose=purpose, now=self.now
        )


def known(person_id: str, person: Person) -> Description:
    """Who it is: the address as it was typed last."""
    email = person.profile.get("email")
    typed = (standing.address for standing in person.standings if standing.address)
    return {
        "id": person_id,
        "address": email.value if email else next(typed, None),
        "regime": person.clock.regime,
    }


def described(decided: Going) -> Description:
    """What goes, what is archived and what is kept, without the pieces themselves."""
    kept: dict[Keeper, list[Due]] = defaultdict(list)
    for one, by in decided.kept:
        kept[by].append(one)
    return {
        "whole": decided.whole,
        "goes": _together((one, one.due_on) for one in decided.remove),
        "archived": _together((one, one.archive_on) for one in decided.archive),
        "kept": [keeper(by) | {"pieces": len(pieces)} for by, pieces in kept.items()],
        "forget": len(decided.forget),
        "renewal_on": day(decided.renewal_on),
    }


def keeper(by: Keeper) -> Description:
    return {"kind": by.kind, "about": by.about, "since": by.since.isoformat()}


def rules_in_words(ids: Iterable[str], policy: Policy) -> Description:
    """What each of these rules keeps, for how long and why, in English."""
    said: Description = {}
    for id_ in sorted(ids):
        rule = policy.retention[id_]
        said[id_] = {
            "record": rule.record[Language.EN],
            "how_long": how_long(rule, policy, Language.EN),
            "basis": rule.basis[Language.EN],
        }
    return said


def day(on: date | None) -> str | None:
    return on.isoformat() if on else None


def _together(due: Iterable[tuple[Due, date | None]]) -> list[Description]:
    """Pieces by group and rule, with the earliest day of each."""
    found: dict[tuple[str, str], list[date]] = defaultdict(list)
    for one, on in due:
        if on is not None:
            found[one.piece.group, one.rule].append(on)
    return [
        {"group": group, "rule": rule, "pieces": len(days), "since": min(days).isoformat()}
        for (group, rule), days in sorted(found.items(), key=lambda each: (min(each[1]), each[0]))
    ]
