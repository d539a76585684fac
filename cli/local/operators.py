"""Who may call the operator's routes here: local access keys for the two roles, and their SigV4 signatures.

AWS checks the signature of a caller before an IAM-authorised route reaches its function. Here the front door
does, with botocore's own signer, so that a wrong key, a changed body or an old request is refused the same way.
"""

import hashlib
import hmac
import re
import secrets
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from cli.local import private_file
from cli.local.places import REGION, StateDirectory

ROLES = ("PrivacyDpo", "PrivacyStaff")
SERVICE = "execute-api"
LARGEST_SKEW = timedelta(minutes=5)

_AUTHORIZATION = re.compile(
    r"AWS4-HMAC-SHA256 +Credential=(?P<key>\w+)/(?P<scope>[\w/-]+), *"
    r"SignedHeaders=(?P<headers>[\w;-]+), *Signature=(?P<signature>[0-9a-f]{64})"
)


class Refused(Exception):
    """The caller is not who they say, or nobody we know."""


@dataclass(frozen=True)
class Asked:
    """An HTTP request as it came. Header names are lower-case; the path keeps its query."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True)
class AccessKey:
    """A long-lived key of one local operator, who acts in one role."""

    role: str
    access_key_id: str
    secret_access_key: str


def kept_keys(state: StateDirectory) -> list[AccessKey]:
    """Return the local operators' keys; make them on the first start."""
    kept: list[dict[str, str]] | None = private_file.read(state.operators)
    if kept is None:
        kept = [
            {
                "role": role,
                "access_key_id": f"AKIA{secrets.token_hex(8).upper()}",
                "secret_access_key": secrets.token_urlsafe(30),
            }
            for role in ROLES
        ]
        private_file.write(state.operators, kept)
    return [AccessKey(**key) for key in kept]


def signed(credentials: Credentials, asked: Asked, base_url: str) -> dict[str, str]:
    """Return the request's headers with a signature for `execute-api` added."""
    request = AWSRequest(
        method=asked.method, url=base_url + asked.path, headers=dict(asked.headers), data=asked.body
    )
    SigV4Auth(credentials, SERVICE, REGION).add_auth(request)
    return dict(request.headers.items())


def verified(keys: list[AccessKey], asked: Asked, base_url: str, now: datetime) -> AccessKey:
    """Return the key that signed this request. Raises Refused."""
    headers = asked.headers
    claim = _AUTHORIZATION.fullmatch(headers.get("authorization", ""))
    if claim is None:
        raise Refused("no signature")
    key = next((key for key in keys if key.access_key_id == claim["key"]), None)
    if key is None:
        raise Refused("unknown key")
    stamp = headers.get("x-amz-date", "")
    if not _recent(stamp, now) or claim["scope"] != f"{stamp[:8]}/{REGION}/{SERVICE}/aws4_request":
        raise Refused("old, or for another place")
    if headers.get("x-amz-content-sha256", _sha256(asked.body)) != _sha256(asked.body):
        raise Refused("another body")
    names = claim["headers"].split(";")
    if "host" not in names or "x-amz-date" not in names:
        raise Refused("too little is signed")
    request = AWSRequest(
        method=asked.method,
        url=base_url + asked.path,
        headers={name: headers.get(name, "") for name in names},
        data=asked.body,
    )
    request.context["timestamp"] = stamp
    signer = SigV4Auth(Credentials(key.access_key_id, key.secret_access_key), SERVICE, REGION)
    text = signer.string_to_sign(request, signer.canonical_request(request))
    if not hmac.compare_digest(signer.signature(text, request), claim["signature"]):
        raise Refused("wrong signature")
    return key


def _recent(stamp: str, now: datetime) -> bool:
    try:
        signed_at = datetime.strptime(stamp, "%Y%m%dT%H%M%SZ").replace(tzinfo=UTC)
    except ValueError:
        return False
    return abs(now - signed_at) <= LARGEST_SKEW


def _sha256(body: bytes) -> str:
    return hashlib.sha256(body).hexdigest()
