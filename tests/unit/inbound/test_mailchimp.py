"""What a fact keeps of each Mailchimp webhook: a withdrawal counts at once, all else is a hint.

docs/architecture.md "Consent and hints"
"""

from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import urlencode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from privacy import policy
from privacy.domain.facts import GROUPS, Fact
from privacy.domain.identifiers import Pseudonyms
from privacy.inbound.mailchimp import fact_from
from privacy.inbound.payload import Ignored, MalformedEvent

EVENTS = Path(__file__).parents[3] / "events" / "mailchimp"
NAMES = sorted(path.stem for path in EVENTS.glob("*.form"))
PSEUDONYMS = Pseudonyms(1, {1: b"a pepper for tests, of 32 bytes.."})
RECORDED_AT = datetime(2026, 11, 22, 20, tzinfo=UTC)
LIST = "a6b5da1054"

FORM = {
    "type": "unsubscribe",
    "fired_at": "2026-11-22 19:00:00",
    "data[action]": "unsub",
    "data[reason]": "manual",
    "data[id]": "8a25ff1d98",
    "data[list_id]": LIST,
    "data[email]": "Jane@Example.com",
    "data[email_type]": "html",
    "data[merges][EMAIL]": "jane@example.com",
    "data[merges][GROUPINGS][0][groups]": "Cats, Dogs",
    "data[merges][ADDRESS][city]": "Berlin",
}
UPEMAIL = {
    "type": "upemail",
    "fired_at": "2026-11-22 19:00:00",
    "data[list_id]": LIST,
    "data[new_id]": "51da8c3259",
    "data[new_email]": "new@example.com",
    "data[old_email]": "old@example.com",
}


def read(body: bytes, audiences: frozenset[str] = frozenset()) -> Fact | Ignored:
    return fact_from(body, pseudonyms=PSEUDONYMS, recorded_at=RECORDED_AT, audiences=audiences)


def told(form: dict[str, str], **over: str) -> Fact:
    fact = read(urlencode(form | over).encode())
    assert isinstance(fact, Fact)
    return fact


def email(address: str) -> str:
    return PSEUDONYMS.email(address)


@pytest.mark.parametrize("name", [n for n in NAMES if n != "campaign"])
def test_every_example_becomes_a_fact_of_known_fields_from_its_registered_source(name: str) -> None:
    fact = read((EVENTS / f"{name}.form").read_bytes())
    assert isinstance(fact, Fact)
    for group, fields in fact.groups.items():
        assert set(fields) <= set(GROUPS[group])
        assert group in policy.load().sources["mailchimp"].groups
    assert fact.subject == fact.filed_under
    assert not any("@" in key for key in (*fact.identifiers, fact.event_id, fact.digest))


def test_a_campaign_names_nobody() -> None:
    outcome = read((EVENTS / "campaign.form").read_bytes())
    assert isinstance(outcome, Ignored)
    assert outcome.reason == "campaign"


def test_types_of_other_channels_are_ignored() -> None:
    outcome = read(b"type=sms_subscribe&fired_at=x")
    assert isinstance(outcome, Ignored)
    assert outcome.reason == "type"


def test_another_audience_is_ignored() -> None:
    body = urlencode(FORM).encode()
    outcome = read(body, frozenset({"other"}))
    assert isinstance(outcome, Ignored)
    assert outcome.reason == "audience"
    assert isinstance(read(body, frozenset({"other", LIST})), Fact)


def test_an_unsubscription_withdraws_at_once() -> None:
    fact = told(FORM)
    assert fact.occurred_at == datetime(2026, 11, 22, 19, tzinfo=UTC)
    assert fact.identifiers == (email("jane@example.com"),)
    assert fact.group("consent") == {
        "purpose": "newsletter",
        "choice": "withdrawn",
        "carrier": "mailchimp",
        "email": "Jane@Example.com",
        "audience": LIST,
        "reason": "manual",
    }
    assert fact.group("subscription")["status"] == "unsubscribed"


@pytest.mark.parametrize(
    "over", [{"data[action]": "delete"}, {"data[reason]": ""}, {"data[reason]": "other"}]
)
def test_whatever_the_action_or_reason_an_unsubscription_withdraws(over: dict[str, str]) -> None:
    assert told(FORM | over).group("consent")["choice"] == "withdrawn"


def test_a_complaint_is_an_objection_e121() -> None:
    assert told(FORM | {"data[reason]": "abuse"}).group("consent")["choice"] == "objected"
    cleaned = told(FORM | {"type": "cleaned", "data[reason]": "abuse"})
    assert cleaned.group("consent")["choice"] == "objected"


def test_a_hard_bounce_is_no_objection_e124() -> None:
    fact = told(FORM | {"type": "cleaned", "data[reason]": "hard"})
    assert set(fact.groups) == {"subscription"}
    assert fact.group("subscription")["status"] == "cleaned"


