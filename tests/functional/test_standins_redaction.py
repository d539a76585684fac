"""Stripe's redaction jobs: the adapter against the stand-in, and the stand-in against what Stripe documents of them."""

from __future__ import annotations

import json
from collections.abc import Iterator
from datetime import date
from typing import Any

import pytest

from cli.standins import stripe
from cli.standins.faults import Fault
from cli.standins.stripe import Stripe
from cli.standins.stripe.redaction import REDACTED, WAITS
from privacy.domain.redaction import Redaction
from privacy.outbound.patience import ATTEMPTS, Jitter, Pace
from privacy.outbound.stripe_client import StripeCalls
from privacy.outbound.stripe_redactions import StripeRedactions
from privacy.ports import ProviderUnavailable
from privacy.ports.redactions import ERRORS, STATUSES, Job, JobRefused, NothingThere, ObjectsTaken

TODAY = date(2026, 11, 22)
CANARY = "zebra.canary@example.fr"
DETAILS = {"name": "Zebra Canary", "phone": "+33 6 12 34 56 78", "order": "CANARY-1"}


@pytest.fixture(params=[False, True], ids=["sandbox", "live"])
def shop(request: pytest.FixtureRequest) -> Iterator[Stripe]:
    with stripe.serving(livemode=request.param) as running:
        yield running


@pytest.fixture
def jobs(shop: Stripe) -> StripeRedactions:
    pace = Pace(10_000, lambda: 0.0, lambda _: None)
    calls = StripeCalls(
        "rk_test_0123456789", Jitter(lambda _: None, lambda: 0.5), pace, base_url=shop.base_url
    )
    return StripeRedactions(calls)


def owed(*objects: str, asked: int = 1) -> Redaction:
    return Redaction("ab12", 1, objects, TODAY, TODAY, asked=asked)


def bought(shop: Stripe, who: str = CANARY, **more: Any) -> dict[str, Any]:
    """Long enough ago to be redacted."""
    more.setdefault("at", shop.clock.now() - WAITS - 60)
    made: dict[str, Any] = shop.act("checkout", email=who, **(DETAILS | more))
    return made


def everything(shop: Stripe) -> str:
    held = shop.account.dump()
    return json.dumps([held[name] for name in ("objects", "events", "replays", "addresses")]).lower()


def becomes(jobs: StripeRedactions, job: Job) -> Job:
    found = jobs.get(job.id)
    assert found is not None
    return found


def redacted(jobs: StripeRedactions, *objects: str) -> None:
    job = jobs.create(owed(*objects))
    assert job.status == "validating"
    assert becomes(jobs, job) == Job(job.id, "ready")
    jobs.run(job.id)
    assert becomes(jobs, job) == Job(job.id, "succeeded")


def test_of_a_customer_all_that_hangs_on_them_goes_events_and_logs_included(
    shop: Stripe, jobs: StripeRedactions
) -> None:
    made = bought(shop, customer="new", outcome="review")
    past = shop.clock.now() - WAITS - 30
    shop.act("save_card", of=CANARY, at=past)
    shop.act("add_tax_number", of=CANARY, value="FRCANARY", at=past)
    shop.act("fraud_warning", of=CANARY, at=past)
    shop.act("invoice", of=CANARY, at=past)
    shop.act("invoice_pay", of=CANARY, at=past)
    shop.act("refund", of=made["charge"], at=past)
    (card,) = shop.objects["payment_method"]
    jobs._calls.answer("post", f"payment_methods/{card}/detach")
    jobs._calls.answer("delete", f"customers/{made['customer']}")
    assert "canary" in everything(shop)
    redacted(jobs, made["customer"])
    assert "canary" not in everything(shop)
    session = shop.objects["checkout.session"][made["session"]]
    assert session["customer_details"]["email"] == REDACTED
    assert session["metadata"] == {}
    assert session["payment_intent"] == made["payment_intent"]
    charge = shop.objects["charge"][made["charge"]]
    assert charge["billing_details"]["address"]["line1"] == REDACTED
    kept = (charge["amount"], charge["status"], charge["currency"])
    assert kept == (session["amount_total"], "succeeded", "eur")


