"""What an erasure takes and what it leaves, record by record, for the DPO to approve (A13, G24, E97-E102).

The plan is what is approved: its digest covers who it is about, each kind of record that goes, each record that stays
with its ground and its end, and who else is told. More of a kind that goes anyway makes no other plan; whatever more
would stay does.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.policy import Policy
from privacy.domain.purge import Going, Keeper
from privacy.domain.retention import Due
from privacy.domain.schedule import BOOKKEEPING

#: Grounds that no rule names: of what somebody has to be heard about first, of goods that are under way, of a
#: restriction that they asked for, of the list that keeps offers away, and of the case itself.
CLAIMS, CONTRACT, RESTRICTED = "17(3)(e)", "6(1)(b)", "18"
REFUSAL, ACCOUNT_OF_IT = "21(3)", "5(2)"
_GROUND_OF_A_KEEPER = {"restriction": RESTRICTED}
#: What the archive's own mark in the ledger says, the archived records say themselves.
_MARK = "archived"
#: What stays at Stripe until it is blacked out there; and what it keeps by its own duties alone, where it blacks out
#: nothing, once we have to keep it no more.
PAYMENTS_UNTIL_REDACTED, PAYMENTS_OF_STRIPE = "payments_until_redacted", "payments_of_stripe"


class Where(StrEnum):
    """ours: our tables, the archive's among them."""

    OURS = "ours"
    MESSAGES = "messages"
    MAILCHIMP = "mailchimp"
    STRIPE = "stripe"
    SUPPRESSION = "suppression"
    REQUESTS = "requests"


class Gone(NamedTuple):
    """One kind of record that goes. what: a field group, or its name there. rule: by which it had been kept."""

    where: Where
    what: str
    rule: str

    @property
    def line(self) -> str:
        return f"{self.where}|{self.what}|{self.rule}"


class Kept(NamedTuple):
    """A record that stays. ground: the article of the GDPR. until: the last Paris day; None: by as the rule says, or
    until nobody needs it any more. about: the purchase. by: what keeps it beyond its rule (Keeper.kind)."""

    where: Where
    what: str
    rule: str
    ground: str
    until: date | None = None
    about: str = ""
    by: str = ""

    @property
    def line(self) -> str:
        until = self.until.isoformat() if self.until else ""
        return f"{self.where}|{self.what}|{self.rule}|{self.ground}|{until}|{self.about}|{self.by}"


class Line(ValueError):
    """A text that is no line of a plan."""


def gone_in(line: str) -> Gone:
    """Raises Line."""
    parts = line.split("|")
    if len(parts) != len(Gone._fields):
        raise Line
    return Gone(Where(parts[0]), *parts[1:])


def kept_in(line: str) -> Kept:
    """Raises Line."""
    parts = line.split("|")
    if len(parts) != len(Kept._fields):
        raise Line
    where, what, rule, ground, until, about, by = parts
    return Kept(Where(where), what, rule, ground, date.fromisoformat(until) if until else None, about, by)


@dataclass(frozen=True, slots=True)
class ErasurePlan:
    """person: their id; empty where our records know nobody by the address. told: recipients who are asked to erase
    too, a line each (domain/article19.py)."""

    person: str
    goes: tuple[Gone, ...]
    stays: tuple[Kept, ...]
    told: tuple[str, ...] = ()

    @property
    def digest(self) -> str:
        """SHA-256 of what is approved."""
        said: list[object] = [
            self.person,
            sorted(one.line for one in self.goes),
            sorted(one.line for one in self.stays),
            sorted(self.told),
        ]
        return hashlib.sha256(json.dumps(said, separators=(",", ":")).encode()).hexdigest()

    @property
    def partial(self) -> bool:
        return is_partial(self.stays)


def is_partial(stays: Iterable[Kept]) -> bool:
    """Something stays of what there was of them: more than that they asked."""
    return any(kept.where in {Where.OURS, Where.STRIPE} for kept in stays)


class Piece(NamedTuple):
    """Something of the archive's: a field group of a fact, when it goes there, and of which purchase it is."""

    group: str
    due_on: date
    order: str


class Held(NamedTuple):
    """What our own stores hold. today: the Paris day by which it is decided. due, decided: the schedule of the person
    as erased, and what of it goes today; nobody has none. keepers: those that count in an erasure. archived: every
    piece."""

    today: date
    due: Sequence[Due] = ()
    decided: Going | None = None
    keepers: Sequence[Keeper] = ()
    archived: Sequence[Piece] = ()


class Elsewhere(NamedTuple):
    """What is held of them beside that.

    member: in some audience of Mailchimp's. customer: at Stripe. purchases: of theirs, which Stripe keeps as we do.
    over: of theirs, which nobody here has to keep any more. messages: of requests that ended. notes: to the operators.
    directive: on what becomes of it all after their death. traces: what Stripe has beside purchases, where nothing
    else of theirs is kept. redacts: whether Stripe blacks out what nobody keeps any more.
    """

    member: bool = False
    customer: bool = False
    purchases: bool = False
    over: bool = False
    messages: bool = False
    notes: bool = False
    directive: bool = False
    traces: bool = False
    redacts: bool = False


