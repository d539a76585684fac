"""A case whose answer an operator drafts, over stores and providers in memory: proposed, approved, carried out."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import replace
from functools import partial
from typing import Any

from privacy.domain.drafts import Proposal
from privacy.domain.facts import Fact
from privacy.domain.member import Audience, Member
from privacy.domain.person import Person
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, effects
from privacy.domain.request_steps import By, Kind
from privacy.domain.rights import Right
from privacy.operations.answers.answer_in_words import Stopping, accept_objection, answer_in_words
from privacy.operations.consent.read_standing import read_standing
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.operations.requests.decide_request import Hand
from privacy.operations.retention.purgeable import read_purgeable
from privacy.operations.rights.carry_out import Carrying, Plan, carry_out
from privacy.operations.rights.decide_restriction import RestrictionDesk
from privacy.operations.rights.draft_right import RightDrafting, Wanted
from privacy.operations.rights.rectify_person import Rectifying, rectify_person
from privacy.operations.rights.register_directive import Registering, register_directive
from privacy.operations.rights.restrict_person import Restricting, restrict_person
from privacy.policy import recipients
from tests.fakes import (
    MemoryAudiences,
    MemoryDirectives,
    MemoryHolds,
    MemoryPeople,
    MemoryRegistry,
)
from tests.requesting import CASE, POLICY, STAFF, Desk, asks, mail, step
from tests.telling import CAMILLE, PSEUDONYMS, at, email

LIST = "a1b2c3"
RECIPIENTS = {"stripe": "Stripe", "mailchimp": "Mailchimp"}


class Customers:
    """CustomerCorrector: what each customer has, by id."""

    def __init__(self) -> None:
        self.held: dict[str, dict[str, str]] = {}

    def correct(self, customer: str, profile: Mapping[str, str]) -> bool:
        if customer not in self.held:
            return False
        self.held[customer] |= profile
        return True


class Corrector:
    """MemberCorrector over the same members."""

    def __init__(self, members: MemoryAudiences) -> None:
        self.members = members
        self.names: dict[tuple[str, str], tuple[str, str]] = {}

    def correct_name(self, audience: str, address: str, given_name: str, family_name: str) -> None:
        self.names[audience, address] = (given_name, family_name)

    def change_address(self, audience: str, old: str, new: str) -> None:
        member = self.members.held[audience].pop(old)
        self.members.put(replace(member, address=new, changed_at=self.members.now))


class Righting:
    """What an operator answers: everything that it takes, with Camille's request in the middle."""

    def __init__(self, *rights: Right, **understood: Any) -> None:
        self.desk = Desk()
        self.stores = Stores(self.desk.ledger, MemoryPeople(self.desk.ledger), MemoryRegistry())
        self.holds, self.directives, self.customers = MemoryHolds(), MemoryDirectives(), Customers()
        self.members = MemoryAudiences(
            Audience(LIST, "Newsletter", double_opt_in=False, hosted_form=None, members=0)
        )
        self.corrector = Corrector(self.members)
        self.register = recipients.load()
        self._commands = 0
        if rights:
            self.desk.brings(mail(), asks(*rights, **understood))

    # --- what there is

    def tells(self, *facts: Fact) -> None:
        """Facts that are there before, and the people that they come to."""
        for each in facts:
            self.desk.ledger.append(each)
        self.folds()

    def folds(self, *addresses: str) -> None:
        ids = iter(f"person-{n}" for n in range(1, 9))
        fold_people(
            [email(), *map(email, addresses)],
            stores=self.stores,
            policy=POLICY,
            now=self.desk.now,
            new_id=lambda: next(i for i in ids if i not in self.stores.people.items),  # type: ignore[attr-defined]
        )

    def subscribes(self, address: str = CAMILLE, status: str = "subscribed") -> None:
        """As a member of the newsletter who signed up by themselves."""
        opted = at("2026-05-01")
        member = Member(
            LIST, address, status, "Hosted Signup Form", opted, None, opted, None, opted, "fr", None
        )
        self.members.put(member)

    def person(self, address: str = CAMILLE) -> Person:
        """As the facts have them now."""
        self.folds(address)
        pointer = self.stores.people.pointers([email(address)])[email(address)]
        found = read_purgeable(pointer.person or "", stores=self.stores, policy=POLICY)
        assert found.person is not None
        return found.person

    # --- what is done

    def begins(self, *items: str) -> None:
        self.desk.does(step(Kind.BEGUN, "2026-11-22T10:30", items=items))

    def hand(self, by: By = STAFF) -> Hand:
        self._commands += 1
        return Hand(by.who, by.role, f"c{self._commands}", self.desk.now)

    def drafts(self, item: str, fields: Mapping[str, str] | None = None, by: By = STAFF, **said: Any) -> str:
        """The digest of what was proposed."""
        drafting = RightDrafting(
            self.desk.log,
            self.stores,
            POLICY,
            PSEUDONYMS,
            self.directives,
            self.register,
            self.hand(by),
        )
        _, proposed = drafting.draft(CASE, Wanted(Proposal(item, **said), fields or {}))
        return str(proposed["digest"])

    def approves(self, item: str, digest: str, by: By = STAFF) -> None:
        self.desk.does(step(Kind.APPROVED, self._when, by, items=(item,), digest=digest))

    @property
    def _when(self) -> str:
        return self.desk.now.replace(tzinfo=None).isoformat()

    def carries_out(self) -> str:
        """What became of what was approved last."""
        owed = [e.id for e in effects(self.case).values() if e.does is Does.CARRY_OUT]
        return carry_out(CASE, owed[-1], self.carrying)

    def answers(self, item: str, by: By = STAFF, **said: Any) -> None:
        """Drafted, approved and carried out."""
        self.approves(item, self.drafts(item, by=by, **said), by)
        assert self.carries_out() == "done"

    @property
    def case(self) -> Request:
        return self.desk.case()

    @property
    def letters(self) -> list[tuple[str, str]]:
        """(letter, to whom) of what the last answer owes."""
        answered = max(n for n, each in enumerate(self.case.steps, 1) if each.kind is Kind.ANSWERED)
        return [(e.letter, e.to.value) for e in effects(self.case).values() if e.step == answered]

    # --- what it takes

    def record(self, fact: Fact) -> None:
        from privacy.operations.people.record_fact import record_fact

        record_fact(fact, ledger=self.desk.ledger, policy=POLICY)

    def now(self) -> Any:
        return self.desk.now

    @property
    def restricting(self) -> Restricting:
        return Restricting(self.stores, self.holds, PSEUDONYMS, self.record, self.now)

    def restrictions(self, by: By) -> RestrictionDesk:
        return RestrictionDesk(self.desk.log, POLICY.periods, self.restricting, self.hand(by))

    @property
    def rectifying(self) -> Rectifying:
        return Rectifying(
            self.stores,
            POLICY,
            PSEUDONYMS,
            self.members,
            self.corrector,
            self.customers,
            (LIST,),
            RECIPIENTS,
            self.record,
            self.now,
        )

    @property
    def carrying(self) -> Carrying:
        plans: Mapping[str, Callable[[], Plan]] = {
            "rectification": lambda: partial(rectify_person, rectifying=self.rectifying),
            "restriction": lambda: partial(
                restrict_person,
                restricting=self.restricting,
                standing=partial(read_standing, stores=self.stores, policy=POLICY),
            ),
            "objection": lambda: partial(
                accept_objection, stopping=Stopping(PSEUDONYMS, self.record, self.now)
            ),
            "review": lambda: answer_in_words,
            "heir": lambda: answer_in_words,
            "directive": lambda: partial(
                register_directive, registering=Registering(self.directives, PSEUDONYMS)
            ),
        }
        return Carrying(self.desk.log, POLICY.periods, plans, self.now)
