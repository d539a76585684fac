"""What rules.md says of one life, written down a second time and naively: when everything of somebody has to go.

Nothing here is taken from the product's schedule or decision. A `Life` knows what really was told of somebody, and
`Reckoning` goes through rules.md 3 and 5.1 in its words: no cleverness, and everything counted again whenever anything
has happened.
"""

from __future__ import annotations

from calendar import monthrange
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from functools import cached_property, lru_cache
from typing import NamedTuple
from zoneinfo import ZoneInfo

from privacy.domain.facts import Fact

_PARIS = ZoneInfo("Europe/Paris")
_NEVER = date.max
#: Everything that a piece may be of; the first four leave the active base for the archive (R1-R4).
DOCUMENTS = frozenset({"order", "payment", "refund", "invoice"})
_ARCHIVED = DOCUMENTS | {"handover", "delivery", "profile", "phone"}
_BARRED = timedelta(days=90)
_EXEMPT = DOCUMENTS | {"handover", "dispute", "unpaid"}
_OUTLASTS_A_CHECKOUT = frozenset({"consent", "subscription"})

type Name = tuple[str, str, str]


@lru_cache(100_000)
def paris(instant: datetime) -> date:
    return instant.astimezone(_PARIS).date()


@lru_cache(100_000)
def later(day: date, years: int = 0, months: int = 0) -> date:
    """A20: 29 February and three years is the 28th."""
    years, month = divmod(day.year * 12 + day.month - 1 + years * 12 + months, 12)
    return date(years, month + 1, min(day.day, monthrange(years, month + 1)[1]))


@dataclass(eq=False)
class Bought:
    """A purchase. settled: when an unpaid bill was paid; a checkout that was left is never paid."""

    name: str
    at: datetime
    amount: int
    paid: bool = True
    delivered: date | None = None
    disputed: bool = False
    closed: datetime | None = None
    charged: datetime | None = None
    billed_for: date | None = None
    settled: datetime | None = None
    last_told: datetime | None = None

    @property
    def owes(self) -> bool:
        return self.billed_for is not None and self.settled is None


@dataclass(eq=False)
class Said:
    """A field group of a fact. at: of what it tells. told: when we heard it. ours: our own word about Mailchimp.
    purpose: of a consent, what it is about; empty where nothing says it, and it is the newsletter."""

    group: str
    at: datetime
    told: datetime
    bought: Bought | None
    ours: bool
    purpose: str = ""
    archived_due: date | None = None  # where it lies in the archive: what it was due on as it came there
    in_ledger: bool = True


