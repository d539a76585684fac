"""S6 for what follows people: personal data planted at the providers comes out nowhere but in facts and people.

The handlers of the synchronisation, the reconciliation and the import, over players that hold nothing back: what they
say, log, count, raise and leave behind is searched.
"""

from __future__ import annotations

import json
import traceback
from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any

import pytest

from functions.import_history import handler as import_history
from functions.reconcile import handler as reconcile
from functions.sync_providers import handler as sync_providers
from privacy import bootstrap, policy
from privacy.domain.member import Audience, Member
from privacy.domain.runs import IMPORT, RECONCILE
from privacy.logs import FunctionFailed
from privacy.operations.history.import_history import start_import
from privacy.operations.people.fold_people import Stores, fold_people
from privacy.outbound import dynamodb_runs
from privacy.ports import LedgerUnavailable, MemberRefused, ProviderUnavailable
from tests.composition import put
from tests.fakes import (
    MemoryAudiences,
    MemoryLedger,
    MemoryNotes,
    MemoryPeople,
    MemoryRegistry,
    MemoryRemovals,
    MemoryRuns,
    MemoryStripe,
    MemorySummaries,
)
from tests.functional.entrances import stripe_example
from tests.telling import PSEUDONYMS, email, session, unsubscribed

CANARY = "Canary.Doe@example.fr"
LIST = "list1"
POLICY = policy.load()
NOW = datetime(2026, 11, 22, 10, tzinfo=UTC)


class Queue:
    """Takes whatever a function sends."""

    def __init__(self) -> None:
        self.sent: list[Mapping[str, str]] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += bodies

    def come_again(self, seconds: Mapping[str, int]) -> None:
        pass


class Context:
    def get_remaining_time_in_millis(self) -> int:
        return 900_000


class Office:
    """The functions' surroundings, in memory."""

    def __init__(self) -> None:
        self.ledger = MemoryLedger()
        self.people = MemoryPeople(self.ledger)
        self.registry = MemoryRegistry()
        self.registry.approved = NOW - timedelta(days=9)
        self.stores = Stores(self.ledger, self.people, self.registry)
        self.mailchimp = MemoryAudiences(Audience(LIST, "News", False, "https://eepurl.example/form", 0))
        self.mailchimp.now = NOW
        self.stripe = MemoryStripe()
        self.runs = MemoryRuns()
        self.removals = MemoryRemovals()
        self.notes = MemoryNotes()
        self.queues = {name: Queue() for name in ("sync_providers", "reconcile", "import_history")}
        self._ids = (f"person-{n}" for n in count(1))

    def member(self, status: str = "subscribed", source: str = "Import") -> None:
        member = Member(LIST, CANARY, status, source, None, CANARY, None, CANARY, NOW, "fr", CANARY)
        self.mailchimp.put(replace(member, changed_at=NOW - timedelta(days=2)))

    def fold(self) -> None:
        for identifier in list(self.ledger.partitions):
            fold_people(
                {identifier}, stores=self.stores, policy=POLICY, now=NOW, new_id=lambda: next(self._ids)
            )

    def follow(self, **body: str) -> dict[str, Any]:
        return sync_providers.handle(_message(body or {"identifier": email(CANARY)}), Context())

    def reconcile(self) -> dict[str, Any]:
        return self._until_done("reconcile", reconcile.handle, {"full": "yes"})

    def import_history(self) -> dict[str, Any]:
        queue = self.queues["import_history"]
        start_import(runs=self.runs, queue=queue, now=NOW, chance="c")
        return self._until_done("import_history", import_history.handle, dict(queue.sent.pop()))

    def _until_done(self, name: str, handle: Callable[..., Any], body: Mapping[str, str]) -> dict[str, Any]:
        bodies = [body]
        answer: dict[str, Any] = {}
        for _ in range(6):
            if not bodies:
                break
            answer = handle(_message(bodies.pop()), Context())
            self.fold()
            bodies += self.queues[name].sent
            self.queues[name].sent.clear()
        return answer

    def left_behind(self) -> str:
        """What stands anywhere but in facts and in people's items."""
        kept = [self.runs.runs, self.removals.found, self.notes.notes, self.registry.entries]
        kept += [[queue.sent for queue in self.queues.values()], self.registry.places, self.registry.marks]
        keys = [(pk, *held) for pk, held in self.ledger.partitions.items()]
        return repr([kept, keys, list(self.people.items), list(self.people.found)])


def _message(body: Mapping[str, str]) -> dict[str, Any]:
    attributes = {"ApproximateReceiveCount": "1", "SentTimestamp": "1795341600000"}
    return {
        "Records": [
            {
                "messageId": "m1",
                "receiptHandle": "r1",
                "body": json.dumps(dict(body)),
                "attributes": attributes,
            }
        ]
    }


