"""Consent to the newsletter, address by address: who said what, when, and what proves it (P19-P21, A8-A10, G3).

A log collects statements in any order; `resolve` reads them as a timeline. A withdrawal ends the interval
that the last grant opened and wins a tie; an objection does the same and lasts; a newer explicit grant
opens a new interval (E130). What a provider says without proof grants nothing (E120).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import Enum
from typing import NamedTuple

from privacy.domain.clocks import paris_day
from privacy.domain.facts import HISTORY, Fact
from privacy.domain.membership import OUR_DOING, MemberLog, Membership
from privacy.domain.policy import ConsentForm, Policy

#: What an objection may be against besides offers: data used to make them fit (P32, G29).
PERSONALISATION = "personalisation"
#: What is no choice about offers but stops them all the same: data that are only stored (Art. 18, E111). Its choices:
#: restricted, and lifted again.
RESTRICTION = "restriction"
RESTRICTED, LIFTED = "restricted", "lifted"


class State(Enum):
    """none: never asked or never answered. moved: the person took the subscription to another address."""

    NONE = "none"
    GRANTED = "granted"
    WITHDRAWN = "withdrawn"
    OBJECTED = "objected"
    MOVED = "moved"
    UNPROVEN = "unproven"


@dataclass(frozen=True, slots=True)
class FactRef:
    """Which fact says so."""

    filed_under: str
    key: str
    type: str
    occurred_at: datetime

    @classmethod
    def of(cls, fact: Fact) -> FactRef:
        return cls(fact.filed_under, fact.key, fact.type, fact.occurred_at)


@dataclass(frozen=True, slots=True)
class Proof:
    """What G3 wants of a consent: who typed what, when, where, reading which words, under which policy.

    language: of the page, where the provider tells. wording_language: of the words given here; it differs where
    the form has no version in the page's language.
    """

    fact: FactRef
    given_at: datetime
    email: str
    carrier: str
    form: str
    wording: str
    wording_language: str
    language: str | None
    box_default: str
    policy_version: str
    audience: str | None
    ip: str | None
    reference: str | None


@dataclass(frozen=True, slots=True)
class Interval:
    """`[given_at, ended_at)` (P21). ended_by: withdrawn | objected | moved; None also where it was said again."""

    given_at: datetime
    proof: Proof
    ended_at: datetime | None = None
    ended_by: State | None = None


@dataclass(frozen=True, slots=True)
class Consent:
    """One address's consent to the newsletter, as of all that is known.

    opted_out: when the person ended the subscription. undeliverable_since: a hard bounce (E124).
    unproven_since: Mailchimp says subscribed, and nothing proves it (E120). blocked_since: somebody whom
    facts connect with this address withdrew or objected after the last opt-in (docs/architecture.md "Linking").
    last_refused: the latest withdrawal or objection, while the state is one of these. historic: what decides was
    read from the past only (docs/architecture.md "Day one"). address: as last typed, else as they bought. memberships:
    by audience.
    """

    email: str
    state: State
    since: datetime | None
    intervals: tuple[Interval, ...]
    last_opt_in: datetime | None
    opted_out: datetime | None
    undeliverable_since: datetime | None
    unproven_since: datetime | None
    blocked_since: datetime | None
    last_refused: datetime | None
    reason: str | None
    historic: bool = False
    address: str | None = None
    memberships: Mapping[str, Membership] = field(default_factory=dict)

    @property
    def proof(self) -> Proof | None:
        """The proof of the consent in force, or of the last one."""
        return self.intervals[-1].proof if self.intervals else None

    @property
    def mailable(self) -> bool:
        return self.state is State.GRANTED and self.undeliverable_since is None and self.blocked_since is None


@dataclass(frozen=True, slots=True)
class Suppression:
    """An entry of the suppression list (A17, A18): it outlives the fact that it came from.

    state: withdrawn | objected. fact: the key of that fact; empty for an erasure's entry. While the fact is there
    it speaks for itself.
    """

    email: str
    at: datetime
    state: State
    reason: str
    fact: str = ""

    def outranks(self, held: Suppression | None) -> bool:
        """The later stays on the list, at the same instant the stricter."""
        return held is None or _rank(self) > _rank(held)


@dataclass(frozen=True, slots=True)
class Ending:
    """What ended a consent: state is withdrawn, objected or moved. historic: read from the past only."""

    at: datetime
    state: State
    reason: str
    historic: bool = False


class _Declined(NamedTuple):
    """A box left unticked. distance: 0 told by the form's own event, 1 read from the past, 2 repeated days later."""

    at: datetime
    distance: int
    fact: str


