"""Answers' packages in S3 (R12): `packages/<name>`, written while they are made. The bucket keeps no versions.

A package is a multipart upload, so that no more than one part of it is ever in memory. It is there whole or not at all:
what breaks off is aborted, and a lifecycle rule sweeps up after a function that died.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from botocore.exceptions import BotoCoreError, ClientError

from privacy.ports import ProviderUnavailable

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client
    from mypy_boto3_s3.type_defs import CompletedPartTypeDef

PREFIX = "packages/"
#: S3 takes at most 10,000 parts of at least 5 MiB each.
PART = 8 * 1024 * 1024
_PIECE = 64 * 1024
#: A case, an item, a step: nothing that climbs, nothing that names anybody.
_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9_-]{0,60}(/[A-Za-z0-9][A-Za-z0-9_-]{0,60}){0,3}\.zip")


class S3Packages:
    """PackageStore over one bucket. part: how much is held before it is sent."""

    def __init__(self, client: S3Client, bucket: str, part: int = PART) -> None:
        self._client = client
        self._bucket = bucket
        self._part = part

    @contextmanager
    def writing(self, name: str) -> Iterator[_Upload]:
        upload = None
        try:
            upload = _Upload(self._client, self._bucket, _key(name), self._part)
            yield upload
            upload.complete()
        except (BotoCoreError, ClientError) as error:
            failed = ProviderUnavailable(f"s3: {type(error).__name__}")
        else:
            return
        finally:
            if upload is not None and not upload.completed:
                upload.abort()
        # outside the handler: boto's error holds the request
        raise failed

    def pieces(self, name: str) -> Iterator[bytes] | None:
        key = _key(name)
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=key)
        except self._client.exceptions.NoSuchKey:
            return None
        return answer["Body"].iter_chunks(_PIECE)

    def link(self, name: str, seconds: int) -> str:
        key = _key(name)
        file = (
            f"{name.partition('/')[0]}.zip"  # the case's number: nothing of anybody stands in a file's name
        )
        return self._client.generate_presigned_url(
            "get_object",
            Params={
                "Bucket": self._bucket,
                "Key": key,
                "ResponseContentDisposition": f'attachment; filename="{file}"',
                "ResponseCacheControl": "no-store",
            },
            ExpiresIn=seconds,
        )

    def clear(self, case: str) -> int:
        folder = _key(f"{case}/any.zip").removesuffix("any.zip")
        gone = 0
        while found := self._client.list_objects_v2(Bucket=self._bucket, Prefix=folder).get("Contents", []):
            for each in found:
                self._client.delete_object(Bucket=self._bucket, Key=each["Key"])
            gone += len(found)
        return gone


class _Upload:
    def __init__(self, client: S3Client, bucket: str, key: str, part: int) -> None:
        self._client = client
        self._bucket = bucket
        self._key = key
        self._part = part
        self._waiting = bytearray()
        self._parts: list[CompletedPartTypeDef] = []
        begun = client.create_multipart_upload(Bucket=bucket, Key=key, ContentType="application/zip")
        self._id = begun["UploadId"]
        self.completed = False

    def write(self, piece: bytes) -> None:
        self._waiting += piece
        while len(self._waiting) >= self._part:
            self._send(self._part)

    def complete(self) -> None:
        if self._waiting or not self._parts:
            self._send(len(self._waiting))
        self._client.complete_multipart_upload(
            Bucket=self._bucket, Key=self._key, UploadId=self._id, MultipartUpload={"Parts": self._parts}
        )
        self.completed = True

    def abort(self) -> None:
        try:
            self._client.abort_multipart_upload(Bucket=self._bucket, Key=self._key, UploadId=self._id)
        except (BotoCoreError, ClientError):
            return  # the lifecycle rule does it

    def _send(self, size: int) -> None:
        number = len(self._parts) + 1
        sent = self._client.upload_part(
            Bucket=self._bucket,
            Key=self._key,
            UploadId=self._id,
            PartNumber=number,
            Body=bytes(self._waiting[:size]),
        )
        self._parts.append({"ETag": sent["ETag"], "PartNumber": number})
        del self._waiting[:size]


def _key(name: str) -> str:
    if not _NAME.fullmatch(name):
        raise ValueError("not a package's name")
    return PREFIX + name
