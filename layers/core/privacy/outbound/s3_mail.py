"""Raw messages in S3: `inbound/<mail id>`, as SES puts them there. The bucket keeps no versions."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any

from privacy.ports import MailPage, StoredMail

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

#: What SES's receipt rule puts before the mail's id.
PREFIX = "inbound/"
#: S3 knows only when an object was last written.
_FIRST = "first-stored-at"


class S3Mail:
    """MailStore over one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def read(self, mail: str, limit: int) -> StoredMail | None:
        try:
            answer = self._client.get_object(Bucket=self._bucket, Key=PREFIX + mail)
        except self._client.exceptions.NoSuchKey:
            return None
        with answer["Body"] as body:
            raw = body.read(limit)
        first = answer["Metadata"].get(_FIRST)
        stored_at = datetime.fromisoformat(first) if first else answer["LastModified"]
        return StoredMail(raw, answer["ContentLength"], stored_at)

    def link(self, mail: str, seconds: int) -> str:
        return self._client.generate_presigned_url(
            "get_object", Params={"Bucket": self._bucket, "Key": PREFIX + mail}, ExpiresIn=seconds
        )

    def replace(self, mail: str, raw: bytes, stored_at: datetime) -> None:
        metadata = {_FIRST: stored_at.isoformat()}
        self._client.put_object(Bucket=self._bucket, Key=PREFIX + mail, Body=raw, Metadata=metadata)

    def delete(self, mail: str) -> None:
        self._client.delete_object(Bucket=self._bucket, Key=PREFIX + mail)

    def page(self, after: str | None) -> MailPage:
        request: Any = {"Bucket": self._bucket, "Prefix": PREFIX}
        if after:
            request["ContinuationToken"] = after
        answer = self._client.list_objects_v2(**request)
        mails = [
            (each["Key"].removeprefix(PREFIX), each["LastModified"]) for each in answer.get("Contents", [])
        ]
        return MailPage([mail for mail in mails if mail[0]], answer.get("NextContinuationToken"))
