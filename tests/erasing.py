"""A back office in memory whose people ask to be erased: case, draft, approval, execution."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from functools import partial
from typing import Any

from privacy.domain.erasure import ErasurePlan
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.request import Request
from privacy.domain.request_effects import Does, effects
from privacy.domain.request_fold import fold
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.domain.verified_addresses import answered_at
from privacy.operations.answers.draft_answer import SOFTWARE
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.record_fact import record_fact
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.operations.rights.carry_out import Approved, Carrying, carry_out
from privacy.operations.rights.draft_erasure import draft_erasure, said_of
from privacy.operations.rights.erase_person import Erasing
from privacy.operations.rights.plan_erasure import Reading, read_erasable
from privacy.policy import recipients
from tests.fakes import MemoryDirectives, MemoryMail, MemoryNotes
from tests.purging import LIST, POLICY, PurgeOffice
from tests.requesting import CASE, DPO, opened, step
from tests.telling import CAMILLE, PSEUDONYMS, email

VERIFIED, DRAFTED, APPROVED = "2026-11-22T10:05", "2026-11-22T10:06", "2026-11-22T10:20"


class ErasureOffice(PurgeOffice):
    """Camille's case asks for erasure; `case` says what else in the same letter."""

    def __init__(self) -> None:
        super().__init__()
        self.notes, self.directives = MemoryNotes(), MemoryDirectives()
        self.mails = MemoryMail()

    # --- the case

    def asks(self, *beside: Right, who: str = CAMILLE) -> None:
        """And their identity is verified."""
        begin_request(
            opened(Right.ERASURE, *beside),
            log=self.requests,
            periods=POLICY.periods,
            new_id=lambda: CASE,
            senders=[email(who)],
        )
        self.append(step(Kind.IDENTITY_VERIFIED, VERIFIED, DPO, level="L1", reason="seen", address=who))

    def append(self, *steps: Step) -> None:
        append_steps(CASE, lambda _: steps, log=self.requests, periods=POLICY.periods)

    def case(self) -> Request:
        return fold(CASE, self.requests.steps(CASE))

    def drafts(self, who: str = CAMILLE) -> Step:
        plan = draft_erasure(CASE, who, SOFTWARE, self.reading)
        assert isinstance(plan, ErasurePlan)
        case, said = self.case(), {**said_of(plan)}
        item = case.item("erasure")
        if item is not None and (goes_to := answered_at(case, item)) != case.address:
            said["address"] = goes_to
        self.append(step(Kind.DRAFTED, DRAFTED, items=("erasure",), **said))
        return self.case().steps[-1]

    def approves(self) -> str:
        """The effect that this owes."""
        draft = self.case().draft("erasure")
        assert draft is not None
        self.append(step(Kind.APPROVED, APPROVED, DPO, items=("erasure",), digest=draft.text("digest")))
        return [id_ for id_ in effects(self.case()) if id_.startswith("carry_out-")][-1]

    # --- the work

    @property
    def reading(self) -> Reading:
        return Reading(
            stores=self.stores,
            archive=self.archive,
            log=self.requests,
            holds=self.holds,
            notes=self.notes,
            directives=self.directives,
            directory=self.mailchimp,
            audiences=lambda: (LIST,),
            payments=self.stripe,
            facts_of=self._facts_of,
            policy=POLICY,
            recipients=recipients.load(),
            pseudonyms=PSEUDONYMS,
            now=lambda: self.now,
        )

    @property
    def erasing(self) -> Erasing:
        return Erasing(self.reading, self.purge.person, self.stripe, self.receipts, self.replay, self.mails)

    def carries_out(self, effect: str) -> str:
        plans = {"erasure": lambda: self.erasing.carry_out}
        return carry_out(CASE, effect, Carrying(self.requests, POLICY.periods, plans, lambda: self.now))

    def erases(self, who: str = CAMILLE) -> Step:
        """From the request to the answer, at once; the step that says what was done."""
        self.asks(who=who)
        self.drafts(who)
        assert self.carries_out(self.approves()) == "done"
        return self.case().steps[-1]


def approved(address: str, reading: Reading, when: datetime, case: str = CASE) -> Approved:
    """A case in which the erasure that would be planned now was asked for, verified and approved at this instant."""
    at, about = when.replace(tzinfo=None).isoformat(), {"items": ("erasure",)}
    plan = read_erasable(address, case, when, reading).plan
    steps = [
        *opened(Right.ERASURE, when=at),
        step(Kind.IDENTITY_VERIFIED, at, DPO, level="L1", reason="seen", address=address),
        step(Kind.DRAFTED, at, **about, **said_of(plan)),
        step(Kind.APPROVED, at, DPO, **about, digest=plan.digest),
    ]
    request = take(Request(case), steps)
    item, draft = request.item("erasure"), request.draft("erasure")
    assert item is not None
    assert draft is not None
    [effect] = [each for each in effects(request).values() if each.does is Does.CARRY_OUT]
    return Approved(request, item, effect, draft)


def erasing_in(
    stores: Stores,
    office: ErasureOffice,
    *,
    now: Callable[[], datetime],
    new_id: Callable[[], str],
    pseudonyms: Pseudonyms = PSEUDONYMS,
    directory: Any = None,
    audiences: tuple[str, ...] = (LIST,),
) -> Erasing:
    """The erasure in somebody else's stores. directory: their Mailchimp; whatever else it takes is the office's."""
    whole = office.erasing
    mailchimp = directory or office.mailchimp
    purge = replace(
        whole.purge,
        stores=stores,
        remover=stores.ledger,
        record=partial(record_fact, ledger=stores.ledger, policy=POLICY),
        providers=replace(whole.purge.providers, directory=mailchimp, members=mailchimp, audiences=audiences),
        pseudonyms=pseudonyms,
        now=now,
        new_id=new_id,
    )
    reading = replace(
        whole.reading,
        stores=stores,
        directory=mailchimp,
        audiences=lambda: audiences,
        pseudonyms=pseudonyms,
        now=now,
    )
    return replace(whole, reading=reading, purge=purge)


def erase(
    address: str,
    stores: Stores,
    when: datetime,
    *,
    new_id: Callable[[], str],
    pseudonyms: Pseudonyms = PSEUDONYMS,
) -> None:
    """As it is carried out, in somebody else's stores; their providers know nobody."""
    erasing = erasing_in(stores, ErasureOffice(), now=lambda: when, new_id=new_id, pseudonyms=pseudonyms)
    erasing.erase(address, approved(address, erasing.reading, when))
