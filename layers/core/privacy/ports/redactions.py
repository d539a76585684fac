"""What redacting at Stripe needs of the world (docs/architecture.md "Purge")."""

from __future__ import annotations

from collections.abc import Sequence
from typing import NamedTuple, Protocol

from privacy.domain.redaction import Redaction
from privacy.ports import ProviderUnavailable


class RedactionConflict(Exception):
    """Somebody else wrote it down meanwhile."""


class OwedRedactions(Protocol):
    """Jobs that are owed or under way, until Stripe has done them."""

    def owe(self, redaction: Redaction) -> bool:
        """False: it is owed already, and stays as it is."""
        ...

    def of(self, id_: str) -> Sequence[Redaction]:
        """All parts, read consistently."""
        ...

    def get(self, key: tuple[str, str]) -> Redaction | None:
        """By the key under which it stands in the index `due`, read consistently."""
        ...

    def save(self, redaction: Redaction) -> Redaction:
        """As the next version. Raises RedactionConflict."""
        ...

    def settle(self, redaction: Redaction) -> None:
        """Nothing is owed any more. Raises RedactionConflict."""
        ...


class JobRefused(ProviderUnavailable):
    """Stripe would refuse the same again: the key may not, or the account was not given redaction."""


class ObjectsTaken(ProviderUnavailable):
    """Another job names some of the objects already."""


class NothingThere(ProviderUnavailable):
    """Stripe has, in this mode, some object of it no more."""


#: What becomes of a job, in Stripe's words.
CREATED, VALIDATING, READY = "created", "validating", "ready"
REDACTING, SUCCEEDED, FAILED = "redacting", "succeeded", "failed"
CANCELING, CANCELED = "canceling", "canceled"
STATUSES = frozenset((CREATED, VALIDATING, READY, REDACTING, SUCCEEDED, FAILED, CANCELING, CANCELED))

#: Why a job may have failed, in Stripe's words.
LOCKED = "locked_by_other_job"
ERRORS = frozenset(
    ("invalid_cascading_source", "invalid_file_purpose", "invalid_state", LOCKED, "too_many_objects")
)


class Job(NamedTuple):
    """id: Stripe's. status: of STATUSES. errors: where it failed, of ERRORS. objects: what it names, where `find` found
    it."""

    id: str
    status: str
    errors: frozenset[str] = frozenset()
    objects: frozenset[str] = frozenset()


class RedactionJobs(Protocol):
    """Stripe's redaction jobs. Every call raises ProviderUnavailable, and JobRefused where again is of no use."""

    def create(self, redaction: Redaction) -> Job:
        """A job for its objects; asked for again within a day, the same one. It validates by itself.

        Raises ObjectsTaken, NothingThere.
        """
        ...

    def get(self, job: str) -> Job | None:
        """None: Stripe knows no such job."""
        ...

    def find(self, redaction: Redaction) -> Job | None:
        """A job that names any of its objects, perhaps others' besides, and neither failed nor was cancelled."""
        ...

    def there(self, name: str) -> bool:
        """Whether Stripe has the object."""
        ...

    def run(self, job: str) -> None:
        """Irreversible. Only a job that is ready."""
        ...

    def mend(self, job: str) -> None:
        """Have a failed job validated again, ending what is open among its objects."""
        ...

    def cancel(self, job: str) -> None:
        """Only a job that is ready, or failed."""
        ...
