"""What a message becomes: the steps of a new case, or of one that it belongs to (T1-T5, T11, E35-E70).

A plain request is never put away for want of certainty: what is unsure goes before a person, and the clock runs from
receipt either way (A16). Nothing here looks anything up; which case a message belongs to is found by
operations/requests/receive_mail.py.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.mail import IncomingMail
from privacy.domain.minors import says_minor
from privacy.domain.request import PENDING, PUT_AWAY, UNDECIDED, Item, Request, State
from privacy.domain.request_guards import REOPENED_WITHIN_DAYS
from privacy.domain.request_steps import Flag, Kind, Said, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.domain.triage.case_reference import case_reference
from privacy.domain.triage.spelling import plain
from privacy.domain.triage.text import new_text
from privacy.domain.understanding import Outcome, Role, Understanding

#: Within that, what was asked and done already is asked again, and is no new case (E59).
SAME_REQUEST_WITHIN = timedelta(days=2)
#: A case longer than that takes in no more mail: every step reads all of them.
MAX_STEPS = 1000
#: Languages that letters and staff have; whatever is asked in another goes before a person, too (E69).
LANGUAGES = frozenset({"fr", "en"})

_MAX_SUBJECT, _MAX_PHRASES, _MAX_PHRASE = 300, 40, 200
_MACHINES = frozenset({"auto_reply", "bounce", "loop"})


#: Why a case is a minor's who writes for themselves.
YOUNG = "young"


class Needs(StrEnum):
    """Why a person has to look."""

    UNSURE = "unsure"
    SPAM = "spam"  # a request that was taken for spam (E51)
    AUTHORITY = "authority"  # a regulator, the police, a tax office (E62, E63)
    BULK = "bulk"  # a request in what looks like a mailing
    LANGUAGE = "language"
    UNREAD = "unread"  # something of it could not be read (E54)
    NO_SENDER = "no_sender"
    FOR_ANOTHER = "for_another"
    DEATH = "death"
    STAFF = "staff"  # the shop's own people send on what somebody else asks (E55)
    STRANGER = "stranger"  # it names a case of somebody else's
    REPLY = "reply"  # what we asked for may have come
    RECIPIENT = "recipient_answered"  # whoever got the data answers our notice (Art. 19)
    ABUSE = "abuse"  # never a reason to refuse by itself (E61)


class Incoming(NamedTuple):
    """A message, what triage understood, and when it is taken in."""

    mail: IncomingMail
    understood: Understanding
    now: datetime

    def step(self, kind: Kind, **said: Said) -> Step:
        return Step(kind, self.now, cause=self.mail.mail_id, said=said)

    @property
    def address(self) -> str:
        return self.mail.sender.address if self.mail.sender else ""

    @property
    def received_at(self) -> str:
        return self.mail.received_at.isoformat()

    @property
    def rights(self) -> tuple[Right, ...]:
        return self.understood.rights


def named_case(mail: IncomingMail) -> str | None:
    """The case that subject, recipient or thread name."""
    return case_reference(mail.subject, mail.recipients, mail.in_reply_to)


def machine(mail: IncomingMail, understood: Understanding) -> str | None:
    """Why the message makes no case (E46-E49); a request in what looks like a mailing goes before a person."""
    if mail.automatic is None:
        return None
    if mail.automatic not in _MACHINES and understood.outcome is Outcome.REQUEST:
        return None
    return mail.automatic


def judged(mail: IncomingMail, understood: Understanding) -> Understanding:
    """What was understood, less sure where not all of the message was read; of an empty one with files, nothing is."""
    if understood.outcome is Outcome.REQUEST:
        return understood
    if not mail.text.strip() and mail.attachments:
        return replace(understood, outcome=Outcome.UNSURE, customer_service=False)  # E54
    if mail.unread and not understood.customer_service:
        return replace(understood, outcome=Outcome.UNSURE)
    return understood


# ---------------------------------------------------------------- a new case


def opening(incoming: Incoming, *, continues: str = "", names: str = "", own: bool = False) -> list[Step]:
    """The steps of a new case.

    continues: the sender's closed case that it goes on from (T23). names: somebody else's. own: the shop's people
    write.
    """
    steps = [received(incoming), understood(incoming)]
    if continues:
        steps.append(incoming.step(Kind.LINKED, request=continues, why="continues"))
    if names:
        steps.append(incoming.step(Kind.LINKED, request=names, why="named"))
    return steps + _decided(incoming, stranger=bool(names), continues=bool(continues), own=own)


def _decided(incoming: Incoming, *, stranger: bool, continues: bool, own: bool) -> list[Step]:
    mail, told = incoming.mail, incoming.understood
    suspect = _suspect(mail)
    if suspect and not _speaks_of_rights(told):
        return [incoming.step(Kind.SET_ASIDE, reason=suspect)]
    if told.authority:
        return [*_flags(incoming, Needs.AUTHORITY), _proposed_hold(incoming)]
    waits = [
        needs
        for needs, here in (
            (Needs.SPAM, mail.verdicts.spam == "FAIL"),
            (Needs.BULK, mail.automatic is not None),
            (Needs.STAFF, own and told.outcome is Outcome.REQUEST),
            (Needs.STRANGER, stranger and told.outcome is not Outcome.REQUEST),
            (Needs.REPLY, continues and told.outcome is not Outcome.REQUEST),
            (Needs.UNSURE, told.outcome is Outcome.UNSURE),
        )
        if here
    ]
    if waits:
        return [*_flags(incoming, *waits)]
    if told.outcome is Outcome.NOT_REQUEST:
        return [incoming.step(Kind.NOT_A_REQUEST, mail=mail.mail_id, reason="customer_service")]
    rights = tuple(right.value for right in told.rights)
    steps = [
        incoming.step(Kind.OPENED, mail=mail.mail_id, rights=rights, received_at=incoming.received_at),
        *_flags(incoming, *_doubts(incoming, stranger=stranger)),
        *_own_age(incoming),
    ]
    if told.role is Role.AGENT and not mail.attachments:
        steps.append(incoming.step(Kind.MANDATE_ASKED))  # T11: with something attached a person looks first
    return steps


def _doubts(incoming: Incoming, *, stranger: bool) -> Iterator[Needs]:
    """What a person should look at, though the request is plain."""
    mail, told = incoming.mail, incoming.understood
    yield from (
        needs
        for needs, here in (
            (Needs.NO_SENDER, not incoming.address),
            (Needs.STRANGER, stranger),
            (Needs.LANGUAGE, bool(told.language) and told.language not in LANGUAGES),
            (Needs.UNREAD, bool(mail.unread)),
            (Needs.DEATH, told.role in {Role.HEIR, Role.EXECUTOR} or Right.HEIR_REQUEST in told.rights),
            (Needs.FOR_ANOTHER, told.role in {Role.AGENT, Role.PARENT}),
            (Needs.ABUSE, told.abusive),
        )
        if here
    )


# ---------------------------------------------------------------- a case that there is


def belongs(request: Request, incoming: Incoming) -> bool:
    """Whether a message without any tag asks again what its sender's case is about (E59): then it is the same case."""
    told = incoming.understood
    if told.outcome is not Outcome.REQUEST or told.authority or told.role is not Role.SELF:
        return False
    if request.role is not Role.SELF or not joinable(request) or _another_person(request, incoming):
        return False
    return any(_asked_already(item, incoming) for item in request.items)


