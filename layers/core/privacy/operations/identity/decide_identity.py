"""What a person decides about identity: where and how it is asked, whether the proof will do (A6, T7-T9, E71, E74).

A proof that was looked at is deleted with the decision, and before it is written down: a decision that says so is true
(R13). What it showed is kept as level, method and words, never the document.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

from privacy.domain.identity import NEVER, authenticated, whose_was_asked
from privacy.domain.policy import Periods
from privacy.domain.request import Item, Request, State
from privacy.domain.request_effects import OF_IDENTITY, OF_PARENTHOOD, effects
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_moves import take
from privacy.domain.request_steps import Kind, Step
from privacy.domain.understanding import Role
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.requests.decide_request import Hand
from privacy.ports import AlreadyCaused, RequestLog
from privacy.ports.evidence import EvidenceStore

_ASKABLE = frozenset({State.OPEN, State.IDENTITY_PENDING, State.IN_PROGRESS})
#: Where a person compared what was sent with the record of somebody.
_COMPARED = frozenset({"L2", "L3"})


@dataclass(frozen=True, slots=True)
class IdentityDesk:
    """An operator's moves about identity in one case. known: whether an address is somebody's on file. facts: keyed
    digests of what its last buyer knows, for a case (domain/identity_facts.py). directed: whether the person with an
    address left a directive for after their death.

    Each returns the case after it. Raises NoSuchRequest, IllegalTransition with the reason, RequestConflict.
    """

    log: RequestLog
    evidence: EvidenceStore
    periods: Periods
    hand: Hand
    known: Callable[[str], bool]
    facts: Callable[[str, str], tuple[str, ...]]
    directed: Callable[[str], bool]

    def ask(
        self,
        id_: str,
        level: str,
        *,
        items: Sequence[str] = (),
        address: str = "",
        besides: bool = False,
        reason: str = "",
    ) -> Request:
        """T7. address: the one on file that is asked (L1), or with whose record facts are compared (L2).

        besides: an address of theirs more, not another in its place (E79).
        """
        if address and not self.known(address):
            raise IllegalTransition("nobody is on file under that address: there is no mailbox to ask")
        facts = self._facts(id_, address) if level == "L2" else ()

        def decide(request: Request) -> list[Step]:
            about = tuple(items) or _askable(request)
            doubt = level != "L1" or (bool(address) and not besides)
            said = {"level": level, "reason": reason, "address": address}
            return [
                self.hand.step(
                    Kind.IDENTITY_ASKED, items=about, doubt=doubt, besides=besides, facts=facts, **said
                )
            ]

        return self._take(id_, decide)

    def _facts(self, id_: str, address: str) -> tuple[str, ...]:
        """Whoever never ordered cannot be asked about an order."""
        facts = self.facts(id_, address or read_request(id_, self.log).address)
        if not facts:
            raise IllegalTransition(
                "no order is on file there: two facts of the last one cannot be asked for"
            )
        return facts

    def verify(
        self,
        id_: str,
        level: str,
        reason: str,
        *,
        items: Sequence[str] = (),
        address: str = "",
        minds: bool = False,
    ) -> Request:
        """T8: the proof will do. address: whose data it opens; empty: of whom it was asked for, else the sender.

        minds: of heirs, that what the dead person wanted was read, and prevails (E86).
        """
        if level == "L1a" and not self._could_be_taken_at_their_word(id_, items, address):
            raise IllegalTransition(
                "L1a needs a sender on file who writes for themselves, and whose message was authenticated (DMARC)"
            )

        def decide(request: Request) -> list[Step]:
            arrived = [message.received_at for message in request.messages[1:]] + [
                step.at for step in request.steps if step.kind is Kind.PROOF_ARRIVED
            ]
            whose = address or self._whose(request, level)
            if request.role is Role.HEIR and not minds and self.directed(whose):
                raise IllegalTransition(
                    "the dead person left a directive, and it prevails: read it (privacy person directive), then say so"
                    " (--minds-directive)"
                )
            said = {"level": level, "method": "person", "reason": reason, "address": whose}
            at = max(arrived).isoformat() if arrived else None
            verified = self.hand.step(
                Kind.IDENTITY_VERIFIED, items=tuple(items) or _shown(request), arrived_at=at, **said
            )
            return [verified, *self._deletions(request, "verified")]

        return self._decided(id_, decide)

    def _whose(self, request: Request, level: str) -> str:
        """Whose data a proof opens that was asked for. Empty: the sender's own.

        A proof that was compared with nobody's record opens nothing, and the answer would be that nothing is held.
        """
        if level == "L1a":
            return ""
        if whose := whose_was_asked(request):
            return whose
        if request.role is not Role.SELF:
            raise IllegalTransition("name the address of the person whose data it is: they did not write")
        if level in _COMPARED and not self.known(request.address):
            raise IllegalTransition(
                "nobody is on file under the address that wrote: name the one whose data the proof opens"
            )
        return ""

    def reject(self, id_: str, missing: str, *, items: Sequence[str] = ()) -> Request:
        """T9: what they sent does not show who they are. missing: what is still needed, which they are told."""

        def decide(request: Request) -> list[Step]:
            step = self.hand.step(
                Kind.IDENTITY_INSUFFICIENT, items=tuple(items) or _waiting(request), missing=missing
            )
            return [step, *self._deletions(request, "insufficient")]

        return self._decided(id_, decide)

    def close(self, id_: str, reason: str, *, items: Sequence[str] = ()) -> Request:
        """T10: nobody proved anything, however often they were asked. An answer takes it up again (E95)."""

        def decide(request: Request) -> list[Step]:
            about = tuple(items) or _waiting(request)
            closed = self.hand.step(Kind.CLOSED_UNIDENTIFIED, items=about, reason=reason)
            return [closed, *self._deletions(request, "unidentified")]

        return self._decided(id_, decide)

    def _could_be_taken_at_their_word(self, id_: str, items: Sequence[str], address: str) -> bool:
        request = read_request(id_, self.log)
        about = [item for item in request.items if item.id in (tuple(items) or _waiting(request))]
        own = request.role is Role.SELF and not address and self.known(request.address)
        return own and all(authenticated(request, item) for item in about)

    def _deletions(self, request: Request, reason: str) -> list[Step]:
        gone = {step.text("object") for step in request.steps if step.kind is Kind.PROOF_DELETED}
        came = {step.text("object") for step in request.steps if step.kind is Kind.PROOF_ARRIVED}
        return [
            self.hand.step(Kind.PROOF_DELETED, object=name, reason=reason) for name in sorted(came - gone)
        ]

    def _decided(self, id_: str, decide: Callable[[Request], list[Step]]) -> Request:
        """Whoever may not decide deletes nothing; whoever does deletes first."""
        request = read_request(id_, self.log)
        if self.log.caused(self.hand.cause) is None:
            take(request, decide(request))
            for name in proofs(request):
                self.evidence.delete(name)
        return self._take(id_, decide)

    def _take(self, id_: str, decide: Callable[[Request], list[Step]]) -> Request:
        """Told twice, done once."""
        if self.log.caused(self.hand.cause) is not None:
            return read_request(id_, self.log)
        try:
            return append_steps(id_, decide, log=self.log, periods=self.periods, causes={self.hand.cause})
        except AlreadyCaused:
            return read_request(id_, self.log)


def proofs(request: Request) -> tuple[str, ...]:
    """Where documents of the case may stand, whether or not one came."""
    asked = (e.id for e in effects(request).values() if e.letter in {OF_IDENTITY, OF_PARENTHOOD})
    return tuple(f"{request.id}/{id_}" for id_ in asked)


def _askable(request: Request) -> tuple[str, ...]:
    about = [item for item in request.items if item.right not in NEVER]
    items = _ids(item for item in about if item.state in _ASKABLE)
    # where all is drafted, what was drafted is what is doubted (E71)
    items = items or _ids(item for item in about if item.state is State.AWAITING_APPROVAL)
    if not items:
        raise IllegalTransition("nothing in this case waits for a proof of identity")
    return items


def _waiting(request: Request) -> tuple[str, ...]:
    items = _ids(item for item in request.items if item.state is State.IDENTITY_PENDING)
    if not items:
        raise IllegalTransition("nothing in this case waits for a proof of identity: name the items")
    return items


def _shown(request: Request) -> tuple[str, ...]:
    """Also what nobody could be asked for: of whoever writes for somebody else it is open until a person has looked."""
    if request.role is Role.SELF or any(item.state is State.IDENTITY_PENDING for item in request.items):
        return _waiting(request)
    items = _ids(item for item in request.items if item.state is State.OPEN and item.right not in NEVER)
    return items or _waiting(request)


def _ids(items: Iterable[Item]) -> tuple[str, ...]:
    return tuple(item.id for item in items)
