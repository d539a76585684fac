"""Restrict: from now on a person's data are only stored: no offers, no purge, until somebody lifts it (G25, E111).

Two things say so: a hold, which keeps the purge away and calls somebody to look at it every 30 days, and a fact, by
which the fold allows no marketing and Mailchimp follows. Either may be said again. Both are of the case in which they
were placed: where somebody's data are restricted in two, each ends by itself.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from privacy.domain.article19 import MAILCHIMP, Followed
from privacy.domain.clocks import paris_day
from privacy.domain.consent import LIFTED, RESTRICTED, RESTRICTION
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.linking import ERASED
from privacy.domain.membership import Standing
from privacy.operations.answers.answer_in_words import told_elsewhere
from privacy.operations.people.fold_people import Stores
from privacy.operations.rights.carry_out import Approved, Carried, PlanChanged
from privacy.operations.rights.draft_right import holder_of
from privacy.ports.retention import LegalHold, LegalHolds

SOURCE = "operator"
#: How often somebody looks whether it is still needed (our choice).
REVIEWED_EVERY = timedelta(days=30)


class NobodyToRestrict(Exception):
    """Nothing is held of anybody under the address."""


@dataclass(frozen=True, slots=True)
class Restricting:
    """What it takes."""

    stores: Stores
    holds: LegalHolds
    pseudonyms: Pseudonyms
    record: Callable[[Fact], object]
    now: Callable[[], datetime]

    def restrict(self, address: str, *, case: str, name: str, reason: str, by: str, at: datetime) -> None:
        """case: its number. name: of the decision, the same at every attempt; at: its instant.

        Raises NobodyToRestrict, LedgerUnavailable.
        """
        person = holder_of(address, self.stores, self.pseudonyms)
        if person is None:
            raise NobodyToRestrict
        # the hold first: between the two nothing may fall due
        review_on = paris_day(at) + REVIEWED_EVERY
        self.holds.place(LegalHold(person, RESTRICTION, reason, by, at, review_on, case))
        self.record(self._fact(address, RESTRICTED, case, name, at))

    def lift(self, address: str, *, case: str, name: str, at: datetime) -> None:
        """Whatever fell due meanwhile goes with the next purge, unless another case has them restricted.

        Raises LedgerUnavailable.
        """
        self.record(self._fact(address, LIFTED, case, name, at))
        for person in self._ids(address):
            self.holds.release(person, RESTRICTION, case)

    def elsewhere(self, address: str, case: str) -> bool:
        """Whether another case has their data restricted, too."""
        held = self.holds.of(self._ids(address))
        return any(hold.kind == RESTRICTION and hold.case != case for hold in held)

    def erased_meanwhile(self, address: str, case: str) -> bool:
        """Whether they were erased since the case has their data restricted: what that kept goes with it (A23).

        By the ledger, which remembers it longer than the request for it stays whole (R10).
        """
        facts = [fact for each in self.pseudonyms.emails(address) for fact in self.stores.ledger.under(each)]
        ours = [fact for fact in facts if fact.groups.get("consent", {}).get("case") == case]
        lifted = max((fact.occurred_at for fact in ours if _says(fact, LIFTED)), default=None)
        placed = [fact.occurred_at for fact in ours if _says(fact, RESTRICTED)]
        since = min((at for at in placed if lifted is None or at > lifted), default=None)
        return since is not None and any(fact.type == ERASED and fact.occurred_at >= since for fact in facts)

    def _ids(self, address: str) -> Sequence[str]:
        """The person's id and those that they had before; a hold may stand under any of them."""
        person = holder_of(address, self.stores, self.pseudonyms)
        if person is None:
            return ()
        aliases = self.stores.people.summary(person).get("aliases")
        return [person, *(aliases if isinstance(aliases, list) else [])]

    def _fact(self, address: str, choice: str, case: str, name: str, at: datetime) -> Fact:
        identifier, type_ = self.pseudonyms.email(address), f"{SOURCE}.{choice}"
        said = {"purpose": RESTRICTION, "choice": choice, "carrier": SOURCE, "case": case}
        groups: dict[str, Group] = {"consent": said}
        return Fact(
            source=SOURCE,
            event_id=name,
            type=type_,
            occurred_at=at,
            recorded_at=self.now(),
            identifiers=(identifier,),
            subject=identifier,
            groups=groups,
            digest=digest_of(self.pseudonyms.digest_key, type_, at, groups),
            aka=self.pseudonyms.aka(address),
        )


def _says(fact: Fact, choice: str) -> bool:
    return fact.groups["consent"].get("choice") == choice


def restrict_person(
    approved: Approved, restricting: Restricting, standing: Callable[[str], Standing | None]
) -> Carried:
    """The plan of that name. standing: of an address's identifier, from the facts as they are.

    Mailchimp follows by itself as it follows every choice; that it has is written down by the hourly sweep.
    Raises PlanChanged, LedgerUnavailable, NeighbourhoodTooLarge.
    """
    draft = approved.draft
    approval = approved.request.steps[approved.effect.step - 1]
    try:
        restricting.restrict(
            draft.text("address"),
            case=approved.request.id,
            name=f"{approved.request.id}-{approved.effect.id}",
            reason=f"{approved.request.id}: {draft.text('words')}",
            by=approval.by.who,
            at=approved.at,
        )
    except NobodyToRestrict:
        raise PlanChanged("nothing is held of them any more") from None
    stands = standing(restricting.pseudonyms.email(draft.text("address")))
    member = stands is not None and any(held.takes_mail for held in stands.memberships.values())
    return Carried(
        words=draft.text("words"),
        address=told_elsewhere(approved),
        followed=(Followed(MAILCHIMP, "told", "to archive the member"),) if member else (),
    )