def plan_of(person: str, held: Held, elsewhere: Elsewhere, policy: Policy) -> ErasurePlan:
    """person: their id, empty where our records know nobody."""
    goes: set[Gone] = set()
    stays: set[Kept] = set()
    if held.decided is not None:
        goes |= {_gone(one) for one in held.decided.remove if one.piece.group not in BOOKKEEPING | {_MARK}}
        stays |= set(_staying(held.due, held.decided, policy))
    for piece in held.archived:
        stays_there = archived_stays(piece, held, policy)
        if stays_there is not None:
            stays.add(stays_there)
        else:
            goes.add(Gone(Where.OURS, piece.group, policy.rule_of(f"group:{piece.group}").id))
    _add_elsewhere(elsewhere, goes, stays, policy)
    own = [Kept(Where.SUPPRESSION, "suppression", policy.rule_of("item:suppression").id, REFUSAL)]
    own += [Kept(Where.REQUESTS, what, policy.rule_of(f"item:{what}").id, ACCOUNT_OF_IT) for what in _CASE]
    return ErasurePlan(person, tuple(sorted(goes)), tuple(sorted(stays, key=_in_order)) + tuple(own))


#: What the case itself comes to.
_CASE = ("case", "minimal_case")


def _gone(due: Due) -> Gone:
    return Gone(Where.OURS, due.piece.group, due.rule)


def _staying(due: Sequence[Due], decided: Going, policy: Policy) -> Iterator[Kept]:
    going = {one.piece for one in decided.remove}
    held = {one.piece: keeper for one, keeper in decided.kept}
    for one in due:
        group = one.piece.group
        if group in BOOKKEEPING | {_MARK} or one.piece in going:
            continue
        keeper = held.get(one.piece)
        if keeper is not None:
            ground = _GROUND_OF_A_KEEPER.get(keeper.kind, CLAIMS)
            yield Kept(Where.OURS, group, one.rule, ground, None, one.order or "", keeper.kind)
        else:
            ground = policy.rule_of(f"group:{group}").exempt or CONTRACT
            yield Kept(Where.OURS, group, one.rule, ground, _last_day(one.due_on), one.order or "")


def archived_stays(piece: Piece, held: Held, policy: Policy) -> Kept | None:
    """None: it goes. Beyond the last day of the law a keeper alone keeps it, and nobody knows until when (A23)."""
    rule = policy.rule_of(f"group:{piece.group}")
    if rule.exempt and held.today < piece.due_on:
        return Kept(Where.OURS, piece.group, rule.id, rule.exempt, _last_day(piece.due_on), piece.order)
    keeper = next((keeper for keeper in held.keepers if keeper.about in {None, piece.order}), None)
    if keeper is None:
        return None
    ground = _GROUND_OF_A_KEEPER.get(keeper.kind, CLAIMS)
    return Kept(Where.OURS, piece.group, rule.id, ground, None, piece.order, keeper.kind)


def _add_elsewhere(elsewhere: Elsewhere, goes: set[Gone], stays: set[Kept], policy: Policy) -> None:
    profile, messages = policy.rule_of("group:profile").id, policy.rule_of("object:case_mail").id
    if elsewhere.member:
        goes.add(Gone(Where.MAILCHIMP, "member", policy.rule_of("group:subscription").id))
    if elsewhere.customer:
        goes.add(Gone(Where.STRIPE, "details" if elsewhere.purchases else "customer", profile))
    paid = policy.rule_of("group:payment")
    if elsewhere.purchases:
        what = PAYMENTS_UNTIL_REDACTED if elsewhere.redacts else "payments"
        stays.add(Kept(Where.STRIPE, what, paid.id, paid.exempt))
    elif elsewhere.over and elsewhere.redacts:
        goes.add(Gone(Where.STRIPE, "payments", paid.id))
    elif elsewhere.over:
        stays.add(Kept(Where.STRIPE, PAYMENTS_OF_STRIPE, paid.id, paid.exempt))
    elif elsewhere.redacts and elsewhere.traces:
        goes.add(Gone(Where.STRIPE, "traces", profile))
    if elsewhere.messages:
        goes.add(Gone(Where.MESSAGES, "messages", messages))
    if elsewhere.notes:
        goes.add(Gone(Where.OURS, "note", policy.rule_of("item:note").id))
    if elsewhere.directive:
        goes.add(Gone(Where.OURS, "directive", policy.rule_of("item:directive").id))


def _last_day(due_on: date | None) -> date | None:
    return due_on - timedelta(days=1) if due_on is not None else None


def _in_order(kept: Kept) -> str:
    return kept.line
