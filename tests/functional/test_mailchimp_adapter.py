"""The Mailchimp adapter against the stand-in and its faults (docs/providers.md "Mailchimp's library")."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest

from cli.standins import mailchimp
from cli.standins.faults import Fault
from privacy.outbound.mailchimp import MailchimpMembers, subscriber_hash
from privacy.ports import ProviderUnavailable
from tests.telling import CAMILLE, at

LIST = "a6b5da1054"


@pytest.fixture
def standin() -> Iterator[Any]:
    with mailchimp.serving(port=0, list_id=LIST) as running:
        yield running


@pytest.fixture
def members(standin: Any) -> MailchimpMembers:
    return MailchimpMembers("0" * 32 + "-us21", f"{standin.base_url}/3.0")


def test_a_member_is_read_with_what_proves_the_opt_in(standin: Any, members: MailchimpMembers) -> None:
    standin.act("signup", email=CAMILLE, at="2026-01-01T10:00:00+00:00")
    found = members.read(LIST, " Camille.Durand@EXAMPLE.fr")
    assert found is not None
    assert (found.status, found.source, found.opted_in_at) == (
        "subscribed",
        "Hosted Signup Form",
        at("2026-01-01T10:00"),
    )
    assert found.opt_in_ip == "203.0.113.7"


def test_nobody_is_no_error(members: MailchimpMembers) -> None:
    assert members.read(LIST, "nobody@example.fr") is None


@pytest.mark.parametrize(
    "fault",
    [
        "bare_429",
        "bare_500",
        "bare_403",
        "html_403",
        "problem_400",
        "problem_429",
        "problem_500",
        "timeout",
        "lost_answer",
    ],
)
def test_every_answer_but_2xx_is_an_error_without_the_answers_text(
    standin: Any, members: MailchimpMembers, fault: str
) -> None:
    standin.act("signup", email=CAMILLE)
    standin.faults.arm(Fault(fault))
    with pytest.raises(ProviderUnavailable) as refused:
        members.read(LIST, CAMILLE)
    assert CAMILLE not in str(refused.value)
    assert refused.value.__cause__ is None
    assert members.read(LIST, CAMILLE) is not None


def test_the_word_server_in_an_address_reaches_mailchimp_unharmed(
    standin: Any, members: MailchimpMembers
) -> None:
    address = "observer@server.example"
    standin.act("signup", email=address)
    found = members.read(LIST, address)
    assert found is not None
    assert found.address == address


@pytest.mark.parametrize("audience", ["../../x", "a/b", "", "a b", "é"])
def test_an_audience_that_is_no_id_never_reaches_a_path(
    standin: Any, members: MailchimpMembers, audience: str
) -> None:
    with pytest.raises(ProviderUnavailable):
        members.read(audience, CAMILLE)


def test_a_directory_that_nobody_answers_at_is_unavailable() -> None:
    with pytest.raises(ProviderUnavailable):
        MailchimpMembers("0" * 32 + "-us21", "http://127.0.0.1:9/3.0").read(LIST, CAMILLE)


@pytest.mark.parametrize("key", ["", "abc", "abc-", "abc-evil.example/x", "abc-us21@evil.example"])
def test_a_key_that_names_no_data_centre_calls_nobody(key: str) -> None:
    with pytest.raises(ProviderUnavailable):
        MailchimpMembers(key)


def test_members_are_named_by_the_md5_of_the_lower_case_address() -> None:
    assert (
        subscriber_hash(" Jane@Example.com ")
        == subscriber_hash("jane@example.com")
        == "9e26471d35a78862c17e467d87cddedf"
    )
