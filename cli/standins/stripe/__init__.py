"""A stand-in for Stripe's API and its signed webhooks."""

import json
import secrets
import time
from collections import deque
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

from cli.standins.base import StandIn
from cli.standins.clock import Clock
from cli.standins.delivery import Parcel
from cli.standins.http import Json, Request, Response, Route, Routes
from cli.standins.past import Someone
from cli.standins.signing import stripe_header
from cli.standins.stripe import refusals
from cli.standins.stripe.account import Account, Endpoint
from cli.standins.stripe.aftermath import Aftermath, Bookkeeping
from cli.standins.stripe.api import EVENTS_KEPT, Api
from cli.standins.stripe.checkout import Checkout
from cli.standins.stripe.past import relive
from cli.standins.stripe.redaction import Redaction
from cli.standins.stripe.saved import Saved


class Stripe(StandIn):
    """Stripe on 127.0.0.1, with an empty account to begin with."""

    def __init__(
        self,
        *,
        port: int = 0,
        state_file: Path | None = None,
        key: str = "",
        livemode: bool = False,
        clock: Clock | None = None,
        retry_pause: float = 0.3,
    ) -> None:
        clock = clock or Clock()
        self.account = Account(clock, livemode)
        self.key = key
        self.requests_per_second: int | None = None
        self._api = Api(self.account, clock)
        self._saved = Saved(self.account)
        self.redaction = Redaction(self.account, self._api.once)
        self._actors = (
            Checkout(self.account),
            Aftermath(self.account),
            Bookkeeping(self.account),
            self._saved,
        )
        self._table = Routes(self.routes())
        self._recent: dict[str, deque[float]] = {}
        super().__init__(
            port=port,
            state_file=state_file,
            clock=clock,
            fault_answers=refusals.FAULTS,
            retry_pause=retry_pause,
        )

    @property
    def objects(self) -> Mapping[str, dict[str, Json]]:
        """The objects by kind (`customer`, `checkout.session`, …) and id, as they are now."""
        return self.account.objects

    @property
    def events(self) -> list[Json]:
        """Every event, in the order in which it was told."""
        return list(self.account.events.values())

    def routes(self) -> list[Route]:
        """Return the API's routes."""
        return [*self._api.routes(), *self._saved.routes(), *self.redaction.routes()]

    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return what buyers, banks and the shop can do."""
        return {name: act for actor in self._actors for name, act in actor.acts().items()}

    def refusal(self, request: Request, running: int) -> Response | None:
        """Refuse calls without the key, and too many calls of one endpoint within a second."""
        given, _ = request.credentials()
        if not given:
            return refusals.NO_KEY
        accepted = (self.key,) if self.key else ("sk_", "rk_")
        if not (
            secrets.compare_digest(given.encode(), self.key.encode())
            if self.key
            else given.startswith(accepted)
        ):
            return refusals.wrong_key(given)
        return refusals.TOO_MANY_REQUESTS if self._too_fast(request) else None

    def not_found(self, request: Request, other_methods: bool) -> Response:
        """Answer an unknown path."""
        return refusals.error(404, f"Unrecognized request URL ({request.method}: {request.path}).")

    def malformed(self, reason: str) -> Response:
        """Answer an unreadable body or argument."""
        return refusals.error(400, f"Invalid request: {reason}")

    def parcels(self) -> list[Parcel]:
        """Take the events of the outbox, one parcel for each endpoint that asked for them."""
        waiting, self.account.outbox = self.account.outbox, []
        return [
            _parcel(endpoint, event)
            for event in waiting
            for endpoint in self.account.endpoints.values()
            if endpoint.wants(event["type"])
        ]

    @property
    def untouched(self) -> bool:
        """Tell whether the account holds nothing."""
        return not any(self.account.objects.values())

    def live_through(self, people: Sequence[Someone]) -> None:
        """Let everybody's visits happen; of what they told, only the events that Stripe still has are kept."""
        acts = self.acts()
        for someone in people:
            customer = None
            for visit in someone.visits:
                customer = relive(visit, acts, customer)
        self.account.forget_events(self.clock.now() - EVENTS_KEPT)

    def dump(self) -> Json:
        """Return the whole state."""
        return self.account.dump()

    def load(self, kept: Json) -> None:
        """Take over a kept state."""
        self.account.load(kept)

    def reset(self) -> None:
        """Forget every object and event."""
        self.account.clear()

    def register_webhook(self, wanted: Json) -> Json:
        """Send events to `url` from now on, signed with `secret`: all, or the `enabled_events`. With `replace` no other
        address gets any."""
        asked = dict(wanted)
        if asked.pop("replace", False):
            self.account.endpoints.clear()
        endpoint = Endpoint(**asked)
        self.account.endpoints[endpoint.url] = endpoint
        return {"url": endpoint.url, "enabled_events": endpoint.enabled_events}

    def set_limits(self, wanted: Json) -> Json:
        """Set how often an endpoint may be called in a second (`requests_per_second`; null: without limit), whether the
        account was given `redaction`, and how many seconds each half of a job takes (`redaction_takes`)."""
        self.requests_per_second = wanted.get("requests_per_second", self.requests_per_second)
        self.redaction.given = bool(wanted.get("redaction", self.redaction.given))
        self.redaction.takes = int(wanted.get("redaction_takes", self.redaction.takes))
        return {
            "requests_per_second": self.requests_per_second,
            "redaction": self.redaction.given,
            "redaction_takes": self.redaction.takes,
        }

    def _too_fast(self, request: Request) -> bool:
        found = self._table.find(request.method, request.path)
        if self.requests_per_second is None or found is None:
            return False
        with self.lock:
            recent = self._recent.setdefault(f"{request.method} {found[0].template}", deque())
            now = time.monotonic()
            while recent and recent[0] <= now - 1:
                recent.popleft()
            if len(recent) >= self.requests_per_second:
                return True
            recent.append(now)
            return False


def serving(
    port: int = 0,
    *,
    state_file: Path | None = None,
    key: str = "",
    livemode: bool = False,
    clock: Clock | None = None,
    retry_pause: float = 0.001,
) -> Stripe:
    """Return a stand-in for use in a `with` statement."""
    return Stripe(
        port=port, state_file=state_file, key=key, livemode=livemode, clock=clock, retry_pause=retry_pause
    )


def _parcel(endpoint: Endpoint, event: Json) -> Parcel:
    body = json.dumps(event, indent=2, ensure_ascii=False).encode()

    def headers(at: int) -> dict[str, str]:
        return {
            "Content-Type": "application/json; charset=utf-8",
            "User-Agent": "Stripe/1.0 (+https://stripe.com/docs/webhooks)",
            "Stripe-Signature": stripe_header(body, endpoint.secret, at),
        }

    return Parcel(endpoint.url, event["type"], event["id"], body, headers)
