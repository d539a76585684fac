"""Mailchimp's audiences and members: read one by one and page by page, and changed.

Members are named by hash and audiences by an id of letters and digits, so that nothing climbs out of a path.
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from mailchimp_marketing.api.lists_api import ListsApi

from privacy.domain.member import Audience, Member, MemberCursor, MemberPage
from privacy.outbound.mailchimp_answers import (
    AUDIENCE_FIELDS,
    MEMBER_FIELDS,
    Found,
    audience_from,
    changed_at_of,
    checked,
    document,
    listed,
    member_from,
    members_from,
    total_of,
    written,
)
from privacy.outbound.mailchimp_client import COMPLIANCE, FORGOTTEN, MailchimpClient, MailchimpRefused
from privacy.ports import MemberRefused, ProviderUnavailable

#: The most that one call lists; and the fewest, where Mailchimp cannot serve so many in time.
PAGE, LEAST = 1000, 125

_NOT_FOUND, _NOT_ALLOWED = 404, 405
_SECOND = timedelta(seconds=1)
_REASONS = {FORGOTTEN: "forgotten", COMPLIANCE: "compliance"}


class MailchimpAudiences:
    """Audiences, MemberWriter and Remover, and with them a MemberDirectory. page: how many one call lists."""

    def __init__(self, client: MailchimpClient, page: int = PAGE) -> None:
        self._lists = ListsApi(client)
        self._page = page

    # ---------------------------------------------------------------- audiences

    def audiences(self) -> tuple[Audience, ...]:
        found: list[Audience] = []
        while True:
            fields = [*(f"lists.{field}" for field in AUDIENCE_FIELDS), "total_items"]
            answer = document(self._lists.get_all_lists(fields=fields, count=self._page, offset=len(found)))
            page = listed(answer, "lists")
            found += map(audience_from, page)
            if not page or len(found) >= total_of(answer):
                return tuple(found)

    def audience(self, audience: str) -> Audience:
        return audience_from(document(self._lists.get_list(checked(audience), fields=list(AUDIENCE_FIELDS))))

    # ---------------------------------------------------------------- members, read

    def read(self, audience: str, address: str) -> Member | None:
        try:
            found = self._lists.get_list_member(
                checked(audience), subscriber_hash(address), fields=list(MEMBER_FIELDS)
            )
        except MailchimpRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return member_from(audience, document(found), address)

    def members(self, audience: str, after: MemberCursor, *, status: str | None = None) -> MemberPage:
        """Nobody is missed, though the list moves while it is read: whoever changes goes to its end.

        From page to page it goes on at the last change that was seen, never by counting: what leaves the part
        already read would shift the rest past the counter. A second of overlap makes it indifferent whether
        Mailchimp's "since" takes in the second that it names, and repeats who shares the last second.

        Where more than a page changed within one second (an import), that second has to be counted through, and
        is counted **backwards**, from its last member to its first: nobody can come into a second that is over,
        and whoever leaves it shifts others towards its beginning, which is still to be read. Whoever changes
        while the last second of all is being read is found by the next run, which begins where this one began.

        A page that does not come is asked for again by whoever calls, and is smaller then: now and then Mailchimp
        takes too long for a thousand.
        """
        try:
            return self._members(audience, after, status)
        except MailchimpRefused:
            raise
        except ProviderUnavailable:
            self._page = max(self._page // 2, min(self._page, LEAST))
            raise

    def _members(self, audience: str, after: MemberCursor, status: str | None) -> MemberPage:
        if after.since is not None and after.offset:
            return self._crowd(audience, after.since.replace(microsecond=0), after.offset, status)
        since = after.since and after.since.replace(microsecond=0)
        answer = self._list(audience, status, since=since)
        page = listed(answer, "members")
        if not page or len(page) >= total_of(answer):
            return MemberPage(members_from(audience, page), None)
        last = changed_at_of(page[-1]).replace(microsecond=0)
        if since is None or last > since:
            return MemberPage(members_from(audience, page), MemberCursor(last))
        crowd = total_of(self._list(audience, status, since=since, until=since, count=1))
        # a crowd that left meanwhile is none: the next second comes next
        onwards = MemberCursor(since, crowd) if crowd else MemberCursor(since + _SECOND)
        return MemberPage(members_from(audience, page), onwards)

    def _crowd(self, audience: str, second: datetime, left: int, status: str | None) -> MemberPage:
        """The last page of the first `left` members of one second."""
        start = max(0, left - self._page)
        answer = self._list(audience, status, since=second, until=second, offset=start, count=left - start)
        onwards = MemberCursor(second, start) if start else MemberCursor(second + _SECOND)
        return MemberPage(members_from(audience, listed(answer, "members")), onwards)

    def _list(
        self,
        audience: str,
        status: str | None,
        *,
        since: datetime | None,
        until: datetime | None = None,
        offset: int = 0,
        count: int | None = None,
    ) -> Found:
        """Members by their last change, from the second `since` to the second `until`, both included."""
        chosen: dict[str, Any] = {"status": status} if status else {}
        if since is not None:
            chosen["since_last_changed"] = written(since - _SECOND)
        if until is not None:
            chosen["before_last_changed"] = written(until + _SECOND)
        fields = [*(f"members.{field}" for field in MEMBER_FIELDS), "total_items"]
        found = self._lists.get_list_members_info(
            checked(audience),
            fields=fields,
            count=count or self._page,
            offset=offset,
            sort_field="last_changed",
            sort_dir="ASC",
            **chosen,
        )
        return document(found)

    # ---------------------------------------------------------------- members, changed

    def subscribe(self, audience: str, address: str, *, known: bool, pending: bool) -> None:
        status = "pending" if pending else "subscribed"
        # a subscription without a first name is none the less one: the audience's form may insist, this does not
        lenient = {"skip_merge_validation": "true"}
        name = checked(audience), subscriber_hash(address)
        try:
            if known:
                self._lists.update_list_member(*name, {"status": status}, **lenient)
            else:
                # `status` would overwrite an unsubscription that came in between
                asked = {"email_address": address, "status_if_new": status}
                self._lists.set_list_member(*name, asked, **lenient)
        except MailchimpRefused as refused:
            if refused.title in _REASONS:
                raise MemberRefused(_REASONS[refused.title]) from None
            raise

    def unsubscribe(self, audience: str, address: str) -> None:
        name = checked(audience), subscriber_hash(address)
        lenient = {"skip_merge_validation": "true"}
        self._done_or_gone(
            audience,
            lambda: self._lists.update_list_member(*name, {"status": "unsubscribed"}, **lenient),
            {_NOT_FOUND},
        )

    def archive(self, audience: str, address: str) -> None:
        name = checked(audience), subscriber_hash(address)
        # 405: archived already
        self._done_or_gone(
            audience, lambda: self._lists.delete_list_member(*name), {_NOT_FOUND, _NOT_ALLOWED}
        )

    def delete_permanently(self, audience: str, address: str) -> None:
        name = checked(audience), subscriber_hash(address)
        self._done_or_gone(audience, lambda: self._lists.delete_list_member_permanent(*name), {_NOT_FOUND})

    def _done_or_gone(self, audience: str, call: Callable[[], object], gone: set[int]) -> None:
        try:
            call()
        except MailchimpRefused as refused:
            if refused.status not in gone:
                raise
        else:
            return
        # 404 also means that there is no such audience, where nothing was done
        self.audience(audience)


def subscriber_hash(address: str) -> str:
    """How Mailchimp names a member in paths: MD5 of the lower-case address."""
    return hashlib.md5(address.strip().lower().encode(), usedforsecurity=False).hexdigest()
