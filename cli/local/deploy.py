"""The two real stacks through CloudFormation, deployed again only when something about them changed."""

import hashlib
import json
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from botocore.exceptions import ClientError

from cli.local.aws import Aws
from cli.local.packages import drop_unused, packaged, uploaded
from cli.local.places import REPOSITORY
from cli.local.routes import connect_routes
from cli.local.trouble import Trouble

STORAGE = "imera-privacy-storage"
BACK_OFFICE = "imera-privacy"
FINGERPRINT = "local-fingerprint"
CAPABILITIES = ["CAPABILITY_IAM", "CAPABILITY_NAMED_IAM", "CAPABILITY_AUTO_EXPAND"]
LONGEST_DEPLOYMENT = 120.0


@dataclass(frozen=True)
class Deployed:
    """What came of the deployment."""

    storage: Mapping[str, str]
    api: str
    changed: bool


def deploy(aws: Aws, built: tuple[Path, str], settings: Mapping[str, str]) -> Deployed:
    """Bring both stacks to what the templates say."""
    storage_template = (REPOSITORY / "infra" / "storage.yaml").read_text()
    storage_stack = _Stack(aws, STORAGE)
    storage_print = _fingerprint(storage_template)
    storage_changed = storage_stack.fingerprint != storage_print
    if storage_changed:
        storage_stack.bring_to(storage_template, {"DeletionProtection": "false"}, storage_print)
    outputs = with_secret_arns(aws, storage_stack.outputs())

    template, build_print = built
    parameters = {**outputs, **settings}
    stack = _Stack(aws, BACK_OFFICE)
    stack_print = _fingerprint(build_print, json.dumps(parameters, sort_keys=True))
    changed = stack.fingerprint != stack_print
    if changed:
        content = packaged(template, aws)
        stack.bring_to(json.dumps(content), parameters, stack_print)
        drop_unused(content, aws)
    return Deployed(outputs, connect_routes(aws, BACK_OFFICE, again=changed), storage_changed or changed)


def with_secret_arns(aws: Aws, outputs: Mapping[str, str]) -> dict[str, str]:
    """Return the outputs with secrets by ARN, which is what `!Ref` gives in AWS; the emulator gives the name."""
    described = aws.client("secretsmanager").describe_secret
    return {
        key: described(SecretId=value)["ARN"] if key.endswith("SecretArn") else value
        for key, value in outputs.items()
    }


class _Stack:
    def __init__(self, aws: Aws, name: str) -> None:
        self._aws = aws
        self._cloudformation = aws.client("cloudformation")
        self._name = name

    @property
    def fingerprint(self) -> str:
        described = self._described()
        if described is None or not described["StackStatus"].endswith("_COMPLETE"):
            return ""
        return next((tag["Value"] for tag in described.get("Tags", []) if tag["Key"] == FINGERPRINT), "")

    def outputs(self) -> dict[str, str]:
        described = self._described() or {}
        return {output["OutputKey"]: output["OutputValue"] for output in described.get("Outputs", [])}

    def bring_to(self, template: str, parameters: Mapping[str, str], fingerprint: str) -> None:
        request = {
            "StackName": self._name,
            "TemplateURL": uploaded(template, self._aws),
            "Parameters": [{"ParameterKey": k, "ParameterValue": v} for k, v in sorted(parameters.items())],
            "Capabilities": CAPABILITIES,
            "Tags": [{"Key": FINGERPRINT, "Value": fingerprint}],
        }
        described = self._described()
        try:
            if described is None:
                self._cloudformation.create_stack(**request)
            else:
                self._cloudformation.update_stack(**request)
        except ClientError as error:
            if "No updates" not in str(error):
                raise Trouble(f"CloudFormation refuses {self._name}: {_words(error)}") from None
        self._wait()

    def _wait(self) -> None:
        deadline = time.monotonic() + LONGEST_DEPLOYMENT
        status = "UNKNOWN"
        while time.monotonic() < deadline:
            described = self._described()
            status = described["StackStatus"] if described else "GONE"
            if status in {"CREATE_COMPLETE", "UPDATE_COMPLETE"}:
                return
            if "ROLLBACK" in status or status.endswith("FAILED"):
                raise Trouble(f"The stack {self._name} ended as {status}: {self._first_failure()}")
            time.sleep(0.05)
        raise Trouble(f"The stack {self._name} is still {status} after {LONGEST_DEPLOYMENT:.0f} s.")

    def _first_failure(self) -> str:
        """Return what failed first, and why, since this deployment began."""
        told = "it does not say why"
        pages = self._cloudformation.get_paginator("describe_stack_events").paginate(StackName=self._name)
        for event in (event for page in pages for event in page["StackEvents"]):  # newest first
            status, name = event["ResourceStatus"], event["LogicalResourceId"]
            if status.endswith("FAILED"):
                told = f"{name}: {event.get('ResourceStatusReason', '')}"
            if name == self._name and status in {"CREATE_IN_PROGRESS", "UPDATE_IN_PROGRESS"}:
                break
        return told

    def _described(self) -> dict[str, Any] | None:
        try:
            stacks: list[dict[str, Any]] = self._cloudformation.describe_stacks(StackName=self._name)[
                "Stacks"
            ]
        except ClientError:
            return None
        living = [stack for stack in stacks if stack["StackStatus"] != "DELETE_COMPLETE"]
        return living[0] if living else None


def _words(error: ClientError) -> str:
    return str(error.response.get("Error", {}).get("Message", error))


def _fingerprint(*parts: str) -> str:
    return hashlib.sha256("\0".join(parts).encode()).hexdigest()
