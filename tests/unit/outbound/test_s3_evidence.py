"""A form that S3 itself checks: this name, this size, this way back; nothing is shown as what it says it is."""

from __future__ import annotations

import base64
import json
from collections.abc import Iterator
from typing import Any

import boto3
import pytest
from moto import mock_aws

from privacy.outbound.s3_evidence import S3Evidence
from privacy.ports.evidence import Arrived

BUCKET = "imera-privacy-evidence-123456789012"
NAME = "IM-2026-000123/identity_l3-7"


@pytest.fixture
def client() -> Iterator[Any]:
    with mock_aws():
        client = boto3.client("s3", region_name="eu-west-3")
        client.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"})
        yield client


def test_the_signature_holds_name_size_kind_and_way_back(client: Any) -> None:
    form = S3Evidence(client, BUCKET).upload(NAME, largest=1000, seconds=60, landing="https://p.example/d")
    conditions = json.loads(base64.b64decode(form.fields["policy"]))["conditions"]
    assert ["content-length-range", 1, 1000] in conditions
    exact = {key: value for each in conditions if isinstance(each, dict) for key, value in each.items()}
    assert exact["key"] == form.fields["key"] == f"evidence/{NAME}"
    assert exact["bucket"] == BUCKET
    assert exact["Content-Type"] == form.fields["Content-Type"] == "application/octet-stream"
    assert exact["success_action_redirect"] == "https://p.example/d"
    assert not [each for each in conditions if isinstance(each, list) and each[0] == "starts-with"]


def test_what_came_is_told_by_its_size_and_first_bytes_and_goes_when_told_to(client: Any) -> None:
    evidence = S3Evidence(client, BUCKET)
    assert evidence.arrived(NAME) is None
    client.put_object(Bucket=BUCKET, Key=f"evidence/{NAME}", Body=b"%PDF-1.7 and so on and on")
    assert evidence.arrived(NAME) == Arrived(25, b"%PDF-1.7 and so ")
    evidence.delete(NAME)
    evidence.delete(NAME)
    assert evidence.arrived(NAME) is None


def test_a_document_is_downloaded_and_never_shown_by_a_link_for_a_minute(client: Any) -> None:
    link = S3Evidence(client, BUCKET).link(NAME, 60)
    assert "response-content-disposition=attachment" in link
    assert f"/evidence/{NAME}?" in link


@pytest.mark.parametrize("name", ["", "../x", "IM-1/../x", "camille@example.fr/x", "IM-1", "IM-1/X/y"])
def test_nothing_climbs_out_of_the_place_of_a_case(client: Any, name: str) -> None:
    evidence = S3Evidence(client, BUCKET)
    for call in (evidence.arrived, evidence.delete, lambda n: evidence.link(n, 1)):
        with pytest.raises(ValueError, match="name"):
            call(name)
