"""The Stripe adapter against the stand-in and its faults (docs/providers.md "Stripe's library")."""

from __future__ import annotations

import json
import logging
import pickle
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest
import requests

from cli.standins import stripe
from cli.standins.clock import Clock
from cli.standins.faults import Fault
from cli.standins.http import Response
from cli.standins.stripe import Stripe
from privacy.inbound.stripe import TYPES
from privacy.outbound.patience import ATTEMPTS, HUNG, Jitter, Pace, Respite
from privacy.outbound.stripe import PAGE, StripeHistory
from privacy.outbound.stripe_client import PER_SECOND, TIMEOUT, StripeCalls
from privacy.outbound.stripe_people import StripePeople
from privacy.ports import STRIPE_KINDS, ObjectPage, ProviderUnavailable
from tests.telling import CAMILLE, at

KEY = "rk_test_0123456789"
CANARY = "canary-7d1f@example.fr"

PASSING = [
    "rate_limit",
    "lock_timeout",
    "error_500",
    "bare_500",
    "bare_502",
    "bare_503",
    "timeout",
    "lost_answer",
]


class Waits:
    """Seconds that pass only while somebody sleeps."""

    def __init__(self) -> None:
        self.now = 0.0
        self.slept: list[float] = []
        self.jitter = Jitter(self.slept.append, lambda: 0.5)

    def sleep(self, seconds: float) -> None:
        self.now += seconds

    def pace(self, per_second: float = 1000) -> Pace:
        return Pace(per_second, lambda: self.now, self.sleep)


@pytest.fixture
def standin() -> Iterator[Stripe]:
    with stripe.serving() as running:
        yield running


@pytest.fixture
def waits() -> Waits:
    return Waits()


@pytest.fixture
def history_of(standin: Stripe, waits: Waits) -> Callable[..., StripeHistory]:
    def made(**more: Any) -> StripeHistory:
        types = more.pop("types", TYPES)
        pace = more.pop("pace", waits.pace())
        return StripeHistory(KEY, types, waits.jitter, pace, base_url=standin.base_url, **more)

    return made


@pytest.fixture
def history(history_of: Callable[..., StripeHistory]) -> StripeHistory:
    return history_of()


def pages(page_after: Callable[[str | None], ObjectPage]) -> Iterator[ObjectPage]:
    """Every page; no cursor comes twice."""
    seen: set[str] = set()
    after: str | None = None
    while True:
        page = page_after(after)
        yield page
        after = page.after
        if after is None:
            return
        assert after not in seen
        seen.add(after)


def ids(found: Iterator[ObjectPage]) -> list[object]:
    return [each["id"] for page in found for each in page.objects]


def everything_in(error: BaseException) -> str:
    """Every text that hangs on an error, its causes and its contexts, suppressed or not."""
    said: list[str] = []
    waiting: list[BaseException | None] = [error]
    while waiting:
        each = waiting.pop()
        if each is not None:
            said += [str(each), repr(each), repr(each.args), repr(vars(each))]
            waiting += [each.__cause__, each.__context__]
    return " ".join(said)


def customers(standin: Stripe, count: int, moment: int | None = None) -> list[str]:
    """Made through the API, so that each is also an event."""
    made = []
    for number in range(count):
        if moment is not None:
            standin.clock.set(moment + number)
        answer = requests.post(
            f"{standin.base_url}/v1/customers",
            data={"email": f"c{number}@example.fr"},
            headers={"Authorization": f"Bearer {KEY}"},
            timeout=5,
        )
        made.append(answer.json()["id"])
    return made


