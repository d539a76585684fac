"""What Mailchimp has of a mailbox, audience by audience, and what it should have (P17, A8, E122, E128).

Mailchimp's words mix what people chose with echoes of our own calls, and repeat what they said before. A
`MemberLog` puts them on one timeline per audience together with what we asked for, and tells which of them are
nobody's choice. `steps` says what has to change until Mailchimp follows `may_market`.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from typing import Literal, NamedTuple

from privacy.domain.facts import Fact, Group

#: Facts of ours: what we asked Mailchimp for, and how it ended: the member as it was found afterwards, none, or
#: Mailchimp wants the person's own hand.
ASKED = "member_change"
SEEN = "member_seen"
ABSENT = "member_absent"
REFUSED = "member_refused"

OUR_DOING = frozenset({ASKED, SEEN, ABSENT, REFUSED})
OUR_SOURCE = "sync"

SUBSCRIBED = "subscribed"
PENDING = "pending"
UNSUBSCRIBED = "unsubscribed"
ARCHIVED = "archived"

#: How long after a call of ours Mailchimp's webhook about it may say that it happened.
ECHO = timedelta(minutes=2)
#: Mailchimp tells whole seconds, by a clock that is not ours.
SKEW = timedelta(seconds=5)

_LEFT = frozenset({UNSUBSCRIBED, ARCHIVED})
_IN = frozenset({SUBSCRIBED, PENDING})


@dataclass(frozen=True, slots=True)
class Membership:
    """A mailbox in one audience, by the last that we know.

    status: Mailchimp's word, or absent. ours: it is so because we asked for it. refused: forgotten | compliance,
    where Mailchimp wants the person's own hand since refused_at.
    """

    audience: str
    status: str
    since: datetime
    ours: bool = False
    refused: str | None = None
    refused_at: datetime | None = None

    @property
    def takes_mail(self) -> bool:
        """Subscribed, or waiting for the person to confirm."""
        return self.status in _IN


class Step(NamedTuple):
    """What has to be done at Mailchimp. status: subscribed | unsubscribed | archived.

    why: consent | refusal | unknown (they said no, and nobody knows what that audience has) | restriction | no_proof.
    """

    audience: str
    status: Literal["subscribed", "unsubscribed", "archived"]
    why: Literal["consent", "refusal", "unknown", "restriction", "no_proof"]


@dataclass(frozen=True, slots=True)
class Standing:
    """How a mailbox stands towards marketing: all that `steps` needs.

    until: the first Paris day on which the permission ends by itself, None without one. refused_at: when they said
    no, or somebody whom facts connect with them did; None where nobody has. granted_at, home: the consent in force,
    and the audience whose form it was given in. historic: what decides comes from the imported history alone.
    forgotten_on: of who said no, the Paris day from which on Mailchimp has nothing of them any more (R5).
    restricted: their data are only stored (E111).
    """

    mailbox: str
    address: str | None
    until: date | None
    refused_at: datetime | None
    historic: bool
    granted_at: datetime | None
    home: str | None
    memberships: Mapping[str, Membership]
    forgotten_on: date | None = None
    restricted: bool = False

    @property
    def refused(self) -> bool:
        return self.refused_at is not None

    def may_market(self, today: date) -> bool:
        return self.until is not None and today < self.until


def steps(standing: Standing, audiences: Sequence[str], today: date) -> list[Step]:
    """What Mailchimp has to change until it follows `may_market`. audiences: ours, the shop's own form's first.

    A consent given at the checkout subscribes to the first audience, one given in a form of Mailchimp's to that
    form's; a refusal counts in all of them.
    """
    may = standing.may_market(today)
    home = standing.home if standing.home in audiences else next(iter(audiences), None)
    wanted: list[Step] = []
    for audience in audiences:
        held = standing.memberships.get(audience)
        if may:
            if audience == home and _may_add(held, standing.granted_at):
                wanted.append(Step(audience, "subscribed", "consent"))
        elif standing.refused_at is not None:
            if held is None:
                # Mailchimp was made to forget them, and so were we: asking again every night would tell nothing
                if standing.forgotten_on is None or today < standing.forgotten_on:
                    wanted.append(Step(audience, "unsubscribed", "unknown"))
            elif held.takes_mail and not _chooses_anew(held, standing.refused_at):
                wanted.append(Step(audience, "unsubscribed", "refusal"))
        elif held is not None and held.status == SUBSCRIBED:
            # of a restriction we know that it ends, and what they had chosen stays theirs
            wanted.append(Step(audience, "archived", "restriction" if standing.restricted else "no_proof"))
    return wanted


def _chooses_anew(held: Membership, refused_at: datetime) -> bool:
    """They signed up again by their own hand, and have not confirmed it yet."""
    return held.status == PENDING and not held.ours and held.since > refused_at


def _may_add(held: Membership | None, granted_at: datetime | None) -> bool:
    """Whoever left by another hand than ours comes back with a newer consent only, and is asked once for each."""
    if held is None:
        return True
    if held.takes_mail or granted_at is None:
        return False
    if held.refused_at is not None and held.refused_at >= granted_at:
        return False
    return held.ours or held.status == "absent" or granted_at > held.since


def awaits_own_hand(standing: Standing, audience: str) -> bool:
    """Whether a consent in force that Mailchimp did not take from our hand is still not followed there.

    There: in that audience, or in the one whose form they used since.
    """
    there = (held for held in standing.memberships.values() if held.audience in {audience, standing.home})
    return standing.granted_at is not None and not any(held.takes_mail for held in there)


#: told: by a webhook. read: the member itself, by the time of its last change. The others are facts of ours.
type _Kind = Literal["told", "absent", "asked", "refused", "seen", "read"]


class _Said(NamedTuple):
    """One word about a membership."""

    at: datetime
    kind: _Kind
    status: str
    reason: str
    complaint: bool
    opted_in_at: datetime | None
    recorded_at: datetime
    key: str


class _Reading(NamedTuple):
    """What the words come to."""

    memberships: Mapping[str, Membership]
    nobodys: frozenset[str]
    opted_in_by_us: frozenset[str]
    under_way: bool


@dataclass(slots=True)
class MemberLog:
    """What was said about one mailbox's memberships, in any order."""

    _said: dict[str, dict[str, _Said]] = field(default_factory=lambda: defaultdict(dict))
    _read: _Reading | None = None

    def add(self, fact: Fact) -> None:
        """Reads the fact's `subscription` group; it may be absent."""
        told = fact.group("subscription")
        audience = told.get("audience")
        said = _said(fact, told)
        if said is not None and isinstance(audience, str):
            self._said[audience][fact.key] = said
            self._read = None

    def absorb(self, other: MemberLog) -> None:
        for audience, said in other._said.items():
            self._said[audience].update(said)
        self._read = None

    @property
    def memberships(self) -> Mapping[str, Membership]:
        return self._timelines().memberships

    @property
    def nobodys(self) -> frozenset[str]:
        """Keys of facts that state no choice: echoes of our own calls, and what only repeats the last word."""
        return self._timelines().nobodys

    @property
    def opted_in_by_us(self) -> frozenset[str]:
        """Keys of members read whose opt-in was our own call: Mailchimp dates it anew, and names the form of old."""
        return self._timelines().opted_in_by_us

    @property
    def subscribing(self) -> bool:
        """Whether we asked for a subscription, and nobody has seen yet what came of it."""
        return self._timelines().under_way

    @property
    def echoes(self) -> Iterator[str]:
        """Keys of webhooks that our own calls caused: the ledger needs no second entry of these (E122)."""
        return (
            key
            for said in self._said.values()
            for key, one in said.items()
            if one.kind == "told" and key in self.nobodys
        )

    def _timelines(self) -> _Reading:
        if self._read is None:
            timelines = {audience: _Timeline(audience) for audience in self._said}
            for audience, timeline in timelines.items():
                for said in _in_order(self._said[audience].values()):
                    timeline.hear(said)
            now = {a: t.known for a, t in timelines.items() if t.known is not None}
            self._read = _Reading(
                now,
                frozenset(key for t in timelines.values() for key in t.nobodys),
                frozenset(key for said in self._said.values() for key in _opted_in_by_us(said.values())),
                any(t.open and t.now is not None and t.now.takes_mail for t in timelines.values()),
            )
        return self._read


