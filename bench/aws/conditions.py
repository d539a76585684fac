"""Condition expressions, as far as the product writes them: comparisons and existence, joined by AND and OR."""

from __future__ import annotations

import operator
import re
from collections.abc import Callable, Mapping
from typing import Any

from bench.aws.capacity import Wire

_EXISTENCE = re.compile(r"(attribute_exists|attribute_not_exists)\(\s*([#\w]+)\s*\)")
_COMPARISON = re.compile(r"([#\w]+)\s*(=|<>|<=|>=|<|>)\s*(:\w+)")


def holds(request: Mapping[str, Any], item: Wire | None) -> bool:
    """True where the request has no condition or the item meets it. Raises ValueError at what is not known here."""
    return is_met(request.get("ConditionExpression"), request, item)


def is_met(expression: str | None, request: Mapping[str, Any], item: Wire | None) -> bool:
    """The same of any expression of the request."""
    if expression is None:
        return True
    names = request.get("ExpressionAttributeNames", {})
    values = request.get("ExpressionAttributeValues", {})
    return any(
        all(_one(term.strip(), item or {}, names, values) for term in re.split(r"\bAND\b", alternative))
        for alternative in re.split(r"\bOR\b", expression)
    )


def _one(term: str, item: Wire, names: Mapping[str, str], values: Wire) -> bool:
    if found := _EXISTENCE.fullmatch(term):
        return (names.get(found[2], found[2]) in item) == (found[1] == "attribute_exists")
    if found := _COMPARISON.fullmatch(term):
        held = item.get(names.get(found[1], found[1]))
        return held is not None and _compare(found[2], held, values[found[3]])
    raise ValueError(f"a condition of another form: {term}")


def _compare(sign: str, held: Mapping[str, Any], asked: Mapping[str, Any]) -> bool:
    if held.keys() != asked.keys():
        return sign == "<>"
    ((kind, left),), (right,) = held.items(), asked.values()
    if kind == "N":
        left, right = float(left), float(right)
    return bool(_SIGNS[sign](left, right))


_SIGNS: Mapping[str, Callable[[Any, Any], object]] = {
    "=": operator.eq,
    "<>": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
