"""What the operations need of the world, as roles. Adapters in outbound/ play them; so do the tests' fakes."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping, Sequence
from collections.abc import Set as AbstractSet
from datetime import date, datetime
from enum import Enum
from types import MappingProxyType
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from privacy.domain.facts import Fact

if TYPE_CHECKING:
    # the entrances import this module at every cold start, and need none of these
    from privacy.domain.consent import Suppression
    from privacy.domain.member import Audience, Member, MemberCursor, MemberPage
    from privacy.domain.note import Note
    from privacy.domain.projection import PeopleChanges, Pointer, StoredPerson
    from privacy.domain.request_steps import Step
    from privacy.domain.runs import Removal, Run


class Appended(Enum):
    """What became of a fact handed to the ledger."""

    NEW = "new"
    DUPLICATE = "duplicate"
    CONFLICT = "conflict"  # the same id with another content: the first stays


#: Kinds of Stripe's objects that a history is made of, in the order in which they are read.
STRIPE_KINDS = (
    "customers",
    "checkout/sessions",
    "payment_intents",
    "charges",
    "refunds",
    "disputes",
    "invoices",
    "credit_notes",
)


class LedgerUnavailable(Exception):
    """The ledger did not take a fact, for want of it, of a right or of room: the sender must try again."""


class FactReader(Protocol):
    """Facts, read."""

    def under(self, identifier: str) -> Iterable[Fact]:
        """Every fact filed under the identifier, read consistently, page by page."""
        ...


class FactLedger(FactReader, Protocol):
    """Facts, appended by one conditional write each."""

    def append(self, fact: Fact) -> Appended:
        """Raises LedgerUnavailable."""
        ...

    def get(self, identifier: str, key: str) -> Fact | None:
        """The fact under the identifier and `source#event_id`, read consistently."""
        ...

    def held(self, filings: Collection[tuple[str, str]]) -> AbstractSet[tuple[str, str]]:
        """Those of the (identifier, key) that are there; one written a moment ago may be missing."""
        ...

    def delete(self, identifier: str, key: str) -> None:
        """Deleting what is not there is done already."""
        ...

    def remove(self, fact: Fact, groups: Collection[str]) -> bool:
        """As FactRemover.remove (ports/retention.py)."""
        ...


class MemberDirectory(Protocol):
    """Mailchimp's members, read."""

    def read(self, audience: str, address: str) -> Member | None:
        """None where the audience has no such member. Raises ProviderUnavailable."""
        ...


class Audiences(MemberDirectory, Protocol):
    """Mailchimp's audiences and everybody in them, page by page."""

    def audiences(self) -> tuple[Audience, ...]:
        """Every audience of the account. Raises ProviderUnavailable."""
        ...

    def audience(self, audience: str) -> Audience:
        """Raises ProviderUnavailable, also where there is none of that id."""
        ...

    def members(self, audience: str, after: MemberCursor, *, status: str | None = None) -> MemberPage:
        """Members by their last change, whatever their status but archived, or those of one status.

        Raises ProviderUnavailable.
        """
        ...


class MemberWriter(MemberDirectory, Protocol):
    """Mailchimp's members, changed. Every call may be repeated; none is believed until it was read back."""

    def subscribe(self, audience: str, address: str, *, known: bool, pending: bool) -> None:
        """Add the address, or bring a known member back; pending: Mailchimp asks the person to confirm.

        Where it is not known and somebody was quicker, their status stays (`status_if_new`).
        Raises MemberRefused, ProviderUnavailable.
        """
        ...

    def unsubscribe(self, audience: str, address: str) -> None:
        """No such member is unsubscribed already. Raises ProviderUnavailable."""
        ...

    def archive(self, audience: str, address: str) -> None:
        """Take the member out of the audience, which says nothing in their name. Raises ProviderUnavailable."""
        ...


class MemberRefused(Exception):
    """Mailchimp takes the address from the person's own hand only.

    reason: forgotten ("Forgotten Email Not Subscribed") | compliance ("Member In Compliance State").
    """

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ObjectPage(NamedTuple):
    """Up to 100 of a provider's objects, newest first, as its JSON. after: where to go on, None at the end."""

    objects: Sequence[Mapping[str, object]]
    after: str | None


class PaymentHistory(Protocol):
    """What Stripe has: every object of a kind, and the events of the last 30 days."""

    def objects(self, kind: str, after: str | None) -> ObjectPage:
        """kind: one of STRIPE_KINDS. Raises ProviderUnavailable."""
        ...

    def events(self, since: datetime, after: str | None) -> ObjectPage:
        """Events of the types that are handled, created at `since` or later. Raises ProviderUnavailable."""
        ...


class ProviderUnavailable(Exception):
    """Somebody outside (Mailchimp, Stripe, SQS, Secrets Manager) did not do what was asked. Holds no payload."""


class KeyQueue(Protocol):
    """A function's own queue: ledger keys, identifiers, event ids; no personal data in it."""

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        """delay: seconds until they may be taken. Raises ProviderUnavailable."""
        ...


