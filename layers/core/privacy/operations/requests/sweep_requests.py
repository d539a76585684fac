"""Sweep: every hour, whatever fell between two stools is picked up again (docs/architecture.md "Requests").

Streams forget after a day, queues give up after some tries, SES's events may never come. The sweep asks the tables and
the bucket what is still owed, and sends it where it is done; doing a thing twice is what those guard against.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from collections.abc import Set as AbstractSet
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import NamedTuple

from privacy.domain.article19 import MAILCHIMP
from privacy.domain.clocks import paris_day
from privacy.domain.concerns import Concern
from privacy.domain.identifiers import InvalidAddress, Pseudonyms
from privacy.domain.membership import Standing, steps
from privacy.domain.policy import Periods
from privacy.domain.request import Request
from privacy.domain.request_effects import unsettled
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import AUTO, Kind, Said, Step
from privacy.domain.rights import AT_ONCE, Right
from privacy.operations.requests.append_steps import append_steps
from privacy.operations.requests.recent_requests import recent_requests
from privacy.operations.requests.request_summary import ENDED, HELD, OPEN
from privacy.operations.requests.watch_deadlines import told_of
from privacy.ports import MailStore, RequestLog

#: What is done within minutes is nobody's business before that.
QUIET = timedelta(minutes=15)
#: How far back the bucket is looked through: longer than entrances are ever closed.
MAIL_LOOKED_AT_FOR = timedelta(days=14)
#: After that nobody will take in a message that no case and no note owns: no answer takes as long (our choice).
ORPHANED_AFTER = timedelta(days=120)
#: More at once would be a table that is not there, and nobody's mail is deleted for that.
ORPHANS_AT_MOST = 20
#: T6: within a day Mailchimp has to have followed.
CONFIRMED_WITHIN = timedelta(hours=24)
#: For how long after that it is asked.
CONFIRMATION_LOOKED_AT_FOR = timedelta(days=7)
#: Cases at once.
MOST = 1_000


class Swept(NamedTuple):
    """How many: cases and letters sent on their way again, mails, cases that Mailchimp has not followed, and mails of
    long ago that nothing owns: they go, unless there are too many to be true."""

    cases: int
    letters: int
    mails: int
    unconfirmed: int
    orphans: int = 0


@dataclass(frozen=True, slots=True)
class Sweep:
    """What an hour takes.

    standing: of an address's identifier, from the facts as they are. audiences: ours; empty: those that we know the
    person to be in. react, letters, inbound: send cases, (case, effect) of claimed letters and mails on their way.
    """

    log: RequestLog
    mails: MailStore
    pseudonyms: Pseudonyms
    periods: Periods
    standing: Callable[[str], Standing | None]
    audiences: tuple[str, ...]
    react: Callable[[Iterable[str]], None]
    letters: Callable[[Iterable[tuple[str, str]]], None]
    inbound: Callable[[Iterable[str]], None]
    in_parallel: Callable[[Callable[[str], bool], Iterable[str]], Iterable[bool]]
    now: datetime

    def sweep(self) -> Swept:
        """Raises whatever the stores and queues raise: the hour's message comes again."""
        owing = self.log.owed(self.now - QUIET, MOST)
        self.react(owing)
        letters = [letter for id_ in owing for letter in self._silent(id_)]
        self.letters(letters)
        recent, old = self._mails()
        unread = list(self._unowned(recent))
        self.inbound(unread)
        orphans = list(self._unowned(old))
        if len(orphans) <= ORPHANS_AT_MOST:
            for mail in orphans:
                self.mails.delete(mail)
        unconfirmed = sum(self._tell_unconfirmed(id_) for id_ in self._about(AT_ONCE))
        for id_ in self._about({Right.RESTRICTION}):
            self._write_down_that_it_followed(id_)
        return Swept(len(owing), len(letters), len(unread), unconfirmed, len(orphans))

    # --- letters that were claimed, and of which nobody said what became

    def _silent(self, id_: str) -> Iterator[tuple[str, str]]:
        for effect in unsettled(fold(id_, self.log.steps(id_))):
            if self.now - effect.changed_at >= QUIET:
                yield id_, effect.id

    # --- mails that nobody has taken in, and those that are nobody's any more

    def _unowned(self, mails: list[str]) -> Iterator[str]:
        taken = self.in_parallel(lambda mail: self.log.caused(mail) is not None, mails)
        return (mail for mail, known in zip(mails, taken, strict=True) if not known)

    def _mails(self) -> tuple[list[str], list[str]]:
        """Those that came lately, and those that came so long ago that only a case can keep them (R20)."""
        recent: list[str] = []
        old: list[str] = []
        after = None
        while True:
            page = self.mails.page(after)
            for mail, stored_at in page.mails:
                age = self.now - stored_at
                if QUIET <= age <= MAIL_LOOKED_AT_FOR:
                    recent.append(mail)
                elif age > ORPHANED_AFTER:
                    old.append(mail)
            after = page.after
            if after is None:
                return recent, old

    # --- what was promised at once, and Mailchimp has not done

    def _about(self, rights: AbstractSet[Right]) -> Iterator[str]:
        """Cases in which somebody exercised one of these of late."""
        since = self.now - CONFIRMATION_LOOKED_AT_FOR
        for shard in (OPEN, HELD, ENDED):
            for id_, summary in recent_requests(self.log, shard, since=since):
                if not rights.isdisjoint(summary["rights"]):
                    yield id_

    def _tell_unconfirmed(self, id_: str) -> bool:
        request = fold(id_, self.log.steps(id_))
        if not self._promised(request) or self._confirmed(request.address):
            return False
        today = paris_day(self.now)
        said = {"what": Concern.UNCONFIRMED.value, "on": today.isoformat()}
        step = Step(Kind.REMINDED, self.now, AUTO, "concern", said)
        append_steps(
            id_,
            lambda now: [] if (Concern.UNCONFIRMED.value, today) in told_of(now) else [step],
            log=self.log,
            periods=self.periods,
        )
        return True

    def _promised(self, request: Request) -> bool:
        """Whoever is only against personalisation has not unsubscribed (E65)."""
        at_once = {item.id for item in request.items if item.right in AT_ONCE}
        return any(
            CONFIRMED_WITHIN <= self.now - step.at <= CONFIRMATION_LOOKED_AT_FOR
            for step in request.steps
            if step.kind is Kind.HONOURED and step.text("item") in at_once
        )

    # --- what Mailchimp was told, and has done (Art. 19)

    def _write_down_that_it_followed(self, id_: str) -> None:
        append_steps(id_, lambda request: list(self._followed(request)), log=self.log, periods=self.periods)

    def _followed(self, request: Request) -> Iterator[Step]:
        for item in request.items:
            draft = request.draft(item.id)
            told = [
                step
                for step in request.steps
                if step.kind is Kind.NOTIFIED and item.id in step.texts("items")
            ]
            asked = [step.text("outcome") for step in told if step.text("recipient") == MAILCHIMP]
            if draft is None or item.right is not Right.RESTRICTION or asked[-1:] != ["told"]:
                continue
            if self._confirmed(draft.text("address")):
                said: dict[str, Said] = {
                    "items": (item.id,),
                    "recipient": MAILCHIMP,
                    "outcome": "done",
                    "words": "archived",
                }
                yield Step(Kind.NOTIFIED, self.now, AUTO, "", said)

    def _confirmed(self, address: str) -> bool:
        try:
            standing = self.standing(self.pseudonyms.email(address))
        except InvalidAddress:
            return True
        if standing is None:
            return True  # nothing is known of them any more
        audiences = self.audiences or tuple(standing.memberships)
        left = steps(standing, audiences, paris_day(self.now))
        return not any(step.why in {"refusal", "unknown", "restriction"} for step in left)
