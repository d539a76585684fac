"""How Mailchimp cuts its lists: filters, order, pages, and the fields asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.standins.http import Json, Request
from cli.standins.mailchimp.audience import Audience
from cli.standins.mailchimp.crowd import Crowd
from cli.standins.mailchimp.member import STATUSES, Member
from cli.standins.mailchimp.problems import invalid

LARGEST_PAGE = 1000
CROWDS_ARGUMENTS = {
    *("count", "offset", "fields", "exclude_fields", "status", "sort_field", "sort_dir"),
    *("since_last_changed", "before_last_changed"),
}


@dataclass(frozen=True)
class Page:
    """The part of a list that was asked for."""

    count: int
    offset: int

    @classmethod
    def of(cls, request: Request) -> "Page":
        """Read `count` (10 by default, 1000 at most) and `offset`."""
        return cls(_number(request, "count", 10, LARGEST_PAGE), _number(request, "offset", 0, None))

    def cut[T](self, items: list[T]) -> list[T]:
        """Return the items on this page."""
        return items[self.offset : self.offset + self.count]


def _number(request: Request, name: str, default: int, largest: int | None) -> int:
    text = request.argument(name)
    if text is None:
        return default
    if not text.isdecimal() or (largest is not None and int(text) > largest):
        raise invalid(name, f"This value should be {largest or 'a number'} or less.")
    return int(text)


def second_of(name: str, text: str) -> int:
    """Read a moment as Mailchimp does: whatever offset it names is ignored, and the rest is taken for UTC."""
    try:
        return int(datetime.fromisoformat(text.replace(" ", "+")).replace(tzinfo=UTC).timestamp())
    except ValueError:
        raise invalid(name, "This value is not a valid datetime.") from None


MOMENTS: dict[str, Callable[[Member], int | None]] = {
    "last_changed": lambda member: member.last_changed,
    "timestamp_opt": lambda member: member.timestamp_opt,
    "timestamp_signup": lambda member: member.timestamp_signup,
}


def listed(audience: Audience, request: Request) -> tuple[list[Member], int]:
    """Return the page of members that was asked for, and how many there are on all pages.

    Archived ones must be asked for.
    """
    status = request.argument("status")
    if status is not None and status not in STATUSES:
        raise invalid("status", f"The value you selected is not one of {', '.join(STATUSES)}.")
    statuses = [status] if status else [each for each in STATUSES if each != "archived"]
    page = Page.of(request)
    if audience.crowd is not None:
        return _of_crowd(audience.id, audience.crowd, statuses, page, request)
    found = _chosen([each for each in audience.members.values() if each.status in statuses], request)
    return page.cut(found), len(found)


def _of_crowd(
    list_id: str, crowd: Crowd, statuses: list[str], page: Page, request: Request
) -> tuple[list[Member], int]:
    for name, _ in request.query:
        if name not in CROWDS_ARGUMENTS:
            raise invalid(name, "A crowd is not listed that way.")
    if request.argument("sort_field") not in (None, "last_changed") or request.argument("sort_dir") == "DESC":
        raise invalid("sort_field", "A crowd is listed by last_changed only, the oldest first.")
    since, before = request.argument("since_last_changed"), request.argument("before_last_changed")
    low = None if since is None else second_of("since_last_changed", since) + 1
    high = None if before is None else second_of("before_last_changed", before) - 1
    wanted = range(page.offset, page.offset + page.count)
    return crowd.members(list_id, statuses, wanted, low, high), crowd.count(statuses, low, high)


def _chosen(members: list[Member], request: Request) -> list[Member]:
    kept = members
    for field in ("last_changed", "timestamp_opt"):
        kept = _between(kept, request, field, MOMENTS[field])
    left_since = request.argument("unsubscribed_since")
    if left_since is not None:
        if request.argument("status") != "unsubscribed":
            raise invalid("unsubscribed_since", "This filter needs status=unsubscribed.")
        edge = second_of("unsubscribed_since", left_since)
        kept = [member for member in kept if member.last_changed > edge]
    unique_id = request.argument("unique_email_id")
    if unique_id is not None:
        kept = [member for member in kept if member.unique_email_id == unique_id]
    return _ordered(kept, request)


def _between(
    members: list[Member], request: Request, field: str, moment: Callable[[Member], int | None]
) -> list[Member]:
    since, before = request.argument(f"since_{field}"), request.argument(f"before_{field}")
    if since is not None:
        lower = second_of(f"since_{field}", since)
        members = [member for member in members if (moment(member) or 0) > lower]
    if before is not None:
        upper = second_of(f"before_{field}", before)
        members = [member for member in members if (moment(member) or 0) < upper]
    return members


def _ordered(members: list[Member], request: Request) -> list[Member]:
    field = request.argument("sort_field")
    if field is None:
        return members
    if field not in MOMENTS:
        raise invalid("sort_field", f"The value you selected is not one of {', '.join(MOMENTS)}.")
    descending = (request.argument("sort_dir") or "ASC").upper() == "DESC"
    return sorted(members, key=lambda member: MOMENTS[field](member) or 0, reverse=descending)


Tree = dict[str, Any]
"""Dotted paths as branches; an empty one is the end of a path."""


def trimmed(value: Json, request: Request) -> Json:
    """Return `value` with the `fields` asked for, or without the `exclude_fields`, both given as dotted paths."""
    wanted, unwanted = request.argument("fields"), request.argument("exclude_fields")
    cut: Json = value
    if wanted:
        cut = _only(value, _tree(wanted))
    elif unwanted:
        cut = _without(value, _tree(unwanted))
    return cut


def _tree(paths: str) -> Tree:
    tree: Tree = {}
    for path in sorted(paths.split(","), key=len, reverse=True):
        branch = tree
        *steps, last = path.split(".")
        for step in steps:
            branch = branch.setdefault(step, {})
        branch[last] = {}
    return tree


def _only(value: Any, tree: Tree) -> Any:
    if not tree:
        return value
    if isinstance(value, list):
        return [_only(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    return {name: _only(value[name], branch) for name, branch in tree.items() if name in value}


def _without(value: Any, tree: Tree) -> Any:
    if isinstance(value, list):
        return [_without(item, tree) for item in value]
    if not isinstance(value, dict):
        return value
    kept = {name: item for name, item in value.items() if tree.get(name) != {}}
    return {name: _without(item, tree[name]) if name in tree else item for name, item in kept.items()}
