"""Take a message in: it becomes a case, joins one, or was a machine's (T1-T5, E33-E59).

Everything that a message causes is written under its id in one transaction, so a second delivery and a worker that
died leave nothing half done. A tag alone gives no right to a case: a message joins one only if the sender is the
case's own; anybody else's goes before a person.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from privacy.domain.clocks import after, paris_day
from privacy.domain.facts import Fact, Group, digest_of
from privacy.domain.identifiers import InvalidAddress, Pseudonyms, normalise_address
from privacy.domain.identity_facts import ENOUGH, shown
from privacy.domain.identity_reply import facts_asked, gives_facts, pending, proves
from privacy.domain.intake import (
    Incoming,
    Needs,
    belongs,
    copied,
    joinable,
    joining,
    judged,
    machine,
    named_case,
    opening,
    received,
    reporting,
    resumes,
)
from privacy.domain.mail import IncomingMail
from privacy.domain.policy import Periods
from privacy.domain.recipient_reply import from_a_recipient
from privacy.domain.request import Request
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import Flag, Kind, Step
from privacy.domain.understanding import Outcome, Role, Understanding
from privacy.operations.identity.ask_identity import fact_digest
from privacy.operations.identity.confirm_identity import proven
from privacy.operations.requests.append_steps import (
    MAX_TRIES,
    MESSAGE_CAUSE,
    NoSuchRequest,
    append_steps,
    begin_request,
    letter_cause,
    read_request,
)
from privacy.ports import AlreadyCaused, MailStore, PeopleStore, RequestConflict, RequestLog, StoredMail

#: SES takes in no larger message; one byte more shows that this one is.
MAX_BYTES = 40 * 1024 * 1024 + 1
#: Cases of a sender that are looked through, the latest, for the same request.
RECENT_CASES = 10
#: Messages before this one whose thread is followed, the last.
THREAD = 5
#: How often a case may have been merged into another that was merged into another.
MERGES = 5

SOURCE = "contact"
WROTE = "contact.mail"


class Became(StrEnum):
    """What became of a message. known: it was taken in before. gone: it is not in the store any more."""

    CASE = "case"
    JOINED = "joined"
    COPY = "copy"
    MACHINE = "machine"
    BOUNCE = "bounce"
    KNOWN = "known"
    GONE = "gone"


@dataclass(frozen=True, slots=True)
class Reception:
    """What it takes. clean: strikes card numbers out of a message. read: bytes to what they say. understand: triage.
    record: a fact into the ledger. own_domain: of the shop's addresses.
    """

    log: RequestLog
    mails: MailStore
    people: PeopleStore
    pseudonyms: Pseudonyms
    periods: Periods
    clean: Callable[[bytes], bytes]
    read: Callable[[str, StoredMail], IncomingMail]
    understand: Callable[[IncomingMail], Understanding]
    record: Callable[[Fact], object]
    new_id: Callable[[], str]
    now: Callable[[], datetime]
    own_domain: str


#: Why a person would have looked at a reply that is plainly the one that we waited for.
_ANSWERED = frozenset({Needs.REPLY, Needs.UNSURE})


class _LookAgain(Exception):
    """What the decision rested on has changed."""


def receive_mail(mail_id: str, reception: Reception) -> Became:
    """Raises whatever the stores raise, and RequestConflict after eight lost races: the queue brings it again."""
    if reception.log.caused(mail_id) is not None:
        return Became.KNOWN
    stored = reception.mails.read(mail_id, MAX_BYTES)
    if stored is None:
        return Became.GONE
    mail = _addressed(reception.read(mail_id, _cleaned(mail_id, stored, reception)))
    understood = judged(mail, reception.understand(mail))
    for _ in range(MAX_TRIES):
        try:
            return _Taking(Incoming(mail, understood, reception.now()), reception).take()
        except AlreadyCaused as known:
            if known.cause == mail_id:
                return Became.KNOWN
        except (_LookAgain, RequestConflict):
            pass
    raise RequestConflict


def _addressed(mail: IncomingMail) -> IncomingMail:
    """Whoever gives no address that a letter could go to is nobody whom we could answer: a person looks."""
    try:
        normalise_address(mail.sender.address if mail.sender else "")
    except InvalidAddress:
        return replace(mail, sender=None)
    return mail


def _cleaned(mail_id: str, stored: StoredMail, reception: Reception) -> StoredMail:
    """F11: no card number is kept, so it is struck out of what is stored before anything else is done with it.

    What is larger than SES takes in is not whole here, and stays as it is.
    """
    if stored.size > len(stored.raw):
        return stored
    raw = reception.clean(stored.raw)
    if raw == stored.raw:
        return stored
    reception.mails.replace(mail_id, raw, stored.stored_at)
    return StoredMail(raw, len(raw), stored.stored_at)


@dataclass(frozen=True, slots=True)
class _Taking:
    """One attempt at one message."""

    incoming: Incoming
    by: Reception

    def take(self) -> Became:
        mail = self.incoming.mail
        why = machine(mail, self.incoming.understood)
        if mail.automatic == "bounce" and self._bounced():
            return Became.BOUNCE
        if why is not None:
            due_on = after(paris_day(mail.received_at), self.by.periods.spam)
            self.by.log.set_aside(mail.mail_id, why, self.incoming.now, due_on)
            return Became.MACHINE
        first = self.by.log.caused(self._fingerprint) if self._fingerprint else None
        again = self._followed(first.request) if first is not None else None
        if again is not None and again.minimum is None:
            self._append(again.id, self._copied, {mail.mail_id})
            return Became.COPY
        # a copy of what was purged since is told for the first time again, but cannot claim to be
        return self._place({mail.mail_id} if first is not None else self._causes)

    # --- where it belongs

    def _place(self, causes: set[str]) -> Became:
        named = self._named()
        if named is not None and self._is_senders(named):
            return self._join(named, causes) if self._joins(named) else self._open(causes, continues=named.id)
        if named is not None and proves(named, self.incoming.mail):
            return self._vouched(named, causes)
        if named is not None and self._reports(named):
            return self._reported(named, causes)
        if named is not None:
            return self._open(causes, names=named.id)
        seen = self.by.log.cases_of(self._identifiers)
        for id_ in self.by.log.of_sender(self._identifiers, RECENT_CASES):
            request = fold(id_, self.by.log.steps(id_))
            if belongs(request, self.incoming):
                return self._join(request, causes)
        return self._open(causes, seen=seen)

    def _joins(self, request: Request) -> bool:
        """Thanks for an answer change nothing, whatever the case's state (E58); a new wish there is a new case."""
        if request.merged_into or request.minimum is not None:
            return False
        thanks = self.incoming.understood.outcome is Outcome.NOT_REQUEST and bool(request.items)
        return joinable(request) or resumes(request, self.incoming) or thanks

    def _named(self) -> Request | None:
        """The case that subject, recipient or thread name, if there is one."""
        id_ = named_case(self.incoming.mail) or self._answered()
        return self._followed(id_) if id_ else None

    def _followed(self, id_: str) -> Request | None:
        """The case, or the one that it was merged into; None where there is none of that number, or a mere letter."""
        for _ in range(MERGES):
            request = fold(id_, self.by.log.steps(id_))
            if not request.merged_into:
                return request if request.steps and request.renewal is None else None
            id_ = request.merged_into
        return None

    def _answered(self) -> str | None:
        """The case of the letter of ours that this one answers."""
        for message_id in reversed(self.incoming.mail.in_reply_to[-THREAD:]):
            caused = self.by.log.caused(letter_cause(message_id))
            if caused is not None and caused.request:
                return caused.request
        return None

    def _is_senders(self, request: Request) -> bool:
        theirs = {*request.senders, *_identifiers(request.address, self.by.pseudonyms)}
        return not theirs.isdisjoint(self._identifiers)

    # --- what is written

    def _open(
        self,
        causes: set[str],
        *,
        continues: str = "",
        names: str = "",
        seen: Mapping[str, int] | None = None,
    ) -> Became:
        steps = opening(self.incoming, continues=continues, names=names, own=self._is_ours)
        if all(step.kind is not Kind.SET_ASIDE for step in steps):
            self._tell()
        begin_request(
            steps,
            log=self.by.log,
            periods=self.by.periods,
            new_id=self.by.new_id,
            causes=causes,
            senders=self._identifiers,
            seen=seen,
        )
        return Became.CASE

    def _join(self, request: Request, causes: set[str]) -> Became:
        if not self._joins(request):
            raise _LookAgain
        self._tell()

        def decide(now: Request) -> list[Step]:
            if not self._joins(now):
                raise _LookAgain
            return self._proving(now, joining(now, self.incoming))

        self._append(request.id, decide, causes)
        return Became.JOINED

    def _vouched(self, request: Request, causes: set[str]) -> Became:
        """E71: not who asked, but the mailbox on file that was challenged for it says yes. It gains nothing by that."""

        def decide(now: Request) -> list[Step]:
            if not proves(now, self.incoming.mail):
                raise _LookAgain
            return self._proving(now, [received(self.incoming)])

        self._append(request.id, decide, causes)
        return Became.JOINED

    def _reports(self, request: Request) -> bool:
        return joinable(request) and from_a_recipient(request, self.incoming.mail)

    def _reported(self, request: Request, causes: set[str]) -> Became:
        """Art. 19: what a recipient did is read in the case that they were told of."""

        def decide(now: Request) -> list[Step]:
            if not self._reports(now):
                raise _LookAgain
            return reporting(self.incoming)

        self._append(request.id, decide, causes)
        return Became.JOINED

    def _proving(self, now: Request, steps: list[Step]) -> list[Step]:
        """The steps, and that the mailbox answered our challenge: then nobody has to look whether it did."""
        mail = self.incoming.mail
        found = proves(now, mail)
        if found is None:
            return self._showing(now, steps)
        effect, items = found
        proof = proven(
            now,
            effect,
            items,
            method="reply",
            at=self.incoming.now,
            arrived_at=mail.received_at,
            cause=mail.mail_id,
        )
        return [*(step for step in steps if step.text("reason") not in _ANSWERED), proof]

    def _showing(self, now: Request, steps: list[Step]) -> list[Step]:
        """The steps, and that the sender knew two facts of the last order, once they were asked for (E74)."""
        mail = self.incoming.mail
        if gives_facts(now, mail):
            steps = [_stays_here(step) for step in steps]
        asked = facts_asked(now, mail)
        if asked is None:
            return steps
        before = [text for message in now.messages if (text := self._text(message.mail))]
        digest = fact_digest(self.by.pseudonyms, now.id)
        if shown(mail.text, before, asked.texts("facts"), digest) < ENOUGH:
            return steps
        proof = self.incoming.step(
            Kind.IDENTITY_VERIFIED,
            items=tuple(item.id for item in pending(now, asked)),
            level="L2",
            method="facts",
            arrived_at=self.incoming.received_at,
            address=asked.text("address") or now.address,
        )
        return [*(step for step in steps if step.text("reason") not in _ANSWERED), proof]

    def _text(self, mail_id: str) -> str:
        stored = self.by.mails.read(mail_id, MAX_BYTES) if mail_id else None
        return self.by.read(mail_id, stored).text if stored is not None else ""

    def _copied(self, now: Request) -> list[Step]:
        if now.merged_into or now.minimum is not None:
            raise _LookAgain
        return copied(now, self.incoming)

    def _append(self, id_: str, decide: Callable[[Request], list[Step]], causes: set[str]) -> None:
        append_steps(id_, decide, log=self.by.log, periods=self.by.periods, causes=causes)

    def _bounced(self) -> bool:
        """E47: what came back marks the case whose letter it was, if it was one of ours that went."""
        bounce = self.incoming.mail.bounce
        if bounce is None or bounce.letter is None:
            return False
        id_, _, effect = bounce.letter.partition("_")
        if effect:
            steps = [self.incoming.step(Kind.LETTER_BOUNCED, effect=effect, permanent=bounce.permanent)]
        elif bounce.permanent:
            flags = (Flag.MAIL_UNDELIVERABLE, Flag.NEEDS_HUMAN)
            steps = [self.incoming.step(Kind.FLAGGED, flag=flag.value, reason="bounced") for flag in flags]
        else:
            return False
        try:
            read_request(id_, self.by.log)
            self._append(id_, lambda _: steps, {self.incoming.mail.mail_id})
        except (NoSuchRequest, IllegalTransition):
            return False
        return True

    # --- who wrote, and what is told of them

    @property
    def _identifiers(self) -> tuple[str, ...]:
        return _identifiers(self.incoming.address, self.by.pseudonyms)

    @property
    def _is_ours(self) -> bool:
        """Somebody of the shop: what they send on is another's, who has to be found (E55)."""
        return self.incoming.address.rpartition("@")[2].lower() == self.by.own_domain.lower()

    @property
    def _fingerprint(self) -> str:
        """The same for every copy of a message, whichever way it came; a message without an id has none."""
        mail = self.incoming.mail
        if not mail.message_id:
            return ""
        said = (mail.message_id, self.incoming.address, mail.subject, mail.text)
        return f"{MESSAGE_CAUSE}{self.by.pseudonyms.digest('message', *said)}"

    @property
    def _causes(self) -> set[str]:
        return {cause for cause in (self.incoming.mail.mail_id, self._fingerprint) if cause}

    def _tell(self) -> None:
        """R4: that a person whom we know wrote is a dated fact about them, if From is proved to be theirs.

        Told before the case is written: a worker that dies in between tells it again, and that changes nothing.
        """
        proved = self.incoming.mail.verdicts.dmarc == "PASS"
        own = self.incoming.understood.role is Role.SELF
        if not proved or not own:
            return
        pointers = self.by.people.pointers(self._identifiers)
        if any(pointer.person for pointer in pointers.values()):
            self.by.record(self._fact())

    def _fact(self) -> Fact:
        mail, pseudonyms = self.incoming.mail, self.by.pseudonyms
        groups: dict[str, Group] = {"contact": {"channel": "mail"}}
        email = self._identifiers[0]
        return Fact(
            source=SOURCE,
            event_id=mail.mail_id,
            type=WROTE,
            occurred_at=mail.received_at,
            recorded_at=self.incoming.now,
            identifiers=(email,),
            subject=email,
            groups=groups,
            digest=digest_of(pseudonyms.digest_key, WROTE, mail.received_at, groups),
            aka=pseudonyms.aka(self.incoming.address),
        )


def _stays_here(step: Step) -> Step:
    """Not sent on to customer service."""
    if step.kind is not Kind.UNDERSTOOD:
        return step
    return replace(step, said={**step.said, "customer_service": False})


def _identifiers(address: str, pseudonyms: Pseudonyms) -> tuple[str, ...]:
    """Under every pepper, the current one first; none where it is no address."""
    try:
        return pseudonyms.emails(address)
    except InvalidAddress:
        return ()
