"""Events of a partner arrive on the bus that is named after their source, as in AWS. ministack drops them."""

# ruff: noqa: SLF001  ministack has no public names for any of this

from typing import Any

from cli.local.emulator import inside


def install() -> None:
    """Let PutPartnerEvents deliver."""
    inside.eventbridge._put_partner_events = _put_partner_events


def _put_partner_events(request: dict[str, Any]) -> Any:
    entries = [{**entry, "EventBusName": entry.get("Source", "")} for entry in request.get("Entries", [])]
    return inside.eventbridge._put_events({"Entries": entries}, allow_aws_source=True)