def test_of_a_guest_the_checkout_goes_only_where_it_is_named(shop: Stripe, jobs: StripeRedactions) -> None:
    made = bought(shop, customer="guest")
    redacted(jobs, made["payment_intent"])
    assert shop.objects["charge"][made["charge"]]["billing_details"]["name"] == REDACTED
    assert CANARY in json.dumps(shop.objects["checkout.session"][made["session"]])
    redacted(jobs, made["session"])
    assert "canary" not in everything(shop)


def test_nobody_else_loses_anything(shop: Stripe, jobs: StripeRedactions) -> None:
    other = bought(shop, "benoit.martin@example.fr", customer="new", name="Benoît Martin", order="B-1")
    before = json.dumps(shop.objects["charge"][other["charge"]])
    redacted(jobs, bought(shop, customer="new")["customer"])
    assert json.dumps(shop.objects["charge"][other["charge"]]) == before
    assert "benoit.martin@example.fr" in everything(shop)


def test_a_young_payment_waits_in_live_mode_but_not_one_that_failed_or_was_given_back(
    shop: Stripe, jobs: StripeRedactions
) -> None:
    now = shop.clock.now()
    young = bought(shop, customer="guest", at=now)
    job = jobs.create(owed(young["payment_intent"]))
    live = shop.account.livemode
    expected = Job(job.id, "failed", frozenset({"invalid_state"})) if live else Job(job.id, "ready")
    assert becomes(jobs, job) == expected
    back = bought(shop, customer="guest", at=now)
    shop.act("refund", of=back["charge"], at=now)
    redacted(jobs, back["payment_intent"])
    if live:
        shop.clock.set(now + WAITS + 1)
        jobs.mend(job.id)
        assert becomes(jobs, job).status == "ready"


def test_what_is_open_is_ended_by_mending_and_what_is_disputed_is_not(
    shop: Stripe, jobs: StripeRedactions
) -> None:
    left = bought(shop, customer="guest", outcome="declined")
    job = jobs.create(owed(left["payment_intent"]))
    assert becomes(jobs, job) == Job(job.id, "failed", frozenset({"invalid_state"}))
    jobs.mend(job.id)
    assert becomes(jobs, job).status == "ready"
    jobs.run(job.id)
    assert becomes(jobs, job).status == "succeeded"
    assert shop.objects["payment_intent"][left["payment_intent"]]["status"] == "canceled"
    disputed = bought(shop, customer="guest")
    shop.act("dispute_open", of=disputed["charge"])
    job = jobs.create(owed(disputed["payment_intent"], asked=2))
    becomes(jobs, job)
    jobs.mend(job.id)
    assert becomes(jobs, job) == Job(job.id, "failed", frozenset({"invalid_state"}))


def test_one_object_is_never_in_two_jobs(shop: Stripe, jobs: StripeRedactions) -> None:
    made = bought(shop, customer="new")
    first = jobs.create(owed(made["customer"]))
    with pytest.raises(ObjectsTaken):
        jobs.create(owed(made["customer"], asked=2))
    below = jobs.create(owed(made["payment_intent"], asked=3))
    assert becomes(jobs, below) == Job(below.id, "failed", frozenset({"locked_by_other_job"}))
    named = frozenset({made["customer"]})
    assert jobs.find(owed(made["customer"], "pi_other")) == becomes(jobs, first)._replace(objects=named)
    jobs.cancel(first.id)
    assert becomes(jobs, first).status == "canceled"
    assert jobs.find(owed(made["customer"])) is None
    jobs.mend(below.id)
    assert becomes(jobs, below).status == "ready"


def test_the_same_asked_for_twice_is_one_job(shop: Stripe, jobs: StripeRedactions) -> None:
    made = bought(shop, customer="new")
    assert jobs.create(owed(made["customer"])).id == jobs.create(owed(made["customer"])).id
    assert len(shop.account.jobs) == 1


def test_a_job_is_found_however_many_there_were(shop: Stripe, jobs: StripeRedactions) -> None:
    asked = [bought(shop, customer="guest")["payment_intent"] for _ in range(3)]
    made = [jobs.create(owed(name, asked=n)) for n, name in enumerate(asked)]
    template = dict(shop.account.jobs[made[0].id])
    shop.clock.set(shop.clock.now() + 60)
    for n in range(250):
        shop.account.jobs[f"prj_{n}"] = {
            **template, "id": f"prj_{n}", "created": shop.clock.now(), "status": "succeeded",
            "objects": {"payment_intents": [f"pi_{n}"]},
        }  # fmt: skip
    found = jobs.find(owed(asked[1]))
    assert found is not None
    assert found.id == made[1].id
    assert jobs.find(owed("pi_unheard_of")) is None


