"""Do what a case owes (T6): at once what people may have at once, and letters by the queue of whoever sends them.

Each effect is done so that doing it again changes nothing, then recorded as a step. A crash in between leaves it
owed; whatever contradicted it meanwhile has voided it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection
from dataclasses import dataclass
from datetime import datetime

from privacy.domain.consent import PERSONALISATION
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.policy import Periods
from privacy.domain.request import Item, Request
from privacy.domain.request_effects import Does, Effect, owed
from privacy.domain.request_steps import Kind, Said, Step
from privacy.domain.rights import Right
from privacy.operations.identity.ask_identity import on_file, questions
from privacy.operations.requests.append_steps import append_steps, read_request
from privacy.operations.requests.receive_mail import MAX_BYTES, SOURCE
from privacy.ports import KeyQueue, MailStore, PeopleStore, RequestLog

#: What a right is in the ledger: what it is against, and how it refuses it. A withdrawal and an objection to offers
#: are about every marketing purpose (E44); who is against personalisation has not unsubscribed (E65).
REFUSED: dict[Right, tuple[str, str]] = {
    Right.CONSENT_WITHDRAWAL: ("marketing", "withdrawn"),
    Right.OBJECTION_MARKETING: ("marketing", "objected"),
    Right.OBJECTION: (PERSONALISATION, "objected"),
    # T12: nobody writes to the dead
    Right.HEIR_REQUEST: ("marketing", "objected"),
}


@dataclass(frozen=True, slots=True)
class Reaction:
    """What it takes. letters, drafts, carry_outs: the queues of whoever sends letters, drafts answers and carries out
    what was approved. people: who is on file. cut: a message without these attachments."""

    log: RequestLog
    mails: MailStore
    people: PeopleStore
    letters: KeyQueue
    drafts: KeyQueue
    carry_outs: KeyQueue
    pseudonyms: Pseudonyms
    periods: Periods
    record: Callable[[Fact], object]
    cut: Callable[[bytes, Collection[int]], bytes]
    now: Callable[[], datetime]


def react_to_request(id_: str, reaction: Reaction) -> list[Effect]:
    """What was done or handed on. Raises NoSuchRequest, and whatever the stores and the queue raise."""
    request = read_request(id_, reaction.log)
    done = [effect for effect in owed(request) if effect.does in {Does.HONOUR, Does.CUT}]
    for effect in done:
        step = (
            _honour(request, effect, reaction)
            if effect.does is Does.HONOUR
            else _cut(request, effect, reaction)
        )
        request = _recorded(request, effect, step, reaction)
    for effect in [effect for effect in owed(request) if effect.does is Does.ASK]:
        request = _asked(request, effect, reaction)
        done.append(effect)
    # what was done at once owes a letter of its own, and makes another one needless
    for does, queue in _handed_on(reaction):
        effects = [effect for effect in owed(request) if effect.does in does]
        if effects:
            queue.send([{"request": id_, "effect": effect.id} for effect in effects])
        done += effects
    return done


def _handed_on(reaction: Reaction) -> tuple[tuple[frozenset[Does], KeyQueue], ...]:
    """What is brought about elsewhere, and the queue of whoever does."""
    return (
        (frozenset({Does.LETTER, Does.FORWARD}), reaction.letters),
        (frozenset({Does.DRAFT}), reaction.drafts),
        (frozenset({Does.CARRY_OUT}), reaction.carry_outs),
    )


def _asked(request: Request, effect: Effect, reaction: Reaction) -> Request:
    """Once, whoever else did it meanwhile: what was asked for is open no more."""

    def known(address: str) -> bool:
        return on_file(address, reaction.people, reaction.pseudonyms)

    return append_steps(
        request.id,
        lambda now: questions(now, effect, known=known, now=reaction.now()),
        log=reaction.log,
        periods=reaction.periods,
    )


def _recorded(request: Request, effect: Effect, step: Step, reaction: Reaction) -> Request:
    """Once, whoever else did it meanwhile."""

    def decide(now: Request) -> list[Step]:
        return [step] if effect.id in {other.id for other in owed(now)} else []

    return append_steps(request.id, decide, log=reaction.log, periods=reaction.periods)


def _honour(request: Request, effect: Effect, reaction: Reaction) -> Step:
    """A fact in the ledger, from when the person said so: the fold makes the suppression, and Mailchimp follows."""
    item = request.item(effect.about)
    if item is not None:
        reaction.record(_refusal(request, effect, item, reaction))
    return _step(Kind.HONOURED, effect, reaction, item=effect.about)


def _refusal(request: Request, effect: Effect, item: Item, reaction: Reaction) -> Fact:
    purpose, choice = REFUSED[item.right]
    said = request.steps[effect.step - 1]
    at = said.instant("received_at") or item.received_at
    pseudonyms, address = reaction.pseudonyms, said.text("address") or request.address
    email = pseudonyms.email(address)
    groups: dict[str, Group] = {
        "consent": {
            "purpose": purpose,
            "choice": choice,
            "carrier": request.channel,
            "email": address,
            "reason": item.right.value,
        }
    }
    type_ = f"contact.{choice}"
    return Fact(
        source=SOURCE,
        event_id=f"{request.id}-{effect.id}",
        type=type_,
        occurred_at=at,
        recorded_at=reaction.now(),
        identifiers=(email,),
        subject=email,
        groups=groups,
        digest=digest_of(pseudonyms.digest_key, type_, at, groups),
        aka=pseudonyms.aka(address),
    )


def _cut(request: Request, effect: Effect, reaction: Reaction) -> Step:
    """E75: deleted at once, and not used. What cannot be read whole is deleted whole."""
    received = next(
        step for step in request.steps if step.kind is Kind.RECEIVED and step.text("mail") == effect.about
    )
    indexes = {int(index) for index in received.texts("identity_documents")}
    stored = reaction.mails.read(effect.about, MAX_BYTES)
    if stored is not None and stored.size > len(stored.raw):
        reaction.mails.delete(effect.about)
    elif stored is not None:
        reaction.mails.replace(effect.about, reaction.cut(stored.raw, indexes), stored.stored_at)
    return _step(Kind.DOCUMENTS_CUT, effect, reaction, mail=effect.about, count=len(indexes))


def _step(kind: Kind, effect: Effect, reaction: Reaction, **said: Said) -> Step:
    return Step(kind, reaction.now(), cause=effect.id, said={"effect": effect.id, **said})
