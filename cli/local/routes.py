"""The routes of the HTTP API, from the API description that SAM makes of the functions' events.

CloudFormation makes routes out of that description; the emulator leaves it aside. So it is read here, and each
path becomes the route and the integration that AWS would make of it.
"""

import json
import re
from collections.abc import Iterator, Mapping
from typing import Any

from cli.local.aws import Aws
from cli.local.trouble import Trouble

_FUNCTION = re.compile(r"\$\{(?P<logical_id>\w+)\.Arn\}/invocations")


def connect_routes(aws: Aws, stack: str, *, again: bool) -> str:
    """Make the routes if they are not there, or anew; return the API's id."""
    resources = {
        resource["LogicalResourceId"]: resource
        for resource in aws.client("cloudformation").describe_stack_resources(StackName=stack)[
            "StackResources"
        ]
    }
    template = processed_template(aws, stack)
    name, described = next(
        (name, resource)
        for name, resource in template["Resources"].items()
        if resource["Type"] == "AWS::ApiGatewayV2::Api"
    )
    api: str = resources[name]["PhysicalResourceId"]
    gateway = aws.client("apigatewayv2")
    there = gateway.get_routes(ApiId=api)["Items"]
    if there and not again:
        return api
    for route in there:
        gateway.delete_route(ApiId=api, RouteId=route["RouteId"])
    for integration in gateway.get_integrations(ApiId=api)["Items"]:
        gateway.delete_integration(ApiId=api, IntegrationId=integration["IntegrationId"])
    integrations: dict[str, str] = {}
    for key, function, authorization in described_routes(described["Properties"]["Body"]):
        if function not in integrations:
            arn = aws.client("lambda").get_function_configuration(
                FunctionName=resources[function]["PhysicalResourceId"]
            )["FunctionArn"]
            integrations[function] = gateway.create_integration(
                ApiId=api, IntegrationType="AWS_PROXY", IntegrationUri=arn, PayloadFormatVersion="2.0"
            )["IntegrationId"]
        gateway.create_route(
            ApiId=api,
            RouteKey=key,
            Target=f"integrations/{integrations[function]}",
            AuthorizationType=authorization,
        )
    return api


def processed_template(aws: Aws, stack: str) -> dict[str, Any]:
    """Return the template as CloudFormation sees it, after SAM's transform."""
    body = aws.client("cloudformation").get_template(StackName=stack, TemplateStage="Processed")[
        "TemplateBody"
    ]
    template: dict[str, Any] = json.loads(body) if isinstance(body, str) else body
    return template


def described_routes(description: Mapping[str, Any]) -> Iterator[tuple[str, str, str]]:
    """Yield route key, the function's logical id, and the authorisation, for each operation."""
    for path, operations in description["paths"].items():
        for method, operation in operations.items():
            integration = operation.get("x-amazon-apigateway-integration", {})
            found = _FUNCTION.search(json.dumps(integration.get("uri", "")))
            if found is None:
                raise Trouble(f"The route {method.upper()} {path} leads to no function of the template.")
            signed = any("AWS_IAM" in scheme for scheme in operation.get("security", []))
            yield f"{method.upper()} {path}", found["logical_id"], "AWS_IAM" if signed else "NONE"
