"""What keeping the retention rules needs of the world (docs/architecture.md "Purge")."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import date, datetime
from typing import NamedTuple, Protocol

from privacy.domain.consent import Suppression
from privacy.domain.facts import Fact
from privacy.domain.request_steps import Step


class DuePage(NamedTuple):
    """(partition key, sort key, due on) each. after: where to go on, None at the end."""

    due: Sequence[tuple[str, str, date]]
    after: str | None


class DueIndex(Protocol):
    """A table's sparse index of what has to be looked at, shard by shard; never the table itself."""

    @property
    def shards(self) -> Sequence[str]: ...

    def page(self, shard: str, until: date, after: str | None, limit: int) -> DuePage:
        """What is due on that Paris day or before, the longest due first. The latest may not be among them yet.

        Raises ValueError for an `after` that no page gave.
        """
        ...

    def size(self) -> int:
        """About how many items stand in it, whatever their day: as they were some hours ago."""
        ...


class FactRemover(Protocol):
    """The ledger, for who purges."""

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        """Take these groups out of the fact, or the whole fact where none is left, if it still is as it was read.

        False: it is not there any more, or another. Raises LedgerUnavailable.
        """
        ...


class Archived(NamedTuple):
    """A fact, as far as it is archived. person: whose it was. due_on: the first Paris day of each of its groups."""

    fact: Fact
    person: str
    due_on: Mapping[str, date]


class Archive(Protocol):
    """What only answers and accounting may read."""

    def put(self, archived: Archived) -> None:
        """Adds its groups to what is there of the fact already; again changes nothing."""
        ...

    def get(self, identifier: str, key: str) -> Archived | None: ...

    def under(self, identifier: str) -> Sequence[Archived]:
        """Everything archived that was filed under the identifier."""
        ...

    def remove(self, archived: Archived, groups: Collection[str]) -> bool:
        """As FactRemover.remove."""
        ...


#: What an operator's hold may be for: an authority's order or a claim; a restriction of processing (E111).
HOLD_KINDS = ("legal", "restriction")


class LegalHold(NamedTuple):
    """Keeps whatever is held of a person from the purge, by a person's decision.

    kind: one of HOLD_KINDS. review_on: the Paris day on which somebody looks whether it is still needed. case: of a
    restriction, the request in which it was placed, and which lifts it.
    """

    person: str
    kind: str
    reason: str
    by: str
    since: datetime
    review_on: date
    case: str = ""


class LegalHolds(Protocol):
    """Holds that operators placed."""

    def place(self, hold: LegalHold) -> None:
        """One of a kind and case a person: placing it again replaces reason and review day."""
        ...

    def release(self, person: str, kind: str, case: str = "") -> bool:
        """False where there is none."""
        ...

    def of(self, persons: Collection[str]) -> Sequence[LegalHold]:
        """Those of anybody of these ids, read consistently."""
        ...

    def all(self) -> Sequence[LegalHold]:
        """Every hold, the next review first. The latest may not be among them yet."""
        ...


#: Under which a receipt's counts stand once its lines have lost their ids.
NOBODY = "-"


class Receipt(NamedTuple):
    """What one batch of a run did; no personal data (R31).

    batch: the run's id and the batch's number. lines: by person id, case or key: how many pieces went by each rule.
    begun_at, finished_at: None while it is under way. rules: the digest of the rules it went by.
    """

    run: str
    batch: str
    rules: str
    begun_at: datetime
    lines: Mapping[str, Mapping[str, int]]
    finished_at: datetime | None = None

    def by_rule(self) -> dict[str, int]:
        """How many pieces went by each rule, of everybody."""
        counts: dict[str, int] = {}
        for line in self.lines.values():
            for rule, number in line.items():
                counts[rule] = counts.get(rule, 0) + number
        return counts


class Receipts(Protocol):
    """The purge's ledger (R31): a line a deletion."""

    def of(self, receipt: Receipt) -> Receipt | None:
        """What an earlier attempt at the same batch began, read consistently."""
        ...

    def begin(self, receipt: Receipt) -> Receipt:
        """Adds the lines of those who have none yet, and keeps what stands; returns what stands then."""
        ...

    def finish(self, receipt: Receipt) -> None:
        """Writes down when it was finished."""
        ...

    def since(self, day: date, after: str | None) -> tuple[Sequence[Receipt], str | None]:
        """Receipts of that Paris day and later, a day at a time, with where to go on; None at the end."""
        ...


class Erased(NamedTuple):
    """Somebody who was erased or purged whole: every identifier of theirs, and when (R32). No address in it.

    refuses: they asked for it, so that their addresses stand on the suppression list (A18). kept: everything of theirs
    had to stay for now (A23).
    """

    person: str
    identifiers: tuple[str, ...]
    at: datetime
    refuses: bool = False
    kept: bool = False


class Intended(NamedTuple):
    """Somebody whom a purge is about to mark. line: of their receipt, how many pieces go by each rule."""

    erased: Erased
    line: Mapping[str, int]