@pytest.mark.parametrize("type_", ["subscribe", "profile"])
@pytest.mark.parametrize("reason", ["", "abuse", "manual"])
def test_a_hint_carries_no_consent_whatever_it_says_e120(type_: str, reason: str) -> None:
    assert set(told(FORM | {"type": type_, "data[reason]": reason}).groups) == {"subscription"}
    assert set(told(UPEMAIL | {"data[reason]": reason}).groups) == {"subscription"}


def test_a_changed_address_is_filed_under_the_old_one_and_names_both_e123() -> None:
    fact = told(UPEMAIL)
    assert fact.identifiers == (email("old@example.com"), email("new@example.com"))
    assert fact.subject == email("old@example.com")
    assert fact.group("subscription")["email"] == "new@example.com"
    assert fact.group("subscription")["previous_email"] == "old@example.com"


def test_a_redelivery_has_the_same_key_and_digest_in_any_spelling_of_the_address() -> None:
    one, again = told(UPEMAIL), told(UPEMAIL | {"data[old_email]": " OLD@example.com"})
    assert (one.key, one.digest) == (again.key, again.digest)
    assert told(FORM).key == told(FORM | {"data[email]": "jane@EXAMPLE.com"}).key


def test_other_particulars_of_the_same_hint_are_no_conflict() -> None:
    hint = FORM | {"type": "subscribe"}
    one, other = told(hint), told(hint | {"data[ip_opt]": "203.0.113.9", "data[merges][FNAME]": "J"})
    assert (one.key, one.digest) == (other.key, other.digest)
    assert other.group("subscription")["signup_ip"] == "203.0.113.9"


def test_another_second_list_type_or_address_is_another_fact() -> None:
    keys = {
        told(FORM | over).key
        for over in (
            {},
            {"fired_at": "2026-11-22 19:00:01"},
            {"data[list_id]": "b7"},
            {"type": "cleaned"},
            {"data[email]": "june@example.com"},
        )
    }
    assert len(keys) == 5


def test_a_key_that_repeats_itself_is_one_and_that_contradicts_itself_none() -> None:
    body = urlencode(FORM).encode()
    assert read(body + b"&data%5Blist_id%5D=" + LIST.encode()) == read(body)
    assert isinstance(read(body + b"&data[merges][INTERESTS]=a&data[merges][INTERESTS]=b"), Fact)
    with pytest.raises(MalformedEvent):
        read(body + b"&data%5Bemail%5D=someone.else@example.com")


@pytest.mark.parametrize("missing", ["type", "fired_at", "data[list_id]", "data[email]"])
def test_without_what_the_fact_needs_it_is_malformed(missing: str) -> None:
    for form in ({k: v for k, v in FORM.items() if k != missing}, FORM | {missing: ""}):
        with pytest.raises(MalformedEvent):
            read(urlencode(form).encode())


@pytest.mark.parametrize("missing", ["data[old_email]", "data[new_email]"])
def test_a_change_of_address_needs_both(missing: str) -> None:
    with pytest.raises(MalformedEvent):
        told({k: v for k, v in UPEMAIL.items() if k != missing})


@pytest.mark.parametrize(
    "fired_at",
    ["2026-11-22", "2026-11-22T19:00:00", "2026-11-22 19:00:00+02:00", "2026-13-22 19:00:00", "1926-11-22 19:00:00",
     "9999-12-31 23:59:59", "2026-11-22 25:00:00", "٢٠٢٦-11-22 19:00:00", "x" * 19],
)  # fmt: skip
def test_an_instant_of_another_form_is_malformed(fired_at: str) -> None:
    with pytest.raises(MalformedEvent):
        told(FORM | {"fired_at": fired_at})


@pytest.mark.parametrize("over", [{"data[email]": "not an address"}, {"data[list_id]": "jane@example.com"}])
def test_what_cannot_be_filed_is_malformed(over: dict[str, str]) -> None:
    with pytest.raises(MalformedEvent):
        told(FORM | over)


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"\xff",
        b"type=%FF",
        b"type",
        b"&" * 600,
        b"a=b&" * 600,
        b'{"type": "unsubscribe"}',
        b"\x00",
        b"%",
    ],
)
def test_what_is_no_form_is_malformed(body: bytes) -> None:
    with pytest.raises(MalformedEvent):
        read(body)


@given(st.binary(max_size=400) | st.text(max_size=400).map(str.encode))
def test_any_bytes_are_a_fact_or_ignored_or_malformed(body: bytes) -> None:
    for sent in (body, urlencode(FORM).encode() + b"&" + body):
        with suppress(MalformedEvent):
            read(sent)
