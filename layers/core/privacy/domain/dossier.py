"""What an answer about a person is made of: sections, and records with their source, date and end (G17-G20, G27).

A record is a copy of something held, as plain values. Where something of it is not handed out, it says what and why:
nobody is given less without being told.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime
from enum import StrEnum
from typing import NamedTuple

from privacy.domain.disclosures import Given
from privacy.domain.facts import GROUPS

type Value = str | int | float | bool | Sequence[Value] | Mapping[str, Value] | None


class Nature(StrEnum):
    """How we come by a record, which decides what is portable (G27; WP 242 rev.01)."""

    PROVIDED = "provided"  # the person gave it: typed, chosen, written
    OBSERVED = "observed"  # their use of the shop showed it
    DERIVED = "derived"  # somebody concluded it: a fraud check, a clock
    OURS = "ours"  # our own bookkeeping about them


class Store(StrEnum):
    """Where a record was read."""

    ACTIVE = "active"  # our own tables
    ARCHIVE = "archive"  # our own, for answers and accounting alone
    STRIPE = "stripe"
    MAILCHIMP = "mailchimp"


class Why(StrEnum):
    """Why something is not handed out, or why a person looks before it is (G20)."""

    SOMEBODY_ELSE = "somebody_else"  # it is about, or names, another person
    CONTESTED = "contested"  # it names their address, and is about somebody else's account or purchase
    STAFF = "staff"  # the name of somebody who works here
    ANTI_FRAUD = "anti_fraud"  # how fraud is looked for
    KEY = "key"  # something that lets whoever has it act
    VIRUS = "virus"
    GIFT = "gift"  # the writer of an order typed another's name and address (E114)
    SEVERAL_PEOPLE = "several_people"  # somebody of another name bought under the same address (E78)
    FREE_TEXT = "free_text"  # nobody can say without reading whom it speaks of
    UNVERIFIED_SENDER = "unverified_sender"  # the mail may not be theirs
    MISSING = "missing"  # it should be there, and is not


#: Not handed out. The others are, once a person has looked.
WITHHELD = frozenset(
    {Why.SOMEBODY_ELSE, Why.CONTESTED, Why.STAFF, Why.ANTI_FRAUD, Why.KEY, Why.VIRUS, Why.MISSING}
)
#: A person looks before the answer goes: other people may be in it.
REVIEWED = frozenset(
    {
        *(Why.SOMEBODY_ELSE, Why.CONTESTED, Why.GIFT, Why.SEVERAL_PEOPLE),
        *(Why.FREE_TEXT, Why.UNVERIFIED_SENDER, Why.MISSING),
    }
)


#: Whoever looks finds the person's own words, which every request has, and nothing that somebody else wrote.
OWN_WORDS = frozenset({Why.FREE_TEXT})


class Section(NamedTuple):
    """Records of one kind. held: what the policy's rules call it; empty where no rule of ours decides.

    purposes: by name; none: those that may read the group.
    """

    id: str
    store: Store = Store.ACTIVE
    held: str = ""
    purposes: tuple[str, ...] = ()


#: Groups that nothing but our own bookkeeping fills.
_BOOKKEEPING = ("archived", "link")
_LIVE_STRIPE = (
    "customer", "payment_method", "tax_id", "checkout_session", "payment_intent", "setup_intent", "charge", "refund",
    "dispute", "early_fraud_warning", "invoice", "invoice_item", "credit_note", "subscription",
)  # fmt: skip
_LIVE_MAILCHIMP = ("member", "tag", "note", "activity", "event", "goal")
_FRAUD = ("fraud_prevention",)
_SALES = ("order_execution", "accounting")
_STRIPE_PURPOSES: Mapping[str, tuple[str, ...]] = {
    "charge": (*_SALES, *_FRAUD),
    "dispute": ("claims",),
    "early_fraud_warning": _FRAUD,
}

PROFILE = Section("profile", held="group:profile")
CONSENTS = Section("consents", held="group:consent")
ORDERS = Section("orders", held="group:order")
USE = Section("use", held="item:person", purposes=("record_keeping", "marketing"))
GROUP_SECTIONS: Mapping[str, Section] = {
    name: Section(f"told_{name}", held=f"group:{name}")
    for name in (*(g for g in GROUPS if g not in _BOOKKEEPING), *_BOOKKEEPING)
}
REQUESTS = Section("requests", held="item:case", purposes=("answering",))
MESSAGES = Section("messages", held="object:case_mail", purposes=("answering",))
LETTERS = Section("letters", held="item:case", purposes=("answering",))
STEPS = Section("steps", held="item:case", purposes=("answering",))
SUPPRESSION = Section("suppression", held="item:suppression", purposes=("respecting_refusals",))
DIRECTIVES = Section("directives", held="item:directive", purposes=("answering",))
HOLDS = Section("holds", held="item:hold", purposes=("claims",))
NOTES = Section("notes", held="item:note", purposes=("marketing",))
READS = Section("reads", held="item:read_log", purposes=("security",))
STRIPE_SECTIONS: Mapping[str, Section] = {
    name: Section(f"stripe_{name}", Store.STRIPE, purposes=_STRIPE_PURPOSES.get(name, _SALES))
    for name in _LIVE_STRIPE
}
MAILCHIMP_SECTIONS: Mapping[str, Section] = {
    name: Section(f"mailchimp_{name}", Store.MAILCHIMP, "group:subscription", ("marketing",))
    for name in _LIVE_MAILCHIMP
}

#: In the order in which they are read: what people look for first, our bookkeeping last.
SECTIONS: tuple[Section, ...] = (
    PROFILE,
    CONSENTS,
    ORDERS,
    USE,
    SUPPRESSION,
    DIRECTIVES,
    REQUESTS,
    MESSAGES,
    LETTERS,
    STEPS,
    *GROUP_SECTIONS.values(),
    *STRIPE_SECTIONS.values(),
    *MAILCHIMP_SECTIONS.values(),
    HOLDS,
    NOTES,
    READS,
)

#: What asking itself leaves behind.
_OF_ASKING = frozenset({REQUESTS.id, MESSAGES.id, LETTERS.id, STEPS.id, READS.id})


@dataclass(frozen=True, slots=True)
class Record:
    """One thing held.

    said: its fields. source: who told us, a source of the register, `stripe_live` or `mailchimp_live`. at: the instant
    of which it tells. rule, until: by which rule and on which first Paris day it goes; None: nothing has started its
    clock, or a provider's own copy goes with ours. reference: where it stands. notes: field → why it is not handed out,
    or why a person looks; the empty field means all of it. file: the record's own file in the package.
    """

    section: str
    said: Mapping[str, Value]
    source: str
    nature: Nature
    at: datetime | None = None
    store: Store = Store.ACTIVE
    rule: str = ""
    until: date | None = None
    reference: str = ""
    notes: Mapping[str, Why] = field(default_factory=dict)
    file: str = ""

    @property
    def reviewed(self) -> frozenset[Why]:
        """Why a person has to look at it."""
        return REVIEWED.intersection(self.notes.values())


@dataclass(slots=True)
class Tally:
    """What a section comes to, counted while it is written down: as much for fifty thousand records as for one."""

    count: int = 0
    first: datetime | None = None
    last: datetime | None = None
    sources: set[str] = field(default_factory=set)
    stores: set[Store] = field(default_factory=set)
    natures: set[Nature] = field(default_factory=set)
    #: by rule, the first and the last day on which something goes; None: nothing has started the clock yet
    ends: dict[str, tuple[date | None, date | None]] = field(default_factory=dict)
    review: dict[Why, int] = field(default_factory=dict)
    withheld: dict[Why, int] = field(default_factory=dict)

    def add(self, record: Record) -> None:
        self.count += 1
        self.sources.add(record.source)
        self.stores.add(record.store)
        self.natures.add(record.nature)
        if record.at is not None:
            self.first = min(record.at, self.first or record.at)
            self.last = max(record.at, self.last or record.at)
        if record.rule:
            first, last = self.ends.get(record.rule, (None, None))
            if record.until is not None:
                first, last = (
                    min(record.until, first or record.until),
                    max(record.until, last or record.until),
                )
            self.ends[record.rule] = (first, last)
        for why in record.reviewed:
            self.review[why] = self.review.get(why, 0) + 1
        for why in WITHHELD.intersection(record.notes.values()):
            self.withheld[why] = self.withheld.get(why, 0) + 1


class Attachment(NamedTuple):
    """A file that goes with the records. mail: its id in the mail store."""

    path: str
    mail: str


@dataclass(frozen=True, slots=True)
class Dossier:
    """All that was collected of a person; the records themselves lie in the spool.

    person: their id, empty where we know nobody by the address. addresses: as typed, every form. as_of: the receipt of
    the request (G21). collected_at: when the stores were read. given: to whom their
    data went, as the facts show. paid: they ever paid something (P9).
    """

    person: str
    addresses: tuple[str, ...]
    as_of: datetime
    collected_at: datetime
    tallies: Mapping[str, Tally]
    given: Given
    paid: bool
    attachments: tuple[Attachment, ...] = ()

    @property
    def empty(self) -> bool:
        """Nothing is held of them but this one request, and that it was looked for (T14)."""
        held = {section for section, tally in self.tallies.items() if tally.count}
        requests = self.tallies.get(REQUESTS.id)
        return held <= _OF_ASKING and (requests is None or requests.count <= 1)

    @property
    def refused_offers(self) -> bool:
        """They stand on the list of those who want no offers."""
        tally = self.tallies.get(SUPPRESSION.id)
        return tally is not None and tally.count > 0

    @property
    def nothing_to_copy(self) -> bool:
        """Nothing, or a fingerprint on the list of refusals alone, of which a letter can say all (E92, E94)."""
        others = {section: tally for section, tally in self.tallies.items() if section != SUPPRESSION.id}
        return replace(self, tallies=others).empty

    @property
    def review(self) -> Mapping[str, Mapping[Why, int]]:
        """By section, how many records a person has to look at, and why."""
        return {section: dict(tally.review) for section, tally in self.tallies.items() if tally.review}

    @property
    def third_party_data(self) -> bool:
        """G20: somebody else may be in it."""
        return bool(self.review)
