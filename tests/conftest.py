"""An emulated AWS that is cheap to set up: hundreds of tests begin with an empty one."""

from __future__ import annotations

import sys

import botocore.loaders
import botocore.session
import hypothesis
import pytest
from moto import backend_index
from moto.core.config import default_user_config

#: What moto plays for us. It compiles every URL of every service that it knows, seven times, each time it starts.
SERVICES = ("dynamodb", "s3", "secretsmanager", "sqs")


def pytest_addoption(parser: pytest.Parser) -> None:
    parser.addoption(
        "--update", action="store_true", help="write tests/golden anew instead of comparing with it"
    )


def pytest_configure(config: pytest.Config) -> None:
    """What boto3 knows of AWS is read once, not once a test: that was half of what the tests took."""
    # clients and stand-ins share a process: whoever was answered gets the turn soon
    sys.setswitchinterval(0.0002)
    # how long an example takes says more of the machine than of the code
    hypothesis.settings.register_profile("unhurried", deadline=None)
    hypothesis.settings.load_profile("unhurried")
    loader = botocore.loaders.Loader()
    botocore.session.create_loader = lambda _path=None: loader
    default_user_config["core"]["reset_boto3_session"] = False
    backend_index.backend_url_patterns = [
        (name, pattern) for name, pattern in backend_index.backend_url_patterns if name in SERVICES
    ]