def test_steps_out_of_order_are_refused(shop: Stripe, jobs: StripeRedactions) -> None:
    shop.redaction.takes = 600
    job = jobs.create(owed(bought(shop, customer="new")["customer"]))
    for step in (jobs.run, jobs.cancel):
        with pytest.raises(JobRefused):
            step(job.id)
    assert becomes(jobs, job).status == "validating"
    shop.clock.set(shop.clock.now() + 601)
    assert becomes(jobs, job).status == "ready"


def test_what_is_not_there_any_more_is_told_apart_from_what_may_not_be(
    shop: Stripe, jobs: StripeRedactions
) -> None:
    made = bought(shop, customer="guest")
    with pytest.raises(NothingThere):
        jobs.create(owed("pi_unheard_of", made["session"]))
    assert not jobs.there("pi_unheard_of")
    assert jobs.there(made["session"])
    assert jobs.get("prj_unheard_of") is None
    shop.redaction.given = False
    with pytest.raises(JobRefused):
        jobs.create(owed(made["session"], asked=2))


def test_no_more_than_ten_objects_are_taken(shop: Stripe, jobs: StripeRedactions) -> None:
    made = [bought(shop, customer="guest")["payment_intent"] for _ in range(11)]
    with pytest.raises(JobRefused):
        jobs.create(owed(*made))


def test_without_the_preview_s_version_there_are_no_such_calls(shop: Stripe, jobs: StripeRedactions) -> None:
    with pytest.raises(ProviderUnavailable, match="404"):
        jobs._calls.answer("get", "privacy/redaction_jobs")


@pytest.mark.parametrize("fault", ["error_500", "bare_502", "rate_limit", "timeout"])
def test_stripe_down_means_no_answer_and_a_hiccup_means_nothing(
    shop: Stripe, jobs: StripeRedactions, fault: str
) -> None:
    made = bought(shop, customer="new")
    shop.faults.arm(Fault(fault, times=1))
    job = jobs.create(owed(made["customer"]))
    shop.faults.arm(Fault(fault, times=ATTEMPTS))
    with pytest.raises(ProviderUnavailable):
        jobs.get(job.id)


@pytest.mark.parametrize("call", ["run", "mend", "cancel"])
def test_a_step_whose_answer_is_lost_is_taken_once(shop: Stripe, jobs: StripeRedactions, call: str) -> None:
    made = bought(shop, customer="guest", outcome="declined" if call == "mend" else "paid")
    job = jobs.create(owed(made["payment_intent"]))
    becomes(jobs, job)
    shop.faults.arm(Fault("lost_answer", times=1, method="POST", path="(run|validate|cancel)$"))
    getattr(jobs, call)(job.id)
    after = {"run": "succeeded", "mend": "ready", "cancel": "canceled"}[call]
    assert becomes(jobs, job).status == after


@pytest.mark.parametrize("job", ["prj_1/../../customers", "", "cus_1"])
def test_an_id_that_would_climb_the_path_is_refused(jobs: StripeRedactions, job: str) -> None:
    for call in (jobs.get, jobs.run, jobs.mend, jobs.cancel):
        with pytest.raises(ProviderUnavailable, match="no redaction job's id"):
            call(job)


def test_the_words_are_stripe_s(shop: Stripe, jobs: StripeRedactions) -> None:
    assert {
        *("created", "validating", "ready", "redacting", "succeeded", "failed", "canceling", "canceled"),
    } == STATUSES
    assert {
        *("invalid_cascading_source", "invalid_file_purpose", "invalid_state"),
        *("locked_by_other_job", "too_many_objects"),
    } == ERRORS
    made = jobs._answer(
        "post",
        "privacy/redaction_jobs",
        {"objects": {"customers": [bought(shop, customer="new")["customer"]]}},
    )
    assert made.keys() == {"id", "object", "created", "livemode", "status", "validation_behavior"}
    assert (made["object"], made["validation_behavior"]) == ("privacy.redaction_job", "error")
