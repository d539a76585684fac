"""Mailchimp's own copy of one member: all that it shows of them, in each audience, and all that hangs on them (G19).

Members are named by hash, since notes know no other name. Goals have no method in the library.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping

from privacy.outbound.mailchimp import PAGE, MailchimpAudiences, subscriber_hash
from privacy.outbound.mailchimp_answers import Found, checked, document, listed, total_of
from privacy.outbound.mailchimp_client import MailchimpClient, MailchimpRefused
from privacy.ports.answers import Document

_NOT_FOUND = 404
#: By kind: the last word of the path, and the name of the list in the answer.
_HANGING = {
    "tag": ("tags", "tags"),
    "note": ("notes", "notes"),
    "activity": ("activity-feed", "activity"),
    "event": ("events", "events"),
    "goal": ("goals", "goals"),
}
#: Lists that Mailchimp cuts at their fifty latest, and does not page.
_CUT = frozenset({"goal"})


class MailchimpPerson:
    """PersonAtMailchimp. page: how many one call lists."""

    def __init__(self, client: MailchimpClient, page: int = PAGE) -> None:
        self._client = client
        self._audiences = MailchimpAudiences(client)
        self._page = page

    def audiences(self) -> tuple[tuple[str, str], ...]:
        return tuple((audience.id, audience.name) for audience in self._audiences.audiences())

    def member(self, audience: str, address: str) -> Document | None:
        try:
            return document(self._get(_path(audience, address), {"exclude_fields": "_links"}))
        except MailchimpRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise

    def hanging(self, kind: str, audience: str, address: str) -> Iterator[Document]:
        word, name = _HANGING[kind]
        seen = 0
        while True:
            asked = {"count": self._page, "offset": seen}
            answer: Found = document(self._get(f"{_path(audience, address)}/{word}", asked))
            page = listed(answer, name)
            yield from page
            seen += len(page)
            if kind in _CUT or not page or seen >= total_of(answer):
                return

    def _get(self, path: str, asked: Mapping[str, object]) -> object:
        return self._client.call_api(path, "GET", query_params=dict(asked))


def _path(audience: str, address: str) -> str:
    return f"/lists/{checked(audience)}/members/{subscriber_hash(address)}"
