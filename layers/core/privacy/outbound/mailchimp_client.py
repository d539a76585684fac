"""mailchimp_marketing 3.0.80's client, its faults mended (docs/providers.md "Mailchimp's library").

Left to itself the library returns some 429 and 500 answers as values, replaces the word "server" anywhere in a
URL (addresses included), lets ids climb the path, waits 120 s, connects anew for each call, and raises errors
that have no text, hold the answer's body and cannot be pickled.
"""

from __future__ import annotations

import json
import re
from typing import Any

from mailchimp_marketing.api_client import ApiClient, ApiClientError
from requests import RequestException, Response, Session
from requests.adapters import HTTPAdapter

from privacy.outbound.patience import ATTEMPTS, Jitter, Respite, TryAgain, patiently
from privacy.ports import ProviderUnavailable

#: Seconds to connect and to answer.
TIMEOUT = (3.05, 20.0)
#: Mailchimp serves ten at once for a user, every integration and every container of ours together.
CONNECTIONS = 1

FORGOTTEN = "Forgotten Email Not Subscribed"
COMPLIANCE = "Member In Compliance State"

#: Titles out of Mailchimp's glossary of errors. Another one is not repeated: who knows what it holds.
_TITLES = frozenset(
    {
        *(FORGOTTEN, COMPLIANCE),
        *("API Key Invalid", "API Key Missing", "Bad Request", "Forbidden", "Invalid Action"),
        *("Invalid Resource", "JSON Parse Error", "Member Exists", "Method Not Allowed"),
        *("Resource Not Found", "User Disabled", "Wrong Datacenter"),
    }
)
_DELETING = "/actions/delete-permanent"
_DATA_CENTRE = re.compile(r"[a-z]{2,4}[0-9]{1,4}")


class MailchimpRefused(ProviderUnavailable):
    """Mailchimp's answer was not 2xx, and would not be another time. title: one of its glossary, or empty."""

    def __init__(self, status: int, title: str = "") -> None:
        super().__init__(status, title)
        self.status = status
        self.title = title

    def __str__(self) -> str:
        return f"mailchimp: {self.status} {self.title}".rstrip()


class MailchimpClient(ApiClient):  # type: ignore[misc]
    """The library's client. base_url: empty for the address that the key's data centre gives.

    Every call raises ProviderUnavailable, or MailchimpRefused where trying again is of no use.
    """

    def __init__(
        self,
        api_key: str,
        base_url: str,
        jitter: Jitter,
        respite: Respite,
        *,
        timeout: tuple[float, float] = TIMEOUT,
        connections: int = CONNECTIONS,
    ) -> None:
        super().__init__({"api_key": api_key})
        self.host = base_url or _host_of(api_key)
        self.server = ""  # else it replaces "server" in the whole URL
        self.timeout = timeout
        self._jitter = jitter
        self._respite = respite
        self._session = Session()
        # blocks where all are in use: one more than allowed is refused, with everybody else's
        pool = HTTPAdapter(pool_connections=1, pool_maxsize=connections, pool_block=True)
        self._session.mount("https://", pool)
        self._session.mount("http://", pool)

    def call_api(self, *asked: Any, **more: Any) -> Any:
        try:
            return super().call_api(*asked, **more)
        except ApiClientError as error:
            # the library wraps whatever went wrong, without a text of its own
            failed = error.text
        # outside the handler: the wrapped error holds the request, address and all, and must not be the context
        if not isinstance(failed, ProviderUnavailable):
            failed = ProviderUnavailable(f"mailchimp: {type(failed).__name__}")
        raise failed

    def request(
        self,
        method: str,
        url: str,
        query_params: Any = None,
        headers: Any = None,
        body: Any = None,
    ) -> Response:
        """In the place of the library's own, which calls `requests.get` and the like."""

        def once() -> Response:
            return self._answered(method, url, query_params, headers, body)

        # a POST that was lost may have been done, and would be done twice; whom it deleted is not there then
        attempts = 1 if method == "POST" and not url.endswith(_DELETING) else ATTEMPTS
        return self._respite.unless_hung(lambda: patiently(once, self._jitter, attempts))

    def _answered(self, method: str, url: str, query_params: Any, headers: Any, body: Any) -> Response:
        try:
            answer = self._session.request(
                method,
                url,
                params=query_params,
                headers=headers,
                auth=("any", self.api_key),
                data=None if body is None else json.dumps(body),
                timeout=self.timeout,
                allow_redirects=False,
            )
        except RequestException as error:
            problem = type(error).__name__
        else:
            if 200 <= answer.status_code < 300:
                return answer
            problem = str(answer.status_code)
            if not _is_passing(answer):
                raise MailchimpRefused(answer.status_code, _title_of(answer))
        raise TryAgain(f"mailchimp: {problem}")


def _is_passing(answer: Response) -> bool:
    """Too much at once, or Mailchimp's own trouble. Under load it also answers 403, without JSON."""
    status = answer.status_code
    return status == 429 or status >= 500 or (status == 403 and not _is_json(answer))


def _is_json(answer: Response) -> bool:
    return "json" in answer.headers.get("Content-Type", "")


def _title_of(answer: Response) -> str:
    """Of problem+json, which the library hands on as text."""
    try:
        problem = json.loads(answer.content)
    except ValueError:
        return ""
    title = problem.get("title") if isinstance(problem, dict) else None
    return title if title in _TITLES else ""


def _host_of(api_key: str) -> str:
    data_centre = api_key.rpartition("-")[2]
    if not _DATA_CENTRE.fullmatch(data_centre):
        raise ProviderUnavailable("mailchimp: the API key names no data centre")
    return f"https://{data_centre}.api.mailchimp.com/3.0"
