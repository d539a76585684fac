"""What a person's redaction jobs name, and from when (G24)."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy.domain.redaction import (
    MOST_OBJECTS,
    NoSuchKind,
    Purchase,
    Redaction,
    is_redactable,
    joined,
    kind_of_object,
    redactions,
)

TODAY = date(2026, 11, 22)
LONG_AGO = datetime(2014, 3, 1, tzinfo=UTC)


def bought(*objects: str, on: tuple[str, ...] = (), at: datetime = LONG_AGO) -> Purchase:
    return Purchase(frozenset(objects), frozenset(on), at)


def named(*jobs: Redaction) -> list[tuple[str, ...]]:
    return [job.objects for job in jobs]


def test_a_customer_is_named_alone_and_all_that_hangs_on_them_goes_along() -> None:
    jobs = redactions("x", {"cus_2", "cus_1"}, [bought("pi_1", "cs_1", on=("cus_1",))], (), TODAY)
    assert named(*jobs) == [("cus_1",), ("cus_2",)]
    assert [job.part for job in jobs] == [1, 2]


def test_a_guest_s_purchase_is_named_by_its_checkout_and_its_payment() -> None:
    jobs = redactions("x", (), [bought("ch_1", "pi_1"), bought("cs_1", "pi_1")], (), TODAY)
    assert named(*jobs) == [("cs_1", "pi_1")]
    assert jobs[0].by_kind == {"checkout_sessions": ["cs_1"], "payment_intents": ["pi_1"]}


@pytest.mark.parametrize("name", ["ch_1", "py_1", "in_1"])
def test_a_charge_or_an_invoice_is_named_only_where_nothing_stands_that_it_hangs_on(name: str) -> None:
    assert named(*redactions("x", (), [bought(name)], (), TODAY)) == [(name,)]
    assert named(*redactions("x", (), [bought(name, "pi_1")], (), TODAY)) == [("pi_1",)]


def test_on_an_account_that_others_use_only_the_person_s_own_purchases_go() -> None:
    theirs = bought("pi_1", on=("cus_1",))
    assert named(*redactions("x", {"cus_1"}, [theirs], {"cus_1"}, TODAY)) == [("pi_1",)]


def test_nobody_of_whom_stripe_has_nothing_is_owed_anything() -> None:
    assert redactions("x", (), (), (), TODAY) == []


@pytest.mark.parametrize(
    ("newest", "first"),
    [
        (datetime(2014, 3, 1, tzinfo=UTC), TODAY + timedelta(days=1)),
        # midnight in Paris is an hour before midnight in UTC: ninety days later is the 20th there
        (datetime(2026, 11, 20, 22, 59, tzinfo=UTC), date(2027, 2, 19)),
        (datetime(2026, 11, 20, 23, 0, tzinfo=UTC), date(2027, 2, 20)),
    ],
)
def test_it_waits_until_the_newest_payment_is_ninety_days_old(newest: datetime, first: date) -> None:
    purchases = [bought("pi_1"), bought("pi_2", at=newest)]
    assert [job.due_on for job in redactions("x", (), purchases, (), TODAY)] == [first]


groups = st.lists(
    st.frozensets(
        st.sampled_from([f"{kind}_{n}" for kind in ("cs", "pi", "ch") for n in range(40)]),
        min_size=1,
        max_size=3,
    ),
    max_size=40,
)


@given(groups)
def test_no_job_names_too_much_and_no_purchase_stands_in_two(told: list[frozenset[str]]) -> None:
    purchases = [bought(*each) for each in told]
    jobs = redactions("x", (), purchases, (), TODAY)
    everywhere = [name for job in jobs for name in job.objects]
    assert len(everywhere) == len(set(everywhere))
    assert all(len(job.objects) <= MOST_OBJECTS for job in jobs)
    for each in joined(purchases):
        holding = [job for job in jobs if not each.objects.isdisjoint(job.objects)]
        assert len(holding) == 1 or len(each.objects) > MOST_OBJECTS


def test_what_is_joined_does_not_depend_on_the_order_in_which_it_is_told() -> None:
    told = [bought("pi_1", "cs_1"), bought("ch_2", "pi_2"), bought("pi_1", "ch_1", on=("cus_1",))]
    assert {*joined(told)} == {*joined(told[::-1])}
    assert {each.objects for each in joined(told)} == {
        frozenset({"pi_1", "cs_1", "ch_1"}),
        frozenset({"pi_2", "ch_2"}),
    }


@pytest.mark.parametrize("name", ["re_1", "pm_1", "cus_", "cus_1/../pi_1", "", "cus_é"])
def test_what_no_job_can_name_is_no_object(name: str) -> None:
    assert not is_redactable(name)
    with pytest.raises(NoSuchKind):
        kind_of_object(name)