class ReplayList(Protocol):
    """Who has to be erased again after a restore. Written once, and outside every restore."""

    def intend(self, batch: str, day: date, leaving: Sequence[Intended]) -> Sequence[Intended]:
        """Onto the list, before anybody of that batch of that Paris day is marked: a later attempt may find nothing
        of them. What earlier attempts wrote stays, and is returned. Raises ProviderUnavailable."""
        ...

    def strike_out(self, batch: str, day: date, persons: Collection[str]) -> None:
        """Of whom the batch intended, these stay: no replay erases them. Each attempt says all of them anew.

        Raises ProviderUnavailable.
        """
        ...

    def add(self, batch: str, erased: Sequence[Erased]) -> None:
        """All of one Paris day. The same people of the same batch again: the same. Raises ProviderUnavailable."""
        ...

    def since(self, day: date, after: str | None) -> tuple[Sequence[Erased], str | None]:
        """Whoever was erased on that Paris day or later, a batch at a time, with where to go on; None at the end.

        Raises ProviderUnavailable.
        """
        ...


class Backlog(Protocol):
    """How far behind the entrances are."""

    def behind(self) -> Sequence[str]:
        """Names of queues and streams whose oldest record waits for more than a quarter of an hour.

        Raises ProviderUnavailable: then nobody knows, and nothing may be purged on the ground of it.
        """
        ...


class Remover(Protocol):
    """Mailchimp's members, removed for good."""

    def delete_permanently(self, audience: str, address: str) -> None:
        """No such member is deleted already. Raises ProviderUnavailable; believed only once read back."""
        ...


class PaymentLookup(Protocol):
    """Stripe, asked about one person."""

    def known_under(
        self, addresses: Collection[str], customers: Collection[str] = ()
    ) -> Sequence[tuple[str, Mapping[str, object]]]:
        """(kind, object) of whatever Stripe has of them: customers and sessions; payments, charges, invoices of these.

        kind: one of STRIPE_KINDS. addresses: every form in which one was typed, for Stripe's filter minds the case.
        customers: ids (`cus_…`) known to be theirs besides. Raises ProviderUnavailable.
        """
        ...

    def checkouts(self, payments: Collection[str]) -> Sequence[tuple[str, Mapping[str, object]]]:
        """(kind, object) of the sessions that led to these payments (`pi_…`). Raises ProviderUnavailable."""
        ...


class CustomerRemover(Protocol):
    """Stripe's customers, removed."""

    def delete(self, customer: str) -> None:
        """No such customer is deleted already. Raises ProviderUnavailable; believed only once read back."""
        ...


class CustomerEraser(Protocol):
    """Stripe's customers whose purchases have to stay."""

    def blank(self, customer: str) -> None:
        """Take off the customer whatever says who they are, and the cards that they saved. One that was deleted has
        nothing left. Raises ProviderUnavailable; believed only once read back."""
        ...


class Undeliverables(Protocol):
    """SES's own list of addresses that it does not write to."""

    def lift(self, address: str) -> None:
        """Take the address off, unless it is there because it does not exist. Raises ProviderUnavailable."""
        ...


class FiledCase(NamedTuple):
    """Everything that is kept of a case, read consistently.

    steps: by number. causes: what its steps come from, each under a key of its own. senders: identifiers that it is
    found by. version, due_on: of its summary; 0 and None where there is none.
    """

    steps: Mapping[int, Step]
    causes: frozenset[str]
    senders: frozenset[str]
    version: int
    due_on: date | None


class CaseRemover(Protocol):
    """Cases, taken apart once their time is over. Each call may be repeated; the summary says when, and goes last."""

    def filed(self, request: str) -> FiledCase: ...

    def drop_causes(self, causes: Collection[str]) -> None:
        """Whatever these mails and commands caused is not known any more."""
        ...

    def drop_acknowledgement(self, identifier: str, before: datetime) -> None:
        """That the sender was acknowledged, if it was before then (E48)."""
        ...

    def drop_steps(self, request: str, numbers: Collection[int]) -> None: ...

    def drop_sender(self, identifier: str, request: str) -> None:
        """That the case is theirs; with their last one, whatever else is known of the sender."""
        ...

    def restamp(self, request: str, version: int, due_on: date) -> bool:
        """On which Paris day it is looked at next. False: it moved meanwhile."""
        ...

    def drop_summary(self, request: str, version: int) -> bool:
        """False: it moved meanwhile."""
        ...

    def set_aside(self, cause: str) -> date | None:
        """On which Paris day what was set aside under that cause goes; None: nothing was, or it is a case's."""
        ...


class RegistryRemover(Protocol):
    """The registry, for who purges. Keys are (partition key, sort key) of its items."""

    def entry_of(self, email: str) -> Suppression | None:
        """The suppression list's entry of the address identifier, read consistently (R9)."""
        ...

    def look_again(self, entry: Suppression, due_on: date) -> bool:
        """On which Paris day the entry is looked at next. False: there is a later one."""
        ...

    def lift(self, entry: Suppression) -> bool:
        """False: there is a later one, or none."""
        ...

    def note_about(self, key: tuple[str, str]) -> str | None:
        """Whom the note to the operators is about, by identifier; None: there is no such note."""
        ...

    def look_at_note_again(self, key: tuple[str, str], due_on: date) -> None: ...

    def drop(self, key: tuple[str, str], today: date) -> bool:
        """Delete a record that says its own day, if that has come: tokens, runs, reads, notes. False: not yet."""
        ...


class ReceiptRemover(Protocol):
    """Receipts, for who purges (R31)."""

    def filed(self, key: tuple[str, str]) -> Receipt | None:
        """The receipt under the key, read consistently."""
        ...

    def count_only(self, receipt: Receipt, due_on: date) -> None:
        """Its lines become one, of NOBODY; it is looked at next on that Paris day."""
        ...

    def drop_receipt(self, receipt: Receipt) -> None: ...
