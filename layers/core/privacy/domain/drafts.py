"""What an operator proposes as the answer to a right that the software does not draft alone (T16): checked, and sealed.

Whoever approves names the proposal's digest, so that nothing else is carried out than what they looked at (T17).
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Mapping
from typing import NamedTuple

from privacy.domain.mandate import answered_to_agent
from privacy.domain.request import Item, Request, State
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Kind, Said
from privacy.domain.rights import Right
from privacy.domain.understanding import Role
from privacy.domain.verified_addresses import verified_addresses

#: Which plan answers which right; the others are drafted by software, or done at once.
PLAN_OF: Mapping[Right, str] = {
    Right.RECTIFICATION: "rectification",
    Right.RESTRICTION: "restriction",
    Right.OBJECTION: "objection",
    Right.AUTOMATED_DECISION_REVIEW: "review",
    Right.POST_MORTEM_DIRECTIVE: "directive",
    Right.HEIR_REQUEST: "heir",
}
#: Art. 18(1)(a)-(d): the accuracy is contested, the processing is unlawful, the person needs the data for a claim, or
#: objected and waits for the decision.
GROUNDS = ("accuracy", "unlawful", "claims", "objection")
#: Plans that change what is held of somebody, and so need an address of theirs.
_ABOUT_SOMEBODY = frozenset({"rectification", "restriction", "directive"})
#: Lines of an answer, and characters of one.
MOST_LINES, LONGEST_LINE = 40, 500


class Proposal(NamedTuple):
    """What is proposed for one item.

    changes: what the person is told, a line each: fields that are corrected (domain/rectification.py), what is stopped,
    a directive's own words, what was done for heirs. words: the ground of a restriction, the outcome of a review, who
    carries a directive out. address: of the person whose data it is, where that is not the writer. consented: the
    directive rests on a consent of its own (E88). revokes: it is taken back (E87). minds: of heirs, that the directive
    which the dead person left was read, and prevails (E86). recipients: who else is told, a line each
    (domain/article19.py).
    """

    item: str
    changes: tuple[str, ...] = ()
    words: str = ""
    address: str = ""
    consented: bool = False
    revokes: bool = False
    minds: bool = False
    recipients: tuple[str, ...] = ()


def plan_of(item: Item) -> str:
    """Raises IllegalTransition where an operator drafts nothing."""
    plan = PLAN_OF.get(item.right)
    if plan is None:
        raise IllegalTransition(f"{item.id} is drafted by the software, or done at once")
    return plan


def whose(request: Request, item: Item, proposal: Proposal) -> str:
    """The address of the person whose data it is. Raises IllegalTransition where nobody showed that it is theirs.

    Whoever writes for themselves means their own, or one that was verified; of whoever writes for somebody else an
    operator names it.
    """
    if item.right is Right.HEIR_REQUEST:
        return proposal.address or _of_the_dead(request)
    shown = verified_addresses(request, item)
    if request.role is not Role.SELF:
        told_them = request.role is Role.AGENT and not answered_to_agent(request, item)
        address = proposal.address or (shown[0] if told_them and shown else "")
        if not address and (told_them or plan_of(item) in _ABOUT_SOMEBODY):
            raise IllegalTransition("name the address of the person whose data it is: they did not write")
        return address
    if proposal.address and proposal.address not in {*shown, request.address}:
        raise IllegalTransition("nobody showed that this address is theirs: have it confirmed first")
    return proposal.address or (shown[0] if shown else request.address)


def _of_the_dead(request: Request) -> str:
    """As it was named when heirs were asked for proof (T12); empty where nobody knows it."""
    named = [step.text("address") for step in request.steps if step.kind is Kind.HEIR_PROOF_ASKED]
    return named[-1] if named else ""


def begins(item: Item) -> bool:
    """Whether it can be drafted as it is. An objection needs nobody's identity (P40). Raises IllegalTransition."""
    if item.state in {State.IN_PROGRESS, State.AWAITING_APPROVAL}:
        return False
    if item.state is State.OPEN and item.right is Right.OBJECTION:
        return True
    raise IllegalTransition(
        f"{item.id} is {item.state}: an answer is drafted once it is clear who asks, and before it is carried out"
    )


def check(plan: str, proposal: Proposal) -> None:
    """Raises IllegalTransition, with what is missing."""
    if len(proposal.changes) > MOST_LINES or any(len(line) > LONGEST_LINE for line in proposal.changes):
        raise IllegalTransition(
            f"an answer has {MOST_LINES} lines at most, of {LONGEST_LINE} characters each"
        )
    _CHECKS[plan](proposal)


def _restriction(proposal: Proposal) -> None:
    if proposal.words not in GROUNDS:
        raise IllegalTransition(f"name the ground of Art. 18(1): {', '.join(GROUNDS)}")


def _review(proposal: Proposal) -> None:
    """G30: somebody looked, and says what came of it and why."""
    if not proposal.words.strip():
        raise IllegalTransition("say what came of the review, and why")


def _directive(proposal: Proposal) -> None:
    if proposal.revokes:
        if proposal.changes:
            raise IllegalTransition("what is revoked has no words any more")
        return
    _lines("the directive's own words")(proposal)
    if not proposal.consented:
        raise IllegalTransition(
            "a directive takes a consent of its own: accepted with terms and conditions it is worth nothing (E88)"
        )


def _lines(what: str) -> Callable[[Proposal], None]:
    def check_lines(proposal: Proposal) -> None:
        if not any(line.strip() for line in proposal.changes):
            raise IllegalTransition(f"say {what}, a line each")

    return check_lines


_CHECKS: Mapping[str, Callable[[Proposal], None]] = {
    "rectification": _lines("what is corrected"),
    "restriction": _restriction,
    "objection": _lines("for what the data are not used any more"),
    "review": _review,
    "directive": _directive,
    # F2: heirs may have an account closed and an estate settled, and no more; a person says what was done (E84)
    "heir": _lines("what was done for the heirs"),
}


_SAID = ("changes", "words", "address", "recipients")


def said_of(plan: str, proposal: Proposal) -> dict[str, Said]:
    """What the step DRAFTED says of it, its digest included."""
    said: dict[str, Said] = {"items": (proposal.item,), "plan": plan}
    said |= {name: value for name in _SAID if (value := getattr(proposal, name))}
    return said | {"digest": digest_of(said)}


def digest_of(said: Mapping[str, Said]) -> str:
    """SHA-256 of everything that is proposed, in one spelling."""
    canonical = json.dumps(said, sort_keys=True, ensure_ascii=False, separators=(",", ":"))
    return hashlib.sha256(canonical.encode()).hexdigest()
