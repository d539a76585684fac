"""Recipients are named, with role, country, safeguard and contract, or the start stops (P23, P24, P29)."""

from __future__ import annotations

from importlib.resources import files

import pytest

from privacy import policy
from privacy.policy import InvalidPolicy, recipients

TOML = files("privacy.policy").joinpath("imera.toml").read_bytes()


def test_p23_whoever_brings_facts_from_outside_is_a_recipient_by_name() -> None:
    outside = policy.load().sources.keys() - {"shop", "contact", "pages", "privacy", "operator"}
    assert outside == set().union(*(r.told_by for r in recipients.load()))


def test_a_recipient_gets_no_group_that_its_own_source_does_not_bring() -> None:
    sources = policy.load().sources
    stripe = next(r for r in recipients.load() if r.id == "stripe")
    assert stripe.groups == sources["stripe"].groups


def test_p29_a_processor_whose_contract_nobody_told_us_of_is_a_gap() -> None:
    first = b'dpa_signed_on = ""'
    assert all(recipient.gap for recipient in recipients.load())
    signed = recipients.parse(TOML.replace(first, b"dpa_signed_on = 2024-05-01", 1))
    assert [recipient.gap for recipient in signed] == [False, True, True]


def test_who_is_outside_the_union_has_a_safeguard() -> None:
    for recipient in recipients.load():
        assert recipient.country in {"LU", "IE"} or recipient.transfer


@pytest.mark.parametrize(
    ("before", "after", "why"),
    [
        (b'role = "processor"\ncountry = "US"', b'role = "friend"\ncountry = "US"', "role is one of"),
        (b'told_by = ["mailchimp", ', b'told_by = ["broker", ', "broker"),
        (b'id = "mailchimp"', b'id = "stripe"', "two of one id"),
        (b'groups = ["subscription", "consent", "profile"]', b'groups = ["horoscope"]', "horoscope"),
        (b'operations.fr = "tient', b'operations.de = "tient', "French and in English"),
        (b'dpa_signed_on = ""', b"dpa_signed_on = 1", "a day, or empty"),
    ],
)
def test_a_recipient_that_contradicts_itself_stops_the_start(before: bytes, after: bytes, why: str) -> None:
    assert before in TOML
    with pytest.raises(InvalidPolicy, match=why):
        recipients.parse(TOML.replace(before, after, 1))