def joinable(request: Request) -> bool:
    """Whether a message can become part of the case; else it makes one of its own, linked to it (T23)."""
    gone = request.minimum is not None or request.closed_at is not None
    return request.state not in PUT_AWAY and not gone and request.version < MAX_STEPS


def resumes(request: Request, incoming: Incoming) -> bool:
    """E95: an answer to a case that was closed for want of proof takes it up again."""
    ends = [item.ended_at for item in request.items if item.state is State.CLOSED_UNIDENTIFIED]
    last = max((at for at in ends if at is not None), default=None)
    if last is None or request.merged_into or request.minimum is not None:
        return False
    return incoming.mail.received_at - last <= timedelta(days=REOPENED_WITHIN_DAYS)


def joining(request: Request, incoming: Incoming) -> list[Step]:
    """The steps by which the sender's own message joins the case (E57-E59)."""
    told = incoming.understood
    steps = [received(incoming), understood(incoming)]
    if told.authority:
        return [*steps, *_flags(incoming, Needs.AUTHORITY), _proposed_hold(incoming)]
    if resumes(request, incoming):
        reopened = incoming.step(Kind.REOPENED, mail=incoming.mail.mail_id, received_at=incoming.received_at)
        return [*steps, reopened, *_flags(incoming, Needs.REPLY)]
    if _suspect(incoming.mail):
        return [*steps, *_flags(incoming, Needs.SPAM)]
    if incoming.mail.automatic is not None:
        # E49: whatever a mailing asks for, nobody acknowledges it
        return [*steps, *_flags(incoming, Needs.BULK)]
    unsure = told.outcome is Outcome.UNSURE or _about_their_directive(request, incoming)
    if unsure or (told.outcome is Outcome.REQUEST and request.state in UNDECIDED):
        return [*steps, *_flags(incoming, Needs.UNSURE)]
    waiting = [Needs.REPLY] if any(item.state in PENDING for item in request.items) else []
    if told.outcome is Outcome.REQUEST:
        steps += _asked(request, incoming)
        waiting += _doubts(incoming, stranger=False)
    return [*steps, *_flags(incoming, *waiting), *_own_age(incoming)]