@pytest.fixture
def office(monkeypatch: pytest.MonkeyPatch) -> Office:
    office = Office()
    monkeypatch.setenv("POWERTOOLS_SERVICE_NAME", "sync_providers")
    parts = {
        "ledger": office.ledger,
        "fold_stores": office.stores,
        "member_writer": office.mailchimp,
        "mailchimp_audiences": office.mailchimp,
        "audiences": (LIST,),
        "notes": office.notes,
        "pseudonyms": PSEUDONYMS,
        "now": NOW,
        "stripe_history": office.stripe,
        "runs": office.runs,
        "summaries": MemorySummaries(office.people),
        "dynamodb": None,
    }
    for name, part in parts.items():
        put(monkeypatch, name, lambda part=part: part)
    for name, queue in office.queues.items():
        put(monkeypatch, f"{name}_queue", lambda queue=queue: queue)
    monkeypatch.setattr(dynamodb_runs, "DynamoRemovals", lambda *_: office.removals)
    monkeypatch.setattr(bootstrap, "in_parallel", map)
    monkeypatch.setattr(bootstrap, "settings", _Settings)
    return office


class _Settings:
    registry_table = people_table = ledger_table = "table"
    stripe_modes = frozenset({"live", "test"})
    stripe_account = ""
    plan_again_seconds = 0
    sync_providers_queue_url = "queue"


@pytest.fixture
def silent(
    office: Office, capfd: pytest.CaptureFixture[str], caplog: pytest.LogCaptureFixture
) -> Callable[..., None]:
    """Nothing personal was written, logged or left behind, nor stands in what is given."""

    def searched(*more: object) -> None:
        out, err = capfd.readouterr()
        fields = [str(vars(record)) for record in caplog.records]
        text = "\n".join([out, err, office.left_behind(), *fields, *map(repr, more)]).lower()
        assert "canary" not in text

    return searched


def test_of_a_choice_that_is_followed(office: Office, silent: Callable[..., None]) -> None:
    office.ledger.append(session("2026-11-20", CANARY, box=True))
    office.fold()
    assert office.follow() == {"batchItemFailures": []}
    assert office.mailchimp.calls
    office.ledger.append(unsubscribed("2026-11-21", CANARY, reason="abuse"))
    office.fold()
    silent(office.follow())


def test_of_a_note_that_is_left(office: Office, silent: Callable[..., None]) -> None:
    office.mailchimp.forgotten.add((LIST, CANARY.lower()))
    office.ledger.append(session("2026-11-20", CANARY, box=True))
    office.fold()
    office.follow()
    assert office.notes.open()
    silent()


@pytest.mark.parametrize(
    "error",
    [RuntimeError(CANARY), ProviderUnavailable(CANARY), MemberRefused(CANARY), LedgerUnavailable(CANARY)],
    ids=lambda error: type(error).__name__,
)
def test_of_a_call_that_fails_with_an_error_that_quotes_them(
    office: Office, silent: Callable[..., None], error: Exception
) -> None:
    office.ledger.append(session("2026-11-20", CANARY, box=True))
    office.fold()

    def fail(*_: object, **__: object) -> None:
        raise error from KeyError(CANARY)

    office.mailchimp.read = fail  # type: ignore[method-assign]
    answer = office.follow()
    assert answer == {"batchItemFailures": [{"itemIdentifier": "m1"}]}
    silent(answer)


def test_of_a_reconciliation_that_removes_and_finds(office: Office, silent: Callable[..., None]) -> None:
    office.member()
    event = json.loads(
        json.dumps(stripe_example("checkout.session.completed")).replace("jane@example.com", CANARY)
    )
    office.stripe.told.append(event | {"created": int((NOW - timedelta(days=1)).timestamp())})
    office.reconcile()
    assert CANARY in repr(office.ledger.partitions)
    office.reconcile()
    run = office.runs.latest(RECONCILE)
    assert run is not None
    assert run.counts["removals"] == 1
    silent(run)


def test_of_an_import_with_objects_that_cannot_be_read(office: Office, silent: Callable[..., None]) -> None:
    office.member()
    customer = stripe_example("customer.created")["data"]["object"]
    office.stripe.objects_of["customers"] += [
        customer | {"email": CANARY, "name": CANARY},
        {"id": CANARY, "object": "customer", "created": 1, "email": CANARY, "livemode": CANARY},
    ]
    office.import_history()
    run = office.runs.latest(IMPORT)
    assert run is not None
    assert (run.counts["facts"], run.counts["unreadable"]) == (2, 1)
    silent(run)


@pytest.mark.parametrize("work", ["reconcile", "import_history"])
def test_of_a_provider_whose_failure_quotes_them(
    office: Office, silent: Callable[..., None], work: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    office.member()

    def fail(*_: object, **__: object) -> None:
        raise RuntimeError(CANARY) from KeyError(CANARY)

    monkeypatch.setattr(office.mailchimp, "members", fail)
    try:
        answer = getattr(office, work)()
    except FunctionFailed as failed:
        answer = "".join(traceback.format_exception(failed))
    silent(answer)
