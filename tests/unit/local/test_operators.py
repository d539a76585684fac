"""Signatures of operators, as the local front door checks them."""

from dataclasses import replace
from datetime import UTC, datetime, timedelta

import pytest
from botocore.credentials import Credentials

from cli.local.operators import AccessKey, Asked, Refused, signed, verified

KEY = AccessKey("PrivacyDpo", "AKIA0123456789ABCDEF", "a secret of one local operator")
BASE = "http://127.0.0.1:8000"
PLAIN = Asked("POST", "/operator/people/lookups?page=2", {"content-type": "application/json"}, b'{"a":1}')


def by(key: AccessKey, asked: Asked = PLAIN) -> Asked:
    headers = signed(Credentials(key.access_key_id, key.secret_access_key), asked, BASE)
    with_host = {name.lower(): value for name, value in headers.items()} | {"host": "127.0.0.1:8000"}
    return replace(asked, headers=with_host)


def test_a_request_signed_by_a_known_key_names_that_key() -> None:
    assert verified([KEY], by(KEY), BASE, datetime.now(UTC)) == KEY


@pytest.mark.parametrize(
    "change",
    [
        {"method": "GET"},
        {"path": "/operator/rebuilds"},
        {"path": "/operator/people/lookups?page=3"},
        {"body": b'{"a":2}'},
        {"headers": {}},
    ],
)
def test_a_changed_request_is_refused(change: dict[str, object]) -> None:
    with pytest.raises(Refused):
        verified([KEY], replace(by(KEY), **change), BASE, datetime.now(UTC))  # type: ignore[arg-type]


@pytest.mark.parametrize("name", ["host", "x-amz-date", "content-type"])
def test_a_changed_signed_header_is_refused(name: str) -> None:
    asked = by(KEY)
    with pytest.raises(Refused):
        verified([KEY], replace(asked, headers={**asked.headers, name: "other"}), BASE, datetime.now(UTC))


@pytest.mark.parametrize("minutes", [-6, 6])
def test_an_old_or_early_request_is_refused(minutes: int) -> None:
    with pytest.raises(Refused):
        verified([KEY], by(KEY), BASE, datetime.now(UTC) + timedelta(minutes=minutes))


def test_another_secret_and_another_region_are_refused() -> None:
    asked = by(KEY)
    with pytest.raises(Refused):
        verified([replace(KEY, secret_access_key="other")], asked, BASE, datetime.now(UTC))
    elsewhere = asked.headers["authorization"].replace("eu-west-3", "us-east-1")
    with pytest.raises(Refused):
        verified(
            [KEY],
            replace(asked, headers={**asked.headers, "authorization": elsewhere}),
            BASE,
            datetime.now(UTC),
        )
