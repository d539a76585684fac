"""Events from outside the account arrive on the bus where AWS brings them: a partner's on the bus that is named after
their source, those of SES and S3 on the default one. ministack drops the former, and takes the latter from itself only.
"""

# ruff: noqa: SLF001  ministack has no public names for any of this

from typing import Any

from cli.local.emulator import inside

AWS_OWN = frozenset({"aws.ses", "aws.s3"})


def install() -> None:
    """Let PutPartnerEvents deliver: for partners, for SES's stand-in, and what S3 told before a kill."""
    inside.eventbridge._put_partner_events = _put_partner_events


def _put_partner_events(request: dict[str, Any]) -> Any:
    entries = [
        {**entry, "EventBusName": _bus(entry.get("Source", ""))} for entry in request.get("Entries", [])
    ]
    return inside.eventbridge._put_events({"Entries": entries}, allow_aws_source=True)


def _bus(source: str) -> str:
    return "default" if source in AWS_OWN else source
