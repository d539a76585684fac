"""Example events in files: a Stripe event, several of them, or Mailchimp's form bodies, one a line."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, Literal
from urllib.parse import parse_qs

from cli.commands.files import content_of, json_of
from cli.local.trouble import Trouble

Provider = Literal["stripe", "mailchimp"]


@dataclass(frozen=True)
class ExampleEvent:
    """One delivery: its bytes, and what to call it without naming anybody."""

    provider: Provider
    type: str
    reference: str
    body: bytes


def examples_in(name: str) -> list[ExampleEvent]:
    """Return the events in the file of that name, at least one. Raises Trouble."""
    content = content_of(name)
    examples = list(_forms(name, content) if name.endswith(".form") else _stripe_events(name, content))
    if not examples:
        raise Trouble(f"{name} holds no event")
    return examples


def _forms(name: str, content: bytes) -> Iterator[ExampleEvent]:
    for line in filter(None, (line.strip() for line in content.splitlines())):
        try:
            fields = parse_qs(line.decode(), max_num_fields=1000)
            type_ = fields["type"][0]
        except (ValueError, LookupError):
            raise Trouble(
                f"{name} is no Mailchimp form body: it begins like type=subscribe&fired_at=…"
            ) from None
        yield ExampleEvent("mailchimp", type_, fields.get("fired_at", [""])[0], line)


def _stripe_events(name: str, content: bytes) -> Iterator[ExampleEvent]:
    held = json_of(name, content)
    if _is_event(held):
        yield _stripe_event(held, content)
        return
    if isinstance(held, dict) and "detail-type" in held:
        raise Trouble(f"{name} is an EventBridge envelope: webhooks carry what it has under `detail`")
    several = held.values() if isinstance(held, dict) else held
    if not isinstance(held, dict | list) or not all(_is_event(event) for event in several):
        raise Trouble(f"{name} holds no Stripe event, no list and no object of them (Mailchimp: *.form)")
    for event in several:
        yield _stripe_event(event, json.dumps(event).encode())


def _is_event(value: Any) -> bool:
    return isinstance(value, dict) and value.get("object") == "event" and isinstance(value.get("type"), str)


def _stripe_event(event: dict[str, Any], body: bytes) -> ExampleEvent:
    return ExampleEvent("stripe", str(event["type"]), str(event.get("id", "")), body)
