"""Whatever facts say, in whatever order, an answer holds nobody else's address (G20); made-up worlds look for a way."""

from __future__ import annotations

import json
from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from privacy.domain.facts import Fact
from privacy.domain.withholding import addresses_in, of_provider
from privacy.operations.people.neighbourhood import read_neighbourhood
from tests.answering import POLICY, Office
from tests.telling import email
from tests.worlds import ADDRESSES, FACTS

_MINE = "ana@example.fr"
_THEIRS = ("bob@example.fr", "Bob@Example.FR", "cleo@example.fr")


def _theirs(office: Office, address: str) -> set[str]:
    """Every address that is this person's: theirs, and those that an operator merged with it."""
    found = read_neighbourhood([email(address)], ledger=office.ledger, people=office.people, policy=POLICY)
    linked, people = found.folding.people()
    owner = people.get(linked.owner(email(address)))
    emails = owner.links.emails if owner else ()
    return {each for each in ADDRESSES if email(each) in emails} | {address}


@settings(max_examples=80, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(FACTS, st.sampled_from(ADDRESSES))
def test_no_address_of_anybody_else_is_in_an_answer(facts: list[Fact], asked: str) -> None:
    office = Office().hears(*facts)
    for number, address in enumerate(ADDRESSES):
        # Stripe's accounts mix as they like: each holds a charge of everybody's
        office.stripe.held["customer"] += [{"id": f"cus_{number}", "email": address, "created": 1}]
        office.stripe.held["charge"] += [
            {
                "id": f"ch_{number}_{place}",
                "customer": f"cus_{number}",
                "payment_intent": f"pi_{number}",
                "billing_details": {"email": buyer, "name": buyer.partition("@")[0]},
                "created": 2,
            }
            for place, buyer in enumerate(ADDRESSES)
        ]
    office.collects(asked)
    theirs = _theirs(office, asked)
    said = json.dumps([[record.said, record.file] for record in office.all_records()])
    assert {address for address in ADDRESSES if address in said} <= theirs


_LEAVES = st.one_of(
    st.none(), st.booleans(), st.integers(), st.text(max_size=8), st.sampled_from([_MINE, *_THEIRS])
)
_KEYS = st.sampled_from(
    ["id", "email", "receipt_email", "customer_email", "name", "rule", "client_secret", "data", "object", "x"]
)
_DOCUMENTS: st.SearchStrategy[Any] = st.recursive(
    _LEAVES,
    lambda inner: st.one_of(st.lists(inner, max_size=3), st.dictionaries(_KEYS, inner, max_size=4)),
    max_leaves=20,
)


@settings(max_examples=150, deadline=None)
@given(st.dictionaries(_KEYS, _DOCUMENTS, max_size=5))
def test_no_object_of_a_providers_brings_anybody_elses_address_or_a_key(held: dict[str, Any]) -> None:
    shown = of_provider(held, lambda address: address == _MINE)
    assert set(addresses_in(shown.said)) <= {_MINE}
    told = json.dumps(shown.said)
    assert '"client_secret"' not in told
    assert '"rule"' not in told
    if set(addresses_in(held)) - {_MINE}:
        assert shown.notes
