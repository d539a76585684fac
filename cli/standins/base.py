"""What the stand-ins share: the order in which a call meets limits, faults, the key and its route; acts, and the
webhooks that follow from them."""

import inspect
import threading
from abc import ABC, abstractmethod
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any, Self

from cli.standins.calls import CallBook
from cli.standins.clock import Clock, seconds_of
from cli.standins.control import CONTROL, Control
from cli.standins.delivery import Courier, Manner, Parcel
from cli.standins.faults import FaultPlan
from cli.standins.http import (
    LARGEST_BODY,
    SILENCE,
    Json,
    RefusedError,
    Request,
    Response,
    Route,
    Routes,
    WebServer,
)
from cli.standins.past import Someone, cast, expected
from cli.standins.snapshot import Snapshot

MANNERS = ("copies", "shuffle", "delay", "wait")


class StandIn(ABC):
    """A provider on 127.0.0.1. Start it with `start`, or use it as a context manager.

    A subclass names its `routes` and `acts`, keeps its state, and turns what happened into `parcels`. Every route and
    every act runs under `lock`.
    """

    largest_body = LARGEST_BODY
    #: How often what nobody answered is told, ever more rarely.
    attempts = 5

    def __init__(
        self,
        *,
        port: int,
        state_file: Path | None,
        clock: Clock | None,
        fault_answers: Mapping[str, Response],
        retry_pause: float,
    ) -> None:
        self.clock = clock or Clock()
        self.lock = threading.RLock()
        self.past: Json | None = None
        self.calls = CallBook()
        self.faults = FaultPlan(fault_answers)
        self.courier = Courier(
            self.clock.now, attempts=self.attempts, pause=retry_pause, answered=self.webhook_answered
        )
        self._snapshot = Snapshot(state_file, self.state)
        self._routes = Routes(self.routes())
        self._control = Control(self)
        self._web = WebServer(self.handle, port, self.largest_body)

    # What a provider fills in.

    @abstractmethod
    def routes(self) -> list[Route]:
        """Return the provider's own routes."""

    @abstractmethod
    def acts(self) -> Mapping[str, Callable[..., Json]]:
        """Return what can be done to the provider's state as a person, a buyer or an administrator."""

    @abstractmethod
    def refusal(self, request: Request, running: int) -> Response | None:
        """Return what a call is refused with before it reaches its route: the limits and the key."""

    @abstractmethod
    def not_found(self, request: Request, other_methods: bool) -> Response:
        """Return what an unknown path, or a path under another method, is answered with."""

    @abstractmethod
    def malformed(self, reason: str) -> Response:
        """Return what an unreadable body or argument is answered with."""

    @abstractmethod
    def parcels(self) -> list[Parcel]:
        """Take the webhooks that follow from what happened since the last time."""

    @abstractmethod
    def dump(self) -> Json:
        """Return the whole state as a JSON value."""

    @abstractmethod
    def load(self, kept: Json) -> None:
        """Take over a state that `dump` returned."""

    @abstractmethod
    def reset(self) -> None:
        """Go back to the state of the first start; registered webhooks stay."""

    @abstractmethod
    def register_webhook(self, wanted: Json) -> Json:
        """Register a webhook without the provider's ceremony, for a local runner that already holds the secret."""

    @abstractmethod
    def set_limits(self, wanted: Json) -> Json:
        """Change the provider's limits and return them."""

    @property
    @abstractmethod
    def untouched(self) -> bool:
        """Tell whether nothing has happened here yet."""

    @abstractmethod
    def live_through(self, people: Sequence[Someone]) -> None:
        """Let everything happen that these people did here."""

    def webhook_answered(self, parcel: Parcel, status: int) -> None:  # noqa: B027
        """Hear how a webhook was answered."""

    # Running.

    @property
    def base_url(self) -> str:
        """The stand-in's address, without a trailing slash."""
        return self._web.base_url

    def start(self, past: int | None = None) -> None:
        """Take over what the state file keeps, and answer. Where it keeps nothing, begin with a shop's past as of a
        Unix second."""
        kept = self._snapshot.load()
        if kept is not None:
            self.past = kept.pop("past", None)
            self.load(kept)
        elif past is not None:
            self.take_past(past)
        self._snapshot.start()
        self._web.start()

    def stop(self) -> None:
        """Stop answering and delivering; write the state file."""
        self._web.stop()
        self.courier.close()
        self._snapshot.close()

    def __enter__(self) -> Self:
        self.start()
        return self

    def __exit__(self, *exception: object) -> None:
        self.stop()

    def act(self, act: str, **arguments: Any) -> Json:
        """Act as a person, a buyer or an administrator, and deliver the webhooks that follow.

        `copies`, `shuffle`, `delay` and `wait` say how they are delivered (see `Manner`); with `quiet` they are not.
        Returns what the act made, and under `deliveries` what became of its webhooks.
        """
        quiet = bool(arguments.pop("quiet", False))
        manner = Manner(**{name: arguments.pop(name) for name in MANNERS if name in arguments})
        known = self.acts()
        if act not in known:
            raise ValueError(f"unknown act {act!r}; known: {', '.join(sorted(known))}")
        try:
            inspect.signature(known[act]).bind(**arguments)
        except TypeError as error:
            raise ValueError(f"{act}: {error}") from None
        with self.lock:
            result = known[act](**arguments)
            parcels = self.parcels()
        self._snapshot.changed()
        deliveries = [] if quiet else self.courier.send(parcels, manner)
        return {**result, "deliveries": [delivery.report() for delivery in deliveries]}

    def take_past(self, as_of: object = None, seed: int = 2026, share: int = 1) -> Json:
        """Let a shop's past have happened here, as of a moment (by default now), without a webhook.

        share: see `cast`.

        Returns the numbers of `expected`. Raises ValueError where something has happened already.
        """
        moment = self.clock.now() if as_of is None else seconds_of(as_of)
        people = cast(moment, seed, share)
        with self.lock:
            if not self.untouched:
                raise ValueError("something has happened here already: a past is for an empty stand-in")
            self.live_through(people)
            self.parcels()
            self.past = expected(people, moment, seed)
        self._snapshot.changed()
        return self.past

    def take_webhook(self, wanted: Json) -> Json:
        """Register a webhook (see `register_webhook`) and keep it."""
        with self.lock:
            registered = self.register_webhook(wanted)
        self._snapshot.changed()
        return registered

    def begin_anew(self) -> None:
        """Forget everything but the registered webhooks."""
        with self.lock:
            self.reset()
            self.past = None
        self.calls.clear()
        self.faults.clear()
        self.courier.forget()
        self._snapshot.changed()

    def state(self) -> Json:
        """Return everything that the state file keeps."""
        with self.lock:
            return {**self.dump(), "past": self.past}

    def settle(self, seconds: float = 30.0) -> bool:
        """Wait until every webhook was delivered or given up."""
        return self.courier.settle(seconds)

    def withhold(self, on: bool) -> Json:
        """Lose every webhook from now on, as if nobody had answered until the provider's last try; or deliver again.

        What was lost is never delivered later. Returns how many were lost since this began.
        """
        if on and self.courier.mode != "drop":
            self.courier.lost = self.courier.discard()
        self.courier.mode = "drop" if on else "deliver"
        return {"withheld": on, "lost": self.courier.lost}

    # Answering.

    def handle(self, request: Request) -> Response:
        """Answer one request."""
        if request.path == CONTROL or request.path.startswith(CONTROL + "/"):
            return self._control.handle(request)
        with self.calls.running() as running:
            found = self._routes.find(request.method, request.path)
            answer = self._answer(request, found, running)
            self.calls.note(request.method, found[0].template if found else "?", request.path, answer.status)
        return answer

    def _answer(self, request: Request, found: tuple[Route, dict[str, str]] | None, running: int) -> Response:
        refused = self.refusal(request, running)
        if refused is not None:
            return refused
        fault = self.faults.take(request)
        if fault is not None and fault.kind in self.faults.answers:
            return self.faults.answers[fault.kind]
        if fault is not None and fault.kind == "timeout":
            self.faults.hold(fault)
            return SILENCE
        if found is None:
            return self.not_found(request, bool(self._routes.methods(request.path)))
        answer = self._run(request, *found)
        return SILENCE if fault is not None else answer

    def _run(self, request: Request, route: Route, values: dict[str, str]) -> Response:
        with self.lock:
            try:
                answer = route.action(request, **values)
            except RefusedError as refused:
                answer = refused.answer
            except (ValueError, TypeError, KeyError) as error:
                answer = self.malformed(str(error))
            parcels = self.parcels()
        if request.method != "GET":
            self._snapshot.changed()
        self.courier.send(parcels, Manner(wait=False))
        return answer
