"""How Stripe cuts its lists: filters that each list knows, newest first, pages that begin after an object."""

import math
from collections.abc import Callable, Collection
from itertools import islice
from typing import Any

from cli.standins.http import Json
from cli.standins.stripe import refusals
from cli.standins.stripe.shelf import Shelf

LARGEST_PAGE = 100
MOST_TYPES = 20
PAGING = {"limit", "starting_after", "ending_before", "expand"}
BOUNDS = ("gt", "gte", "lt", "lte")


def page(
    shelf: Shelf,
    wanted: Json,
    filters: Collection[str],
    url: str,
    *,
    shown: Callable[[Json], bool] = lambda each: True,
    oldest: int = 0,
) -> Json:
    """Return one page of a list: of what is `shown`, and was created at `oldest` or later.

    `filters` are the arguments that the list knows besides the paging.
    """
    known = {*filters, "created", *PAGING}
    for name in wanted:
        if name not in known:
            raise refusals.unknown_parameter(name)
    limit = _limit(wanted)
    low, high = _bounds(wanted.get("created", {}), oldest)
    asked = {name: wanted[name] for name in wanted.keys() - PAGING - {"created"}}
    _check_types(asked)
    before, after = (_cursor(shelf, wanted, name) for name in ("ending_before", "starting_after"))
    walk = shelf.older(after, low, high) if before is None else shelf.newer(before, low, high)
    fitting = (each for each in walk if shown(each) and all(_fits(each, *one) for one in asked.items()))
    found = list(islice(fitting, limit + 1))
    data = found[:limit] if before is None else found[:limit][::-1]
    return {"object": "list", "data": data, "has_more": len(found) > limit, "url": url}


def cut(items: list[Json], wanted: Json, url: str) -> Json:
    """Return the beginning of a short list, such as a session's lines."""
    limit = _limit(wanted)
    return {"object": "list", "data": items[:limit], "has_more": len(items) > limit, "url": url}


def whole(name: str, text: str) -> int:
    """Read a whole number."""
    try:
        return int(text)
    except ValueError:
        raise refusals.invalid(name, f"Invalid integer: {text}") from None


def _limit(wanted: Json) -> int:
    limit = whole("limit", wanted.get("limit", "10"))
    if not 1 <= limit <= LARGEST_PAGE:
        raise refusals.invalid("limit", f"This value must be between 1 and 100 (you passed {limit}).")
    return limit


def _cursor(shelf: Shelf, wanted: Json, name: str) -> str | None:
    cursor: str | None = wanted.get(name)
    if cursor is not None and cursor not in shelf:
        raise refusals.missing("object", cursor, name)
    return cursor


def _bounds(created: Any, oldest: int) -> tuple[float, float]:
    """Return the first and the last second that `created` lets through."""
    asked = created if isinstance(created, dict) else {"gte": created, "lte": created}
    if unknown := asked.keys() - set(BOUNDS):
        raise refusals.unknown_parameter(f"created[{min(unknown)}]")
    read = {name: whole(f"created[{name}]", bound) for name, bound in asked.items()}
    low = max(oldest, read.get("gte", 0), read.get("gt", -1) + 1)
    return low, min(read.get("lte", math.inf), read.get("lt", math.inf) - 1)


def _check_types(asked: Json) -> None:
    if "type" in asked and "types" in asked:
        raise refusals.invalid("types", "You may pass either `type` or `types`, but not both.", "")
    if len(asked.get("types", ())) > MOST_TYPES:
        raise refusals.invalid("types", f"You may pass up to {MOST_TYPES} types.", "")


def _fits(held: Json, name: str, value: Any) -> bool:
    if name == "types":
        return held["type"] in value
    if name == "type" and value.endswith("*"):
        return bool(held["type"].startswith(value[:-1]))
    if isinstance(value, dict):
        return all(_fits(held.get(name) or {}, inner, item) for inner, item in value.items())
    return bool(held.get(name) == value)