@dataclass(slots=True)
class ConsentLog:
    """Statements about one address."""

    email: str
    _grants: dict[str, Proof] = field(default_factory=dict)
    _refused: dict[str, Ending] = field(default_factory=dict)
    _endings: set[Ending] = field(default_factory=set)
    _declined: dict[str, _Declined] = field(default_factory=dict)
    #: Of every fact with a box left unticked, the form that it is about.
    _forms: dict[str, str] = field(default_factory=dict)
    _bounced: set[datetime] = field(default_factory=set)
    _subscribed: set[datetime] = field(default_factory=set)
    _unproven: dict[str, datetime] = field(default_factory=dict)
    _moved_from: set[tuple[datetime, str]] = field(default_factory=set)
    _typed: tuple[datetime, str, str] | None = None
    _members: MemberLog = field(default_factory=MemberLog)

    def add(self, fact: Fact, policy: Policy) -> None:
        """Reads the fact's `consent` and `subscription` groups; either may be absent.

        Who is against personalisation (E65), or has their data restricted (E111), has not unsubscribed: that is read
        elsewhere (domain/person.py).
        """
        said = fact.group("consent")
        match said.get("choice") if said.get("purpose") not in {PERSONALISATION, RESTRICTION} else None:
            case "granted":
                self._granted(fact, policy)
            case "withdrawn" if fact.source in {"stripe", HISTORY}:
                if policy.unticked_means_withdrawal:
                    self._decline(
                        _text(said, "session") or fact.key,
                        _Declined(fact.occurred_at, _distance(fact), fact.key),
                    )
            case "withdrawn":
                self._refused[fact.key] = Ending(
                    fact.occurred_at, State.WITHDRAWN, _text(said, "reason") or "unsubscribed"
                )
            case "objected":
                self._refused[fact.key] = Ending(
                    fact.occurred_at, State.OBJECTED, _text(said, "reason") or "objection"
                )
            case _:
                pass
        self._delivery(fact)
        self._members.add(fact)

    def absorb(self, other: ConsentLog) -> None:
        """Take in what was said about the same mailbox under another pepper."""
        for statement, proof in other._grants.items():
            self._grant(statement, proof)
        self._refused |= other._refused
        self._endings |= other._endings
        for statement, declined in other._declined.items():
            self._decline(statement, declined)
        self._forms |= other._forms
        self._bounced |= other._bounced
        self._subscribed |= other._subscribed
        self._unproven |= other._unproven
        self._moved_from |= other._moved_from
        self._typed = max(filter(None, (self._typed, other._typed)), default=None)
        self._members.absorb(other._members)

    def typed(self, at: datetime, key: str, address: str) -> None:
        """The address as somebody typed it: the latest is the one to write to."""
        self._typed = max(self._typed or (at, key, address), (at, key, address))

    def moved_to(self, at: datetime) -> None:
        """The person took the subscription to another address (E123): this one is not mailed any more."""
        self._endings.add(Ending(at, State.MOVED, "address changed"))

    def moved_from(self, at: datetime, older: str) -> None:
        self._moved_from.add((at, older))

    @property
    def moves(self) -> Iterable[tuple[datetime, str]]:
        return sorted(self._moved_from)

    def inherit(self, older: Consent, at: datetime) -> None:
        """Take over the consent that the older address had when the person moved it here.

        Only once Mailchimp itself, read back, shows the new address subscribed: the webhook is a hint.
        """
        if not any(seen >= at for seen in self._subscribed):
            return
        for interval in older.intervals:
            if interval.given_at <= at and (interval.ended_at is None or interval.ended_at >= at):
                self._grants[f"moved:{interval.proof.fact.key}"] = interval.proof
                # whoever comes back to an address has not left it
                self._endings -= {e for e in self._endings if e.state is State.MOVED and e.at <= at}

    def refused_at(self, at: datetime, suppression: Suppression | None) -> Ending | None:
        """The withdrawal or objection that stood here at that instant, by what was known until then."""
        endings = {e for e in self._ended() if e.state in REFUSALS and e.at <= at}
        if suppression is not None and suppression.at <= at and not self._speaks(suppression.fact):
            endings.add(Ending(suppression.at, suppression.state, suppression.reason))
        own = [p.given_at for p in self._proofs() if p.fact.occurred_at < at and p.given_at <= at]
        standing = [e for e in endings if not own or e.at >= max(own)]
        return max(standing, key=_strictness, default=None)

    def end(self, ending: Ending) -> None:
        self._endings.add(ending)

    def echoes(self) -> Iterable[str]:
        """Keys of facts that say what our own calls did (E122)."""
        return self._members.echoes

    def repeated(self) -> frozenset[str]:
        """Keys of statements that repeat what our own calls did, echoes or not: nobody chose it, they prove nothing.

        That somebody left, whom a call of ours had opted in, is their own word all the same.
        """
        return self._members.nobodys | (self._members.opted_in_by_us - self._refused.keys())

    def _ended(self) -> set[Ending]:
        nobodys = self._members.nobodys
        return self._endings | {ending for key, ending in self._refused.items() if key not in nobodys}

    @property
    def declined(self) -> list[tuple[Ending, str]]:
        """Forms sent with the box left unticked, whatever they end (A9), and the fact that says so."""
        told = {form for fact, form in self._forms.items() if not fact.startswith(f"{HISTORY}#")}
        return [
            (Ending(said.at, State.WITHDRAWN, "box left unticked", form not in told), said.fact)
            for form, said in self._declined.items()
        ]

    def _decline(self, statement: str, said: _Declined) -> None:
        """One form sent once: its own event dates it, else the last that repeats it."""
        self._forms[said.fact] = statement
        known = self._declined.get(statement)
        if known is not None and known.distance == said.distance:
            said = max(known, said) if said.distance == _REPEATED else min(known, said)
        elif known is not None and known.distance < said.distance:
            said = known
        self._declined[statement] = said

    def _granted(self, fact: Fact, policy: Policy) -> None:
        said = fact.group("consent")
        proof = _proof(fact, said, policy)
        if proof is None:
            self._unproven[fact.key] = fact.occurred_at
            return
        # one form sent once is one consent, however many events repeat it; its own event dates it best
        self._grant(proof.reference or fact.key, proof)

    def _grant(self, statement: str, proof: Proof) -> None:
        known = self._grants.get(statement)
        if known is None or _nearness(proof) < _nearness(known):
            self._grants[statement] = proof

    def _delivery(self, fact: Fact) -> None:
        if fact.type in OUR_DOING:
            return  # that we saw it bounced is no other bounce
        member = fact.group("subscription")
        if member.get("event") == "cleaned" or member.get("status") == "cleaned":
            self._bounced.add(fact.occurred_at)
        elif fact.source == "mailchimp_member" and member.get("status") == "subscribed":
            self._subscribed.add(fact.occurred_at)

    def resolve(
        self,
        suppression: Suppression | None = None,
        merged: Iterable[Ending] = (),
        linked: Iterable[Ending] = (),
    ) -> Consent:
        """The timeline, read.

        merged: withdrawals and objections made under other addresses of the same person (P16: the most
        restrictive choice counts). linked: when somebody whom facts merely connect with this address
        withdrew or objected: that stops the mail and nothing else.
        """
        grants = sorted(self._proofs(), key=lambda p: (p.given_at, p.fact.key))
        unproven_at = self._unproven_at()
        endings = self._ended() | {ending for ending, _ in self._unticked()}
        if grants:
            endings |= set(merged)
        if suppression is not None and not self._speaks(suppression.fact):
            endings.add(Ending(suppression.at, suppression.state, suppression.reason))
        intervals = _intervals(grants, sorted(endings, key=_strictness))
        last = intervals[-1] if intervals else None
        state, since, reason = _state(last, endings)
        blocking = [e for e in linked if last is not None and e.at >= last.given_at]
        unproven = min((at for at in unproven_at if last is None or at >= last.given_at), default=None)
        if state is State.NONE and unproven is not None:
            state, since = State.UNPROVEN, unproven
        return Consent(
            email=self.email,
            state=state,
            since=since,
            intervals=tuple(intervals),
            last_opt_in=grants[-1].given_at if grants else None,
            opted_out=(last.ended_at if last is not None else since) if state in _SEVERITY else None,
            undeliverable_since=self._undeliverable(grants),
            unproven_since=unproven,
            blocked_since=max((e.at for e in blocking), default=None),
            last_refused=max((e.at for e in endings if e.state in REFUSALS), default=None)
            if state in REFUSALS
            else None,
            reason=reason,
            historic=_historic(last, endings) or (bool(blocking) and all(e.historic for e in blocking)),
            address=self._typed[2] if self._typed else None,
            memberships=self._members.memberships,
        )

    def refusal(self) -> Suppression | None:
        """What this mailbox itself refused last, whatever was said since: that goes on the suppression list."""
        nobodys = self._members.nobodys
        own = [(ending, key) for key, ending in self._refused.items() if key not in nobodys]
        own += self._unticked()
        said = [Suppression(self.email, e.at, e.state, e.reason, key) for e, key in own]
        return max(said, key=_rank, default=None)

    def _proofs(self) -> list[Proof]:
        """Without what Mailchimp has for an opt-in and was our own call, made perhaps a moment after they had left."""
        ours = self._members.opted_in_by_us
        return [proof for proof in self._grants.values() if proof.fact.key not in ours]

    def _unproven_at(self) -> list[datetime]:
        nobodys = self._members.nobodys
        return [at for key, at in self._unproven.items() if key not in nobodys]

    def _unticked(self) -> list[tuple[Ending, str]]:
        """A9: leaving the box unticked ends an earlier subscription, proven or not, and says nothing without one."""
        subscribed_at = self._subscribed_at()
        return [
            (ending, fact)
            for ending, fact in self.declined
            if subscribed_at is not None and ending.at >= subscribed_at
        ]

    def _subscribed_at(self) -> datetime | None:
        """The first opt-in that is known, proven or not."""
        return min([*(proof.given_at for proof in self._proofs()), *self._unproven_at()], default=None)

    def _speaks(self, fact: str) -> bool:
        """The suppression's own fact is still there, or another of the same form: what it refuses is read from it.

        So it is where another fact dates the form better, and before any opt-in: then it never was a refusal.
        """
        form = self._declined.get(self._forms.get(fact, ""))
        if fact in self._refused or form is None:
            return fact in self._refused
        since = self._subscribed_at()
        dated_anew = form.fact != fact and since is not None and form.at < since
        return dated_anew or form.fact in {key for _, key in self._unticked()}

    def _undeliverable(self, grants: list[Proof]) -> datetime | None:
        """E124: a hard bounce stops the mail until the person opts in again or Mailchimp mails them again."""
        if not self._bounced:
            return None
        latest = max(self._bounced)
        recovered = any(at > latest for at in self._subscribed) or any(p.given_at > latest for p in grants)
        return None if recovered else latest


