"""A function sees its artifact, its layers and its environment. The emulator's are not its business."""

import time
from pathlib import Path

import pytest

from cli.local import backoffice
from cli.local.backoffice import BackOffice
from tests.stack.probes import Probes

LOOK_AROUND = """
    import sys
    from importlib.util import find_spec

    def handle(event, context):
        return {
            "path": sys.path,
            "environment": dict(os.environ),
            "modules": [name for name in event if find_spec(name)],
            "version": sys.version_info[:2],
            "writes_bytecode": not sys.dont_write_bytecode,
        }
"""

FOREIGN = [
    "ministack",
    "yaml",
    "hypercorn",
    "uvicorn",
    "samtranslator",
    "cryptography",
    "pip",
    "pytest",
    "cli",
    "privacy",
    "boto3",
]


def test_without_a_layer_there_is_the_standard_library_and_nothing_else(probes: Probes) -> None:
    seen = probes.call(probes.function(LOOK_AROUND), FOREIGN)
    assert seen["modules"] == []
    assert seen["version"] == [3, 13]
    assert not any("site-packages" in place for place in seen["path"])


def test_with_the_layer_there_is_what_the_layer_holds(probes: Probes) -> None:
    seen = probes.call(probes.function(LOOK_AROUND, layers=True), FOREIGN)
    assert seen["modules"] == ["privacy", "boto3"]


def test_the_environment_is_lambdas_and_the_functions_own(
    probes: Probes, monkeypatch: pytest.MonkeyPatch
) -> None:
    environment = probes.call(probes.function(LOOK_AROUND), [])["environment"]
    names = set(environment)
    assert {"NOTEBOOK", "AWS_LAMBDA_FUNCTION_NAME", "AWS_REGION", "LAMBDA_TASK_ROOT"} <= names
    strangers = {name for name in names if not name.startswith(("AWS_", "LAMBDA_"))}
    assert strangers == {"NOTEBOOK", "PATH", "LANG", "LC_CTYPE", "TZ", "_HANDLER"} & names
    assert environment["AWS_LAMBDA_INITIALIZATION_TYPE"] == "on-demand"
    assert environment["AWS_REGION"] == "eu-west-3"


def test_importing_what_the_layer_lacks_fails(office: BackOffice, probes: Probes) -> None:
    answer = probes.call(probes.function("import ministack\n"), None)
    assert "No module named 'ministack'" in answer["errorMessage"]


def test_nothing_is_written_beside_the_code(probes: Probes) -> None:
    seen = probes.call(probes.function(LOOK_AROUND), [])
    assert not seen["writes_bytecode"]


def test_a_handlers_error_is_told_and_the_next_call_works(probes: Probes) -> None:
    arn = probes.function(
        """
        def handle(event, context):
            if event == "raise":
                raise ValueError("as asked")
            return event
        """
    )
    assert probes.call(arn, "raise")["errorMessage"] == "ValueError: as asked"
    assert probes.call(arn, {"n": 1}) == {"n": 1}


def test_a_function_that_takes_too_long_is_stopped(probes: Probes) -> None:
    arn = probes.function("def handle(event, context):\n    time.sleep(30)\n", timeout=1)
    assert "timed out" in probes.call(arn)["errorMessage"]


def test_functions_may_live_on_another_day(tmp_path: Path) -> None:
    year = 366 * 24 * 3600
    with backoffice.running(tmp_path / "state", environment={}, clock_shift=year) as office:
        probes = Probes(office, tmp_path / "notebook")
        arn = probes.function(
            """
            from datetime import UTC, datetime

            def handle(event, context):
                import boto3
                boto3.client("secretsmanager").get_secret_value(SecretId=os.environ["PEPPER_SECRET_ID"])
                now = datetime.now(UTC)
                assert isinstance(now, datetime) and isinstance(datetime(2026, 1, 1), datetime)
                return [time.time(), now.timestamp(), datetime.fromisoformat("2026-01-01").year]
            """,
            layers=True,
            like="StripeWebhookFunction",
        )
        by_time, by_datetime, parsed = probes.call(arn)
    assert by_time == pytest.approx(time.time() + year, abs=60)
    assert by_datetime == pytest.approx(by_time, abs=5)
    assert parsed == 2026