class Redelivery(Protocol):
    """When messages that a function received from its own queue, and could not do, come again."""

    def come_again(self, seconds: Mapping[str, int]) -> None:
        """Seconds from now, by receipt. Raises ProviderUnavailable: some keep the queue's own time."""
        ...


class OwnQueue(KeyQueue, Redelivery, Protocol):
    """A queue to which a function sends, and from which it is sent, the same keys."""


class PeopleConflict(Exception):
    """Somebody else folded the same people meanwhile: read again."""


class Partitions(Protocol):
    """Every partition of a table, page by page, for a rebuild."""

    def page(self, after: Mapping[str, str] | None) -> tuple[list[str], Mapping[str, str] | None]:
        """(partition keys, where to go on; None at the end)."""
        ...


class Summaries(Protocol):
    """Everybody in the projection, page by page."""

    def page(
        self, after: Mapping[str, str] | None
    ) -> tuple[list[tuple[str, Mapping[str, Any]]], Mapping[str, str] | None]:
        """((person id, the parts of the item that a plan reads)…; where to go on, None at the end)."""
        ...


class PeopleStore(Protocol):
    """The projection: people, what they hold, and pointers from identifiers to them."""

    def pointers(self, identifiers: Collection[str]) -> Mapping[str, Pointer]:
        """The pointers of those identifiers that have one, read consistently."""
        ...

    def person(self, person: str) -> StoredPerson:
        """The person with this id and what they hold; version 0 where there is no such item."""
        ...

    def summary(self, person: str) -> Mapping[str, object]:
        """The item's own content alone, read consistently; empty where there is none."""
        ...

    def undecided(self, limit: int) -> list[str]:
        """People whom facts connect with others, and nobody decided about it: ids, the longest waiting first.

        The latest may not be among them yet.
        """
        ...

    def save(self, changes: PeopleChanges) -> None:
        """All or, after a crash, a part that the same fold completes. Raises PeopleConflict."""
        ...

    def look_again(self, person: str, version: int, day: date | None) -> None:
        """Move the Paris day on which the purge looks at them, if they are as they were read; None: never.

        The next fold of theirs says anew when that is.
        """
        ...

    def drop(self, stored: StoredPerson) -> bool:
        """Take out somebody of whom no fact is left and whom nobody else's name, if they still are as they were read.

        False: they are not. Some of it may have gone then, which a fold puts right.
        """
        ...


class Registry(Protocol):
    """What is never rebuilt: suppressions, and which partition an event was first filed in."""

    def suppressions(self, emails: Collection[str]) -> Mapping[str, Suppression]:
        """The entries of those address identifiers that have one."""
        ...

    def suppress(self, entry: Suppression) -> None:
        """Keeps the latest entry of an address."""
        ...

    def claim_event(self, key: str, identifier: str, now: datetime) -> str:
        """Files the event under the identifier unless it stands elsewhere; returns where it stands (R24)."""
        ...

    def filed(self, keys: Collection[str]) -> Mapping[str, str]:
        """Where those events stand that are filed somewhere, by their key."""
        ...

    def gone(self, identifiers: Collection[str]) -> Mapping[str, datetime]:
        """Which of the identifiers an erasure emptied, and when (domain/gone.py); read consistently."""
        ...

    def mark_gone(self, identifier: str, now: datetime) -> None:
        """Keeps the latest mark of an identifier, for 90 days (R24)."""
        ...

    def unmark_gone(self, identifier: str, at: datetime) -> None:
        """Take the mark away, if it is that instant's."""
        ...

    def log_read(self, *, operator: str, role: str, about: str, purpose: str, now: datetime) -> None:
        """R26: who looked at whose data, and when. about: a person id or an identifier, never an address."""
        ...

    def history_approved(self) -> datetime | None:
        """When the owner approved what the import found (docs/architecture.md "Day one"); None: not yet."""
        ...

    def approve_history(self, *, run: str, operator: str, now: datetime) -> None:
        """The first approval stays."""
        ...


class RunConflict(Exception):
    """Somebody else moved the run, or began another: read again."""


class RunLog(Protocol):
    """Runs and where they stand (domain/runs.py)."""

    def get(self, kind: str, run: str) -> Run | None:
        """The run with that id, read consistently."""
        ...

    def latest(self, kind: str) -> Run | None:
        """The run of that kind that was begun last, read consistently."""
        ...

    def begin(self, run: Run, *, after: Run | None) -> Run:
        """Save a new run; after: the latest when it was decided. Returns it as saved.

        Raises RunConflict where another has begun meanwhile.
        """
        ...

    def save(self, run: Run) -> Run:
        """Save the run, if it still is as it was read. Returns it as saved. Raises RunConflict."""
        ...


class RemovalList(Protocol):
    """Whom a reconciliation found subscribed without a consent, until they were taken out (E128)."""

    def add(self, run: str, removals: Collection[Removal], now: datetime) -> None:
        """Adding one again changes nothing. Kept for 90 days (R24)."""
        ...

    def page(self, run: str, after: str | None) -> tuple[list[Removal], str | None]:
        """(some of them, where to go on; None at the end)."""
        ...