#: States in which the person said no.
REFUSALS = frozenset({State.WITHDRAWN, State.OBJECTED})

_SEVERITY: Mapping[State, int] = {State.MOVED: 0, State.WITHDRAWN: 1, State.OBJECTED: 2}


def _historic(last: Interval | None, endings: Iterable[Ending]) -> bool:
    """True where nothing but the imported past decides."""
    if last is not None and last.ended_at is None:
        return last.proof.fact.key.startswith(f"{HISTORY}#")
    since = last.ended_at if last is not None else None
    deciding = [e for e in endings if since is None or e.at >= since]
    return bool(deciding) and all(e.historic for e in deciding)


def _rank(entry: Suppression) -> tuple[datetime, int, str]:
    return entry.at, _SEVERITY[entry.state], entry.fact


def _strictness(ending: Ending) -> tuple[datetime, int, str]:
    return ending.at, _SEVERITY[ending.state], ending.reason


def _state(last: Interval | None, endings: Iterable[Ending]) -> tuple[State, datetime | None, str | None]:
    """(state, since, why) now. After a consent ended, an objection outranks a withdrawal, whichever came first."""
    if last is not None and last.ended_at is None:
        return State.GRANTED, last.given_at, None
    after = [e for e in endings if last is None or last.ended_at is None or e.at >= last.ended_at]
    if not after:
        return State.NONE, None, None
    worst = max(_SEVERITY[e.state] for e in after)
    first = min((e for e in after if _SEVERITY[e.state] == worst), key=_strictness)
    return first.state, first.at, first.reason


