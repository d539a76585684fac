"""How Stripe cuts its lists: filters that each list knows, newest first, pages that begin after an object."""

from collections.abc import Callable, Iterable
from typing import Any

from cli.standins.http import Json
from cli.standins.stripe import refusals

LARGEST_PAGE = 100
PAGING = {"limit", "starting_after", "ending_before", "expand"}
BOUNDS: dict[str, Callable[[int, int], bool]] = {
    "gt": lambda value, bound: value > bound,
    "gte": lambda value, bound: value >= bound,
    "lt": lambda value, bound: value < bound,
    "lte": lambda value, bound: value <= bound,
}


def page(held: Iterable[Json], wanted: Json, filters: Iterable[str], url: str) -> Json:
    """Return one page of a list. `filters` are the arguments that this list knows besides the paging."""
    known = {*filters, "created", *PAGING}
    for name in wanted:
        if name not in known:
            raise refusals.unknown_parameter(name)
    if "created" in wanted:
        _in_time(0, wanted["created"])
    kept = [each for each in held if all(_fits(each, name, wanted[name]) for name in wanted.keys() - PAGING)]
    kept.reverse()
    kept.sort(key=lambda each: int(each["created"]), reverse=True)
    return cut(kept, wanted, url)


def cut(items: list[Json], wanted: Json, url: str) -> Json:
    """Return the page that `limit`, `starting_after` and `ending_before` name."""
    limit = whole("limit", wanted.get("limit", "10"))
    if not 1 <= limit <= LARGEST_PAGE:
        raise refusals.invalid("limit", f"This value must be between 1 and 100 (you passed {limit}).")
    if "ending_before" in wanted:
        before = items[: _place(items, "ending_before", wanted)]
        return {"object": "list", "data": before[-limit:], "has_more": len(before) > limit, "url": url}
    after = items[_place(items, "starting_after", wanted) + 1 :] if "starting_after" in wanted else items
    return {"object": "list", "data": after[:limit], "has_more": len(after) > limit, "url": url}


def whole(name: str, text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise refusals.invalid(name, f"Invalid integer: {text}") from None


def _place(items: list[Json], name: str, wanted: Json) -> int:
    for place, item in enumerate(items):
        if item["id"] == wanted[name]:
            return place
    raise refusals.missing("object", wanted[name], name)


def _fits(held: Json, name: str, value: Any) -> bool:
    if name == "created":
        return _in_time(held["created"], value)
    if name == "types":
        return held["type"] in value
    if isinstance(value, dict):
        return all(_fits(held.get(name) or {}, inner, item) for inner, item in value.items())
    return bool(held.get(name) == value)


def _in_time(created: int, value: Any) -> bool:
    bounds = value if isinstance(value, dict) else {"gte": value, "lte": value}
    if unknown := bounds.keys() - BOUNDS.keys():
        raise refusals.unknown_parameter(f"created[{min(unknown)}]")
    read = {name: whole(f"created[{name}]", bound) for name, bound in bounds.items()}
    return all(BOUNDS[name](created, bound) for name, bound in read.items())