def reporting(incoming: Incoming) -> list[Step]:
    """The steps by which the answer of a recipient of the data joins the case that they were told of (Art. 19)."""
    return [received(incoming), *_flags(incoming, Needs.RECIPIENT)]


def copied(request: Request, incoming: Incoming) -> list[Step]:
    """The very same message under another id (E34): it changes nothing, but that the first receipt counts."""
    mail = incoming.mail
    later = {item.right for item in request.items if item.received_at > mail.received_at}
    rights = tuple(right.value for right in incoming.rights if right in later)
    if incoming.understood.outcome is not Outcome.REQUEST or not rights:
        return [received(incoming)]
    said = {"mail": mail.mail_id, "received_at": incoming.received_at}
    return [received(incoming), incoming.step(Kind.REPEATED, rights=rights, **said)]


def _asked(request: Request, incoming: Incoming) -> Iterator[Step]:
    """Rights asked again keep their first receipt (E59); new ones have their own (E57)."""
    said = {"mail": incoming.mail.mail_id, "received_at": incoming.received_at}
    again = [r for r in incoming.rights if any(_asked_already(i, incoming, r) for i in request.items)]
    if again:
        yield incoming.step(Kind.REPEATED, rights=tuple(r.value for r in again), **said)
    added = [right.value for right in incoming.rights if right not in again]
    if added:
        yield incoming.step(Kind.RIGHTS_ADDED, rights=tuple(added), **said)


def _asked_already(item: Item, incoming: Incoming, right: Right | None = None) -> bool:
    """It waits for our answer, or was done at once less than two days before."""
    if item.right not in ([right] if right else incoming.rights):
        return False
    recent = incoming.mail.received_at - item.received_at < SAME_REQUEST_WITHIN
    return item.unfinished or (item.right in AT_ONCE and item.state is State.ANSWERED and recent)


def _another_person(request: Request, incoming: Incoming) -> bool:
    """Two names, and not the same: one mailbox may write for a family."""
    here, there = incoming.understood.particulars, request.particulars
    return any(
        ours is not None and theirs is not None and ours.casefold() != theirs.casefold()
        for ours, theirs in (
            (here.family_name, there.family_name),
            (here.given_name, there.given_name),
            (here.customer_number, there.customer_number),
        )
    )


# ---------------------------------------------------------------- steps


