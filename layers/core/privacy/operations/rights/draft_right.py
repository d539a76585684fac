"""Draft: what an operator proposes as the answer to a right, for somebody to approve by its digest (T16, G23, G25).

Nothing is changed by it. A proposal made anew takes the place of the last one, and of its approval.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from privacy.domain.drafts import Proposal, begins, check, plan_of, said_of, whose
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address
from privacy.domain.policy import Policy
from privacy.domain.recipients import Recipient
from privacy.domain.rectification import Change, NoRectification, changes
from privacy.domain.request import Item, Request, State
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Step
from privacy.operations.people.fold_people import Stores
from privacy.operations.people.marketing_reasons import Description
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.requests.decide_request import Hand
from privacy.operations.retention.purgeable import Purgeable, read_purgeable
from privacy.operations.rights.inform_recipients import whom_to_inform
from privacy.ports import AlreadyCaused, RequestLog
from privacy.ports.directives import Directives

#: What the look is for, as the read log has it.
PURPOSE = "draft_answer"
REDRAFTED = "drafted anew"
#: Plans whose drafts say who else is told. An erasure's are in its digest, and it is planned anew anyway.
_INFORMING = frozenset({"rectification", "restriction"})


@dataclass(frozen=True, slots=True)
class Wanted:
    """What an operator proposes. fields: what is to be corrected to what; of a rectification alone."""

    proposal: Proposal
    fields: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class RightDrafting:
    """What it takes. recipients: the register's."""

    log: RequestLog
    stores: Stores
    policy: Policy
    pseudonyms: Pseudonyms
    directives: Directives
    recipients: Sequence[Recipient]
    hand: Hand

    def draft(self, id_: str, wanted: Wanted) -> tuple[Request, Description]:
        """The case after it, and what was proposed, with its digest: whoever approves names it.

        Raises NoSuchRequest, IllegalTransition, InvalidAddress, NeighbourhoodTooLarge, RequestConflict.
        """

        def decide(request: Request) -> list[Step]:
            return self._steps(request, wanted)

        try:
            request = append_steps(
                id_, decide, log=self.log, periods=self.policy.periods, causes={self.hand.cause}
            )
        except AlreadyCaused:
            request = read_request(id_, self.log)
        draft = request.draft(wanted.proposal.item)
        return request, dict(draft.said) if draft is not None else {}

    def check_informed(self, request: Request, id_: str) -> None:
        """Whoever approves a draft approves the notices that go with it: nobody else has got the data since (Art. 19).

        id_: of the item that is to be approved. Raises IllegalTransition.
        """
        item, draft = request.item(id_), request.draft(id_)
        if item is None or draft is None or item.state is not State.AWAITING_APPROVAL:
            return
        if draft.text("plan") not in _INFORMING:
            return
        proposal = Proposal(id_, address=draft.text("address"))
        told = self._informing(proposal, self._read(proposal.address)).recipients
        if not set(told) <= set(draft.texts("recipients")):
            raise IllegalTransition(
                "somebody else was noted as having got their data since, and has to be told: draft it anew"
            )

    def _steps(self, request: Request, wanted: Wanted) -> list[Step]:
        item = request.item(wanted.proposal.item)
        if item is None:
            raise IllegalTransition(f"the case has no {wanted.proposal.item}")
        again = [each.id for each in request.open_items if each.right is item.right and each is not item]
        if not item.unfinished and again:
            raise IllegalTransition(f"{item.id} is {item.state}: what waits is --item {' or '.join(again)}")
        plan = plan_of(item)
        proposal = wanted.proposal._replace(address=whose(request, item, wanted.proposal))
        if plan == "rectification":
            proposal = self._corrected(proposal, wanted.fields)
        elif plan == "restriction":
            proposal = self._informing(proposal, self._read(proposal.address))
        elif plan == "heir":
            self._directive_first(proposal)
        if wanted.fields and plan != "rectification":
            raise IllegalTransition(f"{item.id} corrects nothing")
        check(plan, proposal)
        steps = self._before(item)
        steps.append(self.hand.step(Kind.DRAFTED, **said_of(plan, proposal)))
        return steps

    def _before(self, item: Item) -> list[Step]:
        if begins(item):
            return [self.hand.step(Kind.BEGUN, items=(item.id,))]
        if item.state is State.AWAITING_APPROVAL:
            return [self.hand.step(Kind.SENT_BACK, items=(item.id,), reason=REDRAFTED)]
        return []

    def _corrected(self, proposal: Proposal, fields: Mapping[str, str]) -> Proposal:
        """From what we have of them to what it shall be. Whoever's address is taken is not taken over (E109)."""
        found = self._read(proposal.address)
        if found is None or found.person is None:
            raise IllegalTransition(
                "nothing is held of anybody under that address: there is nothing to correct"
            )
        known = {name: said.value for name, said in found.person.profile.items()}
        try:
            corrected = changes(fields, known | {"email": proposal.address})
        except NoRectification as reason:
            raise IllegalTransition(str(reason)) from None
        except InvalidAddress:
            raise IllegalTransition("the new e-mail address is none") from None
        self._free(corrected, found)
        proposal = proposal._replace(changes=tuple(change.line for change in corrected))
        return self._informing(proposal, found)

    def _informing(self, proposal: Proposal, found: Purgeable | None) -> Proposal:
        """Who else got something of them is told too (Art. 19). What lies in the archive operators do not read."""
        if found is None:
            return proposal
        told = whom_to_inform(proposal.address, found.person, found.facts, self.recipients)
        return proposal._replace(recipients=told)

    def _directive_first(self, proposal: Proposal) -> None:
        """E86: what the dead wanted prevails over what heirs ask."""
        if not proposal.address or proposal.minds:
            return
        if self.directives.of(self.pseudonyms.emails(proposal.address)) is not None:
            raise IllegalTransition(
                "the dead person left a directive, and it prevails: read it (privacy person directive), then draft what"
                " it allows, and say so (--minds-directive)"
            )

    def _free(self, corrected: tuple[Change, ...], found: Purgeable) -> None:
        for change in corrected:
            if change.field != "email":
                continue
            if normalise_address(change.old) == normalise_address(change.new):
                raise IllegalTransition("that is the address that we have already")
            if holder_of(change.new, self.stores, self.pseudonyms) not in {None, *found.ids}:
                raise IllegalTransition(
                    "the new address is on file as somebody's: if both are theirs, merge them (privacy people merge)"
                )

    def _read(self, address: str) -> Purgeable | None:
        person = holder_of(address, self.stores, self.pseudonyms)
        if person is None:
            return None
        self.stores.registry.log_read(
            operator=self.hand.who, role=self.hand.role, about=person, purpose=PURPOSE, now=self.hand.now
        )
        return read_purgeable(person, stores=self.stores, policy=self.policy)


def holder_of(address: str, stores: Stores, pseudonyms: Pseudonyms) -> str | None:
    """The id of the person who is on file under the address. Raises InvalidAddress."""
    identifiers = pseudonyms.emails(address)
    pointers = stores.people.pointers(identifiers)
    return next((p.person for i in identifiers if (p := pointers.get(i)) is not None and p.person), None)
