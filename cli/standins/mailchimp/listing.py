"""How Mailchimp cuts its lists: filters, order, pages, and the fields asked for."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from cli.standins.http import Json, Request
from cli.standins.mailchimp.audience import STATUSES, Member
from cli.standins.mailchimp.problems import invalid

LARGEST_PAGE = 1000


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


def chosen(members: list[Member], request: Request) -> list[Member]:
    """Return the members that the request's filters let through, in its order. Archived ones must be asked for."""
    status = request.argument("status")
    if status is not None and status not in STATUSES:
        raise invalid("status", f"The value you selected is not one of {', '.join(STATUSES)}.")
    kept = [
        member for member in members if (member.status == status if status else member.status != "archived")
    ]
    for field, moment in (("last_changed", "last_changed"), ("timestamp_opt", "timestamp_opt")):
        kept = _between(kept, request, field, MOMENTS[moment])
    left_since = request.argument("unsubscribed_since")
    if left_since is not None:
        if status != "unsubscribed":
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


def trimmed(value: Json, request: Request) -> Json:
    """Return `value` with the `fields` asked for, or without the `exclude_fields`, both given as dotted paths."""
    wanted, unwanted = request.argument("fields"), request.argument("exclude_fields")
    cut: Json = value
    if wanted:
        cut = _only(value, [path.split(".") for path in wanted.split(",")])
    elif unwanted:
        cut = _without(value, [path.split(".") for path in unwanted.split(",")])
    return cut


def _only(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_only(item, paths) for item in value]
    if not isinstance(value, dict) or [] in paths:
        return value
    heads = {path[0] for path in paths}
    return {
        name: _only(item, [path[1:] for path in paths if path[0] == name])
        for name, item in value.items()
        if name in heads
    }


def _without(value: Any, paths: list[list[str]]) -> Any:
    if isinstance(value, list):
        return [_without(item, paths) for item in value]
    if not isinstance(value, dict):
        return value
    return {
        name: _without(item, [path[1:] for path in paths if path[0] == name and len(path) > 1])
        for name, item in value.items()
        if [name] not in paths
    }