def _intervals(grants: list[Proof], endings: list[Ending]) -> list[Interval]:
    """Grants and endings as consecutive intervals; at the same instant the ending wins."""
    intervals: list[Interval] = []
    timeline: list[tuple[datetime, int, Proof | Ending]] = [(p.given_at, 0, p) for p in grants]
    timeline += [(e.at, 1, e) for e in endings]
    timeline.sort(key=lambda entry: entry[:2])
    for at, _, entry in timeline:
        open_ = bool(intervals) and intervals[-1].ended_at is None
        if isinstance(entry, Proof):
            if open_:
                # said again while it holds: the latest statement is the one in force
                last = intervals[-1]
                intervals[-1] = Interval(last.given_at, last.proof, at, None)
            intervals.append(Interval(at, entry))
        elif open_:
            last = intervals[-1]
            intervals[-1] = Interval(last.given_at, last.proof, at, entry.state)
    return intervals


def _proof(fact: Fact, said: Mapping[str, object], policy: Policy) -> Proof | None:
    """The proof that the fact carries, or None where it proves no consent of the person's own."""
    carrier = _text(said, "carrier") or ""
    given_at = _said_at(fact)
    if carrier == "mailchimp":
        opted_in_at = _text(said, "opted_in_at")
        if _text(said, "member_source") not in policy.member_sources_of_persons or opted_in_at is None:
            return None
        given_at = datetime.fromisoformat(opted_in_at)
    form = form_in_force(policy, carrier, given_at)
    if form is None or not form.valid:
        return None  # nobody can say what the person read, or the box was ticked before they came (E126)
    language = _text(said, "language")
    wording, wording_language = _wording(form, language)
    return Proof(
        fact=FactRef.of(fact),
        given_at=given_at,
        email=_text(said, "email") or "",
        carrier=carrier,
        form=form.form,
        wording=wording,
        wording_language=wording_language,
        language=language,
        box_default=form.box_default,
        policy_version=form.policy_version,
        audience=_text(said, "audience"),
        ip=_text(said, "opt_in_ip"),
        reference=_text(said, "session"),
    )


