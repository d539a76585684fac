"""Where the links lead that people get: into the bucket's own region, past which no page of ours may send a browser."""

from __future__ import annotations

from urllib.parse import urlsplit

import pytest

from privacy import bootstrap
from privacy.outbound.s3_packages import S3Packages


@pytest.fixture(autouse=True)
def _in_paris(monkeypatch: pytest.MonkeyPatch) -> None:
    for name, value in {
        "AWS_DEFAULT_REGION": "eu-west-3",
        "AWS_ACCESS_KEY_ID": "made-up",
        "AWS_SECRET_ACCESS_KEY": "made-up",
    }.items():
        monkeypatch.setenv(name, value)
    bootstrap.s3.cache_clear()


def test_a_link_to_a_package_names_the_region_of_its_bucket() -> None:
    link = S3Packages(bootstrap.s3(), "imera-privacy-packages").link("IM-2026-000123/access-1.zip", 60)
    assert urlsplit(link).hostname == "imera-privacy-packages.s3.eu-west-3.amazonaws.com"
    bootstrap.s3.cache_clear()