@dataclass(slots=True)
class _Timeline:
    """One audience's words, heard in order.

    open: we asked, and nobody has seen yet what came of it. read_at: when a status was last read to have come about.
    unsubscriptions: when we asked for one.
    """

    audience: str
    now: Membership | None = None
    before: Membership | None = None
    asked_at: datetime | None = None
    open: bool = False
    nobodys: set[str] = field(default_factory=set)
    read_at: dict[str, datetime] = field(default_factory=dict)
    unsubscriptions: list[datetime] = field(default_factory=list)

    @property
    def known(self) -> Membership | None:
        """An open call changes nothing: whoever looks then makes it again, and no projection is written for it."""
        return self.before if self.open else self.now

    def hear(self, said: _Said) -> None:
        match said.kind:
            case "asked":
                self.before, self.asked_at = self.known, said.at
                if said.status == UNSUBSCRIBED:
                    self.unsubscriptions.append(said.at)
                self.now = Membership(self.audience, said.status, said.at, ours=True)
            case "refused":
                self._refuse(said)
            case "seen":
                # whoever was seen otherwise than we believed has been so since Mailchimp says, and not since we look
                since = self.read_at.get(said.status, said.at)
                self._confirm(said._replace(at=since), _LEFT if said.status in _LEFT else _IN)
            case "absent":
                self.now = self._changed(said)
            case "told":
                self._told(said)
            case "read" if self._precedes_our_call(said):
                self.before = Membership(self.audience, said.status, said.at)
                return
            case "read":
                self.read_at[said.status] = said.at
                self._was_read(said)
        self.open = said.kind == "asked"

    def _precedes_our_call(self, said: _Said) -> bool:
        """Still subscribed when we had written down, and not yet asked, that they be taken out; by nobody's choice."""
        if not self.open or self.now is None or self.now.status not in _LEFT or self.asked_at is None:
            return False
        anew = said.opted_in_at is not None and said.opted_in_at >= self.asked_at - SKEW
        return said.status == SUBSCRIBED and said.at <= self.asked_at + ECHO and not anew

    def _refuse(self, said: _Said) -> None:
        """Nothing changed: it is what it was before we asked, or what was heard since."""
        held = self.known or Membership(self.audience, "absent", said.at)
        self.now = replace(held, refused=said.reason, refused_at=said.at)

    def _told(self, said: _Said) -> None:
        if self._our_doing(said) and not said.complaint:
            self.nobodys.add(said.key)
        else:
            self.now = self._changed(said)

    def _our_doing(self, said: _Said) -> bool:
        return (
            self.now is not None
            and self.now.ours
            and self.now.status in _LEFT
            and said.status == UNSUBSCRIBED
            and self.asked_at is not None
            and said.at <= self.asked_at + ECHO
        )

    def _was_read(self, said: _Said) -> None:
        held = self.now
        if held is None:
            self.now = self._changed(said)
        elif said.status == SUBSCRIBED:
            if held.ours and held.status in _IN:
                self.nobodys.add(
                    said.key
                )  # they are in because we asked; a proof of their own counts all the same
            self._confirm(said, _IN)
        elif said.status == UNSUBSCRIBED and held.status in _LEFT and not self._chose_anew(said, held):
            if not said.complaint:
                self.nobodys.add(said.key)
            self._confirm(said, _LEFT)
        else:
            self._confirm(said, frozenset({said.status}))

    def _chose_anew(self, said: _Said, held: Membership) -> bool:
        """They came back and left again; or what we had asked for is not this, or was never done: it is theirs."""
        if said.opted_in_at is not None and said.opted_in_at > held.since:
            return True
        if self.open and self.before is not None and self.before.takes_mail and said.at > held.since + ECHO:
            return True
        return held.ours and held.status == ARCHIVED and not self._asked_to_unsubscribe(said)

    def _asked_to_unsubscribe(self, said: _Said) -> bool:
        return any(ask - SKEW <= said.at <= ask + ECHO for ask in self.unsubscriptions)

    def _confirm(self, said: _Said, alike: frozenset[str]) -> None:
        """Read as it was known: since when and by whose hand stays."""
        if self.now is not None and self.now.status in alike:
            self.now = replace(self._changed(said), since=self.now.since, ours=self.now.ours)
        else:
            self.now = self._changed(said)

    def _changed(self, said: _Said) -> Membership:
        changed = Membership(self.audience, said.status, said.at)
        if self.now is None or said.status == SUBSCRIBED:
            return changed
        return replace(changed, refused=self.now.refused, refused_at=self.now.refused_at)