_PAST, _REPEATED = 1, 2


def _repeats(type_: str) -> bool:
    """A delayed payment's outcome repeats, days later, the form that the buyer sent."""
    return type_.startswith("checkout.session.async_")


def _distance(fact: Fact) -> int:
    if fact.source == HISTORY:
        return _PAST
    return _REPEATED if _repeats(fact.type) else 0


def _nearness(proof: Proof) -> tuple[bool, bool, datetime, str]:
    past = proof.fact.key.startswith(f"{HISTORY}#")
    return past, _repeats(proof.fact.type), proof.given_at, proof.fact.key


def _said_at(fact: Fact) -> datetime:
    """When the form was sent. Where only a repetition tells of it, no earlier instant is sure but its opening."""
    if not _repeats(fact.type):
        return fact.occurred_at
    opened = _text(fact.group("order"), "placed_at") or _text(fact.group("checkout"), "opened_at")
    return datetime.fromisoformat(opened) if opened else fact.occurred_at


def form_in_force(policy: Policy, carrier: str, at: datetime) -> ConsentForm | None:
    """The version of the form behind the carrier on that Paris day."""
    versions = [f for f in policy.forms if carrier in f.carriers and f.since <= paris_day(at)]
    return max(versions, key=lambda f: f.since, default=None)


def _wording(form: ConsentForm, language: str | None) -> tuple[str, str]:
    """(words, their language): in the page's language, else in English."""
    wanted = (language or "").partition("-")[0]
    chosen = wanted if wanted in form.wording else "en"
    return form.wording[chosen], chosen


def _text(fields: Mapping[str, object], name: str) -> str | None:
    value = fields.get(name)
    return value if isinstance(value, str) and value else None
