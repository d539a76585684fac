"""People who write to contact@, machines, operators, SES and our workers, who all act at once."""

from __future__ import annotations

import json
import random
from collections import defaultdict
from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

from privacy import letters, policy
from privacy.domain.facts import Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.domain.mail import IncomingMail
from privacy.domain.projection import Pointer
from privacy.domain.request import Request
from privacy.domain.request_effects import Progress, effects, owed
from privacy.domain.request_fold import fold
from privacy.domain.request_guards import IllegalTransition
from privacy.domain.request_steps import ActingRole, Flag, Kind, Said, Step
from privacy.domain.rights import Right
from privacy.inbound import mail_event, reacting
from privacy.inbound.batch import BatchRecord, key_of
from privacy.inbound.mail_outcomes import event_of
from privacy.operations.letters.letter_links import LetterLinks
from privacy.operations.letters.send_letter import LetterSending, NotNow
from privacy.operations.letters.settle_letter import LetterSettling
from privacy.operations.letters.write_letter import LetterWriting, Offices
from privacy.operations.people.record_fact import record_fact
from privacy.operations.requests.append_steps import append_steps
from privacy.operations.requests.decide_request import Decisions, Hand
from privacy.operations.requests.open_request import Entry, open_request
from privacy.operations.requests.react_to_request import Reaction, react_to_request
from privacy.operations.requests.receive_mail import Became, Reception, receive_mail
from privacy.operations.requests.sweep_requests import Sweep
from privacy.operations.requests.watch_deadlines import Watch
from privacy.ports import (
    AlreadyCaused,
    Appended,
    Appending,
    ProviderUnavailable,
    RequestConflict,
    StoredMail,
)
from tests.fakes import MemoryLedger, MemoryMail, MemoryPeople, MemoryRequests, MemoryTokens
from tests.simulation.mail_writers import CARD, CONTACT, DOCUMENT, PEOPLE, Draw, Seen, Writers, Written
from tests.simulation.ses import Ses
from tests.simulation.turns import Killed, Turns

POLICY = policy.load()
BOOK = letters.load()
OFFICES = Offices(CONTACT, "service@example.org", "dpo@example.org")
PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for tests, of 32 bytes.."})
BEGINNING = datetime(2026, 10, 23, 21, 40, tzinfo=UTC)  # a Friday night in Paris, before its clocks change

MOST_AT_WORK = 4
MOST_JOBS = 3000
#: How often a queue brings a message that fails, before it rests among the dead letters.
TRIES = 5


@dataclass(eq=False)
class Job:
    """A message for a worker, who may have it from `at` on."""

    name: str
    said: tuple[Any, ...]
    at: datetime
    tries: int = 0


@dataclass(frozen=True)
class Command:
    """What an operator decided, and may well send twice. said: what to call of Decisions, and with what."""

    id: str
    role: ActingRole
    said: Callable[[Decisions], object]


class _Favouring(random.Random):
    """Chance that often lets the newest worker move on: what the others know was true long ago."""

    def __init__(self, seed: int, favour: float) -> None:
        super().__init__(seed)
        self._favour = favour

    def randrange(self, start: int, stop: int | None = None, step: int = 1) -> int:
        if stop is None and self.random() < self._favour:
            return start - 1
        return super().randrange(start, stop, step)


