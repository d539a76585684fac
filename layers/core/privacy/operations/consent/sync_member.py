"""Sync: Mailchimp's member follows what the person chose (P17, A8; docs/architecture.md "Mailchimp follows").

    read the member → is it as we believe? → write down what we ask for → ask → read it back → write that down

Every word is a fact, so the fold sees the change, and nothing is left to do when it comes around again. Whatever
breaks off in between is simply done again.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.clocks import paris_day
from privacy.domain.facts import Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.member import Member
from privacy.domain.membership import PENDING, SUBSCRIBED, Standing, Step, steps
from privacy.domain.note import Note
from privacy.domain.policy import Policy
from privacy.operations.consent import member_facts
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.consent.read_standing import read_standing
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.person_summary import standings_in
from privacy.ports import Audiences, MemberRefused, MemberWriter, Notes, ProviderUnavailable

#: What an operator's note is about: the hosted form has to be sent, since Mailchimp takes no other hand.
HOSTED_FORM = "hosted_form"


class ChangeIgnored(ProviderUnavailable):
    """Mailchimp said yes and did not do it."""


@dataclass(frozen=True, slots=True)
class MemberSync:
    """Follows people's choices at Mailchimp. audiences: ours, the one for the checkout's box first.

    record: appends a fact. counted: told of every step done (subscribed | unsubscribed | archived | refused).
    """

    stores: Stores
    members: MemberWriter
    directory: Audiences
    audiences: Sequence[str]
    notes: Notes
    policy: Policy
    pseudonyms: Pseudonyms
    now: Callable[[], datetime]
    record: Callable[[Fact], None]
    counted: Callable[[str], None]

    def is_behind(self, person: str) -> bool:
        """Whether Mailchimp has anything to follow, by the projection: for nearly every change it has not."""
        return any(self._choices(standing) for standing in self._projected(person))

    def follow_person(self, person: str) -> None:
        """What the person chose. The projection says whether there is anything to do, the facts what.

        Raises ProviderUnavailable, LedgerUnavailable, NeighbourhoodTooLarge.
        """
        for standing in self._projected(person):
            if self._choices(standing):
                self.follow(standing.mailbox)

    def follow(self, email: str) -> None:
        """What the owner of the address chose. Raises as `follow_person`."""
        standing = self._standing(email)
        if standing is not None:
            for step in self._choices(standing):
                self._take(step, standing)

    def remove(self, email: str, audience: str) -> None:
        """Take out of the audience whom nobody can prove to have subscribed, if that is still so (E128).

        Raises as `follow_person`.
        """
        standing = self._standing(email)
        if standing is not None:
            for step in steps(standing, self.audiences, paris_day(self.now())):
                if step.audience == audience and step.why == "no_proof":
                    self._take(step, standing)

    def _projected(self, person: str) -> Sequence[Standing]:
        return standings_in(self.stores.people.summary(person))

    def _choices(self, standing: Standing) -> list[Step]:
        """What the imported past alone decides waits for the owner's approval (docs/architecture.md "Day one")."""
        wanted = [
            step
            for step in steps(standing, self.audiences, paris_day(self.now()))
            if step.why != "no_proof" and standing.address
        ]
        if wanted and standing.historic and self.stores.registry.history_approved() is None:
            return []
        return wanted

    def _standing(self, email: str) -> Standing | None:
        return read_standing(email, stores=self.stores, policy=self.policy)

    # --- one step ---------------------------------------------------------------------------------------------

    def _take(self, step: Step, standing: Standing) -> None:
        address = standing.address
        if address is None:
            return
        looked_at, member = self._look(step.audience, address)
        held = standing.memberships.get(step.audience)
        if _is_done(step, member):
            self._write_down(step.audience, address, member, looked_at)
        elif member is not None and (held is None or held.status != member.status):
            # Mailchimp knows something that we did not: the fold decides again, with that
            self._write_down(step.audience, address, member, looked_at)
        else:
            self._ask(step, address, member, standing)

    def _ask(self, step: Step, address: str, member: Member | None, standing: Standing) -> None:
        audience = self.directory.audience(step.audience) if step.status == SUBSCRIBED else None
        pending = audience is not None and audience.double_opt_in
        status = PENDING if pending else step.status
        self._say(member_facts.asked, step.audience, address, status)
        try:
            self._change(step, address, known=member is not None, pending=pending)
        except MemberRefused as refusal:
            self._leave_note(step, standing, refusal.reason, audience.hosted_form if audience else None)
            self._say(member_facts.refused, step.audience, address, refusal.reason)
            self.counted("refused")
            return
        looked_at, changed = self._look(step.audience, address)
        if step.status != "subscribed" and not _is_done(step, changed):
            raise ChangeIgnored("mailchimp did not do what it said")
        self._write_down(step.audience, address, changed, looked_at)
        self.counted(step.status)

    def _change(self, step: Step, address: str, *, known: bool, pending: bool) -> None:
        match step.status:
            case "subscribed":
                self.members.subscribe(step.audience, address, known=known, pending=pending)
            case "unsubscribed":
                self.members.unsubscribe(step.audience, address)
            case "archived":
                self.members.archive(step.audience, address)

    def _look(self, audience: str, address: str) -> tuple[datetime, Member | None]:
        """(the moment before, the member): a moment after, it may be otherwise already."""
        return self.now(), self.members.read(audience, address)

    def _write_down(self, audience: str, address: str, member: Member | None, looked_at: datetime) -> None:
        """What Mailchimp has, by its own last change; and that it was so then, which the former need not show."""
        if member is None:
            self._say(member_facts.absent, audience, address, at=looked_at)
            return
        self.record(fact_from(member, pseudonyms=self.pseudonyms, recorded_at=looked_at))
        self._say(member_facts.seen, audience, address, member.status, at=looked_at)

    def _say(self, word: Callable[..., Fact], *said: str, at: datetime | None = None) -> None:
        self.record(word(*said, pseudonyms=self.pseudonyms, now=at or self.now()))

    def _leave_note(self, step: Step, standing: Standing, reason: str, form: str | None) -> None:
        """One note and one letter, which a later consent that Mailchimp does not take either renews."""
        self.notes.leave(
            Note(
                id=self.pseudonyms.digest(HOSTED_FORM, standing.mailbox, step.audience)[:16],
                kind=HOSTED_FORM,
                about=standing.mailbox,
                audience=step.audience,
                reason=reason,
                letter="queued",
                since=self.now(),
                form=form,
            )
        )


def _is_done(step: Step, member: Member | None) -> bool:
    status = member.status if member else None
    if step.status == "subscribed":
        return status in {SUBSCRIBED, PENDING}
    return status not in {SUBSCRIBED, PENDING}
