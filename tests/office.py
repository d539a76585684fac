"""The operators' API over stores in memory, with cases that mails made: what tests of requests begin with."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta
from itertools import count
from typing import Any

from privacy import policy
from privacy.domain.breach import Breach
from privacy.domain.request import Request
from privacy.domain.request_fold import fold
from privacy.domain.request_steps import AUTO, Flag, Kind, Said, Step
from privacy.inbound import operator
from privacy.inbound.operator_means import Means
from privacy.inbound.operator_routes import answer
from privacy.operations.people.fold_people import Stores
from privacy.operations.requests.append_steps import append_steps, begin_request
from privacy.policy import recipients
from tests.answering import MemoryPackages
from tests.fakes import (
    MemoryBreaches,
    MemoryDirectives,
    MemoryEvidence,
    MemoryHolds,
    MemoryLedger,
    MemoryMail,
    MemoryPeople,
    MemoryRegistry,
    MemoryRequests,
)
from tests.telling import CAMILLE, PSEUDONYMS, at

ACCOUNT = "123456789012"
STAFF, DPO = "PrivacyStaff", "PrivacyDpo"
RECEIVED = at("2027-03-05T09:00")  # answered by 5 April


def signed(route: str, role: str = STAFF, body: str = "{}") -> dict[str, Any]:
    """The gateway's event, from an operator in that role."""
    return {
        "routeKey": route,
        "body": body,
        "headers": {"content-type": "application/json"},
        "requestContext": {
            "accountId": ACCOUNT,
            "authorizer": {"iam": {"userArn": f"arn:aws:sts::{ACCOUNT}:assumed-role/{role}/alix"}},
        },
    }


class Office:
    """The operators' API over stores in memory."""

    def __init__(self) -> None:
        ledger = MemoryLedger()
        self.registry, self.requests, self.mail = MemoryRegistry(), MemoryRequests(), MemoryMail()
        self.holds, self.breaches = MemoryHolds(), MemoryBreaches()
        self.directives = MemoryDirectives()
        self.evidence = MemoryEvidence()
        self.called: list[Breach] = []
        self.packages = MemoryPackages()
        self.stores = Stores(ledger, MemoryPeople(ledger), self.registry)
        self.now = at("2027-03-08T10:00")
        self.ids = (f"IM-2027-{number:06}" for number in count(1))
        self.commands = (f"c{number}" for number in count(1))

    def tell(self, route: str, role: str = STAFF, **said: Any) -> tuple[int, Any]:
        """The answer's status and content."""
        return self.ask(f"/operator/requests{route}", role, **said)

    def ask(self, path: str, role: str = STAFF, **said: Any) -> tuple[int, Any]:
        """The same of any route."""
        reply = self.handle(signed(f"POST {path}", role, json.dumps(said)))
        return reply["statusCode"], json.loads(reply["body"]) if reply["body"] else None

    def handle(self, event: Mapping[str, Any]) -> dict[str, Any]:
        """The reply to an event of the gateway's."""
        means: dict[str, Any] = {
            "stores": lambda: self.stores,
            "policy": policy.load,
            "pseudonyms": lambda: PSEUDONYMS,
            "requests": lambda: self.requests,
            "mail": lambda: self.mail,
            "evidence": lambda: self.evidence,
            "holds": lambda: self.holds,
            "directives": lambda: self.directives,
            "recipients": recipients.load,
            "breaches": lambda: self.breaches,
            "call_breach": self.called.append,
            "packages": lambda: self.packages,
            "new_request_id": lambda: next(self.ids),
            "now": lambda: self.now,
        }
        unused = dict.fromkeys(Means.__dataclass_fields__.keys() - means.keys())
        return operator.answering(lambda event: answer(event, Means(**means, **unused)))(event, None)

    def do(self, route: str, role: str = STAFF, **said: Any) -> dict[str, Any]:
        """An action that is taken; the case as the list has it."""
        status, content = self.tell(route, role, command=next(self.commands), **said)
        assert status == 200, content
        found: dict[str, Any] = content["request"]
        return found

    def refused(self, route: str, role: str = STAFF, **said: Any) -> str:
        """An action that is not; why."""
        status, content = self.tell(route, role, command=next(self.commands), **said)
        assert status == 409, content
        return str(content["because"])

    def case(self, id_: str) -> Request:
        return fold(id_, self.requests.steps(id_))

    def mailed(
        self, *rights: str, received_at: datetime = RECEIVED, dmarc: str = "", **understood: Said
    ) -> str:
        """A case that a mail made; unsure where it names no right."""
        at_ = received_at + timedelta(minutes=1)
        mail = f"mail{len(self.requests.cases)}"
        self.mail.replace(mail, b"From: camille\r\n\r\nBonjour", received_at)
        steps = [
            Step(
                Kind.RECEIVED,
                at_,
                AUTO,
                mail,
                {
                    "mail": mail,
                    "channel": "mail",
                    "received_at": received_at.isoformat(),
                    "address": CAMILLE,
                    "subject": "Bonjour",
                    "dmarc": dmarc,
                },
            ),
            Step(
                Kind.UNDERSTOOD,
                at_,
                AUTO,
                mail,
                {"mail": mail, "outcome": "request" if rights else "unsure", "language": "fr", **understood},
            ),
        ]
        if rights:
            said: Mapping[str, Said] = {
                "rights": rights,
                "received_at": received_at.isoformat(),
                "mail": mail,
            }
            steps.append(Step(Kind.OPENED, at_, AUTO, mail, said))
        else:
            steps.append(
                Step(Kind.FLAGGED, at_, AUTO, mail, {"flag": Flag.NEEDS_HUMAN.value, "reason": "unsure"})
            )
        request = begin_request(
            steps,
            log=self.requests,
            periods=policy.load().periods,
            new_id=lambda: next(self.ids),
            causes={mail},
            senders=PSEUDONYMS.emails(CAMILLE),
        )
        return request.id

    def happens(self, id_: str, kind: Kind, **said: Said) -> None:
        """The software takes a step."""
        step = Step(kind, self.now, AUTO, "", said)
        append_steps(id_, lambda _: [step], log=self.requests, periods=policy.load().periods)