class World:
    """seed: everything that chance decides."""

    def __init__(self, seed: int) -> None:
        self.chance = random.Random(seed)
        self.clock = BEGINNING
        favour = self.chance.choice([0.0, 0.0, 0.8])
        self.turns = Turns(_Favouring(seed, favour), killed=self.chance.choice([0.0, 0.006, 0.02]))
        self.ses = Ses(self.chance, now=self.now, told=self._ses_tells)
        self.ses.failing = self.chance.choice([0.05, 0.2, 0.5, 0.9])
        self.losing = self.chance.choice([0.0, 0.05, 0.2, 0.5])
        self.tries = self.chance.choice([1, TRIES, TRIES])
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.people.found[PSEUDONYMS.email(PEOPLE[0][0])] = Pointer("person-1")
        self.requests = MemoryRequests()
        self.log = _Streaming(self.requests, self._changed)
        self.mails = MemoryMail()
        self.tokens = MemoryTokens()
        self.acts = Draw(self.chance, _ACTS)
        self.decisions = Draw(self.chance, _DECISIONS)
        self.writers = Writers(self.chance, self.now)
        self.written: dict[str, Written] = {}
        self.waiting: list[Job] = []
        self.conflicts: list[str] = []
        self.swept_at = BEGINNING
        self.settled: set[str] = set()  # letters of which SES told us something
        self.decided: set[str] = set()
        self.became: set[Became] = set()
        self.jobs = 0
        self._cases = (f"IM-2026-{n:06}" for n in count(1))
        self._commands = (f"c{n}" for n in count(1))

    # --- time

    def now(self) -> datetime:
        self.clock += timedelta(microseconds=self.chance.randrange(1, 250_000))
        return self.clock

    def time_passes(self) -> None:
        """Nobody is at work for longer than a function may run."""
        if len(self.turns):
            self.clock += timedelta(seconds=self.chance.choice([0, 0, 0, 1, 2]))
        else:
            jump = self.chance.choice([0, 1, 30, 300, 900, 1200, 3600, 3 * 3600, 26 * 3600, 3 * 86_400])
            if self.clock - self.swept_at > timedelta(days=3):
                jump = min(jump, 3600)  # an hour's sweep may fail, those of a week do not
            self.clock += timedelta(seconds=jump)
            if jump >= 3600:
                self.an_hour_ends()

    # --- what happens

    def live(self, acts: int) -> None:
        """So many things happen, while our workers are at work."""
        for _ in range(acts):
            getattr(self, self.acts.draw())()
            for _ in range(self.chance.choice([0, 5, 30, 1000])):
                self._work()
            if self.chance.random() < 0.5:
                while len(self.turns):
                    self.turns.move()
            self.time_passes()

    def mail_comes(self) -> None:
        self._comes(
            self.writers.writes(Seen(self.ses.taken, list(self.written.values()), self._known_cases()))
        )

    def _comes(self, written: Written) -> None:
        mail = written.mail.mail_id
        self.written[mail] = written
        self.mails.replace(mail, written.raw, self.now())
        if self.chance.random() < self.losing:
            return  # only the sweep will find it
        for _ in range(self.chance.choice([1, 1, 1, 2, 3])):
            self._arrives(
                "inbound", mail_event.message(mail), within=self.chance.choice([0, 0, 5, 600, 8000])
            )

    def an_hour_ends(self) -> None:
        self._arrives("sweep")

    def a_morning_comes(self) -> None:
        self._arrives("watch")

    def an_operator_decides(self) -> None:
        """What makes sense of a case as they see it; by the time it is told, much may have changed."""
        if not self.requests.cases:
            self.mail_comes()
            return
        roles: list[ActingRole] = ["staff", "staff", "dpo"]
        role = self.chance.choice(roles)
        for _ in range(5):
            name, case, said = self._decision(self.chance.choice(self._known_cases()))
            command = Command(next(self._commands), role, said)
            if self._makes_sense(command) or self.chance.random() < 0.1:
                break
        else:
            return
        self.decided.add(name)
        for _ in range(self.chance.choice([1, 1, 2])):
            self._arrives("decide", command)
        # before they can know of it, they write again
        address = str(self.requests.summaries[case]["sender"])
        while any(address in theirs for theirs in PEOPLE) and self.chance.random() < 0.5:
            self._comes(self.writers.answers(case, address))

    def somebody_phones(self) -> None:
        entry = Entry(
            received_at=self.clock - timedelta(days=self.chance.choice([0, 1, 4])),
            channel="phone",
            rights=(self.chance.choice([Right.ACCESS, Right.ERASURE, Right.OBJECTION_MARKETING]),),
            email=self.chance.choice(["", PEOPLE[0][0], PEOPLE[1][0]]),
        )
        hand = Hand("benoit", "staff", next(self._commands), self.clock)
        for _ in range(self.chance.choice([1, 2])):
            self._arrives("enter", entry, hand)

    def _known_cases(self) -> list[str]:
        return sorted(self.requests.cases)

    # --- what operators decide

    def _decision(self, id_: str) -> tuple[str, str, Callable[[Decisions], object]]:
        """What it is called, which case it is about, and what it does."""
        chance, right = self.chance, self.chance.choice(list(Right)[:7])
        request = fold(id_, self.requests.steps(id_))
        stuck = [e.id for e in effects(request).values() if e.progress in _STUCK]
        into, merged = self._two_of_one_sender()
        effect = chance.choice(stuck or ["ack-3"])
        kind, said = chance.choice(list(_MOVES.items()))
        choices: dict[str, Callable[[Decisions], object]] = {
            "exercise": lambda by: by.exercise(id_, [right]),
            "put_away": lambda by: by.put_away(id_, "a question about an order"),
            "add": lambda by: by.add(id_, [right]),
            "withdraw": lambda by: by.withdraw(id_, "they wrote so"),
            "merge": lambda by: by.merge(merged, into),
            "extend": lambda by: by.extend(id_, "many systems"),
            "note": lambda by: by.note(id_, "seen to", settles=Flag.NEEDS_HUMAN.value),
            "send_again": lambda by: by.send_again(id_, effect, "they called"),
            "move": _moving(id_, kind, said),
        }
        name = self.decisions.draw()
        return name, merged if name == "merge" else id_, choices[name]

    def _makes_sense(self, command: Command) -> bool:
        try:
            command.said(Decisions(_Unwritten(self.requests), POLICY.periods, self._hand(command)))
        except IllegalTransition:
            return False
        return True

    def _hand(self, command: Command) -> Hand:
        return Hand("anne" if command.role == "dpo" else "benoit", command.role, command.id, self.now())

    def _two_of_one_sender(self) -> list[str]:
        """The earlier first, which takes the other in; now and then, or where nobody has two, any."""
        found: dict[str, list[tuple[str, str]]] = defaultdict(list)
        for id_, summary in self.requests.summaries.items():
            found[str(summary["sender"]).lower()].append((str(summary["received_at"]), id_))
        twos = [sorted(theirs) for theirs in found.values() if len(theirs) > 1]
        if not twos or self.chance.random() < 0.1:
            known = self._known_cases()
            return self.chance.sample(known * 2, 2) if len(known) < 2 else self.chance.sample(known, 2)
        return [id_ for _, id_ in self.chance.choice(twos)[:2]]

    # --- our workers

    def _arrives(self, name: str, *said: Any, within: float = 0.0) -> None:
        self.waiting.append(Job(name, said, self.clock + timedelta(seconds=self.chance.random() * within)))

    def _work(self) -> None:
        """Somebody goes on, or somebody begins."""
        begin = len(self.turns) < MOST_AT_WORK and (not len(self.turns) or self.chance.random() < 0.3)
        ready = [job for job in self.waiting if job.at <= self.clock] if begin else []
        if ready:
            job = self.chance.choice(ready)
            self.waiting.remove(job)
            self.jobs += 1
            job.tries += 1
            if self.chance.random() < 0.1:  # SQS brings it at least once
                self.waiting.append(replace(job))
            self.turns.begin(
                lambda: getattr(self, f"_{job.name}")(*job.said), lambda error: self._ended(job, error)
            )
        elif len(self.turns):
            self.turns.move()

    def _ended(self, job: Job, error: BaseException | None) -> None:
        if error is None:
            return
        if not isinstance(error, _TRANSIENT):
            raise error
        if job.tries < self.tries:
            self.waiting.append(replace(job, at=self.clock + timedelta(seconds=self.chance.randrange(900))))

    def _around(self, port: Any) -> Any:
        return self.turns.around(port)

    def _changed(self, request: str) -> None:
        """The stream of the table."""
        if self.chance.random() >= self.losing:
            self._arrives("react", reacting.message(request))

    def _ses_tells(self, event: Mapping[str, str]) -> None:
        if self.chance.random() < self.losing:
            return
        for _ in range(self.chance.choice([1, 1, 1, 2])):
            self._arrives("settle", event, within=self.chance.choice([0, 2, 60, 1200, 40_000]))

    # --- each does what its function does

    def _inbound(self, body: Mapping[str, str]) -> None:
        mail = mail_event.mail_of(BatchRecord("1", body=body))
        self.became.add(receive_mail(mail, self.reception()))

    def _react(self, body: Mapping[str, str]) -> None:
        partition, _ = key_of(BatchRecord("1", body=body))
        react_to_request(partition.removeprefix("request#"), self.reaction())

    def _send(self, body: Mapping[str, str]) -> None:
        self.sending().send(body["request"], body["effect"])

    def _draft(self, body: Mapping[str, str]) -> None:
        effect = body["effect"]

        def decide(now: Request) -> list[Step]:
            due = [each for each in owed(now) if each.id == effect]
            said: dict[str, Said] = {"effect": effect, "plan": "access", "digest": "0" * 64}
            return [
                Step(Kind.DRAFTED, self.now(), cause=effect, said={**said, "items": (each.about,)})
                for each in due
            ]

        append_steps(body["request"], decide, log=self._around(self.log), periods=POLICY.periods)

    def _settle(self, event: Mapping[str, str]) -> None:
        told = event_of(event)
        assert told is not None
        LetterSettling(self._around(self.log), POLICY.periods, self.now).settle(told)
        self.settled.add(f"{told.request}_{told.effect}")

    def _sweep(self) -> None:
        Sweep(
            log=self._around(self.log),
            mails=self._around(self.mails),
            pseudonyms=PSEUDONYMS,
            periods=POLICY.periods,
            standing=lambda _: None,
            audiences=(),
            react=lambda ids: _Queue(self, "react").send(map(reacting.message, ids)),
            letters=lambda named: _Queue(self, "send").send(
                {"request": id_, "effect": e} for id_, e in named
            ),
            inbound=lambda mails: _Queue(self, "inbound").send(map(mail_event.message, mails)),
            in_parallel=map,
            now=self.now(),
        ).sweep()
        self.swept_at = self.clock

    def _watch(self) -> None:
        watch = Watch(self._around(self.log), POLICY.periods, self.now())
        for id_ in list(watch.cases()):
            watch.look(id_)

    def _decide(self, command: Command) -> None:
        try:
            command.said(Decisions(self._around(self.log), POLICY.periods, self._hand(command)))
        except (IllegalTransition, AlreadyCaused):
            return  # the operator reads why

    def _enter(self, entry: Entry, hand: Hand) -> None:
        open_request(
            entry,
            hand,
            log=self._around(self.log),
            periods=POLICY.periods,
            pseudonyms=PSEUDONYMS,
            new_id=lambda: next(self._cases),
        )

    def reception(self) -> Reception:
        return Reception(
            log=self._around(self.log),
            mails=self._around(self.mails),
            people=self._around(self.people),
            pseudonyms=PSEUDONYMS,
            periods=POLICY.periods,
            clean=lambda raw: raw.replace(CARD, b"X" * len(CARD)),
            read=self._read,
            understand=lambda mail: self.written[mail.mail_id].understood,
            record=self._record,
            new_id=self._new_id,
            now=self.now,
            own_domain=CONTACT.partition("@")[2],
        )

    def reaction(self) -> Reaction:
        return Reaction(
            log=self._around(self.log),
            mails=self._around(self.mails),
            people=self._around(self.people),
            letters=_Queue(self, "send"),
            drafts=_Queue(self, "draft"),
            carry_outs=_Nobody(),
            pseudonyms=PSEUDONYMS,
            periods=POLICY.periods,
            record=self._record,
            cut=_without_documents,
            now=self.now,
        )

    def sending(self) -> LetterSending:
        return LetterSending(
            log=self._around(self.log),
            letters=LetterWriting(
                book=BOOK,
                controller=POLICY.controller,
                offices=OFFICES,
                mails=self._around(self.mails),
                names_in=lambda _: (),
                links=LetterLinks(self._around(self.tokens), lambda: PSEUDONYMS, "https://pages.example.org"),
            ),
            mailer=self._around(self.ses),
            again=_Queue(self, "send"),
            periods=POLICY.periods,
            pseudonyms=lambda: PSEUDONYMS,
            now=self.now,
            slot=timedelta(minutes=5),
        )

    def _read(self, mail_id: str, stored: StoredMail) -> IncomingMail:
        return replace(self.written[mail_id].mail, size=stored.size)

    def _new_id(self) -> str:
        """Now and then one that is taken."""
        if self.requests.cases and self.chance.random() < 0.1:
            return self.chance.choice(self._known_cases())
        return next(self._cases)

    def _record(self, fact: Fact) -> None:
        became = record_fact(fact, ledger=self._around(self.ledger), policy=POLICY)
        if became is Appended.CONFLICT:
            self.conflicts.append(fact.key)

    # --- the end

    def comes_to_rest(self) -> None:
        """Nothing fails any more: whatever is owed is done, or found by the sweeps of the next hours."""
        self.turns.killed = self.losing = self.ses.failing = 0.0
        self._drain()
        for _ in range(3):
            self.clock += timedelta(hours=1)
            self._arrives("sweep")
            self._drain()

    def _drain(self) -> None:
        while self.waiting or len(self.turns):
            if self.jobs > MOST_JOBS:
                raise AssertionError(f"it never comes to rest: {self.waiting[:5]}")
            if not len(self.turns):
                self.clock = max(self.clock, min(job.at for job in self.waiting))
            self._work()

    def cases(self) -> Iterator[Request]:
        for id_ in self._known_cases():
            yield fold(id_, self.requests.steps(id_))