@dataclass(eq=False)
class Life:
    """Somebody, as told until now. keeps: whatever keeps all of it, by its own name."""

    address: str
    emails: frozenset[str]
    opted_in: list[datetime] = field(default_factory=list)
    refused: list[datetime] = field(default_factory=list)
    moved_away: list[datetime] = field(default_factory=list)
    unticked: list[datetime] = field(default_factory=list)
    unproven: list[datetime] = field(default_factory=list)
    pending: list[datetime] = field(default_factory=list)
    wrote: list[datetime] = field(default_factory=list)
    heard: list[datetime] = field(default_factory=list)
    bought: list[Bought] = field(default_factory=list)
    ordered: list[datetime] = field(default_factory=list)  # of which no document is left
    pieces: dict[Name, Said] = field(default_factory=dict)
    keeps: set[str] = field(default_factory=set)
    restricted: set[str] = field(default_factory=set)  # by which case their data are only stored (E111)
    suppressed: list[datetime] = field(default_factory=list)
    left: set[datetime] = field(default_factory=set)  # by their own hand, told or not
    erased: datetime | None = None  # of whom something had to stay
    went: datetime | None = None  # whole, or as erased
    last: Fact | None = None

    def forget(self) -> None:
        """They are gone: whatever is told from now on is another life. The suppression list alone remembers."""
        self._forget_what_they_chose()
        self.heard.clear()
        self.ordered.clear()
        self.bought.clear()
        self.pieces.clear()
        self.erased = None

    def is_erased(self, at: datetime) -> None:
        """A13, A18: what they had chosen and written counts no more; the list remembers that they want no offers."""
        self._forget_what_they_chose()
        self.suppressed = [at]
        self.erased = self.went = at

    def barred(self, now: datetime) -> bool:
        """E106, E107: what is still told of who went brings nobody back, unless they came back themselves."""
        if self.went is None or now - self.went >= _BARRED:
            return False
        back = [*self.opted_in, *(bought.at for bought in self.bought if bought.paid)]
        return not any(at > self.went for at in back)

    def refuses(self, at: datetime) -> None:
        """Of who went the list alone takes note."""
        (self.suppressed if self.barred(at) else self.refused).append(at)

    def _forget_what_they_chose(self) -> None:
        for told in (self.opted_in, self.refused, self.moved_away, self.unticked, self.unproven):
            told.clear()
        for told in (self.pending, self.wrote):
            told.clear()

    # --- what keeps it all the same (A23)

    @property
    def kept_as_it_is(self) -> bool:
        """By an authority's order, or because they asked for it: nothing is done with it (A23, E111)."""
        return any(what.startswith(("legal:", "restriction:")) for what in self.keeps)

    @property
    def address_is_known(self) -> bool:
        """Documents have none, nor has the press of a link: of who was erased, and stayed by an older letter's."""
        telling = {"profile", "subscription", "consent"}
        return any(p.group in telling and not name[1].startswith("pages#") for name, p in self.pieces.items())

    def held(self, name: Name, today: date, *, erased: bool = False) -> bool:
        """erased: at the moment in which they are: no open request keeps anything then (E37, E145)."""
        if self.kept_as_it_is or (self.keeps and not erased):
            return True
        bought = self.pieces[name].bought
        if bought is None:
            return False
        if bought.disputed and bought.closed is None:
            return True
        owed_until = later(bought.billed_for, 2) if bought.billed_for else None
        return bought.owes and owed_until is not None and today < owed_until


class Days(NamedTuple):
    """Of a piece: the first Paris day without it, and the first on which it has left the active base."""

    due_on: date
    archived_on: date | None


