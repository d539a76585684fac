"""What some hundred people do in a year, told as Stripe and Mailchimp tell it: the deliveries of a storm.

Everything is decided by one seeded chance, so a storm that broke something breaks it again.
"""

import json
import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

from cli.local.shop import Shop
from cli.standins import mailchimp, stripe

LIST = "a6b5da1054"
YEAR = datetime(2026, 1, 1, 9, tzinfo=UTC)
DAYS = 300
#: Checkouts that one person goes through at least and at most, and things that befall their membership.
VISITS, CHANGES = (3, 6), (6, 12)


@dataclass
class Somebody:
    """One of the crowd, with what they may still do."""

    number: int
    chance: random.Random
    address: str = ""
    customer: str = "new"
    member: str | None = None  # Mailchimp's word
    moves: int = 0

    def __post_init__(self) -> None:
        self.address = f"storm{self.number}@example.org"

    def days(self, times: tuple[int, int]) -> list[float]:
        """When they do something: as often as chance says, within those bounds."""
        return sorted(self.chance.uniform(0, DAYS) for _ in range(self.chance.randint(*times)))


@dataclass
class Storm:
    """The events and notices of `people`. What they did in the audience, `shop`'s Mailchimp has done too."""

    people: int
    shop: Shop
    seed: int = 2026
    events: list[bytes] = field(default_factory=list)
    notices: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self.chance = random.Random(self.seed)
        self.crowd = [Somebody(n, self.chance) for n in range(self.people)]
        self._shop_at_stripe()
        self._join_and_leave()

    def deliveries(self) -> list[bytes]:
        """Every event and notice, a third of them twice, in no order."""
        told = [*self.events, *self.notices]
        told += self.chance.sample(told, len(told) // 3)
        self.chance.shuffle(told)
        return told

    # --- Stripe ------------------------------------------------------------------------------------------------

    def _shop_at_stripe(self) -> None:
        with stripe.serving(livemode=True) as provider:

            def act(name: str, day: float, **arguments: Any) -> Any:
                return provider.act(name, quiet=True, at=_at(day), **arguments)

            for buyer in self.crowd:
                for day in buyer.days(VISITS):
                    _visit(buyer, day, act)
                _accounts(buyer, self.crowd, act)
            self.events = [json.dumps(event).encode() for event in provider.events]

    # --- Mailchimp ---------------------------------------------------------------------------------------------

    def _join_and_leave(self) -> None:
        with mailchimp.serving(port=0, list_id=LIST) as provider:
            # it writes the notices, and keeps them; the shop's own stand-in only sees the same happen
            provider.take_webhook({"url": "https://back-office.example.org/webhooks/mailchimp/key"})
            provider.courier.mode = "hold"
            for reader in self.crowd:
                for day in reader.days(CHANGES):
                    act, arguments = _change(reader)
                    done: Mapping[str, Any] = {"at": _at(day), "list_id": LIST, **arguments}
                    provider.act(act, **done)
                    self.shop.ask("mailchimp", "act", {"act": act, "quiet": True, **done})
            self.notices = [parcel.body for parcel in provider.courier._held]


def _at(day: float) -> str:
    return (YEAR + timedelta(days=day)).isoformat(timespec="seconds")


def _visit(buyer: Somebody, day: float, act: Any) -> None:
    """A checkout, paid in one way or another, and what becomes of it."""
    chance = buyer.chance
    box = chance.choice(["ticked", "ticked", "unticked", "absent", "absent"])
    carrier = chance.choice(["metadata", "metadata", "custom_field", "promotions"])
    how: dict[str, Any] = {"email": buyer.address, "box": box, "carrier": carrier}
    match chance.choice(["card"] * 9 + ["bank", "declined", "leaves", "held", "invoice", "invoice"]):
        case "bank":
            bought = act("checkout", day, method="sepa_debit", customer="guest", **how)
            act(chance.choice(["pay_async", "fail_async"]), day + 3, of=bought["session"])
        case "declined":
            act("checkout", day, outcome="declined", customer="guest", **how)
        case "leaves":
            left = act("checkout", day, outcome="left", customer="guest", **how)
            act("expire", day + 1, of=left["session"])
        case "held":
            held = act("checkout", day, outcome="hold", customer="guest", **how)
            act(chance.choice(["capture", "cancel"]), day + 2, of=held["payment_intent"])
        case "invoice":
            _invoice(act("invoice", day, of=buyer.address, due_in_days=30)["invoice"], day, chance, act)
        case _:
            bought = act("checkout", day, customer=buyer.customer, **how)
            buyer.customer = chance.choice([bought["customer"] or "new", "new", "guest"])
            _aftermath(bought["charge"], day, chance, act)


def _invoice(invoice: str, day: float, chance: random.Random, act: Any) -> None:
    fate = chance.choice(
        [
            ["invoice_pay"],
            ["invoice_pay", "credit_note"],
            ["invoice_fail", "invoice_overdue"],
            ["invoice_fail", "invoice_uncollectible"],
            ["invoice_void"],
        ]
    )
    for days, step in enumerate(fate, start=9):
        act(step, day + days, of=invoice)


def _aftermath(charge: str, day: float, chance: random.Random, act: Any) -> None:
    match chance.choice(
        [""] * 4 + ["refund", "fails", "part", "dispute", "lost", "won", "review", "warning"]
    ):
        case "refund" | "fails" as outcome:
            refund = act("refund", day + 5, of=charge)["refund"]
            if outcome == "fails":
                act("refund_fail", day + 8, of=refund)
        case "part":
            act("refund", day + 5, of=charge, amount=1000)
        case "dispute":
            act("dispute_open", day + 6, of=charge)
        case "lost" | "won" as status:
            act("dispute_open", day + 6, of=charge)
            act("dispute_close", day + 40, of=charge, status=status)
        case "review":
            act("review", day, of=charge)
            act("review_close", day + 1, of=charge)
        case "warning":
            act("fraud_warning", day + 2, of=charge)


def _accounts(buyer: Somebody, crowd: list[Somebody], act: Any) -> None:
    """A few accounts change hands, or go."""
    if not buyer.customer.startswith("cus_"):
        return
    match buyer.chance.randrange(6):
        case 0:
            changes = {"email": buyer.chance.choice(crowd).address}
            act("update_customer", DAYS + 1, of=buyer.customer, changes=changes)
        case 1:
            act("delete_customer", DAYS + 2, of=buyer.customer)


def _change(reader: Somebody) -> tuple[str, dict[str, Any]]:
    """What somebody may do, or have done to them, as they stand in the audience."""
    chance = reader.chance
    if reader.member is None:
        act = chance.choice(["signup", "signup", "signup", "import", "api_add"])
        reader.member = "subscribed"
    elif reader.member == "subscribed":
        act = chance.choice(
            ["profile"] * 4 + ["unsubscribe", "unsubscribe", "abuse", "cleaned", "change_email"]
        )
        reader.member = {"unsubscribe": "left", "abuse": "left", "cleaned": "cleaned"}.get(act, "subscribed")
    else:
        act = "signup"
        reader.member = "subscribed"
    if act == "change_email":
        before = reader.address
        reader.moves += 1
        reader.address = f"moved{reader.moves}.{reader.number}@example.org"
        return act, {"email": before, "new_email": reader.address}
    if act == "profile":
        return act, {"email": reader.address, "merge_fields": {"FNAME": chance.choice(NAMES)}}
    return act, {"email": reader.address}


NAMES = ("Camille", "Benoît", "Chloé", "David", "Emma")
"""They say nothing of anybody."""


def kinds(events: list[bytes]) -> Iterator[str]:
    """The types of Stripe's events."""
    return (json.loads(event)["type"] for event in events)
