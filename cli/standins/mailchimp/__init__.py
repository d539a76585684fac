"""A stand-in for Mailchimp's Marketing API and its audience webhooks."""

import secrets
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from cli.standins.base import StandIn
from cli.standins.clock import Clock
from cli.standins.delivery import Parcel
from cli.standins.http import Json, Request, Response, Route
from cli.standins.mailchimp import problems
from cli.standins.mailchimp.api import WEBHOOK_EVENTS, WEBHOOK_SOURCES, Api, register
from cli.standins.mailchimp.audience import Account, Audience, Notice, Webhook
from cli.standins.mailchimp.notices import form
from cli.standins.mailchimp.people import People
from cli.standins.past import Someone
from cli.standins.signing import stripe_header

DEFAULT_LIST = "a6b5da1054"


class Mailchimp(StandIn):
    """Mailchimp on 127.0.0.1, with one audience to begin with."""

    def __init__(
        self,
        *,
        port: int = 0,
        state_file: Path | None = None,
        key: str = "",
        list_id: str = DEFAULT_LIST,
        most_connections: int = 10,
        clock: Clock | None = None,
        retry_pause: float = 0.3,
    ) -> None:
        clock = clock or Clock()
        self.account = Account()
        self.key = key
        self.most_connections = most_connections
        self._list_id = list_id
        self._api = Api(self.account, clock)
        self._people = People(self.account, clock)
        self.account.add_audience(list_id, "iméra", clock.now())
        super().__init__(
            port=port,
            state_file=state_file,
            clock=clock,
            fault_answers=problems.FAULTS,
            retry_pause=retry_pause,
        )

    @property
    def audiences(self) -> dict[str, Audience]:
        """The audiences by id, as they are now."""
        return self.account.audiences

    @property
    def audience(self) -> Audience:
        """The first audience."""
        return next(iter(self.account.audiences.values()))

    def routes(self) -> list[Route]:
        """Return the Marketing API's routes."""
        return self._api.routes()

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return what people and administrators can do."""
        return self._people.acts()

    def act(self, act: str, **arguments: Any) -> Json:
        """Act as `StandIn.act` says. The audience may be called `list` as well as `list_id`."""
        if "list" in arguments:
            arguments["list_id"] = arguments.pop("list")
        return super().act(act, **arguments)

    def refusal(self, request: Request, running: int) -> Response | None:
        """Refuse more than ten calls at a time, and calls without the key."""
        if running > self.most_connections:
            return problems.TOO_MANY_CONNECTIONS
        _, given = request.credentials()
        accepted = secrets.compare_digest(given.encode(), self.key.encode()) if self.key else bool(given)
        return None if accepted else problems.NO_KEY

    def not_found(self, request: Request, other_methods: bool) -> Response:
        """Answer an unknown path with 404, a wrong method with 405."""
        if other_methods:
            return problems.problem(
                405, "Method Not Allowed", "The requested method and resource are not compatible."
            )
        return problems.not_found().answer

    def malformed(self, reason: str) -> Response:
        """Answer an unreadable body."""
        return problems.problem(
            400, "JSON Parse Error", f"We encountered an unspecified JSON parsing error. {reason}"
        )

    def parcels(self) -> list[Parcel]:
        """Take the notices of the outbox, one parcel for each webhook that asked for them."""
        waiting, self.account.outbox = self.account.outbox, []
        return [
            _parcel(webhook, notice)
            for notice in waiting
            for webhook in self.account.audiences[notice.list_id].webhooks.values()
            if _asked_for(webhook, notice)
        ]

    def webhook_answered(self, parcel: Parcel, status: int) -> None:
        """Disable a webhook that answers 410, for good."""
        if status == 410:
            with self.lock:
                for audience in self.account.audiences.values():
                    for webhook in audience.webhooks.values():
                        webhook.disabled = webhook.disabled or webhook.url == parcel.url

    @property
    def untouched(self) -> bool:
        """Tell whether no audience has a member."""
        return not any(audience.members for audience in self.account.audiences.values())

    def live_through(self, people: Sequence[Someone]) -> None:
        """Let everybody do with the first audience what they did."""
        acts = self.acts()
        for someone in people:
            for step in someone.membership:
                acts[step.act](**step.arguments, at=step.at)

    def dump(self) -> Json:
        """Return the whole state."""
        return self.account.dump()

    def load(self, kept: Json) -> None:
        """Take over a kept state."""
        self.account.load(kept)

    def reset(self) -> None:
        """Forget every member and every further audience."""
        webhooks = self.audience.webhooks
        self.account.audiences.clear()
        self.account.add_audience(self._list_id, "iméra", self.clock.now()).webhooks = webhooks

    def register_webhook(self, wanted: Json) -> Json:
        """Register `url` with a known `secret` (none: unsigned), by default for every event and source of the first
        audience. The same address is replaced, with `replace` every other one too."""
        audience = self.account.audiences[wanted.get("list") or self.audience.id]
        kept = {} if wanted.get("replace") else audience.webhooks
        audience.webhooks = {id_: known for id_, known in kept.items() if known.url != wanted["url"]}
        every = {
            "events": dict.fromkeys(WEBHOOK_EVENTS, True),
            "sources": dict.fromkeys(WEBHOOK_SOURCES, True),
        }
        return register(self.account, audience, {**every, **wanted}).show()

    def set_limits(self, wanted: Json) -> Json:
        """Set how many calls may run at a time (`connections`)."""
        self.most_connections = int(wanted.get("connections", self.most_connections))
        return {"connections": self.most_connections}


def serving(
    port: int = 0,
    *,
    state_file: Path | None = None,
    key: str = "",
    list_id: str = DEFAULT_LIST,
    clock: Clock | None = None,
    retry_pause: float = 0.001,
) -> Mailchimp:
    """Return a stand-in for use in a `with` statement."""
    return Mailchimp(
        port=port, state_file=state_file, key=key, list_id=list_id, clock=clock, retry_pause=retry_pause
    )


def _asked_for(webhook: Webhook, notice: Notice) -> bool:
    return (
        not webhook.disabled
        and webhook.events.get(notice.type, False)
        and (not notice.source or webhook.sources.get(notice.source, False))
    )


def _parcel(webhook: Webhook, notice: Notice) -> Parcel:
    body = form(notice)

    def headers(at: int) -> dict[str, str]:
        signed = {"X-Mailchimp-Signature": stripe_header(body, webhook.secret, at)} if webhook.secret else {}
        return {"Content-Type": "application/x-www-form-urlencoded", "User-Agent": "MailChimp.com", **signed}

    return Parcel(webhook.url, notice.type, webhook.id, body, headers)
