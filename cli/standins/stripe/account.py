"""The state of the Stripe stand-in: objects by kind, the events that tell of them, and where events are sent."""

import json
import random
import string
from dataclasses import asdict, dataclass, field

from cli.standins.clock import Clock
from cli.standins.http import Json
from cli.standins.stripe import objects
from cli.standins.stripe.objects import Made
from cli.standins.stripe.shelf import Shelf

KINDS = {
    "customer": "cus_",
    "checkout.session": "cs_",
    "payment_intent": "pi_",
    "charge": "ch_",
    "refund": "re_",
    "dispute": "du_",
    "review": "prv_",
    "radar.early_fraud_warning": "issfr_",
    "invoice": "in_",
    "invoice_payment": "inpay_",
    "credit_note": "cn_",
    "invoiceitem": "ii_",
    "payment_method": "pm_",
    "setup_intent": "seti_",
    "subscription": "sub_",
    "tax_id": "txi_",
}
OWNERS = {"refund": "charge", "invoice_payment": "invoice"}
"""Kinds that are shown as a list of another object, and their field that names it."""

ALPHABET = string.ascii_letters + string.digits


@dataclass
class Endpoint:
    """Where events go: an address, the secret that signs them, and the types it asked for."""

    url: str
    secret: str
    enabled_events: list[str] = field(default_factory=lambda: ["*"])

    def wants(self, kind: str) -> bool:
        """Tell whether this endpoint asked for events of a type."""
        return "*" in self.enabled_events or kind in self.enabled_events


class Account:
    """Everything that the account holds. `outbox` are the events not yet sent."""

    def __init__(self, clock: Clock, livemode: bool) -> None:
        self.clock = clock
        self.livemode = livemode
        self.endpoints: dict[str, Endpoint] = {}
        self._chance = random.Random()
        self.clear()

    def clear(self) -> None:
        """Forget every object and event; endpoints stay."""
        self.objects = {kind: Shelf(owner=OWNERS.get(kind, "")) for kind in KINDS}
        self.deleted: set[str] = set()
        self.lines: dict[str, list[Json]] = {}
        self.addresses: dict[str, str] = {}
        self.events = Shelf()
        self.outbox: list[Json] = []
        self.replays: dict[str, Json] = {}
        self.jobs = Shelf()

    def made(self, prefix: str, at: int, letters: int = 24) -> Made:
        """Return a new id with its moment and mode."""
        if prefix == "cs_":
            prefix, letters = ("cs_live_" if self.livemode else "cs_test_"), 58
        return Made(prefix + "".join(self._chance.choices(ALPHABET, k=letters)), at, self.livemode)

    def keep(self, made: Json) -> Json:
        """File a new object under its kind."""
        self.objects[made["object"]][made["id"]] = made
        return made

    def find(self, object_id: str) -> Json | None:
        """Return the object with this id, whatever its kind."""
        return next((held[object_id] for held in self.objects.values() if object_id in held), None)

    def tell(self, kind: str, told: Json, at: int, previous: Json | None = None) -> Json:
        """Record an event about an object as it is now."""
        event = objects.event(self.made("evt_", at), kind, copied(told), previous)
        event["pending_webhooks"] = sum(endpoint.wants(kind) for endpoint in self.endpoints.values())
        self.events[event["id"]] = event
        self.outbox.append(event)
        return event

    def forget_events(self, before: int) -> None:
        """Drop the events from before a Unix second."""
        self.events = Shelf(event for event in self.events.values() if event["created"] >= before)

    def dump(self) -> Json:
        """Return the whole state as a JSON value."""
        return {
            "endpoints": [asdict(endpoint) for endpoint in self.endpoints.values()],
            "objects": self.objects,
            "deleted": sorted(self.deleted),
            "lines": self.lines,
            "addresses": self.addresses,
            "events": list(self.events.values()),
            "replays": self.replays,
            "jobs": list(self.jobs.values()),
        }

    def load(self, kept: Json) -> None:
        """Take over a state that `dump` returned."""
        self.endpoints = {each["url"]: Endpoint(**each) for each in kept["endpoints"]}
        self.objects = {
            kind: Shelf(kept["objects"].get(kind, {}).values(), owner=OWNERS.get(kind, "")) for kind in KINDS
        }
        self.deleted = set(kept["deleted"])
        self.lines = kept["lines"]
        self.addresses = kept["addresses"]
        self.events = Shelf(kept["events"])
        self.replays = kept["replays"]
        self.jobs = Shelf(kept.get("jobs", ()))


def copied[T](value: T) -> T:
    """Return a copy of a JSON value, several times as fast as `copy.deepcopy` makes one."""
    copy: T = json.loads(json.dumps(value))
    return copy


def change(held: Json, **new: object) -> Json:
    """Change an object's fields and return what those that differ held before."""
    previous = {name: held.get(name) for name, value in new.items() if held.get(name) != value}
    held.update(new)
    return previous
