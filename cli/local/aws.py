"""boto3 clients for the emulator, whatever the caller's own AWS settings are."""

from functools import cache
from typing import Any

import boto3
from botocore.config import Config

from cli.local.places import ACCOUNT, REGION

_CONFIG = Config(
    connect_timeout=5, read_timeout=60, retries={"total_max_attempts": 3}, s3={"addressing_style": "path"}
)


class Aws:
    """The emulated account, seen from outside the functions."""

    def __init__(self, endpoint: str) -> None:
        self.endpoint = endpoint
        self._session = boto3.session.Session(
            aws_access_key_id=ACCOUNT,
            aws_secret_access_key="local",  # noqa: S106  the emulator takes any
            region_name=REGION,
        )
        self.client = cache(self._client)

    def _client(self, service: str) -> Any:
        return self._session.client(service, endpoint_url=self.endpoint, config=_CONFIG)  # type: ignore[call-overload]