class Notes(Protocol):
    """What waits for an operator."""

    def leave(self, note: Note) -> None:
        """Again under the same id: the same note."""
        ...

    def open(self) -> list[Note]:
        """Every note that nobody closed."""
        ...

    def close(self, note_id: str) -> bool:
        """False where there is no such note."""
        ...


class Mailer(Protocol):
    """Takes a message that is ready to go. Nothing here may be repeated: there is no token that makes two one."""

    def send(self, raw: bytes, *, sender: str, recipient: str, letter: str) -> str:
        """The id under which it goes. letter: names it in everything that is told of it later.

        sender, recipient: addresses of the envelope. Raises MailRefused, MailUnanswered.
        """
        ...


class MailRefused(Exception):
    """The message surely did not go. for_good: it never will, as it is; else the same may go another time.

    reason: a word of ours, nothing of the message.
    """

    def __init__(self, reason: str, *, for_good: bool) -> None:
        super().__init__(reason)
        self.reason = reason
        self.for_good = for_good


class MailUnanswered(Exception):
    """Nobody knows whether the message went: the answer was lost. It must not be sent again on that ground."""


class RequestConflict(Exception):
    """Somebody else took a step in the case, or took its number: read again."""


class AlreadyCaused(Exception):
    """What the steps come from has caused something before. cause: which; no address stands in it."""

    def __init__(self, cause: str) -> None:
        super().__init__(cause)
        self.cause = cause


class AcknowledgedToday(Exception):
    """Whom the steps acknowledge was acknowledged less than a day ago (E48)."""


class Caused(NamedTuple):
    """What became of a mail or a command: the case that it made or joined, or why it was set aside without one."""

    request: str
    reason: str = ""


class Appending(NamedTuple):
    """One transaction: all of it or nothing.

    after: the number of steps that the case has. summary: what a list shows, and its places in the indexes.
    causes: each must not have caused anything before. senders: address identifiers by which a new case is found, and
    how many cases each had when it was decided that there is another. acknowledges: the address identifier of whom
    the steps acknowledge.
    """

    request: str
    steps: Sequence[Step]
    after: int
    summary: Mapping[str, object]
    causes: AbstractSet[str] = frozenset()
    senders: Mapping[str, int] = MappingProxyType({})
    acknowledges: str | None = None


class RequestPage(NamedTuple):
    """Some of a list: (case, its summary) each. after: where to go on, None at the end."""

    summaries: Sequence[tuple[str, Mapping[str, Any]]]
    after: str | None


class RequestLog(Protocol):
    """Cases, as steps that are appended and never changed (docs/architecture.md "Requests")."""

    def steps(self, request: str) -> Sequence[Step]:
        """Every step of the case in order, read consistently; none where there is no such case."""
        ...

    def append(self, appending: Appending) -> None:
        """Raises RequestConflict, AlreadyCaused, AcknowledgedToday."""
        ...

    def caused(self, cause: str) -> Caused | None:
        """What the mail or command caused, read consistently; None: nothing yet."""
        ...

    def set_aside(self, cause: str, reason: str, now: datetime, due_on: date) -> None:
        """Notes that the mail made no case, why, and on which Paris day it goes. Raises AlreadyCaused."""
        ...

    def of_sender(self, identifiers: Collection[str], limit: int) -> list[str]:
        """Cases of that sender, the latest received first, read consistently."""
        ...

    def cases_of(self, identifiers: Collection[str]) -> Mapping[str, int]:
        """How many cases each of them ever had, read consistently; whoever adds one has to know it."""
        ...

    def listed(self, shard: str, after: str | None, limit: int, *, newest_first: bool = False) -> RequestPage:
        """Cases of one shard of the index `deadline`, by their day. The latest may not be among them yet."""
        ...

    def owed(self, before: datetime, limit: int) -> list[str]:
        """Cases that owe something since before then, the longest first. The latest may be missing."""
        ...


class StoredMail(NamedTuple):
    """A message. raw: its first bytes; size: all of them. stored_at: when it was first put there, in UTC."""

    raw: bytes
    size: int
    stored_at: datetime


class MailPage(NamedTuple):
    """(mail id, when it was stored) each. after: where to go on, None at the end."""

    mails: Sequence[tuple[str, datetime]]
    after: str | None


class MailStore(Protocol):
    """Raw messages, by the id that SES gave them."""

    def read(self, mail: str, limit: int) -> StoredMail | None:
        """At most `limit` bytes of it; None where there is none."""
        ...

    def link(self, mail: str, seconds: int) -> str:
        """An address under which whoever has it can fetch the message for so long."""
        ...

    def replace(self, mail: str, raw: bytes, stored_at: datetime) -> None:
        """Put another content in its place, for good: nothing of the first remains but when it was stored."""
        ...

    def delete(self, mail: str) -> None:
        """Deleting what is not there is done already."""
        ...

    def page(self, after: str | None) -> MailPage:
        """Every message that is there, some at a time, in no order that means anything."""
        ...
