"""Purge a case: 30 days after its closing to the minimum that names nobody, which goes after six years (R10, R11, R20).

One conditional write decides: the step that reduces it, in place of which no other step was taken meanwhile. From then
on the case says nothing but its minimum, and what stood in it is taken away, messages first; whoever dies in between
leaves the day of the case's summary as it was, so that it comes again and is finished. What a message asked for nothing
(R20, R22) leaves no minimum either.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from privacy.domain.clocks import paris_day
from privacy.domain.minimal_case import minimum_of
from privacy.domain.policy import Periods
from privacy.domain.request import Request, State
from privacy.domain.request_fold import after, fold
from privacy.domain.request_moves import admit
from privacy.domain.request_steps import Kind, Step
from privacy.operations.requests.append_steps import COMMAND_CAUSE, LETTER_CAUSE, MESSAGE_CAUSE
from privacy.operations.requests.request_summary import due, due_shard, ended_on, leaves_nothing, summary_of
from privacy.ports import Appending, MailStore, PeopleStore, RequestConflict, RequestLog
from privacy.ports.answers import PackageStore
from privacy.ports.retention import CaseRemover, FiledCase, LegalHolds

#: How a case is filed, and what may stand before its number in a message.
PREFIX = "request#"
#: How long whoever was acknowledged is acknowledged no second time (E48).
ACKNOWLEDGED_FOR = timedelta(hours=24)

#: By which rule goes what asked for nothing; letters of ours that belong to no case hold no personal data (R24).
_RULES = {State.NOT_DSAR: "R20", State.SPAM: "R22"}

type Counts = Mapping[str, int]


def untold(_counts: Counts) -> None:
    """Nobody keeps a receipt."""


@dataclass(frozen=True, slots=True)
class CasePurge:
    """What it takes. now: when the run's batch is done."""

    log: RequestLog
    cases: CaseRemover
    mails: MailStore
    packages: PackageStore
    holds: LegalHolds
    people: PeopleStore
    periods: Periods
    now: datetime

    @property
    def today(self) -> date:
        return paris_day(self.now)


def purge_case(key: str, purge: CasePurge, tell: Callable[[Counts], None] = untold) -> Counts:
    """How much of the case went by each rule; nothing where it is not due, is kept, or moved meanwhile.

    key: its number, or the key of its items. tell: told the same just before anything goes, again at each attempt.
    Raises whatever the stores raise: it comes again.
    """
    return _CaseInHand(key.removeprefix(PREFIX), purge, tell).go()


