"""Hypothesis strategies: sets of facts about a few people whose purchases, accounts and addresses mix."""

from __future__ import annotations

from itertools import chain

from hypothesis import strategies as st

from privacy.domain.facts import Fact
from tests import telling

ADDRESSES = [f"{name}@example.fr" for name in ("ana", "bob", "cleo", "dora")]
_DAYS = st.sampled_from(
    ["2024-02-29", "2024-03-01T10:00", "2025-06-01T23:30", "2025-06-01T23:30", "2026-01-05"]
)
_WHO = st.sampled_from(ADDRESSES)
_PAYMENTS = st.sampled_from(["pi_1", "pi_2", "pi_3"])
_NUMBERS = st.sampled_from(["1042", "1043"])
_DELIVERED = st.sampled_from(["2025-06-01", "2026-01-05"])
_CUSTOMERS = st.sampled_from([None, "cus_1", "cus_2"])

_ONE: st.SearchStrategy[list[Fact]] = st.one_of(
    st.builds(
        lambda *a, **k: [telling.session(*a, **k)],
        _DAYS,
        _WHO,
        payment=_PAYMENTS,
        customer=_CUSTOMERS,
        box=st.sampled_from([None, True, False]),
    ),
    st.builds(
        lambda *a, **k: [telling.charge(*a, **k)],
        _DAYS,
        st.one_of(st.none(), _WHO),
        payment=_PAYMENTS,
        customer=_CUSTOMERS,
    ),
    st.builds(
        lambda *a, **k: [telling.paid_without_address(*a, **k)], _DAYS, payment=_PAYMENTS, customer=_CUSTOMERS
    ),
    st.builds(
        lambda *a, **k: [telling.refund(*a, **k)],
        _DAYS,
        payment=_PAYMENTS,
        total=st.sampled_from([100, 8000]),
    ),
    st.builds(
        lambda *a, **k: [telling.dispute(*a, **k)],
        _DAYS,
        st.sampled_from(["needs_response", "won", "lost"]),
        payment=_PAYMENTS,
    ),
    st.builds(
        lambda *a, **k: [telling.customer(*a, **k)],
        _DAYS,
        _WHO,
        customer=st.sampled_from(["cus_1", "cus_2"]),
        previous=st.one_of(st.none(), _WHO),
        name=st.sampled_from(["Ana", "Bob"]),
    ),
    st.builds(
        lambda *a, **k: [telling.unsubscribed(*a, **k)],
        _DAYS,
        _WHO,
        reason=st.sampled_from(["manual", "abuse"]),
    ),
    st.builds(
        lambda *a, **k: [telling.member(*a, **k)],
        _DAYS,
        _WHO,
        source=st.sampled_from(["Hosted Signup Form", "Import", "API - Generic"]),
        status=st.sampled_from(["subscribed", "unsubscribed", "cleaned"]),
    ),
    st.builds(lambda *a, **k: [telling.hint(*a, **k)], _DAYS, st.just("upemail"), _WHO, new=_WHO),
    st.builds(lambda *a, **k: [telling.hint(*a, **k)], _DAYS, st.sampled_from(["cleaned", "profile"]), _WHO),
    st.builds(
        telling.merged,
        _DAYS,
        st.sampled_from(ADDRESSES[:2]),
        st.sampled_from(ADDRESSES[2:]),
        merge=st.sampled_from(["m1", "m2"]),
        undone=st.booleans(),
    ),
    st.builds(telling.kept_apart, _DAYS, st.sampled_from(ADDRESSES[:2]), st.sampled_from(ADDRESSES[2:])),
    st.builds(lambda *a, **k: [telling.numbered(*a, **k)], _DAYS, _WHO, payment=_PAYMENTS, number=_NUMBERS),
    st.builds(lambda *a, **k: [telling.handover(*a, **k)], _DELIVERED, number=_NUMBERS),
    st.builds(lambda *a, **k: [telling.added(*a, **k)], _DAYS, _WHO, number=_NUMBERS),
)

#: Facts of a small world, in no order.
FACTS: st.SearchStrategy[list[Fact]] = st.lists(_ONE, min_size=1, max_size=14).map(
    lambda several: list(chain.from_iterable(several))
)
