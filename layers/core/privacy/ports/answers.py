"""What answering a person needs of the world (G17-G22, G27): reading everything held, and putting one package away."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Mapping
from contextlib import AbstractContextManager
from datetime import datetime
from typing import NamedTuple, Protocol

type Document = Mapping[str, object]


class ReadLogEntry(NamedTuple):
    """Somebody here looked at somebody's data. Who looked is not in it (G19)."""

    at: datetime
    purpose: str


class ReadLog(Protocol):
    """Who looked at whose data (R26), read."""

    def reads_of(self, persons: Collection[str], since: datetime, until: datetime) -> Iterable[ReadLogEntry]:
        """The looks at anybody of these ids or identifiers, the oldest first."""
        ...


class PersonAtStripe(Protocol):
    """Stripe's own copy of what concerns one person, object by object, as its JSON. Pages are read as they are needed.

    Every method raises ProviderUnavailable: an answer that lacks a part is none.
    """

    def customers(self, addresses: Collection[str], customers: Collection[str]) -> Iterator[Document]:
        """Customers with one of these addresses, typed in any form, and those of these ids; deleted ones say so."""
        ...

    def of_customer(self, kind: str, customer: str) -> Iterator[Document]:
        """kind: one of OF_A_CUSTOMER."""
        ...

    def sessions_of(self, address: str) -> Iterator[Document]:
        """Checkout sessions in which that address was typed, guests' too: with their lines."""
        ...

    def payment(self, payment_intent: str) -> Document | None:
        """One payment intent; None where there is none."""
        ...

    def charges_of(self, payment_intent: str) -> Iterator[Document]: ...

    def of_charge(self, kind: str, charge: str) -> Iterator[Document]:
        """kind: one of OF_A_CHARGE."""
        ...


#: Kinds that are listed by customer, by the name of their section (domain/dossier.py).
OF_A_CUSTOMER = (
    "payment_method", "tax_id", "checkout_session", "payment_intent", "setup_intent", "charge", "invoice",
    "invoice_item", "credit_note", "subscription",
)  # fmt: skip
#: Kinds that no list shows but by the charge or payment that they are about.
OF_A_CHARGE = ("refund", "dispute", "early_fraud_warning")


class PersonAtMailchimp(Protocol):
    """Mailchimp's own copy of one member. Every method raises ProviderUnavailable."""

    def audiences(self) -> Iterable[tuple[str, str]]:
        """(id, name) of every audience of the account, not only those that we sync."""
        ...

    def member(self, audience: str, address: str) -> Document | None:
        """All that Mailchimp shows of the member, archived ones too; None where there is none."""
        ...

    def hanging(self, kind: str, audience: str, address: str) -> Iterator[Document]:
        """What hangs on a member. kind: one of ON_A_MEMBER."""
        ...


#: What hangs on a member, by the name of its section.
ON_A_MEMBER = ("tag", "note", "activity", "event", "goal")


class MailCopies(Protocol):
    """Raw messages, read piece by piece: one may be as large as a function's memory."""

    def pieces(self, mail: str) -> Iterator[bytes] | None:
        """None where there is none any more."""
        ...


class Spool(Protocol):
    """Lines that wait on the function's own disk between collecting and writing, section by section."""

    def add(self, section: str, line: bytes) -> None:
        """line: without its end."""
        ...

    def lines(self, section: str) -> Iterator[bytes]:
        """In the order in which they were added; again from the beginning each time."""
        ...


class Sink(Protocol):
    """Where a package's bytes go."""

    def write(self, piece: bytes) -> None: ...


class PackageStore(Protocol):
    """Answers' packages (R12)."""

    def writing(self, name: str) -> AbstractContextManager[Sink]:
        """A sink whose bytes are there, whole, when the context ends; nothing is there if it ends by an exception.

        Raises ProviderUnavailable.
        """
        ...

    def pieces(self, name: str) -> Iterator[bytes] | None:
        """What was put there; None where there is none."""
        ...

    def link(self, name: str, seconds: int) -> str:
        """Leads to it for so long, as a file to be kept; nobody is asked whether it is there."""
        ...

    def clear(self, case: str) -> int:
        """Delete every package of the case; returns how many there were."""
        ...
