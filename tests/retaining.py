"""The operators' routes of retention over a back office in memory."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import date, timedelta
from typing import Any

from privacy.domain.clocks import paris_day
from privacy.domain.policy import Policy
from privacy.domain.runs import Run
from privacy.inbound.operator import Answer
from privacy.inbound.operator_routes import answer
from privacy.operations.retention.due_shards import SHARDS
from privacy.operations.retention.guard_purge import Gate
from privacy.operations.retention.plan_purge import Planning
from privacy.operations.retention.purge_batch import KINDS, PERSON
from tests.fakes import MemoryBacklog, MemoryDueIndex, MemoryRuns
from tests.purging import POLICY, PurgeOffice
from tests.telling import PSEUDONYMS

ROUTES = "POST /operator/retention"


class Queue:
    def __init__(self) -> None:
        self.sent: list[Any] = []

    def send(self, bodies: Iterable[Mapping[str, str]], delay: int = 0) -> None:
        self.sent += bodies


class RetentionRoutes:
    """A purge's office with the operators' routes, and the plan's worker behind them."""

    def __init__(self, rules: Policy = POLICY) -> None:
        self.office = PurgeOffice()
        self.office.registry.approve_history(run="import-1", operator="alix", now=self.office.now)
        self.policy = rules
        self.runs = MemoryRuns()
        self.plans, self.purges, self.rebuilds = Queue(), Queue(), Queue()
        self.backlog = MemoryBacklog()
        self.others: list[tuple[str, str, str, date]] = []
        self.told: list[Run] = []
        self._chances = iter(range(1000))

    def ask(self, route: str, content: object, role: str = "PrivacyDpo") -> Answer:
        """route: what comes after /operator/retention."""
        arn = f"arn:aws:sts::123456789012:assumed-role/{role}/alix"
        event = {
            "routeKey": f"{ROUTES}{route}",
            "body": json.dumps(content),
            "requestContext": {"accountId": "123456789012", "authorizer": {"iam": {"userArn": arn}}},
        }
        return answer(event, self._means())

    def work(self) -> None:
        """The plan's worker takes what waits for it, and the purge's what the plan hands over."""
        while self.plans.sent:
            self.planning().go_on(self.plans.sent.pop(0)["run"], lambda: True)

    def planning(self) -> Planning:
        return Planning(
            runs=self.runs,
            indexes=self.indexes(),
            gate=self.gate(),
            purges=self.purges,
            rebuilds=self.rebuilds,
            receipts=self.office.receipts,
            told=self.told.append,
            now=lambda: self.office.now,
        )

    def gate(self) -> Gate:
        registry = self.office.registry
        return Gate(self.indexes()[PERSON], self.backlog, registry.history_approved, self.policy)

    def indexes(self) -> dict[str, MemoryDueIndex]:
        indexes = {kind: MemoryDueIndex(SHARDS[kind], lambda: self.others) for kind in KINDS[1:]}
        return {PERSON: MemoryDueIndex.of_people(SHARDS[PERSON], self.office.people)} | indexes

    def _means(self) -> Any:
        class Retention:
            plans = staticmethod(lambda: self.plans)
            gate = staticmethod(self.gate)
            indexes = staticmethod(self.indexes)
            archive = staticmethod(lambda: self.office.archive)
            receipts = staticmethod(lambda: self.office.receipts)

        class Means:
            stores = staticmethod(lambda: self.office.stores)
            policy = staticmethod(lambda: self.policy)
            pseudonyms = staticmethod(lambda: PSEUDONYMS)
            runs = staticmethod(lambda: self.runs)
            requests = staticmethod(lambda: self.office.requests)
            holds = staticmethod(lambda: self.office.holds)
            chance = staticmethod(lambda: str(next(self._chances)))
            now = staticmethod(lambda: self.office.now)
            retention = Retention

        return Means

    @property
    def today(self) -> date:
        return paris_day(self.office.now)

    def days_pass(self, days: int) -> None:
        self.office.now += timedelta(days=days)
