"""Stripe's form encoding: `metadata[order]=1`, `expand[]=customer`, `items[0][price]=x`."""

from collections.abc import Iterable
from typing import Any
from urllib.parse import parse_qsl

from cli.standins.http import Json


def read_form(body: bytes) -> Json:
    """Return a form body as nested values. Every leaf is a text."""
    return nested(parse_qsl(body.decode(), keep_blank_values=True))


def nested(pairs: Iterable[tuple[str, str]]) -> Json:
    """Return bracketed names as nested objects and lists."""
    tree: Json = {}
    for name, value in pairs:
        _put(tree, _steps(name), value)
    return {name: _settled(value) for name, value in tree.items()}


def _steps(name: str) -> list[str]:
    head, _, rest = name.partition("[")
    return [head, *(rest.removesuffix("]").split("][") if rest else [])]


def _put(tree: Json, path: list[str], value: str) -> None:
    for step in path[:-1]:
        tree = tree.setdefault(step or str(len(tree)), {})
        if not isinstance(tree, dict):
            raise ValueError(f"{path[0]} is both a value and an object")
    tree[path[-1] or str(len(tree))] = value


def _settled(value: Any) -> Any:
    if not isinstance(value, dict):
        return value
    if value and all(name.isdecimal() for name in value):
        return [_settled(value[name]) for name in sorted(value, key=int)]
    return {name: _settled(item) for name, item in value.items()}
