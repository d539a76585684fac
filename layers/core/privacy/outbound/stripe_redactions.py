"""Stripe's redaction jobs: a public preview, which the library does not know (docs/providers.md "Redaction").

created → validating → ready → (run) → redacting → succeeded
                     → failed → (validate) → validating
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Iterator, Mapping
from datetime import UTC, datetime, time, timedelta
from typing import Any, Literal

from privacy.domain.redaction import Redaction, kind_of_object
from privacy.outbound.stripe_client import AlreadyInJob, NoSuchObject, StripeCalls, StripeRefused
from privacy.ports import ProviderUnavailable
from privacy.ports.redactions import (
    CANCELED,
    CANCELING,
    FAILED,
    STATUSES,
    Job,
    JobRefused,
    NothingThere,
    ObjectsTaken,
)

#: Of the preview, which is no part of the library's own version.
VERSION = "2026-04-22.preview"
_PATH = "privacy/redaction_jobs"
_PAGE = 100
#: A job that names what is owed now may be so much older: somebody else's, made by hand.
_LOOKED_BACK = timedelta(days=60)
_JOB = re.compile(r"prj_\w{1,200}", re.ASCII)
_ERROR = re.compile(r"[a-z_]{1,64}")
#: Where Stripe has what a job names by its kind.
_OBJECTS: Mapping[str, str] = {
    "customers": "customers",
    "checkout_sessions": "checkout/sessions",
    "payment_intents": "payment_intents",
    "invoices": "invoices",
    "charges": "charges",
}


class StripeRedactions:
    """RedactionJobs."""

    def __init__(self, calls: StripeCalls) -> None:
        self._calls = calls

    def create(self, redaction: Redaction) -> Job:
        # a key belongs to what was asked: with other objects it is another's
        what = hashlib.sha256(" ".join(redaction.objects).encode()).hexdigest()[:16]
        key = f"redaction-{redaction.id}-{redaction.part}-{redaction.asked}-{what}"
        return _job(self._post(_PATH, {"objects": redaction.by_kind}, idempotency_key=key))

    def get(self, job: str) -> Job | None:
        try:
            found = _job(self._answer("get", f"{_PATH}/{_checked(job)}"))
        except NothingThere:
            return None
        return found._replace(errors=self._errors(job)) if found.status == FAILED else found

    def find(self, redaction: Redaction) -> Job | None:
        earliest = datetime.combine(redaction.owed_on, time(), UTC) - _LOOKED_BACK
        wanted = {*redaction.objects}
        for listed in self._jobs(int(earliest.timestamp())):
            job = _job(listed)._replace(objects=_objects(listed))
            if job.status not in {FAILED, CANCELING, CANCELED} and not wanted.isdisjoint(job.objects):
                return job
        return None

    def there(self, name: str) -> bool:
        try:
            self._calls.answer("get", f"{_OBJECTS[kind_of_object(name)]}/{name}")
        except NoSuchObject:
            return False
        return True

    def run(self, job: str) -> None:
        # said twice, it is done once
        self._post(f"{_PATH}/{_checked(job)}/run", {}, idempotency_key=f"run-{job}")

    def mend(self, job: str) -> None:
        self._post(f"{_PATH}/{_checked(job)}", {"validation_behavior": "fix"})
        try:
            self._post(f"{_PATH}/{_checked(job)}/validate", {})
        except JobRefused:
            found = self.get(job)
            if found is None or found.status == FAILED:
                raise

    def cancel(self, job: str) -> None:
        self._post(f"{_PATH}/{_checked(job)}/cancel", {}, idempotency_key=f"cancel-{job}")

    def _errors(self, job: str) -> frozenset[str]:
        answer = self._answer("get", f"{_PATH}/{_checked(job)}/validation_errors", {"limit": _PAGE})
        codes = (each.get("code") for each in _rows(answer))
        return frozenset(code for code in codes if isinstance(code, str) and _ERROR.fullmatch(code))

    def _jobs(self, earliest: int) -> Iterator[Mapping[str, Any]]:
        """The newest first; what they name is shown only where it is asked for."""
        after: dict[str, str] = {}
        while True:
            answer = self._answer("get", _PATH, {"limit": _PAGE, "expand": ["data.objects"], **after})
            rows = _rows(answer)
            yield from rows
            if not answer.get("has_more") or not rows or int(rows[-1].get("created", 0)) < earliest:
                return
            after = {"starting_after": _job(rows[-1]).id}

    def _post(self, path: str, asked: Mapping[str, Any], **options: str) -> Mapping[str, Any]:
        return self._answer("post", path, asked, **options)

    def _answer(
        self,
        method: Literal["get", "post"],
        path: str,
        asked: Mapping[str, Any] | None = None,
        **options: str,
    ) -> Mapping[str, Any]:
        try:
            return self._calls.answer(method, path, asked, stripe_version=VERSION, **options)
        except NoSuchObject as refused:
            raise NothingThere(str(refused)) from None
        except AlreadyInJob as refused:
            raise ObjectsTaken(str(refused)) from None
        except StripeRefused as refused:
            raise JobRefused(str(refused)) from None


def _job(answer: Mapping[str, Any]) -> Job:
    name, status = answer.get("id"), answer.get("status")
    if isinstance(name, str) and _JOB.fullmatch(name) and status in STATUSES:
        return Job(name, str(status))
    raise ProviderUnavailable("stripe: an answer of another form")


def _objects(listed: Mapping[str, Any]) -> frozenset[str]:
    named = listed.get("objects")
    kinds = named.values() if isinstance(named, dict) else ()
    return frozenset(name for names in kinds if isinstance(names, list) for name in names)


def _rows(answer: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    rows = answer.get("data")
    if isinstance(rows, list) and all(isinstance(row, dict) for row in rows):
        return rows
    raise ProviderUnavailable("stripe: an answer of another form")


def _checked(job: str) -> str:
    """An id that would climb the path is none."""
    if not _JOB.fullmatch(job):
        raise ProviderUnavailable("stripe: no redaction job's id")
    return job
