"""Calls to the operators' API, signed with an AWS identity (SigV4) as its IAM authoriser asks."""

import argparse
import json
import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

from cli.commands.office import checked, local_office, take_where
from cli.commands.posting import Answer, post
from cli.local.trouble import Trouble

if TYPE_CHECKING:
    from botocore.credentials import Credentials

STAFF, DPO = "PrivacyStaff", "PrivacyDpo"
SERVICE = "execute-api"
BUSY = frozenset({429, 503})

REFUSALS: Mapping[int, str] = {
    400: "it was not understood: is that an e-mail address?",
    403: f"it was refused: your AWS identity must be a session of the role {STAFF} or, to rebuild, {DPO}",
    404: "there is no operators' API at that address: give the address without a path",
    422: "too many people are connected with one another to be read at once: an engineer has to look",
    429: "too many calls at once: wait a moment and try again",
    503: "the back office cannot do it now: try again in a minute",
}

_REGION_IN_HOST = re.compile(r"\.execute-api\.([a-z0-9-]+)\.amazonaws\.com$")


class Busy(Trouble):
    """It cannot be done just now: the same call may do a moment later."""


@dataclass(frozen=True)
class Desk:
    """Where an operator works, and as whom."""

    base_url: str
    region: str
    credentials: "Credentials"

    def call(self, path: str, content: Mapping[str, object]) -> Any:
        """Return what the API answers. Raises Trouble where it refuses, Busy where it may not a moment later."""
        url, body = self.base_url + path, json.dumps(content).encode()
        answer = post(url, body, self._signed(url, body))
        if not answer.accepted:
            if (because := _reason(answer)) is not None:
                raise Trouble(because)
            refusal = REFUSALS.get(answer.status, "that is unexpected: see the function's log")
            kind = Busy if answer.status in BUSY else Trouble
            raise kind(f"{self.base_url} answered {answer.status}: {refusal}")
        return _content(answer)

    def _signed(self, url: str, body: bytes) -> Mapping[str, str]:
        from botocore.auth import SigV4Auth
        from botocore.awsrequest import AWSRequest

        headers = {"Content-Type": "application/json"}
        request = AWSRequest(method="POST", url=url, headers=headers, data=body)
        SigV4Auth(self.credentials, SERVICE, self.region).add_auth(request)
        return dict(request.headers.items())


def take_desk(parser: argparse.ArgumentParser, *, inherit: bool = False) -> None:
    """Let the command be told where to call, and as whom. inherit: see `take_where`."""
    take_where(parser, inherit=inherit)
    parser.add_argument(
        "--profile",
        default=argparse.SUPPRESS if inherit else None,
        help="an AWS profile, with --url (default: the AWS environment)",
    )


def desk(arguments: argparse.Namespace, role: str) -> Desk:
    """Return the desk that the arguments mean; at the local back office, in that role. Raises Trouble."""
    if arguments.url:
        return _deployed(checked(arguments.url), arguments.profile)
    if arguments.profile:
        raise Trouble("--profile goes with --url: the local back office has keys of its own")
    from botocore.credentials import Credentials

    office = local_office(arguments.state)
    if role not in office.keys:
        raise Trouble(f"the local back office has no key for {role}: start it again")
    return Desk(office.base_url, office.region, Credentials(*office.keys[role]))


def _deployed(url: str, profile: str | None) -> Desk:
    from botocore.exceptions import BotoCoreError
    from botocore.session import Session

    try:
        session = Session(profile=profile)
        credentials = session.get_credentials()
        found = _REGION_IN_HOST.search(urlsplit(url).hostname or "")
        region = found[1] if found else session.get_config_variable("region")
        if credentials is not None:
            credentials.get_frozen_credentials()
    except BotoCoreError as error:
        raise Trouble(f"no AWS credentials: {error}") from None
    if credentials is None:
        raise Trouble("no AWS credentials: sign in (`aws sso login`), or name a profile with --profile")
    if not region:
        raise Trouble("no AWS region: set AWS_REGION, or name a profile that has one with --profile")
    return Desk(url, region, credentials)


def _reason(answer: Answer) -> str | None:
    """Why it cannot be done, where the back office says so: the same call again would be told the same."""
    if answer.status not in (404, 409) or not answer.body:
        return None
    content = _content(answer)
    because = content.get("because") if isinstance(content, dict) else None
    return because if isinstance(because, str) else None


def _content(answer: Answer) -> Any:
    try:
        return json.loads(answer.body)
    except ValueError:
        raise Trouble("the answer is not JSON: is that the address of a privacy back office?") from None
