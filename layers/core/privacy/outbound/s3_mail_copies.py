"""Raw messages in S3, read piece by piece (outbound/s3_mail.py says where they lie)."""

from __future__ import annotations

from collections.abc import Iterator
from typing import TYPE_CHECKING

from privacy.outbound.s3_mail import PREFIX

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

_PIECE = 64 * 1024


class S3MailCopies:
    """MailCopies over one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def pieces(self, mail: str) -> Iterator[bytes] | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=PREFIX + mail)
        except self._client.exceptions.NoSuchKey:
            return None
        return answer["Body"].iter_chunks(_PIECE)
