"""What `sam package` does: built folders become zips in a bucket, and the template points at them."""

import hashlib
import io
import json
import zipfile
from pathlib import Path
from typing import Any

import yaml

from cli.local.aws import Aws
from cli.local.places import REGION

BUCKET = "local-artifacts"
FOLDERS = {"AWS::Serverless::Function": "CodeUri", "AWS::Serverless::LayerVersion": "ContentUri"}
_ZIP_EPOCH = (2000, 1, 1, 0, 0, 0)


def packaged(template: Path, aws: Aws) -> dict[str, Any]:
    """Return the built template with every folder replaced by the zip that was uploaded for it."""
    content: dict[str, Any] = yaml.safe_load(template.read_text())
    s3 = _bucket(aws)
    zips: dict[Path, str] = {}
    for resource in content["Resources"].values():
        folder_property = FOLDERS.get(resource["Type"])
        if folder_property is not None:
            folder = (template.parent / resource["Properties"][folder_property]).resolve()
            if folder not in zips:
                archive = zipped(folder)
                zips[folder] = hashlib.sha256(archive).hexdigest()
                s3.put_object(Bucket=BUCKET, Key=zips[folder], Body=archive)
            resource["Properties"][folder_property] = {"Bucket": BUCKET, "Key": zips[folder]}
    return content


def uploaded(template: str, aws: Aws) -> str:
    """Return the URL of the template in the bucket: CloudFormation takes 51,200 bytes by value, and 1 MB from there."""
    key = f"{hashlib.sha256(template.encode()).hexdigest()}.json"
    _bucket(aws).put_object(Bucket=BUCKET, Key=key, Body=template.encode())
    return f"{aws.endpoint}/{BUCKET}/{key}"


def _bucket(aws: Aws) -> Any:
    s3 = aws.client("s3")
    if BUCKET not in {bucket["Name"] for bucket in s3.list_buckets()["Buckets"]}:
        s3.create_bucket(Bucket=BUCKET, CreateBucketConfiguration={"LocationConstraint": REGION})
    return s3


def drop_unused(template: dict[str, Any], aws: Aws) -> None:
    """Delete the zips of earlier builds."""
    s3, used = aws.client("s3"), json.dumps(template)
    for page in s3.get_paginator("list_objects_v2").paginate(Bucket=BUCKET):
        for entry in page.get("Contents", []):
            if entry["Key"] not in used:
                s3.delete_object(Bucket=BUCKET, Key=entry["Key"])


def zipped(folder: Path) -> bytes:
    """Return the folder as a zip; the same files give the same bytes."""
    memory = io.BytesIO()
    with zipfile.ZipFile(memory, "w", zipfile.ZIP_STORED) as archive:
        for file in sorted(path for path in folder.rglob("*") if path.is_file()):
            entry = zipfile.ZipInfo(str(file.relative_to(folder)), _ZIP_EPOCH)
            entry.external_attr = 0o644 << 16
            archive.writestr(entry, file.read_bytes())
    return memory.getvalue()
