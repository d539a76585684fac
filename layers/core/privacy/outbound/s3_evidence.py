"""Proofs of identity in S3 (R13): `evidence/<case>/<letter>`. The bucket keeps no versions and empties after 30 days.

A browser sends the file itself, by a form that we sign: its size, its name and where it may go stand in the signature.
Whatever it says that it is, it is kept as bytes that no browser shows.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from privacy.ports.evidence import Arrived, Upload

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "evidence/"
#: A case and a letter of it: nothing that climbs, nothing that names anybody.
_NAME = re.compile(r"[A-Z0-9-]{1,40}/[a-z0-9_-]{1,60}")
_BYTES = "application/octet-stream"
_HEAD = 16


class S3Evidence:
    """EvidenceStore over one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def upload(self, name: str, *, largest: int, seconds: int, landing: str) -> Upload:
        fixed = {"success_action_redirect": landing, "Content-Type": _BYTES}
        form = self._client.generate_presigned_post(
            self._bucket,
            _key(name),
            Fields=dict(fixed),
            Conditions=[{field: value} for field, value in fixed.items()]
            + [["content-length-range", 1, largest]],
            ExpiresIn=seconds,
        )
        return Upload(form["url"], form["fields"])

    def arrived(self, name: str) -> Arrived | None:
        try:
            answer = self._client.get_object(
                Bucket=self._bucket, Key=_key(name), Range=f"bytes=0-{_HEAD - 1}"
            )
        except self._client.exceptions.NoSuchKey:
            return None
        size = int(answer["ContentRange"].rpartition("/")[2])
        with answer["Body"] as body:
            return Arrived(size, body.read(_HEAD))

    def link(self, name: str, seconds: int) -> str:
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": _key(name),
                "ResponseContentDisposition": "attachment",
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=seconds,
        )

    def delete(self, name: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=_key(name))


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("not a proof's name")
    return PREFIX + name
