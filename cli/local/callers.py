"""The operators' roles in the emulated account, with what the template's policies allow them.

The template leaves it to the owner whom to attach its policies to. Here each local role is attached to one.
"""

import json
import re
from typing import Any

from botocore.credentials import Credentials
from botocore.exceptions import ClientError

from cli.local.aws import Aws
from cli.local.front_door import Caller
from cli.local.places import ACCOUNT

POLICIES = {"PrivacyDpo": "OperatorDpoPolicy", "PrivacyStaff": "OperatorStaffPolicy"}

_ROUTE = re.compile(r"/\$default/(?P<method>[A-Z]+)(?P<path>/[\w/-]+)")


def local_callers(aws: Aws, template: dict[str, Any]) -> dict[str, Caller]:
    """Return a session for each role, and the routes of its policy."""
    return {
        role: Caller(_session(aws, role), allowed_routes(template["Resources"].get(policy, {})))
        for role, policy in POLICIES.items()
    }


def allowed_routes(policy: dict[str, Any]) -> frozenset[str]:
    """Return the routes that a policy of the template names, as `POST/path`."""
    statements = policy.get("Properties", {}).get("PolicyDocument", {}).get("Statement", [])
    allowing = [statement for statement in statements if statement["Effect"] == "Allow"]
    return frozenset(found["method"] + found["path"] for found in _ROUTE.finditer(json.dumps(allowing)))


def _session(aws: Aws, role: str) -> Credentials:
    trust = {
        "Version": "2012-10-17",
        "Statement": [{"Effect": "Allow", "Principal": {"AWS": ACCOUNT}, "Action": "sts:AssumeRole"}],
    }
    try:
        aws.client("iam").create_role(RoleName=role, AssumeRolePolicyDocument=json.dumps(trust))
    except ClientError as error:
        if error.response.get("Error", {}).get("Code") != "EntityAlreadyExists":
            raise
    taken = aws.client("sts").assume_role(
        RoleArn=f"arn:aws:iam::{ACCOUNT}:role/{role}", RoleSessionName="local-operator", DurationSeconds=43200
    )["Credentials"]
    return Credentials(taken["AccessKeyId"], taken["SecretAccessKey"], taken["SessionToken"])
