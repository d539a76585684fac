"""Mailchimp's audiences and members: read one by one and page by page, and changed.

Members are named by hash and audiences by an id of letters and digits, so that nothing climbs out of a path.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from typing import Any

from mailchimp_marketing.api.lists_api import ListsApi

from privacy.domain.member import Audience, Member, MemberCursor, MemberPage
from privacy.outbound.mailchimp_client import COMPLIANCE, FORGOTTEN, MailchimpClient, MailchimpRefused
from privacy.ports import MemberRefused, ProviderUnavailable

#: The most that one call lists.
PAGE = 1000

_NOT_FOUND, _NOT_ALLOWED = 404, 405
_SECOND = timedelta(seconds=1)
_ID = re.compile(r"[A-Za-z0-9_-]{1,64}")
_MEMBER_FIELDS = (
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
_COUNTS = ("member_count", "unsubscribe_count", "cleaned_count")
_AUDIENCE_FIELDS = (
    *("id", "name", "double_optin", "subscribe_url_long", "subscribe_url_short"),
    *(f"stats.{count}" for count in _COUNTS),
)
_REASONS = {FORGOTTEN: "forgotten", COMPLIANCE: "compliance"}

type Found = Mapping[str, Any]


class MailchimpAudiences:
    """Audiences and MemberWriter, and with them a MemberDirectory. page: how many one call lists."""

    def __init__(self, client: MailchimpClient, page: int = PAGE) -> None:
        self._lists = ListsApi(client)
        self._page = page

    # ---------------------------------------------------------------- audiences

    def audiences(self) -> tuple[Audience, ...]:
        found: list[Audience] = []
        while True:
            fields = [*(f"lists.{field}" for field in _AUDIENCE_FIELDS), "total_items"]
            answer = _document(self._lists.get_all_lists(fields=fields, count=self._page, offset=len(found)))
            page = _listed(answer, "lists")
            found += map(_audience, page)
            if not page or len(found) >= _total(answer):
                return tuple(found)

    def audience(self, audience: str) -> Audience:
        return _audience(_document(self._lists.get_list(_checked(audience), fields=list(_AUDIENCE_FIELDS))))

    # ---------------------------------------------------------------- members, read

    def read(self, audience: str, address: str) -> Member | None:
        try:
            found = self._lists.get_list_member(
                _checked(audience), subscriber_hash(address), fields=list(_MEMBER_FIELDS)
            )
        except MailchimpRefused as refused:
            if refused.status == _NOT_FOUND:
                return None
            raise
        return _member(audience, _document(found), address)

    def members(self, audience: str, after: MemberCursor, *, status: str | None = None) -> MemberPage:
        """Nobody is missed, though the list moves while it is read: whoever changes goes to its end.

        From page to page it goes on at the last change that was seen, never by counting: what leaves the part
        already read would shift the rest past the counter. A second of overlap makes it indifferent whether
        Mailchimp's "since" takes in the second that it names, and repeats who shares the last second.

        Where more than a page changed within one second (an import), that second has to be counted through, and
        is counted **backwards**, from its last member to its first: nobody can come into a second that is over,
        and whoever leaves it shifts others towards its beginning, which is still to be read. Whoever changes
        while the last second of all is being read is found by the next run, which begins where this one began.
        """
        if after.since is not None and after.offset:
            return self._crowd(audience, after.since.replace(microsecond=0), after.offset, status)
        since = after.since and after.since.replace(microsecond=0)
        answer = self._list(audience, status, since=since)
        page = _listed(answer, "members")
        if not page or len(page) >= _total(answer):
            return MemberPage(_members(audience, page), None)
        last = _changed_at(page[-1]).replace(microsecond=0)
        if since is None or last > since:
            return MemberPage(_members(audience, page), MemberCursor(last))
        crowd = _total(self._list(audience, status, since=since, until=since, count=1))
        # a crowd that left meanwhile is none: the next second comes next
        onwards = MemberCursor(since, crowd) if crowd else MemberCursor(since + _SECOND)
        return MemberPage(_members(audience, page), onwards)

    def _crowd(self, audience: str, second: datetime, left: int, status: str | None) -> MemberPage:
        """The last page of the first `left` members of one second."""
        start = max(0, left - self._page)
        answer = self._list(audience, status, since=second, until=second, offset=start, count=left - start)
        onwards = MemberCursor(second, start) if start else MemberCursor(second + _SECOND)
        return MemberPage(_members(audience, _listed(answer, "members")), onwards)

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
            chosen["since_last_changed"] = _written(since - _SECOND)
        if until is not None:
            chosen["before_last_changed"] = _written(until + _SECOND)
        fields = [*(f"members.{field}" for field in _MEMBER_FIELDS), "total_items"]
        found = self._lists.get_list_members_info(
            _checked(audience),
            fields=fields,
            count=count or self._page,
            offset=offset,
            sort_field="last_changed",
            sort_dir="ASC",
            **chosen,
        )
        return _document(found)

    # ---------------------------------------------------------------- members, changed

    def subscribe(self, audience: str, address: str, *, known: bool, pending: bool) -> None:
        status = "pending" if pending else "subscribed"
        # a subscription without a first name is none the less one: the audience's form may insist, this does not
        lenient = {"skip_merge_validation": "true"}
        name = _checked(audience), subscriber_hash(address)
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
        name = _checked(audience), subscriber_hash(address)
        lenient = {"skip_merge_validation": "true"}
        self._done_or_gone(
            audience,
            lambda: self._lists.update_list_member(*name, {"status": "unsubscribed"}, **lenient),
            {_NOT_FOUND},
        )

    def archive(self, audience: str, address: str) -> None:
        name = _checked(audience), subscriber_hash(address)
        # 405: archived already
        self._done_or_gone(
            audience, lambda: self._lists.delete_list_member(*name), {_NOT_FOUND, _NOT_ALLOWED}
        )

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


def _checked(audience: str) -> str:
    if not _ID.fullmatch(audience):
        raise ProviderUnavailable("mailchimp: not an audience id")
    return audience


# ---------------------------------------------------------------- what Mailchimp answers


def _document(answer: object) -> Found:
    if not isinstance(answer, dict):
        raise ProviderUnavailable("mailchimp: an answer of another form")
    return answer


def _listed(answer: Found, name: str) -> list[Found]:
    listed = answer.get(name)
    if not isinstance(listed, list):
        raise ProviderUnavailable("mailchimp: an answer of another form")
    return [_document(each) for each in listed]


def _total(answer: Found) -> int:
    total = answer.get("total_items")
    if not isinstance(total, int):
        raise ProviderUnavailable("mailchimp: a list without total_items")
    return total


def _audience(found: Found) -> Audience:
    stats = found.get("stats") or {}
    form = _text(found.get("subscribe_url_long")) or _text(found.get("subscribe_url_short"))
    return Audience(
        id=_checked(str(found.get("id"))),
        name=_text(found.get("name")) or "",
        double_opt_in=found.get("double_optin") is True,
        hosted_form=form,
        members=sum(stats[count] for count in _COUNTS if isinstance(stats.get(count), int)),
    )


def _members(audience: str, page: list[Found]) -> tuple[Member, ...]:
    """Without those who have a telephone number and no address: they name nobody whom this system knows."""
    return tuple(_member(audience, found) for found in page if _text(found.get("email_address")))


def _member(audience: str, found: Found, address: str = "") -> Member:
    status = _text(found.get("status"))
    if status is None:
        raise ProviderUnavailable("mailchimp: a member without a status")
    return Member(
        audience=audience,
        address=_text(found.get("email_address")) or address,
        status=status,
        source=_text(found.get("source")),
        opted_in_at=_instant(found.get("timestamp_opt")),
        opt_in_ip=_text(found.get("ip_opt")),
        signed_up_at=_instant(found.get("timestamp_signup")),
        signup_ip=_text(found.get("ip_signup")),
        changed_at=_changed_at(found),
        language=_text(found.get("language")),
        unsubscribe_reason=_text(found.get("unsubscribe_reason")),
    )


def _changed_at(found: Found) -> datetime:
    changed_at = _instant(found.get("last_changed"))
    if changed_at is None:
        raise ProviderUnavailable("mailchimp: a member without last_changed")
    return changed_at


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


def _written(at: datetime) -> str:
    """In UTC: whatever offset a timestamp names, Mailchimp ignores it."""
    return at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S+00:00")