class Reckoning:
    """The words of the rules, about one life as it stands."""

    def __init__(self, life: Life) -> None:
        self.life = life

    def days(self) -> dict[Name, Days]:
        days = {}
        for name in self.life.pieces:
            due = self.due(name)
            days[name] = Days(due, self.archived_on(name, due))
        return days

    @cached_property
    def orders(self) -> list[Bought]:
        return [bought for bought in self.life.bought if bought.paid]

    @cached_property
    def endings(self) -> list[datetime]:
        """A9: a box left unticked says something only after they had subscribed."""
        subscribed = [*self.life.opted_in, *self.life.unproven]
        left = [at for at in self.life.unticked if any(before <= at for before in subscribed)]
        return sorted([*self.life.refused, *self.life.moved_away, *left, *self.life.suppressed])

    @cached_property
    def running(self) -> bool:
        return bool(self.life.opted_in) and not any(at >= max(self.life.opted_in) for at in self.endings)

    @cached_property
    def last_contact(self) -> date | None:
        return max(
            map(paris, [*self.life.opted_in, *self.life.wrote, *(o.at for o in self.orders)]), default=None
        )

    @property
    def _contact_is_known(self) -> bool:
        """Of who never ordered it goes with their newsletter."""
        return any(piece.group in {"consent", "contact"} for piece in self.life.pieces.values())

    @cached_property
    def permission_ends(self) -> date | None:
        """A2, A3: three years after the last contact that came while it lasted; of who never ordered, of the opt-in.

        An order was a contact, whether its documents are still there or not: a permission ends by A2 and not by R1.
        """
        if not self.life.opted_in:
            return None
        since = max(self.life.opted_in)
        ends = later(paris(since), 3)
        contacts = [*self.life.wrote, *self.life.ordered, *(order.at for order in self.orders)]
        for contact in sorted(contacts) if self.orders else ():
            if contact > since and paris(contact) < ends:
                ends = later(paris(contact), 3)
        # A25: the proof goes with the last order's ten years, or the opt-in's own three, however lately they wrote
        return min(ends, self._newest) if self.orders else ends

    def may_market(self, today: date) -> bool:
        ends = self.permission_ends
        return self.running and not self.life.restricted and ends is not None and today < ends

    @cached_property
    def _clock(self) -> date:
        """Of who never ordered: everything goes together (P33, A17, R7)."""
        if self.running:
            return later(paris(max(self.life.opted_in)), 3)
        if self.life.opted_in:
            ended = min(at for at in self.endings if at >= max(self.life.opted_in))
            return min(paris(ended), later(paris(max(self.life.opted_in)), 3))
        if self.endings:
            return paris(min(self.endings))
        unfinished = paris(max(self.life.heard)) + timedelta(days=30) if self.life.heard else _NEVER
        return min([unfinished, *(later(paris(at), 3) for at in self.life.unproven)])

    @cached_property
    def _last_order(self) -> date:
        return max(paris(order.at) for order in self.orders)

    @cached_property
    def _newest(self) -> date:
        """A25: a newsletter of later keeps its own three years beyond the cap."""
        return max(later(self._last_order, 10), later(paris(max(self.life.opted_in)), 3))

    def due(self, name: Name) -> date:
        """The first Paris day without it."""
        ends, piece = self._by_its_clock(name), self.life.pieces[name]
        erased_on = self._erased_on(piece)
        if erased_on is None or is_exempt(piece):
            return ends
        # E102: goods under way cannot arrive without it, nor come back
        return min(ends, self._settled_on(piece) if piece.group == "delivery" else erased_on)

    def _erased_on(self, piece: Said) -> date | None:
        """A13: when it was erased, if it was; whatever came later, with an order of later too, is another life's."""
        bought, erased = piece.bought, self.life.erased
        since = bought.at if bought is not None and bought.paid else piece.at
        return paris(erased) if erased is not None and since <= erased else None

    def _settled_on(self, piece: Said) -> date:
        """The day of the erasure, or the first on which goods may not come back any more (C. conso. L221-18)."""
        erased_on, bought = self._erased_on(piece), piece.bought
        assert erased_on is not None
        if bought is None or not bought.paid:
            return erased_on
        delivered = bought.delivered or paris(bought.at) + timedelta(days=30)
        return max(erased_on, delivered + timedelta(days=15))

    def _by_its_clock(self, name: Name) -> date:
        piece = self.life.pieces[name]
        bought = piece.bought
        left = bought is not None and not bought.paid and not bought.owes
        if left and piece.group not in _OUTLASTS_A_CHECKOUT:
            assert bought is not None
            ends = paris(bought.last_told or bought.at) + timedelta(days=30)
            return ends if self.orders else min(ends, self._clock)
        if not self.orders:
            # a bill was issued, and is owed, whoever they are (R1, R18)
            return self._of_a_bill(piece) if bought is not None and bought.billed_for else self._clock
        return self._customers(piece)

    def _of_a_bill(self, piece: Said) -> date:
        assert piece.bought is not None
        if piece.group == "invoice":
            return self._minimum(piece) + timedelta(days=1)
        owed = piece.group == "unpaid"
        return self._of_the_purchase(piece, piece.bought, date.min) if owed else self._clock

    def _customers(self, piece: Said) -> date:
        last_contact, last_order = self.last_contact, self._last_order
        assert last_contact is not None
        cap = later(last_order, 10)
        bought = piece.bought
        group = piece.group
        if group in DOCUMENTS or group == "handover":
            ends = self._minimum(piece)
            if group == "handover" and bought is not None and bought.amount >= 12000:
                # the contract's ten years are counted from it; a refund says nothing of how much it came to
                told = [document for document in self._documents(bought) if document.group != "refund"]
                ends = max([ends, *map(self._minimum, told)])
            return ends + timedelta(days=1)
        if bought is not None and group in {"delivery", "card", "fraud", "dispute", "unpaid"}:
            return min(cap, self._of_the_purchase(piece, bought, last_contact))
        newest = self._newest if self.running else cap
        if group == "subscription":
            return min(newest, later(last_contact, 3), self._pending_ends)
        if group == "consent":
            return min(newest, self._proof_ends(piece))
        ends = min(cap, max(later(last_contact, 3), later(last_order, 5)))  # profile, phone, contact: R4
        if group != "contact":
            return ends
        # R8: that they wrote prolongs the consent, and stays with the proof that is counted from it
        proofs = [self.due(name) for name, p in self.life.pieces.items() if p.group == "consent"]
        return max([ends, *(min(cap, proof) for proof in proofs)])

    def _proof_ends(self, piece: Said) -> date:
        """R8: five years after the consent has ended."""
        if piece.purpose == "personalisation":
            return _NEVER  # nothing else remembers that they are against it
        ends = later(self._consent_ended(piece), 5)
        if piece.purpose == "restriction" and not (self.running and self._is_proven):
            ends = max(ends, later(paris(piece.at), 5))  # no word about the newsletter is older for it
        # Mailchimp's word for what we asked of it is nobody's consent
        assert self.last_contact is not None
        return min(ends, later(self.last_contact, 3)) if piece.ours else ends

    @cached_property
    def _is_proven(self) -> bool:
        """The proof of a consent may have gone long after it ended."""
        said = (piece.purpose for piece in self.life.pieces.values() if piece.group == "consent")
        return not {"", "newsletter"}.isdisjoint(said)

    def _of_the_purchase(self, piece: Said, bought: Bought, last_contact: date) -> date:
        if piece.group == "delivery":
            documents = self._documents(bought)
            ends = max(later(last_contact, 3), later(paris(bought.at), 5))
            within = max((self._minimum(document) for document in documents), default=None)
            return min(ends, within + timedelta(days=1)) if within else ends
        if piece.group == "dispute":
            return later(paris(bought.closed), 5) if bought.closed else _NEVER
        if piece.group == "unpaid":
            owed_since = bought.billed_for or paris(piece.at)
            return paris(bought.settled) + timedelta(days=2) if bought.settled else later(owed_since, 2)
        return later(paris(bought.charged or piece.at), months=13)  # card, fraud

    def _documents(self, bought: Bought) -> list[Said]:
        return [p for p in self.life.pieces.values() if p.bought is bought and p.group in DOCUMENTS]

    def _minimum(self, piece: Said) -> date:
        """The last day through which the law keeps it (A1, R1, R2)."""
        bought = piece.bought
        delivered = None
        if bought is not None and bought.paid:
            delivered = bought.delivered or paris(bought.at) + timedelta(days=30)
        contract = delivered is not None and bought is not None and bought.amount >= 12000
        ends = [later(delivered, 10)] if contract and delivered is not None else []
        if piece.group == "handover":
            assert bought is not None
            ends.append(later(paris(bought.at), 5))
        else:
            ends.append(date(paris(piece.at).year + 10, 12, 31))
        return max(ends)

    @cached_property
    def _pending_ends(self) -> date:
        """R7, of a customer: a sign-up that nobody confirmed, beside no choice of theirs."""
        if not self.life.pending or self.life.opted_in or self.endings or self.life.unproven:
            return _NEVER
        return paris(max(self.life.pending)) + timedelta(days=30)

    def _consent_ended(self, piece: Said) -> date:
        """R8: what is said of the newsletter ends with it; what says nothing about one, with its own day."""
        if self.running:
            ends = self.permission_ends
            assert ends is not None
            return ends
        told = [at for at in self.endings if not self.life.opted_in or at >= max(self.life.opted_in)]
        if told:
            return paris(max(told))
        return paris(min(self.life.unproven)) if self.life.unproven else paris(piece.at)

    def archived_on(self, name: Name, due: date) -> date | None:
        """R1-R4: three years after the last contact it may only be read for answers and accounts; and ten years after
        the last order, when the law alone keeps it (P31)."""
        piece, bought = self.life.pieces[name], self.life.pieces[name].bought
        billed = bought is not None and bought.billed_for is not None
        left = bought is not None and not bought.paid and not bought.owes
        if not (self.orders or billed) or piece.group not in _ARCHIVED or left:
            return None
        since = self.last_contact if self.orders or self._contact_is_known else paris(piece.at)
        days = [later(since, 3)] if since else []
        days += [later(self._last_order, 10)] if self.orders else []
        if self._erased_on(piece) is not None and is_exempt(piece):
            days.append(self._settled_on(piece))
        day = min(days, default=_NEVER)
        return day if day < due else None


def is_exempt(piece: Said) -> bool:
    """Art. 17(3)(b), (e): what accounts and claims need of what was sold or billed, and nothing else of anybody."""
    bought = piece.bought
    billed = bought is not None and (bought.paid or bought.billed_for is not None)
    return billed and piece.group in _EXEMPT
