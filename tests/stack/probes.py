"""Functions, streams and queues that a test puts into a running back office, to see what functions see there."""

import io
import json
import textwrap
import time
import uuid
import zipfile
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from cli.local.backoffice import BackOffice
from cli.local.places import ACCOUNT

PREAMBLE = """
import json, os, time

def note(what):
    with open(os.environ["NOTEBOOK"], "a") as notebook:
        notebook.write(json.dumps(what) + "\\n")
"""

#: A letter that is claimed is looked at again after this time, and whoever waits for idleness waits for that.
IMPATIENT = {"LETTER_SILENCE_SECONDS": "10"}


def eventually(condition: Callable[[], bool], seconds: float = 20.0) -> bool:
    """Whether the condition comes true in time."""
    deadline = time.monotonic() + seconds
    while not condition():
        if time.monotonic() > deadline:
            return False
        time.sleep(0.05)
    return True


@dataclass
class Probes:
    """Probe functions write what they see into a notebook, a file that outlives them."""

    office: BackOffice
    notebook: Path

    def function(self, source: str, *, layers: bool = False, timeout: int = 30, like: str = "") -> str:
        """Deploy a function `handle(event, context)`; return its ARN.

        `like` names a function of the template whose role and variables it gets.
        """
        model = self._deployed(like) if like else {}
        variables = model.get("Environment", {}).get("Variables", {})
        archive = io.BytesIO()
        with zipfile.ZipFile(archive, "w") as files:
            files.writestr("probe.py", PREAMBLE + textwrap.dedent(source))
        arn: str = self.office.aws("lambda").create_function(
            FunctionName=f"probe-{uuid.uuid4().hex[:8]}",
            Runtime="python3.13",
            Handler="probe.handle",
            Role=model.get("Role") or self._powerless_role(),
            Code={"ZipFile": archive.getvalue()},
            Timeout=timeout,
            Environment={"Variables": {**variables, "NOTEBOOK": str(self.notebook)}},
            Layers=[self._layer()] if layers else [],
        )["FunctionArn"]
        return arn

    def call(self, arn: str, event: Any = None) -> Any:
        """Call a function and return its answer."""
        answer = self.office.aws("lambda").invoke(FunctionName=arn, Payload=json.dumps(event))
        return json.loads(answer["Payload"].read())

    def route(self, key: str, arn: str) -> None:
        """Lead a route of the deployed HTTP API to a function."""
        gateway = self.office.aws("apigatewayv2")
        api = gateway.get_apis()["Items"][0]["ApiId"]
        integration = gateway.create_integration(
            ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
        )["IntegrationId"]
        gateway.create_route(ApiId=api, RouteKey=key, Target=f"integrations/{integration}")

    def table(self) -> str:
        """Make a table with a stream of keys; return its name."""
        name = f"probe-{uuid.uuid4().hex[:8]}"
        self.office.aws("dynamodb").create_table(
            TableName=name,
            BillingMode="PAY_PER_REQUEST",
            AttributeDefinitions=[
                {"AttributeName": "pk", "AttributeType": "S"},
                {"AttributeName": "sk", "AttributeType": "S"},
            ],
            KeySchema=[
                {"AttributeName": "pk", "KeyType": "HASH"},
                {"AttributeName": "sk", "KeyType": "RANGE"},
            ],
            StreamSpecification={"StreamEnabled": True, "StreamViewType": "KEYS_ONLY"},
        )
        return name

    def put(self, table: str, *keys: str) -> None:
        """Write an item for each key."""
        self.office.aws("dynamodb").transact_write_items(
            TransactItems=[
                {"Put": {"TableName": table, "Item": {"pk": {"S": "probe"}, "sk": {"S": key}}}}
                for key in keys
            ]
        )

    def queue(self, **attributes: str) -> tuple[str, str]:
        """Make a queue; return its URL and ARN."""
        name = f"probe-{uuid.uuid4().hex[:8]}"
        url: str = self.office.aws("sqs").create_queue(QueueName=name, Attributes=attributes)["QueueUrl"]
        return url, f"arn:aws:sqs:eu-west-3:{ACCOUNT}:{name}"

    def waiting(self, url: str) -> list[dict[str, Any]]:
        """Take what waits in a queue."""
        received = self.office.aws("sqs").receive_message(QueueUrl=url, MaxNumberOfMessages=10)
        return [json.loads(message["Body"]) for message in received.get("Messages", [])]

    def stream(self, table: str, arn: str, **settings: Any) -> None:
        """Let a table's stream drive a function, from its oldest record on."""
        self.paused_stream(table, arn, **settings)
        self.go_on(arn)

    def paused_stream(self, table: str, arn: str, **settings: Any) -> None:
        """Connect a table's stream to a function, and wait for `go_on`."""
        source = self.office.aws("dynamodb").describe_table(TableName=table)["Table"]["LatestStreamArn"]
        self.office.aws("lambda").create_event_source_mapping(
            EventSourceArn=source,
            FunctionName=arn,
            StartingPosition="TRIM_HORIZON",
            Enabled=False,
            **settings,
        )

    def go_on(self, arn: str) -> None:
        """Start what `paused_stream` connected."""
        client = self.office.aws("lambda")
        mapping = client.list_event_source_mappings(FunctionName=arn)["EventSourceMappings"][0]
        client.update_event_source_mapping(UUID=mapping["UUID"], Enabled=True)

    def notes(self) -> list[Any]:
        """Return what the functions noted."""
        if not self.notebook.exists():
            return []
        return [json.loads(line) for line in self.notebook.read_text().splitlines()]

    def noted(self, *notes: Any, seconds: float = 20.0) -> bool:
        """Whether the notebook comes to hold exactly these notes."""
        return eventually(lambda: self.notes() == list(notes), seconds)

    def _powerless_role(self) -> str:
        iam, trusted = self.office.aws("iam"), {"Service": "lambda.amazonaws.com"}
        statement = {"Effect": "Allow", "Principal": trusted, "Action": "sts:AssumeRole"}
        with suppress(iam.exceptions.EntityAlreadyExistsException):
            trust = json.dumps({"Version": "2012-10-17", "Statement": [statement]})
            iam.create_role(RoleName="probe", AssumeRolePolicyDocument=trust)
        return f"arn:aws:iam::{ACCOUNT}:role/probe"

    def _deployed(self, logical_id: str) -> dict[str, Any]:
        found = self.office.aws("cloudformation").describe_stack_resource(
            StackName="imera-privacy", LogicalResourceId=logical_id
        )["StackResourceDetail"]["PhysicalResourceId"]
        configuration: dict[str, Any] = self.office.aws("lambda").get_function_configuration(
            FunctionName=found
        )
        return configuration

    def _layer(self) -> str:
        versions = self.office.aws("lambda").list_layers()["Layers"]
        return str(versions[0]["LatestMatchingVersion"]["LayerVersionArn"])