_ORDER: Mapping[_Kind, int] = {"told": 0, "asked": 1, "absent": 2, "refused": 3, "seen": 4, "read": 5}


def _in_order(said: Iterable[_Said]) -> list[_Said]:
    """By time; Mailchimp's word about a call of ours comes after it, though dated by another clock in whole seconds.

    That there is no such member yields to whatever Mailchimp dates in the same seconds: should they have come in just
    then, nobody would look at them again, while somebody believed to be there is looked for. To what we saw ourselves
    it does not yield: both are dated by our clock.
    """
    words = list(said)
    asked = [word for word in words if word.kind == "asked"]
    seen = [word for word in words if word.kind == "seen"]

    def place(word: _Said) -> tuple[datetime, int, datetime, str]:
        if word.kind == "absent":
            at = max([word.at - SKEW, *(ask.at for ask in asked if ask.at <= word.at)])
            before = max((place(each)[:2] for each in seen if each.at < word.at), default=(at, 0))
            at, order = max((at, _ORDER[word.kind]), (before[0], before[1] + 1))
            return at, order, word.at, word.key
        if word.kind == "seen":
            causes = [read.at for read in words if _may_date(read, word)]
        else:
            causes = [ask.at for ask in asked if _may_echo(word, ask)]
        return max([word.at, *causes]), _ORDER[word.kind] + 10 * bool(causes), word.recorded_at, word.key

    return sorted(words, key=place)


