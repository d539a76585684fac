"""An input transformer's paths may name a member of a list (`$.detail.mail.tags.letter[0]`). ministack finds none."""

# ruff: noqa: SLF001  ministack has no public names for any of this

import re
from typing import Any

from cli.local.emulator import inside

_FOUND = "local-indexed"


def install() -> None:
    """Let rules' paths lead into lists."""
    apply = inside.eventbridge._apply_input_transformer

    def applied(transformer: dict[str, Any], rule: Any, view: Any) -> Any:
        paths = transformer.get("InputPathsMap", {})
        indexed = {name: path for name, path in paths.items() if "[" in path}
        if not indexed:
            return apply(transformer, rule, view)
        event = view.event_with_detail()
        found = {name: _at(event, path) for name, path in indexed.items()}
        led = {**paths, **{name: f"$.{_FOUND}.{name}" for name in indexed}}
        return apply({**transformer, "InputPathsMap": led}, rule, _View(view, {**event, _FOUND: found}))

    inside.eventbridge._apply_input_transformer = applied


class _View:
    """The event with what the indexed paths led to beside it."""

    def __init__(self, view: Any, event: dict[str, Any]) -> None:
        self._view = view
        self._event = event

    def event_with_detail(self) -> dict[str, Any]:
        return self._event

    def __getattr__(self, name: str) -> Any:
        return getattr(self._view, name)


def _at(event: Any, path: str) -> Any:
    """What stands there; nothing where there is no such thing, as in AWS."""
    for name, index in re.findall(r"([^.\[\]$]+)|\[(\d+)\]", path):
        try:
            event = event[name] if name else event[int(index)]
        except (KeyError, IndexError, TypeError):
            return ""
    return event
