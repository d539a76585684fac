"""Events from outside the account arrive on the bus where AWS brings them: a partner's on the bus that is named after
their source, SES's own on the default one. ministack drops the former, and lets nobody but itself say the latter."""

# ruff: noqa: SLF001  ministack has no public names for any of this

from typing import Any

from cli.local.emulator import inside

SES = "aws.ses"


def install() -> None:
    """Let PutPartnerEvents deliver, for partners and for the stand-in of SES."""
    inside.eventbridge._put_partner_events = _put_partner_events


def _put_partner_events(request: dict[str, Any]) -> Any:
    entries = [
        {**entry, "EventBusName": _bus(entry.get("Source", ""))} for entry in request.get("Entries", [])
    ]
    return inside.eventbridge._put_events({"Entries": entries}, allow_aws_source=True)


def _bus(source: str) -> str:
    return "default" if source == SES else source
