"""Every object of one of Stripe's lists, page by page (docs/providers.md "Stripe's lists")."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Any

from privacy.outbound.stripe_client import Document, NoSuchObject, StripeCalls
from privacy.ports import ProviderUnavailable

#: The most that one call lists.
PAGE = 100


def every(calls: StripeCalls, path: str, asked: Mapping[str, Any]) -> Iterator[Document]:
    """The next page is asked for when it is needed. What belongs to an object that is not there is nothing.

    Raises ProviderUnavailable.
    """
    after: dict[str, str] = {}
    while True:
        try:
            answer = calls.answer("get", path, {**asked, **after, "limit": PAGE})
        except NoSuchObject:
            return
        page, more = answer.get("data"), answer.get("has_more")
        if not isinstance(page, list) or not isinstance(more, bool):
            raise ProviderUnavailable("stripe: an answer of another form")
        for each in page:
            if not isinstance(each, dict) or not isinstance(each.get("id"), str):
                raise ProviderUnavailable("stripe: an answer of another form")
            yield each
        if not more or not page:
            return
        after = {"starting_after": page[-1]["id"]}