def _may_date(read: _Said, seen: _Said) -> bool:
    """By a clock that is ahead of ours, what was seen changed after we looked."""
    return read.kind == "read" and read.status == seen.status and seen.at < read.at <= seen.at + SKEW


def _may_echo(word: _Said, ask: _Said) -> bool:
    return (
        word.kind in {"told", "read"}
        and any({word.status, ask.status} <= alike for alike in (_IN, _LEFT))
        and ask.at - SKEW <= word.at <= ask.at + ECHO
    )


def _opted_in_by_us(said: Iterable[_Said]) -> Iterator[str]:
    words = list(said)
    asked = [word.at for word in words if word.kind == "asked" and word.status == SUBSCRIBED]
    for word in words:
        at = word.opted_in_at
        if at is not None and any(ask - SKEW <= at <= ask + ECHO for ask in asked):
            yield word.key


_OURS: Mapping[str, _Kind] = {ASKED: "asked", SEEN: "seen", ABSENT: "absent", REFUSED: "refused"}


def _said(fact: Fact, told: Group) -> _Said | None:
    kind: _Kind | None = _OURS.get(fact.type)
    status = told.get("status")
    if fact.type == "upemail" and len(fact.identifiers) > 1:
        # the mailbox that they left, and not only wrote otherwise
        kind, status = "told", "absent"
    elif fact.type in {"unsubscribe", "cleaned"}:
        kind = "told"
    elif fact.source == "mailchimp_member":
        kind = "read"
    if kind is None or not isinstance(status, str):
        return None
    consent = fact.group("consent")
    opted_in_at = consent.get("opted_in_at")
    return _Said(
        fact.occurred_at,
        kind,
        status,
        str(told.get("reason") or ""),
        consent.get("choice") == "objected",
        datetime.fromisoformat(opted_in_at) if isinstance(opted_in_at, str) else None,
        fact.recorded_at,
        fact.key,
    )