class _Streaming:
    """The table of requests, with its stream."""

    def __init__(self, log: MemoryRequests, told: Callable[[str], None]) -> None:
        self._log = log
        self._told = told

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def append(self, appending: Appending) -> None:
        self._log.append(appending)
        self._told(appending.request)


class _Unwritten:
    """The log, in which nothing is written."""

    def __init__(self, log: MemoryRequests) -> None:
        self._log = log

    def __getattr__(self, name: str) -> Any:
        return getattr(self._log, name)

    def append(self, appending: Appending) -> None:
        """It would have been."""


class _Nobody:
    """KeyQueue of what is never owed here: nothing is approved in these worlds."""

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        raise AssertionError(list(bodies))


class _Queue:
    """KeyQueue: of one function."""

    def __init__(self, world: World, name: str) -> None:
        self._world = world
        self._name = name

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        world = self._world
        for body in list(bodies):
            json.dumps(dict(body))
            world.turns.at_a_call()
            job = Job(self._name, (body,), world.clock + timedelta(seconds=delay))
            # the same twice changes nothing, and is seen often enough
            if not any((j.name, j.said) == (job.name, job.said) and j.at <= job.at for j in world.waiting):
                world.waiting.append(job)


def _without_documents(raw: bytes, indexes: Collection[int]) -> bytes:
    return raw.replace(DOCUMENT, b"<cut>") if indexes else raw