def received(incoming: Incoming) -> Step:
    """The message as it came (T1)."""
    mail = incoming.mail
    return incoming.step(
        Kind.RECEIVED,
        mail=mail.mail_id,
        received_at=incoming.received_at,
        channel="mail",
        address=incoming.address,
        name=mail.sender.name if mail.sender else "",
        subject=mail.subject[:_MAX_SUBJECT],
        message_id=mail.message_id,
        digest=mail.digest,
        dmarc=mail.verdicts.dmarc,
        spam=mail.verdicts.spam == "FAIL",
        virus=mail.verdicts.virus == "FAIL",
        unread=mail.unread,
        identity_documents=tuple(str(index) for index in mail.identity_documents),
        size=mail.size,
    )


def understood(incoming: Incoming) -> Step:
    """What triage made of it, and why (T3)."""
    told = incoming.understood
    return incoming.step(
        Kind.UNDERSTOOD,
        mail=incoming.mail.mail_id,
        outcome=told.outcome.value,
        rights=tuple(right.value for right in told.rights),
        language=told.language,
        role=told.role.value,
        customer_service=told.customer_service,
        authority=told.authority,
        abusive=told.abusive,
        given_name=told.particulars.given_name,
        family_name=told.particulars.family_name,
        postal_address=told.particulars.postal_address,
        customer_number=told.particulars.customer_number,
        evidence=tuple(_phrases(told)),
    )


def _phrases(told: Understanding) -> Iterator[str]:
    for evidence in told.evidence[:_MAX_PHRASES]:
        against = f" ({evidence.against})" if evidence.against else ""
        yield f"{evidence.says}: {evidence.phrase[:_MAX_PHRASE]}{against}"


def _flags(incoming: Incoming, *needs: Needs) -> list[Step]:
    """Each reason once, and the flags that go with some of them."""
    steps = []
    for why in dict.fromkeys(needs):
        flag = Flag.ABUSE_SUSPECTED if why is Needs.ABUSE else Flag.NEEDS_HUMAN
        steps.append(incoming.step(Kind.FLAGGED, flag=flag.value, reason=why.value))
    if needs and incoming.understood.role is Role.PARENT:
        steps.append(incoming.step(Kind.FLAGGED, flag=Flag.MINOR.value, reason=Needs.FOR_ANOTHER.value))
    return steps


def _own_age(incoming: Incoming) -> list[Step]:
    """E89: a minor's request is put first, and nobody but the DPO approves it (G31)."""
    told = incoming.understood
    waits = told.role is Role.SELF and not AT_ONCE.issuperset(told.rights)
    if not waits or not says_minor(incoming.mail.text):
        return []
    return [incoming.step(Kind.FLAGGED, flag=Flag.MINOR.value, reason=YOUNG)]


def _about_their_directive(request: Request, incoming: Incoming) -> bool:
    """Who says to delete something where a directive was registered may mean the directive, and not their data: then a
    person asks them (E87)."""
    told = incoming.understood
    if Right.ERASURE not in told.rights or Right.POST_MORTEM_DIRECTIVE in told.rights:
        return False
    said = plain(new_text(incoming.mail.text).body)
    left = any(item.right is Right.POST_MORTEM_DIRECTIVE for item in request.items)
    return left and ("directive" in said or _DATA.search(said) is None)


_DATA = re.compile(r"(?<![a-z])(?:donnees|data|compte|account|informations?|fichiers?|records?)(?![a-z])")


def _proposed_hold(incoming: Incoming) -> Step:
    """E63: what an authority may ask for must not be purged before somebody has read the letter."""
    return incoming.step(Kind.HOLD_PROPOSED, hold="authority", reason="a letter of an authority came in")


def _suspect(mail: IncomingMail) -> str:
    if mail.verdicts.virus == "FAIL":
        return "virus"
    return "spam" if mail.verdicts.spam == "FAIL" else ""


def _speaks_of_rights(told: Understanding) -> bool:
    """Some right's words stand in it, whether or not they count (T2, E51, E52); every spam has an unsubscription."""
    names = {right.value for right in Right if right not in AT_ONCE}
    return bool(told.rights) or any(evidence.says in names for evidence in told.evidence)
