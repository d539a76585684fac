"""What answers are read from and written to: in memory and in AWS, or on disk, held to the same behaviour."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path
from typing import Any
from urllib.parse import parse_qs, urlsplit

import boto3
import pytest
from botocore.exceptions import ClientError
from moto import mock_aws

from privacy.outbound.disk_spool import DiskSpool
from privacy.outbound.dynamodb_read_log import DynamoReadLog
from privacy.outbound.dynamodb_registry import DynamoRegistry
from privacy.outbound.s3_mail_copies import S3MailCopies
from privacy.outbound.s3_packages import PREFIX, S3Packages
from privacy.ports import ProviderUnavailable
from privacy.ports.answers import PackageStore, ReadLog, ReadLogEntry, Spool
from tests.answering import MemoryPackages, MemoryReads, MemorySpool
from tests.contract.test_stores import tables
from tests.telling import at

MIB = 1024 * 1024
NOW = at("2026-11-22T12:00")


def bucket() -> Any:
    client = boto3.client("s3", region_name="eu-west-3")
    client.create_bucket(Bucket="packages", CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
    return client


# --- packages


@pytest.fixture(params=["memory", "s3"])
def packages(request: pytest.FixtureRequest) -> Iterator[PackageStore]:
    if request.param == "memory":
        yield MemoryPackages()
        return
    with mock_aws():
        yield S3Packages(bucket(), "packages", part=5 * MIB)


def read(packages: PackageStore, name: str = "IM-2026-000001/access-7.zip") -> bytes | None:
    pieces = packages.pieces(name)
    return None if pieces is None else b"".join(pieces)


@pytest.mark.parametrize("size", [0, 3, 5 * MIB, 11 * MIB])
def test_a_package_is_read_back_as_it_was_written(packages: PackageStore, size: int) -> None:
    written = bytes(range(256)) * (size // 256) + b"x" * (size % 256)
    assert read(packages) is None
    with packages.writing("IM-2026-000001/access-7.zip") as sink:
        for start in range(0, size, MIB // 2):
            sink.write(written[start : start + MIB // 2])
    assert read(packages) == written


def test_a_package_that_breaks_off_is_not_there_and_leaves_nothing(packages: PackageStore) -> None:
    def breaks_off() -> None:
        with packages.writing("IM-2026-000001/access-7.zip") as sink:
            sink.write(b"half of a li")
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert read(packages) is None


def test_r12_a_cases_packages_are_cleared_and_no_others(packages: PackageStore) -> None:
    for name in ("IM-2026-000001/access-7.zip", "IM-2026-000001/access-9.zip", "IM-2026-000012/access-7.zip"):
        with packages.writing(name) as sink:
            sink.write(b"zip")
    assert packages.clear("IM-2026-000001") == 2
    assert packages.clear("IM-2026-000001") == 0
    assert read(packages) is None
    assert read(packages, "IM-2026-000012/access-7.zip") == b"zip"


@mock_aws
def test_a_link_to_a_package_lives_a_minute_and_makes_a_file_named_by_its_case() -> None:
    link = S3Packages(bucket(), "packages").link("IM-2026-000001/access-7.zip", 60)
    said = parse_qs(urlsplit(link).query)
    assert said["response-content-disposition"] == ['attachment; filename="IM-2026-000001.zip"']
    assert said.get("X-Amz-Expires") == ["60"]


@mock_aws
def test_what_broke_off_in_s3_is_aborted_and_never_more_than_a_part_waits() -> None:
    client = bucket()
    packages = S3Packages(client, "packages", part=5 * MIB)

    def breaks_off() -> None:
        with packages.writing("case/access-1.zip") as sink:
            for _ in range(13):
                sink.write(b"x" * MIB)
            assert len(sink._waiting) < 5 * MIB
            raise RuntimeError

    with pytest.raises(RuntimeError):
        breaks_off()
    assert "Uploads" not in client.list_multipart_uploads(Bucket="packages")
    with packages.writing("case/access-1.zip") as sink:
        sink.write(b"whole")
    assert [each["Key"] for each in client.list_objects_v2(Bucket="packages")["Contents"]] == [
        f"{PREFIX}case/access-1.zip"
    ]


@mock_aws
def test_s3_that_refuses_is_unavailable_and_says_nothing_of_what_was_asked() -> None:
    client = boto3.client("s3", region_name="eu-west-3")
    with (
        pytest.raises(ProviderUnavailable) as failed,
        S3Packages(client, "gone").writing("case/access-1.zip"),
    ):
        pass
    assert "case" not in str(failed.value)
    assert not isinstance(failed.value.__context__, ClientError)


@pytest.mark.parametrize(
    "name", ["../x.zip", "a/../../x.zip", "camille@example.fr.zip", "/x.zip", "x", "a//x.zip"]
)
def test_a_packages_name_climbs_nowhere_and_names_nobody(name: str) -> None:
    with pytest.raises(ValueError, match="not a package's name"):
        S3Packages(None, "packages").pieces(name)  # type: ignore[arg-type]


# --- raw messages


@mock_aws
def test_a_message_comes_piece_by_piece_and_a_missing_one_is_none() -> None:
    client = bucket()
    raw = b"From: camille.durand@example.fr\r\n\r\n" + b"x" * (3 * 64 * 1024)
    client.put_object(Bucket="packages", Key="inbound/mail1", Body=raw)
    copies = S3MailCopies(client, "packages")
    pieces = copies.pieces("mail1")
    assert pieces is not None
    found = list(pieces)
    assert b"".join(found) == raw
    assert max(map(len, found)) <= 64 * 1024
    assert copies.pieces("mail2") is None


# --- who looked


type Looks = Callable[[str, str, str], None]


@pytest.fixture(params=["memory", "dynamodb"])
def reads(request: pytest.FixtureRequest) -> Iterator[tuple[ReadLog, Looks]]:
    if request.param == "memory":
        memory = MemoryReads()
        yield memory, lambda about, when, purpose: memory.entries.append((about, at(when), purpose))
        return
    with mock_aws():
        client = tables()
        registry = DynamoRegistry(client, "registry")
        yield (
            DynamoReadLog(client, "registry"),
            lambda about, when, purpose: registry.log_read(
                operator="alix", role="staff", about=about, purpose=purpose, now=at(when)
            ),
        )


def test_looks_at_a_person_are_found_by_any_of_their_names_the_oldest_first(
    reads: tuple[ReadLog, Looks],
) -> None:
    log, looks = reads
    looks("person-1", "2026-11-20T09:00", "look_up")
    looks("email#1#ab", "2026-11-18T09:00", "show_request")
    looks("person-2", "2026-11-19T09:00", "look_up")
    looks("person-1", "2026-11-23T09:00", "look_up")
    looks("person-1", "2026-11-10T09:00", "look_up")
    found = list(log.reads_of({"person-1", "email#1#ab"}, NOW - timedelta(days=7), NOW))
    assert found == [
        ReadLogEntry(at("2026-11-18T09:00"), "show_request"),
        ReadLogEntry(at("2026-11-20T09:00"), "look_up"),
    ]


# --- the spool


@pytest.fixture(params=["memory", "disk"])
def spool(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Spool]:
    if request.param == "memory":
        yield MemorySpool()
        return
    with DiskSpool(tmp_path) as disk:
        yield disk
    assert not list(tmp_path.iterdir())


def test_lines_come_back_in_order_again_and_again_and_beside_each_other(spool: Spool) -> None:
    for number in range(50):
        spool.add("one", str(number).encode())
        spool.add("two", b"x")
    expected = [str(number).encode() for number in range(50)]
    first, second = spool.lines("one"), spool.lines("one")
    assert [next(first), next(first), next(second)] == [b"0", b"1", b"0"]
    assert list(spool.lines("one")) == expected
    assert [*first] == expected[2:]
    assert list(spool.lines("nothing")) == []


def test_what_is_added_after_a_reading_is_read_too(spool: Spool) -> None:
    spool.add("one", b"a")
    assert list(spool.lines("one")) == [b"a"]
    spool.add("one", b"b")
    assert list(spool.lines("one")) == [b"a", b"b"]


def test_a_line_holds_no_line_break(tmp_path: Path) -> None:
    with DiskSpool(tmp_path) as disk, pytest.raises(ValueError, match="line break"):
        disk.add("one", b"a\nb")
