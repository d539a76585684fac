"""Mailchimp through mailchimp_marketing 3.0.80, its faults mended (docs/providers.md "Mailchimp's library").

Left to itself the library returns some 429 and 500 answers as values, replaces the word "server" anywhere in a
URL (addresses included), lets ids climb the path, waits 120 s, and raises errors without a text.
"""

from __future__ import annotations

import hashlib
import re
from datetime import UTC, datetime
from typing import Any

from mailchimp_marketing.api.lists_api import ListsApi
from mailchimp_marketing.api_client import ApiClient, ApiClientError

from privacy.domain.member import Member
from privacy.ports import ProviderUnavailable

#: Seconds to connect and to answer: several attempts fit into a function.
TIMEOUT = (3.05, 20)

_NOT_FOUND = 404
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_DATA_CENTRE = re.compile(r"[a-z]{2,4}[0-9]{1,4}")
_FIELDS = (
    "email_address",
    "status",
    "source",
    "timestamp_opt",
    "ip_opt",
    "timestamp_signup",
    "ip_signup",
    "last_changed",
    "language",
    "unsubscribe_reason",
)


class _Refused(Exception):
    def __init__(self, status: int) -> None:
        super().__init__(f"status {status}")
        self.status = status


class _Client(ApiClient):  # type: ignore[misc]
    """The library's client with a fixed host, and every answer but 2xx an error."""

    def __init__(self, api_key: str, host: str) -> None:
        super().__init__({"api_key": api_key, "timeout": TIMEOUT})
        self.host = host
        self.server = ""  # else it replaces "server" in the whole URL

    def request(self, *asked: Any, **more: Any) -> Any:
        answer = super().request(*asked, **more)
        if not answer.ok:
            raise _Refused(answer.status_code)
        return answer


class MailchimpMembers:
    """A MemberDirectory. base_url: empty for the address that the key's data centre gives."""

    def __init__(self, api_key: str, base_url: str = "") -> None:
        self._lists = ListsApi(_Client(api_key, base_url or _host_of(api_key)))

    def read(self, audience: str, address: str) -> Member | None:
        if not _ID.fullmatch(audience):
            raise ProviderUnavailable("not an audience id")
        try:
            found = self._lists.get_list_member(audience, subscriber_hash(address), fields=list(_FIELDS))
        except ApiClientError as error:
            # the library wraps whatever went wrong; its own text may hold the answer's body
            if isinstance(error.text, _Refused) and error.text.status == _NOT_FOUND:
                return None
            reason = error.text if isinstance(error.text, _Refused) else type(error.text).__name__
            raise ProviderUnavailable(f"mailchimp: {reason}") from None
        if not isinstance(found, dict) or not isinstance(found.get("status"), str):
            raise ProviderUnavailable("mailchimp: an answer of another form")
        return _member(audience, address, found)


def subscriber_hash(address: str) -> str:
    """How Mailchimp names a member in paths: MD5 of the lower-case address."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()


def _host_of(api_key: str) -> str:
    data_centre = api_key.rpartition("-")[2]
    if not _DATA_CENTRE.fullmatch(data_centre):
        raise ProviderUnavailable("mailchimp: the API key names no data centre")
    return f"https://{data_centre}.api.mailchimp.com/3.0"


def _member(audience: str, address: str, found: dict[str, Any]) -> Member:
    changed_at = _instant(found.get("last_changed"))
    if changed_at is None:
        raise ProviderUnavailable("mailchimp: a member without last_changed")
    return Member(
        audience=audience,
        address=_text(found.get("email_address")) or address,
        status=found["status"],
        source=_text(found.get("source")),
        opted_in_at=_instant(found.get("timestamp_opt")),
        opt_in_ip=_text(found.get("ip_opt")),
        signed_up_at=_instant(found.get("timestamp_signup")),
        signup_ip=_text(found.get("ip_signup")),
        changed_at=changed_at,
        language=_text(found.get("language")),
        unsubscribe_reason=_text(found.get("unsubscribe_reason")),
    )


def _text(value: object) -> str | None:
    return value[:500] if isinstance(value, str) and value else None


def _instant(value: object) -> datetime | None:
    """ISO 8601 with its offset; without one, UTC."""
    if not isinstance(value, str) or not value:
        return None
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        return None
    return (at if at.tzinfo else at.replace(tzinfo=UTC)).astimezone(UTC)
