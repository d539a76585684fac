"""The control pages under `/_control`: how a test, a demonstration or `privacy shop` plays with a stand-in.

docs/limits.md "The stand-in shop" tells what each is for.
"""

from __future__ import annotations

import inspect
from collections.abc import Callable
from typing import TYPE_CHECKING

from cli.standins.clock import iso, seconds_of
from cli.standins.delivery import Manner
from cli.standins.faults import Fault
from cli.standins.http import Json, RefusedError, Request, Response

if TYPE_CHECKING:
    from cli.standins.base import StandIn

CONTROL = "/_control"


class Control:
    """The control pages of one stand-in. Each takes a JSON object and returns one."""

    def __init__(self, standin: StandIn) -> None:
        self._standin = standin
        self._pages: dict[tuple[str, str], Callable[[Json], Json]] = {
            ("GET", ""): self._index,
            ("POST", "/act"): lambda wanted: standin.act(**wanted),
            ("GET", "/faults"): self._faults,
            ("POST", "/faults"): self._arm,
            ("DELETE", "/faults"): self._disarm,
            ("GET", "/calls"): lambda _: standin.calls.report(),
            ("DELETE", "/calls"): self._forget_calls,
            ("GET", "/deliveries"): self._deliveries,
            ("POST", "/deliveries"): self._steer_deliveries,
            ("POST", "/withhold"): lambda wanted: standin.withhold(bool(wanted["on"])),
            ("POST", "/settle"): lambda wanted: {"settled": standin.settle(float(wanted.get("seconds", 30)))},
            ("GET", "/clock"): self._time,
            ("POST", "/clock"): self._set_clock,
            ("POST", "/webhooks"): standin.take_webhook,
            ("GET", "/past"): lambda _: standin.past or {},
            ("POST", "/past"): lambda wanted: standin.take_past(**wanted),
            ("POST", "/limits"): standin.set_limits,
            ("GET", "/state"): lambda _: standin.state(),
            ("POST", "/reset"): self._reset,
        }

    def handle(self, request: Request) -> Response:
        """Answer a request under `/_control`."""
        page = self._pages.get((request.method, request.path.removeprefix(CONTROL)))
        if page is None:
            return Response.of_json({"error": f"no control route {request.method} {request.path}"}, 404)
        try:
            return Response.of_json(page(request.json()))
        except RefusedError as refused:
            return refused.answer
        except (ValueError, TypeError, KeyError) as error:
            return Response.of_json({"error": str(error)}, 400)

    def _index(self, _: Json) -> Json:
        return {
            "acts": {name: _arguments(act) for name, act in self._standin.acts().items()},
            "faults": self._standin.faults.kinds(),
            "control": [f"{method} {CONTROL}{path}" for method, path in self._pages],
            "provider": [f"{route.method} {route.template}" for route in self._standin.routes()],
        }

    def _faults(self, _: Json) -> Json:
        return {"armed": self._standin.faults.armed(), "kinds": self._standin.faults.kinds()}

    def _arm(self, wanted: Json) -> Json:
        if "seed" in wanted:
            self._standin.faults.chance.seed(wanted.pop("seed"))
        self._standin.faults.arm(Fault(**wanted))
        return {"armed": self._standin.faults.armed()}

    def _disarm(self, _: Json) -> Json:
        self._standin.faults.clear()
        return {"armed": []}

    def _forget_calls(self, _: Json) -> Json:
        self._standin.calls.clear()
        return {}

    def _deliveries(self, _: Json) -> Json:
        courier = self._standin.courier
        return {
            "mode": courier.mode,
            "lost": courier.lost,
            "held": courier.held(),
            "deliveries": [delivery.report() for delivery in courier.deliveries()],
        }

    def _steer_deliveries(self, wanted: Json) -> Json:
        courier = self._standin.courier
        mode = wanted.pop("mode")
        if mode not in ("deliver", "hold", "drop"):
            raise ValueError("mode is one of deliver, hold, drop")
        released = []
        lost = 0
        if mode == "deliver":
            released = courier.release(Manner(**wanted))
        elif mode == "drop":
            lost = courier.discard()
        courier.mode = mode
        return {"mode": mode, "lost": lost, "deliveries": [delivery.report() for delivery in released]}

    def _time(self, _: Json) -> Json:
        now = self._standin.clock.now()
        return {"now": now, "iso": iso(now)}

    def _set_clock(self, wanted: Json) -> Json:
        clock = self._standin.clock
        if "pass" in wanted:
            clock.shift += float(wanted["pass"])
        elif "shift" in wanted:
            clock.shift = float(wanted["shift"])
        else:
            clock.set(seconds_of(wanted["now"]))
        return self._time({})

    def _reset(self, _: Json) -> Json:
        self._standin.begin_anew()
        return {}


def _arguments(act: Callable[..., Json]) -> str:
    """Return what an act takes: `of amount= reason= at=`; what has a default ends in `=`."""
    parameters = inspect.signature(act).parameters.values()
    return " ".join(each.name + ("=" if each.default is not each.empty else "") for each in parameters)