@dataclass(frozen=True, slots=True)
class _CaseInHand:
    """One case, once."""

    id: str
    by: CasePurge
    tell: Callable[[Counts], None]

    def go(self) -> Counts:
        filed = self.by.cases.filed(self.id)
        if not filed.steps:
            # everything else had gone when somebody died
            self.by.cases.drop_summary(self.id, filed.version)
            return {}
        request = self._folded(filed)
        if request.minimum is None:
            if not self._is_due(request, filed):
                return {}
            request = self._reduced(request, filed)
            if request.minimum is None:
                return {}
            filed = self.by.cases.filed(self.id)
        elif filed.due_on is None or filed.due_on > self.by.today:
            return {}
        return self._taken_apart(request, filed)

    def _folded(self, filed: FiledCase) -> Request:
        return fold(self.id, (filed.steps[number] for number in sorted(filed.steps)))

    # --- whether it goes

    def _is_due(self, request: Request, filed: FiledCase) -> bool:
        day = due(request, self.by.periods)
        if day is None or day > self.by.today or self._is_held(filed.senders):
            return False
        looked_at = self._other_needs(request)
        if looked_at is not None:
            self.by.cases.restamp(self.id, filed.version, looked_at)
        return looked_at is None

    def _is_held(self, senders: Collection[str]) -> bool:
        """An order to keep everything of a person keeps what they wrote (A23)."""
        pointers = self.by.people.pointers(senders).values()
        persons = {pointer.person for pointer in pointers if pointer.person is not None}
        before = (self.by.people.summary(person).get("aliases") for person in sorted(persons))
        persons |= {id_ for ids in before if isinstance(ids, list) for id_ in ids}
        return bool(persons) and bool(self.by.holds.of(persons))

    def _other_needs(self, request: Request) -> date | None:
        """When to look again at a case that was merged into one which still needs its messages (E59)."""
        if not request.merged_into:
            return None
        other = fold(request.merged_into, self.by.log.steps(request.merged_into))
        if not other.steps or other.minimum is not None:
            return None
        day = due(other, self.by.periods)
        if day is None:
            return self.by.today + timedelta(days=1)
        return day if day > self.by.today else None

    # --- how it goes

    def _reduced(self, request: Request, filed: FiledCase) -> Request:
        """The case as its minimum; as it was, where somebody was quicker."""
        said = minimum_of(
            request,
            filed.senders,
            ended_on(request),
            pieces=len(filed.steps),
            mails=len(_mails(filed)),
        )
        step = Step(Kind.REDUCED, self.by.now, said=said)
        admit(request, step)
        reduced = after(request, step)
        # its day stays as it was until everything is done
        stamp = {"due_shard": due_shard(self.id), "due_on": (filed.due_on or self.by.today).isoformat()}
        summary = summary_of(reduced, self.by.periods) | stamp
        try:
            self.by.log.append(Appending(self.id, (step,), request.version, summary))
        except RequestConflict:
            return request
        return reduced

    def _taken_apart(self, request: Request, filed: FiledCase) -> Counts:
        counts = self._counts(request, filed)
        self.tell(counts)
        if old := [number for number in filed.steps if number < request.version]:
            for mail in sorted(_mails(filed)):
                self.by.mails.delete(mail)
            self.by.packages.clear(self.id)
            self.by.cases.drop_causes(filed.causes)
            for sender in request.senders:
                self.by.cases.drop_acknowledgement(sender, self.by.now - ACKNOWLEDGED_FOR)
            self.by.cases.drop_steps(self.id, old)
        if self._minimum_goes(request):
            for sender in request.senders:
                self.by.cases.drop_sender(sender, self.id)
            self.by.cases.drop_steps(self.id, [request.version])
            self.by.cases.drop_summary(self.id, filed.version)
        else:
            self.by.cases.restamp(self.id, filed.version, self._day_of_minimum(request))
        return counts

    def _minimum_goes(self, request: Request) -> bool:
        if leaves_nothing(request):
            return True
        day = due(request, self.by.periods)
        return day is not None and day <= self.by.today and not self._is_held(request.senders)

    def _day_of_minimum(self, request: Request) -> date:
        """Where a hold keeps it beyond its day, tomorrow."""
        tomorrow = self.by.today + timedelta(days=1)
        return max(due(request, self.by.periods) or tomorrow, tomorrow)

    def _counts(self, request: Request, filed: FiledCase) -> Counts:
        """As it was when the case was reduced: whoever finishes it counts no less."""
        pieces, mails = _number(request, "pieces"), _number(request, "mails")
        if leaves_nothing(request):
            return {_RULES.get(request.state, "R24"): pieces + mails}
        first = filed.due_on is not None and filed.due_on < (due(request, self.by.periods) or filed.due_on)
        counts = {"R10": pieces + mails} if first else {}
        return counts | ({"R11": 1} if self._minimum_goes(request) else {})


def _mails(filed: FiledCase) -> set[str]:
    """The messages of which the case consists, and those that only told something of it, such as that a letter came
    back."""
    received = {step.text("mail") for step in filed.steps.values() if step.kind is Kind.RECEIVED}
    ours = (LETTER_CAUSE, COMMAND_CAUSE, MESSAGE_CAUSE)
    return {mail for mail in received | filed.causes if mail and not mail.startswith(ours)}


def _number(request: Request, name: str) -> int:
    number = request.minimum.said.get(name) if request.minimum is not None else 0
    return number if isinstance(number, int) else 0


def purge_cause(key: str, purge: CasePurge, tell: Callable[[Counts], None] = untold) -> Counts:
    """A message that made no case, with the note why not: a machine's, kept as long as spam (R22).

    key: the mail's id, or the key of the note.
    """
    mail = key.removeprefix("cause#")
    day = purge.cases.set_aside(mail)
    if day is None or day > purge.today:
        return {}
    counts = {"R22": 1}
    tell(counts)
    purge.mails.delete(mail)
    purge.cases.drop_causes([mail])
    return counts
