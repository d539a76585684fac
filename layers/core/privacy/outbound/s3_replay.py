"""The replay list in S3: `gone/<Paris day>/<batch>-<whom>.json`, written once (R32; ReplayBucket).

A purge writes `gone/<Paris day>/<batch>.json` before it marks anybody, and the ids of those who stay all the same
beside it, in `stay/<Paris day>/<batch>.json`.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Sequence
from datetime import date, datetime
from typing import TYPE_CHECKING, Any

from botocore.exceptions import BotoCoreError, ClientError

from privacy.domain.clocks import paris_day
from privacy.ports import ProviderUnavailable
from privacy.ports.retention import Erased, Intended

if TYPE_CHECKING:
    from mypy_boto3_s3 import S3Client

PREFIX = "gone/"
STAY = "stay/"

_THERE = "PreconditionFailed"
_NOT_THERE = "NoSuchKey"


class S3Replay:
    """ReplayList over one bucket."""

    def __init__(self, client: S3Client, bucket: str) -> None:
        self._client = client
        self._bucket = bucket

    def intend(self, batch: str, day: date, leaving: Sequence[Intended]) -> Sequence[Intended]:
        """One write, which tells by itself whether an earlier attempt wrote before."""
        key = f"{PREFIX}{day.isoformat()}/{batch}.json"
        if leaving and self._put(key, [_intended(each) for each in leaving], IfNoneMatch="*"):
            return ()
        earlier = [Intended(_read(held), held["line"]) for held in self._get(key)]
        known = {each.erased.person for each in earlier}
        if new := [each for each in leaving if each.erased.person not in known]:
            self._put(key, [_intended(each) for each in (*earlier, *new)])
        return earlier

    def strike_out(self, batch: str, day: date, persons: Collection[str]) -> None:
        """One write, of ids alone."""
        self._put(f"{STAY}{day.isoformat()}/{batch}.json", sorted(persons))

    def add(self, batch: str, erased: Sequence[Erased]) -> None:
        """An object of these people by these identifiers; a later attempt at the same batch that knows of others
        writes another."""
        named = sorted(f"{each.person} {' '.join(each.identifiers)}" for each in erased)
        whom = hashlib.sha256("\n".join(named).encode()).hexdigest()[:16]
        day = min(paris_day(each.at) for each in erased)
        key = f"{PREFIX}{day.isoformat()}/{batch}-{whom}.json"
        self._put(key, [_written(each) for each in erased], IfNoneMatch="*")

    def since(self, day: date, after: str | None) -> tuple[Sequence[Erased], str | None]:
        """One object. after: the key of the last."""
        try:
            listed: Any = self._client.list_objects_v2(
                Bucket=self._bucket,
                Prefix=PREFIX,
                StartAfter=after or f"{PREFIX}{day.isoformat()}/",
                MaxKeys=1,
            )
            found = listed.get("Contents", [])
            if not found:
                return (), None
            key = found[0]["Key"]
        except ClientError as error:
            raise ProviderUnavailable(f"s3: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise ProviderUnavailable(f"s3: {type(error).__name__}") from None
        stay = self._get(STAY + key.removeprefix(PREFIX))
        erased = [_read(held) for held in self._get(key) if held["person"] not in stay]
        return erased, key if listed.get("IsTruncated") else None

    def _put(self, key: str, held: Sequence[object], **condition: Any) -> bool:
        """False where the condition does not hold."""
        try:
            self._client.put_object(
                Bucket=self._bucket,
                Key=key,
                Body=json.dumps(held, separators=(",", ":")).encode(),
                ContentType="application/json",
                # a bucket that locks its objects takes none without
                ChecksumAlgorithm="SHA256",
                **condition,
            )
        except ClientError as error:
            if error.response["Error"]["Code"] == _THERE:
                return False
            raise ProviderUnavailable(f"s3: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise ProviderUnavailable(f"s3: {type(error).__name__}") from None
        return True

    def _get(self, key: str) -> Sequence[Any]:
        try:
            with self._client.get_object(Bucket=self._bucket, Key=key)["Body"] as body:
                held: list[Any] = json.loads(body.read())
        except ClientError as error:
            if error.response["Error"]["Code"] == _NOT_THERE:
                return ()
            raise ProviderUnavailable(f"s3: {error.response['Error']['Code']}") from None
        except BotoCoreError as error:
            raise ProviderUnavailable(f"s3: {type(error).__name__}") from None
        return held


def _written(erased: Erased) -> dict[str, object]:
    return {
        "person": erased.person,
        "identifiers": list(erased.identifiers),
        "at": erased.at.isoformat(),
        "refuses": erased.refuses,
        "kept": erased.kept,
    }


def _intended(intended: Intended) -> dict[str, object]:
    return _written(intended.erased) | {"line": dict(intended.line)}


def _read(held: dict[str, Any]) -> Erased:
    return Erased(
        held["person"],
        tuple(held["identifiers"]),
        datetime.fromisoformat(held["at"]),
        held["refuses"],
        held["kept"],
    )
