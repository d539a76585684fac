"""Letters by Amazon SES (API v2), which has no token against sending twice.

So what is not an answer is not repeated here: only SES's events, by the letter's tag, say what became of it.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from botocore.exceptions import (
    BotoCoreError,
    ClientError,
    ConnectTimeoutError,
    EndpointConnectionError,
    NoCredentialsError,
)

from privacy.ports import MailRefused, MailUnanswered, ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_sesv2 import SESV2Client

#: The tag that comes back with every event. infra/mail.yaml publishes them; template.yaml's rule reads this one.
TAG = "letter"

#: What SES says when it takes a message under no circumstances, and what we call it.
_FOR_GOOD: Mapping[str, str] = {
    "MessageRejected": "rejected",
    "BadRequestException": "misshapen",
}
#: What has to be put right, or waited for, before the same message goes.
_FOR_NOW: Mapping[str, str] = {
    "TooManyRequestsException": "throttled",
    "LimitExceededException": "quota",
    "SendingPausedException": "paused",
    "AccountSuspendedException": "suspended",
    "MailFromDomainNotVerifiedException": "not_verified",
    "NotFoundException": "not_set_up",
}


class SesMailer:
    """A Mailer. client: one that tries once only, since a repetition after a lost answer is a second letter."""

    def __init__(self, client: SESV2Client, configuration_set: str) -> None:
        self._client = client
        self._configuration_set = configuration_set

    def send(self, raw: bytes, *, sender: str, recipient: str, letter: str) -> str:
        try:
            answer = self._client.send_email(
                FromEmailAddress=sender,
                Destination={"ToAddresses": [recipient]},
                Content={"Raw": {"Data": raw}},
                EmailTags=[{"Name": TAG, "Value": letter}],
                ConfigurationSetName=self._configuration_set,
            )
        except ClientError as error:
            raise _meaning(error) from None
        except (ConnectTimeoutError, EndpointConnectionError, NoCredentialsError) as error:
            raise MailRefused(type(error).__name__, for_good=False) from None  # it was never handed over
        except BotoCoreError as error:
            raise MailUnanswered(type(error).__name__) from None
        return answer["MessageId"]


class SesUndeliverables:
    """Undeliverables: the account's own suppression list.

    It holds an address for as long as nobody takes it off, which is no longer than we may know of it; but whoever has
    no mailbox there stays on it, since another letter would bounce again.
    """

    def __init__(self, client: SESV2Client) -> None:
        self._client = client

    def lift(self, address: str) -> None:
        try:
            held = self._client.get_suppressed_destination(EmailAddress=address)
            if held["SuppressedDestination"]["Reason"] != "BOUNCE":
                self._client.delete_suppressed_destination(EmailAddress=address)
        except ClientError as error:
            code = error.response.get("Error", {}).get("Code", "")
            if code != "NotFoundException":
                raise ProviderUnavailable(f"ses: {code}") from None
        except BotoCoreError as error:
            raise ProviderUnavailable(f"ses: {type(error).__name__}") from None


def _meaning(error: ClientError) -> MailRefused | MailUnanswered:
    code = error.response.get("Error", {}).get("Code", "")
    status = error.response.get("ResponseMetadata", {}).get("HTTPStatusCode", 0)
    if code in _FOR_GOOD:
        # the one refusal that the set-up causes comes under a message's name
        unverified = "not verified" in error.response.get("Error", {}).get("Message", "")
        return MailRefused("not_verified" if unverified else _FOR_GOOD[code], for_good=not unverified)
    if 400 <= status < 500:
        return MailRefused(_FOR_NOW.get(code, "refused"), for_good=False)
    return MailUnanswered(f"status {status}")
