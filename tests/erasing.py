"""A back office in memory whose people ask to be erased: case, draft, approval, execution."""

from __future__ import annotations

from privacy.domain.erasure import ErasurePlan
from privacy.domain.request import Request, fold
from privacy.domain.request_effects import effects
from privacy.domain.request_steps import Kind, Step
from privacy.domain.rights import Right
from privacy.domain.verified_addresses import answered_at
from privacy.operations.append_steps import append_steps, begin_request
from privacy.operations.carry_out import Carrying, carry_out
from privacy.operations.draft_answer import SOFTWARE
from privacy.operations.draft_erasure import draft_erasure, said_of
from privacy.operations.erase_person import Erasing
from privacy.operations.plan_erasure import Reading
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
