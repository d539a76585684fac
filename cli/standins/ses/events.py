"""What SES tells of a message afterwards, in the shape that EventBridge has it in (`source: aws.ses`)."""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.standins.delivery import Parcel
from cli.standins.http import Json
from cli.standins.ses.messages import REGION

ACCOUNT = "000000000000"
#: eventType → detail-type.
TYPES: Mapping[str, str] = {
    "Send": "Email Sent",
    "Delivery": "Email Delivered",
    "Bounce": "Email Bounced",
    "Complaint": "Email Complaint Received",
    "Reject": "Email Rejected",
    "DeliveryDelay": "Email Delivery Delayed",
}


@dataclass
class Letter:
    """One message that SES took. told: the events that followed, oldest first."""

    id: str
    at: int
    sender: str
    recipients: list[str]
    tags: dict[str, str]
    configuration_set: str
    subject: str
    headers: list[list[str]]
    file: str = ""
    told: list[str] = field(default_factory=list)

    def show(self) -> Json:
        """Return it as a JSON value."""
        return dict(vars(self))


def event(letter: Letter, kind: str, second: int, **more: Any) -> Json:
    """Return what EventBridge is given: everything but id and account, which it adds."""
    happened = {**_happened(letter, kind, second), **more}
    return {
        "Source": "aws.ses",
        "DetailType": TYPES[kind],
        "Resources": [f"arn:aws:ses:{REGION}:{ACCOUNT}:configuration-set/{letter.configuration_set}"],
        "Detail": json.dumps({"eventType": kind, "mail": _mail(letter), _name(kind): happened}),
    }


def parcel(bus: str, letter: Letter, kind: str, content: Json) -> Parcel:
    """Return the event as it is handed to EventBridge, signed anew at each attempt."""
    body = json.dumps({"Entries": [content]}).encode()

    def headers(_: int) -> Mapping[str, str]:
        request = AWSRequest(
            method="POST",
            url=bus,
            data=body,
            headers={
                "Content-Type": "application/x-amz-json-1.1",
                "X-Amz-Target": "AWSEvents.PutPartnerEvents",
            },
        )
        SigV4Auth(Credentials(ACCOUNT, "local"), "events", REGION).add_auth(request)
        return dict(request.headers.items())

    return Parcel(bus, kind, letter.id, body, headers)


def _name(kind: str) -> str:
    return kind[0].lower() + kind[1:]


def _iso(second: int) -> str:
    return datetime.fromtimestamp(second, UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")


def _mail(letter: Letter) -> Json:
    return {
        "timestamp": _iso(letter.at),
        "source": letter.sender,
        "sendingAccountId": ACCOUNT,
        "messageId": letter.id,
        "destination": letter.recipients,
        "headersTruncated": False,
        "headers": [{"name": name, "value": value} for name, value in letter.headers],
        "commonHeaders": {
            "from": [letter.sender],
            "to": letter.recipients,
            "messageId": letter.id,
            "subject": letter.subject,
        },
        "tags": {
            "ses:configuration-set": [letter.configuration_set],
            "ses:from-domain": [letter.sender.rpartition("@")[2]],
            **{name: [value] for name, value in letter.tags.items()},
        },
    }


def _happened(letter: Letter, kind: str, second: int) -> Json:
    match kind:
        case "Delivery":
            return {
                "timestamp": _iso(second),
                "processingTimeMillis": 500,
                "recipients": letter.recipients,
                "smtpResponse": "250 2.6.0 Message received",
                "reportingMTA": f"mta.{REGION}.amazonses.com",
            }
        case "Bounce":
            return {
                "bounceType": "Permanent",
                "bounceSubType": "General",
                "bouncedRecipients": [
                    {
                        "emailAddress": address,
                        "action": "failed",
                        "status": "5.1.1",
                        "diagnosticCode": "smtp; 550 5.1.1 user unknown",
                    }
                    for address in letter.recipients
                ],
                "timestamp": _iso(second),
                "feedbackId": f"feedback-{letter.id}",
                "reportingMTA": f"dsn; mta.{REGION}.amazonses.com",
            }
        case "Complaint":
            return {
                "complainedRecipients": [{"emailAddress": address} for address in letter.recipients],
                "timestamp": _iso(second),
                "feedbackId": f"feedback-{letter.id}",
                "userAgent": "Amazon SES Mailbox Simulator",
                "complaintFeedbackType": "abuse",
                "arrivalDate": _iso(second),
            }
        case "Reject":
            return {"reason": "Bad content"}
        case "DeliveryDelay":
            return {
                "delayType": "MailboxFull",
                "delayedRecipients": [
                    {"emailAddress": address, "status": "4.2.2"} for address in letter.recipients
                ],
                "timestamp": _iso(second),
            }
        case _:
            return {}