class TestObjects:
    @pytest.mark.parametrize("kind", STRIPE_KINDS)
    def test_of_every_kind_are_listed_as_stripes_json(
        self, standin: Stripe, history: StripeHistory, kind: str
    ) -> None:
        standin.act("checkout", email=CAMILLE)
        for page in pages(lambda after: history.objects(kind, after)):
            assert json.loads(json.dumps(page.objects)) == page.objects
            assert all(isinstance(each, dict) and each["id"] for each in page.objects)
        assert standin.calls.count(f"GET /v1/{kind}") == 1

    def test_are_read_to_the_last_page_newest_first(
        self, standin: Stripe, history_of: Callable[..., StripeHistory]
    ) -> None:
        made = customers(standin, 23, 1_790_000_000)
        found = ids(pages(lambda after: history_of(page=5).objects("customers", after)))
        assert found == made[::-1]
        assert standin.calls.count("GET /v1/customers") == 5

    def test_of_no_kind_that_is_known_are_never_asked_for(
        self, standin: Stripe, history: StripeHistory
    ) -> None:
        with pytest.raises(ValueError, match="payouts"):
            history.objects("../payouts", None)
        assert standin.calls.report()["total"] == 0

    @pytest.mark.parametrize("after", ["cus_1", "../x", "cus 1@1", "cus_1@", "x:cus_1@1", "cus_1@1\n"])
    def test_go_on_after_our_own_cursors_only(self, history: StripeHistory, after: str) -> None:
        with pytest.raises(ProviderUnavailable, match="not a cursor"):
            history.objects("customers", after)

    def test_are_all_read_though_the_last_one_seen_is_deleted_and_shared_its_second(
        self, standin: Stripe, history_of: Callable[..., StripeHistory]
    ) -> None:
        same = "2026-03-01T10:00:00+00:00"
        made = [
            standin.act("create_customer", email=f"c{number}@example.fr", at=same)["customer"]
            for number in range(6)
        ]
        history, found, after = history_of(page=2), [], None
        for number in range(9):
            page = history.objects("customers", after)
            found += [each["id"] for each in page.objects]
            after = page.after
            if after is None:
                break
            if number == 1:
                standin.act("delete_customer", of=str(page.objects[-1]["id"]))
        assert after is None
        assert set(found) == set(made)

    def test_are_all_read_though_the_last_one_seen_is_deleted_meanwhile(
        self, standin: Stripe, history_of: Callable[..., StripeHistory]
    ) -> None:
        made = customers(standin, 6, 1_790_000_000)
        history = history_of(page=2)
        first = history.objects("customers", None)
        gone = str(first.objects[-1]["id"])
        requests.delete(
            f"{standin.base_url}/v1/customers/{gone}", headers={"Authorization": f"Bearer {KEY}"}, timeout=5
        )
        assert first.after is not None
        rest = history.objects("customers", first.after)
        last = history.objects("customers", rest.after)
        assert ids(iter([first, rest, last])) == made[::-1]
        assert last.after is None

    def test_bring_an_invoices_payments_and_nothing_else_that_was_not_asked_for(
        self, standin: Stripe, history: StripeHistory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        asked = []
        answer = standin._run

        def noted(request: Any, *more: Any) -> Any:
            asked.append(
                (request.path, [value for name, value in request.query if name.startswith("expand")])
            )
            return answer(request, *more)

        monkeypatch.setattr(standin, "_run", noted)
        for kind in STRIPE_KINDS:
            history.objects(kind, None)
        assert {path: expanded for path, expanded in asked if expanded} == {
            "/v1/invoices": ["data.payments"],
        }


class TestEvents:
    def test_of_the_types_that_are_handled_are_listed_and_of_no_other(
        self, standin: Stripe, history: StripeHistory
    ) -> None:
        standin.act("checkout", email=CAMILLE, quiet=True)
        assert len(TYPES) > 20  # more than one call may name
        found = ids(pages(lambda after: history.events(at("2026-01-01"), after)))
        handled = [event["id"] for event in standin.events if event["type"] in TYPES]
        assert sorted(map(str, found)) == sorted(handled)
        assert len(handled) < len(standin.events)

    def test_are_read_to_the_last_page_of_every_lot(
        self, standin: Stripe, history_of: Callable[..., StripeHistory]
    ) -> None:
        for number in range(4):
            standin.act("checkout", email=f"b{number}@example.fr", quiet=True)
        small = history_of(page=3)
        found = ids(pages(lambda after: small.events(at("2026-01-01"), after)))
        assert sorted(map(str, found)) == sorted(e["id"] for e in standin.events if e["type"] in TYPES)

    def test_before_the_instant_are_left_out_and_at_it_are_not(
        self, standin: Stripe, history: StripeHistory
    ) -> None:
        second = standin.clock.now() - 1000
        customers(standin, 3, second)
        since = at("1970-01-01").fromtimestamp(second + 1, tz=at("1970-01-01").tzinfo)
        found = [
            each["created"] for page in pages(lambda a: history.events(since, a)) for each in page.objects
        ]
        assert found == [second + 2, second + 1]

    def test_of_a_connected_account_name_it_as_they_do_when_they_are_delivered(
        self, standin: Stripe, history_of: Callable[..., StripeHistory], monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customers(standin, 1)
        asked = []
        answer = standin._run
        monkeypatch.setattr(standin, "_run", lambda r, *more: asked.append(r.headers) or answer(r, *more))
        page = history_of(account="acct_1").events(at("2026-01-01"), "1:")
        own = history_of().events(at("2026-01-01"), "1:")
        everything = [*page.objects, *history_of(account="acct_1").events(at("2026-01-01"), None).objects]
        assert {each["account"] for each in everything} == {"acct_1"}
        assert all("account" not in each for each in own.objects)
        assert [headers.get("stripe-account") for headers in asked] == ["acct_1", None, "acct_1"]

    def test_of_a_lot_that_there_is_not_are_no_empty_answer(self, history: StripeHistory) -> None:
        with pytest.raises(ProviderUnavailable, match="not a cursor"):
            history.events(at("2026-01-01"), "9:")


class TestPatience:
    @pytest.mark.parametrize("fault", PASSING)
    def test_what_goes_by_is_tried_again(
        self, standin: Stripe, history: StripeHistory, waits: Waits, fault: str
    ) -> None:
        customers(standin, 1)
        standin.faults.arm(Fault(fault, times=ATTEMPTS - 1))
        assert len(history.objects("customers", None).objects) == 1
        assert waits.slept == [0.5, 1.0]

    @pytest.mark.parametrize("fault", PASSING)
    def test_what_does_not_go_by_is_told(self, standin: Stripe, history: StripeHistory, fault: str) -> None:
        standin.faults.arm(Fault(fault, times=ATTEMPTS))
        with pytest.raises(ProviderUnavailable, match=r"^stripe: \w+"):
            history.objects("customers", None)
        assert history.objects("customers", None) == ObjectPage([], None)

    def test_a_permission_that_the_key_lacks_is_named_and_asked_for_once(
        self, standin: Stripe, history: StripeHistory, waits: Waits
    ) -> None:
        standin.faults.arm(Fault("permission_403"))
        with pytest.raises(ProviderUnavailable) as refused:
            history.objects("customers", None)
        assert str(refused.value) == "stripe: 403 more_permissions_required rak_customer_read"
        assert waits.slept == []

    def test_a_wrong_key_is_told_without_the_key(self, standin: Stripe, history: StripeHistory) -> None:
        standin.key = "rk_live_another"
        with pytest.raises(ProviderUnavailable) as refused:
            history.objects("customers", None)
        assert str(refused.value) == "stripe: 401"
        assert KEY[:7] not in everything_in(refused.value)

    def test_it_waits_as_long_as_it_was_told_and_no_80_seconds(
        self, standin: Stripe, history_of: Callable[..., StripeHistory]
    ) -> None:
        standin.faults.arm(Fault("timeout", times=ATTEMPTS, seconds=5))
        hasty = history_of(timeout=(1, 0.02))
        with pytest.raises(ProviderUnavailable, match="APIConnectionError"):
            hasty.objects("customers", None)
        standin.faults.clear()

    def test_all_attempts_of_a_call_end_long_before_a_function_does(
        self, history: StripeHistory, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        waited = []

        def noted(self: requests.Session, *asked: Any, timeout: Any, **more: Any) -> Any:
            waited.append(timeout)
            raise requests.ConnectionError

        monkeypatch.setattr(requests.Session, "request", noted)
        with pytest.raises(ProviderUnavailable):
            history.objects("customers", None)
        assert waited == [TIMEOUT] * ATTEMPTS
        assert ATTEMPTS * sum(TIMEOUT) + 2 * 5 < 300 / 3

    def test_calls_of_one_endpoint_keep_the_pace_attempts_included(
        self, standin: Stripe, history_of: Callable[..., StripeHistory], waits: Waits
    ) -> None:
        history = history_of(pace=waits.pace(per_second=4))
        standin.faults.arm(Fault("rate_limit", times=2))
        for _ in range(3):
            history.objects("customers", None)
        history.objects("charges", None)
        assert waits.now == pytest.approx(4 / 4)

    def test_the_shop_keeps_a_part_of_what_stripe_serves(self) -> None:
        assert PER_SECOND < 25
        assert PAGE == 100


class TestNothingOfAPayload:
    """Stripe's library keeps whole answers in its errors, and logs them where it is let."""

    @pytest.fixture
    def told(self, standin: Stripe, monkeypatch: pytest.MonkeyPatch) -> str:
        said = f"No such customer: {CANARY}"
        body = {"error": {"message": said, "type": "invalid_request_error", "code": CANARY, "param": CANARY}}
        answers = {
            **standin.faults.answers,
            "told_400": Response.of_json(body, 400),
            "told_429": Response.of_json(body, 429),
            "told_500": Response.of_json(body, 500),
            "no_json": Response(200, f"<p>{CANARY}</p>".encode(), {"Content-Type": "text/html"}),
            "no_list": Response.of_json({"object": "customer", "email": CANARY}),
            "an_array": Response.of_json([CANARY]),
            "no_objects": Response.of_json({"data": [CANARY], "has_more": True}),
        }
        monkeypatch.setattr(standin.faults, "answers", answers)
        return said

    @pytest.mark.parametrize(
        "fault",
        ["told_400", "told_429", "told_500", "no_json", "no_list", "an_array", "no_objects", "timeout"],
    )
    def test_hangs_on_an_error(self, standin: Stripe, history: StripeHistory, told: str, fault: str) -> None:
        standin.faults.arm(Fault(fault, times=ATTEMPTS))
        with pytest.raises(ProviderUnavailable) as refused:
            history.objects("customers", "cus_1@1")
        error = refused.value
        assert str(error)
        again = pickle.loads(pickle.dumps(error))
        assert (type(again), str(again)) == (type(error), str(error))
        said = everything_in(error)
        for secret in ("canary", "127.0.0.1", KEY, "cus_1"):
            assert secret not in said

    def test_reaches_a_log_or_the_terminal(
        self,
        standin: Stripe,
        history: StripeHistory,
        caplog: pytest.LogCaptureFixture,
        capfd: pytest.CaptureFixture[str],
    ) -> None:
        standin.act("checkout", email=CANARY, quiet=True)
        with caplog.at_level(logging.DEBUG):
            standin.faults.arm(Fault("error_500"))
            history.objects("checkout/sessions", None)
            history.events(at("2026-01-01"), None)
        assert [record for record in caplog.records if record.name.startswith("stripe")] == []
        assert "canary" not in caplog.text
        assert "canary" not in "".join(capfd.readouterr())

    def test_leaves_anything_in_the_home_folder_or_tells_stripe_how_long_it_took(
        self,
        standin: Stripe,
        history: StripeHistory,
        monkeypatch: pytest.MonkeyPatch,
        tmp_path: Path,
    ) -> None:
        monkeypatch.setenv("HOME", str(tmp_path))
        monkeypatch.setenv("XDG_CONFIG_HOME", str(tmp_path / "config"))
        asked = []
        answer = standin._run
        monkeypatch.setattr(standin, "_run", lambda r, *more: asked.append(r.headers) or answer(r, *more))
        for _ in range(2):
            history.objects("customers", None)
        assert list(tmp_path.rglob("*")) == []
        assert not any("x-stripe-client-telemetry" in headers for headers in asked)
        assert not any("telemetry" in headers["x-stripe-client-user-agent"] for headers in asked)


class TestOnePerson:
    """Before somebody is purged: what Stripe has of them, and that its customers go (E137)."""

    @pytest.fixture
    def people(self, standin: Stripe, waits: Waits) -> StripePeople:
        return StripePeople(StripeCalls(KEY, waits.jitter, waits.pace(), base_url=standin.base_url))

    def test_is_found_as_a_guest_and_as_a_customer_with_whatever_they_bought(
        self, standin: Stripe, people: StripePeople
    ) -> None:
        standin.act("checkout", email=CAMILLE, quiet=True)
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        standin.act("checkout", email="other@example.fr", quiet=True)
        found = people.known_under({CAMILLE})
        kinds = {kind for kind, _ in found}
        assert {"customers", "checkout/sessions"} <= kinds
        assert customer in [held["id"] for _, held in found]
        assert "other@example.fr" not in json.dumps(found)
        assert len({held["id"] for _, held in found}) == len(found)

    def test_is_found_under_the_form_that_was_typed_and_under_no_other(
        self, standin: Stripe, people: StripePeople
    ) -> None:
        typed = "Camille.Durand@Example.fr"
        standin.act("create_customer", email=typed)
        assert people.known_under({CAMILLE}) == []
        assert len(people.known_under({CAMILLE, typed})) == 1

    def test_is_found_by_a_customer_that_is_known_to_be_theirs(
        self, standin: Stripe, people: StripePeople
    ) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        standin.act("checkout", email=CAMILLE, customer=customer, quiet=True)
        standin.act("delete_customer", of=customer)
        found = people.known_under(set(), {customer, "cus_nobody", "../charges"})
        assert {"checkout/sessions", "payment_intents", "charges"} <= {kind for kind, _ in found}

    def test_is_read_to_the_last_page(
        self, standin: Stripe, people: StripePeople, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr("privacy.outbound.stripe_people._PAGE", 2)
        for _ in range(5):
            standin.act("create_customer", email=CAMILLE)
        assert len(people.known_under({CAMILLE})) == 5

    def test_loses_their_customer_which_is_read_back(self, standin: Stripe, people: StripePeople) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        people.delete(customer)
        assert customer in standin.account.deleted
        people.delete(customer)
        people.delete("cus_nobody")
        assert standin.calls.count("GET /v1/customers/{object_id}") == 1

    def test_keeps_no_customer_of_whom_stripe_only_says_that_it_is_gone(
        self, standin: Stripe, people: StripePeople, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        answers = {**standin.faults.answers, "yes": Response.of_json({"id": customer, "deleted": True})}
        monkeypatch.setattr(standin.faults, "answers", answers)
        standin.faults.arm(Fault("yes"))
        with pytest.raises(ProviderUnavailable, match="still there"):
            people.delete(customer)

    def test_e97_loses_name_addresses_and_cards_where_payments_have_to_stay(
        self, standin: Stripe, people: StripePeople
    ) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        standin.act("checkout", email=CAMILLE, customer=customer, quiet=True)
        for _ in range(2):
            standin.act("save_card", of=customer)
        for _ in range(2):  # again changes nothing
            people.blank(customer)
        held = standin.account.objects["customer"][customer]
        assert not any(held[name] for name in ("email", "name", "phone", "address", "shipping", "metadata"))
        assert all(card["customer"] is None for card in standin.account.objects["payment_method"].values())
        assert standin.account.objects["charge"]

    def test_has_nothing_to_lose_where_the_customer_was_deleted_or_is_unknown(
        self, standin: Stripe, people: StripePeople
    ) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        people.delete(customer)
        people.blank(customer)
        people.blank("cus_nobody")
        assert standin.calls.count("POST /v1/customers/{object_id}") <= 1

    def test_is_not_believed_to_be_blanked_until_it_was_read_back(
        self, standin: Stripe, people: StripePeople, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        customer = standin.act("create_customer", email=CAMILLE)["customer"]
        monkeypatch.setattr("privacy.outbound.stripe_people._PERSONAL", ("email",))
        answers = {**standin.faults.answers, "yes": Response.of_json({"id": customer})}
        monkeypatch.setattr(standin.faults, "answers", answers)
        standin.faults.arm(Fault("yes", method="POST"))
        with pytest.raises(ProviderUnavailable, match="still there"):
            people.blank(customer)

    def test_after_a_call_that_hung_nobody_waits_for_another(self, standin: Stripe, waits: Waits) -> None:
        """A message names ten people, and a function has five minutes."""
        seconds = iter(range(0, 9000, HUNG))
        calls = StripeCalls(
            KEY, waits.jitter, waits.pace(), base_url=standin.base_url, respite=Respite(lambda: next(seconds))
        )
        standin.faults.arm(Fault("error_500", times=ATTEMPTS))
        for _ in range(2):
            with pytest.raises(ProviderUnavailable):
                StripePeople(calls).known_under({CAMILLE})
        assert standin.calls.report()["total"] == ATTEMPTS

    def test_stays_unknown_while_stripe_is_down(self, standin: Stripe, people: StripePeople) -> None:
        for ask in (lambda: people.known_under({CANARY}), lambda: people.delete("cus_1")):
            standin.faults.arm(Fault("error_500", times=ATTEMPTS))
            with pytest.raises(ProviderUnavailable) as down:
                ask()
            assert "canary" not in everything_in(down.value)


def test_nobody_answering_is_told() -> None:
    waits = Waits()
    nobody = StripeHistory(KEY, TYPES, waits.jitter, waits.pace(), base_url="http://127.0.0.1:9")
    with pytest.raises(ProviderUnavailable, match="stripe: APIConnectionError"):
        nobody.objects("customers", None)


def test_thirty_days_of_the_stand_ins_events_are_all_that_there_is(
    history_of: Callable[..., StripeHistory], standin: Stripe
) -> None:
    clock = Clock()
    customers(standin, 1, clock.now() - 40 * 86_400)
    standin.clock.set(clock.now())
    assert ids(pages(lambda after: history_of().events(at("2020-01-01"), after))) == []
