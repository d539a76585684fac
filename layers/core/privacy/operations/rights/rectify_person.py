"""Rectify: what a person approved is corrected at Stripe, at Mailchimp and in our own records (G23, E109, E110).

Facts never change: a correction is a fact of its own, later than what it corrects, and the fold takes the latest.
Another address means that both are one person's: consent goes along, a refusal even more so. Invoices stay as they
were issued. Each part may be done again; nothing is told before everything was read back.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from privacy.domain.article19 import Followed
from privacy.domain.consent import State
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import STRIPE_CUSTOMER, Pseudonyms, kind_of, normalise_address
from privacy.domain.linking import MERGED
from privacy.domain.membership import ARCHIVED, OUR_SOURCE
from privacy.domain.policy import Policy
from privacy.domain.rectification import Change, new_of, old_of, profile_of
from privacy.operations.answers.answer_in_words import told_elsewhere
from privacy.operations.consent import member_facts
from privacy.operations.consent.read_back_member import fact_from
from privacy.operations.people.fold_people import Stores
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.operations.rights.carry_out import Approved, Carried, PlanChanged
from privacy.operations.rights.draft_right import holder_of
from privacy.ports import MemberWriter
from privacy.ports.corrections import CustomerCorrector, MemberCorrector

SOURCE = "operator"
RECTIFIED = "operator.rectified"
#: As Mailchimp calls it when a member's address was changed.
MOVED = "upemail"
_CUSTOMERS, _MEMBERS = "stripe", "mailchimp"


@dataclass(frozen=True, slots=True)
class Rectifying:
    """What it takes. recipients: the names of those who are told, by their ids in policy/imera.toml."""

    stores: Stores
    policy: Policy
    pseudonyms: Pseudonyms
    members: MemberWriter
    corrector: MemberCorrector
    customers: CustomerCorrector
    audiences: Sequence[str]
    recipients: Mapping[str, str]
    record: Callable[[Fact], object]
    now: Callable[[], datetime]


def rectify_person(approved: Approved, rectifying: Rectifying) -> Carried:
    """Raises PlanChanged, ProviderUnavailable, LedgerUnavailable, NeighbourhoodTooLarge."""
    changed = tuple(map(Change.of_line, approved.draft.texts("changes")))
    return _Rectification(approved, changed, rectifying).done()


@dataclass(frozen=True, slots=True)
class _Rectification:
    approved: Approved
    changed: tuple[Change, ...]
    by: Rectifying

    @property
    def address(self) -> str:
        """Under which the person is on file, whoever wrote."""
        return self.approved.draft.text("address")

    @property
    def moves_to(self) -> str:
        return new_of(self.changed, "email")

    def done(self) -> Carried:
        found = self._read()
        if self.moves_to:
            self._one_person()
        told = [*self._at_stripe(found), *self._at_mailchimp(found)]
        self.by.record(self._profile())
        if self.moves_to:
            self._refusal_follows(found)
        return Carried(
            changes=tuple(change.line for change in self.changed),
            recipients=tuple(dict.fromkeys(self.by.recipients[who] for who in told)),
            address=told_elsewhere(self.approved),
            followed=tuple(Followed(who, "done", "corrected") for who in dict.fromkeys(told)),
        )

    def _read(self) -> Purgeable:
        """As they are now, which may be as they were left by an attempt that broke off. Raises PlanChanged."""
        person = holder_of(self.address, self.by.stores, self.by.pseudonyms)
        found = read_purgeable(person, stores=self.by.stores, policy=self.by.policy) if person else None
        if found is None or found.person is None:
            raise PlanChanged("nothing is held of them any more")
        if self.moves_to and not self._was_begun():
            holder = holder_of(self.moves_to, self.by.stores, self.by.pseudonyms)
            if holder not in {None, *found.ids}:
                raise PlanChanged("the new address has come to be somebody's")
        return found

    def _was_begun(self) -> bool:
        pair = self._pair()
        return any(self.by.stores.ledger.get(fact.filed_under, fact.key) for fact in self._merger(*pair))

    # ------------------------------------------------------------ at the providers

    def _at_stripe(self, found: Purgeable) -> Iterator[str]:
        profile = dict(profile_of(self.changed))
        if phone := new_of(self.changed, "phone"):
            profile["phone"] = phone
        for customer in sorted(
            i.partition("#")[2] for i in found.identifiers if kind_of(i) == STRIPE_CUSTOMER
        ):
            if self.by.customers.correct(customer, profile):
                yield _CUSTOMERS

    def _at_mailchimp(self, found: Purgeable) -> Iterator[str]:
        told = [
            name
            for audience in sorted({*self.by.audiences, *found.audiences()})
            for name in self._in_audience(audience, found)
        ]
        if self.moves_to and not told and self.by.audiences:
            # Mailchimp knows neither: the old address is not written to any more all the same
            self._moved(self.by.audiences[0], self.address)
        yield from told

    def _forms(self, found: Purgeable) -> list[str]:
        """Mailchimp names members in lower case."""
        mailboxes = found.person.links.mailboxes if found.person else ()
        typed = found.typed_forms(mailboxes, self.by.pseudonyms)
        return sorted({form.strip().lower() for form in (*typed, self.address)} - {self.moves_to})

    def _in_audience(self, audience: str, found: Purgeable) -> Iterator[str]:
        given, family = new_of(self.changed, "given_name"), new_of(self.changed, "family_name")
        there = [form for form in self._forms(found) if self.by.members.read(audience, form) is not None]
        for form in there:
            moves = bool(self.moves_to) and self._is_old(form)
            if moves:
                self._move(audience, form)
            if given:
                self.by.corrector.correct_name(audience, self.moves_to if moves else form, given, family)
            yield _MEMBERS
        if self.moves_to and not there and self.by.members.read(audience, self.moves_to) is not None:
            # an attempt that broke off, or they were quicker themselves
            self._moved(audience, self.address)
            if given:
                self.by.corrector.correct_name(audience, self.moves_to, given, family)
            yield _MEMBERS

    def _is_old(self, form: str) -> bool:
        return normalise_address(form) == normalise_address(old_of(self.changed, "email") or self.address)

    def _move(self, audience: str, old: str) -> None:
        """Where the new address is a member of its own, the old one leaves, which says nothing in its name."""
        if self.by.members.read(audience, self.moves_to) is None:
            self.by.corrector.change_address(audience, old, self.moves_to)
        else:
            now, pseudonyms = self.by.now(), self.by.pseudonyms
            self.by.record(member_facts.asked(audience, old, ARCHIVED, pseudonyms=pseudonyms, now=now))
            self.by.members.archive(audience, old)
        self._moved(audience, old)

    def _moved(self, audience: str, old: str) -> None:
        """E123, as if Mailchimp had told: its own webhook only says the same again."""
        member = self.by.members.read(audience, self.moves_to)
        # what Mailchimp has of the new address is later than the move, by its own clock of whole seconds
        at = min(self.approved.at, member.changed_at) if member is not None else self.approved.at
        said: Group = {
            "audience": audience,
            "email": self.moves_to,
            "previous_email": old,
            "event": MOVED,
            "status": "subscribed",
            "changed_at": at.isoformat(),
        }
        identifiers = tuple(self.by.pseudonyms.email(address) for address in (old, self.moves_to))
        moved = self._fact(f"moved-{audience}", MOVED, identifiers, {"subscription": said}, at=at)
        self.by.record(replace(moved, source=OUR_SOURCE))
        if member is not None:
            self.by.record(fact_from(member, pseudonyms=self.by.pseudonyms, recorded_at=self.by.now()))

    # ------------------------------------------------------------ as facts

    def _one_person(self) -> None:
        for fact in self._merger(*self._pair()):
            self.by.record(fact)

    def _pair(self) -> tuple[str, str]:
        first, second = sorted(map(self.by.pseudonyms.email, (self.address, self.moves_to)))
        return first, second

    def _merger(self, first: str, second: str) -> Iterator[Fact]:
        """As an operator's own decision (operations/people/decide_link.py), filed under either address."""
        link: Group = {"merge": self._name("address"), "by": self._by()}
        for number, pair in enumerate(((first, second), (second, first)), 1):
            yield self._fact(f"address:{number}", MERGED, pair, {"link": link})

    def _profile(self) -> Fact:
        profile: dict[str, str | int | bool | None] = dict(profile_of(self.changed))
        groups: dict[str, Group] = {"profile": profile} if profile else {}
        if phone := new_of(self.changed, "phone"):
            groups["phone"] = {"number": phone}
        identifiers = (self.by.pseudonyms.email(self.moves_to or self.address),)
        return self._fact("profile", RECTIFIED, identifiers, groups)

    def _refusal_follows(self, found: Purgeable) -> None:
        """E109: who wanted no offers at the old address wants none at the new one, which goes on the list too."""
        for consent in found.person.consents if found.person else ():
            if consent.last_refused is None or consent.state not in {State.WITHDRAWN, State.OBJECTED}:
                continue
            said: Group = {
                "purpose": "marketing",
                "choice": consent.state.value,
                "carrier": SOURCE,
                "email": self.moves_to,
                "reason": consent.reason or "address changed",
            }
            identifiers = (self.by.pseudonyms.email(self.moves_to),)
            # counted by what was refused, so that another attempt says it once
            name = f"refused-{consent.last_refused.isoformat()}"
            self.by.record(
                self._fact(name, RECTIFIED, identifiers, {"consent": said}, at=consent.last_refused)
            )

    def _fact(
        self,
        name: str,
        type_: str,
        identifiers: tuple[str, ...],
        groups: Mapping[str, Group],
        at: datetime | None = None,
    ) -> Fact:
        occurred_at = at or self.approved.at
        addresses = filter(None, (self.address, self.moves_to))
        return Fact(
            source=SOURCE,
            event_id=self._name(name),
            type=type_,
            occurred_at=occurred_at,
            recorded_at=self.by.now(),
            identifiers=identifiers,
            subject=identifiers[0],
            groups=groups,
            digest=digest_of(self.by.pseudonyms.digest_key, type_, occurred_at, groups),
            aka=self.by.pseudonyms.aka(*addresses),
        )

    def _name(self, name: str) -> str:
        """Of this approval: the same at every attempt."""
        return f"{self.approved.request.id}-{self.approved.effect.id}-{name}"

    def _by(self) -> str:
        return self.approved.request.steps[self.approved.effect.step - 1].by.who