def _moving(id_: str, kind: Kind, said: Mapping[str, Said]) -> Callable[[Decisions], object]:
    def move(by: Decisions) -> object:
        step = by.hand.step(kind, **said)
        return append_steps(id_, lambda _: [step], log=by.log, periods=by.periods, causes={by.hand.cause})

    return move


#: What the operations of later versions will do, as the steps that they will take.
_MOVES: Mapping[Kind, Mapping[str, Said]] = {
    Kind.IDENTITY_ASKED: {"level": "L2", "doubt": True},
    Kind.IDENTITY_REMINDED: {"missing": "the order's number"},
    Kind.IDENTITY_INSUFFICIENT: {"missing": "the order's number"},
    Kind.IDENTITY_VERIFIED: {"level": "L2", "method": "order", "reason": "they knew two orders"},
    Kind.MANDATE_ACCEPTED: {"reference": "M-1"},
    Kind.CLARIFICATION_ASKED: {"question": "Which year?", "large": True, "until": "2026-12-01"},
    Kind.CLARIFIED: {},
    Kind.BEGUN: {},
    Kind.DRAFTED: {},
    Kind.APPROVED: {},
    Kind.ANSWERED: {},
    Kind.FOUND_NOTHING: {"searched": ("people", "ledger")},
    Kind.REFUSED: {"reasons": "manifestly excessive"},
    Kind.CLOSED: {"reason": "settled"},
}

_STUCK = {Progress.SILENT, Progress.BOUNCED, Progress.REJECTED, Progress.CLAIMED}
_TRANSIENT = (Killed, RequestConflict, NotNow, ProviderUnavailable)

_ACTS = {
    "mail_comes": 12,
    "an_operator_decides": 6,
    "an_hour_ends": 1,
    "a_morning_comes": 1,
    "somebody_phones": 0.4,
}
_DECISIONS = {
    "exercise": 2,
    "put_away": 2,
    "add": 2,
    "withdraw": 1,
    "merge": 4,
    "extend": 1,
    "note": 2,
    "send_again": 2,
    "move": 5,
}
