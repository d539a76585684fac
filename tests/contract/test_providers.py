"""The in-memory players and the adapters of Mailchimp and Stripe are held to the same behaviour."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Protocol

import pytest

from cli.standins import mailchimp, stripe
from cli.standins.mailchimp import Mailchimp
from cli.standins.stripe import Stripe
from privacy.domain.member import Audience, Member, MemberCursor
from privacy.outbound.mailchimp import MailchimpAudiences
from privacy.outbound.mailchimp_client import MailchimpClient
from privacy.outbound.patience import Jitter, Pace, Respite
from privacy.outbound.stripe import StripeHistory
from privacy.ports import Audiences, MemberRefused, MemberWriter, PaymentHistory, ProviderUnavailable
from tests.fakes import MemoryAudiences, MemoryStripe
from tests.telling import BENOIT, CAMILLE, at

LIST = "a6b5da1054"
MARCH = at("2026-03-01T10:00")
AT_ONCE = Jitter(lambda _: None, lambda: 0.0)


# ---------------------------------------------------------------- Mailchimp


class Player(Audiences, MemberWriter, Protocol):
    """What both play."""


class MailchimpWorld(Protocol):
    """An audience, and what happens in it without us."""

    player: Player

    def imports(self, moment: datetime, *addresses: str) -> None: ...
    def leaves(self, address: str) -> None: ...
    def forgets(self, address: str) -> None: ...


class InMemory:
    def __init__(self) -> None:
        self.fake = MemoryAudiences(Audience(LIST, "iméra", False, None, 0), page=4)
        self.player: Player = self.fake

    def imports(self, moment: datetime, *addresses: str) -> None:
        for address in addresses:
            self.fake.put(
                Member(LIST, address, "subscribed", "Import", None, None, None, None, moment, None, None)
            )

    def leaves(self, address: str) -> None:
        self.fake.unsubscribe(LIST, address)
        self.fake.compliance.add((LIST, address))

    def forgets(self, address: str) -> None:
        del self.fake.held[LIST][address]
        self.fake.forgotten.add((LIST, address))


class AtTheStandIn:
    def __init__(self, standin: Mailchimp) -> None:
        self.standin = standin
        client = MailchimpClient("0" * 32 + "-us21", f"{standin.base_url}/3.0", AT_ONCE, Respite(lambda: 0.0))
        self.player: Player = MailchimpAudiences(client, page=4)

    def imports(self, moment: datetime, *addresses: str) -> None:
        self.standin.act("import", email=list(addresses), at=moment.isoformat())

    def leaves(self, address: str) -> None:
        self.standin.act("unsubscribe", email=address)

    def forgets(self, address: str) -> None:
        self.standin.act("delete", email=address, permanent=True)


@pytest.fixture(params=["memory", "adapter"])
def world(request: pytest.FixtureRequest) -> Iterator[MailchimpWorld]:
    if request.param == "memory":
        yield InMemory()
        return
    with mailchimp.serving(list_id=LIST) as standin:
        yield AtTheStandIn(standin)


def status(world: MailchimpWorld, address: str) -> str | None:
    member = world.player.read(LIST, address)
    return member.status if member else None


def listed(world: MailchimpWorld, since: datetime | None = None, status: str | None = None) -> list[str]:
    found: list[str] = []
    after: MemberCursor | None = MemberCursor(since)
    while after is not None:
        page = world.player.members(LIST, after, status=status)
        assert len(page.members) <= 4
        found += [member.address for member in page.members]
        assert page.after != after
        after = page.after
    return found


class TestAudience:
    def test_is_listed_and_read_with_its_members_counted(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE, BENOIT)
        world.player.unsubscribe(LIST, CAMILLE)
        world.player.archive(LIST, BENOIT)
        assert world.player.audiences() == (world.player.audience(LIST),)
        assert world.player.audience(LIST).members == 1

    def test_that_is_not_there_is_an_error_to_everything(self, world: MailchimpWorld) -> None:
        for call in (
            lambda: world.player.audience("0000000000"),
            lambda: world.player.members("0000000000", MemberCursor()),
            lambda: world.player.subscribe("0000000000", CAMILLE, known=False, pending=False),
            lambda: world.player.unsubscribe("0000000000", CAMILLE),
            lambda: world.player.archive("0000000000", CAMILLE),
        ):
            with pytest.raises(ProviderUnavailable):
                call()  # type: ignore[no-untyped-call]


class TestMembers:
    def test_are_all_listed_by_their_last_change_however_many_share_it(self, world: MailchimpWorld) -> None:
        early, late = [f"e{n}@example.fr" for n in range(11)], [f"l{n}@example.fr" for n in range(3)]
        world.imports(MARCH, *early)
        world.imports(at("2026-03-01T10:00:01"), *late)
        found = listed(world)
        assert set(found) == {*early, *late}
        assert set(list(dict.fromkeys(found))[-3:]) == set(late)

    def test_since_an_instant_are_those_of_that_second_and_later_ones(self, world: MailchimpWorld) -> None:
        for second in range(6):
            world.imports(MARCH.replace(second=second), f"s{second}@example.fr")
        found = listed(world, MARCH.replace(second=3, microsecond=400_000))
        assert set(found) == {f"s{n}@example.fr" for n in (3, 4, 5)}

    def test_that_are_archived_are_listed_where_they_are_asked_for(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE, BENOIT)
        world.player.archive(LIST, BENOIT)
        assert listed(world) == [CAMILLE]
        assert listed(world, status="archived") == [BENOIT]
        assert listed(world, status="subscribed") == [CAMILLE]

    def test_are_found_under_any_spelling_of_their_address(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE)
        found = world.player.read(LIST, f" {CAMILLE.upper()} ")
        assert found is not None
        assert (found.address, found.status, found.source, found.changed_at) == (
            CAMILLE,
            "subscribed",
            "Import",
            MARCH,
        )


class TestSubscribing:
    @pytest.mark.parametrize(("pending", "expected"), [(False, "subscribed"), (True, "pending")])
    def test_adds_who_is_new(self, world: MailchimpWorld, pending: bool, expected: str) -> None:
        for _ in range(2):
            world.player.subscribe(LIST, CAMILLE, known=False, pending=pending)
        found = world.player.read(LIST, CAMILLE)
        assert found is not None
        assert (found.status, found.source, found.opted_in_at is None) == (expected, "API - Generic", pending)

    def test_leaves_who_was_quicker_as_they_are(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE)
        world.leaves(CAMILLE)
        world.player.subscribe(LIST, CAMILLE, known=False, pending=False)
        assert status(world, CAMILLE) == "unsubscribed"

    def test_brings_back_whom_we_took_out(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE, BENOIT)
        world.player.archive(LIST, CAMILLE)
        world.player.unsubscribe(LIST, BENOIT)
        for address in (CAMILLE, BENOIT):
            world.player.subscribe(LIST, address, known=True, pending=False)
            assert status(world, address) == "subscribed"

    def test_asks_whoever_left_by_themselves_and_no_more(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE)
        world.leaves(CAMILLE)
        with pytest.raises(MemberRefused) as refused:
            world.player.subscribe(LIST, CAMILLE, known=True, pending=False)
        assert refused.value.reason == "compliance"
        world.player.subscribe(LIST, CAMILLE, known=True, pending=True)
        assert status(world, CAMILLE) == "pending"

    def test_cannot_bring_back_whoever_was_deleted_for_ever(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE)
        world.forgets(CAMILLE)
        assert status(world, CAMILLE) is None
        with pytest.raises(MemberRefused) as refused:
            world.player.subscribe(LIST, CAMILLE, known=False, pending=True)
        assert refused.value.reason == "forgotten"
        with pytest.raises(ProviderUnavailable):
            world.player.subscribe(LIST, CAMILLE, known=True, pending=True)


class TestTakingOut:
    def test_who_is_not_there_is_done_already(self, world: MailchimpWorld) -> None:
        world.player.unsubscribe(LIST, CAMILLE)
        world.player.archive(LIST, CAMILLE)
        assert status(world, CAMILLE) is None

    def test_twice_is_the_same_as_once(self, world: MailchimpWorld) -> None:
        world.imports(MARCH, CAMILLE, BENOIT)
        for _ in range(2):
            world.player.unsubscribe(LIST, CAMILLE)
            world.player.archive(LIST, BENOIT)
        assert (status(world, CAMILLE), status(world, BENOIT)) == ("unsubscribed", "archived")


# ---------------------------------------------------------------- Stripe

CUSTOMER_TYPES = ("customer.created", "customer.deleted")


class StripeWorld(Protocol):
    """An account, and customers who come and go in it."""

    player: PaymentHistory

    def customer(self, created: datetime) -> str: ...
    def delete(self, customer: str) -> None: ...


class StripeInMemory:
    def __init__(self) -> None:
        self.fake = MemoryStripe(page=4, types=CUSTOMER_TYPES)
        self.player: PaymentHistory = self.fake

    def customer(self, created: datetime) -> str:
        made = {
            "id": f"cus_{secrets.token_hex(7)}",
            "object": "customer",
            "created": int(created.timestamp()),
        }
        self.fake.objects_of["customers"].append(made)
        self._tell("customer.created", created)
        self._tell("customer.updated", created)
        return str(made["id"])

    def delete(self, customer: str) -> None:
        held = self.fake.objects_of["customers"]
        held[:] = [each for each in held if each["id"] != customer]

    def _tell(self, type_: str, moment: datetime) -> None:
        event = {"id": f"evt_{secrets.token_hex(7)}", "type": type_, "created": int(moment.timestamp())}
        self.fake.told.append(event)


class AtStripesStandIn:
    def __init__(self, standin: Stripe) -> None:
        self.standin = standin
        pace = Pace(1000, lambda: 0.0, lambda _: None)
        self.player: PaymentHistory = StripeHistory(
            "rk_test_1", CUSTOMER_TYPES, AT_ONCE, pace, base_url=standin.base_url, page=4
        )

    def customer(self, created: datetime) -> str:
        moment = created.isoformat()
        made = self.standin.act("create_customer", email=CAMILLE, at=moment)["customer"]
        self.standin.act("update_customer", of=made, changes={"name": "Camille Martin"}, at=moment)
        return str(made)

    def delete(self, customer: str) -> None:
        self.standin.act("delete_customer", of=customer)


@pytest.fixture(params=["memory", "adapter"])
def payments(request: pytest.FixtureRequest) -> Iterator[StripeWorld]:
    if request.param == "memory":
        yield StripeInMemory()
        return
    with stripe.serving() as standin:
        standin.clock.set(int(at("2026-03-10").timestamp()))
        yield AtStripesStandIn(standin)


def test_objects_are_read_to_the_last_newest_first(payments: StripeWorld) -> None:
    made = [payments.customer(MARCH.replace(minute=n)) for n in range(11)]
    found, after, calls = [], None, 0
    while calls == 0 or after is not None:
        page = payments.player.objects("customers", after)
        assert len(page.objects) <= 4
        found += [each["id"] for each in page.objects]
        after, calls = page.after, calls + 1
    assert found == made[::-1]
    assert calls == 3


def test_a_list_goes_on_though_its_last_object_was_deleted(payments: StripeWorld) -> None:
    made = [payments.customer(MARCH.replace(minute=n)) for n in range(6)]
    first = payments.player.objects("customers", None)
    payments.delete(str(first.objects[-1]["id"]))
    rest = payments.player.objects("customers", first.after)
    assert [each["id"] for each in rest.objects] == made[1::-1]


@pytest.mark.parametrize("kind", ["payouts", "../customers", ""])
def test_a_kind_that_nobody_reads_is_a_mistake(payments: StripeWorld, kind: str) -> None:
    with pytest.raises(ValueError, match="^" + kind.replace(".", r"\.")):
        payments.player.objects(kind, None)


def test_events_are_those_of_the_handled_types_since_an_instant(payments: StripeWorld) -> None:
    for minute in range(9):
        payments.customer(MARCH.replace(minute=minute))
    found, after, first = [], None, True
    while first or after is not None:
        page = payments.player.events(datetime(2026, 3, 1, 10, 2, tzinfo=UTC), after)
        found += page.objects
        after, first = page.after, False
    assert {event["type"] for event in found} == {"customer.created"}
    seconds = [int(str(event["created"])) for event in found]
    assert seconds == [int(MARCH.replace(minute=n).timestamp()) for n in range(8, 1, -1)]
